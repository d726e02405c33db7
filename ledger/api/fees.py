"""/communities/…/fees: prices, payments, waivers, refunds, arrears, late fees, budgets, modes; and a home's own account."""

from datetime import date
from typing import Annotated, Any

from flask import g
from flask_openapi3 import APIBlueprint
from pydantic import Field

from ledger.api.community import OFFICE, HomePath
from ledger.api.door import Code, CommunityPath, Fen, In, Text, once
from ledger.api.problems import RESPONSES
from ledger.community.queries import community, home
from ledger.community.rules import Mode, Role
from ledger.door.access import RoleMissing, actor_for, allow, reading
from ledger.fees.actions import (
    Payment,
    change_tariff,
    correct_payment,
    hand_over,
    receive,
    set_terms,
)
from ledger.fees.budgets.actions import adopt_budget, book_cost, take_remuneration
from ledger.fees.budgets.queries import year_report
from ledger.fees.budgets.rules import CostLine
from ledger.fees.dunning.actions import charge_late_fees, claim_costs, demand, end_dispute, open_dispute
from ledger.fees.dunning.queries import debtors
from ledger.fees.dunning.rules import Channel, Delivery, Measure
from ledger.fees.modes.actions import begin_mode, share_cost
from ledger.fees.modes.queries import modes
from ledger.fees.modes.rules import MEANS, ShareKey
from ledger.fees.prepaid.actions import approve_refund, reject_refund, request_refund
from ledger.fees.prepaid.queries import owed_back, refunds
from ledger.fees.prepaid.rules import Ground
from ledger.fees.queries import home_statement, received_from, snapshots, tariffs
from ledger.fees.rules import Basis, Pricing
from ledger.fees.tables import FeeTerms
from ledger.fees.waivers.actions import approve_waiver, reject_waiver, request_waiver, withdraw_waiver
from ledger.fees.waivers.queries import waived_by_kind, waivers
from ledger.fees.waivers.rules import Asked, Kind
from ledger.intake.accounts.queries import check_approved
from ledger.journal.actions import Posted
from ledger.journal.queries import held
from ledger.journal.rules import BookCode
from ledger.money import MOST_FEN
from ledger.periods import Month, Period, day_in_shanghai

fees_api = APIBlueprint(
    "fees",
    __name__,
    url_prefix="/api/v1/communities/<community>/fees",
    abp_responses=RESPONSES,
    abp_security=[{"token": []}],
)
Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2100, 12, 31))]
MonthText = Annotated[str, Field(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$")]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256, hexadecimal")]
Year = Annotated[int, Field(ge=2000, le=2099)]
Whole = Annotated[int, Field(strict=True, ge=0)]
STAFF = (Role.MANAGER, Role.SUPERVISOR, Role.AUDITOR)
"""Who may see which homes owe what; nobody else, and never the public (design §7)."""
SECOND = (Role.COMMITTEE, Role.COMMUNITY_OFFICE, Role.MANAGER)
"""Who may decide what a manager asked for; never the person who asked."""


class CodePath(CommunityPath):
    code: Code


class YearPath(CommunityPath):
    year: Year


class MonthPath(CommunityPath):
    month: MonthText


class ReceiptPath(CommunityPath):
    no: int = Field(ge=1, le=2**53 - 1)


class TariffIn(In):
    applies_to: Code | None = Field(None, description="a kind of home; none is every kind")
    since: Day
    basis: Basis
    rate_e4: Annotated[int, Field(strict=True, ge=0, le=10**12, description="ten-thousandths of a yuan")]
    reference: Text
    pricing: Pricing = Pricing.MARKET
    items: list[Text] = Field(default_factory=list, max_length=40)
    audit_sha256: Digest | None = None


class TermsIn(In):
    contract: Code
    charges_from: Day | None = None
    charges_until: Day | None = None
    due_days: Whole = Field(0, le=366)
    late_daily_e6: Whole | None = Field(None, le=1_000_000)
    vacancy_pct: Whole = Field(0, le=100)
    remuneration_e4: Whole | None = Field(None, le=10_000)
    remuneration_fen: Whole | None = Field(None, le=MOST_FEN)


class HandOverIn(In):
    homes: list[Code] = Field(min_length=1, max_length=5_000)
    handed_over_on: Day
    developer: Code | None = None


class PaymentIn(In):
    reference: Code
    home: Code
    amount_fen: Fen
    on: Day
    into: str = Field("bank", pattern="^(bank|wallet)$")
    payer: Code | None = Field(None, description="a developer's code, or government; none is the owner")
    months: list[MonthText] = Field(default_factory=list, max_length=120)


class CorrectionIn(PaymentIn):
    reason: Text


class WaiverIn(In):
    code: Code
    kind: Kind
    home: Code | None = Field(None, description="none is every home")
    first: MonthText
    last: MonthText
    percent: Annotated[int, Field(strict=True, ge=1, le=100)] | None = None
    amount_fen: Fen | None = None
    basis: Text


class ReasonIn(In):
    reason: Text


class RefundIn(In):
    code: Code
    home: Code
    receipt: Annotated[int, Field(strict=True, ge=1, le=2**53 - 1)]
    amount_fen: Fen
    ground: Ground


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


def _entry(done: Posted) -> dict[str, Any]:
    return {"entry": done.no, "leaf": done.leaf_index}


@fees_api.get("/tariffs", summary="Every price there was")
@allow(*Role)
def list_tariffs(path: CommunityPath):  # type: ignore[no-untyped-def]
    """Prices are marked clearly, for everybody (物业服务收费管理办法 Art. 8)."""
    with reading() as session:
        community(session, path.community)
        rows = [
            {**row.model_dump(mode="json", exclude={"community"}), "items": row.items.split("\n") if row.items else []}
            for row in tariffs(session, path.community)
        ]  # fmt: skip
    return {"tariffs": rows}


@fees_api.post("/tariffs", summary="Set a price from a day on")
@allow(Role.COMMITTEE, Role.COMMUNITY_OFFICE)
def post_tariff(path: CommunityPath, body: TariffIn):  # type: ignore[no-untyped-def]
    """A market price names the motion that the owners passed, a guided one its price document."""

    def deed(session: Any) -> dict[str, Any]:
        told = body.model_dump(exclude={"applies_to"})
        done = change_tariff(session, path.community, body.applies_to or "*", **told, by=g.actor, at=g.now)
        return _entry(done)

    return once(deed)


@fees_api.post("/terms", summary="Enter what a service contract says of the fee")
@allow(Role.COMMITTEE, Role.COMMUNITY_OFFICE)
def post_terms(path: CommunityPath, body: TermsIn):  # type: ignore[no-untyped-def]
    """Charging days, due day, late fee, discount of empty homes, remuneration."""

    def deed(session: Any) -> dict[str, Any]:
        terms = FeeTerms(community=path.community, **body.model_dump())
        return _entry(set_terms(session, terms, by=g.actor, at=g.now))

    return once(deed)


@fees_api.post("/hand-overs", summary="Enter when homes passed from their developer to their owners")
@allow(Role.MANAGER)
def post_hand_over(path: CommunityPath, body: HandOverIn):  # type: ignore[no-untyped-def]
    """Until then the developer pays."""

    def deed(session: Any) -> dict[str, Any]:
        done = hand_over(
            session, path.community, body.homes, body.handed_over_on, body.developer, by=g.actor, at=g.now
        )
        return _entry(done)

    return once(deed)


@fees_api.post("/payments", summary="Book a payment")
@allow(Role.MANAGER)
def post_payment(path: CommunityPath, body: PaymentIn):  # type: ignore[no-untyped-def]
    """What the payer names first, then the oldest debt; costs, interest, fee (民法典 Arts. 560–561)."""

    def deed(session: Any) -> dict[str, Any]:
        home(session, path.community, body.home)
        check_approved(session, path.community, BookCode.FEE, body.into, body.on)
        return _entry(receive(session, path.community, [_payment(body)], by=g.actor, at=g.now)[0])

    return once(deed)


@fees_api.post("/payments/<int:no>/correction", summary="Put a payment right")
@allow(Role.MANAGER)
def post_correction(path: ReceiptPath, body: CorrectionIn):  # type: ignore[no-untyped-def]
    """The wrong receipt reversed in red and the right one booked, both or neither."""

    def deed(session: Any) -> dict[str, Any]:
        home(session, path.community, body.home)
        check_approved(session, path.community, BookCode.FEE, body.into, body.on)
        done = correct_payment(
            session, path.community, path.no, _payment(body), reason=body.reason, by=g.actor, at=g.now
        )
        return _entry(done)

    return once(deed)


def _payment(body: PaymentIn) -> Payment:
    return Payment(
        key=f"fee-payment/{body.reference}",
        home=body.home,
        amount_fen=body.amount_fen,
        on=body.on,
        into=body.into,
        payer=body.payer,
        months=tuple(body.months),
    )


@fees_api.get("/waivers", summary="Waivers with who asked and who decided")
@allow(*STAFF, Role.COMMITTEE, Role.COMMUNITY_OFFICE)
def list_waivers(path: CommunityPath):  # type: ignore[no-untyped-def]
    """With their grounds: for those who ask and decide, not for the board."""
    with reading() as session:
        community(session, path.community)
        rows = waivers(session, path.community)
    return {"waivers": [row.model_dump(mode="json", exclude={"community"}) for row in rows]}


@fees_api.post("/waivers", summary="Ask for a waiver")
@allow(Role.MANAGER)
def post_waiver(path: CommunityPath, body: WaiverIn):  # type: ignore[no-untyped-def]
    """Somebody else decides."""

    def deed(session: Any) -> dict[str, Any]:
        found = request_waiver(
            session,
            path.community,
            body.code,
            body.kind,
            Asked(body.percent, body.amount_fen),
            Month.parse(body.first),
            Month.parse(body.last),
            home=body.home,
            basis=body.basis,
            by=g.actor,
            at=g.now,
        )
        return {"code": found.code, "state": found.state.value}

    return once(deed)


@fees_api.post("/waivers/<code>/approval", summary="Grant a waiver")
@allow(*SECOND)
def post_waiver_approval(path: CodePath):  # type: ignore[no-untyped-def]
    """By another person than the one who asked."""
    return once(
        lambda session: _entry(approve_waiver(session, path.community, path.code, by=g.actor, at=g.now))
    )


@fees_api.post("/waivers/<code>/rejection", summary="Refuse a waiver")
@allow(*SECOND)
def post_waiver_rejection(path: CodePath, body: ReasonIn):  # type: ignore[no-untyped-def]
    """By another person than the one who asked."""

    def deed(session: Any) -> dict[str, Any]:
        done = reject_waiver(session, path.community, path.code, reason=body.reason, by=g.actor, at=g.now)
        return _entry(done)

    return once(deed)


@fees_api.post("/waivers/<code>/withdrawal", summary="Take a granted waiver back")
@allow(Role.COMMITTEE, Role.COMMUNITY_OFFICE)
def post_waiver_withdrawal(path: CodePath, body: ReasonIn):  # type: ignore[no-untyped-def]
    """What it took off is owed again."""

    def deed(session: Any) -> dict[str, Any]:
        done = withdraw_waiver(session, path.community, path.code, reason=body.reason, by=g.actor, at=g.now)
        return _entry(done)

    return once(deed)


@fees_api.get("/refunds", summary="Refunds, and what is owed back after a contract's end")
@allow(*STAFF)
def list_refunds(path: CommunityPath):  # type: ignore[no-untyped-def]
    """物业服务纠纷解释 Art. 3."""
    with reading() as session:
        community(session, path.community)
        rows = refunds(session, path.community)
        back = owed_back(session, path.community, day_in_shanghai(g.now))
    return {
        "refunds": [row.model_dump(mode="json", exclude={"community"}) for row in rows],
        "owed_back": [{"home": each, "fen": fen} for each, fen in back.items()],
    }


@fees_api.post("/refunds", summary="Ask for a prepayment to be given back")
@allow(Role.MANAGER)
def post_refund(path: CommunityPath, body: RefundIn):  # type: ignore[no-untyped-def]
    """The way the money came, by the receipt that brought it; somebody else releases it."""

    def deed(session: Any) -> dict[str, Any]:
        found = request_refund(
            session,
            path.community,
            body.code,
            body.home,
            body.receipt,
            body.amount_fen,
            body.ground,
            by=g.actor,
            at=g.now,
        )
        return {"code": found.code, "state": found.state.value}

    return once(deed)


@fees_api.post("/refunds/<code>/approval", summary="Release a refund")
@allow(*SECOND)
def post_refund_approval(path: CodePath):  # type: ignore[no-untyped-def]
    """By another person than the one who asked."""
    return once(
        lambda session: _entry(approve_refund(session, path.community, path.code, by=g.actor, at=g.now))
    )


@fees_api.post("/refunds/<code>/rejection", summary="Refuse a refund")
@allow(*SECOND)
def post_refund_rejection(path: CodePath):  # type: ignore[no-untyped-def]
    """By another person than the one who asked."""
    return once(
        lambda session: _entry(reject_refund(session, path.community, path.code, by=g.actor, at=g.now))
    )


@fees_api.get("/debtors", summary="Who owes what is due (staff only)")
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


@fees_api.post("/demands", summary="Write down that a fee was demanded")
@allow(Role.MANAGER, Role.COMMITTEE)
def post_demand(path: CommunityPath, body: DemandIn):  # type: ignore[no-untyped-def]
    """Reminder, committee urging, letter, suit, in that order and with proof; other measures are refused."""

    def deed(session: Any) -> dict[str, Any]:
        deliveries = {each.home: Delivery(each.channel, each.proof) for each in body.deliveries}
        done = demand(
            session, path.community, body.code, body.measure, deliveries, body.on, by=g.actor, at=g.now
        )
        return {**_entry(done), "homes": len(deliveries)}

    return once(deed)


@fees_api.post("/disputes", summary="Write down that a home disputes its fee")
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
        return _entry(done)

    return once(deed)


@fees_api.post("/disputes/<code>/end", summary="End a dispute")
@allow(Role.COMMUNITY_OFFICE, Role.COMMITTEE)
def post_dispute_end(path: CodePath, body: DayIn):  # type: ignore[no-untyped-def]
    """Not by the firm, whose late fee it held up."""
    return once(
        lambda session: _entry(end_dispute(session, path.community, path.code, body.on, by=g.actor, at=g.now))
    )


@fees_api.post("/late-fees", summary="Charge late fees up to a day")
@allow(Role.MANAGER)
def post_late_fees(path: CommunityPath, body: LateFeesIn):  # type: ignore[no-untyped-def]
    """Only where the contract has one, at most 1.3 × LPR, never above the principal."""

    def deed(session: Any) -> dict[str, Any]:
        for each in set(body.homes):
            home(session, path.community, each)
        done = charge_late_fees(session, path.community, set(body.homes), body.until, by=g.actor, at=g.now)
        return _entry(done) if done else {"nothing_due": True}

    return once(deed)


@fees_api.post("/awards", summary="Claim the costs that a court awarded")
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
        return _entry(done)

    return once(deed)


@fees_api.get("/collection/<int:year>", summary="The collection of a year on its two fixed days")
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


@fees_api.get("/budgets/<int:year>", summary="A year's budget against actual")
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


@fees_api.post("/budgets/<int:year>", summary="Enter the budget that the owners voted")
@allow(Role.COMMITTEE)
def post_budget(path: YearPath, body: BudgetIn):  # type: ignore[no-untyped-def]
    """By the cost lines of 物业服务收费管理办法 Art. 11; never major or medium repair."""

    def deed(session: Any) -> dict[str, Any]:
        done = adopt_budget(
            session, path.community, path.year, dict(body.lines), body.motion, by=g.actor, at=g.now
        )
        return _entry(done)

    return once(deed)


@fees_api.post("/costs", summary="Book a cost of the service")
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
        return _entry(done)

    return once(deed)


@fees_api.post("/months/<month>/remuneration", summary="Release the firm's remuneration for a month")
@allow(Role.COMMITTEE)
def post_remuneration(path: MonthPath):  # type: ignore[no-untyped-def]
    """By the committee, not by the firm that takes it; once a month."""

    def deed(session: Any) -> dict[str, Any]:
        done = take_remuneration(session, path.community, Month.parse(path.month), by=g.actor, at=g.now)
        return _entry(done) if done else {"nothing_due": True}

    return once(deed)


@fees_api.post("/shared-costs", summary="Pay a cost that bundled communities share")
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


@fees_api.get("/modes", summary="How the community was managed, from when on")
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
            }
            for row in rows
        ]
    }


@fees_api.post("/modes", summary="Say how the community is managed from a day on")
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
        return _entry(done)

    return once(deed)


@fees_api.get("/homes/<home>", summary="A home's own fee account")
@allow(Role.OWNER, Role.TENANT, *STAFF)
def get_home_statement(path: HomePath):  # type: ignore[no-untyped-def]
    """Every charge, waiver and payment that stands, what is owed and what is prepaid; one's own home only."""
    if g.actor.role in (Role.OWNER, Role.TENANT) and g.own_home != path.home:
        raise RoleMissing(needed="owner of this home")
    with reading() as session:
        home(session, path.community, path.home)
        found = home_statement(session, path.community, path.home)
        prepaid = held(session, path.community, "fee", "prepaid", [path.home])[path.home]
    return {
        "home": path.home,
        "lines": [{**line._asdict(), "on": line.on.isoformat()} for line in found.lines],
        "owed": [{"month": debt.month, "part": debt.part.value, "fen": fen} for debt, fen in found.owed],
        "owed_fen": found.owed_fen,
        "prepaid_fen": prepaid,
    }
