"""What is known of sealed rows: how each table is sealed, what the log commits to, and what does not agree with it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Table, select
from sqlmodel import Session, SQLModel, col

from ledger.errors import LedgerError
from ledger.log.row_rules import (
    INSTALLATION,
    NO_FACTS,
    NOT_SEALED,
    OF_SIGNING,
    ROWS,
    SCOPE,
    SCOPED_BY_SEALS,
    Shape,
    key_text,
    next_link,
    row_digest,
    shape,
)
from ledger.log.tables import Leaf, RowSeal, RowSealHead

Ending = tuple[int, bytes]
"""How many row seals a scope has, and the digest over them."""
NOTHING: Ending = (0, b"")
NONE: tuple[bytes | None, bytes] = (None, b"")


class Problem(NamedTuple):
    """Something that does not add up: which check, where, and what was found."""

    check: str
    where: str
    finding: str

    def __str__(self) -> str:
        return f"{self.check}: {self.where}: {self.finding}"


def whatever_stops(where: str, problems: Iterator[Problem]) -> Iterator[Problem]:
    """The problems of one check, and one more where something cannot even be read: nothing may stop the search."""
    try:
        yield from problems
    except (ArithmeticError, LedgerError, LookupError, TypeError, ValueError) as error:
        yield Problem("unreadable", where, f"something in it cannot be read: {error}")


@cache
def shape_of(name: str) -> Shape:
    """How a table's rows are sealed."""
    table = SQLModel.metadata.tables[name]
    return shape(name, table.columns.keys(), [column.name for column in table.primary_key])


def sealed_tables() -> list[Table]:
    """Every table whose rows are sealed, by name."""
    tables = SQLModel.metadata.tables
    return [tables[name] for name in sorted(tables) if name not in NOT_SEALED]


def ending(session: Session, scope: str) -> tuple[int, bytes, bool]:
    """The end of a scope's chain of row seals, and whether rows wait for a leaf."""
    columns = col(RowSealHead.count), col(RowSealHead.chain), col(RowSealHead.waits)
    row = session.execute(select(*columns).where(col(RowSealHead.community) == scope)).first()
    return (row[0], bytes(row[1]), row[2]) if row else (*NOTHING, False)


def commits_to_rows(session: Session, community: str) -> bool:
    """Whether a log has a leaf that commits to row seals."""
    leaves = select(col(Leaf.leaf_index)).where(col(Leaf.community) == community, col(Leaf.kind) == ROWS)
    return session.execute(leaves.limit(1)).first() is not None


def waiting(session: Session) -> Sequence[str]:
    """The communities of which rows were written since a leaf committed to them last."""
    waits = col(RowSealHead.waits).is_(True)
    query = select(col(RowSealHead.community)).where(waits).order_by(col(RowSealHead.community))
    return session.execute(query).scalars().all()


def row_problems(session: Session, community: str) -> Iterator[Problem]:
    """What does not agree with the row seals of a community, and whether those are the ones that its log commits to."""
    own: dict[int, tuple[int, str]] = {}
    installation: dict[int, tuple[int, str]] = {}
    leaves = session.execute(
        select(col(Leaf.leaf_index), col(Leaf.body))
        .where(col(Leaf.community) == community, col(Leaf.kind) == ROWS)
        .order_by(col(Leaf.leaf_index))
    )
    for index, body in leaves:
        content = _content(body)
        for ends, of in ((own, content.get("own")), (installation, content.get("installation"))):
            if isinstance(of, list) and len(of) == 2 and isinstance(of[0], int):
                ends.setdefault(of[0], (index, of[1]))
    yield from _chain(session, community, own)
    yield from _ends(session, INSTALLATION, installation)
    yield from _rows(session, community)


def installation_problems(session: Session) -> Iterator[Problem]:
    """What does not agree with the row seals of the installation: people, firms, areas, local numbers, the calendar."""
    yield from _chain(session, INSTALLATION, {})
    yield from _rows(session, INSTALLATION)
    yield from _strangers(session)


def _strangers(session: Session) -> Iterator[Problem]:
    """No row belongs to a community that is not there."""
    there = select(SQLModel.metadata.tables["community"].c.code)
    for name, table in sorted(SQLModel.metadata.tables.items()):
        if name in NO_FACTS or SCOPE not in table.primary_key:
            continue
        owner = table.c[SCOPE]
        strange = select(*table.primary_key).where(owner.not_in(there))
        if name in SCOPED_BY_SEALS:
            strange = strange.where(owner != INSTALLATION)
        for row in session.execute(strange):
            yield Problem("row", f"{name} {list(map(str, row))}", "there is no such community")


def _content(body: bytes) -> Mapping[str, Any]:
    try:
        content = json.loads(body)
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}


def _chain(session: Session, scope: str, ends: Mapping[int, tuple[int, str]]) -> Iterator[Problem]:
    """Each seal stands at its place, and the digest over them is what the head says and what the leaves commit to."""
    seals = session.execute(
        select(col(RowSeal.no), col(RowSeal.name), col(RowSeal.key), col(RowSeal.digest))
        .where(col(RowSeal.community) == scope)
        .order_by(col(RowSeal.no))
        .execution_options(yield_per=1000)
    )
    count, chain = NOTHING
    news = 0
    for no, name, key, digest in seals:
        count += 1
        if no != count:
            yield Problem("row_seal", f"seal {count}", f"next stored seal is {no}")
            return
        news = news if name == OF_SIGNING else no
        chain = next_link(chain, no, name, key, digest and bytes(digest))
        if count in ends and ends[count][1] != chain.hex():
            yield Problem(
                "row_seal", f"leaf {ends[count][0]}", f"the first {count} seals are not those it commits to"
            )
    for through, (index, _) in ends.items():
        if through > count:
            yield Problem("row_seal", f"leaf {index}", f"it commits to {through} seals, {count} are there")
    waits = scope != INSTALLATION and news > max(ends, default=0)
    if (count, chain, waits) != ending(session, scope):
        yield Problem("row_seal_head", f"{scope} seal {count}", "the head of the seals says otherwise")


def _ends(session: Session, scope: str, ends: Mapping[int, tuple[int, str]]) -> Iterator[Problem]:
    """As `_chain`, of another scope whose rows are looked at elsewhere."""
    for problem in _chain(session, scope, ends):
        yield problem._replace(check="row_seal", where=f"installation, {problem.where}")


def _rows(session: Session, scope: str) -> Iterator[Problem]:
    """Each row stands as its newest seal says, none is there without a seal, none is gone without one."""
    standing: dict[str, dict[str, tuple[bytes | None, bytes]]] = {}
    seals = session.execute(
        select(col(RowSeal.name), col(RowSeal.key), col(RowSeal.salt), col(RowSeal.digest))
        .where(col(RowSeal.community) == scope)
        .order_by(col(RowSeal.no))
    )
    for name, key, salt, digest in seals:
        rows = standing.setdefault(name, {})
        if rows.get(key, NONE)[0] is not None or (digest is None and salt is not None):
            yield Problem("row_seal", f"{name} {key}", "an older seal of it has kept what opens it")
        if digest is None:
            rows.pop(key, None)
        else:
            rows[key] = (salt, digest)
    for table in sealed_tables():
        if shape_of(table.name).scoped is (scope == INSTALLATION):
            continue
        yield from whatever_stops(table.name, _rows_of(session, scope, table, standing.pop(table.name, {})))
    for name, rows in standing.items():
        for key in rows:
            yield Problem("row", f"{name} {key}", "it was written and is gone with its table")


def _rows_of(
    session: Session, scope: str, table: Table, left: dict[str, tuple[bytes | None, bytes]]
) -> Iterator[Problem]:
    of = shape_of(table.name)
    columns = [table.c[name] for name in of.columns]
    query = select(*columns).order_by(*table.primary_key)
    if of.scoped:
        query = query.where(table.c[SCOPE] == scope)
    for row in session.execute(query.execution_options(yield_per=500)):
        values = dict(zip(of.columns, row, strict=True))
        key = key_text(of, values)
        where = f"{table.name} {key}"
        sealed = left.pop(key, None)
        if sealed is None:
            yield Problem("row", where, "nobody wrote it by this program: it has no seal")
        elif sealed[0] is None or row_digest(of, values, sealed[0]) != sealed[1]:
            yield Problem("row", where, "it is not as it was written: its seal says otherwise")
    for key in left:
        yield Problem(
            "row",
            f"{table.name} {key}",
            "it was written and is gone, and nothing says that it was taken away",
        )
