"""Which repairs of a period count, which of them were due, and which earn credit: what accounts and score tell of repairs."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import or_
from sqlmodel import Session, col, select

from ledger.community.queries import profile
from ledger.community.tables import Appointment
from ledger.files.queries import showing_the_same
from ledger.periods import day_in_shanghai
from ledger.repairs.queries import reported_between
from ledger.repairs.rules import FIRM, Priority, State
from ledger.repairs.tables import Ticket, TicketStep

LOOK_BACK = timedelta(days=60)
"""No ordinary repair and no complaint has longer from its report."""


def counted_between(session: Session, community: str, first: datetime, last: datetime) -> list[Ticket]:
    """The tickets reported from one instant until another that count: all but those turned away within their time.

    What was turned away after its time had run out stays, as a repair that nobody made; what is urgent, after the time
    in which somebody was to come.
    """
    return _counting(session, community, reported_between(session, community, first, last))


def concerned_between(session: Session, community: str, first: datetime, end: datetime) -> list[Ticket]:
    """The tickets that count and of which something may have been due or done from one instant until another."""
    moments = (Ticket.arrive_by, Ticket.done_by, Ticket.done_at)
    of_late = [col(Ticket.reported_at) >= first - LOOK_BACK, *(col(moment) >= first for moment in moments)]
    tickets = session.exec(
        select(Ticket)
        .where(Ticket.community == community, col(Ticket.reported_at) < end, or_(*of_late))
        .order_by(col(Ticket.no))
    ).all()
    return _counting(session, community, tickets)


def _counting(session: Session, community: str, reported: Sequence[Ticket]) -> list[Ticket]:
    rejected = [ticket for ticket in reported if ticket.state is State.REJECTED]
    away = {
        step.ticket: step.at
        for step in _steps(session, community, rejected)
        if step.state is State.REJECTED  # the last time
    }
    return [
        ticket
        for ticket in reported
        if ticket.state is not State.REJECTED or ((by := _time_of(ticket)) and away[ticket.no] > by)
    ]


def _time_of(ticket: Ticket) -> datetime | None:
    """When the first of what a ticket asks for is late."""
    return ticket.arrive_by if ticket.priority in (Priority.P1, Priority.P2) else ticket.done_by


def ordinary_due(
    session: Session, community: str, tickets: Sequence[Ticket], first: datetime, end: datetime
) -> tuple[int, int]:
    """Of the ordinary repairs that fell due from one instant until another: how many were done in time, and how many
    there were.

    What was made a project after the time for an ordinary repair had run out was due as one, and was not done.
    """
    due = [t for t in tickets if t.priority is Priority.P3 and t.done_by and first <= t.done_by < end]
    earning = credited(session, community, due)
    on_time = [t for t in due if t.no in earning and t.done_at and t.done_by and t.done_at <= t.done_by]
    projects = [t for t in tickets if t.priority is Priority.P4]
    judged = _judged(session, community, projects)
    put_off = 0
    for ticket in projects:
        local = profile(session, community, day_in_shanghai(ticket.reported_at))
        by = ticket.reported_at + timedelta(minutes=local["service.P3.done_minutes"])
        put_off += first <= by < end and ticket.no in judged and judged[ticket.no] > by
    return len(on_time), len(due) + put_off


def credited(session: Session, community: str, tickets: Sequence[Ticket]) -> set[int]:
    """The numbers of those finished repairs that earn credit.

    The picture of the place is none that an earlier repair had shown, by its bytes or by what it shows; and what the
    firm's own people reported was confirmed by somebody else.
    """
    finished = [ticket for ticket in tickets if ticket.done_at]
    if not finished:
        return set()
    firm = set(
        session.exec(
            select(Appointment.person).where(
                Appointment.community == community, col(Appointment.role).in_(FIRM)
            )
        )
    )
    confirmed = {
        step.ticket
        for step in _steps(session, community, finished)
        if step.state is State.VERIFIED and step.by_login not in firm
    }
    shown_first = _shown_first(session, community)
    return {
        ticket.no
        for ticket in finished
        if ticket.no in shown_first and (ticket.recorded_by not in firm or ticket.no in confirmed)
    }


def _shown_first(session: Session, community: str) -> set[int]:
    """The repairs that were finished with a picture that no other had shown before."""
    same = {sha256: min(group) for group in showing_the_same(session, community) for sha256 in group}
    rows = session.execute(
        select(TicketStep.ticket, TicketStep.photo)
        .where(TicketStep.community == community, col(TicketStep.photo).is_not(None))
        .order_by(col(TicketStep.at), col(TicketStep.ticket), col(TicketStep.line))
    )
    by: dict[str, int] = {}
    first: dict[int, str] = {}
    for ticket, photo in rows:
        shown = same.get(photo, photo)
        by.setdefault(shown, ticket)
        first.setdefault(ticket, shown)
    return {ticket for ticket, shown in first.items() if by[shown] == ticket}


def finished_by(session: Session, community: str, tickets: Sequence[Ticket]) -> dict[int, str | None]:
    """To whom each ticket was given when it was finished for the first time, by its number; None where that is not known."""
    given: dict[int, str | None] = {ticket.no: None for ticket in tickets}
    finished: set[int] = set()
    again: set[int] = set()
    for step in _steps(session, community, tickets):
        if step.state is State.DONE:
            finished.add(step.ticket)
        elif step.state is State.ASSIGNED and step.ticket in finished:
            again.add(step.ticket)
        elif step.state is State.ASSIGNED:
            given[step.ticket] = step.note or None
    # steps of before they said to whom: as long as nobody else was given it since, it is whom the ticket names
    return {
        ticket.no: given[ticket.no] or (None if ticket.no in again else ticket.assigned_to)
        for ticket in tickets
    }


def _judged(session: Session, community: str, tickets: Sequence[Ticket]) -> dict[int, datetime]:
    """When a ticket's report was last looked at, by its number: sending it back as not repaired is none."""
    judged: dict[int, datetime] = {}
    before: dict[int, State] = {}
    for step in _steps(session, community, tickets):
        if step.state is State.TRIAGED and before.get(step.ticket) is State.NEW:
            judged[step.ticket] = step.at
        before[step.ticket] = step.state
    return judged


def _steps(session: Session, community: str, tickets: Sequence[Ticket]) -> Sequence[TicketStep]:
    """The steps of some tickets, each ticket's in order."""
    if not tickets:
        return []
    return session.exec(
        select(TicketStep)
        .where(
            TicketStep.community == community,
            col(TicketStep.ticket).in_([ticket.no for ticket in tickets]),
        )
        .order_by(col(TicketStep.ticket), col(TicketStep.line))
    ).all()
