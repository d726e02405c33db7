"""Which step of a use may follow which, what each must bring with it, and what an emergency is spared. Pure.

An emergency waives the vote, with the postings that come before one and after it (建办房〔2015〕52号), so that it has no quorum:
see the guards ``VOTES``, ``REVOTES`` and ``EMERGENCY``; it is posted afterwards. Who approves it is `ledger.fund.power_rules.POWERS`.
The quorum of every vote is `ledger.votes.quorum_and_majority_rules.Tally`.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from ledger.errors import LedgerError, Malformed, Refused
from ledger.fields import Evidence
from ledger.files.rules import Purpose
from ledger.journal.rules import Draft
from ledger.log.leaf import Json
from ledger.words import yuan


class ProjectState(StrEnum):
    """Where a use of the fund stands."""

    DRAFT = "draft"
    SURVEYED = "surveyed"
    PRICED = "priced"
    POSTED = "posted"
    VOTING = "voting"
    VOTE_POSTED = "vote_posted"
    APPLIED = "applied"
    APPROVED = "approved"
    ADVANCE_PAID = "advance_paid"
    IN_WORKS = "in_works"
    ACCEPTED = "accepted"
    SETTLED = "settled"
    FINAL_PAID = "final_paid"
    APPORTIONED = "apportioned"
    DISCLOSED = "disclosed"
    ARCHIVED = "archived"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    OVERRUN_REVOTE = "overrun_revote"


class Action(StrEnum):
    """What is done to a use of the fund, one word for each."""

    PROPOSE = "propose"
    REVIEW = "review"
    SURVEY = "survey"
    PRICE = "price"
    POST_PLAN = "post_plan"
    ANNOUNCE_VOTE = "announce_vote"
    VOTE_DOWN = "vote_down"
    POST_RESULT = "post_result"
    APPLY = "apply"
    ORDER_SUBSTITUTE = "order_substitute"
    CONSENT = "consent"
    APPROVE = "approve"
    FILE = "filing"
    REFUSE = "refuse"
    PAY_ADVANCE = "pay_advance"
    PAY_UNIT = "pay_unit"
    BEGIN = "begin"
    ACCEPT = "accept"
    SETTLE = "settle"
    PAY_FINAL = "pay_final"
    RELEASE_RETENTION = "release_retention"
    TAKE_BACK = "take_back"
    APPORTION = "apportion"
    DISCLOSE = "disclose"
    ARCHIVE = "archive"
    CANCEL = "cancel"


class Paper(StrEnum):
    """A document of a step, known to the ledger by the SHA-256 of its bytes."""

    PHOTO = "photo"
    INSPECTION_NOTICE = "inspection_notice"
    EXPERT_NOTE = "expert_note"
    PRICE_REVIEW = "price_review"
    APPLICATION = "application"
    ORDER = "order"
    CONTRACT = "contract"
    SETTLEMENT_AUDIT = "settlement_audit"
    SHEET = "sheet"
    INVOICE = "invoice"


Papers = Mapping[Paper, Evidence]
"""The documents of a step, each by the SHA-256 of its bytes."""

NO_PAPERS: Papers = {}

NEEDED: Mapping[Action, frozenset[Paper]] = {
    Action.SURVEY: frozenset({Paper.PHOTO}),
    Action.PRICE: frozenset({Paper.PRICE_REVIEW}),
    Action.POST_PLAN: frozenset({Paper.PHOTO}),
    Action.POST_RESULT: frozenset({Paper.PHOTO}),
    Action.ORDER_SUBSTITUTE: frozenset({Paper.ORDER, Paper.PHOTO}),
    Action.ACCEPT: frozenset({Paper.PHOTO}),
    Action.SETTLE: frozenset({Paper.SETTLEMENT_AUDIT}),
    Action.DISCLOSE: frozenset({Paper.PHOTO}),
}
"""The papers without which an action is not taken in; a posting is proved by a photograph of the notice on the spot."""

WELCOME: Mapping[Action, frozenset[Paper]] = {
    Action.SURVEY: frozenset({Paper.INSPECTION_NOTICE, Paper.EXPERT_NOTE}),
    Action.APPLY: frozenset({Paper.APPLICATION, Paper.CONTRACT}),
    Action.ORDER_SUBSTITUTE: frozenset({Paper.INSPECTION_NOTICE, Paper.EXPERT_NOTE, Paper.PRICE_REVIEW}),
    Action.FILE: frozenset({Paper.APPLICATION}),
    Action.BEGIN: frozenset({Paper.CONTRACT, Paper.PHOTO}),
    Action.ACCEPT: frozenset({Paper.EXPERT_NOTE}),
    Action.ARCHIVE: frozenset({Paper.CONTRACT, Paper.PHOTO}),
}
"""The papers that belong to an action beside those without which it is not taken in."""

_PROVES: Mapping[Paper, Purpose] = {
    Paper.INSPECTION_NOTICE: Purpose.INSPECTION,
    Paper.EXPERT_NOTE: Purpose.EXPERT_NOTE,
    Paper.PRICE_REVIEW: Purpose.PRICE_REVIEW,
    Paper.APPLICATION: Purpose.APPLICATION,
    Paper.ORDER: Purpose.ORDER,
    Paper.CONTRACT: Purpose.CONTRACT,
    Paper.SETTLEMENT_AUDIT: Purpose.AUDIT,
    Paper.SHEET: Purpose.BALLOT_SHEET,
    Paper.INVOICE: Purpose.INVOICE,
}
_PHOTO_PROVES: Mapping[Action, Purpose] = {
    Action.SURVEY: Purpose.SURVEY,
    Action.POST_PLAN: Purpose.POSTING,
    Action.POST_RESULT: Purpose.POSTING,
    Action.ACCEPT: Purpose.ACCEPTANCE,
    Action.DISCLOSE: Purpose.POSTING,
}


class EmergencyCase(StrEnum):
    """Which emergencies there are (建办房〔2015〕52号)."""

    LIFT = "lift"
    FIRE = "fire"
    ROOF_WALL_LEAK = "roof_wall_leak"
    WATER_PUMP = "water_pump"
    DRAIN = "drain"
    FACADE_FALL = "facade_fall"
    WALL_ROAD_COLLAPSE = "wall_road_collapse"
    OTHER_SAFETY = "other_safety"


_EMERGENCY_SHOWS = frozenset({Paper.PHOTO, Paper.INSPECTION_NOTICE})
EVIDENCE: Mapping[EmergencyCase, frozenset[Paper]] = {
    EmergencyCase.LIFT: _EMERGENCY_SHOWS,
    EmergencyCase.FIRE: _EMERGENCY_SHOWS,
    EmergencyCase.ROOF_WALL_LEAK: frozenset({Paper.PHOTO}),
    EmergencyCase.WATER_PUMP: frozenset({Paper.PHOTO}),
    EmergencyCase.DRAIN: frozenset({Paper.PHOTO}),
    EmergencyCase.FACADE_FALL: frozenset({Paper.PHOTO, Paper.EXPERT_NOTE}),
    EmergencyCase.WALL_ROAD_COLLAPSE: frozenset({Paper.PHOTO, Paper.EXPERT_NOTE}),
    EmergencyCase.OTHER_SAFETY: _EMERGENCY_SHOWS | {Paper.EXPERT_NOTE},
}
"""What the survey of each emergency has to show."""


class ProjectNotReady(Refused):
    code = "project-not-ready"
    zh = "项目 {project} 现在是“{state}”，不能做这一步：{action}。"
    en = "Project {project} is {state}; this step cannot be taken: {action}."
    article = "《住宅专项维修资金管理办法》第22、23条"


class ReviewMissing(Refused):
    code = "manual-review-missing"
    zh = "项目 {project} 的对象不明或事实有冲突（规则 M1），须先由另一人人工复核。"
    en = "What project {project} repairs is unclear (rule M1); another person has to review it first."
    article = "《住宅专项维修资金管理办法》第18条"


class PriceReviewMissing(Refused):
    code = "price-review-missing"
    zh = "项目 {project} 预算 {budget} 元，超过 {limit} 元的须先做预算审价。"
    en = "Project {project} has a budget of {budget} yuan; above {limit} yuan the price has to be reviewed first."


class VoteMissing(Refused):
    code = "vote-missing"
    zh = "使用维修资金须经承担费用的业主表决通过；项目 {project} 没有通过的表决。"
    en = "Using the fund needs a passed vote of the owners who bear the cost; project {project} has none."
    article = "《民法典》第278条第（五）项"


class VoteNotNeeded(Refused):
    code = "vote-not-needed"
    zh = "项目 {project} 是应急维修或已经集合表决授权，不再单独表决。"
    en = "Project {project} is an emergency or authorised by a collective vote; it is not voted on by itself."
    article = "《住宅专项维修资金管理办法》第24条；建办房〔2015〕52号"


class SettlementMissing(Refused):
    code = "settlement-missing"
    zh = "项目 {project} 合计 {total} 元：尾款前须做结算审价；只有不超过 {limit} 元、业主委员会同意的非应急项目可以免做。"
    en = "Project {project} comes to {total} yuan: the settlement has to be audited before the final payment; only at most {limit} yuan, with the committee's consent and no emergency, goes without."


class DepartmentsConsentMissing(Refused):
    code = "departments-consent-missing"
    zh = "项目 {project} 动用售房单位的公有住房维修资金，须先经负责管理该资金的部门审核同意。"
    en = "Project {project} uses selling units' money: the department that manages it has to consent first."
    article = "《住宅专项维修资金管理办法》第23条第（五）项"


class NotSettled(Refused):
    code = "not-settled"
    zh = "项目 {project} 还扣留质量保证金 {held} 元或有未分摊的款，不能归档。"
    en = "Project {project} still holds back {held} yuan of retention money; it cannot be archived."
    article = "《建设工程质量保证金管理办法》"


class MoneyPaid(Refused):
    code = "money-paid"
    zh = "项目 {project} 已经付款，不能取消。"
    en = "Project {project} has been paid for; it cannot be cancelled."


class PaperMissing(Refused):
    code = "paper-missing"
    zh = "这一步（{action}）缺少材料：{missing}。"
    en = "This step ({action}) lacks papers: {missing}."
    article = "《住宅专项维修资金管理办法》第22–24条；建办房〔2015〕52号"


class NotAnEmergency(Refused):
    code = "not-an-emergency"
    zh = "代修只用于危及安全、无人维修的应急情形，须写明是哪一种。"
    en = "A substitute repair is for an emergency that nobody repairs; say which."
    article = "《住宅专项维修资金管理办法》第24条；建办房〔2015〕52号"


class DigestMalformed(Malformed):
    code = "digest-malformed"
    zh = "材料 {paper} 的摘要不是 64 位小写十六进制 SHA-256。"
    en = "The digest of {paper} is not a SHA-256 of 64 lower-case hexadecimal digits."


class AmountNotPositive(Malformed):
    code = "use-amount-not-positive"
    zh = "金额 {amount_fen:money} 元有误：须大于零。"
    en = "The amount of {amount_fen:money} yuan is wrong: it must be above nought."


@dataclass(frozen=True)
class Course:
    """A use as far as the guards need to know it; amounts in fen, limits and their sources from the profile of the day."""

    project: str
    state: ProjectState
    emergency: bool = False
    preauthorised: bool = False
    unclear: bool = False
    priced: bool = False
    budget_fen: int = 0
    price_review_over_fen: int = 0
    price_review_article: str = ""
    passed: bool = False
    settled_fen: int | None = None
    approved_fen: int = 0
    overrun_redo_pct: int = 0
    overrun_article: str = ""
    total_fen: int = 0
    settlement_audit_exempt_fen: int = 0
    settlement_audit_article: str = ""
    committee_consents: bool = False
    held_back_fen: int = 0
    paid_fen: int = 0
    sellers_consent_missing: bool = False
    to_be_filed: bool = False

    @property
    def overrun(self) -> bool:
        """Whether the settlement is above what was approved by more than the local percentage."""
        return (self.settled_fen or 0) * 100 > self.approved_fen * (100 + self.overrun_redo_pct)


class Guard(NamedTuple):
    """A condition of a step and what is said when it does not hold."""

    holds: Callable[[Course], bool]
    otherwise: Callable[[Course, Action], LedgerError]


def _not_ready(course: Course, action: Action) -> LedgerError:
    return ProjectNotReady(project=course.project, state=course.state, action=action)


REVIEWED = Guard(lambda c: not c.unclear, lambda c, _: ReviewMissing(project=c.project))
UNCLEAR = Guard(lambda c: c.unclear, _not_ready)
PRICED = Guard(
    lambda c: c.priced or c.budget_fen <= c.price_review_over_fen,
    lambda c, _: PriceReviewMissing(
        project=c.project,
        budget=yuan(c.budget_fen),
        limit=yuan(c.price_review_over_fen),
        article=c.price_review_article,
    ),
)
VOTES = Guard(lambda c: not (c.emergency or c.preauthorised), lambda c, _: VoteNotNeeded(project=c.project))
REVOTES = Guard(lambda c: not c.emergency, lambda c, _: VoteNotNeeded(project=c.project))
PASSED = Guard(lambda c: c.passed, lambda c, _: VoteMissing(project=c.project))
PREAUTHORISED = Guard(lambda c: c.preauthorised, lambda c, _: VoteMissing(project=c.project))
EMERGENCY = Guard(lambda c: c.emergency, lambda c, _: VoteMissing(project=c.project))
FIRST_TIME = Guard(lambda c: c.settled_fen is None, _not_ready)
AGAIN = Guard(lambda c: c.settled_fen is not None, _not_ready)
WITHIN = Guard(lambda c: not c.overrun, _not_ready)
OVERRUN = Guard(lambda c: c.overrun, _not_ready)
EXEMPT = Guard(
    lambda c: c.committee_consents and not c.emergency and c.total_fen <= c.settlement_audit_exempt_fen,
    lambda c, _: SettlementMissing(
        project=c.project,
        total=yuan(c.total_fen),
        limit=yuan(c.settlement_audit_exempt_fen),
        article=c.settlement_audit_article,
    ),
)
CONSENTED = Guard(
    lambda c: not c.sellers_consent_missing, lambda c, _: DepartmentsConsentMissing(project=c.project)
)
TO_BE_FILED = Guard(lambda c: c.to_be_filed, _not_ready)
NOTHING_HELD = Guard(
    lambda c: c.held_back_fen == 0, lambda c, _: NotSettled(project=c.project, held=yuan(c.held_back_fen))
)
UNPAID = Guard(lambda c: c.paid_fen == 0, lambda c, _: MoneyPaid(project=c.project))


class Step(NamedTuple):
    """An action may be done in these states when all guards hold, and leads to a state; None leaves it where it is."""

    action: Action
    within: frozenset[ProjectState]
    leads_to: ProjectState | None
    guards: tuple[Guard, ...] = ()


def _steps() -> tuple[Step, ...]:
    s, d = ProjectState, Action
    before_money = frozenset(list(s)[: list(s).index(s.ADVANCE_PAID)])
    approved = frozenset(list(s)[list(s).index(s.APPROVED) : list(s).index(s.ARCHIVED)])
    unit_paid = frozenset({s.APPROVED, s.ADVANCE_PAID, s.IN_WORKS, s.ACCEPTED, s.SETTLED, s.FINAL_PAID})
    after_final = frozenset({s.FINAL_PAID, s.APPORTIONED, s.DISCLOSED})
    return (
        Step(d.REVIEW, frozenset({s.DRAFT}), None, (UNCLEAR,)),
        Step(d.SURVEY, frozenset({s.DRAFT}), s.SURVEYED, (REVIEWED,)),
        Step(d.PRICE, frozenset({s.SURVEYED}), s.PRICED),
        Step(d.POST_PLAN, frozenset({s.SURVEYED, s.PRICED}), s.POSTED, (PRICED,)),
        Step(d.ANNOUNCE_VOTE, frozenset({s.POSTED}), s.VOTING, (VOTES,)),
        Step(d.ANNOUNCE_VOTE, frozenset({s.OVERRUN_REVOTE}), s.VOTING, (REVOTES,)),
        Step(d.VOTE_DOWN, frozenset({s.VOTING}), s.REJECTED, (FIRST_TIME,)),
        Step(d.VOTE_DOWN, frozenset({s.VOTING}), s.SETTLED, (AGAIN,)),
        Step(d.POST_RESULT, frozenset({s.VOTING}), s.VOTE_POSTED, (PASSED,)),
        Step(d.APPLY, frozenset({s.VOTE_POSTED}), s.APPLIED, (PASSED,)),
        Step(d.APPLY, frozenset({s.POSTED}), s.APPLIED, (PREAUTHORISED,)),
        Step(d.APPLY, frozenset({s.SURVEYED, s.PRICED, s.POSTED}), s.APPLIED, (EMERGENCY, PRICED)),
        Step(d.APPLY, frozenset({s.OVERRUN_REVOTE}), s.APPLIED, (EMERGENCY,)),
        Step(d.ORDER_SUBSTITUTE, frozenset({s.DRAFT}), s.APPROVED, (REVIEWED, EMERGENCY, PRICED)),
        Step(d.CONSENT, frozenset({s.APPLIED}), None),
        Step(d.APPROVE, frozenset({s.APPLIED}), s.APPROVED, (CONSENTED, FIRST_TIME)),
        Step(d.APPROVE, frozenset({s.APPLIED}), s.SETTLED, (CONSENTED, AGAIN)),
        Step(d.FILE, approved, None, (TO_BE_FILED,)),
        Step(d.REFUSE, frozenset({s.DRAFT, s.APPLIED}), s.REJECTED, (FIRST_TIME,)),
        Step(d.REFUSE, frozenset({s.APPLIED}), s.SETTLED, (AGAIN,)),
        Step(d.PAY_ADVANCE, frozenset({s.APPROVED}), s.ADVANCE_PAID),
        Step(d.PAY_UNIT, unit_paid, None),
        Step(d.BEGIN, frozenset({s.APPROVED, s.ADVANCE_PAID}), s.IN_WORKS),
        Step(d.ACCEPT, frozenset({s.IN_WORKS}), s.ACCEPTED),
        Step(d.SETTLE, frozenset({s.ACCEPTED}), s.SETTLED, (WITHIN,)),
        Step(d.SETTLE, frozenset({s.ACCEPTED}), s.OVERRUN_REVOTE, (OVERRUN,)),
        Step(d.PAY_FINAL, frozenset({s.SETTLED}), s.FINAL_PAID),
        Step(d.PAY_FINAL, frozenset({s.ACCEPTED}), s.FINAL_PAID, (EXEMPT,)),
        Step(d.RELEASE_RETENTION, after_final, None),
        Step(d.TAKE_BACK, frozenset({s.ADVANCE_PAID}), s.APPROVED),
        Step(d.TAKE_BACK, frozenset({s.FINAL_PAID}), s.ACCEPTED, (FIRST_TIME,)),
        Step(d.TAKE_BACK, frozenset({s.FINAL_PAID}), s.SETTLED, (AGAIN,)),
        Step(d.APPORTION, frozenset({s.FINAL_PAID}), s.APPORTIONED),
        Step(d.DISCLOSE, frozenset({s.APPORTIONED}), s.DISCLOSED),
        Step(d.ARCHIVE, frozenset({s.DISCLOSED}), s.ARCHIVED, (NOTHING_HELD,)),
        Step(d.CANCEL, before_money, s.CANCELLED, (UNPAID,)),
    )


STEPS = _steps()
OF_THE_ACTION = frozenset({WITHIN, OVERRUN, EXEMPT})
"""The guards that ask for what the action itself brings: the settled price, the bill, who does it."""


def may_follow(action: Action, course: Course) -> bool:
    """Whether an action may be tried on a use as it stands; what it brings itself is left to `next_state`."""
    return any(
        step.action is action
        and course.state in step.within
        and all(guard.holds(course) for guard in step.guards if guard not in OF_THE_ACTION)
        for step in STEPS
    )


def next_state(action: Action, course: Course) -> ProjectState:
    """The state that an action leads to from where a use stands, by the first row of ``STEPS`` that fits.

    Raises:
        ProjectNotReady: no row lets the action be done in this state.
        ReviewMissing, PriceReviewMissing, VoteMissing, VoteNotNeeded, DepartmentsConsentMissing, SettlementMissing, NotSettled, MoneyPaid:
            a guard of the only fitting row does not hold; each cites its article.
    """
    refusal = _not_ready(course, action)
    for step in STEPS:
        if step.action is not action or course.state not in step.within:
            continue
        broken = next((guard for guard in step.guards if not guard.holds(course)), None)
        if broken is None:
            return step.leads_to or course.state
        refusal = broken.otherwise(course, action)
    raise refusal


def purpose_of(action: Action, paper: Paper) -> Purpose:
    """What a paper of a step proves; a photograph of any other step shows the damage."""
    return _PROVES.get(paper) or _PHOTO_PROVES.get(action, Purpose.DAMAGE)


def check_papers(action: Action, papers: Mapping[Paper, str], needed: frozenset[Paper] = frozenset()) -> None:
    """See that a step brings its papers, and ``needed`` besides, each by a digest.

    Raises:
        PaperMissing: some are not there.
        DigestMalformed: a digest is none.
    """
    for paper, digest in sorted(papers.items()):
        if not re.fullmatch(r"[0-9a-f]{64}", digest):
            raise DigestMalformed(paper=paper)
    if missing := sorted((NEEDED.get(action, frozenset()) | needed) - papers.keys()):
        raise PaperMissing(action=action, missing=missing)


def check_amount(amount_fen: int) -> None:
    """See that an amount can be planned, approved or settled.

    Raises:
        AmountNotPositive: it is nought or below.
    """
    if amount_fen <= 0:
        raise AmountNotPositive(amount_fen=amount_fen)


def digests_of(papers: Mapping[Paper, str] | None) -> dict[str, Json]:
    """The documents of a step by their kinds, as its row and its memorandum keep them."""
    return {paper.value: digest for paper, digest in sorted((papers or {}).items())}


class StepTaken(NamedTuple):
    """The ``line``-th step of a use, the state it leads to, and the papers that prove it."""

    line: int
    action: Action
    state: ProjectState
    papers: Mapping[Paper, str] | None = None


def memorandum(
    project: str,
    step: StepTaken,
    facts: Mapping[str, Json] | None = None,
    private: Mapping[str, str] | None = None,
    *,
    on: date,
) -> Draft:
    """What the log says of a step; ``private`` is committed to."""
    return Draft(
        kind=f"use.{step.action.value.replace('_', '-')}",
        on=on,
        key=f"use/{project}/{step.line}",
        facts={
            "project": project,
            "state": step.state.value,
            "papers": digests_of(step.papers),
            **(facts or {}),
        },
        private=private or {},
        subject=f"project/{project}",
    )
