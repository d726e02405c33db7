"""How things are measured: the floor and ours in turn, medians of both, and one line of the table each."""

from collections.abc import Callable, Sequence
from gc import collect, disable, enable
from itertools import pairwise
from math import isnan
from statistics import median
from time import perf_counter
from typing import NamedTuple

ROUNDS = 9


class Goal(NamedTuple):
    """A bound on the figure of a line: ``sign`` is ``>=`` or ``<=``."""

    sign: str
    bound: float
    unit: str = ""

    def __str__(self) -> str:
        return f"{self.sign} {self.bound:g}{self.unit}"

    def met_by(self, figure: float) -> bool:
        return figure >= self.bound if self.sign == ">=" else figure <= self.bound


class Line(NamedTuple):
    """One line of the table. ``figure`` is what the goal is about: a ratio, or as ``goal.unit`` says.

    ``floor`` is the floor's figure or a peer's. A peer has no goal: how many times as fast we are is reported.
    """

    what: str
    engine: str
    size: str
    ours: str
    floor: str
    figure: float
    goal: Goal | None

    @property
    def met(self) -> bool:
        return self.goal is None or self.goal.met_by(self.figure)

    @property
    def figured(self) -> str:
        """The figure as the table shows it."""
        if isnan(self.figure):
            return "—"
        return f"{self.figure:.3g}{self.goal.unit if self.goal else ' x'}"


def beside(peer: str, engine: str, size: str, ours: str, theirs: str, times: float) -> Line:
    """The line of a peer: its figure beside ours of the same run, and how many times as fast we are."""
    return Line(f"- beside {peer}", engine, size, ours, theirs, times, None)


class InTurn(NamedTuple):
    """Median seconds of ours and of the floor, and the median of how many floors one of ours takes."""

    ours: float
    floor: float
    ratio: float


def seconds(action: Callable[[], object]) -> float:
    """How long an action takes once, with the garbage collector still."""
    collect()
    disable()
    try:
        start = perf_counter()
        action()
        return perf_counter() - start
    finally:
        enable()


def in_turn(floor: Callable[[], object], ours: Callable[[], object], rounds: int = ROUNDS) -> InTurn:
    """Measure both in turn, beginning and ending with the floor, after one of each that does not count.

    Each run of ours is held against the mean of the floors right before and after it, so that a neighbour
    on the machine slows down both.
    """
    floor(), ours()
    floors, runs = [seconds(floor)], []
    for _ in range(rounds):
        runs.append(seconds(ours))
        floors.append(seconds(floor))
    around = [(before + after) / 2 for before, after in pairwise(floors)]
    return InTurn(
        median(runs), median(floors), median(run / floor for run, floor in zip(runs, around, strict=True))
    )


def typical(action: Callable[[], object], rounds: int = ROUNDS) -> float:
    """The median seconds of an action, after one that does not count."""
    action()
    return median(seconds(action) for _ in range(rounds))


def table(lines: Sequence[Line]) -> str:
    """The lines as a table, the missed ones named as such."""
    head = ("benchmark", "on", "size", "ours", "floor or peer", "figure", "goal", "")
    rows = [
        (
            line.what,
            line.engine,
            line.size,
            line.ours,
            line.floor,
            line.figured,
            str(line.goal) if line.goal else "",
            "reported" if line.goal is None else "met" if line.met else "MISSED",
        )
        for line in lines
    ]
    widths = [max(len(row[place]) for row in (head, *rows)) for place in range(len(head))]
    rule = tuple("-" * width for width in widths)
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in (head, rule, *rows)
    )
