"""A restore gives back all of it, on any machine, or changes nothing; what is older needs the operator's word."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from ledger.backup.restoring import check_tables
from ledger.backup.rules import SIGNER, BackupDamaged, read_manifest
from ledger.db import migrate, newest
from ledger.log.leaf import opened
from ledger.log.queries import opening_of
from ledger.log.signer import Signer
from ledger.people.rules import Event
from ledger.people.sign_ins import remember
from tests.backup.test_backup import a_month_end
from tests.cast import NOON

ORIGIN = "test.example/log/meiyuan"


def test_a_second_machine_serves_the_same_pages_and_goes_on_signing(today, another):
    another("restore", today.backup())

    pages = another.pages()
    assert len(pages) > 30
    assert pages == today.pages()
    assert another.heads() == today.heads()
    assert another.problems() == []
    a_month_end(another)
    assert another.problems() == []
    assert another.rows("SELECT count(*) FROM signed_head") == [(2,)]


def test_pictures_and_papers_come_back_byte_for_byte(today, another):
    query = "SELECT sha256, body FROM stored_file UNION ALL SELECT sha256, body FROM attachment ORDER BY 1"
    another("restore", today.backup())
    assert len(today.rows(query)) > 3
    assert another.rows(query) == today.rows(query)


def test_nobody_is_signed_in_after_a_restore_and_no_slip_lets_anybody_in(today, another):
    backup = today.backup()
    assert today.rows("SELECT count(*) FROM sign_in WHERE ended_at IS NULL") == [(1,)]

    another("restore", backup)

    assert another.rows("SELECT ending FROM sign_in") == [("restored",)]
    assert another.rows("SELECT count(*) FROM slip WHERE void_at IS NULL") == [(0,)]


def test_numbers_go_on_after_the_largest(today, another):
    another("restore", today.backup())
    (largest,) = another.rows("SELECT coalesce(max(no), 0) FROM access_record")[0]

    with another.database() as database, database.writing() as session:
        remember(session, Event.READ, "mei", "203.0.113.7", at=NOON)

    assert another.rows("SELECT max(no) FROM access_record") == [(largest + 1,)]


def test_a_database_that_is_migrated_and_holds_no_books_may_be_restored_into(today, machines, engine):
    empty = machines(engine, "migrated")
    answer = empty.tells("restore", today.backup())
    assert answer["kept"]
    assert empty.heads() == today.heads()


def test_books_are_not_replaced_unless_somebody_says_so_and_then_moved_aside(today):
    backup = today.backup()
    assert "--replace" in today.refuses("restore", backup)
    before = today.heads()

    answer = today.tells("restore", backup, "--replace")

    assert today.heads() == before
    assert answer["noted"] == []
    kept = answer["kept"] if "sqlite" in today.url else f"{answer['kept']}.ledger_head"
    if "sqlite" in today.url:
        today.url = f"sqlite:///{kept}"
        assert today.heads() == before
    else:
        assert today.rows(f"SELECT count(*) FROM {kept}") == [(1,)]


def test_what_cannot_be_read_is_taken_for_books(today, machines):
    broken = machines("sqlite", "nothing")
    file = broken.folder / "ledger.db"
    file.write_bytes(b"minutes of the meeting " * 500)
    backup = today.backup()
    assert "--replace" in broken.refuses("restore", backup)

    kept = broken.tells("restore", backup, "--replace")["kept"]

    assert Path(kept).read_bytes().startswith(b"minutes")
    assert broken.heads() == today.heads()


def test_keys_that_are_replaced_are_kept_beside(today, another):
    another("init")
    secret = (another.home / "secret").read_bytes()

    another("restore", today.backup(), "--replace")

    assert (another.home / "secret").read_bytes() == (today.home / "secret").read_bytes()
    [kept] = (another.home / "keys").glob("before_*/secret")
    assert kept.read_bytes() == secret


def test_f2_yesterdays_backup_does_not_go_over_todays_database(today):
    yesterday, behind = today.backup(), today.heads()[ORIGIN][0]
    a_month_end(today)
    ahead, before = today.heads()[ORIGIN][0], today.files()

    refusal = today.refuses("restore", yesterday, "--replace")

    assert f"{ORIGIN} has {behind} leaves in it and {ahead} here" in refusal
    after = today.files()
    assert after.pop("home/restore.lock")
    assert after == before


def test_nor_where_only_the_signer_remembers_today(today, machines, engine):
    yesterday = today.backup()
    a_month_end(today)
    fresh = machines(engine, "nothing")
    shutil.copytree(today.home / "keys", fresh.home / "keys")

    assert "--older" in fresh.refuses("restore", yesterday)


def test_nor_where_only_the_database_knows_of_today(today):
    yesterday = today.backup()
    a_month_end(today)
    for state in (today.home / "keys").glob("*.state.json"):
        state.unlink()

    assert "--older" in today.refuses("restore", yesterday, "--replace")


def test_nor_another_history_of_the_same_length(today, machines, engine):
    other = machines(engine, "nothing")
    other("restore", today.backup())
    a_month_end(other)
    a_month_end(today)
    assert other.heads().keys() == today.heads().keys()

    assert "--older" in today.refuses("restore", other.backup(), "--replace")


def test_f2_with_the_operators_word_it_does_and_the_log_says_so(today):
    yesterday = today.backup()
    before = today.heads()[ORIGIN]
    a_month_end(today)
    lost = today.heads()[ORIGIN]

    answer = today.tells("restore", yesterday, "--replace", "--older", "the disk of today is broken")

    assert answer["noted"] == [ORIGIN]
    assert today.heads()[ORIGIN][0] == before[0] + 1
    with today.database() as database, database.reading() as session:
        body = session.connection().execute(
            text("SELECT body FROM leaf WHERE leaf_index = :last"), {"last": before[0]}
        )
        content = json.loads(body.scalar_one())
        reason = opening_of(session, "meiyuan", before[0], "reason")
    assert content["what"] == "restored"
    facts = content["facts"]
    assert (facts["leaves"], facts["lost"], facts["root"]) == (before[0], *lost)
    assert reason is not None
    assert opened(reason.disclosure) == ("reason", "the disk of today is broken")
    assert today.problems() == []


def test_f2_and_signing_goes_on_from_there(today):
    yesterday = today.backup()
    a_month_end(today)
    lost = today.heads()[ORIGIN]
    today("restore", yesterday, "--replace", "--older", "the disk of today is broken")

    a_month_end(today)
    today("sign")

    assert today.problems() == []
    (state,) = (today.home / "keys").glob("*.state.json")
    remembered = json.loads(state.read_text())
    assert remembered["size"] == today.heads()[ORIGIN][0]
    assert [head["size"] for head in remembered["before"]] == [lost[0]]


def test_a_log_that_is_not_in_the_backup_at_all_is_older_too(today, machines, engine):
    empty = machines(engine, "nothing")
    empty("init")
    backup = empty.backup()

    assert f"{ORIGIN} has 0 leaves" in today.refuses("restore", backup, "--replace")
    today("restore", backup, "--replace", "--older", "begun anew")
    assert today.heads() == {}


def test_a_reason_of_nothing_is_no_word(today):
    yesterday = today.backup()
    a_month_end(today)
    assert "--older" in today.refuses("restore", yesterday, "--replace", "--older", "  ")


@contextmanager
def a_byte_changed(file: Path, place: int) -> Iterator[None]:
    whole = file.read_bytes()
    file.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
    yield
    file.write_bytes(whole)


def test_a_backup_with_one_byte_changed_is_refused_before_anything_is_written(today, another):
    backup = today.backup()
    another("fsck", expect=1)  # makes the home and its secret, as any command does
    before = another.files()

    for name in ("manifest", "keys.enc", "tables/leaf.jsonl.gz", "tables/demo.jsonl.gz"):
        size = (backup / name).stat().st_size
        for place in (0, size // 2, size - 1):
            with a_byte_changed(backup / name, place):
                assert "nothing was restored" in another.refuses("restore", backup), (name, place)

    assert another.files() == before
    another("restore", backup)
    assert another.heads() == today.heads()


def test_so_it_is_whichever_table_the_byte_is_of(today):
    backup = today.backup()
    signer = Signer(today.home / "keys").verifier(SIGNER)
    manifest = read_manifest((backup / "manifest").read_bytes(), signer)
    files = sorted((backup / "tables").iterdir())
    assert [file.name for file in files] == [f"{table.table}.jsonl.gz" for table in manifest.tables]

    for file in files:
        for place in (0, file.stat().st_size // 2, file.stat().st_size - 1):
            with a_byte_changed(file, place), pytest.raises(BackupDamaged, match=file.name):
                check_tables(backup, manifest)


@pytest.mark.parametrize("name", ["keys.enc", "manifest", "tables/leaf.jsonl.gz", "tables/firm.jsonl.gz"])
def test_a_backup_that_lacks_a_file_or_the_end_of_one_is_none(today, another, name):
    backup = today.backup()
    whole = (backup / name).read_bytes()

    (backup / name).write_bytes(whole[:-9])
    another.refuses("restore", backup)
    (backup / name).unlink()
    another.refuses("restore", backup)

    assert not [path for path in another.files() if "ledger.db" in path or ("." in path and "/" not in path)]


def test_the_folder_of_all_backups_is_no_backup(today, another):
    assert "date" in another.refuses("restore", today.backup().parent)


def test_another_passphrase_opens_nothing(today, another):
    another.passphrase.write_text("correct horse battery stable\n")
    assert "passphrase" in another.refuses("restore", today.backup())


def test_a_manifest_that_somebody_else_signed_is_refused(today, another, machines, engine):
    """A backup of another installation, with our keys put into it."""
    ours = today.backup()
    other = machines(engine, "nothing")
    other("init")
    theirs = other.backup()
    shutil.copy(ours / "keys.enc", theirs / "keys.enc")

    assert "manifest" in another.refuses("restore", theirs)


def test_nothing_is_restored_under_a_server_that_works(today):
    backup = today.backup()
    with today.database() as database, database.reading() as session:
        session.connection().execute(text("SELECT 1 FROM community")).all()
        assert "stop the server" in today.refuses("restore", backup, "--replace")


def test_a_backup_of_a_later_version_is_refused(today, another):
    backup = _backup_at(today, "9999")
    assert "9999" in another.refuses("restore", backup)


def test_a_backup_of_an_earlier_version_is_brought_up_to_date(machines, engine):
    old, new = machines(engine, "nothing"), machines(engine, "nothing")
    migrate(old.url, "0021")
    with old.database() as database, database.engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO person (login, name, password, since, active) "
            "VALUES ('mei', '梅', '-', '2026-07-15 04:00:00.000000', CAST(1 AS boolean))"
        )

    new("restore", old.backup())

    assert new.rows("SELECT version_num FROM alembic_version") == [(newest(),)]
    assert new.rows("SELECT name FROM person") == [("梅",)]
    assert new.rows("SELECT count(*) > 0 FROM profile_value")[0][0]


def test_balances_that_somebody_changed_are_made_again_and_that_is_told(today, another):
    with today.database() as database, database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE balance SET debit_fen = debit_fen + 1")

    result = another("restore", today.backup())

    assert json.loads(result.stdout)["remade"] == ["balance"]
    assert "mingbai fsck" in result.stderr
    assert another.problems() == []


@contextmanager
def _version(machine, number: str):
    with machine.database() as database, database.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{number}'")
    yield
    with machine.database() as database, database.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{newest()}'")


def _backup_at(machine, number: str):
    with _version(machine, number):
        return machine.backup()
