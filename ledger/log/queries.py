"""What can be read of a log: leaves, proofs, checkpoints."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, bindparam
from sqlmodel import Session, col, select

from ledger.db import Prepared, select_columns, table_of
from ledger.errors import Refused, Unknown
from ledger.log import merkle, note
from ledger.log.leaf import Commitment, Json, NewLeaf, opened
from ledger.log.tables import Leaf, LedgerHead, PrivateField, SignedHead, Subtree


class NoLog(Unknown):
    code = "no-log"
    zh = "没有小区 {community} 的账本。"
    en = "There is no ledger of the community {community}."


class NoLeaf(Unknown):
    code = "no-leaf"
    zh = "日志里没有第 {index} 条。"
    en = "The log has no leaf {index}."


class NoPrivateField(Unknown):
    code = "no-private-field"
    zh = "第 {index} 条没有这个可以抹去的字段：{digest}。"
    en = "Leaf {index} has no such private field to erase: {digest}."


class NotSignedYet(Refused):
    code = "not-signed-yet"
    zh = "第 {index} 条还没有被签名的检查点覆盖，请稍后再试。"
    en = "Leaf {index} is not covered by a signed checkpoint yet; try again shortly."


class NeverSigned(Unknown):
    code = "never-signed"
    zh = "没有签过 {size} 条记录的日志头：请照纸上印的记录数填。"
    en = (
        "No head of a log of {size} records was ever signed: give the number of records that the paper shows."
    )


CLOSED = "closed communities"
"""Under this name a session that writes knows why nothing may be written behind the log of a community, by its code."""
APPENDED = "appended leaves"


def appended(session: Session) -> Sequence[NewLeaf]:
    """The leaves that this transaction has appended, in order."""
    leaves: Sequence[NewLeaf] = session.info.get(APPENDED, ())
    return leaves


class Head(NamedTuple):
    """The end of a community's log and journal, read under its lock or for display."""

    community: str
    origin: str
    tree_size: int
    frontier: tuple[bytes, ...]
    last_no: int
    last_hash: str
    closed_through: str
    last_at: str

    @property
    def root(self) -> bytes:
        return merkle.root(self.frontier)


_HEAD = table_of(LedgerHead)
HEAD = (
    _HEAD.c.community,
    _HEAD.c.origin,
    _HEAD.c.tree_size,
    _HEAD.c.frontier,
    _HEAD.c.last_no,
    _HEAD.c.last_hash,
    _HEAD.c.closed_through,
    _HEAD.c.last_at,
)
"""The columns that `head_in` reads."""
HEAD_OF_ANY_VERSION = HEAD[:-1]
"""Those of them that a database of an earlier version has too."""
_OF_COMMUNITY = select_columns(*HEAD).where(_HEAD.c.community == bindparam("of"))
_READ_HEAD = Prepared(_OF_COMMUNITY)
_LOCK_HEAD = Prepared(_OF_COMMUNITY.with_for_update())


def check_writable(session: Session, community: str) -> None:
    """See that books may be written: whoever locks a head asks, and whoever seals a row.

    Raises:
        whatever they are closed by.
    """
    if why := session.info.get(CLOSED, {}).get(community):
        raise why


def head(session: Session, community: str, *, lock: bool = False) -> Head:
    """The head of a community's log; with ``lock`` no other writer of this community runs until the end.

    Raises:
        NoLog: the community has none.
        whatever it is closed by, with ``lock``.
    """
    if lock:
        check_writable(session, community)
    rows = (_LOCK_HEAD if lock else _READ_HEAD).ask(session, {"of": community})
    if not rows:
        raise NoLog(community=community)
    return head_in(rows[0])


def logs(session: Session) -> Sequence[str]:
    """The communities that have a log."""
    return session.exec(select(LedgerHead.community).order_by(LedgerHead.community)).all()


def head_in(row: Sequence[Any]) -> Head:
    """The head in a row of the columns ``HEAD``, or of ``HEAD_OF_ANY_VERSION``, which does not tell when it was posted to."""
    community, origin, tree_size, frontier, last_no, last_hash, closed_through, *last_at = row
    roots = tuple(frontier[i : i + 32] for i in range(0, len(frontier), 32))
    return Head(community, origin, tree_size, roots, last_no, last_hash, closed_through, *(last_at or [""]))


def leaf(session: Session, community: str, index: int) -> Leaf:
    """One leaf.

    Raises:
        NoLeaf: there is none at this index.
    """
    stored_leaf = session.get(Leaf, (community, index))
    if stored_leaf is None:
        raise NoLeaf(community=community, index=index)
    return stored_leaf


_START: BindParameter[int] = bindparam("start")
_END: BindParameter[int] = bindparam("end")
_LEAVES = Prepared(
    select(Leaf.hash)
    .where(Leaf.community == bindparam("of"), col(Leaf.leaf_index) >= _START, col(Leaf.leaf_index) < _END)
    .order_by(col(Leaf.leaf_index))
)
_SUBTREES = Prepared(
    select(Subtree.hash)
    .where(Subtree.community == bindparam("of"), Subtree.level == bindparam("level"))
    .where(col(Subtree.index) >= _START, col(Subtree.index) < _END)
    .order_by(col(Subtree.index))
)


def tiles(session: Session, community: str) -> merkle.Tile:
    """Reads the stored hashes of a log, a tile at a time, each once."""
    read: dict[tuple[int, int], Sequence[bytes]] = {}

    def tile(level: int, n: int) -> Sequence[bytes]:
        if (level, n) not in read:
            start, end = n << merkle.TILE_BITS, (n + 1) << merkle.TILE_BITS
            where = {"of": community, "level": level, "start": start, "end": end}
            hashes = (_SUBTREES if level else _LEAVES).ask(session, where)
            read[level, n] = [digest for (digest,) in hashes]
        return read[level, n]

    return tile


def continues(session: Session, at_head: Head, signed: note.Checkpoint) -> bool:
    """Whether a log begins with a head that was signed of it."""
    sizes = (signed.size, at_head.tree_size)
    if sizes[0] > sizes[1]:
        return False
    if not sizes[0]:
        return True
    path = merkle.consistency_path(*sizes, tiles(session, at_head.community))
    return merkle.verify_consistency(*sizes, signed.root, at_head.root, path)


def latest_signed(session: Session, community: str) -> SignedHead | None:
    """The newest signed checkpoint of a community."""
    return session.exec(
        select(SignedHead)
        .where(SignedHead.community == community)
        .order_by(col(SignedHead.tree_size).desc())
        .limit(1)
    ).first()


def proof(session: Session, community: str, index: int, size: int | None = None) -> note.Proof:
    """The ``tlog-proof`` of one leaf against the newest signed checkpoint, or the one of an earlier size.

    Raises:
        NeverSigned: no checkpoint of this size was signed.
        NotSignedYet: the checkpoint does not cover the leaf.
    """
    signed = latest_signed(session, community) if size is None else session.get(SignedHead, (community, size))
    if signed is None and size is not None:
        raise NeverSigned(size=size)
    if signed is None or signed.tree_size <= index:
        raise NotSignedYet(community=community, index=index)
    path = merkle.inclusion_path(index, signed.tree_size, tiles(session, community))
    return note.Proof(index, tuple(path), signed.note)


def opening_of(session: Session, community: str, index: int, name: str) -> Commitment | None:
    """What opens a leaf's commitment to the private field of this name; None when there is none or it was erased."""
    rows = session.exec(
        select(PrivateField).where(
            PrivateField.community == community,
            PrivateField.leaf_index == index,
            col(PrivateField.disclosure).is_not(None),
        )
    )
    return next(
        (
            Commitment(r.digest, r.disclosure)
            for r in rows
            if r.disclosure and opened(r.disclosure)[0] == name
        ),
        None,
    )


def private_digests(session: Session, community: str, index: int) -> Sequence[str]:
    """The digests of a leaf's private fields that are still open."""
    return session.exec(
        select(PrivateField.digest)
        .where(
            PrivateField.community == community,
            PrivateField.leaf_index == index,
            col(PrivateField.disclosure).is_not(None),
        )
        .order_by(PrivateField.digest)
    ).all()


def private_fields(session: Session, community: str, indexes: Sequence[int]) -> dict[int, dict[str, Json]]:
    """The private fields that are still open, by leaf index and name."""
    fields: dict[int, dict[str, Json]] = {index: {} for index in indexes}
    rows = session.exec(
        select(PrivateField).where(
            PrivateField.community == community, col(PrivateField.leaf_index).in_(indexes)
        )
    )
    for row in rows:
        if row.disclosure is not None:
            name, value = opened(row.disclosure)
            fields[row.leaf_index][name] = value
    return fields
