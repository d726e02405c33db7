"""A vote from its opening to its count, on a roll that does not move."""

from threading import Thread
from time import sleep

import pytest

from ledger.community.queries import homes
from ledger.community.rules import HomeKind
from ledger.community.tables import Holder, Home
from ledger.votes.actions import cast, close_motion, open_motion
from ledger.votes.queries import NoMotion, count, motion
from ledger.votes.rules import Choice, Matter, MotionClosed, MotionState, NotOnRoll, Tally, VotedAlready
from tests.cast import CHEN, HE, NOON
from tests.factories import a_community, a_firm, a_home

YES, NO = Choice.YES, Choice.NO


def a_motion(session, community="meiyuan", *, among=None, code="M-1", matter=Matter.OTHER):
    """A question to some homes, or to all."""
    roll = [h for h in homes(session, community) if among is None or h.code in among]
    return open_motion(session, community, code, matter, "换门禁？", roll, by=CHEN, at=NOON).code


def test_heads_are_owners_and_a_developer_is_one_head_with_all_his_unsold_homes(session):
    place = a_community(session)
    a_firm(session, "builder")
    for door, owner in ((101, "zhang"), (102, "zhang"), (103, "li")):
        a_home(session, f"1-1-{door}", area_dm2=10_000, owner=owner)
    for door in (201, 202, 203):
        a_home(session, f"1-1-{door}", area_dm2=10_000, kind=HomeKind.UNSOLD, seller="builder")
    asked = a_motion(session)

    cast(session, place, asked, {"1-1-101": YES, "1-1-103": NO, "1-1-201": YES}, by=HE, at=NOON)

    assert count(session, place, asked) == Tally(60_000, 3, 30_000, 3, 20_000, 2)


def test_the_roll_is_frozen_when_the_vote_opens(session):
    place = a_community(session)
    home = a_home(session, area_dm2=8_000, owner="zhang")
    asked = a_motion(session)

    session.get(Home, (place, home)).area_dm2 = 20_000
    a_home(session, "1-1-102", owner="zhang")
    session.add(Holder(community=place, home=home, since=NOON.date(), name="买方", person_key="li"))
    session.flush()

    cast(session, place, asked, {home: YES}, by=HE, at=NOON)
    assert count(session, place, asked) == Tally(8_000, 1, 8_000, 1, 8_000, 1)


def test_a_home_votes_once_on_what_it_is_asked_while_the_vote_is_open(session):
    place = a_community(session)
    for door in (101, 102, 103, 104):
        a_home(session, f"1-1-{door}")
    asked = a_motion(session, among={"1-1-101", "1-1-102", "1-1-103"})
    cast(session, place, asked, {"1-1-101": YES}, by=HE, at=NOON)

    with pytest.raises(VotedAlready, match="1-1-101"):
        cast(session, place, asked, {"1-1-102": YES, "1-1-101": NO}, by=HE, at=NOON)
    with pytest.raises(NotOnRoll, match="1-1-104"):
        cast(session, place, asked, {"1-1-102": YES, "1-1-104": YES}, by=HE, at=NOON)
    with pytest.raises(NoMotion, match="M-9"):
        cast(session, place, "M-9", {"1-1-102": YES}, by=HE, at=NOON)

    assert count(session, place, asked).heads_part == 1  # of the refused batches nothing was kept
    cast(session, place, asked, {"1-1-102": YES}, by=HE, at=NOON)
    outcome = close_motion(session, place, asked, by=CHEN, at=NOON)
    assert outcome.passed(Matter.OTHER)
    assert (motion(session, place, asked).state, motion(session, place, asked).passed) == (
        MotionState.CLOSED,
        True,
    )
    with pytest.raises(MotionClosed):
        cast(session, place, asked, {"1-1-103": NO}, by=HE, at=NOON)
    with pytest.raises(MotionClosed):
        close_motion(session, place, asked, by=CHEN, at=NOON)
    assert count(session, place, asked) == outcome


def test_a_vote_may_fail_for_want_of_heads_and_the_motion_says_so(session):
    place = a_community(session)
    for door in (101, 102, 103, 104):
        a_home(session, f"1-1-{door}", area_dm2=5_000 if door > 101 else 90_000)
    asked = a_motion(session)

    cast(session, place, asked, {"1-1-101": YES, "1-1-102": YES}, by=HE, at=NOON)
    outcome = close_motion(session, place, asked, by=CHEN, at=NOON)

    assert outcome.area_part * 3 >= outcome.area_all * 2
    assert not outcome.quorum
    assert motion(session, place, asked).passed is False


def test_no_ballot_slips_in_behind_the_count(database):
    with database.writing() as session:
        place = a_community(session)
        for door in (101, 102):
            a_home(session, f"1-1-{door}")
        asked = a_motion(session)
    refused = []

    def cast_late():
        try:
            with database.writing() as session:
                cast(session, place, asked, {"1-1-102": NO}, by=HE, at=NOON)
        except MotionClosed as closed:
            refused.append(closed)

    late = Thread(target=cast_late)
    with database.writing() as session:
        cast(session, place, asked, {"1-1-101": YES}, by=HE, at=NOON)
        outcome = close_motion(session, place, asked, by=CHEN, at=NOON)
        late.start()
        sleep(0.3)
    late.join()

    assert len(refused) == 1
    with database.reading() as session:
        assert count(session, place, asked) == outcome
