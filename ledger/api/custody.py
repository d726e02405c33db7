"""/communities/…/custody: who keeps the fund, its hand-over, and money that goes back."""

from datetime import date
from typing import Any

from flask import g
from flask_openapi3 import APIBlueprint
from pydantic import Field

from ledger.access.access import allow, reading
from ledger.api.community import OFFICE
from ledger.api.door import Code, CommunityPath, Fen, In, Text, once
from ledger.api.problems import RESPONSES
from ledger.community.rules import Role
from ledger.fund.custody.actions import notify_handover, release_fund, take_over_fund
from ledger.fund.custody.queries import account_level, handovers, keeper
from ledger.fund.custody.rules import Keeper
from ledger.fund.custody.tables import Handover
from ledger.fund.returns.actions import ask_refund, declare_loss, pay_return
from ledger.fund.returns.queries import fund_returns
from ledger.journal.actions import Posted
from ledger.periods import day_in_shanghai

custody_api = APIBlueprint(
    "custody",
    __name__,
    url_prefix="/api/v1/communities/<community>/custody",
    abp_responses=RESPONSES,
    abp_security=[{"token": []}],
)
SIDES = (Role.COMMITTEE, Role.SUPERVISOR)
"""The assembly's committee and the authority: each signs for its side."""


class HandoverPath(CommunityPath):
    handover: Code


class ReturnPath(CommunityPath):
    code: Code


class NoticeIn(In):
    code: Code
    to: Keeper
    noticed_on: date


class DayIn(In):
    on: date


class RefundIn(In):
    code: Code
    receipt_no: Code
    amount_fen: Fen
    reason: Text


class LossIn(In):
    code: Code
    homes: list[Code] = Field(min_length=1, max_length=2_000)
    lost_on: date
    gone: list[Code] = Field(
        default_factory=list, max_length=50, description="selling units that are no more"
    )


def _entry(done: Posted) -> dict[str, Any]:
    return {"entry": done.no, "leaf": done.leaf_index}


def _shown(found: Handover, today: date) -> dict[str, Any]:
    ended = found.taken_on or today
    return {**found.model_dump(mode="json", exclude={"community"}), "late": ended > found.due_on}


@custody_api.get("", summary="Who keeps the fund")
@allow(*OFFICE)
def get_custody(path: CommunityPath):  # type: ignore[no-untyped-def]
    """The authority or the owners' assembly, by what its account is opened, and the hand-overs with their lateness."""
    today = day_in_shanghai(g.now)
    with reading() as session:
        return {
            "keeper": keeper(session, path.community, today).value,
            "account_level": account_level(session, path.community, today).value,
            "handovers": [_shown(each, today) for each in handovers(session, path.community)],
        }


@custody_api.post("/handovers", summary="Take down the notice of a hand-over (划转)")
@allow(Role.COMMITTEE)
def post_handover(path: CommunityPath, body: NoticeIn):  # type: ignore[no-untyped-def]
    """It is due within thirty days (165号令 Art. 16)."""

    def deed(session: Any) -> dict[str, Any]:
        noticed = notify_handover(
            session, path.community, body.code, body.to, body.noticed_on, by=g.actor, at=g.now
        )
        return _shown(noticed, day_in_shanghai(g.now))

    return once(deed)


@custody_api.post("/handovers/<path:handover>/release", summary="Hand everything over")
@allow(*SIDES)
def post_release(path: HandoverPath, body: DayIn):  # type: ignore[no-untyped-def]
    """By the side that keeps it: every part of every home and selling unit against the bank."""
    return once(
        lambda session: _entry(
            release_fund(session, path.community, path.handover, body.on, by=g.actor, at=g.now)
        )
    )


@custody_api.post("/handovers/<path:handover>/taking", summary="Take everything over")
@allow(*SIDES)
def post_taking(path: HandoverPath, body: DayIn):  # type: ignore[no-untyped-def]
    """By the other side and another person: what went out comes in, to the fen."""
    return once(
        lambda session: _entry(
            take_over_fund(session, path.community, path.handover, body.on, by=g.actor, at=g.now)
        )
    )


@custody_api.get("/returns", summary="Money that goes back")
@allow(Role.MANAGER, Role.COMMITTEE, Role.SUPERVISOR, Role.AUDITOR)
def list_returns(path: CommunityPath):  # type: ignore[no-untyped-def]
    """Refunds of deposits and what is due for lost houses, newest first."""
    with reading() as session:
        return {
            "returns": [
                each.model_dump(mode="json", exclude={"community"})
                for each in fund_returns(session, path.community)
            ]
        }


@custody_api.post("/refunds", summary="Ask that a deposit be given back")
@allow(Role.MANAGER)
def post_refund(path: CommunityPath, body: RefundIn):  # type: ignore[no-untyped-def]
    """Overpaid, or the purchase was rescinded; somebody else pays it."""

    def deed(session: Any) -> dict[str, Any]:
        asked = ask_refund(
            session,
            path.community,
            body.code,
            body.receipt_no,
            body.amount_fen,
            reason=body.reason,
            by=g.actor,
            at=g.now,
        )
        return asked.model_dump(mode="json", exclude={"community"})

    return once(deed)


@custody_api.post("/losses", summary="Declare homes lost (灭失)")
@allow(Role.MANAGER)
def post_loss(path: CommunityPath, body: LossIn):  # type: ignore[no-untyped-def]
    """What is due to owners, selling units or the treasury (165号令 Art. 29); somebody else pays it."""

    def deed(session: Any) -> dict[str, Any]:
        returns = declare_loss(
            session,
            path.community,
            body.code,
            body.homes,
            body.lost_on,
            gone=body.gone,
            by=g.actor,
            at=g.now,
        )
        return {"returns": returns}

    return once(deed)


@custody_api.post("/returns/<path:code>/payment", summary="Pay a return")
@allow(*SIDES)
def post_return_payment(path: ReturnPath, body: DayIn):  # type: ignore[no-untyped-def]
    """By somebody else than whoever asked for it."""
    return once(
        lambda session: _entry(pay_return(session, path.community, path.code, body.on, by=g.actor, at=g.now))
    )
