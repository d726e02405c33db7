"""A month-end that is killed leaves nothing behind, and running it again charges exactly once."""

import os
import signal

import pytest
from sqlalchemy import event, text
from sqlmodel import select

from ledger.db import Database
from ledger.fees.tables import Applied, Charge
from ledger.journal.fsck import problems
from tests.factories import a_home
from tests.fees.homes import PLACE, a_payment, charge, pay, three_homes


def charge_until(url: str, moment: str, tell: int) -> None:
    """Charge July in a process of its own; at the moment say so, and do nothing more."""

    def stop():
        os.write(tell, b"!")
        signal.pause()

    database = Database(url)
    event.listen(
        database.engine, "after_cursor_execute", lambda *args: stop() if args[2].startswith(moment) else None
    )
    with database.writing() as session:
        charge(session)
        stop()


def kill_while_charging(url: str, moment: str) -> None:
    hear, tell = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            charge_until(url, moment, tell)
        finally:
            os._exit(1)
    os.close(tell)
    heard = os.read(hear, 1)
    os.close(hear)
    os.kill(child, signal.SIGKILL)
    assert os.waitpid(child, 0)[1] == signal.SIGKILL
    assert heard == b"!"


@pytest.mark.parametrize("moment", ["INSERT INTO movement", "INSERT INTO charge", "before the commit"])
def test_a_month_end_killed_halfway_never_happened_and_is_done_again_once(database, url, moment):
    with database.writing() as session:
        three_homes(session)
        for number in range(20):
            a_home(session, f"2-1-{number:03d}", area_dm2=8_000)
        pay(session, a_payment("2-1-000", 50_00))

    kill_while_charging(url, moment)

    with database.reading() as session:
        assert session.exec(select(Charge)).all() == []
        assert session.execute(text("SELECT count(*) FROM entry WHERE kind LIKE 'fees.%'")).scalar() == 1
    with database.writing() as session:
        outcome = charge(session)
    with database.writing() as session:
        assert not charge(session).posted.fresh
    assert (outcome.posted.fresh, outcome.homes, outcome.prepaid_fen) == (True, 23, 36_00)
    with database.reading() as session:
        assert sum(row.amount_fen for row in session.exec(select(Charge))) == outcome.total_fen == 23 * 36_00
        assert [row.amount_fen for row in session.exec(select(Applied))] == [36_00]
        assert list(problems(session, PLACE)) == []
