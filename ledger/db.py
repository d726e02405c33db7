"""The database: PostgreSQL or one SQLite file; sessions that write, sessions that only read.

Every ``with writing()`` block is one transaction. SQLite takes its write lock at the start
(``BEGIN IMMEDIATE``), because a transaction that reads and then writes must not find that somebody
else wrote in between; PostgreSQL writers lock their community's log head first (`ledger.log.queries`).
SQLite tables are STRICT, so the types that SQLAlchemy names VARCHAR or DATE are stored as TEXT there.
"""

import json
import os
import sqlite3
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext, suppress
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import StrEnum
from errno import EACCES, EDQUOT, EFBIG, ENOSPC, EPERM, EROFS
from fcntl import LOCK_EX, LOCK_NB, flock
from functools import cache
from itertools import chain, islice
from operator import itemgetter
from pathlib import Path
from threading import Lock
from time import monotonic_ns, sleep
from typing import Any, BinaryIO, NamedTuple

import psycopg
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    ColumnElement,
    Connection,
    Date,
    DateTime,
    Dialect,
    Engine,
    Enum,
    LargeBinary,
    String,
    Table,
    event,
    make_url,
    text,
)
from sqlalchemy import create_engine as sqlalchemy_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import QueryableAttribute, defer
from sqlalchemy.pool import PoolProxiedConnection
from sqlalchemy.sql.base import ExecutableOption
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator
from sqlmodel import Session, SQLModel
from sqlmodel.sql.expression import Select

from ledger.errors import Refused

COPY_FROM_ROWS = 500
"""Below this many rows a COPY costs more to set up than it saves."""

COPY_AT_ONCE = 10_000
"""Rows of one COPY among very many: a month's bank lines, which the triggers of a statement are measured with."""

INSERTED = "rows inserted"
"""Under this name a session remembers the rows that `write_rows` has inserted in its transaction, by their table."""

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


class Texts(TypeDecorator[Sequence[str]]):
    """A list of texts as one value of a statement, for `among`."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        return dialect.type_descriptor(ARRAY(String()) if dialect.name == "postgresql" else String())

    def process_bind_param(self, value: Sequence[str] | None, dialect: Dialect) -> Any:
        return json.dumps(value) if dialect.name == "sqlite" else value


class among(FunctionElement[bool]):  # noqa: N801
    """Whether a column holds one of some texts: ``among(column, bindparam("codes", type_=Texts()))``.

    However many they are, they are one value, so that the statement stays the same.
    """

    type = Boolean()
    inherit_cache = True

    def self_group(self, against: Any = None) -> Any:
        """A condition as it stands: SQLite, asked whether it is 1, looks nothing up by an index."""
        return self


@compiles(among, "postgresql")
def _any_on_postgresql(element: among, compiler: Any, **how: Any) -> str:
    column, texts = (compiler.process(clause, **how) for clause in element.clauses)
    return f"{column} = ANY ({texts})"


@compiles(among, "sqlite")
def _each_on_sqlite(element: among, compiler: Any, **how: Any) -> str:
    column, texts = (compiler.process(clause, **how) for clause in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({texts}))"  # noqa: S608 its parts are compiled ones


def words(kind: type[StrEnum]) -> Enum:
    """A column that holds the words of an enum: ``accepted``, not ``ACCEPTED``."""
    return Enum(
        kind, values_callable=lambda members: [m.value for m in members], native_enum=False, length=40
    )


PAGE_BYTES = 2048
"""Of a new SQLite file: a commit writes every page it touched whole, and one entry touches a dozen."""

SQLITE_PRAGMAS = {
    "foreign_keys": 1,
    "recursive_triggers": 1,  # without it INSERT OR REPLACE slips past the triggers that keep rows append-only
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
    file = make_url(url).database if url.startswith("sqlite") else None
    closed = file is not None and _is_closed(Path(file))
    more = {"creator": lambda: _opened_to_read(Path(file))} if file and closed else {}
    engine = sqlalchemy_engine(url, hide_parameters=True, **more)  # no fault tells who lives where
    if engine.dialect.name == "postgresql":
        if not reading:
            return engine
        return engine.execution_options(postgresql_readonly=True, isolation_level="REPEATABLE READ")

    def begin(dbapi_connection: PoolProxiedConnection) -> None:
        driver = dbapi_connection.driver_connection
        assert driver is not None
        driver.execute("BEGIN" if reading else "BEGIN IMMEDIATE")

    def make_safe(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        if not closed:
            if file and file != ":memory:":
                _keep_from_others(Path(file))
            connection.execute(f"PRAGMA page_size = {PAGE_BYTES}")
            connection.execute("PRAGMA journal_mode = WAL")
        for pragma, value in (SQLITE_PRAGMAS | {"query_only": int(reading)}).items():
            connection.execute(f"PRAGMA {pragma} = {value}")
            (setting,) = connection.execute(f"PRAGMA {pragma}").fetchone()
            assert setting == value, f"SQLite did not accept {pragma} = {value}"

    event.listen(engine, "connect", make_safe)
    engine.dialect.do_begin = begin  # type: ignore[method-assign]  # the event "begin" would send a statement of ours
    return engine


def _is_closed(file: Path) -> bool:
    """Whether a SQLite file is there that cannot be written, or nothing beside it, as SQLite has to."""
    return file.exists() and not (os.access(file, os.W_OK) and os.access(file.parent, os.W_OK))


def _keep_from_others(file: Path) -> None:
    """Let nobody but who runs the server read the file; what SQLite makes beside it is closed alike.

    A file that is there is never opened here: closing it would let go of the locks that this process holds on it.
    """
    with suppress(FileExistsError):
        os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    if file.stat().st_mode & 0o077:
        with suppress(PermissionError):  # it is another's, who says himself who reads it
            file.chmod(0o600)


def _opened_to_read(file: Path) -> sqlite3.Connection:
    """A closed file. Where nothing can be made beside it and nobody has left a log there, nobody writes it either."""
    alone = not os.access(file.parent, os.W_OK) and not Path(f"{file}-wal").exists()
    address = f"{file.absolute().as_uri()}?mode=ro{'&immutable=1' if alone else ''}"
    return sqlite3.connect(address, uri=True, check_same_thread=False)


READ_ONLY_TRANSACTION = "25006"
"""What PostgreSQL calls it when a transaction that only reads is to write."""


class ReadOnly(Refused):
    code = "read-only"
    zh = "数据库现在只能读、不能写，没有登记；公示和查询照常。请稍后再试，或告诉管理这台机器的人。"
    en = "The database can only be read at present, so nothing was written; what is published can be read as always. Try again later, or tell whoever runs this machine."


class Occupied(Refused):
    """Somebody else writes, for longer than whoever asked is to wait."""

    code = "database-occupied"
    zh = "数据库正被别人占用，没有登记；请过 {seconds} 秒再试。"
    en = "The database is taken by somebody else, so nothing was written; try again in {seconds} seconds."


class DiskFull(Refused):
    code = "disk-full"
    zh = "磁盘满了，没有登记；公示和查询照常。请告诉管理这台机器的人。"
    en = "The disk is full, so nothing was written; what is published can be read as always. Tell whoever runs this machine."


COME_BACK = 5
"""Seconds after which whoever was not let in is to try again."""

FULL = frozenset({ENOSPC, EDQUOT, EFBIG})
CONDITIONS: Mapping[int | str, Callable[[], Refused]] = {
    sqlite3.SQLITE_READONLY: ReadOnly,
    READ_ONLY_TRANSACTION: ReadOnly,
    sqlite3.SQLITE_BUSY: lambda: Occupied(seconds=COME_BACK),
    sqlite3.SQLITE_FULL: DiskFull,
    "53100": DiskFull,
}
"""What a database says of the machine, by SQLite's primary code or PostgreSQL's SQLSTATE."""

SHORT_OF_SPACE = frozenset({sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE})
"""As SQLite says it where the file beside the database cannot grow."""

PATIENCE: ContextVar[int | None] = ContextVar("patience", default=None)
"""For how many milliseconds whoever asks may wait for his turn to write; without end where nobody looks at a page meanwhile."""


def _condition(error: DBAPIError) -> Refused | None:
    """What the database says of the machine; None where the fault is another."""
    extended_code = getattr(error.orig, "sqlite_errorcode", 0)
    if extended_code in SHORT_OF_SPACE:
        return DiskFull()
    condition = CONDITIONS.get(extended_code & 0xFF) or CONDITIONS.get(getattr(error.orig, "sqlstate", ""))
    return condition() if condition else None


class Turns:
    """Who writes next into a SQLite file: one after another, over all threads and processes of this machine.

    SQLite itself has no queue: whoever finds the file locked sleeps and looks again, and may wait long behind luckier
    ones. Here one waits at the head of the line while another writes, and only he can be next.
    """

    def __init__(self, file: str) -> None:
        self._thread = Lock()
        self._file = file

    @contextmanager
    def __call__(self, until: int | None) -> Iterator[None]:
        """Wait for one's turn and keep it until the block ends; ``until`` is when one gives up, by `monotonic_ns`.

        Raises:
            ReadOnly, DiskFull: nothing can be written beside the file.
            Occupied: one's turn did not come.
        """
        if not self._thread.acquire(timeout=-1 if until is None else _left_ms(until) / 1000):
            raise Occupied(seconds=COME_BACK)
        try:
            with self._beside("turn") as turn:
                with self._beside("next") as head:
                    _take(head, until)
                    _take(turn, until)
                yield
        finally:
            self._thread.release()

    def _beside(self, name: str) -> BinaryIO:
        try:
            return open(f"{self._file}-{name}", "ab")
        except OSError as error:
            if error.errno in (EACCES, EPERM, EROFS):
                raise ReadOnly() from error
            if error.errno in FULL:
                raise DiskFull() from error
            raise


def _left_ms(until: int) -> int:
    return max(0, until - monotonic_ns()) // 1_000_000


def _take(file: BinaryIO, until: int | None) -> None:
    """Lock a file.

    Raises:
        Occupied: another keeps it past ``until``.
    """
    while until is not None:
        try:
            return flock(file, LOCK_EX | LOCK_NB)
        except BlockingIOError as error:
            if not _left_ms(until):
                raise Occupied(seconds=COME_BACK) from error
            sleep(LOOKS_AGAIN_MS / 1000)
    return flock(file, LOCK_EX)


LOOKS_AGAIN_MS = 1
"""Milliseconds between two looks at a lock that another process keeps: a commit takes longer."""


class Database:
    """Hands out sessions; each ``with`` block is one transaction.

    A few connections that wrote are kept at hand: to fetch one from the engine's pool and to give it back takes longer
    than to write a row. Whoever finds none there waits at the pool, to which all others return.
    """

    AT_HAND = 3
    """Fewer than a pool has, or those who wait at it would not be served."""

    def __init__(self, url: str) -> None:
        self.address = url
        self.engine = create_engine(url)
        self.reader = create_engine(url, reading=True)
        self._at_hand: deque[Connection] = deque()
        file = self.engine.url.database if self.engine.dialect.name == "sqlite" else None
        self._turns = Turns(file) if file else None
        self.info: dict[str, Any] = {}
        """What every session that writes knows from its beginning."""

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Commit if the block ends well, roll back if it raises.

        Raises:
            ReadOnly: the database is closed to writing. DiskFull.
            Occupied: somebody else writes, and whoever asks may not wait so long (`PATIENCE`).
        """
        patience = PATIENCE.get()
        until = None if patience is None else monotonic_ns() + patience * 1_000_000
        try:
            with self._turns(until) if self._turns else nullcontext(), self._transaction(until) as session:
                yield session
        except DBAPIError as error:
            if condition := _condition(error):
                raise condition from error
            raise

    @contextmanager
    def _transaction(self, until: int | None = None) -> Iterator[Session]:
        try:
            connection = self._at_hand.pop()
        except IndexError:
            connection = self.engine.connect()
        try:
            self._waits(connection, until)
            with connection.begin(), Session(connection, expire_on_commit=False) as session:
                session.info.update(self.info)
                yield session
                session.commit()  # of the session's own; the connection's is the block's
        except BaseException:
            connection.close()
            self._let_go()  # if the server is gone, it is gone for all of them
            raise
        if len(self._at_hand) < self.AT_HAND:
            self._at_hand.append(connection)
        else:
            connection.close()

    @contextmanager
    def filling(self) -> Iterator[Session]:
        """One transaction that fills an empty database which nobody uses yet and which is thrown away if it fails.

        On SQLite foreign keys are not looked at and nothing waits for the disk: whoever fills it asks for
        ``PRAGMA foreign_key_check`` and syncs the file. While a row waits for its parent, SQLite looks for the children of
        every other row, which takes a time that grows with the square of the rows.
        """
        if self.engine.dialect.name == "postgresql":
            with self.writing() as session:
                yield session
            return
        with self.engine.connect() as connection:
            driver = connection.connection.driver_connection
            assert driver is not None
            driver.execute("PRAGMA foreign_keys = 0")
            driver.execute("PRAGMA synchronous = 0")
            driver.execute("PRAGMA cache_size = -131072")
            driver.execute("PRAGMA wal_autocheckpoint = 0")
            with connection.begin(), Session(connection, expire_on_commit=False) as session:
                yield session
            connection.invalidate()  # no other transaction shall have it as it is

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """One snapshot, on a connection that cannot write."""
        with Session(self.reader, expire_on_commit=False) as session:
            yield session

    def _waits(self, connection: Connection, until: int | None) -> None:
        """Say for how long a transaction may wait for another program's."""
        driver = connection.connection.driver_connection
        if isinstance(driver, sqlite3.Connection):
            longest = SQLITE_PRAGMAS["busy_timeout"]
            wait = longest if until is None else min(longest, _left_ms(until))
            driver.execute(f"PRAGMA busy_timeout = {wait}")

    def close(self) -> None:
        """Give every connection back."""
        self._let_go()
        self.engine.dispose()
        self.reader.dispose()

    def _let_go(self) -> None:
        with suppress(IndexError):  # another may take the last one meanwhile
            while True:
                self._at_hand.pop().close()


class Page(NamedTuple):
    """Some rows of a long list, how many there are in all, and what is summed over all of them, by name."""

    rows: Sequence[Any]
    total: int
    totals: Mapping[str, int] = {}


def table_of(model: type[SQLModel]) -> Table:
    """The table of a model, for statements that no object is made of."""
    return model.metadata.tables[str(model.__tablename__)]


def unread(column: object, *, raiseload: bool = False) -> ExecutableOption:
    """Leave a large column where it is until somebody asks for it; with ``raiseload`` nobody may."""
    assert isinstance(column, QueryableAttribute)
    return defer(column, raiseload=raiseload)


def select_columns(*columns: Any) -> Select[*tuple[Any, ...]]:
    """SQLModel's ``select`` for more columns than the four whose types it follows."""
    return Select(*columns)


def _connection(session: Session) -> Connection:
    """The connection of a session's transaction; the one that `Database.writing` bound it to, where it did."""
    bound = session.bind
    return bound if isinstance(bound, Connection) else session.connection()


class Prepared:
    """A Core statement compiled once for each dialect and handed to the driver as it is.

    For a statement that is run for every single entry, building it anew costs more than the database takes to
    run it. Values are shaped by their columns' types on the way in; what is read comes back as the driver
    gives it, so it is for columns of text, whole numbers and bytes.
    """

    def __init__(self, statement: Any, names: Sequence[str] | None = None) -> None:
        self._statement, self._names = statement, names
        self._compiled: dict[str, tuple[str, Callable[[Mapping[str, object]], Sequence[Any]]]] = {}

    def run(self, session: Session, rows: Sequence[Mapping[str, object]]) -> None:
        """Write: run it once for each row of values, in one call of the driver.

        Raises:
            DBAPIError: what the database refused, as SQLAlchemy would have raised it.
        """
        self._sent(_connection(session), rows).close()

    def read(self, session: Session, values: Mapping[str, object]) -> Sequence[Any]:
        """As `ask`, once the database has what the session has not written yet."""
        session.flush()
        return self.ask(session, values)

    def ask(self, session: Session, values: Mapping[str, object]) -> Sequence[Any]:
        """Read: the rows that it gives for these values, of what is written.

        Raises:
            DBAPIError: as `run`.
        """
        with closing(self._sent(_connection(session), [values])) as cursor:
            rows: Sequence[Any] = cursor.fetchall()
            return rows

    def _sent(self, connection: Connection, rows: Sequence[Mapping[str, object]]) -> Any:
        """The driver's cursor after one call of it.

        A cursor never outlives its transaction: SQLite's, kept by the traceback of a refusal and freed later by
        another thread, waits for whoever has the connection by then, and nobody else may run meanwhile.
        """
        text, shaped = self._compiled.get(connection.dialect.name) or self._compile(connection)
        values = list(map(shaped, rows))
        many = len(values) > 1
        cursor = connection.connection.cursor()
        try:
            if many:
                cursor.executemany(text, values)
            else:
                cursor.execute(text, values[0])
        except connection.dialect.loaded_dbapi.Error as error:
            cursor.close()
            raise _as_sqlalchemy(connection, error) from error
        for hear in connection.engine.dispatch.after_cursor_execute:
            hear(connection, cursor, text, values, None, many)
        return cursor

    def _compile(self, connection: Connection) -> tuple[str, Callable[[Mapping[str, object]], Sequence[Any]]]:
        dialect = connection.dialect
        another: Callable[..., Dialect] = type(dialect)
        by_place = dialect if dialect.positional else another(paramstyle="format")
        compiled = self._statement.compile(dialect=by_place, column_keys=self._names)
        names, binds = compiled.positiontup, compiled.binds
        shaped = _shaping(names, binds, dialect)
        if constants := {name: binds[name].value for name in names if not binds[name].required}:
            by_name = shaped

            def shaped(row: Mapping[str, object]) -> Sequence[Any]:
                return by_name({**constants, **row})

        self._compiled[dialect.name] = str(compiled), shaped
        return self._compiled[dialect.name]


def _shaping(
    names: Sequence[str], typed: Mapping[str, ColumnElement[Any]], dialect: Dialect
) -> Callable[[Mapping[str, object]], Sequence[Any]]:
    """What takes the named values out of a row and shapes each by its type for the driver."""
    picked = itemgetter(*names) if len(names) > 1 else lambda row: (row[names[0]],)
    shapes = [
        (place, shape)
        for place, name in enumerate(names)
        if (shape := typed[name].type.dialect_impl(dialect).bind_processor(dialect))
    ]
    if not shapes:
        return picked

    def shaped(row: Mapping[str, object]) -> Sequence[Any]:
        values = list(picked(row))
        for place, shape in shapes:
            values[place] = shape(values[place])
        return values

    return shaped


@cache
def _insert(table: type[SQLModel], columns: tuple[str, ...]) -> Prepared:
    return Prepared(table_of(table).insert(), columns)


def write_rows(session: Session, table: type[SQLModel], rows: Sequence[Mapping[str, object]]) -> None:
    """Insert many rows in one statement: by COPY on PostgreSQL when there are many, else by executemany.

    Every row names the same columns. Triggers and constraints hold as for any insert. Where the rows are more than
    PostgreSQL knew of, it is told, for what comes next in the same transaction is planned by what it knows.
    """
    if not rows:
        return
    session.info.setdefault(INSERTED, []).append((table_of(table), rows))
    connection = _connection(session)
    if connection.dialect.name != "postgresql" or len(rows) < COPY_FROM_ROWS:
        _insert(table, tuple(rows[0])).run(session, rows)
        return
    core = table_of(table)
    columns = list(rows[0])
    names = ", ".join(f'"{column}"' for column in columns)
    shaped = _shaping(columns, dict(core.c.items()), connection.dialect)
    copying = f'COPY "{core.name}" ({names}) FROM STDIN'
    try:
        with closing(connection.connection.cursor()) as cursor:
            with cursor.copy(copying) as copy:
                for values in map(shaped, rows):
                    copy.write_row(values)
            cursor.execute("SELECT reltuples FROM pg_class WHERE oid = %s::regclass", (f'"{core.name}"',))
            [(known,)] = cursor.fetchall()
            if known < len(rows):
                cursor.execute(f'ANALYZE (SKIP_LOCKED) "{core.name}"')
    except psycopg.Error as error:
        raise _as_sqlalchemy(connection, error) from error


def load_rows(
    session: Session, table: Table, columns: Sequence[str], rows: Iterable[Sequence[object]]
) -> None:
    """Insert any number of rows one after another as they come, their values as the database keeps them.

    By COPY on PostgreSQL, which reads 1 as true and text as days and instants of the transaction's time zone; by
    executemany on SQLite. Triggers and constraints hold as for any insert. PostgreSQL is told how many there are as often
    as they have doubled: what its triggers look up for each piece is planned by what it knows.
    """
    connection = _connection(session)
    names = ", ".join(f'"{column}"' for column in columns)
    try:
        with closing(connection.connection.cursor()) as cursor:
            if connection.dialect.name == "postgresql":
                ahead, written, known = iter(rows), 0, 0
                while first := next(ahead, None):
                    more = min(known or COPY_FROM_ROWS, COPY_AT_ONCE)
                    with cursor.copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copy:
                        for row in chain([first], islice(ahead, more)):
                            copy.write_row(row)
                            written += 1
                    if written >= 2 * known:
                        cursor.execute(f'ANALYZE "{table.name}"')
                        known = written
            else:
                marks = ", ".join("?" * len(columns))
                cursor.executemany(f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})', rows)  # type: ignore[arg-type]  # noqa: S608 it takes them as they come
    except connection.dialect.loaded_dbapi.Error as error:
        raise _as_sqlalchemy(connection, error) from error


def together(session: Session, rows: int) -> AbstractContextManager[None]:
    """Send the few writes of the block without waiting for an answer to each (PostgreSQL's pipeline).

    What the database refuses of them is raised when the block ends. ``rows`` is how many there are in all:
    where they are many enough for COPY, and on SQLite, there is nothing to save.
    """
    connection = _connection(session)
    if connection.dialect.name != "postgresql" or rows >= COPY_FROM_ROWS:
        return nullcontext()
    return _in_pipeline(connection)


@contextmanager
def _in_pipeline(connection: Connection) -> Iterator[None]:
    try:
        driver = connection.connection.driver_connection
        assert driver is not None
        with driver.pipeline():
            yield
    except psycopg.Error as error:
        raise _as_sqlalchemy(connection, error) from error


def _as_sqlalchemy(connection: Connection, error: Exception) -> Exception:
    """What the driver alone was told, as SQLAlchemy would have raised it."""
    kind = connection.dialect.loaded_dbapi.Error
    return DBAPIError.instance("", None, error, kind, dialect=connection.dialect)


def newest() -> str:
    """The number of the newest migration that this version has."""
    return max(file.name[:4] for file in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def stands_at(session: Session) -> str:
    """The number of the migration that the database was brought to last."""
    return str(session.execute(text("SELECT version_num FROM alembic_version")).scalar_one())


def migrate(url: str, revision: str = "head", *, keys: Path | None = None) -> None:
    """Bring the database up to the newest migration; each runs once, in one transaction.

    ``keys`` is where the signer's keys lie, which prove what the first version did not write down.

    Raises:
        KeyOfHeadLost: none of them proves a head that was signed.
    """
    from alembic import command  # the server, which needs none of it, starts sooner
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    config.attributes["keys"] = keys
    command.upgrade(config, revision)
