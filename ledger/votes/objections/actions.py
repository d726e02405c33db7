"""Raising an objection, answering it, taking it to court, and recording what was decided."""

from datetime import datetime
from typing import Annotated

from pydantic import Field
from sqlmodel import Session

from ledger.community.queries import home as home_of
from ledger.community.role_rules import Actor, Duty, check_different_people, check_own_home, home_meant
from ledger.fields import Code, Evidence, LongText, Number, Text
from ledger.files.actions import use_file
from ledger.files.queries import check_file
from ledger.files.rules import Purpose
from ledger.journal.actions import post
from ledger.journal.rules import Draft
from ledger.log.queries import head
from ledger.periods import day_in_shanghai
from ledger.votes.objections.queries import objection, objections
from ledger.votes.objections.rules import (
    ObjectionState,
    ObjectionTooEarly,
    check_in_time,
    check_objection_step,
)
from ledger.votes.objections.tables import VoteObjection
from ledger.votes.queries import motion
from ledger.votes.rules import PAPERS, MotionState


def raise_objection(
    session: Session,
    community: str,
    code: Code,
    ground: LongText,
    home: Code | None = None,
    *,
    by: Actor,
    at: datetime,
) -> VoteObjection:
    """Object to a result, as the owner of a home, within a year of its posting, or of the count while it is unposted.

    Raises:
        NotYourHome: it is somebody else's; HomeNotSaid: he has several and names none.
        NoMotion, NoHome: they are not registered.
        ObjectionTooEarly: nothing was counted.
        ObjectionTooLate: the year is over (解释 Art. 12).
    """
    home = home_meant(home, by=by)
    check_own_home(home, by=by)
    head(session, community, lock=True)
    disputed, today = motion(session, community, code), day_in_shanghai(at)
    home_of(session, community, home)
    if disputed.closed_at is None:
        raise ObjectionTooEarly(motion=code)
    check_in_time(code, disputed.posted_on or day_in_shanghai(disputed.closed_at), today)
    raised = VoteObjection(
        community=community,
        motion=code,
        no=len(objections(session, community, code)) + 1,
        home=home,
        ground=ground,
        raised_by=by.login,
        raised_on=today,
        changed_by=by.login,
        changed_at=at,
    )
    _note(session, raised, {"ground": ground, "home": home}, by=by, at=at)
    return raised


def answer_objection(
    session: Session, community: str, code: Code, no: Number, answer: LongText, *, by: Actor, at: datetime
) -> VoteObjection:
    """Answer an objection in words.

    Raises:
        NoObjection, ObjectionNotReady.
    """
    challenge = _ready(session, community, code, no, ObjectionState.ANSWERED)
    challenge.state, challenge.answer = ObjectionState.ANSWERED, answer
    _note(session, challenge, {"answer": answer}, by=by, at=at)
    return challenge


def take_to_court(
    session: Session, community: str, code: Code, no: Number, case_no: Text, *, by: Actor, at: datetime
) -> VoteObjection:
    """Record that a court took the case (《民法典》第280条), under which number.

    Raises:
        NoObjection, ObjectionNotReady.
    """
    challenge = _ready(session, community, code, no, ObjectionState.COURT)
    challenge.state, challenge.case_no = ObjectionState.COURT, case_no
    _note(session, challenge, {"case": case_no}, by=by, at=at)
    return challenge


def record_ruling(
    session: Session,
    community: str,
    code: Code,
    no: Number,
    ruling: Evidence,
    *,
    upheld: Annotated[bool, Field(strict=True)],
    by: Actor,
    at: datetime,
) -> VoteObjection:
    """Record what a court or the authority decided, by the digest of its paper; an upheld one annuls the motion.

    Raises:
        NoObjection, ObjectionNotReady.
        FileMissing: the ruling was not taken in.
        SamePerson: whoever announced or counted the vote may not.
    """
    to = ObjectionState.UPHELD if upheld else ObjectionState.DISMISSED
    challenge = _ready(session, community, code, no, to)
    disputed = motion(session, community, code)
    earlier = [(Duty.ANNOUNCE, disputed.opened_by), (Duty.COUNT, disputed.closed_by)]
    check_different_people(earlier, step=Duty.RECORD_RULING, by=by)
    check_file(session, community, ruling, PAPERS)
    use_file(session, community, ruling, f"motion/{code}", Purpose.RULING, by=by, at=at)
    challenge.state, challenge.ruling = to, ruling
    if upheld:
        disputed.state = MotionState.ANNULLED
        session.add(disputed)
    _note(session, challenge, {"ruling": ruling}, by=by, at=at)
    return challenge


def _ready(session: Session, community: str, code: str, no: int, to: ObjectionState) -> VoteObjection:
    head(session, community, lock=True)
    challenge = objection(session, community, code, no)
    check_objection_step(no, challenge.state, to)
    return challenge


def _note(
    session: Session, challenge: VoteObjection, private: dict[str, str], *, by: Actor, at: datetime
) -> None:
    """Write an objection's new state down, and put it into the log."""
    challenge.changed_by, challenge.changed_at = by.login, at
    session.add(challenge)
    draft = Draft(
        kind=f"vote.objection.{challenge.state.value}",
        on=day_in_shanghai(at),
        key=f"vote.objection/{challenge.motion}/{challenge.no}/{challenge.state.value}",
        facts={"motion": challenge.motion, "no": challenge.no},
        private=private,
        subject=f"motion/{challenge.motion}",
    )
    post(session, challenge.community, draft, by=by, at=at)
