"""How votes are counted (民法典 Art. 278; domain/03 §3.1)."""

from datetime import date
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.votes.quorum_and_majority_rules import THREE_QUARTERS, Tally, Vote, tally, with_silent_consent
from ledger.votes.rules import (
    ARTICLE,
    Choice,
    Matter,
    NoticeTooShort,
    VoteScopeWrong,
    check_scope,
    check_voting_days,
)

YES, NO, ABSTAIN = Choice.YES, Choice.NO, Choice.ABSTAIN
SIMPLE, HEAVY = Matter.USE_FUND, Matter.RAISE_FUND


def of_100_heads(part, yes=(0, 0)):
    """100 heads with 8,000.00 m²; who took part and who consented, as (heads, dm²). The frame of T3."""
    return Tally(800_000, 100, part[1], part[0], yes[1], yes[0])


@pytest.mark.parametrize(
    ("took_part", "quorum"),
    [
        ((67, 540_000), True),
        ((66, 540_000), False),
        ((67, 533_333), False),
        ((67, 533_334), True),
    ],
)
def test_two_thirds_take_part_by_heads_and_by_area_to_the_dm2(took_part, quorum):  # T3
    assert of_100_heads(took_part).quorum is quorum


def test_more_than_half_of_participants_use_the_fund_and_do_not_raise_it():  # T3
    vote = of_100_heads((67, 540_000), yes=(34, 270_100))

    assert vote.passed(SIMPLE)
    assert not vote.passed(HEAVY)


@pytest.mark.parametrize(
    ("yes", "passed"), [((53, 449_900), False), ((52, 450_000), False), ((53, 450_000), True)]
)
def test_three_quarters_include_the_quarter_by_heads_and_by_area(yes, passed):  # T3
    assert of_100_heads((70, 600_000), yes=yes).passed(HEAVY) is passed


@pytest.mark.parametrize("yes", [(35, 300_001), (36, 300_000)])
def test_exactly_half_is_not_more_than_half(yes):
    assert not of_100_heads((70, 600_000), yes=yes).passed(SIMPLE)
    assert of_100_heads((70, 600_000), yes=(36, 300_001)).passed(SIMPLE)


def test_without_a_quorum_nothing_passes_however_many_consent():
    assert not any(of_100_heads((66, 800_000), yes=(66, 800_000)).passed(matter) for matter in Matter)


def test_raising_the_fund_rebuilding_and_business_with_common_parts_need_three_quarters():
    assert {Matter.RAISE_FUND, Matter.REBUILD, Matter.COMMON_PARTS_BUSINESS} == THREE_QUARTERS
    two_thirds_consent = of_100_heads((90, 720_000), yes=(60, 480_000))
    assert {m for m in Matter if not two_thirds_consent.passed(m)} == THREE_QUARTERS


def test_nobody_on_the_roll_decides_nothing():
    assert not any(tally([]).passed(matter) for matter in Matter)


@pytest.mark.parametrize("matter", Matter)
@pytest.mark.parametrize("homes", [1, 2, 5])
def test_b12_a_vote_with_no_area_at_all_passes_nothing(matter, homes):
    assert not tally([Vote(0, f"h{no}", YES) for no in range(homes)]).passed(matter)
    assert not tally([Vote(0, "a", YES), Vote(0, "b", None), Vote(0, "c", YES)]).passed(matter)


def test_an_owner_of_several_homes_is_one_head_with_all_his_area():
    counted = tally([Vote(5_000, "zhang", YES), Vote(7_000, "zhang", YES), Vote(6_000, "li", NO)])

    assert counted == Tally(18_000, 2, 18_000, 2, 12_000, 1)


def test_an_owner_takes_part_by_one_of_his_homes_and_consents_only_with_all_that_voted():
    one_voted = tally([Vote(5_000, "zhang", YES), Vote(7_000, "zhang", None)])
    at_odds = tally([Vote(5_000, "zhang", YES), Vote(7_000, "zhang", NO)])

    assert one_voted == Tally(12_000, 1, 5_000, 1, 5_000, 1)
    assert at_odds == Tally(12_000, 1, 12_000, 1, 5_000, 0)


def test_who_abstains_takes_part_and_does_not_consent():
    assert tally([Vote(5_000, "zhang", ABSTAIN)]) == Tally(5_000, 1, 5_000, 1, 0, 0)


rolls = st.lists(
    st.builds(
        Vote,
        st.integers(1, 20_000),
        st.sampled_from(["a", "b", "c", "d", "e"]),
        st.sampled_from([*Choice, None]),
    ),
    min_size=1,
    max_size=12,
)


@given(rolls, st.randoms())
def test_the_order_of_ballots_does_not_matter(votes, random):
    shuffled = random.sample(votes, len(votes))

    assert tally(shuffled) == tally(votes)


@given(rolls, st.data())
def test_more_consent_never_loses_a_vote(votes, data):
    turned = data.draw(st.integers(0, len(votes) - 1))
    more = [v._replace(choice=YES) if i == turned else v for i, v in enumerate(votes)]

    for matter in (SIMPLE, HEAVY):
        assert tally(more).passed(matter) >= tally(votes).passed(matter)


def test_every_count_of_three_homes_agrees_with_the_law_read_aloud():
    areas = (5_000, 7_000, 9_000)
    for choices in product([YES, NO, ABSTAIN, None], repeat=3):
        took_part = [(a, c) for a, c in zip(areas, choices, strict=True) if c]
        yes = [a for a, c in took_part if c is YES]
        area, heads = sum(a for a, _ in took_part), len(took_part)
        quorum = Fraction(area, 21_000) >= Fraction(2, 3) and Fraction(heads, 3) >= Fraction(2, 3)
        by_area, by_heads = Fraction(sum(yes), max(1, area)), Fraction(len(yes), max(1, heads))

        counted = tally(Vote(a, str(a), c) for a, c in zip(areas, choices, strict=True))

        assert counted.passed(SIMPLE) is (quorum and min(by_area, by_heads) > Fraction(1, 2))
        assert counted.passed(HEAVY) is (quorum and min(by_area, by_heads) >= Fraction(3, 4))


@given(rolls, st.data())
def test_splitting_a_home_of_an_owner_never_changes_heads_nor_area(votes, data):
    place = data.draw(st.integers(0, len(votes) - 1))
    whole = votes[place]
    part = data.draw(st.integers(0, whole.area_dm2))
    halves = [whole._replace(area_dm2=part), whole._replace(area_dm2=whole.area_dm2 - part)]

    assert tally(votes[:place] + halves + votes[place + 1 :]) == tally(votes)


@given(rolls, st.data())
def test_an_abstention_and_an_invalid_ballot_count_alike(votes, data):
    place = data.draw(st.integers(0, len(votes) - 1))
    abstains, spoilt = (
        [v._replace(choice=choice) if i == place else v for i, v in enumerate(votes)]
        for choice in (ABSTAIN, Choice.INVALID)
    )

    assert tally(abstains) == tally(spoilt)


@given(rolls)
def test_a_vote_passes_as_the_law_says_in_fractions(votes):
    counted = tally(votes)
    shares = [
        (Fraction(part, everyone), Fraction(yes, part or 1))
        for everyone, part, yes in (
            (counted.area_all, counted.area_part, counted.area_yes),
            (counted.heads_all, counted.heads_part, counted.heads_yes),
        )
    ]

    quorum = all(part >= Fraction(2, 3) for part, _ in shares)
    assert counted.quorum is quorum
    assert counted.passed(SIMPLE) is (quorum and all(yes > Fraction(1, 2) for _, yes in shares))
    assert counted.passed(HEAVY) is (quorum and all(yes >= Fraction(3, 4) for _, yes in shares))


@given(rolls)
def test_silence_for_consent_makes_everybody_take_part_and_turns_no_ballot(votes):
    counted, deemed = tally(votes), tally(with_silent_consent(votes))

    assert (deemed.area_part, deemed.heads_part) == (deemed.area_all, deemed.heads_all)
    assert deemed.area_part - deemed.area_yes == counted.area_part - counted.area_yes
    assert deemed.heads_part - deemed.heads_yes == counted.heads_part - counted.heads_yes


def test_each_matter_is_decided_under_its_own_item_of_article_278():
    assert [article[-3] for article in ARTICLE.values()] == list("一二三四五六七八九")
    assert ARTICLE[Matter.USE_FUND] == "《民法典》第278条第（五）项"
    assert ARTICLE[Matter.COMMON_PARTS_BUSINESS] == "《民法典》第278条第（八）项"


@pytest.mark.parametrize(
    ("announced", "opens", "days", "fits"),
    [
        (date(2026, 7, 1), date(2026, 7, 16), 15, True),
        (date(2026, 7, 1), date(2026, 7, 15), 15, False),
        (date(2026, 7, 1), date(2026, 7, 8), 7, True),
        (date(2026, 7, 1), date(2026, 7, 7), 7, False),
    ],
)
def test_the_day_of_the_notice_does_not_count(announced, opens, days, fits):  # 民法典 Art. 201
    if fits:
        check_voting_days(announced, opens, opens, days)
        return
    with pytest.raises(NoticeTooShort):
        check_voting_days(announced, opens, opens, days)


@pytest.mark.parametrize(
    "scope", [(None, "1", None), ("1", None, "东"), (None, None, "东"), (None, "1", "东")]
)
def test_a_narrower_scope_names_the_one_around_it(scope):
    with pytest.raises(VoteScopeWrong):
        check_scope(*scope)


@pytest.mark.parametrize("scope", [(None, None, None), ("1", None, None), ("1", "1", None), ("1", "1", "东")])
def test_the_community_a_building_a_stairwell_and_a_side_are_scopes(scope):
    check_scope(*scope)
