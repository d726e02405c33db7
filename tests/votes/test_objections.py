"""Posting a result, and objecting to it within the year."""

from datetime import date, timedelta

import pytest
from sqlmodel import select

from ledger.community.queries import NoHome
from ledger.community.role_rules import SamePerson
from ledger.community.tables import Community
from ledger.files.rules import FileMissing, FileOfAnotherKind
from ledger.journal.rules import AskedDifferently
from ledger.journal.tables import Entry
from ledger.log.queries import leaf
from ledger.periods import noon
from ledger.votes.actions import post_result
from ledger.votes.objections.actions import (
    answer_objection,
    raise_objection,
    record_ruling,
    take_to_court,
)
from ledger.votes.objections.queries import objections
from ledger.votes.objections.rules import (
    LEADS_TO,
    NoObjection,
    ObjectionNotReady,
    ObjectionState,
    ObjectionTooEarly,
    ObjectionTooLate,
    check_objection_step,
)
from ledger.votes.queries import count, motion, posting, resolution
from ledger.votes.rules import (
    Matter,
    MotionState,
    NoResolutionPassed,
    ResultNotCounted,
    ResultPostedWrong,
)
from tests.cast import CHEN, HE, LIN, NOON, OUYANG, SU
from tests.factories import SHA, SHOT
from tests.votes.asking import PLACE, TODAY, a_motion, a_paper, a_place, a_result

HOME = "1-1-101"


def posted(session, days=0, *, at=None, code="M-1"):
    on = TODAY + timedelta(days=days)
    return post_result(session, PLACE, code, on, SHOT, by=HE, at=at or noon(on))


def objects(session, at=NOON, home=HOME):
    owner = OUYANG._replace(homes=frozenset({home}))
    return raise_objection(session, PLACE, "M-1", "票数不实，请重新核对", home, by=owner, at=at)


@pytest.mark.parametrize(
    ("jurisdiction", "days", "late"),
    [
        ("national_default", 3, 0),
        ("national_default", 4, 1),
        ("beijing", 3, 0),
        ("beijing", 5, 2),
        ("qingyuan", 7, 0),
        ("qingyuan", 8, 1),
    ],
)  # 北京 Art. 37; 清远 Art. 17; domain/03 §3.1
def test_a_late_posting_is_shown_as_late_and_not_refused(session, jurisdiction, days, late):
    a_place(session)
    session.get(Community, PLACE).jurisdiction = jurisdiction
    a_result(session)

    assert posted(session, days).posted_on == TODAY + timedelta(days=days)
    stands = posting(session, motion(session, PLACE, "M-1"), date(2027, 1, 1))
    assert (stands.days_late, (stands.due_on - TODAY).days + late) == (late, days)


def test_a_result_that_is_not_posted_grows_later_every_day_and_before_the_count_there_is_none(session):
    a_place(session)
    a_motion(session, code="M-2")
    a_result(session)

    pending, counted = motion(session, PLACE, "M-2"), motion(session, PLACE, "M-1")
    assert posting(session, pending, TODAY) is None
    assert [posting(session, counted, TODAY + timedelta(days=n)).days_late for n in (0, 3, 4, 10)] == [
        0,
        0,
        1,
        7,
    ]


def test_a_posting_names_a_photograph_and_a_day_since_the_count_once(session):
    a_place(session)
    a_result(session)
    a_motion(session, code="M-2")
    with pytest.raises(FileMissing):
        post_result(session, PLACE, "M-1", TODAY, "0" * 64, by=HE, at=NOON)
    with pytest.raises(FileOfAnotherKind):
        post_result(session, PLACE, "M-1", TODAY, SHA, by=HE, at=NOON)  # a PDF
    for days in (-1, 1):
        with pytest.raises(ResultPostedWrong):
            posted(session, days, at=NOON)
    with pytest.raises(ResultNotCounted):
        posted(session, code="M-2")

    assert posted(session).posted_on == posted(session).posted_on == TODAY
    with pytest.raises(AskedDifferently):
        posted(session, 1)


def test_an_objection_comes_within_a_year_of_the_posting(session):  # 解释 Art. 12
    a_place(session)
    a_result(session)
    last = noon(date(2027, 7, 15))
    with pytest.raises(ObjectionTooLate, match="《建筑物区分所有权解释》第12条"):
        objects(session, last + timedelta(days=1))
    assert objects(session, last).no == 1

    posted(session, 2)
    assert objects(session, last + timedelta(days=2)).no == 2
    with pytest.raises(ObjectionTooLate, match="2027年7月17日"):
        objects(session, last + timedelta(days=3))


def test_there_is_nothing_to_object_to_before_the_count_and_nobody_objects_for_a_home_of_nowhere(session):
    a_place(session)
    a_motion(session)
    with pytest.raises(ObjectionTooEarly):
        objects(session)
    with pytest.raises(NoHome):
        objects(session, home="9-9-999")
    with pytest.raises(NoObjection):
        answer_objection(session, PLACE, "M-1", 1, "已复核", by=CHEN, at=NOON)


def test_an_upheld_objection_annuls_the_motion_and_no_action_finds_a_resolution_in_it(session):
    a_place(session)
    a_result(session, Matter.RAISE_FUND)
    objects(session)
    answer_objection(session, PLACE, "M-1", 1, "已复核，票数属实", by=CHEN, at=NOON)
    take_to_court(session, PLACE, "M-1", 1, "（2026）苏0211民初1号", by=HE, at=NOON)
    assert resolution(session, PLACE, "M-1", Matter.RAISE_FUND, TODAY).code == "M-1"
    before = count(session, PLACE, "M-1")

    ruling = a_paper(session, "judgment")
    decided = record_ruling(session, PLACE, "M-1", 1, ruling, upheld=True, by=SU, at=NOON)

    assert (decided.state, decided.ruling) == (ObjectionState.UPHELD, ruling)
    assert motion(session, PLACE, "M-1").state is MotionState.ANNULLED
    assert count(session, PLACE, "M-1") == before
    with pytest.raises(NoResolutionPassed, match="第（六）项"):
        resolution(session, PLACE, "M-1", Matter.RAISE_FUND, TODAY)


def test_a_dismissed_objection_leaves_the_resolution_standing(session):
    a_place(session)
    a_result(session)
    objects(session)

    record_ruling(session, PLACE, "M-1", 1, a_paper(session, "order"), upheld=False, by=SU, at=NOON)

    assert resolution(session, PLACE, "M-1", Matter.OTHER, TODAY).code == "M-1"
    with pytest.raises(ObjectionNotReady):
        answer_objection(session, PLACE, "M-1", 1, "已复核", by=CHEN, at=NOON)


def test_a_ruling_has_a_paper_and_is_not_recorded_by_whoever_held_the_vote(session):
    a_place(session)
    a_result(session)
    objects(session)
    ruling = a_paper(session, "judgment")

    with pytest.raises(SamePerson, match="chen"):
        record_ruling(session, PLACE, "M-1", 1, ruling, upheld=True, by=CHEN, at=NOON)
    with pytest.raises(FileMissing):
        record_ruling(session, PLACE, "M-1", 1, "0" * 64, upheld=True, by=SU, at=NOON)

    assert motion(session, PLACE, "M-1").state is MotionState.CLOSED
    assert [objection.state for objection in objections(session, PLACE, "M-1")] == [ObjectionState.RAISED]


def test_an_objection_goes_forward_only():
    allowed = {(a, b) for a in ObjectionState for b in LEADS_TO[a]}
    for pair in allowed:
        check_objection_step(1, *pair)
    refused = {(a, b) for a in ObjectionState for b in ObjectionState} - allowed
    assert len(refused) == 16
    for pair in refused:
        with pytest.raises(ObjectionNotReady):
            check_objection_step(1, *pair)


def test_the_log_knows_each_step_and_none_of_the_words(session):
    a_place(session)
    a_result(session)
    objects(session)
    answer_objection(session, PLACE, "M-1", 1, "已复核，票数属实", by=LIN, at=NOON)

    steps = session.exec(select(Entry).where(Entry.kind.like("vote.objection.%")).order_by(Entry.no)).all()
    assert [step.kind for step in steps] == ["vote.objection.raised", "vote.objection.answered"]
    bodies = [leaf(session, PLACE, step.leaf_index).body.decode() for step in steps]
    assert not any("票数" in body or HOME in body for body in bodies)
    assert len(objections(session, PLACE, "M-1")) == 1
