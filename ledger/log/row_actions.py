"""Every row that a session writes is sealed in its transaction, whichever way it was written.

Nobody calls this but the database's own session: it notes what the ORM flushes, what `ledger.db.write_rows` inserts and
what statements change, and before a transaction ends `seal_written` adds the new state of each such row to its scope's
chain. What comes from outside of the program, by a shell or a restored file, is not noted, and so is seen by `fsck`.
"""

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Table, bindparam, event, inspect, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstanceState, ORMExecuteState, SessionTransaction, UOWTransaction
from sqlmodel import Session, SQLModel

from ledger.db import INSERTED, table_of, write_rows
from ledger.log.actions import append
from ledger.log.leaf import SALT_BYTES, new_leaf
from ledger.log.queries import check_writable, head, logs
from ledger.log.row_queries import NOTHING, commits_to_rows, ending, sealed_tables, shape_of
from ledger.log.row_rules import (
    INSTALLATION,
    NOT_SEALED,
    OF_SIGNING,
    ROWS,
    SCOPE,
    Shape,
    key_text,
    next_link,
    row_digest,
    rows_content,
    scope_of,
)
from ledger.log.tables import RowSeal, RowSealHead

WRITTEN = "rows written"
BEFORE = "rows written before each savepoint"
AT_ONCE = 500
"""Rows read by their keys in one statement."""

Key = tuple[Any, ...]
Row = Mapping[str, Any]


class _Written(dict[str, dict[Key, None]]):
    """The keys of the rows that a transaction has written, by table."""

    def note(self, table: Table, keys: Iterable[Key]) -> None:
        keys = list(keys)
        if keys and table.name not in NOT_SEALED:
            self.setdefault(table.name, {}).update(dict.fromkeys(keys))


def _written(session: Session) -> _Written:
    noted: _Written = session.info.setdefault(WRITTEN, _Written())
    return noted


def _key_columns(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.primary_key)


@event.listens_for(Session, "after_flush")
def _note_flushed(session: Session, _flush: UOWTransaction) -> None:
    for row in session.new:
        state = inspect(row)
        table: Any = state.mapper.local_table
        whole = {column.name: state.dict[name] for name, column in _columns_of(state) if name in state.dict}
        if len(whole) == len(table.columns):
            session.info.setdefault(INSERTED, []).append((table, [whole]))
        else:
            _note_row(session, row)
    for row in [*(row for row in session.dirty if session.is_modified(row)), *session.deleted]:
        _note_row(session, row)


def _columns_of(state: InstanceState[Any]) -> Iterator[tuple[str, Any]]:
    return ((attribute.key, attribute.columns[0]) for attribute in state.mapper.column_attrs)


def _note_row(session: Session, row: object) -> None:
    mapper = inspect(row).mapper
    _written(session).note(mapper.local_table, [tuple(mapper.primary_key_from_instance(row))])


@event.listens_for(Session, "do_orm_execute")
def _note_executed(asked: ORMExecuteState) -> None:
    if not (asked.is_insert or asked.is_update or asked.is_delete):
        return
    statement: Any = asked.statement
    table = statement.table
    if table.name in NOT_SEALED:
        return
    session: Any = asked.session
    given: Any = asked.parameters
    many: list[Row] = given if isinstance(given, list) else [given or {}]
    names = _key_columns(table)
    if asked.is_insert:
        _written(session).note(table, [tuple(row[name] for name in names) for row in many])
        return
    which = select(*(table.c[name] for name in names)).where(*statement._where_criteria)
    for values in many:
        _written(session).note(table, map(tuple, session.connection().execute(which, values)))


def note_changed(session: Session, table: type[SQLModel], keys: Iterable[Key]) -> None:
    """Have rows sealed that a statement has changed beside the session, by the values of their keys."""
    _written(session).note(table_of(table), keys)


class _State(NamedTuple):
    """A row as it stands when its transaction ends; no values where it is gone, ``fresh`` where it was not there before."""

    of: Shape
    key: str
    row: Row | None
    fresh: bool


@event.listens_for(Session, "before_commit")
def seal_written(session: Session) -> None:
    """Add the present state of every row that this transaction has written to the chain of its scope."""
    session.flush()
    written: _Written = session.info.pop(WRITTEN, _Written())
    chains: dict[str, list[_State]] = {}
    inserted: Sequence[tuple[Table, Sequence[Row]]] = session.info.pop(INSERTED, ())
    for table, rows in inserted:
        if table.name in NOT_SEALED:
            continue
        of, names = shape_of(table.name), _key_columns(table)
        if not _tells_all(table, rows[0]):
            written.note(table, [tuple(row[name] for name in names) for row in rows])
            continue
        changed = written.get(table.name, {})
        is_whole = len(rows[0]) == len(table.columns)
        for row in rows:
            if not changed or tuple(row[name] for name in names) not in changed:
                whole = row if is_whole else {column: row.get(column) for column in of.columns}
                state = _State(of, key_text(of, whole), whole, True)
                chains.setdefault(scope_of(of, whole), []).append(state)
    for name in sorted(written):
        table, of = SQLModel.metadata.tables[name], shape_of(name)
        standing = _standing(session, table, list(written[name]))
        for key in written[name]:
            stands = standing.get(key)
            known = stands or dict(zip(_key_columns(table), key, strict=True))
            chains.setdefault(scope_of(of, known), []).append(_State(of, key_text(of, known), stands, False))
    for scope in sorted(chains):
        _extend(session, scope, chains[scope])


@event.listens_for(Session, "after_transaction_create")
def _remember(session: Session, transaction: SessionTransaction) -> None:
    """Before a savepoint: what was written until then stays written when it is undone."""
    if transaction.nested:
        written = _Written({name: dict(keys) for name, keys in _written(session).items()})
        session.info.setdefault(BEFORE, {})[transaction] = written, list(session.info.get(INSERTED, ()))


@event.listens_for(Session, "after_rollback")
def _forget_written(session: Session) -> None:
    before = session.info.get(BEFORE, {}).get(session.get_nested_transaction(), (_Written(), []))
    session.info[WRITTEN], session.info[INSERTED] = before


@event.listens_for(Session, "after_transaction_end")
def _forget_savepoint(session: Session, transaction: SessionTransaction) -> None:
    session.info.get(BEFORE, {}).pop(transaction, None)


def _tells_all(table: Table, row: Row) -> bool:
    """Whether the database adds nothing of its own to what is inserted."""
    return all(column.name in row or column.server_default is None for column in table.columns)


def _standing(session: Session, table: Table, keys: Sequence[Key]) -> dict[Key, Row]:
    """The rows of a table as they stand in the database, by their keys."""
    columns = [table.c[name] for name in _key_columns(table)]
    rows: dict[Key, Row] = {}
    by = tuple_(*columns) if len(columns) > 1 else columns[0]
    for start in range(0, len(keys), AT_ONCE):
        part: list[Any] = [key if len(columns) > 1 else key[0] for key in keys[start : start + AT_ONCE]]
        query = select(table).where(by.in_(part))
        for row in session.connection().execute(query).mappings():
            rows[tuple(row[column.name] for column in columns)] = dict(row)
    return rows


_FORGET_SALT = (
    update(table_of(RowSeal))
    .where(
        table_of(RowSeal).c.community == bindparam("of"),
        table_of(RowSeal).c.name == bindparam("table_name"),
        table_of(RowSeal).c.key == bindparam("row_key"),
        table_of(RowSeal).c.salt.is_not(None),
    )
    .values(salt=None)
)


def _extend(session: Session, scope: str, states: Sequence[_State]) -> None:
    check_writable(session, scope)
    count, chain = _lock(session, scope)
    salts = secrets.token_bytes(SALT_BYTES * len(states))
    seals = []
    for place, (of, key, row, _fresh) in enumerate(states):
        count += 1
        salt = salts[SALT_BYTES * place : SALT_BYTES * (place + 1)] if row else None
        digest = row_digest(of, row, salt) if row and salt else None
        chain = next_link(chain, count, of.name, key, digest)
        seals.append(
            {"community": scope, "no": count, "name": of.name, "key": key, "salt": salt, "digest": digest}
        )
    if before := [
        {"of": scope, "table_name": state.of.name, "row_key": state.key}
        for state in states
        if not state.fresh
    ]:
        session.connection().execute(_FORGET_SALT, before)
    write_rows(session, RowSeal, seals)
    session.info.pop(INSERTED, None)  # seals are not sealed
    head = table_of(RowSealHead)
    ends: dict[str, object] = {"count": count, "chain": chain}
    if scope and any(state.of.name != OF_SIGNING for state in states):
        ends["waits"] = True
    session.connection().execute(head.update().where(head.c.community == scope).values(ends))


def _lock(session: Session, scope: str) -> tuple[int, bytes]:
    """The end of a scope's chain, under its lock: the last that a transaction takes, after it has written all else."""
    connection, head = session.connection(), table_of(RowSealHead)
    ending = select(head.c.count, head.c.chain).where(head.c.community == scope).with_for_update()
    row = connection.execute(ending).first()
    if row is None:
        dialect: Any = postgresql if connection.dialect.name == "postgresql" else sqlite
        begun = {"community": scope, "count": NOTHING[0], "chain": NOTHING[1], "waits": False}
        connection.execute(dialect.insert(head).values(begun).on_conflict_do_nothing())
        row = connection.execute(ending).one()
    count, chain = row
    return count, bytes(chain)


def commit_to_rows(session: Session, community: str) -> None:
    """Have a leaf commit to the row seals of a community, and to those of the installation, where rows wait for that.

    It has to be durable before it is signed: the signer remembers it, whatever becomes of the transaction.
    """
    current = head(session, community, lock=True)
    seal_written(session)
    ends, seals = table_of(RowSealHead), session.connection()
    waits = select(ends.c.waits).where(ends.c.community == community)
    if not seals.execute(waits).scalar():
        return
    installation, own = (_lock(session, scope) for scope in (INSTALLATION, community))
    content = rows_content(current.origin, current.tree_size, own, installation)
    append(session, current, [new_leaf(ROWS, content)])
    seals.execute(ends.update().where(ends.c.community == community).values(waits=False))


def seal_as_they_stand(session: Session) -> None:
    """Seal the rows that come from a version which sealed none. Never a second time.

    A log that commits to row seals already shows that they were there, so that whoever took them away gains nothing.
    """
    communities = logs(session)
    committed = any(commits_to_rows(session, community) for community in communities)
    for scope in (INSTALLATION, *communities):
        if not ending(session, scope)[0] and not committed:
            _note_all(session, scope)
    seal_written(session)


def _note_all(session: Session, scope: str) -> None:
    for table in sealed_tables():
        of = shape_of(table.name)
        if of.scoped is (scope == INSTALLATION):
            continue
        query = select(*(table.c[name] for name in _key_columns(table)))
        if of.scoped:
            query = query.where(table.c[SCOPE] == scope)
        rows = session.connection().execute(query)
        _written(session).note(table, map(tuple, rows))
