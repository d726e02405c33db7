"""What can be read of a community."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from datetime import date, timedelta
from typing import Any, TypeVar

from sqlalchemy import BindParameter, ColumnElement, Date, and_, bindparam, exists, func, null, or_
from sqlmodel import Session, SQLModel, col, select

from ledger.community.role_rules import (
    EVERYWHERE,
    INSTEAD,
    RESIDENTS,
    STAND_INS,
    Actor,
    Level,
    Role,
    Seat,
    acting_body,
    seats_where,
)
from ledger.community.rules import (
    DEFAULTS,
    DEMO_PASSWORD,
    HomeKind,
    NoProfileValue,
    Warranty,
    scopes_of,
)
from ledger.community.tables import (
    Appointment,
    Building,
    CalendarDay,
    Community,
    Component,
    Demo,
    Firm,
    HandOver,
    Holder,
    Home,
    Package,
    Person,
    ProfileValue,
    ServiceContract,
    Succession,
)
from ledger.db import Prepared, select_columns
from ledger.errors import NotAllowed, Refused, Unknown
from ledger.periods import Month, Period, marked, plus_days
from ledger.words import Coded, word

Row = TypeVar("Row", bound=SQLModel)


class NoCommunity(Unknown):
    code = "no-community"
    zh = "没有小区“{community}”。"
    en = "There is no community “{community}”."


class BeforeOpening(Refused):
    code = "before-opening"
    zh = "本小区从{opened}起在这里记账，{period:period}在那以前：这里没有那时的账，不能收费、结账、出报表、公示或评分。"
    en = "The community keeps its books here from {opened} on and {period:period} lies before: nothing of that time is charged, closed, reported, disclosed or scored here."


class NotTheDemo(Refused):
    code = "not-the-demo"
    zh = "只有样例能停在某一天（LEDGER_DAY）；这个数据库里是真的账，日期不能改。"
    en = "Only the demo stands on a day of its own (LEDGER_DAY); this database holds real books, whose day is not set."


class DemoPassword(NotAllowed):
    code = "demo-password"
    zh = "这是样例的公开密码，只在样例里能用；请另设一个。"
    en = "This is the demo's password, which everybody may read; it works in the demo only. Choose another."


class NoHome(Unknown):
    code = "no-home"
    zh = "本小区没有“{home}”这一户。"
    en = "This community has no home “{home}”."


class HomeEnded(Refused):
    code = "home-ended"
    zh = "{home} 从{since}起已经分户或合户，现在是 {became}；请在现在的户上办。"
    en = "{home} was divided or merged on {since} and is {became} now; do it on what it became."


class NoBuilding(Unknown):
    code = "no-building"
    zh = "本小区没有 {building} 幢。"
    en = "This community has no building {building}."


class NoFirm(Unknown):
    code = "no-firm"
    zh = "没有登记企业“{firm}”。"
    en = "The firm “{firm}” is not registered."


class NoComponent(Unknown):
    code = "no-component"
    zh = "本小区没有登记部位“{component}”。"
    en = "This community has no component “{component}”."


def community(session: Session, code: str) -> Community:
    """One community.

    Raises:
        NoCommunity: there is none with this code.
    """
    row = session.get(Community, code)
    if row is None:
        raise NoCommunity(community=code)
    return row


def since_opening(session: Session, code: str, period: Period) -> Period:
    """A period as far as the community's books tell of it: where they were opened in it, from the month of that day on.

    That month begins with what was brought over; from its first day by its name it would be told of as income, after an
    opening of nought.

    Raises:
        NoCommunity. BeforeOpening: the period is over before.
    """
    opened_on = community(session, code).opened_on
    if opened_on is not None and period.end < Month.of(opened_on):
        raise BeforeOpening(opened=opened_on, period=str(period))
    return period.since(opened_on)


def communities(session: Session) -> Sequence[Community]:
    """Every community, by code."""
    return session.exec(select(Community).order_by(Community.code)).all()


class Profile(Mapping[str, Any]):
    """The local numbers in force on one day; asking for one that is not there is a refusal."""

    def __init__(self, values: Mapping[str, Any], sources: Mapping[str, str], on: date) -> None:
        self._values = values
        self._sources = sources
        self._on = on

    def __getitem__(self, key: str) -> Any:
        if key not in self._values:
            raise NoProfileValue(key=Coded("number", key), on=self._on)
        return self._values[key]

    def __contains__(self, key: object) -> bool:
        return key in self._values

    def get(self, key: str, default: Any = None) -> Any:
        """A local number where there is one."""
        return self._values.get(key, default)

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def source(self, key: str) -> str:
        """The law or the resolution that a number rests on; empty where it is the ledger's own default."""
        return self._sources.get(key, "")

    def under(self, prefix: str) -> dict[str, Any]:
        """The values whose key begins with the prefix, by the rest of the key."""
        return {key[len(prefix) :]: value for key, value in self._values.items() if key.startswith(prefix)}


def profile(session: Session, code: str, on: date) -> Profile:
    """The profile of a community on a day: its own rows over its jurisdiction's over the national default.

    A district's rows stand over its city's.

    Raises:
        NoCommunity: there is none with this code.
    """
    own = f"community:{code}"
    rows = _LOCAL_NUMBERS.read(session, {"of": code, "own": own, "on": on})
    if not rows:
        raise NoCommunity(community=code)
    scopes = scopes_of(rows[0][0], code)
    if wider := set(scopes) - {DEFAULTS, rows[0][0], own}:
        rows = [*rows, *_numbers_of(session, wider, on)]
    values: dict[str, Any] = {}
    sources: dict[str, str] = {}
    for scope in scopes:
        values |= {key: json.loads(value) for _, its, key, value, _ in rows if its == scope}
        if scope != DEFAULTS:
            sources |= {key: source for _, its, key, _, source in rows if its == scope}
    return Profile(values, sources, on)


_IN_FORCE = and_(
    col(ProfileValue.scope).in_([DEFAULTS, col(Community.jurisdiction), bindparam("own")]),
    col(ProfileValue.since) <= bindparam("on", type_=Date()),
)
_LOCAL_NUMBERS = Prepared(
    select_columns(
        Community.jurisdiction, ProfileValue.scope, ProfileValue.key, ProfileValue.value, ProfileValue.source
    )
    .select_from(Community)
    .outerjoin(ProfileValue, _IN_FORCE)
    .where(col(Community.code) == bindparam("of"))
    .order_by(col(ProfileValue.since))
)
"""A row for each value, and one without a value where the community has none: so that it is known to be there."""


def _numbers_of(session: Session, scopes: Collection[str], on: date) -> Sequence[Sequence[Any]]:
    """The values of some places on a day, in the columns of ``_LOCAL_NUMBERS``: asked only where a place lies in another."""
    query = select_columns(
        null(), ProfileValue.scope, ProfileValue.key, ProfileValue.value, ProfileValue.source
    )
    query = query.where(col(ProfileValue.scope).in_(scopes), col(ProfileValue.since) <= on)
    return session.execute(query.order_by(col(ProfileValue.since))).all()


def profile_history(session: Session, code: str, key: str) -> list[tuple[date, Any]]:
    """Every value that a local number had, as (first day, value), oldest first; the narrowest scope decides."""
    scopes = scopes_of(community(session, code).jurisdiction, code)[::-1]
    rows = session.exec(
        select(ProfileValue)
        .where(col(ProfileValue.scope).in_(scopes), ProfileValue.key == key)
        .order_by(col(ProfileValue.since))
    ).all()
    values = []
    for since in sorted({row.since for row in rows}):
        in_force = {row.scope: row.value for row in rows if row.since <= since}
        values.append((since, json.loads(next(in_force[s] for s in scopes if s in in_force))))
    return values


def decided_days(session: Session, area: str | None) -> dict[date, bool]:
    """The working days that the operator of an area decided himself."""
    rows = session.exec(select(CalendarDay).where(CalendarDay.area == (area or "")))
    return {row.day: row.works for row in rows}


def end_of_term(session: Session, code: str, day: date, days: int) -> date:
    """The day on which a term of so many days from a day on ends in a community, by the working days of its area.

    Raises:
        NoCommunity: there is none with this code.
    """
    return plus_days(day, days, decided_days(session, community(session, code).area))


def kept_day(session: Session, code: str, day: date) -> date:
    """A day that was counted with working days and is kept, marked as long as it is provisional.

    Raises:
        NoCommunity: there is none with this code.
    """
    return marked(day, decided_days(session, community(session, code).area))


def with_kept_day(session: Session, code: str, row: Row, name: str) -> Row:
    """A row as it is shown: its day that was counted with working days and is kept is marked as long as it is provisional.

    Raises:
        NoCommunity: there is none with this code.
    """
    day = getattr(row, name)
    return type(row)(**{**row.model_dump(), name: day and kept_day(session, code, day)})


def home(session: Session, code: str, home_code: str) -> Home:
    """One home.

    Raises:
        NoHome: there is none with this code in this community.
    """
    row = session.get(Home, (code, home_code))
    if row is None:
        raise NoHome(community=code, home=home_code)
    return row


def standing_homes(on: date | None = None) -> ColumnElement[bool]:
    """That a home of a query stands: now, or on a day. Divided and merged homes stand until the day of it, new ones from it on."""
    ended = (col(Succession.community) == Home.community) & (col(Succession.home) == Home.code)
    if on is None:
        return ~exists().where(ended)
    to_come = (col(Succession.community) == Home.community) & (col(Succession.became) == Home.code)
    return ~exists().where(ended, col(Succession.since) <= on) & ~exists().where(
        to_come, col(Succession.since) > on
    )


def standing_home(session: Session, code: str, home_code: str) -> Home:
    """One home that was neither divided nor merged.

    Raises:
        NoHome: there is none with this code in this community. HomeEnded: it became another.
    """
    row = home(session, code, home_code)
    check_standing(session, code, {home_code})
    return row


def check_standing(session: Session, code: str, some: Set[str]) -> None:
    """See that none of some homes was divided or merged.

    Raises:
        HomeEnded: one became another.
    """
    query = select(Succession).where(Succession.community == code)
    if len(some) == 1:
        query = query.where(col(Succession.home).in_(some))
    ended = [
        row for row in session.exec(query.order_by(Succession.home, Succession.became)) if row.home in some
    ]
    if ended:
        first = ended[0].home
        after = [row.became for row in ended if row.home == first]
        raise HomeEnded(home=first, since=ended[0].since, became=after)


def became(session: Session, code: str, home_code: str) -> Sequence[Succession]:
    """What a home became by being divided or merged, by code; nothing while it stands."""
    query = select(Succession).where(Succession.community == code, Succession.home == home_code)
    return session.exec(query.order_by(Succession.became)).all()


def came_from(session: Session, code: str, home_code: str) -> Sequence[Succession]:
    """What a home was before by code, where it came of dividing or merging."""
    query = select(Succession).where(Succession.community == code, Succession.became == home_code)
    return session.exec(query.order_by(Succession.home)).all()


def ancestors(session: Session, code: str, home_code: str) -> set[str]:
    """Everything that a home came of by dividing and merging, however far back."""
    before: set[str] = set()
    after = {home_code}
    while after:
        rows = select(Succession.home).where(Succession.community == code, col(Succession.became).in_(after))
        after = set(session.exec(rows)) - before
        before |= after
    return before


def successions(session: Session, code: str, home_code: str) -> Sequence[Succession]:
    """What a home was before, and what it became."""
    return [*came_from(session, code, home_code), *became(session, code, home_code)]


def ended_on(session: Session, code: str, home_code: str) -> date | None:
    """The last day of a home that was divided or merged; none while it stands."""
    after = became(session, code, home_code)
    return after[0].since - timedelta(days=1) if after else None


def heirs(session: Session, code: str, on: date | None = None) -> dict[str, dict[str, int]]:
    """What every home that was divided or merged, at all or until a day, became, with the areas in dm²."""
    query = (
        select(Succession.home, Succession.became, Home.area_dm2)
        .join(Home, (col(Home.community) == Succession.community) & (col(Home.code) == Succession.became))
        .where(Succession.community == code)
    )
    if on is not None:
        query = query.where(col(Succession.since) <= on)
    after: dict[str, dict[str, int]] = {}
    for ended, heir, area_dm2 in session.execute(query):
        after.setdefault(ended, {})[heir] = area_dm2
    return after


def building(session: Session, code: str, building_code: str) -> Building:
    """One building.

    Raises:
        NoBuilding: there is none with this code in this community.
    """
    standing = session.get(Building, (code, building_code))
    if standing is None:
        raise NoBuilding(community=code, building=building_code)
    return standing


def homes(
    session: Session,
    code: str,
    building: str | None = None,
    stairwell: str | None = None,
    side: str | None = None,
) -> Sequence[Home]:
    """The homes of a community, a building, a stairwell or one side of it that stand now, by code."""
    query = select(Home).where(Home.community == code, standing_homes())
    if building is not None:
        query = query.where(Home.building == building)
    if stairwell is not None:
        query = query.where(Home.stairwell == stairwell)
    if side is not None:
        query = query.where(Home.side == side)
    return session.exec(query.order_by(Home.code)).all()


def ended_homes(session: Session, code: str, building: str | None = None) -> Sequence[Home]:
    """The homes of a community, or of a building, that were divided or merged, by code."""
    query = select(Home).where(Home.community == code, ~standing_homes())
    if building is not None:
        query = query.where(Home.building == building)
    return session.exec(query.order_by(Home.code)).all()


def kinds_of(session: Session, code: str, some: Collection[str]) -> dict[str, HomeKind]:
    """What kind each of some homes is; those that are not of this community, or ended, are absent."""
    query = select(Home.code, Home.kind).where(
        Home.community == code, col(Home.code).in_(some), standing_homes()
    )
    return dict(session.execute(query).all())


def home_codes(session: Session, code: str) -> set[str]:
    """The codes of all homes of a community, also of those that were divided or merged."""
    return set(session.exec(select(Home.code).where(Home.community == code)))


def standing_codes(session: Session, code: str) -> set[str]:
    """The codes of the homes of a community that stand now."""
    return set(session.exec(select(Home.code).where(Home.community == code, standing_homes())))


def area_and_homes(session: Session, code: str, on: date | None = None) -> tuple[int, int, int]:
    """The floor area in dm², the number of homes and of buildings of a community, now or on a day."""
    row = session.execute(
        select(
            func.coalesce(func.sum(Home.area_dm2), 0),
            func.count(),
            func.count(func.distinct(Home.building)),
        ).where(Home.community == code, standing_homes(on))
    ).one()
    return int(row[0]), int(row[1]), int(row[2])


def head_keys(session: Session, code: str, of: Sequence[Home], on: date | None = None) -> dict[str, str]:
    """Whose head each home counts to: its owner's, or its developer's while it is unsold or not handed over (解释 Art. 9).

    With ``on`` it is the owner of that day, though a later one is registered already; what is said to be handed over
    later is the developer's until then.
    """
    holders = select(Holder.home, Holder.person_key).where(Holder.community == code)
    if on is not None:
        holders = holders.where(col(Holder.since) <= on)
    if len(of) <= 100:
        holders = holders.where(col(Holder.home).in_([h.code for h in of]))
    latest = dict(session.execute(holders.order_by(col(Holder.since))).all())
    developers: dict[str, str | None] = {h.code: h.seller for h in of if h.kind is HomeKind.UNSOLD}
    if on is not None:
        waiting = select(HandOver.home, HandOver.developer).where(
            HandOver.community == code,
            col(HandOver.handed_over_on) > on,
            col(HandOver.developer).is_not(None),
        )
        developers = dict(session.execute(waiting).all()) | developers
    return {
        h.code: f"developer:{developers[h.code]}"
        if h.code in developers
        else latest.get(h.code, f"home:{h.code}")
        for h in of
    }


def firm(session: Session, code: str) -> Firm:
    """One firm.

    Raises:
        NoFirm: it is not registered.
    """
    row = session.get(Firm, code)
    if row is None:
        raise NoFirm(firm=code)
    return row


def component(session: Session, code: str, component_code: str) -> Component:
    """One component.

    Raises:
        NoComponent: it is not registered.
    """
    row = session.get(Component, (code, component_code))
    if row is None:
        raise NoComponent(community=code, component=component_code)
    return row


def components(session: Session, code: str, building: str | None = None) -> Sequence[Component]:
    """The registered components of a community, or of a building with those of the whole community."""
    query = select(Component).where(Component.community == code)
    if building is not None:
        query = query.where(or_(col(Component.building) == building, col(Component.building).is_(None)))
    return session.exec(query.order_by(Component.code)).all()


def warranty(session: Session, thing: Component) -> Warranty | None:
    """The warranty on a component, in force or over; None when no works package covers it."""
    if thing.package is None or thing.warranty_until is None:
        return None
    package = session.get(Package, (thing.community, thing.works, thing.package))
    if package is None or package.accepted_on is None:
        return None
    return Warranty(thing.code, package.contractor, package.accepted_on, thing.warranty_until)


def service_contract(session: Session, code: str, on: date) -> ServiceContract | None:
    """The contract with the property firm that runs on a day; when none does, the last one before."""
    return session.exec(
        select(ServiceContract)
        .where(ServiceContract.community == code, col(ServiceContract.starts_on) <= on)
        .order_by(col(ServiceContract.starts_on).desc())
        .limit(1)
    ).first()


def person(session: Session, login: str) -> Person | None:
    """Whoever signs in under this name, if active."""
    row = session.get(Person, login)
    return row if row and row.active else None


def person_called(session: Session, login: str, code: str, on: date, *, by: Actor) -> tuple[str, str] | None:
    """What whoever asks may know of a person here: name and roles, in Chinese and English; None when there is nobody.

    An owner or a tenant gets no other resident's name, only that it is one.
    """
    row = session.get(Person, login)
    if row is None:
        return None
    roles = dict.fromkeys(seat.role for seat in seats(session, login, code, on) or ())
    known = login == by.login or by.role not in RESIDENTS or not roles.keys() <= set(RESIDENTS)
    zh, en = ([word(role, language=language) for role in roles] for language in ("zh", "en"))
    if not known:
        return "、".join(zh), ", ".join(en)
    new_zh = [office for office in zh if office not in row.name]  # some are entered with their office
    return (
        row.name + (f"（{'、'.join(new_zh)}）" if new_zh else ""),
        row.name + (f" ({', '.join(en)})" if en else ""),
    )


def seats(session: Session, login: str, code: str | None, on: date) -> list[Seat] | None:
    """What a person is in a community on a day, or anywhere: every role, home, level and building, by appointment.

    Whoever is of the body that stands in for an owners' committee there is committee too (`role_rules.seats_where`).
    None when nobody signs in under this name, or no longer.
    """
    asked = {"its_login": login, "on": on}
    rows = (_SEATS if code is None else _SEATS_HERE).read(
        session, asked if code is None else {**asked, "of": code}
    )
    if not rows:
        return None
    held = [
        Seat(Role(role), home, level and Level(level), building)
        for role, home, level, building in rows
        if role
    ]
    if code is None or not any(seat.level in STAND_INS for seat in held):
        return held
    return seats_where(acting_for_owners(session, code, on)[0], held)


def acting_for_owners(session: Session, code: str, on: date) -> tuple[Level | None, str]:
    """The body that acts for the owners of a community on a day, and the local rule by which it stands in.

    A community has a committee while somebody is appointed to it.

    Raises:
        NoCommunity: there is none with this code.
    """
    sits = (
        select(Appointment.no)
        .where(
            col(Appointment.community).in_([code, EVERYWHERE]),
            Appointment.role == Role.COMMITTEE,
            or_(col(Appointment.level).is_(None), col(Appointment.level) == Level.OWNERS_COMMITTEE),
            col(Appointment.since) <= on,
            or_(col(Appointment.until).is_(None), col(Appointment.until) >= on),
        )
        .limit(1)
    )
    place, local = community(session, code), profile(session, code, on)
    body = acting_body(session.exec(sits).first() is not None, place.mode, local.under(INSTEAD))
    return body, local.source(f"{INSTEAD}{place.mode}") if body in STAND_INS else ""


def _seats(*here: ColumnElement[bool]) -> Prepared:
    on: BindParameter[date] = bindparam("on")
    held = and_(
        col(Appointment.person) == Person.login,
        col(Appointment.since) <= on,
        or_(col(Appointment.until).is_(None), col(Appointment.until) >= on),
        *here,
    )
    return Prepared(
        select(Appointment.role, Appointment.home, Appointment.level, Appointment.building)
        .select_from(Person)
        .outerjoin(Appointment, held)
        .where(Person.login == bindparam("its_login"), col(Person.active).is_(True))
        .order_by(col(Appointment.no))
    )


_SEATS = _seats()
_SEATS_HERE = _seats(col(Appointment.community).in_([bindparam("of"), EVERYWHERE]))


def appointments(session: Session, login: str, on: date) -> Sequence[Appointment]:
    """Where a person holds which role on a day."""
    return session.exec(
        select(Appointment)
        .where(
            Appointment.person == login,
            col(Appointment.since) <= on,
            or_(col(Appointment.until).is_(None), col(Appointment.until) >= on),
        )
        .order_by(Appointment.community, col(Appointment.role), col(Appointment.no))
    ).all()


def demo_day(session: Session, asked: date | None = None) -> date | None:
    """The day that is today in the demo: the one that is asked for, else its own; None in a database of real books.

    Raises:
        NotTheDemo: a day is asked for and this is not the demo.
    """
    demo = session.exec(select(Demo)).first()
    if demo is None and asked is not None:
        raise NotTheDemo()
    return asked or (demo.day if demo else None)


def check_demo_password(session: Session, password: str) -> None:
    """See that the password that everybody may read is used in the demo only.

    Raises:
        DemoPassword: this is not the demo.
    """
    if password == DEMO_PASSWORD and demo_day(session) is None:
        raise DemoPassword()
