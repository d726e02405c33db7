"""Random alterations by somebody with a shell: one cell of a row, a row taken away, added or exchanged with another.

Every table is altered but those in which no fact stands. The triggers are off, as they are for whoever may drop them;
each alteration is undone when `Shell.altered` ends.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from sqlalchemy import Boolean, Connection, Date, DateTime, Enum, Integer, LargeBinary, Table, func, select
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, SQLModel

from ledger.db import Database, Instant
from ledger.demo.place import MEIYUAN
from ledger.demo.story import build
from ledger.installation import Installation
from ledger.integrity import everything_wrong
from ledger.log.row_queries import Problem
from ledger.log.row_rules import NO_FACTS, SECRETS
from ledger.log.signer import Signer
from ledger.periods import Month, months_between
from ledger.publishing import sign_head_of
from tests.journal.shell import take_the_triggers_off

for file in sorted(Path("ledger").rglob("*tables.py")):
    import_module(".".join(file.with_suffix("").parts))

SMALL = replace(
    MEIYUAN, blocks=tuple(replace(MEIYUAN.blocks[n], stairwells=1) for n in (0, 7)), shops=1, unsold=2
)
"""The sample that is altered."""
CALLED = {"ledger_head": "head"}
"""How `fsck` calls a table where it does not name it as it is."""
CELL, TAKEN, ADDED, SWAPPED = "cell", "row taken away", "row added", "rows exchanged"


class Mutation(NamedTuple):
    """What was altered: how, in which table, in which row by its key, and in which column."""

    way: str
    table: str
    key: tuple[Any, ...]
    column: str = ""

    def names(self, problem: Problem) -> bool:
        """Whether a problem says where this is: by the table, or by what the row is known by."""
        said = str(problem)
        return CALLED.get(self.table, self.table) in said or any(
            str(part) in said for part in self.key[1:] or self.key
        )


class Shell:
    """A connection on which nothing is refused; whatever is written on it is undone."""

    def __init__(self, connection: Connection, signer: Signer, codes: list[str]) -> None:
        self.connection, self.signer, self.codes = connection, signer, codes
        tables = [table for name, table in sorted(SQLModel.metadata.tables.items()) if name not in NO_FACTS]
        self.tables = [table for table in tables if self._rows(table)]

    def _rows(self, table: Table) -> int:
        return int(self.connection.execute(select(func.count()).select_from(table)).scalar_one())

    def problems(self) -> list[Problem]:
        """What `fsck` says, but for the triggers that are off."""
        with Session(self.connection) as session:
            wrong = everything_wrong(session, self.codes, self.signer)
            return [problem for _, problem in wrong if problem.check != "trigger"]

    @contextmanager
    def altered(self, way: str, random: Random, tables: Sequence[Table] | None = None) -> Iterator[Mutation]:
        """One random alteration, in one of these tables or of all, that the columns' own types and checks allow."""
        while True:
            save = self.connection.begin_nested()
            try:
                mutation = self._alter(way, random.choice(tables or self.tables), random)
            except DBAPIError:
                mutation = None
            if mutation is not None:
                break
            save.rollback()
        try:
            yield mutation
        finally:
            save.rollback()

    def _row(self, table: Table, random: Random) -> dict[str, Any]:
        key = list(table.primary_key)
        query = select(table).order_by(*key).offset(random.randrange(self._rows(table))).limit(1)
        return dict(self.connection.execute(query).mappings().one())

    def _alter(self, way: str, table: Table, random: Random) -> Mutation | None:
        row = self._row(table, random)
        key = tuple(row[column.name] for column in table.primary_key)
        here = [column == row[column.name] for column in table.primary_key]
        if way == TAKEN:
            self.connection.execute(table.delete().where(*here))
            return Mutation(way, table.name, key)
        secret = SECRETS.get(table.name, frozenset())
        columns = [column for column in table.columns if column.name not in secret]
        if way == ADDED:
            column = random.choice(list(table.primary_key))
            new = row | {column.name: another(column.type, row[column.name], random)}
            self.connection.execute(table.insert().values(new))
            return Mutation(way, table.name, tuple(new[c.name] for c in table.primary_key))
        if way == SWAPPED:
            other = self._row(table, random)
            values = [column.name for column in columns if not column.primary_key]
            if all(row[name] == other[name] for name in values):
                return None
            there = [column == other[column.name] for column in table.primary_key]
            self.connection.execute(
                table.update().where(*here).values({name: other[name] for name in values})
            )
            self.connection.execute(table.update().where(*there).values({name: row[name] for name in values}))
            return Mutation(way, table.name, key)
        column = random.choice(columns)
        value = another(column.type, row[column.name], random)
        if column.nullable and row[column.name] is not None and random.random() < 0.2:
            value = None
        if value == row[column.name]:
            return None
        self.connection.execute(table.update().where(*here).values({column.name: value}))
        sealed = (
            (f"{row['name']} {row['key']}",) if table.name == "row_seal" else ()
        )  # or that row, by its name
        return Mutation(way, table.name, key + sealed, column.name)


def another(kind: Any, value: Any, random: Random) -> Any:
    """Another value of a column."""
    if isinstance(kind, Enum):
        members = kind.enum_class or kind.enums
        return random.choice([member for member in members if member != value])
    if isinstance(kind, Boolean):
        return not value
    if isinstance(kind, Integer):
        return (value or 0) + random.choice([1, -1, 100, 7])
    if isinstance(kind, Instant | DateTime):
        return (value or datetime(2026, 1, 1).astimezone()) + timedelta(
            seconds=random.choice([1, -60, 86_400])
        )
    if isinstance(kind, Date):
        return (value or date(2026, 1, 1)) + timedelta(days=random.choice([1, -1, 30]))
    if isinstance(kind, LargeBinary):
        return bytes([value[0] ^ 1]) + value[1:] if value else b"\x01"
    return f"{value or ''}{random.choice('0123456789abcdef')}"


def a_small_sample(installation: Installation) -> None:
    """Two months of the sample with the half-year that is published of them, committed to and signed."""
    build(
        installation, (SMALL,), {}, tuple(months_between(Month(2026, 5), Month(2026, 6))), lambda words: None
    )
    sign_head_of(installation, SMALL.code, at=datetime(2026, 7, 28, tzinfo=UTC))


@contextmanager
def shell(database: Database, signer: Signer, codes: list[str]) -> Iterator[Shell]:
    """A shell on a database, whose triggers and foreign keys are off until it is undone."""
    with database.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        take_the_triggers_off(connection)
        yield Shell(connection, signer, codes)
        connection.rollback()
        connection.invalidate()


WAYS = (CELL, CELL, CELL, CELL, CELL, TAKEN, ADDED, SWAPPED)


def unseen(shell: Shell, ways: list[str], random: Random) -> Iterator[tuple[Mutation, list[Problem]]]:
    """The alterations that are not found, or found and not named."""
    for way in ways:
        with shell.altered(way, random) as mutation:
            problems = shell.problems()
        if not any(map(mutation.names, problems)):
            yield mutation, problems
