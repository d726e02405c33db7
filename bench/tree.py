"""The log's tree: appending against bare hashing, and an inclusion proof at a million leaves.

The floor of appending hashes a leaf of 400 bytes and one node for each leaf, and nothing else. The leaves of the
proof are written in bulk, with their true hashes, and the proof is verified against the true root.
"""

from collections.abc import Iterator
from hashlib import sha256

from sqlalchemy import insert, update
from sqlmodel import Session

from bench import peers
from bench.databases import Engines, Ground
from bench.measuring import Goal, Line, beside, in_turn, typical
from bench.place import found
from ledger.db import write_rows
from ledger.log import merkle
from ledger.log.queries import head, tiles
from ledger.log.tables import Leaf, LedgerHead, Subtree

APPENDED = 100_000
LEAVES = 1_000_000
AT_ONCE = 50_000
APPEND = Goal(">=", 0.4)
PROOF = Goal("<=", 5, " ms")


def lines(engines: Engines) -> Iterator[Line]:
    ours = _append()
    yield ours
    yield _peer(ours)
    for engine in engines.names:
        with engines.fresh(engine) as ground:
            yield _proof(ground)


def _append() -> Line:
    body, node = bytes(401), bytes(65)

    def floor() -> None:
        for _ in range(APPENDED):
            sha256(body).digest()
            sha256(node).digest()

    def ours() -> None:
        leaf = body[1:]
        merkle.append([], 0, (merkle.leaf_hash(leaf) for _ in range(APPENDED)))

    measured = in_turn(floor, ours)
    return Line(
        "append to the tree",
        "memory",
        f"{APPENDED:,} leaves of 400 B",
        f"{APPENDED / measured.ours:,.0f}/s",
        f"{APPENDED / measured.floor:,.0f}/s",
        1 / measured.ratio,
        APPEND,
    )


def _peer(ours: Line) -> Line:
    try:
        [theirs] = peers.figures("pymerkle_tree", str(APPENDED))
    except peers.Missing as why:
        return peers.missing("pymerkle", ours.engine, why)
    rate = float(ours.ours.removesuffix("/s").replace(",", ""))
    return beside("pymerkle", ours.engine, ours.size, ours.ours, f"{theirs:,.0f}/s", rate / theirs)


def _proof(ground: Ground) -> Line:
    with ground.database.writing() as session:
        code = found(session, "tall")
        _grow(session, code)
    ground.settle()
    with ground.database.reading() as session:
        root = head(session, code).root
    places = [17, 65_537, 500_003, LEAVES - 2]
    turn = iter(places * 10)

    def prove() -> None:
        index = next(turn)
        with ground.database.reading() as session:
            path = merkle.inclusion_path(index, LEAVES, tiles(session, code))
            hashed = merkle.leaf_hash(b"%d" % index)
        assert merkle.verify_inclusion(hashed, index, LEAVES, path, root)

    taken = typical(prove) * 1000
    return Line("inclusion proof", ground.engine, f"{LEAVES:,} leaves", f"{taken:.1f} ms", "", taken, PROOF)


def _grow(session: Session, code: str) -> None:
    """Fill the log up to a million leaves behind those it has, and write its head."""
    current = head(session, code, lock=True)
    frontier, size = list(current.frontier), current.tree_size
    while size < LEAVES:
        bodies = [b"%d" % index for index in range(size, min(size + AT_ONCE, LEAVES))]
        hashes = [merkle.leaf_hash(body) for body in bodies]
        write_rows(
            session,
            Leaf,
            [
                {
                    "community": code,
                    "leaf_index": index,
                    "prev_index": index - 1,
                    "kind": "bench",
                    "body": body,
                    "hash": hashed,
                }
                for index, (body, hashed) in enumerate(zip(bodies, hashes, strict=True), start=size)
            ],
        )
        frontier, size, stored = merkle.append(frontier, size, hashes)
        if stored:
            session.execute(insert(Subtree), [{"community": code, **subtree._asdict()} for subtree in stored])
    session.execute(
        update(LedgerHead)
        .where(LedgerHead.community == code)
        .values(tree_size=size, frontier=b"".join(frontier))
    )
