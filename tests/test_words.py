"""Every code has its word in both languages, and a fault of what was typed is told in plain words."""

import ast
import re
import tomllib
from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from importlib import import_module
from pathlib import Path

import pytest
from pydantic import BaseModel, Field, ValidationError
from pydantic_core._pydantic_core import list_all_errors

from ledger.community.role_rules import Role
from ledger.fund.uses.step_and_emergency_rules import Action
from ledger.grants.rules import OWN_BOOK, chart_of
from ledger.journal.rules import BookCode, read_chart
from ledger.periods import Month, noon
from ledger.repairs.rules import State
from ledger.words import WHY, WORDS, cited, kind_of, label, subject, told, why, word

HAN = re.compile(r"[\u3000-\u9fff\uff00-\uffef]")
ENGLISH = re.compile(r"[a-z][A-Za-z ,:'-]+")
HEADING = re.compile(r"[A-Za-z][A-Za-z0-9 ,:'()%²-]+")
CODE_WORD = re.compile(r"[A-Za-z_]{2,}")
OF_VALUES = {
    "acceptance",
    "assessed",
    "holds",
    "kept",
    "missing",
    "passed",
    "past",
    "provisional",
    "rate",
    "remitted",
    "unheld",
}
LOCAL = {"number", "number.scope", "number.value"}
"""Headings of local numbers, with their units, and names of places."""
NO_ENUM = {"account", "book", "entry", "notice", "period", "subject"} | OF_VALUES | LOCAL


def below(kind: type[StrEnum]) -> Iterator[type[StrEnum]]:
    for child in kind.__subclasses__():
        yield child
        yield from below(child)


def enums() -> dict[str, type[StrEnum]]:
    for file in Path("ledger").rglob("*.py"):
        if file.name != "__main__.py":
            import_module(".".join(file.with_suffix("").parts).removesuffix(".__init__"))
    ours = [enum for enum in below(StrEnum) if enum.__module__.startswith("ledger.")]
    kinds = {kind_of(enum): enum for enum in ours}
    assert len(kinds) == len(ours), "two enums of a package have the same name"
    return kinds


def test_every_member_of_every_enum_has_its_words():
    kinds = enums()

    assert set(kinds) == set(WORDS) - NO_ENUM
    assert {kind: set(WORDS[kind]) for kind in kinds} == {
        kind: {member.value for member in enum} for kind, enum in kinds.items()
    }


def test_every_kind_of_entry_has_its_words():
    kinds = {
        keyword.value.value
        for file in Path("ledger").rglob("*.py")
        for call in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "Draft"
        for keyword in call.keywords
        if keyword.arg == "kind" and isinstance(keyword.value, ast.Constant)
    }
    kinds |= {f"use.{action.value.replace('_', '-')}" for action in Action}

    assert sorted(kinds - WORDS["entry"].keys()) == []


def test_every_book_has_its_words():
    assert {book.value for book in BookCode} <= set(WORDS["book"])
    for book in BookCode:
        assert WORDS["book"][book.value] == WORDS["journal.BookCode"][book.value]


@pytest.mark.parametrize("kind", WORDS)
def test_chinese_words_are_chinese_and_english_words_english(kind):
    for zh, en in WORDS[kind].values():
        assert HAN.search(zh), zh
        assert not CODE_WORD.search(zh), zh
        assert (HEADING if kind in LOCAL else ENGLISH).fullmatch(en), en


@pytest.mark.parametrize("kind", sorted(set(WORDS) - {"entry", "fees.Answers", "fund.Rule"}))
def test_two_values_of_a_kind_are_never_called_the_same(kind):
    for language in (0, 1):
        said = [words[language] for words in WORDS[kind].values()]
        assert len(said) == len(set(said))


def test_a_member_is_told_by_its_word_and_a_stored_value_by_its_kind():
    assert word(State.FOLLOWED_UP) == "已回访"
    assert word(State.FOLLOWED_UP, language="en") == "followed up"
    assert word("repairs.State", "followed_up", "en") == "followed up"
    assert label("repairs.State", "followed_up", "en") == "Followed up"
    assert word("revenue.Category", "pool_hire") == "pool_hire"
    assert word("revenue.Category", None) == "—"


@pytest.mark.parametrize(
    ("fact", "zh", "en"),
    [
        (Role.WORKER, "维修工", "repair worker"),
        ([Role.OWNER, Role.TENANT], "业主、租户", "owner, tenant"),
        (date(2026, 7, 18), "2026年7月18日", "18 July 2026"),
        (noon(date(2026, 7, 18)), "2026年7月18日 12:00", "18 July 2026 12:00"),
        (True, "是", "yes"),
        (Month(2026, 7), "2026-07", "2026-07"),
        ("3-2-501", "3-2-501", "3-2-501"),
    ],
)
def test_a_fact_is_told_in_the_language_of_its_reader(fact, zh, en):
    assert (told(fact, "zh"), told(fact, "en")) == (zh, en)


def test_what_something_is_about_is_told_by_its_kind_and_number():
    assert subject("ticket/121", "zh") == "报修 121"
    assert subject("project/2024/01", "en") == "use of the fund 2024/01"
    assert subject("2026-Q1", "en") == "quarter 1 of 2026"
    assert [subject(which, "zh") for which in ("GY-06", "图纸/目录", "2018")] == [
        "GY-06",
        "图纸/目录",
        "2018",
    ]


def test_every_kind_of_thing_that_a_file_proves_something_of_has_its_words():
    calls = [
        call
        for path in Path("ledger").rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "use_file"
    ]
    named = [call.args[3].values[0] for call in calls if isinstance(call.args[3], ast.JoinedStr)]

    kinds = {start.value.removesuffix("/") for start in named if isinstance(start, ast.Constant)}
    assert len(calls) > 40
    assert kinds > {"home", "motion", "ticket"}
    assert kinds <= WORDS["subject"].keys()


def test_every_fault_in_what_was_typed_has_its_sentence():
    class Form(BaseModel, extra="forbid"):
        title: str = Field(min_length=2, max_length=5)
        floor: int = Field(ge=1)
        day: date

    with pytest.raises(ValidationError) as caught:
        Form.model_validate({"title": "x" * 9, "floor": "three", "other": 1})
    faults = {e["loc"][0]: (e["type"], e.get("ctx")) for e in caught.value.errors()}

    assert {field: why(*fault) for field, fault in faults.items()} == {
        "title": "最多 5 个字", "floor": "要写整数", "other": "没有这一项，请删去", "day": "必须填",
    }  # fmt: skip
    assert why("less_than_equal", {"le": 5}, "en") == "must be 5 or less"
    assert why("something_new", None, "en") == "this is not right"
    assert why("too_long", {}) == "填得不对"


def test_the_faults_are_those_that_pydantic_finds():
    known = {error["type"]: error.get("example_context") or {} for error in list_all_errors()}

    assert set(WHY) <= set(known)
    for fault, (zh, en) in WHY.items():
        assert set(re.findall(r"\{(\w+)", zh + en)) <= set(known[fault]), fault
        assert HAN.search(zh)
        assert not HAN.search(en)


@pytest.mark.parametrize("file", sorted(Path("ledger").rglob("chart.toml")), ids=str)
def test_a_book_is_called_the_same_in_its_chart_and_in_the_words(file):
    """The fund's chart has its whole name, 住宅专项维修资金; works money has one book for each source."""
    chart = read_chart(file.read_text())
    charts = [chart_of(source, chart) for source in OWN_BOOK] if chart.book == "grant" else [chart]

    for named in charts:
        zh, en = WORDS["book"][named.book]
        assert named.zh.endswith(zh)
        assert named.en.lower() == en.lower()


def test_what_a_number_rests_on_is_whole_in_english():
    """But for titles of laws and numbers of documents, which are names."""
    table = tomllib.loads(Path("ledger/community/thresholds_and_caps_by_place.toml").read_text("utf-8"))
    sources = {of["source"] for of in table.values()}
    sources.update(*(of.get("sources", {}).values() for of in table.values()))
    for source in sources:
        said = re.sub(r"《[^》]*》|[一-鿿]+〔[0-9]{4}〕[0-9]+号", "", cited(source, "en"))
        assert not re.search(r"[一-鿿]", said), source
