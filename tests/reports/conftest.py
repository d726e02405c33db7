"""One community and its files for all tests of the reports, since nothing here writes."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.db import Database
from ledger.noticeboard.rules import NewAttachment
from ledger.reports import check_report, half_year, scorecard
from tests.reports import town

Files = dict[str, bytes]


@pytest.fixture(scope="session")
def fonts(tmp_path_factory) -> Path:
    """Where the embedded fonts are unpacked, once."""
    return tmp_path_factory.mktemp("fonts")


@pytest.fixture(scope="session")
def meiyuan(sqlite_template, tmp_path_factory) -> Iterator[Database]:
    """A database that holds the town, its half-year prepared and not yet hung."""
    file = shutil.copy(sqlite_template, tmp_path_factory.mktemp("town") / "ledger.db")
    database = Database(f"sqlite:///{file}")
    with database.writing() as session:
        town.half_year_body(session, town.build(session))
    yield database
    database.close()


@pytest.fixture(scope="session")
def body(meiyuan) -> bytes:
    with meiyuan.reading() as session:
        from ledger.disclosure.queries import disclosure

        return disclosure(session, "meiyuan", str(town.HALF)).body


@pytest.fixture(scope="session")
def card(meiyuan) -> bytes:
    with meiyuan.reading() as session:
        return town.scorecard_body(session, "meiyuan")


@pytest.fixture(scope="session")
def half_year_list(body, fonts) -> list[NewAttachment]:
    return half_year.attachments(body, fonts=fonts, page_url=town.PAGE)


@pytest.fixture(scope="session")
def half_year_files(half_year_list) -> Files:
    return {each.name: each.body for each in half_year_list}


@pytest.fixture(scope="session")
def scorecard_files(card, fonts) -> Files:
    made = scorecard.attachments(card, fonts=fonts, page_url=town.PAGE.replace("half-year", "evaluation"))
    return {each.name: each.body for each in made}


@pytest.fixture(scope="session")
def unhung_report(meiyuan, fonts) -> bytes:
    """The check report while no notice hangs."""
    return render(meiyuan, fonts)


@pytest.fixture(scope="session")
def hung(meiyuan, half_year_list, tmp_path_factory) -> Database:
    """The same community in a copy of its own, with the half-year on the board and the log signed."""
    there = tmp_path_factory.mktemp("hung")
    with meiyuan.reading() as session:  # a snapshot that no half-written page can be in
        file = session.connection().engine.url.database
    database = Database(f"sqlite:///{_copy(file, there / 'ledger.db')}")
    town.hang(database, "meiyuan", half_year_list, there / "keys")
    return database


@pytest.fixture(scope="session")
def report(hung, fonts) -> bytes:
    """The check report once the half-year hangs."""
    return render(hung, fonts)


def render(database: Database, fonts: Path) -> bytes:
    with database.reading() as session:
        return check_report.render(session, "meiyuan", town.HALF, fonts=fonts, page_url=town.PAGE, at=town.AUGUST)


def _copy(file: str, to: Path) -> Path:
    import sqlite3

    with sqlite3.connect(file) as source, sqlite3.connect(to) as target:
        source.backup(target)
    return to
