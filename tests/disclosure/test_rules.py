"""What may be shown of small groups, and sums that must foot."""

from collections import defaultdict
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from ledger.disclosure.rules import FiguresDoNotFoot, check_foots, per_ten_thousand, suppressed


@pytest.mark.parametrize(
    ("cells", "shown"),
    [
        ({"a": 5, "b": 0, "c": 12}, {"a": 5, "b": 0, "c": 12}),
        ({"a": 2, "b": 3, "c": 12}, {"a": None, "b": None, "c": 12}),
        ({"a": 2, "b": 9, "c": 12}, {"a": None, "b": None, "c": 12}),  # alone, a would be the total less 21
        (
            {"a": 2, "b": 9, "c": 9},
            {"a": None, "b": None, "c": None},
        ),  # which of two equals was hidden would tell
        ({"a": 1, "b": 1, "c": 12}, {"a": None, "b": None, "c": None}),  # two that make two are one each
        ({"a": 4, "b": 4, "c": 12}, {"a": None, "b": None, "c": None}),  # two that make eight are four each
        ({"a": 3, "b": 0, "c": 0}, {"a": None, "b": None, "c": None}),  # else the total is its count
        ({}, {}),
    ],
)
def test_a_small_count_is_hidden_with_as_many_others_as_keep_its_secret(cells, shown):
    assert suppressed(cells, 5) == shown


counts = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 60) | st.integers(0, 6), min_size=2)


@given(counts, st.integers(3, 10))
def test_no_small_count_is_shown_and_no_shown_count_is_changed(cells, least):
    for cell, count in suppressed(cells, least).items():
        assert count in (None, cells[cell])
        assert count is None or count == 0 or count >= least


@given(counts, st.integers(3, 10))
@example({"a": 1, "b": 1, "c": 30}, 5)
@example({"a": 4, "b": 4, "c": 4, "d": 30}, 5)
@example({"a": 2, "b": 0}, 5)
def test_no_hidden_count_can_be_worked_out_from_the_total_and_what_is_shown(cells, least):
    shown = suppressed(cells, least)
    hidden = [cell for cell, count in shown.items() if count is None]
    assume(
        hidden and not all(count == 1 for count in cells.values())
    )  # then only hiding the total would help

    left = sum(cells.values()) - sum(count for count in shown.values() if count)
    noughts_too = any(cells[cell] == 0 for cell in hidden)
    assert len(hidden) > 1  # one alone would be what is left
    assert noughts_too or left > len(hidden)  # as many as cells would be one each
    if len(hidden) < len(cells):
        assert not all(cells[cell] == least - 1 for cell in hidden)  # as many as can be would be that each


def test_not_even_who_knows_how_cells_are_hidden_can_work_one_out():
    """Every table of three counts up to fourteen, grouped by what a reader sees of it: no cell has one answer."""
    least = 4
    seen = defaultdict(list)
    for table in product(range(15), repeat=3):
        shown = suppressed(dict(enumerate(table)), least)
        seen[sum(table), tuple(shown.values())].append(table)

    for (_, shown), tables in seen.items():
        for place, count in enumerate(shown):
            if (
                count is None and max(map(max, tables)) < 10
            ):  # beyond, the enumeration and not the rule is the bound
                assert len({table[place] for table in tables}) > 1, (shown, tables)


def test_opening_and_in_less_out_is_closing_or_it_is_not_disclosed():
    check_foots("fund", 100, 50, 30, 120)

    with pytest.raises(FiguresDoNotFoot, match=r"1\.00.*0\.50.*0\.30.*1\.21"):
        check_foots("fund", 100, 50, 30, 121)


@pytest.mark.parametrize(
    ("share", "e4"),
    [(Fraction(3, 4), 7_500), (Fraction(1, 3), 3_333), (Fraction(1, 20_000), 1), (None, None)],
)
def test_a_rate_is_in_hundredths_of_a_per_cent(share, e4):
    assert per_ten_thousand(share) == e4
