"""Which reports of a period count, and which of them were due: what accounts and score tell of repairs."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func
from sqlmodel import Session, col, select

from ledger.community.queries import profile
from ledger.periods import day_in_shanghai
from ledger.repairs.queries import reported_between
from ledger.repairs.rules import Priority, State
from ledger.repairs.tables import Ticket, TicketStep


def counted_between(session: Session, community: str, first: datetime, last: datetime) -> list[Ticket]:
    """The tickets reported from one instant until another that count: all but those turned away within their time.

    What was turned away after its time had run out stays, as a repair that nobody made.
    """
    reported = reported_between(session, community, first, last)
    rejected = [ticket for ticket in reported if ticket.state is State.REJECTED]
    away = _steps(session, community, rejected, State.REJECTED, latest=True)
    return [
        ticket
        for ticket in reported
        if ticket.state is not State.REJECTED or (ticket.done_by and away[ticket.no] > ticket.done_by)
    ]


def ordinary_due(
    session: Session, community: str, tickets: Sequence[Ticket], end: datetime
) -> tuple[int, int]:
    """Of the ordinary repairs that were due by an instant: how many were done in time, and how many there were.

    What was made a project after the time for an ordinary repair had run out was due as one, and was not done.
    """
    due = [t for t in tickets if t.priority is Priority.P3 and t.done_by and t.done_by < end]
    on_time = [t for t in due if t.done_at and t.done_by and t.done_at <= t.done_by]
    projects = [t for t in tickets if t.priority is Priority.P4]
    triaged = _steps(session, community, projects, State.TRIAGED, latest=False)
    put_off = 0
    for ticket in projects:
        local = profile(session, community, day_in_shanghai(ticket.reported_at))
        by = ticket.reported_at + timedelta(minutes=local["service.P3.done_minutes"])
        put_off += by < end and ticket.no in triaged and triaged[ticket.no] > by
    return len(on_time), len(due) + put_off


def _steps(
    session: Session, community: str, tickets: Sequence[Ticket], state: State, *, latest: bool
) -> dict[int, datetime]:
    """When tickets came into a state, the first or the last time, by their number."""
    pick = func.max if latest else func.min
    rows = session.execute(
        select(TicketStep.ticket, pick(TicketStep.at))
        .where(
            TicketStep.community == community,
            TicketStep.state == state,
            col(TicketStep.ticket).in_([ticket.no for ticket in tickets]),
        )
        .group_by(col(TicketStep.ticket))
    )
    return {row[0]: row[1] for row in rows}
