"""/communities/…/fees: prices, terms, hand-overs, payments; and a home's own account. What fee doors share is here too."""

from datetime import date
from typing import Annotated, Any

from flask import g
from flask_openapi3 import APIBlueprint
from pydantic import Field

from ledger.access.access import allow, reading
from ledger.api.community import HomePath
from ledger.api.door import Code, CommunityPath, Fen, In, Text, once
from ledger.api.problems import RESPONSES
from ledger.community.queries import community, home
from ledger.community.rules import NotYourHome, Role
from ledger.fees.actions import hand_over
from ledger.fees.payment_actions import Payment, correct_payment, receive
from ledger.fees.queries import home_statement, tariffs
from ledger.fees.rules import Basis, Pricing
from ledger.fees.tables import FeeTerms
from ledger.fees.tariff_actions import change_tariff, set_terms
from ledger.journal.actions import Posted
from ledger.journal.queries import held
from ledger.money import MOST_FEN

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
"""Who may see which homes owe what; nobody else, and never the public."""
SECOND = (Role.COMMITTEE, Role.COMMUNITY_OFFICE, Role.MANAGER)
"""Who may decide what a manager asked for; never the person who asked."""


class CodePath(CommunityPath):
    code: Code


class YearPath(CommunityPath):
    year: Year


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


def entry(done: Posted) -> dict[str, Any]:
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
        return entry(done)

    return once(deed)


@fees_api.post("/terms", summary="Enter what a service contract says of the fee")
@allow(Role.COMMITTEE, Role.COMMUNITY_OFFICE)
def post_terms(path: CommunityPath, body: TermsIn):  # type: ignore[no-untyped-def]
    """Charging days, due day, late fee, discount of empty homes, remuneration."""

    def deed(session: Any) -> dict[str, Any]:
        terms = FeeTerms(community=path.community, **body.model_dump())
        return entry(set_terms(session, terms, by=g.actor, at=g.now))

    return once(deed)


@fees_api.post("/hand-overs", summary="Enter when homes passed from their developer to their owners")
@allow(Role.MANAGER)
def post_hand_over(path: CommunityPath, body: HandOverIn):  # type: ignore[no-untyped-def]
    """Until then the developer pays."""

    def deed(session: Any) -> dict[str, Any]:
        done = hand_over(
            session, path.community, body.homes, body.handed_over_on, body.developer, by=g.actor, at=g.now
        )
        return entry(done)

    return once(deed)


@fees_api.post("/payments", summary="Book a payment")
@allow(Role.MANAGER)
def post_payment(path: CommunityPath, body: PaymentIn):  # type: ignore[no-untyped-def]
    """What the payer names first, then the oldest debt; costs, interest, fee (民法典 Arts. 560–561)."""

    def deed(session: Any) -> dict[str, Any]:
        home(session, path.community, body.home)
        return entry(receive(session, path.community, [_payment(body)], by=g.actor, at=g.now)[0])

    return once(deed)


@fees_api.post("/payments/<int:no>/correction", summary="Put a payment right")
@allow(Role.MANAGER)
def post_correction(path: ReceiptPath, body: CorrectionIn):  # type: ignore[no-untyped-def]
    """The wrong receipt reversed in red and the right one booked, both or neither."""

    def deed(session: Any) -> dict[str, Any]:
        home(session, path.community, body.home)
        done = correct_payment(
            session, path.community, path.no, _payment(body), reason=body.reason, by=g.actor, at=g.now
        )
        return entry(done)

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


@fees_api.get("/homes/<home>", summary="A home's own fee account")
@allow(Role.OWNER, Role.TENANT, *STAFF)
def get_home_statement(path: HomePath):  # type: ignore[no-untyped-def]
    """Every charge, waiver and payment that stands, what is owed and what is prepaid; one's own home only."""
    if g.actor.role in (Role.OWNER, Role.TENANT) and g.own_home != path.home:
        raise NotYourHome(home="—")
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
