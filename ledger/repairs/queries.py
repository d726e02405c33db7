"""What can be read of repairs."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, case, func, or_
from sqlmodel import Session, col, select

from ledger.community.role_rules import RESIDENTS, Actor
from ledger.db import Page
from ledger.errors import Unknown
from ledger.fields import PageNumber, PageSize, Search
from ledger.repairs.rules import OVER, Route, State
from ledger.repairs.tables import Ticket, TicketStep


class NoTicket(Unknown):
    code = "no-ticket"
    zh = "本小区没有第 {ticket} 号工单。"
    en = "This community has no ticket {ticket}."


def ticket(session: Session, community: str, no: int) -> Ticket:
    """One ticket.

    Raises:
        NoTicket: there is none with this number.
    """
    repair = session.get(Ticket, (community, no))
    if repair is None:
        raise NoTicket(community=community, ticket=no)
    return repair


def ticket_seen(session: Session, community: str, no: int, *, by: Actor) -> Ticket:
    """One ticket, for whoever asks: owners and tenants see those of their homes, whoever is here for his building those
    of that, and each what he reported himself.

    Raises:
        NoTicket: there is none with this number, or none that he may see.
    """
    repair = session.exec(
        select(Ticket).where(Ticket.community == community, Ticket.no == no, *_seen_by(by))
    ).first()
    if repair is None:
        raise NoTicket(community=community, ticket=no)
    return repair


def _seen_by(by: Actor) -> list[ColumnElement[bool]]:
    own: list[ColumnElement[bool]] = []
    if by.role in RESIDENTS:
        own.append(col(Ticket.home).in_(by.homes))
    if by.buildings:
        own.append(col(Ticket.building).in_(by.buildings))
    return [or_(*own, col(Ticket.recorded_by) == by.login)] if own else []


def open_claims(session: Session, community: str, component: str) -> list[int]:
    """The tickets by which the warranty of a component is claimed and that are not done with yet."""
    return list(
        session.exec(
            select(Ticket.no)
            .where(
                Ticket.community == community,
                Ticket.component == component,
                Ticket.route == Route.WARRANTY,
                col(Ticket.state).not_in(OVER),
            )
            .order_by(col(Ticket.no))
        )
    )


def tickets(
    session: Session,
    community: str,
    *,
    state: State | None = None,
    search: Search = "",
    page: PageNumber = 1,
    size: PageSize = 20,
    by: Actor,
) -> Page:
    """Tickets, newest first; ``search`` looks in the title, the building and the home.

    Each gets those that he may see (`ticket_seen`).
    """
    where = [col(Ticket.community) == community, *_seen_by(by)]
    if state is not None:
        where.append(col(Ticket.state) == state)
    if search:
        words = f"%{search}%"
        where.append(
            col(Ticket.title).like(words) | col(Ticket.building).like(words) | col(Ticket.home).like(words)
        )
    total = session.exec(select(func.count()).select_from(Ticket).where(*where)).one()
    rows = session.exec(
        select(Ticket).where(*where).order_by(col(Ticket.no).desc()).limit(size).offset((page - 1) * size)
    ).all()
    return Page(rows, total)


def reported_between(session: Session, community: str, first: datetime, last: datetime) -> Sequence[Ticket]:
    """The tickets reported from one instant until another, oldest first."""
    return session.exec(
        select(Ticket)
        .where(
            Ticket.community == community, col(Ticket.reported_at) >= first, col(Ticket.reported_at) < last
        )
        .order_by(col(Ticket.no))
    ).all()


class OpenAndLate(NamedTuple):
    """How many tickets are not done with, and how many of these are past the day by which they were to be repaired."""

    open: int
    late: int


def open_and_late(session: Session, community: str, at: datetime) -> OpenAndLate:
    """How many tickets of a community wait for somebody at an instant, and how many are late."""
    late = col(Ticket.done_at).is_(None) & (col(Ticket.done_by) < at)
    open_tickets, late_tickets = session.exec(
        select(func.count(), func.count(case((late, 1)))).where(
            Ticket.community == community, col(Ticket.state).not_in(OVER)
        )
    ).one()
    return OpenAndLate(open_tickets, late_tickets)


def steps(session: Session, community: str, no: int) -> Sequence[TicketStep]:
    """What happened to a ticket, in order."""
    return session.exec(
        select(TicketStep)
        .where(TicketStep.community == community, TicketStep.ticket == no)
        .order_by(col(TicketStep.line))
    ).all()


def next_number(session: Session, community: str) -> int:
    """The next ticket number of a community; the caller holds its lock."""
    return (session.exec(select(func.max(Ticket.no)).where(Ticket.community == community)).one() or 0) + 1
