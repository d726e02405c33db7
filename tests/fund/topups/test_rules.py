"""Who tops the fund up and by how much (165号令 Art. 17; domain/01 §1.4, appendix E T5)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.community.rules import HomeKind
from ledger.fund.rules import DepositKind, Standing, standing
from ledger.fund.topups.rules import (
    Basis,
    HomeStanding,
    TopupMalformed,
    TopupPlan,
    dues,
    first_amount,
    flags,
    resale_check,
)

TARGET = TopupPlan("续筹", Basis.TARGET)


def a_home(
    code="h", balance=0, first=6_500_00, *, kind=HomeKind.COMMODITY, area=8_000, building="1", lift=False
):
    return HomeStanding(code, building, kind, area, lift, balance, first, standing(balance, first, 30))


def asked(plan, *homes, target=50):
    plan_dues = dues(plan, homes, target_pct=target, per_m2={True: 8_000, False: 4_000})
    return {due.home: (due.kind, due.due_fen) for due in plan_dues}


@pytest.mark.parametrize(
    ("balance", "first", "stands"),
    [
        (1_950_00, 6_500_00, Standing.SOUND),
        (1_949_99, 6_500_00, Standing.NEEDS_TOPUP),
        (0, 0, Standing.NO_FUND),
    ],
)
def test_a_home_tops_up_strictly_below_the_trigger(balance, first, stands):
    """T5: first 6,500.00, balance 1,950.00 → no top-up; 1,949.99 → top-up; first 0 → NO_FUND."""
    assert a_home("h", balance, first).standing is stands


def test_an_account_is_brought_to_its_share_of_the_first_deposit():
    """上海 Art. 65: to 50 % of the first amount."""
    assert asked(TARGET, a_home("a", 1_000_00), a_home("b", 3_250_00), a_home("c", 4_000_00)) == {
        "a": (DepositKind.TOPUP, 2_250_00)
    }


def test_part_of_a_fen_is_asked_whole():
    assert asked(TARGET, a_home("a", 0, 101)) == {"a": (DepositKind.TOPUP, 51)}


def test_a_home_without_a_fund_establishes_one_by_area_and_lift():
    homes = [a_home("no", 0, 0, area=8_013), a_home("lift", 0, 0, lift=True)]

    assert asked(TARGET, *homes) == {
        "lift": (DepositKind.ESTABLISH, 6_400_00),
        "no": (DepositKind.ESTABLISH, 3_205_20),
    }


def test_an_unsold_home_has_no_account_to_top_up():
    assert asked(TARGET, a_home("u", 0, 0, kind=HomeKind.UNSOLD)) == {}
    assert asked(TopupPlan("x", Basis.TOTAL, total_fen=100), a_home("u", kind=HomeKind.UNSOLD)) == {}


@given(st.integers(1, 10**10), st.lists(st.integers(1, 50_000), min_size=1, max_size=30))
def test_a_total_is_split_by_area_to_the_fen(total, areas):
    homes = [a_home(str(i), area=area) for i, area in enumerate(areas)]

    plan_dues = dues(TopupPlan("x", Basis.TOTAL, total_fen=total), homes, target_pct=50, per_m2={})

    assert sum(due.due_fen for due in plan_dues) == total


@pytest.mark.parametrize(
    "plan",
    [
        TopupPlan("x", Basis.TOTAL),
        TopupPlan("x", Basis.TOTAL, total_fen=0),
        TopupPlan("x", Basis.TOTAL, total_fen=-5),
        TopupPlan("x", Basis.TARGET, total_fen=100),
    ],
)
def test_a_total_goes_with_a_split_and_with_nothing_else(plan):
    with pytest.raises(TopupMalformed):
        asked(plan, a_home())


def test_a_building_is_flagged_by_its_sums_and_the_area_by_all():
    """北京 Art. 83, 上海 Art. 65: Σ balance strictly below 30 % of Σ first."""
    homes = [
        a_home("a", 2_999, 10_000),
        a_home("b", 3_000, 10_000, building="2"),
        a_home("c", 0, 0, building="2"),
    ]

    assert [(f.building, f.balance_fen, f.first_deposit_fen, f.below) for f in flags(homes, 30)] == [
        ("1", 2_999, 10_000, True),
        ("2", 3_000, 10_000, False),
        (None, 5_999, 20_000, True),
    ]


def test_a_building_where_nobody_has_a_fund_is_not_below_but_without_one():
    assert [f.below for f in flags([a_home("a", 0, 0)], 30)] == [False, False]


def test_the_first_amount_rounds_half_a_fen_up():
    assert first_amount(1, 50) == 1
    assert first_amount(1, 49) == 0


def test_sold_public_housing_is_brought_to_the_commodity_standard_before_resale():
    """北京市物业管理条例 Art. 81."""
    home = a_home("s", 1_000_00, 500_00, kind=HomeKind.SOLD_PUBLIC, area=5_000)

    assert resale_check(home, asked_here=True, fen_per_m2=4_000)[1:] == (True, 2_000_00, 1_000_00, 1_000_00)
    assert resale_check(home, asked_here=False, fen_per_m2=4_000).shortfall_fen == 0
    assert resale_check(a_home("c"), asked_here=True, fen_per_m2=4_000).required is False
