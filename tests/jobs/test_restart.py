"""A server that is told to stop puts its job down, and the next one begins it again: no try is lost by that."""

from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from time import sleep

import pytest
from sqlalchemy import text

from ledger.access.background import take_up
from ledger.demo.place import Block, register_of
from ledger.jobs.queries import job
from ledger.jobs.rules import SILENT, TRIES, JobState
from tests.jobs.conftest import ESTATE, sent
from tests.servers import serving

PATIENCE = 120


@pytest.fixture
def asked(operator) -> int:
    """The number of a job that is not done before somebody can hold it up."""
    large = replace(ESTATE, blocks=tuple(Block(str(number), 6) for number in range(1, 251)))
    return operator("POST", "/communities", 202, **sent(register_of((large,), {})))["no"]


@pytest.fixture
def server(app, url, tmp_path):
    """Begins a server over the database and the home of the test."""

    def begin():
        env = {"LEDGER_HOME": str(tmp_path / "home"), "LEDGER_DATABASE_URL": url}
        return serving(env, tmp_path / "stderr", "--workers", "1")

    return begin


def row(app, no: int):
    with app.extensions["database"].reading() as session:
        return job(session, no, whose=None)


def becomes(app, no: int, state: JobState):
    for _ in range(PATIENCE * 50):
        if (now := row(app, no)).state is state:
            return now
        assert now.state in (JobState.WAITING, JobState.RUNNING), now.outcome_en
        sleep(0.02)
    raise AssertionError(f"it never was {state}: {now}")


@contextmanager
def held_up(app):
    """The job waits for somebody else who writes; in SQLite it is the one that writes, and goes on."""
    database = app.extensions["database"]
    if database.engine.dialect.name == "sqlite":
        yield
        return
    with database.writing() as session:
        session.execute(text("LOCK TABLE home IN EXCLUSIVE MODE"))
        yield


def test_a_job_is_put_down_however_often_the_server_is_told_to_stop_and_done_in_the_end(app, server, asked):
    for _ in range(TRIES + 1):
        with server() as running:
            becomes(app, asked, JobState.RUNNING)
            with held_up(app):
                assert running.stop() == 0
            assert row(app, asked).state is JobState.RUNNING
            assert app.extensions["installation"].queue.was_put_down(asked)

    with server():
        assert becomes(app, asked, JobState.DONE).tries == 1
    assert not app.extensions["installation"].queue.was_put_down(asked)


def test_a_crash_costs_a_job_a_try(app, server, asked):
    with server():
        becomes(app, asked, JobState.RUNNING)  # and the block ends by killing all of them

    installation = app.extensions["installation"]
    assert row(app, asked).state is JobState.RUNNING
    assert not installation.queue.was_put_down(asked)
    take_up(installation, at=datetime.now(UTC) + SILENT + timedelta(seconds=1))
    assert row(app, asked).state is JobState.WAITING
    with server():
        assert becomes(app, asked, JobState.DONE).tries == 2
