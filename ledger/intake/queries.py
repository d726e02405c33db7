"""What can be read of imported statements."""

from collections.abc import Sequence
from datetime import date

from sqlmodel import Session, col, select

from ledger.errors import Unknown
from ledger.intake.rules import LineState
from ledger.intake.tables import BankLine, StatementFile


class NoLine(Unknown):
    code = "no-line"
    zh = "没有这笔流水：{fingerprint}。"
    en = "There is no such line: {fingerprint}."


def imported(session: Session, community: str, sha256: str) -> StatementFile | None:
    """The record of a file that was imported before."""
    return session.get(StatementFile, (community, sha256))


def known_lines(
    session: Session, community: str, profile: str, first: date, last: date
) -> set[tuple[str, int]]:
    """The lines of a bank or wallet between two days that are known already, as (fingerprint, occurrence).

    Into whichever account they were booked: the same file must not be booked again into another.
    """
    rows = session.execute(
        select(BankLine.fingerprint, BankLine.occurrence).where(
            BankLine.community == community,
            col(BankLine.account).startswith(f"{profile}/", autoescape=True),
            col(BankLine.occurred_on) >= first,
            col(BankLine.occurred_on) <= last,
        )
    )
    return {(fingerprint, occurrence) for fingerprint, occurrence in rows}


def suspense(session: Session, community: str) -> Sequence[BankLine]:
    """Receipts that nobody could be found for yet, oldest first."""
    return session.exec(
        select(BankLine)
        .where(BankLine.community == community, BankLine.state == LineState.SUSPENSE)
        .order_by(BankLine.occurred_on, BankLine.fingerprint)
    ).all()


def line(session: Session, community: str, account: str, fingerprint: str, occurrence: int = 1) -> BankLine:
    """One line of a statement.

    Raises:
        NoLine: it was not imported.
    """
    found = session.get(BankLine, (community, account, fingerprint, occurrence))
    if found is None:
        raise NoLine(fingerprint=fingerprint)
    return found
