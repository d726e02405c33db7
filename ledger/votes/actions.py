"""The deeds of a vote: open, cast, close."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlmodel import Session, select

from ledger.community.queries import head_keys
from ledger.community.rules import Actor
from ledger.community.tables import Home
from ledger.db import write_rows
from ledger.log.queries import head
from ledger.periods import day_in_shanghai
from ledger.votes.queries import count, motion
from ledger.votes.rules import Choice, Matter, MotionClosed, MotionState, NotOnRoll, Tally, VotedAlready
from ledger.votes.tables import Ballot, Motion, RollHome


def open_motion(
    session: Session,
    community: str,
    code: str,
    matter: Matter,
    question: str,
    homes: Sequence[Home],
    *,
    budget_fen: int | None = None,
    by: Actor,
    at: datetime,
) -> Motion:
    """Put a question to the owners of these homes, with areas and heads frozen as of now."""
    opened = Motion(
        community=community,
        code=code,
        matter=matter,
        question=question,
        budget_fen=budget_fen,
        opened_by=by.login,
        opened_at=at,
    )
    session.add(opened)
    session.flush()  # the roll names the motion
    heads = head_keys(session, community, homes, day_in_shanghai(at))
    write_rows(
        session,
        RollHome,
        [
            {
                "community": community,
                "motion": code,
                "home": h.code,
                "area_dm2": h.area_dm2,
                "head": heads[h.code],
            }
            for h in homes
        ],
    )
    return opened


def cast(
    session: Session, community: str, code: str, choices: Mapping[str, Choice], *, by: Actor, at: datetime
) -> None:
    """Enter ballots by home. All or none.

    Raises:
        MotionClosed: the vote is over.
        NotOnRoll: a home does not bear the cost.
        VotedAlready: a home has voted before.
    """
    head(session, community, lock=True)  # else a ballot could slip in behind the count
    if motion(session, community, code).state is not MotionState.OPEN:
        raise MotionClosed(motion=code)
    roll, voted = (
        set(session.exec(select(table.home).where(table.community == community, table.motion == code)))
        for table in (RollHome, Ballot)
    )
    for home in choices:
        if home not in roll:
            raise NotOnRoll(home=home, motion=code)
        if home in voted:
            raise VotedAlready(home=home, motion=code)
    write_rows(
        session,
        Ballot,
        [
            {
                "community": community,
                "motion": code,
                "home": home,
                "choice": choice,
                "entered_by": by.login,
                "cast_at": at,
            }
            for home, choice in choices.items()
        ],
    )


def close_motion(session: Session, community: str, code: str, *, by: Actor, at: datetime) -> Tally:
    """End a vote and say what came out.

    Raises:
        MotionClosed: it was ended before.
    """
    head(session, community, lock=True)
    found = motion(session, community, code)
    if found.state is not MotionState.OPEN:
        raise MotionClosed(motion=code)
    outcome = count(session, community, code)
    found.state, found.closed_at, found.passed = MotionState.CLOSED, at, outcome.passed(found.matter)
    session.add(found)
    return outcome
