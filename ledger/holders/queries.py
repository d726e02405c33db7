"""What can be read of holders: personal data, for the office and for the holder himself."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import func
from sqlmodel import Session, col, select

from ledger.community.queries import NoHome
from ledger.community.tables import Holder, Home
from ledger.db import select_columns


class Held(NamedTuple):
    """A home with its holder; one nobody was registered for has no name and no day."""

    home: str
    since: date | None
    name: str


def last_holder(session: Session, community: str, home: str) -> Holder | None:
    """Whoever was registered last for a home, though his day may still come."""
    return session.exec(
        select(Holder)
        .where(Holder.community == community, Holder.home == home)
        .order_by(col(Holder.since).desc())
        .limit(1)
    ).first()


def holder_of(session: Session, community: str, home: str) -> Holder:
    """The same, for one home that has a holder.

    Raises:
        NoHome: there is no such home here, or nobody was registered for it.
    """
    holder = last_holder(session, community, home)
    if holder is None:
        raise NoHome(community=community, home=home)
    return holder


def holders(session: Session, community: str, building: str | None = None) -> Sequence[Held]:
    """Every home with whoever was registered last for it, by code."""
    last = (
        select_columns(Holder.home, func.max(Holder.since).label("since"))
        .where(Holder.community == community)
        .group_by(col(Holder.home))
        .subquery()
    )
    query = (
        select_columns(Home.code, Holder.since, Holder.name)
        .outerjoin(last, last.c.home == col(Home.code))
        .outerjoin(
            Holder,
            (col(Holder.community) == col(Home.community))
            & (col(Holder.home) == last.c.home)
            & (col(Holder.since) == last.c.since),
        )
        .where(Home.community == community)
        .order_by(Home.code)
    )
    if building is not None:
        query = query.where(Home.building == building)
    return [Held(home, since, name or "") for home, since, name in session.execute(query)]
