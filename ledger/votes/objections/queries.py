"""What can be read of objections."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from ledger.votes.objections.rules import NoObjection
from ledger.votes.objections.tables import VoteObjection


def objections(session: Session, community: str, code: str) -> Sequence[VoteObjection]:
    """The objections to a motion's result, by number."""
    return session.exec(
        select(VoteObjection)
        .where(VoteObjection.community == community, VoteObjection.motion == code)
        .order_by(col(VoteObjection.no))
    ).all()


def objection(session: Session, community: str, code: str, no: int) -> VoteObjection:
    """One objection.

    Raises:
        NoObjection: there is none with this number.
    """
    found = session.get(VoteObjection, (community, code, no))
    if found is None:
        raise NoObjection(motion=code, no=no)
    return found
