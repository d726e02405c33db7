"""The unit ledger (分户账) of a home and the ledger of a building (幢账), in a fixed number of statements.

Each is told line by line with the balance after it. They are read out of the fund's one book and stored nowhere a
second time, so they cannot differ from it.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Select, exists, func, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from ledger.community.queries import building as building_of
from ledger.community.queries import ended_on, profile
from ledger.community.queries import home as home_of
from ledger.community.tables import Holder, Home
from ledger.db import select_columns
from ledger.fields import Code
from ledger.fund.rules import DepositKind, standing
from ledger.fund.tables import Deposit
from ledger.fund.unit_rules import (
    Line,
    LineKind,
    Moved,
    PassedPart,
    SaleProof,
    UnitLedger,
    kind_of,
    with_balances,
)
from ledger.journal.rules import CARRIED_OVER
from ledger.journal.tables import Account, Entry, Movement


class _Chart(NamedTuple):
    roles: Mapping[str, str]
    parts: frozenset[str]
    """The accounts by code that make up parts of homes and selling units."""


def _chart(session: Session, community: str) -> _Chart:
    rows = session.execute(
        select(Account.code, Account.role, Account.ledger).where(
            Account.community == community, Account.book == "fund"
        )
    ).all()
    return _Chart(
        {code: role for code, role, _ in rows}, frozenset(code for code, _, ledger in rows if ledger)
    )


def _movements(community: str) -> Select[*tuple[Any, ...]]:
    """Entry, day, subject, what it reverses, debit, credit, fen, home and party of the fund's movements."""
    return (
        select_columns(
            Entry.no,
            Entry.booked_on,
            Entry.subject,
            Entry.reverses_no,
            Movement.debit,
            Movement.credit,
            Movement.amount_fen,
            Movement.home,
            Movement.party,
        )
        .join(Movement, (col(Movement.community) == Entry.community) & (col(Movement.entry_no) == Entry.no))
        .where(Entry.community == community, Entry.book == "fund", Entry.kind != CARRIED_OVER)
    )


def _project(subject: str | None) -> str | None:
    return subject.removeprefix("project/") if subject and subject.startswith("project/") else None


def unit_ledger(session: Session, community: str, home: str, on: date) -> UnitLedger:
    """分户账 of a home: every line with the balance after it, and how it stands by the profile of a day.

    Raises:
        NoHome: there is none with this code in this community.
    """
    unit = home_of(session, community, home)
    trigger = profile(session, community, on)["fund.topup_trigger_pct"]
    chart = _chart(session, community)
    deposits: dict[tuple[int, int], list[tuple[DepositKind, str]]] = defaultdict(list)
    for entry_no, fen, kind, receipt_no in session.execute(
        select(Deposit.entry_no, Deposit.amount_fen, Deposit.kind, Deposit.receipt_no)
        .where(Deposit.community == community, Deposit.home == home)
        .order_by(col(Deposit.receipt_no).desc())
    ):
        deposits[entry_no, fen].append((kind, receipt_no))
    moved = []
    for no, day, subject, reverses, debit, credit, fen, *_ in session.execute(
        _movements(community).where(col(Movement.home) == home).order_by(col(Entry.no), col(Movement.line))
    ):
        in_fen, out_fen = fen * (credit in chart.parts), fen * (debit in chart.parts)
        if in_fen == out_fen:
            continue  # from one account of the part to another
        kind, receipt_no = deposits[no, fen].pop() if deposits[no, fen] else (None, None)
        named = kind_of(kind, (chart.roles[debit], chart.roles[credit]), reverses is not None)
        moved.append(Moved(day, no, named, in_fen, out_fen, _project(subject), receipt_no))
    since = tuple(
        session.exec(
            select(col(Holder.since))
            .where(Holder.community == community, Holder.home == home)
            .order_by(col(Holder.since))
        )
    )
    moved += [Moved(day, None, LineKind.HOLDER) for day in since[1:]]
    lines = with_balances(moved)
    balance = sum(line.in_fen - line.out_fen for line in lines)
    return UnitLedger(
        unit.code,
        unit.building,
        unit.door,
        unit.area_dm2,
        unit.first_deposit_fen,
        trigger,
        balance,
        None if ended_on(session, community, home) else standing(balance, unit.first_deposit_fen, trigger),
        since,
        _passed_parts(session, community, home, chart),
        tuple(lines),
    )


def _passed_parts(session: Session, community: str, home: str, chart: _Chart) -> tuple[PassedPart, ...]:
    """What passed to a home from what it came of, and from it to what it became, by day.

    Of one entry either one home passes to several or several to one, so that the smaller sum is what passed between two.
    """
    its_own = select(Movement.entry_no).where(Movement.community == community, Movement.home == home)
    outs: dict[tuple[int, date], dict[str, int]] = defaultdict(dict)
    ins: dict[tuple[int, date], dict[str, int]] = defaultdict(dict)
    for no, day, _, reverses, debit, credit, fen, of, _ in session.execute(
        _movements(community).where(col(Entry.no).in_(its_own)).order_by(col(Entry.no), col(Movement.line))
    ):
        roles = (chart.roles[debit], chart.roles[credit])
        if kind_of(None, roles, reverses is not None) is LineKind.SUCCESSION:
            (outs if debit in chart.parts else ins)[no, day][of] = fen
    came = [
        PassedPart(day, of, min(fen, ins[no, day][home]), 0)
        for (no, day), homes in outs.items()
        for of, fen in homes.items()
        if home in ins[no, day]
    ]
    went = [
        PassedPart(day, of, 0, min(fen, outs[no, day][home]))
        for (no, day), homes in ins.items()
        for of, fen in homes.items()
        if home in outs[no, day]
    ]
    return (*came, *went)


def sale_proof(session: Session, community: str, home: str, on: date) -> SaleProof:
    """What a home's part is, for its sale (165号令 Art. 28): nothing moves, the balance passes with the home.

    Raises:
        NoHome: there is none with this code in this community.
    """
    ledger = unit_ledger(session, community, home, on)
    reversal = aliased(Entry)
    deposited = session.execute(
        select(func.coalesce(func.sum(Deposit.amount_fen), 0)).where(
            Deposit.community == community,
            Deposit.home == home,
            ~exists().where(
                col(reversal.community) == Deposit.community, col(reversal.reverses_no) == Deposit.entry_no
            ),
        )
    ).scalar_one()
    return SaleProof(
        home,
        on,
        ledger.first_deposit_fen,
        int(deposited),
        ledger.passed_parts,
        ledger.balance_fen,
        ledger.standing,
    )


def building_ledger(session: Session, community: str, building: Code) -> list[Line]:
    """幢账: what moved of its homes' parts and of the selling units' parts for it, by entry, with balances.

    Raises:
        NoBuilding: there is none with this code.
    """
    building_of(session, community, building)
    chart = _chart(session, community)
    kinds = {
        (entry_no, home or party): kind
        for entry_no, home, party, kind in session.execute(
            select(Deposit.entry_no, Deposit.home, Deposit.party, Deposit.kind).where(
                Deposit.community == community
            )
        )
    }
    sums: dict[tuple[date, int, LineKind, str | None], list[int]] = defaultdict(lambda: [0, 0])
    rows = session.execute(
        _movements(community)
        .join(
            Home,
            (col(Home.community) == Movement.community) & (col(Home.code) == Movement.home),
            isouter=True,
        )
        .where(
            or_(col(Home.building) == building, col(Movement.party).endswith(f"@{building}", autoescape=True))
        )
    )
    for no, day, subject, reverses, debit, credit, fen, home, party in rows:
        if (credit in chart.parts) == (debit in chart.parts):
            continue
        roles = (chart.roles[debit], chart.roles[credit])
        kind = kind_of(kinds.get((no, home or party)), roles, reverses is not None)
        sums[day, no, kind, _project(subject)][debit in chart.parts] += fen
    return with_balances(
        Moved(day, no, kind, in_fen, out_fen, project)
        for (day, no, kind, project), (in_fen, out_fen) in sums.items()
    )
