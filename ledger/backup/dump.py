"""Tables as plain rows: the same books give the same rows on either database."""

import gzip
from collections.abc import Iterator, Sequence
from io import BufferedWriter
from pathlib import Path
from typing import Any
from warnings import catch_warnings

from pydantic_core import to_json
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    cast,
    collate,
    func,
    select,
)
from sqlalchemy.exc import SAWarning
from sqlmodel import Session

from ledger.backup.durable import new_file
from ledger.backup.rules import Kind, TableFile, path_of

AT_ONCE = 1_000
BYTES_AT_ONCE = 2 << 20
"""How much of a table is fetched at once: photographs are large, and there are thousands of them."""
QUICK = 1
"""The level of gzip; the next ones take twice as long for a tenth less."""


def tables_in(session: Session) -> list[Table]:
    """Every table of the database with its columns as they are there, by name, but for the number of its last migration."""
    metadata = MetaData()
    with catch_warnings(
        action="ignore", category=SAWarning
    ):  # an index over an expression is none of ours here
        metadata.reflect(session.connection(), resolve_fks=False)
    return [metadata.tables[name] for name in sorted(metadata.tables) if name != "alembic_version"]


def columns_of(table: Table) -> dict[str, Kind]:
    """The columns of a table by name: their order is another where it was altered."""
    return {column.name: _kind(column) for column in _by_name(table)}


def dump(session: Session, table: Table, directory: Path) -> TableFile:
    """Write the rows of a table into its file of a backup.

    Raises:
        OSError: it cannot be written; the error names the file.
    """
    rows = 0
    with new_file(directory / path_of(table.name)) as file:
        with (
            gzip.GzipFile("", "wb", QUICK, file, mtime=0) as packed,
            BufferedWriter(packed, 1 << 17) as lines,
        ):
            for line in lines_of(session, table):
                lines.write(line)
                rows += 1
        return TableFile(
            table=table.name, columns=columns_of(table), rows=rows, size=file.size, sha256=file.sha256
        )


def lines_of(session: Session, table: Table) -> Iterator[bytes]:
    """The rows in the order of their key, each a JSON list on a line of its own."""
    postgresql = session.get_bind().dialect.name == "postgresql"
    query = select(*(_plain(column) if postgresql else column for column in _by_name(table))).order_by(
        *(
            collate(column, "C") if postgresql and _kind(column) == Kind.TEXT and _is_text(column) else column
            for column in table.primary_key
        )
    )
    for row in session.execute(query, execution_options={"yield_per": _at_once(session, table)}):
        yield to_json(tuple(row), bytes_mode="base64") + b"\n"


def _by_name(table: Table) -> Sequence[Column[Any]]:
    return sorted(table.columns, key=lambda column: column.name)


def _kind(column: Column[Any]) -> Kind:
    match column.type:
        case LargeBinary():
            return Kind.BYTES
        case Integer() | BigInteger() | Boolean():
            return Kind.NUMBER
        case String() | Date() | DateTime():
            return Kind.TEXT
    raise NotImplementedError(f"no way to write {column.table.name}.{column.name}, which is {column.type!r}")


def _is_text(column: Column[Any]) -> bool:
    return isinstance(column.type, String)


def _plain(column: Column[Any]) -> Any:
    """A column of PostgreSQL as SQLite keeps it: 1 and 0, days and instants of UTC as text."""
    match column.type:
        case Boolean():
            return cast(column, Integer)
        case DateTime():
            return func.to_char(func.timezone("UTC", column), "YYYY-MM-DD HH24:MI:SS.US")
        case Date():
            return func.to_char(column, "YYYY-MM-DD")
    return column


def _at_once(session: Session, table: Table) -> int:
    bodies = [column for column in table.columns if _kind(column) == Kind.BYTES]
    if not bodies:
        return AT_ONCE
    largest = select(*(func.coalesce(func.max(func.length(column)), 0) for column in bodies))
    width: int = sum(session.execute(largest).one())
    return max(1, min(AT_ONCE, BYTES_AT_ONCE // (1 + width)))
