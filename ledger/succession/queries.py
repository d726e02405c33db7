"""What stands against dividing or merging a home."""

from collections.abc import Iterator, Sequence
from datetime import date

from sqlmodel import Session, col, or_, select

from ledger.fees.queries import debts
from ledger.fees.rules import FEE
from ledger.fees.waivers.queries import standings, waivers
from ledger.fees.waivers.rules import State
from ledger.fund.custody.queries import handovers
from ledger.fund.returns.queries import lost_homes
from ledger.fund.returns.tables import FundReturn
from ledger.fund.topups.queries import register as topup_register
from ledger.fund.topups.queries import topups
from ledger.fund.topups.rules import PlanState
from ledger.fund.uses.payment_queries import payments
from ledger.fund.uses.payment_rules import Stage
from ledger.fund.uses.step_and_emergency_rules import ProjectState
from ledger.fund.uses.tables import Project, ScopeHome
from ledger.grants.contributions.queries import contributions, levies
from ledger.journal.queries import held
from ledger.periods import Month, months_between
from ledger.register.tables import Tenancy
from ledger.succession.rules import Obstacle, stands_open
from ledger.words import Coded

GIVEN_UP = frozenset({ProjectState.REJECTED, ProjectState.CANCELLED, ProjectState.ARCHIVED})
SHARED_OUT = frozenset({ProjectState.APPORTIONED, ProjectState.DISCLOSED})
"""Uses of which nothing is paid any more but what was held back."""


def obstacles(session: Session, community: str, homes: Sequence[str], since: date) -> list[Coded]:
    """What of these homes has to be over before they end, each with what to do first; votes keep their roll and stand against nothing."""
    open_ones = [
        *_fees(session, community, homes, since),
        *_fund_uses(session, community, homes),
        *_topups(session, community, homes),
        *_levies(session, community, homes),
        *(stands_open(Obstacle.LOST, home) for home in sorted(lost_homes(session, community) & {*homes})),
        *(
            stands_open(Obstacle.CUSTODY, handover.code)
            for handover in handovers(session, community)
            if handover.taken_on is None
        ),
    ]
    returns = select(FundReturn).where(
        FundReturn.community == community,
        col(FundReturn.home).in_(homes),
        col(FundReturn.paid_on).is_(None),
    )
    open_ones += [
        stands_open(Obstacle.FUND_RETURN, row.home or "", row.code) for row in session.exec(returns)
    ]
    rented = select(Tenancy.home).where(
        Tenancy.community == community,
        col(Tenancy.home).in_(homes),
        or_(col(Tenancy.until).is_(None), col(Tenancy.until) >= since),
    )
    open_ones += [stands_open(Obstacle.TENANCY, home) for home in session.exec(rented.distinct())]
    return open_ones


def _fees(session: Session, community: str, homes: Sequence[str], since: date) -> Iterator[Coded]:
    """Debts, prepayments and waivers: of those that were granted, whatever has a month left that the new homes are charged."""
    for home in debts(session, community, homes):
        yield stands_open(Obstacle.DEBT, home)
    for home, fen in held(session, community, FEE, "prepaid", homes).items():
        if fen:
            yield stands_open(Obstacle.PREPAID, home)
    for waiver in waivers(session, community):
        of = waiver.home
        if of is None or of not in homes:
            continue
        if waiver.state is State.REQUESTED:
            yield stands_open(Obstacle.WAIVER, of, waiver.code)
        elif waiver.state is State.APPROVED:
            first = max(Month.parse(waiver.first), Month.of(since))
            charged = {row.month for row in standings(session, community, str(first), waiver.last, [of])}
            if any(str(month) not in charged for month in months_between(first, Month.parse(waiver.last))):
                yield stands_open(Obstacle.WAIVER_RUNS, of, waiver.code)


def _fund_uses(session: Session, community: str, homes: Sequence[str]) -> Iterator[Coded]:
    """Uses of the fund that these homes bear and of which something is still to be paid."""
    borne = (
        select(Project, ScopeHome.home)
        .join(
            ScopeHome,
            (col(ScopeHome.community) == Project.community) & (col(ScopeHome.project) == Project.code),
        )
        .where(
            Project.community == community,
            col(ScopeHome.home).in_(homes),
            col(Project.state).not_in(GIVEN_UP),
        )
        .order_by(Project.code, ScopeHome.home)
    )
    for project, home in session.exec(borne).all():
        released = sum(
            payment.amount_fen
            for payment in payments(session, community, project.code)
            if payment.stage is Stage.RETENTION
        )
        if project.state not in SHARED_OUT or released < project.retention_fen:
            yield stands_open(Obstacle.FUND_USE, home, project.code)


def _topups(session: Session, community: str, homes: Sequence[str]) -> Iterator[Coded]:
    for plan in topups(session, community):
        if plan.state is not PlanState.REJECTED:
            for row in topup_register(session, community, plan.code):
                if row.home in homes and row.open_fen > 0:
                    yield stands_open(Obstacle.TOPUP, row.home, plan.code)


def _levies(session: Session, community: str, homes: Sequence[str]) -> Iterator[Coded]:
    """Contributions to works that are not paid, or lie there unused."""
    for levy in levies(session, community):
        for share in contributions(session, community, levy.code):
            if share.home in homes and (
                share.paid_fen - share.refunded_fen < share.due_fen or share.held_fen
            ):
                yield stands_open(Obstacle.LEVY, share.home, levy.code)
