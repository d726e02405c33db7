"""What can be read of proxies."""

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


def may_cast(session: Session, community: str, code: str, own_home: str, home: str, on: date) -> bool:
    """Whether the owner of one home may cast the ballot of another: it is his too, or he holds its proxy.

    Raises:
        NoHome: there is no such home.
    """
    if own_home == home:
        return True
    both = [home_of(session, community, own_home), home_of(session, community, home)]
    person = head_keys(session, community, both, on)
    if person[own_home] == person[home]:
        return True
    given = session.get(Proxy, (community, code, home))
    return given is not None and given.holder == holder_digest(person[own_home])
