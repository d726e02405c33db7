"""What a password must be, and how long a guesser waits."""

from datetime import UTC, datetime, timedelta

import pytest

from ledger.people.rules import (
    FREE_TRIES,
    LONGEST_WAIT,
    NETWORK_TRIES,
    SPREAD_TRIES,
    PasswordGuessable,
    PasswordShort,
    check_password_good,
    free_at,
    normal,
)

NOW = datetime(2026, 7, 28, 2, 0, tzinfo=UTC)
NAMES = ("mei", "梅经理")


@pytest.mark.parametrize(
    "password", ["a sentence of mine", "三栋的水泵修好了", "ｆｕｌｌ width words", "correct horse battery"]
)
def test_a_sentence_is_a_password_whatever_its_letters(password):
    check_password_good(password, names=NAMES, with_factor=False)


@pytest.mark.parametrize("password", ["fourteen chars", "水泵修好了", "Aa1!Aa1!", ""])
def test_one_that_stands_alone_has_fifteen_characters_a_chinese_one_counting_twice(password):
    with pytest.raises(PasswordShort) as refusal:
        check_password_good(password, names=NAMES, with_factor=False)
    assert refusal.value.facts["least"] == 15


def test_beside_a_second_factor_eight_are_enough():
    check_password_good("lamp-oil", names=NAMES, with_factor=True)
    with pytest.raises(PasswordShort):
        check_password_good("lamp-oi", names=NAMES, with_factor=True)


@pytest.mark.parametrize(
    "password",
    ["aaaaaaaaaaaaaaaa", "abababababababab", "abcdefghijklmnop", "mei mei mei mei mei", "梅经理梅经理梅经理"],
)
def test_names_repetitions_and_counting_are_guesses(password):
    with pytest.raises(PasswordGuessable):
        check_password_good(password, names=NAMES, with_factor=False)


def test_full_width_letters_are_the_same_password():
    assert normal("ｐａｓｓ１") == normal("pass1")


def wrong(times: int) -> list[datetime]:
    return [NOW + timedelta(seconds=second) for second in range(times)]


def test_a_few_wrong_tries_cost_nothing_and_then_the_wait_doubles_to_a_quarter_of_an_hour():
    assert free_at([], 0, 0, known=False) is None
    assert free_at(wrong(FREE_TRIES), FREE_TRIES, FREE_TRIES, known=False) is None
    waits = []
    for times in range(FREE_TRIES + 1, FREE_TRIES + 8):
        tries = wrong(times)
        waits.append(free_at(tries, times, times, known=False) - tries[-1])
    minutes = [int(wait.total_seconds() / 60) for wait in waits]
    assert minutes == [1, 2, 4, 8, 15, 15, 15]


def test_strangers_who_try_an_account_from_everywhere_wait_but_its_owner_does_not():
    tries = wrong(1)
    assert free_at(tries, SPREAD_TRIES + 1, 1, known=False) == tries[-1] + LONGEST_WAIT
    assert free_at(tries, SPREAD_TRIES + 1, 1, known=True) is None
    assert free_at([], SPREAD_TRIES + 1, 1, known=True) is None


def test_a_network_that_tries_every_account_waits_for_those_that_it_has_not_tried_yet_too():
    last = NOW + timedelta(minutes=3)
    for here in ([], wrong(1), wrong(FREE_TRIES + 1)):
        free = free_at(here, len(here), NETWORK_TRIES + 1, known=False, network_last=last)
        assert free == last + LONGEST_WAIT
    assert free_at([], 0, NETWORK_TRIES, known=False, network_last=last) is None
    assert free_at([], 0, NETWORK_TRIES + 1, known=True, network_last=last) is None


def test_a_network_that_tries_every_account_waits():
    tries = wrong(1)
    assert free_at(tries, 1, NETWORK_TRIES + 1, known=True) == tries[-1] + LONGEST_WAIT
