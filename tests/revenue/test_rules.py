"""What of public revenue is due to the fund, and what a contract promises."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.periods import Month
from ledger.revenue.remittance.rules import (
    Base,
    Fund,
    base_of,
    due_to_fund,
    local_terms,
    share_pct,
    with_parking,
)
from ledger.revenue.rules import Quarter, first_unpaid, instalments, received_share, state_of
from ledger.revenue.site_rules import days_let
from ledger.revenue.uses.rules import (
    FORBIDDEN,
    Use,
    UseAboveResolution,
    UseForbidden,
    UseNotPositive,
    check_use,
    check_within,
)


def test_seventy_per_cent_of_the_net_is_due_to_the_fund():
    """T7: receipts 100,000.00, vouchered cost 18,000.00, tax 2,000.00, 70 % → 56,000.00."""
    quarter = Quarter(receipts_fen=100_000_00, vouchered_cost_fen=18_000_00, tax_fen=2_000_00)

    assert quarter.net_fen == 80_000_00
    assert due_to_fund(quarter.net_fen, 70) == 56_000_00


@pytest.mark.parametrize(
    ("net", "pct", "due"),
    [(101, 70, 70), (1, 70, 0), (0, 70, 0), (-500_00, 70, 0), (333, 100, 333), (333, 0, 0)],
)
def test_the_share_is_rounded_down_and_a_loss_is_nobodys_debt(net, pct, due):
    assert due_to_fund(net, pct) == due


NATIONAL = {
    "base": "NET", "to_fund_pct": 70, "to_fund_pct_min": 0, "cost_cap_pct": 30, "transfer": "quarterly",
    "default_all_to_fund": "never", "stop_when_fund_full": False,
}  # fmt: skip
LOW, MIDDLE, FULL = Fund(29, 100), Fund(30, 100), Fund(100, 100)


def terms(*, assembly=True, resolved=False, **changes):
    return local_terms({**NATIONAL, **changes}, 30, assembly, resolved)


def test_the_owners_decide_the_share_but_not_below_the_local_least():
    """Shanghai: more than 50 %; Huzhou: 50 % and more (`domain/04` §4.3)."""
    shanghai, huzhou = terms(to_fund_pct_min_exclusive=50), terms(to_fund_pct_min=50)

    assert [share_pct(shanghai, pct, LOW) for pct in (None, 40, 50, 51, 90)] == [70, 51, 51, 51, 90]
    assert [share_pct(huzhou, pct, LOW) for pct in (None, 40, 50, 90)] == [70, 50, 50, 90]
    assert share_pct(terms(), 0, LOW) == 0


def test_in_beijing_the_fund_comes_first_while_it_is_below_thirty_per_cent():
    beijing = terms(to_fund_condition="fund_below_30pct", to_fund_pct_min=50)

    assert [share_pct(beijing, None, fund) for fund in (LOW, MIDDLE, Fund(0, 0))] == [70, 0, 70]
    assert [share_pct(beijing, 10, fund) for fund in (LOW, MIDDLE)] == [50, 10]


def test_where_it_may_stop_it_stops_when_the_fund_is_full():
    hangzhou = terms(stop_when_fund_full=True)

    assert [share_pct(hangzhou, None, fund) for fund in (MIDDLE, FULL, Fund(101, 100), Fund(0, 0))] == [
        70,
        0,
        0,
        70,
    ]
    assert share_pct(hangzhou, 20, FULL) == 20
    assert share_pct(terms(), None, FULL) == 70


def test_in_qingyuan_all_goes_to_the_fund_each_year_unless_something_is_agreed():
    agreed, silent = (terms(default_all_to_fund="yearly", resolved=r) for r in (True, False))

    assert (silent.yearly, share_pct(silent, None, LOW)) == (True, 100)
    assert (agreed.yearly, share_pct(agreed, 60, LOW)) == (False, 60)


@pytest.mark.parametrize(
    ("base", "cost", "amount"), [("NET", 400, 600), ("ACCOUNT_BALANCE", 400, 250), ("GROSS_MINUS_CAP", 400, 700), ("GROSS_MINUS_CAP", 100, 900), ("NET", 1_200, 0)]
)  # fmt: skip
def test_the_share_is_taken_of_what_the_place_says(base, cost, amount):
    assert base_of(terms(base=base), Quarter(1_000, cost, 0), 250) == amount


def test_before_the_assembly_parking_has_a_share_of_its_own_in_jiangsu():
    before = terms(assembly=False, parking_pre_assembly_to_fund_pct=70)
    after = terms(assembly=True, parking_pre_assembly_to_fund_pct=70)

    assert with_parking(before, 1_000, 600, 50) == 420 + 200
    assert with_parking(after, 1_000, 600, 50) == 500
    assert with_parking(before, 1_000, -600, 50) == 500
    assert with_parking(before, 100, 600, 50) == 70


@given(
    st.sampled_from(Base), st.integers(0, 10**9), st.integers(0, 10**9), st.integers(-(10**9), 10**9),
    st.integers(0, 100), st.integers(-(10**9), 10**9),
)  # fmt: skip
def test_never_more_is_due_than_there_is_to_take_of(base, got, spent, balance, pct, parking):
    local = terms(base=base, assembly=False, parking_pre_assembly_to_fund_pct=70)
    taken_of = base_of(local, Quarter(got, spent, 0), balance)

    assert 0 <= with_parking(local, taken_of, parking, pct) <= taken_of


@pytest.mark.parametrize("use", sorted(FORBIDDEN))
def test_public_revenue_is_not_invested_lent_or_pledged(use):
    with pytest.raises(UseForbidden, match="担保"):
        check_use(use, 100)


def test_a_use_keeps_within_its_resolution():
    check_within("M", None, 500, 500)
    check_within("M", 1_000, 500, 500)
    with pytest.raises(UseAboveResolution):
        check_within("M", 1_000, 500, 501)
    with pytest.raises(UseNotPositive):
        check_use(Use.REPAIRS, 0)


def test_a_contract_is_active_until_its_last_day():
    day = date(2026, 6, 30)

    assert state_of(day, None, day) == "active"
    assert state_of(day, None, date(2026, 7, 1)) == "ended"
    assert state_of(day, date(2026, 3, 1), date(2026, 3, 1)) == "active"
    assert state_of(day, date(2026, 3, 1), date(2026, 3, 2)) == "terminated"


def test_the_oldest_instalment_is_paid_first():
    due = [(date(2026, 4, 1), 100), (date(2026, 1, 1), 100)]

    assert [first_unpaid(due, fen) for fen in (0, 99, 100, 200)] == [
        date(2026, 1, 1),
        date(2026, 1, 1),
        date(2026, 4, 1),
        None,
    ]


def test_days_let_are_counted_inside_the_time_asked_about():
    terms_of = [(date(2025, 1, 1), date(2026, 1, 10)), (date(2026, 1, 21), date(2027, 1, 1))]

    assert days_let(date(2026, 1, 1), date(2026, 1, 31), terms_of) == 10 + 11


def test_a_year_by_quarters_falls_due_at_the_start_of_each():
    assert instalments(1_000_00, date(2026, 1, 1), date(2026, 12, 31), 3) == [
        (date(2026, 1, 1), 250_00),
        (date(2026, 4, 1), 250_00),
        (date(2026, 7, 1), 250_00),
        (date(2026, 10, 1), 250_00),
    ]


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "every", "days"),
    [
        ("2026-01-15", "2027-01-14", 3, ["2026-01-15", "2026-04-15", "2026-07-15", "2026-10-15"]),
        ("2026-01-20", "2026-03-19", 1, ["2026-01-20", "2026-02-20"]),
        ("2026-01-20", "2026-03-20", 1, ["2026-01-20", "2026-02-20", "2026-03-20"]),  # a day into the third
        ("2026-08-31", "2028-02-28", 6, ["2026-08-31", "2027-02-28", "2027-08-31"]),
        ("2024-02-29", "2026-02-27", 12, ["2024-02-29", "2025-02-28"]),
        ("2026-12-31", "2026-12-31", 1, ["2026-12-31"]),
    ],
)
def test_b5_instalments_run_from_the_first_day_of_the_contract_by_its_step(starts_on, ends_on, every, days):
    due = instalments(1_200, date.fromisoformat(starts_on), date.fromisoformat(ends_on), every)

    assert due == [(date.fromisoformat(day), 1_200 // len(days)) for day in days]


def test_b5_a_year_from_the_31st_by_months_is_twelve():
    due = instalments(1_200, date(2026, 1, 31), date(2027, 1, 30), 1)

    assert [fen for _, fen in due] == [100] * 12
    assert [day.day for day, _ in due] == [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]


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
