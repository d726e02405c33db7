"""What is changed in the log behind the ledger's back is found, if need be by the checkpoint alone (see `shell`)."""

import pytest
from sqlmodel import select

from ledger.journal.fsck import problems
from ledger.log import merkle
from ledger.log.actions import append, erase, sign_head
from ledger.log.leaf import commit
from ledger.log.queries import head
from ledger.log.signer import KeyLost, LogRewritten, Signer
from ledger.log.tables import Leaf, PrivateField
from tests.cast import NOON
from tests.journal.purse import CODE, TWO
from tests.journal.shell import rewrite
from tests.journal.written_ledger import a_filler

ORIGIN = f"test.example/log/{CODE}"


@pytest.mark.parametrize("body", [b'{"i":4}', b"{", b"\xff", b"[]", b"4", b"", b'{"i":4,"sd":5,"seq":"x"}'])
def test_edited_leaf_bytes_are_named_whatever_they_are(shell, body):
    shell("UPDATE leaf SET body = :body WHERE community = :c AND leaf_index = 4", body=body)
    assert shell.first() == ("leaf-hash", "leaf 4")
    assert "entry 4 (leaf 4)" in {problem.where for problem in shell.problems()}


def test_leaf_bytes_with_their_hash_are_caught_by_the_checkpoint(shell):
    body = b'{"i":4,"kind":"entry","log":"%s"}' % ORIGIN.encode()
    shell(
        "UPDATE leaf SET body = :body, hash = :hash WHERE community = :c AND leaf_index = 4",
        body=body, hash=merkle.leaf_hash(body),
    )  # fmt: skip
    assert shell.first() == ("signed-root", "checkpoint 10")


def test_e4_a_log_made_anew_in_all_its_parts_is_caught_by_the_checkpoint_alone(shell):
    def forge(index, content):
        if index == 4:
            for line in content["lines"]:
                line["n"] = 49

    shell(
        "UPDATE movement SET amount_fen = 49 WHERE entry_no = 4",
        "UPDATE balance SET debit_fen = debit_fen + 9 WHERE account = '1001' AND month = '2026-06'",
        "UPDATE balance SET credit_fen = credit_fen + 9 WHERE account = '4001' AND month = '2026-06'",
        f"UPDATE subledger_balance SET credit_fen = credit_fen + 9 WHERE subject = '{TWO}'",
    )
    rewrite(shell, forge)
    assert shell.first() == ("signed-root", "checkpoint 10")

    shell("DELETE FROM signed_head WHERE community = :c")
    assert {problem.check for problem in shell.problems()} == {"closing", "row", "signer"}
    with pytest.raises(LogRewritten):
        sign_head(shell.session, CODE, shell.signer, at=NOON)


def test_rewriting_a_log_changes_nothing_when_nothing_is_changed(shell):
    rewrite(shell)
    assert shell.problems() == []


def test_a_tail_cut_off_is_caught_by_the_checkpoint(shell):
    shell(
        "DELETE FROM movement WHERE community = :c AND entry_no = 8",
        "DELETE FROM entry WHERE community = :c AND no = 8",
        "DELETE FROM private_field WHERE community = :c AND leaf_index = 9",
        "DELETE FROM leaf WHERE community = :c AND leaf_index = 9",
        "UPDATE balance SET debit_fen = debit_fen + 7 WHERE account = '1001' AND month = '2026-07'",
        "UPDATE balance SET credit_fen = credit_fen + 7 WHERE account = '4001' AND month = '2026-07'",
        f"UPDATE subledger_balance SET credit_fen = credit_fen + 7 WHERE subject = '{TWO}'",
    )
    assert shell.first() == ("head", "tree size 10")
    rewrite(shell)
    assert [(problem.check, problem.where.split()[0]) for problem in shell.problems()] == [
        ("signed-root", "checkpoint"),
        ("signer", ORIGIN),
        ("row", "private_field"),
    ]


def test_an_entry_taken_away_from_its_leaf_is_missed(shell):
    shell(
        "DELETE FROM movement WHERE community = :c AND entry_no = 8",
        "DELETE FROM entry WHERE community = :c AND no = 8",
        "UPDATE balance SET debit_fen = debit_fen + 7 WHERE account = '1001' AND month = '2026-07'",
        "UPDATE balance SET credit_fen = credit_fen + 7 WHERE account = '4001' AND month = '2026-07'",
        f"UPDATE subledger_balance SET credit_fen = credit_fen + 7 WHERE subject = '{TWO}'",
    )
    assert shell.first() == ("head", "last entry 8")
    seventh = shell.session.get(Leaf, (CODE, 7)).hash.hex()
    shell("UPDATE ledger_head SET last_no = 7, last_hash = :h WHERE community = :c", h=seventh)
    assert shell.first() == ("head", "last entry 7")


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("frontier = :zero", "tree size 10"),
        ("tree_size = 11", "tree size 11"),
        ("last_no = 9", "last entry 9"),
        ("last_hash = 'ff'", "last entry 8"),
        ("closed_through = ''", "closed months"),
        ("closed_through = '2026-07'", "closed months"),
    ],
)
def test_an_edited_head_is_named(shell, change, named):
    values = {"zero": bytes(64)} if ":zero" in change else {}
    shell(f"UPDATE ledger_head SET {change} WHERE community = :c", **values)
    assert shell.first() == ("head", named)


def test_a_log_under_another_name_is_named_from_its_first_leaf(shell):
    shell("UPDATE ledger_head SET origin = 'test.example/log/x' WHERE community = :c")
    assert shell.first() == ("leaf-index", "leaf 0")


def test_a_leaf_of_another_kind_than_its_bytes_say_is_named(shell):
    shell("UPDATE leaf SET kind = 'erasure' WHERE community = :c AND kind = 'period-close'")
    assert shell.first() == ("leaf-index", "leaf 8")


@pytest.mark.parametrize(
    "change",
    [
        "note = 'x'",
        "note = replace(note, '10', '11')",
        "note = replace(note, ' ', '  ')",
        "root = :zero",
        "note = ''",
    ],
)
def test_an_edited_checkpoint_is_named(shell, change):
    values = {"zero": bytes(32)} if ":zero" in change else {}
    shell(f"UPDATE signed_head SET {change} WHERE community = :c", **values)
    faults = {(problem.check, problem.where) for problem in shell.problems()}
    assert ("checkpoint", "checkpoint 10") in faults
    assert ("signed-root" in {check for check, _ in faults}) == bool(values)


def test_f3_a_lost_key_is_named_and_not_made_anew(shell, tmp_path):
    empty = Signer(tmp_path / "empty")

    assert [(problem.check, problem.where) for problem in problems(shell.session, CODE, empty)] == [
        ("signer", ORIGIN),
        ("key", ORIGIN),
    ]
    assert not empty.has_key(ORIGIN)
    append(shell.session, head(shell.session, CODE, lock=True), [a_filler(ORIGIN, 10)])
    with pytest.raises(KeyLost):
        sign_head(shell.session, CODE, empty, at=NOON)
    assert not empty.has_key(ORIGIN)


def test_f4_a_checkpoint_of_another_key_is_named(shell, tmp_path):
    stranger = Signer(tmp_path / "stranger")
    stranger.verifier(ORIGIN)
    faults = list(problems(shell.session, CODE, stranger))
    assert [(fault.check, fault.where) for fault in faults] == [
        ("signer", ORIGIN),
        ("checkpoint", "checkpoint 10"),
    ]
    assert list(problems(shell.session, CODE)) == []


def test_an_edited_and_a_missing_subtree_are_named(shell):
    session = shell.session
    current = head(session, CODE, lock=True)
    append(session, current, [a_filler(ORIGIN, n) for n in range(10, 300)])
    assert shell.problems() == []
    shell("UPDATE subtree SET hash = :zero WHERE community = :c", zero=bytes(32))
    assert shell.first() == ("subtree", "level 8 index 0")
    shell("DELETE FROM subtree WHERE community = :c")
    assert shell.first() == ("subtree", "level 8 index 0")


def test_a_private_field_that_does_not_open_its_commitment_is_named(shell):
    other = commit("memo.1", "something else", bytes(16))
    shell(
        "UPDATE private_field SET disclosure = :d WHERE community = :c AND leaf_index = 3", d=other.disclosure
    )
    assert shell.first() == ("private-field", "leaf 3")
    shell("UPDATE private_field SET disclosure = '非' WHERE community = :c AND leaf_index = 3")
    assert shell.first() == ("private-field", "leaf 3")


def test_a_private_field_that_no_leaf_commits_to_is_named(shell):
    invented = commit("memo.1", "something else", bytes(16))
    shell.session.add(
        PrivateField(community=CODE, leaf_index=4, digest=invented.digest, disclosure=invented.disclosure)
    )
    shell.session.flush()
    assert shell.first() == ("private-field", "leaf 4")


def test_a_memo_that_no_leaf_commits_to_is_named(shell):
    shell("UPDATE movement SET memo_digest = 'x' WHERE community = :c AND entry_no = 3")
    assert shell.first() == ("entry-memo", "entry 3 (leaf 3)")


def test_an_erased_field_is_no_problem(shell):
    digest = shell.session.exec(select(PrivateField.digest).where(PrivateField.leaf_index == 3)).one()
    erase(shell.session, CODE, 3, digest, request="r", at=NOON)
    assert shell.problems() == []
