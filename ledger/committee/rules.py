"""What an election, a term, its end and what follows from it ask for. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, NamedTuple

from pydantic import ConfigDict, Field

from ledger.community.role_rules import Level, Role
from ledger.errors import Malformed, NotAllowed, Refused
from ledger.fields import Code, Day
from ledger.periods import plus_months, years_after
from ledger.words import Login

GUIDANCE = "《业主大会和业主委员会指导规则》（建房〔2009〕274号）"
"""The ministry's guidance, on which stands what no local rule says otherwise."""


class Office(StrEnum):
    """主任, 副主任 or 委员."""

    HEAD = "head"
    DEPUTY = "deputy"
    MEMBER = "member"


class Standing(StrEnum):
    """How a term stands on a day."""

    FUTURE = "future"
    SITS = "sits"
    OVER = "over"


class TermCause(StrEnum):
    """Why a term ends before its last day: the owners decide it, or the committee cannot go on."""

    RECALLED = "recalled"
    CEASED = "ceased"


class Leaving(StrEnum):
    """Why a member leaves."""

    RESIGNED = "resigned"
    NO_OWNER = "no_owner"
    UNABLE = "unable"
    REMOVED = "removed"
    """By decision of the owners."""


class Kept(StrEnum):
    """What a committee keeps for the owners and hands over."""

    PAPERS = "papers"
    ACCOUNTS = "accounts"
    SEALS = "seals"
    PROPERTY = "property"


class AuditReason(StrEnum):
    """Why an audit falls due."""

    TERM_END = "term_end"
    HEAD_LEFT = "head_left"
    YEAR = "year"
    """A year of the accounts is over, where the place has them audited yearly."""


class Opinion(StrEnum):
    """What the accountant says in his report (注册会计师法 Art. 14)."""

    UNQUALIFIED = "unqualified"
    QUALIFIED = "qualified"
    ADVERSE = "adverse"
    DISCLAIMER = "disclaimer"


class CommitteeTask(StrEnum):
    """What a committee's days ask of somebody."""

    FILE = "file"
    ELECT = "elect"
    VACANT = "vacant"
    TOO_FEW = "too_few"
    HAND_OVER = "hand_over"
    MEMBER_HANDS_OVER = "member_hands_over"
    AUDIT = "audit"


NEAR = timedelta(days=30)
"""So long before its day a task is told."""
_STANDS_FOR_OWNERS = frozenset({Role.COMMITTEE, Role.COMMUNITY_OFFICE})
WHOSE: Mapping[CommitteeTask, frozenset[Role]] = {
    CommitteeTask.FILE: _STANDS_FOR_OWNERS,
    CommitteeTask.ELECT: _STANDS_FOR_OWNERS | {Role.SUPERVISOR},
    CommitteeTask.VACANT: _STANDS_FOR_OWNERS | {Role.SUPERVISOR},
    CommitteeTask.TOO_FEW: _STANDS_FOR_OWNERS | {Role.SUPERVISOR},
    CommitteeTask.HAND_OVER: _STANDS_FOR_OWNERS,
    CommitteeTask.MEMBER_HANDS_OVER: _STANDS_FOR_OWNERS,
    CommitteeTask.AUDIT: _STANDS_FOR_OWNERS,
}
"""Whom each task of a committee concerns."""


class SeatOfElection(Refused):
    code = "committee-seat-of-election"
    zh = "本小区已经登记过业主委员会的选举，它的成员身份只随选举和变动产生，不能在这里直接给或结束：换届请办“登记选出的业主委员会”，补缺请在那一届办“补选成员”，离任请在那一届办“登记成员离任”。"
    en = "An election of the owners' committee is entered here, so its seats come by elections and changes alone and are neither given nor ended here: use “Enter an elected committee” for a new term, “Fill a vacancy” or “Enter that a member leaves” at the present one."
    article = "《民法典》第278条第（三）项"


class TermBackwards(Malformed):
    code = "committee-term-backwards"
    zh = "任期不能从{starts_on}到{ends_on}：最后一天要在第一天以后。"
    en = "A term cannot run from {starts_on} to {ends_on}: its last day is after its first."


class TermTooLong(Refused):
    code = "committee-term-too-long"
    zh = "每届业主委员会最多 {years} 年：从{starts_on}起最晚到{latest}，不能到{ends_on}。"
    en = "A committee sits for {years} years at most: from {starts_on} to {latest}, not to {ends_on}."


class TermBeforeElection(Refused):
    code = "committee-term-before-election"
    zh = "任期不能从{starts_on}开始：选举日是{elected_on}，选出来以后才能上任。"
    en = "The term cannot begin on {starts_on}: the election is of {elected_on}, and nobody sits before it."


class TermOverlaps(Refused):
    code = "committee-term-overlaps"
    zh = "第 {no} 届任期到{until}为止，新一届不能从{starts_on}开始；提前换届，要先登记上一届提前结束。"
    en = "Term {no} lasts until {until}, so the next cannot begin on {starts_on}; to elect earlier, enter first that it ends."


class ElectionUsed(Refused):
    code = "committee-election-used"
    zh = "决议“{motion}”已经用在第 {no} 届上；再选举或再变动，要有新的业主决议。"
    en = "The resolution “{motion}” was used for term {no} already; another election or change needs another decision."
    article = "《民法典》第278条第（三）项"


class ElectionWithoutResolution(Refused):
    code = "committee-without-resolution"
    zh = "选举业主委员会要有业主表决通过的决议；只有启用账本以前选出、这里还没有登记过任何一届的，才可以只凭备案材料登记。"
    en = "A committee is elected by the owners' resolution; only the first one that is entered, elected before the books began here, may rest on its filing."
    article = "《民法典》第278条第（三）项"


class FilingDayMissing(Malformed):
    code = "committee-filing-day-missing"
    zh = "凭备案材料登记的，要写明哪天备案的。"
    en = "An election that rests on its filing names the day on which it was filed."
    article = "《物业管理条例》第16条"


class MemberTwice(Malformed):
    code = "committee-member-twice"
    zh = "“{person}”在名单里写了两次。"
    en = "“{person}” stands on the list twice."


class TwoHeads(Refused):
    code = "committee-two-heads"
    zh = "一届只有一位主任；要换主任，先登记现任主任改任或离任。"
    en = "A committee has one head; to have another, enter first that the present one takes another office or leaves."


class NotAnOwner(Refused):
    code = "committee-not-an-owner"
    zh = "“{person}”不是本小区的业主，不能担任业主委员会成员；请先登记他的业主身份。"
    en = "“{person}” is no owner here, and a committee's members are owners; enter first that he owns a home."
    article = "《物业管理条例》第16条"


class ElectsHimself(NotAllowed):
    code = "committee-elects-himself"
    zh = "“{login}”自己在名单里；当选、任职和离任要由别人登记。"
    en = "“{login}” is concerned himself; who is elected, named or leaves is entered by somebody else."


class JudgesHimself(NotAllowed):
    code = "committee-judges-himself"
    zh = "“{login}”是移交或受审计的一方，要由接收的一方或社区登记。"
    en = "“{login}” hands over or is audited himself; whoever takes over, or the residents' committee, enters it."


class NoVacancy(Refused):
    code = "committee-no-vacancy"
    zh = "第 {no} 届选出 {seats} 人，现在没有空缺，不能再补选。"
    en = "Term {no} has {seats} seats and none is vacant; nobody is elected to one."


class MemberSits(Refused):
    code = "committee-member-sits"
    zh = "“{person}”在{on}已经是这一届的成员。"
    en = "“{person}” is a member of this term on {on} already."


class NotAMember(Refused):
    code = "committee-not-a-member"
    zh = "“{person}”在{on}不是第 {no} 届的成员。"
    en = "“{person}” is no member of term {no} on {on}."


class OfficeHeld(Refused):
    code = "committee-office-held"
    zh = "“{person}”本来就是{office}。"
    en = "“{person}” is {office} already."


class OutsideTerm(Refused):
    code = "committee-outside-term"
    zh = "{on}不能这样登记：第 {no} 届从{starts_on}到{until}。"
    en = "This cannot be of {on}: term {no} runs from {starts_on} to {until}."


class NotOnThatDay(Refused):
    code = "committee-not-on-that-day"
    zh = "不能是{on}：只能是{earliest}到今天（{today}）之间的日子。"
    en = "It cannot be of {on}: only of a day from {earliest} to today ({today})."


class ResolutionMissing(Malformed):
    code = "committee-resolution-missing"
    zh = "“{cause}”要有业主表决通过的决议，请写明是哪一次表决。"
    en = "“{cause}” rests on the owners' resolution; say which vote it was."
    article = "《民法典》第278条第（三）项"


class TermGoesOn(Refused):
    code = "committee-term-goes-on"
    zh = "第 {no} 届任期到{until}，还没有结束，没有要移交或审计的。"
    en = "Term {no} lasts until {until}; nothing is handed over or audited before."


class HandedOver(Refused):
    code = "committee-handed-over"
    zh = "这一项已经登记移交，不用再登记。"
    en = "This was handed over already."


class AuditNotDue(Refused):
    code = "committee-audit-not-due"
    zh = "第 {no} 届现在没有因为“{reason}”等着委托的审计。"
    en = "No audit of term {no} for “{reason}” waits to be engaged."


class AuditNotEngaged(Refused):
    code = "committee-audit-not-engaged"
    zh = "第 {no} 届没有因为“{reason}”委托了、还没收到报告的审计。"
    en = "No audit of term {no} for “{reason}” was engaged whose report is still to come."


@dataclass(frozen=True)
class Elected:
    """Somebody who was elected, by the name that he signs in by, and his office."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    person: Code
    office: Office


Members = Annotated[Sequence[Elected], Field(min_length=1, max_length=50)]


class NewTerm(NamedTuple):
    """A committee as it was elected: when, for which days, by which resolution, and when it was filed if it was."""

    elected_on: Day
    starts_on: Day
    ends_on: Day
    motion: Code | None = None
    filed_on: Day | None = None


class Term(NamedTuple):
    """A term by its days; ``ended_on`` is its last day where it ends before ``ends_on``."""

    no: int
    starts_on: date
    ends_on: date
    ended_on: date | None = None

    @property
    def last_day(self) -> date:
        return self.ended_on or self.ends_on

    def stands(self, on: date) -> Standing:
        """How it stands on a day."""
        if on < self.starts_on:
            return Standing.FUTURE
        return Standing.SITS if on <= self.last_day else Standing.OVER


class Spell(NamedTuple):
    """A member in one office from a day to a day; ``leaving`` says why he left where he did before the term was over."""

    person: str
    office: Office
    since: date
    until: date
    leaving: Leaving | None = None


class Owed(NamedTuple):
    """An audit that fell due: why, on which day, of which head where one left, and by when its report is due if a rule says."""

    reason: AuditReason
    fell_due_on: date
    head: str | None = None
    report_by: date | None = None


def check_not_elected(role: Role, level: Level | None) -> None:
    """See that a seat is none on the owners' committee; one of the body that stands in for it is no such seat.

    Raises:
        SeatOfElection: it is.
    """
    if role is Role.COMMITTEE and level in (None, Level.OWNERS_COMMITTEE):
        raise SeatOfElection()


def check_term(new: NewTerm, last: Term | None, most_years: int, article: str) -> None:
    """See that a term has days, follows its election and the last term, and is not longer than the law lets it be.

    Raises:
        TermBackwards, TermBeforeElection, TermOverlaps, TermTooLong.
    """
    if new.ends_on <= new.starts_on:
        raise TermBackwards(starts_on=new.starts_on, ends_on=new.ends_on)
    if new.starts_on < new.elected_on:
        raise TermBeforeElection(starts_on=new.starts_on, elected_on=new.elected_on)
    if last is not None and new.starts_on <= last.last_day:
        raise TermOverlaps(no=last.no, until=last.last_day, starts_on=new.starts_on)
    latest = years_after(new.starts_on, most_years)
    if new.ends_on > latest:
        raise TermTooLong(
            years=most_years, starts_on=new.starts_on, latest=latest, ends_on=new.ends_on, article=article
        )


def check_members(members: Sequence[Elected], login: str) -> None:
    """See that nobody stands on the list twice or enters himself, and that there is one head at most.

    Raises:
        MemberTwice, ElectsHimself, TwoHeads.
    """
    people = [member.person for member in members]
    if twice := next((person for person in people if people.count(person) > 1), None):
        raise MemberTwice(person=Login(twice))
    if login in people:
        raise ElectsHimself(login=Login(login))
    if sum(member.office is Office.HEAD for member in members) > 1:
        raise TwoHeads()


def sitting(spells: Iterable[Spell], on: date) -> list[Spell]:
    """The members of a term on a day, each in his office."""
    return [spell for spell in spells if spell.since <= on <= spell.until]


def check_within(term: Term, on: date) -> None:
    """See that something happens while a term runs.

    Raises:
        OutsideTerm.
    """
    if term.stands(on) is not Standing.SITS:
        raise OutsideTerm(on=on, no=term.no, starts_on=term.starts_on, until=term.last_day)


def check_happened(on: date, earliest: date, today: date) -> None:
    """See that what is entered as done is of a day that has come, and no earlier than it could be.

    Raises:
        NotOnThatDay.
    """
    if not earliest <= on <= today:
        raise NotOnThatDay(on=on, earliest=earliest, today=today)


def heads_left(term: Term, spells: Iterable[Spell]) -> list[tuple[str, date]]:
    """The heads who laid their office down before the term was over, each with his last day in it."""
    return [
        (spell.person, spell.until)
        for spell in spells
        if spell.office is Office.HEAD and spell.until < term.last_day
    ]


def audits_owed(
    term: Term,
    spells: Iterable[Spell],
    today: date,
    *,
    at_term_end: bool,
    when_head_leaves: bool,
    years: Mapping[int, date | None],
) -> list[Owed]:
    """The audits that have fallen due of a term, by the local numbers of its end and of the head's going.

    ``years`` are those whose accounts are audited, each with the day by which the report is due.
    """
    owed = [
        Owed(AuditReason.HEAD_LEFT, last_day, person)
        for person, last_day in heads_left(term, spells)
        if when_head_leaves and last_day < today
    ]
    if at_term_end and term.stands(today) is Standing.OVER:
        owed.append(Owed(AuditReason.TERM_END, term.last_day))
    owed += [
        Owed(AuditReason.YEAR, last, report_by=report_by)
        for year, report_by in years.items()
        if term.starts_on <= (last := date(year, 12, 31)) <= term.last_day and last < today
    ]
    return sorted(owed, key=lambda audit: (audit.fell_due_on, audit.reason))


class Days(NamedTuple):
    """What a term's days ask for: whether it is filed and followed, and what of it is still open."""

    file_by: date | None
    """None once it is filed."""
    elect_by: date
    followed: bool
    seats: int
    sitting: int
    hand_over_by: date
    kept: Sequence[Kept]
    """What was not handed over yet."""
    members_hand_over_by: Sequence[date]
    """Of members who left with what they keep."""
    audits: Sequence[date | None]
    """Of those that fell due and whose report has not come, by when each is due if a rule says."""


def elect_by(term: Term, months: int) -> date:
    """The day by which the next election is to be under way: so many months before the last day, or a recalled one's last."""
    return min(plus_months(term.ends_on, -months), term.last_day)


def tasks(term: Term, days: Days, today: date) -> list[tuple[CommitteeTask, date | None]]:
    """What a term asks for on a day, each with the day that a rule gives it; none where no rule gives one."""
    stands = term.stands(today)
    due: list[tuple[CommitteeTask, date | None]] = []
    if days.file_by is not None and stands is not Standing.OVER:
        due.append((CommitteeTask.FILE, days.file_by))
    if stands is Standing.SITS and not days.followed and days.elect_by - NEAR <= today:
        due.append((CommitteeTask.ELECT, days.elect_by))
    if stands is Standing.SITS and 2 * days.sitting < days.seats:
        due.append((CommitteeTask.TOO_FEW, None))
    if stands is Standing.OVER and not days.followed:
        due.append((CommitteeTask.VACANT, term.last_day))
    if stands is Standing.OVER and days.kept:
        due.append((CommitteeTask.HAND_OVER, days.hand_over_by))
    due += [(CommitteeTask.MEMBER_HANDS_OVER, by) for by in days.members_hand_over_by]
    return due + [(CommitteeTask.AUDIT, by) for by in days.audits]
