"""Whose the fund is: deposits, and how a home's part stands. Pure."""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from ledger.errors import Malformed
from ledger.periods import Month


class DepositKind(StrEnum):
    """首期交存, 续交, 补建; ``opening`` brings a balance over from the books before."""

    FIRST = "first"
    TOPUP = "topup"
    ESTABLISH = "establish"
    OPENING = "opening"


def opening_receipt(building: str, whose: str) -> str:
    """By what a balance that is brought over is known: once for a home, and once for a selling unit of a building."""
    return f"OPEN-{building}-{whose}"


def brought_over_on(opened_on: date, today: date) -> date:
    """The day of what is brought over: the last before the month in which the books begin, so that the month begins with it."""
    return min(Month.of(opened_on).first - timedelta(days=1), today)


class DepositMalformed(Malformed):
    code = "deposit-malformed"
    zh = (
        "票据 {receipt_no} 的交存有误：须写明一户房屋，或售房单位和幢（单位@幢），两者取一；现写着“{whose}”。"
    )
    en = "Receipt {receipt_no} names “{whose}”: a deposit is of one home, or of a selling unit for a building (unit@building)."


class Deposited(NamedTuple):
    """What a selling unit and its buyers have deposited for the buildings in scope, in fen."""

    seller_fen: int
    owners_fen: int


class Standing(StrEnum):
    """How a home's part stands against its first deposit (165号令 Art. 17)."""

    NO_FUND = "no_fund"
    NEEDS_TOPUP = "needs_topup"
    SOUND = "sound"


def standing(balance_fen: int, first_deposit_fen: int, trigger_pct: int) -> Standing:
    """Strictly below the trigger needs a top-up; no first deposit at all is 未建立, never nought divided by nought."""
    if first_deposit_fen == 0:
        return Standing.NO_FUND
    return Standing.NEEDS_TOPUP if 100 * balance_fen < trigger_pct * first_deposit_fen else Standing.SOUND


def seller_account(seller: str, building: str) -> str:
    """The sub-ledger key of a selling unit's money for one building (按售房单位设账，按幢设分账)."""
    return f"{seller}@{building}"


class Keeper(StrEnum):
    """业主大会成立前由主管部门代管; 划转后由业主大会管理."""

    PRE_TRANSFER = "pre_transfer"
    POST_TRANSFER = "post_transfer"


OTHER: Mapping[Keeper, Keeper] = {
    Keeper.PRE_TRANSFER: Keeper.POST_TRANSFER,
    Keeper.POST_TRANSFER: Keeper.PRE_TRANSFER,
}
