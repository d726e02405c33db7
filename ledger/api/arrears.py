"""/communities/…/fees: who owes, demands with their proof, disputes, late fees, awards; and the year's collection."""

from typing import Any

from flask import g
from flask_openapi3 import APIBlueprint
from pydantic import Field

from ledger.access.access import allow, reading
from ledger.api.community import OFFICE
from ledger.api.door import Code, CommunityPath, Fen, In, Text, once
from ledger.api.fees import STAFF, CodePath, Day, Digest, MonthText, YearPath, entry
from ledger.api.problems import RESPONSES
from ledger.community.queries import community, home
from ledger.community.rules import Role
from ledger.fees.dunning.actions import charge_late_fees, claim_costs, demand, end_dispute, open_dispute
from ledger.fees.dunning.queries import debtors
from ledger.fees.dunning.rules import Channel, Delivery, Measure
from ledger.fees.queries import received_from, snapshots
from ledger.fees.waivers.queries import waived_by_kind
from ledger.periods import Month, Period, day_in_shanghai

arrears_api = APIBlueprint(
    "arrears",
    __name__,
    url_prefix="/api/v1/communities/<community>/fees",
    abp_responses=RESPONSES,
    abp_security=[{"token": []}],
)


class DeliveryIn(In):
    home: Code
    channel: Channel
    proof: Digest


class DemandIn(In):
    code: Code
    measure: Measure
    on: Day
    deliveries: list[DeliveryIn] = Field(min_length=1, max_length=5_000)


class DisputeIn(In):
    code: Code
    home: Code
    first: MonthText
    last: MonthText
    on: Day
    reason: Text


class DayIn(In):
    on: Day


class LateFeesIn(In):
    homes: list[Code] = Field(min_length=1, max_length=5_000)
    until: Day


class AwardIn(In):
    home: Code
    month: MonthText
    amount_fen: Fen
    document: Digest


@arrears_api.get("/debtors", summary="Who owes what is due (staff only)")
@allow(*STAFF)
def list_debtors(path: CommunityPath):  # type: ignore[no-untyped-def]
    """With the last step taken and how long the claim runs; never public."""
    today = day_in_shanghai(g.now)
    with reading() as session:
        community(session, path.community)
        found = debtors(session, path.community, today)
    return {
        "on": today.isoformat(),
        "debtors": [
            {
                "home": each.home,
                "fee_fen": each.principal_fen,
                "surcharge_fen": each.surcharge_fen,
                "oldest": each.oldest,
                "step": each.step.measure.value if each.step else None,
                "pay_by": each.step.pay_by.isoformat() if each.step else None,
                "claim_runs_out_on": each.claim.runs_out_on.isoformat(),
                "claim": each.claim.state.value,
            }
            for each in found
        ],
    }


@arrears_api.post("/demands", summary="Write down that a fee was demanded")
@allow(Role.MANAGER, Role.COMMITTEE)
def post_demand(path: CommunityPath, body: DemandIn):  # type: ignore[no-untyped-def]
    """Reminder, committee urging, letter, suit, in that order and with proof; other measures are refused."""

    def deed(session: Any) -> dict[str, Any]:
        deliveries = {each.home: Delivery(each.channel, each.proof) for each in body.deliveries}
        done = demand(
            session, path.community, body.code, body.measure, deliveries, body.on, by=g.actor, at=g.now
        )
        return {**entry(done), "homes": len(deliveries)}

    return once(deed)


@arrears_api.post("/disputes", summary="Write down that a home disputes its fee")
@allow(Role.MANAGER, Role.COMMUNITY_OFFICE)
def post_dispute(path: CommunityPath, body: DisputeIn):  # type: ignore[no-untyped-def]
    """No late fee grows meanwhile."""

    def deed(session: Any) -> dict[str, Any]:
        done = open_dispute(
            session,
            path.community,
            body.code,
            body.home,
            Month.parse(body.first),
            Month.parse(body.last),
            body.on,
            reason=body.reason,
            by=g.actor,
            at=g.now,
        )
        return entry(done)

    return once(deed)


@arrears_api.post("/disputes/<code>/end", summary="End a dispute")
@allow(Role.COMMUNITY_OFFICE, Role.COMMITTEE)
def post_dispute_end(path: CodePath, body: DayIn):  # type: ignore[no-untyped-def]
    """Not by the firm, whose late fee it held up."""
    return once(
        lambda session: entry(end_dispute(session, path.community, path.code, body.on, by=g.actor, at=g.now))
    )


@arrears_api.post("/late-fees", summary="Charge late fees up to a day")
@allow(Role.MANAGER)
def post_late_fees(path: CommunityPath, body: LateFeesIn):  # type: ignore[no-untyped-def]
    """Only where the contract has one, at most 1.3 × LPR, never above the principal."""

    def deed(session: Any) -> dict[str, Any]:
        for each in set(body.homes):
            home(session, path.community, each)
        done = charge_late_fees(session, path.community, set(body.homes), body.until, by=g.actor, at=g.now)
        return entry(done) if done else {"nothing_due": True}

    return once(deed)


@arrears_api.post("/awards", summary="Claim the costs that a court awarded")
@allow(Role.MANAGER)
def post_award(path: CommunityPath, body: AwardIn):  # type: ignore[no-untyped-def]
    """Costs are met before interest, interest before the fee (民法典 Art. 561)."""

    def deed(session: Any) -> dict[str, Any]:
        done = claim_costs(
            session,
            path.community,
            body.home,
            Month.parse(body.month),
            body.amount_fen,
            body.document,
            by=g.actor,
            at=g.now,
        )
        return entry(done)

    return once(deed)


@arrears_api.get("/collection/<int:year>", summary="The collection of a year on its two fixed days")
@allow(*OFFICE)
def get_collection(path: YearPath):  # type: ignore[no-untyped-def]
    """31 December, and 31 January with the month of grace; waivers by kind, and who else paid."""
    with reading() as session:
        community(session, path.community)
        found = snapshots(session, path.community, path.year)
        period = Period.parse(str(path.year))
        kinds = waived_by_kind(session, path.community, period)
        others = received_from(session, path.community, period)
    return {
        "snapshots": [
            {
                "on": day.isoformat(),
                **each._asdict(),
                **{
                    name: [rate.numerator, rate.denominator] if rate is not None else None
                    for name, rate in (("cr1", each.cr1), ("cr2", each.cr2), ("cr3", each.cr3), ("cr4", each.cr4))
                },
            }
            for day, each in found.items()
        ],
        "waived": {kind.value: fen for kind, fen in kinds.items()},
        "received_from": others,
    }  # fmt: skip
