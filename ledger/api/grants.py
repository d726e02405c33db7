"""/communities/…/works: the money of renovation works, by source and plan, and the way of every yuan.

The manager records and asks; the committee or the street approves.
"""

from datetime import date
from typing import Annotated, Any

from flask import g
from flask_openapi3 import APIBlueprint
from pydantic import Field

from ledger.access.access import allow, reading
from ledger.api.community import APPROVERS, OFFICE
from ledger.api.door import Code, CommunityPath, Fen, In, Text, once
from ledger.api.problems import RESPONSES
from ledger.community.rules import Role
from ledger.grants.actions import receive
from ledger.grants.plans.actions import (
    approve_plan,
    approve_subsidy,
    change_plan,
    give_in_kind,
    name_fund_payment,
    pledge,
)
from ledger.grants.plans.queries import planned, rows_of, versions
from ledger.grants.rules import Source
from ledger.grants.walk_queries import Trace, by_package, by_source, streams, where_from, where_to
from ledger.journal.actions import Posted
from ledger.money import MOST_FEN
from ledger.periods import Month, day_in_shanghai

grants_api = APIBlueprint(
    "grants",
    __name__,
    url_prefix="/api/v1/communities/<community>/works",
    abp_responses=RESPONSES,
    abp_security=[{"token": []}],
)
Planned = Annotated[int, Field(strict=True, ge=0, le=MOST_FEN, description="fen (1/100 yuan)")]
EntryNo = Annotated[int, Field(strict=True, ge=1, le=MOST_FEN)]


class EntryPath(CommunityPath):
    no: int = Field(ge=1, le=MOST_FEN)


class OfPackage(In):
    works: Code
    package: Code


class ReceiptIn(In):
    source: Source
    works: Code
    amount_fen: Fen
    on: date
    reference: Code
    payer: Code | None = None


class PlanIn(OfPackage):
    version: int = Field(strict=True, ge=2, le=10_000)
    planned: dict[Source, Planned]
    reason: Text


class PlanApprovalIn(OfPackage):
    version: int = Field(strict=True, ge=2, le=10_000)


class PledgeIn(OfPackage):
    document: Code
    source: Source
    amount_fen: Fen
    signed_on: date


class SubsidyIn(OfPackage):
    document: Code
    eligible_fen: Fen
    approved_on: date


class GiftIn(OfPackage):
    document: Code
    source: Source
    value_fen: Fen
    given_on: date
    basis: Text


class FundPaymentIn(OfPackage):
    entry: EntryNo


class NumberedIn(In):
    number: Code


class PaidOnIn(NumberedIn):
    on: date


def row_out(found: Any) -> dict[str, Any]:
    """A stored row as it may leave, without its community."""
    shown: dict[str, Any] = found.model_dump(mode="json", exclude={"community"})
    return shown


def entry_out(done: Posted) -> dict[str, Any]:
    """Where an entry was written."""
    return {"entry": done.no, "leaf": done.leaf_index}


def _trace(step: Trace) -> dict[str, Any]:
    out, came = step.went_out, step.came_in
    return {
        "fen": step.fen,
        "came_in": came and {"entry": came.no, "source": came.source.value, "on": came.on.isoformat(), "what": came.kind},
        "went_out": {
            "entry": out.no, "works": out.works, "package": out.package, "payee": out.party,
            "on": out.on.isoformat(), "what": out.kind,
        },
    }  # fmt: skip


@grants_api.get("", summary="Works money by source and package")
@allow(*OFFICE)
def get_works_money(path: CommunityPath):  # type: ignore[no-untyped-def]
    """Planned, committed, received, spent, returned, retained, in kind; cost, gap and plan of every package."""
    this = Month.of(day_in_shanghai(g.now))
    with reading() as session:
        plans = planned(session, path.community)
        return {
            "sources": [f._asdict() for f in by_source(session, path.community, this)],
            "packages": [
                {**f._asdict(), "planned": plans.get(of, {})}
                for of, f in by_package(session, path.community, this).items()
            ],
            "flows": [each._asdict() for each in streams(session, path.community, this)],
        }


@grants_api.get("/walk/from/<int:no>", summary="Which receipts a payment was made of")
@allow(*OFFICE)
def get_where_from(path: EntryPath):  # type: ignore[no-untyped-def]
    """Same source, same works, first in first out; adds up to the payment."""
    with reading() as session:
        return {"steps": [_trace(step) for step in where_from(session, path.community, path.no)]}


@grants_api.get("/walk/to/<int:no>", summary="Which payments a receipt went into")
@allow(*OFFICE)
def get_where_to(path: EntryPath):  # type: ignore[no-untyped-def]
    """What is missing to the receipt is still in its bank."""
    with reading() as session:
        return {"steps": [_trace(step) for step in where_to(session, path.community, path.no)]}


@grants_api.post("/receipts", summary="Book works money that came in")
@allow(Role.MANAGER)
def post_receipt(path: CommunityPath, body: ReceiptIn):  # type: ignore[no-untyped-def]
    """Into the book of its source; the reference makes it happen once."""

    def deed(session: Any) -> dict[str, Any]:
        key = f"grant/{body.source.value}/{body.reference}"
        done = receive(
            session, path.community, body.source, body.works, body.amount_fen, body.on,
            key=key, payer=body.payer, by=g.actor, at=g.now,
        )  # fmt: skip
        return entry_out(done)

    return once(deed)


@grants_api.get("/plans", summary="Versions of the plans")
@allow(*OFFICE)
def list_plans(path: CommunityPath):  # type: ignore[no-untyped-def]
    """Every later version with its reason and its approver; version 1 is the register's."""
    with reading() as session:
        return {
            "versions": [
                {**row_out(v), "planned": rows_of(session, v)} for v in versions(session, path.community)
            ]
        }


@grants_api.post("/plans", summary="Ask for another plan of a package")
@allow(Role.MANAGER)
def post_plan(path: CommunityPath, body: PlanIn):  # type: ignore[no-untyped-def]
    """It replaces the whole plan once another person approves it."""
    return once(
        lambda s: row_out(
            change_plan(
                s, path.community, body.works, body.package, body.version, body.planned,
                reason=body.reason, by=g.actor, at=g.now,
            )
        )
    )  # fmt: skip


@grants_api.post("/plans/approvals", summary="Approve a version of a plan")
@allow(*APPROVERS)
def post_plan_approval(path: CommunityPath, body: PlanApprovalIn):  # type: ignore[no-untyped-def]
    """By another person than who asked for it."""
    return once(
        lambda s: row_out(
            approve_plan(s, path.community, body.works, body.package, body.version, by=g.actor, at=g.now)
        )
    )


@grants_api.post("/pledges", summary="Register what a source commits itself to")
@allow(Role.MANAGER)
def post_pledge(path: CommunityPath, body: PledgeIn):  # type: ignore[no-untyped-def]
    """By the number of the document; within the plan."""
    return once(lambda s: entry_out(pledge(s, path.community, **dict(body), by=g.actor, at=g.now)))


@grants_api.post("/subsidies", summary="Compute a subsidy by the rule of its day")
@allow(Role.SUPERVISOR)
def post_subsidy(path: CommunityPath, body: SubsidyIn):  # type: ignore[no-untyped-def]
    """So many per cent of the eligible cost, rounded down to the fen."""
    return once(lambda s: row_out(approve_subsidy(s, path.community, **dict(body), by=g.actor, at=g.now)))


@grants_api.post("/gifts-in-kind", summary="Record what a source waived or built itself")
@allow(Role.MANAGER)
def post_gift(path: CommunityPath, body: GiftIn):  # type: ignore[no-untyped-def]
    """A memorandum with a value, never cash."""
    return once(lambda s: entry_out(give_in_kind(s, path.community, **dict(body), by=g.actor, at=g.now)))


@grants_api.post(
    "/fund-payments", summary="Name a payment of the maintenance fund that bore a part of a package"
)
@allow(Role.MANAGER)
def post_fund_payment(path: CommunityPath, body: FundPaymentIn):  # type: ignore[no-untyped-def]
    """The money stays in the fund's own book."""
    return once(
        lambda s: row_out(
            name_fund_payment(s, path.community, body.works, body.package, body.entry, by=g.actor, at=g.now)
        )
    )
