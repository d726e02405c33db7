"""A backup or a restore that is killed, or finds no room, at any of its steps: nothing half done is ever used, and doing it
again finishes it."""

import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import text

from ledger.backup.rules import RestoreUnfinished
from ledger.backup.unfinished import check_finished
from ledger.db import create_engine
from ledger.web import create_app
from tests.backup.dying import NO_SUCH_STEP, done_until
from tests.backup.machines import Machine
from tests.backup.test_backup import a_month_end
from tests.backup.test_restore import ORIGIN
from tests.conftest import _with_database

WORDS = ("--replace", "--older", "the disk of today is broken")


def is_served(machine: Machine) -> bool:
    """Whether anything of it can be used; nothing can until it is whole."""
    try:
        check_finished(machine.home)
    except RestoreUnfinished:
        with pytest.raises(RestoreUnfinished):
            create_app(machine.config)
        machine.refuses("fsck")
        return False
    return True


@pytest.mark.parametrize("dies", [True, False], ids=["killed", "no room"])
def test_a_restore_that_is_cut_off_is_finished_by_doing_it_again(today, machines, dies):
    yesterday, behind = today.backup(), today.heads()[ORIGIN]
    a_month_end(today)
    ahead = today.heads()[ORIGIN]
    for step in count(1):
        machine = machines.copy(today)
        (machine.home / "secret").write_text("of another installation")
        (machine.home / "keys" / "people.key").unlink()
        words = machine.typed("restore", yesterday, *WORDS)

        ended = done_until(words, machine.env, machine.folder, step, dies=dies)
        if ended == NO_SUCH_STEP:
            break

        assert ended == -signal.SIGKILL if dies else ended in (0, 1), step
        if ended:
            assert not is_served(machine) or machine.heads()[ORIGIN] in (ahead,), step
            machine("restore", yesterday, *WORDS)
        assert is_served(machine)
        assert machine.heads()[ORIGIN][0] == behind[0] + 1
        assert machine.problems() == [], step
        for key in ("secret", "keys/people.key"):
            assert (machine.home / key).read_bytes() == (today.home / key).read_bytes(), step
        machines.drop(machine)
    assert step > (20 if dies else 6)


@pytest.mark.parametrize("name", ["tables/answered", "tables/leaf", "tables/works", "keys.enc", "manifest"])
def test_a_backup_that_finds_no_room_leaves_nothing_and_the_one_before_stays(today, name):
    before = today.backup()
    last = (today.home / "last-backup.json").read_bytes()
    into = today.folder / "backups-full"
    into.mkdir()

    ended = done_until(today.typed("backup", into), today.env, into, name, dies=False)

    assert ended == 1
    assert list(into.iterdir()) == []
    assert (today.home / "last-backup.json").read_bytes() == last
    assert before.is_dir()


def test_a_backup_that_is_killed_is_none(today, another):
    into = today.folder / "backups-killed"
    into.mkdir()

    assert done_until(today.typed("backup", into), today.env, into, "manifest", dies=True) == -signal.SIGKILL

    [partial] = into.iterdir()
    assert partial.name.endswith(".partial")
    assert "no backup" in another.refuses("restore", partial)
    assert not (today.home / "last-backup.json").exists()


@pytest.fixture
def disk() -> Iterator[Path]:
    """A disk of 20 MiB; only root can make one."""
    if os.geteuid():
        pytest.skip("only root mounts a disk")
    with tempfile.TemporaryDirectory(prefix="mingbai-") as folder:
        Path(folder).chmod(0o755)  # the server runs as somebody else
        disk = Path(folder) / "disk"
        disk.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=20m", "tmpfs", disk], check=True)
        yield disk
        subprocess.run(["umount", disk], check=True)


@pytest.fixture
def tiny(postgres_template, disk, counter) -> Iterator[str]:
    """The address of an empty database on that disk, where only a mebibyte is free until the file ``full`` goes."""
    name = f"tiny_{next(counter)}"
    admin = create_engine(postgres_template).execution_options(isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        [data] = connection.execute(text("SHOW data_directory")).scalars()
        os.chown(disk, Path(data).stat().st_uid, -1)
        connection.execute(text(f"CREATE TABLESPACE {name} LOCATION '{disk}'"))
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template0 TABLESPACE {name}"))
        free = os.statvfs(disk)
        (disk / "full").write_bytes(bytes(free.f_bavail * free.f_frsize - (1 << 20)))
        yield _with_database(postgres_template, name)
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        connection.execute(text(f"DROP TABLESPACE {name}"))
    admin.dispose()


def test_a_server_that_finds_no_room_keeps_what_stood_there(machines, tmp_path, disk, tiny):
    backup = machines("postgresql", "sample").backup()
    machine = Machine(tmp_path / "tiny", tiny)

    assert "full" in machine.refuses("restore", backup)

    assert is_served(machine)
    assert machine.rows("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'mingbai%'") == []
    (disk / "full").unlink()
    machine("restore", backup)
    assert machine.problems() == []
