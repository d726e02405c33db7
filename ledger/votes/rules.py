"""What is voted on, when, and by whom. Pure; what a vote comes to is counted in `quorum_and_majority_rules`."""

from datetime import date, timedelta
from enum import StrEnum
from typing import Literal, NamedTuple

from ledger.errors import Malformed, Refused, Unknown
from ledger.fields import Amount, Code, Day, Text
from ledger.files.rules import FileKind


class Matter(StrEnum):
    """The items of Civil Code Art. 278 that the ledger asks about."""

    RULES = "rules"
    CONVENTION = "convention"
    COMMITTEE = "committee"
    FIRM = "firm"
    USE_FUND = "use_fund"
    RAISE_FUND = "raise_fund"
    REBUILD = "rebuild"
    COMMON_PARTS_BUSINESS = "common_parts_business"
    OTHER = "other"


ARTICLE = {
    matter: f"《民法典》第278条第（{item}）项"
    for matter, item in zip(Matter, "一二三四五六七八九", strict=True)
}
"""The item of Art. 278 under which the owners decide a matter."""


class NewMotion(NamedTuple):
    """A question that is put to owners on some days.

    ``budget_fen`` is what may be spent when they say yes; ``deemed_clause`` names the clause of the rules of procedure
    that takes silence for consent.
    """

    code: Code
    matter: Matter
    question: Text
    opens_on: Day
    closes_on: Day
    budget_fen: Amount | None = None
    deemed_clause: Text | None = None


PAPERS = frozenset({FileKind.PAPER, FileKind.SHEET, FileKind.PHOTO})
"""What a vote leaves on paper: ballot sheets, written proxies, the posted result, rulings."""

BALLOTS_A_LEAF = 500
"""Each ballot puts a digest of 46 bytes into its leaf, and a leaf holds 65,535 bytes."""


class Choice(StrEnum):
    """What a returned ballot says; one that says nothing valid was returned all the same."""

    YES = "yes"
    NO = "no"
    ABSTAIN = "abstain"
    INVALID = "invalid"


ElectronicChoice = Literal[Choice.YES, Choice.NO, Choice.ABSTAIN]
"""What can be chosen on a screen, where no ballot is invalid."""


class Way(StrEnum):
    """How a ballot came in."""

    ELECTRONIC = "electronic"
    PAPER = "paper"


class MotionState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"
    ANNULLED = "annulled"


class MotionClosed(Refused):
    code = "motion-closed"
    zh = "议题 {motion} 的投票已经截止。"
    en = "The vote on {motion} is closed."


class VoteDatesWrong(Malformed):
    code = "vote-dates-wrong"
    zh = "投票的首日 {opens_on} 晚于末日 {closes_on}。"
    en = "The vote would open on {opens_on}, after it closes on {closes_on}."


class NoticeTooShort(Refused):
    code = "notice-too-short"
    zh = "{announced_on} 公告、{opens_on} 开始投票，不足 {days} 日的公告期，最早{earliest}开始。"
    en = "Announced on {announced_on}, the vote would open on {opens_on}: that is less than {days} days of notice; {earliest} is the earliest day."


class VoteScopeWrong(Malformed):
    code = "vote-scope-wrong"
    zh = "表决范围不明：幢 {building}、单元 {stairwell}、侧 {side}；写单元须写幢，写侧须写单元。"
    en = "The scope is unclear: building {building}, stairwell {stairwell}, side {side}; a stairwell needs its building and a side its stairwell."


class ResultPostedWrong(Refused):
    code = "result-posted-wrong"
    zh = "议题 {motion} 的结果不能是 {posted_on} 公示的：只能在计票之日（{closed_on}）至今天之间。"
    en = "The result of {motion} cannot have been posted on {posted_on}: only between the count ({closed_on}) and today."


class ResultNotCounted(Refused):
    code = "result-not-counted"
    zh = "议题 {motion} 还没有计票，没有结果可以公示。"
    en = "{motion} has not been counted; there is no result to post."


class NoBallot(Unknown):
    code = "no-ballot"
    zh = "{home} 没有对议题 {motion} 投过票，或投票时的业主不是您。"
    en = "{home} has not voted on {motion}, or was somebody else's when it did."


class RollEmpty(Refused):
    code = "roll-empty"
    zh = "议题 {motion} 的名册里一户也没有，没有人可以表决。"
    en = "There is no home on the roll of {motion}: nobody could vote."
    article = "《民法典》第278条"


class DeemedConsentOff(Refused):
    code = "deemed-consent-off"
    zh = "本小区没有约定“未参与视为同意”：须由议事规则明文规定，并登记为本地参数。"
    en = "Here silence is not consent: only the rules of procedure can say so, and it must be entered among the local numbers."
    article = "《民法典》第278条；建办房〔2015〕52号"


class OutsideVotingDays(Refused):
    code = "outside-voting-days"
    zh = "议题 {motion} 的投票期是 {opens_on} 至 {closes_on}，{day}不能投票。"
    en = "{motion} is voted on from {opens_on} to {closes_on}; {day} is outside."


class VoteStillOpen(Refused):
    code = "vote-still-open"
    zh = "议题 {motion} 可以投票到 {closes_on}，还有 {missing} 户没有投，现在不能计票。"
    en = "{motion} may be voted on until {closes_on} and {missing} homes have not voted; it cannot be counted yet."


class CountSecret(Refused):
    code = "count-secret"
    zh = "议题 {motion} 还在投票，计票前只公布参与情况，不公布赞成与反对。"
    en = "{motion} is being voted on; until it is counted only the turnout is told, not the choices."


class NoResolutionPassed(Refused):
    code = "no-resolution-passed"
    zh = "“{motion}”不是业主就此事项（{matter}）已经表决通过、仍然有效的决议。"
    en = "“{motion}” is no resolution on this matter ({matter}) that the owners passed and that stands."


class VotedAlready(Refused):
    code = "voted-already"
    zh = "{home} 已经对议题 {motion} 投过票，一户只能投一次。"
    en = "{home} has voted on {motion} already; a home votes once."


class NotOnRoll(Refused):
    code = "not-on-roll"
    zh = "{home} 不在议题 {motion} 的业主名册内：只由承担费用的业主表决。"
    en = "{home} is not on the roll of {motion}: only the owners who bear the cost vote."
    article = "《民法典》第278条"


MEETING = "《物业管理条例》第14条"
"""Fifteen days of notice before a meeting of the owners; the posting of a plan rests on local rules."""


def notice_key(matter: Matter) -> str:
    """The profile's key of the days between the notice and the first day of voting."""
    return "vote.plan_posting_days" if matter is Matter.USE_FUND else "vote.notice_days"


def check_voting_days(
    announced_on: date, opens_on: date, closes_on: date, notice_days: int, article: str = ""
) -> None:
    """See that a vote opens no sooner than its notice allows; the day of the notice does not count (Art. 201).

    Raises:
        VoteDatesWrong: it would close before it opens.
        NoticeTooShort: fewer than ``notice_days`` days lie after the day of the notice, the first day included.
    """
    if closes_on < opens_on:
        raise VoteDatesWrong(opens_on=opens_on, closes_on=closes_on)
    if (opens_on - announced_on).days < notice_days:
        raise NoticeTooShort(
            announced_on=announced_on,
            opens_on=opens_on,
            days=notice_days,
            earliest=announced_on + timedelta(days=notice_days),
            article=article,
        )


def is_voting_day(opens_on: date, closes_on: date, day: date) -> bool:
    """Whether ballots are taken on a day."""
    return opens_on <= day <= closes_on


def may_count(missing: int, closes_on: date, day: date) -> bool:
    """Whether a vote may be counted on a day: its last day is past, or all have voted and none is ``missing``."""
    return not missing or day > closes_on


def check_day(code: str, opens_on: date, closes_on: date, day: date) -> None:
    """See that a ballot comes on a day of voting.

    Raises:
        OutsideVotingDays: it does not.
    """
    if not is_voting_day(opens_on, closes_on, day):
        raise OutsideVotingDays(motion=code, opens_on=opens_on, closes_on=closes_on, day=day)


def check_scope(building: str | None, stairwell: str | None, side: str | None) -> None:
    """See that a scope narrows in order: community, building, stairwell, side.

    Raises:
        VoteScopeWrong: a narrower part is named without the one around it.
    """
    if (side and not stairwell) or (stairwell and not building):
        raise VoteScopeWrong(building=building, stairwell=stairwell, side=side)


def ballot_name(motion: str, home: str) -> str:
    """The name under which a leaf commits to a ballot; with the choice as its value, nobody else's fits it."""
    return f"ballot/{motion}/{home}"
