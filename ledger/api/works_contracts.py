"""/communities/…/works: contracts, change orders, defects, and what is paid on them.

The manager records and asks; the committee or the street approves and pays.
"""

from datetime import date
from typing import Annotated

from flask import g
from flask_openapi3 import APIBlueprint
from pydantic import Field

from ledger.access.access import allow, reading
from ledger.api.community import APPROVERS, OFFICE
from ledger.api.door import Code, CommunityPath, Fen, Text, once
from ledger.api.grants import NumberedIn, OfPackage, PaidOnIn, entry_out, row_out
from ledger.api.problems import RESPONSES
from ledger.community.rules import Role
from ledger.grants.contracts.actions import (
    NewWorksContract,
    approve_change,
    ask_change,
    claim_defect,
    settle_defect,
    sign_works_contract,
)
from ledger.grants.contracts.queries import changes, works_contracts
from ledger.grants.payouts.actions import ask_bill, ask_release, ask_return, pay_out
from ledger.grants.payouts.queries import parts_of, payouts
from ledger.grants.rules import Source
from ledger.grants.spent_queries import billed, held
from ledger.money import MOST_FEN

works_contracts_api = APIBlueprint(
    "works_contracts",
    __name__,
    url_prefix="/api/v1/communities/<community>/works",
    abp_responses=RESPONSES,
    abp_security=[{"token": []}],
)
Change = Annotated[int, Field(strict=True, ge=-MOST_FEN, le=MOST_FEN, description="fen, negative for less")]


class ContractIn(OfPackage):
    number: Code
    contractor: Code
    price_fen: Fen
    signed_on: date
    retention_e2: int = Field(
        strict=True, ge=0, le=10_000, description="hundredths of a per cent of each bill"
    )
    defects_months: int = Field(strict=True, ge=0, le=1_200)


class ChangeIn(NumberedIn):
    contract: Code
    amount_fen: Change
    reason: Text


class OfContractIn(NumberedIn):
    contract: Code


class DefectIn(OfContractIn):
    what: Text


class BillIn(OfContractIn):
    amount_fen: Fen
    parts: dict[Source, Fen]


class ReleaseIn(OfContractIn):
    amount_fen: Fen


class ReturnIn(NumberedIn):
    works: Code
    source: Source
    amount_fen: Fen
    reason: Text


@works_contracts_api.get("/contracts", summary="Works contracts")
@allow(*OFFICE)
def list_contracts(path: CommunityPath):  # type: ignore[no-untyped-def]
    """With approved changes, what was billed and what is retained, in fen."""
    with reading() as session:
        more, bills = changes(session, path.community), billed(session, path.community)
        kept = held(session, path.community)
        return {
            "contracts": [
                {
                    **row_out(each),
                    "changes_fen": more.get(each.number, 0),
                    "billed_fen": bills.get(each.number, 0),
                    "held_fen": sum(kept.get(each.number, {}).values()),
                }
                for each in works_contracts(session, path.community)
            ]
        }


@works_contracts_api.post("/contracts", summary="Register a works contract")
@allow(Role.MANAGER)
def post_contract(path: CommunityPath, body: ContractIn):  # type: ignore[no-untyped-def]
    """Retention money at most 3 % for at most two years (建质〔2017〕138号)."""
    return once(
        lambda s: row_out(
            sign_works_contract(s, path.community, NewWorksContract(**dict(body)), by=g.actor, at=g.now)
        )
    )


@works_contracts_api.post("/change-orders", summary="Ask for a change order (变更签证)")
@allow(Role.MANAGER)
def post_change(path: CommunityPath, body: ChangeIn):  # type: ignore[no-untyped-def]
    """It counts once another person approves it."""
    return once(lambda s: row_out(ask_change(s, path.community, **dict(body), by=g.actor, at=g.now)))


@works_contracts_api.post("/change-orders/approvals", summary="Approve a change order")
@allow(*APPROVERS)
def post_change_approval(path: CommunityPath, body: OfContractIn):  # type: ignore[no-untyped-def]
    """By another person than who asked for it."""
    return once(lambda s: row_out(approve_change(s, path.community, **dict(body), by=g.actor, at=g.now)))


@works_contracts_api.post("/defects", summary="Note a defect that holds retention money back")
@allow(Role.MANAGER, Role.COMMITTEE, Role.COMMUNITY_OFFICE, Role.SUPERVISOR)
def post_defect(path: CommunityPath, body: DefectIn):  # type: ignore[no-untyped-def]
    """The contractor has to put it right."""
    return once(lambda s: row_out(claim_defect(s, path.community, **dict(body), by=g.actor, at=g.now)))


@works_contracts_api.post("/defects/settlements", summary="Say that a defect was put right")
@allow(*APPROVERS)
def post_settlement(path: CommunityPath, body: OfContractIn):  # type: ignore[no-untyped-def]
    """By another person than who noted it."""
    return once(lambda s: row_out(settle_defect(s, path.community, **dict(body), by=g.actor, at=g.now)))


@works_contracts_api.get("/payouts", summary="Payments asked for and made")
@allow(*OFFICE)
def list_payouts(path: CommunityPath):  # type: ignore[no-untyped-def]
    """Each cut by source: paid and retained, in fen."""
    with reading() as session:
        return {
            "payouts": [
                {
                    **row_out(each),
                    "parts": {
                        source: part._asdict()
                        for source, part in parts_of(session, path.community, each.number).items()
                    },
                }
                for each in payouts(session, path.community)
            ]
        }


@works_contracts_api.post("/bills", summary="Ask for a contractor's bill to be paid")
@allow(Role.MANAGER)
def post_bill(path: CommunityPath, body: BillIn):  # type: ignore[no-untyped-def]
    """By its invoice number; what each source bears adds up to it."""
    return once(
        lambda s: row_out(
            ask_bill(
                s,
                path.community,
                body.number,
                body.contract,
                body.amount_fen,
                body.parts,
                by=g.actor,
                at=g.now,
            )
        )
    )


@works_contracts_api.post("/releases", summary="Ask for retention money to be paid")
@allow(Role.MANAGER)
def post_release(path: CommunityPath, body: ReleaseIn):  # type: ignore[no-untyped-def]
    """After the defects-liability period and with no defect open."""
    return once(lambda s: row_out(ask_release(s, path.community, **dict(body), by=g.actor, at=g.now)))


@works_contracts_api.post("/returns", summary="Ask for money to be given back to its source")
@allow(Role.MANAGER)
def post_return(path: CommunityPath, body: ReturnIn):  # type: ignore[no-untyped-def]
    """What the works did not need."""
    return once(lambda s: row_out(ask_return(s, path.community, **dict(body), by=g.actor, at=g.now)))


@works_contracts_api.post("/payments", summary="Pay what was asked for")
@allow(*APPROVERS)
def post_payment(path: CommunityPath, body: PaidOnIn):  # type: ignore[no-untyped-def]
    """By another person than who asked for it: an entry in the book of each source, linked."""
    return once(
        lambda s: {
            "entries": [
                entry_out(done) for done in pay_out(s, path.community, **dict(body), by=g.actor, at=g.now)
            ]
        }
    )
