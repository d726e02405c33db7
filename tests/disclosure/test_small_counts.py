"""Whoever knows every published number and every rule, and tries all there could have been: nobody is told (D2)."""

from collections import defaultdict
from itertools import product

import pytest

from ledger.disclosure.rules import SMALL_GROUP, Repairs, Voted, told_repairs, told_vote

LEAST = 5
KINDS = ("complaint", "leak", "lighting", "door", "wall", "road")
NOBODY = dict.fromkeys(["door", "wall", "road"], 0)
"""Kinds of which there was nothing, as there are in every period."""


def only_answers(worlds):
    """Of what is published, the secrets that have one answer: (what is published, secret, answer)."""
    seen = defaultdict(list)
    for published, secrets in worlds:
        seen[published].append(secrets)
    for published, of in seen.items():
        for place in of[0]:
            answers = {secrets[place] for secrets in of}
            if len(answers) == 1:
                yield published, place, answers.pop()


def frozen(value):
    if isinstance(value, dict):
        return tuple((key, frozen(of)) for key, of in sorted(value.items()))
    return tuple(map(frozen, value)) if isinstance(value, list) else value


def counts(cells, total):
    """Every way in which up to so many fall into so many cells."""
    if not cells:
        yield ()
        return
    for count in range(total + 1):
        for others in counts(cells - 1, total - count):
            yield count, *others


def test_d2_no_kind_of_which_there_were_few_can_be_worked_out_with_the_scorecard_beside_it():
    """Every table of up to twelve repairs of six kinds; the scorecard tells how many complaints had fallen due."""
    worlds = []
    for of_kinds in counts(len(KINDS), 12):
        kinds = dict(zip(KINDS, of_kinds, strict=True))
        total = sum(of_kinds)
        repairs = Repairs(kinds, {"2026-01": total}, total, 0, 0, 0, 0, 0)
        shown = frozen(told_repairs(repairs, LEAST))
        for due in range(kinds["complaint"] + 1):
            worlds.append(((shown, due if due >= LEAST else None), kinds))

    assert [
        (published, kind, count) for published, kind, count in only_answers(worlds) if 0 < count < LEAST
    ] == []


def test_d2_no_month_in_which_there_was_little_can_be_worked_out():
    """Four months stand for six; a quarter may be empty."""
    worlds = []
    for counts in product(range(13), repeat=4):
        months = {f"2026-0{number}": count for number, count in enumerate(counts, start=1)}
        total = sum(counts)
        repairs = Repairs({"leak": total, **NOBODY}, months, total, 0, 0, 0, 0, 0)
        worlds.append((frozen(told_repairs(repairs, LEAST)), months))

    assert [
        (month, count)
        for published, month, count in only_answers(worlds)
        if 0 < count < LEAST and (dict(published)["reported"] or 0) < 30
    ] == []


def test_d2_a_few_repairs_are_not_told_and_nor_is_what_happened_to_them():
    for count in range(1, LEAST):
        repairs = Repairs(
            {"leak": count, **NOBODY}, {"2026-01": count, "2026-02": 0}, count, 1, count, 1, count, 1
        )
        shown = told_repairs(repairs, LEAST)

        assert {
            name: shown[name] for name in shown if name not in ("by_category", "by_month")
        } == dict.fromkeys(
            ("reported", "rest", "finished", "due", "on_time", "reopened", "rated", "satisfied")
        )
        assert (shown["by_category"], shown["rest"], shown["by_month"]) == ({}, None, [])


@pytest.mark.parametrize(
    ("whole", "part"), [("finished", "reopened"), ("due", "on_time"), ("rated", "satisfied")]
)
def test_d2_no_few_on_either_side_of_a_share_can_be_worked_out(whole, part):
    """Of 25 who rated 24 were satisfied: the one who was not was told; of 5 all 5, so that it was known of each."""
    worlds = []
    for of_all in range(2 * SMALL_GROUP):
        for of_part in range(of_all + 1):
            counted = dict.fromkeys(("finished", "reopened", "due", "on_time", "rated", "satisfied"), 0)
            repairs = Repairs(NOBODY, {}, **counted | {whole: of_all, part: of_part})
            worlds.append(
                (
                    frozen(told_repairs(repairs, LEAST)),
                    {"part": of_part, "rest": of_all - of_part, "alike": of_all in (of_part, 0)},
                )
            )

    answers = list(only_answers(worlds))
    assert [answer for answer in answers if answer[1] != "alike" and 0 < answer[2] < LEAST] == []
    assert [
        published
        for published, secret, alike in answers
        if secret == "alike" and alike and 0 < (dict(published)[whole] or 0) < SMALL_GROUP
    ] == []


@pytest.mark.parametrize(
    ("rated", "satisfied", "shown"),
    [
        (25, 24, (25, None)),
        (25, 20, (25, 20)),
        (25, 25, (25, 25)),
        (5, 5, (5, None)),
        (25, 1, (25, None)),
        (4, 2, (None, None)),
        (0, 0, (0, 0)),
    ],
)
def test_d2_a_share_is_told_where_both_sides_are_many(rated, satisfied, shown):
    repairs = told_repairs(Repairs(NOBODY, {}, 0, 0, 0, 0, rated, satisfied), LEAST)

    assert (repairs["rated"], repairs["satisfied"]) == shown


def test_d2_no_few_in_a_vote_can_be_worked_out():
    """Everything about every vote of twenty to thirty-four owners, known to whoever knows how it is shown."""
    worlds = []
    for all_ in range(20, 35):
        for part in range(all_ + 1):
            for yes in range(part + 1):
                shown = told_vote(Voted(all_, part, yes), LEAST)
                shown = tuple(
                    value if name in shown else None
                    for name, value in (("all", all_), ("part", part), ("yes", yes))
                )
                secrets = {"yes": yes, "against": part - yes, "absent": all_ - part}
                worlds.append((shown, secrets))

    assert [
        (published, side, count) for published, side, count in only_answers(worlds) if 0 < count < LEAST
    ] == []


@pytest.mark.parametrize(
    ("vote", "shown"),
    [
        (Voted(6, 6, 6), {"all"}),  # all of a stairwell: every one of them said yes
        (Voted(19, 12, 9), {"all"}),
        (Voted(20, 15, 10), {"all", "part", "yes"}),
        (Voted(600, 480, 477), {"all", "yes"}),  # three were against, and their areas would name them
        (Voted(600, 600, 600), {"all", "part", "yes"}),
        (Voted(600, 598, 597), {"all"}),
    ],
)
def test_d2_a_vote_of_few_or_with_few_on_a_side_is_told_in_part(vote, shown):
    assert told_vote(vote, LEAST) == shown
