"""Who somebody is in a community: roles, levels and seats, whom a seat lets act, and which duties ask for different people. Pure.

A new role is a member of `Role`, with its word in `ledger.words` and the kinds of its organisation in `LEVEL_OF` or `LEVELS`
(`RESIDENTS` are of none and of a home); who may appoint it stands in `ledger.people.rules`, what it may do in the operations that
name it (of one building: ``role.of(building=…)``), and which of residents' data it reads in `ledger.register.privacy_rules` and
`ledger.files.rules`.
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from ledger.community.rules import Mode
from ledger.errors import LedgerError, Malformed, NotAllowed
from ledger.words import Login


class Role(StrEnum):
    """What a person may do; the five groups of 一核多元 in the ledger's words."""

    MANAGER = "manager"
    WORKER = "worker"
    OWNER = "owner"
    TENANT = "tenant"
    COMMITTEE = "committee"
    COMMUNITY_OFFICE = "community_office"
    SUPERVISOR = "supervisor"
    AUDITOR = "auditor"
    OPERATOR = "operator"

    def of(self, home: str | None = None, *, building: str | None = None) -> "Condition":
        """This role, for a home or a building of one's own that the request names by this name."""
        return Condition(self, home=home, building=building)

    def at(self, *levels: "Level") -> "Condition":
        """This role, when the appointment is of one of these kinds of organisation."""
        return Condition(self, levels=frozenset(levels))


class Level(StrEnum):
    """What kind of organisation an appointment is of, where the law asks for more than a role."""

    PROPERTY_FIRM = "property_firm"
    OWNERS_COMMITTEE = "owners_committee"
    MANAGEMENT_COMMITTEE = "management_committee"
    """物管会: set up by the street where there is no owners' committee."""
    COMMUNITY_OFFICE = "community_office"
    STREET = "street"
    HOUSING_AUTHORITY = "housing_authority"
    CUSTODIAN = "custodian"
    AUDIT_FIRM = "audit_firm"


LEVEL_OF = MappingProxyType(
    {
        Role.MANAGER: Level.PROPERTY_FIRM,
        Role.WORKER: Level.PROPERTY_FIRM,
        Role.COMMITTEE: Level.OWNERS_COMMITTEE,
        Role.COMMUNITY_OFFICE: Level.COMMUNITY_OFFICE,
        Role.AUDITOR: Level.AUDIT_FIRM,
    }
)
"""The kind of organisation of a role that is held at one kind only. A supervisor sits at the street, at the housing
authority or at the custodian of the fund, and has to say which."""


LEVELS = MappingProxyType(
    {
        **{role: frozenset({level}) for role, level in LEVEL_OF.items()},
        Role.COMMITTEE: frozenset({Level.OWNERS_COMMITTEE, Level.MANAGEMENT_COMMITTEE}),
        Role.SUPERVISOR: frozenset({Level.STREET, Level.HOUSING_AUTHORITY, Level.CUSTODIAN}),
    }
)
"""Of which kinds of organisation somebody in a role can be; residents and operators are of none."""


RESIDENTS = (Role.OWNER, Role.TENANT)
"""Who sees and does only what is of his own homes."""


FUND_USES = "fund"
"""The works of a community under which what its maintenance fund repaired stands with its warranty: no renovation."""


class Actor(NamedTuple):
    """Who acts: the sign-in name, the role in which it is done, and what he holds in that role here and today.

    ``homes`` are those he owns or rents; ``level`` is the kind of organisation that his appointment is of; where the
    role was asked for with a building, ``buildings`` are those he is appointed for, and he acts for no other.
    """

    login: str
    role: Role
    homes: frozenset[str] = frozenset()
    level: Level | None = None
    buildings: frozenset[str] = frozenset()

    @property
    def sealed(self) -> dict[str, str]:
        """Who it was, in which role and for which body, as the log commits to it."""
        body = {"level": self.level.value} if self.level else {}
        return {"by": self.login, "role": self.role.value, **body}


class Seat(NamedTuple):
    """One appointment as the law of roles sees it: what somebody is in a community, for which home or building, of whom."""

    role: Role
    home: str | None = None
    level: Level | None = None
    building: str | None = None


INSTEAD = "committee.instead."
"""Local numbers that name, by management mode, the body which acts where there is no owners' committee."""


STAND_INS = frozenset({Level.MANAGEMENT_COMMITTEE, Level.COMMUNITY_OFFICE})
"""The bodies that a place may name."""


def acting_body(committee: bool, mode: Mode, instead: Mapping[str, str]) -> Level | None:
    """Which body acts for the owners: their committee where they have one, else what the place names for the mode.

    ``instead`` are the values under `INSTEAD` by mode. The residents' committee helps owners to set up a committee
    (民法典 Art. 277) and is not to act in its place by that: where a place names nothing, nobody does.
    """
    if committee:
        return Level.OWNERS_COMMITTEE
    return next((body for body in STAND_INS if body == instead.get(mode)), None)


def seats_where(body: Level | None, seats: Sequence[Seat]) -> list[Seat]:
    """What seats count for where this body acts for the owners.

    Whoever is of the body that stands in sits as the committee does, unless he is there for one building; and whoever is
    of one that does not sits on nothing. What the law gives to the owners' committee by name is asked for by its level and stays its own.
    """
    counted = [
        seat
        for seat in seats
        if seat.role is not Role.COMMITTEE or seat.level in (None, Level.OWNERS_COMMITTEE, body)
    ]
    if body in STAND_INS and any(LEVEL_OF.get(seat.role) is body and not seat.building for seat in seats):
        counted.append(Seat(Role.COMMITTEE, level=body))
    return counted


EVERYWHERE = "*"
"""Where an appointment to every community is held."""


class Condition(NamedTuple):
    """A role that is not enough by itself: it counts for one's own home or building, or at some kinds of organisation.

    ``home`` and ``building`` name the value of the request (of its address or its body) that must be one of his; a
    request that leaves it out asks about none, and the action or the query looks at the actor's own. An appointment for
    a building counts only where a building is asked for, so that a role of a building is declared operation by operation.
    """

    role: Role
    home: str | None = None
    levels: frozenset[Level] = frozenset()
    building: str | None = None


def rule_named(allowed: Role | Condition) -> str:
    """A role with its condition as programs read it: ``supervisor at housing_authority or street``, ``owner of own home``."""
    if isinstance(allowed, Role):
        return allowed.value
    levels = f" at {' or '.join(sorted(allowed.levels))}" if allowed.levels else ""
    of = " of own home" if allowed.home else " of own building" if allowed.building else ""
    return f"{allowed.role.value}{levels}{of}"


class Duty(StrEnum):
    """What somebody does in a matter that needs more than one person."""

    ASK = "ask"
    PROPOSE = "propose"
    PREPARE = "prepare"
    REVIEW = "review"
    CHECK = "check"
    APPROVE = "approve"
    DECIDE = "decide"
    PAY = "pay"
    REFUND = "refund"
    ACCEPT = "accept"
    SETTLE = "settle"
    PUBLISH = "publish"
    REPAIR = "repair"
    CONFIRM = "confirm"
    FOLLOW_UP = "follow_up"
    RELEASE = "release"
    TAKE_OVER = "take_over"
    SIGN = "sign"
    ENTER_FIRST = "enter_first"
    ENTER_AGAIN = "enter_again"
    ANNOUNCE = "announce"
    PUT_TO_VOTE = "put_to_vote"
    COUNT = "count"
    RECORD_RULING = "record_ruling"
    REGISTER = "register"
    CLEAR = "clear"
    NOTIFY = "notify"
    TAKE_IN = "take_in"
    BUY = "buy"
    CASH = "cash"
    ERASE = "erase"


class SamePerson(NotAllowed):
    """Two steps that must be two people's were asked of one."""

    code = "same-person"
    zh = "{first}和{second}必须由不同的人完成：{login} 已经做了前一步。"
    en = "Different people must do this: {first} and {second}; {login} has done the earlier one."
    article = "《会计法》第25条第（一）项（不相容岗位分离）"


class OperatorDecides(NotAllowed):
    """A step that different people must take was asked of the one who runs the machine."""

    code = "operator-decides"
    zh = "{step}要由担任这项职责的人来做；系统管理员只管运行系统，不能代办。"
    en = "Those whose duty it is must do this: {step}; the operator runs the system and does not do it for them."
    article = "《会计法》第25条第（一）项（不相容岗位分离）"


class RoleMissing(NotAllowed):
    code = "role-missing"
    zh = "您在这个小区没有可以做这件事的身份（需要：{needed}）。"
    en = "You hold no role here that may do this (needed: {needed})."


class NotYourHome(NotAllowed):
    code = "not-your-home"
    zh = "{home} 不是您名下的房屋，业主和租户只能办自己家的事。"
    en = "{home} is not a home of yours; owners and tenants act for their own homes only."


class NotYourBuilding(NotAllowed):
    code = "not-your-building"
    zh = "{building} 幢不是您负责的，您只能看、只能办自己那一幢的事。"
    en = "Building {building} is not yours; you see and act for your own only."


class HomeNotSaid(Malformed):
    """Somebody with several homes left out which of them he means."""

    code = "home-not-said"
    zh = "您名下有几处房屋（{homes}），请写明办的是哪一户。"
    en = "You have several homes ({homes}); say which of them you mean."


def home_meant(home: str | None, *, by: Actor) -> str:
    """The home that is named, or when none is the one that he has.

    Raises:
        NotYourHome: none is named and he has none here.
        HomeNotSaid: none is named and he has several.
    """
    if home is not None:
        return home
    if not by.homes:
        raise NotYourHome(home="—")
    if len(by.homes) > 1:
        raise HomeNotSaid(homes=sorted(by.homes))
    (only,) = by.homes
    return only


def check_own_home(home: str | None, *, by: Actor) -> None:
    """See that an owner or a tenant acts for a home of his own; other roles act for any.

    Raises:
        NotYourHome: it is somebody else's, or none is named.
    """
    if by.role in RESIDENTS and home not in by.homes:
        raise NotYourHome(home=home or "—")


def check_own_building(building: str | None, *, by: Actor) -> None:
    """See that whoever is here for his building acts for that; others act for any.

    Raises:
        NotYourBuilding: it is another, or none is named.
    """
    if by.buildings and building not in by.buildings:
        raise NotYourBuilding(building=building or "—")


def actor_among(
    login: str, seats: Sequence[Seat], allowed: Sequence[Role | Condition], named: Mapping[str, object]
) -> Actor:
    """The person in the first allowed role that he holds and whose condition is met.

    ``named`` are the values of the request by name. The actor has all homes and buildings that he holds in that role.

    Raises:
        NotYourHome, NotYourBuilding: he would be allowed for one of his own, and named another.
        RoleMissing: he holds none of the roles.
    """
    refusal: LedgerError | None = None
    for role in allowed:
        condition = role if isinstance(role, Condition) else Condition(role)
        of_a_building = condition.building is not None
        held = [s for s in seats if s.role is condition.role and (s.building is not None) is of_a_building]
        if condition.levels:
            held = [seat for seat in held if seat.level in condition.levels]
        if not held:
            continue
        homes = frozenset(seat.home for seat in held if seat.home)
        if condition.home is not None and named.get(condition.home) not in (None, *homes):
            refusal = NotYourHome(home=named[condition.home])
            continue
        buildings = frozenset(seat.building for seat in held if seat.building)
        if condition.building is not None and named.get(condition.building) not in (None, *buildings):
            refusal = NotYourBuilding(building=named[condition.building])
            continue
        level = next((seat.level for seat in held if seat.level), None)
        return Actor(login, condition.role, homes, level, buildings)
    if refusal is not None:
        raise refusal
    raise RoleMissing(needed=tuple(dict.fromkeys(needed for role in allowed for needed in _needed(role))))


def check_role(login: str, seats: Sequence[Seat], allowed: Sequence[Role | Condition]) -> None:
    """See that somebody may do it at all, whichever home or building it is for.

    Raises:
        RoleMissing: he holds none of the roles, or none at the right kind of organisation.
    """
    conditions = [role if isinstance(role, Condition) else Condition(role) for role in allowed]
    actor_among(login, seats, [condition._replace(home=None) for condition in conditions], {})


def _needed(allowed: Role | Condition) -> list[Role] | list[Level]:
    """What a refusal names: the role, or the kinds of organisation at which alone it is enough."""
    if isinstance(allowed, Condition) and allowed.levels:
        return [level for level in Level if level in allowed.levels]
    return [allowed.role if isinstance(allowed, Condition) else allowed]


def check_different_people(earlier: Iterable[tuple[Duty, str | None]] = (), *, step: Duty, by: Actor) -> None:
    """See that whoever does this step did none of the earlier ones, given as (duty, login), and does not run the machine.

    Raises:
        OperatorDecides: it is the operator.
        SamePerson: the same sign-in name stands at an earlier step.
    """
    if by.role is Role.OPERATOR:
        raise OperatorDecides(step=step)
    for duty, login in earlier:
        if login == by.login:
            raise SamePerson(first=duty, second=step, login=Login(by.login))
