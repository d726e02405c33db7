"""Setting a price, changing it, and entering what a contract says of the fee.

A market price rests on a resolution of the owners (民法典 Art. 278), a guided one on its price document
(物业服务收费管理办法 Arts. 6–7); where the profile asks for it, an audit is published before a change. A price holds from its day
until the next one's; none is overwritten.
"""

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Annotated

from pydantic import Field
from sqlmodel import Session, select

from ledger.community.queries import community as community_of
from ledger.community.queries import profile
from ledger.community.role_rules import Actor
from ledger.community.rules import HomeKind
from ledger.fees.queries import prices, published_on
from ledger.fees.rules import Basis, Pricing
from ledger.fees.tables import FeeTerms, Tariff
from ledger.fees.tariff_rules import AuditNotPosted, NewPrice, PackageEmpty, PriceNotSupported, TariffExists
from ledger.fields import AmountOrNought, Code, Day, Digest, Text, Whole
from ledger.journal.actions import Posted, post, replay
from ledger.journal.rules import Draft
from ledger.journal.tables import Entry
from ledger.log.leaf import Json
from ledger.log.queries import head
from ledger.periods import day_in_shanghai
from ledger.votes.queries import resolution
from ledger.votes.rules import Matter
from ledger.words import Coded


@dataclass(frozen=True)
class Terms:
    """What a service contract says of the fee; the fields are those of `tables.FeeTerms`."""

    contract: Code
    charges_from: Day | None = None
    charges_until: Day | None = None
    due_days: Annotated[Whole, Field(le=366)] = 0
    late_daily_e6: Annotated[Whole, Field(le=1_000_000)] | None = None
    vacancy_pct: Annotated[Whole, Field(le=100)] = 0
    remuneration_e4: Annotated[Whole, Field(le=10_000)] | None = None
    remuneration_fen: AmountOrNought | None = None


def set_tariff(
    session: Session,
    community: str,
    applies_to: str,
    price: NewPrice,
    resolution: str,
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Enter a price for a kind of home, or for all (``*``), with what it rests on.

    Raises:
        PackageEmpty: a package names no service, or another basis names some.
        TariffExists: a price from that day is there.
    """
    if (price.basis is Basis.PACKAGE) != any(item.strip() for item in price.items):
        raise PackageEmpty()
    if session.get(Tariff, (community, applies_to, price.since)) is not None:
        whole = Coded("fund.ScopeKind", "community")
        kind = whole if applies_to == "*" else Coded("community.HomeKind", applies_to)
        raise TariffExists(applies_to=kind, since=price.since)
    session.add(
        Tariff(
            community=community,
            applies_to=applies_to,
            since=price.since,
            basis=price.basis,
            rate_e4=price.rate_e4,
            resolution=resolution,
            pricing=price.pricing,
            items="\n".join(price.items),
        )
    )


def change_tariff(
    session: Session,
    community: str,
    price: NewPrice,
    reference: Text,
    *,
    applies_to: HomeKind | None = None,
    audit_sha256: Digest | None = None,
    by: Actor,
    at: datetime,
) -> Posted:
    """Set a price from a day on as the owners decided, or as the price authority did; sealed in the log.

    It is for one kind of home, or for all when none is named.
    ``reference`` is the motion of the owners (民法典 Art. 278 (九)) for a market price, the number of the price document
    for a guided one; for a price that holds since before the books began, entered before anything is charged here, what it was agreed by. ``audit_sha256`` is the digest of the audit of the year before, which must have been published for the
    profile's days (`fee.price_change_audit_days`) where an earlier price is changed.

    Raises:
        NoResolutionPassed: the owners have not passed the motion.
        PriceNotSupported: a guided price names no document.
        AuditNotPosted: the profile asks for an audit that has not been published long enough.
        PackageEmpty, TariffExists.
    """
    head(session, community, lock=True)
    today = day_in_shanghai(at)
    whose = applies_to.value if applies_to else "*"
    facts: dict[str, Json] = {
        "applies_to": whose,
        "since": price.since.isoformat(),
        "basis": price.basis.value,
        "rate_e4": price.rate_e4,
        "pricing": price.pricing.value,
        "audit": audit_sha256,
    }
    draft = Draft(
        kind="fees.tariff",
        on=today,
        key=f"tariff/{whose}/{price.since}",
        facts=facts,
        asked={"reference": reference, "items": list(price.items)},
        private={"reference": reference, **({"items": "、".join(price.items)} if price.items else {})},
    )
    if earlier := replay(session, community, draft):
        return earlier
    if price.pricing is Pricing.MARKET and not _is_brought_over(session, community, price.since):
        resolution(session, community, reference, Matter.OTHER, today)
    elif not reference.strip():
        raise PriceNotSupported()
    _check_audit_published(session, community, whose, price.since, audit_sha256)
    set_tariff(session, community, whose, price, reference, by=by, at=at)
    session.flush()
    return post(session, community, draft, by=by, at=at)


def _is_brought_over(session: Session, community: str, since: date) -> bool:
    """Whether a price held before the books began, and nothing was charged by any price here yet."""
    opened = community_of(session, community).opened_on
    if opened is None or since >= opened:
        return False
    charged = select(Entry.no).where(Entry.community == community, Entry.kind == "fees.charged")
    return session.exec(charged.limit(1)).first() is None


def _check_audit_published(
    session: Session, community: str, applies_to: str, since: date, audit_sha256: str | None
) -> None:
    """A first price needs no audit; a change of one does, where the profile asks for it.

    Raises:
        AuditNotPosted: none with this digest has been published for the profile's days.
    """
    local, key = profile(session, community, since), "fee.price_change_audit_days"
    days = local[key]
    if days and prices(session, community, since).get(applies_to):
        before = since - timedelta(days=days)
        published = published_on(session, community, audit_sha256) if audit_sha256 else None
        if published is None or published > before:
            raise AuditNotPosted(days=days, before=before, article=local.source(key))


def set_terms(session: Session, community: str, terms: Terms, *, by: Actor, at: datetime) -> Posted:
    """Enter what a service contract says of the fee; its log line holds the numbers.

    What is entered later for the same contract takes the place of what was there; the log keeps both.
    """
    head(session, community, lock=True)
    agreed = session.merge(FeeTerms(community=community, **asdict(terms)))
    session.flush()
    facts: dict[str, Json] = dict(agreed.model_dump(mode="json", exclude={"community", "contract"}))
    draft = Draft(
        kind="fees.terms",
        on=day_in_shanghai(at),
        key=f"fee-terms/{terms.contract}/{at.isoformat()}",
        facts=facts,
    )
    return post(session, community, draft, by=by, at=at)
