"""The actions of topping the fund up: plan, put to the vote, adopt, take in what is paid."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from pydantic import ConfigDict, Field
from sqlmodel import Session, col, select

from ledger.community.queries import end_of_term, homes, profile
from ledger.community.role_rules import Actor, Duty, check_different_people
from ledger.community.rules import HomeKind
from ledger.community.tables import Home
from ledger.db import write_rows
from ledger.fields import Amount, Code, Day
from ledger.fund.actions import NewDeposit, ReceiptUsed, deposit
from ledger.fund.power_queries import check_may
from ledger.fund.power_rules import Power
from ledger.fund.rules import DepositKind, Standing
from ledger.fund.topups.queries import register, standings, topup
from ledger.fund.topups.rules import (
    WITHIN,
    NoRuleOfSilence,
    NothingToTopUp,
    NotOnTopup,
    PlanState,
    SilenceNotOver,
    TopupExists,
    TopupNotReady,
    TopupOverpaid,
    TopupPlan,
    dues,
)
from ledger.fund.topups.tables import Topup, TopupDue, TopupPaid
from ledger.journal.actions import Posted, post
from ledger.journal.rules import Draft
from ledger.log.leaf import Json
from ledger.log.queries import head
from ledger.periods import day_in_shanghai
from ledger.votes.actions import announce, close_motion
from ledger.votes.queries import count, motion, resolution
from ledger.votes.quorum_and_majority_rules import Tally
from ledger.votes.rules import Matter, MotionState, NewMotion
from ledger.votes.tables import Motion


@dataclass(frozen=True)
class TopupReceipt:
    """Money that a home paid towards a plan, in fen, with its special receipt (165号令 Art. 14)."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    receipt_no: Code
    home: Code
    amount_fen: Amount
    on: Day


Receipts = Annotated[Sequence[TopupReceipt], Field(min_length=1, max_length=2_000)]


def plan_topup(
    session: Session, community: str, code: Code, plan: TopupPlan, *, by: Actor, at: datetime
) -> Topup:
    """Plan to bring the fund up again, once a home in the scope stands below the trigger; amounts are written down for good.

    Raises:
        NothingToTopUp: nobody in the scope stands below the trigger or has no fund.
        TopupMalformed: the total does not fit the basis.
        TopupExists: the code is taken.
    """
    head(session, community, lock=True)
    if session.get(Topup, (community, code)) is not None:
        raise TopupExists(plan=code)
    on = day_in_shanghai(at)
    local = profile(session, community, on)
    concerned = standings(session, community, on, plan.building)
    target_pct = local["topup.target_pct"]
    per_m2 = {
        lift: local[f"topup.first_fen_per_m2.{'lift' if lift else 'no_lift'}"] for lift in (True, False)
    }
    asked = dues(plan, concerned, target_pct=target_pct, per_m2=per_m2)
    short = [h for h in concerned if h.standing is not Standing.SOUND and h.kind is not HomeKind.UNSOLD]
    if not asked or not short:
        raise NothingToTopUp(trigger_pct=local["fund.topup_trigger_pct"])
    total = sum(due.due_fen for due in asked)
    planned = Topup(
        community=community,
        code=code,
        title=plan.title,
        basis=plan.basis,
        building=plan.building,
        target_pct=target_pct,
        total_fen=total,
        planned_by=by.login,
        planned_on=on,
    )
    session.add(planned)
    session.flush()  # the dues name the plan
    write_rows(session, TopupDue, [{"community": community, "plan": code, **due._asdict()} for due in asked])
    _note(session, planned, "topup.planned", {"total": total, "homes": len(asked)}, by=by, at=at)
    return planned


def put_topup_to_vote(
    session: Session, community: str, code: Code, *, opens_on: Day, closes_on: Day, by: Actor, at: datetime
) -> Motion:
    """Announce the vote of all owners in the scope on raising the money (民法典 Art. 278 (六)).

    Raises:
        TopupNotReady: it is not a plan any more.
        VoteDatesWrong, NoticeTooShort: see `votes.actions.announce`.
    """
    head(session, community, lock=True)
    planned = _ready(session, community, code, Duty.PUT_TO_VOTE)
    announced = announce(
        session,
        community,
        NewMotion(
            f"topup/{code}",
            Matter.RAISE_FUND,
            planned.title,
            opens_on=opens_on,
            closes_on=closes_on,
            budget_fen=planned.total_fen,
        ),
        homes(session, community, planned.building),
        by=by,
        at=at,
    )
    planned.motion, planned.state = announced.code, PlanState.VOTING
    session.add(planned)
    return announced


def close_topup_vote(session: Session, community: str, code: Code, *, by: Actor, at: datetime) -> Tally:
    """Count the vote: a plan that three quarters carried is adopted and falls due, another is rejected.

    It falls due the profile's ``topup.pay_days`` calendar days after. A vote that was counted by itself is taken
    as it was counted.

    Raises:
        TopupNotReady: it is not being voted on.
        VoteStillOpen: see `votes.actions.close_motion`.
    """
    head(session, community, lock=True)
    planned = _ready(session, community, code, Duty.COUNT)
    vote = motion(session, community, planned.motion or "")
    if vote.state is MotionState.OPEN:
        outcome = close_motion(session, community, vote.code, by=by, at=at)
    else:
        outcome = count(session, community, vote.code)
    if vote.passed and vote.state is MotionState.CLOSED:
        _adopt(session, planned, by=by, at=at)
    else:
        planned.state = PlanState.REJECTED
        session.add(planned)
    return outcome


def adopt_by_silence(session: Session, community: str, code: Code, *, by: Actor, at: datetime) -> Topup:
    """Let a plan stand because the owners decided nothing in time, where local law has it so (上海 Art. 65).

    Raises:
        NotYourPower: somebody else than the committee tells the owners.
        NoRuleOfSilence: the profile has no ``topup.silence_days``.
        SilenceNotOver: the owners may still decide.
        TopupNotReady: it is not a plan any more.
        SamePerson: whoever planned it may not adopt it.
    """
    head(session, community, lock=True)
    planned = _ready(session, community, code, Duty.NOTIFY)
    on = day_in_shanghai(at)
    local = profile(session, community, on)
    days = local.under("topup.").get("silence_days")
    if days is None:
        raise NoRuleOfSilence()
    if on <= (until := end_of_term(session, community, planned.planned_on, days)):
        raise SilenceNotOver(until=until, article=local.source("topup.silence_days"))
    check_different_people([(Duty.PREPARE, planned.planned_by)], step=Duty.NOTIFY, by=by)
    check_may(session, community, Power.NOTIFY_TOPUP, by=by, at=at)
    _adopt(session, planned, by=by, at=at)
    return planned


def _adopt(session: Session, planned: Topup, *, by: Actor, at: datetime) -> None:
    on = day_in_shanghai(at)
    pay_days = profile(session, planned.community, on)["topup.pay_days"]
    planned.state, planned.adopted_by, planned.adopted_on = PlanState.ADOPTED, by.login, on
    planned.due_on = end_of_term(session, planned.community, on, pay_days)
    session.add(planned)
    facts: dict[str, Json] = {"due": planned.due_on.isoformat(), "voted": planned.motion is not None}
    _note(session, planned, "topup.adopted", facts, by=by, at=at)


def receive_topups(
    session: Session, community: str, code: Code, receipts: Receipts, *, by: Actor, at: datetime
) -> Posted:
    """Take in what homes paid towards an adopted plan, in one entry of the fund, and mark it in the register.

    What a home without a fund pays becomes its first deposit, against which the trigger is measured from
    then on. The same receipts again give back the first entry.

    Raises:
        NotYourPower: he does not keep the fund's books.
        TopupNotReady: the plan is not adopted.
        NoResolutionPassed: the resolution was annulled since.
        NotOnTopup: the plan asks nothing of a home.
        TopupOverpaid: a home would have paid more than it is asked for.
        AccountNotApproved, ReceiptUsed, AskedDifferently: see `fund.actions.deposit`.
    """
    head(session, community, lock=True)
    check_may(session, community, Power.KEEP_BOOKS, by=by, at=at)
    plan = _ready(session, community, code, Duty.TAKE_IN)
    if plan.motion is not None:
        resolution(session, community, plan.motion, Matter.RAISE_FUND, day_in_shanghai(at))
    rows = {row.home: row for row in register(session, community, code)}
    for receipt in receipts:
        if receipt.home not in rows:
            raise NotOnTopup(plan=code, home=receipt.home)
    new = [
        NewDeposit(
            receipt.receipt_no, rows[receipt.home].kind, receipt.amount_fen, receipt.on, home=receipt.home
        )
        for receipt in receipts
    ]
    if session.get(TopupPaid, (community, receipts[0].receipt_no)):
        return deposit(session, community, new, by=by, at=at)
    left = {home: row.open_fen for home, row in rows.items()}
    for receipt in receipts:
        if receipt.amount_fen > left[receipt.home]:
            raise TopupOverpaid(
                plan=code, home=receipt.home, open_fen=left[receipt.home], paid_fen=receipt.amount_fen
            )
        left[receipt.home] -= receipt.amount_fen
    entry = deposit(session, community, new, by=by, at=at)
    if not entry.fresh:
        raise ReceiptUsed(receipt_no=receipts[0].receipt_no)  # booked before, and not for this plan
    write_rows(
        session,
        TopupPaid,
        [
            {"community": community, "receipt_no": receipt.receipt_no, "plan": code, "home": receipt.home}
            for receipt in receipts
        ],
    )
    established = {receipt.home for receipt in receipts if rows[receipt.home].kind is DepositKind.ESTABLISH}
    for home in session.exec(
        select(Home).where(Home.community == community, col(Home.code).in_(established))
    ):
        home.first_deposit_fen += sum(receipt.amount_fen for receipt in receipts if receipt.home == home.code)
        session.add(home)
    return entry


def _ready(session: Session, community: str, code: str, action: Duty) -> Topup:
    plan = topup(session, community, code)
    if plan.state is not WITHIN[action]:
        raise TopupNotReady(plan=code, state=plan.state, action=action)
    return plan


def _note(
    session: Session, planned: Topup, kind: str, facts: dict[str, Json], *, by: Actor, at: datetime
) -> None:
    draft = Draft(
        kind=kind,
        on=day_in_shanghai(at),
        key=f"{kind}/{planned.code}",
        facts={"plan": planned.code, **facts},
        subject=f"topup/{planned.code}",
    )
    post(session, planned.community, draft, by=by, at=at)
