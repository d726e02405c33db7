"""A thousand cells altered at random over all tables with facts, two hundred rows taken away, added or exchanged, on each database.

The small sample of the tests is altered by somebody with a shell, and `fsck` has to find and name each alteration. It takes
half an hour and is no benchmark, so it runs when it is named: ``python -m bench mutations``.
"""

from collections.abc import Iterator
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter

from bench.databases import Engines
from bench.measuring import Goal, Line
from ledger.config import Config
from ledger.installation import Installation
from tests.mutations import ADDED, CELL, SMALL, SWAPPED, TAKEN, a_small_sample, shell, unseen

CELLS, ROWS, SEED = 1_000, 200, 20_261_128
NONE = Goal("<=", 0, " unseen")


def lines(engines: Engines) -> Iterator[Line]:
    """One line a database and kind of alteration: how many were made, and how many were not found or not named."""
    for engine in engines.names:
        with engines.fresh(engine) as ground, TemporaryDirectory() as home:
            settings = {"LEDGER_HOME": str(Path(home) / "home"), "LEDGER_HOST": "bench.example"}
            installation = Installation.of(Config.from_env(settings), ground.database)
            a_small_sample(installation)
            random = Random(SEED)
            rows = [random.choice((TAKEN, ADDED, SWAPPED)) for _ in range(ROWS)]
            for what, ways in (("cells altered", [CELL] * CELLS), ("rows taken, added, exchanged", rows)):
                begun, silent = perf_counter(), 0
                with shell(ground.database, installation.signer, [SMALL.code]) as altering:
                    for mutation, problems in unseen(altering, ways, random):
                        silent += 1
                        print(f"    {mutation}: {[str(problem) for problem in problems[:2]]}", flush=True)
                took = f"{perf_counter() - begun:.0f} s"
                yield Line(what, engine, f"{len(ways):,}", took, "", silent, NONE)
