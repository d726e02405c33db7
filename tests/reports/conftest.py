"""One community and its files for all tests of the reports, since nothing here writes."""

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.db import Database
from ledger.disclosure.accounts_queries import disclosure
from ledger.evaluation.actions import RUBRIC
from ledger.evaluation.standards import rubric_bytes
from ledger.noticeboard.rules import NewAttachment
from ledger.reports import accounts, check_report, scorecard
from tests.reports import town

Files = dict[str, bytes]


@pytest.fixture(scope="session")
def fonts(tmp_path_factory) -> Path:
    """Where the embedded fonts are unpacked, once."""
    return tmp_path_factory.mktemp("fonts")


@pytest.fixture(scope="session")
def meiyuan(sqlite_template, tmp_path_factory) -> Iterator[Database]:
    """A database that holds the town, its half-year prepared and not yet published."""
    file = shutil.copy(sqlite_template, tmp_path_factory.mktemp("town") / "ledger.db")
    database = Database(f"sqlite:///{file}")
    with database.writing() as session:
        town.half_year_body(session, town.build(session))
    yield database
    database.close()


@pytest.fixture(scope="session")
def body(meiyuan) -> bytes:
    with meiyuan.reading() as session:
        return disclosure(session, "meiyuan", str(town.HALF)).body


@pytest.fixture(scope="session")
def card(meiyuan) -> bytes:
    with meiyuan.reading() as session:
        return town.scorecard_body(session, "meiyuan")


@pytest.fixture(scope="session")
def half_year_list(body, fonts) -> list[NewAttachment]:
    return accounts.attachments(body, fonts=fonts, page_url=town.PAGE)


@pytest.fixture(scope="session")
def half_year_files(half_year_list) -> Files:
    return {attachment.name: attachment.body for attachment in half_year_list}


@pytest.fixture(scope="session")
def scorecard_files(card, fonts) -> Files:
    page_url = town.PAGE.replace("half-year", "evaluation")
    made = scorecard.attachments(card, rubric=rubric_bytes(RUBRIC), fonts=fonts, page_url=page_url)
    return {attachment.name: attachment.body for attachment in made}


@pytest.fixture(scope="session")
def unpublished_report(meiyuan, fonts) -> bytes:
    """The check report while there is no notice."""
    return render(meiyuan, fonts)


@pytest.fixture(scope="session")
def published(meiyuan, half_year_list, tmp_path_factory) -> Iterator[Database]:
    """The same community in a copy of its own, with the half-year on the board and the log signed."""
    there = tmp_path_factory.mktemp("published")
    with (
        sqlite3.connect(meiyuan.engine.url.database) as source,
        sqlite3.connect(there / "ledger.db") as target,
    ):
        source.backup(target)
    database = Database(f"sqlite:///{there / 'ledger.db'}")
    town.publish(database, "meiyuan", half_year_list, there / "keys")
    yield database
    database.close()


@pytest.fixture(scope="session")
def report(published, fonts) -> bytes:
    """The check report once the half-year is published."""
    return render(published, fonts)


def render(database: Database, fonts: Path) -> bytes:
    with database.reading() as session:
        return check_report.render(
            session, "meiyuan", town.HALF, fonts=fonts, page_url=town.PAGE, at=town.AUGUST
        )
