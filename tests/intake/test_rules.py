"""Which home a remark names: every spelling that names one, and never a guess."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.intake.rules import home_named

HOMES = {"3-2-501", "3-2-502", "13-2-501", "3-2-50", "12-1-101A", "B1-1-101"}


@pytest.mark.parametrize(
    "remark",
    [
        "3-2-501",
        "3-2-501 物业费",
        "物业费3-2-501室",
        "交 3 - 2 - 501 物业费",
        "3－2－501",
        "３－２－５０１",
        "3—2—501",
        "3–2–501",
        "3−2−501",
        "3#2-501",
        "3#2#501",
        "３＃２－５０１",
        "3幢2单元501",
        "3幢2单元501室",
        "3栋2单元501室物业费",
        "3号楼2单元501",
        "3号楼 2门 501",
        "3 幢 2 单元 501 室",
        "３幢２单元５０１室",
        "2026-07-15 3-2-501",
        "3-2-501，3幢2单元501室",
        "13812345678 3-2-501",
    ],
)
def test_every_spelling_of_a_home_names_it(remark):
    assert home_named(remark, HOMES).home == "3-2-501"


@pytest.mark.parametrize(
    ("remark", "home"),
    [
        ("13-2-501", "13-2-501"),
        ("3-2-50", "3-2-50"),
        ("12-1-101a", "12-1-101A"),
        ("b1幢1单元101", "B1-1-101"),
    ],
)
def test_a_home_is_not_taken_for_one_whose_code_it_contains(remark, home):
    assert home_named(remark, HOMES).home == home


@pytest.mark.parametrize(
    "remark",
    [
        "",
        "物业费",
        "501",
        "3幢501",
        "3-501",
        "2单元501室",
        "三幢二单元五零一",
        "3.2.501",
        "3/2/501",
        "2026-07-15",
        "3-2-501-1",
        "1-3-2-501",
        "3-2-5011",
        "A3-2-501",
        "138-1234-5678",
    ],
)
def test_what_names_no_home_matches_none(remark):
    assert home_named(remark, HOMES).home is None


def test_two_homes_in_one_remark_wait_for_a_person():
    match = home_named("3-2-501和3幢2单元502室 物业费", HOMES)

    assert match.home is None
    assert match.why == "several homes: 3-2-501, 3-2-502"


def test_a_home_that_is_not_in_the_register_is_said():
    assert home_named("9-9-999", HOMES) == (None, "not in the register: 9-9-999")


def test_a_known_home_beside_an_unknown_one_is_the_one_meant():
    assert home_named("9-9-999 3-2-501", HOMES).home == "3-2-501"


def test_two_codes_that_differ_only_by_large_and_small_letters_are_not_told_apart():
    assert home_named("1-1-101a", {"1-1-101a", "1-1-101A"}).home is None


codes = st.tuples(st.integers(1, 99), st.integers(1, 9), st.integers(101, 3399)).map(
    lambda t: "-".join(map(str, t))
)


@given(st.sets(codes, min_size=1, max_size=8), st.sets(codes, max_size=3), st.sampled_from("、 ，\n和"))
def test_a_match_is_always_a_home_that_the_remark_spells_out(homes, named, between):
    match = home_named(between.join(sorted(named)), homes)

    assert match.home == (named & homes).pop() if len(named & homes) == 1 else match.home is None
