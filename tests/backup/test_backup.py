"""A backup is whole, of one moment, and tells nothing of the keys; what cannot be finished leaves nothing."""

import json
import stat
from datetime import UTC, datetime

import pytest

from ledger.backup.taking import last_backup, take_backup
from ledger.db import Database
from ledger.fees.charge_actions import charge_month
from ledger.fund.actions import end_month
from ledger.log.actions import sign_head
from ledger.log.signer import STATE, Signer
from ledger.periods import Month, noon
from tests.backup.conftest import ENGINES
from tests.backup.machines import PASSPHRASE
from tests.cast import MEI

JULY = Month(2026, 7)
AUGUST_1 = noon(JULY.plus(1).first)


def a_month_end(machine) -> None:
    """July is charged, closed and signed."""
    with machine.database() as database:
        with database.writing() as session:
            charge_month(session, "meiyuan", JULY, by=MEI, at=AUGUST_1)
        with database.writing() as session:
            end_month(session, "meiyuan", JULY, exceptions={}, by=MEI, at=AUGUST_1)
        with database.writing() as session:
            sign_head(session, "meiyuan", Signer(machine.home / "keys"), at=AUGUST_1)


def tables_of(backup) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in sorted((backup / "tables").iterdir())}


@pytest.mark.parametrize("onto", ENGINES)
def test_the_same_books_are_the_same_bytes_on_either_database(today, machines, onto):
    first = today.backup()
    other = machines(onto, "nothing")
    other("restore", first)

    second = other.backup()

    differing = {name for name, rows in tables_of(first).items() if tables_of(second)[name] != rows}
    assert differing == {"sign_in.jsonl.gz", "slip.jsonl.gz"}  # which a restore ends
    assert tables_of(first).keys() == tables_of(second).keys()


def test_what_is_written_while_a_backup_is_taken_is_not_in_it(today, another):
    before, first = today.heads(), iter([True])

    def meanwhile(_part: int, _whole: int) -> None:
        if next(first, False):
            a_month_end(today)

    with today.database() as database:
        taken = take_backup(
            database, today.config, today.folder / "b", PASSPHRASE.encode(), meanwhile, at=datetime.now(UTC)
        )

    assert today.heads() != before
    another("restore", taken.directory)
    assert another.heads() == before
    assert another.problems() == []
    assert another.rows("SELECT count(*) FROM charge WHERE month = '2026-07'") == [(0,)]


def test_a_log_that_was_signed_meanwhile_can_be_signed_on_after_a_restore(today, another):
    """The signer's memory in a backup is never ahead of its logs."""
    with today.database() as database:
        taken = take_backup(
            database,
            today.config,
            today.folder / "b",
            PASSPHRASE.encode(),
            lambda part, _whole: a_month_end(today) if part == 1 else None,
            at=datetime.now(UTC),
        )
    another("restore", taken.directory)

    a_month_end(another)

    assert another.problems() == []


def test_only_whoever_takes_a_backup_can_read_it(today):
    backup = today.backup()

    modes = {stat.S_IMODE(entry.stat().st_mode) for entry in [backup, *backup.rglob("*")] if entry.is_dir()}
    assert modes == {0o700}
    assert {stat.S_IMODE(entry.stat().st_mode) for entry in backup.rglob("*") if entry.is_file()} == {0o600}


def test_no_key_stands_open_in_a_backup(today):
    keys = [today.home / "secret", *(today.home / "keys").glob("*.key")]
    backup = today.backup()

    written = b"".join(file.read_bytes() for file in backup.rglob("*") if file.is_file())

    assert len(keys) == 3
    assert [key.name for key in keys if key.read_bytes().strip() in written] == []


def test_where_the_last_backup_is_can_be_told(today):
    assert last_backup(today.home) is None

    backup = today.backup()

    last = last_backup(today.home)
    assert last is not None
    assert last.directory == str(backup)
    assert f"{last.taken_at:%Y%m%dT%H%M%SZ}" == backup.name


def test_what_cannot_be_read_of_the_last_backup_is_none(today):
    (today.home / "last-backup.json").write_text("{")
    assert last_backup(today.home) is None


def test_a_passphrase_that_is_quickly_guessed_is_refused(today):
    today.passphrase.write_text("mingbai\n")

    assert "12 bytes" in today.refuses("backup", today.folder / "b")
    assert not (today.folder / "b").exists()
    assert last_backup(today.home) is None


def test_a_log_that_does_not_add_up_is_not_backed_up(today):
    by_hand(today.url, "UPDATE ledger_head SET tree_size = tree_size + 1")
    assert "mingbai fsck" in today.refuses("backup", today.folder / "b")


def test_f2_a_database_behind_what_was_signed_is_not_backed_up(today):
    (state,) = (today.home / "keys").glob(f"*{STATE}")
    state.write_text(json.dumps(json.loads(state.read_text()) | {"size": 99_999}))

    assert "mingbai fsck" in today.refuses("backup", today.folder / "b")
    assert list((today.folder / "b").iterdir()) == []


def by_hand(url: str, statement: str) -> None:
    """What somebody with a shell writes."""
    database = Database(url)
    with database.engine.connect() as connection:
        if database.engine.dialect.name == "postgresql":
            connection.exec_driver_sql("ALTER TABLE ledger_head DISABLE TRIGGER USER")
        else:
            for (name,) in connection.exec_driver_sql(
                "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'ledger_head'"
            ).all():
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
        connection.exec_driver_sql(statement)
        connection.commit()
    database.close()
