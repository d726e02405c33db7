"""What idle money may be put into, and how it comes back. Pure."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ledger.community.role_rules import Role
from ledger.community.rules import FirmKind
from ledger.errors import Malformed, Refused
from ledger.fields import Amount, AmountOrNought, Day, Text
from ledger.words import yuan

ARTICLE = "《住宅专项维修资金管理办法》第26条"


class Instrument(StrEnum):
    TREASURY = "treasury"
    OTHER_BOND = "other_bond"
    WEALTH_PRODUCT = "wealth_product"
    REPO = "repo"


class Market(StrEnum):
    """Where a bond is bought: when it is issued (一级市场, interbank or at a bank's counter), or second-hand."""

    PRIMARY = "primary"
    SECONDARY = "secondary"


class Ending(StrEnum):
    """How a bond is to end; the law knows one way."""

    MATURITY = "maturity"
    SALE = "sale"
    REPO = "repo"
    PLEDGE = "pledge"


class BondState(StrEnum):
    PLANNED = "planned"
    HELD = "held"
    MATURED = "matured"


class NotATreasuryBond(Refused):
    code = "not-a-treasury-bond"
    zh = "维修资金的闲置资金只能购买国债，不能买 {instrument}（委托理财、回购等一律不可）。"
    en = "Idle money of the fund buys treasury bonds only, not {instrument}: no entrusted wealth management, no repo."
    article = ARTICLE


class NotNewlyIssued(Refused):
    code = "not-newly-issued"
    zh = "国债 {bond} 必须在一级市场、在发行期（{first}至{last}）内购买新发行的；现为 {market}，{on}。"
    en = "The bond {bond} must be bought newly issued in the primary market from {first} to {last}; this is {market}, {on}."
    article = ARTICLE


class HeldToMaturity(Refused):
    code = "held-to-maturity"
    zh = "国债 {bond} 须持有到期（{matures_on}），不得提前出售、回购、质押或担保；现请求 {way}，{on}。"
    en = "The bond {bond} is held to maturity ({matures_on}): no sale, repo, pledge or guarantee; asked is {way}, {on}."
    article = ARTICLE


class SellersConsentMissing(Refused):
    code = "sellers-consent-missing"
    zh = "用售房单位的资金购买国债，须经同级财政部门同意，请填写同意文号。"
    en = (
        "Buying bonds with the selling units' money needs the finance authority's consent: name its document."
    )
    article = ARTICLE


class BondMalformed(Malformed):
    code = "bond-malformed"
    zh = "国债 {bond} 有误：买价须大于零，其中售房单位资金在零与买价之间，到期日须在发行期之后。"
    en = "The bond {bond} is malformed: a price above nought, the sellers' money between nought and the price, maturity after the issue."


class NotThatMuchHeld(Refused):
    code = "not-that-much-held"
    zh = "{whose} 只有 {held} 元，不能用 {asked} 元购买国债。"
    en = "Of the fund {held} yuan are the {whose}'s; {asked} yuan cannot go into a bond."
    article = ARTICLE


class BondExists(Refused):
    code = "bond-exists"
    zh = "国债编号 {bond} 已经用过，请换一个。"
    en = "The bond code {bond} is taken; choose another."


class BondNotReady(Refused):
    code = "bond-not-ready"
    zh = "国债 {bond} 现在是“{state}”，不能{action}。"
    en = "The bond {bond} is {state}; it is not ready for {action}."
    article = ARTICLE


@dataclass(frozen=True)
class Offer:
    """A bond as it is offered: its price in fen, and of it what is selling units' money; days, both included."""

    series: Text
    cost_fen: Amount
    issued_from: Day
    issued_until: Day
    matures_on: Day
    instrument: Instrument = Instrument.TREASURY
    market: Market = Market.PRIMARY
    sellers_fen: AmountOrNought = 0
    sellers_consent: Text | None = None


def check_offer(bond: str, offer: Offer) -> None:
    """See that it is a bond which idle money may be put into (165号令 Art. 26).

    Raises:
        BondMalformed, NotATreasuryBond, NotNewlyIssued, SellersConsentMissing.
    """
    if (
        offer.cost_fen <= 0
        or not 0 <= offer.sellers_fen <= offer.cost_fen
        or not offer.issued_from <= offer.issued_until < offer.matures_on
    ):
        raise BondMalformed(bond=bond)
    if offer.instrument is not Instrument.TREASURY:
        raise NotATreasuryBond(instrument=offer.instrument)
    if offer.market is not Market.PRIMARY:
        _not_new(bond, offer.market, offer.issued_from, offer.issued_until, offer.issued_from)
    if offer.sellers_fen and not offer.sellers_consent:
        raise SellersConsentMissing()


def _not_new(bond: str, market: Market, first: date, last: date, on: date) -> None:
    raise NotNewlyIssued(bond=bond, market=market, first=first, last=last, on=on)


def check_newly_issued(bond: str, first: date, last: date, on: date) -> None:
    """See that it is bought in the days of its issue.

    Raises:
        NotNewlyIssued: it is not.
    """
    if not first <= on <= last:
        _not_new(bond, Market.PRIMARY, first, last, on)


def check_whose(owners_fen: int, sellers_fen: int, *, owners_hold: int, sellers_hold: int) -> None:
    """See that owners and selling units each have what is taken of theirs, in fen.

    Raises:
        NotThatMuchHeld: they have not.
    """
    for whose, asked, held in (
        (Role.OWNER, owners_fen, owners_hold),
        (FirmKind.SELLER, sellers_fen, sellers_hold),
    ):
        if asked > held:
            raise NotThatMuchHeld(whose=whose, asked=yuan(asked), held=yuan(held))


def check_ending(bond: str, matures_on: date, way: Ending, on: date) -> None:
    """See that a bond ends by maturing, and not before its day.

    Raises:
        HeldToMaturity: it is to be sold, repoed, pledged, or cashed early.
    """
    if way is not Ending.MATURITY or on < matures_on:
        raise HeldToMaturity(bond=bond, matures_on=matures_on, way=way, on=on)
