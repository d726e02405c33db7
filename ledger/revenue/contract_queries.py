"""What can be read of the contracts on common parts one by one: what is due, what came in, what was spent, and what
does not fit."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row
from sqlmodel import Session, col, select

from ledger.fields import Code, Day, PeriodText, Year
from ledger.periods import Month, Period, check_begun
from ledger.revenue.deposit_queries import deposits_held
from ledger.revenue.deposit_rules import holder
from ledger.revenue.electricity_queries import electricity_held
from ledger.revenue.queries import contract as contract_of
from ledger.revenue.queries import (
    excesses,
    missing,
    promised,
    receipts,
    received,
    streams,
    times_carried_over,
    to_carry_over,
    unproved,
    with_red,
)
from ledger.revenue.rules import is_over, state_of
from ledger.revenue.tables import Instalment, RevenueContract, RevenueCost


def contracts_in(
    session: Session, community: str, today: date, period: PeriodText | None = None
) -> list[dict[str, Any]]:
    """The contracts that ran in a period, this year unless another is named, by number: each with what was due and
    what came in by its end or by today, and with the deposit and the electricity that are held today, in fen."""
    held = deposits_held(session, community), electricity_held(session, community)
    return [
        _told(stream.contract, today, stream.due_fen, stream.received_fen, *held)
        for stream in streams(session, community, Period.parse(period or str(today.year)), today)
    ]


def contract_seen(session: Session, community: str, contract: Code, today: date) -> dict[str, Any]:
    """One contract with what was due and what came in by today, and the deposit and the electricity that are held, in fen.

    Raises:
        NoContract.
    """
    agreement = contract_of(session, community, contract)
    due = promised(session, community, today).get(contract, 0)
    came = received(session, community, today, contract).get(contract, 0)
    held = deposits_held(session, community), electricity_held(session, community)
    return _told(agreement, today, due, came, *held)


def _told(
    of: RevenueContract,
    today: date,
    due_fen: int,
    received_fen: int,
    deposits: Mapping[str, int],
    electricity: Mapping[str, int],
) -> dict[str, Any]:
    whose = holder(of.counterparty, of.number)
    return {
        **of.model_dump(),
        "state": state_of(of.ends_on, of.terminated_on, today),
        "due_fen": due_fen,
        "received_fen": received_fen,
        "deposit_fen": deposits.get(whose, 0),
        "electricity_fen": electricity.get(whose, 0),
    }


def instalments_of(session: Session, community: str, contract: Code) -> Sequence[Instalment]:
    """What a contract promises, by day; also what an early end has cut off."""
    return session.exec(
        select(Instalment)
        .where(Instalment.community == community, Instalment.contract == contract)
        .order_by(col(Instalment.due_on))
    ).all()


def receipts_on(session: Session, community: str, contract: Code) -> Sequence[Row[Any]]:
    """What came in on a contract, by day: entry_no, fen, day; with reversals in red."""
    rows = receipts(community).c
    query = select(rows.entry_no, rows.fen, rows.day).where(rows.contract == contract)
    return session.execute(query.order_by(rows.day, rows.entry_no)).all()


def costs_of(session: Session, community: str, contract: Code) -> Sequence[Row[Any]]:
    """What was spent for a contract, by day: entry_no, kind, voucher_no, fen, day; with reversals in red."""
    row = RevenueCost
    columns: list[Any] = [row.entry_no, row.kind, row.voucher_no, col(row.amount_fen).label("fen")]
    columns.append(col(row.paid_on).label("day"))
    booked = select(*columns).where(row.community == community, row.contract == contract)
    spent = with_red(community, booked).c
    shown: list[Any] = [*spent]
    return session.execute(select(*shown).order_by(spent.day, spent.entry_no)).all()


def completeness(session: Session, community: str, today: date, on: Day | None = None) -> dict[str, Any]:
    """By a day, today unless another is named: contracts behind with the days (R12), contracts that brought more than
    they promise, and costs claimed without proof (R15)."""
    day = on or today
    return {
        "on": day,
        "missing": missing(session, community, day),
        "above": excesses(session, community, day),
        "unproved": unproved(session, community, date.min, day),
    }


def year_seen(session: Session, community: str, year: Year, today: date) -> dict[str, Any]:
    """What a year leaves to be carried over into the surplus, in fen, and how often it was carried over before.

    Raises:
        PeriodToCome: it has not begun.
    """
    check_begun(Period.parse(str(year)), today)
    december = Month(year, 12)
    standing = to_carry_over(session, community, year)
    return {
        "year": year,
        "over": is_over(year, today),
        "accounts": len(standing),
        "surplus_fen": -sum(fen for _, fen in standing),
        "carried_over": times_carried_over(session, community, december),
    }
