"""How long it takes to begin: the processor time of ``mingbai --help``, and the seconds until ``mingbai serve`` answers."""

import resource
import subprocess
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench.databases import Engines
from bench.measuring import Goal, Line
from bench.serving import MINGBAI, serving

ROUNDS = 5
HELP = Goal("<=", 0.6, " s")
SERVE = Goal("<=", 3, " s")


def lines(engines: Engines) -> Iterator[Line]:
    ours, floor = _processor([*MINGBAI, "--help"]), _processor([MINGBAI[0], "-c", ""])
    yield Line(
        "mingbai --help", "processor", f"median of {ROUNDS}", f"{ours:.2f} s", f"{floor:.2f} s", ours, HELP
    )
    for engine in engines.names:
        with engines.fresh(engine) as ground, TemporaryDirectory() as directory:
            taken = []
            for _ in range(ROUNDS):
                with serving(ground, Path(directory)) as server:
                    taken.append(server.started)
            waited = median(taken)
            yield Line(
                "mingbai serve answers", engine, f"median of {ROUNDS}", f"{waited:.1f} s", "", waited, SERVE
            )


def _processor(command: list[str]) -> float:
    """The median seconds of processor time of a command, after one that does not count."""
    taken = []
    for _ in range(ROUNDS + 1):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        taken.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return median(taken[1:])
