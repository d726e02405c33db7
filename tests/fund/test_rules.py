"""What the fund may pay for, who bears a bill, and when a part needs a top-up."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.community.rules import HomeKind, Warranty
from ledger.fund.rules import Deposited, Standing, standing
from ledger.fund.uses.rules import (
    REFUSALS,
    Authority,
    Bearer,
    Borne,
    NotForTheFund,
    NotPreauthorised,
    Object,
    Rule,
    ScopeEmpty,
    ScopeKind,
    ScopeWrong,
    charge_shares,
    check_fund_may_pay,
    check_preauthorised,
    check_scope_fits,
    judged,
    narrowed,
    shares_of_bill,
)
from ledger.fund.uses.step_and_emergency_rules import EVIDENCE, EmergencyCase, Paper
from ledger.money import split

DAY = date(2026, 7, 15)
T1 = (
    Bearer("A101", HomeKind.COMMODITY, 9_012),
    Bearer("A102", HomeKind.COMMODITY, 7_550),
    Bearer("S1", HomeKind.NON_RESIDENTIAL, 12_000),
    Bearer("B201", HomeKind.SOLD_PUBLIC, 5_230, "factory"),
    Bearer("B202", HomeKind.SOLD_PUBLIC, 4_818, "factory"),
)
T1_DEPOSITED = {"factory": Deposited(seller_fen=42_000_00, owners_fen=9_800_00)}


# Who bears a bill (165号令 Arts. 20–21)


def test_a_bill_is_borne_in_two_steps_by_area_then_by_what_was_deposited():
    """T1 of domain/01 §1.7, C = 120,000.00 yuan, quoted.

    "Expected: groups commodity 51,474.75 / non-res 37,296.04 / sold-public 31,229.21; A101 28,009.33,
    A102 23,465.42; S1 37,296.04; seller 25,320.98, owners 5,908.23 → B201 3,075.24, B202 2,832.99."
    """
    shares = shares_of_bill(120_000_00, T1, T1_DEPOSITED)

    assert shares == {
        ("commodity", "A101"): 28_009_33,
        ("commodity", "A102"): 23_465_42,
        ("non_residential", "S1"): 37_296_04,
        ("seller", "factory"): 25_320_98,
        ("sold_public", "B201"): 3_075_24,
        ("sold_public", "B202"): 2_832_99,
    }
    assert shares["commodity", "A101"] + shares["commodity", "A102"] == 51_474_75
    assert (
        sum(fen for (_, bearer), fen in shares.items() if bearer in {"factory", "B201", "B202"}) == 31_229_21
    )


def test_one_step_by_area_would_be_a_fen_wrong():
    """ "A one-step split by area would give A101 28,009.32: the two-step order matters." """
    assert split(120_000_00, {b.home: b.area_dm2 for b in T1})["A101"] == 28_009_32


def test_a_developer_bears_the_area_of_all_his_unsold_homes():
    bearers = [
        Bearer("1", HomeKind.COMMODITY, 5_000),
        Bearer("2", HomeKind.UNSOLD, 2_000, "builder"),
        Bearer("3", HomeKind.UNSOLD, 3_000, "builder"),
    ]

    assert shares_of_bill(1_000, bearers, {}) == {("commodity", "1"): 500, ("developer", "builder"): 500}


def test_a_seller_who_deposited_nothing_bears_nothing_and_one_who_deposited_all_bears_all():
    homes = [b for b in T1 if b.kind is HomeKind.SOLD_PUBLIC]

    nothing = shares_of_bill(10_048, homes, {"factory": Deposited(0, 100)})
    everything = shares_of_bill(10_048, homes, {"factory": Deposited(100, 0)})
    unknown = shares_of_bill(10_048, homes, {})

    by_area = {("sold_public", "B201"): 5_230, ("sold_public", "B202"): 4_818}
    assert nothing == by_area | {("seller", "factory"): 0}
    assert everything == dict.fromkeys(by_area, 0) | {("seller", "factory"): 10_048}
    assert unknown == by_area


def test_each_selling_unit_shares_with_its_own_buyers_only():
    bearers = [
        Bearer("1", HomeKind.SOLD_PUBLIC, 100, "mill"),
        Bearer("2", HomeKind.SOLD_PUBLIC, 100, "docks"),
    ]

    shares = shares_of_bill(200, bearers, {"mill": Deposited(3, 1), "docks": Deposited(1, 3)})

    assert shares == {
        ("seller", "mill"): 75,
        ("sold_public", "1"): 25,
        ("seller", "docks"): 25,
        ("sold_public", "2"): 75,
    }


def test_nobody_in_scope_bears_nothing():
    with pytest.raises(ScopeEmpty):
        shares_of_bill(100, [], {})


scopes = st.lists(
    st.tuples(
        st.sampled_from(HomeKind),
        st.integers(1, 30_000),
        st.sampled_from(["mill", "docks", "builder"]),
    ),
    min_size=1,
    max_size=14,
).map(
    lambda rows: [
        Bearer(f"{n:02d}", kind, area, firm if kind in (HomeKind.SOLD_PUBLIC, HomeKind.UNSOLD) else None)
        for n, (kind, area, firm) in enumerate(rows)
    ]
)
purses = st.fixed_dictionaries(
    {firm: st.builds(Deposited, st.integers(0, 10**9), st.integers(0, 10**9)) for firm in ("mill", "docks")}
)
bills = st.integers(1, 10**12)


@given(bills, scopes, purses)
def test_shares_sum_to_the_bill_and_none_is_below_nought(bill, bearers, deposited):
    shares = shares_of_bill(bill, bearers, deposited)

    assert sum(shares.values()) == bill
    assert min(shares.values()) >= 0


@given(bills, scopes, purses, st.randoms())
def test_the_order_of_the_list_moves_no_fen(bill, bearers, deposited, random):
    assert shares_of_bill(bill, random.sample(bearers, len(bearers)), deposited) == shares_of_bill(
        bill, bearers, deposited
    )


@given(bills, scopes, purses, st.lists(st.integers(-5, 10**11), min_size=20, max_size=20))
def test_no_part_is_charged_below_nought_and_what_it_cannot_carry_is_owed(bill, bearers, deposited, money):
    shares = shares_of_bill(bill, bearers, deposited)
    held = dict(zip(sorted({bearer for _, bearer in shares}), money, strict=False))

    borne = charge_shares(shares, held)

    assert sum(b.charged_fen + b.shortfall_fen for b in borne) == bill
    for share in borne:
        assert share.share_fen == share.charged_fen + share.shortfall_fen == shares[share.kind, share.bearer]
        assert 0 <= share.charged_fen <= max(0, held.get(share.bearer, 0))
        assert share.charged_fen == 0 or share.kind != "developer"
        assert (
            share.shortfall_fen == 0
            or share.kind == "developer"
            or share.charged_fen >= held.get(share.bearer, 0)
        )


def test_no_home_pays_for_another():
    borne = charge_shares({("commodity", "poor"): 50, ("commodity", "rich"): 50}, {"poor": 20, "rich": 900})

    assert borne == [Borne("poor", "commodity", 50, 20, 30), Borne("rich", "commodity", 50, 50, 0)]


# Top-ups (165号令 Art. 17)


@pytest.mark.parametrize(
    ("balance", "first", "verdict"),
    [
        (1_950_00, 6_500_00, Standing.SOUND),  # T5: exactly 30 %
        (1_949_99, 6_500_00, Standing.NEEDS_TOPUP),
        (0, 6_500_00, Standing.NEEDS_TOPUP),
        (0, 0, Standing.NO_FUND),
        (100_00, 0, Standing.NO_FUND),
    ],
)
def test_strictly_below_the_trigger_needs_a_top_up(balance, first, verdict):
    assert standing(balance, first, 30) is verdict


# What the fund may pay for (N1–N7, domain/01 §1.5)

UNDER_WARRANTY = Warranty("roof", "hongcheng", date(2019, 12, 20), date(2024, 12, 20))  # T6
ON_T6 = date(2021, 7, 1)
AGAINST = {
    Rule.N1: Object(exclusive=True),
    Rule.N2: Object(warranty=UNDER_WARRANTY),
    Rule.N3: Object(utility=True),
    Rule.N4: Object(damaged_by_known_person=True),
    Rule.N5: Object(daily_upkeep=True),
    Rule.N6: Object(forbidden_elsewhere=True),
    Rule.N7: Object(unrelated_to_repair=True),
}
ARTICLE = {
    Rule.N1: "第18条",
    Rule.N2: "第25条第（一）项",
    Rule.N3: "第25条第（二）项",
    Rule.N4: "第25条第（三）项",
    Rule.N5: "第25条第（四）项",
    Rule.N6: "",
    Rule.N7: "第18条",
}


@pytest.mark.parametrize("ground", AGAINST)
def test_each_ground_is_refused_with_its_article_and_the_right_route(ground):
    with pytest.raises(NotForTheFund) as refused:
        check_fund_may_pay(AGAINST[ground], ON_T6)

    sentence = refused.value.sentence("zh")
    assert ground.value in sentence
    assert ARTICLE[ground] in sentence
    assert REFUSALS[ground].route_zh in sentence
    assert REFUSALS[ground].route_en in refused.value.sentence("en")


def test_the_fund_pays_for_a_common_part_out_of_warranty():
    assert check_fund_may_pay(Object(), DAY) is Rule.Y1


def test_a_lift_of_more_than_fifteen_years_and_works_for_the_aged_are_encouraged():
    assert judged(Object(lift_since=date(2011, 7, 14)), DAY) is Rule.Y2
    assert judged(Object(lift_since=date(2011, 7, 15)), DAY) is Rule.Y1  # fifteen years to the day
    assert judged(Object(ageing_friendly=True), DAY) is Rule.Y2


def test_an_unclear_object_waits_for_a_second_person_unless_a_rule_forbids_it():
    assert judged(Object(unclear=True, ageing_friendly=True), DAY) is Rule.M1
    assert judged(Object(unclear=True, exclusive=True), DAY) is Rule.N1


def test_the_first_ground_in_order_is_named():
    everything = Object(True, UNDER_WARRANTY, True, True, True, True, True)
    for ground, less in zip(
        AGAINST,
        (
            "exclusive",
            "warranty",
            "utility",
            "damaged_by_known_person",
            "daily_upkeep",
            "forbidden_elsewhere",
        ),
        strict=False,
    ):
        assert judged(everything, ON_T6) is ground
        everything = replace(everything, **{less: None if less == "warranty" else False})


@pytest.mark.parametrize(
    ("on", "ground"),
    [
        (date(2019, 12, 19), Rule.Y1),
        (date(2019, 12, 20), Rule.N2),
        (ON_T6, Rule.N2),
        (date(2024, 12, 20), Rule.N2),
        (date(2024, 12, 21), Rule.Y1),
    ],
)
def test_a_warranty_stands_against_the_fund_until_its_last_day(on, ground):  # T6
    assert judged(Object(warranty=UNDER_WARRANTY), on) is ground


# Scope (domain/01 §1.6)


def test_a_scope_looks_at_what_it_needs_and_at_nothing_else():
    assert narrowed(ScopeKind.COMMUNITY, "5", "2", "东") == (None, None, None)
    assert narrowed(ScopeKind.BUILDING, "5", "2", "东") == ("5", None, None)
    assert narrowed(ScopeKind.STAIRWELL, "5", "2", "东") == ("5", "2", None)
    assert narrowed(ScopeKind.SIDE, "5", "2", "东") == ("5", "2", "东")


@pytest.mark.parametrize(
    ("scope", "building"),
    [
        (ScopeKind.BUILDING, None),
        (ScopeKind.STAIRWELL, None),
        (ScopeKind.STAIRWELL, "5"),
        (ScopeKind.SIDE, "5"),
    ],
)
def test_a_scope_that_does_not_say_where_has_nobody_in_it(scope, building):
    with pytest.raises(ScopeEmpty):
        narrowed(scope, building, None)


def test_a_part_of_one_building_is_borne_there_and_a_part_of_all_by_whomever_the_plan_names():
    check_scope_fits("roof-5", "5", "5")
    check_scope_fits("pump", None, None)
    check_scope_fits("drain", None, "5")
    for elsewhere in ("7", None):
        with pytest.raises(ScopeWrong, match="roof-5"):
            check_scope_fits("roof-5", "5", elsewhere)


# What a collective vote covers (domain/01 §1.8)


GIVEN = Authority(date(2026, 7, 1), 10_000_000, 3, 5, 1_000_000_000, 40_000_000, same_bearers=True)


def test_a_collective_vote_covers_what_is_within_all_of_its_limits():
    check_preauthorised("P-1", 9_999_999, date(2029, 7, 1), GIVEN)
    check_preauthorised("P-1", 9_999_999, DAY, GIVEN._replace(used_fen=50_000_000 - 9_999_999))


@pytest.mark.parametrize(
    ("budget_fen", "on", "changes", "why"),
    [
        (10_000_000, DAY, {}, "单项须低于"),
        (9_999_999, date(2029, 7, 2), {}, "2029-07-01 到期"),
        (9_999_999, DAY, {"used_fen": 50_000_000 - 9_999_998}, "超过交存总额的 5%"),
        (100, DAY, {"same_bearers": False}, "受益业主与表决业主不同"),
    ],
)
def test_a_collective_vote_covers_nothing_beyond_a_limit(budget_fen, on, changes, why):
    with pytest.raises(NotPreauthorised, match=why):
        check_preauthorised("P-1", budget_fen, on, GIVEN._replace(**changes))


@pytest.mark.parametrize("case", EmergencyCase)
def test_every_emergency_shows_photographs_and_what_falls_shows_an_expert(case):
    assert Paper.PHOTO in EVIDENCE[case]
    falls = case in (EmergencyCase.FACADE_FALL, EmergencyCase.WALL_ROAD_COLLAPSE, EmergencyCase.OTHER_SAFETY)
    assert (Paper.EXPERT_NOTE in EVIDENCE[case]) == falls
