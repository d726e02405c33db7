"""Writing into the books by hand, with nothing but SQL: what somebody with a database shell would do."""

from contextlib import contextmanager
from hashlib import sha256
from shutil import copy

from sqlalchemy import text

from ledger.community.role_rules import Actor, Role
from ledger.db import Database
from ledger.journal.actions import reverse
from ledger.log.actions import append, sign_head
from ledger.log.leaf import new_leaf
from ledger.log.queries import head
from ledger.log.signer import Signer
from ledger.noticeboard.actions import publish_notice
from ledger.noticeboard.rules import NewAttachment, NewNotice
from tests.cast import NOON
from tests.conftest import postgres_copy
from tests.journal.purse import (
    CODE,
    DAY,
    IN_AUGUST,
    JUNE,
    ONE,
    TWO,
    a_purse,
    close,
    into,
    out_of,
    write,
)

SOMEBODY = Actor("somebody", Role.OPERATOR)


@contextmanager
def on_sqlite(template, directory):
    """An empty migrated database, as the ``database`` fixture gives it, but for a whole module."""
    database = Database(f"sqlite:///{copy(template, directory / 'ledger.db')}")
    yield database
    database.close()


@contextmanager
def on_postgresql(template, counter):
    with postgres_copy(template, f"test_{next(counter)}") as url:
        database = Database(url)
        yield database
        database.close()


def a_written_ledger(database, keys):
    """Two communities; in ours every append-only table of the log, the books and the board has a row.

    Home one has 480, home two 20, the bank 500; June is closed; entry 5 is reversed by entry 6; 256 leaves and more.
    """
    with database.writing() as session:
        a_purse(session)
        a_purse(session, "other")
        write(session, into(ONE, 480, memo="geheim"))
        write(session, into(TWO, 20))
        wrong = write(session, into(TWO, 70))
        reverse(session, CODE, wrong.no, reason="x", key="reversal", by=SOMEBODY, at=NOON)
        close(session, JUNE, at=NOON)
        publish_notice(
            session,
            CODE,
            NewNotice(
                "half-year",
                "2026-H1",
                titles=("题", "Title"),
                body=b"{}",
                attachments=[NewAttachment("a.csv", "text/csv", b"1")],
                must_stay_until=DAY,
            ),
            by=SOMEBODY,
            at=NOON,
        )
        current = head(session, CODE, lock=True)
        append(session, current, [a_filler(current.origin, n) for n in range(current.tree_size, 258)])
        write(session, out_of(ONE, 1))
        write(session, into(ONE, 1))
        sign_head(session, CODE, Signer(keys), at=IN_AUGUST)


def a_filler(origin, index):
    """A leaf that is neither an entry nor anything else; a log needs 256 leaves for a stored subtree."""
    return new_leaf("filler", {"log": origin, "i": index, "kind": "filler"})


def insert(connection, table, or_replace=False, **row):
    verb = "INSERT OR REPLACE" if or_replace else "INSERT"
    names, values = ", ".join(f'"{name}"' for name in row), ", ".join(f":{name}" for name in row)
    connection.execute(text(f"{verb} INTO {table} ({names}) VALUES ({values})"), row)


def end(connection, code=CODE):
    """The last number, the last leaf's index and the closed month."""
    row = connection.execute(
        text("SELECT last_no, tree_size, closed_through FROM ledger_head WHERE community = :c"), {"c": code}
    ).one()
    return row.last_no, row.tree_size - 1, row.closed_through


def entry_row(connection, code=CODE, **changes):
    no, leaf_index, _ = end(connection, code)
    row = {
        "community": code, "no": no + 1, "prev_no": no, "leaf_index": leaf_index + 1, "book": "purse",
        "kind": "by hand", "month": "2026-07", "booked_on": "2026-07-15", "posted_at": "2026-07-15 04:00:00.000000",
        "by_login": "somebody", "key": f"hand-{no}", "asked": "", "reverses_no": None,
    }  # fmt: skip
    return row | changes


def movement_row(connection, code=CODE, **changes):
    row = {
        "community": code, "entry_no": end(connection, code)[0] + 1, "line": 1, "book": "purse",
        "debit": "1001", "credit": "4001", "amount_fen": 5, "home": ONE,
    }  # fmt: skip
    return row | changes


def leaf_row(connection, code=CODE, **changes):
    _, leaf_index, _ = end(connection, code)
    body = changes.get("body", b"{}")
    row = {
        "community": code, "leaf_index": leaf_index + 1, "prev_index": leaf_index, "kind": "entry",
        "body": body, "hash": sha256(b"\0" + body).digest(),
    }  # fmt: skip
    return row | changes


def write_by_hand(connection, *movements, entry=None, leaf=None, seal=True):
    """One entry, its movements and its leaf, each with what is changed about it; the head follows."""
    insert(connection, "entry", **entry_row(connection, **(entry or {})))
    for line, movement in enumerate(movements or ({},), start=1):
        insert(connection, "movement", **movement_row(connection, **({"line": line} | movement)))
    if seal:
        insert(connection, "leaf", **leaf_row(connection, **(leaf or {})))
        advance(connection)


def advance(connection, code=CODE):
    connection.execute(
        text("UPDATE ledger_head SET tree_size = tree_size + 1, last_no = last_no + 1 WHERE community = :c"),
        {"c": code},
    )
