"""How the logs and the database stand, for whoever runs the machine."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, text
from sqlmodel import Session, col, select

from ledger.log.tables import LedgerHead, SignedHead


class LogStanding(NamedTuple):
    """How long a community's log is, how much of it is signed, and since when; nothing may be."""

    community: str
    leaves: int
    signed: int
    signed_at: datetime | None


def log_standings(session: Session) -> Sequence[LogStanding]:
    """Every log, by its community's code."""
    newest = (
        select(SignedHead.community, func.max(SignedHead.tree_size).label("size"))
        .group_by(col(SignedHead.community))
        .subquery()
    )
    rows = session.execute(
        select(LedgerHead.community, LedgerHead.tree_size, SignedHead.tree_size, SignedHead.signed_at)
        .join(newest, newest.c.community == LedgerHead.community, isouter=True)
        .join(
            SignedHead,
            (col(SignedHead.community) == newest.c.community) & (col(SignedHead.tree_size) == newest.c.size),
            isouter=True,
        )
        .order_by(col(LedgerHead.community))
    )
    return [LogStanding(community, leaves, signed or 0, at) for community, leaves, signed, at in rows]


def database_bytes(session: Session) -> int:
    """How much the database takes on disk, in bytes."""
    on_postgresql = session.get_bind().dialect.name == "postgresql"
    size = (
        "pg_database_size(current_database())"
        if on_postgresql
        else "page_count * page_size FROM pragma_page_count(), pragma_page_size()"
    )
    return int(session.execute(text(f"SELECT {size}")).scalar_one())
