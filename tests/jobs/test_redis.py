"""What is done in the background by several machines: woken through a Redis that they share, which may be lost at any time."""

import shutil
import subprocess
from datetime import UTC, datetime
from time import sleep

import pytest

from ledger.access.background import take_up
from ledger.jobs.queries import job
from ledger.jobs.queue import BrokerUnreachable, Queue
from ledger.jobs.rules import JobState
from tests.jobs.conftest import register, sent
from tests.servers import PROGRAM, environment, free_port

pytestmark = pytest.mark.skipif(
    shutil.which("redis-server") is None, reason="redis-server is not on this machine"
)


class Redis:
    """A server of the test's own, which keeps nothing."""

    def __init__(self, directory) -> None:
        self._directory, self._port = directory, free_port()
        self.address = f"redis://127.0.0.1:{self._port}/0"
        self.begin()

    def begin(self) -> None:
        words = [
            "--port",
            str(self._port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--dir",
            str(self._directory),
        ]
        self._process = subprocess.Popen(["redis-server", *words], stdout=subprocess.DEVNULL)
        for _ in range(100):
            try:
                return Queue(self._directory, "secret", self.address).call_off(0)
            except BrokerUnreachable:
                sleep(0.1)
        raise AssertionError("Redis did not start")

    def end(self) -> None:
        self._process.kill()
        self._process.wait()


@pytest.fixture
def redis(tmp_path):
    pytest.importorskip("redis", reason="the library of requirements-redis.lock is not installed")
    redis = Redis(tmp_path)
    yield redis
    redis.end()


@pytest.fixture
def queue(redis, tmp_path) -> Queue:
    return Queue(tmp_path, "secret", redis.address)


@pytest.fixture
def app(app, redis):
    """The application, with this Redis for its broker."""
    before = app.extensions["installation"]
    queue = Queue(before.config.home, before.config.secret, redis.address)
    app.extensions["installation"] = before._replace(queue=queue)
    return app


@pytest.fixture
def another_machine(app, redis, url, tmp_path):
    """A worker in a process of its own, over the same home."""
    env = {
        "LEDGER_HOME": str(tmp_path / "home"),
        "LEDGER_DATABASE_URL": url,
        "LEDGER_BROKER": redis.address,
    }
    worker = subprocess.Popen([*PROGRAM, "work", "--workers", "2"], env=environment(env))
    yield worker
    worker.kill()
    worker.wait()


def is_done(app, no: int) -> bool:
    for _ in range(600):
        with app.extensions["database"].reading() as session:
            state = job(session, no, whose=None).state
        if state not in (JobState.WAITING, JobState.RUNNING):
            return state is JobState.DONE
        sleep(0.1)
    return False


def test_it_holds_what_moves_while_a_job_runs(queue, redis, tmp_path):
    other = Queue(tmp_path, "secret", redis.address)
    assert queue.heard(7) is None
    queue.say(7, 1, 3, at=datetime(2026, 7, 15, 4, tzinfo=UTC))
    queue.call_off(7)

    assert other.heard(7) == (1, 3, datetime(2026, 7, 15, 4, tzinfo=UTC))
    assert other.is_called_off(7)
    assert not other.is_called_off(8)
    assert Queue(tmp_path, "another secret", redis.address).heard(7) is None
    other.forget(7)
    assert queue.heard(7) is None
    assert not queue.is_called_off(7)


def test_a_job_asked_for_here_is_done_by_another_machine(app, operator, another_machine, tmp_path):
    asked = operator("POST", "/communities", 202, **sent(register()))

    assert is_done(app, asked["no"])
    assert not (tmp_path / "home" / "queue.db").exists()


def test_a_job_is_taken_on_while_redis_is_gone_and_done_once_it_is_back(app, operator, worker, redis):
    redis.end()
    asked = operator("POST", "/communities", 202, **sent(register()))
    assert asked["state"] == "waiting"
    assert operator("GET", "/jobs", 200)["jobs"][0]["state"] == "waiting"
    assert operator("POST", f"/jobs/{asked['no']}/cancellation", 503)["code"] == "broker-unreachable"
    with pytest.raises(BrokerUnreachable):
        take_up(app.extensions["installation"], at=datetime.now(UTC))

    redis.begin()
    take_up(app.extensions["installation"], at=datetime.now(UTC))

    assert worker(asked["no"]).state is JobState.DONE
