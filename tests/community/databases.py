"""One database of each kind for all tests of a package: each test writes in a transaction that is undone.

Copying a PostgreSQL database takes longer than most deeds. A test that needs commits, two connections or
triggers dropped asks for ``database`` instead, which is its own.
"""

import shutil
from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlmodel import Session

from ledger.db import Database
from tests.conftest import postgres_copy


@pytest.fixture(scope="package", params=["sqlite", "postgresql"])
def shared(request, tmp_path_factory) -> Iterator[Database]:
    """A migrated database that stays empty, because nothing is ever committed to it."""
    if request.param == "sqlite":
        template = request.getfixturevalue("sqlite_template")
        copy = shutil.copy(template, tmp_path_factory.mktemp("shared") / "ledger.db")
        database = Database(f"sqlite:///{copy}")
        yield database
        database.close()
        return
    template, counter = (request.getfixturevalue(name) for name in ("postgres_template", "counter"))
    with postgres_copy(template, f"shared_{next(counter)}") as url:
        database = Database(url)
        yield database
        database.close()


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
