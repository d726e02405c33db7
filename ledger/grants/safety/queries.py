"""What can be read of the public account for housing safety."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlmodel import Session, col, select

from ledger.errors import Unknown
from ledger.fields import Code
from ledger.grants.safety.rules import BOOK
from ledger.grants.safety.tables import SafetyGrant, SafetyPayment
from ledger.journal.queries import accounts, books, trial_balance
from ledger.journal.tables import Entry
from ledger.periods import Month, Period

PAID = "housing-safety/paid/"
"""How the keys of the entries begin that pay."""


class NoSafetyPayment(Unknown):
    code = "no-housing-safety-payment"
    zh = "房屋安全管理资金公共账户没有付款申请“{number}”。"
    en = "The public account for housing safety has no payment “{number}”."


class AccountFigures(NamedTuple):
    """The account in a period, in fen."""

    opening_fen: int
    in_fen: int
    out_fen: int
    closing_fen: int


class PaidOut(NamedTuple):
    """A payment as it was asked for, and its entry once it is paid."""

    asked: SafetyPayment
    entry: Entry | None


def is_open(session: Session, community: str) -> bool:
    """Whether the community has the public account."""
    return BOOK in {book.code for book in books(session, community)}


def figures(session: Session, community: str, period: Period) -> AccountFigures:
    """The account in a period; nought where there is none."""
    if not is_open(session, community):
        return AccountFigures(0, 0, 0, 0)
    bank = accounts(session, community, BOOK)["bank"]
    rows = trial_balance(session, community, BOOK, period.start, period.end)
    row = next(row for row in rows if row.account == bank)
    return AccountFigures(row.opening_fen, row.debit_fen, row.credit_fen, row.closing_fen)


def left(session: Session, community: str) -> int:
    """What stands in the account, in fen."""
    return figures(session, community, Period("", Month(1, 1), Month(9999, 12))).closing_fen


def payment_of(session: Session, community: str, number: Code) -> SafetyPayment:
    """One payment as it was asked for.

    Raises:
        NoSafetyPayment.
    """
    row = session.get(SafetyPayment, (community, number))
    if row is None:
        raise NoSafetyPayment(community=community, number=number)
    return row


def _payments(session: Session, community: str) -> list[PaidOut]:
    paid = (col(Entry.community) == SafetyPayment.community) & (col(Entry.key) == PAID + SafetyPayment.number)
    rows = session.execute(
        select(SafetyPayment, Entry)
        .join(Entry, paid, isouter=True)
        .where(SafetyPayment.community == community)
        .order_by(col(SafetyPayment.requested_on), SafetyPayment.number)
    )
    return [PaidOut(*row) for row in rows]


def paid_between(session: Session, community: str, first: date, last: date) -> list[PaidOut]:
    """The payments that went out between two days."""
    return [
        row for row in _payments(session, community) if row.entry and first <= row.entry.booked_on <= last
    ]


def _told(row: PaidOut) -> dict[str, Any]:
    paid = row.entry
    return {
        **row.asked.model_dump(),
        "approved_by": paid.approved_by if paid else None,
        "paid_on": paid.booked_on if paid else None,
        "entry_no": paid.no if paid else None,
    }


def safety_payments(session: Session, community: str) -> list[dict[str, Any]]:
    """Every payment, asked for or paid, by the day it was asked for."""
    return [_told(row) for row in _payments(session, community)]


def safety_payment(session: Session, community: str, number: Code) -> dict[str, Any]:
    """One payment, asked for or paid.

    Raises:
        NoSafetyPayment.
    """
    payment_of(session, community, number)
    return next(_told(row) for row in _payments(session, community) if row.asked.number == number)


def safety_grants(session: Session, community: str) -> Sequence[SafetyGrant]:
    """What came in, by day; what was booked and reversed since stays in the list of vouchers alone."""
    undone = select(Entry.reverses_no).where(
        Entry.community == community, col(Entry.reverses_no).is_not(None)
    )
    return session.exec(
        select(SafetyGrant)
        .where(SafetyGrant.community == community, col(SafetyGrant.entry_no).not_in(undone))
        .order_by(col(SafetyGrant.received_on), SafetyGrant.receipt_no)
    ).all()


def safety_account(session: Session, community: str, today: date) -> dict[str, Any]:
    """The public account in this year and what stands in it today, in fen."""
    return figures(session, community, Period.parse(str(today.year)))._asdict()
