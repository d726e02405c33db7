"""Raising an objection, answering it, taking it to court, and recording what was decided."""

from datetime import datetime
from typing import Annotated

from pydantic import Field
from sqlmodel import Session

from ledger.community.queries import home as home_of
from ledger.community.rules import Actor, Duty, check_different_people, check_own_home, home_meant
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
    found = _ready(session, community, code, no, ObjectionState.ANSWERED)
    found.state, found.answer = ObjectionState.ANSWERED, answer
    _note(session, found, {"answer": answer}, by=by, at=at)
    return found


def take_to_court(
    session: Session, community: str, code: Code, no: Number, case_no: Text, *, by: Actor, at: datetime
) -> VoteObjection:
    """Record that a court took the case (《民法典》第280条), under which number.

    Raises:
        NoObjection, ObjectionNotReady.
    """
    found = _ready(session, community, code, no, ObjectionState.COURT)
    found.state, found.case_no = ObjectionState.COURT, case_no
    _note(session, found, {"case": case_no}, by=by, at=at)
    return found


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
    found = _ready(session, community, code, no, to)
    disputed = motion(session, community, code)
    earlier = [(Duty.ANNOUNCE, disputed.opened_by), (Duty.COUNT, disputed.closed_by)]
    check_different_people(earlier, step=Duty.RECORD_RULING, by=by)
    check_file(session, community, ruling, PAPERS)
    use_file(session, community, ruling, f"motion/{code}", Purpose.RULING, by=by, at=at)
    found.state, found.ruling = to, ruling
    if upheld:
        disputed.state = MotionState.ANNULLED
        session.add(disputed)
    _note(session, found, {"ruling": ruling}, by=by, at=at)
    return found


def _ready(session: Session, community: str, code: str, no: int, to: ObjectionState) -> VoteObjection:
    head(session, community, lock=True)
    found = objection(session, community, code, no)
    check_objection_step(no, found.state, to)
    return found


def _note(
    session: Session, found: VoteObjection, private: dict[str, str], *, by: Actor, at: datetime
) -> None:
    """Write an objection's new state down, and put it into the log."""
    found.changed_by, found.changed_at = by.login, at
    session.add(found)
    draft = Draft(
        kind=f"vote.objection.{found.state.value}",
        on=day_in_shanghai(at),
        key=f"vote.objection/{found.motion}/{found.no}/{found.state.value}",
        facts={"motion": found.motion, "no": found.no},
        private=private,
        subject=f"motion/{found.motion}",
    )
    post(session, found.community, draft, by=by, at=at)
