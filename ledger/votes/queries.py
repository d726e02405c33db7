"""What can be read of votes."""

from sqlmodel import Session, col, select

from ledger.errors import Unknown
from ledger.votes.rules import Tally, Vote, tally
from ledger.votes.tables import Ballot, Motion, RollHome


class NoMotion(Unknown):
    code = "no-motion"
    zh = "{community} 没有议题“{motion}”。"
    en = "{community} has no motion “{motion}”."


def motion(session: Session, community: str, code: str) -> Motion:
    """One motion.

    Raises:
        NoMotion: there is none with this code.
    """
    found = session.get(Motion, (community, code))
    if found is None:
        raise NoMotion(community=community, motion=code)
    return found


def count(session: Session, community: str, code: str) -> Tally:
    """The count as it stands, in one statement for any number of homes."""
    rows = session.execute(
        select(RollHome.area_dm2, RollHome.head, Ballot.choice)
        .join(
            Ballot,
            (col(Ballot.community) == RollHome.community)
            & (col(Ballot.motion) == RollHome.motion)
            & (col(Ballot.home) == RollHome.home),
            isouter=True,
        )
        .where(RollHome.community == community, RollHome.motion == code)
    )
    return tally(Vote(*row) for row in rows)
