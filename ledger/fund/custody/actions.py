"""The actions of a hand-over: notice, release, take over."""

from dataclasses import replace
from datetime import date, datetime

from sqlmodel import Session, col, select

from ledger.accounts.queries import check_approved
from ledger.community.queries import community as community_of
from ledger.community.queries import end_of_term, profile
from ledger.community.role_rules import Actor, Duty, check_different_people
from ledger.db import write_rows
from ledger.fields import Code, Day
from ledger.fund.actions import carry_fund_over
from ledger.fund.custody.queries import handed_parts, parts_held
from ledger.fund.custody.queries import handover as handover_of
from ledger.fund.custody.rules import (
    HandoverNotReady,
    HandoverPending,
    KeptThereAlready,
    NoticeAhead,
    check_only_money,
)
from ledger.fund.custody.tables import Handover, HandoverPart
from ledger.fund.power_queries import check_may, keeper
from ledger.fund.power_rules import Power, check_power
from ledger.fund.queries import balances_by_role
from ledger.fund.rules import OTHER, Keeper
from ledger.fund.tables import Custody
from ledger.journal.actions import Posted, post, replay
from ledger.journal.queries import accounts
from ledger.journal.rules import AskedDifferently, BookCode, Draft, Move
from ledger.log.queries import head
from ledger.periods import Month, day_in_shanghai

FUND = BookCode.FUND.value
EVER = Month(9999, 12)


def notify_handover(
    session: Session, community: str, code: Code, to: Keeper, noticed_on: Day, *, by: Actor, at: datetime
) -> Handover:
    """Take down the committee's notice that the fund changes its keeper; it is due the profile's days after (Art. 15 (三)).

    Raises:
        NotYourPower: somebody else than the committee gives it.
        AskedDifferently: the code was used for another notice.
        NoticeAhead: the notice would be of a day to come.
        KeptThereAlready: it is kept there.
        HandoverPending: another hand-over is not finished.
    """
    head(session, community, lock=True)
    if earlier := session.get(Handover, (community, code)):
        if (earlier.to, earlier.noticed_on) != (to, noticed_on):
            raise AskedDifferently(key=code)
        return earlier
    check_may(session, community, Power.NOTIFY_HANDOVER, by=by, at=at)
    on = day_in_shanghai(at)
    if noticed_on > on:
        raise NoticeAhead(noticed_on=noticed_on)
    if keeper(session, community, on) is to:
        raise KeptThereAlready(keeper=to)
    pending = session.exec(
        select(Handover).where(Handover.community == community, col(Handover.taken_entry).is_(None)).limit(1)
    ).first()
    if pending is not None:
        raise HandoverPending(handover=pending.code)
    due_on = end_of_term(
        session, community, noticed_on, profile(session, community, on)["custody.handover_days"]
    )
    noticed = Handover(
        community=community,
        code=code,
        to=to,
        noticed_on=noticed_on,
        due_on=due_on,
        noticed_by=by.login,
    )
    session.add(noticed)
    draft = Draft(
        kind="custody.noticed",
        on=on,
        key=f"handover/{code}/noticed",
        facts={"to": to.value, "noticed": noticed_on.isoformat(), "due": due_on.isoformat()},
        subject=f"handover/{code}",
    )
    post(session, community, draft, by=by, at=at)
    return noticed


def release_fund(session: Session, community: str, code: Code, on: Day, *, by: Actor, at: datetime) -> Posted:
    """The keeper so far hands everything over (Dr 3001, 3002, 3101 / Cr 1001), part by part, and signs for it.

    Income and expenditure are carried over first. Asking again gives back the first entry.

    Raises:
        NotYourPower: it is not his side that keeps the fund.
        StillOpen, NotCarriedOver, NothingToHandOver: see `rules.check_only_money`.
    """
    head(session, community, lock=True)
    handover = handover_of(session, community, code)
    draft = _draft(code, "released", on)
    if earlier := replay(session, community, draft):
        return earlier
    check_power(Power.SIGN_HANDOVER, OTHER[handover.to], by)
    carry_fund_over(session, community, Month.of(on), by=by, at=at)
    check_only_money(balances_by_role(session, community, EVER))
    parts = parts_held(session, community)
    write_rows(
        session,
        HandoverPart,
        [{"community": community, "handover": code, **part._asdict()} for part in parts],
    )
    entry = post(session, community, replace(draft, moves=_moves(session, handover, out=True)), by=by, at=at)
    handover.total_fen = sum(part.fen for part in parts)
    handover.released_by, handover.released_on, handover.released_entry = by.login, on, entry.no
    session.add(handover)
    return entry


def take_over_fund(
    session: Session, community: str, code: Code, on: Day, *, by: Actor, at: datetime
) -> Posted:
    """The new keeper takes in what was released (Dr 1001 / Cr 3001, 3002, 3101), and keeps the fund from that day on.

    Every part comes back as it went out, to the fen. Asking again gives back the first entry. The account that he
    opened for the fund is approved before its money comes in.

    Raises:
        AccountNotApproved: the fund has no approved account on the day.
        NotYourPower: it is not his side that takes the fund over.
        SamePerson: one person cannot sign for both sides.
        HandoverNotReady: it has not been released.
    """
    head(session, community, lock=True)
    handover = handover_of(session, community, code)
    draft = _draft(code, "taken", on)
    if earlier := replay(session, community, draft):
        return earlier
    check_power(Power.SIGN_HANDOVER, handover.to, by)
    if handover.released_entry is None or handover.released_on is None or on < handover.released_on:
        raise HandoverNotReady(handover=code)
    check_different_people([(Duty.RELEASE, handover.released_by)], step=Duty.TAKE_OVER, by=by)
    check_approved(session, community, FUND, "bank", on)
    entry = post(session, community, replace(draft, moves=_moves(session, handover, out=False)), by=by, at=at)
    handover.taken_by, handover.taken_on, handover.taken_entry = by.login, on, entry.no
    session.add(handover)
    write_rows(
        session, Custody, [{"community": community, "handover": code, "since": on, "keeper": handover.to}]
    )
    place = community_of(session, community)
    place.transferred = handover.to is Keeper.POST_TRANSFER
    session.add(place)
    return entry


def _draft(code: str, step: str, on: date) -> Draft:
    return Draft(
        kind=f"custody.{step}",
        on=on,
        key=f"handover/{code}/{step}",
        book=FUND,
        asked={"handover": code, "on": on.isoformat()},
        subject=f"handover/{code}",
        link=f"handover/{code}",
    )


def _moves(session: Session, handover: Handover, *, out: bool) -> list[Move]:
    codes = accounts(session, handover.community, FUND)
    moves = []
    for part in handed_parts(session, handover.community, handover.code):
        debit, credit = (codes[part.role], codes["bank"]) if out else (codes["bank"], codes[part.role])
        of_home = part.role in ("commodity", "public_owner")
        of_seller = part.role == "public_seller"
        moves.append(
            Move(
                debit,
                credit,
                part.fen,
                home=part.bearer if of_home else None,
                party=part.bearer if of_seller else None,
            )
        )
    return moves
