"""Which months may be charged, and how the charges of one are taken back (correction B13)."""

from datetime import date

import pytest
from sqlmodel import select

from ledger.community.tables import ServiceContract
from ledger.fees.charge_actions import charge_month, take_back_charges
from ledger.fees.rules import BeyondContract, ChargeInUse, MonthTooFar, NotCharged, check_reach
from ledger.journal.actions import reverse
from ledger.journal.rules import ReversedBefore
from ledger.journal.tables import Entry
from ledger.periods import Month
from tests.cast import MEI, NOON
from tests.fees.homes import (
    AUGUST,
    JULY,
    JUNE,
    ONE,
    PLACE,
    THREE,
    TWO,
    a_contract,
    a_payment,
    books_agree,
    charge,
    day,
    pay,
    three_homes,
)  # fmt: skip
from tests.fees.test_actions import owed, prepaid


def taken_back(session, month=JULY, reason="标准有误"):
    return take_back_charges(session, PLACE, month, reason, by=MEI, at=NOON)


def entries(session):
    return len(session.exec(select(Entry.no)).all())


@pytest.mark.parametrize("month", [Month(9999, 12), Month(2099, 12), Month(2027, 8)])
def test_a_month_further_ahead_than_the_local_number_is_refused(session, month):
    """`charge-month 9999-12` charged 600 homes and broke every later list."""
    three_homes(session)
    before = entries(session)

    with pytest.raises(MonthTooFar, match=r"12 个月.*2027年7月") as refused:
        charge(session, month)

    assert "July 2027" in refused.value.sentence("en")
    assert entries(session) == before
    assert charge(session, Month(2027, 7)).homes == 3


def test_a_month_to_come_after_the_contracts_end_is_refused_and_one_in_which_the_firm_still_serves_is_not(
    session,
):
    three_homes(session)
    a_contract(session)
    session.exec(select(ServiceContract)).one().ends_on = date(2026, 8, 31)

    with pytest.raises(BeyondContract, match="2026年8月31日") as refused:
        charge(session, Month(2026, 9))
    assert "31 August 2026" in refused.value.sentence("en")
    assert charge(session, AUGUST).homes == 3
    assert charge_month(session, PLACE, Month(2026, 9), by=MEI, at=day(2026, 9, 1)).homes == 3


@pytest.mark.parametrize(
    ("month", "ends_on", "refused"),
    [
        ((2026, 8), None, None),
        ((2026, 9), None, MonthTooFar),
        ((2026, 8), date(2026, 8, 1), None),
        ((2026, 8), date(2026, 7, 31), BeyondContract),
        ((2026, 7), date(2026, 1, 1), None),
        ((2020, 1), date(2019, 1, 1), None),
    ],
)
def test_the_reach_of_charging_is_by_month_and_by_contract(month, ends_on, refused):
    def check():
        check_reach(Month(*month), date(2026, 7, 15), 1, ends_on)

    if refused is None:
        check()
    else:
        with pytest.raises(refused):
            check()


def test_charges_are_taken_back_whole_and_what_was_prepaid_is_prepaid_again(session):
    three_homes(session)
    charge(session, JUNE)
    pay(session, a_payment(TWO, 100_00))
    charge(session, JULY)
    assert prepaid(session) == {TWO: 28_00}

    posted = taken_back(session)

    assert owed(session) == {ONE: [("2026-06", 36_00)], THREE: [("2026-06", 36_00)]}
    assert prepaid(session) == {TWO: 64_00}
    assert session.get(Entry, (PLACE, posted.no)).reverses_no is not None
    books_agree(session)
    assert charge(session, AUGUST).prepaid_fen == 36_00
    books_agree(session)


def test_charges_are_taken_back_once_and_are_not_charged_again(session):
    three_homes(session)
    with pytest.raises(NotCharged, match="2026年7月"):
        taken_back(session)
    charge(session, JULY)
    first = taken_back(session)

    assert taken_back(session).no == first.no
    with pytest.raises(ReversedBefore):
        charge(session, JULY)


def test_charges_that_somebody_paid_are_taken_back_after_his_receipt(session):
    three_homes(session)
    charge(session, JULY)
    (receipt,) = pay(session, a_payment(ONE, 36_00))
    before = entries(session)

    with pytest.raises(ChargeInUse, match=str(receipt.no)) as refused:
        taken_back(session)
    assert f"Entry {receipt.no}" in refused.value.sentence("en")
    assert entries(session) == before
    reverse(session, PLACE, receipt.no, reason="退", key="r-1", by=MEI, at=NOON)
    taken_back(session)
    assert owed(session) == {}
