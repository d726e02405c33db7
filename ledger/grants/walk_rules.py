"""Which receipt a payment was made of. Pure.

Within one source and one project money goes out in the order in which it came in (先进先出). A payment reversed puts its
money back at the end of the row, with the reversal as its origin, and a receipt reversed goes out like any payment; so
neither moves what was drawn before.
"""

from collections import defaultdict, deque
from collections.abc import Iterable
from typing import NamedTuple

from ledger.grants.rules import Source


class Flow(NamedTuple):
    """Money that came in (positive) or went out (negative) for one purpose, in fen, by the number of its entry."""

    no: int
    source: Source
    works: str
    fen: int


class Draw(NamedTuple):
    """So many fen of what the entry ``came_in`` brought went out by the entry ``went_out``.

    ``came_in`` is None for money that no receipt of that purpose accounts for, which the rules do not let happen.
    """

    went_out: int
    came_in: int | None
    fen: int


def draws(flows: Iterable[Flow]) -> list[Draw]:
    """Every payment with the receipts it was made of: same source, same works, first in first out.

    ``flows`` come in the order of their entries. The draws of a payment add up to it, and those on a receipt
    never exceed it.
    """
    waiting: dict[tuple[Source, str], deque[tuple[int, int]]] = defaultdict(deque)
    steps = []
    for flow in flows:
        row = waiting[flow.source, flow.works]
        if flow.fen >= 0:
            row.append((flow.no, flow.fen))
            continue
        due = -flow.fen
        while due and row:
            no, left = row.popleft()
            taken = min(due, left)
            steps.append(Draw(flow.no, no, taken))
            due -= taken
            if left > taken:
                row.appendleft((no, left - taken))
        if due:
            steps.append(Draw(flow.no, None, due))
    return steps
