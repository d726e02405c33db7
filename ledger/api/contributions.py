"""/communities/…/works: residents' contributions, donations and concessions.

What homes owe and paid is for the office, and nobody else gets more than totals.
"""

from datetime import date
from typing import Annotated, Any

from flask import g
from flask_openapi3 import APIBlueprint
from pydantic import Field

from ledger.access.access import allow, reading
from ledger.api.community import APPROVERS, OFFICE
from ledger.api.door import Code, CommunityPath, Fen, In, Text, once
from ledger.api.grants import EntryNo, NumberedIn, OfPackage, PaidOnIn, entry_out, row_out
from ledger.api.problems import RESPONSES
from ledger.community.rules import Role
from ledger.grants.concessions.actions import NewConcession, end_concession, name_payment, sign_concession
from ledger.grants.concessions.queries import concessions, expiring
from ledger.grants.concessions.rules import ConcessionKind, ConcessionState
from ledger.grants.contributions.actions import (
    HomePayment,
    NewLevy,
    ask_refund,
    pay_refund,
    raise_levy,
    take_contributions,
    use_contributions,
)
from ledger.grants.contributions.queries import contributions, totals
from ledger.grants.contributions.rules import Basis, ItemClass
from ledger.grants.donations.actions import ask_spending, open_purpose, pay_spending, take_donation
from ledger.grants.donations.queries import by_purpose
from ledger.periods import day_in_shanghai

contributions_api = APIBlueprint(
    "contributions",
    __name__,
    url_prefix="/api/v1/communities/<community>/works",
    abp_responses=RESPONSES,
    abp_security=[{"token": []}],
)


Paper = Annotated[str, Field(max_length=60, pattern=r"^[^\x00-\x1f\x7f]*$")]


class LevyPath(CommunityPath):
    levy: Code


class LevyIn(OfPackage):
    code: Code
    item_class: ItemClass
    basis: Basis
    total_fen: Fen
    agreement: Text
    consents: dict[Code, Paper] = Field(
        max_length=20_000, description="each home, with the number of its own paper"
    )


class ContributionIn(In):
    receipt_no: Code
    home: Code
    amount_fen: Fen
    on: date


class ContributionsIn(In):
    payments: list[ContributionIn] = Field(min_length=1, max_length=20_000)


class RefundIn(NumberedIn):
    levy: Code
    home: Code
    amount_fen: Fen
    reason: Text


class UseIn(NumberedIn):
    levy: Code
    amount_fen: Fen
    on: date


class PurposeIn(In):
    code: Code
    name: Text


class DonationIn(In):
    receipt_no: Code
    purpose: Code
    donor: Text
    amount_fen: Fen
    on: date
    unnamed: bool = False


class SpendingIn(NumberedIn):
    purpose: Code
    payee: Code
    amount_fen: Fen
    what: Text


class ConcessionIn(NumberedIn):
    kind: ConcessionKind
    firm: Code
    what: Text
    service_level: Text
    exit_terms: Text
    resolution: Text
    share_e2: int = Field(strict=True, ge=0, le=10_000)
    starts_on: date
    ends_on: date


class ConcessionPaymentIn(NumberedIn):
    entry: EntryNo


class ConcessionEndIn(NumberedIn):
    state: ConcessionState
    on: date
    reason: Text


class ExpiryQuery(In):
    days: int = Field(180, ge=0, le=36_500)


@contributions_api.get("/levies", summary="Residents' contributions in total")
@allow(*OFFICE)
def list_levies(path: CommunityPath):  # type: ignore[no-untyped-def]
    """Due, paid, refunded and used of every levy; no homes."""
    with reading() as session:
        return {
            "levies": [
                {**row_out(each.levy), **{k: v for k, v in each._asdict().items() if k != "levy"}}
                for each in totals(session, path.community)
            ]
        }


@contributions_api.post("/levies", summary="Raise a levy")
@allow(Role.MANAGER)
def post_levy(path: CommunityPath, body: LevyIn):  # type: ignore[no-untyped-def]
    """Cut over its homes by floor area or each the same; a personal item only over homes that consented."""
    return once(lambda s: row_out(raise_levy(s, path.community, NewLevy(**dict(body)), by=g.actor, at=g.now)))


@contributions_api.get("/levies/<levy>/homes", summary="What each home owes and paid")
@allow(Role.MANAGER, Role.COMMITTEE, Role.AUDITOR)
def list_contributions(path: LevyPath):  # type: ignore[no-untyped-def]
    """For the office; never public."""
    with reading() as session:
        return {
            "homes": [
                {**each._asdict(), "held_fen": each.held_fen}
                for each in contributions(session, path.community, path.levy)
            ]
        }


@contributions_api.post("/levies/<levy>/receipts", summary="Book what homes paid")
@allow(Role.MANAGER)
def post_contributions(path: LevyPath, body: ContributionsIn):  # type: ignore[no-untyped-def]
    """All or none, each under its numbered receipt."""
    paid = [HomePayment(**dict(each)) for each in body.payments]

    def deed(session: Any) -> dict[str, Any]:
        done = take_contributions(session, path.community, path.levy, paid, by=g.actor, at=g.now)
        return {"entries": [entry_out(each) for each in done]}

    return once(deed)


@contributions_api.post("/refunds", summary="Ask for a home's money to be given back")
@allow(Role.MANAGER)
def post_refund(path: CommunityPath, body: RefundIn):  # type: ignore[no-untyped-def]
    """What has not gone into the works."""
    return once(
        lambda s: row_out(
            ask_refund(
                s, path.community, body.number, body.levy, body.home, body.amount_fen,
                reason=body.reason, by=g.actor, at=g.now,
            )
        )
    )  # fmt: skip


@contributions_api.post("/refunds/payments", summary="Give a home its money back")
@allow(*APPROVERS)
def post_refund_payment(path: CommunityPath, body: PaidOnIn):  # type: ignore[no-untyped-def]
    """By another person than who asked for it."""
    return once(lambda s: entry_out(pay_refund(s, path.community, **dict(body), by=g.actor, at=g.now)))


@contributions_api.post("/contribution-uses", summary="Hand collected money over to the works")
@allow(*APPROVERS)
def post_use(path: CommunityPath, body: UseIn):  # type: ignore[no-untyped-def]
    """One entry in each book, linked; from each home in proportion to what is held of it."""

    def deed(session: Any) -> dict[str, Any]:
        out, into = use_contributions(
            session, path.community, body.number, body.levy, body.amount_fen, body.on, by=g.actor, at=g.now
        )
        return {"community_entry": out.no, "grant_entry": into.no}

    return once(deed)


@contributions_api.get("/donations", summary="The community fund by purpose")
@allow(*OFFICE)
def list_donations(path: CommunityPath):  # type: ignore[no-untyped-def]
    """Received, spent and left; donors who asked to stay unnamed are not named."""
    with reading() as session:
        return {"purposes": [each._asdict() for each in by_purpose(session, path.community)]}


@contributions_api.post("/donations/purposes", summary="Open a purpose of the community fund")
@allow(Role.MANAGER, Role.COMMUNITY_OFFICE)
def post_purpose(path: CommunityPath, body: PurposeIn):  # type: ignore[no-untyped-def]
    """What donors may give for."""
    return once(
        lambda s: row_out(open_purpose(s, path.community, body.code, body.name, by=g.actor, at=g.now))
    )


@contributions_api.post("/donations", summary="Book a donation")
@allow(Role.MANAGER, Role.COMMUNITY_OFFICE)
def post_donation(path: CommunityPath, body: DonationIn):  # type: ignore[no-untyped-def]
    """For its purpose only, under its numbered receipt."""

    def deed(session: Any) -> dict[str, Any]:
        done = take_donation(
            session, path.community, body.receipt_no, body.purpose, body.donor, body.amount_fen, body.on,
            unnamed=body.unnamed, by=g.actor, at=g.now,
        )  # fmt: skip
        return entry_out(done)

    return once(deed)


@contributions_api.post("/donations/spendings", summary="Ask for donated money to be spent")
@allow(Role.MANAGER, Role.COMMUNITY_OFFICE)
def post_spending(path: CommunityPath, body: SpendingIn):  # type: ignore[no-untyped-def]
    """Within what is left for its purpose."""
    return once(
        lambda s: row_out(
            ask_spending(
                s, path.community, body.number, body.purpose, body.payee, body.amount_fen,
                what=body.what, by=g.actor, at=g.now,
            )
        )
    )  # fmt: skip


@contributions_api.post("/donations/payments", summary="Spend donated money for its purpose")
@allow(*APPROVERS)
def post_spending_payment(path: CommunityPath, body: PaidOnIn):  # type: ignore[no-untyped-def]
    """By another person than who asked for it."""
    return once(lambda s: entry_out(pay_spending(s, path.community, **dict(body), by=g.actor, at=g.now)))


@contributions_api.get("/concessions", summary="Concession contracts, and those that end soon")
@allow(*OFFICE)
def list_concessions(path: CommunityPath, query: ExpiryQuery):  # type: ignore[no-untyped-def]
    """``expiring`` names the running ones whose last day is past or within so many days."""
    with reading() as session:
        soon = expiring(session, path.community, day_in_shanghai(g.now), query.days)
        return {
            "concessions": [row_out(each) for each in concessions(session, path.community)],
            "expiring": [each.number for each in soon],
        }


@contributions_api.post("/concessions", summary="Register a concession contract")
@allow(Role.MANAGER)
def post_concession(path: CommunityPath, body: ConcessionIn):  # type: ignore[no-untyped-def]
    """With its service level, its exit terms and the owners' resolution."""
    return once(
        lambda s: row_out(
            sign_concession(s, path.community, NewConcession(**dict(body)), by=g.actor, at=g.now)
        )
    )


@contributions_api.post("/concessions/payments", summary="Name an entry as money of a concession")
@allow(Role.MANAGER)
def post_concession_payment(path: CommunityPath, body: ConcessionPaymentIn):  # type: ignore[no-untyped-def]
    """The entry stays where it is; it belongs to one concession only."""
    return once(
        lambda s: row_out(name_payment(s, path.community, body.number, body.entry, by=g.actor, at=g.now))
    )


@contributions_api.post("/concessions/endings", summary="End a concession")
@allow(*APPROVERS)
def post_ending(path: CommunityPath, body: ConcessionEndIn):  # type: ignore[no-untyped-def]
    """By its term or by its exit terms."""
    return once(lambda s: row_out(end_concession(s, path.community, **dict(body), by=g.actor, at=g.now)))
