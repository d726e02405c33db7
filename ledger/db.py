"""The database: PostgreSQL or one SQLite file; sessions that write, sessions that only read.

Every ``with writing()`` block is one transaction. SQLite takes its write lock at the start
(``BEGIN IMMEDIATE``), because a transaction that reads and then writes must not find that somebody
else wrote in between; PostgreSQL writers lock their community's log head first (`ledger.log.queries`).
SQLite tables are STRICT, so the types that SQLAlchemy names VARCHAR or DATE are stored as TEXT there.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import alembic.command
import alembic.config
from sqlalchemy import BigInteger, Boolean, Date, DateTime, Engine, Enum, LargeBinary, String, event
from sqlalchemy import create_engine as sqlalchemy_engine
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.types import TypeDecorator
from sqlmodel import Session, SQLModel

COPY_FROM_ROWS = 500
"""Below this many rows a COPY costs more to set up than it saves."""

MIGRATIONS = Path(__file__).parent.parent / "migrations"

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


@compiles(String, "sqlite")
@compiles(Date, "sqlite")
@compiles(DateTime, "sqlite")
@compiles(Enum, "sqlite")
def _text_on_sqlite(_type: Any, _compiler: Any, **_: Any) -> str:
    return "TEXT"


@compiles(BigInteger, "sqlite")
@compiles(Boolean, "sqlite")
def _integer_on_sqlite(_type: Any, _compiler: Any, **_: Any) -> str:
    return "INTEGER"


@compiles(LargeBinary, "sqlite")
def _blob_on_sqlite(_type: Any, _compiler: Any, **_: Any) -> str:
    return "BLOB"


class Instant(TypeDecorator[datetime]):
    """An aware UTC datetime. SQLite forgets time zones, so a naive one is refused on the way in."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"an instant without a time zone: {value!r}")
        return (
            value.astimezone(UTC)
            if dialect.name == "postgresql"
            else value.astimezone(UTC).replace(tzinfo=None)
        )

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


def words(kind: type[StrEnum]) -> Enum:
    """A column that holds the words of an enum: ``accepted``, not ``ACCEPTED``."""
    return Enum(
        kind, values_callable=lambda members: [m.value for m in members], native_enum=False, length=40
    )


SQLITE_PRAGMAS = {
    "foreign_keys": 1,
    "recursive_triggers": 1,  # without it INSERT OR REPLACE slips past the triggers that keep rows in ink
    "trusted_schema": 0,
    "busy_timeout": 30_000,
    "synchronous": 2,
}


def create_engine(url: str, *, reading: bool = False) -> Engine:
    """An engine for either database, with SQLite made safe on every connection.

    With ``reading`` the database itself refuses every write on the connections it hands out, and all that
    one transaction reads is from one moment.
    """
    url = url.replace("postgresql://", "postgresql+psycopg://", 1)
    engine = sqlalchemy_engine(url)
    if engine.dialect.name == "postgresql":
        if not reading:
            return engine
        return engine.execution_options(postgresql_readonly=True, isolation_level="REPEATABLE READ")
    start = "BEGIN" if reading else "BEGIN IMMEDIATE"

    def make_safe(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode = WAL")
        for pragma, value in (SQLITE_PRAGMAS | {"query_only": int(reading)}).items():
            connection.execute(f"PRAGMA {pragma} = {value}")
            (found,) = connection.execute(f"PRAGMA {pragma}").fetchone()
            assert found == value, f"SQLite did not accept {pragma} = {value}"

    event.listen(engine, "connect", make_safe)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(start))
    return engine


class Database:
    """Hands out sessions; each ``with`` block is one transaction."""

    def __init__(self, url: str) -> None:
        self.engine = create_engine(url)
        self.reader = create_engine(url, reading=True)

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Commit if the block ends well, roll back if it raises."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """One snapshot, on a connection that cannot write."""
        with Session(self.reader, expire_on_commit=False) as session:
            yield session

    def close(self) -> None:
        """Give every connection back."""
        self.engine.dispose()
        self.reader.dispose()


def write_rows(session: Session, table: type[SQLModel], rows: Sequence[Mapping[str, object]]) -> None:
    """Insert many rows in one statement: by COPY on PostgreSQL when there are many, else by executemany.

    Every row names the same columns. Triggers and constraints hold as for any insert.
    """
    if not rows:
        return
    core = table.__table__  # type: ignore[attr-defined]
    connection = session.connection()
    if connection.dialect.name != "postgresql" or len(rows) < COPY_FROM_ROWS:
        connection.execute(core.insert(), list(rows))
        return
    columns = list(rows[0])
    names = ", ".join(f'"{column}"' for column in columns)
    shapes = [
        core.c[column].type.dialect_impl(connection.dialect).bind_processor(connection.dialect)
        for column in columns
    ]
    cursor = connection.connection.cursor()
    with cursor.copy(f'COPY "{core.name}" ({names}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row(
                [
                    shape(row[column]) if shape else row[column]
                    for column, shape in zip(columns, shapes, strict=True)
                ]
            )


def migrate(url: str, revision: str = "head") -> None:
    """Bring the database up to the newest migration; each runs once, in one transaction."""
    config = alembic.config.Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    alembic.command.upgrade(config, revision)
