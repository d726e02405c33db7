"""/communities/…/fund: the ledgers of homes and buildings, the proof for a sale, and the three statements."""

from typing import Any

from flask import g, make_response
from flask_openapi3 import APIBlueprint
from pydantic import Field

from ledger.access.access import allow, config, reading
from ledger.api.community import OFFICE, HomePath
from ledger.api.door import Code, CommunityPath, check_own_home
from ledger.api.problems import RESPONSES, file_response
from ledger.community.rules import Role
from ledger.fund.unit_queries import building_ledger, sale_proof, unit_ledger
from ledger.fund.unit_rules import Line
from ledger.periods import Period, day_in_shanghai
from ledger.reports.statements import statements_pdf, statements_xlsx
from ledger.words import word

fund_ledgers_api = APIBlueprint(
    "fund_ledgers",
    __name__,
    url_prefix="/api/v1/communities/<community>/fund",
    abp_responses=RESPONSES,
    abp_security=[{"token": []}],
)
CHECKERS = (Role.MANAGER, Role.COMMITTEE, Role.SUPERVISOR, Role.AUDITOR)
MEDIA = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class BuildingPath(CommunityPath):
    building: Code


class StatementsPath(CommunityPath):
    period: str = Field(pattern=r"^\d{4}(-(0[1-9]|1[0-2]|Q[1-4]|H[12]))?$")
    format: str = Field(pattern="^(pdf|xlsx)$")


def _line(of: Line) -> dict[str, Any]:
    return {**of._asdict(), "on": of.on.isoformat(), "kind": of.kind.value, "kind_zh": word(of.kind)}


@fund_ledgers_api.get("/homes/<home>", summary="The unit ledger of a home (分户账)")
@allow(Role.OWNER, *CHECKERS)
def get_unit_ledger(path: HomePath):  # type: ignore[no-untyped-def]
    """Every line with the balance after it; an owner sees his own home only."""
    check_own_home(path.home)
    with reading() as session:
        found = unit_ledger(session, path.community, path.home, day_in_shanghai(g.now))
    return {
        **found._asdict(),
        "holders_since": [day.isoformat() for day in found.holders_since],
        "lines": [_line(each) for each in found.lines],
    }


@fund_ledgers_api.get("/homes/<home>/sale-proof", summary="What passes with a home when it is sold")
@allow(Role.OWNER, *CHECKERS)
def get_sale_proof(path: HomePath):  # type: ignore[no-untyped-def]
    """For the seller to show the buyer (165号令 Art. 28): nothing is refunded, the balance stays with the home."""
    check_own_home(path.home)
    with reading() as session:
        found = sale_proof(session, path.community, path.home, day_in_shanghai(g.now))
    return {**found._asdict(), "on": found.on.isoformat()}


@fund_ledgers_api.get("/buildings/<building>", summary="The ledger of a building (幢账)")
@allow(*OFFICE)
def get_building_ledger(path: BuildingPath):  # type: ignore[no-untyped-def]
    """The sum over its homes and its selling units, entry by entry."""
    with reading() as session:
        return {"lines": [_line(each) for each in building_ledger(session, path.community, path.building)]}


@fund_ledgers_api.get(
    "/statements/<period>.<format>",
    summary="会住维01–03表 as PDF or workbook",
    responses=file_response(*MEDIA.values()),
)
@allow(*CHECKERS)
def get_statements(path: StatementsPath):  # type: ignore[no-untyped-def]
    """Of a month or a longer period (财会〔2020〕7号); 03 is left out of a month that ends no year."""
    period = Period.parse(path.period)
    with reading() as session:
        if path.format == "pdf":
            body = statements_pdf(session, path.community, period, fonts=config().fonts, at=g.now)
        else:
            body = statements_xlsx(session, path.community, period)
    answer = make_response(body)
    answer.content_type = MEDIA[path.format]
    name = f"statements-{path.community}-{period}.{path.format}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
