"""What the database itself refuses, tried on it with plain SQL (`ledger-engine` §2.2).

Each attempt is one transaction that only differs from one that is accepted by what its test names.
"""

import re

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, StatementError

from ledger.money import MOST_FEN
from tests.journal import written_ledger
from tests.journal.purse import CODE, ONE, TWO
from tests.journal.written_ledger import entry_row, insert, leaf_row, movement_row, write_by_hand

GAP = r"no_gap|FOREIGN KEY|foreign key|numbered without a gap|leaf of its own|UNIQUE|unique"
STRANGER = r"FOREIGN KEY|foreign key|entry of its own book"
AMOUNT = r"ck_movement_amount|two accounts and an amount"
MISSING = r"NOT NULL|not-null"
STAYS = "is in ink"


@pytest.fixture(scope="module")
def on_sqlite(sqlite_template, tmp_path_factory):
    directory = tmp_path_factory.mktemp("refusals")
    with written_ledger.on_sqlite(sqlite_template, directory) as database:
        written_ledger.a_written_ledger(database, directory / "keys")
        yield database


@pytest.fixture(scope="module")
def on_postgresql(postgres_template, counter, tmp_path_factory):
    with written_ledger.on_postgresql(postgres_template, counter) as database:
        written_ledger.a_written_ledger(database, tmp_path_factory.mktemp("refusals") / "keys")
        yield database


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger(request):
    return request.getfixturevalue(f"on_{request.param}")


@pytest.fixture
def refused(ledger):
    """Try something in a transaction of its own; the refusal must be the one that the test names."""

    def attempt(words, action, *arguments, **changes):
        before = all_rows(ledger)
        with pytest.raises((DBAPIError, StatementError)) as refusal:
            commit(ledger, action, *arguments, **changes)
        assert re.search(words, str(refusal.value.orig)), str(refusal.value.orig)
        assert all_rows(ledger) == before

    return attempt


def commit(ledger, action, *arguments, **changes):
    with ledger.engine.begin() as connection:
        action(connection, *arguments, **changes)


def all_rows(ledger):
    with ledger.reader.connect() as connection:
        return [
            connection.execute(text(f"SELECT count(*) FROM {table}")).scalar()
            for table in ("entry", "movement", "leaf", "private_field", "balance")
        ]


def run(connection, *statements, **values):
    for statement in statements:
        connection.execute(text(statement), values)


def is_sqlite(ledger):
    return ledger.engine.dialect.name == "sqlite"


def test_an_entry_written_by_hand_as_it_should_be_is_accepted(ledger):
    commit(ledger, write_by_hand, {}, {"debit": "5001", "credit": "1001", "home": ONE})


@pytest.mark.parametrize(
    ("words", "movement"),
    [
        (MISSING, {"debit": None}),
        (MISSING, {"credit": None}),
        (MISSING, {"amount_fen": None}),
        (MISSING, {"book": None}),
        (AMOUNT, {"amount_fen": 0}),
        (AMOUNT, {"amount_fen": MOST_FEN + 1}),
        (rf"{AMOUNT}|out of range", {"amount_fen": 2**63 - 1}),
        ("ck_movement_two_accounts|two accounts and an amount", {"debit": "4001"}),
        (rf"only a reversal|{AMOUNT}", {"amount_fen": -5}),
        (rf"only a reversal|{AMOUNT}", {"amount_fen": -MOST_FEN - 1}),
        (r"REAL value in INTEGER|invalid input syntax", {"amount_fen": "1.5"}),
    ],
)
def test_a_movement_out_of_balance_cannot_be_written_down(refused, words, movement):
    refused(words.replace("REAL", "(REAL|TEXT)"), write_by_hand, movement)


@pytest.mark.parametrize(
    "movement",
    [
        {"credit": "7001"},
        {"debit": "9999"},
        {"book": "other", "credit": "7001"},
        {"book": "nowhere"},
        {"community": "other", "home": None, "credit": "3101"},
        {"community": "nowhere"},
        {"home": "9-9-909"},
        {"entry_no": 99},
    ],
)
def test_books_homes_and_communities_are_not_mixed(refused, movement):
    refused(STRANGER, write_by_hand, movement)


def test_a_memorandum_moves_no_money(refused):
    refused(STRANGER, write_by_hand, {}, entry={"book": None})
    refused(MISSING, write_by_hand, {"book": None}, entry={"book": None})


@pytest.mark.parametrize("movement", [{"home": None}, {"credit": "2001", "party": None}])
def test_a_movement_on_a_sub_ledger_says_whose_it_is(refused, movement):
    refused(r"needs a home or a party|not-null", write_by_hand, movement)


@pytest.mark.parametrize(
    "changes",
    [
        lambda no: {"no": no + 2, "prev_no": no},
        lambda no: {"no": no + 2, "prev_no": no + 1},
        lambda no: {"no": no + 2, "prev_no": None},
        lambda no: {"no": no + 1, "prev_no": None},
        lambda no: {"no": no + 1, "prev_no": no - 1},
        lambda no: {"no": no, "prev_no": no - 1},
        lambda no: {"no": 0, "prev_no": -1},
        lambda no: {"no": 0, "prev_no": None},
        lambda no: {"no": -1, "prev_no": None},
        lambda no: {"no": 1, "prev_no": None},
    ],
)
def test_numbers_have_no_gap_and_name_the_one_before(ledger, refused, changes):
    with ledger.reader.connect() as connection:
        wrong = changes(written_ledger.end(connection)[0])
    refused(GAP, write_by_hand, {"entry_no": wrong["no"]}, entry=wrong)


@pytest.mark.parametrize(
    "changes",
    [
        lambda index: {"leaf_index": index + 2, "prev_index": index},
        lambda index: {"leaf_index": index + 2, "prev_index": index + 1},
        lambda index: {"leaf_index": index + 2, "prev_index": None},
        lambda index: {"leaf_index": index + 1, "prev_index": None},
        lambda index: {"leaf_index": index + 1, "prev_index": index - 1},
        lambda index: {"leaf_index": index, "prev_index": index - 1},
        lambda index: {"leaf_index": -1, "prev_index": None},
    ],
)
def test_leaves_have_no_gap_either(ledger, refused, changes):
    with ledger.reader.connect() as connection:
        wrong = changes(written_ledger.end(connection)[1])
    refused(GAP, write_by_hand, entry={"leaf_index": wrong["leaf_index"]}, leaf=wrong)


def test_an_entry_without_a_leaf_is_not_committed(refused):
    refused(STRANGER, write_by_hand, seal=False)


def test_an_entry_is_sealed_by_a_leaf_of_its_own(ledger, refused):
    with ledger.reader.connect() as connection:
        _, last, _ = written_ledger.end(connection)
    for used in (0, 1, last):  # genesis, another entry's, any other
        words = r"leaf of its own|UNIQUE|unique"
        refused(words, lambda c, used=used: insert(c, "entry", **entry_row(c, leaf_index=used)))
        memo = {"leaf_index": used, "book": None}
        refused(words, lambda c, memo=memo: insert(c, "entry", **entry_row(c, **memo)))

    def leaf_first(connection):
        insert(connection, "leaf", **leaf_row(connection))
        insert(connection, "entry", **entry_row(connection))

    refused("leaf of its own", leaf_first)


def test_an_entry_with_a_book_moves_something(refused):
    def empty(connection):
        insert(connection, "entry", **entry_row(connection))
        insert(connection, "leaf", **leaf_row(connection))

    refused("an entry without movements", empty)


def test_nothing_is_added_to_a_sealed_entry(ledger, refused):
    def at_once(connection):
        write_by_hand(connection)
        insert(
            connection,
            "movement",
            **movement_row(connection, entry_no=written_ledger.end(connection)[0], line=2),
        )

    def later(connection):
        insert(connection, "movement", **movement_row(connection, entry_no=3, line=9))

    for action in (at_once, later):
        refused("nothing is added to a sealed entry", action)


@pytest.mark.parametrize(
    ("month", "booked_on"), [("2026-06", "2026-06-30"), ("2026-05", "2026-05-01"), ("2019-12", "2019-12-31")]
)
def test_nothing_is_booked_in_a_closed_month(refused, month, booked_on):
    refused("month closed", write_by_hand, entry={"month": month, "booked_on": booked_on})
    memo = {"month": month, "booked_on": booked_on, "book": None}
    refused("month closed", lambda c: insert(c, "entry", **entry_row(c, **memo)))


@pytest.mark.parametrize(
    ("month", "booked_on"), [("2026-07", "2026-06-30"), ("2026-08", "2026-07-15"), ("", "2026-07-15")]
)
def test_an_entry_does_not_lie_about_its_month(refused, month, booked_on):
    refused(r"month of its day|month closed", write_by_hand, entry={"month": month, "booked_on": booked_on})


def test_nobody_spends_what_is_not_there(refused):
    bank = {"debit": "3101", "credit": "1001", "home": None, "amount_fen": 600}
    refused("overspent account", write_by_hand, bank)
    refused(
        "overspent subledger",
        write_by_hand,
        {"debit": "5001", "credit": "1001", "home": TWO, "amount_fen": 21},
    )
    party = {"debit": "2001", "credit": "1001", "home": None, "party": "anju", "amount_fen": 1}
    refused("overspent subledger", write_by_hand, party)


def test_what_is_there_can_be_spent_to_the_last_fen(ledger):
    with ledger.engine.connect() as connection:
        write_by_hand(connection, {"debit": "5001", "credit": "1001", "home": TWO, "amount_fen": 20})
        connection.rollback()


def test_of_two_entries_sealed_together_none_is_overspent(refused):
    def both(connection):
        no, index, _ = written_ledger.end(connection)
        insert(connection, "entry", **entry_row(connection))
        insert(
            connection,
            "entry",
            **entry_row(connection, no=no + 2, prev_no=no + 1, leaf_index=index + 2, key="2"),
        )
        insert(connection, "movement", **movement_row(connection))
        spent = {"entry_no": no + 2, "debit": "5001", "credit": "1001", "home": TWO, "amount_fen": 21}
        insert(connection, "movement", **movement_row(connection, **spent))
        first, second = leaf_row(connection), leaf_row(connection, leaf_index=index + 2, prev_index=index + 1)
        names = ", ".join(first)
        values = ", ".join(f"({', '.join(f':{name}{n}' for name in first)})" for n in (1, 2))
        given = {f"{k}1": v for k, v in first.items()} | {f"{k}2": v for k, v in second.items()}
        connection.execute(text(f"INSERT INTO leaf ({names}) VALUES {values}"), given)

    refused("overspent subledger", both)


def test_an_entry_is_reversed_once_and_never_by_itself(ledger, refused):
    with ledger.reader.connect() as connection:
        no = written_ledger.end(connection)[0] + 1
    red = {"amount_fen": -5}
    refused(r"UNIQUE|unique", write_by_hand, red, entry={"reverses_no": 5})
    refused(r"reverses an earlier", write_by_hand, red, entry={"reverses_no": no})
    refused(rf"reverses an earlier|{STRANGER}", write_by_hand, red, entry={"reverses_no": no + 1})
    refused(rf"reverses an earlier|{STRANGER}", write_by_hand, red, entry={"reverses_no": 0})


def test_a_leaf_hash_is_the_hash_of_its_bytes(ledger, refused):
    refused("ck_leaf_hash_length|hash of its bytes", write_by_hand, leaf={"hash": bytes(31)})
    refused(MISSING, write_by_hand, leaf={"hash": None})
    if not is_sqlite(ledger):  # SQLite knows no SHA-256: there the code and `fsck` see to it
        refused("hash of its bytes", write_by_hand, leaf={"hash": bytes(32)})


def test_one_key_is_one_entry(refused):
    refused(r"UNIQUE|unique", write_by_hand, entry={"key": "reversal"})


@pytest.mark.parametrize(
    "change",
    ["tree_size = tree_size - 1", "tree_size = 0", "last_no = last_no - 1", "closed_through = '2026-05'",
     "closed_through = ''", "origin = 'test.example/log/x'", "tree_size = tree_size + 1", "tree_size = 99999"],
)  # fmt: skip
def test_the_head_only_goes_forward(refused, change):
    refused("a log only grows", run, f"UPDATE ledger_head SET {change} WHERE community = '{CODE}'")


def test_the_head_is_not_taken_away(refused):
    refused(STAYS, run, f"DELETE FROM ledger_head WHERE community = '{CODE}'")
    refused(STAYS, run, "DELETE FROM ledger_head")


@pytest.mark.parametrize(
    "change",
    ["disclosure = 'x'", "disclosure = disclosure", "digest = 'x'", "leaf_index = 0",
     "disclosure = NULL, digest = 'x'", "disclosure = NULL, leaf_index = 0",
     "disclosure = NULL, community = 'other', leaf_index = 2"],
)  # fmt: skip
def test_a_private_field_is_erased_or_stays_as_it_is(refused, change):
    refused("can only be erased", run, f"UPDATE private_field SET {change}")


def test_what_was_erased_does_not_come_back(refused):
    erase = "UPDATE private_field SET disclosure = NULL"
    refused("can only be erased", run, erase, "UPDATE private_field SET disclosure = 'x'")
    refused(STAYS, run, erase, "DELETE FROM private_field")
    refused(STAYS, run, "DELETE FROM private_field")


def test_a_private_field_can_be_erased_by_hand(ledger):
    with ledger.engine.connect() as connection:
        run(connection, "UPDATE private_field SET disclosure = NULL")
        left = connection.execute(
            text("SELECT count(*) FROM private_field WHERE disclosure IS NOT NULL")
        ).scalar()
        connection.rollback()
    assert left == 0


def test_the_tests_have_something_to_lose(ledger):
    with ledger.reader.connect() as connection:
        for home in (ONE, TWO):
            assert connection.execute(text("SELECT 1 FROM movement WHERE home = :h"), {"h": home}).first()
