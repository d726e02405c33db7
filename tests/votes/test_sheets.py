"""Paper ballots: two people read the same sheet."""

from datetime import timedelta

import pytest
from sqlmodel import select

from ledger.community.role_rules import SamePerson
from ledger.files.actions import keep_file
from ledger.files.queries import files_of
from ledger.files.rules import FileKind, FileMissing, Purpose
from ledger.journal.tables import Entry
from ledger.log.queries import leaf
from ledger.votes.actions import cast, close_motion
from ledger.votes.queries import count, turnout
from ledger.votes.rules import Choice, MotionClosed, NotOnRoll, OutsideVotingDays, VotedAlready, Way
from ledger.votes.sheet_actions import enter_sheet
from ledger.votes.sheet_queries import unmatched
from ledger.votes.tables import Ballot
from tests.cast import CHEN, HE, LIN, NOON
from tests.votes.asking import AFTER, LAST, NO, PLACE, TODAY, YES, a_motion, a_paper, a_place


def enter(session, sheet, choices, *, by, on=TODAY, at=NOON):
    return enter_sheet(session, PLACE, "M-1", sheet, choices, returned_on=on, by=by, at=at)


def test_a_paper_ballot_counts_when_a_second_person_reads_the_same(session):
    first, second, third = a_place(session)
    a_motion(session)
    sheet = a_paper(session)

    assert enter(session, sheet, {first: YES, second: NO}, by=HE).waiting == (first, second)
    assert turnout(session, PLACE, "M-1").heads_part == 0
    assert enter(session, sheet, {first: YES, second: NO, third: YES}, by=CHEN) == (
        (third,), (first, second), (),
    )  # fmt: skip

    ballots = session.exec(select(Ballot).order_by(Ballot.home)).all()
    assert [(b.home, b.choice, b.way) for b in ballots] == [
        (first, YES, Way.PAPER), (second, NO, Way.PAPER),
    ]  # fmt: skip


def test_a_sheet_proves_the_ballots_of_its_motion_and_an_invoice_does_not(session):
    first, *_ = a_place(session)
    a_motion(session)
    sheet = a_paper(session)
    bill = keep_file(session, PLACE, b"%PDF-1.7 a bill", "", FileKind.INVOICE, by=HE, at=NOON).sha256

    enter(session, sheet, {first: YES}, by=HE)
    enter(session, sheet, {first: YES}, by=CHEN)

    (proof,) = files_of(session, PLACE, "motion/M-1")
    assert (proof.use.purpose, proof.use.sha256, proof.use.by_login) == (Purpose.BALLOT_SHEET, sheet, "he")
    with pytest.raises(FileMissing):
        enter(session, bill, {first: YES}, by=HE)


def test_one_person_cannot_read_it_twice(session):
    first, *_ = a_place(session)
    a_motion(session)
    sheet = a_paper(session)
    enter(session, sheet, {first: YES}, by=HE)

    with pytest.raises(SamePerson, match="he"):
        enter(session, sheet, {first: YES}, by=HE)
    assert turnout(session, PLACE, "M-1").heads_part == 0


def test_what_two_people_read_differently_is_told_to_both_and_entered_again(session):
    first, second, _ = a_place(session)
    a_motion(session)
    sheet, other = a_paper(session), a_paper(session, "another sheet")
    for again in ({"choice": NO}, {"sheet": other}, {"on": TODAY + timedelta(days=1)}):
        at = NOON + timedelta(days=1)
        enter(session, sheet, {first: YES}, by=HE, at=at)
        read = {"choice": YES, "sheet": sheet, "on": TODAY, **again}
        answer = enter(session, read["sheet"], {first: read["choice"]}, on=read["on"], by=CHEN, at=at)
        assert answer.disagreeing == (first,)
        assert answer.counted == ()

    enter(session, sheet, {second: YES}, by=LIN)
    assert unmatched(session, PLACE, "M-1") == [
        (first, sheet if again.get("sheet") is None else other, ("he", "chen"), True),
        (second, sheet, ("lin",), False),
    ]
    enter(session, sheet, {first: NO}, by=CHEN)
    assert enter(session, sheet, {first: NO}, by=HE).counted == (first,)
    assert [u.home for u in unmatched(session, PLACE, "M-1")] == [second]


def test_a_sheet_that_came_back_in_time_may_be_entered_until_the_count_and_no_later(session):
    first, second, _ = a_place(session)
    a_motion(session)
    sheet = a_paper(session)
    for on in (TODAY - timedelta(days=1), LAST + timedelta(days=1)):
        with pytest.raises(OutsideVotingDays):
            enter(session, sheet, {first: YES}, by=HE, on=on, at=AFTER)
    with pytest.raises(OutsideVotingDays):
        enter(session, sheet, {first: YES}, by=HE, on=TODAY + timedelta(days=1))

    for by in (HE, CHEN):
        enter(session, sheet, {first: YES}, by=by, on=LAST, at=AFTER)
    enter(session, sheet, {second: YES}, by=HE, on=LAST, at=AFTER)
    assert close_motion(session, PLACE, "M-1", by=CHEN, at=AFTER).heads_part == 1
    with pytest.raises(MotionClosed):
        enter(session, sheet, {second: YES}, by=CHEN, on=LAST, at=AFTER)


def test_the_sealed_result_says_how_many_sheets_only_one_person_read(session):
    first, second, _ = a_place(session)
    a_motion(session)
    enter(session, a_paper(session), {first: YES, second: YES}, by=HE)

    close_motion(session, PLACE, "M-1", by=CHEN, at=AFTER)

    closed = session.exec(select(Entry).where(Entry.kind == "vote.closed")).one()
    assert b'"unmatched":2' in leaf(session, PLACE, closed.leaf_index).body


def test_a_sheet_that_is_not_there_a_home_that_may_not_vote_and_one_that_has_are_refused(session):
    first, second, _ = a_place(session)
    a_motion(session, among={first})
    sheet = a_paper(session)

    with pytest.raises(FileMissing):
        enter(session, "0" * 64, {first: YES}, by=HE)
    for stranger in (second, "9-9-999"):
        with pytest.raises(NotOnRoll, match=stranger):
            enter(session, sheet, {first: YES, stranger: YES}, by=HE)
    assert unmatched(session, PLACE, "M-1") == []
    enter(session, sheet, {first: YES}, by=HE)
    cast(session, PLACE, "M-1", {first: YES}, by=HE, at=NOON)
    with pytest.raises(VotedAlready, match=first):
        enter(session, sheet, {first: YES}, by=CHEN)


def test_an_invalid_ballot_that_was_returned_takes_part_and_does_not_consent(session):
    first, second, _ = a_place(session)
    a_motion(session)
    sheet = a_paper(session)
    for by in (HE, CHEN):
        enter(session, sheet, {first: Choice.INVALID, second: YES}, by=by)

    close_motion(session, PLACE, "M-1", by=CHEN, at=AFTER)

    counted = count(session, PLACE, "M-1")
    assert (counted.heads_part, counted.heads_yes) == (2, 1)
