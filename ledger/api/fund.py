"""/communities/…/deposits and /projects: the maintenance fund."""

from datetime import date
from typing import Any

from flask import g
from flask_openapi3 import APIBlueprint
from pydantic import Field

from ledger.api.community import OFFICE
from ledger.api.door import Code, CommunityPath, Fen, In, Text, once
from ledger.api.problems import RESPONSES
from ledger.community.rules import Role
from ledger.door.access import allow, reading
from ledger.fund.actions import (
    NewDeposit,
    Plan,
    accept,
    approve,
    close_vote,
    deposit,
    pay,
    propose,
    put_to_vote,
)
from ledger.fund.queries import project, projects, shares
from ledger.fund.rules import DepositKind, EmergencyCase, ScopeKind
from ledger.fund.tables import Project
from ledger.votes.queries import told

fund_api = APIBlueprint(
    "fund",
    __name__,
    url_prefix="/api/v1/communities/<community>",
    abp_responses=RESPONSES,
    abp_security=[{"token": []}],
)
APPROVERS = (Role.COMMITTEE, Role.SUPERVISOR)


class ProjectPath(CommunityPath):
    project: Code


class DepositIn(In):
    receipt_no: Code
    kind: DepositKind
    amount_fen: Fen
    on: date
    home: Code | None = None
    party: Code | None = Field(None, description="selling unit and building: unit@building")


class ProjectIn(In):
    code: Code
    title: Text
    component: Code
    scope: ScopeKind
    contractor: Code
    budget_fen: Fen
    building: Code | None = None
    stairwell: Code | None = None
    emergency: EmergencyCase | None = None
    exclusive: bool = False
    utility: bool = False
    damaged_by_known_person: bool = False
    daily_upkeep: bool = False
    forbidden_elsewhere: bool = False
    unrelated_to_repair: bool = False


class DaysIn(In):
    opens_on: date
    closes_on: date


class ApprovalIn(In):
    approved_fen: Fen


class PaymentIn(In):
    bill_fen: Fen
    payee: Code
    invoice_no: Code
    on: date


def _shown(found: Project) -> dict[str, Any]:
    return found.model_dump(mode="json", exclude={"community"})


@fund_api.post("/deposits", summary="Book a deposit into the fund (交存)")
@allow(Role.MANAGER)
def post_deposit(path: CommunityPath, body: DepositIn):  # type: ignore[no-untyped-def]
    """With its special receipt (165号令 Art. 34); a receipt is booked once."""

    def deed(session: Any) -> dict[str, Any]:
        new = NewDeposit(body.receipt_no, body.kind, body.amount_fen, body.on, body.home, body.party)
        done = deposit(session, path.community, [new], by=g.actor, at=g.now)
        return {"entry": done.no, "leaf": done.leaf_index}

    return once(deed)


@fund_api.get("/projects", summary="The uses of the fund")
@allow(*OFFICE)
def list_projects(path: CommunityPath):  # type: ignore[no-untyped-def]
    """Newest first, with the state each is in."""
    with reading() as session:
        return {"projects": [_shown(p) for p in projects(session, path.community)]}


@fund_api.post("/projects", summary="Plan a use of the fund (使用方案)")
@allow(Role.MANAGER)
def post_project(path: CommunityPath, body: ProjectIn):  # type: ignore[no-untyped-def]
    """Judged by N1–N7 with their articles; who would bear it is frozen."""

    def deed(session: Any) -> dict[str, Any]:
        plan = Plan(**body.model_dump(exclude={"code"}))
        return _shown(propose(session, path.community, body.code, plan, by=g.actor, at=g.now))

    return once(deed)


@fund_api.get("/projects/<path:project>", summary="One use of the fund")
@allow(*OFFICE)
def get_project(path: ProjectPath):  # type: ignore[no-untyped-def]
    """Its steps, the vote as it stands, and how a paid one was borne (totals; homes get their own page)."""
    with reading() as session:
        found = project(session, path.community, path.project)
        borne = shares(session, path.community, path.project)
        return {
            **_shown(found),
            "vote": told(session, path.community, found.motion) if found.motion else None,
            "bearers": len(borne),
            "charged_fen": sum(s.charged_fen for s in borne),
            "shortfall_fen": sum(s.shortfall_fen for s in borne),
        }


@fund_api.post("/projects/<path:project>/vote", summary="Put a use to the vote of those who bear it")
@allow(Role.COMMITTEE, Role.COMMUNITY_OFFICE)
def post_vote(path: ProjectPath, body: DaysIn):  # type: ignore[no-untyped-def]
    """Gives notice of the motion; the roll is the frozen scope."""
    return once(
        lambda session: {
            "motion": put_to_vote(
                session, path.community, path.project, **body.model_dump(), by=g.actor, at=g.now
            )
        }
    )


@fund_api.post("/projects/<path:project>/count", summary="Count the vote")
@allow(Role.COMMITTEE, Role.COMMUNITY_OFFICE)
def post_count(path: ProjectPath):  # type: ignore[no-untyped-def]
    """By area and by heads (民法典 Art. 278); the totals go into the log."""

    def deed(session: Any) -> dict[str, Any]:
        outcome = close_vote(session, path.community, path.project, by=g.actor, at=g.now)
        found = project(session, path.community, path.project)
        return {**outcome._asdict(), "quorum": outcome.quorum, "state": found.state.value}

    return once(deed)


@fund_api.post("/approvals/<path:project>", summary="Approve a use")
@allow(*APPROVERS)
def post_approval(path: ProjectPath, body: ApprovalIn):  # type: ignore[no-untyped-def]
    """After a passed vote, or in an emergency; the amount becomes the ceiling."""
    return once(
        lambda session: _shown(
            approve(session, path.community, path.project, body.approved_fen, by=g.actor, at=g.now)
        )
    )


@fund_api.post("/acceptances/<path:project>", summary="Accept the works (验收)")
@allow(Role.COMMITTEE, Role.COMMUNITY_OFFICE)
def post_acceptance(path: ProjectPath):  # type: ignore[no-untyped-def]
    """By somebody else than whoever proposed them."""
    return once(lambda session: _shown(accept(session, path.community, path.project, by=g.actor, at=g.now)))


@fund_api.post("/payments/<path:project>", summary="Pay the contractor from the fund")
@allow(*APPROVERS)
def post_payment(path: ProjectPath, body: PaymentIn):  # type: ignore[no-untyped-def]
    """Borne in two steps (165号令 Arts. 20–21); what a part cannot carry is asked of its owner in cash."""

    def deed(session: Any) -> dict[str, Any]:
        done = pay(
            session,
            path.community,
            path.project,
            body.bill_fen,
            payee=body.payee,
            invoice_no=body.invoice_no,
            on=body.on,
            by=g.actor,
            at=g.now,
        )
        borne = shares(session, path.community, path.project)
        return {
            "entry": done.no,
            "leaf": done.leaf_index,
            "charged_fen": sum(s.charged_fen for s in borne),
            "shortfall_fen": sum(s.shortfall_fen for s in borne),
        }

    return once(deed)
