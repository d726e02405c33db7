"""The actions of treasury bonds: plan a purchase, buy, take in what matured."""

from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from ledger.accounts.queries import check_approved
from ledger.community.role_rules import Actor, Duty, check_different_people
from ledger.fields import AmountOrNought, Code, Day
from ledger.fund.bonds.queries import bond as bond_of
from ledger.fund.bonds.rules import (
    BondExists,
    BondMalformed,
    BondNotReady,
    BondState,
    Ending,
    Offer,
    check_ending,
    check_newly_issued,
    check_offer,
    check_whose,
)
from ledger.fund.bonds.tables import Bond
from ledger.fund.power_queries import check_may
from ledger.fund.power_rules import Power
from ledger.journal.actions import Posted, post, replay
from ledger.journal.queries import accounts, held
from ledger.journal.rules import BookCode, Draft, Move
from ledger.log.queries import head
from ledger.periods import day_in_shanghai
from ledger.votes.queries import resolution
from ledger.votes.rules import Matter

FUND = BookCode.FUND.value


def plan_bond(
    session: Session, community: str, code: Code, offer: Offer, motion: Code, *, by: Actor, at: datetime
) -> Bond:
    """Plan to put idle money into a treasury bond, by a resolution of the owners; nothing moves yet.

    Raises:
        BondMalformed, NotATreasuryBond, NotNewlyIssued, SellersConsentMissing: see `rules.check_offer`.
        NoResolutionPassed: the owners have not consented (民法典 Art. 278 (五)).
        BondExists: the code is taken.
    """
    head(session, community, lock=True)
    check_offer(code, offer)
    on = day_in_shanghai(at)
    resolution(session, community, motion, Matter.USE_FUND, on)
    if session.get(Bond, (community, code)) is not None:
        raise BondExists(bond=code)
    planned = Bond(
        community=community,
        code=code,
        series=offer.series,
        cost_fen=offer.cost_fen,
        sellers_fen=offer.sellers_fen,
        sellers_consent=offer.sellers_consent,
        issued_from=offer.issued_from,
        issued_until=offer.issued_until,
        matures_on=offer.matures_on,
        motion=motion,
        planned_by=by.login,
        planned_on=on,
    )
    session.add(planned)
    draft = Draft(
        kind="bond.planned",
        on=on,
        key=f"bond/{code}/planned",
        facts={"bond": code, "cost": offer.cost_fen, "sellers": offer.sellers_fen, "motion": motion},
        private={"series": offer.series, "consent": offer.sellers_consent or ""},
        subject=f"bond/{code}",
    )
    post(session, community, draft, by=by, at=at)
    return planned


def buy_bond(session: Session, community: str, code: Code, on: Day, *, by: Actor, at: datetime) -> Posted:
    """Buy a planned bond at its issue (Dr 1101 / Cr 1001). Asking again gives back the first entry.

    Raises:
        NotYourPower: the authority buys while it keeps the fund, after the hand-over the committee.
        SamePerson: whoever planned it may not release the money.
        NotNewlyIssued: the day is not one of its issue.
        NoResolutionPassed: the resolution does not stand any more.
        NotThatMuchHeld: owners or selling units have not what is taken of theirs.
        Overspent: the bank has not enough.
    """
    head(session, community, lock=True)
    planned = bond_of(session, community, code)
    codes = accounts(session, community, FUND)
    draft = Draft(
        kind="bond.bought",
        on=on,
        key=f"bond/{code}/bought",
        book=FUND,
        moves=[Move(codes["bonds"], codes["bank"], planned.cost_fen)],
        subject=f"bond/{code}",
        approved_by=by.login,
    )
    if earlier := replay(session, community, draft):
        return earlier
    check_different_people([(Duty.PROPOSE, planned.planned_by)], step=Duty.PAY, by=by)
    check_may(session, community, Power.INVEST, by=by, at=at)
    if planned.state is not BondState.PLANNED:
        raise BondNotReady(bond=code, state=planned.state, action=Duty.BUY)
    check_newly_issued(code, planned.issued_from, planned.issued_until, on)
    resolution(session, community, planned.motion, Matter.USE_FUND, on)
    check_whose(
        planned.cost_fen - planned.sellers_fen,
        planned.sellers_fen,
        owners_hold=sum(held(session, community, FUND, "unit").values()),
        sellers_hold=sum(held(session, community, FUND, "seller").values()),
    )
    entry = post(session, community, draft, by=by, at=at)
    planned.state, planned.bought_by, planned.bought_on = BondState.HELD, by.login, on
    planned.bought_entry = entry.no
    session.add(planned)
    return entry


def end_bond(
    session: Session,
    community: str,
    code: Code,
    way: Ending,
    interest_fen: AmountOrNought,
    on: Day,
    *,
    by: Actor,
    at: datetime,
) -> Posted:
    """Take in a bond that matured, with its interest in fen (Dr 1001 / Cr 1101 + Cr 4102).

    Asking again gives back the first entry.

    Raises:
        NotYourPower: he does not keep the fund's books.
        HeldToMaturity: it is to end in another way, or before its day.
        BondNotReady: it is not held.
        BondMalformed: the interest is below nought.
        AccountNotApproved: the fund has no approved account on the day.
    """
    head(session, community, lock=True)
    bond = bond_of(session, community, code)
    codes = accounts(session, community, FUND)
    draft = Draft(
        kind="bond.matured",
        on=on,
        key=f"bond/{code}/matured",
        book=FUND,
        asked={"interest": interest_fen, "way": way.value},
        subject=f"bond/{code}",
    )
    if earlier := replay(session, community, draft):
        return earlier
    check_may(session, community, Power.KEEP_BOOKS, by=by, at=at)
    check_ending(code, bond.matures_on, way, on)
    if bond.state is not BondState.HELD:
        raise BondNotReady(bond=code, state=bond.state, action=Duty.CASH)
    if interest_fen < 0:
        raise BondMalformed(bond=code)
    check_approved(session, community, FUND, "bank", on)
    moves = [Move(codes["bank"], codes["bonds"], bond.cost_fen)]
    if interest_fen:
        moves.append(Move(codes["bank"], codes["bond_interest"], interest_fen))
    entry = post(session, community, replace(draft, moves=moves), by=by, at=at)
    bond.state, bond.matured_on, bond.matured_entry = BondState.MATURED, on, entry.no
    bond.interest_fen = interest_fen
    session.add(bond)
    return entry
