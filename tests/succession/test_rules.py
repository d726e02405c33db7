"""What homes hold passes on whole, and what does not fit is refused."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.community.rules import HomeKind, passed_on
from ledger.fund.gains.rules import Part, PartKind, handed_on
from ledger.succession.rules import (
    AreasDiffer,
    HomesApart,
    Joined,
    MergedWithItself,
    Obstacle,
    OwnersDiffer,
    SuccessionAhead,
    SuccessionTooEarly,
    check_areas,
    check_joined,
    check_since,
    stands_open,
)

ONE = Joined("1-1-101", "1", HomeKind.COMMODITY, None, "p-1")
TODAY = date(2026, 7, 15)
areas = st.integers(min_value=1, max_value=10_000_000)
fen = st.integers(min_value=0, max_value=10**12)


@given(
    st.dictionaries(st.sampled_from("abcdxy"), fen),
    st.dictionaries(st.sampled_from("ab"), st.dictionaries(st.sampled_from("cd"), areas, min_size=1)),
    st.dictionaries(st.sampled_from("cd"), st.dictionaries(st.sampled_from("efg"), areas, min_size=1)),
)
def test_nothing_is_lost_or_made_however_often_homes_are_divided_and_merged(held, first, then):
    after = passed_on(held, first | then)

    assert sum(after.values()) == sum(held.values())
    assert not after.keys() & (first | then).keys()
    assert all(share >= 0 for share in after.values())
    assert all(after[home] >= held[home] for home in held.keys() - first.keys() - then.keys())


def test_by_area_to_the_fen_the_odd_one_to_the_largest_remainder():
    assert passed_on({"old": 10_001, "other": 5}, {"old": {"a": 5_000, "b": 3_000}}) == {
        "a": 6_251,
        "b": 3_750,
        "other": 5,
    }


def test_what_a_selling_unit_earned_stays_its_own():
    shares = {Part(PartKind.HOME, "old"): 100, Part(PartKind.SELLER, "old"): 7, Part(PartKind.HOME, "b"): 1}

    assert handed_on(shares, {"old": {"a": 1, "b": 1}}) == {
        Part(PartKind.SELLER, "old"): 7,
        Part(PartKind.HOME, "a"): 50,
        Part(PartKind.HOME, "b"): 51,
    }


def test_areas_add_up_unless_a_paper_corrects_them():
    check_areas(8_000, 8_000, corrected=False)
    check_areas(8_000, 8_050, corrected=True)
    with pytest.raises(AreasDiffer, match=r"80\.00.*80\.50"):
        check_areas(8_000, 8_050, corrected=False)


@pytest.mark.parametrize(
    ("refusal", "other"),
    [
        (MergedWithItself, {}),
        (HomesApart, {"home": "2-1-101", "building": "2"}),
        (HomesApart, {"home": "1-1-001", "kind": HomeKind.NON_RESIDENTIAL}),
        (HomesApart, {"home": "1-1-102", "seller": "mill"}),
        (OwnersDiffer, {"home": "1-1-102", "head": "p-2"}),
    ],
)
def test_only_homes_of_one_building_kind_and_owner_are_merged(refusal, other):
    check_joined([ONE, ONE._replace(home="1-1-103")])
    with pytest.raises(refusal):
        check_joined([ONE, ONE._replace(**other)])


def test_the_day_has_come_and_its_owner_had_it_by_then():
    check_since("1-1-101", TODAY, TODAY, TODAY)
    check_since("1-1-101", TODAY, None, TODAY)
    with pytest.raises(SuccessionAhead):
        check_since("1-1-101", date(2026, 7, 16), None, TODAY)
    with pytest.raises(SuccessionTooEarly, match="2026年7月2日"):
        check_since("1-1-101", date(2026, 7, 1), date(2026, 7, 2), TODAY)


def test_what_stands_against_it_is_named_with_what_to_do_first():
    named = stands_open(Obstacle.FUND_USE, "1-1-101", "P-1")

    assert named.words == (
        "1-1-101 P-1 维修资金还没有付完、分摊完：先办完",
        "1-1-101 P-1 a use of the fund is not paid and shared out: end it first",
    )
