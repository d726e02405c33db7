"""What can be read of proxies."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import func, or_
from sqlmodel import Session, col, select

from ledger.community.queries import head_keys
from ledger.community.queries import home as home_of
from ledger.votes.proxies.rules import holder_digest
from ledger.votes.proxies.tables import Proxy
from ledger.votes.tables import Ballot, RollHome


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


def ballots_left(
    session: Session, community: str, code: str, own_homes: Collection[str], on: date
) -> Sequence[str]:
    """The homes whose ballots the owner of some homes may still cast: his own, and those that entrusted him."""
    mine = [home_of(session, community, home) for home in own_homes]
    digests = {holder_digest(person) for person in head_keys(session, community, mine, on).values()}
    entrusted = select(Proxy.home).where(
        Proxy.community == community, Proxy.motion == code, col(Proxy.holder).in_(digests)
    )
    cast = select(Ballot.home).where(Ballot.community == community, Ballot.motion == code)
    return session.exec(
        select(RollHome.home)
        .where(RollHome.community == community, RollHome.motion == code)
        .where(or_(col(RollHome.home).in_(own_homes), col(RollHome.home).in_(entrusted)))
        .where(col(RollHome.home).not_in(cast))
        .order_by(RollHome.home)
    ).all()


def may_cast(
    session: Session, community: str, code: str, own_homes: Collection[str], home: str, on: date
) -> bool:
    """Whether the owner of some homes may cast the ballot of a home: it is his too, or he holds its proxy.

    Raises:
        NoHome: there is no such home.
    """
    if home in own_homes:
        return True
    everything = [home_of(session, community, dwelling) for dwelling in (home, *own_homes)]
    person = head_keys(session, community, everything, on)
    himself = {person[own_home] for own_home in own_homes}
    if person[home] in himself:
        return True
    given = session.get(Proxy, (community, code, home))
    return given is not None and given.holder in {holder_digest(key) for key in himself}
