"""The actions about management modes: begin one, and share a cost in a bundle."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from pydantic import Field
from sqlmodel import Session

from ledger.community.queries import area_and_homes, profile, seats
from ledger.community.queries import community as one_community
from ledger.community.role_rules import Actor, RoleMissing
from ledger.community.rules import Mode
from ledger.fees.budgets.actions import book_cost
from ledger.fees.modes.queries import mode_on, modes
from ledger.fees.modes.rules import (
    BundleTooSmall,
    KeyNotPublished,
    NotBundled,
    Period,
    SharedCost,
    check_period,
    check_shared_book,
    shares,
)
from ledger.fees.modes.tables import ModePeriod
from ledger.fees.queries import published_on
from ledger.fields import Code, Day, Text
from ledger.journal.actions import Posted, post, replay
from ledger.journal.rules import Draft
from ledger.log.leaf import Json
from ledger.log.queries import head
from ledger.periods import day_in_shanghai
from ledger.words import Coded


def begin_mode(
    session: Session,
    community: str,
    mode: Mode,
    since: Day,
    *,
    until: Day | None = None,
    reference: Text,
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
    before = [Period(term.mode, term.since, term.until) for term in modes(session, community)]
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
    community: str,
    communities: Annotated[Sequence[Code], Field(min_length=1, max_length=100)],
    cost: SharedCost,
    *,
    by: Actor,
    at: datetime,
) -> dict[str, Posted]:
    """Pay a cost that bundled communities share, each its part out of its own fee book; the entries are linked.

    ``communities`` are those that share it with this one; whoever asks must hold his role in each of them.
    The rule for sharing must stand on each of their boards.

    Raises:
        MoneyStaysHome: it is to come out of another book than the fee.
        RoleMissing: he does not hold it in one of them.
        BundleTooSmall; NotBundled: one of them is not managed in a bundle that day; KeyNotPublished.
        NotAFeeCost, CostVoucherMissing, AskedDifferently, Overspent: see ``book_cost``.
    """
    check_shared_book(cost.book)
    places = sorted(
        {community, *communities}
    )  # always in one order, or two bundles could lock each other out
    if len(places) < 2:
        raise BundleTooSmall()
    for place in places:
        if all(
            seat.role is not by.role for seat in seats(session, by.login, place, day_in_shanghai(at)) or ()
        ):
            raise RoleMissing(needed=(by.role,))
    sizes = {}
    for place in places:
        head(session, place, lock=True)
        if mode_on(session, place, cost.on) is not Mode.BUNDLED:
            raise NotBundled(community=_named(session, place), on=cost.on)
        published = published_on(session, place, cost.published_sha256)
        if published is None or published > cost.on:
            raise KeyNotPublished(community=_named(session, place), digest=cost.published_sha256)
        sizes[place] = area_and_homes(session, place, cost.on)[:2]
    return {
        place: book_cost(
            session,
            place,
            cost.line,
            fen,
            cost.on,
            voucher=cost.voucher,
            payee=cost.payee,
            link=f"bundle/{cost.voucher}",
            by=by,
            at=at,
        )
        for place, fen in shares(cost.total_fen, cost.share_by, sizes).items()
        if fen
    }


def _named(session: Session, code: str) -> Coded:
    place = one_community(session, code)
    return Coded("community", code, (place.name, place.name_en or place.name))
