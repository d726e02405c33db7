"""/communities/…/revenue/uses and /deposits: what the owners spend, and what is held for others."""

from datetime import date
from typing import Any

from flask import g
from flask_openapi3 import APIBlueprint

from ledger.access.access import allow, reading
from ledger.api.community import OFFICE
from ledger.api.door import Code, CommunityPath, Fen, In, Text, once
from ledger.api.problems import RESPONSES
from ledger.api.revenue import ContractPath, PartIn
from ledger.community.rules import Role
from ledger.journal.actions import Posted
from ledger.revenue.deposit_actions import forfeit_deposit, return_deposit, take_deposit
from ledger.revenue.deposit_queries import deposits_held
from ledger.revenue.uses.actions import NewUse, release_use, request_use
from ledger.revenue.uses.queries import uses
from ledger.revenue.uses.rules import Use

revenue_uses_api = APIBlueprint(
    "revenue_uses",
    __name__,
    url_prefix="/api/v1/communities/<community>/revenue",
    abp_responses=RESPONSES,
    abp_security=[{"token": []}],
)


class UsePath(CommunityPath):
    use: Code


class UseIn(In):
    code: Code
    kind: Use
    amount_fen: Fen
    purpose: Text
    motion: Code
    part: PartIn = PartIn()
    payee: Code | None = None

    def new(self) -> NewUse:
        return NewUse(**self.model_dump(exclude={"part"}), part=self.part.part())


class ReleaseIn(In):
    on: date


class DepositIn(In):
    amount_fen: Fen
    on: date
    reference: Code


class ForfeitIn(DepositIn):
    motion: Code


def _entry(done: Posted) -> dict[str, Any]:
    return {"entry": done.no, "leaf": done.leaf_index}


@revenue_uses_api.get("/uses", summary="Uses asked for and released")
@allow(*OFFICE)
def list_uses(path: CommunityPath):  # type: ignore[no-untyped-def]
    """By code; one without an entry waits for the committee."""
    with reading() as session:
        found = uses(session, path.community)
    return {"uses": [each.model_dump(mode="json", exclude={"community"}) for each in found]}


@revenue_uses_api.post("/uses", summary="Ask for a use of public revenue")
@allow(Role.MANAGER)
def post_use(path: CommunityPath, body: UseIn):  # type: ignore[no-untyped-def]
    """On a resolution of the owners whose income it is; investment, loan and guarantee are refused."""

    def deed(session: Any) -> dict[str, Any]:
        asked = request_use(session, path.community, body.new(), by=g.actor, at=g.now)
        return asked.model_dump(mode="json", exclude={"community"})

    return once(deed)


@revenue_uses_api.post("/uses/<use>/release", summary="Approve a use and pay it")
@allow(Role.COMMITTEE)
def post_release(path: UsePath, body: ReleaseIn):  # type: ignore[no-untyped-def]
    """By somebody who did not ask for it."""

    def deed(session: Any) -> dict[str, Any]:
        done = release_use(session, path.community, path.use, body.on, by=g.actor, at=g.now)
        return {"entries": [_entry(each) for each in done]}

    return once(deed)


@revenue_uses_api.get("/deposits", summary="Deposits held for those who rent")
@allow(*OFFICE)
def list_deposits(path: CommunityPath):  # type: ignore[no-untyped-def]
    """By counterparty and contract, in fen."""
    with reading() as session:
        return {"deposits": deposits_held(session, path.community)}


@revenue_uses_api.post("/contracts/<contract>/deposit", summary="Take a deposit")
@allow(Role.MANAGER)
def post_deposit_taken(path: ContractPath, body: DepositIn):  # type: ignore[no-untyped-def]
    """A liability, no income."""

    def deed(session: Any) -> dict[str, Any]:
        key = f"deposit-taken/{path.contract}/{body.reference}"
        done = take_deposit(
            session, path.community, path.contract, body.amount_fen, body.on, key=key, by=g.actor, at=g.now
        )
        return _entry(done)

    return once(deed)


@revenue_uses_api.post("/contracts/<contract>/deposit/return", summary="Give a deposit back")
@allow(Role.COMMITTEE)
def post_deposit_returned(path: ContractPath, body: DepositIn):  # type: ignore[no-untyped-def]
    """Whole or in part; whoever took it in does not pay it out."""

    def deed(session: Any) -> dict[str, Any]:
        key = f"deposit-returned/{path.contract}/{body.reference}"
        done = return_deposit(
            session, path.community, path.contract, body.amount_fen, body.on, key=key, by=g.actor, at=g.now
        )
        return _entry(done)

    return once(deed)


@revenue_uses_api.post("/contracts/<contract>/deposit/forfeiture", summary="Turn a deposit into revenue")
@allow(Role.COMMITTEE)
def post_deposit_forfeited(path: ContractPath, body: ForfeitIn):  # type: ignore[no-untyped-def]
    """As the owners decided (民法典 Art. 278 (九))."""

    def deed(session: Any) -> dict[str, Any]:
        done = forfeit_deposit(
            session,
            path.community,
            path.contract,
            body.amount_fen,
            body.on,
            motion=body.motion,
            key=f"deposit-forfeited/{path.contract}/{body.reference}",
            by=g.actor,
            at=g.now,
        )
        return _entry(done)

    return once(deed)
