"""The database: PostgreSQL or one SQLite file; sessions that write, sessions that only read.

Every ``with writing()`` block is one transaction. SQLite takes its write lock at the start
(``BEGIN IMMEDIATE``), because a transaction that reads and then writes must not find that somebody
else wrote in between; PostgreSQL writers lock their community's log head first (`ledger.log.queries`).
SQLite tables are STRICT, so the types that SQLAlchemy names VARCHAR or DATE are stored as TEXT there.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import alembic.command
import alembic.config
import psycopg
from sqlalchemy import (
    BigInteger,
    Boolean,
    Connection,
    Date,
    DateTime,
    Engine,
    Enum,
    LargeBinary,
    String,
    event,
)
from sqlalchemy import create_engine as sqlalchemy_engine
from sqlalchemy.exc import DBAPIError
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
    event.listen(engine, "begin", lambda connection: connection.connection.driver_connection.execute(start))
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


class Prepared:
    """A Core statement compiled once for each dialect and handed to the driver as it is.

    For a statement that is run for every single entry, building it anew costs more than the database takes to
    run it. Values are shaped by their columns' types on the way in; what is read comes back as the driver
    gives it, so it is for columns of text, whole numbers and bytes.
    """

    def __init__(self, statement: Any, names: Sequence[str] | None = None) -> None:
        self._statement, self._names = statement, names
        self._compiled: dict[str, tuple[str, Callable[[Mapping[str, object]], Sequence[Any]]]] = {}

    def run(self, connection: Connection, rows: Sequence[Mapping[str, object]]) -> None:
        """Write: run it once for each row of values, in one call of the driver.

        Raises:
            DBAPIError: what the database refused, as SQLAlchemy would have raised it.
        """
        self._sent(connection, rows).close()

    def ask(self, connection: Connection, values: Mapping[str, object]) -> Callable[[], Sequence[Any]]:
        """Read: run it for these values; what comes back gives the rows, inside `together` once its block ended.

        Raises:
            DBAPIError: as `run`.
        """
        cursor = self._sent(connection, [values])
        if connection.dialect.name == "postgresql":
            return cursor.fetchall  # type: ignore[no-any-return]
        with closing(cursor):
            rows = cursor.fetchall()
        return lambda: rows

    def _sent(self, connection: Connection, rows: Sequence[Mapping[str, object]]) -> Any:
        """The driver's cursor after one call of it.

        A cursor never outlives its transaction: SQLite's, kept by the traceback of a refusal and freed later by
        another thread, waits for whoever has the connection by then, and nobody else may run meanwhile.
        """
        text, shaped = self._compiled.get(connection.dialect.name) or self._compile(connection)
        values = [shaped(row) for row in rows]
        cursor = connection.connection.cursor()
        heard = connection.engine.dispatch
        for hear in heard.before_cursor_execute:
            hear(connection, cursor, text, values, None, len(values) > 1)
        try:
            if len(values) == 1:
                cursor.execute(text, values[0])
            else:
                cursor.executemany(text, values)
        except connection.dialect.loaded_dbapi.Error as error:
            cursor.close()
            raise _as_sqlalchemy(connection, error) from error
        for hear in heard.after_cursor_execute:
            hear(connection, cursor, text, values, None, len(values) > 1)
        return cursor

    def _compile(self, connection: Connection) -> tuple[str, Callable[[Mapping[str, object]], Sequence[Any]]]:
        dialect = connection.dialect
        by_place = dialect if dialect.positional else type(dialect)(paramstyle="format")  # type: ignore[call-arg]
        compiled = self._statement.compile(dialect=by_place, column_keys=self._names)
        names = compiled.positiontup
        shapes = [
            (place, shape)
            for place, name in enumerate(names)
            if (shape := compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect))
        ]

        def shaped(row: Mapping[str, object]) -> Sequence[Any]:
            values = [row[name] for name in names]
            for place, shape in shapes:
                values[place] = shape(values[place])
            return values

        self._compiled[dialect.name] = str(compiled), shaped
        return self._compiled[dialect.name]


@cache
def _insert(table: type[SQLModel], columns: tuple[str, ...]) -> Prepared:
    return Prepared(table.__table__.insert(), columns)  # type: ignore[attr-defined]


def write_rows(session: Session, table: type[SQLModel], rows: Sequence[Mapping[str, object]]) -> None:
    """Insert many rows in one statement: by COPY on PostgreSQL when there are many, else by executemany.

    Every row names the same columns. Triggers and constraints hold as for any insert. Where the rows are more than
    PostgreSQL knew of, it is told, for what comes next in the same transaction is planned by what it knows.
    """
    if not rows:
        return
    connection = session.connection()
    if connection.dialect.name != "postgresql" or len(rows) < COPY_FROM_ROWS:
        _insert(table, tuple(rows[0])).run(connection, rows)
        return
    core = table.__table__  # type: ignore[attr-defined]
    columns = list(rows[0])
    names = ", ".join(f'"{column}"' for column in columns)
    shapes = [
        core.c[column].type.dialect_impl(connection.dialect).bind_processor(connection.dialect)
        for column in columns
    ]
    copying = f'COPY "{core.name}" ({names}) FROM STDIN'
    try:
        with closing(connection.connection.cursor()) as cursor:
            with cursor.copy(copying) as copy:
                for row in rows:
                    copy.write_row(
                        [
                            shape(row[column]) if shape else row[column]
                            for column, shape in zip(columns, shapes, strict=True)
                        ]
                    )
            cursor.execute("SELECT reltuples FROM pg_class WHERE oid = %s::regclass", (f'"{core.name}"',))
            if cursor.fetchone()[0] < len(rows):  # type: ignore[index]
                cursor.execute(f'ANALYZE (SKIP_LOCKED) "{core.name}"')
    except psycopg.Error as error:
        raise _as_sqlalchemy(connection, error) from error


def together(session: Session, rows: int) -> AbstractContextManager[None]:
    """Send the few writes of the block without waiting for an answer to each (PostgreSQL's pipeline).

    What the database refuses of them is raised when the block ends. ``rows`` is how many there are in all:
    where they are many enough for COPY, and on SQLite, there is nothing to save.
    """
    connection = session.connection()
    if connection.dialect.name != "postgresql" or rows >= COPY_FROM_ROWS:
        return nullcontext()
    return _in_pipeline(connection)


@contextmanager
def _in_pipeline(connection: Connection) -> Iterator[None]:
    try:
        with connection.connection.driver_connection.pipeline():  # type: ignore[union-attr]
            yield
    except psycopg.Error as error:
        raise _as_sqlalchemy(connection, error) from error


def _as_sqlalchemy(connection: Connection, error: Exception) -> Exception:
    """What the driver alone was told, as SQLAlchemy would have raised it."""
    kind = connection.dialect.loaded_dbapi.Error
    return DBAPIError.instance("", None, error, kind, dialect=connection.dialect)


def migrate(url: str, revision: str = "head") -> None:
    """Bring the database up to the newest migration; each runs once, in one transaction."""
    config = alembic.config.Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    alembic.command.upgrade(config, revision)
