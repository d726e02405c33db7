"""What a management mode means, how long it may last, and how a bundle shares a cost. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from ledger.community.rules import Mode
from ledger.errors import Malformed, Refused
from ledger.fees.budgets.rules import CostLine
from ledger.fees.rules import FEE
from ledger.fields import Amount, Code, Day, Digest
from ledger.journal.rules import BookCode
from ledger.money import Fen, split
from ledger.periods import plus_months
from ledger.words import Coded


class Answers(StrEnum):
    """Who answers for the service in a mode."""

    FIRM = "firm"
    FIRM_AND_SUBDISTRICT = "firm_and_subdistrict"
    COMMUNITY = "community"
    COMMITTEE = "committee"
    APPOINTED_FIRM = "appointed_firm"
    ONE_FIRM = "one_firm"
    SUBDISTRICT = "subdistrict"


class Money(StrEnum):
    """Where the money of a mode comes from."""

    FEE = "fee"
    FEE_AND_SUBSIDY = "fee_and_subsidy"
    FEE_BY_RESOLUTION = "fee_by_resolution"
    ALL_OWNERS = "all_owners"
    OWN_BOOKS = "own_books"


class Means(NamedTuple):
    """What a mode implies: the money, who answers, and whether it must end."""

    money: Money
    answers: Answers
    must_end: bool


MEANS: Mapping[Mode, Means] = {
    Mode.MARKET: Means(Money.FEE, Answers.FIRM, False),
    Mode.STATE_BACKSTOP: Means(Money.FEE_AND_SUBSIDY, Answers.FIRM_AND_SUBDISTRICT, False),
    Mode.QUASI: Means(Money.FEE_AND_SUBSIDY, Answers.COMMUNITY, False),
    Mode.SELF: Means(Money.FEE_BY_RESOLUTION, Answers.COMMITTEE, False),
    Mode.EMERGENCY: Means(Money.ALL_OWNERS, Answers.APPOINTED_FIRM, True),
    Mode.BUNDLED: Means(Money.OWN_BOOKS, Answers.ONE_FIRM, False),
    Mode.BASIC: Means(Money.ALL_OWNERS, Answers.SUBDISTRICT, False),
}


class ShareKey(StrEnum):
    """By what a bundle shares a cost."""

    AREA = "area"
    HOUSEHOLDS = "households"


@dataclass(frozen=True, kw_only=True)
class SharedCost:
    """A cost that bundled communities share, in fen.

    ``published_sha256`` is the digest of the rule for sharing, as it stands on their boards.
    """

    line: CostLine
    total_fen: Amount
    share_by: ShareKey
    on: Day
    book: Code = FEE
    voucher: Code
    payee: Code
    published_sha256: Digest


class EmergencyTooLong(Refused):
    code = "emergency-too-long"
    zh = "应急物业服务从{since}起最长 {months} 个月，到{latest}为止；申请的是到{until}。"
    en = "Emergency management from {since} lasts {months} months at most, until {latest}; {until} was asked."


class ModeDaysWrong(Malformed):
    code = "mode-days-wrong"
    zh = "管理模式的起止日期有误：应急物业须写明结束日，其他模式不写；{since}须晚于上一次变更。"
    en = "The days of the mode are wrong: only an emergency names its end, and {since} must be after the change before."


class NotBundled(Refused):
    code = "not-bundled"
    zh = "{community}在{on}不是打包连片管理，不能与其他小区分摊费用。"
    en = "{community} is not managed in a bundle on {on}, so it shares no costs."


class BundleTooSmall(Malformed):
    code = "bundle-too-small"
    zh = "分摊须在两个以上不同的小区之间进行。"
    en = "A cost is shared between two different communities at least."


class KeyNotPublished(Refused):
    code = "key-not-published"
    zh = "{community}的公示栏没有这份分摊办法（SHA-256 {digest}）：分摊办法须先公示。"
    en = "The rule for sharing (SHA-256 {digest}) is not on the board of {community}: publish it first."
    article = "《民法典》第943条"


class MoneyStaysHome(Refused):
    code = "money-stays-home"
    zh = "{book} 账套的钱属于本小区业主，打包管理也不能跨小区使用；只有物业服务费用可以按公示的办法分摊。"
    en = "Money of the book {book} belongs to the owners of one community and crosses to no other, bundled or not; only costs of the service are shared."
    article = "《民法典》第281–282条；《住宅专项维修资金管理办法》第4条"


class Period(NamedTuple):
    """A mode from a day on; ``until`` is the last day of an emergency."""

    mode: Mode
    since: date
    until: date | None


def latest_day(since: date, months: int) -> date:
    """The last day of a term of so many months that starts the day after (民法典 Arts. 201–202)."""
    return plus_months(since, months)


def check_period(new: Period, before: Sequence[Period], most_months: int, article: str = "") -> None:
    """See that a mode may begin like this; ``before`` is oldest first.

    Emergencies that follow one another count as one.

    Raises:
        ModeDaysWrong: an emergency without an end, another mode with one, or a day not after the last change.
        EmergencyTooLong: it would last longer than the profile's months.
    """
    last = before[-1].since if before else date.min
    if MEANS[new.mode].must_end != (new.until is not None) or new.since <= last:
        raise ModeDaysWrong(since=new.since)
    if new.until is None:
        return
    if new.until < new.since:
        raise ModeDaysWrong(since=new.since)
    began = new.since
    for earlier in reversed(before):
        if earlier.mode is not new.mode:
            break
        began = earlier.since
    latest = latest_day(began, most_months)
    if new.until > latest:
        raise EmergencyTooLong(
            since=began, months=most_months, latest=latest, until=new.until, article=article
        )


def check_shared_book(book: str) -> None:
    """See that only costs of the service are shared between communities.

    Raises:
        MoneyStaysHome: it is fund, public revenue or any other money of one community.
    """
    if book != BookCode.FEE:
        raise MoneyStaysHome(book=Coded("book", book))


def shares(total_fen: int, key: ShareKey, sizes: Mapping[str, tuple[int, int]]) -> dict[str, Fen]:
    """Split a cost between communities, given as (area in dm², homes), by largest remainder."""
    at = 0 if key is ShareKey.AREA else 1
    return split(total_fen, {community: size[at] for community, size in sizes.items()})
