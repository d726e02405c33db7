"""A board with something on it, on both databases; built once, because this door cannot change it."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask
from flask_babel import Babel
from sqlalchemy import event, text

from ledger.db import Database, create_engine
from public_site.pages import TRANSLATIONS, language, public
from tests.conftest import _with_database
from tests.public_site.meiyuan import build

READABLE = {"notice", "attachment", "leaf", "subtree", "signed_head"}


def public_app(database: Database, translations: str) -> Flask:
    """The least app that can serve the public door."""
    app = Flask("public_site_alone", static_folder=None)
    app.extensions["database"] = database
    Babel(app, default_locale="zh", default_translation_directories=translations, locale_selector=language)
    app.register_blueprint(public)
    return app


@pytest.fixture(scope="session")
def translations(tmp_path_factory) -> str:
    """The English catalogue as installation compiles it, in a directory of its own."""
    directory = tmp_path_factory.mktemp("translations") / "en" / "LC_MESSAGES"
    directory.mkdir(parents=True)
    source = Path(TRANSLATIONS) / "en" / "LC_MESSAGES" / "messages.po"
    with open(source, "rb") as po, open(directory / "messages.mo", "wb") as mo:
        write_mo(mo, read_po(po))
    return str(directory.parent.parent)


@pytest.fixture(scope="session")
def sample_file(sqlite_template, tmp_path_factory) -> Path:
    """The sample community in an SQLite file; its signer's keys lie beside it."""
    directory = tmp_path_factory.mktemp("sample")
    file = Path(shutil.copy(sqlite_template, directory / "sample.db"))
    database = Database(f"sqlite:///{file}")
    build(database, directory / "keys")
    database.close()
    return file


@pytest.fixture
def sample(sample_file, tmp_path) -> Iterator[Database]:
    """A copy of the sample that a test may change; keys beside it."""
    shutil.copytree(sample_file.parent, tmp_path / "sample")
    database = Database(f"sqlite:///{tmp_path / 'sample' / 'sample.db'}")
    yield database
    database.close()


@pytest.fixture
def sample_keys(sample, tmp_path) -> Path:
    return tmp_path / "sample" / "keys"


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def board(request, tmp_path_factory) -> Iterator[Database]:
    """The sample on each engine."""
    if request.param == "sqlite":
        url = f"sqlite:///{request.getfixturevalue('sample_file')}"
    else:
        server = request.getfixturevalue("postgres_template")
        admin = create_engine(server).execution_options(isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(text("CREATE DATABASE public_board TEMPLATE migrated"))
        admin.dispose()
        url = _with_database(server, "public_board")
        database = Database(url)
        build(database, tmp_path_factory.mktemp("keys"))
        database.close()
    database = Database(url)
    yield database
    database.close()


@pytest.fixture
def client(board, translations):
    return public_app(board, translations).test_client()


@pytest.fixture
def statements(board) -> Iterator[list[str]]:
    """Every statement that the door sends while a test runs."""
    sent: list[str] = []

    def note(_connection, _cursor, statement, *_):
        sent.append(statement)

    event.listen(board.reader, "after_cursor_execute", note)
    yield sent
    event.remove(board.reader, "after_cursor_execute", note)


def tables_in(statement: str) -> set[str]:
    """The tables that a statement reads."""
    return set(re.findall(r'(?:FROM|JOIN|INTO|UPDATE)\s+"?([a-z_]+)', statement))
