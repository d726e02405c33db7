"""维修资金的使用: from the plan to the archive. What is paid for it is in `use_payments`."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BeforeValidator
from pydantic import Field as Limit
from sqlmodel import Session

from ledger.community.role_rules import Actor, Role
from ledger.community.rules import ComponentKind
from ledger.fields import Code, Out, Provisional
from ledger.fund.power_queries import may_now
from ledger.fund.power_rules import Power, ever
from ledger.fund.uses import actions
from ledger.fund.uses import approval_actions as approvals
from ledger.fund.uses import motion_actions as motions
from ledger.fund.uses.contributions.queries import register
from ledger.fund.uses.payment_queries import payments, shares
from ledger.fund.uses.payment_rules import Stage
from ledger.fund.uses.queries import Due, course, due, project, projects, sellers_consent_missing
from ledger.fund.uses.rules import (
    COLLECTIVE,
    REFUSALS,
    Rule,
    ScopeKind,
    Term,
)
from ledger.fund.uses.step_and_emergency_rules import (
    NEEDED,
    WELCOME,
    Action,
    EmergencyCase,
    Paper,
    ProjectState,
    may_follow,
)
from ledger.fund.uses.step_queries import steps
from ledger.operations.choices import passed
from ledger.operations.circles import HOLDERS, OFFICE
from ledger.operations.labels import label, own_code
from ledger.operations.operation import Call, Choice, Declared, Field, Listing, Operation, Part, Record, Said
from ledger.repairs.actions import propose_use
from ledger.votes.queries import motion, not_voted, told
from ledger.votes.rules import Matter, MotionState, may_count


class UseOut(Out):
    code: str
    title: str
    state: ProjectState
    component: str
    component_kind: ComponentKind
    scope: ScopeKind
    building: str | None
    stairwell: str | None
    side: str | None
    emergency: EmergencyCase | None
    rule: Rule
    preauthorised: str | None
    contractor: str
    appraiser: str | None
    monitor: str | None
    budget_fen: int
    proposed_by: str
    proposed_on: date
    motion: str | None
    applied_by: str | None
    applied_on: date | None
    approved_by: str | None
    approved_on: date | None
    approved_fen: int | None
    accepted_by: str | None
    accepted_on: date | None
    settled_fen: int | None
    retention_fen: int
    retention_until: date | None
    invoice_no: str | None
    paid_fen: int | None
    paid_entry: int | None


class UseSeenOut(UseOut):
    bearers: int
    charged_fen: int
    shortfall_fen: int


class UseStepOut(Out):
    line: int
    action: Action
    state: ProjectState
    by_login: str
    at: datetime
    papers: Annotated[dict[Paper, str], BeforeValidator(json.loads)]


class UseTermOut(Out):
    what: Term
    due_on: date
    due_on_provisional: Provisional = Limit(validation_alias="due_on")
    done_on: date | None


class UsePaymentOut(Out):
    no: int
    stage: Stage
    amount_fen: int
    charged_fen: int
    payee: str
    invoice_no: str
    paid_on: date
    entry_no: int


class UseVoteOut(Out):
    """The turnout while it runs; what it came to when it was counted."""

    area_all: int
    heads_all: int
    area_part: int
    heads_part: int
    area_yes: int | None = None
    heads_yes: int | None = None
    quorum: bool | None = None
    passed: bool | None = None


class UseVoteAnnouncedOut(Out):
    motion: str = Limit(validation_alias="code")


class UseCountOut(Out):
    area_all: int
    heads_all: int
    area_part: int
    heads_part: int
    area_yes: int
    heads_yes: int
    quorum: bool
    state: ProjectState


class CollectiveVoteOut(UseVoteAnnouncedOut):
    budget_fen: int


def use_seen(session: Session, community: str, code: Code, today: date) -> Mapping[str, Any]:
    """A use, and how its payments were borne in sums; homes get their own page.

    Raises:
        NoProject: there is none with this code.
    """
    use = project(session, community, code)
    borne = shares(session, community, code)
    applied = use.state is ProjectState.APPLIED
    consent_missing = applied and sellers_consent_missing(session, use, today)
    return {
        **use.model_dump(),
        "bearers": len(borne),
        "charged_fen": sum(share.charged_fen for share in borne),
        "shortfall_fen": sum(share.shortfall_fen for share in borne),
        "cash_in_hand_fen": sum(share.in_hand_fen for share in register(session, community, code)),
        "course": replace(course(session, use, today), sellers_consent_missing=consent_missing),
        "countable": use.motion is not None and _may_be_counted(session, community, use.motion, today),
        "retention_due": use.retention_until is not None and use.retention_until <= today,
    }


def _may_be_counted(session: Session, community: str, code: str, today: date) -> bool:
    voted = motion(session, community, code)
    missing = not_voted(session, community, code)
    return voted.state is not MotionState.OPEN or may_count(missing, voted.closes_on, today)


def terms_of(session: Session, community: str, code: Code) -> list[Due]:
    """The days by which something of a use has to happen."""
    return due(session, project(session, community, code))


def vote_of(session: Session, community: str, code: Code) -> Mapping[str, int | bool] | None:
    """What anyone may know of the vote on a use, if there is one."""
    of = project(session, community, code).motion
    return told(session, community, of) if of else None


def count(session: Session, community: str, code: Code, *, by: Actor, at: datetime) -> Mapping[str, Any]:
    """Count the vote by area and by heads (《民法典》 Art. 278), and say how the use stands then.

    Raises:
        ProjectNotReady: it is not being voted on.
        VoteStillOpen: see `ledger.votes.actions.close_motion`.
    """
    outcome = motions.close_vote(session, community, code, by=by, at=at)
    state = project(session, community, code).state
    return {**outcome._asdict(), "quorum": outcome.quorum, "state": state}


def may_come(*actions: Action) -> Callable[[Mapping[str, Any]], bool]:
    """Whether one of these steps may be tried on a use as it stands, by the table of steps."""
    return lambda use: any(may_follow(action, use["course"]) for action in actions)


def has(power: Power, *others: str) -> Callable[[Call, Any], bool]:
    """Whether the caller has a power today and is none of the others who took part in a use."""

    def fits(call: Call, use: Any) -> bool:
        apart = call.by.login not in [use[name] for name in others]
        return apart and may_now(call.session, call.community, power, by=call.by, on=call.today)

    return fits


def is_not(*others: str) -> Callable[[Call, Any], bool]:
    """Whether the caller is none of the others who took part in a use."""
    return lambda call, use: call.by.login not in [use[name] for name in others]


ASKERS = ("proposed_by", "applied_by")
"""Who asked for a use; whoever decides on it is another."""

USE = Record(
    path="/projects/<path:code>",
    title=Said("一项维修资金使用", "One use of the fund"),
    roles=(*OFFICE, Role.WORKER),
    query=use_seen,
    gives=UseSeenOut,
    amount=("paid_fen", "settled_fen", "approved_fen", "budget_fen"),
    heading="title",
    known_as=("project",),
    state=("state", "rule", "budget_fen", "approved_fen", "settled_fen", "paid_fen", "motion"),
    parts={
        "steps": Part(title=Said("经过", "What happened"), query=steps, gives=UseStepOut, timeline=True),
        "due": Part(title=Said("期限", "Terms"), query=terms_of, gives=UseTermOut),
        "payments": Part(title=Said("付款", "Payments"), query=payments, gives=UsePaymentOut),
        "vote": Part(title=Said("表决", "The vote"), query=vote_of, gives=UseVoteOut, many=False),
    },
)


def papers_of(action: Action, hint: Said | None = None, *, needed: bool = True) -> Field:
    """The papers of a step: those without which it is not taken in, and those that belong to it beside them."""
    asked = {
        paper: must
        for must, papers in ((needed, NEEDED), (False, WELCOME))
        for paper in sorted(papers.get(action, ()), key=list(Paper).index)
    }
    return Field(Said("文件和照片", "Papers and photographs"), hint, members=asked)


ON_THE_SPOT = Said("公告贴在现场的照片。", "The notice as it hangs on the spot.")
OF_THE_CASE = Said(
    "应急维修按情形另附查勘通知或专家意见。",
    "An emergency also shows the notice or the expert's opinion of its case.",
)
WHO_BEARS_IT = Field(
    Said("谁承担费用", "Who bears the cost"),
    hint=Said(
        "谁受益谁承担（《住宅专项维修资金管理办法》第19条）。",
        "Whoever benefits bears it (《住宅专项维修资金管理办法》 Art. 19).",
    ),
)
REFUSED_BY = {
    "exclusive": Rule.N1,
    "utility": Rule.N3,
    "damaged_by_known_person": Rule.N4,
    "daily_upkeep": Rule.N5,
    "forbidden_elsewhere": Rule.N6,
    "unrelated_to_repair": Rule.N7,
}
"""The rule by which each fact keeps the fund from paying."""


def collective_votes(session: Session, community: str, today: date) -> Sequence[Choice]:
    """The collective votes that passed."""
    choices = passed(Matter.USE_FUND)(session, community, today)
    return [choice for choice in choices if choice.value.startswith(COLLECTIVE)]


PLANNED = {
    "code": own_code("WX-2026-01"),
    "scope": WHO_BEARS_IT,
    "emergency": Field(
        Said("哪种应急情形", "Which emergency"),
        hint=Said(
            "不是应急就空着；应急维修不用表决，事后要张贴，其余照办。",
            "Leave it when it is none; it needs no vote and is posted afterwards, all else stays.",
        ),
    ),
    "preauthorised": Field(
        Said("靠哪一次集合表决", "Under which collective vote"),
        hint=Said("没有集合表决的不填，要单独表决。", "Left out, it has a vote of its own."),
        choices=collective_votes,
    ),
    "another_defect": Field(
        label("another_defect"),
        hint=Said(
            "保修期内报修过、没修好的，要有这份材料，并由另一人复核；其余不填。",
            "Needed where something was reported inside the warranty and not repaired, and reviewed by a second person; else left out.",
        ),
    ),
    **{
        fact: Field(
            label(fact),
            hint=Said(
                f"是的话维修资金不付：{no.route_zh}。{rule}",
                f"If so the fund does not pay: {no.route_en}. {rule}",
            ),
        )
        for fact, rule in REFUSED_BY.items()
        for no in [REFUSALS[rule]]
    },
}
VOTING_DAYS = {
    "opens_on": Field(
        Said("从哪天开始表决", "Voting opens on"),
        hint=Said("公告要先满规定的天数。", "The notice stays for its days first."),
    ),
    "closes_on": Field(Said("表决到哪天", "Voting closes on")),
}

DECLARED: tuple[Declared, ...] = (
    Listing(
        path="/projects",
        title=Said("维修资金使用项目", "Uses of the fund"),
        roles=(*OFFICE, Role.WORKER),
        query=projects,
        gives=UseOut,
        key="projects",
        record=USE,
        columns=(
            "code",
            "title",
            "component",
            "emergency",
            "state",
            "budget_fen",
            "approved_fen",
            "paid_fen",
        ),
        totals=("budget_fen", "approved_fen", "paid_fen"),
        empty=Said("还没有使用维修资金的项目，先做使用方案。", "Nothing was planned yet: plan a use first."),
    ),
    USE,
    Operation(
        path="/projects",
        title=Said("做使用方案", "Plan a use of the fund"),
        roles=(Role.MANAGER,),
        does=propose_use,
        without=("reported_on",),
        gives=UseOut,
        seals=("use.propose",),
        fields=PLANNED,
    ),
    Operation(
        path="/reviews/<path:code>",
        title=Said("人工复核", "Review an unclear use"),
        roles=ever(Power.APPROVE),
        does=actions.review,
        gives=UseOut,
        seals=("use.review",),
        on=USE,
        fits=has(Power.APPROVE, "proposed_by"),
        offered=may_come(Action.REVIEW),
    ),
    Operation(
        path="/surveys/<path:code>",
        title=Said("查勘", "Survey the damage"),
        roles=(Role.MANAGER, Role.WORKER),
        does=actions.survey,
        gives=UseOut,
        seals=("use.survey",),
        fields={"papers": papers_of(Action.SURVEY, OF_THE_CASE)},
        on=USE,
        offered=may_come(Action.SURVEY),
    ),
    Operation(
        path="/price-reviews/<path:code>",
        title=Said("录入预算审价", "Take in the price review"),
        roles=(Role.MANAGER, Role.COMMITTEE),
        does=actions.price,
        gives=UseOut,
        seals=("use.price",),
        fields={
            "papers": papers_of(Action.PRICE),
            "priced_fen": Field(
                Said("审定价", "Reviewed price"),
                hint=Said("比预算低的，以审定价为预算。", "It becomes the budget when it is lower."),
            ),
        },
        on=USE,
        offered=may_come(Action.PRICE),
    ),
    Operation(
        path="/plan-postings/<path:code>",
        title=Said("公示使用方案", "Post the plan on the spot"),
        roles=(Role.MANAGER, *HOLDERS),
        does=actions.post_plan,
        gives=UseOut,
        seals=("use.post-plan",),
        fields={"papers": papers_of(Action.POST_PLAN, ON_THE_SPOT)},
        on=USE,
        offered=may_come(Action.POST_PLAN),
    ),
    Operation(
        path="/projects/<path:code>/vote",
        title=Said("发起表决", "Put it to the vote"),
        roles=HOLDERS,
        does=motions.put_to_vote,
        gives=UseVoteAnnouncedOut,
        seals=("use.announce-vote", "vote.announced"),
        fields=VOTING_DAYS,
        on=USE,
        offered=may_come(Action.ANNOUNCE_VOTE),
    ),
    Operation(
        path="/projects/<path:code>/count",
        title=Said("计票", "Count the vote"),
        roles=HOLDERS,
        does=count,
        gives=UseCountOut,
        seals=("vote.closed", "use.vote-down"),
        on=USE,
        offered=lambda use: use["countable"] and not use["course"].passed and may_come(Action.VOTE_DOWN)(use),
        confirms=True,
    ),
    Operation(
        path="/vote-postings/<path:code>",
        title=Said("公示表决结果", "Post the result of the vote"),
        roles=HOLDERS,
        does=motions.post_result,
        gives=UseOut,
        seals=("use.post-result",),
        fields={
            "papers": papers_of(
                Action.POST_RESULT,
                Said(
                    "登记表决结果公告时附过照片的，可以不再附。",
                    "The photograph of the vote's own posting is taken unless another comes.",
                ),
                needed=False,
            )
        },
        on=USE,
        offered=may_come(Action.POST_RESULT),
    ),
    Operation(
        path="/preauthorisations",
        title=Said("发起集合表决", "Announce a collective vote"),
        roles=HOLDERS,
        does=approvals.preauthorise,
        gives=CollectiveVoteOut,
        seals=("vote.announced",),
        fields={
            "code": own_code("2026-01"),
            **VOTING_DAYS,
            "scope": WHO_BEARS_IT,
        },
    ),
    Operation(
        path="/applications/<path:code>",
        title=Said("申请列支", "Apply for the money"),
        roles=(Role.MANAGER, Role.COMMUNITY_OFFICE, Role.COMMITTEE),
        does=approvals.apply,
        gives=UseOut,
        seals=("use.apply",),
        fields={"papers": papers_of(Action.APPLY)},
        on=USE,
        offered=may_come(Action.APPLY),
        fits=lambda call, use: call.by.role is not Role.COMMITTEE or use["emergency"] is not None,
    ),
    Operation(
        path="/substitute-repairs",
        title=Said("组织代修", "Order a substitute repair"),
        roles=ever(Power.SUBSTITUTE),
        does=approvals.order_substitute,
        gives=UseOut,
        seals=("use.order-substitute", "use.propose"),
        fields={
            **PLANNED,
            "plan": Field(Said("使用方案", "Plan of the use")),
            "papers": papers_of(Action.ORDER_SUBSTITUTE, OF_THE_CASE),
        },
        confirms=True,
    ),
    Operation(
        path="/consents/<path:code>",
        title=Said("同意动用公有住房维修资金", "Consent to the use of selling units' money"),
        roles=ever(Power.CONSENT),
        does=approvals.consent,
        gives=UseOut,
        seals=("use.consent",),
        on=USE,
        fits=has(Power.CONSENT, *ASKERS),
        offered=lambda use: use["course"].sellers_consent_missing and may_come(Action.CONSENT)(use),
    ),
    Operation(
        path="/filings/<path:code>",
        title=Said("备案", "File it with the authority"),
        roles=ever(Power.FILE),
        does=approvals.file,
        gives=UseOut,
        seals=("use.filing",),
        fields={"papers": papers_of(Action.FILE)},
        on=USE,
        fits=has(Power.FILE),
        offered=may_come(Action.FILE),
    ),
    Operation(
        path="/approvals/<path:code>",
        title=Said("审核同意", "Approve it"),
        roles=ever(Power.APPROVE),
        does=approvals.approve,
        gives=UseOut,
        seals=("use.approve",),
        fields={
            "approved_fen": Field(
                Said("批准金额", "Approved amount"),
                hint=Said("付款不能超过它；不能高于表决的预算。", "The ceiling of all payments."),
            )
        },
        on=USE,
        fits=has(Power.APPROVE, *ASKERS),
        offered=may_come(Action.APPROVE),
        confirms=True,
    ),
    Operation(
        path="/refusals/<path:code>",
        title=Said("不同意", "Refuse it"),
        roles=ever(Power.APPROVE),
        does=approvals.refuse,
        gives=UseOut,
        seals=("use.refuse",),
        on=USE,
        fits=has(Power.APPROVE, *ASKERS),
        turns_back=True,
        offered=may_come(Action.REFUSE),
        confirms=True,
    ),
    Operation(
        path="/works/<path:code>",
        title=Said("开工", "The works begin"),
        roles=(Role.MANAGER, Role.COMMITTEE),
        does=actions.begin,
        gives=UseOut,
        seals=("use.begin",),
        fields={"papers": papers_of(Action.BEGIN)},
        on=USE,
        offered=may_come(Action.BEGIN),
    ),
    Operation(
        path="/acceptances/<path:code>",
        title=Said("验收", "Accept the works"),
        roles=HOLDERS,
        does=actions.accept,
        gives=UseOut,
        seals=("use.accept",),
        fields={
            "papers": papers_of(Action.ACCEPT, Said("完工以后的样子。", "The finished works.")),
            "guaranteed_until": Field(
                Said("合同约定保修到哪天", "Warranty by the contract until"),
                hint=Said(
                    "合同没有约定重新起算保修的不填，原来的保修照旧。",
                    "Left out where the contract restarts none: what covered the part before covers it still.",
                ),
            ),
            "whole": Field(
                Said("整个部位都更新了", "All of the part was renewed"),
                hint=Said(
                    "只修了一处的不勾，只保修那一处。", "Else the warranty covers what was repaired alone."
                ),
            ),
        },
        on=USE,
        fits=is_not("proposed_by"),
        offered=may_come(Action.ACCEPT),
    ),
    Operation(
        path="/settlements/<path:code>",
        title=Said("录入结算审价", "Take in the audited settlement"),
        roles=HOLDERS,
        does=actions.settle,
        gives=UseOut,
        seals=("use.settle",),
        fields={"papers": papers_of(Action.SETTLE)},
        on=USE,
        fits=is_not("proposed_by"),
        offered=may_come(Action.SETTLE),
    ),
    Operation(
        path="/apportionments/<path:code>",
        title=Said("确认分摊到户", "Confirm who bore how much"),
        roles=ever(Power.KEEP_BOOKS),
        does=actions.apportion,
        gives=UseOut,
        seals=("use.apportion",),
        on=USE,
        fits=has(Power.KEEP_BOOKS),
        offered=may_come(Action.APPORTION),
        confirms=True,
    ),
    Operation(
        path="/use-disclosures/<path:code>",
        title=Said("公示支出和分摊", "Post what was spent and who bore it"),
        roles=(Role.MANAGER, *HOLDERS),
        does=actions.disclose,
        gives=UseOut,
        seals=("use.disclose",),
        fields={"papers": papers_of(Action.DISCLOSE, ON_THE_SPOT)},
        on=USE,
        offered=may_come(Action.DISCLOSE),
    ),
    Operation(
        path="/archives/<path:code>",
        title=Said("归档", "Put it away"),
        roles=HOLDERS,
        does=actions.archive,
        gives=UseOut,
        seals=("use.archive",),
        fields={"papers": papers_of(Action.ARCHIVE)},
        on=USE,
        offered=may_come(Action.ARCHIVE),
    ),
    Operation(
        path="/cancellations/<path:code>",
        title=Said("取消这个项目", "Give it up"),
        roles=(Role.MANAGER, Role.COMMITTEE),
        does=actions.cancel,
        gives=UseOut,
        seals=("use.cancel",),
        on=USE,
        turns_back=True,
        offered=may_come(Action.CANCEL),
        confirms=True,
    ),
)
