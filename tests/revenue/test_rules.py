"""What of public revenue is due to the fund, and what a contract promises."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.periods import Month
from ledger.revenue.rules import Quarter, due_to_fund, instalments, received_share


def test_seventy_per_cent_of_the_net_is_due_to_the_fund():
    """T7: receipts 100,000.00, vouchered cost 18,000.00, tax 2,000.00, 70 % → 56,000.00."""
    quarter = Quarter(receipts_fen=100_000_00, vouchered_cost_fen=18_000_00, tax_fen=2_000_00)

    assert quarter.net_fen == 80_000_00
    assert due_to_fund(quarter, 70) == 56_000_00


@pytest.mark.parametrize(
    ("net", "pct", "due"),
    [(101, 70, 70), (1, 70, 0), (0, 70, 0), (-500_00, 70, 0), (333, 100, 333), (333, 0, 0)],
)
def test_the_share_is_rounded_down_and_a_loss_is_nobodys_debt(net, pct, due):
    assert due_to_fund(Quarter(net, 0, 0), pct) == due


def test_a_year_by_quarters_falls_due_at_the_start_of_each():
    assert instalments(1_000_00, date(2026, 1, 1), date(2026, 12, 31), 3) == [
        (date(2026, 1, 1), 250_00),
        (date(2026, 4, 1), 250_00),
        (date(2026, 7, 1), 250_00),
        (date(2026, 10, 1), 250_00),
    ]


def test_a_contract_that_starts_inside_a_month_falls_due_on_that_day_first():
    due = instalments(100, date(2026, 1, 20), date(2026, 3, 5), 1)

    assert due == [(date(2026, 1, 20), 34), (date(2026, 2, 1), 33), (date(2026, 3, 1), 33)]


def test_a_contract_of_one_step_falls_due_at_once():
    assert instalments(99, date(2026, 1, 20), date(2026, 1, 31), 12) == [(date(2026, 1, 20), 99)]


@given(
    st.integers(1, 10**10),
    st.dates(date(2020, 1, 1), date(2040, 12, 31)),
    st.integers(0, 3_000),
    st.integers(1, 24),
)
def test_instalments_make_the_price_and_lie_within_the_contract(price, starts_on, days, every):
    ends_on = date.fromordinal(starts_on.toordinal() + days)

    due = instalments(price, starts_on, ends_on, every)

    assert sum(fen for _, fen in due) == price
    assert [day for day, _ in due] == sorted({day for day, _ in due})
    assert starts_on == due[0][0]
    assert due[-1][0] <= ends_on
    months = [Month.of(day) for day, _ in due]
    assert all(one.plus(every) == two for one, two in pairwise(months))
    assert max(fen for _, fen in due) - min(fen for _, fen in due) <= 1


def test_what_one_contract_overpaid_does_not_make_up_for_another():
    assert received_share([(150, 100), (40, 100), (0, 0)]) == (140, 200)
