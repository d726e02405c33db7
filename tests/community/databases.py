"""One database of each kind for all tests of a package: each test writes in a transaction that is undone.

Copying a PostgreSQL database takes longer than most actions. A test that needs commits, two connections or
triggers dropped asks for ``database`` instead, which is its own.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import Session

from ledger.db import Database
from tests.conftest import postgres_copy


@contextmanager
def a_database(request: pytest.FixtureRequest, directory: Path) -> Iterator[Database]:
    """A migrated, empty database of the kind that a fixture has as its parameter."""
    if request.param == "sqlite":
        copy = shutil.copy(request.getfixturevalue("sqlite_template"), directory / "ledger.db")
        database = Database(f"sqlite:///{copy}")
        yield database
        database.close()
        return
    template, counter = (request.getfixturevalue(name) for name in ("postgres_template", "counter"))
    with postgres_copy(template, f"shared_{next(counter)}") as url:
        database = Database(url)
        yield database
        database.close()


@pytest.fixture(scope="package", params=["sqlite", "postgresql"])
def shared(request, tmp_path_factory) -> Iterator[Database]:
    """One database of each kind for the whole package."""
    with a_database(request, tmp_path_factory.mktemp("shared")) as database:
        yield database


@pytest.fixture
def session(shared) -> Iterator[Session]:
    """One writing transaction: what a commit would refuse is asked at its end, then it is undone."""
    with Session(shared.engine, expire_on_commit=False) as session:
        yield session
        session.flush()
        if shared.engine.dialect.name == "postgresql":
            session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        else:
            assert session.execute(text("PRAGMA foreign_key_check")).all() == []
        session.rollback()
