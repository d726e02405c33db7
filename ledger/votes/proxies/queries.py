"""What can be read of proxies."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import func
from sqlmodel import Session, col, select

from ledger.community.queries import head_keys
from ledger.community.queries import home as home_of
from ledger.votes.proxies.rules import holder_digest
from ledger.votes.proxies.tables import Proxy


def proxies_held(session: Session, community: str, code: str, holder: str) -> int:
    """How many proxies of a motion one person holds, those of his family aside."""
    return session.exec(
        select(func.count())
        .select_from(Proxy)
        .where(
            Proxy.community == community,
            Proxy.motion == code,
            Proxy.holder == holder,
            col(Proxy.family).is_(False),
        )
    ).one()


def proxies_given(session: Session, community: str, code: str) -> int:
    """How many homes gave a proxy for a motion."""
    return session.exec(
        select(func.count()).select_from(Proxy).where(Proxy.community == community, Proxy.motion == code)
    ).one()


def may_cast(
    session: Session, community: str, code: str, own_homes: Collection[str], home: str, on: date
) -> bool:
    """Whether the owner of some homes may cast the ballot of a home: it is his too, or he holds its proxy.

    Raises:
        NoHome: there is no such home.
    """
    if home in own_homes:
        return True
    everything = [home_of(session, community, each) for each in (home, *own_homes)]
    person = head_keys(session, community, everything, on)
    himself = {person[each] for each in own_homes}
    if person[home] in himself:
        return True
    given = session.get(Proxy, (community, code, home))
    return given is not None and given.holder in {holder_digest(each) for each in himself}
