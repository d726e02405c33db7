import pytest

from ledger.db import Database


@pytest.fixture
def sqlite_session(sqlite_url):
    """A session on SQLite alone, for rules that the database has no part in."""
    database = Database(sqlite_url)
    with database.writing() as session:
        yield session
    database.close()
