"""Whether the accounts that hold money were reconciled in time."""

from collections.abc import Collection
from datetime import date

from sqlmodel import Session, col, select

from ledger.accounts.tables import ApprovedAccount
from ledger.community.queries import community, decided_days
from ledger.db import select_columns
from ledger.evaluation.rules import Measure
from ledger.evaluation.service_queries import counted
from ledger.intake.reconciliation.tables import Reconciliation
from ledger.journal.rules import Element
from ledger.journal.tables import Account, Balance
from ledger.periods import Month, Period, day_in_shanghai, months_between, plus_working_days

MONEY = ("bank", "wallet")
"""The roles of the accounts that hold money in every chart; any other does where an approved account stands for it."""


def reconciled(session: Session, code: str, period: Period, within: int) -> Measure:
    """The months of every account of every book that holds money, whose reconciliation fell due in a period.

    Due is each month in which the account held or moved money, so many working days after its end. A month that nobody
    reconciled counts as one that was not: a statement that is not handed in earns nothing. An approved account in which
    nothing was ever entered counts from the day on which it was opened.
    """
    decided = decided_days(session, community(session, code).area)
    held = _held(session, code, period.end)
    held |= _silent(session, code, held.keys(), period.end)
    sealed = _sealed(session, code)
    good = base = 0
    for month in Period(str(period), period.start.plus(-2), period.end).months:
        due_on = plus_working_days(month.last, within, decided)
        if not period.first <= due_on <= period.last:
            continue
        for account, months in held.items():
            if str(month) in months:
                base += 1
                confirmed_on = sealed.get((*account, str(month)))
                good += confirmed_on is not None and confirmed_on <= due_on
    return counted(
        good,
        base,
        f"个账户月在月后 {within} 个工作日内对清银行账",
        f"months of accounts were reconciled with the bank within {within} working days",
    )


def _held(session: Session, code: str, through: Month) -> dict[tuple[str, str], set[str]]:
    """In which months each account of each book held or moved money, by book and role."""
    approved = {
        (book, role)
        for book, role in session.execute(
            select_columns(ApprovedAccount.book, ApprovedAccount.role).where(
                ApprovedAccount.community == code
            )
        )
    }
    rows = session.execute(
        select_columns(Account.book, Account.role, Balance.month, Balance.debit_fen, Balance.credit_fen)
        .join(
            Balance,
            (col(Balance.community) == Account.community)
            & (col(Balance.book) == Account.book)
            & (col(Balance.account) == Account.code),
        )
        .where(
            Account.community == code,
            Account.element == Element.ASSET,
            col(Balance.month) <= str(through),
        )
        .order_by(Account.book, Account.role, Balance.month)
    )
    moved: dict[tuple[str, str], dict[str, int]] = {}
    for book, role, month, debit, credit in rows:
        if role in MONEY or (book, role) in approved:
            moved.setdefault((book, role), {})[month] = debit - credit
    return {account: _months(of, through) for account, of in moved.items()}


def _silent(
    session: Session, code: str, entered: Collection[tuple[str, str]], through: Month
) -> dict[tuple[str, str], set[str]]:
    """The months for which the approved accounts stood in which nothing was entered, by book and role."""
    opened_on = community(session, code).opened_on
    stood: dict[tuple[str, str], set[str]] = {}
    for account in session.exec(
        select(ApprovedAccount).where(
            ApprovedAccount.community == code, col(ApprovedAccount.approved_by).is_not(None)
        )
    ):
        if (account.book, account.role) in entered:
            continue
        first = Month.of(max(account.opened_on, opened_on or account.opened_on))
        last = through if account.closed_on is None else min(through, Month.of(account.closed_on))
        stood.setdefault((account.book, account.role), set()).update(map(str, months_between(first, last)))
    return stood


def _months(moved: dict[str, int], through: Month) -> set[str]:
    """The months in which money moved, and those that began with some, until a month."""
    months, balance = set(), 0
    month = Month.parse(min(moved))
    while month <= through:
        if balance or str(month) in moved:
            months.add(str(month))
        balance += moved.get(str(month), 0)
        month = month.plus(1)
    return months


def _sealed(session: Session, code: str) -> dict[tuple[str, str, str], date]:
    """When the reconciliation of each account and month was confirmed."""
    rows = session.exec(
        select(Reconciliation).where(
            Reconciliation.community == code, col(Reconciliation.confirmed_at).is_not(None)
        )
    )
    return {
        (row.book, row.role, row.month): day_in_shanghai(row.confirmed_at) for row in rows if row.confirmed_at
    }
