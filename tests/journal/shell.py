"""A ledger in the hands of somebody with a shell, who takes the triggers off and writes what he likes.

Entries 1 and 2 open the books (leaves 1, 2); 3 to 7 are money of June and July (leaves 3 to 7), of which 6 has
more lines than a leaf holds; June is closed by leaf 8; 8 reverses 5 (leaf 9); the checkpoint covers all ten leaves.
"""

import json
from datetime import date

from sqlalchemy import text
from sqlmodel import select

from ledger.journal.actions import reverse
from ledger.journal.fsck import problems
from ledger.log import merkle
from ledger.log.actions import sign_head
from ledger.log.leaf import canonical
from ledger.log.tables import Leaf
from tests.cast import MEI, NOON
from tests.journal.purse import CODE, JUNE, ONE, TWO, a_purse, close, into, out_of, write

LONG = [into(ONE if n % 2 else TWO, n + 1) for n in range(110)]


def a_good_ledger(database, signer):
    with database.writing() as session:
        a_purse(session)
        write(session, into(ONE, 500, memo="geheim"), on=date(2026, 6, 3))
        write(session, into(TWO, 40), on=date(2026, 6, 4))
        write(session, into(TWO, 7))
        write(session, *LONG)
        write(session, out_of(ONE, 120), out_of(TWO, 3))
        close(session, JUNE, at=NOON)
        reverse(session, CODE, 5, reason="x", key="reversal", by=MEI, at=NOON)
        sign_head(session, CODE, signer, at=NOON)


class Shell:
    """A ledger whose triggers are off, in a transaction that is never committed."""

    def __init__(self, session, signer):
        self.session, self.signer = session, signer

    def __call__(self, *statements, **values):
        for statement in statements:
            assert self.session.execute(text(statement), {"c": CODE} | values).rowcount, statement

    def problems(self):
        self.session.expire_all()
        return list(problems(self.session, CODE, self.signer))

    def first(self):
        problem = next(iter(self.problems()), None)
        return problem and (problem.check, problem.where)


def take_the_triggers_off(connection):
    if connection.dialect.name == "sqlite":
        names = (
            connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all()
        )
        for name in names:
            connection.execute(text(f"DROP TRIGGER {name}"))
        return
    tables = (
        connection.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))
        .scalars()
        .all()
    )
    for table in tables:
        connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))


def rewrite(shell, change=lambda index, content: None, keep=None):
    """Make the log anew from changed leaves, as consistent as whoever has all of the database can make it."""
    session = shell.session
    rows = session.execute(select(Leaf.leaf_index, Leaf.body).order_by(Leaf.leaf_index)).all()
    hashes, last = [], (0, "")
    for index, body in rows[:keep]:
        content = json.loads(body)
        change(index, content)
        if "seq" in content:
            content["prev"] = last[1]
        body = canonical(content)
        hashes.append(merkle.leaf_hash(body))
        if "seq" in content:
            last = (content["seq"], hashes[-1].hex())
        shell(
            "UPDATE leaf SET body = :body, hash = :hash WHERE community = :c AND leaf_index = :i",
            body=body, hash=hashes[-1], i=index,
        )  # fmt: skip
    frontier, size, _ = merkle.append([], 0, hashes)
    shell(
        "UPDATE ledger_head SET tree_size = :size, frontier = :frontier, last_no = :no, last_hash = :hash "
        "WHERE community = :c",
        size=size, frontier=b"".join(frontier), no=last[0], hash=last[1],
    )  # fmt: skip
