"""Values of a body with their places."""

import pytest

from public_site import sealed_figures
from public_site.sealed_figures import At

BODY = At(
    {"fund": {"closing_fen": 18_658_722, "in": [{"fen": 1, "zh": "<b>"}]}, "a/b": {"c~d": 3}, "flag": True}
)


def test_a_value_knows_where_it_stands():
    assert BODY.fund.closing_fen.pointer == "/fund/closing_fen"
    assert BODY.fund["in"][0].fen.pointer == "/fund/in/0/fen"
    assert BODY["a/b"]["c~d"].pointer == "/a~1b/c~0d"
    assert BODY["a/b"]["c~d"].key == "c~d"
    assert BODY["a/b"].key == "a/b"


def test_what_is_not_there_is_nothing_however_deep():
    assert BODY.no.such[7].thing.raw is None
    assert not BODY.no.such
    assert list(BODY.no) == []
    assert sealed_figures.hundredths(BODY.no).striptags() == "—"
    assert sealed_figures.ratio(BODY.no) == "—"
    assert sealed_figures.wan(BODY.no) == ""


def test_members_come_with_their_places():
    assert [member.pointer for member in BODY.fund["in"]] == ["/fund/in/0"]
    assert [member.pointer for member in BODY.fund] == ["/fund/closing_fen", "/fund/in"]
    assert len(BODY.fund["in"]) == 1


def test_what_a_body_says_is_text():
    assert BODY.fund["in"][0].zh.__html__() == '<span data-at="/fund/in/0/zh">&lt;b&gt;</span>'


@pytest.mark.parametrize(
    ("tool", "raw", "text"),
    [
        (sealed_figures.hundredths, 18_658_722, "186,587.22"), (sealed_figures.hundredths, -5, "-0.05"), (sealed_figures.hundredths, "12", "12"),
        (sealed_figures.hundredths, True, "True"), (sealed_figures.wan, 18_658_722, "18.66"), (sealed_figures.wan, 999_999, ""),
        (sealed_figures.wan, 1_005_000, "1.01"), (sealed_figures.percent, 9164, "91.64%"), (sealed_figures.percent, None, "—"),
        (sealed_figures.count, 14_188, "14,188"), (sealed_figures.ratio, [19, 26], "73.08%"), (sealed_figures.ratio, [1, 0], "—"),
        (sealed_figures.ratio, [1], "—"), (sealed_figures.ratio, "x", "—"),
    ],
)  # fmt: skip
def test_figures_are_shown(tool, raw, text):
    assert tool(At(raw)).striptags() == text


@pytest.mark.parametrize(
    ("raw", "zh", "en"),
    [
        ("2026-06-30", "2026年6月30日", "30 June 2026"),
        ("2026-02-30", "2026-02-30", "2026-02-30"),
        ("soon", "soon", "soon"),
        (None, "—", "—"),
    ],
)
def test_days_are_shown(raw, zh, en):
    assert sealed_figures.day(At(raw), "zh").striptags() == zh
    assert sealed_figures.day(At(raw), "en").striptags() == en
