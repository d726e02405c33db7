"""The log's actions. They know nobody: who did what is in the leaf's bytes, which others wrote."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, insert, update
from sqlmodel import Session, col

from ledger.db import Prepared, table_of, write_rows
from ledger.log import merkle, note
from ledger.log.leaf import Json, NewLeaf, new_leaf
from ledger.log.queries import APPENDED, Head, NoPrivateField, continues, head, latest_signed, leaf, tiles
from ledger.log.signer import KeyLost, LogRewritten, MemoryLost, Signer
from ledger.log.tables import Leaf, LedgerHead, PrivateField, SignedHead, Subtree


def open_log(session: Session, community: str, origin: str, *, at: datetime) -> Head:
    """Begin the log of a community with its genesis leaf."""
    note.check_name(origin)
    session.execute(
        insert(LedgerHead),
        [
            {
                "community": community,
                "origin": origin,
                "tree_size": 0,
                "frontier": b"",
                "last_no": 0,
                "last_hash": "",
                "closed_through": "",
                "last_at": "",
            }
        ],
    )
    genesis: dict[str, Json] = {
        "v": 1,
        "log": origin,
        "i": 0,
        "kind": "genesis",
        "community": community,
        "at": at.isoformat(),
    }
    return append(session, head(session, community, lock=True), [new_leaf("genesis", genesis)])


_HEAD = table_of(LedgerHead)
_MOVE_HEAD = Prepared(
    _HEAD.update().where(_HEAD.c.community == bindparam("of")),
    ("tree_size", "frontier", "last_no", "last_hash", "closed_through", "last_at"),
)


def append(session: Session, at_head: Head, leaves: Sequence[NewLeaf]) -> Head:
    """Append leaves behind a head that was read under its lock, and write the head back.

    The caller has put what else the head carries (last entry, closed month) into ``at_head``. What was appended can be
    looked at until the transaction ends (`queries.appended`).
    """
    session.info.setdefault(APPENDED, []).extend(leaves)
    frontier, size, stored = merkle.append(
        at_head.frontier, at_head.tree_size, (sealed_leaf.hash for sealed_leaf in leaves)
    )
    numbered = list(enumerate(leaves, start=at_head.tree_size))
    write_rows(
        session,
        Leaf,
        [
            {
                "community": at_head.community,
                "leaf_index": index,
                "prev_index": index - 1 if index else None,
                "kind": sealed_leaf.kind,
                "body": sealed_leaf.body,
                "hash": sealed_leaf.hash,
            }
            for index, sealed_leaf in numbered
        ],
    )
    write_rows(
        session,
        PrivateField,
        [
            {
                "community": at_head.community,
                "leaf_index": index,
                "digest": commitment.digest,
                "disclosure": commitment.disclosure,
            }
            for index, sealed_leaf in numbered
            for commitment in sealed_leaf.private
        ],
    )
    write_rows(
        session, Subtree, [{"community": at_head.community, **subtree._asdict()} for subtree in stored]
    )
    _MOVE_HEAD.run(
        session,
        [
            {
                "of": at_head.community,
                "tree_size": size,
                "frontier": b"".join(frontier),
                "last_no": at_head.last_no,
                "last_hash": at_head.last_hash,
                "closed_through": at_head.closed_through,
                "last_at": at_head.last_at,
            }
        ],
    )
    return at_head._replace(tree_size=size, frontier=tuple(frontier))


def check_signable(session: Session, at_head: Head, signer: Signer) -> None:
    """See that a log continues what was signed of it, before anything is written that has to be signed.

    Raises:
        LogRewritten: the signer remembers a longer or another log.
        KeyLost: the log was signed before, by a key that the signer has not.
        MemoryLost: the signer's memory of the log is gone or cannot be read.
    """
    remembered = signer.remembered(at_head.origin)
    if latest_signed(session, at_head.community) is not None:
        if not signer.has_key(at_head.origin):
            raise KeyLost(origin=at_head.origin, directory=signer.directory)
        if not remembered.size:
            raise MemoryLost(origin=at_head.origin, file=signer.state_file(at_head.origin))
    if not continues(session, at_head, remembered):
        raise LogRewritten(origin=at_head.origin, size=at_head.tree_size, signed=remembered.size)


def sign_head(session: Session, community: str, signer: Signer, *, at: datetime) -> SignedHead:
    """Have the head of a log signed and keep the checkpoint; nothing happens when it is signed already.

    Raises:
        LogRewritten, KeyLost, MemoryLost: as `check_signable`.
    """
    current = head(session, community, lock=True)
    check_signable(session, current, signer)
    signed = latest_signed(session, community)
    if signed is not None and signed.tree_size == current.tree_size:
        return signed
    tile = tiles(session, community)
    text = signer.sign(
        note.Checkpoint(current.origin, current.tree_size, current.root),
        lambda old, new: merkle.consistency_path(old, new, tile),
    )
    signed = SignedHead(
        community=community,
        tree_size=current.tree_size,
        root=current.root,
        note=text,
        vkey=signer.verifier(current.origin).vkey,
        signed_at=at,
    )
    session.add(signed)
    session.flush()  # so that the checkpoint can be read in the same transaction
    return signed


def erase(session: Session, community: str, index: int, digest: str, *, request: str, at: datetime) -> None:
    """Erase what opens one commitment, and say so in a leaf. No proof changes.

    ``request`` is the digest or number of the request for erasure, never its text.

    Raises:
        NoPrivateField: the leaf commits to nothing of this digest, or it was erased already.
    """
    current = head(session, community, lock=True)
    leaf(session, community, index)
    erased = session.exec(
        update(PrivateField)
        .where(
            col(PrivateField.community) == community,
            col(PrivateField.leaf_index) == index,
            col(PrivateField.digest) == digest,
            col(PrivateField.disclosure).is_not(None),
        )
        .values(disclosure=None, erased_at=at)
    )
    if not erased.rowcount:
        raise NoPrivateField(community=community, index=index, digest=digest)
    content: dict[str, Json] = {
        "v": 1,
        "log": current.origin,
        "i": current.tree_size,
        "kind": "erasure",
        "digest": digest,
        "of": index,
        "request": request,
    }
    append(session, current, [new_leaf("erasure", content)])
