"""Every word of the desk is there in English too."""

from io import BytesIO
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

DESK = Path("ledger/desk")
PAGES = (DESK, Path("ledger/api"))
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
KEYWORDS = {"_": None, "_l": None, "gettext": None, "lazy_gettext": None}


def test_every_word_of_the_desk_is_translated():
    said = {row[2] for folder in PAGES for row in extract_from_dir(str(folder), METHODS, keywords=KEYWORDS)}
    catalog = read_po(BytesIO((DESK / "translations/en/LC_MESSAGES/messages.po").read_bytes()))
    translated = {message.id for message in catalog if message.id and message.string}

    assert said == translated
