"""A line of a unit ledger is named by what it moves (domain/02 §2.6)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.fund.rules import DepositKind
from ledger.fund.unit_rules import LineKind, Moved, kind_of, with_balances
from ledger.words import word


@pytest.mark.parametrize(
    ("deposit", "roles", "kind"),
    [
        (DepositKind.FIRST, ("bank", "deposits_commodity"), "首期交存"),
        (DepositKind.TOPUP, ("bank", "deposits_owner"), "续交"),
        (DepositKind.ESTABLISH, ("bank", "deposits_commodity"), "补建"),
        (DepositKind.OPENING, ("bank", "commodity"), "期初转入"),
        (None, ("gains", "commodity"), "利息分配"),
        (None, ("repairs_owner", "bank"), "维修分摊"),
        (None, ("refunds_commodity", "house_loss"), "退返"),
        (None, ("deposits_commodity", "bank"), "退返"),
        (None, ("commodity", "bank"), "划转"),
    ],
)
def test_a_line_is_named_by_its_accounts_and_its_receipt(deposit, roles, kind):
    assert word(kind_of(deposit, roles, reversal=False)) == kind


def test_whatever_a_reversal_puts_right_it_is_a_reversal():
    assert kind_of(DepositKind.FIRST, ("bank", "deposits_commodity"), reversal=True) is LineKind.REVERSAL


moves = st.lists(
    st.builds(
        Moved,
        st.dates(date(2020, 1, 1), date(2026, 1, 1)),
        st.integers(1, 10**6),
        st.sampled_from(LineKind),
        st.integers(0, 10**9),
        st.integers(0, 10**9),
    )
)


@given(moves)
def test_each_balance_is_the_one_before_with_what_moved(moved):
    before = 0
    for line in with_balances(moved):
        assert line.balance_fen == before + line.in_fen - line.out_fen
        before = line.balance_fen
    assert before == sum(m.in_fen - m.out_fen for m in moved)
