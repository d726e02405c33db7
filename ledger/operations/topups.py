"""续筹维修资金: who has to top the fund up, what the owners decided, who has paid. Rows of homes for staff only."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from pydantic import Field as Limit
from sqlmodel import Session

from ledger.community.queries import home as home_of
from ledger.community.queries import kept_day
from ledger.community.role_rules import Actor, Duty, Role, check_own_home
from ledger.community.rules import HomeKind
from ledger.fields import Code, Out, Provisional
from ledger.fund.power_rules import Power, ever
from ledger.fund.rules import DepositKind, Standing
from ledger.fund.topups.actions import (
    adopt_by_silence,
    close_topup_vote,
    plan_topup,
    put_topup_to_vote,
    receive_topups,
)
from ledger.fund.topups.queries import (
    check_resale,
    dues_of_home,
    register,
    standings,
    topup,
    topup_flags,
    topup_seen,
    topups,
    totals,
)
from ledger.fund.topups.rules import WITHIN, Basis, PlanState
from ledger.fund.topups.tables import Topup
from ledger.operations.circles import HOLDERS, OFFICE
from ledger.operations.labels import on_paper, own_code
from ledger.operations.operation import Declared, Field, Listing, Operation, Part, Record, Said
from ledger.operations.uses import has

COLLECTORS = (Role.MANAGER, Role.COMMITTEE, Role.SUPERVISOR, Role.AUDITOR)
"""Who may see what single homes owe: those who collect it and those who check them."""


class TopupOut(Out):
    """A plan as anyone may see it: without its total, which would point at a home where few are asked."""

    code: str
    title: str
    basis: Basis
    building: str | None
    target_pct: int
    state: PlanState
    planned_by: str
    planned_on: date
    motion: str | None
    adopted_by: str | None
    adopted_on: date | None
    due_on: date | None
    due_on_provisional: Provisional = Limit(validation_alias="due_on")


class TopupPlannedOut(TopupOut):
    total_fen: int


class TopupCountOut(TopupOut):
    area_all: int
    heads_all: int
    area_part: int
    heads_part: int
    area_yes: int
    heads_yes: int
    quorum: bool


class TopupTotalsOut(Out):
    homes: int | None
    due_fen: int | None
    paid_fen: int | None


class TopupFlagOut(Out):
    building: str | None
    balance_fen: int
    first_deposit_fen: int
    below: bool


class TopupSituationOut(Out):
    flags: list[TopupFlagOut]
    plans: list[TopupOut]


class HomeStandingOut(Out):
    home: str
    building: str
    kind: HomeKind
    area_dm2: int
    has_lift: bool
    balance_fen: int
    first_deposit_fen: int
    standing: Standing


class TopupDueOut(Out):
    home: str
    kind: DepositKind
    due_fen: int
    paid_fen: int
    open_fen: int


class TopupOfHomeOut(TopupDueOut):
    plan: str
    due_on: date | None
    due_on_provisional: Provisional = Limit(validation_alias="due_on")


class TopupsOfHomeOut(Out):
    home: str
    dues: list[TopupOfHomeOut]


class ResaleOut(Out):
    home: str
    required: bool
    standard_fen: int
    balance_fen: int
    shortfall_fen: int


class TopupVoteOut(Out):
    motion: str = Limit(validation_alias="code")


def situation(session: Session, community: str, today: date) -> Mapping[str, Any]:
    """Where the fund is below the trigger (Σ balance < trigger % of Σ first deposits), and the plans."""
    return {"flags": topup_flags(session, community, today), "plans": topups(session, community)}


def of_home(session: Session, community: str, home: Code, *, by: Actor) -> Mapping[str, Any]:
    """What the adopted plans ask of a home; an owner sees his own home only.

    Raises:
        NotYourHome, NoHome.
    """
    check_own_home(home, by=by)
    home_of(session, community, home)
    return {
        "home": home,
        "dues": [
            {
                "plan": plan.code,
                "due_on": plan.due_on and kept_day(session, community, plan.due_on),
                **row._asdict(),
            }
            for plan, row in dues_of_home(session, community, home)
        ],
    }


def count(session: Session, community: str, code: Code, *, by: Actor, at: datetime) -> Mapping[str, Any]:
    """Count the vote, and say whether the plan is adopted and when it falls due.

    Raises:
        TopupNotReady, VoteStillOpen: as for `ledger.fund.topups.actions.close_topup_vote`.
    """
    outcome = close_topup_vote(session, community, code, by=by, at=at)
    planned = topup(session, community, code)
    return {**planned.model_dump(), **outcome._asdict(), "quorum": outcome.quorum}


def ready_to(action: Duty) -> Callable[[Topup], bool]:
    """Whether a plan stands where this may be done with it."""
    return lambda planned: planned.state is WITHIN[action]


TOPUP = Record(
    path="/topups/<path:code>",
    title=Said("一份续筹方案", "One top-up plan"),
    roles=tuple(Role),
    query=topup_seen,
    gives=TopupOut,
    heading="title",
    state=("state", "motion", "due_on"),
    parts={
        "totals": Part(
            title=Said("应交和已交合计", "Due and paid in all"),
            query=totals,
            gives=TopupTotalsOut,
            many=False,
        )
    },
)
OF_HOME = Record(
    path="/topups/homes/<home>",
    personal=True,
    title=Said("一户要续交多少", "What a home is asked for"),
    roles=(Role.OWNER.of("home"), *COLLECTORS),
    query=of_home,
    gives=TopupsOfHomeOut,
    heading="home",
    parts={
        "resale": Part(
            title=Said("上市出售前要补多少", "What it lacks before a resale"),
            query=check_resale,
            gives=ResaleOut,
            many=False,
        )
    },
)

DECLARED: tuple[Declared, ...] = (
    Record(
        path="/topups",
        title=Said("维修资金够不够", "Where the fund is below the trigger"),
        roles=OFFICE,
        query=situation,
        gives=TopupSituationOut,
    ),
    Listing(
        path="/topups/plans",
        title=Said("续筹方案", "Top-up plans"),
        roles=OFFICE,
        query=topups,
        gives=TopupOut,
        key="plans",
        record=TOPUP,
        columns=("code", "title", "basis", "building", "state", "planned_on", "due_on"),
        empty=Said("还没有续筹方案。", "No plan was made yet."),
    ),
    Listing(
        path="/topups/standings",
        personal=True,
        title=Said("各户余额够不够", "How every home stands"),
        roles=COLLECTORS,
        query=standings,
        gives=HomeStandingOut,
        key="homes",
        record=OF_HOME,
        columns=("home", "kind", "area_dm2", "first_deposit_fen", "balance_fen", "standing"),
        totals=("first_deposit_fen", "balance_fen"),
    ),
    OF_HOME,
    TOPUP,
    Listing(
        path="/topups/<path:code>/register",
        personal=True,
        title=Said("续筹备查簿", "Memo register of a plan"),
        roles=COLLECTORS,
        query=register,
        gives=TopupDueOut,
        key="homes",
        record=OF_HOME,
        columns=("home", "kind", "due_fen", "paid_fen", "open_fen"),
        totals=("due_fen", "paid_fen", "open_fen"),
    ),
    Operation(
        path="/topups",
        title=Said("做续筹方案", "Plan to top the fund up"),
        roles=(Role.MANAGER,),
        does=plan_topup,
        gives=TopupPlannedOut,
        seals=("topup.planned",),
        fields={
            "code": own_code("XC-2026-01"),
            "basis": Field(Said("怎么算每户的数", "How the amounts are found")),
            "building": Field(
                Said("哪一幢", "Building"), hint=Said("全小区就空着。", "Leave it for the whole community.")
            ),
            "total_fen": Field(
                Said("总额", "Total"),
                hint=Said("只有按总额分摊才填。", "Only when a total is shared out by area."),
            ),
        },
    ),
    Operation(
        path="/topups/<path:code>/vote",
        title=Said("发起续筹表决", "Put it to the vote"),
        roles=HOLDERS,
        does=put_topup_to_vote,
        gives=TopupVoteOut,
        seals=("vote.announced",),
        on=TOPUP,
        offered=ready_to(Duty.PUT_TO_VOTE),
        fields={
            "opens_on": Field(
                Said("从哪天开始表决", "Voting opens on"),
                hint=Said(
                    "要四分之三同意（《民法典》第278条第（六）项）。",
                    "Three quarters have to agree (《民法典》 Art. 278 (6)).",
                ),
            ),
            "closes_on": Field(Said("表决到哪天", "Voting closes on")),
        },
    ),
    Operation(
        path="/topups/<path:code>/count",
        title=Said("续筹计票", "Count the vote"),
        roles=HOLDERS,
        does=count,
        gives=TopupCountOut,
        seals=("vote.closed", "topup.adopted"),
        on=TOPUP,
        offered=ready_to(Duty.COUNT),
        confirms=True,
    ),
    Operation(
        path="/topups/<path:code>/notification",
        title=Said("业主逾期未决，按标准通知续筹", "Let it stand because the owners decided nothing"),
        roles=ever(Power.NOTIFY_TOPUP),
        does=adopt_by_silence,
        gives=TopupOut,
        seals=("topup.adopted",),
        on=TOPUP,
        fits=has(Power.NOTIFY_TOPUP),
        offered=ready_to(Duty.NOTIFY),
        confirms=True,
    ),
    Operation(
        path="/topups/<path:code>/receipts",
        title=Said("登记各户续交", "Take in what homes paid"),
        roles=ever(Power.KEEP_BOOKS),
        does=receive_topups,
        seals=("fund.deposited",),
        on=TOPUP,
        fits=has(Power.KEEP_BOOKS),
        offered=ready_to(Duty.TAKE_IN),
        confirms=True,
        fields={
            "receipt_no": on_paper(Said("专用票据号", "Number of the special receipt")),
            "on": Field(Said("收款日", "Received on")),
        },
    ),
)
