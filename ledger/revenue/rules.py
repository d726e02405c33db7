"""What public revenue is due to the fund, and what a contract promises. Pure."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from ledger.errors import Refused
from ledger.money import Fen, split
from ledger.periods import Month


class Category(StrEnum):
    """Where public revenue comes from (`domain/04` §4.2); scrap goes straight to the fund (4301)."""

    PARKING_COMMON = "parking_common"
    PARKING_TEMP = "parking_temp"
    AD_LIFT = "ad_lift"
    AD_GATE_LIGHTBOX_WALL = "ad_gate_lightbox_wall"
    VENUE_RENT = "venue_rent"
    ROOM_RENT = "room_rent"
    PARCEL_LOCKER = "parcel_locker"
    VENDING = "vending"
    EV_CHARGING = "ev_charging"
    TELECOM_SITE = "telecom_site"
    CLUB_POOL = "club_pool"
    COMPENSATION = "compensation"
    INTEREST = "interest"
    OTHER = "other"


class CostKind(StrEnum):
    TAX = "tax"
    ENERGY = "energy"
    STAFF = "staff"
    MANAGEMENT = "management"


class NoResolution(Refused):
    code = "no-resolution"
    zh = "利用共有部分经营须先经业主表决同意（参与表决的四分之三以上）；合同 {number} 没有填写决议编号。"
    en = "Business with common parts needs a resolution of the owners (3/4 of participants); contract {number} names none."
    article = "《民法典》第278条第（八）项"


class ContractExists(Refused):
    code = "contract-exists"
    zh = "合同编号 {number} 已经登记过。"
    en = "Contract {number} is registered already."


class ContractBackwards(Refused):
    code = "contract-backwards"
    zh = "合同的结束日 {ends_on} 早于开始日 {starts_on}。"
    en = "The contract ends on {ends_on}, before it starts on {starts_on}."


class QuarterOpen(Refused):
    code = "quarter-open"
    zh = "{quarter} 到 {last} 才结束：季度没有过完，还算不出应转入维修资金的数额。"
    en = "{quarter} ends on {last}: what is due to the fund is not known before the quarter is over."
    article = "domain/04 §4.4"


class NoVoucher(Refused):
    code = "no-voucher"
    zh = "没有票据的成本按零计：请填写票据号。"
    en = "A cost without a voucher counts as nought: give the voucher's number."
    article = "《民法典》第282条；建筑物区分所有权解释 第14条"


class Quarter(NamedTuple):
    """A quarter's public revenue in fen: what came in, proved cost, tax."""

    receipts_fen: int
    vouchered_cost_fen: int
    tax_fen: int

    @property
    def net_fen(self) -> int:
        return self.receipts_fen - self.vouchered_cost_fen - self.tax_fen


def due_to_fund(quarter: Quarter, to_fund_pct: int) -> Fen:
    """What of a quarter's net revenue is to be paid into the fund, rounded down (`domain/04` §4.4, base NET)."""
    return Fen(max(0, quarter.net_fen * to_fund_pct // 100))


def instalments(price_fen: int, starts_on: date, ends_on: date, every_months: int) -> list[tuple[date, Fen]]:
    """When a contract's price falls due and how much: equal parts at the start of each step, to the fen."""
    days = []
    month = Month.of(starts_on)
    while month.first <= ends_on:
        days.append(max(month.first, starts_on))
        month = month.plus(every_months)
    parts = split(price_fen, {day.isoformat(): 1 for day in days})
    return [(day, parts[day.isoformat()]) for day in days]


def received_share(expected: Iterable[tuple[int, int]]) -> tuple[int, int]:
    """What of the instalments due was received, and what was due, given as (received, due) fen each."""
    received = due = 0
    for got, owed in expected:
        received += min(got, owed)
        due += owed
    return received, due
