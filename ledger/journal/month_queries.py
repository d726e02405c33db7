"""What a month's end finds: clearing accounts that are open, and what is to be carried over."""

from sqlalchemy import func, literal, union_all
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from ledger.db import select_columns
from ledger.journal.tables import Account, Balance, Entry, Movement
from ledger.money import Fen
from ledger.periods import Month


def uncleared(session: Session, community: str, through: Month) -> dict[tuple[str, str], Fen]:
    """Clearing accounts that are not back to nought at the end of a month, by (book, account)."""
    rows = session.execute(
        select(
            Account.book,
            Account.code,
            func.sum(col(Balance.debit_fen) - col(Balance.credit_fen)).label("net"),
        )
        .join(
            Balance,
            (col(Balance.community) == Account.community)
            & (col(Balance.book) == Account.book)
            & (col(Balance.account) == Account.code),
        )
        .where(
            Account.community == community,
            col(Account.clearing) == literal(True),
            col(Balance.month) <= str(through),
        )
        .group_by(Account.book, Account.code)
    ).all()
    return {(book, code): Fen(int(net)) for book, code, net in rows if net}


def to_carry_over(
    session: Session, community: str, book: str, closed_through: str, month: Month
) -> list[tuple[str, str, str | None, str | None, Fen]]:
    """What stands on the accounts of a book that close into another, from every month open until this one.

    Rows of (account, account it closes to, home, party, credit less debit in fen).
    """
    target = aliased(Account)
    legs = []
    for side, sign in ((Movement.credit, 1), (Movement.debit, -1)):
        legs.append(
            select_columns(
                col(Account.code).label("account"),
                col(target.code).label("target"),
                col(Movement.home).label("home"),
                col(Movement.party).label("party"),
                (col(Movement.amount_fen) * sign).label("net"),
            )
            .join(Entry, (col(Entry.community) == Movement.community) & (col(Entry.no) == Movement.entry_no))
            .join(
                Account,
                (col(Account.community) == Movement.community)
                & (col(Account.book) == Movement.book)
                & (col(Account.code) == side),
            )
            .join(
                target,
                (col(target.community) == Account.community)
                & (col(target.book) == Account.book)
                & (col(target.role) == Account.closes_to),
            )
            .where(
                Entry.community == community,
                Entry.book == book,
                col(Entry.month) > closed_through,
                col(Entry.month) <= str(month),
            )
        )
    both = union_all(*legs).subquery()
    rows = session.execute(
        select_columns(both.c.account, both.c.target, both.c.home, both.c.party, func.sum(both.c.net))
        .group_by(both.c.account, both.c.target, both.c.home, both.c.party)
        .order_by(both.c.account, both.c.home, both.c.party)
    ).all()
    return [(a, t, home, party, Fen(int(net))) for a, t, home, party, net in rows if net]
