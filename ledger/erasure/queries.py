"""Who holds or rents a home no longer, and what still needs to know who he was."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import func
from sqlmodel import Session, col, select

from ledger.community.tables import Holder, Succession
from ledger.db import select_columns
from ledger.erasure.rules import Former, Need, NoFormerResident, Tie, needed_for
from ledger.fees.dunning.queries import disputes
from ledger.fees.prepaid.rules import RefundState
from ledger.fees.prepaid.tables import Refund
from ledger.fees.queries import debts
from ledger.fields import Code
from ledger.fund.returns.tables import FundReturn
from ledger.fund.topups.queries import dues_of_home
from ledger.grants.contributions.queries import contributions, levies
from ledger.journal.queries import written
from ledger.journal.tables import Entry
from ledger.log.queries import leaf, opening_of, private_digests
from ledger.periods import Month, day_in_shanghai, years_after
from ledger.register.tables import Tenancy
from ledger.repairs.rules import OVER, is_ordinary
from ledger.repairs.tables import Ticket, TicketStep
from ledger.votes.objections.rules import DECIDED
from ledger.votes.objections.tables import VoteObjection
from ledger.votes.rules import MotionState
from ledger.votes.tables import Motion, RollHome
from ledger.words import Coded

DAY = timedelta(days=1)


def former_residents(
    session: Session, community: str, today: date, *, home: Code | None = None
) -> Sequence[Former]:
    """Whoever held or rented a home and does no longer, by home, the latest first: personal data.

    A holder is followed by another, or his home was divided or merged; a tenant's last day is past.
    """
    former = [*_holders(session, community, today, home), *_tenants(session, community, today, home)]
    return sorted(former, key=lambda one: (one.home, -one.until.toordinal(), one.tie))


def _holders(session: Session, community: str, today: date, home: str | None) -> Iterator[Former]:
    ended = (
        select_columns(Succession.home, func.min(Succession.since).label("since"))
        .where(Succession.community == community)
        .group_by(col(Succession.home))
        .subquery()
    )
    following = func.lead(Holder.since).over(partition_by=col(Holder.home), order_by=col(Holder.since))
    query = (
        select(Holder, func.coalesce(following, ended.c.since).label("next"))
        .outerjoin(ended, ended.c.home == col(Holder.home))
        .where(Holder.community == community)
    )
    if home is not None:
        query = query.where(Holder.home == home)
    for holder, after in session.exec(query):
        if after is not None and after <= today:
            yield Former(
                Tie.HOLDER,
                holder.home,
                holder.since,
                after - DAY,
                holder.name,
                holder.phone,
                holder.erasure_no,
                holder.person_key,
            )


def _tenants(session: Session, community: str, today: date, home: str | None) -> Iterator[Former]:
    query = select(Tenancy).where(Tenancy.community == community, col(Tenancy.until) < today)
    if home is not None:
        query = query.where(Tenancy.home == home)
    for rented in session.exec(query):
        assert rented.until is not None, "it is past"
        yield Former(
            Tie.TENANT,
            rented.home,
            rented.since,
            rented.until,
            rented.name,
            rented.phone,
            rented.erasure_no,
        )


def former_resident(
    session: Session, community: str, tie: Tie, home: Code, since: date, today: date
) -> Former:
    """Somebody who held or rented a home from a day on and does no longer: personal data.

    Raises:
        NoFormerResident: nobody did, or he still does.
    """
    for former in former_residents(session, community, today, home=home):
        if (former.tie, former.since) == (tie, since):
            return former
    raise NoFormerResident(tie=tie, home=home, since=since)


def needs(session: Session, community: str, former: Former) -> list[Coded]:
    """What of his time at the home is not over and needs to know who he was."""
    return [
        *_of_fees(session, community, former),
        *(_of_the_fund_and_votes(session, community, former) if former.tie is Tie.HOLDER else ()),
        *_of_tickets(session, community, former),
    ]


def _of_fees(session: Session, community: str, former: Former) -> Iterator[Coded]:
    first, last = (str(Month.of(day)) for day in (former.since, former.until))
    owed = debts(session, community, [former.home]).get(former.home, [])
    for month in sorted({debt.month for debt, _fen in owed if first <= debt.month <= last}):
        yield needed_for(Need.DEBT, month)
    for dispute in disputes(session, community):
        if (
            dispute.home == former.home
            and dispute.ended_on is None
            and _in_his_time(former, dispute.opened_on)
        ):
            yield needed_for(Need.DISPUTE, dispute.code)
    waiting = (
        select_columns(Refund.code, Entry.booked_on)
        .join(Entry, (col(Entry.community) == Refund.community) & (col(Entry.no) == Refund.receipt_no))
        .where(
            Refund.community == community,
            Refund.home == former.home,
            Refund.state == RefundState.REQUESTED,
        )
        .order_by(Refund.code)
    )
    for code, received_on in session.execute(waiting):
        if _in_his_time(former, received_on):
            yield needed_for(Need.REFUND, code)


def _of_the_fund_and_votes(session: Session, community: str, former: Former) -> Iterator[Coded]:
    returns = select(FundReturn.code).where(
        FundReturn.community == community,
        FundReturn.home == former.home,
        FundReturn.asked_on >= former.since,
        col(FundReturn.paid_on).is_(None),
    )
    for code in session.exec(returns.order_by(FundReturn.code)):
        yield needed_for(Need.FUND_RETURN, code)
    for plan, due in dues_of_home(session, community, former.home):
        if due.open_fen > 0 and plan.adopted_on and _in_his_time(former, plan.adopted_on):
            yield needed_for(Need.TOPUP, plan.code)
    for levy in levies(session, community):
        for share in contributions(session, community, levy.code):
            is_open = share.paid_fen - share.refunded_fen < share.due_fen or share.held_fen
            if share.home == former.home and is_open and _in_his_time(former, levy.raised_on):
                yield needed_for(Need.LEVY, levy.code)
    on_the_roll = (
        select(Motion.code, Motion.state)
        .join(RollHome, (col(RollHome.community) == Motion.community) & (col(RollHome.motion) == Motion.code))
        .where(
            Motion.community == community,
            RollHome.home == former.home,
            RollHome.head == former.head,
        )
        .order_by(Motion.code)
    )
    open_objections = select(VoteObjection.motion).where(
        VoteObjection.community == community, col(VoteObjection.state).not_in(DECIDED)
    )
    objected = {*session.exec(open_objections)}
    for code, state in session.execute(on_the_roll):
        if state is MotionState.OPEN:
            yield needed_for(Need.VOTE, code)
        elif code in objected:
            yield needed_for(Need.OBJECTION, code)


def _of_tickets(session: Session, community: str, former: Former) -> Iterator[Coded]:
    going_on = select(Ticket.no, Ticket.reported_at).where(
        Ticket.community == community, Ticket.home == former.home, col(Ticket.state).not_in(OVER)
    )
    for no, reported_at in session.execute(going_on.order_by(col(Ticket.no))):
        if _in_his_time(former, day_in_shanghai(reported_at)):
            yield needed_for(Need.TICKET, no)


def _in_his_time(former: Former, day: date) -> bool:
    return former.since <= day <= former.until


def tickets_due(session: Session, community: str, years: int, at: datetime) -> Sequence[Ticket]:
    """The ordinary tickets that have been over for so many years, since their last step, and name somebody still."""
    over = (
        select_columns(TicketStep.ticket, func.max(TicketStep.at).label("at"))
        .where(TicketStep.community == community)
        .group_by(col(TicketStep.ticket))
        .subquery()
    )
    query = (
        select_columns(Ticket, over.c.at)
        .join(over, over.c.ticket == col(Ticket.no))
        .where(
            Ticket.community == community,
            col(Ticket.state).in_(OVER),
            col(Ticket.erasure_no).is_(None),
            col(Ticket.reported_at) < at - timedelta(days=365 * years),
        )
        .order_by(col(Ticket.no))
    )
    return [
        ticket
        for ticket, over_at in session.execute(query)
        if years_after(day_in_shanghai(over_at), years) < day_in_shanghai(at)
        and is_ordinary(ticket.category, ticket.priority, ticket.route, ticket.project)
    ]


def words_of_ticket(session: Session, community: str, no: int, taken: int) -> list[tuple[int, str]]:
    """Where the log commits to the words of a ticket of so many steps, still open: leaf and digest."""
    keys = [f"ticket/{no}", *(f"ticket/{no}/{step}" for step in range(1, taken + 1))]
    leaves = sorted(index for _key, _asked, _no, index, _reversal in written(session, community, keys))
    return [(index, digest) for index in leaves for digest in private_digests(session, community, index)]


def reasons_of_corrections(session: Session, community: str, former: Former) -> list[tuple[int, str]]:
    """Where the log commits to why a holder's name or telephone was corrected, still open: leaf and digest."""
    corrections = select(Entry.leaf_index).where(
        Entry.community == community,
        Entry.kind == "home.holder-corrected",
        Entry.subject == f"home/{former.home}",
    )
    since = f'"since":"{former.since.isoformat()}"'.encode()
    return [
        (index, reason.digest)
        for index in session.exec(corrections.order_by(col(Entry.no)))
        if since in leaf(session, community, index).body
        and (reason := opening_of(session, community, index, "reason"))
    ]
