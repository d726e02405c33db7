"""/communities/…/payments of a use, its retention money, and the cash that its residents owe for it."""

from datetime import date
from typing import Annotated, Any

from flask import g
from flask_openapi3 import APIBlueprint
from pydantic import Field
from sqlmodel import Session

from ledger.access.access import allow, reading
from ledger.api.community import APPROVERS
from ledger.api.door import Code, CommunityPath, Fen, In, once
from ledger.api.problems import RESPONSES
from ledger.api.uses import ProjectPath, ReasonIn
from ledger.community.rules import Role
from ledger.fund.uses.contributions.actions import open_cash_book, pay_on, receive_share
from ledger.fund.uses.contributions.queries import register
from ledger.fund.uses.payments.actions import pay, take_back
from ledger.fund.uses.payments.queries import shares
from ledger.fund.uses.payments.rules import Stage
from ledger.fund.uses.steps.queries import steps
from ledger.repairs.actions import release_retention

use_payments_api = APIBlueprint(
    "use_payments",
    __name__,
    url_prefix="/api/v1/communities/<community>",
    abp_responses=RESPONSES,
    abp_security=[{"token": []}],
)


class PaymentIn(In):
    bill_fen: Fen
    payee: Code
    invoice_no: Code
    on: date
    stage: Stage = Stage.FINAL
    retention_fen: Annotated[int, Field(strict=True, ge=0, le=2**53 - 1)] = 0
    retention_until: date | None = None


class InvoiceIn(In):
    invoice_no: Code
    on: date


class ContributionIn(In):
    project: Code
    bearer: Code
    amount_fen: Fen
    receipt_no: Code
    on: date


@use_payments_api.post("/payments/<path:project>", summary="Pay from the fund")
@allow(*APPROVERS)
def post_payment(path: ProjectPath, body: PaymentIn):  # type: ignore[no-untyped-def]
    """Borne in two steps (165号令 Arts. 20–21); what a part cannot carry is asked of its owner in cash."""

    def deed(session: Session) -> dict[str, Any]:
        done = pay(session, path.community, path.project, **body.model_dump(), by=g.actor, at=g.now)
        return _paid(session, path, done.no, done.leaf_index)

    return once(deed)


def _paid(session: Session, path: ProjectPath, entry: int, leaf: int) -> dict[str, Any]:
    borne = shares(session, path.community, path.project)
    return {
        "entry": entry,
        "leaf": leaf,
        "charged_fen": sum(s.charged_fen for s in borne),
        "shortfall_fen": sum(s.shortfall_fen for s in borne),
    }


@use_payments_api.post("/retentions/<path:project>", summary="Release the retention money (质量保证金返还)")
@allow(*APPROVERS)
def post_retention(path: ProjectPath, body: InvoiceIn):  # type: ignore[no-untyped-def]
    """When it is due and no warranty claim of the component is open; the warranty goes on."""

    def deed(session: Session) -> dict[str, Any]:
        done = release_retention(
            session, path.community, path.project, **body.model_dump(), by=g.actor, at=g.now
        )
        return _paid(session, path, done.no, done.leaf_index)

    return once(deed)


@use_payments_api.post("/payment-reversals/<path:project>", summary="Take the last payment back (红字冲销)")
@allow(*APPROVERS)
def post_take_back(path: ProjectPath, body: ReasonIn):  # type: ignore[no-untyped-def]
    """With its shares; the use stands as before it."""

    def deed(session: Session) -> dict[str, Any]:
        count = len(steps(session, path.community, path.project))
        key = f"take-back/{path.project}/{count}"
        done = take_back(
            session, path.community, path.project, reason=body.reason, key=key, by=g.actor, at=g.now
        )
        return _paid(session, path, done.no, done.leaf_index)

    return once(deed)


@use_payments_api.get("/cash-shares", summary="Who owes how much in cash for which use (备查簿)")
@allow(*APPROVERS, Role.MANAGER, Role.AUDITOR)
def list_cash_shares(path: CommunityPath):  # type: ignore[no-untyped-def]
    """Owed, received, open, paid on to the contractor; never published."""
    with reading() as session:
        return {
            "cash_shares": [
                {**each._asdict(), "open_fen": each.open_fen} for each in register(session, path.community)
            ]
        }


@use_payments_api.post("/cash-book", summary="Open the book of residents' contributions")
@allow(Role.MANAGER)
def post_cash_book(path: CommunityPath):  # type: ignore[no-untyped-def]
    """Once for a community, before the first cash share comes in."""

    def deed(session: Session) -> dict[str, Any]:
        open_cash_book(session, path.community, by=g.actor, at=g.now)
        return {"book": "community"}

    return once(deed)


@use_payments_api.post("/cash-shares", summary="Take in a cash share (自筹/补交)")
@allow(Role.MANAGER)
def post_cash_share(path: CommunityPath, body: ContributionIn):  # type: ignore[no-untyped-def]
    """Of a home, a selling unit or a developer, into the community's own book."""

    def deed(session: Session) -> dict[str, Any]:
        done = receive_share(
            session,
            path.community,
            body.project,
            **body.model_dump(exclude={"project"}),
            by=g.actor,
            at=g.now,
        )
        return {"entry": done.no, "leaf": done.leaf_index}

    return once(deed)


@use_payments_api.post("/cash-payments/<path:project>", summary="Pay the cash in hand to the contractor")
@allow(Role.COMMITTEE)
def post_cash_payment(path: ProjectPath, body: InvoiceIn):  # type: ignore[no-untyped-def]
    """All that came in for this use and was not paid on yet."""

    def deed(session: Session) -> dict[str, Any]:
        done = pay_on(session, path.community, path.project, **body.model_dump(), by=g.actor, at=g.now)
        return {"entry": done.no, "leaf": done.leaf_index}

    return once(deed)
