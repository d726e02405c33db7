"""住户与小区: what is registered, and a home's own page."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlmodel import Session

from ledger.community.queries import (
    acting_for_owners,
    appointments,
    area_and_homes,
    communities,
    home,
    homes,
)
from ledger.community.queries import community as community_of
from ledger.community.rules import EVERYWHERE, Actor, HomeKind, Level, Mode, Role, check_own_home
from ledger.community.tables import Community, Home
from ledger.fees.queries import outstanding
from ledger.fields import Code, Out
from ledger.journal.queries import held, home_history
from ledger.operations.circles import OFFICE
from ledger.operations.operation import Declared, Listing, Record, Said


class CommunityRowOut(Out):
    code: str
    name: str
    name_en: str


class CommunityOut(Out):
    code: str
    name: str
    name_en: str
    address: str
    mode: Mode
    jurisdiction: str
    area_dm2: int
    homes: int
    buildings: int
    acts_for_owners: Level | None
    acts_by: str


class HomeRowOut(Out):
    code: str
    building: str
    stairwell: str
    side: str | None
    kind: HomeKind
    area_dm2: int
    first_deposit_fen: int


class OwedMonthOut(Out):
    month: str
    fen: int


class HomeMovementOut(Out):
    entry: int
    leaf: int
    on: date
    what: str
    book: str
    debit: str
    credit: str
    fen: int


class HomeOut(Out):
    home: str
    area_dm2: int
    kind: HomeKind
    handle: str
    first_deposit_fen: int
    fund_fen: int
    prepaid_fen: int
    owed: list[OwedMonthOut]
    movements: list[HomeMovementOut]


def my_communities(session: Session, by: Actor, today: date) -> Sequence[Community]:
    """Those in which the caller holds a role today; all of them for a role held everywhere."""
    mine = {appointment.community for appointment in appointments(session, by.login, today)}
    return [community for community in communities(session) if EVERYWHERE in mine or community.code in mine]


def size_of(session: Session, community: str, today: date) -> Mapping[str, Any]:
    """A community: its size, how it is managed, and which body acts for the owners."""
    place = community_of(session, community)
    area, count, buildings = area_and_homes(session, community)
    body, article = acting_for_owners(session, community, today)
    return {
        **place.model_dump(),
        "area_dm2": area,
        "homes": count,
        "buildings": buildings,
        "acts_for_owners": body,
        "acts_by": article,
    }


def registered(session: Session, community: str, *, building: Code | None = None) -> Sequence[Home]:
    """Homes by code; without holders, who are personal data."""
    return homes(session, community, building)


def accounts_of_home(session: Session, community: str, code: Code, *, by: Actor) -> Mapping[str, Any]:
    """Its part of the fund, what it owes, and every movement; owners and tenants see their own home only.

    Raises:
        NotYourHome, NoHome.
    """
    check_own_home(code, by=by)
    dwelling = home(session, community, code)
    return {
        "home": dwelling.code,
        "area_dm2": dwelling.area_dm2,
        "kind": dwelling.kind,
        "handle": dwelling.handle,
        "first_deposit_fen": dwelling.first_deposit_fen,
        "fund_fen": held(session, community, "fund", "unit", [code])[code],
        "prepaid_fen": held(session, community, "fee", "prepaid", [code])[code],
        "owed": [
            {"month": month, "fen": fen}
            for month, fen in outstanding(session, community, [code]).get(code, [])
        ],
        "movements": [
            {
                "entry": e.no,
                "leaf": e.leaf_index,
                "on": e.booked_on,
                "what": e.kind,
                "book": m.book,
                "debit": m.debit,
                "credit": m.credit,
                "fen": m.amount_fen,
            }
            for e, m in home_history(session, community, code)
        ],
    }


HOME = Record(
    path="/homes/<code>",
    title=Said("一户的账", "A home's accounts"),
    roles=(
        Role.OWNER.of("code"),
        Role.TENANT.of("code"),
        Role.MANAGER,
        Role.COMMITTEE,
        Role.SUPERVISOR,
        Role.AUDITOR,
    ),
    query=accounts_of_home,
    gives=HomeOut,
    heading="home",
    known_as=("home",),
)

DECLARED: tuple[Declared, ...] = (
    Listing(
        path="/communities",
        title=Said("我的小区", "The communities I may see"),
        roles=tuple(Role),
        everywhere=True,
        query=my_communities,
        gives=CommunityRowOut,
        key="communities",
    ),
    Record(
        path="",
        title=Said("小区", "The community"),
        roles=tuple(Role),
        query=size_of,
        gives=CommunityOut,
        heading="name",
    ),
    Listing(
        path="/homes",
        title=Said("房屋", "Homes"),
        roles=OFFICE,
        query=registered,
        gives=HomeRowOut,
        key="homes",
        record=HOME,
        totals=("area_dm2", "first_deposit_fen"),
    ),
    HOME,
)
