"""The logs of a database, computed from the bytes of their leaves."""

from collections import defaultdict
from collections.abc import Iterable

from sqlmodel import Session, col, select

from ledger.backup.rules import Log, LogBroken
from ledger.db import select_columns
from ledger.log import merkle, note
from ledger.log.queries import HEAD_OF_ANY_VERSION, head_in
from ledger.log.tables import Leaf


def proved_logs(session: Session, known: Iterable[note.Checkpoint] = ()) -> dict[str, Log]:
    """Every log by its origin, with the roots that it had at the sizes of the known heads.

    Raises:
        LogBroken: the leaves of a log are not those that its head tells of.
    """
    sizes: dict[str, set[int]] = defaultdict(set)
    for checkpoint in known:
        sizes[checkpoint.origin].add(checkpoint.size)
    rows = session.execute(select_columns(*HEAD_OF_ANY_VERSION).order_by(HEAD_OF_ANY_VERSION[0]))
    heads = [head_in(row) for row in rows]
    logs = {}
    for head in heads:
        frontier: list[bytes] = []
        size, roots = 0, {}
        leaves = session.execute(
            select(Leaf.leaf_index, Leaf.body, Leaf.hash)
            .where(Leaf.community == head.community)
            .order_by(col(Leaf.leaf_index))
            .execution_options(yield_per=100)
        )
        for index, body, hashed in leaves:
            if index != size or merkle.leaf_hash(body) != hashed:
                raise LogBroken(origin=head.origin)
            frontier, size, _ = merkle.append(frontier, size, [hashed])
            if size in sizes[head.origin]:
                roots[size] = merkle.root(frontier)
        if (size, tuple(frontier)) != (head.tree_size, head.frontier):
            raise LogBroken(origin=head.origin)
        logs[head.origin] = Log(head.community, note.Checkpoint(head.origin, size, head.root), roots)
    return logs


def disagreeing(logs: dict[str, Log], known: Iterable[note.Checkpoint]) -> list[note.Checkpoint]:
    """Those of the known heads that these logs do not continue, the longest of each log."""
    longest: dict[str, note.Checkpoint] = {}
    for checkpoint in known:
        log = logs.get(checkpoint.origin)
        if checkpoint.size and (log is None or not log.begins_with(checkpoint)):
            before = longest.get(checkpoint.origin)
            longest[checkpoint.origin] = max(before or checkpoint, checkpoint, key=lambda head: head.size)
    return [longest[origin] for origin in sorted(longest)]
