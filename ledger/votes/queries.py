"""What can be read of votes: totals, and before the count no more than the turnout. Nobody's choice."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func
from sqlmodel import Session, col, select

from ledger.community.queries import head_keys, profile
from ledger.community.queries import home as home_of
from ledger.community.role_rules import Actor, home_meant
from ledger.errors import Unknown
from ledger.fields import Code
from ledger.journal.queries import entry_at_leaf
from ledger.log.queries import leaf, opening_of
from ledger.periods import day_in_shanghai
from ledger.votes.quorum_and_majority_rules import Tally, Turnout, Vote, tally, with_silent_consent
from ledger.votes.rules import (
    ARTICLE,
    Choice,
    CountSecret,
    Matter,
    MotionClosed,
    MotionState,
    NoBallot,
    NoResolutionPassed,
    NotOnRoll,
    VotedAlready,
    Way,
    ballot_name,
)
from ledger.votes.tables import Ballot, Motion, RollHome


class NoMotion(Unknown):
    code = "no-motion"
    zh = "本小区没有议题“{motion}”。"
    en = "This community has no motion “{motion}”."


def motion(session: Session, community: str, code: str) -> Motion:
    """One motion.

    Raises:
        NoMotion: there is none with this code.
    """
    vote = session.get(Motion, (community, code))
    if vote is None:
        raise NoMotion(community=community, motion=code)
    return vote


def resolution(session: Session, community: str, code: str, matter: Matter, on: date) -> Motion:
    """The motion by which the owners decided this matter, counted on the day or before, passed, and standing.

    Raises:
        NoResolutionPassed: there is none, with the item of 《民法典》第278条.
    """
    vote = session.get(Motion, (community, code))
    if (
        vote is None
        or vote.matter is not matter
        or vote.state is not MotionState.CLOSED
        or not vote.passed
        or vote.closed_at is None
        or day_in_shanghai(vote.closed_at) > on
    ):
        raise NoResolutionPassed(motion=code, matter=matter, article=ARTICLE[matter])
    return vote


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
    """What anyone may know of a vote: the turnout while it runs, the totals and whether it passed and stands after."""
    vote = motion(session, community, code)
    if vote.state is MotionState.OPEN:
        return dict(turnout(session, community, code)._asdict())
    outcome = totals(session, community, code)
    stands = vote.state is MotionState.CLOSED and bool(vote.passed)
    return {**outcome._asdict(), "quorum": outcome.quorum, "passed": stands}


def being_voted_on(session: Session, community: str, code: str) -> Motion:
    """A motion that is not counted yet.

    Raises:
        NoMotion: there is none with this code.
        MotionClosed: it was counted.
    """
    vote = motion(session, community, code)
    if vote.state is not MotionState.OPEN:
        raise MotionClosed(motion=code)
    return vote


def check_may_vote(session: Session, community: str, code: str, homes: Collection[str]) -> None:
    """See that each of these homes has a ballot and has not cast it.

    Raises:
        NotOnRoll: a home does not bear the cost.
        VotedAlready: a home has voted before.
    """
    on_roll, voted = (
        set(
            session.exec(
                select(table.home).where(
                    table.community == community, table.motion == code, col(table.home).in_(homes)
                )
            )
        )
        for table in (RollHome, Ballot)
    )
    for home in homes:
        if home not in on_roll:
            raise NotOnRoll(home=home, motion=code)
        if home in voted:
            raise VotedAlready(home=home, motion=code)


def cast_so_far(session: Session, community: str, code: str) -> int:
    """How many homes have voted."""
    return session.exec(
        select(func.count()).select_from(Ballot).where(Ballot.community == community, Ballot.motion == code)
    ).one()


class Posting(NamedTuple):
    """When a result had to be posted, when it was, and by how many days that was late, up to a day."""

    due_on: date
    posted_on: date | None
    days_late: int


def posting(session: Session, vote: Motion, on: date) -> Posting | None:
    """How the posting of a counted result stands on a day; None before the count.

    The profile's ``vote.result_posting_days`` are calendar days after the day of the count (北京 Art. 37: 3 days).
    Lateness is a fact to show and no refusal.
    """
    if vote.closed_at is None:
        return None
    counted_on = day_in_shanghai(vote.closed_at)
    days = profile(session, vote.community, counted_on)["vote.result_posting_days"]
    due_on = counted_on + timedelta(days=days)
    return Posting(due_on, vote.posted_on, max(0, ((vote.posted_on or on) - due_on).days))


class OwnBallot(NamedTuple):
    """A voter's own ballot, with what he needs to find it in the log.

    ``disclosure`` opens the commitment whose ``digest`` stands in ``leaf``, the bytes of the leaf of entry
    ``entry_no``; both are None for a ballot from before ballots were sealed, or whose opening was erased.
    """

    home: str
    choice: Choice
    way: Way
    cast_at: datetime
    leaf_index: int | None
    entry_no: int | None
    leaf: str | None
    digest: str | None
    disclosure: str | None


def has_voted(session: Session, community: str, code: str, homes: Collection[str]) -> bool:
    """Whether one of these homes has voted on a motion."""
    ballot = select(Ballot.home).where(
        Ballot.community == community, Ballot.motion == code, col(Ballot.home).in_(homes)
    )
    return session.exec(ballot.limit(1)).first() is not None


def own_ballot(
    session: Session, community: str, code: Code, home: Code | None = None, *, by: Actor, today: date
) -> OwnBallot:
    """The ballot of a home of his own, or of another that was his when it voted.

    Where the home changed hands since the roll was frozen, he sees it only if he cast it himself: a sale may be entered
    with a day before a ballot that the seller cast, and nobody learns by that how he voted.

    Raises:
        NoMotion, NoHome: there is none.
        NotYourHome, HomeNotSaid: no home is named, and he has none or several.
        NoBallot: the home has not voted, or was somebody else's when it did.
    """
    motion(session, community, code)
    home = home_meant(home, by=by)
    voted = home_of(session, community, home)
    ballot = session.get(Ballot, (community, code, home))
    if ballot is None:
        raise NoBallot(home=home, motion=code)
    voter = head_keys(session, community, [voted], day_in_shanghai(ballot.cast_at))[home]
    mine = [home_of(session, community, own_home) for own_home in sorted(by.homes)]
    rolled = session.get_one(RollHome, (community, code, home)).head
    if voter not in head_keys(session, community, mine, today).values() or (
        voter != rolled and ballot.entered_by != by.login
    ):
        raise NoBallot(home=home, motion=code)
    opening = entry_no = body = None
    if ballot.leaf_index is not None:
        opening = opening_of(session, community, ballot.leaf_index, ballot_name(code, home))
        entry_no = entry_at_leaf(session, community, ballot.leaf_index).no
        body = leaf(session, community, ballot.leaf_index).body.decode()
    return OwnBallot(
        home,
        ballot.choice,
        ballot.way,
        ballot.cast_at,
        ballot.leaf_index,
        entry_no,
        body,
        opening.digest if opening else None,
        opening.disclosure if opening else None,
    )


def motions(session: Session, community: str) -> Sequence[Motion]:
    """Every motion, the one that opens last first."""
    return session.exec(
        select(Motion).where(Motion.community == community).order_by(col(Motion.opens_on).desc(), Motion.code)
    ).all()


def taking_ballots(session: Session, community: str, today: date) -> Sequence[Motion]:
    """The motions on which ballots are taken today, the one that closes first first."""
    return session.exec(
        select(Motion)
        .where(
            Motion.community == community,
            Motion.state == MotionState.OPEN,
            col(Motion.opens_on) <= today,
            col(Motion.closes_on) >= today,
        )
        .order_by(col(Motion.closes_on), Motion.code)
    ).all()


def totals(session: Session, community: str, code: str) -> Tally:
    """The totals as they would be sealed now: for whoever counts, and for nobody before that."""
    votes = _votes(session, community, code)
    deemed = motion(session, community, code).deemed_clause is not None
    return tally(with_silent_consent(votes) if deemed else votes)


def not_voted(session: Session, community: str, code: str) -> int:
    """How many homes on the roll have not voted yet."""
    on_roll = session.exec(
        select(func.count())
        .select_from(RollHome)
        .where(RollHome.community == community, RollHome.motion == code)
    ).one()
    return on_roll - cast_so_far(session, community, code)


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
