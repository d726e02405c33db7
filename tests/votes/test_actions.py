"""A vote from its opening to its count, on a roll that does not move."""

from datetime import date, timedelta
from threading import Thread
from time import sleep

import pytest
from sqlmodel import select

from ledger.community.queries import head_keys, homes
from ledger.community.rules import HomeKind
from ledger.community.tables import Home, ProfileValue
from ledger.fees.charge_actions import hand_over
from ledger.journal.fsck import problems
from ledger.journal.rules import AskedDifferently
from ledger.journal.tables import Entry
from ledger.log.queries import private_fields
from ledger.register.holder_actions import change_holder
from ledger.register.rules import NewHolder, TransferCause
from ledger.votes.actions import cast, close_motion
from ledger.votes.queries import NoMotion, count, motion, resolution, told, turnout
from ledger.votes.quorum_and_majority_rules import Tally, Turnout
from ledger.votes.rules import (
    CountSecret,
    DeemedConsentOff,
    Matter,
    MotionClosed,
    MotionState,
    NoResolutionPassed,
    NoticeTooShort,
    NotOnRoll,
    OutsideVotingDays,
    RollEmpty,
    VotedAlready,
    VoteDatesWrong,
    VoteStillOpen,
)
from ledger.votes.tables import Ballot
from ledger.words import told as in_words
from tests.cast import CHEN, HE, NOON
from tests.factories import SHA, a_community, a_firm, a_home
from tests.votes.asking import AFTER, LAST, NO, TODAY, YES, a_motion


def test_heads_are_owners_and_a_developer_is_one_head_with_all_his_unsold_homes(session):
    place = a_community(session)
    a_firm(session, "builder")
    for door, owner in ((101, "zhang"), (102, "zhang"), (103, "li")):
        a_home(session, f"1-1-{door}", area_dm2=10_000, owner=owner)
    for door in (201, 202, 203):
        a_home(session, f"1-1-{door}", area_dm2=10_000, kind=HomeKind.UNSOLD, seller="builder")
    asked = a_motion(session)

    cast(session, place, asked, {"1-1-101": YES, "1-1-103": NO, "1-1-201": YES}, by=HE, at=NOON)

    assert turnout(session, place, asked) == Turnout(60_000, 3, 30_000, 3)
    close_motion(session, place, asked, by=CHEN, at=AFTER)
    assert count(session, place, asked) == Tally(60_000, 3, 30_000, 3, 20_000, 2)


def test_b12_what_is_sold_and_not_handed_over_joins_the_one_head_of_its_developer(session):
    place = a_community(session)
    a_firm(session, "builder")
    for door, owner in ((101, "zhang"), (102, "li"), (103, "wang"), (104, "zhao")):
        a_home(session, f"1-1-{door}", area_dm2=10_000, owner=owner)
    a_home(session, "1-1-201", area_dm2=10_000, kind=HomeKind.UNSOLD, seller="builder")
    for later, doors in ((1, (102, 103)), (0, (104,))):
        handed_over = [f"1-1-{door}" for door in doors]
        hand_over(session, place, handed_over, TODAY + timedelta(days=later), "builder", by=CHEN, at=NOON)

    heads = head_keys(session, place, homes(session, place), TODAY)
    after = head_keys(session, place, homes(session, place), TODAY + timedelta(days=1))

    assert [key.startswith("developer:") for _, key in sorted(heads.items())] == [
        False,
        True,
        True,
        False,
        True,
    ]
    assert len(set(heads.values())) == 3
    assert len(set(after.values())) == 5


def test_the_roll_is_frozen_when_the_vote_is_announced(session):
    place = a_community(session)
    home = a_home(session, area_dm2=8_000, owner="zhang")
    asked = a_motion(session)

    session.get(Home, (place, home)).area_dm2 = 20_000
    a_home(session, "1-1-102", owner="zhang")
    change_holder(
        session, place, home, NewHolder("买方"), TransferCause.SALE, TODAY, document=SHA, by=HE, at=NOON
    )

    cast(session, place, asked, {home: YES}, by=HE, at=NOON)
    close_motion(session, place, asked, by=CHEN, at=NOON)
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

    assert turnout(session, place, asked).heads_part == 1  # of the refused batches nothing was kept
    cast(session, place, asked, {"1-1-102": YES}, by=HE, at=NOON)
    outcome = close_motion(session, place, asked, by=CHEN, at=AFTER)
    assert outcome.passed(Matter.OTHER)
    assert (motion(session, place, asked).state, motion(session, place, asked).passed) == (
        MotionState.CLOSED,
        True,
    )
    with pytest.raises(MotionClosed):
        cast(session, place, asked, {"1-1-103": NO}, by=HE, at=NOON)
    with pytest.raises(MotionClosed):
        close_motion(session, place, asked, by=CHEN, at=AFTER)
    assert count(session, place, asked) == outcome


def test_a_vote_may_fail_for_want_of_heads_and_the_motion_says_so(session):
    place = a_community(session)
    for door in (101, 102, 103, 104):
        a_home(session, f"1-1-{door}", area_dm2=5_000 if door > 101 else 90_000)
    asked = a_motion(session)

    cast(session, place, asked, {"1-1-101": YES, "1-1-102": YES}, by=HE, at=NOON)
    outcome = close_motion(session, place, asked, by=CHEN, at=AFTER)

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
        outcome = close_motion(session, place, asked, by=CHEN, at=AFTER)
        late.start()
        sleep(0.3)
    late.join()

    assert len(refused) == 1
    with database.reading() as session:
        assert count(session, place, asked) == outcome


def test_a_vote_needs_its_days_of_notice_and_the_day_of_the_notice_does_not_count(session):  # domain/03 §3.1
    a_community(session)
    a_home(session)
    for matter, days in ((Matter.OTHER, 15), (Matter.RAISE_FUND, 15), (Matter.USE_FUND, 7)):
        with pytest.raises(NoticeTooShort, match=f"{days} 日.*{in_words(TODAY + timedelta(days=1), 'zh')}"):
            a_motion(session, matter=matter, at=NOON - timedelta(days=days - 1))
        a_motion(session, matter=matter, code=f"M-{matter}", at=NOON - timedelta(days=days))
    with pytest.raises(VoteDatesWrong):
        a_motion(session, closes_on=TODAY - timedelta(days=1))
    with pytest.raises(RollEmpty, match="278"):
        a_motion(session, among=())


def test_one_side_of_a_stairwell_is_asked_alone(session):
    place = a_community(session)
    for door in (101, 102, 201, 202):
        a_home(session, f"1-1-{door}")
        session.get(Home, (place, f"1-1-{door}")).side = "东" if door % 2 else "西"
    session.flush()

    east = [h.code for h in homes(session, place, "1", "1", "东")]
    assert east == ["1-1-101", "1-1-201"]
    asked = a_motion(session, among=east)
    with pytest.raises(NotOnRoll):
        cast(session, place, asked, {"1-1-102": YES}, by=HE, at=NOON)


def test_an_announcement_sent_twice_is_made_once_and_another_under_its_code_is_refused(session):
    a_community(session)
    a_home(session)
    asked = a_motion(session)

    session.get(Home, ("meiyuan", "1-1-101")).area_dm2 = 1
    assert a_motion(session) == asked
    with pytest.raises(AskedDifferently, match="M-1"):
        a_motion(session, closes_on=LAST + timedelta(days=1))
    assert session.exec(select(Entry.kind).where(Entry.subject == "motion/M-1")).all() == ["vote.announced"]


def test_ballots_are_taken_on_the_days_of_voting_only(session):
    place = a_community(session)
    a_home(session)
    asked = a_motion(session)

    for days in (-1, 4):
        with pytest.raises(OutsideVotingDays, match="2026年7月15日 至 2026年7月18日"):
            cast(session, place, asked, {"1-1-101": YES}, by=HE, at=NOON + timedelta(days=days))
    cast(session, place, asked, {"1-1-101": YES}, by=HE, at=NOON + timedelta(days=3))


def test_a_vote_is_counted_after_its_last_day_or_once_all_have_voted(session):
    place = a_community(session)
    for door in (101, 102):
        a_home(session, f"1-1-{door}")
    asked = a_motion(session)
    cast(session, place, asked, {"1-1-101": YES}, by=HE, at=NOON)

    with pytest.raises(VoteStillOpen, match="2026年7月18日，还有 1 户"):
        close_motion(session, place, asked, by=CHEN, at=NOON + timedelta(days=3))
    cast(session, place, asked, {"1-1-102": YES}, by=HE, at=NOON)
    assert close_motion(session, place, asked, by=CHEN, at=NOON).heads_yes == 2


def test_before_the_count_only_the_turnout_is_told(session):
    place = a_community(session)
    for door in (101, 102):
        a_home(session, f"1-1-{door}", area_dm2=8_000)
    asked = a_motion(session)
    cast(session, place, asked, {"1-1-101": NO}, by=HE, at=NOON)

    with pytest.raises(CountSecret):
        count(session, place, asked)
    assert told(session, place, asked) == {
        "area_all": 16_000, "heads_all": 2, "area_part": 8_000, "heads_part": 1,
    }  # fmt: skip
    close_motion(session, place, asked, by=CHEN, at=AFTER)
    assert told(session, place, asked)["heads_yes"] == 0


def test_an_action_finds_the_resolution_that_passed_for_its_matter_and_no_other(session):
    place = a_community(session)
    a_home(session)
    passed, lost, pending = (
        a_motion(session, code=code, matter=Matter.RAISE_FUND) for code in ("M-1", "M-2", "M-3")
    )
    for asked, choice in ((passed, YES), (lost, NO)):
        cast(session, place, asked, {"1-1-101": choice}, by=HE, at=NOON)
        close_motion(session, place, asked, by=CHEN, at=NOON)

    assert resolution(session, place, passed, Matter.RAISE_FUND, TODAY).code == passed
    for code, matter, on in (
        (passed, Matter.RAISE_FUND, TODAY - timedelta(days=1)),
        (passed, Matter.USE_FUND, TODAY),
        (lost, Matter.RAISE_FUND, TODAY),
        (pending, Matter.RAISE_FUND, TODAY),
        ("M-9", Matter.RAISE_FUND, TODAY),
    ):
        item = "六" if matter is Matter.RAISE_FUND else "五"
        with pytest.raises(NoResolutionPassed, match=f"{code}.*《民法典》第278条第（{item}）项"):
            resolution(session, place, code, matter, on)


def test_silence_is_consent_only_where_the_rules_of_procedure_and_the_profile_say_so(session):
    place = a_community(session)
    for door in (101, 102, 103, 104):
        a_home(session, f"1-1-{door}", area_dm2=8_000)
    with pytest.raises(DeemedConsentOff, match="议事规则"):
        a_motion(session, deemed_clause="议事规则第12条")
    session.add(
        ProfileValue(
            scope="community:meiyuan", key="vote.deemed_consent", since=date(2026, 1, 1), value="true"
        )
    )
    session.flush()
    deemed, plain = a_motion(session, deemed_clause="议事规则第12条"), a_motion(session, code="M-2")
    for asked in (deemed, plain):
        cast(session, place, asked, {"1-1-101": NO}, by=HE, at=NOON)

    assert turnout(session, place, deemed).heads_part == 1
    assert close_motion(session, place, deemed, by=CHEN, at=AFTER) == Tally(32_000, 4, 32_000, 4, 24_000, 3)
    assert not close_motion(session, place, plain, by=CHEN, at=AFTER).quorum


def test_each_ballot_is_committed_to_by_a_leaf_and_a_leaf_holds_500(session):
    place = a_community(session)
    rows = {f"1-1-{n}": YES if n % 3 else NO for n in range(101, 112)}
    for home in rows:
        a_home(session, home)
    asked = a_motion(session)
    with pytest.MonkeyPatch.context() as small:
        small.setattr("ledger.votes.actions.BALLOTS_A_LEAF", 4)
        cast(session, place, asked, rows, by=HE, at=NOON)

    ballots = session.exec(select(Ballot)).all()
    leaves = sorted({b.leaf_index for b in ballots})
    assert len(leaves) == 3
    opened = private_fields(session, place, leaves)
    assert all(opened[b.leaf_index][f"ballot/M-1/{b.home}"] == b.choice for b in ballots)
    close_motion(session, place, asked, by=CHEN, at=NOON)
    session.flush()
    assert list(problems(session, place)) == []
