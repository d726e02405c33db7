"""Gains are shared out by day-products, to the fen (domain/01 §1.9, appendix E T2)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.fund.gains.rules import (
    GainMalformed,
    NotThatMuchGained,
    Part,
    PartKind,
    check_gained,
    day_products,
    gains_shares,
)

LAST = date(2025, 12, 31)
A, B, C = (Part(PartKind.HOME, home) for home in "abc")


def test_gains_are_shared_by_day_products():
    """T2: I = 234.56; balances and days 10,000.00×365, 5,000.00×365, 8,000.00×100."""
    products = {A: 10_000_00 * 365, B: 5_000_00 * 365, C: 8_000_00 * 100}

    assert gains_shares(234_56, products) == {A: 136_44, B: 68_22, C: 29_90}


def test_the_day_of_a_deposit_counts():
    assert day_products([(A, LAST, 100)], LAST) == {A: 100}
    assert day_products([(A, date(2025, 1, 1), 100)], LAST) == {A: 36_500}


def test_the_day_of_a_withdrawal_does_not_count():
    changes = [(A, date(2025, 12, 1), 100), (A, date(2025, 12, 11), -100)]

    assert day_products(changes, LAST) == {A: 100 * 10}


def test_who_held_nothing_gets_nothing_and_owes_nothing():
    same_day = [(A, LAST, 100), (A, LAST, -100)]
    backwards = [(B, date(2025, 12, 1), -100), (B, date(2025, 12, 3), 100)]

    assert day_products([*same_day, *backwards], LAST) == {}


@pytest.mark.parametrize(
    ("income", "refusal"), [(0, GainMalformed), (-1, GainMalformed), (101, NotThatMuchGained)]
)
def test_only_what_was_gained_is_shared(income, refusal):
    with pytest.raises(refusal):
        check_gained(income, 100)
    check_gained(100, 100)


changes = st.lists(
    st.tuples(st.sampled_from([A, B, C]), st.integers(0, 364), st.integers(1, 10**9)), min_size=1, max_size=30
)


@given(changes, st.integers(1, 10**9))
def test_the_shares_sum_to_the_income_whatever_was_deposited_when(deposits, income):
    movements = [(part, LAST - timedelta(days=days), fen) for part, days, fen in deposits]

    shares = gains_shares(income, day_products(movements, LAST))

    assert sum(shares.values()) == income
    assert shares.keys() == {part for part, *_ in deposits}


@given(changes)
def test_the_product_is_the_sum_of_what_was_held_at_the_end_of_each_day(deposits):
    movements = [(part, LAST - timedelta(days=days), fen) for part, days, fen in deposits]
    by_hand = {}
    for back in range(365):
        for part, days, fen in deposits:
            if days >= back:
                by_hand[part] = by_hand.get(part, 0) + fen

    assert day_products(movements, LAST) == by_hand
