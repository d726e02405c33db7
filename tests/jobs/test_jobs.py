"""Work that takes long: asked for once, done in the background as who asked may do it then, begun again when it is cut off."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from html import unescape
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlmodel import select

from ledger.access.background import carry_out, forget_over, publish_what_stands, sign_grown, take_up
from ledger.community.tables import Community, Home, Person
from ledger.disclosure.standing_notice_actions import publish_standing
from ledger.disclosure.standing_notice_queries import newest_standing
from ledger.intake.register_layout import BY_NAME
from ledger.jobs.course import begin, forget_jobs
from ledger.jobs.queries import job
from ledger.jobs.queue import Queue
from ledger.jobs.rules import KEPT, SILENT, TRIES, JobState
from ledger.jobs.tables import Job
from ledger.log.queries import head, latest_signed
from ledger.publishing import sign_head_of
from ledger.watching.queries import log_standings
from tests.cast import MEI, NOON
from tests.desk.conftest import Visitor
from tests.doors import Caller, sits_down
from tests.factories import a_community
from tests.jobs.conftest import ESTATE, HOMES, OPERATOR, register, sent

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


def test_what_was_seen_is_held_against_before_a_job_is_taken_on(app, operator):
    headers = {
        "Authorization": f"Bearer {operator.token}",
        "Idempotency-Key": KEY,
        "If-Match": '"of yesterday"',
    }
    file = (BytesIO(register()), "大院.xlsx")

    answer = app.test_client().post("/api/v1/communities", headers=headers, data={"file": file})

    assert (answer.status_code, answer.json["code"]) == (422, "seen-of-nothing")
    assert operator("GET", "/jobs", 200)["jobs"] == []


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


def test_who_comes_late_leaves_alone_what_another_does(app, worker, asked):
    """A job may be called twice; the second worker neither ends it nor forgets that it was called off."""
    installation = app.extensions["installation"]
    with installation.database.writing() as session:
        assert begin(session, asked["no"], at=datetime.now(UTC))
    installation.queue.call_off(asked["no"])

    assert worker(asked["no"]).state is JobState.RUNNING
    assert installation.queue.is_called_off(asked["no"])


def test_a_fault_is_tried_once_more_and_then_told(app, worker, asked):
    with app.extensions["database"].writing() as session:
        job(session, asked["no"], whose=None).place = "{broken"

    assert worker(asked["no"]).state is JobState.WAITING
    assert worker(asked["no"]).state is JobState.FAILED


def test_what_two_ask_for_at_one_moment_under_one_key_is_one_job(app, operator):
    def ask(_number):
        return Caller(app.test_client(), operator.actor)(
            "POST", "/communities", 202, key=KEY, **sent(register())
        )["no"]

    with ThreadPoolExecutor(4) as four:
        assert len(set(four.map(ask, range(4)))) == 1


def test_a_job_of_the_demo_stays_by_the_clock_of_its_books(app, asked):
    """Which stands months behind the clock of the machine."""
    installation = app.extensions["installation"]

    def then():
        return datetime.now(UTC) - timedelta(days=200)

    carry_out(installation, asked["no"], then)
    take_up(installation, at=datetime.now(UTC))
    forget_over(installation, at=then())
    assert state(app, asked["no"]) is JobState.DONE


def test_what_came_to_nothing_is_tried_again_under_its_key(app, operator, worker, asked):
    operator("POST", f"/jobs/{asked['no']}/cancellation", 201)
    assert worker(asked["no"]).state is JobState.CANCELLED

    again = operator("POST", "/communities", 202, key=KEY, **sent(register()))

    assert again["state"] == "waiting"
    assert worker(again["no"]).state is JobState.DONE
    assert homes(app) == HOMES


def test_a_job_is_called_off_at_the_desk(app, asked):
    desk = Visitor(app.test_client())
    sits_down(desk.client, OPERATOR)
    page = f"/desk/get/jobs/{asked['no']}"
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', desk.get(page).text))
    form = {name: unescape(value) for name, value in hidden.items()}

    answer = desk.client.post(f"/desk/do/jobs/{asked['no']}/cancellation", data=form)

    assert answer.status_code == 302, answer.text
    assert state(app, asked["no"]) is JobState.CANCELLED


def test_what_a_job_left_is_for_whoever_asked_alone(app, operator):
    """It is what was sent, with names and money of homes in it: not even for the operator."""
    with app.extensions["database"].writing() as session:
        left = Job(
            community="meiyuan", work="POST /workbook", what_zh="导入", what_en="Import", place="{}", asked=None,
            digest="", login="mei", key="a-key-of-mei", at=NOON, state=JobState.REFUSED, file_name="x.xlsx", file=b"x",
        )  # fmt: skip
        session.add(left)
        session.flush()
        no = left.no

    assert Caller(app.test_client(), MEI)("GET", f"/jobs/{no}/file", 200) == b"x"
    assert operator("GET", f"/jobs/{no}", 200)["state"] == "refused"
    assert operator("GET", f"/jobs/{no}/file", 404)["code"] == "no-job"


def test_a_changed_secret_does_not_hold_up_the_background(app, asked, tmp_path):
    installation = app.extensions["installation"]
    installation.queue.say(asked["no"], 1, 2, at=datetime.now(UTC))
    other = installation._replace(queue=Queue(installation.config.home, "another secret"))
    assert other.queue.heard(asked["no"]) is None
    assert not other.queue.is_called_off(asked["no"])


def test_what_is_long_over_is_forgotten(app, worker, asked):
    worker(asked["no"])
    with app.extensions["database"].writing() as session:
        assert forget_jobs(session, at=datetime.now(UTC) + KEPT - timedelta(days=1)) == 0
        assert forget_jobs(session, at=datetime.now(UTC) + KEPT + timedelta(days=1)) == 1


def test_e5_the_heads_of_logs_that_have_grown_are_signed_meanwhile(app):
    sign_grown(app.extensions["installation"], at=datetime.now(UTC))

    with app.extensions["database"].reading() as session:
        for code in session.exec(select(Community.code)):
            signed = latest_signed(session, code)
            assert signed is not None
            assert signed.tree_size == head(session, code).tree_size


@pytest.mark.parametrize("look", [sign_grown, publish_what_stands])
def test_a_log_whose_key_is_lost_does_not_hold_up_the_others(app, look):
    installation = app.extensions["installation"]
    with installation.database.writing() as session:
        a_community(session, "zhuyuan")
    for code in ("meiyuan", "zhuyuan"):
        sign_head_of(installation, code, at=NOON)
        if look is sign_grown:
            with installation.database.writing() as session:
                publish_standing(session, code, by=None, at=NOON)
    (lost,) = (file for file in installation.config.keys.glob("*.key") if "meiyuan" in file.name)
    lost.unlink()

    look(installation, at=NOON)

    with installation.database.reading() as session:
        standings = {log.community: log for log in log_standings(session)}
        unsaid = newest_standing(session, "meiyuan") is None
    if look is sign_grown:
        assert standings["meiyuan"].signed < standings["meiyuan"].leaves
    else:
        assert unsaid  # what cannot be signed is not published
    assert standings["zhuyuan"].signed == standings["zhuyuan"].leaves > 1


def test_how_every_community_stands_is_published_by_itself_and_signed(app):
    installation = app.extensions["installation"]

    publish_what_stands(installation, at=datetime.now(UTC))

    with app.extensions["database"].reading() as session:
        for code in session.exec(select(Community.code)):
            notice = newest_standing(session, code)
            assert notice is not None
            assert latest_signed(session, code).tree_size == head(session, code).tree_size
