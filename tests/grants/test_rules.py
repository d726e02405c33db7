"""Works money: what can be said without a database."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.grants.contract_rules import (
    ChangeEmpty,
    ChangeTooDeep,
    DefectsTooLong,
    RetentionClaimed,
    RetentionNotDue,
    RetentionTooHigh,
    check_change,
    check_releasable,
    check_terms,
    defects_until,
)
from ledger.grants.contributions.rules import (
    Basis,
    ConsentMissing,
    ItemClass,
    NotCollected,
    check_consents,
    dues,
    shares_of_use,
)
from ledger.grants.payout_rules import PartsWrong, cut_bill, cut_release
from ledger.grants.plan_rules import PlanEmpty, PlanWrong, check_plan, secured_by, subsidy_of
from ledger.grants.rules import FundStaysHome, Source, book_of, chart_of
from ledger.grants.walk_rules import Draw, Flow, draws
from ledger.journal.rules import Chart

STATE, RESIDENTS = Source.GOVERNMENT, Source.RESIDENTS


def test_there_are_five_sources_and_the_fund_each_with_a_book_of_its_own():
    """`domain/09` S0-9."""
    assert len(Source) == len({book_of(source) for source in Source}) == 6
    with pytest.raises(FundStaysHome, match="第22、23条"):
        chart_of(Source.MAINTENANCE_FUND, Chart("grant", "", "", (), ()))


def test_a_subsidy_cut_from_50_to_20_per_cent_opens_a_gap():
    """`domain/09` S4-11: a plan that counted on half of 1,000.01."""
    plan = {STATE: 500_00, RESIDENTS: 500_01}

    assert subsidy_of(1_000_01, 50) == 500_00, "rounded down to the fen"
    assert subsidy_of(1_000_01, 20) == 200_00
    assert sum(secured_by(plan, None).values()) == 1_000_01
    assert sum(secured_by(plan, subsidy_of(1_000_01, 20)).values()) == 700_01


@pytest.mark.parametrize("plan", [{}, {STATE: 0}, {STATE: -1}, {STATE: True}])
def test_a_plan_plans_something_in_whole_fen(plan):
    with pytest.raises((PlanWrong, PlanEmpty)):
        check_plan(plan)


def test_retention_money_is_at_most_3_per_cent_for_at_most_two_years():
    """`domain/06` §6.2, 建质〔2017〕138号."""
    check_terms("K", 1, 300, 3, 24, 24)
    with pytest.raises(RetentionTooHigh, match="第7条"):
        check_terms("K", 1, 301, 3, 24, 24)
    with pytest.raises(DefectsTooLong, match="第2条"):
        check_terms("K", 1, 300, 3, 25, 24)


def test_retention_money_is_due_the_day_after_the_period_and_never_over_an_open_claim():
    assert defects_until(date(2024, 2, 29), 12) == date(2025, 2, 28)
    assert defects_until(date(2026, 8, 31), 6) == date(2027, 2, 28)
    accepted, due = date(2026, 5, 26), date(2028, 5, 26)

    check_releasable("K", date(2028, 5, 27), accepted, 24, [])
    for on, taken_over in ((due, accepted), (due, None)):
        with pytest.raises(RetentionNotDue):
            check_releasable("K", on, taken_over, 24, [])
    with pytest.raises(RetentionClaimed, match="Q-1"):
        check_releasable("K", date(2028, 5, 27), accepted, 24, ["Q-1"])


def test_a_change_changes_something_and_leaves_what_was_billed():
    check_change("K", -40, 100, 60)
    with pytest.raises(ChangeTooDeep):
        check_change("K", -41, 100, 60)
    for nothing in (0, True):
        with pytest.raises(ChangeEmpty):
            check_change("K", nothing, 100, 0)


@pytest.mark.parametrize(
    "parts", [{}, {STATE: 99}, {STATE: 101}, {STATE: 101, RESIDENTS: -1}, {STATE: 100, RESIDENTS: 0}]
)
def test_the_parts_of_a_bill_are_positive_and_add_up_to_it(parts):
    with pytest.raises(PartsWrong):
        cut_bill(100, parts, 300)


@given(st.dictionaries(st.sampled_from(list(Source)), st.integers(1, 10**9), min_size=1), st.integers(0, 300))
def test_of_a_bill_nothing_is_lost_between_paid_and_retained(parts, retention_e2):
    gross = sum(parts.values())

    cut = cut_bill(gross, parts, retention_e2)

    assert {source: sum(part) for source, part in cut.items()} == parts
    assert all(part.paid_fen > 0 and part.retained_fen >= 0 for part in cut.values())
    assert abs(sum(p.retained_fen for p in cut.values()) * 10_000 - gross * retention_e2) <= 5_000
    held = {source: part.retained_fen for source, part in cut.items()}
    if total := sum(held.values()):
        released = cut_release("K", total, held)
        assert {source: part.paid_fen for source, part in released.items()} == {
            s: f for s, f in held.items() if f
        }


def test_homes_share_by_area_or_each_the_same_to_the_fen():
    """`domain/00` §0.2-1."""
    areas = {"1": 6_000, "2": 7_000, "3": 8_000}

    assert dues(100, areas, Basis.AREA) == {"1": 29, "2": 33, "3": 38}
    assert dues(100, areas, Basis.HOUSEHOLD) == {"1": 34, "2": 33, "3": 33}


def test_a_personal_item_needs_each_homes_own_paper():
    """`domain/09` S1-5, S4-4."""
    check_consents(ItemClass.BASIC, {"1": ""})
    check_consents(ItemClass.PERSONAL, {"1": "T-1"})
    with pytest.raises(ConsentMissing, match="2"):
        check_consents(ItemClass.PERSONAL, {"1": "T-1", "2": " "})


@given(st.dictionaries(st.text("ab", min_size=1), st.integers(0, 1_000), min_size=1), st.data())
def test_no_home_puts_more_into_the_works_than_is_held_of_it(held, data):
    amount = data.draw(st.integers(0, sum(held.values())))

    shares = shares_of_use("L", amount, held)

    assert sum(shares.values()) == amount
    assert all(0 < fen <= held[home] for home, fen in shares.items())
    with pytest.raises(NotCollected):
        shares_of_use("L", sum(held.values()) + 1, held)


def test_money_goes_out_in_the_order_it_came_in_and_only_for_its_purpose():
    flows = [
        Flow(1, STATE, "2022", 100), Flow(2, RESIDENTS, "2022", 50), Flow(3, STATE, "2025", 70),
        Flow(4, STATE, "2022", 30), Flow(5, STATE, "2022", -110), Flow(6, RESIDENTS, "2022", -50),
    ]  # fmt: skip

    assert draws(flows) == [Draw(5, 1, 100), Draw(5, 4, 10), Draw(6, 2, 50)]


def test_a_reversed_payment_lines_up_again_and_moves_nothing_drawn_before():
    flows = [Flow(1, STATE, "w", 100), Flow(2, STATE, "w", -60)]
    after = [*flows, Flow(3, STATE, "w", 60), Flow(4, STATE, "w", -80)]

    assert draws(after)[: len(draws(flows))] == draws(flows)
    assert draws(after) == [Draw(2, 1, 60), Draw(4, 1, 40), Draw(4, 3, 40)]


@given(
    st.lists(
        st.tuples(
            st.sampled_from([STATE, RESIDENTS]), st.sampled_from("wv"), st.integers(-60, 100).filter(bool)
        ),
        max_size=40,
    )
)
def test_the_walk_is_exact_to_the_fen(steps):
    flows, left = [], {}
    for no, (source, works, fen) in enumerate(steps, start=1):
        if left.get((source, works), 0) + fen >= 0:
            left[source, works] = left.get((source, works), 0) + fen
            flows.append(Flow(no, source, works, fen))
    trail = draws(flows)

    for flow in flows:
        out = sum(d.fen for d in trail if d.went_out == flow.no)
        taken = sum(d.fen for d in trail if d.came_in == flow.no)
        assert out == max(0, -flow.fen)
        assert taken <= max(0, flow.fen)
    by_no = {flow.no: flow for flow in flows}
    for draw in trail:
        assert by_no[draw.went_out][1:3] == by_no[draw.came_in][1:3]
    unspent = sum(f.fen for f in flows if f.fen > 0) - sum(d.fen for d in trail)
    assert unspent == sum(left.values())
