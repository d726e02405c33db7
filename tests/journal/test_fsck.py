"""What is changed in the books behind the ledger's back, `fsck` names by its first bad number (see `shell`)."""

import pytest

from ledger.community.tables import Home
from ledger.journal.fsck import problems
from ledger.journal.queries import closing_balances
from ledger.journal.rules import trial_root
from ledger.log.queries import NoLog
from tests.journal.purse import CODE, JUNE, ONE, TWO


def test_a_good_ledger_has_no_problem(shell):
    assert shell.problems() == []


def test_a_community_without_a_ledger_is_unknown(shell):
    with pytest.raises(NoLog):
        list(problems(shell.session, "nowhere"))


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("amount_fen = 41 WHERE entry_no = 4", "entry 4 (leaf 4)"),
        ("amount_fen = 2 WHERE entry_no = 6 AND line = 1", "entry 6 (leaf 6)"),
        ("amount_fen = 6 WHERE entry_no = 5", "entry 5 (leaf 5)"),
        ("debit = '1099' WHERE entry_no = 3", "entry 3 (leaf 3)"),
        ("credit = '3001' WHERE entry_no = 3", "entry 3 (leaf 3)"),
        ("handle = 'ffff' WHERE entry_no = 4", "entry 4 (leaf 4)"),
        ("handle = NULL WHERE entry_no = 4", "entry 4 (leaf 4)"),
        ("entry_no = 5, line = 9 WHERE entry_no = 4", "entry 4 (leaf 4)"),
    ],
)
def test_a_changed_movement_is_named_by_its_entry(shell, change, named):
    shell(f"UPDATE movement SET {change} AND community = :c")
    assert shell.first() == ("entry-lines", named)


def test_a_changed_amount_is_named_even_when_the_balances_follow(shell):
    shell(
        "UPDATE movement SET amount_fen = 49 WHERE entry_no = 4",
        "UPDATE balance SET debit_fen = debit_fen + 9 WHERE account = '1001' AND month = '2026-06'",
        "UPDATE balance SET credit_fen = credit_fen + 9 WHERE account = '4001' AND month = '2026-06'",
        f"UPDATE subledger_balance SET credit_fen = credit_fen + 9 WHERE subject = '{TWO}'",
    )
    assert shell.first() == ("entry-lines", "entry 4 (leaf 4)")
    assert {problem.check for problem in shell.problems()} == {"entry-lines", "closing"}


def test_money_moved_to_another_home_under_the_same_handle_is_named(shell):
    shell(
        f"UPDATE movement SET home = '{ONE}' WHERE entry_no = 4",
        f"UPDATE subledger_balance SET credit_fen = credit_fen - 40 WHERE subject = '{TWO}'",
        f"UPDATE subledger_balance SET credit_fen = credit_fen + 40 WHERE subject = '{ONE}'",
    )
    assert [(problem.check, problem.where) for problem in shell.problems()] == [
        ("entry-home", "entry 4 (leaf 4)"),
        ("entry-who", "entry 4 (leaf 4)"),
    ]


def test_a_movement_without_its_home_is_named(shell):
    shell("UPDATE movement SET home = NULL WHERE entry_no = 4")
    assert shell.first() == ("entry-home", "entry 4 (leaf 4)")


def test_a_handle_that_was_renewed_since_is_no_problem(shell):
    shell.session.get_one(Home, (CODE, ONE)).handle = "c3c3c3c3c3c3c3c3"
    shell.session.flush()
    assert shell.problems() == []


def test_a_deleted_and_an_added_movement_are_named(shell):
    shell("DELETE FROM movement WHERE entry_no = 7 AND line = 2")
    assert shell.first() == ("entry-lines", "entry 7 (leaf 7)")
    shell(
        "INSERT INTO movement (community, entry_no, line, book, debit, credit, amount_fen) "
        "VALUES (:c, 4, 2, 'purse', '1001', '3101', 5)"
    )
    assert shell.first() == ("entry-lines", "entry 4 (leaf 4)")


def test_a_movement_of_no_entry_and_one_in_another_book_are_named(shell):
    """Its leaf names the entry's book, so with the balances moved along nothing else would tell."""
    shell(
        "INSERT INTO movement (community, entry_no, line, book, debit, credit, amount_fen) "
        "VALUES (:c, 99, 1, 'purse', '1001', '3101', 5)",
        "UPDATE movement SET book = 'other' WHERE community = :c AND entry_no = 5",
    )
    strays = [problem.where for problem in shell.problems() if problem.check == "stray"]
    assert strays == ["entry 5 line 1", "entry 99 line 1"]


@pytest.mark.parametrize(
    "change",
    ["booked_on = '2026-06-05'", "booked_on = '2026-07-04', month = '2026-07'", "kind = 'else'", "reverses_no = 3",
     "original_on = '2026-06-01'", "book = 'other'", "book = NULL"],
)  # fmt: skip
def test_a_changed_entry_is_named(shell, change):
    shell(f"UPDATE entry SET {change} WHERE community = :c AND no = 4")
    assert shell.first() == ("entry-leaf", "entry 4 (leaf 4)")


def test_two_swapped_entries_are_named_from_the_first(shell):
    for old, new in ((4, 99), (5, 4), (99, 5)):
        shell(
            f"UPDATE entry SET no = {new}, prev_no = {new - 1} WHERE community = :c AND no = {old}",
            f"UPDATE movement SET entry_no = {new} WHERE community = :c AND entry_no = {old}",
        )
    assert shell.first() == ("entry-leaf", "entry 4 (leaf 5)")


def test_two_swapped_leaves_are_named_from_the_first(shell):
    for old, new in ((4, 99), (5, 4), (99, 5)):
        shell(
            f"UPDATE leaf SET leaf_index = {new}, prev_index = {new - 1} WHERE community = :c AND leaf_index = {old}"
        )
    assert shell.first() == ("leaf-index", "leaf 4")


def test_a_missing_entry_and_a_missing_leaf_are_named(shell):
    shell("DELETE FROM entry WHERE community = :c AND no = 4")
    assert shell.first() == ("entry-gap", "entry 4")
    shell("DELETE FROM leaf WHERE community = :c AND leaf_index = 4")
    assert shell.first() == ("leaf-gap", "leaf 4")


def test_an_entry_that_lost_its_leaf_is_named(shell):
    shell("UPDATE entry SET leaf_index = 77 WHERE community = :c AND no = 8")
    assert shell.first() == ("entry-unsealed", "entry 8")


@pytest.mark.parametrize("account", ["1001", "4001"])
def test_an_edited_balance_is_named(shell, account):
    shell(
        f"UPDATE balance SET debit_fen = debit_fen + 1 WHERE community = :c AND account = '{account}' AND month = '2026-06'"
    )
    assert shell.first() == ("balance", f"purse/{account}/2026-06")


def test_a_missing_and_an_invented_balance_are_named(shell):
    shell("DELETE FROM balance WHERE community = :c AND month = '2026-07' AND account = '5001'")
    assert shell.first() == ("balance", "purse/5001/2026-07")
    shell(
        "INSERT INTO balance (community, book, account, month, debit_fen, credit_fen) "
        "VALUES (:c, 'other', '1001', '2026-07', 5, 0)"
    )
    assert shell.first() == ("balance", "other/1001/2026-07")


def test_an_edited_sub_ledger_is_named(shell):
    shell(
        f"UPDATE subledger_balance SET credit_fen = credit_fen + 1 WHERE community = :c AND subject = '{TWO}'"
    )
    assert shell.first() == ("subledger", f"purse/unit/{TWO}")


@pytest.mark.parametrize("column", ["opening_fen", "debit_fen", "credit_fen", "closing_fen"])
def test_an_edited_closing_balance_is_named_by_its_month(shell, column):
    shell(f"UPDATE closing_balance SET {column} = {column} + 1 WHERE community = :c AND account = '3101'")
    assert shell.first() == ("closing", "2026-06")


def test_a_closing_edited_together_with_its_root_is_caught_by_its_leaf(shell):
    shell(
        "UPDATE closing_balance SET opening_fen = 5, closing_fen = 5 WHERE community = :c AND account = '3101'"
    )
    shell.session.expire_all()
    rows = [
        (r.book, r.account, r.opening_fen, r.debit_fen, r.credit_fen, r.closing_fen)
        for r in closing_balances(shell.session, CODE, JUNE)
    ]
    shell("UPDATE closing SET trial_root = :root WHERE community = :c", root=trial_root(rows))
    faults = shell.problems()
    assert (faults[0].check, faults[0].where) == ("closing", "2026-06")
    assert faults[1].where == "2026-06 purse/3101"


def test_a_closing_that_was_undone_is_named(shell):
    shell(
        "DELETE FROM closing_balance WHERE community = :c",
        "DELETE FROM closing WHERE community = :c",
        "UPDATE ledger_head SET closed_through = '' WHERE community = :c",
    )
    assert [(problem.check, problem.where) for problem in shell.problems()] == [
        ("head", "closed months"),
        ("closing", "2026-06"),
    ]


def test_a_closing_moved_to_another_month_or_leaf_is_named(shell):
    shell("UPDATE closing SET leaf_index = 7 WHERE community = :c")
    assert shell.first() == ("closing", "2026-06")
