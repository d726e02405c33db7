"""Rows into an empty database, in an order that its triggers and keys allow: they all stay in force."""

import gzip
import zlib
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterator, Sequence
from graphlib import TopologicalSorter
from itertools import zip_longest
from pathlib import Path
from typing import Any

from pydantic_core import from_json
from sqlalchemy import Table, func, select, text
from sqlmodel import Session

from ledger.backup.dump import columns_of, lines_of, tables_in
from ledger.backup.rules import BackupDamaged, Kind, TableFile, path_of
from ledger.db import load_rows
from ledger.serving_role import KEPT_BY_TRIGGERS

AFTER = {
    "movement": {"account", "entry"},
    "leaf": {"entry", "movement"},
    "applied": {"charge"},
    "fee_waived": {"charge"},
    "surcharge": {"charge"},
    "surcharge_paid": {"charge"},
}
"""What triggers need beyond the foreign keys: a movement finds its entry, what was paid its charge, and a leaf seals what is
there already."""
WITHHELD = {"ledger_head": "closed_through"}
"""What is filled in at the end: an entry of a month that is closed is refused."""


def load(
    session: Session, directory: Path, files: Sequence[TableFile], progress: Callable[[str], object]
) -> list[str]:
    """Fill an empty database of the same migration (`Database.filling`); gives the tables that came out otherwise than they were.

    Those can only be running balances: they are made anew from the movements.

    Raises:
        BackupDamaged: a table has other columns here, a file cannot be read, or a row refers to none.
    """
    by_name = {file.table: file for file in files}
    tables = {table.name: table for table in tables_in(session)}
    if by_name.keys() != tables.keys():
        raise BackupDamaged(file=path_of(min(by_name.keys() ^ tables.keys())))
    postgresql = session.get_bind().dialect.name == "postgresql"
    if postgresql:
        session.execute(text("SET LOCAL TimeZone = 'UTC'"))
    for name in _order(tables):
        file = by_name[name]
        if file.columns != columns_of(tables[name]):
            raise BackupDamaged(file=file.path)
        if name not in KEPT_BY_TRIGGERS:
            names = list(file.columns)
            load_rows(session, tables[name], names, _rows(directory, file, WITHHELD.get(name)))
            if postgresql:
                _go_on(session, tables[name])
        progress(name)
    for name, column in WITHHELD.items():
        _fill_in(session, tables[name], column, directory, by_name[name])
    if not postgresql and (stray := session.execute(text("PRAGMA foreign_key_check")).first()):
        raise BackupDamaged(file=path_of(stray[0]))
    return [
        name
        for name in sorted(KEPT_BY_TRIGGERS)
        if any(
            here != there
            for here, there in zip_longest(lines_of(session, tables[name]), _lines(directory, by_name[name]))
        )
    ]


def _order(tables: dict[str, Table]) -> list[str]:
    """What a table refers to stands before it; a key that is checked at the end waits for nobody."""
    order: TopologicalSorter[str] = TopologicalSorter()
    for name, table in tables.items():
        needed = {key.referred_table.name for key in table.foreign_key_constraints if not key.deferrable}
        order.add(name, *sorted((needed | AFTER.get(name, set())) - {name}))
    return list(order.static_order())


def _lines(directory: Path, file: TableFile) -> Iterator[bytes]:
    try:
        with gzip.open(directory / file.path, "rb") as lines:
            yield from lines
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise BackupDamaged(file=file.path) from None


def _rows(directory: Path, file: TableFile, withheld: str | None = None) -> Iterator[list[Any]]:
    bodies = [place for place, kind in enumerate(file.columns.values()) if kind == Kind.BYTES]
    empty = [place for place, name in enumerate(file.columns) if name == withheld]
    for line in _lines(directory, file):
        row = from_json(line)
        for place in bodies:
            if row[place] is not None:
                row[place] = urlsafe_b64decode(row[place])
        for place in empty:
            row[place] = ""
        yield row


def _fill_in(session: Session, table: Table, column: str, directory: Path, file: TableFile) -> None:
    names = list(file.columns)
    for row in map(dict, (zip(names, row, strict=True) for row in _rows(directory, file))):
        key = [part == row[part.name] for part in table.primary_key]
        session.execute(table.update().where(*key).values({column: row[column]}))


def _go_on(session: Session, table: Table) -> None:
    """Let PostgreSQL number the next rows after those that are there, as SQLite does of itself."""
    for column in table.primary_key:
        sequence = session.scalar(select(func.pg_get_serial_sequence(f'"{table.name}"', column.name)))
        if sequence is not None and (last := session.scalar(select(func.max(column)))):
            session.execute(select(func.setval(sequence, last)))
