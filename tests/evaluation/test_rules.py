"""How a firm is scored, and that a stranger scores the same from what is published."""

import json
from fractions import Fraction
from importlib.resources import files
from itertools import pairwise

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
)
from ledger.noticeboard.rules import canonical_body

RUBRIC = read_rubric((files("ledger.evaluation") / "rubrics" / f"{actions.RUBRIC}.json").read_text("utf-8"))
BY_ID = {indicator.id: indicator for indicator in RUBRIC.indicators}
GROUPS = {"A": 30, "B": 20, "C": 10, "D": 25, "E": 10, "F": 5}


def measured(percent, base=1_000, **more):
    return Measure(None if percent is None else Fraction(percent) / 100, base, "数", "figure", **more)


def card_of(percents, default=None):
    """A scorecard with some indicators measured in per cent, the others N/A or at a default."""
    return scorecard(RUBRIC, {i: measured(percents.get(i, default)) for i in BY_ID})


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


def scored_by_a_stranger(body: bytes) -> int:
    """The score in hundredths from the published JSON alone, written after domain/07 §7.2 and nothing else."""
    card = json.loads(body)
    share = {}
    for row in card["indicators"]:
        if row["missing"]:
            share[row["id"]] = Fraction(0)
        elif row["value"] is not None and row["base"] >= row["least_base"]:
            x = Fraction(*row["value"]) * 100
            points = [(Fraction(a), Fraction(b)) for a, b in row["curve"]]
            level = points[0][1] if x <= points[0][0] else points[-1][1]
            for (x0, y0), (x1, y1) in pairwise(points):
                if x0 < x <= x1:
                    level = y0 + (y1 - y0) * (x - x0) / (x1 - x0)
            towards, at_most = map(Fraction, row["progress"] or (0, 0))
            if row["before"] and (before := Fraction(*row["before"]) * 100) < towards:
                level = max(level, at_most * max(0, min(1, (x - before) / (towards - before))))
            share[row["id"]] = level
    points_of = {row["id"]: row["points"] for row in card["indicators"]}
    worth = dict.fromkeys(share, Fraction(0))
    for group in {row["group"] for row in card["indicators"]}:
        members = [row["id"] for row in card["indicators"] if row["group"] == group]
        whole, assessed = sum(points_of[m] for m in members), sum(points_of[m] for m in members if m in share)
        for m in members:
            if m in share:
                worth[m] = Fraction(whole * points_of[m], assessed)
    in_all = sum(worth.values())
    score = sum((worth[i] / in_all * 100 * share[i] for i in share), Fraction(0))
    return int((score * 100 + Fraction(1, 2)) // 1)


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
def test_a_stranger_computes_the_same_score_from_the_published_bytes_alone(of_all):
    card = scorecard(RUBRIC, of_all)
    body = canonical_body(content(card))

    assert scored_by_a_stranger(body) == json.loads(body)["score_e2"]
    assert 0 <= card.score <= 100
    assert sum(row.weight for row in card.rows) == (100 if card.assessed_points else 0)
