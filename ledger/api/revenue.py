"""/communities/…/revenue: contracts on common parts, receipts, proved costs, payment into the fund."""

from datetime import date
from typing import Any

from flask import g
from flask_openapi3 import APIBlueprint
from pydantic import BaseModel, Field

from ledger.api.community import OFFICE
from ledger.api.door import Code, CommunityPath, Fen, In, Text, once
from ledger.api.problems import RESPONSES
from ledger.community.rules import Role
from ledger.door.access import allow, reading
from ledger.periods import Period
from ledger.revenue.actions import NewContract, pay_cost, receive, remit_quarter, sign_contract
from ledger.revenue.queries import streams
from ledger.revenue.rules import Category, CostKind

revenue_api = APIBlueprint(
    "revenue",
    __name__,
    url_prefix="/api/v1/communities/<community>/revenue",
    abp_responses=RESPONSES,
    abp_security=[{"token": []}],
)


class PeriodQuery(BaseModel):
    period: str = Field("2026", pattern=r"^\d{4}(-(0[1-9]|1[0-2]|Q[1-4]|H[12]))?$")


class ContractIn(In):
    number: Code
    category: Category
    counterparty: Code
    object: Text
    starts_on: date
    ends_on: date
    price_fen: Fen
    every_months: int = Field(strict=True, ge=1, le=120)
    resolution: str = Field("", max_length=200)
    competitive: bool = True
    beneficiary_building: Code | None = None


class ReceiptIn(In):
    contract: Code
    amount_fen: Fen
    on: date
    reference: Code


class CostIn(In):
    kind: CostKind
    amount_fen: Fen
    on: date
    voucher_no: str = Field(max_length=60)


class RemittanceIn(In):
    quarter: str = Field(pattern=r"^\d{4}-Q[1-4]$")
    on: date


@revenue_api.get("/contracts", summary="Contracts with what was due and what came in")
@allow(*OFFICE)
def list_contracts(path: CommunityPath, query: PeriodQuery):  # type: ignore[no-untyped-def]
    """Those that ran in the period, by number."""
    with reading() as session:
        found = streams(session, path.community, Period.parse(query.period))
    return {
        "contracts": [
            {
                **s.contract.model_dump(mode="json", exclude={"community"}),
                "due_fen": s.due_fen,
                "received_fen": s.received_fen,
            }
            for s in found
        ]
    }


@revenue_api.post("/contracts", summary="Register a contract")
@allow(Role.MANAGER)
def post_contract(path: CommunityPath, body: ContractIn):  # type: ignore[no-untyped-def]
    """It must name the owners' resolution (3/4, 民法典 Art. 278 (八))."""

    def deed(session: Any) -> dict[str, Any]:
        signed = sign_contract(
            session, path.community, NewContract(**body.model_dump()), by=g.actor, at=g.now
        )
        return signed.model_dump(mode="json", exclude={"community"})

    return once(deed)


@revenue_api.post("/receipts", summary="Book a receipt")
@allow(Role.MANAGER)
def post_receipt(path: CommunityPath, body: ReceiptIn):  # type: ignore[no-untyped-def]
    """Money that came in on a contract; the reference makes it happen once."""

    def deed(session: Any) -> dict[str, Any]:
        done = receive(
            session,
            path.community,
            body.contract,
            body.amount_fen,
            body.on,
            key=f"revenue/{body.contract}/{body.reference}",
            by=g.actor,
            at=g.now,
        )
        return {"entry": done.no, "leaf": done.leaf_index}

    return once(deed)


@revenue_api.post("/costs", summary="Book a proved cost")
@allow(Role.MANAGER)
def post_cost(path: CommunityPath, body: CostIn):  # type: ignore[no-untyped-def]
    """No voucher, no cost (建筑物区分所有权解释 Art. 14)."""

    def deed(session: Any) -> dict[str, Any]:
        done = pay_cost(
            session,
            path.community,
            body.kind,
            body.amount_fen,
            body.on,
            voucher_no=body.voucher_no,
            by=g.actor,
            at=g.now,
        )
        return {"entry": done.no, "leaf": done.leaf_index}

    return once(deed)


@revenue_api.post("/remittances", summary="Pay a quarter's share into the fund")
@allow(Role.MANAGER)
def post_remittance(path: CommunityPath, body: RemittanceIn):  # type: ignore[no-untyped-def]
    """One entry in each book, linked; nothing when nothing is due."""

    def deed(session: Any) -> dict[str, Any]:
        done = remit_quarter(
            session, path.community, Period.parse(body.quarter), body.on, by=g.actor, at=g.now
        )
        return {"revenue_entry": done[0].no, "fund_entry": done[1].no} if done else {"nothing_due": True}

    return once(deed)
