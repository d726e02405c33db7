"""One entry, one client: a two-line entry in a transaction of its own, against one row and its commit.

Ours is what a door does: open the transaction, post, commit. The floor is the bare driver's INSERT of one row of
the size of the entry's leaf, and COMMIT, on the same engine and the same disk.
"""

from collections.abc import Iterator
from itertools import count
from typing import NamedTuple

from bench import peers
from bench.databases import Engines, Ground
from bench.measuring import Goal, Line, beside, in_turn
from bench.place import AT, BY, TODAY, found
from ledger.journal.actions import post, post_all
from ledger.journal.rules import Draft, Move

GOALS = {"SQLite": Goal(">=", 0.30), "PostgreSQL": Goal(">=", 0.35)}
BEFORE = 2_000
"""Entries that are there already."""
EACH = 300
"""Entries, and floor rows, in one measured run."""
ROUNDS = 15


class Peer(NamedTuple):
    name: str
    program: str
    entries: int


PEERS = {
    "SQLite": Peer("python-accounting", "python_accounting_entries", 50),
    "PostgreSQL": Peer("django-hordak", "hordak_entries", EACH),
}

numbers = count(1)


def lines(engines: Engines) -> Iterator[Line]:
    for engine in engines.names:
        with engines.fresh(engine) as ground:
            line = _line(ground)
            yield line
            yield _peer(engines, engine, line)


def _peer(engines: Engines, engine: str, ours: Line) -> Line:
    """The same entry, by a peer on the same engine, a transaction each."""
    peer = PEERS[engine]
    with engines.fresh(engine, empty=True) as ground:
        where = ground.url.removeprefix("sqlite:///")
        try:
            [theirs] = peers.figures(peer.program, where, str(peer.entries))
        except peers.Missing as why:
            return peers.missing(peer.name, engine, why)
    rate = float(ours.ours.removesuffix("/s").replace(",", ""))
    return beside(peer.name, engine, f"{peer.entries} entries", ours.ours, f"{theirs:,.0f}/s", rate / theirs)


def _draft() -> Draft:
    return Draft(
        kind="fees.received",
        on=TODAY,
        key=f"entry/{next(numbers)}",
        book="fee",
        moves=[Move("1002", "4001", 12_345)],
    )


def _line(ground: Ground) -> Line:
    with ground.database.writing() as session:
        community = found(session, "one")
        post_all(session, community, [_draft() for _ in range(BEFORE)], by=BY, at=AT)
    ground.settle()

    def ours() -> None:
        for _ in range(EACH):
            with ground.database.writing() as session:
                post(session, community, _draft(), by=BY, at=AT)

    connection = ground.bare()
    blob = {"SQLite": "BLOB", "PostgreSQL": "BYTEA"}[ground.engine]
    connection.execute(f"CREATE TABLE floor (no BIGINT PRIMARY KEY, body {blob})")
    connection.commit()
    row = f"INSERT INTO floor VALUES ({ground.mark}, {ground.mark})"
    body = bytes(400)

    def floor() -> None:
        for _ in range(EACH):
            connection.execute(row, (next(numbers), body))
            connection.commit()

    measured = in_turn(floor, ours, ROUNDS)
    connection.close()
    return Line(
        "one entry, one client",
        ground.engine,
        f"{EACH} after {BEFORE}",
        f"{EACH / measured.ours:,.0f}/s",
        f"{EACH / measured.floor:,.0f}/s",
        1 / measured.ratio,
        GOALS[ground.engine],
    )
