"""What can be read of votes: totals, and before the count no more than the turnout. Nobody's choice."""

from datetime import date

from sqlalchemy import func
from sqlmodel import Session, col, select

from ledger.errors import Unknown
from ledger.periods import day_in_shanghai
from ledger.votes.rules import (
    ARTICLE,
    CountSecret,
    Matter,
    MotionState,
    NoResolutionPassed,
    Tally,
    Turnout,
    Vote,
    tally,
    with_silent_consent,
)
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


def resolution(session: Session, community: str, code: str, matter: Matter, on: date) -> Motion:
    """The motion by which the owners decided this matter, counted on the day or before, passed, and standing.

    Raises:
        NoResolutionPassed: there is none, with the item of 《民法典》第278条.
    """
    found = session.get(Motion, (community, code))
    if (
        found is None
        or found.matter is not matter
        or found.state is not MotionState.CLOSED
        or not found.passed
        or found.closed_at is None
        or day_in_shanghai(found.closed_at) > on
    ):
        raise NoResolutionPassed(motion=code, matter=matter.value, article=ARTICLE[matter])
    return found


def count(session: Session, community: str, code: str) -> Tally:
    """The totals of a vote that is over, in one statement for any number of homes.

    Raises:
        NoMotion: there is none with this code.
        CountSecret: it is still being voted on.
    """
    if motion(session, community, code).state is MotionState.OPEN:
        raise CountSecret(motion=code)
    return totals(session, community, code)


def turnout(session: Session, community: str, code: str) -> Turnout:
    """Who may vote and who did, at any time; silence that is taken for consent is not turnout.

    Raises:
        NoMotion: there is none with this code.
    """
    motion(session, community, code)
    return Turnout(*tally(_votes(session, community, code))[:4])


def told(session: Session, community: str, code: str) -> dict[str, int | bool]:
    """What anyone may know of a vote: the turnout while it runs, the totals and their outcome after."""
    found = motion(session, community, code)
    if found.state is MotionState.OPEN:
        return dict(turnout(session, community, code)._asdict())
    outcome = totals(session, community, code)
    return {**outcome._asdict(), "quorum": outcome.quorum, "passed": bool(found.passed)}


def totals(session: Session, community: str, code: str) -> Tally:
    """The totals as they would be sealed now: for whoever counts, and for nobody before that."""
    votes = _votes(session, community, code)
    deemed = motion(session, community, code).deemed_clause is not None
    return tally(with_silent_consent(votes) if deemed else votes)


def not_voted(session: Session, community: str, code: str) -> int:
    """How many homes on the roll have not voted yet."""
    on_roll, voted = (
        session.exec(
            select(func.count()).select_from(table).where(table.community == community, table.motion == code)
        ).one()
        for table in (RollHome, Ballot)
    )
    return on_roll - voted


def _votes(session: Session, community: str, code: str) -> list[Vote]:
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
    return [Vote(*row) for row in rows]
