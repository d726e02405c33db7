"""A log in the database: it grows leaf by leaf, proves every leaf and every past, and forgets only disclosures."""

import json
import shutil
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import func, select

from ledger.community.tables import Community
from ledger.db import Database
from ledger.log import merkle
from ledger.log.actions import append, erase, open_log, sign_head
from ledger.log.leaf import commit, new_leaf
from ledger.log.note import NoteMalformed, parse_checkpoint, verified
from ledger.log.queries import (
    NoLeaf,
    NoLog,
    NoPrivateField,
    NotSignedYet,
    head,
    latest_signed,
    leaf,
    private_fields,
    proof,
    tiles,
)
from ledger.log.signer import LogRewritten, Signer
from ledger.log.tables import Leaf, LedgerHead, PrivateField, SignedHead, Subtree
from tests.cast import NOON
from tests.log import trees

CODE = "meiyuan"
ORIGIN = "test.example/log/meiyuan"
SALT = bytes(range(16))
MEMOS = [new_leaf("memo", {"n": n}) for n in range(977)]


@pytest.fixture
def signer(tmp_path):
    return Signer(tmp_path / "keys")


def a_log(session, code=CODE):
    session.add(Community(code=code, name="梅园新村"))
    session.flush()
    return open_log(session, code, f"test.example/log/{code}", at=NOON)


def grow(session, to, code=CODE):
    """Append memoranda until the log is so long."""
    at_head = head(session, code, lock=True)
    new = [MEMOS[n % len(MEMOS)] for n in range(at_head.tree_size, to)]
    return append(session, at_head, new) if new else at_head


def hashes(session, code=CODE):
    return list(session.exec(select(Leaf.hash).where(Leaf.community == code).order_by(Leaf.leaf_index)))


def proves(session, index, signer):
    """Whether the log's own proof of a leaf holds under its own checkpoint."""
    inclusion = proof(session, CODE, index)
    checkpoint = parse_checkpoint(verified(inclusion.checkpoint, [signer.verifier(ORIGIN)])[0].text)
    return checkpoint.origin == ORIGIN and merkle.verify_inclusion(
        merkle.leaf_hash(leaf(session, CODE, index).body),
        index,
        checkpoint.size,
        inclusion.path,
        checkpoint.root,
    )


def test_a_log_begins_with_a_genesis_leaf_that_names_it(session):
    begun = a_log(session)

    assert begun.tree_size == 1
    assert head(session, CODE) == begun
    genesis = leaf(session, CODE, 0)
    assert genesis.kind == "genesis"
    assert genesis.hash == begun.root == merkle.leaf_hash(genesis.body)
    assert json.loads(genesis.body) == {
        "v": 1, "log": ORIGIN, "i": 0, "kind": "genesis", "community": CODE, "at": NOON.isoformat(),
    }  # fmt: skip


@pytest.mark.parametrize("origin", ["", "two words", "a+b", "a\nb"])
def test_a_log_has_a_name_that_can_sign(session, origin):
    with pytest.raises(NoteMalformed):
        open_log(session, CODE, origin, at=NOON)


def test_a_community_has_one_log_and_an_origin_one_community(database):
    with database.writing() as session:
        a_log(session)
        session.add(Community(code="other", name="o"))
    for code, origin in ((CODE, "test.example/log/second"), ("other", ORIGIN)):
        with pytest.raises(IntegrityError), database.writing() as session:
            open_log(session, code, origin, at=NOON)


def test_there_is_no_log_and_no_leaf_where_none_was_written(session):
    with pytest.raises(NoLog):
        head(session, CODE)
    a_log(session)
    for index in (1, -1):
        with pytest.raises(NoLeaf):
            leaf(session, CODE, index)


def test_leaves_are_stored_as_they_were_hashed_and_in_order(session):
    a_log(session)
    written = [new_leaf("memo", {"n": n, "word": "民"}) for n in range(5)]

    after = append(session, head(session, CODE, lock=True), written)

    stored = [leaf(session, CODE, index) for index in range(1, 6)]
    assert [(row.kind, row.body, row.hash) for row in stored] == [draft[:3] for draft in written]
    assert after.tree_size == 6
    assert head(session, CODE) == after
    assert after.root == trees.mth(hashes(session))


def test_what_is_rolled_back_was_never_in_the_log(database):
    with database.writing() as session:
        a_log(session)
    with pytest.raises(RuntimeError), database.writing() as session:
        grow(session, 300)
        raise RuntimeError
    with database.writing() as session:
        grow(session, 2)

    with database.reading() as session:
        assert head(session, CODE).root == trees.mth(hashes(session))
        assert len(hashes(session)) == 2
        assert session.exec(select(Subtree)).all() == []


def test_logs_do_not_touch_each_other(session):
    a_log(session)
    a_log(session, "other")
    grow(session, 300)
    before = head(session, "other")

    grow(session, 320)
    grow(session, 7, "other")

    assert before.tree_size == 1
    assert head(session, CODE).root == trees.mth(hashes(session))
    assert head(session, "other").root == trees.mth(hashes(session, "other"))


def test_every_leaf_and_every_past_is_provable_over_the_borders_of_tiles(session, signer):
    a_log(session)
    for size in (1, 2, 3, 100, 254, 255, 256, 257, 258, 511, 512, 513):
        grow(session, size)
        sign_head(session, CODE, signer, at=NOON)
        for index in {0, 1, 2, 99, 253, 254, 255, 256, 257, 511, size - 1} & set(range(size)):
            assert proves(session, index, signer), (index, size)

    leaves, tile = hashes(session), tiles(session, CODE)
    heads = session.exec(select(SignedHead).order_by(SignedHead.tree_size)).all()
    assert len(heads) == 12
    for old in heads:
        assert old.root == trees.mth(leaves[: old.tree_size])
        for new in heads:
            if new.tree_size >= old.tree_size:
                path = merkle.consistency_path(old.tree_size, new.tree_size, tile)
                assert merkle.verify_consistency(old.tree_size, new.tree_size, old.root, new.root, path)


def test_a_proof_in_a_log_of_65536_leaves_takes_a_few_short_reads(sqlite_url, signer):
    database = Database(sqlite_url)
    with database.writing() as session:
        a_log(session)
        for size in (65_535, 65_536, 65_537, 65_800):
            grow(session, size)
            sign_head(session, CODE, signer, at=NOON)
            for index in (0, 255, 256, 40_000, 65_279, 65_534, size - 1):
                assert proves(session, index, signer), (index, size)
        levels = session.exec(select(Subtree.level, func.count()).group_by(Subtree.level)).all()
        assert sorted(levels) == [(8, 257), (16, 1)]
        assert head(session, CODE).root == merkle.root_of(hashes(session))

        read = []
        tile = tiles(session, CODE)
        merkle.inclusion_path(40_000, 65_800, lambda level, n: read.append((level, n)) or tile(level, n))
        assert len(set(read)) <= 5
    database.close()


def test_a_leaf_is_not_proved_before_a_checkpoint_covers_it(session, signer):
    a_log(session)
    with pytest.raises(NotSignedYet):
        proof(session, CODE, 0)
    sign_head(session, CODE, signer, at=NOON)
    grow(session, 2)

    assert proves(session, 0, signer)
    with pytest.raises(NotSignedYet):
        proof(session, CODE, 1)


def test_a_head_is_signed_once(session, signer):
    a_log(session)
    first = sign_head(session, CODE, signer, at=NOON)

    again = sign_head(session, CODE, signer, at=NOON + timedelta(days=1))

    assert again.signed_at == first.signed_at
    assert latest_signed(session, CODE).note == first.note
    assert session.exec(select(func.count()).select_from(SignedHead)).one() == 1


def test_a_database_from_an_old_backup_gets_no_signature(sqlite_url, signer, tmp_path):
    file, backup = sqlite_url.removeprefix("sqlite:///"), tmp_path / "backup.db"
    database = Database(sqlite_url)
    with database.writing() as session:
        a_log(session)
        grow(session, 10)
        sign_head(session, CODE, signer, at=NOON)
    database.close()
    shutil.copy(file, backup)
    with database.writing() as session:
        grow(session, 20)
        sign_head(session, CODE, signer, at=NOON)
    database.close()

    shutil.copy(backup, file)
    with database.writing() as session:
        append(session, head(session, CODE, lock=True), [new_leaf("memo", {"another": 1})])
    for size in (11, 20, 25):
        with database.writing() as session:
            grow(session, size)
        with pytest.raises(LogRewritten), database.writing() as session:
            sign_head(session, CODE, signer, at=NOON)
    database.close()


def test_a_tampered_frontier_gets_no_signature(session, signer):
    a_log(session)
    grow(session, 5)
    sign_head(session, CODE, signer, at=NOON)
    grow(session, 6)
    session.get(LedgerHead, CODE).frontier = bytes(64)
    session.flush()
    with pytest.raises(LogRewritten):
        sign_head(session, CODE, signer, at=NOON)


def a_secret_leaf(session, **fields):
    """A leaf that commits to private fields; gives its index and the digests by name."""
    made = {name: commit(name, value, SALT) for name, value in fields.items()}
    content = {"sd": sorted(commitment.digest for commitment in made.values())}
    after = append(session, head(session, CODE, lock=True), [new_leaf("memo", content, tuple(made.values()))])
    return after.tree_size - 1, {name: commitment.digest for name, commitment in made.items()}


def test_private_fields_are_kept_beside_the_leaf_not_in_it(session):
    a_log(session)
    index, digests = a_secret_leaf(session, reason="三楼张某漏水", phone="13800000000")

    assert private_fields(session, CODE, [index]) == {
        index: {"reason": "三楼张某漏水", "phone": "13800000000"}
    }
    body = leaf(session, CODE, index).body.decode()
    assert "张" not in body
    assert "138" not in body
    assert all(digest in body for digest in digests.values())


def test_erasing_leaves_every_proof_as_it_was_and_says_so_in_the_log(session, signer):
    a_log(session)
    index, digests = a_secret_leaf(session, reason="三楼张某漏水", phone="13800000000")
    grow(session, 260)
    sign_head(session, CODE, signer, at=NOON)
    sample = range(0, 260, 13)
    before = {
        position: (leaf(session, CODE, position).body, proof(session, CODE, position).text)
        for position in sample
    }

    erase(session, CODE, index, digests["reason"], request="request-7", at=NOON)

    assert private_fields(session, CODE, [index]) == {index: {"phone": "13800000000"}}
    erased = session.get(PrivateField, (CODE, index, digests["reason"]))
    session.refresh(erased)
    assert (erased.disclosure, erased.erased_at) == (None, NOON)
    for position, (body, text) in before.items():
        assert (leaf(session, CODE, position).body, proof(session, CODE, position).text) == (body, text)
    assert json.loads(leaf(session, CODE, 260).body) == {
        "v": 1, "log": ORIGIN, "i": 260, "kind": "erasure", "of": index,
        "digest": digests["reason"], "request": "request-7",
    }  # fmt: skip
    sign_head(session, CODE, signer, at=NOON)
    assert proves(session, index, signer)
    assert proves(session, 260, signer)


def test_nothing_is_said_to_be_erased_that_is_not(session):
    a_log(session)
    index, digests = a_secret_leaf(session, reason="x")
    size = head(session, CODE).tree_size

    with pytest.raises(NoPrivateField):
        erase(session, CODE, index, "another digest", request="r", at=NOON)
    with pytest.raises(NoPrivateField):
        erase(session, CODE, 0, digests["reason"], request="r", at=NOON)
    with pytest.raises(NoLeaf):
        erase(session, CODE, 99, digests["reason"], request="r", at=NOON)
    assert head(session, CODE).tree_size == size

    erase(session, CODE, index, digests["reason"], request="r", at=NOON)
    with pytest.raises(NoPrivateField):
        erase(session, CODE, index, digests["reason"], request="r", at=NOON)
    assert head(session, CODE).tree_size == size + 1
