"""Which bills of the property fee turned out wrong."""

from datetime import date

from sqlalchemy import literal
from sqlmodel import Session, col, select

from ledger.fees.prepaid.rules import Ground, RefundState
from ledger.fees.prepaid.tables import Refund
from ledger.fees.tables import Charge, Waived
from ledger.fees.waivers.rules import Kind
from ledger.fees.waivers.tables import Waiver
from ledger.journal.tables import Entry
from ledger.periods import day_in_shanghai

NOT_THE_BILL = (Kind.VACANT, Kind.LOW_INCOME, Kind.SERVICE_DEFECT)
"""Why a bill is cut afterwards though it was right: for what the home is or has, or for what the service was."""


def put_right(session: Session, code: str, first: date, last: date) -> int:
    """How many bills were put right between two days, by whatever act: reversed, cut after they were issued though
    neither home nor service gave a reason, or given back as charged against the law.
    """
    return len(_reversed(session, code, first, last) | _cut(session, code, first, last)) + _given_back(
        session, code, first, last
    )


def _reversed(session: Session, code: str, first: date, last: date) -> set[tuple[str, str]]:
    rows = session.execute(
        select(Charge.home, Charge.month)
        .join(Entry, (col(Entry.community) == Charge.community) & (col(Entry.reverses_no) == Charge.entry_no))
        .where(Charge.community == code, col(Entry.booked_on) >= first, col(Entry.booked_on) <= last)
    )
    return {(home, month) for home, month in rows}


def _cut(session: Session, code: str, first: date, last: date) -> set[tuple[str, str]]:
    """The bills from which a waiver took something that was granted after they were issued."""
    rows = session.execute(
        select(Waived.home, Waived.month)
        .join(Waiver, (col(Waiver.community) == Waived.community) & (col(Waiver.code) == Waived.waiver))
        .join(Entry, (col(Entry.community) == Waived.community) & (col(Entry.no) == Waived.entry_no))
        .where(
            Waived.community == code,
            col(Waived.waived_on) >= first,
            col(Waived.waived_on) <= last,
            col(Waived.amount_fen) > 0,
            col(Waiver.kind).not_in(NOT_THE_BILL),
            Entry.key == literal("waiver/") + col(Waiver.code) + literal("/taken-off"),
        )
    )
    return {(home, month) for home, month in rows}


def _given_back(session: Session, code: str, first: date, last: date) -> int:
    rows = session.exec(
        select(Refund).where(
            Refund.community == code,
            Refund.ground == Ground.UNLAWFUL_CHARGE,
            Refund.state == RefundState.PAID,
        )
    )
    return sum(first <= day_in_shanghai(row.decided_at) <= last for row in rows if row.decided_at)
