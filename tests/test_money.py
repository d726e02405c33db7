"""Money is whole fen: what can be read, what is shown, and splits that lose nothing."""

import ast
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ledger.money
from ledger.money import MOST_FEN, AmountMalformed, NumberMalformed, fen, parts, round_half_up, split, whole
from ledger.words import yuan

weights = st.dictionaries(
    st.text("0123456789-", min_size=1, max_size=6), st.integers(0, 10**7), min_size=1, max_size=40
).filter(lambda shares: any(shares.values()))


@pytest.mark.parametrize(
    ("written", "amount_fen"),
    [
        ("0", 0),
        ("1234.56", 123_456),
        ("1,234.50", 123_450),
        ("1，234.5", 123_450),
        ("12,345,678.90", 1_234_567_890),
        ("¥20", 2_000),
        ("￥ 20.00 ", 2_000),
        ("-3.00", -300),
        ("+3", 300),
        (".5", 50),
        ("5.", 500),
        ("0.10", 10),
        ("-0", 0),
        ("90071992547409.91", MOST_FEN),
        ("-90071992547409.91", -MOST_FEN),
    ],
)
def test_an_amount_is_read_as_people_write_it(written, amount_fen):
    assert fen(written) == amount_fen


@pytest.mark.parametrize(
    "written",
    [
        "", " ", "¥", "-", ".", "abc", "1 2", "1.234", "0.001", "1e2", "1E2", "0x10", "1/2", "--1", "1.2.3",
        "NaN", "Infinity", "-inf", "sNaN", "(3.00)", "1_000",
        "90071992547409.92", "-90071992547409.92", "9" * 400,
        "1.0000000000000000000000000000001",
    ],
)  # fmt: skip
def test_what_is_no_amount_is_refused(written):
    with pytest.raises(AmountMalformed) as refusal:
        fen(written)
    assert refusal.value.facts["value"] == written


@pytest.mark.parametrize("written", ["12,34", "1,2,3", ",5", "1,", "1,2345", "1234,567", "1.5,000", "0,50"])
def test_a_comma_that_parts_no_thousands_is_refused_not_skipped(written):
    with pytest.raises(AmountMalformed):
        fen(written)


@given(st.integers(-MOST_FEN, MOST_FEN))
def test_what_is_shown_can_be_read_back(amount_fen):
    assert fen(yuan(amount_fen)) == amount_fen


@given(st.text())
def test_any_text_is_an_amount_or_refused(text):
    try:
        amount = fen(text)
    except AmountMalformed:
        return
    assert type(amount) is int
    assert abs(amount) <= MOST_FEN


@pytest.mark.parametrize(
    ("amount_fen", "shown"),
    [(0, "0.00"), (1, "0.01"), (-1, "-0.01"), (-123_450, "-1,234.50"), (100_000_000, "1,000,000.00")],
)
def test_yuan_have_commas_and_two_decimals(amount_fen, shown):
    assert yuan(amount_fen) == shown


@pytest.mark.parametrize(
    ("value", "rounded"),
    [
        (Fraction(1, 2), 1),
        (Fraction(-1, 2), -1),
        (Fraction(3, 2), 2),
        (Fraction(5, 2), 3),
        (Fraction(49, 100), 0),
        (Fraction(-49, 100), 0),
        (Fraction(-51, 100), -1),
        (Fraction(7), 7),
    ],
)
def test_a_half_goes_away_from_nought(value, rounded):
    assert round_half_up(value) == rounded


def test_a_hundred_over_three_gives_the_odd_fen_to_the_first():
    assert split(10_000, {"b": 1, "a": 1, "c": 1}) == {"a": 3_334, "b": 3_333, "c": 3_333}


def test_the_largest_remainder_gets_the_odd_fen():
    assert split(10, {"a": 1, "b": 5}) == {"a": 2, "b": 8}
    assert split(100, {"a": 1, "b": 1, "c": 4}) == {"a": 17, "b": 17, "c": 66}


@given(st.integers(-MOST_FEN, MOST_FEN), weights)
def test_a_split_loses_nothing(total_fen, by):
    assert sum(split(total_fen, by).values()) == total_fen


@given(st.integers(0, MOST_FEN), weights)
def test_no_share_is_a_whole_fen_away_from_its_quota(total_fen, by):
    whole = sum(by.values())
    for key, share_fen in split(total_fen, by).items():
        assert abs(share_fen - Fraction(total_fen * by[key], whole)) < 1


@given(st.integers(0, MOST_FEN), weights)
def test_without_weight_there_is_no_share(total_fen, by):
    shares = split(total_fen, by)
    assert shares.keys() == by.keys()
    assert all(shares[key] == 0 for key, weight in by.items() if weight == 0)


@given(st.integers(0, MOST_FEN), weights, st.randoms())
def test_the_order_of_the_list_does_not_matter(total_fen, by, chance):
    shuffled = list(by.items())
    chance.shuffle(shuffled)
    assert split(total_fen, dict(shuffled)) == split(total_fen, by)


@given(st.integers(0, MOST_FEN), weights)
def test_a_refund_is_split_as_the_mirror_image(total_fen, by):
    assert split(-total_fen, by) == {key: -share for key, share in split(total_fen, by).items()}


def test_nothing_can_be_split_among_nobody():
    assert split(0, {}) == {}
    assert split(0, {"a": 0}) == {"a": 0}
    with pytest.raises(ValueError):
        split(1, {})
    with pytest.raises(ValueError):
        split(1, {"a": 0, "b": 0})
    with pytest.raises(ValueError):
        split(1, {"a": 2, "b": -1})


def test_no_float_comes_near_money():
    tree = ast.parse(Path(ledger.money.__file__).read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        assert not (isinstance(node, ast.Constant) and isinstance(node.value, float)), ast.dump(node)
        assert not (isinstance(node, ast.Name) and node.id == "float"), ast.dump(node)
        assert not isinstance(node, ast.Div), "true division gives a float"


@pytest.mark.parametrize(
    ("written", "places", "stored", "shown"),
    [
        ("1.65", 4, 16_500, "1.65"),
        ("1.6543", 4, 16_543, "1.6543"),
        ("3", 2, 300, "3.00"),
        ("0.03", 4, 300, "0.03"),
        (".5", 2, 50, "0.50"),
        ("-1.5", 2, -150, "-1.50"),
        ("87.730", 2, 8_773, "87.73"),
        ("1,800.00", 4, 18_000_000, "1,800.00"),
    ],
)
def test_a_number_with_decimals_is_kept_as_a_whole_one(written, places, stored, shown):
    assert whole(written, places) == stored
    assert parts(stored, places) == shown


@pytest.mark.parametrize("written", ["", ".", "abc", "1e2", "1_0", "NaN", "1,5", "1.23456", "9" * 17])
def test_what_is_no_such_number_is_refused(written):
    with pytest.raises(NumberMalformed):
        whole(written, 4)


@given(st.integers(-MOST_FEN, MOST_FEN), st.integers(1, 6))
def test_a_number_shown_is_read_again_as_it_was(value, places):
    assert whole(parts(value, places), places) == value
