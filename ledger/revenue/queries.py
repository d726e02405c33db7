"""What can be read of public revenue."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import case, func
from sqlmodel import Session, col, select

from ledger.errors import Unknown
from ledger.periods import Period
from ledger.revenue.rules import CostKind, Quarter
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
    received = {
        number: (int(all_fen), int(fen))
        for number, all_fen, fen in session.execute(
            select(
                RevenueReceipt.contract,
                func.sum(RevenueReceipt.amount_fen),
                func.sum(
                    case(
                        (col(RevenueReceipt.received_on) >= period.first, RevenueReceipt.amount_fen), else_=0
                    )
                ),
            )
            .where(RevenueReceipt.community == community, col(RevenueReceipt.received_on) <= period.last)
            .group_by(RevenueReceipt.contract)
        )
    }
    return [Stream(c, int(due.get(c.number, 0)), *received.get(c.number, (0, 0))) for c in contracts]


def quarter(session: Session, community: str, period: Period) -> Quarter:
    """What came in and what was proved as cost in a period, in fen."""
    receipts = session.exec(
        select(func.coalesce(func.sum(RevenueReceipt.amount_fen), 0)).where(
            RevenueReceipt.community == community,
            col(RevenueReceipt.received_on) >= period.first,
            col(RevenueReceipt.received_on) <= period.last,
        )
    ).one()
    costs = dict(
        session.execute(
            select(RevenueCost.kind, func.sum(RevenueCost.amount_fen))
            .where(
                RevenueCost.community == community,
                col(RevenueCost.paid_on) >= period.first,
                col(RevenueCost.paid_on) <= period.last,
            )
            .group_by(RevenueCost.kind)
        ).all()  # type: ignore[arg-type]
    )
    tax = int(costs.pop(CostKind.TAX, 0))
    return Quarter(int(receipts), int(sum(costs.values())), tax)


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
