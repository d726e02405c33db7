"""To whom the fund gives money back, and out of which account. Pure."""

from collections.abc import Container, Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from ledger.community.rules import HomeKind
from ledger.errors import Malformed, Refused, Unknown
from ledger.fund.rules import DepositKind, seller_account
from ledger.money import Fen, split
from ledger.words import yuan


class ReturnKind(StrEnum):
    REFUND = "refund"
    LOSS = "loss"


class Payee(StrEnum):
    """165号令 Art. 29: the owner; the selling unit; the treasury of its level where the unit exists no more."""

    OWNER = "owner"
    SELLER = "seller"
    TREASURY = "treasury"


class NoDeposit(Unknown):
    code = "no-deposit"
    zh = "没有票据 {receipt_no} 的交存，或已经冲销。"
    en = "No deposit stands under the receipt {receipt_no}."


class RefundAboveDeposit(Refused):
    code = "refund-above-deposit"
    zh = "票据 {receipt_no} 交存的钱只剩 {left} 元可退，不能退 {amount} 元。"
    en = "Of the receipt {receipt_no} {left} yuan are left to refund; {amount} yuan cannot be."
    article = "《住宅专项维修资金会计核算办法》"


class ReturnMalformed(Malformed):
    code = "return-malformed"
    zh = "返还 {code} 有误：金额须大于零，灭失至少一户且不重复。"
    en = "The return {code} is malformed: an amount above nought; a loss names at least one home, each once."


class LostAlready(Refused):
    code = "house-lost-already"
    zh = "{home} 已经登记灭失。"
    en = "{home} is registered as lost already."
    article = "《住宅专项维修资金管理办法》第29条"


class ReturnDayWrong(Refused):
    code = "return-day-wrong"
    zh = "返还日期{on}早于{since}，请核对。"
    en = "The day of payment {on} is before {since}; check it."


def refund_account(kind: DepositKind, deposited_on: date, paid_on: date, whose: str) -> str:
    """The role of the account that a refund is debited to: this year's income, or refunds.

    ``whose`` is commodity, owner or seller. A balance brought over was deposited in an earlier year.
    """
    this_year = kind is not DepositKind.OPENING and deposited_on.year == paid_on.year
    return f"{'deposits' if this_year else 'refunds'}_{whose}"


def check_refund(receipt_no: str, amount_fen: int, deposited_fen: int, given_back_fen: int) -> None:
    """See that no more is given back than came in by a receipt, in fen.

    Raises:
        ReturnMalformed: the amount is not above nought.
        RefundAboveDeposit: it is more than is left of the receipt.
    """
    if amount_fen <= 0:
        raise ReturnMalformed(code=receipt_no)
    left = deposited_fen - given_back_fen
    if amount_fen > left:
        raise RefundAboveDeposit(receipt_no=receipt_no, left=yuan(left), amount=yuan(amount_fen))


class House(NamedTuple):
    """A home as its loss sees it."""

    home: str
    building: str
    kind: HomeKind
    area_dm2: int
    seller: str | None


def sellers_parts(
    lost: Iterable[House], standing: Iterable[House], held: Mapping[str, int]
) -> dict[str, Fen]:
    """What of each selling unit's money goes back, by ``unit@building``: its lost homes' share of it by area.

    ``standing`` are the homes that are not lost, ``held`` what each sub-account has, in fen.
    """
    areas: dict[str, dict[str, int]] = {}
    for houses, which in ((lost, "lost"), (standing, "standing")):
        for house in houses:
            if house.kind is HomeKind.SOLD_PUBLIC and house.seller:
                of = areas.setdefault(
                    seller_account(house.seller, house.building), {"lost": 0, "standing": 0}
                )
                of[which] += house.area_dm2
    shares = {account: split(held.get(account, 0), of)["lost"] for account, of in areas.items() if of["lost"]}
    return {account: fen for account, fen in shares.items() if fen}


class Due(NamedTuple):
    """What goes back for lost homes to one owner or one selling unit; ``account`` is the role of what it is taken from."""

    home: str | None
    party: str | None
    amount_fen: int
    payee: Payee
    account: str


def owners_due(lost: Iterable[House], held: Mapping[str, int]) -> list[Due]:
    """Each owner's whole part, out of the money of his kind of housing; ``held`` are the parts by home, in fen."""
    return [
        Due(house.home, None, held[house.home], Payee.OWNER, f"refunds_{whose(house.kind)}")
        for house in lost
        if held.get(house.home)
    ]


def sellers_due(parts: Mapping[str, int], gone: Container[str]) -> list[Due]:
    """What of the selling units' money goes back, to the treasury for those that are ``gone``."""
    return [
        Due(
            None,
            party,
            fen,
            Payee.TREASURY if party.partition("@")[0] in gone else Payee.SELLER,
            "refunds_seller",
        )
        for party, fen in parts.items()
    ]


def whose(kind: HomeKind) -> str:
    """Whose money a home's part is, as the accounts' roles call it."""
    return "owner" if kind is HomeKind.SOLD_PUBLIC else "commodity"
