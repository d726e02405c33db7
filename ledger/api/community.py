"""/communities: what is registered, and a home's own page."""

from typing import Any

from flask import g
from flask_openapi3 import APIBlueprint
from pydantic import BaseModel, Field

from ledger.access.access import allow, reading
from ledger.api.door import Code, CommunityPath, check_own_home
from ledger.api.problems import RESPONSES
from ledger.community.queries import appointments, area_and_homes, communities, community, home, homes
from ledger.community.rules import Role
from ledger.fees.queries import outstanding
from ledger.journal.queries import held, home_history
from ledger.periods import day_in_shanghai

communities_api = APIBlueprint(
    "communities",
    __name__,
    url_prefix="/api/v1/communities",
    abp_responses=RESPONSES,
    abp_security=[{"token": []}],
)
OFFICE = (Role.MANAGER, Role.COMMITTEE, Role.COMMUNITY_OFFICE, Role.SUPERVISOR, Role.AUDITOR, Role.OPERATOR)
APPROVERS = (Role.COMMITTEE, Role.SUPERVISOR)


class HomePath(CommunityPath):
    home: Code


class PageQuery(BaseModel):
    building: Code | None = None
    page: int = Field(1, ge=1, le=100_000)
    size: int = Field(50, ge=1, le=500)


@communities_api.get("", summary="The communities I may see")
@allow(*Role)
def list_communities():  # type: ignore[no-untyped-def]
    """Those in which the caller holds a role today; all of them for a role held everywhere."""
    with reading() as session:
        mine = {a.community for a in appointments(session, g.actor.login, day_in_shanghai(g.now))}
        found = [c for c in communities(session) if "*" in mine or c.code in mine]
    return {"communities": [{"code": c.code, "name": c.name, "name_en": c.name_en} for c in found]}


@communities_api.get("/<community>", summary="One community")
@allow(*Role)
def get_community(path: CommunityPath):  # type: ignore[no-untyped-def]
    """Its size and how it is managed."""
    with reading() as session:
        place = community(session, path.community)
        area, count, buildings = area_and_homes(session, path.community)
    return {
        "code": place.code,
        "name": place.name,
        "name_en": place.name_en,
        "address": place.address,
        "mode": place.mode.value,
        "jurisdiction": place.jurisdiction,
        "area_dm2": area,
        "homes": count,
        "buildings": buildings,
    }


@communities_api.get("/<community>/homes", summary="The register of homes")
@allow(*OFFICE)
def list_homes(path: CommunityPath, query: PageQuery):  # type: ignore[no-untyped-def]
    """Homes by code, a page at a time; without holders, who are personal data."""
    with reading() as session:
        community(session, path.community)
        found = homes(session, path.community, query.building)
    start = (query.page - 1) * query.size
    rows = [
        {
            "code": h.code,
            "building": h.building,
            "stairwell": h.stairwell,
            "side": h.side,
            "kind": h.kind.value,
            "area_dm2": h.area_dm2,
            "first_deposit_fen": h.first_deposit_fen,
        }
        for h in found[start : start + query.size]
    ]
    return {"homes": rows, "total": len(found), "page": query.page}


@communities_api.get("/<community>/homes/<home>", summary="A home's own accounts")
@allow(Role.OWNER, Role.TENANT, Role.MANAGER, Role.COMMITTEE, Role.SUPERVISOR, Role.AUDITOR)
def get_home(path: HomePath):  # type: ignore[no-untyped-def]
    """Its part of the fund, what it owes, and every movement; owners and tenants see their own home only."""
    check_own_home(path.home)
    with reading() as session:
        found = home(session, path.community, path.home)
        rows = home_history(session, path.community, path.home)
        answer: dict[str, Any] = {
            "home": found.code,
            "area_dm2": found.area_dm2,
            "kind": found.kind.value,
            "handle": found.handle,
            "first_deposit_fen": found.first_deposit_fen,
            "fund_fen": held(session, path.community, "fund", "unit", [path.home])[path.home],
            "prepaid_fen": held(session, path.community, "fee", "prepaid", [path.home])[path.home],
            "owed": [
                {"month": month, "fen": fen}
                for month, fen in outstanding(session, path.community, [path.home]).get(path.home, [])
            ],
            "movements": [
                {
                    "entry": e.no,
                    "leaf": e.leaf_index,
                    "on": e.booked_on.isoformat(),
                    "what": e.kind,
                    "book": m.book,
                    "debit": m.debit,
                    "credit": m.credit,
                    "fen": m.amount_fen,
                }
                for e, m in rows
            ],
        }
    return answer
