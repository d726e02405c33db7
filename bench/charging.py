"""Charging a month: every home of a large community in one entry, against writing the same rows bare.

The floor writes what the deed leaves behind, a movement, a charge and a sub-ledger balance for each home, into
empty tables with the same columns and primary keys and nothing else: by COPY on PostgreSQL, by executemany on
SQLite. A second floor has the same foreign keys and checks too, which whoever writes into this database is not
spared. Run as ``python -m bench.charging <address> <community> <month>`` this module charges once and prints its
peak memory in MiB.
"""

import resource
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from typing import Any

from sqlalchemy import MetaData
from sqlalchemy.schema import CreateTable
from sqlmodel import SQLModel

from bench.databases import Engines, Ground
from bench.measuring import Goal, InTurn, Line, in_turn
from bench.place import AT, BY, found
from ledger.db import Database
from ledger.fees.actions import charge_month
from ledger.fees.tables import Charge
from ledger.journal.tables import Movement, SubledgerBalance
from ledger.periods import Month

HOMES = 14_188
"""An area of 453 buildings."""
QUARTER = HOMES // 4
FIRST = Month(2026, 8)
ROUNDS = 7

AGAINST_FLOOR = Goal("<=", 6, " x")
GROWTH = Goal("<=", 4.6, " x")
MEMORY = Goal("<=", 400, " MiB")
WRITTEN: tuple[type[SQLModel], ...] = (Movement, Charge, SubledgerBalance)


def lines(engines: Engines) -> Iterator[Line]:
    for engine in engines.names:
        with engines.fresh(engine) as ground:
            yield from _lines(ground)


def _lines(ground: Ground) -> Iterator[Line]:
    with ground.database.writing() as session:
        whole, quarter = found(session, "whole", HOMES), found(session, "quarter", QUARTER)
    month = {whole: FIRST, quarter: FIRST}

    def charge(community: str) -> None:
        with ground.database.writing() as session:
            charge_month(session, community, month[community], by=BY, at=AT)
        month[community] = month[community].plus(1)

    charge(whole), charge(quarter)
    ground.settle()
    (floor, rows), (keyed, _) = (_floor(ground, whole, create) for create in (_bare, _keyed))
    size = f"{HOMES:,} homes, {rows:,} rows"
    yield _against("charge a month", ground.engine, size, in_turn(floor, lambda: charge(whole), ROUNDS))
    grown = in_turn(lambda: charge(quarter), lambda: charge(whole), ROUNDS)
    yield Line(
        "- as homes grow fourfold",
        ground.engine,
        f"{QUARTER:,} to {HOMES:,}",
        f"{grown.ours:.2f} s",
        f"{grown.floor:.2f} s",
        grown.ratio,
        GROWTH,
    )
    ground.database.close()
    alone = [sys.executable, "-m", "bench.charging", ground.url, whole, str(month[whole])]
    peak = float(subprocess.run(alone, check=True, capture_output=True, text=True).stdout)
    yield Line("- memory at its peak", ground.engine, f"{HOMES:,} homes", f"{peak:.0f} MiB", "", peak, MEMORY)
    month[whole] = month[whole].plus(1)
    measured = in_turn(keyed, lambda: charge(whole), ROUNDS)
    yield _against("- against rows with foreign keys", ground.engine, size, measured)


def _against(what: str, engine: str, size: str, measured: InTurn) -> Line:
    ours, floor = f"{measured.ours:.2f} s", f"{measured.floor:.2f} s"
    return Line(what, engine, size, ours, floor, measured.ratio, AGAINST_FLOOR)


def _bare(_ground: Ground, table: type[SQLModel], name: str) -> Sequence[str]:
    """What creates an empty table with a table's columns and primary key."""
    keys = ", ".join(column.name for column in table.__table__.primary_key)
    return (
        f"CREATE TABLE {name} AS SELECT * FROM {table.__tablename__} WHERE 1 = 0",
        f"CREATE UNIQUE INDEX {name}_pk ON {name} ({keys})",
    )


def _keyed(ground: Ground, table: type[SQLModel], name: str) -> Sequence[str]:
    """What creates an empty table with a table's columns, keys, foreign keys and checks."""
    same = MetaData()
    for each in SQLModel.metadata.tables.values():
        each.to_metadata(same)
    empty = table.__table__.to_metadata(same, name=name)
    for constraint in empty.constraints:
        constraint.name = None
    return (str(CreateTable(empty).compile(ground.database.engine)),)


def _floor(
    ground: Ground, community: str, create: Callable[[Ground, type[SQLModel], str], Sequence[str]]
) -> tuple[Callable[[], None], int]:
    """A deed that writes the community's rows into new tables, and how many rows it writes."""
    connection = ground.bare()
    written: dict[type[SQLModel], list[Any]] = {}
    kind = create.__name__
    for table in WRITTEN:
        columns = ", ".join(column.name for column in table.__table__.columns)
        query = f"SELECT {columns} FROM {table.__tablename__} WHERE community = {ground.mark}"
        written[table] = connection.execute(query, (community,)).fetchall()
        for number in range(ROUNDS + 2):
            for statement in create(ground, table, f"floor{kind}_{table.__tablename__}_{number}"):
                connection.execute(statement)
    connection.commit()
    numbers = count()

    def floor() -> None:
        number = next(numbers)
        for table, rows in written.items():
            ground.write_bare(connection, f"floor{kind}_{table.__tablename__}_{number}", rows)
        connection.commit()

    return floor, sum(len(rows) for rows in written.values())


def _charge_alone(url: str, community: str, month: str) -> None:
    database = Database(url)
    with database.writing() as session:
        charge_month(session, community, Month.parse(month), by=BY, at=AT)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(peak / (1024 if sys.platform == "linux" else 1024 * 1024))


if __name__ == "__main__":
    _charge_alone(*sys.argv[1:])
