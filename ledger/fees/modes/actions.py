"""The deeds about management modes: begin one, and share a cost in a bundle."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlmodel import Session

from ledger.community.queries import area_and_homes, profile
from ledger.community.queries import community as one_community
from ledger.community.rules import Actor, Mode
from ledger.fees.budgets.actions import book_cost
from ledger.fees.budgets.rules import CostLine
from ledger.fees.modes.queries import mode_on, modes
from ledger.fees.modes.rules import (
    BundleTooSmall,
    KeyNotPublished,
    NotBundled,
    Period,
    ShareKey,
    check_period,
    check_shared_book,
    shares,
)
from ledger.fees.modes.tables import ModePeriod
from ledger.fees.queries import hung_on
from ledger.journal.actions import Posted, post, replay
from ledger.journal.rules import Draft
from ledger.log.leaf import Json
from ledger.log.queries import head
from ledger.periods import day_in_shanghai


def begin_mode(
    session: Session,
    community: str,
    mode: Mode,
    since: date,
    *,
    until: date | None,
    reference: str,
    by: Actor,
    at: datetime,
) -> Posted:
    """Say how a community is managed from a day on; only an emergency names its last day.

    Raises:
        ModeDaysWrong; EmergencyTooLong: with the emergencies just before it lasts over `fee.emergency_most_months`.
        AskedDifferently: another mode begins that day.
    """
    head(session, community, lock=True)
    facts: dict[str, Json] = {
        "mode": mode.value,
        "since": since.isoformat(),
        "until": until.isoformat() if until else None,
    }
    draft = Draft(
        kind="fees.mode",
        on=day_in_shanghai(at),
        key=f"mode/{since}",
        facts=facts,
        asked={"reference": reference},
        private={"reference": reference},
    )
    if earlier := replay(session, community, draft):
        return earlier
    before = [Period(each.mode, each.since, each.until) for each in modes(session, community)]
    local, key = profile(session, community, since), "fee.emergency_most_months"
    check_period(Period(mode, since, until), before, local[key], local.source(key))
    session.add(ModePeriod(community=community, since=since, mode=mode, until=until, reference=reference))
    session.flush()
    place = one_community(session, community)
    place.mode = mode_on(session, community, day_in_shanghai(at))
    session.add(place)
    session.flush()
    return post(session, community, draft, by=by, at=at)


def share_cost(
    session: Session,
    communities: Sequence[str],
    line: CostLine,
    total_fen: int,
    key: ShareKey,
    on: date,
    *,
    book: str,
    voucher: str,
    payee: str,
    published_sha256: str,
    by: Actor,
    at: datetime,
) -> dict[str, Posted]:
    """Pay a cost that bundled communities share, each its part out of its own fee book; the entries are linked.

    ``published_sha256`` is the digest of the rule for sharing, which must hang on each of their boards.

    Raises:
        MoneyStaysHome: it is to come out of another book than the fee.
        BundleTooSmall; NotBundled: one of them is not managed in a bundle that day; KeyNotPublished.
        NotAFeeCost, CostVoucherMissing, AskedDifferently, Overspent: see ``book_cost``.
    """
    check_shared_book(book)
    if len(set(communities)) < 2:
        raise BundleTooSmall()
    sizes = {}
    for community in sorted(
        set(communities)
    ):  # always in one order, or two bundles could lock each other out
        head(session, community, lock=True)
        if mode_on(session, community, on) is not Mode.BUNDLED:
            raise NotBundled(community=community, on=on)
        hung = hung_on(session, community, published_sha256)
        if hung is None or hung > on:
            raise KeyNotPublished(community=community, digest=published_sha256)
        sizes[community] = area_and_homes(session, community)[:2]
    return {
        community: book_cost(
            session,
            community,
            line,
            fen,
            on,
            voucher=voucher,
            payee=payee,
            link=f"bundle/{voucher}",
            by=by,
            at=at,
        )
        for community, fen in shares(total_fen, key, sizes).items()
        if fen
    }
