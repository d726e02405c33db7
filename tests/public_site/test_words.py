"""Every sentence has its English; every code of the verifier has its sentence."""

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from flask import Flask
from flask_babel import Babel, force_locale

from public_site.pages import TRANSLATIONS
from public_site.sealed_figures import period_words

SITE = Path("public_site")
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]


@pytest.fixture(scope="module")
def english() -> dict[str, str]:
    with open(Path(TRANSLATIONS) / "en" / "LC_MESSAGES" / "messages.po", "rb") as file:
        return {message.id: message.string for message in read_po(file) if message.id}


@pytest.fixture(scope="module")
def said() -> set[str]:
    extracts = extract_from_dir(SITE, METHODS, keywords={"_": None, "gettext": None, "lazy_gettext": None})
    return {message for _, _, message, _, _ in extracts}


def test_every_sentence_has_its_english(said, english):
    assert {message for message in said if not english.get(message)} == set()


def test_no_english_is_left_over(said, english):
    assert set(english) - said == set()


def test_what_is_filled_in_is_the_same_in_both(english):
    def gaps(text: str) -> list[str]:
        return sorted(re.findall(r"%\(\w+\)s|\{\w+\}|%%", text))

    assert {zh for zh, en in english.items() if gaps(zh) != gaps(en)} == set()


def test_english_is_english(english):
    assert {en for en in english.values() if re.search(r"[\u3000-\u9fff\uff00-\uffef]", en)} == set()


def test_no_chinese_stands_outside_gettext():
    for file in SITE.glob("templates/**/*.html"):
        text = re.sub(r"\{#.*?#\}", "", file.read_text(), flags=re.S)
        text = re.sub(r"""_\("[^"]*"|_\('[^']*'""", "", text).replace(">中文<", "")
        assert re.findall(r"[\u3000-\u9fff\uff00-\uffef]+", text) == [], file.name


NO_CODES = {"no-store", "verify-words", "aria-busy"}
"""Words with a hyphen in the modules that are no codes of sentences."""


def test_every_code_of_the_verifier_has_its_sentence():
    modules = "".join((SITE / "static" / name).read_text() for name in ("verify.mjs", "verify-page.mjs"))
    sentences = set(
        re.findall(r'data-code="([^"]+)"', (SITE / "templates/public/sentences.html").read_text())
    )
    made = {
        *(f"signed-{engine}" for engine in ("webcrypto", "noble")),
        *(f"verdict-{verdict}" for verdict in ("ok", "bad", "new", "none")),
        *(f"all-{verdict}" for verdict in ("recorded", "sealed", "consistent", "confirmed", "bad")),
    }

    codes = set(re.findall(r'"([a-z]+(?:-[a-z]+)+)"', modules)) | made

    assert codes - sentences == NO_CODES
    assert {code for code in sentences - codes if f'"{code}"' not in modules} == set()


@pytest.mark.parametrize(
    ("period", "zh", "en"),
    [
        ("2026-H1", "2026年上半年", "first half of 2026"), ("2026-H2", "2026年下半年", "second half of 2026"),
        ("2026-Q3", "2026年第3季度", "quarter 3 of 2026"), ("2026", "2026年度", "year 2026"),
        ("2026-07", "2026年7月", "month 7 of 2026"), ("something", "something", "something"),
    ],
)  # fmt: skip
def test_periods_are_said_in_words(translations, period, zh, en):
    app = Flask("words")
    Babel(app, default_locale="zh", default_translation_directories=translations)

    with app.test_request_context():
        with force_locale("zh"):
            assert period_words(period) == zh
        with force_locale("en"):
            assert period_words(period) == en
