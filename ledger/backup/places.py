"""Where a database stands, and the place beside it where the next one is built until it is whole.

SQLite: a file beside the file, which takes its name in one rename. PostgreSQL: a schema beside the schema, whose tables
change places with the others in one transaction. What stood there before is kept under another name.
"""

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from time import monotonic
from typing import Protocol

from psycopg.errors import LockNotAvailable
from sqlalchemy import URL, Connection, make_url
from sqlalchemy.exc import OperationalError

from ledger.backup.durable import keep_names
from ledger.backup.rules import DatabaseBusy
from ledger.db import create_engine

SCHEMA = "mingbai_restoring"
PATIENCE = 5
"""Seconds for which the server of a program that has just ended may still hold its connection."""
MIGRATED = "SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'"
OTHERS = """
SELECT 1 FROM pg_stat_activity
 WHERE datname = current_database() AND pid <> pg_backend_pid() AND usesysid IS NOT NULL"""
"""Of another role's programs PostgreSQL tells no more than that they are there; its own workers have no user."""
TABLES = """
SELECT quote_ident(c.relname) FROM pg_class c
 WHERE c.relkind IN ('r', 'p') AND c.relnamespace = to_regnamespace(%s)
   AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')"""
FUNCTIONS = r"""
SELECT format('%%I(%%s)', p.proname, pg_get_function_identity_arguments(p.oid)) FROM pg_proc p
 WHERE p.proname LIKE 'mingbai\_%%' AND p.pronamespace = to_regnamespace(%s)"""


class Place(Protocol):
    """A database that is to be replaced, with room beside it."""

    aside: str
    """The address of the database that is built beside it."""

    def stands(self) -> bool:
        """Whether there is a database that was migrated, or something that cannot be read."""

    def check_free(self) -> None:
        """See that nobody works on the database.

        Raises:
            DatabaseBusy: somebody is connected.
        """

    def prepare(self) -> None:
        """Make room beside it; what a restore that was cut off left there goes."""

    def finish(self) -> None:
        """See that what was built is on the disk and nobody's any more."""

    def built(self) -> bool:
        """Whether something is built beside it."""

    def switch(self, kept: str) -> str | None:
        """Put what was built in its place; gives the name under which the other is kept, None where there was none."""

    def discard(self) -> None:
        """Give up what was built."""


def place_of(url: str) -> Place:
    """The place of the database of this address."""
    address = make_url(url)
    return SqlitePlace(address) if address.get_backend_name() == "sqlite" else PostgresPlace(address)


class SqlitePlace:
    def __init__(self, address: URL) -> None:
        self.file = Path(address.database or "").absolute()
        self.beside = self.file.with_name(f"{self.file.name}.restoring")
        self.aside = address.set(database=str(self.beside)).render_as_string()

    def stands(self) -> bool:
        if not self.file.exists():
            return False
        with closing(sqlite3.connect(self.file)) as connection:
            try:
                return bool(connection.execute(MIGRATED).fetchone())
            except sqlite3.DatabaseError:
                return True

    def check_free(self) -> None:
        if not self.file.exists():
            return
        with closing(sqlite3.connect(self.file, timeout=1)) as connection:
            try:
                connection.execute("PRAGMA journal_mode = DELETE")  # for whoever is alone only
            except sqlite3.OperationalError as error:
                if "locked" in str(error):
                    raise DatabaseBusy() from error
            except sqlite3.DatabaseError:
                return  # it is no database, and moved aside as it is

    def prepare(self) -> None:
        self.discard()
        self.file.parent.mkdir(parents=True, exist_ok=True)

    def finish(self) -> None:
        for end in ("-turn", "-next"):
            self.beside.with_name(self.beside.name + end).unlink(missing_ok=True)
        descriptor = os.open(self.beside, os.O_RDWR)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        keep_names(self.file.parent)

    def built(self) -> bool:
        return self.beside.exists()

    def switch(self, kept: str) -> str | None:
        name = None
        for end in ("-wal", "-shm", ""):
            standing = self.file.with_name(self.file.name + end)
            if standing.exists():  # a journal left behind would be taken for the new file's own
                name = self.file.with_name(f"{self.file.name}.{kept}{end}")
                os.rename(standing, name)
        os.rename(self.beside, self.file)
        keep_names(self.file.parent)
        return str(name) if name else None

    def discard(self) -> None:
        for end in ("", "-wal", "-shm", "-turn", "-next"):
            self.beside.with_name(self.beside.name + end).unlink(missing_ok=True)


class PostgresPlace:
    def __init__(self, address: URL) -> None:
        self.url = address.render_as_string(hide_password=False)
        options = [*_listed(address.query.get("options")), f"-csearch_path={SCHEMA}"]
        aside = address.update_query_dict({"options": " ".join(options)})
        self.aside = aside.render_as_string(hide_password=False)

    def stands(self) -> bool:
        with self._transaction() as connection:
            return "alembic_version" in _names(connection, TABLES, _current(connection))

    def check_free(self) -> None:
        until = monotonic() + PATIENCE
        with self._transaction() as connection:
            while connection.exec_driver_sql(OTHERS).first():
                if monotonic() > until:
                    raise DatabaseBusy()
                connection.exec_driver_sql("SELECT pg_sleep(0.1), pg_stat_clear_snapshot()")

    def prepare(self) -> None:
        self.discard()
        with self._transaction() as connection:
            connection.exec_driver_sql(f'CREATE SCHEMA "{SCHEMA}"')

    def finish(self) -> None:
        """PostgreSQL has it on the disk when it has committed."""

    def built(self) -> bool:
        with self._transaction() as connection:
            return bool(_names(connection, TABLES, SCHEMA))

    def switch(self, kept: str) -> str | None:
        with self._transaction() as connection:
            current = _current(connection)
            ours = "alembic_version" in _names(connection, TABLES, current)
            if ours:
                connection.exec_driver_sql(f'CREATE SCHEMA "{kept}"')
                _move(connection, current, kept)
            _move(connection, SCHEMA, current)
            connection.exec_driver_sql(f'DROP SCHEMA "{SCHEMA}"')
        return kept if ours else None

    def discard(self) -> None:
        with self._transaction() as connection:
            connection.exec_driver_sql(f'DROP SCHEMA IF EXISTS "{SCHEMA}" CASCADE')

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        engine = create_engine(self.url)
        try:
            with engine.begin() as connection:
                connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{PATIENCE}s'")
                yield connection
        except OperationalError as error:
            if isinstance(error.orig, LockNotAvailable):
                raise DatabaseBusy() from error
            raise
        finally:
            engine.dispose()


def _current(connection: Connection) -> str:
    return str(connection.exec_driver_sql("SELECT current_schema()").scalar_one())


def _names(connection: Connection, query: str, schema: str) -> Sequence[str]:
    return connection.exec_driver_sql(query, (schema,)).scalars().all()


def _move(connection: Connection, schema: str, into: str) -> None:
    for kind, query in (("TABLE", TABLES), ("FUNCTION", FUNCTIONS)):
        for name in _names(connection, query, schema):
            connection.exec_driver_sql(f'ALTER {kind} "{schema}".{name} SET SCHEMA "{into}"')


def _listed(option: str | Sequence[str] | None) -> Sequence[str]:
    if option is None:
        return ()
    return (option,) if isinstance(option, str) else option
