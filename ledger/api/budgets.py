"""/communities/…/fees: budgets and costs under 酬金制, remuneration, shared costs, and how a community is managed."""

from typing import Any

from flask import g
from flask_openapi3 import APIBlueprint
from pydantic import Field

from ledger.access.access import actor_for, allow, reading
from ledger.api.door import Code, CommunityPath, Fen, In, Text, once
from ledger.api.fees import Day, Digest, MonthText, YearPath, entry
from ledger.api.problems import RESPONSES
from ledger.community.queries import community
from ledger.community.rules import Mode, Role
from ledger.fees.budgets.actions import adopt_budget, book_cost, take_remuneration
from ledger.fees.budgets.queries import year_report
from ledger.fees.budgets.rules import CostLine
from ledger.fees.modes.actions import begin_mode, share_cost
from ledger.fees.modes.queries import modes
from ledger.fees.modes.rules import MEANS, ShareKey
from ledger.periods import Month
from ledger.words import word

budgets_api = APIBlueprint(
    "budgets",
    __name__,
    url_prefix="/api/v1/communities/<community>/fees",
    abp_responses=RESPONSES,
    abp_security=[{"token": []}],
)


class MonthPath(CommunityPath):
    month: MonthText


class BudgetIn(In):
    lines: dict[CostLine, Fen]
    motion: Code


class CostIn(In):
    line: CostLine
    amount_fen: Fen
    on: Day
    voucher: Code
    payee: Code


class SharedCostIn(In):
    communities: list[Code] = Field(min_length=1, max_length=100)
    book: Code = "fee"
    line: CostLine
    total_fen: Fen
    share_by: ShareKey
    on: Day
    voucher: Code
    payee: Code
    published_sha256: Digest


class ModeIn(In):
    mode: Mode
    since: Day
    until: Day | None = None
    reference: Text


@budgets_api.get("/budgets/<int:year>", summary="A year's budget against actual")
@allow(*Role)
def get_budget(path: YearPath):  # type: ignore[no-untyped-def]
    """Under 酬金制 published to all owners at least once a year."""
    with reading() as session:
        community(session, path.community)
        found = year_report(session, path.community, path.year)
    return {
        "year": found.year,
        "lines": [{**row._asdict(), "line": row.line.value} for row in found.rows],
        "income_fen": found.income_fen,
        "cost_fen": found.cost_fen,
        "remuneration_fen": found.remuneration_fen,
        "surplus_fen": found.surplus_fen,
    }


@budgets_api.post("/budgets/<int:year>", summary="Enter the budget that the owners voted")
@allow(Role.COMMITTEE)
def post_budget(path: YearPath, body: BudgetIn):  # type: ignore[no-untyped-def]
    """By the cost lines of 物业服务收费管理办法 Art. 11; never major or medium repair."""

    def deed(session: Any) -> dict[str, Any]:
        done = adopt_budget(
            session, path.community, path.year, dict(body.lines), body.motion, by=g.actor, at=g.now
        )
        return entry(done)

    return once(deed)


@budgets_api.post("/costs", summary="Book a cost of the service")
@allow(Role.MANAGER)
def post_cost(path: CommunityPath, body: CostIn):  # type: ignore[no-untyped-def]
    """With its voucher and its line; a voucher is booked once."""

    def deed(session: Any) -> dict[str, Any]:
        done = book_cost(
            session,
            path.community,
            body.line,
            body.amount_fen,
            body.on,
            voucher=body.voucher,
            payee=body.payee,
            by=g.actor,
            at=g.now,
        )
        return entry(done)

    return once(deed)


@budgets_api.post("/months/<month>/remuneration", summary="Release the firm's remuneration for a month")
@allow(Role.COMMITTEE)
def post_remuneration(path: MonthPath):  # type: ignore[no-untyped-def]
    """By the committee, not by the firm that takes it; once a month."""

    def deed(session: Any) -> dict[str, Any]:
        done = take_remuneration(session, path.community, Month.parse(path.month), by=g.actor, at=g.now)
        return entry(done) if done else {"nothing_due": True}

    return once(deed)


@budgets_api.post("/shared-costs", summary="Pay a cost that bundled communities share")
@allow(Role.MANAGER)
def post_shared_cost(path: CommunityPath, body: SharedCostIn):  # type: ignore[no-untyped-def]
    """By a rule that hangs on each board; one linked entry in each fee book, never fund or revenue."""

    def deed(session: Any) -> dict[str, Any]:
        places = {path.community, *body.communities}
        for place in places:
            actor_for(g.actor.login, place, frozenset({Role.MANAGER}))
        done = share_cost(
            session,
            sorted(places),
            body.line,
            body.total_fen,
            body.share_by,
            body.on,
            book=body.book,
            voucher=body.voucher,
            payee=body.payee,
            published_sha256=body.published_sha256,
            by=g.actor,
            at=g.now,
        )
        return {"entries": {place: each.no for place, each in done.items()}}

    return once(deed)


@budgets_api.get("/modes", summary="How the community was managed, from when on")
@allow(*Role)
def list_modes(path: CommunityPath):  # type: ignore[no-untyped-def]
    """With what each mode means: the money, and who answers."""
    with reading() as session:
        community(session, path.community)
        rows = modes(session, path.community)
    return {
        "modes": [
            {
                "mode": row.mode.value,
                "since": row.since.isoformat(),
                "until": row.until.isoformat() if row.until else None,
                **MEANS[row.mode]._asdict(),
                "zh": word(row.mode),
                "en": word(row.mode, language="en"),
            }
            for row in rows
        ]
    }


@budgets_api.post("/modes", summary="Say how the community is managed from a day on")
@allow(Role.COMMUNITY_OFFICE, Role.SUPERVISOR)
def post_mode(path: CommunityPath, body: ModeIn):  # type: ignore[no-untyped-def]
    """An emergency firm stays six months at most."""

    def deed(session: Any) -> dict[str, Any]:
        done = begin_mode(
            session,
            path.community,
            body.mode,
            body.since,
            until=body.until,
            reference=body.reference,
            by=g.actor,
            at=g.now,
        )
        return entry(done)

    return once(deed)
