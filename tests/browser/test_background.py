"""What takes long, at the desk of a real server with its worker: handed over, looked at, and done though the worker was killed."""

import re
from datetime import date
from time import monotonic, sleep
from types import SimpleNamespace

import psutil
import pytest

from ledger.backup.taking import last_backup
from ledger.community.actions import appoint
from ledger.community.role_rules import EVERYWHERE, Seat
from ledger.community.tables import Person
from ledger.db import Database
from tests.browser.desk import PHONE, SIZE, Clerk
from tests.cast import MEI, NOON
from tests.doors import HASH, application
from tests.jobs.conftest import HOMES, OPERATOR, register
from tests.servers import serving

PASSPHRASE = "a long enough passphrase"
PATIENCE = 120
"""Seconds until a job that was cut off must be done, on a busy machine."""


@pytest.fixture
def sits(chromium, furnished_file, tmp_path):
    """The operator at the desk of a real server, in a window of some size; gives him and the server."""
    file, home = tmp_path / "ledger.db", tmp_path / "home"
    file.write_bytes(furnished_file.read_bytes())
    (tmp_path / "passphrase").write_text(PASSPHRASE)
    database = Database(f"sqlite:///{file}")
    with database.writing() as session:
        session.add(Person(login=OPERATOR.login, name="系统管理员", password=HASH, since=NOON))
        session.flush()
        appoint(session, OPERATOR.login, EVERYWHERE, Seat(OPERATOR.role), date(2026, 1, 1), by=MEI, at=NOON)
    app = application(database, home)  # gives him a sign-in, for he has shown his second factor
    env = {
        "LEDGER_HOME": str(home),
        "LEDGER_DATABASE_URL": f"sqlite:///{file}",
        "LEDGER_COOKIE_INSECURE": "1",
        "LEDGER_BACKUPS": str(tmp_path / "backups"),
        "LEDGER_BACKUP_PASSPHRASE": str(tmp_path / "passphrase"),
    }
    clerks = []
    with serving(env, tmp_path / "stderr") as server:

        def sit(size):
            served = SimpleNamespace(app=app, address=f"http://127.0.0.1:{server.port}")
            clerks.append(Clerk(chromium, served, OPERATOR, viewport=size))
            clerks[-1].signs_in()
            return clerks[-1], server

        yield sit
        for clerk in clerks:
            clerk.context.close()
    database.close()


def hands_over(clerk, tmp_path):
    """The operator hands a large register over."""
    workbook = tmp_path / "大院.xlsx"
    workbook.write_bytes(register())
    clerk.presses("header.top a.mark")
    clerk.follows("开通小区")
    clerk.fills({"填好的登记簿": workbook})
    clerk.presses("main form button.main")
    assert "在后台办" in clerk.said
    clerk.presses("button[name=confirmed]")
    assert "已经交办：开通小区" in clerk.done


def sees(clerk, words: str) -> None:
    """Look at the page of a job again and again, as it does by itself, until it says so."""
    begun = monotonic()
    while words not in clerk.said:
        assert monotonic() - begun < PATIENCE, clerk.said
        clerk.page.wait_for_timeout(500)
        clerk.page.goto(clerk.page.url)


def within_patience(look):
    """What is looked for, once it is there."""
    begun = monotonic()
    while not (seen := look()):
        assert monotonic() - begun < PATIENCE
        sleep(0.01)
    return seen


def worker_of(server) -> psutil.Process:
    """The process that works in the background: it gives way to the others."""
    main = psutil.Process(server.process.pid)
    return within_patience(lambda: next((of for of in main.children() if of.nice() > main.nice()), None))


def stopped_halfway(clerk, server) -> psutil.Process:
    """The worker, held up as soon as it has said how far it is."""
    queue, worker = clerk.served.app.extensions["installation"].queue, worker_of(server)
    within_patience(lambda: (said := queue.heard(1)) and said[0])
    worker.suspend()
    return worker


def test_a_job_is_done_though_the_page_was_closed_and_its_worker_killed(sits, tmp_path):
    clerk, server = sits(SIZE)
    hands_over(clerk, tmp_path)
    killed = stopped_halfway(clerk, server)
    sees(clerk, "进度")
    assert re.search(r"正在办.*进度\s*\d+ %", clerk.said, re.DOTALL)
    killed.kill()
    clerk.page.goto("about:blank")

    clerk.opens("/desk/")
    clerk.follows("后台任务")
    clerk.follows("1")
    sees(clerk, "办好了")

    assert worker_of(server) != killed
    assert f"房屋 {HOMES}" in clerk.said
    assert clerk.flaws() == []
    clerk.opens("/desk/")
    assert "大院（样例）" in clerk.said


def test_a_backup_is_taken_from_a_phone_and_listed(sits, tmp_path):
    clerk, _server = sits(PHONE)
    clerk.follows("备份")
    assert "还没有备份" in clerk.said
    clerk.follows("现在备份")
    clerk.presses("main form button.main")
    sees(clerk, "办好了")

    backup = last_backup(tmp_path / "home")
    assert backup is not None
    clerk.presses("header.top a.mark")
    clerk.follows("备份")
    assert backup.directory.rpartition("/")[2] in clerk.said
    assert clerk.flaws() == []
