"""How a firm is scored, and that a stranger scores the same from what is published."""

import json
from fractions import Fraction
from hashlib import sha256
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.evaluation import actions
from ledger.evaluation.rules import (
    NOT_RATED,
    Measure,
    content,
    grade_of,
    hundredths,
    on_curve,
    read_rubric,
    scorecard,
    share_of_points,
    why_no_grade,
)
from ledger.evaluation.standards import rubric_bytes
from ledger.noticeboard.rules import canonical_body, digest
from tests.recompute_score import faults

RUBRIC = read_rubric(rubric_bytes(actions.RUBRIC).decode())
GRADED = RUBRIC._replace(grade_needs=())
"""The standard as it will be once surveys can be held: nothing then stands in the way of a grade but too little."""
BY_ID = {indicator.id: indicator for indicator in RUBRIC.indicators}
GROUPS = {"A": 30, "B": 20, "C": 10, "D": 25, "E": 10, "F": 5}


def measured(percent, base=1_000, **more):
    return Measure(None if percent is None else Fraction(percent) / 100, base, "数", "figure", **more)


def card_of(percents, default=None):
    """A scorecard with some indicators measured in per cent, the others N/A or at a default."""
    return scorecard(GRADED, {i: measured(percents.get(i, default)) for i in BY_ID})


# The rubric (domain/07 §7.2)


def test_the_rubric_sums_to_a_hundred_by_groups():
    """T9: 30 + 20 + 10 + 25 + 10 + 5 = 100."""
    sums = {g: sum(i.points for i in RUBRIC.indicators if i.group == g) for g, *_ in RUBRIC.groups}

    assert sums == GROUPS
    assert sum(sums.values()) == 100


def test_every_curve_runs_from_left_to_right_between_nothing_and_all():
    for indicator in RUBRIC.indicators:
        xs = [x for x, _ in indicator.curve]
        shares = [share for _, share in indicator.curve]
        assert xs == sorted(set(xs)), indicator.id
        assert {min(shares), max(shares)} == {0, 1}, indicator.id
        assert shares == sorted(shares, reverse=indicator.id == "A3"), (
            indicator.id
        )  # of reopening less is better


@pytest.mark.parametrize(
    ("percent", "share"),
    [(0, 0), (70, 0), (80, Fraction(3, 10)), (90, Fraction(6, 10)), (94, Fraction(8, 10)), (98, 1), (100, 1)],
)
def test_points_run_straight_between_the_bends_and_level_beyond_the_ends(percent, share):
    assert on_curve(Fraction(percent), BY_ID["A1"].curve) == share


def test_three_quarters_collected_earn_five_point_four_points():
    """T8: CR1 75.0 % lies between (65, 0.8) and (85, 1): 0.9 of 6 points."""
    assert share_of_points(BY_ID["C1"], measured(75)) * BY_ID["C1"].points == Fraction("5.4")


@pytest.mark.parametrize(
    ("before", "share"),
    [
        (None, Fraction(0)),
        (30, Fraction(0)),  # nothing gained, and the level earns nothing
        (20, Fraction(10, 65) * Fraction(9, 10)),
        (40, Fraction(0)),  # worse than before
        (85, Fraction(0)),
    ],
)
def test_a_low_collection_rate_earns_by_its_improvement(before, share):
    measure = measured(30, before=None if before is None else Fraction(before, 100))

    assert share_of_points(BY_ID["C1"], measure) == share


def test_improvement_earns_at_most_nine_tenths_and_never_less_than_the_level():
    assert share_of_points(BY_ID["C1"], measured(85, before=Fraction(20, 100))) == 1
    assert share_of_points(BY_ID["C1"], measured(84, before=Fraction(83, 100))) == Fraction(99, 100)
    assert share_of_points(BY_ID["C2"], measured(0, before=Fraction(0))) == 0


# What cannot be assessed


def test_too_few_cases_are_not_assessed_and_enough_are():
    least = BY_ID["A2"].least_base

    assert least == 20
    assert share_of_points(BY_ID["A2"], measured(100, base=least - 1)) is None
    assert share_of_points(BY_ID["A2"], measured(100, base=least)) == 1
    assert share_of_points(BY_ID["A2"], measured(None)) is None


def test_d2_cases_that_would_point_at_people_are_neither_assessed_nor_told():
    """A5 asks for three complaints; fewer than five are not told, so they earn and cost nothing."""
    three, twelve = (
        content(scorecard(RUBRIC, {i: measured(50, base=base) for i in BY_ID}))["indicators"]
        for base in (3, 12)
    )
    complaints, ordinary = ({row["id"]: row for row in of} for of in (three, twelve))

    assert BY_ID["A5"].least_base == 3
    assert (complaints["A5"]["assessed"], complaints["A5"]["value"], complaints["A5"]["base"]) == (
        False,
        None,
        None,
    )
    assert "3" not in complaints["A5"]["how_zh"] + complaints["A5"]["how_en"]
    assert (ordinary["A2"]["assessed"], ordinary["A2"]["value"], ordinary["A2"]["base"]) == (False, None, 12)
    assert "12" in ordinary["A2"]["how_zh"]


# What a grade asks for (C1)


def test_c1_without_a_survey_there_is_no_grade_and_the_score_says_why():
    """Nobody is called good while what residents think of the firm cannot be held."""
    good = {i: measured(100 if i != "A3" else 0) for i in BY_ID}
    unheld = Measure(
        None, 0, "本系统还不能登记满意度问卷", "this system cannot hold surveys yet", unheld=True
    )

    card = scorecard(RUBRIC, good | {"B1": unheld, "B4": unheld})

    assert (card.score, card.assessed_points, card.grade) == (100, 88, NOT_RATED)
    body = content(card)
    assert body["no_grade"] is True
    assert body["grade_needs"] == ["B1", "B4"]
    assert (
        body["why_no_grade_zh"]
        == "B1 业主满意率：本系统还不能登记满意度问卷；B4 测评参与率：本系统还不能登记满意度问卷"
    )
    assert "this system cannot hold surveys yet" in body["why_no_grade_en"]


def test_c1_a_survey_that_was_not_handed_in_earns_nothing_once_it_could_be():
    good = {i: measured(100 if i != "A3" else 0) for i in BY_ID}
    missing = Measure(None, 0, "没有问卷", "no survey", missing=True)

    card = scorecard(RUBRIC, good | {"B1": missing, "B4": missing})

    assert (card.score, card.grade.grade) == (100 - 9 - 3, "B")
    assert why_no_grade(card) is None


# Versions of the standard (C6)


FIRST_RUBRIC = "9250ec42b14f8db7141c88580ee081d03c746a6ac2343367a3cee5f0691a1ddd"
SECOND_RUBRIC = "df76dc5a0cf9d4e4f857b7682b2862df19d92fe8eae51d3bf2f33ec00dc42aa0"


@pytest.mark.parametrize(
    ("version", "its"), [("default-2026.1", FIRST_RUBRIC), ("default-2026.2", SECOND_RUBRIC)]
)
def test_c6_a_version_by_which_scores_were_published_stays_byte_for_byte(version, its):
    assert sha256(rubric_bytes(version)).hexdigest() == its


@pytest.mark.parametrize(
    "name",
    sorted(file.name for file in (files("ledger.evaluation") / "rubrics").iterdir()),
)
def test_c6_every_version_of_the_standard_can_be_read_and_scores(name):
    rubric = read_rubric(rubric_bytes(name.removesuffix(".json")).decode())

    card = scorecard(rubric, {i: measured(100 if i != "A3" else 0) for i in BY_ID})

    assert (rubric.version, card.score, card.grade.grade) == (name.removesuffix(".json"), 100, "A")


def test_c6_what_is_special_about_an_indicator_is_data_of_the_standard():
    """The second curve of C1, the follow-up share, what counts as satisfied, what a grade needs: change them in the
    bytes and the score changes."""
    data = json.loads(rubric_bytes(actions.RUBRIC))
    assert data["counting"].keys() == set(RUBRIC.counting._fields)
    del next(i for i in data["indicators"] if i["id"] == "C1")["progress"]
    data["grade_needs"] = []

    changed = read_rubric(json.dumps(data))

    better = measured(40, before=Fraction(20, 100))
    c1 = {i.id: i for i in changed.indicators}["C1"]
    assert share_of_points(c1, better) < share_of_points(BY_ID["C1"], better)
    assert changed.grade_needs == ()


def test_data_that_had_to_be_handed_in_and_was_not_earns_nothing():
    missing = Measure(None, 0, "无", "none", missing=True)
    card = scorecard(RUBRIC, {i: missing if i == "D2" else measured(100 if i != "A3" else 0) for i in BY_ID})

    assert (card.score, card.assessed_points) == (100 - 7, 100)


def test_points_of_what_is_not_assessed_go_to_the_others_of_its_group():
    card = scorecard(RUBRIC, {i: measured(None if i in {"A1", "A5"} else 100) for i in BY_ID})

    weights = {row.indicator.id: row.weight for row in card.rows}
    assert (weights["A1"], weights["A5"]) == (0, 0)
    assert weights["A2"] == 8 + Fraction(14 * 8, 16)
    assert weights["A3"] == weights["A4"] == 4 + Fraction(14 * 4, 16)
    assert sum(weights.values()) == 100
    assert {i: w for i, w in weights.items() if i[0] != "A"} == {
        i: BY_ID[i].points for i in BY_ID if i[0] != "A"
    }


def test_points_of_an_empty_group_go_to_all_others():
    card = scorecard(RUBRIC, {i: measured(None if i[0] in "EF" else 100) for i in BY_ID})

    weights = {row.indicator.id: row.weight for row in card.rows}
    assert weights["A1"] == 8 * Fraction(100, 85)
    assert sum(weights.values()) == 100


def test_below_seventy_assessable_points_there_is_no_grade_however_good_the_rest():
    no_b_no_a5 = card_of(dict.fromkeys(["B1", "B2", "B3", "B4", "A5", "A3"]), default=100)
    one_more = card_of({**dict.fromkeys(["B1", "B2", "B3", "B4", "A5"]), "A3": 0}, default=100)

    assert (no_b_no_a5.assessed_points, one_more.assessed_points) == (70, 74)
    assert no_b_no_a5.grade.grade == "A"
    less = card_of(dict.fromkeys(["B1", "B2", "B3", "B4", "A5", "A3", "F2"]), default=100)
    assert (less.assessed_points, less.grade) == (68, NOT_RATED)
    assert less.score == 100


def test_with_nothing_assessed_there_is_no_score():
    card = card_of({})

    assert (card.score, card.assessed_points, card.grade) == (0, 0, NOT_RATED)


# Grades


@pytest.mark.parametrize(
    ("score", "grade"),
    [
        ("100", "A"),
        ("90", "A"),
        ("89.99", "B"),
        ("80", "B"),
        ("79.99", "C"),
        ("60", "C"),
        ("59.99", "D"),
        ("0", "D"),
    ],
)
def test_a_bound_belongs_to_the_better_grade(score, grade):
    assert grade_of(RUBRIC, Fraction(score)).grade == grade


@pytest.mark.parametrize(("score", "shown", "grade"), [("79.995", 8_000, "B"), ("79.9949", 7_999, "C")])
def test_the_grade_is_that_of_the_score_that_is_shown(score, shown, grade):
    assert hundredths(Fraction(score)) == shown
    assert grade_of(RUBRIC, Fraction(score)).grade == grade


# What a stranger computes


measures = st.one_of(
    st.just(Measure(None, 0, "无", "none")),
    st.just(Measure(None, 0, "缺", "missing", missing=True)),
    st.builds(
        lambda good, base, before: Measure(Fraction(good, base), base, "数", "figure", before=before),
        st.integers(0, 120),
        st.integers(1, 120),
        st.none() | st.fractions(0, 1, max_denominator=97),
    ),
)


@given(st.fixed_dictionaries(dict.fromkeys(BY_ID, measures)))
def test_c6_a_stranger_computes_the_same_score_from_the_published_bytes_alone(of_all):
    rubric = rubric_bytes(actions.RUBRIC)
    card = scorecard(RUBRIC, of_all)
    body = canonical_body({"rubric_sha256": digest(rubric), **content(card)})

    assert faults(body, rubric) == []
    assert 0 <= card.score <= 100
    assert sum(row.weight for row in card.rows) == (100 if card.assessed_points else 0)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"score_e2": 9_999}, "score_e2"),
        ({"grade": "A", "no_grade": False}, "grade"),
        ({"rubric_sha256": "0" * 64}, "rubric_sha256"),
        ({"assessed_points": 100}, "assessed_points"),
    ],
)
def test_c6_a_stranger_sees_a_card_that_is_not_what_its_counts_make(change, named):
    rubric = rubric_bytes(actions.RUBRIC)
    measured_half = {i: measured(80) for i in BY_ID} | {"B1": measured(None), "B4": measured(None)}
    card = {"rubric_sha256": digest(rubric), **content(scorecard(RUBRIC, measured_half))}

    assert faults(canonical_body(card), rubric) == []
    assert [fault for fault in faults(canonical_body(card | change), rubric) if named in fault]


def test_c6_a_stranger_sees_a_count_that_was_changed():
    rubric = rubric_bytes(actions.RUBRIC)
    card = {"rubric_sha256": digest(rubric), **content(scorecard(RUBRIC, {i: measured(80) for i in BY_ID}))}
    card["indicators"][0]["inputs"] = [[95, 100]]

    assert any("A1 value" in fault for fault in faults(canonical_body(card), rubric))
