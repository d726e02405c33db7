"""What can be read of public revenue."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import Subquery, case, func, union_all
from sqlmodel import Session, col, select

from ledger.community.queries import community as community_of
from ledger.community.queries import decided_days, profile
from ledger.errors import Unknown
from ledger.journal.tables import Entry
from ledger.periods import Period, plus_working_days
from ledger.revenue.rules import CostKind, Quarter, due_to_fund
from ledger.revenue.tables import Instalment, Remittance, RevenueContract, RevenueCost, RevenueReceipt


class NoContract(Unknown):
    code = "no-contract"
    zh = "{community} 没有公共收益合同“{number}”。"
    en = "{community} has no revenue contract “{number}”."


class Stream(NamedTuple):
    """A contract with what was due and what came in by a day, and in a period, in fen."""

    contract: RevenueContract
    due_fen: int
    received_fen: int
    received_in_period_fen: int


def contract(session: Session, community: str, number: str) -> RevenueContract:
    """One contract.

    Raises:
        NoContract: there is none with this number.
    """
    found = session.get(RevenueContract, (community, number))
    if found is None:
        raise NoContract(community=community, number=number)
    return found


def _receipts(community: str) -> Subquery:
    """Every receipt with its day; one whose entry was reversed stands again, in red, on the reversal's day."""
    row = RevenueReceipt
    return union_all(
        select(row.contract, row.amount_fen, row.received_on.label("day")).where(row.community == community),  # type: ignore[attr-defined]
        select(row.contract, -col(row.amount_fen), Entry.booked_on)
        .join(Entry, (col(Entry.community) == row.community) & (col(Entry.reverses_no) == row.entry_no))
        .where(row.community == community),
    ).subquery()


def _costs(community: str) -> Subquery:
    """Every proved cost with its day, and reversals as for receipts."""
    row = RevenueCost
    return union_all(
        select(row.kind, row.amount_fen, row.paid_on.label("day")).where(row.community == community),  # type: ignore[attr-defined]
        select(row.kind, -col(row.amount_fen), Entry.booked_on)
        .join(Entry, (col(Entry.community) == row.community) & (col(Entry.reverses_no) == row.entry_no))
        .where(row.community == community),
    ).subquery()


def streams(session: Session, community: str, period: Period) -> list[Stream]:
    """Every contract that ran in a period, with its instalments and receipts by the period's end."""
    contracts = session.exec(
        select(RevenueContract)
        .where(
            RevenueContract.community == community,
            col(RevenueContract.starts_on) <= period.last,
            col(RevenueContract.ends_on) >= period.first,
        )
        .order_by(RevenueContract.number)
    ).all()
    due = dict(
        session.execute(
            select(Instalment.contract, func.sum(Instalment.amount_fen))
            .where(Instalment.community == community, col(Instalment.due_on) <= period.last)
            .group_by(Instalment.contract)
        ).all()  # type: ignore[arg-type]
    )
    in_all = _receipts(community).c
    received = {
        number: (int(all_fen), int(fen))
        for number, all_fen, fen in session.execute(
            select(
                in_all.contract,
                func.sum(in_all.amount_fen),
                func.sum(case((in_all.day >= period.first, in_all.amount_fen), else_=0)),
            )
            .where(in_all.day <= period.last)
            .group_by(in_all.contract)
        )
    }
    return [Stream(c, int(due.get(c.number, 0)), *received.get(c.number, (0, 0))) for c in contracts]


def quarter(session: Session, community: str, period: Period) -> Quarter:
    """What came in and what was proved as cost in a period, in fen."""
    came_in, went_out = _receipts(community).c, _costs(community).c
    receipts = session.execute(
        select(func.coalesce(func.sum(came_in.amount_fen), 0)).where(
            came_in.day >= period.first, came_in.day <= period.last
        )
    ).scalar_one()
    costs = dict(
        session.execute(
            select(went_out.kind, func.sum(went_out.amount_fen))
            .where(went_out.day >= period.first, went_out.day <= period.last)
            .group_by(went_out.kind)
        ).all()  # type: ignore[arg-type]
    )
    tax = int(costs.pop(CostKind.TAX, 0))
    return Quarter(int(receipts), int(sum(costs.values())), tax)


def owed_to_fund(session: Session, community: str, period: Period) -> int:
    """What of a quarter's net revenue is due to the fund by the profile of its last day, in fen."""
    pct = profile(session, community, period.last)["revenue.to_fund_pct"]
    return due_to_fund(quarter(session, community, period), pct)


def remit_by(session: Session, community: str, period: Period) -> date:
    """The last day on which a quarter's share may be paid into the fund."""
    days = profile(session, community, period.last)["revenue.transfer_grace_wd"]
    area = community_of(session, community).area
    return plus_working_days(period.last, days, decided_days(session, area))


def remittances(session: Session, community: str, first: date, last: date) -> Sequence[Remittance]:
    """What was paid into the fund on quarters that fell due between two days."""
    return session.exec(
        select(Remittance)
        .where(
            Remittance.community == community,
            col(Remittance.due_on) >= first,
            col(Remittance.due_on) <= last,
        )
        .order_by(Remittance.quarter)
    ).all()
