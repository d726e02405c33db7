"""/communities/…/revenue: what public revenue owes the fund, and its payment."""

from datetime import date
from typing import Annotated, Any

from flask import g
from flask_openapi3 import APIBlueprint
from pydantic import Field

from ledger.access.access import allow, reading
from ledger.api.community import OFFICE
from ledger.api.door import Code, CommunityPath, Fen, In, once
from ledger.api.problems import RESPONSES
from ledger.community.rules import Role
from ledger.periods import Period
from ledger.revenue.remittance.actions import decide_share, remit
from ledger.revenue.remittance.queries import share

remittances_api = APIBlueprint(
    "remittances",
    __name__,
    url_prefix="/api/v1/communities/<community>/revenue",
    abp_responses=RESPONSES,
    abp_security=[{"token": []}],
)
PeriodText = Annotated[str, Field(pattern=r"^2\d{3}(-Q[1-4])?$")]


class PeriodPath(CommunityPath):
    period: PeriodText


class ShareIn(In):
    since: date
    pct: int = Field(strict=True, ge=0, le=100)
    motion: Code


class RemittanceIn(In):
    period: PeriodText
    on: date
    amount_fen: Fen | None = None
    number: int = Field(1, strict=True, ge=1, le=1000)


@remittances_api.post("/shares", summary="Enter the fund's share as the owners decided it")
@allow(Role.COMMITTEE)
def post_share(path: CommunityPath, body: ShareIn):  # type: ignore[no-untyped-def]
    """Never below the local least."""

    def deed(session: Any) -> dict[str, Any]:
        decided = decide_share(
            session, path.community, body.since, body.pct, motion=body.motion, by=g.actor, at=g.now
        )
        return decided.model_dump(mode="json", exclude={"community"})

    return once(deed)


@remittances_api.get("/shares/<period>", summary="What a period owes the fund")
@allow(*OFFICE)
def get_share(path: PeriodPath):  # type: ignore[no-untyped-def]
    """By when, how much, and what was paid of it in time and at all."""
    with reading() as session:
        owing = share(session, path.community, Period.parse(path.period))
    return {
        **owing._asdict(),
        "period": path.period,
        "due_on": owing.due_on.isoformat(),
        "paid_on": owing.paid_on.isoformat() if owing.paid_on else None,
    }


@remittances_api.post("/remittances", summary="Pay a period's share into the fund")
@allow(Role.MANAGER)
def post_remittance(path: CommunityPath, body: RemittanceIn):  # type: ignore[no-untyped-def]
    """One entry in each book, linked; nothing when nothing is due. ``number`` counts the payments of the period."""

    def deed(session: Any) -> dict[str, Any]:
        done = remit(
            session,
            path.community,
            Period.parse(body.period),
            body.on,
            amount_fen=body.amount_fen,
            number=body.number,
            by=g.actor,
            at=g.now,
        )
        return {"revenue_entry": done[0].no, "fund_entry": done[1].no} if done else {"nothing_due": True}

    return once(deed)
