"""The words of a notice are sealed with it: a word that changes later does not change what is published."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from ledger.noticeboard.rules import labelled, labels, says_the_same
from ledger.words import FIELD_CODES, FIGURES, WORDS
from public_site.sealed_figures import At, Words
from tests.public_site.test_pages import EVALUATION, GRADED, HALF_YEAR, STANDING, words_of

HAN = re.compile(r"[\u3400-\u9fff]")
TWO_LANGUAGES = ("zh", "en")


def fields(of: Any, place: str = "") -> Iterator[str]:
    """Every field of a body that is not itself a word, by its place."""
    if isinstance(of, dict):
        for name, value in of.items():
            if name.rpartition("_")[2] not in TWO_LANGUAGES:
                yield f"{place}/{name}"
                yield from fields(value, f"{place}/{name}")
    elif isinstance(of, list):
        for value in of:
            yield from fields(value, place)


def sealed(client, notice: str) -> dict[str, Any]:
    return json.loads(client.get(f"{notice}body.json").data)


@pytest.mark.parametrize("notice", [HALF_YEAR, EVALUATION, STANDING])
def test_e7_every_field_and_code_of_a_notice_has_its_words_in_both_languages(client, notice):
    body = sealed(client, notice)
    said = body.pop("labels")

    assert set(fields(body)) - set(said) == set()
    for zh, en in said.values():
        assert HAN.search(zh)
        assert en
        assert not HAN.search(en)


def test_every_kind_of_code_in_a_notice_has_words():
    assert set(FIELD_CODES.values()) <= set(WORDS)


@pytest.mark.parametrize("language", TWO_LANGUAGES)
@pytest.mark.parametrize("notice", [HALF_YEAR, EVALUATION, GRADED, STANDING])
def test_no_page_shows_the_name_of_a_field_or_a_code(client, notice, language):
    text = words_of(client.get(f"{notice}?lang={language}"))

    known = {name.rpartition("/")[2] for name in FIGURES}
    known |= {value for kind in FIELD_CODES.values() for value in WORDS[kind]}
    assert {name for name in known if "_" in name and re.search(rf"\b{name}\b", text)} == set()


def test_a_word_that_changes_later_leaves_what_was_published_as_it_was(client, monkeypatch):
    before = [client.get(f"{notice}?lang=zh").data for notice in (HALF_YEAR, EVALUATION)]

    monkeypatch.setitem(FIGURES, "in_fen", ("赚了", "Earned"))
    monkeypatch.setitem(FIGURES, "rubric", ("尺子", "Yardstick"))
    monkeypatch.setitem(WORDS["revenue.Category"], "ad_lift", ("海报", "posters"))
    monkeypatch.setitem(WORDS["notice"], "half-year", ("喜报", "good news"))

    assert [client.get(f"{notice}?lang=zh").data for notice in (HALF_YEAR, EVALUATION)] == before
    assert "尺子" in client.get(GRADED).text  # its body is of format 1 and brings no words


def test_a_notice_of_the_first_format_is_shown_in_todays_words(client):
    body = sealed(client, GRADED)

    assert body["v"] == 1
    assert "labels" not in body
    page = client.get(GRADED).text
    assert "评价标准" in page
    assert 'data-at="/labels' not in page


def test_the_words_on_a_page_say_where_they_are_sealed(client):
    zh, en = (client.get(f"{HALF_YEAR}?lang={language}").text for language in TWO_LANGUAGES)

    assert '<span data-at="/labels/~1fund~1in_fen/0">本期收入</span>' in zh
    assert '<span data-at="/labels/~1fund~1in_fen/1">Came in</span>' in en
    assert '<span data-at="/labels/~1revenue~1streams~1category=ad_lift/0">电梯广告</span>' in zh


def test_a_correction_of_words_alone_corrects_nothing():
    old = json.dumps({"v": 1, "fund": {"in_fen": 5}}).encode()
    new = json.dumps(labelled({"fund": {"in_fen": 5}})).encode()

    assert says_the_same(old, new)


def test_members_of_a_list_share_their_words_and_columns_have_their_own():
    body = {"fund": {"statement_01": [{"fen": [1, 2]}, {"fen": [3, 4]}]}}

    said = labels(body)

    assert said["/fund/statement_01/fen/1"] == ["期末余额", "End of the period"]
    assert not [name for name in said if "/statement_01/0" in name]
    columns = [Words(At(body), "zh").label(figure) for figure in At(body).fund.statement_01[1].fen]
    assert columns == ["年初余额", "期末余额"]


def test_what_nobody_has_words_for_is_shown_as_it_stands():
    body = At(labelled({"heat_fen": 3, "fund": {"projects": [{"state": "dreamt"}]}}))
    words = Words(body, "en")

    assert words.label(body.heat_fen) == "heat_fen"
    assert words.word(body.fund.projects[0].state) == "dreamt"
