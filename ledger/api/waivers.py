"""/communities/…/fees: waivers and refunds, each asked for by one person and decided by another."""

from typing import Annotated, Any

from flask import g
from flask_openapi3 import APIBlueprint
from pydantic import Field

from ledger.access.access import allow, reading
from ledger.api.door import Code, CommunityPath, Fen, In, Text, once
from ledger.api.fees import SECOND, STAFF, CodePath, MonthText, entry
from ledger.api.problems import RESPONSES
from ledger.community.queries import community
from ledger.community.rules import Role
from ledger.fees.prepaid.actions import approve_refund, reject_refund, request_refund
from ledger.fees.prepaid.queries import owed_back, refunds
from ledger.fees.prepaid.rules import Ground
from ledger.fees.waivers.actions import approve_waiver, reject_waiver, request_waiver, withdraw_waiver
from ledger.fees.waivers.queries import waivers
from ledger.fees.waivers.rules import Asked, Kind
from ledger.periods import Month, day_in_shanghai

waivers_api = APIBlueprint(
    "waivers",
    __name__,
    url_prefix="/api/v1/communities/<community>/fees",
    abp_responses=RESPONSES,
    abp_security=[{"token": []}],
)


class WaiverIn(In):
    code: Code
    kind: Kind
    home: Code | None = Field(None, description="none is every home")
    first: MonthText
    last: MonthText
    percent: Annotated[int, Field(strict=True, ge=1, le=100)] | None = None
    amount_fen: Fen | None = None
    basis: Text


class ReasonIn(In):
    reason: Text


class RefundIn(In):
    code: Code
    home: Code
    receipt: Annotated[int, Field(strict=True, ge=1, le=2**53 - 1)]
    amount_fen: Fen
    ground: Ground


@waivers_api.get("/waivers", summary="Waivers with who asked and who decided")
@allow(*STAFF, Role.COMMITTEE, Role.COMMUNITY_OFFICE)
def list_waivers(path: CommunityPath):  # type: ignore[no-untyped-def]
    """With their grounds: for those who ask and decide, not for the board."""
    with reading() as session:
        community(session, path.community)
        rows = waivers(session, path.community)
    return {"waivers": [row.model_dump(mode="json", exclude={"community"}) for row in rows]}


@waivers_api.post("/waivers", summary="Ask for a waiver")
@allow(Role.MANAGER)
def post_waiver(path: CommunityPath, body: WaiverIn):  # type: ignore[no-untyped-def]
    """Somebody else decides."""

    def deed(session: Any) -> dict[str, Any]:
        found = request_waiver(
            session,
            path.community,
            body.code,
            body.kind,
            Asked(body.percent, body.amount_fen),
            Month.parse(body.first),
            Month.parse(body.last),
            home=body.home,
            basis=body.basis,
            by=g.actor,
            at=g.now,
        )
        return {"code": found.code, "state": found.state.value}

    return once(deed)


@waivers_api.post("/waivers/<code>/approval", summary="Grant a waiver")
@allow(*SECOND)
def post_waiver_approval(path: CodePath):  # type: ignore[no-untyped-def]
    """By another person than the one who asked."""
    return once(
        lambda session: entry(approve_waiver(session, path.community, path.code, by=g.actor, at=g.now))
    )


@waivers_api.post("/waivers/<code>/rejection", summary="Refuse a waiver")
@allow(*SECOND)
def post_waiver_rejection(path: CodePath, body: ReasonIn):  # type: ignore[no-untyped-def]
    """By another person than the one who asked."""

    def deed(session: Any) -> dict[str, Any]:
        done = reject_waiver(session, path.community, path.code, reason=body.reason, by=g.actor, at=g.now)
        return entry(done)

    return once(deed)


@waivers_api.post("/waivers/<code>/withdrawal", summary="Take a granted waiver back")
@allow(Role.COMMITTEE, Role.COMMUNITY_OFFICE)
def post_waiver_withdrawal(path: CodePath, body: ReasonIn):  # type: ignore[no-untyped-def]
    """What it took off is owed again."""

    def deed(session: Any) -> dict[str, Any]:
        done = withdraw_waiver(session, path.community, path.code, reason=body.reason, by=g.actor, at=g.now)
        return entry(done)

    return once(deed)


@waivers_api.get("/refunds", summary="Refunds, and what is owed back after a contract's end")
@allow(*STAFF)
def list_refunds(path: CommunityPath):  # type: ignore[no-untyped-def]
    """物业服务纠纷解释 Art. 3."""
    with reading() as session:
        community(session, path.community)
        rows = refunds(session, path.community)
        back = owed_back(session, path.community, day_in_shanghai(g.now))
    return {
        "refunds": [row.model_dump(mode="json", exclude={"community"}) for row in rows],
        "owed_back": [{"home": each, "fen": fen} for each, fen in back.items()],
    }


@waivers_api.post("/refunds", summary="Ask for a prepayment to be given back")
@allow(Role.MANAGER)
def post_refund(path: CommunityPath, body: RefundIn):  # type: ignore[no-untyped-def]
    """The way the money came, by the receipt that brought it; somebody else releases it."""

    def deed(session: Any) -> dict[str, Any]:
        found = request_refund(
            session,
            path.community,
            body.code,
            body.home,
            body.receipt,
            body.amount_fen,
            body.ground,
            by=g.actor,
            at=g.now,
        )
        return {"code": found.code, "state": found.state.value}

    return once(deed)


@waivers_api.post("/refunds/<code>/approval", summary="Release a refund")
@allow(*SECOND)
def post_refund_approval(path: CodePath):  # type: ignore[no-untyped-def]
    """By another person than the one who asked."""
    return once(
        lambda session: entry(approve_refund(session, path.community, path.code, by=g.actor, at=g.now))
    )


@waivers_api.post("/refunds/<code>/rejection", summary="Refuse a refund")
@allow(*SECOND)
def post_refund_rejection(path: CodePath):  # type: ignore[no-untyped-def]
    """By another person than the one who asked."""
    return once(
        lambda session: entry(reject_refund(session, path.community, path.code, by=g.actor, at=g.now))
    )
