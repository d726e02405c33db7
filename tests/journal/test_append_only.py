"""Append-only rows are never changed, deleted, replaced or swept away, whoever asks."""

import importlib.util
import re
from importlib import import_module
from pathlib import Path

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel

from ledger.db import MIGRATIONS
from migrations.append_only import append_only
from tests.journal import written_ledger

for file in sorted(Path("ledger").rglob("*tables.py")):
    import_module(".".join(file.with_suffix("").parts))


def append_only_in(file: Path) -> tuple[str, ...]:
    spec = importlib.util.spec_from_file_location(f"migration_{file.stem}", file)
    migration = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(migration)
    return tuple(getattr(migration, "INK", ()))


APPEND_ONLY = [
    table
    for file in sorted((MIGRATIONS / "versions").glob("*.py"))
    for table in append_only_in(file)
    if table in SQLModel.metadata.tables
]
"""Every table that a migration made append-only and none took away since."""

WRITTEN = [
    "entry", "movement", "leaf", "subtree", "signed_head", "closing", "closing_balance", "notice", "attachment",
]  # fmt: skip
"""The append-only tables that have rows here; `APPEND_ONLY` names them all."""


@pytest.fixture(scope="module")
def on_sqlite(sqlite_template, tmp_path_factory):
    directory = tmp_path_factory.mktemp("written")
    with written_ledger.on_sqlite(sqlite_template, directory) as database:
        written_ledger.a_written_ledger(database, directory / "keys")
        yield database


@pytest.fixture(scope="module")
def on_postgresql(postgres_template, counter, tmp_path_factory):
    with written_ledger.on_postgresql(postgres_template, counter) as database:
        written_ledger.a_written_ledger(database, tmp_path_factory.mktemp("written") / "keys")
        yield database


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger(request):
    return request.getfixturevalue(f"on_{request.param}")


def refuse(ledger, words, *statements):
    def all_at_once():
        with ledger.engine.begin() as connection:
            for statement in statements:
                connection.execute(text(statement))

    with pytest.raises(DBAPIError) as refusal:
        all_at_once()
    assert re.search(words, str(refusal.value.orig)), str(refusal.value.orig)


def columns(ledger, table):
    with ledger.reader.connect() as connection:
        return list(connection.execute(text(f"SELECT * FROM {table} LIMIT 1")).keys())


@pytest.mark.parametrize("table", WRITTEN)
def test_no_row_is_changed_or_deleted(ledger, table):
    with ledger.reader.connect() as connection:
        assert connection.execute(text(f"SELECT count(*) FROM {table}")).scalar()
    for column in columns(ledger, table):
        refuse(ledger, f"{table} is in ink", f'UPDATE {table} SET "{column}" = "{column}"')
    refuse(ledger, f"{table} is in ink", f"DELETE FROM {table}")


@pytest.mark.parametrize("table", [*WRITTEN, "private_field", "ledger_head"])
def test_no_row_is_replaced_on_sqlite(on_sqlite, table):
    names = columns(on_sqlite, table)
    kept = ", ".join(f'"{name}"' for name in names)
    words = r"is in ink|FOREIGN KEY|nothing is added|month closed|leaf of its own"
    refuse(on_sqlite, words, f"INSERT OR REPLACE INTO {table} ({kept}) SELECT {kept} FROM {table}")
    refuse(on_sqlite, words, f"REPLACE INTO {table} ({kept}) SELECT {kept} FROM {table}")
    if table in WRITTEN:
        refuse(on_sqlite, words, f'UPDATE OR REPLACE {table} SET "{names[0]}" = "{names[0]}"')


@pytest.mark.parametrize(
    "table", ["signed_head", "closing_balance", "attachment", "subtree", "private_field"]
)
def test_it_is_the_delete_trigger_that_stops_a_replacement(on_sqlite, table):
    kept = ", ".join(f'"{name}"' for name in columns(on_sqlite, table))
    refuse(
        on_sqlite, f"{table} is in ink", f"INSERT OR REPLACE INTO {table} ({kept}) SELECT {kept} FROM {table}"
    )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE novelty SET no = no",
        "DELETE FROM novelty",
        "INSERT OR REPLACE INTO novelty VALUES (1)",
        "TRUNCATE novelty",
    ],
)
def test_a_later_migration_makes_its_tables_append_only_and_says_so(ledger, statement):
    of_another = "TRUNCATE" if ledger.engine.dialect.name == "sqlite" else "OR REPLACE"
    if of_another in statement:
        pytest.skip("not said in this dialect")
    with ledger.engine.connect() as connection:
        connection.execute(text("CREATE TABLE novelty (no INTEGER PRIMARY KEY)"))
        connection.execute(text("INSERT INTO novelty VALUES (1)"))
        with Operations.context(MigrationContext.configure(connection)):
            append_only("novelty")
        with pytest.raises(DBAPIError, match="novelty is append-only: never changed, never deleted"):
            connection.execute(text(statement))
        connection.rollback()


@pytest.mark.parametrize("table", [*APPEND_ONLY, "private_field", "ledger_head"])
def test_f11_no_table_is_swept_empty_on_postgresql(on_postgresql, table):
    refuse(on_postgresql, "is in ink", f"TRUNCATE {table} CASCADE")


@pytest.mark.parametrize("table", ["community", "home", "account", "book", "subledger"])
def test_what_the_books_stand_on_is_not_swept_away_from_under_them(on_postgresql, table):
    refuse(on_postgresql, "is in ink", f"TRUNCATE {table} CASCADE")


@pytest.mark.parametrize("table", WRITTEN)
def test_append_only_stays_so_for_a_session_that_plays_the_replica(on_postgresql, table):
    play = "SET LOCAL session_replication_role = replica"
    column = columns(on_postgresql, table)[0]
    refuse(on_postgresql, "is in ink", play, f'UPDATE {table} SET "{column}" = "{column}"')
    refuse(on_postgresql, "is in ink", play, f"DELETE FROM {table}")
    refuse(on_postgresql, "is in ink", play, f"TRUNCATE {table} CASCADE")


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_every_append_only_table_has_all_its_triggers(ledger, table):
    with ledger.reader.connect() as connection:
        if ledger.engine.dialect.name == "sqlite":
            triggers = connection.execute(
                text("SELECT upper(sql) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :t"),
                {"t": table},
            ).scalars()
            actions = {
                action for sql in triggers for action in ("UPDATE", "DELETE") if f"BEFORE {action} ON" in sql
            }
            assert actions == {"UPDATE", "DELETE"}
        else:
            triggers = connection.execute(
                text(
                    "SELECT pg_get_triggerdef(oid), tgenabled FROM pg_trigger "
                    "WHERE tgrelid = CAST(:t AS regclass) AND tgname LIKE '%_is_ink%'"
                ),
                {"t": table},
            ).all()
            assert {enabled for _, enabled in triggers} == {"A"}
            guarded = {
                action
                for definition, _ in triggers
                for action in re.search(rf"BEFORE (.*) ON public\.{table} ", definition)[1].split(" OR ")
            }
            assert guarded == {"UPDATE", "DELETE", "TRUNCATE"}


@pytest.mark.parametrize(
    ("table", "trigger"),
    [
        ("entry", "entry_in_order"), ("movement", "movement_balances"), ("leaf", "leaf_seals"),
        ("charge", "charge_entries"), ("balance", "balance_stays"), ("subledger_balance", "subledger_balance_stays"),
    ],
)  # fmt: skip
def test_what_stands_for_a_constraint_cannot_be_switched_off_as_a_replica(on_postgresql, table, trigger):
    with on_postgresql.reader.connect() as connection:
        enabled = connection.execute(
            text(
                "SELECT tgenabled FROM pg_trigger WHERE tgrelid = CAST(:table AS regclass) AND tgname = :trigger"
            ),
            {"table": table, "trigger": trigger},
        ).scalar_one()
    assert enabled == "A"


def test_a_charge_without_its_entry_is_refused(ledger):
    refuse(
        ledger,
        r"FOREIGN KEY|belongs to an entry",
        "INSERT INTO charge (community, home, month, amount_fen, entry_no) "
        "SELECT community, code, '2026-07', 1, 999 FROM home",
    )


def test_what_others_refer_to_is_not_deleted(ledger):
    for table in ("home", "account", "book", "subledger", "community"):
        refuse(ledger, r"FOREIGN KEY|foreign key", f"DELETE FROM {table}")


@pytest.mark.parametrize("table", ["balance", "subledger_balance"])
def test_f11_a_balance_is_not_deleted(ledger, table):
    refuse(ledger, f"{table} is in ink", f"DELETE FROM {table}")
