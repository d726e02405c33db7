"""How a ticket is routed, how long it may take, and which step may follow which. Pure."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from ledger.community.rules import Warranty
from ledger.errors import Refused


class Category(StrEnum):
    """What is broken, in a resident's words."""

    LEAK = "leak"
    DRAIN = "drain"
    WATER = "water"
    POWER = "power"
    LIFT = "lift"
    LIGHTING = "lighting"
    DOOR = "door"
    WALL = "wall"
    ROAD = "road"
    GREENING = "greening"
    CLEANING = "cleaning"
    SECURITY = "security"
    COMPLAINT = "complaint"
    OTHER = "other"


class Priority(StrEnum):
    """P1 danger to life, P2 urgent, P3 ordinary, P4 a project."""

    P1 = "P1"
    P2 = "P2"
    P3 = "P3"
    P4 = "P4"


class Route(StrEnum):
    """Who must repair."""

    EMERGENCY = "emergency"
    WARRANTY = "warranty"
    OWNER = "owner"
    UTILITY = "utility"
    TORT = "tort"
    CONTRACT = "contract"
    FUND_PROJECT = "fund_project"
    PROPOSAL = "proposal"


class State(StrEnum):
    NEW = "new"
    TRIAGED = "triaged"
    ASSIGNED = "assigned"
    ARRIVED = "arrived"
    DONE = "done"
    VERIFIED = "verified"
    FOLLOWED_UP = "followed_up"
    CLOSED = "closed"
    REJECTED = "rejected"


NEXT: Mapping[State, frozenset[State]] = {
    State.NEW: frozenset({State.TRIAGED, State.REJECTED}),
    State.TRIAGED: frozenset({State.ASSIGNED, State.REJECTED}),
    State.ASSIGNED: frozenset({State.ARRIVED, State.ASSIGNED}),
    State.ARRIVED: frozenset({State.DONE}),
    State.DONE: frozenset({State.VERIFIED, State.ASSIGNED}),
    State.VERIFIED: frozenset({State.FOLLOWED_UP, State.CLOSED}),
    State.FOLLOWED_UP: frozenset({State.CLOSED, State.ASSIGNED}),
    State.CLOSED: frozenset(),
    State.REJECTED: frozenset({State.NEW}),
}


OVER = frozenset({State.CLOSED, State.REJECTED})
"""What is done with."""


class StepNotPossible(Refused):
    code = "step-not-possible"
    zh = "工单 {ticket} 现在是“{state}”，不能变成“{step}”。"
    en = "Ticket {ticket} is {state}; it cannot become {step}."


class PhotoMissing(Refused):
    code = "photo-missing"
    zh = "完工须附现场照片：没有照片的完工不计入按时率。"
    en = "Finishing needs a photograph of the place."


class ProjectOpened(Refused):
    code = "project-opened"
    zh = "工单 {ticket} 已经立项（{project}），不能再立一项。"
    en = "Ticket {ticket} is a use of the fund already ({project}); it cannot become another."


class NoProjectAnyMore(Refused):
    code = "no-project-any-more"
    zh = "工单 {ticket} 现在是“{state}”，不能再立项动用维修资金。"
    en = "Ticket {ticket} is {state}; it cannot become a use of the fund any more."


def may_open_project(state: State, project: str | None) -> bool:
    """Whether a ticket may be turned into a use of the fund: while it is open, and once."""
    return project is None and state not in OVER


def check_project(ticket: int, state: State, project: str | None) -> None:
    """See that a ticket may be turned into a use of the fund.

    Raises:
        ProjectOpened: it is one.
        NoProjectAnyMore: it is over.
    """
    if may_open_project(state, project):
        return
    if project is not None:
        raise ProjectOpened(ticket=ticket, project=project)
    raise NoProjectAnyMore(ticket=ticket, state=state)


def check_step(ticket: int, state: State, step: State) -> None:
    """See that a ticket in this state may take this step.

    Raises:
        StepNotPossible: it may not.
    """
    if step not in NEXT[state]:
        raise StepNotPossible(ticket=ticket, state=state, step=step)


class Cause(NamedTuple):
    """What a look at a defect says of who must repair: whose it is, who did it, and whether it is daily upkeep."""

    exclusive: bool = False
    utility: bool = False
    known_person: bool = False
    daily_upkeep: bool = True
    improvement: bool = False


UPKEEP = Cause()
"""What the contract covers, as long as nothing else is known."""


def route_of(priority: Priority, cause: Cause, *, warranty: Warranty | None, reported_on: date) -> Route:
    """Who must repair, the first rule that fits; warranty comes before every purse."""
    if priority is Priority.P1:
        return Route.EMERGENCY
    if warranty is not None and warranty.accepted_on <= reported_on <= warranty.until:
        return Route.WARRANTY
    tests = (
        (cause.exclusive, Route.OWNER),
        (cause.utility, Route.UTILITY),
        (cause.known_person, Route.TORT),
        (cause.improvement, Route.PROPOSAL),
        (cause.daily_upkeep, Route.CONTRACT),
    )
    return next((route for holds, route in tests if holds), Route.FUND_PROJECT)


def due_at(priority: Priority, reported_at: datetime, limits: Mapping[str, int]) -> tuple[datetime, datetime]:
    """Until when somebody must have arrived and until when it must be done.

    ``limits`` are minutes from the profile: ``P2.arrive_minutes``, ``P2.done_minutes``.
    """
    arrive = limits[f"{priority.value}.arrive_minutes"]
    finish = limits[f"{priority.value}.done_minutes"]
    return reported_at + timedelta(minutes=arrive), reported_at + timedelta(minutes=finish)
