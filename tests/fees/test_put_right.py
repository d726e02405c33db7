"""A receipt that was booked wrongly is put right once, by what is right; and what was reversed is never said to stand."""

from datetime import date

import pytest

from ledger.fees.payment_actions import Slip, correct_payment, reverse_payment, take_payment
from ledger.fees.queries import outstanding, payments
from ledger.fees.rules import CorrectsNothing
from ledger.journal.actions import post, reverse
from ledger.journal.queries import trial_balance
from ledger.journal.rules import AlreadyReversed, Draft, ReversedBefore
from ledger.periods import day_in_shanghai
from tests.cast import MEI, NOON
from tests.community import databases
from tests.fees.homes import JULY, JUNE, MAY, ONE, PLACE, TWO, books_agree, charge, three_homes

shared, session = databases.shared, databases.session
ON = date(2026, 7, 20)


@pytest.fixture
def slip(session):
    """A slip of one month's fee, booked for the first home."""
    three_homes(session)
    for month in (MAY, JUNE, JULY):
        charge(session, month)
    return Slip("S-1", ONE, 36_00, ON)


def booked(session, slip):
    return take_payment(session, PLACE, slip, by=MEI, at=NOON)


def bank(session) -> int:
    """What the bank account holds at the end of July."""
    rows = trial_balance(session, PLACE, "fee", JULY, JULY)
    return sum(row.closing_fen for row in rows if row.zh == "银行存款")


@pytest.mark.parametrize("reference", ["S-1", "S-2"])
def test_a_correction_that_says_the_same_is_refused_and_nothing_moves(session, slip, reference):
    receipt, before = booked(session, slip), bank(session)

    with pytest.raises(CorrectsNothing):
        same = Slip(reference, ONE, 36_00, ON)
        correct_payment(session, PLACE, receipt.no, same, reason="一样", by=MEI, at=NOON)

    assert bank(session) == before
    assert len(outstanding(session, PLACE, [ONE])[ONE]) == 2


def test_a_correction_keeps_the_number_of_its_slip(session, slip):
    receipt = booked(session, slip)

    right = Slip("S-1", TWO, 36_00, ON)
    put_right = correct_payment(session, PLACE, receipt.no, right, reason="错户", by=MEI, at=NOON)

    assert (put_right.fresh, bank(session)) == (True, 36_00)
    assert len(outstanding(session, PLACE, [ONE])[ONE]) == 3
    assert len(outstanding(session, PLACE, [TWO])[TWO]) == 2
    books_agree(session)


def test_a_slip_whose_receipt_was_reversed_is_not_booked_by_it_again(session, slip):
    """It may come once more by a second clerk, after it was put right under another number."""
    receipt = booked(session, slip)
    other = Slip("S-2", TWO, 36_00, ON)
    correct_payment(session, PLACE, receipt.no, other, reason="错户", by=MEI, at=NOON)

    with pytest.raises(ReversedBefore, match=str(receipt.no)):
        booked(session, slip)

    assert bank(session) == 36_00
    books_agree(session)


def test_a_slip_that_was_only_reversed_is_booked_once_more_and_rightly(session, slip):
    wrong = booked(session, slip)
    reverse_payment(session, PLACE, wrong.no, reason="错户", by=MEI, at=NOON)

    right = booked(session, Slip("S-1", TWO, 36_00, ON))

    assert booked(session, Slip("S-1", TWO, 36_00, ON)) == right._replace(fresh=False)
    assert (right.fresh, bank(session)) == (True, 36_00)
    assert len(outstanding(session, PLACE, [ONE])[ONE]) == 3
    assert len(outstanding(session, PLACE, [TWO])[TWO]) == 2
    books_agree(session)


def test_a_slip_is_free_again_when_what_put_it_right_was_reversed_too(session, slip):
    receipt, other = booked(session, slip), Slip("S-2", TWO, 36_00, ON)
    right = correct_payment(session, PLACE, receipt.no, other, reason="错户", by=MEI, at=NOON)
    reverse_payment(session, PLACE, right.no, reason="还是第一户", by=MEI, at=NOON)

    assert booked(session, slip).fresh
    assert bank(session) == 36_00
    books_agree(session)


@pytest.mark.parametrize("reverse_first", [True, False])
def test_what_does_not_stand_is_not_corrected(session, slip, reverse_first):
    receipt = booked(session, slip)
    if reverse_first:
        reverse_payment(session, PLACE, receipt.no, reason="误记", by=MEI, at=NOON)
    else:
        right = Slip("S-2", TWO, 36_00, ON)
        correct_payment(session, PLACE, receipt.no, right, reason="错户", by=MEI, at=NOON)
    before = bank(session)

    with pytest.raises(AlreadyReversed):
        again = Slip("S-3", TWO, 36_00, ON)
        correct_payment(session, PLACE, receipt.no, again, reason="错户", by=MEI, at=NOON)

    assert bank(session) == before
    books_agree(session)


def test_the_sum_of_a_list_of_payments_is_of_those_that_stand(session, slip):
    receipt = booked(session, slip)
    booked(session, Slip("S-2", TWO, 10_00, ON))
    reverse_payment(session, PLACE, receipt.no, reason="误记", by=MEI, at=NOON)

    page = payments(session, PLACE)

    assert (page.total, page.totals) == (2, {"amount_fen": 10_00})


def test_what_was_reversed_is_not_said_to_have_been_done(session, slip):
    draft = Draft(kind="fees.charged", on=day_in_shanghai(NOON), key="something/1", facts={"n": 1})
    posted = post(session, PLACE, draft, by=MEI, at=NOON)
    reverse(session, PLACE, posted.no, reason="错", key="reversal/something", by=MEI, at=NOON)

    with pytest.raises(ReversedBefore, match=str(posted.no)):
        post(session, PLACE, draft, by=MEI, at=NOON)
