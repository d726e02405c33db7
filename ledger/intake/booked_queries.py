"""What can be read of the bank's side of the books."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, case, exists, func, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from ledger.accounts.tables import ApprovedAccount
from ledger.db import select_columns
from ledger.intake.booked_rules import Side
from ledger.intake.marks import Direction
from ledger.intake.rules import LineId, LineState
from ledger.intake.tables import BankLine
from ledger.journal.queries import name_in
from ledger.journal.tables import Entry, Movement
from ledger.periods import Month

COUNTING = (Direction.IN.value, Direction.OUT.value)


def signed(line: type[BankLine] = BankLine) -> ColumnElement[int]:
    """A line's fen, negative when money left."""
    return case(
        (col(line.direction) == Direction.IN.value, col(line.amount_fen)), else_=-col(line.amount_fen)
    )


def stands() -> ColumnElement[bool]:
    """That an entry neither is a reversal nor has been reversed."""
    reversal = aliased(Entry)
    taken_back = (col(reversal.community) == Entry.community) & (col(reversal.reverses_no) == Entry.no)
    return col(Entry.reverses_no).is_(None) & ~exists().where(taken_back)


def entries_on(
    session: Session,
    community: str,
    book: str,
    code: str,
    first: date,
    last: date,
    *where: ColumnElement[bool],
) -> list[Side[int]]:
    """What each entry between two days moves on an account of a book, in fen on the debit side."""
    net = func.sum(
        case((col(Movement.debit) == code, col(Movement.amount_fen)), else_=-col(Movement.amount_fen))
    )
    rows = session.execute(
        select(col(Entry.no), col(Entry.booked_on), col(Entry.key), net)
        .join(Movement, (col(Movement.community) == Entry.community) & (col(Movement.entry_no) == Entry.no))
        .where(
            Entry.community == community,
            Entry.book == book,
            col(Entry.month) >= str(Month.of(first)),
            col(Entry.month) <= str(Month.of(last)),
            col(Entry.booked_on) >= first,
            col(Entry.booked_on) <= last,
            or_(col(Movement.debit) == code, col(Movement.credit) == code),
            *where,
        )
        .group_by(col(Entry.no), col(Entry.booked_on), Entry.key)
        .order_by(col(Entry.no))
    ).all()
    return [Side(no, on, int(fen), name_in(key).rpartition("/")[2]) for no, on, key, fen in rows if fen]


def free_entries(
    session: Session, account: ApprovedAccount, code: str, first: date, last: date
) -> list[Side[int]]:
    """Entries that move an account's money and have no line yet."""
    taken = exists().where(
        (col(BankLine.community) == account.community)
        & (col(BankLine.entry_no) == Entry.no)
        & (col(BankLine.account) == ApprovedAccount.code)
        & (col(ApprovedAccount.community) == account.community)
        & (col(ApprovedAccount.book) == account.book)
        & (col(ApprovedAccount.role) == account.role)
    )
    settlement = col(Entry.kind) == SETTLED
    return entries_on(
        session, account.community, account.book, code, first, last, stands(), ~taken, ~settlement
    )


SETTLED = "fees.settled"
"""The kind of the entries that move a wallet's money to the bank: their lines are the bank's, not the wallet's."""


def free_lines(session: Session, account: ApprovedAccount) -> Sequence[Side[LineId]]:
    """An account's lines for which no entry is known."""
    rows = session.execute(
        select_columns(
            BankLine.fingerprint,
            BankLine.occurrence,
            BankLine.occurred_on,
            signed(),
            BankLine.remark,
            BankLine.order_no,
        ).where(
            BankLine.community == account.community,
            BankLine.account == account.code,
            BankLine.state == LineState.KEPT,
            col(BankLine.entry_no).is_(None),
            col(BankLine.direction).in_(COUNTING),
        )
    ).all()
    return [
        Side(LineId(account.code, fingerprint, occurrence), on, int(fen), f"{remark} {order_no}")
        for fingerprint, occurrence, on, fen, remark, order_no in rows
    ]
