"""Charging a month: every home of a large community in one entry, against writing the same rows bare.

The floor writes what the action leaves behind, a movement, a charge and a sub-ledger balance for each home, into
empty tables with the same columns and primary keys and nothing else: by COPY on PostgreSQL, by executemany on
SQLite. Run as ``python -m bench.charging <address> <community> <month>`` this module charges once and prints its
peak memory in MiB.
"""

import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

from sqlmodel import SQLModel

from bench.databases import Engines, Ground
from bench.measuring import Goal, Line, in_turn
from bench.place import AT, BY, found
from ledger.db import Database
from ledger.fees.charge_actions import charge_month
from ledger.fees.tables import Charge
from ledger.journal.tables import Movement, SubledgerBalance
from ledger.periods import Month

HOMES = 14_188
"""An area of 453 buildings."""
QUARTER = HOMES // 4
FIRST = Month(2024, 8)
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
    floor, rows = _floor(ground, whole)
    measured = in_turn(floor, lambda: charge(whole), ROUNDS)
    yield Line(
        "charge a month",
        ground.engine,
        f"{HOMES:,} homes, {rows:,} rows",
        f"{measured.ours:.2f} s",
        f"{measured.floor:.2f} s",
        measured.ratio,
        AGAINST_FLOOR,
    )
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


def _floor(ground: Ground, community: str) -> tuple[Callable[[], None], int]:
    """An action that writes the community's rows into new tables, and how many rows it writes."""
    connection = ground.bare()
    written: dict[type[SQLModel], list[Any]] = {}
    for table in WRITTEN:
        name, keys = table.__tablename__, ", ".join(column.name for column in table.__table__.primary_key)
        columns = ", ".join(column.name for column in table.__table__.columns)
        query = f"SELECT {columns} FROM {name} WHERE community = {ground.mark}"
        written[table] = connection.execute(query, (community,)).fetchall()
        for number in range(ROUNDS + 2):
            connection.execute(f"CREATE TABLE floor_{name}_{number} AS SELECT * FROM {name} WHERE 1 = 0")
            connection.execute(
                f"CREATE UNIQUE INDEX floor_{name}_{number}_pk ON floor_{name}_{number} ({keys})"
            )
    connection.commit()
    numbers = count()

    def floor() -> None:
        number = next(numbers)
        for table, rows in written.items():
            ground.write_bare(connection, f"floor_{table.__tablename__}_{number}", rows)
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
