"""/communities/…/revenue: contracts on common parts, receipts, proved costs, the closing of a year."""

from datetime import date
from typing import Annotated, Any

from flask import g
from flask_openapi3 import APIBlueprint
from pydantic import BaseModel, Field

from ledger.access.access import allow, reading
from ledger.api.community import OFFICE
from ledger.api.door import Code, CommunityPath, Fen, In, Text, once
from ledger.api.problems import RESPONSES
from ledger.community.rules import Role
from ledger.periods import Period
from ledger.revenue.actions import NewContract, close_year, sign_contract, terminate
from ledger.revenue.cost_actions import claim_cost, pay_cost
from ledger.revenue.queries import excesses, missing, streams, unproved
from ledger.revenue.receipt_actions import receive, receive_other
from ledger.revenue.rules import Award, Category, CostKind, Method, Part
from ledger.revenue.sites.actions import register_site
from ledger.revenue.sites.queries import occupancy

revenue_api = APIBlueprint(
    "revenue",
    __name__,
    url_prefix="/api/v1/communities/<community>/revenue",
    abp_responses=RESPONSES,
    abp_security=[{"token": []}],
)
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256 in hexadecimal")]


class ContractPath(CommunityPath):
    contract: Code


class YearPath(CommunityPath):
    year: int = Field(ge=2000, le=2999)


class PeriodQuery(BaseModel):
    period: str = Field("2026", pattern=r"^[12]\d{3}(-(0[1-9]|1[0-2]|Q[1-4]|H[12]))?$")


class DayQuery(BaseModel):
    on: date


class PartIn(In):
    building: Code | None = None
    stairwell: Code | None = None

    def part(self) -> Part:
        return Part(self.building, self.stairwell)


class AwardIn(In):
    method: Method
    evidence: Digest | None = None
    quotes: int = Field(0, strict=True, ge=0, le=1000)
    reason: str = Field("", max_length=500)


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
    resolved_on: date | None = None
    award: AwardIn | None = None
    part: PartIn = PartIn()
    site: Code | None = None
    renews: Code | None = None

    def new(self) -> NewContract:
        plain = self.model_dump(exclude={"award", "part"})
        award = Award(**self.award.model_dump()) if self.award else None
        return NewContract(**plain, award=award, part=self.part.part())


class EndIn(In):
    last_day: date
    reason: Text


class SiteIn(In):
    code: Code
    name: Text
    category: Category
    since: date
    part: PartIn = PartIn()


class ReceiptIn(In):
    contract: Code
    amount_fen: Fen
    on: date
    reference: Code
    into: Code = "bank"


class OtherReceiptIn(In):
    category: Category
    amount_fen: Fen
    on: date
    reference: Code
    part: PartIn = PartIn()
    into: Code = "bank"


class CostIn(In):
    kind: CostKind
    amount_fen: Fen
    on: date
    voucher_no: str = Field(max_length=60)
    contract: Code | None = None


class ClaimIn(In):
    code: Code
    kind: CostKind
    amount_fen: Fen
    on: date
    contract: Code | None = None


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
    """It rests on the owners' resolution (3/4, 民法典 Art. 278 (八)) and says how the counterparty was found."""

    def deed(session: Any) -> dict[str, Any]:
        signed = sign_contract(session, path.community, body.new(), by=g.actor, at=g.now)
        return signed.model_dump(mode="json", exclude={"community"})

    return once(deed)


@revenue_api.post("/contracts/<contract>/end", summary="End a contract early")
@allow(Role.COMMITTEE)
def post_end(path: ContractPath, body: EndIn):  # type: ignore[no-untyped-def]
    """Its schedule is cut after the day."""

    def deed(session: Any) -> dict[str, Any]:
        ended = terminate(
            session, path.community, path.contract, body.last_day, reason=body.reason, by=g.actor, at=g.now
        )
        return ended.model_dump(mode="json", exclude={"community"})

    return once(deed)


@revenue_api.get("/sites", summary="Places that are let, and how long they were")
@allow(*OFFICE)
def list_sites(path: CommunityPath, query: PeriodQuery):  # type: ignore[no-untyped-def]
    """By code, with the days of the period on which each was let."""
    period = Period.parse(query.period)
    with reading() as session:
        found = occupancy(session, path.community, period.first, period.last)
    return {
        "sites": [
            {
                **each.site.model_dump(mode="json", exclude={"community"}),
                "days_let": each.days_let,
                "days": each.days,
            }
            for each in found
        ]
    }


@revenue_api.post("/sites", summary="Register a place that can be let")
@allow(Role.MANAGER)
def post_site(path: CommunityPath, body: SiteIn):  # type: ignore[no-untyped-def]
    """A common part, with whose it is."""

    def deed(session: Any) -> dict[str, Any]:
        new = register_site(
            session,
            path.community,
            body.code,
            body.name,
            body.category,
            body.since,
            part=body.part.part(),
            by=g.actor,
            at=g.now,
        )
        return new.model_dump(mode="json", exclude={"community"})

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
            into=body.into,
            by=g.actor,
            at=g.now,
        )
        return {"entry": done.no, "leaf": done.leaf_index}

    return once(deed)


@revenue_api.post("/other-receipts", summary="Book interest, compensation or scrap")
@allow(Role.MANAGER)
def post_other_receipt(path: CommunityPath, body: OtherReceiptIn):  # type: ignore[no-untyped-def]
    """What no contract promised; scrap is booked in the maintenance fund (4301)."""

    def deed(session: Any) -> dict[str, Any]:
        done = receive_other(
            session,
            path.community,
            body.category,
            body.amount_fen,
            body.on,
            key=f"revenue/{body.category.value}/{body.reference}",
            part=body.part.part(),
            into=body.into,
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
            contract_no=body.contract,
            by=g.actor,
            at=g.now,
        )
        return {"entry": done.no, "leaf": done.leaf_index}

    return once(deed)


@revenue_api.post("/cost-claims", summary="Keep a cost that is claimed without proof")
@allow(Role.MANAGER)
def post_claim(path: CommunityPath, body: ClaimIn):  # type: ignore[no-untyped-def]
    """It counts as nought, and no money moves."""

    def deed(session: Any) -> dict[str, Any]:
        done = claim_cost(
            session,
            path.community,
            body.code,
            body.kind,
            body.amount_fen,
            body.on,
            contract_no=body.contract,
            by=g.actor,
            at=g.now,
        )
        return {"entry": done.no, "leaf": done.leaf_index}

    return once(deed)


@revenue_api.get("/completeness", summary="What did not come in, what came in beyond, what is not proved")
@allow(*OFFICE)
def get_completeness(path: CommunityPath, query: DayQuery):  # type: ignore[no-untyped-def]
    """By the day: contracts behind with the days (R12), contracts above what they promise, claims (R15)."""
    with reading() as session:
        behind = missing(session, path.community, query.on)
        above = excesses(session, path.community, query.on)
        claims = unproved(session, path.community, date.min, query.on)
        shown = [c.model_dump(mode="json", exclude={"community"}) for c in claims]
    return {
        "missing": [{**m._asdict(), "since": m.since.isoformat()} for m in behind],
        "above": [each._asdict() for each in above],
        "unproved": shown,
    }


@revenue_api.post("/years/<int:year>/closing", summary="Carry a year over into the surplus (期末结转)")
@allow(Role.MANAGER)
def post_year(path: YearPath):  # type: ignore[no-untyped-def]
    """After the year, before its December is closed."""

    def deed(session: Any) -> dict[str, Any]:
        done = close_year(session, path.community, path.year, by=g.actor, at=g.now)
        return {"entry": done.no, "leaf": done.leaf_index} if done else {"nothing_to_carry": True}

    return once(deed)
