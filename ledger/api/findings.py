"""/communities/…/findings: what the red flags put before a person. Candidates, never verdicts."""

from datetime import date, timedelta
from typing import Annotated

from flask import g
from flask_openapi3 import APIBlueprint
from pydantic import BaseModel, Field

from ledger.access.access import allow, reading
from ledger.api.community import OFFICE
from ledger.api.door import CommunityPath
from ledger.api.problems import RESPONSES
from ledger.community.queries import community as community_of
from ledger.findings.queries import candidates
from ledger.periods import day_in_shanghai

findings_api = APIBlueprint(
    "findings",
    __name__,
    url_prefix="/api/v1/communities/<community>",
    abp_responses=RESPONSES,
    abp_security=[{"token": []}],
)
A_YEAR = timedelta(days=365)


class SinceQuery(BaseModel):
    since: Annotated[date, Field(ge=date(2000, 1, 1), le=date(2999, 12, 31))] | None = Field(
        None, description="a year back when it is not given"
    )


@findings_api.get("/findings", summary="What the red flags put before a person")
@allow(*OFFICE)
def list_findings(path: CommunityPath, query: SinceQuery):  # type: ignore[no-untyped-def]
    """Each with its number, its severity (H, M, L), what it is about, the day, both languages and the article."""
    today = day_in_shanghai(g.now)
    with reading() as session:
        community_of(session, path.community)
        found = candidates(session, path.community, query.since or today - A_YEAR, today)
        return {
            "candidates": [
                each._asdict() | {"on": each.on.isoformat(), "severity": each.severity} for each in found
            ]
        }
