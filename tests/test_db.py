"""The database: SQLite made safe, readers that cannot write, instants that know their time zone."""

import gc
import re
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date, datetime, timedelta, timezone
from threading import Barrier

import psycopg
import pytest
from sqlalchemy import event, inspect, text
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError
from sqlmodel import select

from ledger.community.rules import Mode
from ledger.community.tables import Area, CalendarDay, Community, Home, Person
from ledger.db import COPY_FROM_ROWS, SQLITE_PRAGMAS, Database, create_engine, migrate, write_rows
from ledger.intake.tables import StatementFile
from ledger.log.tables import Leaf, LedgerHead
from tests.cast import NOON


@pytest.fixture
def sqlite(sqlite_url):
    database = Database(sqlite_url)
    yield database
    database.close()


def on_every_connection(engine, statement):
    """The answers to a statement of two connections that a pool hands out at once."""
    connections = [engine.raw_connection(), engine.raw_connection()]
    answers = {connection.cursor().execute(statement).fetchone()[0] for connection in connections}
    for connection in connections:
        connection.close()
    return answers


@pytest.mark.parametrize(("pragma", "value"), [*SQLITE_PRAGMAS.items(), ("journal_mode", "wal")])
@pytest.mark.parametrize("side", ["engine", "reader"])
def test_every_connection_to_sqlite_is_safe(sqlite, side, pragma, value):
    assert on_every_connection(getattr(sqlite, side), f"PRAGMA {pragma}") == {value}


def test_sqlite_is_told_at_least_what_keeps_rows_append_only():
    assert SQLITE_PRAGMAS["foreign_keys"] == 1
    assert SQLITE_PRAGMAS["recursive_triggers"] == 1
    assert SQLITE_PRAGMAS["trusted_schema"] == 0
    assert SQLITE_PRAGMAS["synchronous"] == 2
    assert SQLITE_PRAGMAS["busy_timeout"] >= 5_000


def test_a_connection_that_does_not_take_a_pragma_is_not_handed_out(sqlite_url, monkeypatch):
    monkeypatch.setitem(SQLITE_PRAGMAS, "synchronous", 7)
    with pytest.raises(AssertionError, match="synchronous"):
        create_engine(sqlite_url).connect()


def test_a_block_that_ends_well_is_kept_and_one_that_raises_is_not(database):
    with database.writing() as session:
        session.add(Area(code="kept", name="kept"))
    with pytest.raises(RuntimeError), database.writing() as session:
        session.add(Area(code="lost", name="lost"))
        session.flush()
        raise RuntimeError

    with database.reading() as session:
        assert session.exec(select(Area.code)).all() == ["kept"]


def test_more_writers_than_connections_all_get_their_turn(database):
    database.AT_HAND, waiting = 2, Barrier(40)

    def write(n):
        waiting.wait()
        for round_ in range(3):
            with database.writing() as session:
                session.add(Area(code=f"{n}-{round_}", name="x"))

    with ThreadPoolExecutor(40) as pool:
        list(pool.map(write, range(40)))

    with database.reading() as session:
        assert len(session.exec(select(Area)).all()) == 120


def test_what_was_written_and_refused_leaves_nothing_to_who_writes_next(database):
    for code in ("first", "second"):
        with database.writing() as session:
            session.add(Area(code=code, name="x"))
        with pytest.raises(IntegrityError), database.writing() as session:
            write_rows(session, Area, [{"code": f"{code}-lost", "name": "x"}, {"code": code, "name": "x"}])

    with database.reading() as session:
        assert session.exec(select(Area.code).order_by(Area.code)).all() == ["first", "second"]


def test_a_server_that_was_away_refuses_once_and_then_writes_again(postgres_url):
    postgres = Database(postgres_url)
    with postgres.writing() as session:
        session.add(Area(code="before", name="x"))
    with postgres.reader.connect() as admin:
        admin.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()"
            )
        )
    with pytest.raises(DBAPIError), postgres.writing() as session:
        write_rows(session, Area, [{"code": "away", "name": "x"}])
    with postgres.writing() as session:
        session.add(Area(code="after", name="x"))

    with postgres.reading() as session:
        assert session.exec(select(Area.code).order_by(Area.code)).all() == ["after", "before"]
    postgres.close()


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO area (code, name) VALUES ('a', 'a')",
        "UPDATE area SET name = 'b'",
        "DELETE FROM area",
        "CREATE TABLE mine (a INTEGER)",
        "DROP TABLE area",
    ],
)
def test_a_reader_cannot_write(database, statement):
    with database.writing() as session:
        session.add(Area(code="there", name="there"))

    with pytest.raises(DBAPIError, match=r"readonly|read-only"), database.reading() as session:
        session.execute(text(statement))
    with database.reading() as session, pytest.raises(DBAPIError, match=r"readonly|read-only"):
        session.add(Area(code="a", name="a"))
        session.commit()
    with database.reading() as session:
        assert [area.name for area in session.exec(select(Area)).all()] == ["there"]


def test_a_reader_sees_one_snapshot(database):
    with database.reading() as session:
        before = session.exec(select(Area.code)).all()
        with database.writing() as writer:
            writer.add(Area(code="new", name="new"))
        assert session.exec(select(Area.code)).all() == before == []
    with database.reading() as session:
        assert session.exec(select(Area.code)).all() == ["new"]


def test_concurrent_increments_lose_none_on_sqlite(sqlite):
    with sqlite.writing() as session:
        session.add(Area(code="count", name="0"))

    def increment(_):
        with sqlite.writing() as session:
            area = session.get(Area, "count")
            area.name = str(int(area.name) + 1)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(increment, range(400)))

    with sqlite.reading() as session:
        assert session.get(Area, "count").name == "400"


def test_a_failed_commit_on_sqlite_leaves_no_transaction_open(sqlite):
    with pytest.raises(IntegrityError), sqlite.writing() as session:
        session.execute(text("PRAGMA defer_foreign_keys = ON"))
        session.add(Community(code="x", name="x", area="nowhere"))
    with sqlite.writing() as session:
        session.add(Area(code="next", name="next"))


def test_f9_what_the_database_refuses_is_told_without_what_was_written(database):
    with pytest.raises(DBAPIError) as refused, database.writing() as session:
        session.execute(
            text("INSERT INTO nowhere (name, phone) VALUES (:name, :phone)"),
            {"name": "王伟", "phone": "13900000000"},
        )
    words = str(refused.value)
    assert "INSERT INTO nowhere" in words
    assert not {"王伟", "13900000000"} & set(re.findall(r"\w+", words))


def test_an_instant_keeps_its_moment_and_comes_back_in_utc(database):
    in_shanghai = datetime(2026, 1, 1, 0, 30, tzinfo=timezone(timedelta(hours=8)))
    with database.writing() as session:
        session.add(Person(login="mei", name="", password="", since=in_shanghai))

    with database.reading() as session:
        since = session.get(Person, "mei").since
        assert since == in_shanghai
        assert since.utcoffset() == timedelta(0)
        assert (since.day, since.hour) == (31, 16)


def test_an_instant_without_a_time_zone_is_refused(database):
    with pytest.raises(StatementError, match="without a time zone"), database.writing() as session:
        session.add(Person(login="mei", name="", password="", since=datetime(2026, 1, 1)))


def test_an_enum_is_stored_as_its_word(database):
    with database.writing() as session:
        session.add(Community(code="x", name="x", mode=Mode.STATE_BACKSTOP))
    with database.reading() as session:
        assert session.execute(text("SELECT mode FROM community")).scalar() == "state_backstop"
        assert session.get(Community, "x").mode is Mode.STATE_BACKSTOP


@pytest.mark.parametrize("count", [0, 1, COPY_FROM_ROWS - 1, COPY_FROM_ROWS, COPY_FROM_ROWS + 1])
def test_many_rows_are_written_as_few_are(database, count):
    rows = [
        {
            "community": "x",
            "sha256": f"{n:064x}",
            "profile": "wechat",
            "account": "a\tb\\N",
            "name": "对账单\n\"'",
            "lines": n,
            "ordered": True,
            "warnings": "",
            "imported_by": "mei",
            "imported_at": NOON + timedelta(microseconds=n),
        }
        for n in range(count)
    ]
    with database.writing() as session:
        session.add(Community(code="x", name="x"))
        session.flush()
        write_rows(session, StatementFile, rows)

    with database.reading() as session:
        files = session.exec(select(StatementFile).order_by(StatementFile.lines)).all()
        assert [file.model_dump(include=set(rows[0])) for file in files] == rows if rows else not files


def test_bytes_days_and_nothing_survive_a_large_write(database):
    frontier = bytes(range(256))
    with database.writing() as session:
        session.add_all([Community(code=f"c{n}", name="c") for n in range(COPY_FROM_ROWS)])
        session.flush()
        write_rows(
            session,
            LedgerHead,
            [
                {"community": f"c{n}", "origin": f"o{n}", "tree_size": n, "frontier": frontier, "last_no": 0,
                 "last_hash": "", "closed_through": "", "last_at": ""}
                for n in range(COPY_FROM_ROWS)
            ],
        )  # fmt: skip
        write_rows(
            session,
            Leaf,
            [{"community": "c0", "leaf_index": 0, "prev_index": None, "kind": "genesis", "body": b"", "hash":
              bytes.fromhex("6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d")}],
        )  # fmt: skip
    with database.reading() as session:
        assert session.get(LedgerHead, "c7").frontier == frontier
        assert session.get(Leaf, ("c0", 0)).prev_index is None


def test_constraints_hold_in_a_large_write_too(database):
    rows = [{"code": "same", "name": "x"} for _ in range(COPY_FROM_ROWS)]
    with pytest.raises((DBAPIError, psycopg.Error), match=r"UNIQUE|unique"), database.writing() as session:
        write_rows(session, Area, rows)
    with database.reading() as session:
        assert session.exec(select(Area)).all() == []


def test_what_was_refused_leaves_no_cursor_open_for_another_thread_to_free(sqlite):
    """Freed while that thread writes and this one's connection waits for it, it would wait for ever."""
    before = {id(handle) for handle in gc.get_objects() if isinstance(handle, sqlite3.Cursor)}
    rows = [{"code": "x", "name": "x"}] * 2
    with pytest.raises(IntegrityError) as kept, sqlite.writing() as session:
        write_rows(session, Area, rows)

    left = [
        handle
        for handle in gc.get_objects()
        if isinstance(handle, sqlite3.Cursor) and id(handle) not in before
    ]
    for cursor in left:
        with pytest.raises(sqlite3.ProgrammingError, match="closed"):
            cursor.fetchone()
    assert kept.tb


def test_migrating_twice_changes_nothing(database, url):
    before = sorted(inspect(database.engine).get_table_names())
    migrate(url)
    assert sorted(inspect(database.engine).get_table_names()) == before


def test_a_day_and_a_flag_are_what_they_were(database):
    with database.writing() as session:
        session.execute(
            text("INSERT INTO calendar_day (area, day, works) VALUES ('a', :day, :works)"),
            {
                "day": "2026-10-01" if session.bind.dialect.name == "sqlite" else date(2026, 10, 1),
                "works": True,
            },
        )
    with database.reading() as session:
        assert session.get(CalendarDay, ("a", date(2026, 10, 1))).works is True


def test_writers_on_sqlite_take_the_lock_at_the_start(sqlite):
    statements: list[str] = []
    with sqlite.reading() as session:
        session.connection()
    event.listen(
        sqlite.engine, "connect", lambda connection, _: connection.set_trace_callback(statements.append)
    )
    with sqlite.writing() as session:
        session.exec(select(Home)).all()
    begun = next(place for place, statement in enumerate(statements) if statement.startswith("BEGIN"))
    assert statements[begun] == "BEGIN IMMEDIATE"
    assert not any("FROM home" in statement for statement in statements[:begun])
    assert any("FROM home" in statement for statement in statements[begun:])


def test_f9_opening_a_file_again_lets_go_of_no_lock_on_it(tmp_path):
    """POSIX takes all of a process's locks on a file away when any handle of it is closed: the log was deleted under readers."""
    file = tmp_path / "ledger.db"
    with closing(Database(f"sqlite:///{file}")) as one:
        with one.writing() as session:
            session.execute(text("CREATE TABLE seen (no INTEGER)"))
        with one.reading() as session:
            session.execute(text("SELECT no FROM seen")).all()
        Database(f"sqlite:///{file}").close()
        write = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('INSERT INTO seen VALUES (7)'); c.commit(); c.close()"

        subprocess.run([sys.executable, "-c", write, str(file)], check=True)

        assert file.with_name("ledger.db-wal").exists()
        with one.reading() as session:
            assert session.execute(text("SELECT no FROM seen")).scalars().all() == [7]
