"""What a large action reads grows with the homes and no faster, even where PostgreSQL has never counted the tables.

Its planner believes that a table is as empty as when it last looked, so a join that is planned for one row
walks all rows for each row in a community's first month. What a transaction has read of each table is its own
count of the work, the same on a slow machine.
"""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from sqlalchemy import text

from ledger.db import COPY_FROM_ROWS, Database
from ledger.demo.bankfiles import PaidIn, cmb
from ledger.intake.import_actions import import_payments
from ledger.intake.reconciliation.actions import prepare_reconciliation
from ledger.journal.actions import post_all
from ledger.periods import SHANGHAI
from tests.cast import MEI
from tests.factories import a_home
from tests.fees.homes import JULY, PLACE, charge, three_homes
from tests.journal.purse import CODE, NOON, ONE, a_draft, a_purse, into, out_of, write

MORE = 2 * COPY_FROM_ROWS
AUGUST_1 = datetime(2026, 8, 1, 2, 0, tzinfo=UTC)


@pytest.fixture
def place(postgres_url):
    """A community of some hundred homes whose tables were empty when the database last counted them."""
    database = Database(postgres_url)
    with database.engine.connect() as connection:
        connection.execute(text("ANALYZE"))
        connection.commit()
    with database.writing() as session:
        three_homes(session)
        for number in range(MORE):
            a_home(session, f"2-1-{number:03d}", area_dm2=8_000)
    yield database
    database.close()


def read_of(session):
    """How many rows this transaction has read of each table, with some that the last one on its connection read."""
    session.flush()
    session.execute(
        text("SET CONSTRAINTS ALL IMMEDIATE")
    )  # or they would be looked at after the last question
    session.execute(text("SET CONSTRAINTS ALL DEFERRED"))
    rows = session.execute(
        text("SELECT relname, coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) FROM pg_stat_xact_user_tables")
    )  # fmt: skip
    return Counter(dict(rows.all()))


def test_a_first_month_is_charged_without_walking_all_homes_for_each(place):
    with place.writing() as session:
        before = read_of(session)
        charge(session)
        read = read_of(session) - before

    assert read["movement"] > 0
    assert max(read.values()) < 100 * MORE, read


def test_a_first_month_is_imported_and_reconciled_without_walking_all_lines_for_each(place):
    started = datetime(2026, 7, 2, 8, 0, tzinfo=SHANGHAI)
    paid = [
        PaidIn(started + timedelta(minutes=n), 36_00, f"住户{n}", f"2-1-{n:03d} 物业费", f"2026-07-{n}")
        for n in range(MORE)
    ]
    with place.writing() as session:
        charge(session)
        before = read_of(session)
        import_payments(session, PLACE, cmb(paid), "cmb", name="x", into="bank", by=MEI, at=AUGUST_1)
        imported = read_of(session) - before
    with place.writing() as session:
        before = read_of(session)
        sheet = prepare_reconciliation(
            session, PLACE, "fee", "bank", JULY, {"bank": MORE * 36_00}, openings={"bank": 0}, by=MEI, at=AUGUST_1
        )  # fmt: skip
        reconciled = read_of(session) - before

    assert sheet.items == ()
    assert imported["entry"] > 0
    assert reconciled["bank_line"] > 0
    assert max(imported.values()) < 100 * MORE, imported
    assert max(reconciled.values()) < 100 * MORE, reconciled


def test_a_sealed_entry_of_all_homes_looks_up_each_balance_once(postgres_url):
    database = Database(postgres_url)
    homes = [f"9-1-{n:04d}" for n in range(MORE)]
    with database.writing() as session:
        a_purse(session, homes=homes)
        write(session, *[into(home, 1) for home in homes])
        before = read_of(session)
        write(session, *[out_of(home, 1) for home in homes])
        read = read_of(session) - before
    database.close()

    assert 0 < read["subledger_balance"] < 100 * MORE


@pytest.mark.parametrize("counted", [False, True])
@pytest.mark.parametrize("entries", [1, 3])
def test_an_entry_takes_no_more_steps_behind_thousands_on_sqlite(sqlite_url, entries, counted):
    """However many keys are asked for, and whether or not SQLite has counted its tables before it plans."""
    database = Database(sqlite_url)

    def steps(behind: int) -> int:
        with database.writing() as session:
            post_all(session, CODE, [a_draft(into(ONE, 1)) for _ in range(behind)], by=MEI, at=NOON)
        if counted:
            with database.engine.connect() as connection:
                connection.exec_driver_sql("ANALYZE")
                connection.commit()
            database.close()
        taken = count()
        with database.writing() as session:
            driver = session.connection().connection.driver_connection
            driver.set_progress_handler(lambda: min(next(taken), 0), 100)
            post_all(session, CODE, [a_draft(into(ONE, 1)) for _ in range(entries)], by=MEI, at=NOON)
            driver.set_progress_handler(None, 0)
        return next(taken)

    with database.writing() as session:
        a_purse(session)
    few, many = steps(100), steps(3_000)
    database.close()

    assert few > 0
    assert many < 2 * few
