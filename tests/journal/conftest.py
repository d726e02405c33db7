"""Every session and every database comes with a purse; a good ledger is made once for the tests that spoil it."""

import shutil

import pytest
from sqlmodel import Session

from ledger.db import create_engine
from ledger.log.signer import Signer
from tests.journal.purse import a_purse
from tests.journal.shell import Shell, a_good_ledger, take_the_triggers_off
from tests.journal.written_ledger import on_postgresql, on_sqlite


@pytest.fixture
def session(trial):
    a_purse(trial)
    return trial


@pytest.fixture
def database(database):
    with database.writing() as session:
        a_purse(session)
    database.close()  # a test that starts processes carries no connection into them
    return database


@pytest.fixture(scope="session")
def keys(tmp_path_factory):
    return Signer(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="session")
def good_sqlite(sqlite_template, tmp_path_factory, keys):
    directory = tmp_path_factory.mktemp("good")
    with on_sqlite(sqlite_template, directory) as database:
        a_good_ledger(database, keys)
    return directory / "ledger.db"


@pytest.fixture(scope="session")
def good_postgresql(postgres_template, counter, tmp_path_factory):
    signer = Signer(tmp_path_factory.mktemp("keys"))
    with on_postgresql(postgres_template, counter) as database:
        a_good_ledger(database, signer)
        with database.engine.begin() as connection:
            take_the_triggers_off(connection)
        yield database, signer


@pytest.fixture(params=["sqlite", "postgresql"])
def shell(request, tmp_path):
    if request.param == "postgresql":
        database, signer = request.getfixturevalue("good_postgresql")
        with Session(database.engine) as session:
            yield Shell(session, signer)
        return
    signer = request.getfixturevalue("keys")
    shutil.copy(request.getfixturevalue("good_sqlite"), tmp_path / "ledger.db")
    engine = create_engine(f"sqlite:///{tmp_path / 'ledger.db'}")
    with engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        connection.exec_driver_sql("BEGIN")
        take_the_triggers_off(connection)
        with Session(connection) as session:
            yield Shell(session, signer)
    engine.dispose()
