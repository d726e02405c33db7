"""What can be read of repairs."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, case, func, or_
from sqlmodel import Session, col, select

from ledger.community.queries import components, seats, warranty
from ledger.community.role_rules import RESIDENTS, Actor, Role
from ledger.community.rules import FirmKind
from ledger.community.tables import Component, Firm, Home, Package, Person
from ledger.db import Page
from ledger.errors import Unknown
from ledger.fields import PageNumber, PageSize, Search
from ledger.fund.uses.step_and_emergency_rules import ProjectState
from ledger.fund.uses.tables import Project
from ledger.periods import day_in_shanghai
from ledger.repairs.rules import (
    FINISHED,
    KINDS_OF,
    OF_OTHERS,
    OVER,
    Category,
    Looked,
    Route,
    State,
    covers,
    looked_for,
)
from ledger.repairs.tables import Ticket, TicketStep
from ledger.words import word


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


REPORTERS = frozenset({Role.MANAGER, Role.WORKER, Role.COMMUNITY_OFFICE, Role.COMMITTEE})
"""Whose work needs the telephone of whoever reported."""


def sees_reporters(by: Actor) -> bool:
    """Whether somebody's work needs to know who reported what."""
    return by.role in REPORTERS


def _seen_by(by: Actor) -> list[ColumnElement[bool]]:
    own: list[ColumnElement[bool]] = []
    if by.role in RESIDENTS:
        own.append(col(Ticket.home).in_(by.homes))
    if by.buildings:
        own.append(col(Ticket.building).in_(by.buildings))
    return [or_(*own, col(Ticket.recorded_by) == by.login)] if own else []


def open_claims(session: Session, community: str, parts: Collection[str]) -> list[int]:
    """The tickets by which the warranty of some components is claimed and that are not done with yet."""
    return list(
        session.exec(
            select(Ticket.no)
            .where(
                Ticket.community == community,
                col(Ticket.component).in_(parts),
                Ticket.route == Route.WARRANTY,
                col(Ticket.state).not_in(OVER),
            )
            .order_by(col(Ticket.no))
        )
    )


def is_repairer(session: Session, repair: Ticket, to: str, on: date) -> bool:
    """Whether somebody is a worker of a ticket's community on a day, for its building, or a firm that works there."""
    held = seats(session, to, repair.community, on) or ()
    if any(seat.role is Role.WORKER and seat.building in (None, repair.building) for seat in held):
        return True
    return to in {contractor.code for contractor in contractors(session, repair.community)}


def ticket_told(session: Session, community: str, no: int, *, by: Actor) -> Ticket:
    """One ticket that he may see, without who reported it for those whose work does not need that.

    Raises:
        NoTicket: there is none with this number, or none that he may see.
    """
    repair = ticket_seen(session, community, no, by=by)
    if sees_reporters(by) or repair.recorded_by == by.login:
        return repair
    return Ticket(**repair.model_dump() | {"reporter": ""})


def contractors(session: Session, community: str) -> Sequence[Firm]:
    """The contractors of a community: of its works and of what its fund repaired or is to repair; what was given up or
    turned down made nobody one."""
    works = (
        select(Package.contractor).where(Package.community == community),
        select(Project.contractor).where(
            Project.community == community,
            col(Project.state).not_in([ProjectState.REJECTED, ProjectState.CANCELLED]),
        ),
    )
    return session.exec(
        select(Firm)
        .where(Firm.kind == FirmKind.CONTRACTOR, or_(*(col(Firm.code).in_(those) for those in works)))
        .order_by(Firm.name)
    ).all()


def parts_under_warranty(
    session: Session,
    community: str,
    category: Category,
    on: date,
    *,
    component: str | None,
    building: str | None,
) -> list[Component]:
    """The parts that a report may be about and that were under warranty on a day.

    That is the component which is named; where none is, those of the building and of the whole community from which such
    a defect may come.
    """
    kinds = KINDS_OF.get(category, frozenset())
    return [
        part
        for part in components(session, community, building or "")
        if (part.code == component if component else part.kind in kinds)
        and (claim := warranty(session, part))
        and covers(claim, on)
    ]


def arose_on(session: Session, community: str, component: str) -> date | None:
    """The day of the first report of a component that waits for its repair; None when none does."""
    first = session.exec(
        select(func.min(Ticket.reported_at)).where(
            Ticket.community == community,
            Ticket.component == component,
            col(Ticket.state).not_in(OVER | FINISHED),
        )
    ).one()
    return first and day_in_shanghai(first)


def perhaps_of(session: Session, part: Component) -> list[int]:
    """The reports from inside the warranty of a part that nobody repaired and that may have been about it.

    Such a one was turned away, or it names no part, and from a part of this kind and place such a defect may come. Where
    a look at it gave a reason against the warranty, it is no more asked.
    """
    claim = warranty(session, part)
    if claim is None:
        return []
    kinds = [category for category, some in KINDS_OF.items() if part.kind in some]
    unnamed = col(Ticket.component).is_(None) & col(Ticket.category).in_(kinds)
    if part.building is not None:
        unnamed &= col(Ticket.building) == part.building
    rows = session.exec(
        select(Ticket)
        .where(
            Ticket.community == part.community,
            unnamed | ((col(Ticket.component) == part.code) & (col(Ticket.state) == State.REJECTED)),
            col(Ticket.state).not_in(FINISHED | {State.CLOSED}),
            or_(col(Ticket.route).is_(None), col(Ticket.route).not_in(OF_OTHERS)),
        )
        .order_by(col(Ticket.no))
    )
    return [row.no for row in rows if covers(claim, day_in_shanghai(row.reported_at))]


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
    """Tickets, newest first; ``search`` looks for numbers, places, people and words, and all of its words have to be found.

    Each gets those that he may see (`ticket_seen`), and nobody finds by a reporter whom he may not see.
    """
    where = [col(Ticket.community) == community, *_seen_by(by)]
    if state is not None:
        where.append(col(Ticket.state) == state)
    where += [_is_found(community, asked, by) for asked in looked_for(search)]
    total = session.exec(select(func.count()).select_from(Ticket).where(*where)).one()
    rows = session.exec(
        select(Ticket).where(*where).order_by(col(Ticket.no).desc()).limit(size).offset((page - 1) * size)
    ).all()
    return Page(rows, total)


def _is_found(community: str, asked: Looked, by: Actor) -> ColumnElement[bool]:
    """What a word of a search finds: in what a ticket says, in its place, in who repairs it, and in who reported it."""
    kinds = [
        category
        for category in Category
        if any(asked.text.casefold() in word(category, language=language) for language in ("zh", "en"))
    ]
    parts = select(Component.code).where(
        Component.community == community, col(Component.name).icontains(asked.text, autoescape=True)
    )
    people = select(Person.login).where(col(Person.name).icontains(asked.text, autoescape=True))
    firms = select(Firm.code).where(col(Firm.name).icontains(asked.text, autoescape=True))
    ways = [
        *(
            col(of).icontains(text, autoescape=True)
            for of in (Ticket.title, Ticket.home, Ticket.component)
            for text in {asked.text, asked.written or asked.text}
        ),
        col(Ticket.component).in_(parts),
        *(col(of).in_(who) for of in (Ticket.assigned_to, Ticket.followed_up_by) for who in (people, firms)),
        col(Ticket.assigned_to) == asked.text,
        col(Ticket.category).in_(kinds),
    ]
    if sees_reporters(by):
        ways += [
            col(Ticket.reporter).icontains(asked.text, autoescape=True),
            col(Ticket.recorded_by).in_(people),
        ]
    if asked.number is not None:
        ways.append(col(Ticket.no) == asked.number)
        if asked.text.isdecimal():
            ways.append(col(Ticket.building) == str(asked.number))
    if asked.building is not None:
        ways.append(col(Ticket.building) == asked.building)
    for part, named in ((Home.stairwell, asked.stairwell), (Home.door, asked.door)):
        if named is not None:
            inside = select(Home.code).where(Home.community == community, part == named)
            ways.append(col(Ticket.home).in_(inside))
    return or_(*ways)


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
