"""Opening an area: a register workbook of 453 buildings read, checked and stored; the floor only reads its cells.

What it asks is a clean workbook: one with faults is refused after the reading and writes nothing.
"""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from openpyxl import load_workbook

from bench.databases import Engines
from bench.measuring import Goal, Line
from bench.place import AT, BY
from ledger.demo.place import daoxiang, register_of
from ledger.intake.register import import_register
from ledger.people.keyring import Keyring

SECONDS = Goal("<=", 30, " s")


def lines(engines: Engines) -> Iterator[Line]:
    samples = daoxiang()
    content = register_of(samples, {"daoxiang-area": "稻香片区（样例）"})
    start = perf_counter()
    rows = sum(sheet.max_row for sheet in load_workbook(BytesIO(content)))
    floor = perf_counter() - start
    for engine in engines.names:
        with engines.fresh(engine) as ground, TemporaryDirectory() as directory:
            keyring = Keyring(Path(directory) / "people.key")
            start = perf_counter()
            with ground.database.writing() as session:
                imported = import_register(
                    session, content, host="bench.example", keyring=keyring, by=BY, at=AT
                )
            took = perf_counter() - start
            yield Line(
                "open an area from its register",
                ground.engine,
                f"{imported.homes:,} homes, {rows:,} rows",
                f"{took:.1f} s",
                f"{floor:.1f} s",
                took,
                SECONDS,
            )
