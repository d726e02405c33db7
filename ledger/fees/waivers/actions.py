"""The actions of a waiver: ask, approve or reject, take off each month, withdraw."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlmodel import Session

from ledger.community.queries import profile, standing_home
from ledger.community.role_rules import Actor, Duty, check_different_people
from ledger.db import write_rows
from ledger.fees.prepaid.actions import settle
from ledger.fees.queries import Withdrawn, fee_terms
from ledger.fees.rules import FEE, Bill
from ledger.fees.tables import Waived
from ledger.fees.waivers.queries import running, standings, waived_by
from ledger.fees.waivers.queries import waiver as waiver_of
from ledger.fees.waivers.rules import (
    Asked,
    Cut,
    Kind,
    Months,
    Standing,
    State,
    SubsidyInstead,
    check_asked,
    check_next,
    check_vacancy,
    cuts,
)
from ledger.fees.waivers.tables import Waiver
from ledger.fields import Code, Text
from ledger.journal.actions import Posted, post, replay
from ledger.journal.queries import accounts
from ledger.journal.rules import Draft, Move
from ledger.log.leaf import Json
from ledger.log.queries import head
from ledger.money import Fen
from ledger.periods import Month, day_in_shanghai


def request_waiver(
    session: Session,
    community: str,
    code: Code,
    kind: Kind,
    asked: Asked,
    months: Months,
    *,
    home: Code | None = None,
    basis: Text,
    by: Actor,
    at: datetime,
) -> Waiver:
    """Ask for a waiver from a month to a month, for one home or, when none is named, for all; ``basis`` stays private.

    Raises:
        WaiverMalformed, NoHome; AskedDifferently: the code names another waiver.
        NoVacancyDiscount: neither the local rule nor the contract lets empty homes off that much.
        SubsidyInstead: here the government pays for low-income families.
    """
    head(session, community, lock=True)
    check_asked(asked, months, basis)
    if home is not None:
        standing_home(session, community, home)
    waiver = Waiver(
        community=community,
        code=code,
        home=home,
        kind=kind,
        first=str(months.first),
        last=str(months.last),
        percent=asked.percent,
        amount_fen=asked.amount_fen,
        basis=basis,
        requested_by=by.login,
        requested_at=at,
    )
    memo = _memo(waiver, "requested", at)
    if replay(session, community, memo):
        return waiver_of(session, community, code)
    since = months.first.first
    local = profile(session, community, since)
    if kind is Kind.VACANT:
        terms = fee_terms(session, community, since)
        check_vacancy(asked, max(local["fee.vacancy_discount"], terms.vacancy_pct if terms else 0))
    if kind is Kind.LOW_INCOME and local["fee.low_income_subsidy"]:
        raise SubsidyInstead(article=local.source("fee.low_income_subsidy"))
    session.add(waiver)
    session.flush()
    post(session, community, memo, by=by, at=at)
    return waiver


def _memo(waiver: Waiver, step: str, at: datetime, reason: str | None = None) -> Draft:
    facts: dict[str, Json] = {
        "kind": waiver.kind.value,
        "first": waiver.first,
        "last": waiver.last,
        "percent": waiver.percent,
        "fen": waiver.amount_fen,
        "all_homes": waiver.home is None,
    }
    return Draft(
        kind=f"fees.waiver-{step}",
        on=day_in_shanghai(at),
        key=f"waiver/{waiver.code}/{step}",
        facts=facts,
        asked={"home": waiver.home, "words": reason or waiver.basis},
        private={"basis": reason or waiver.basis},
        subject=f"waiver/{waiver.code}",
    )


def approve_waiver(session: Session, community: str, code: Code, *, by: Actor, at: datetime) -> Posted:
    """Grant a waiver: what is charged of its months already is taken off now, the rest as it is charged.

    What a home had paid of it becomes a prepayment, which pays whatever else it owes. Done twice it is done once.

    Raises:
        SamePerson: whoever asked for it may not grant it.
        WaiverDecided: it was rejected or withdrawn.
    """
    head(session, community, lock=True)
    waiver = waiver_of(session, community, code)
    memo = _memo(waiver, "approved", at)
    if earlier := replay(session, community, memo):
        return earlier
    _decide(session, waiver, State.APPROVED, Duty.APPROVE, by, at)
    homes = None if waiver.home is None else [waiver.home]
    standing = standings(session, community, waiver.first, waiver.last, homes)
    taken = {code: cuts(_asked(waiver), standing)}
    posted = post(session, community, memo, by=by, at=at)
    _take_off(session, community, taken, day_in_shanghai(at), f"waiver/{code}/taken-off", by=by, at=at)
    if released := {cut.home for cut in taken[code] if cut.released_fen}:
        on, key = day_in_shanghai(at), f"waiver/{code}/settled"
        settle(session, community, released, on=on, key=key, by=by, at=at)
    return posted


def reject_waiver(
    session: Session, community: str, code: Code, *, reason: Text, by: Actor, at: datetime
) -> Posted:
    """Say no to a waiver.

    Raises:
        SamePerson; WaiverDecided: it was decided before.
    """
    head(session, community, lock=True)
    waiver = waiver_of(session, community, code)
    memo = _memo(waiver, "rejected", at, reason)
    if earlier := replay(session, community, memo):
        return earlier
    _decide(session, waiver, State.REJECTED, Duty.DECIDE, by, at)
    return post(session, community, memo, by=by, at=at)


def _decide(session: Session, waiver: Waiver, state: State, step: Duty, by: Actor, at: datetime) -> None:
    check_different_people([(Duty.ASK, waiver.requested_by)], step=step, by=by)
    check_next(waiver.code, waiver.state, state)
    waiver.state, waiver.decided_by, waiver.decided_at = state, by.login, at
    session.add(waiver)
    session.flush()


def withdraw_waiver(
    session: Session, community: str, code: Code, *, reason: Text, by: Actor, at: datetime
) -> Posted:
    """Take a granted waiver back: what it took off is owed again, and it takes off nothing more.

    Raises:
        WaiverDecided: it was not granted, or is withdrawn already.
    """
    head(session, community, lock=True)
    waiver = waiver_of(session, community, code)
    memo = _memo(waiver, "withdrawn", at, reason)
    if earlier := replay(session, community, memo):
        return earlier
    check_next(code, waiver.state, State.WITHDRAWN)
    waiver.state = State.WITHDRAWN
    session.add(waiver)
    posted = post(session, community, memo, by=by, at=at)
    taken = waived_by(session, community, code)
    if not taken:
        return posted
    on, codes = day_in_shanghai(at), accounts(session, community, FEE)
    moves = [Move(codes["receivable"], codes["waived"], fen, home) for home, _, fen in taken]
    key = f"waiver/{code}/charged-again"
    draft = Draft(kind="fees.waiver-undone", on=on, key=key, book=FEE, moves=moves, subject=memo.subject)
    entry = post(session, community, draft, by=by, at=at)
    back = [Cut(home, month, Fen(-fen), Fen(0)) for home, month, fen in taken]
    _write(session, community, code, entry.no, on, back)
    for month in sorted({month for _, month, _ in taken}):
        homes = {home for home, of, _ in taken if of == month}
        paid = f"waiver/{code}/paid-again/{month}"
        settle(session, community, homes, on=on, key=paid, month=Month.parse(month), by=by, at=at)
    return posted


def clear_withdrawn(
    session: Session,
    community: str,
    month: Month,
    left: Sequence[Withdrawn],
    *,
    on: date,
    key: str,
    by: Actor,
    at: datetime,
) -> None:
    """Bring to nothing what withdrawn waivers leave of a month whose charges are taken back, in one entry of a day."""
    codes = accounts(session, community, FEE)
    moves = [
        Move(codes[role], codes["receivable"], fen, row.home)
        for row in left
        for role, fen in (("waived", -row.amount_fen), ("prepaid", row.released_fen))
        if fen
    ]
    if not moves:
        return
    draft = Draft(kind="fees.waiver-undone", on=on, key=key, book=FEE, moves=moves, subject=key)
    posted = post(session, community, draft, by=by, at=at)
    for code in sorted({row.waiver for row in left}):
        back = [
            Cut(row.home, str(month), Fen(-row.amount_fen), Fen(-row.released_fen))
            for row in left
            if row.waiver == code
        ]
        _write(session, community, code, posted.no, on, back)


def waive_month(
    session: Session,
    community: str,
    month: Month,
    charged: Sequence[Bill],
    *,
    on: date,
    key: str,
    by: Actor,
    at: datetime,
) -> int:
    """Take the waivers that run in a month off its fresh charges, in one entry of a day; gives the sum in fen."""
    there = running(session, community, month)
    if not there:
        return 0
    left: dict[str, Standing] = {}
    for bill in charged:
        before = left.get(bill.home, Standing(bill.home, str(month), 0, 0, 0))
        fen = before.charged_fen + bill.amount_fen
        left[bill.home] = before._replace(charged_fen=fen, owed_fen=fen)
    taken: dict[str, list[Cut]] = {}
    for waiver in there:
        homes = [left[waiver.home]] if waiver.home in left else [] if waiver.home else left.values()
        taken[waiver.code] = cuts(_asked(waiver), list(homes))
        for cut in taken[waiver.code]:
            now = left[cut.home]
            left[cut.home] = now._replace(
                waived_fen=now.waived_fen + cut.amount_fen, owed_fen=now.owed_fen - cut.amount_fen
            )
    return _take_off(session, community, taken, on, key, by=by, at=at)


def _asked(waiver: Waiver) -> Asked:
    return Asked(waiver.percent, waiver.amount_fen)


def _take_off(
    session: Session,
    community: str,
    taken: dict[str, list[Cut]],
    on: date,
    key: str,
    *,
    by: Actor,
    at: datetime,
) -> int:
    """Book what waivers take off, given by waiver, in one entry; gives the sum in fen."""
    codes = accounts(session, community, FEE)
    moves = []
    for cut in (cut for waiver_cuts in taken.values() for cut in waiver_cuts):
        if owed := cut.amount_fen - cut.released_fen:
            moves.append(Move(codes["waived"], codes["receivable"], owed, cut.home))
        if cut.released_fen:
            moves.append(Move(codes["waived"], codes["prepaid"], cut.released_fen, cut.home))
    if not moves:
        return 0
    draft = Draft(kind="fees.waived", on=on, key=key, book=FEE, moves=moves, subject=key, ahead=True)
    posted = post(session, community, draft, by=by, at=at)
    for code, waiver_cuts in taken.items():
        _write(session, community, code, posted.no, on, waiver_cuts)
    return sum(move.amount_fen for move in moves)


def _write(
    session: Session, community: str, code: str, entry_no: int, on: date, taken: Sequence[Cut]
) -> None:
    write_rows(
        session,
        Waived,
        [
            {
                "community": community,
                "entry_no": entry_no,
                "home": cut.home,
                "month": cut.month,
                "waiver": code,
                "amount_fen": cut.amount_fen,
                "released_fen": cut.released_fen,
                "waived_on": on,
            }
            for cut in taken
        ],
    )
