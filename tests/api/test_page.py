"""The page of the JSON door for people: whole in each language, with who may, what is asked, and of what kind."""

import re
from html import unescape

import pytest

LAWS = re.compile(r"《[^》]*》")
CHINESE = re.compile(r"[一-鿿]")


@pytest.fixture
def said(client):
    def said(language: str) -> str:
        """What the page says, without its frame."""
        page = client.get(f"/api/v1/?lang={language}").text
        main = page[page.index("<main") : page.index("</main>")]
        return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", main)))

    return said


def test_the_english_page_holds_no_chinese(said):
    assert CHINESE.findall(LAWS.sub("", said("en"))) == []


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh", "业主（限自己的房屋）"),
        ("en", "owner (own home)"),
        ("zh", "街道、住建监督（街道办事处）"),
        ("en", "(street office)"),
        ("zh", "amount_fen 金额 整数，单位是分"),
        ("en", "amount_fen Amount whole number of fen"),
        ("zh", "leak 漏水"),
        ("en", "leak leak"),
    ],
)
def test_it_tells_conditions_and_kinds(said, language, words):
    assert words in said(language)


def test_no_link_of_the_whole_page_leads_nowhere_and_nothing_of_the_program_is_said(client):
    page = client.get("/api/v1/").text

    assert 'href=""' not in page
    assert "object at 0x" not in page
