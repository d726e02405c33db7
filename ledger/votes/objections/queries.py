"""What can be read of objections."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from ledger.fields import Code, Number
from ledger.votes.objections.rules import NoObjection
from ledger.votes.objections.tables import VoteObjection
from ledger.votes.queries import motion


def objections(session: Session, community: str, code: Code) -> Sequence[VoteObjection]:
    """The objections to a motion's result, by number.

    Raises:
        NoMotion: there is no such motion.
    """
    motion(session, community, code)
    return session.exec(
        select(VoteObjection)
        .where(VoteObjection.community == community, VoteObjection.motion == code)
        .order_by(col(VoteObjection.no))
    ).all()


def objection(session: Session, community: str, code: Code, no: Number) -> VoteObjection:
    """One objection.

    Raises:
        NoObjection: there is none with this number.
    """
    challenge = session.get(VoteObjection, (community, code, no))
    if challenge is None:
        raise NoObjection(motion=code, no=no)
    return challenge
