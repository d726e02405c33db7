"""The collection rates of a period, from what was charged and applied by a day (domain/05 §5.3)."""

from datetime import date
from fractions import Fraction

from ledger.community.rules import HomeKind
from ledger.fees.queries import collection
from ledger.fees.rules import Basis, Collection
from ledger.fees.waivers.actions import approve_waiver, request_waiver
from ledger.fees.waivers.rules import Asked, Kind, Months
from ledger.journal.actions import reverse
from ledger.journal.queries import held
from ledger.periods import Month, Period
from tests.cast import CHEN, MEI, NOON
from tests.factories import a_community, a_home
from tests.fees.homes import ONE, PLACE, THREE, TWO, a_payment, a_tariff, charge, pay, three_homes
from tests.fund.uses import AUGUST

Q2 = Period.parse("2026-Q2")


def a_quarter_behind_arrears(session):
    """March is owed by all; then three months are charged: 3 × 36.00 arrears, 9 × 36.00 of the quarter."""
    three_homes(session)
    for number in (3, 4, 5, 6):
        charge(session, Month(2026, number))


def test_arrears_and_prepayments_are_no_part_of_the_current_rate(session):
    a_quarter_behind_arrears(session)
    pay(session, a_payment(ONE, 36_00 + 108_00 + 500_00, date(2026, 6, 20)))  # March, the quarter, and ahead
    pay(session, a_payment(TWO, 36_00 + 40_00, date(2026, 6, 21)))
    charge(session, Month(2026, 7))  # what ONE paid ahead pays July, which is no month of the quarter

    figures = collection(session, PLACE, Q2, Q2.last)

    assert figures == Collection(
        charged_fen=324_00,
        waived_fen=0,
        received_fen=148_00,
        arrears_opening_fen=108_00,
        arrears_received_fen=72_00,
        homes=3,
        homes_paid=1,
    )
    assert (figures.cr1, figures.cr2) == (Fraction(148, 324), Fraction(72, 108))
    assert (figures.cr3, figures.cr4) == (Fraction(220, 432), Fraction(1, 3))


def test_a_month_paid_ahead_counts_for_the_period_it_pays(session):
    three_homes(session)
    pay(session, a_payment(ONE, 108_00, date(2026, 2, 3)))
    for number in (4, 5, 6):
        charge(session, Month(2026, number))

    figures = collection(session, PLACE, Q2, Q2.last)

    assert (figures.received_fen, figures.arrears_received_fen, figures.homes_paid) == (108_00, 0, 1)


def test_arrears_paid_before_the_period_are_no_opening_arrears(session):
    three_homes(session)
    charge(session, Month(2026, 3))
    pay(session, a_payment(ONE, 36_00, date(2026, 3, 31)), a_payment(TWO, 36_00, date(2026, 4, 1)))
    charge(session, Month(2026, 4))

    figures = collection(session, PLACE, Q2, Q2.last)

    assert (figures.arrears_opening_fen, figures.arrears_received_fen) == (72_00, 36_00)


def test_what_comes_in_after_the_cut_off_does_not_change_the_rate(session):
    a_quarter_behind_arrears(session)
    pay(session, a_payment(ONE, 144_00, date(2026, 6, 30)))
    before = collection(session, PLACE, Q2, Q2.last)

    late = pay(session, a_payment(TWO, 144_00, date(2026, 7, 1)), a_payment(THREE, 10_00, date(2026, 7, 2)))

    assert collection(session, PLACE, Q2, Q2.last) == before
    assert collection(session, PLACE, Q2, date(2026, 7, 1)).homes_paid == 2
    reverse(session, PLACE, late[0].no, reason="退回", key="rev-1", by=MEI, at=AUGUST)
    assert collection(session, PLACE, Q2, Q2.last) == before
    assert collection(session, PLACE, Q2, date(2026, 8, 2)).homes_paid == 2
    assert collection(session, PLACE, Q2, date(2026, 8, 3)).homes_paid == 1


def test_a_reversed_receipt_is_not_received_from_the_day_of_the_reversal(session):
    a_quarter_behind_arrears(session)
    wrong = pay(session, a_payment(ONE, 144_00, date(2026, 6, 20)))[0]
    reverse(session, PLACE, wrong.no, reason="错户", key="rev-1", by=MEI, at=NOON)

    assert collection(session, PLACE, Q2, Q2.last).received_fen == 108_00  # as it stood when it was published
    assert collection(session, PLACE, Q2, NOON.date()).received_fen == 0


def test_t8_through_the_books(session):
    """T8 (domain/11 E): charges 1,000,000.00, waivers 20,000.00, for the period 735,000.00 → 735/980 = 75.0 %.

    The 50,000.00 prepaid and the 60,000.00 of arrears that came in are no part of it.
    """
    a_community(session)
    a_home(session, ONE)
    for since, kind, yuan in (
        (date(2026, 1, 1), "*", 60_000),
        (date(2026, 7, 1), "*", 700_000),
        (date(2026, 7, 1), "non_residential", 300_000),
    ):
        a_tariff(session, since, yuan * 10_000, kind, Basis.PER_HOUSEHOLD)
    session.flush()
    charge(session, Month(2026, 6))
    a_home(session, TWO, kind=HomeKind.NON_RESIDENTIAL)
    charge(session, Month(2026, 7))
    half, asked = Month(2026, 7), Asked(None, 20_000_00)
    request_waiver(
        session,
        PLACE,
        "W",
        Kind.COMPENSATION,
        asked,
        Months(half, half),
        home=TWO,
        basis="漏水",
        by=MEI,
        at=NOON,
    )
    approve_waiver(session, PLACE, "W", by=CHEN, at=NOON)

    pay(session, a_payment(ONE, 810_000_00), a_payment(TWO, 35_000_00))

    figures = collection(session, PLACE, Period.parse("2026-Q3"), date(2026, 9, 30))
    assert (figures.charged_fen, figures.waived_fen, figures.received_fen) == (
        1_000_000_00,
        20_000_00,
        735_000_00,
    )
    assert figures.cr1 == Fraction(735, 980) == Fraction(75, 100)
    assert figures.arrears_received_fen == 60_000_00
    assert held(session, PLACE, "fee", "prepaid")[ONE] == 50_000_00
