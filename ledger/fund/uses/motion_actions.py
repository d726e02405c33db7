"""The actions around the owners' vote on a use, or on its overrun: put it to the vote, end the vote, post the result.

Only who bears the cost is asked (民法典 Art. 278 (五)). The roll is the scope that was frozen with the plan, so no later
change of homes moves it. The vote itself is one of `ledger.votes`; here it takes the use a step further, or ends it. An
overrun that is voted down leaves the first vote.
"""

from datetime import datetime

from sqlmodel import Session

from ledger.community.queries import homes
from ledger.community.role_rules import Actor
from ledger.fields import Code, Day
from ledger.fund.uses.queries import amount_asked, bearers, course, locked, project
from ledger.fund.uses.rules import OF_A_USE
from ledger.fund.uses.step_actions import take, take_with_papers
from ledger.fund.uses.step_and_emergency_rules import NO_PAPERS, Action, Paper, Papers, next_state
from ledger.fund.uses.tables import Project
from ledger.votes.actions import announce, close_motion
from ledger.votes.queries import count, motion
from ledger.votes.quorum_and_majority_rules import Tally
from ledger.votes.rules import Matter, MotionState, NewMotion
from ledger.votes.tables import Motion


def put_to_vote(
    session: Session,
    community: str,
    code: Code,
    *,
    opens_on: Day,
    closes_on: Day,
    by: Actor,
    at: datetime,
) -> Motion:
    """Announce the vote of the bearing owners on a posted plan, or on an overrun.

    The plan is posted before the vote is announced, so it stands for the days of the profile at least before that opens.

    Raises:
        ProjectNotReady, VoteNotNeeded.
        VoteDatesWrong, NoticeTooShort: the days of voting do not fit the notice (`votes.actions.announce`).
    """
    planned, on = locked(session, community, code, at)
    state = next_state(Action.ANNOUNCE_VOTE, course(session, planned, on))
    frozen = {bearer.home for bearer in bearers(session, community, code)}
    voting = [h for h in homes(session, community, planned.building) if h.code in frozen]
    name = f"{OF_A_USE}{code}" if planned.settled_fen is None else f"{OF_A_USE}{code}/overrun"
    asked_fen = amount_asked(planned)
    announced = announce(
        session,
        community,
        NewMotion(
            name, Matter.USE_FUND, planned.title, opens_on=opens_on, closes_on=closes_on, budget_fen=asked_fen
        ),
        voting,
        by=by,
        at=at,
    )
    planned.motion = announced.code
    take(session, planned, Action.ANNOUNCE_VOTE, state, None, {"asked": asked_fen}, by=by, at=at)
    return announced


def close_vote(session: Session, community: str, code: Code, *, by: Actor, at: datetime) -> Tally:
    """End the vote on a use, unless it was counted already (`votes.actions.close_motion`).

    A use that is voted down is rejected; an overrun that is voted down leaves what was approved before.

    Raises:
        ProjectNotReady: it is not being voted on.
    """
    planned, on = locked(session, community, code, at)
    state = next_state(Action.VOTE_DOWN, course(session, planned, on))
    voted = motion(session, community, planned.motion or "")
    if voted.state is MotionState.OPEN:
        outcome = close_motion(session, community, voted.code, by=by, at=at)
    else:
        outcome = count(session, community, voted.code)
    if not outcome.passed(Matter.USE_FUND):
        if planned.settled_fen is not None:  # the first vote stands
            planned.motion = planned.preauthorised or f"fund/{code}"
        take(session, planned, Action.VOTE_DOWN, state, by=by, at=at)
    return outcome


def post_result(
    session: Session, community: str, code: Code, papers: Papers = NO_PAPERS, *, by: Actor, at: datetime
) -> Project:
    """Post the result of the vote that passed (结果公示), proved by a photograph.

    Without papers it is the photograph that was recorded with the vote itself.

    Raises:
        VoteMissing: it has not passed, or is not counted yet.
        PaperMissing, DigestMalformed, ProjectNotReady.
    """
    voted = project(session, community, code).motion
    published = motion(session, community, voted).posted_paper if voted else None
    if not papers and published:
        papers = {Paper.PHOTO: published}
    return take_with_papers(session, community, code, Action.POST_RESULT, papers, by=by, at=at)
