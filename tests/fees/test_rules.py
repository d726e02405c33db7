"""What a home owes for a month, what a payment pays, and the four collection rates."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.fees.rules import (
    Applying,
    Basis,
    Collection,
    DaysCharged,
    HandedOver,
    NoTariff,
    Owed,
    Part,
    PartMonth,
    Price,
    Span,
    apply_payment,
    bills,
    by_days,
    days_charged,
    gaps_after,
    monthly_fee,
    monthly_fees,
    named_first,
)
from ledger.periods import Month

PER_M2 = Price(Basis.PER_M2, 4_500)


def test_a_month_is_rounded_and_then_a_year_is_added():
    """T4: 90.12 m² × 0.45 yuan: 40.55 × 12 = 486.60, not the 486.65 of a year rounded at once."""
    assert monthly_fee(9_012, PER_M2) == 40_55
    assert 12 * monthly_fee(9_012, PER_M2) == 486_60


@pytest.mark.parametrize(
    ("area_dm2", "rate_e4", "fee"),
    [(8_000, 4_500, 36_00), (1, 4_999, 0), (1, 5_000, 1), (3, 5_000, 2), (10_001, 10_000, 100_01)],
)
def test_half_a_fen_is_rounded_up(area_dm2, rate_e4, fee):
    assert monthly_fee(area_dm2, Price(Basis.PER_M2, rate_e4)) == fee


@pytest.mark.parametrize(
    ("contracts", "modes", "gaps"),
    [
        ([(date(2024, 1, 1), None)], [], []),
        ([(date(2024, 1, 1), date(2026, 9, 30))], [], [Span(date(2026, 10, 1), None)]),
        ([(date(2024, 1, 1), date(2026, 9, 30)), (date(2026, 10, 1), None)], [], []),
        (
            [(date(2024, 1, 1), date(2026, 9, 30)), (date(2026, 10, 16), None)],
            [],
            [Span(date(2026, 10, 1), date(2026, 10, 15))],
        ),
        ([(date(2024, 1, 1), date(2026, 9, 30))], [date(2025, 1, 1), date(2026, 10, 1)], []),
        (
            [(date(2021, 1, 1), None), (date(2024, 1, 1), date(2026, 9, 30))],
            [],
            [Span(date(2026, 10, 1), None)],
        ),
    ],
)
def test_nobody_charges_between_the_firm_that_went_and_whoever_comes(contracts, modes, gaps):
    assert gaps_after(contracts, modes) == gaps


def test_a_price_may_be_a_home_whatever_its_area():
    assert monthly_fee(4_600, Price(Basis.PER_HOUSEHOLD, 250_000)) == 25_00
    assert monthly_fee(9_400, Price(Basis.PER_HOUSEHOLD, 250_000)) == 25_00


def test_a_kind_of_home_has_its_own_price_and_else_that_of_all():
    homes = [("1", "commodity", 10_000), ("2", "non_residential", 10_000)]
    prices = {"*": PER_M2, "non_residential": Price(Basis.PER_M2, 9_000)}

    assert monthly_fees(homes, prices, community="meiyuan", month="2026-07") == {"1": 45_00, "2": 90_00}


def test_a_home_that_owes_nothing_is_not_charged():
    prices = {"*": PER_M2, "unsold": Price(Basis.PER_M2, 0)}

    assert monthly_fees(
        [("1", "unsold", 9_000), ("2", "commodity", 100)], prices, community="c", month="m"
    ) == {"2": 45}


def test_without_a_price_nobody_is_charged_and_the_kind_is_named():
    with pytest.raises(NoTariff, match="未售"):
        monthly_fees([("1", "unsold", 9_000)], {"commodity": PER_M2}, community="c", month="m")


def test_a_payment_pays_the_oldest_month_first_and_the_rest_is_prepaid():
    due = [("2026-05", 30_00), ("2026-06", 36_00), ("2026-07", 36_00)]

    assert apply_payment(20_00, due) == Applying({"2026-05": 20_00}, 0)
    assert apply_payment(70_00, due) == Applying({"2026-05": 30_00, "2026-06": 36_00, "2026-07": 4_00}, 0)
    assert apply_payment(110_00, due) == Applying(
        {"2026-05": 30_00, "2026-06": 36_00, "2026-07": 36_00}, 8_00
    )
    assert apply_payment(5_00, []) == Applying({}, 5_00)


@given(st.integers(1, 10**9), st.lists(st.integers(1, 10**6), max_size=40))
def test_a_payment_is_spent_whole_and_pays_no_month_twice(amount, owed):
    due = [(f"{n:03d}", fen) for n, fen in enumerate(owed)]

    applying = apply_payment(amount, due)

    assert sum(applying.paid.values()) + applying.prepaid_fen == amount
    assert all(0 < fen <= dict(due)[month] for month, fen in applying.paid.items())
    assert applying.prepaid_fen == max(0, amount - sum(owed))
    paid_in_full = [month for month, fen in due if applying.paid.get(month) == fen]
    assert paid_in_full == [month for month, _ in due][: len(paid_in_full)]


def test_the_current_rate_leaves_out_prepayments_and_arrears():
    """T8: charges 1,000,000.00, waivers 20,000.00, received for the period 735,000.00 → 735/980 = 75.0 %.

    The 50,000.00 prepaid and the 60,000.00 of arrears that came in are no part of it.
    """
    figures = Collection(1_000_000_00, 20_000_00, 735_000_00, 200_000_00, 60_000_00, 100, 70)

    assert figures.cr1 == Fraction(75, 100)
    assert figures.cr2 == Fraction(30, 100)
    assert figures.cr3 == Fraction(795_000, 1_180_000)
    assert figures.cr4 == Fraction(70, 100)


def test_where_nothing_was_charged_or_owed_there_is_no_rate():
    nothing = Collection(0, 0, 0, 0, 0, 0, 0)

    assert (nothing.cr1, nothing.cr2, nothing.cr3, nothing.cr4) == (None, None, None, None)
    assert Collection(100, 100, 0, 0, 0, 1, 1).cr1 is None


def test_a_package_is_one_price_a_home_whatever_its_area():
    assert monthly_fee(4_600, Price(Basis.PACKAGE, 180_000)) == 18_00


FEES = {"1": 31_00}
JULY = Month(2026, 7)


def billed(*, days=31, **terms):
    terms = {"developers": {}, "handed_over": {}, "part_month": PartMonth.DAYS, **terms}
    return [tuple(bill) for bill in bills(FEES, JULY, DaysCharged(days), **terms)]


@pytest.mark.parametrize(
    ("spans", "days"),
    [
        ([], 31),
        ([Span(date(2026, 1, 1), None)], 31),
        ([Span(date(2026, 7, 10), None)], 22),
        ([Span(None, date(2026, 7, 9))], 9),
        ([Span(None, date(2026, 7, 9)), Span(date(2026, 7, 20), None)], 21),
        ([Span(date(2026, 8, 1), None)], 0),
    ],
)
def test_a_month_is_charged_on_the_days_on_which_a_contract_charges(spans, days):
    assert days_charged(JULY, spans) == days


def test_a_part_of_a_month_is_charged_by_days_or_whole_as_the_profile_says():
    """`domain/05` §5.2: first and last partial month = round(monthly × days / days in month)."""
    assert billed(days=22) == [("1", None, 22_00)]
    assert billed(days=22, part_month=PartMonth.WHOLE) == [("1", None, 31_00)]
    assert billed(days=0) == billed(days=0, part_month=PartMonth.WHOLE) == []
    assert by_days(36_00, 10, JULY) == 11_61


def test_the_developer_pays_for_what_he_has_not_sold():
    assert billed(developers={"1": "builder"}) == [("1", "builder", 31_00)]


@pytest.mark.parametrize(
    ("on", "rule", "expected"),
    [
        (date(2026, 7, 11), PartMonth.WHOLE, [("1", "builder", 31_00)]),  # Beijing 22, Shanghai 49
        (date(2026, 7, 11), PartMonth.DAYS, [("1", "builder", 10_00), ("1", None, 21_00)]),
        (date(2026, 7, 1), PartMonth.WHOLE, [("1", None, 31_00)]),
        (date(2026, 6, 30), PartMonth.WHOLE, [("1", None, 31_00)]),
        (date(2026, 8, 1), PartMonth.DAYS, [("1", "builder", 31_00)]),
    ],
)
def test_whoever_has_the_home_pays_the_month_of_hand_over(on, rule, expected):
    assert billed(handed_over={"1": HandedOver(on, "builder")}, part_month=rule) == expected


def test_before_a_hand_over_without_a_developer_nobody_is_charged():
    nobody = {"1": HandedOver(date(2026, 7, 11), None)}

    assert billed(handed_over=nobody) == [("1", None, 21_00)]
    assert billed(handed_over=nobody, part_month=PartMonth.WHOLE) == []


@given(
    st.integers(1, 10**6),
    st.integers(0, 31),
    st.dates(date(2026, 6, 1), date(2026, 9, 1)),
    st.sampled_from(PartMonth),
)
def test_developer_and_owner_pay_a_month_between_them(fee, days, on, rule):
    terms = {"developers": {}, "part_month": rule}
    alone = bills({"1": fee}, JULY, DaysCharged(days), handed_over={}, **terms)
    here = {"1": HandedOver(on, "builder")}
    parted = bills({"1": fee}, JULY, DaysCharged(days), handed_over=here, **terms)

    assert sum(bill.amount_fen for bill in parted) == sum(bill.amount_fen for bill in alone)
    assert all(bill.amount_fen > 0 for bill in parted)


def test_a_payment_meets_the_months_its_payer_names_and_within_each_costs_interest_principal():
    """民法典 Arts. 560–561."""
    due = [(Owed(month, part), 1) for month in ("2026-05", "2026-06", "2026-07") for part in reversed(Part)]

    order = [debt for debt, _ in named_first(due, ("2026-07", "2026-06"))]

    assert [debt.month for debt in order[::3]] == ["2026-07", "2026-06", "2026-05"]
    assert [debt.part for debt in order[:3]] == [Part.COST, Part.INTEREST, Part.PRINCIPAL]
