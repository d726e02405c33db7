"""What can be read of costs and budgets."""

from sqlalchemy import func
from sqlmodel import Session, col, select

from ledger.fees.budgets.rules import BudgetRow, CostLine, YearReport
from ledger.fees.budgets.tables import BudgetLine, FeeCost
from ledger.fees.queries import stands
from ledger.fees.rules import FEE
from ledger.fields import Year
from ledger.journal.queries import accounts, trial_balance
from ledger.journal.tables import Entry, Movement
from ledger.periods import Month, Period


def budget(session: Session, community: str, year: int) -> dict[CostLine, int]:
    """The voted budget of a year, in fen by line; empty when there is none."""
    rows = session.exec(select(BudgetLine).where(BudgetLine.community == community, BudgetLine.year == year))
    return {row.line: row.amount_fen for row in rows}


def spent_by_line(session: Session, community: str, period: Period) -> dict[CostLine, int]:
    """The costs of a period that stand, in fen by line."""
    rows = session.execute(
        select(FeeCost.line, func.sum(FeeCost.amount_fen))
        .where(
            FeeCost.community == community,
            col(FeeCost.spent_on) >= period.first,
            col(FeeCost.spent_on) <= period.last,
            stands(FeeCost),
        )
        .group_by(FeeCost.line)
    )
    return {line: int(fen) for line, fen in rows}


def received_fen(session: Session, community: str, month: Month) -> int:
    """The service money that came into the book's accounts in a month less what was given back, in fen."""
    codes = accounts(session, community, FEE)
    ours = {codes["bank"], codes["wallet"]}
    theirs = {codes["receivable"], codes["prepaid"], codes["suspense"]}
    rows = session.execute(
        select(Movement.debit, Movement.credit, func.sum(Movement.amount_fen))
        .join(Entry, (col(Entry.community) == Movement.community) & (col(Entry.no) == Movement.entry_no))
        .where(Entry.community == community, Entry.book == FEE, Entry.month == str(month))
        .group_by(Movement.debit, Movement.credit)
    ).all()
    came = sum(int(fen) for debit, credit, fen in rows if debit in ours and credit in theirs)
    return came - sum(int(fen) for debit, credit, fen in rows if credit in ours and debit in theirs)


def year_report(session: Session, community: str, year: Year) -> YearReport:
    """Budget against actual of a year, as it is published to the owners at least once a year (Arts. 12–13)."""
    period = Period.parse(f"{year:04d}")
    planned = budget(session, community, year)
    spent = spent_by_line(session, community, period)
    codes = accounts(session, community, FEE)
    moved = {
        row.account: row.debit_fen - row.credit_fen
        for row in trial_balance(session, community, FEE, period.start, period.end)
    }
    rows = (BudgetRow(line, planned.get(line, 0), spent.get(line, 0)) for line in CostLine)
    income = ("fees", "waived", "late_fees", "costs_recovered")
    return YearReport(
        year,
        tuple(row for row in rows if row.budget_fen or row.actual_fen),
        -sum(moved[codes[role]] for role in income),
        moved[codes["remuneration"]],
    )
