"""The actions of a vote: announce, cast, close, post the result."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from hashlib import sha256
from json import dumps

from sqlmodel import Session

from ledger.community.queries import head_keys, profile
from ledger.community.queries import homes as homes_of
from ledger.community.role_rules import Actor
from ledger.community.tables import Home
from ledger.db import write_rows
from ledger.fields import Code, Day, Evidence
from ledger.files.actions import use_file
from ledger.files.rules import Purpose
from ledger.journal.actions import post, post_all, replay
from ledger.journal.rules import Draft
from ledger.log.queries import head
from ledger.periods import day_in_shanghai
from ledger.votes.queries import (
    being_voted_on,
    cast_so_far,
    check_may_vote,
    motion,
    not_voted,
    totals,
)
from ledger.votes.quorum_and_majority_rules import Tally
from ledger.votes.rules import (
    BALLOTS_A_LEAF,
    MEETING,
    Choice,
    DeemedConsentOff,
    MotionState,
    NewMotion,
    ResultNotCounted,
    ResultPostedWrong,
    RollEmpty,
    VoteStillOpen,
    Way,
    ballot_name,
    check_day,
    check_scope,
    check_voting_days,
    may_count,
    notice_key,
)
from ledger.votes.sheet_queries import unmatched
from ledger.votes.tables import Ballot, Motion, RollHome


def ask_owners(
    session: Session,
    community: str,
    new: NewMotion,
    *,
    building: Code | None = None,
    stairwell: Code | None = None,
    side: Code | None = None,
    by: Actor,
    at: datetime,
) -> Motion:
    """Give notice of a question to the owners of a community, of a building, a stairwell or a side of one.

    Raises:
        VoteScopeWrong: a narrower part is named without the one around it; and what `announce` refuses.
    """
    check_scope(building, stairwell, side)
    asked = homes_of(session, community, building, stairwell, side)
    return announce(session, community, new, asked, by=by, at=at)


def announce(
    session: Session, community: str, new: NewMotion, homes: Sequence[Home], *, by: Actor, at: datetime
) -> Motion:
    """Give notice of a question to the owners of these homes, and freeze the roll as of today, for good.

    The roll holds each home's area in dm² and its head. It does not move when a home is sold
    later: the new owner casts the home's ballot, which still counts with the area and the head of the roll.
    A repeat of the same announcement gives back the first.

    Raises:
        AskedDifferently: the code was announced with other content.
        RollEmpty: there is no home.
        VoteDatesWrong, NoticeTooShort: see `rules.check_voting_days`; the days are the profile's.
        DeemedConsentOff: a clause is named and the profile does not know of one.
    """
    head(session, community, lock=True)
    today = day_in_shanghai(at)
    draft = Draft(
        kind="vote.announced",
        on=today,
        key=f"vote.announced/{new.code}",
        asked={
            "question": new.question,
            "homes": [*sorted(h.code for h in homes)],
            "clause": new.deemed_clause,
        },
        facts={
            "motion": new.code,
            "matter": new.matter.value,
            "opens": new.opens_on.isoformat(),
            "closes": new.closes_on.isoformat(),
            "budget": new.budget_fen,
            "homes": len(homes),
        },
        subject=f"motion/{new.code}",
    )
    if replay(session, community, draft):
        return motion(session, community, new.code)
    if not homes:
        raise RollEmpty(motion=new.code)
    announced = Motion(community=community, **new._asdict(), opened_by=by.login, opened_at=at)
    _check_announced(session, announced, today)
    session.add(announced)
    session.flush()  # the roll names the motion
    roll = _frozen_roll(session, announced, homes, today)
    private = {"question": new.question, "roll": sha256(dumps(roll, ensure_ascii=False).encode()).hexdigest()}
    if new.deemed_clause is not None:
        private["clause"] = new.deemed_clause
    post(session, community, replace(draft, private=private), by=by, at=at)
    return announced


def _check_announced(session: Session, announced: Motion, today: date) -> None:
    """See that a motion keeps to the profile of today: its days, and whether silence may consent.

    Raises:
        VoteDatesWrong, NoticeTooShort, DeemedConsentOff.
    """
    local = profile(session, announced.community, today)
    key = notice_key(announced.matter)
    article = local.source(key) or (MEETING if key == "vote.notice_days" else "")
    check_voting_days(today, announced.opens_on, announced.closes_on, local[key], article)
    if announced.deemed_clause is not None and not local["vote.deemed_consent"]:
        raise DeemedConsentOff()


def _frozen_roll(
    session: Session, announced: Motion, homes: Sequence[Home], today: date
) -> list[tuple[str, int, str]]:
    """Write down who may vote; gives the homes in order, each with its area and its head."""
    heads = head_keys(session, announced.community, homes, today)
    roll = [(h.code, h.area_dm2, heads[h.code]) for h in sorted(homes, key=lambda h: h.code)]
    rows = [
        {
            "community": announced.community,
            "motion": announced.code,
            "home": home,
            "area_dm2": area,
            "head": whose,
        }
        for home, area, whose in roll
    ]
    write_rows(session, RollHome, rows)
    return roll


def cast(
    session: Session, community: str, code: str, choices: Mapping[str, Choice], *, by: Actor, at: datetime
) -> None:
    """Take in electronic ballots by home, on the days of voting. All or none.

    A ballot is a home's, cast by whoever holds it today, once. The door lets an owner cast for his own home only,
    and nobody of the staff for anyone; several at once come from an electronic vote that was held elsewhere.

    Raises:
        MotionClosed: the vote is over.
        OutsideVotingDays: it has not begun, or its last day is past.
        NotOnRoll: a home does not bear the cost.
        VotedAlready: a home has voted before.
    """
    head(session, community, lock=True)  # else a ballot could slip in behind the count
    vote = being_voted_on(session, community, code)
    check_day(code, vote.opens_on, vote.closes_on, day_in_shanghai(at))
    seal(session, community, code, choices, Way.ELECTRONIC, by=by, at=at)


def close_motion(session: Session, community: str, code: Code, *, by: Actor, at: datetime) -> Tally:
    """End a vote after its last day, or once every home has voted; the totals are sealed and told.

    Paper ballots that two people have not read alike by then are not counted; their number is sealed too.

    Raises:
        MotionClosed: it was ended before.
        VoteStillOpen: there are days left and homes that have not voted.
    """
    head(session, community, lock=True)
    vote = being_voted_on(session, community, code)
    today = day_in_shanghai(at)
    missing = not_voted(session, community, code)
    if not may_count(missing, vote.closes_on, today):
        raise VoteStillOpen(motion=code, closes_on=vote.closes_on, missing=missing)
    outcome = totals(session, community, code)
    vote.state, vote.passed = MotionState.CLOSED, outcome.passed(vote.matter)
    vote.closed_by, vote.closed_at = by.login, at
    session.add(vote)
    draft = Draft(
        kind="vote.closed",
        on=today,
        key=f"vote.closed/{code}",
        facts={
            "motion": code,
            "matter": vote.matter.value,
            "passed": vote.passed,
            "deemed": vote.deemed_clause is not None,
            "unmatched": len(unmatched(session, community, code)),
            **outcome._asdict(),
        },
        subject=f"motion/{code}",
    )
    post(session, community, draft, by=by, at=at)
    return outcome


def post_result(
    session: Session, community: str, code: Code, posted_on: Day, paper: Evidence, *, by: Actor, at: datetime
) -> Motion:
    """Record that a counted result was posted on site, with the digest of a photograph of it; once.

    A late posting is recorded like any other; the vote tells by how many days.

    Raises:
        AskedDifferently: another posting was recorded before.
        ResultNotCounted: there is no result.
        ResultPostedWrong: the day lies before the count or after today.
        FileMissing, FileOfAnotherKind: the photograph was not taken in, or is none.
    """
    head(session, community, lock=True)
    vote = motion(session, community, code)
    today = day_in_shanghai(at)
    draft = Draft(
        kind="vote.posted",
        on=today,
        key=f"vote.posted/{code}",
        facts={"motion": code, "posted": posted_on.isoformat(), "paper": paper},
        subject=f"motion/{code}",
    )
    if replay(session, community, draft):
        return vote
    if vote.closed_at is None:
        raise ResultNotCounted(motion=code)
    closed_on = day_in_shanghai(vote.closed_at)
    if not closed_on <= posted_on <= today:
        raise ResultPostedWrong(motion=code, posted_on=posted_on, closed_on=closed_on)
    use_file(session, community, paper, f"motion/{code}", Purpose.POSTING, by=by, at=at)
    vote.posted_on, vote.posted_paper = posted_on, paper
    session.add(vote)
    post(session, community, draft, by=by, at=at)
    return vote


def seal(
    session: Session,
    community: str,
    code: str,
    choices: Mapping[str, Choice],
    way: Way,
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Write ballots down under the community's lock, each committed to by a leaf as {motion, home} and choice.

    Raises:
        NotOnRoll, VotedAlready: see `queries.check_may_vote`.
    """
    check_may_vote(session, community, code, choices)
    before = cast_so_far(session, community, code)
    cast_now = sorted(choices)
    runs = [cast_now[i : i + BALLOTS_A_LEAF] for i in range(0, len(cast_now), BALLOTS_A_LEAF)]
    drafts = [
        Draft(
            kind="vote.cast",
            on=day_in_shanghai(at),
            key=f"vote.cast/{code}/{before + number * BALLOTS_A_LEAF + 1}",
            facts={"motion": code, "ballots": len(run)},
            private={ballot_name(code, home): choices[home].value for home in run},
            subject=f"motion/{code}",
        )
        for number, run in enumerate(runs)
    ]
    sealed = post_all(session, community, drafts, by=by, at=at)
    write_rows(
        session,
        Ballot,
        [
            {
                "community": community,
                "motion": code,
                "home": home,
                "choice": choices[home],
                "way": way,
                "entered_by": by.login,
                "cast_at": at,
                "leaf_index": posted.leaf_index,
            }
            for run, posted in zip(runs, sealed, strict=True)
            for home in run
        ],
    )
