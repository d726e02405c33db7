"""Charging a month, paying, prepaying, and receipts that nobody can be found for."""

from datetime import date

import pytest
from sqlalchemy import event
from sqlmodel import select

from ledger.community.rules import FirmKind, HomeKind
from ledger.fees.payment_actions import resolve_suspense
from ledger.fees.queries import outstanding
from ledger.fees.rules import Basis, NoTariff
from ledger.fees.tables import Applied, Charge
from ledger.journal.actions import reverse
from ledger.journal.month_actions import close_month
from ledger.journal.queries import held, trial_balance
from ledger.journal.rules import AskedDifferently, MonthClosed
from ledger.periods import Month
from tests.cast import CHEN, MEI, NOON
from tests.factories import a_firm, a_home
from tests.fees.homes import (
    AUGUST,
    JULY,
    JUNE,
    MAY,
    ONE,
    PLACE,
    THREE,
    TWO,
    a_payment,
    a_tariff,
    charge,
    pay,
    three_homes,
)
from tests.fund.uses import AUGUST as IN_AUGUST


def arrears(session):
    return {home: fen for home, fen in held(session, PLACE, "fee", "arrears").items() if fen}


def prepaid(session):
    return {home: fen for home, fen in held(session, PLACE, "fee", "prepaid").items() if fen}


def on_account(session, account, month=JULY):
    return next(
        r.closing_fen
        for r in trial_balance(session, PLACE, "fee", Month(1900, 1), month)
        if r.account == account
    )


def owed(session, *homes):
    """What is owed must agree with the books in every test."""
    by_home = outstanding(session, PLACE, homes or None)
    of_books = arrears(session)
    for home, months in by_home.items():
        assert sum(fen for _, fen in months) == of_books[home]
    return by_home


def test_every_home_is_charged_once_in_one_entry_though_it_be_asked_again(session):
    three_homes(session)

    first = charge(session)
    again = charge(session)

    assert (first.homes, first.total_fen, first.posted.fresh) == (3, 108_00, True)
    assert again == first._replace(posted=first.posted._replace(fresh=False))
    assert owed(session) == {home: [("2026-07", 36_00)] for home in (ONE, TWO, THREE)}
    assert len(session.exec(select(Charge)).all()) == 3


def test_charging_again_tells_what_was_charged_not_what_would_be(session):
    three_homes(session)
    pay(session, a_payment(ONE, 50_00, date(2026, 6, 5)))
    first = charge(session)

    a_home(session, "1-1-104", area_dm2=20_000)
    a_tariff(session, date(2026, 7, 1), 9_000)
    session.flush()
    again = charge(session)

    assert (again.homes, again.total_fen, again.prepaid_fen) == (3, 108_00, 36_00) == tuple(first[1:])


def test_a_tariff_holds_from_its_day_and_a_month_has_that_of_its_first_day(session):
    three_homes(session)
    a_tariff(session, date(2026, 6, 15), 5_000)
    a_tariff(session, date(2026, 7, 1), 250_000, kind="non_residential", basis=Basis.PER_HOUSEHOLD)
    a_home(session, "1-1-001", area_dm2=10_000, kind=HomeKind.NON_RESIDENTIAL)

    charge(session, JUNE)
    charge(session, JULY)

    assert owed(session, ONE) == {ONE: [("2026-06", 36_00), ("2026-07", 40_00)]}
    assert owed(session, "1-1-001") == {"1-1-001": [("2026-06", 45_00), ("2026-07", 25_00)]}
    with pytest.raises(NoTariff, match="2025年12月"):
        charge(session, Month(2025, 12))


def test_the_developer_is_charged_for_what_he_has_not_sold(session):
    three_homes(session)
    a_firm(session, "builder", FirmKind.DEVELOPER)
    a_home(session, "1-1-201", area_dm2=10_000, kind=HomeKind.UNSOLD, seller="builder")

    assert charge(session).total_fen == 108_00 + 45_00


def test_money_pays_the_oldest_month_and_what_is_left_pays_the_next_when_it_is_charged(session):
    three_homes(session)
    for month in (MAY, JUNE):
        charge(session, month)

    pay(session, a_payment(ONE, 50_00, date(2026, 6, 20)), a_payment(TWO, 100_00, date(2026, 6, 20)))

    assert owed(session) == {ONE: [("2026-06", 22_00)], THREE: [("2026-05", 36_00), ("2026-06", 36_00)]}
    assert prepaid(session) == {TWO: 28_00}
    assert on_account(session, "4001", JUNE) == 216_00  # what is prepaid is no income yet
    assert charge(session, JULY).prepaid_fen == 28_00
    assert owed(session, TWO) == {TWO: [("2026-07", 8_00)]}
    assert prepaid(session) == {}


def test_a_year_paid_ahead_pays_twelve_months_one_by_one(session):
    three_homes(session)
    pay(session, a_payment(ONE, 3 * 36_00 + 1, date(2026, 4, 1)))

    for month, left in ((MAY, 72_01), (JUNE, 36_01), (JULY, 1)):
        charge(session, month)
        assert prepaid(session) == {ONE: left}
        assert ONE not in owed(session)
    charge(session, AUGUST)
    assert owed(session, ONE) == {ONE: [("2026-08", 35_99)]}


def test_a_payment_is_booked_once_by_its_key(session):
    three_homes(session)
    charge(session)
    first = pay(session, a_payment(ONE, 36_00, key="p-1"))

    again = pay(session, a_payment(ONE, 36_00, key="p-1"))

    assert again == [first[0]._replace(fresh=False)]
    assert on_account(session, "1002") == 36_00
    for other in (a_payment(ONE, 36_01, key="p-1"), a_payment(TWO, 36_00, key="p-1")):
        with pytest.raises(AskedDifferently):
            pay(session, other)


def test_a_batch_sent_again_with_more_in_it_pays_what_is_owed_now(session):
    three_homes(session)
    for month in (JUNE, JULY):
        charge(session, month)
    pay(session, a_payment(ONE, 36_00, key="p-1"))

    pay(session, a_payment(ONE, 36_00, key="p-1"), a_payment(ONE, 36_00, key="p-2"))

    assert ONE not in owed(session)
    assert prepaid(session) == {}


def test_two_payments_of_one_home_in_one_batch_pay_two_months(session):
    three_homes(session)
    for month in (JUNE, JULY):
        charge(session, month)

    pay(session, a_payment(ONE, 36_00, key="p-1"), a_payment(ONE, 40_00, key="p-2", into="wallet"))

    assert ONE not in owed(session)
    assert prepaid(session) == {ONE: 4_00}
    assert (on_account(session, "1002"), on_account(session, "1012")) == (36_00, 40_00)


def test_money_of_nobody_waits_in_suspense_until_somebody_says_whose_it_was(session):
    three_homes(session)
    charge(session)
    pay(session, a_payment(None, 40_00, key="p-1"))
    assert on_account(session, "2241") == 40_00
    assert len(owed(session)) == 3

    payment = a_payment(TWO, 40_00, key="resolved/p-1")
    resolve_suspense(session, PLACE, payment, by=CHEN, at=NOON)
    resolve_suspense(session, PLACE, payment, by=CHEN, at=NOON)

    assert on_account(session, "2241") == 0
    assert TWO not in owed(session)
    assert prepaid(session) == {TWO: 4_00}
    assert on_account(session, "1002") == 40_00  # the money came in once


def test_a_receipt_in_a_closed_month_is_refused(session):
    three_homes(session)
    charge(session)
    close_month(session, PLACE, JULY, exceptions={}, by=MEI, at=IN_AUGUST)

    with pytest.raises(MonthClosed, match="2026年7月"):
        pay(session, a_payment(ONE, 36_00))
    assert pay(session, a_payment(ONE, 36_00, date(2026, 8, 1)))[0].fresh


def test_what_a_reversed_receipt_paid_is_owed_again(session):
    three_homes(session)
    for month in (JUNE, JULY):
        charge(session, month)
    wrong, _ = pay(session, a_payment(ONE, 50_00), a_payment(TWO, 72_00))

    reverse(session, PLACE, wrong.no, reason="错户", key="rev-1", by=MEI, at=NOON)

    assert owed(session, ONE) == {ONE: [("2026-06", 36_00), ("2026-07", 36_00)]}
    pay(session, a_payment(ONE, 72_00, key="p-right"))
    assert set(owed(session)) == {THREE}
    assert (
        sum(row.amount_fen for row in session.exec(select(Applied))) == 72_00 + 50_00 + 72_00
    )  # all append-only


def test_what_a_reversed_charge_asked_is_not_owed(session):
    three_homes(session)
    charge(session, JUNE)
    wrong = charge(session, JULY).posted

    reverse(session, PLACE, wrong.no, reason="标准有误", key="rev-1", by=MEI, at=NOON)

    assert owed(session, ONE) == {ONE: [("2026-06", 36_00)]}


def statements_for(session, homes):
    """How many statements charging a month takes for so many more homes."""
    for number in range(homes):
        a_home(session, f"2-1-{number:03d}", area_dm2=8_000)
    pay(session, *(a_payment(f"2-1-{n:03d}", 50_00, date(2026, 6, 1)) for n in range(homes)))
    seen = []
    engine = session.get_bind()
    event.listen(engine, "after_cursor_execute", lambda *args: seen.append(args[2]))
    assert charge(session).homes == homes + 3
    return len(seen)


def test_charging_takes_as_many_statements_for_many_homes_as_for_few(session):
    three_homes(session)

    with session.begin_nested() as attempt:
        few = statements_for(session, 2)
        attempt.rollback()

    assert statements_for(session, 90) == few < 30
