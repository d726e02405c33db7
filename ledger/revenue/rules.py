"""Where public revenue comes from, what a contract promises, what a quarter came to. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, NamedTuple

from pydantic import ConfigDict, Field

from ledger.errors import Malformed, Refused
from ledger.fields import Code, Evidence, LongNote
from ledger.money import Fen, split
from ledger.periods import Month, plus_months

BUSINESS = "《民法典》第278条第（八）项"
PROOF = "《民法典》第282条；《建筑物区分所有权解释》第14条"


class Category(StrEnum):
    """The fifteen categories; scrap goes straight to the fund (4301)."""

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
    SCRAP = "scrap"
    INTEREST = "interest"
    OTHER = "other"


WITHOUT_CONTRACT = frozenset({Category.COMPENSATION, Category.INTEREST, Category.SCRAP})
"""What comes in of itself: nobody signed for it."""

PARKING = frozenset({Category.PARKING_COMMON, Category.PARKING_TEMP})


class CostKind(StrEnum):
    TAX = "tax"
    ENERGY = "energy"
    STAFF = "staff"
    MANAGEMENT = "management"


class Method(StrEnum):
    """How the counterparty was found (竞争方式)."""

    TENDER = "tender"
    QUOTES = "quotes"
    NEGOTIATION = "negotiation"
    RENEWAL = "renewal"


class ContractState(StrEnum):
    ACTIVE = "active"
    ENDED = "ended"
    TERMINATED = "terminated"


class NoResolution(Refused):
    code = "no-resolution"
    zh = "利用共有部分经营须先经业主表决同意（参与表决的四分之三以上）；合同 {number} 没有填写决议编号。"
    en = "Business with common parts needs a resolution of the owners (3/4 of participants); contract {number} names none."
    article = BUSINESS


class NotCovered(Refused):
    code = "resolution-does-not-cover"
    zh = "议题 {motion} 的业主名册里没有 {home}：收益所属范围内的业主都须参加表决。"
    en = "{home} is not on the roll of {motion}: all owners whose part is used must have been asked."
    article = BUSINESS


class TooLateForPaper(Refused):
    code = "too-late-for-paper"
    zh = "只有账本启用（{began}）前已开始、并在那之前经业主大会同意的合同，才能凭纸质决议登记；合同 {number} 从 {starts_on} 开始，请先在账本里表决。"
    en = "Only a contract that ran, and was authorised, by the day the ledger began ({began}) rests on a paper resolution; contract {number} starts on {starts_on}: put it to a vote here."
    article = BUSINESS


class MethodUnproved(Refused):
    code = "method-unproved"
    zh = "合同 {number} 的竞争方式（{method}）没有依据：招标须有文件摘要；比价须有文件摘要和不少于 {quotes} 家报价；协商须写明理由；续签须写明原合同。"
    en = "Contract {number} does not prove its method ({method}): a tender needs the digest of its file, quotes the digest and at least {quotes} of them, a negotiation its reason, a renewal the earlier contract."


class RenewalWrong(Refused):
    code = "renewal-wrong"
    zh = "合同 {number} 不能作为 {renews} 的续签：相对人须相同，且须在原合同结束之后开始。"
    en = "Contract {number} cannot renew {renews}: the counterparty must be the same, and it must start after the earlier one ends."


class ContractExists(Refused):
    code = "contract-exists"
    zh = "合同编号 {number} 已经登记过。"
    en = "Contract {number} is registered already."


class ContractBackwards(Refused):
    code = "contract-backwards"
    zh = "合同的结束日 {ends_on} 早于开始日 {starts_on}。"
    en = "The contract ends on {ends_on}, before it starts on {starts_on}."


class TermTooLong(Refused):
    code = "term-too-long"
    zh = "合同期限不得超过二十年（{starts_on} 至 {ends_on}）。"
    en = "A contract may not run for more than twenty years ({starts_on} to {ends_on})."
    article = "《民法典》第705条"


class NotRunning(Refused):
    code = "contract-not-running"
    zh = "合同 {number} 在{on}不在履行期内，不能提前终止。"
    en = "Contract {number} does not run on {on}; it cannot be ended early."


class OutsideTerm(Refused):
    code = "outside-term"
    zh = "{on}的收款不在合同 {number} 的期限内（{starts_on} 至 {ends_on}），也不是合同期内的欠款。"
    en = "Money of {on} is outside the term of contract {number} ({starts_on} to {ends_on}), and no arrears of it."


class NoSuchMoneyAccount(Refused):
    code = "revenue-no-such-money-account"
    zh = "公共收益账套没有“{into}”这种账户，可以是：{possible}。"
    en = "The book of public revenue has no money account “{into}”; it can be: {possible}."


class NeedsContract(Refused):
    code = "needs-contract"
    zh = "这类收益（{category}）须按合同收取，请先登记合同。"
    en = "Revenue of this kind ({category}) comes in on a contract; register it first."
    article = BUSINESS


class ScrapIsTheFunds(Refused):
    code = "scrap-is-the-funds"
    zh = (
        "共用设施残值直接转入维修资金（4301），不签公共收益合同：请按“其他收益”登记，账本会记入维修资金账套。"
    )
    en = "Scrap of common facilities goes straight into the maintenance fund (4301) and has no revenue contract: enter it as other revenue, and it is booked in the fund."
    article = "《住宅专项维修资金管理办法》第27条第（四）项"


class NoVoucher(Refused):
    code = "no-voucher"
    zh = "没有票据的成本按零计：请填写票据号，或登记为待证成本。"
    en = "A cost without a voucher counts as nought: give the voucher's number, or enter it as a claim."
    article = PROOF


class NoCostBasis(Refused):
    code = "no-cost-basis"
    zh = "成本须写明为哪一份合同而支出。"
    en = "A cost must name the contract that it was spent for."
    article = PROOF


class ParkingBearsTaxOnly(Refused):
    code = "parking-bears-tax-only"
    zh = "业主大会成立以前，停车收益（合同 {number}）除税费外不列支成本。"
    en = "Until the owners' assembly is formed, parking revenue (contract {number}) bears no cost but tax."


class ClaimNotPositive(Malformed):
    code = "claim-not-positive"
    zh = "待证成本须大于零，不能是 {amount_fen:money} 元。"
    en = "A claimed cost must be more than nought, not {amount_fen:money} yuan."


class YearOpen(Refused):
    code = "year-open"
    zh = "{year} 年到{last}才结束，还不能年终结转。"
    en = "The year {year} ends on {last}; it cannot be carried over before."


@dataclass(frozen=True)
class Part:
    """Whose income it is: of a stairwell, of a building, or of the whole community when neither is named."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    building: Code | None = None
    stairwell: Code | None = None

    def __iter__(self) -> Iterator[str | None]:
        return iter((self.building, self.stairwell))


WHOLE = Part()
Beneficiary = Annotated[Part, Field(description="whose it is; the whole community's when nothing is named")]
"""A part that a request names as one value."""


@dataclass(frozen=True)
class Award:
    """How the counterparty was found, and the proof: the SHA-256 of the file, the number of quotes, the reason."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    method: Method
    evidence: Evidence | None = None
    quotes: Annotated[int, Field(strict=True, ge=0, le=1_000)] = 0
    reason: LongNote = ""


class Quarter(NamedTuple):
    """A quarter's public revenue in fen: what came in, proved cost, tax."""

    receipts_fen: int
    vouchered_cost_fen: int
    tax_fen: int

    @property
    def net_fen(self) -> int:
        return self.receipts_fen - self.vouchered_cost_fen - self.tax_fen


class Missing(NamedTuple):
    """What a contract should have brought by a day and did not (R12), in fen; ``days`` since the oldest of it."""

    contract: str
    site: str | None
    expected_fen: int
    received_fen: int
    since: date
    days: int


def check_award(number: str, award: Award | None, renews: str | None, quotes_min: int) -> None:
    """See that the method is named and proved.

    Raises:
        MethodUnproved: the proof that the method asks for is not there.
    """
    method = award.method if award else None
    proved = (
        award is not None
        and {
            Method.TENDER: bool(award.evidence),
            Method.QUOTES: bool(award.evidence) and award.quotes >= quotes_min,
            Method.NEGOTIATION: bool(award.reason.strip()),
            Method.RENEWAL: renews is not None,
        }[award.method]
    )
    if not proved:
        raise MethodUnproved(number=number, method=method or "—", quotes=quotes_min)


def check_term(starts_on: date, ends_on: date) -> None:
    """See that a contract ends after it starts, and within twenty years.

    Raises:
        ContractBackwards, TermTooLong (民法典 Art. 705).
    """
    if ends_on < starts_on:
        raise ContractBackwards(starts_on=starts_on, ends_on=ends_on)
    if (ends_on.year - 20, ends_on.month, ends_on.day) >= (starts_on.year, starts_on.month, starts_on.day):
        raise TermTooLong(starts_on=starts_on, ends_on=ends_on)


def state_of(ends_on: date, terminated_on: date | None, on: date) -> ContractState:
    """Whether a contract runs on a day, has ended, or was ended early; before its start it counts as active."""
    if terminated_on is not None and on > terminated_on:
        return ContractState.TERMINATED
    return ContractState.ENDED if on > ends_on else ContractState.ACTIVE


def is_over(year: int, on: date) -> bool:
    """Whether a year has ended before a day."""
    return on > Month(year, 12).last


def in_term(
    on: date, starts_on: date, last_day: date, owed_fen: int, amount_fen: int, grace_days: int
) -> bool:
    """Whether money of a day belongs to a contract: in its term, or afterwards as far as it is still owed."""
    if starts_on <= on <= last_day:
        return True
    return 0 < (on - last_day).days <= grace_days and amount_fen <= owed_fen


def instalments(price_fen: int, starts_on: date, ends_on: date, every_months: int) -> list[tuple[date, Fen]]:
    """When a contract's price falls due and how much: equal parts to the fen, at the start of each step from its first day."""
    days = [starts_on]
    while (following := plus_months(starts_on, len(days) * every_months)) <= ends_on:
        days.append(following)
    parts = split(price_fen, {day.isoformat(): 1 for day in days})
    return [(day, parts[day.isoformat()]) for day in days]


def first_unpaid(due: Sequence[tuple[date, int]], received_fen: int) -> date | None:
    """The day of the oldest instalment that what was received does not cover; None when all are covered."""
    for day, fen in sorted(due):
        received_fen -= fen
        if received_fen < 0:
            return day
    return None


def received_share(expected: Iterable[tuple[int, int]]) -> tuple[int, int]:
    """What of the instalments due was received, and what was due, given as (received, due) fen each."""
    received = due = 0
    for got, owed in expected:
        received += min(got, owed)
        due += owed
    return received, due
