"""What can be read of paper ballots: which wait and which were read differently, never what they say."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from sqlmodel import Session, col, select

from ledger.fields import Code
from ledger.votes.queries import motion
from ledger.votes.sheet_rules import is_second
from ledger.votes.sheet_tables import SheetEntry
from ledger.votes.tables import Ballot


class Unmatched(NamedTuple):
    """A home whose paper ballot does not count yet: its sheet, who entered it last, and whether two disagreed."""

    home: str
    sheet: str
    entered_by: tuple[str, ...]
    disagreed: bool


def entries_of(
    session: Session, community: str, code: str, homes: Collection[str] | None = None
) -> dict[str, list[SheetEntry]]:
    """The entries for homes that have no ballot yet, in the order they were made; for all such homes by default."""
    query = (
        select(SheetEntry)
        .join(
            Ballot,
            (col(Ballot.community) == SheetEntry.community)
            & (col(Ballot.motion) == SheetEntry.motion)
            & (col(Ballot.home) == SheetEntry.home),
            isouter=True,
        )
        .where(
            SheetEntry.community == community,
            SheetEntry.motion == code,
            col(Ballot.home).is_(None),
        )
        .order_by(SheetEntry.home, col(SheetEntry.turn))
    )
    if homes is not None:
        query = query.where(col(SheetEntry.home).in_(homes))
    by_home: dict[str, list[SheetEntry]] = {}
    for row in session.exec(query):
        by_home.setdefault(row.home, []).append(row)
    return by_home


def unmatched(session: Session, community: str, code: Code) -> Sequence[Unmatched]:
    """The paper ballots that do not count yet, by home.

    Raises:
        NoMotion: there is no such motion.
    """
    motion(session, community, code)
    return [
        Unmatched(
            home,
            rows[-1].sheet,
            (rows[-1].entered_by,) if is_second(len(rows)) else tuple(r.entered_by for r in rows[-2:]),
            not is_second(len(rows)),
        )
        for home, rows in entries_of(session, community, code).items()
    ]
