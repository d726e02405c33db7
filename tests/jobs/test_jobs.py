"""Work that takes long: asked for once, done in the background as who asked may do it then, begun again when it is cut off."""

from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlmodel import select

from ledger.access.background import look_after, take_up
from ledger.community.tables import Community, Home, Person
from ledger.intake.register_layout import BY_NAME
from ledger.jobs.course import begin, forget_jobs
from ledger.jobs.queries import job
from ledger.jobs.rules import KEPT, SILENT, TRIES, JobState
from ledger.log.queries import head, latest_signed
from tests.cast import MEI
from tests.doors import Caller
from tests.jobs.conftest import ESTATE, HOMES, register, sent

KEY = "open-dayuan"
SHEET = BY_NAME["homes"].title


@pytest.fixture
def asked(operator):
    """The job of a large register, asked for by a program."""
    return operator("POST", "/communities", 202, key=KEY, **sent(register()))


def homes(app) -> int:
    with app.extensions["database"].reading() as session:
        return len(session.exec(select(Home.code).where(Home.community == ESTATE.code)).all())


def state(app, no: int) -> JobState:
    with app.extensions["database"].reading() as session:
        return job(session, no, whose=None).state


def test_what_takes_long_is_taken_on_and_done_in_the_background(app, operator, worker, asked):
    assert (asked["state"], asked["outcome"], homes(app)) == ("waiting", None, 0)

    assert worker(asked["no"]).state is JobState.DONE

    assert homes(app) == HOMES
    shown = operator("GET", f"/jobs/{asked['no']}", 200)
    assert shown["state"] == "done"
    assert "幢 24" in shown["outcome"]
    assert "Buildings 24" in shown["outcome"]
    assert [row["no"] for row in operator("GET", "/jobs", 200)["jobs"]] == [asked["no"]]


def test_what_was_asked_is_forgotten_when_it_is_done(worker, asked):
    over = worker(asked["no"])

    assert over.asked is None
    assert over.ended_at >= over.begun_at


def test_a_key_asks_once_and_gets_its_answer_when_it_is_done(app, operator, worker, asked):
    assert operator("POST", "/communities", 202, key=KEY, **sent(register()))["no"] == asked["no"]
    worker(asked["no"])

    answer = operator("POST", "/communities", 201, key=KEY, **sent(register()))

    assert answer["homes"] == homes(app) == HOMES
    other = operator("POST", "/communities", 409, key=KEY, **sent(register() + b" "))
    assert other["code"] == "asked-differently"


def test_a_small_register_is_done_while_one_waits(app, operator):
    from tests.desk.test_opening import WHOLE
    from tests.intake.registers import filled

    assert operator("POST", "/communities", 201, **sent(filled(WHOLE)))["communities"] == 1


def test_a_wrong_register_is_refused_whole_and_comes_back_with_what_is_wrong(app, operator, worker):
    book = load_workbook(BytesIO(register()))
    book[SHEET].cell(3, 3).value = "很大"
    body = BytesIO()
    book.save(body)
    no = operator("POST", "/communities", 202, **sent(body.getvalue()))["no"]

    refused = worker(no)

    assert refused.state is JobState.REFUSED
    assert refused.outcome_zh is not None
    assert SHEET in refused.outcome_zh
    assert homes(app) == 0
    marked = load_workbook(BytesIO(operator("GET", f"/jobs/{no}/file", 200)))
    assert "错误" in [cell.value for cell in marked[SHEET][1]]


def test_whoever_may_no_longer_do_it_when_its_turn_comes_does_not(app, worker, asked):
    with app.extensions["database"].writing() as session:
        session.get_one(Person, "root").active = False

    assert worker(asked["no"]).state is JobState.REFUSED
    assert homes(app) == 0


def test_one_that_waits_is_called_off_at_once(app, operator, worker, asked):
    assert operator("POST", f"/jobs/{asked['no']}/cancellation", 201)["state"] == "cancelled"

    assert worker(asked["no"]).state is JobState.CANCELLED
    assert homes(app) == 0
    assert operator("POST", f"/jobs/{asked['no']}/cancellation", 409)["code"] == "job-over"


def test_one_that_runs_is_called_off_when_it_next_says_how_far_it_is(app, worker, asked):
    app.extensions["installation"].queue.call_off(asked["no"])

    assert worker(asked["no"]).state is JobState.CANCELLED
    assert homes(app) == 0


def test_a_job_is_nobody_elses(app, asked):
    mei = Caller(app.test_client(), MEI)

    assert mei("GET", f"/jobs/{asked['no']}", 404)["code"] == "no-job"
    assert mei("POST", f"/jobs/{asked['no']}/cancellation", 404)["code"] == "no-job"
    assert mei("GET", "/jobs", 200)["jobs"] == []


def cut_off(app, no: int, *, later: timedelta) -> None:
    """A worker takes a job and is gone; and so much later somebody looks after it."""
    installation = app.extensions["installation"]
    with installation.database.writing() as session:
        assert begin(session, no, at=datetime.now(UTC))
    installation.queue.say(no, 1, 2, at=datetime.now(UTC))
    take_up(installation, at=datetime.now(UTC) + later)


def test_one_that_was_cut_off_is_begun_again_and_done(app, worker, asked):
    cut_off(app, asked["no"], later=SILENT + timedelta(seconds=1))
    assert state(app, asked["no"]) is JobState.WAITING

    job_done = worker(asked["no"])

    assert (job_done.state, job_done.tries, homes(app)) == (JobState.DONE, 2, HOMES)


def test_one_that_lives_is_left_alone(app, asked):
    cut_off(app, asked["no"], later=SILENT - timedelta(seconds=5))

    assert state(app, asked["no"]) is JobState.RUNNING


def test_one_that_is_cut_off_again_and_again_is_given_up(app, asked):
    for _ in range(TRIES):
        cut_off(app, asked["no"], later=SILENT + timedelta(seconds=1))

    assert state(app, asked["no"]) is JobState.FAILED


def test_one_that_two_workers_take_is_done_by_one(app, worker, asked):
    with app.extensions["database"].writing() as session:
        assert begin(session, asked["no"], at=datetime.now(UTC))
        assert begin(session, asked["no"], at=datetime.now(UTC)) is None


def test_a_fault_is_tried_once_more_and_then_told(app, worker, asked):
    with app.extensions["database"].writing() as session:
        job(session, asked["no"], whose=None).place = "{broken"

    assert worker(asked["no"]).state is JobState.WAITING
    assert worker(asked["no"]).state is JobState.FAILED


def test_what_is_long_over_is_forgotten(app, worker, asked):
    worker(asked["no"])
    with app.extensions["database"].writing() as session:
        assert forget_jobs(session, at=datetime.now(UTC) + KEPT - timedelta(days=1)) == 0
        assert forget_jobs(session, at=datetime.now(UTC) + KEPT + timedelta(days=1)) == 1


def test_the_heads_of_logs_that_have_grown_are_signed_meanwhile(app):
    look_after(app.extensions["installation"], lambda: datetime.now(UTC))

    with app.extensions["database"].reading() as session:
        for code in session.exec(select(Community.code)):
            signed = latest_signed(session, code)
            assert signed is not None
            assert signed.tree_size == head(session, code).tree_size
