"""One name has one number on the page, in the table, on the charts and in the papers (D1)."""

import json
import re

import pytest

from ledger.reports import words
from ledger.words import yuan
from tests.public_site.conftest import public_app
from tests.reports.reading import text_of
from tests.reports.test_charts import texts
from tests.reports.test_sheets import rows_of

AMOUNT = r"-?[\d,]+\.\d\d%?"
COUNT = r"\d[\d,]*"
BOOKS = ("fund", "revenue", "fee", "tickets")


@pytest.fixture(scope="module")
def figures(body):
    return json.loads(body)


@pytest.fixture(scope="module")
def page(published, tmp_path_factory):
    client = public_app(published, str(tmp_path_factory.mktemp("none"))).test_client()
    text = re.sub(r"<[^>]+>", " ", client.get("/meiyuan/half-year/2026-H1/?lang=zh").text)
    return " ".join(text.split())


def shown(name: str, value: int) -> str:
    if name.endswith("_e4"):
        return words.rate(value)
    return yuan(value) if name.endswith("_fen") else f"{value:,}"


def singles(figures) -> dict[tuple[str, str], set[str]]:
    """Every single figure of a book by what the book and the figure are called, as it is shown."""
    labels, by_name = figures["labels"], {}
    for book in BOOKS:
        for name, value in figures[book].items():
            if isinstance(value, int):
                key = labels[f"/{book}"][0], labels[f"/{book}/{name}"][0]
                by_name.setdefault(key, set()).add(shown(name, value))
    return by_name


def test_d1_no_two_figures_of_a_book_have_one_name(figures):
    assert [key for key, numbers in singles(figures).items() if len(numbers) > 1] == []


def test_d1_the_table_gives_every_name_its_number_once(figures, half_year_files):
    rows = rows_of(half_year_files["disclosure.csv"])

    for (book, name), (number,) in singles(figures).items():
        there = [row[3] for row in rows if row[:3] == [book, "", name]]
        assert there == [number.replace(",", "")], (book, name)
    named = [tuple(row[:3]) for row in rows]
    assert len(named) == len(set(named))


def test_d1_the_page_gives_every_name_the_same_number(figures, page):
    there = 0
    for (book, name), (number,) in singles(figures).items():
        shape = AMOUNT if "." in number else COUNT
        beside = set(re.findall(rf"{re.escape(name)} (?:¥ )?({shape})(?= )", page))
        allowed = {of for (_, other), numbers in singles(figures).items() if other == name for of in numbers}
        there += number in beside
        assert beside <= allowed | lines_called(figures, name), (book, name)
    assert there == len(singles(figures)) - 1  # only how many homes are charged stands in the table alone


def lines_called(figures, name: str) -> set[str]:
    """What lines of a table or members of a list that have the same name say."""
    numbers = set()

    def walk(of, place):
        if isinstance(of, dict):
            for key, value in of.items():
                there = f"{place}/{key}"
                label = figures["labels"].get(there, [""])[0]
                if isinstance(value, int) and label == name:
                    numbers.add(shown(key, value))
                walk(value, there)
        elif isinstance(of, list):
            for value in of:
                walk(value, place)

    walk(figures, "")
    return numbers


@pytest.mark.parametrize("paper", ["disclosure.pdf", "check report"])
def test_d1_the_papers_give_every_name_no_other_number(figures, half_year_files, report, paper):
    text = text_of(half_year_files[paper] if paper == "disclosure.pdf" else report)
    counted = {figures["labels"][f"/tickets/{name}"][0] for name in figures["tickets"]}
    there = 0

    for name in {name for _, name in singles(figures)}:
        shape = rf"({AMOUNT})" if name not in counted else rf"({COUNT})[件户]"
        beside = set(re.findall(rf"{re.escape(name)}{shape}", text))
        there += bool(beside)
        assert beside <= lines_called(figures, name), name
    assert there > 8


@pytest.mark.parametrize("chart", ["chart-money.svg", "chart-fee.svg"])
def test_d1_a_bar_has_the_name_and_the_number_of_its_figure(figures, half_year_files, chart):
    said = texts(half_year_files[chart])
    by_name = {f"{book} {name}": numbers for (book, name), numbers in singles(figures).items()}
    by_name |= {name: numbers for (book, name), numbers in singles(figures).items() if book == "物业费"}

    numbers = [text for text in said if re.fullmatch(AMOUNT, text)]
    names = [text for text in said if text in by_name]

    assert len(numbers) == len(names) > 4
    assert all(number in by_name[name] for number, name in zip(numbers, names, strict=True))


def test_d1_a_contract_on_a_chart_has_the_words_of_the_table(figures, half_year_files):
    said = texts(half_year_files["chart-revenue.svg"])

    for name in ("due_fen", "received_fen"):
        label = figures["labels"][f"/revenue/streams/{name}"][0]
        assert len([text for text in said if text.endswith(f" {label}")]) == len(
            figures["revenue"]["streams"]
        )


def test_d1_repairs_that_were_due_are_one_number_in_the_accounts_and_on_the_scorecard(figures, card):
    by_id = {row["id"]: row for row in json.loads(card)["indicators"]}
    tickets = figures["tickets"]

    assert by_id["A2"]["inputs"] in ([], [[tickets["on_time"], tickets["due"]]])
    assert by_id["A3"]["base"] == tickets["finished"]
