"""Which months may be charged, and how the charges of one are taken back (correction B13)."""

from datetime import date

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from ledger.community.tables import ServiceContract
from ledger.fees.charge_actions import charge_month, take_back_charges
from ledger.fees.opening_actions import charge_billed
from ledger.fees.queries import collection, home_statement
from ledger.fees.rules import BeyondContract, ChargeInUse, MonthTooFar, NotCharged, Part, check_reach
from ledger.fees.tables import Applied, Surcharge, SurchargePaid, Waived
from ledger.fees.waivers.actions import withdraw_waiver
from ledger.journal.actions import reverse
from ledger.journal.month_actions import close_month
from ledger.journal.queries import accounts
from ledger.journal.tables import Entry
from ledger.periods import Month, Period, day_in_shanghai
from tests.cast import CHEN, MEI, NOON
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
    a_tariff,
    books_agree,
    charge,
    day,
    pay,
    three_homes,
)  # fmt: skip
from tests.fees.test_actions import on_account, owed, prepaid
from tests.fees.test_waivers import granted


def taken_back(session, month=JULY, reason="标准有误"):
    return take_back_charges(session, PLACE, month, reason, by=MEI, at=NOON)


def income(session):
    return on_account(session, accounts(session, PLACE, "fee")["fees"])


def entries(session):
    return len(session.exec(select(Entry.no)).all())


@pytest.mark.parametrize("month", [Month(9999, 12), Month(2099, 12), Month(2027, 8)])
def test_b13_a_month_further_ahead_than_the_local_number_is_refused(session, month):
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


def test_charges_are_taken_back_once(session):
    three_homes(session)
    with pytest.raises(NotCharged, match="2026年7月"):
        taken_back(session)
    charge(session, JULY)
    first = taken_back(session)

    assert taken_back(session).no == first.no


def test_b13_a_month_that_was_taken_back_is_charged_anew_by_the_price_that_is_right(session):
    three_homes(session)
    wrong = charge(session, JULY)
    taken_back(session)
    a_tariff(session, date(2026, 7, 1), 5_000)

    right = charge(session, JULY)

    assert (right.homes, right.total_fen, right.posted.fresh) == (3, 3 * 40_00, True)
    assert owed(session) == {home: [("2026-07", 40_00)] for home in (ONE, TWO, THREE)}
    assert charge(session, JULY) == right._replace(posted=right.posted._replace(fresh=False))
    entry = session.get(Entry, (PLACE, right.posted.no))
    assert (entry.key, entry.booked_on) == ("charge/2026-07#2", day_in_shanghai(NOON))
    assert session.get(Entry, (PLACE, wrong.posted.no)) is not None
    books_agree(session)

    assert taken_back(session).no > right.posted.no
    assert owed(session) == {}
    assert charge(session, JULY).total_fen == 3 * 40_00
    books_agree(session)


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("paid", [0, 36_00, 100_00])
@pytest.mark.parametrize("waived", [0, 50])
def test_b13_charging_taking_back_and_charging_again_leaves_each_debt_as_if_charged_once(
    session, paid, waived, times
):
    three_homes(session)
    if waived:
        granted(session, home=None, percent=waived)
    if paid:
        pay(session, a_payment(TWO, paid))
    with session.begin_nested() as once:
        charge(session, JULY)
        expected = owed(session), prepaid(session), income(session)
        once.rollback()

    for _ in range(times):
        charge(session, JULY)
        taken_back(session)
    charge(session, JULY)

    assert (owed(session), prepaid(session), income(session)) == expected
    books_agree(session)


def test_b13_what_a_home_owes_of_a_month_charged_anew_is_paid_and_reversed_as_ever(session):
    three_homes(session)
    charge(session, JULY)
    taken_back(session)
    charge(session, JULY)

    (receipt,) = pay(session, a_payment(ONE, 36_00))
    assert ONE not in owed(session)
    with pytest.raises(ChargeInUse, match=str(receipt.no)):
        taken_back(session)
    reverse(session, PLACE, receipt.no, reason="退", key="r-1", by=MEI, at=NOON)
    assert owed(session)[ONE] == [("2026-07", 36_00)]
    assert [line.amount_fen for line in home_statement(session, PLACE, ONE).lines] == [36_00]
    books_agree(session)


def test_b13_what_was_prepaid_pays_what_else_is_owed_when_a_month_is_taken_back(session):
    three_homes(session)
    pay(session, a_payment(TWO, 40_00))
    charge(session, JULY)
    charge(session, AUGUST)
    assert owed(session)[TWO] == [("2026-08", 32_00)]

    taken_back(session)

    assert (TWO in owed(session), prepaid(session)) == (False, {TWO: 4_00})
    books_agree(session)
    assert charge(session, JULY).prepaid_fen == 4_00
    assert owed(session)[TWO] == [("2026-07", 32_00)]
    books_agree(session)


def test_b13_a_waiver_of_its_own_is_withdrawn_before_its_month_is_taken_back(session):
    three_homes(session)
    charge(session, JULY)
    granted(session, home=ONE, percent=50)
    with pytest.raises(ChargeInUse):
        taken_back(session)

    withdraw_waiver(session, PLACE, "W-1", reason="不符合条件", by=CHEN, at=NOON)
    taken_back(session)

    assert owed(session) == {}
    charge(session, JULY)
    assert owed(session)[ONE] == [("2026-07", 36_00)]
    books_agree(session)


@pytest.mark.parametrize("prepaid_before", [0, 36_00, 50_00])
@pytest.mark.parametrize("charged_first", [True, False])
def test_b13_a_waiver_that_was_withdrawn_blocks_nothing_whenever_it_was_taken_off(
    session, prepaid_before, charged_first
):
    """Taken off at charging, or off what was paid by then, it left rows that did not come to nothing."""
    three_homes(session)
    if prepaid_before:
        pay(session, a_payment(ONE, prepaid_before))
    if charged_first:
        charge(session, JULY)
    granted(session, home=ONE, percent=50)
    if not charged_first:
        charge(session, JULY)
    withdraw_waiver(session, PLACE, "W-1", reason="不符合条件", by=CHEN, at=NOON)
    books_agree(session)

    taken_back(session)

    assert owed(session) == {}
    assert prepaid(session) == ({ONE: prepaid_before} if prepaid_before else {})
    assert income(session) == 0
    books_agree(session)
    charge(session, JULY)
    assert sum(fen for _, fen in owed(session).get(ONE, [])) == max(36_00 - prepaid_before, 0)
    taken_back(session)
    assert owed(session) == {}
    books_agree(session)


def test_b13_each_month_of_a_withdrawn_waiver_is_taken_back_by_itself(session):
    three_homes(session)
    pay(session, a_payment(ONE, 100_00))
    granted(session, home=ONE, percent=50, first=JULY, last=AUGUST)
    charge(session, JULY)
    charge(session, AUGUST)
    withdraw_waiver(session, PLACE, "W-1", reason="不符合条件", by=CHEN, at=NOON)
    assert prepaid(session) == {ONE: 28_00}

    taken_back(session, AUGUST)

    assert ONE not in owed(session)
    assert prepaid(session) == {ONE: 64_00}
    books_agree(session)


def test_b13_a_waiver_that_goes_on_still_goes_with_its_month_beside_one_that_was_withdrawn(session):
    three_homes(session)
    granted(session, home=ONE, percent=50)
    granted(session, "W-2", home=None, percent=10)
    charge(session, JULY)
    withdraw_waiver(session, PLACE, "W-1", reason="不符合条件", by=CHEN, at=NOON)

    taken_back(session)

    assert owed(session) == {}
    charge(session, JULY)
    assert owed(session) == {home: [("2026-07", 32_40)] for home in (ONE, TWO, THREE)}
    books_agree(session)


def test_b13_a_month_counts_once_on_every_day_whatever_was_taken_back_since(session):
    three_homes(session)
    charge(session, JULY)
    later = day(2026, 8, 10)
    take_back_charges(session, PLACE, JULY, "标准有误", by=MEI, at=later)
    a_tariff(session, date(2026, 7, 1), 5_000)
    charge_month(session, PLACE, JULY, by=MEI, at=later)

    july = Period.parse("2026-07")
    then, now = (collection(session, PLACE, july, on) for on in (date(2026, 8, 9), date(2026, 8, 10)))
    assert (then.charged_fen, then.homes) == (3 * 36_00, 3)
    assert (now.charged_fen, now.homes) == (3 * 40_00, 3)


def test_b13_a_month_that_is_closed_is_charged_anew_in_the_open_one(session):
    three_homes(session)
    charge(session, JUNE)
    close_month(session, PLACE, JUNE, exceptions={}, by=MEI, at=NOON)
    taken_back(session, JUNE)

    again = charge(session, JUNE)

    assert session.get(Entry, (PLACE, again.posted.no)).booked_on == day_in_shanghai(NOON)
    assert owed(session)[ONE] == [("2026-06", 36_00)]


def test_b13_a_month_to_come_is_charged_anew_on_its_first_day(session):
    three_homes(session)
    charge(session, AUGUST)
    taken_back(session, AUGUST)

    again = charge(session, AUGUST)

    assert session.get(Entry, (PLACE, again.posted.no)).booked_on == date(2026, 8, 1)


def test_b13_a_month_billed_on_paper_is_entered_anew_too(session):
    three_homes(session)
    billed = {JULY: {ONE: 36_00, TWO: 36_00}}
    charge_billed(session, PLACE, billed, by=MEI, at=NOON)
    taken_back(session)

    charge_billed(session, PLACE, {JULY: {ONE: 30_00}}, by=MEI, at=NOON)

    assert owed(session) == {ONE: [("2026-07", 30_00)]}
    books_agree(session)


@pytest.mark.parametrize("row", [Applied, Surcharge, SurchargePaid, Waived])
def test_b13_nothing_rests_on_a_month_that_was_not_charged_to_the_home(session, row):
    three_homes(session)
    posted = charge(session, JULY).posted
    granted(session, home=ONE, percent=50)
    more = {
        Applied: {"received_on": date(2026, 7, 20)},
        Surcharge: {"part": Part.INTEREST, "until": date(2026, 7, 20)},
        SurchargePaid: {"part": Part.INTEREST, "received_on": date(2026, 7, 20)},
        Waived: {"waiver": "W-1", "released_fen": 0, "waived_on": date(2026, 7, 20)},
    }[row]
    rests = {"community": PLACE, "entry_no": posted.no, "home": TWO, "amount_fen": 1, **more}
    session.execute(insert(row), [{**rests, "month": "2026-07"}])

    with pytest.raises(DBAPIError, match="month that was charged"), session.begin_nested():
        session.execute(insert(row), [{**rests, "month": "2026-06"}])


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
