"""A voter's own ballot in the log."""

from datetime import timedelta

import pytest
from sqlalchemy import event
from sqlmodel import select

from ledger.community.queries import NoHome, homes
from ledger.community.tables import Home
from ledger.db import write_rows
from ledger.journal.fsck import problems
from ledger.journal.tables import Entry
from ledger.log.actions import erase
from ledger.register.holder_actions import change_holder
from ledger.register.rules import NewHolder, TransferCause
from ledger.votes.actions import announce, cast, close_motion
from ledger.votes.queries import NoMotion, own_ballot
from ledger.votes.rules import BALLOTS_A_LEAF, Matter, NewMotion, NoBallot
from ledger.votes.tables import Ballot
from tests.cast import CHEN, HE, NOON, OUYANG
from tests.factories import SHA, a_home
from tests.votes.asking import LAST, NO, PLACE, TODAY, YES, a_motion, a_place


def seen_by(session, own, code, home, today):
    owner = OUYANG._replace(homes=frozenset({own}))
    return own_ballot(session, PLACE, code, home, by=owner, today=today)


def test_whoever_buys_a_home_does_not_learn_how_the_seller_voted(session):
    first, second, _ = a_place(session)
    asked = a_motion(session)
    cast(session, PLACE, asked, {first: NO}, by=HE, at=NOON)
    assert seen_by(session, first, asked, first, LAST).choice is NO

    change_holder(
        session,
        PLACE,
        first,
        NewHolder("买方"),
        TransferCause.SALE,
        TODAY + timedelta(days=1),
        document=SHA,
        by=HE,
        at=NOON + timedelta(days=1),
    )

    assert seen_by(session, first, asked, first, TODAY).choice is NO
    with pytest.raises(NoBallot, match=first):
        seen_by(session, first, asked, first, LAST)
    with pytest.raises(NoBallot, match=second):
        seen_by(session, second, asked, second, LAST)
    with pytest.raises(NoMotion):
        seen_by(session, first, "M-9", first, LAST)


@pytest.mark.parametrize("since", [TODAY, TODAY - timedelta(days=30)])
def test_a_sale_that_is_entered_late_opens_no_ballot_of_the_seller(session, since):
    first, *_ = a_place(session)
    asked = a_motion(session)
    cast(session, PLACE, asked, {first: NO}, by=HE, at=NOON)

    buyer = NewHolder("买方")
    later = NOON + timedelta(days=1)
    change_holder(session, PLACE, first, buyer, TransferCause.SALE, since, document=SHA, by=HE, at=later)

    with pytest.raises(NoBallot, match=first):
        seen_by(session, first, asked, first, LAST)


def test_a_home_of_nowhere_has_no_ballot(session):
    first, *_ = a_place(session)
    with pytest.raises(NoHome, match="9-9-999"):
        seen_by(session, first, a_motion(session), "9-9-999", LAST)


def test_an_owner_sees_the_ballots_of_all_his_homes_and_of_no_other(session):
    first, second, _ = a_place(session)
    a_home(session, "1-1-301", owner=f"p-{first}")
    asked = a_motion(session)
    cast(session, PLACE, asked, {second: YES, "1-1-301": NO}, by=HE, at=NOON)

    assert seen_by(session, first, asked, "1-1-301", TODAY).choice is NO
    with pytest.raises(NoBallot, match=second):
        seen_by(session, first, asked, second, TODAY)


def test_a_ballot_whose_opening_was_erased_is_still_counted_and_the_log_still_whole(session):
    first, *_ = a_place(session)
    asked = a_motion(session)
    cast(session, PLACE, asked, {first: YES}, by=HE, at=NOON)
    mine = seen_by(session, first, asked, first, TODAY)

    erase(session, PLACE, mine.leaf_index, mine.digest, request="1", at=NOON)

    erased = seen_by(session, first, asked, first, TODAY)
    assert (erased.choice, erased.digest, erased.disclosure) == (YES, None, None)
    assert close_motion(session, PLACE, asked, by=CHEN, at=NOON + timedelta(days=4)).heads_yes == 1
    session.flush()
    assert list(problems(session, PLACE)) == []


def test_the_log_tells_neither_who_voted_nor_how(session):
    first, *_ = a_place(session)
    asked = a_motion(session)
    cast(session, PLACE, asked, {first: NO}, by=HE, at=NOON)

    leaf = seen_by(session, first, asked, first, TODAY).leaf
    assert '"facts":{"ballots":1,"motion":"M-1"}' in leaf
    assert not any(word in leaf for word in (first, '"no"', '"he"'))
    key = session.exec(select(Entry.key).where(Entry.kind == "vote.cast")).one()
    assert key == "vote.cast/M-1/1"


def voted(session, roll, code):
    """How many statements a vote of these homes takes from its announcement to its count."""
    seen = []
    engine = session.get_bind()
    event.listen(engine, "after_cursor_execute", listener := lambda *args: seen.append(args[2]))
    announce(
        session,
        PLACE,
        NewMotion(code, Matter.OTHER, "换门禁？", opens_on=TODAY, closes_on=LAST),
        roll,
        by=CHEN,
        at=NOON - timedelta(days=15),
    )
    cast(session, PLACE, code, {h.code: YES for h in roll}, by=HE, at=NOON)
    assert close_motion(session, PLACE, code, by=CHEN, at=NOON).heads_yes == len(roll)
    event.remove(engine, "after_cursor_execute", listener)
    return len(seen)


def test_a_vote_takes_as_many_statements_for_many_homes_as_for_few_and_a_leaf_holds_500_ballots(session):
    a_place(session, doors=0)
    a_home(session, "1-1-0")
    many = BALLOTS_A_LEAF + 20
    row = session.get(Home, (PLACE, "1-1-0")).model_dump()
    write_rows(
        session,
        Home,
        [{**row, "code": f"1-1-{n}", "door": str(n), "handle": f"h{n}"} for n in range(1, many)],
    )
    roll = homes(session, PLACE)

    few = voted(session, roll[:2], "M-2")
    assert voted(session, roll, "M-1") <= few < 60

    leaves = session.exec(select(Ballot.leaf_index).where(Ballot.motion == "M-1").distinct()).all()
    assert len(leaves) == 2
    session.flush()
    assert list(problems(session, PLACE)) == []
