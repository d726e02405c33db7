"""The deeds of works money: plan by source, receive, spend."""

from datetime import date, datetime
from importlib.resources import files

from sqlmodel import Session

from ledger.community.rules import Actor
from ledger.grants.rules import Source, book_of, chart_of
from ledger.journal.actions import Posted, open_book, post
from ledger.journal.queries import accounts
from ledger.journal.rules import Draft, Move, read_chart


def open_grant_book(session: Session, community: str, source: Source, *, by: Actor, at: datetime) -> None:
    """Open the book of one restricted source."""
    chart = read_chart((files("ledger.grants") / "chart.toml").read_text())
    open_book(session, community, chart_of(source, chart), by=by, at=at)


def receive(
    session: Session,
    community: str,
    source: Source,
    works: str,
    amount_fen: int,
    on: date,
    *,
    key: str,
    by: Actor,
    at: datetime,
) -> Posted:
    """Book works money that came in from a source."""
    codes = accounts(session, community, book_of(source))
    move = Move(codes["bank"], codes["received"], amount_fen, party=source.value)
    draft = Draft("grant.received", on, key, book_of(source), [move], subject=f"works/{works}")
    return post(session, community, draft, by=by, at=at)


def spend(
    session: Session,
    community: str,
    source: Source,
    works: str,
    package: str,
    payee: str,
    amount_fen: int,
    on: date,
    *,
    key: str,
    by: Actor,
    at: datetime,
) -> Posted:
    """Pay a contractor of a works package out of one source.

    Raises:
        Overspent: the source has not brought in as much.
    """
    codes = accounts(session, community, book_of(source))
    move = Move(codes["spent"], codes["bank"], amount_fen, party=payee)
    draft = Draft("grant.spent", on, key, book_of(source), [move], subject=f"works/{works}/{package}")
    return post(session, community, draft, by=by, at=at)
