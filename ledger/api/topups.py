"""/communities/…/topups: who has to top the fund up, what the owners decided, who has paid. Rows for staff only."""

from datetime import date
from typing import Any

from flask import g
from flask_openapi3 import APIBlueprint
from pydantic import Field

from ledger.access.access import allow, reading
from ledger.api.community import OFFICE, HomePath
from ledger.api.door import Code, CommunityPath, Fen, In, Text, check_own_home, once
from ledger.api.problems import RESPONSES
from ledger.community.queries import community, home
from ledger.community.rules import Role
from ledger.fund.topups.actions import (
    TopupReceipt,
    adopt_by_silence,
    close_topup_vote,
    plan_topup,
    put_topup_to_vote,
    receive_topups,
)
from ledger.fund.topups.queries import (
    check_resale,
    dues_of_home,
    register,
    standings,
    topup,
    topup_flags,
    topups,
    totals,
)
from ledger.fund.topups.rules import Basis, TopupPlan
from ledger.fund.topups.tables import Topup
from ledger.periods import day_in_shanghai

topups_api = APIBlueprint(
    "topups",
    __name__,
    url_prefix="/api/v1/communities/<community>/topups",
    abp_responses=RESPONSES,
    abp_security=[{"token": []}],
)
HOLDERS = (Role.COMMITTEE, Role.COMMUNITY_OFFICE)
COLLECTORS = (Role.MANAGER, Role.COMMITTEE, Role.COMMUNITY_OFFICE, Role.SUPERVISOR, Role.AUDITOR)
"""Who may see what single homes owe: those who collect it and those who check them."""


class PlanPath(CommunityPath):
    plan: Code


class TopupIn(In):
    code: Code
    title: Text
    basis: Basis
    building: Code | None = None
    total_fen: Fen | None = None


class DaysIn(In):
    opens_on: date
    closes_on: date


class ReceiptIn(In):
    receipt_no: Code
    home: Code
    amount_fen: Fen
    on: date


class ReceiptsIn(In):
    receipts: list[ReceiptIn] = Field(min_length=1, max_length=2_000)


def _shown(found: Topup) -> dict[str, Any]:
    return found.model_dump(mode="json", exclude={"community", "total_fen"})


@topups_api.get("", summary="Top-up plans, and where the fund is below the trigger")
@allow(*OFFICE)
def list_topups(path: CommunityPath):  # type: ignore[no-untyped-def]
    """Each building and the whole area by their sums (Σ balance < trigger % of Σ first deposits)."""
    with reading() as session:
        community(session, path.community)
        found = topup_flags(session, path.community, day_in_shanghai(g.now))
        return {
            "flags": [each._asdict() for each in found],
            "plans": [_shown(each) for each in topups(session, path.community)],
        }


@topups_api.post("", summary="Plan to top the fund up (续筹方案)")
@allow(Role.MANAGER)
def post_topup(path: CommunityPath, body: TopupIn):  # type: ignore[no-untyped-def]
    """Once a home stands below the trigger; what each home would be asked for goes down in ink."""

    def deed(session: Any) -> dict[str, Any]:
        plan = TopupPlan(**body.model_dump(exclude={"code"}))
        planned = plan_topup(session, path.community, body.code, plan, by=g.actor, at=g.now)
        return {**_shown(planned), "total_fen": planned.total_fen}

    return once(deed)


@topups_api.get("/standings", summary="How every home stands against the trigger")
@allow(*COLLECTORS)
def list_standings(path: CommunityPath):  # type: ignore[no-untyped-def]
    """Its part, its first deposit, and whether it tops up or has no fund; never for the public."""
    with reading() as session:
        found = standings(session, path.community, day_in_shanghai(g.now))
        return {"homes": [each._asdict() for each in found]}


@topups_api.get("/homes/<home>", summary="What a home is asked for, and what it lacks before a resale")
@allow(Role.OWNER, *COLLECTORS)
def get_dues(path: HomePath):  # type: ignore[no-untyped-def]
    """By the adopted plans, and by 北京市物业管理条例 Art. 81 where it holds; an owner sees his own home only."""
    check_own_home(path.home)
    with reading() as session:
        home(session, path.community, path.home)
        rows = dues_of_home(session, path.community, path.home)
        resale = check_resale(session, path.community, path.home, day_in_shanghai(g.now))
        return {
            "home": path.home,
            "dues": [
                {
                    "plan": plan.code,
                    "due_on": plan.due_on.isoformat() if plan.due_on else None,
                    **row._asdict(),
                }
                for plan, row in rows
            ],
            "resale": resale._asdict(),
        }


@topups_api.get("/<path:plan>", summary="One plan, in sums")
@allow(*Role)
def get_topup(path: PlanPath):  # type: ignore[no-untyped-def]
    """What is due and what is paid in all; hidden where so few homes are asked that it would point at one."""
    with reading() as session:
        found = topup(session, path.community, path.plan)
        sums = totals(session, path.community, path.plan, day_in_shanghai(g.now))
        return {**_shown(found), "totals": sums._asdict()}


@topups_api.get("/<path:plan>/register", summary="The memo register of a plan (备查簿)")
@allow(*COLLECTORS)
def get_register(path: PlanPath):  # type: ignore[no-untyped-def]
    """Home by home: due, paid, open. The fund's book is on a cash basis and knows no such receivable."""
    with reading() as session:
        topup(session, path.community, path.plan)
        return {"homes": [row._asdict() for row in register(session, path.community, path.plan)]}


@topups_api.post("/<path:plan>/vote", summary="Announce the vote on raising the money")
@allow(*HOLDERS)
def post_topup_vote(path: PlanPath, body: DaysIn):  # type: ignore[no-untyped-def]
    """Of all owners in the scope, by three quarters (民法典 Art. 278 (六))."""
    return once(
        lambda session: {
            "motion": put_topup_to_vote(
                session, path.community, path.plan, **body.model_dump(), by=g.actor, at=g.now
            )
        }
    )


@topups_api.post("/<path:plan>/count", summary="Count the vote: the plan is adopted or rejected")
@allow(*HOLDERS)
def post_topup_count(path: PlanPath):  # type: ignore[no-untyped-def]
    """An adopted plan falls due the profile's days after."""

    def deed(session: Any) -> dict[str, Any]:
        outcome = close_topup_vote(session, path.community, path.plan, by=g.actor, at=g.now)
        found = topup(session, path.community, path.plan)
        return {**_shown(found), **outcome._asdict(), "quorum": outcome.quorum}

    return once(deed)


@topups_api.post("/<path:plan>/notification", summary="Let a plan stand because the owners decided nothing")
@allow(Role.COMMITTEE)
def post_notification(path: PlanPath):  # type: ignore[no-untyped-def]
    """Only where local law has it so, and after its days (上海市住宅物业管理规定 Art. 65)."""
    return once(
        lambda session: _shown(adopt_by_silence(session, path.community, path.plan, by=g.actor, at=g.now))
    )


@topups_api.post("/<path:plan>/receipts", summary="Take in what homes paid")
@allow(Role.MANAGER)
def post_receipts(path: PlanPath, body: ReceiptsIn):  # type: ignore[no-untyped-def]
    """All or none, each with its special receipt (165号令 Art. 34)."""

    def deed(session: Any) -> dict[str, Any]:
        receipts = [TopupReceipt(**each.model_dump()) for each in body.receipts]
        done = receive_topups(session, path.community, path.plan, receipts, by=g.actor, at=g.now)
        return {"entry": done.no, "leaf": done.leaf_index}

    return once(deed)
