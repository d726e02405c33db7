"""R03: uses of the fund that were split to stay below a limit (domain/08 §8.7, appendix E T10)."""

from datetime import date, timedelta

import pytest

from ledger.findings.rules import Limit, Link, Severity, Terms, Use, split_candidate, splittings

LIMIT = Limit(30_000_00, "预算审价", "the price review", "招标投标法 第4条")
TERMS = Terms(days=90, overlap_pct=60, band_pct=90, band_days=365)
MARCH = date(2026, 3, 1)


def a_use(code, after=0, *, fen=29_000_00, contractor="anju", component="roof-3", place=("3",), homes=36):
    return Use(code, MARCH + timedelta(days=after), fen, contractor, component, place, homes)


def codes(*uses, limit=LIMIT, terms=TERMS):
    return [[use.code for use in split.uses] for split in splittings(uses, limit, terms)]


def elsewhere(code, after, contractor):
    """A use that has nothing in common with the others but the community."""
    return a_use(code, after, contractor=contractor, component=f"roof-{code}", place=(code,))


def test_t10_three_projects_of_29_000_in_40_days_were_split():
    """T10: three projects 29,000 each, same contractor, same building, 40 days → R03 (threshold 30,000)."""
    split, *more = splittings([a_use("P-3", 40), a_use("P-1"), a_use("P-2", 20)], LIMIT, TERMS)

    assert more == []
    assert [use.code for use in split.uses] == ["P-1", "P-2", "P-3"]
    assert (split.total_fen, split.on) == (87_000_00, date(2026, 4, 10))
    assert split.links == (Link.CONTRACTOR, Link.COMPONENT, Link.SCOPE)
    candidate = split_candidate(split)
    assert (candidate.flag, candidate.severity, candidate.subject) == ("R03", Severity.HIGH, "P-1、P-2、P-3")
    assert "40 天" in candidate.zh
    assert "87,000.00" in candidate.zh
    assert "40 days" in candidate.en


def test_other_contractors_elsewhere_are_no_splitting():
    assert codes(*(elsewhere(str(n), n * 20, f"firm-{n}") for n in range(1, 4))) == []


@pytest.mark.parametrize("link", ["contractor", "component", "place"])
def test_one_thing_in_common_is_enough(link):
    common = {"contractor": "anju", "component": "roof-3", "place": ("3",)}
    other = {"contractor": "hong", "component": "pump-4", "place": ("4",)} | {link: common[link]}

    assert codes(a_use("P-1"), a_use("P-2", 40, **other)) == [["P-1", "P-2"]]


@pytest.mark.parametrize(("days", "groups"), [(90, [["P-1", "P-2"]]), (91, []), (100, [])])
def test_ninety_days_are_near_and_a_hundred_are_not(days, groups):
    assert codes(a_use("P-1"), a_use("P-2", days)) == groups


@pytest.mark.parametrize(("fen", "groups"), [(1_000_00, [["P-1", "P-2"]]), (999_99, [])])
def test_the_sum_has_to_reach_the_limit(fen, groups):
    assert codes(a_use("P-1"), a_use("P-2", 40, fen=fen)) == groups


def test_a_use_that_reaches_the_limit_by_itself_hides_nothing():
    assert codes(a_use("P-1", fen=30_000_00), a_use("P-2", 40)) == []
    assert codes(a_use("P-1"), a_use("P-2", 40), limit=LIMIT._replace(fen=0)) == []  # every use is reviewed


@pytest.mark.parametrize(
    ("fen", "days", "groups"),
    [
        (27_000_00, 100, [["P-1", "P-2", "P-3"]]),
        (26_999_99, 100, []),
        (27_000_00, 182, [["P-1", "P-2", "P-3"]]),
        (27_000_00, 183, []),
    ],
)
def test_three_just_below_the_limit_show_though_they_are_far_apart(fen, days, groups):
    assert codes(*(a_use(f"P-{n + 1}", n * days, fen=fen) for n in range(3))) == groups


@pytest.mark.parametrize(
    ("place", "homes", "overlap"),
    [
        (("3",), 60, True),
        ((), 100, True),
        (("3", "1"), 36, True),  # 36 of the 60 homes of building 3 are 60 %
        (("3", "1"), 35, False),
        (("4",), 60, False),
        ((), 101, False),
    ],
)
def test_scopes_overlap_by_sixty_per_cent_of_the_wider_one(place, homes, overlap):
    other = a_use("P-2", 10, contractor="hong", component="pump", place=place, homes=homes)

    assert bool(codes(a_use("P-1", place=("3",), homes=60), other)) is overlap
