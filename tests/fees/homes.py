"""A community of homes with a tariff, and short names for charging and paying."""

from datetime import date

from ledger.fees.actions import Payment, charge_month, receive, set_tariff
from ledger.fees.rules import Basis
from ledger.periods import Month
from tests.cast import MEI, NOON
from tests.factories import a_community, a_home

PLACE = "meiyuan"
ONE, TWO, THREE = "1-1-101", "1-1-102", "1-1-103"
MAY, JUNE, JULY, AUGUST = (Month(2026, number) for number in (5, 6, 7, 8))


def a_tariff(session, since, rate_e4, kind="*", basis=Basis.PER_M2):
    set_tariff(session, PLACE, kind, since, basis, rate_e4, "决议 1", by=MEI, at=NOON)


def three_homes(session):
    """Three homes of 80.00 m² at 0.45 yuan: 36.00 a month each."""
    a_community(session)
    for home in (ONE, TWO, THREE):
        a_home(session, home, area_dm2=8_000)
    a_tariff(session, date(2026, 1, 1), 4_500)
    session.flush()
    return PLACE


def charge(session, month=JULY):
    return charge_month(session, PLACE, month, by=MEI, at=NOON)


def a_payment(home, fen, on=date(2026, 7, 20), key=None, into="bank"):
    return Payment(key or f"p-{home}-{on}-{fen}", home, fen, on, into)


def pay(session, *payments):
    return receive(session, PLACE, payments, by=MEI, at=NOON)
