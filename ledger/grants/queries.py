"""What can be read of works money."""

from typing import NamedTuple

from sqlalchemy import func
from sqlmodel import Session, col, select

from ledger.grants.rules import Source, book_of
from ledger.grants.tables import Funding
from ledger.journal.queries import books, trial_balance
from ledger.periods import Month


class SourceFigures(NamedTuple):
    """One source of works money: planned, received, spent and what is left, in fen."""

    source: Source
    planned_fen: int
    received_fen: int
    spent_fen: int


def by_source(session: Session, community: str, through: Month) -> list[SourceFigures]:
    """Planned and actual of every source by the end of a month."""
    planned = dict(
        session.execute(
            select(Funding.source, func.sum(Funding.planned_fen))
            .where(Funding.community == community)
            .group_by(col(Funding.source))
        ).all()  # type: ignore[arg-type]
    )
    open_books = {book.code for book in books(session, community)}
    figures = []
    for source in Source:
        if book_of(source) in open_books:
            rows = {
                row.account: row
                for row in trial_balance(session, community, book_of(source), Month(1900, 1), through)
            }
            received, spent = rows["GR4001"].closing_fen, rows["GR5001"].closing_fen
        else:
            received = spent = 0
        if planned.get(source) or received:
            figures.append(SourceFigures(source, int(planned.get(source, 0)), received, spent))
    return figures
