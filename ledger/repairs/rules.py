"""How a ticket is routed, how long it may take, and which step may follow which. Pure."""

import re
from collections.abc import Iterable, Mapping, Set
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from unicodedata import normalize

from ledger.community.role_rules import Actor, Role
from ledger.community.rules import ComponentKind, Warranty
from ledger.errors import NotAllowed, Refused


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


URGENT = frozenset({Category.LEAK, Category.DRAIN, Category.WATER, Category.POWER, Category.LIFT})
"""What does not wait for a project (急修): nobody puts it off but the owners' committee."""
KINDS_OF: Mapping[Category, Set[ComponentKind]] = {
    Category.LEAK: {ComponentKind.ROOF, ComponentKind.OUTER_WALL, ComponentKind.PIPES},
    Category.DRAIN: {ComponentKind.PIPES},
    Category.WATER: {ComponentKind.PIPES},
    Category.POWER: {ComponentKind.ELECTRICAL},
    Category.LIFT: {ComponentKind.LIFT},
    Category.LIGHTING: {ComponentKind.LIGHTING},
    Category.WALL: {ComponentKind.OUTER_WALL, ComponentKind.INSULATION, ComponentKind.ROOF},
    Category.ROAD: {ComponentKind.ROAD},
    Category.GREENING: {ComponentKind.GREENING},
    Category.SECURITY: {ComponentKind.SECURITY},
}
"""The kinds of parts that what a resident reports may come from, where he names none."""


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


OF_OTHERS = frozenset({Route.OWNER, Route.UTILITY, Route.TORT, Route.PROPOSAL})
"""What neither the builder nor the firm answers for; against a warranty it needs a reason."""


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
FINISHED = frozenset({State.DONE, State.VERIFIED, State.FOLLOWED_UP})
"""What was repaired; whoever lives with it may send it back as not repaired."""
OF_SAFETY = frozenset({Category.LIFT, Category.POWER, Category.SECURITY})
"""What people's safety depends on: a ticket of it is kept as long as the part is there."""
OF_WORKS = frozenset({Route.EMERGENCY, Route.WARRANTY, Route.FUND_PROJECT})
"""The routes whose tickets belong to what is kept of safety, of works and of their warranty."""
FIRM = frozenset({Role.MANAGER, Role.WORKER})
"""The roles of the property firm's people."""


class StepNotPossible(Refused):
    code = "step-not-possible"
    zh = "工单 {ticket} 现在是“{state}”，不能变成“{step}”。"
    en = "Ticket {ticket} is {state}; it cannot become {step}."


class PlacesDisagree(Refused):
    code = "places-disagree"
    zh = "“{place}”属于 {of} 幢，不在 {building} 幢；请把地方写成同一处。"
    en = "“{place}” belongs to building {of}, not to building {building}; name one place."


class NobodyToRepair(Refused):
    code = "nobody-to-repair"
    zh = "“{to}”今天不是本小区的维修工，也不是本小区的施工单位，不能派工给他。"
    en = "“{to}” is neither a repair worker of this community today nor a contractor of it, so no ticket is given to him."


class AgainstWarranty(Refused):
    code = "against-warranty"
    zh = "报修时“{component}”还在保修期内（到{until}，由{contractor}保修）；不走保修的，请写明理由。"
    en = "“{component}” was under warranty when it was reported (until {until}, by {contractor}); say why it is not to be claimed."
    article = "《建设工程质量管理条例》第41条"


class ReportedInTerm(Refused):
    code = "reported-in-term"
    zh = "“{component}”在保修期内（到{until}，由{contractor}保修）报修过，还没有修好（工单 {tickets}）；要修的不是同一处缺陷的，请附上说明依据的材料，再由另一人复核。"
    en = "Something that “{component}” may have caused was reported inside its warranty (until {until}, by {contractor}) and not repaired (tickets {tickets}); if this repairs another defect, bring a paper that shows it, and a second person will review it."
    article = "《建设工程质量管理条例》第41条；《住宅专项维修资金管理办法》第25条第（一）项"


class UrgentPutOff(NotAllowed):
    code = "urgent-put-off"
    zh = "工单 {ticket}（{category}）属于急修，现在改成“{priority}”要由业主委员会来定。"
    en = "Ticket {ticket} ({category}) is urgent: only the owners' committee may make it “{priority}” now."


class FirmRatesItself(NotAllowed):
    code = "firm-rates-itself"
    zh = "物业的人不能给自己的维修回访、打分；由住户、业主委员会或社区来做。"
    en = "The property firm does not follow up or rate its own repairs: residents, the committee or the community office do."


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


def is_ordinary(category: Category, priority: Priority, route: Route | None, project: str | None) -> bool:
    """Whether nothing but somebody's claim keeps what a ticket says of people, once it is over.

    What concerns safety, works or a warranty is kept as long as its component stands, and nothing says how long that is.
    """
    of_works = route in OF_WORKS or project is not None
    return priority is not Priority.P1 and category not in OF_SAFETY and not of_works


def tells_of_homes(category: Category, home: str | None) -> bool:
    """Whether the words and pictures of a ticket tell of somebody: of what is inside his home, or whom he complains of."""
    return home is not None or category is Category.COMPLAINT


def may_open_project(state: State, project: str | None) -> bool:
    """Whether a ticket may be turned into a use of the fund: while it is open, and once."""
    return project is None and state not in OVER


def may_reject(state: State, assigned_to: str | None) -> bool:
    """Whether a ticket may be turned away: before anybody was given it, so never once it was sent back as not repaired."""
    return State.REJECTED in NEXT[state] and assigned_to is None


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

    @property
    def of_others(self) -> bool:
        """Whether it says that neither the builder nor the firm answers for it."""
        return self.exclusive or self.utility or self.known_person or self.improvement


UPKEEP = Cause()
"""What the contract covers, as long as nothing else is known."""


def one_building(named: str | None, parts: Iterable[tuple[str, str | None]]) -> str | None:
    """The building that a report is of: that which it names, else that of its home or its component; None is common.

    ``parts`` are what else it names, each with its building; a part of the whole community lies in every building.

    Raises:
        PlacesDisagree: they lie in different buildings.
    """
    for place, of in parts:
        if of is None:
            continue
        if named is not None and of != named:
            raise PlacesDisagree(place=place, of=of, building=named)
        named = of
    return named


def check_put_off(
    ticket: int, category: Category, now: Priority, asked: Priority, *, late: bool, by: Actor
) -> None:
    """See that what is urgent by its kind or by its report becomes a project by the committee's word alone, and that
    once its time to be reached has run out (``late``) it becomes nothing less urgent either.

    Raises:
        UrgentPutOff: somebody else puts it off.
    """
    reported_urgent = now in (Priority.P1, Priority.P2)
    project = asked is Priority.P4 and (category in URGENT or reported_urgent)
    lowered = asked is Priority.P3 and reported_urgent and late
    if (project or lowered) and by.role is not Role.COMMITTEE:
        raise UrgentPutOff(ticket=ticket, category=category, priority=asked)


def check_not_the_firm(roles: Iterable[Role]) -> None:
    """See that whoever rates a repair is none of the firm's people, in whatever role he does it.

    Raises:
        FirmRatesItself: he is.
    """
    if not FIRM.isdisjoint(roles):
        raise FirmRatesItself()


def covers(warranty: Warranty, on: date) -> bool:
    """Whether a defect that arose on a day is the contractor's (建设工程质量管理条例 Arts. 40, 41)."""
    return warranty.accepted_on <= on <= warranty.until


def route_of(priority: Priority, cause: Cause, *, warranty: Warranty | None, reported_on: date) -> Route:
    """Who must repair, the first rule that fits; warranty comes before every purse."""
    if priority is Priority.P1:
        return Route.EMERGENCY
    if warranty is not None and covers(warranty, reported_on):
        return Route.WARRANTY
    tests = (
        (cause.exclusive, Route.OWNER),
        (cause.utility, Route.UTILITY),
        (cause.known_person, Route.TORT),
        (cause.improvement, Route.PROPOSAL),
        (cause.daily_upkeep, Route.CONTRACT),
    )
    return next((route for holds, route in tests if holds), Route.FUND_PROJECT)


class Looked(NamedTuple):
    """One word of a search: as it stands, and what else it may be: a ticket's number, a building, a stairwell, a door.

    ``written`` is how the word was written, where that is in other forms of its letters (full-width).
    """

    text: str
    number: int | None = None
    building: str | None = None
    stairwell: str | None = None
    door: str | None = None
    written: str | None = None


_PLACE = re.compile(
    r"(?i)(?:building\s+([\w-]+)|第?([\w-]+?)\s*(?:幢|号楼|栋)|第?([\w-]+?)\s*单元|([0-9]+)\s*室)"
)
_NUMBER = re.compile(r"(?i)(?:工单|ticket|no\.?|[#第])?([0-9]{1,9})号?(?:工单)?")
_BEFORE_NUMBER = re.compile(r"(?i)(?<!\w)(工单|ticket|no\.)\s+(?=[0-9])")


def looked_for(search: str) -> list[Looked]:
    """What a search asks for, word by word: all of them have to be found. Full-width letters and digits are read as plain."""
    plain = {normalize("NFKC", word): word for word in search.split()}
    read = _BEFORE_NUMBER.sub(r"\1", normalize("NFKC", search))
    asked = []
    for place in _PLACE.finditer(read):
        building = place[1] or place[2]
        asked.append(
            Looked(
                place[0].replace(" ", "").removeprefix("第"),
                building=building,
                stairwell=place[3],
                door=place[4],
            )
        )
    for text in _PLACE.sub(" ", read).split():
        number = _NUMBER.fullmatch(text)
        written = plain.get(text, text)
        asked.append(
            Looked(text, int(number[1]) if number else None, written=written if written != text else None)
        )
    return asked


def due_at(priority: Priority, reported_at: datetime, limits: Mapping[str, int]) -> tuple[datetime, datetime]:
    """Until when somebody must have arrived and until when it must be done.

    ``limits`` are minutes from the profile: ``P2.arrive_minutes``, ``P2.done_minutes``.
    """
    arrive = limits[f"{priority.value}.arrive_minutes"]
    finish = limits[f"{priority.value}.done_minutes"]
    return reported_at + timedelta(minutes=arrive), reported_at + timedelta(minutes=finish)
