"""/communities/…/gains: what the fund earns, how it is shared out, and the bonds it is put into."""

from datetime import date
from typing import Annotated, Any, Literal

from flask import g
from flask_openapi3 import APIBlueprint
from pydantic import Field

from ledger.access.access import allow, reading
from ledger.api.community import APPROVERS, OFFICE, HomePath
from ledger.api.door import Code, CommunityPath, Fen, In, Text, check_own_home, once
from ledger.api.problems import RESPONSES
from ledger.community.queries import community, home
from ledger.community.rules import Role
from ledger.fund.bonds.actions import buy_bond, end_bond, plan_bond
from ledger.fund.bonds.queries import bonds
from ledger.fund.bonds.rules import Ending, Instrument, Market, Offer
from ledger.fund.gains.actions import credit_interest, credit_other, post_run, prepare_run, reverse_run
from ledger.fund.gains.queries import gains_of_home, gains_run, gains_runs, gains_shares_of, undistributed
from ledger.fund.gains.rules import Source
from ledger.journal.actions import Posted
from ledger.money import MOST_FEN
from ledger.periods import Period

gains_api = APIBlueprint(
    "gains",
    __name__,
    url_prefix="/api/v1/communities/<community>/gains",
    abp_responses=RESPONSES,
    abp_security=[{"token": []}],
)
SEES_HOMES = (Role.MANAGER, Role.COMMITTEE, Role.SUPERVISOR, Role.AUDITOR)
FenOrNone = Annotated[int, Field(strict=True, ge=0, le=MOST_FEN, description="fen (1/100 yuan)")]


class RunPath(CommunityPath):
    run: Code


class BondPath(CommunityPath):
    bond: Code


class ReceiptIn(In):
    source: Literal["interest", "scrap", "other_income"]
    amount_fen: Fen
    on: date
    voucher_no: Code
    what: Text | None = Field(None, description="what was sold or came in; kept privately")


class RunIn(In):
    code: Code
    period: str = Field(pattern=r"^\d{4}(-(0[1-9]|1[0-2]|Q[1-4]|H[12]))?$")
    income_fen: Fen


class ReasonIn(In):
    reason: Text


class OfferIn(In):
    code: Code
    motion: Code
    series: Text
    cost_fen: Fen
    issued_from: date
    issued_until: date
    matures_on: date
    instrument: Instrument = Instrument.TREASURY
    market: Market = Market.PRIMARY
    sellers_fen: FenOrNone = 0
    sellers_consent: Text | None = None


class DayIn(In):
    on: date


class EndingIn(In):
    way: Ending
    interest_fen: FenOrNone
    on: date


def _entry(done: Posted) -> dict[str, Any]:
    return {"entry": done.no, "leaf": done.leaf_index}


@gains_api.get("", summary="Gains and how they were shared out")
@allow(*OFFICE)
def list_gains(path: CommunityPath):  # type: ignore[no-untyped-def]
    """待分配累计收益 and the runs, the newest period first; without the rows of homes."""
    with reading() as session:
        community(session, path.community)
        return {
            "undistributed_fen": undistributed(session, path.community),
            "runs": [
                run.model_dump(mode="json", exclude={"community"})
                for run in gains_runs(session, path.community)
            ],
        }


@gains_api.post("/receipts", summary="Book interest, scrap or other income of the fund")
@allow(Role.MANAGER)
def post_receipt(path: CommunityPath, body: ReceiptIn):  # type: ignore[no-untyped-def]
    """Dr 1001 / Cr 4101, 4301 or 4901; a voucher is booked once."""

    def deed(session: Any) -> dict[str, Any]:
        who: dict[str, Any] = {"by": g.actor, "at": g.now}
        if body.source == "interest":
            key = f"interest/{body.voucher_no}"
            return _entry(credit_interest(session, path.community, body.amount_fen, body.on, key=key, **who))
        return _entry(
            credit_other(
                session,
                path.community,
                Source(body.source),
                body.amount_fen,
                body.on,
                voucher_no=body.voucher_no,
                what=body.what or "",
                **who,
            )
        )

    return once(deed)


@gains_api.post("/runs", summary="Prepare a sharing out of gains (收益分配)")
@allow(Role.MANAGER)
def post_run_prepared(path: CommunityPath, body: RunIn):  # type: ignore[no-untyped-def]
    """Of closed months, by day-products, to the fen; nothing moves until somebody else posts it."""

    def deed(session: Any) -> dict[str, Any]:
        period = Period.parse(body.period)
        run = prepare_run(session, path.community, body.code, period, body.income_fen, by=g.actor, at=g.now)
        return run.model_dump(mode="json", exclude={"community"})

    return once(deed)


@gains_api.get("/runs/<path:run>", summary="One sharing out, by home and selling unit")
@allow(*SEES_HOMES)
def get_run(path: RunPath):  # type: ignore[no-untyped-def]
    """For those who check it: each part's day-products (fen × days) and share."""
    with reading() as session:
        run = gains_run(session, path.community, path.run)
        return {
            **run.model_dump(mode="json", exclude={"community"}),
            "shares": [
                share.model_dump(mode="json", exclude={"community", "run"})
                for share in gains_shares_of(session, path.community, path.run)
            ],
        }


@gains_api.post("/runs/<path:run>/posting", summary="Approve and post a sharing out")
@allow(*APPROVERS)
def post_posting(path: RunPath):  # type: ignore[no-untyped-def]
    """Dr 3101 / Cr 3001, 3002; by somebody else than whoever prepared it."""
    return once(lambda session: _entry(post_run(session, path.community, path.run, by=g.actor, at=g.now)))


@gains_api.post("/runs/<path:run>/reversal", summary="Take a sharing out back (红字冲销)")
@allow(*APPROVERS)
def post_run_reversal(path: RunPath, body: ReasonIn):  # type: ignore[no-untyped-def]
    """Whole; the period may then be shared out again under another code."""
    return once(
        lambda session: _entry(
            reverse_run(session, path.community, path.run, reason=body.reason, by=g.actor, at=g.now)
        )
    )


@gains_api.get("/homes/<home>", summary="What a home got of the gains")
@allow(Role.OWNER, *SEES_HOMES)
def get_home_gains(path: HomePath):  # type: ignore[no-untyped-def]
    """Period, day-products and share of each posted run; an owner sees his own home only."""
    check_own_home(path.home)
    with reading() as session:
        home(session, path.community, path.home)
        rows = gains_of_home(session, path.community, path.home)
        return {
            "home": path.home,
            "gains": [
                {
                    "run": run.code,
                    "period": run.period,
                    "income_fen": run.income_fen,
                    "product": share.product,
                    "share_fen": share.share_fen,
                    "entry": run.entry_no,
                }
                for run, share in rows
            ],
        }


@gains_api.get("/bonds", summary="The treasury bonds")
@allow(*OFFICE)
def list_bonds(path: CommunityPath):  # type: ignore[no-untyped-def]
    """By the day on which they mature."""
    with reading() as session:
        community(session, path.community)
        return {
            "bonds": [
                each.model_dump(mode="json", exclude={"community"}) for each in bonds(session, path.community)
            ]
        }


@gains_api.post("/bonds", summary="Plan to buy a treasury bond")
@allow(Role.MANAGER)
def post_bond(path: CommunityPath, body: OfferIn):  # type: ignore[no-untyped-def]
    """By a resolution of the owners; anything else than a newly issued treasury bond is refused (165号令 Art. 26)."""

    def deed(session: Any) -> dict[str, Any]:
        offer = Offer(**body.model_dump(exclude={"code", "motion"}))
        planned = plan_bond(session, path.community, body.code, offer, body.motion, by=g.actor, at=g.now)
        return planned.model_dump(mode="json", exclude={"community"})

    return once(deed)


@gains_api.post("/bonds/<path:bond>/purchase", summary="Buy a planned bond")
@allow(*APPROVERS)
def post_purchase(path: BondPath, body: DayIn):  # type: ignore[no-untyped-def]
    """In the days of its issue, by somebody else than whoever planned it."""
    return once(
        lambda session: _entry(buy_bond(session, path.community, path.bond, body.on, by=g.actor, at=g.now))
    )


@gains_api.post("/bonds/<path:bond>/ending", summary="Take in a bond that matured")
@allow(*APPROVERS)
def post_ending(path: BondPath, body: EndingIn):  # type: ignore[no-untyped-def]
    """With its interest. Selling, pledging or repoing it, or cashing it early, is refused (165号令 Art. 26)."""
    return once(
        lambda session: _entry(
            end_bond(
                session,
                path.community,
                path.bond,
                body.way,
                body.interest_fen,
                body.on,
                by=g.actor,
                at=g.now,
            )
        )
    )
