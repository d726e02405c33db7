"""What can be read of the register. Owners and tenants are personal data, for the office and for themselves."""

import json
from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import func
from sqlmodel import Session, col, select

from ledger.community.queries import NoHome, decided_days, standing_home, standing_homes
from ledger.community.queries import community as community_of
from ledger.community.rules import scopes_of
from ledger.community.tables import Area, Firm, Holder, Home, ProfileValue
from ledger.db import select_columns
from ledger.errors import Unknown
from ledger.fields import Code
from ledger.journal.rules import AskedDifferently
from ledger.periods import is_provisional, is_working_day
from ledger.register.local_rules import as_written
from ledger.register.rules import HolderOfAnotherName, ResidentErased
from ledger.register.tables import Tenancy


class NoTenancy(Unknown):
    code = "no-tenancy"
    zh = "{home} 没有自{since}起的租户。"
    en = "{home} has no tenant from {since} on."


class Held(NamedTuple):
    """A home with its holder; one nobody was registered for has no name and no day."""

    home: str
    since: date | None
    name: str


def last_holder(session: Session, community: str, home: str) -> Holder | None:
    """Whoever was registered last for a home, though his day may still come."""
    return session.exec(
        select(Holder)
        .where(Holder.community == community, Holder.home == home)
        .order_by(col(Holder.since).desc())
        .limit(1)
    ).first()


def holder_of(session: Session, community: str, home: str) -> Holder:
    """The same, for one home that has a holder.

    Raises:
        NoHome: there is no such home here, or nobody was registered for it.
    """
    holder = last_holder(session, community, home)
    if holder is None:
        raise NoHome(community=community, home=home)
    return holder


def head_already(session: Session, home: Home, name: str, holds_also: str | None) -> str | None:
    """The key by which a new holder of a home is one head with whoever holds another home of his; none without one.

    Raises:
        NoHome, HomeEnded; HolderOfAnotherName.
    """
    if holds_also is None:
        return None
    standing_home(session, home.community, holds_also)
    other = holder_of(session, home.community, holds_also)
    if holds_also == home.code or other.name != name.strip():
        raise HolderOfAnotherName(also=holds_also, name=name)
    return other.person_key


def holders(session: Session, community: str, building: Code | None = None) -> Sequence[Held]:
    """Every home that stands with whoever was registered last for it, by code: personal data."""
    last = (
        select_columns(Holder.home, func.max(Holder.since).label("since"))
        .where(Holder.community == community)
        .group_by(col(Holder.home))
        .subquery()
    )
    query = (
        select_columns(Home.code, Holder.since, Holder.name)
        .outerjoin(last, last.c.home == col(Home.code))
        .outerjoin(
            Holder,
            (col(Holder.community) == col(Home.community))
            & (col(Holder.home) == last.c.home)
            & (col(Holder.since) == last.c.since),
        )
        .where(Home.community == community, standing_homes())
        .order_by(Home.code)
    )
    if building is not None:
        query = query.where(Home.building == building)
    return [Held(home, since, name or "") for home, since, name in session.execute(query)]


def tenancies(session: Session, community: str, home: str) -> Sequence[Tenancy]:
    """Who rents and rented a home, the latest first."""
    return session.exec(
        select(Tenancy)
        .where(Tenancy.community == community, Tenancy.home == home)
        .order_by(col(Tenancy.since).desc())
    ).all()


def check_named_alike(registered: Holder | Tenancy | None, name: str, phone: str, asked: str) -> None:
    """See that a registration that is sent again names whom it named.

    The digest of what was asked names nobody, for it stays when a name is erased.

    Raises:
        AskedDifferently: it names somebody else. ResidentErased: nobody can tell any more.
    """
    if registered is None:
        return
    check_not_erased(registered)
    if (registered.name, registered.phone) != (name.strip(), phone):
        raise AskedDifferently(key=asked)


def check_not_erased(registered: Holder | Tenancy) -> None:
    """See that the name and the telephone of somebody still stand in the register.

    Raises:
        ResidentErased: they were erased.
    """
    if registered.erasure_no is not None:
        raise ResidentErased(no=registered.erasure_no)


def every_tenancy(session: Session, community: str) -> Sequence[Tenancy]:
    """Who rents and rented any home of a community: personal data."""
    return session.exec(select(Tenancy).where(Tenancy.community == community)).all()


def last_tenancy(session: Session, community: str, home: str) -> Tenancy | None:
    """Whoever was registered last as tenant of a home, whether he still is or not."""
    return next(iter(tenancies(session, community, home)), None)


def tenancy(session: Session, community: str, home: str, since: date) -> Tenancy:
    """The tenancy of a home that began on a day.

    Raises:
        NoTenancy: none did.
    """
    rented = session.get(Tenancy, (community, home, since))
    if rented is None:
        raise NoTenancy(home=home, since=since)
    return rented


def firms(session: Session) -> Sequence[Firm]:
    """Every enterprise that any community deals with, by name: no personal data."""
    return session.exec(select(Firm).order_by(Firm.name, Firm.code)).all()


def area(session: Session, code: str) -> Area | None:
    """An area, if it is registered."""
    return session.get(Area, code)


class LocalNumber(NamedTuple):
    """A local number as it is on a day: its value as people write it, since when, and what it rests on.

    ``scope`` is the national default, a place's name, or the community itself.
    """

    key: str
    value: str
    since: date
    source: str
    scope: str


def local_numbers(session: Session, community: str, on: date) -> list[LocalNumber]:
    """Every number that holds in a community on a day, by key: its own over its place's over the national one."""
    narrow = _scopes(session, community)
    rows = session.exec(
        select(ProfileValue)
        .where(col(ProfileValue.scope).in_(narrow), col(ProfileValue.since) <= on)
        .order_by(col(ProfileValue.since))
    )
    held: dict[str, ProfileValue] = {}
    for row in sorted(rows, key=lambda row: narrow.index(row.scope)):
        held[row.key] = row
    return [_number(held[key]) for key in sorted(held)]


def number_history(session: Session, community: str, local_number: str) -> list[LocalNumber]:
    """Every value that a number has or will have here, the latest first."""
    rows = session.exec(
        select(ProfileValue)
        .where(col(ProfileValue.scope).in_(_scopes(session, community)), ProfileValue.key == local_number)
        .order_by(col(ProfileValue.since).desc())
    )
    return [_number(row) for row in rows]


def _scopes(session: Session, community: str) -> list[str]:
    """Where a community's numbers come from, the widest first."""
    return scopes_of(community_of(session, community).jurisdiction, community)


def _number(row: ProfileValue) -> LocalNumber:
    return LocalNumber(
        row.key,
        as_written(row.key, json.loads(row.value)),
        row.since,
        row.source,
        row.scope.partition(":")[0],
    )


class SpecialDay(NamedTuple):
    """A day on which people work though it is a weekend, or do not though it is none."""

    day: date
    works: bool
    provisional: bool


def special_days(session: Session, community: str, year: int) -> list[SpecialDay]:
    """The days of a year that are not as their weekday says, in this community's area; provisional until they are official."""
    decided = decided_days(session, community_of(session, community).area)
    provisional = is_provisional(year, decided)
    first = date(year, 1, 1)
    days = (first + timedelta(days=no) for no in range((date(year + 1, 1, 1) - first).days))
    return [
        SpecialDay(day, works, provisional)
        for day in days
        if (works := is_working_day(day, decided)) != (day.weekday() < 5)
    ]


def jurisdictions(session: Session) -> list[str]:
    """The places that have local numbers of their own, and the whole country."""
    scopes = session.exec(select(ProfileValue.scope).distinct().order_by(col(ProfileValue.scope)))
    return [scope for scope in scopes if not scope.startswith("community:")]
