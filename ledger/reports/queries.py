"""What the reports read that no lower package gives: the journal line by line, and what was written in a period."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from sqlalchemy import func
from sqlmodel import Session, col, select

from ledger.db import select_columns
from ledger.fund.uses.tables import Project
from ledger.journal.tables import Account, Balance, Entry, Movement
from ledger.periods import Period

ROWS_AT_ONCE = 5_000


class Line(NamedTuple):
    """A movement with its entry. ``handle`` stands for the home; memos and keys stay where they are."""

    no: int
    on: date
    book: str
    kind: str
    reverses_no: int | None
    original_on: date | None
    line: int
    debit: str
    credit: str
    amount_fen: int
    handle: str | None
    party: str | None


class Written(NamedTuple):
    """How many entries of a kind were written in a book, how many of them in red, and their numbers."""

    book: str
    kind: str
    entries: int
    reversals: int
    first_no: int
    last_no: int


def journal_lines(session: Session, community: str) -> Iterator[Line]:
    """Every movement of every book by day and entry, in one statement, a few thousand rows at a time."""
    rows = session.execute(
        select_columns(
            Entry.no,
            Entry.booked_on,
            Movement.book,
            Entry.kind,
            Entry.reverses_no,
            Entry.original_on,
            Movement.line,
            Movement.debit,
            Movement.credit,
            Movement.amount_fen,
            Movement.handle,
            Movement.party,
        )
        .join(Movement, (col(Movement.community) == Entry.community) & (col(Movement.entry_no) == Entry.no))
        .where(Entry.community == community)
        .order_by(col(Entry.booked_on), col(Entry.no), col(Movement.line))
        .execution_options(yield_per=ROWS_AT_ONCE)
    )
    return (Line(*row) for row in rows)


def written(session: Session, community: str, period: Period) -> list[Written]:
    """The entries with money that a period holds, by book and kind."""
    rows = session.execute(
        select_columns(
            Entry.book,
            Entry.kind,
            func.count(),
            func.count(col(Entry.reverses_no)),
            func.min(Entry.no),
            func.max(Entry.no),
        )
        .where(
            Entry.community == community,
            col(Entry.book).is_not(None),
            col(Entry.month) >= str(period.start),
            col(Entry.month) <= str(period.end),
        )
        .group_by(Entry.book, Entry.kind)
        .order_by(Entry.book, Entry.kind)
    )
    return [Written(*row) for row in rows]


def projects_paid(session: Session, community: str, period: Period) -> list[Project]:
    """The uses of the fund whose payment was booked in a period."""
    return list(
        session.exec(
            select(Project)
            .join(Entry, (col(Entry.community) == Project.community) & (col(Entry.no) == Project.paid_entry))
            .where(
                Project.community == community,
                col(Entry.booked_on) >= period.first,
                col(Entry.booked_on) <= period.last,
            )
            .order_by(Project.code)
        )
    )


def moved_by_month(session: Session, community: str) -> list[tuple[str, str, str, str, int, int]]:
    """What moved on each account in each month: book, account, its Chinese name, month, debit and credit in fen."""
    rows = session.execute(
        select_columns(
            Balance.book, Balance.account, Account.zh, Balance.month, Balance.debit_fen, Balance.credit_fen
        )
        .join(
            Account,
            (col(Account.community) == Balance.community)
            & (col(Account.book) == Balance.book)
            & (col(Account.code) == Balance.account),
        )
        .where(Balance.community == community)
        .order_by(Balance.book, Balance.account, Balance.month)
    )
    return [tuple(row) for row in rows]
