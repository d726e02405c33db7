"""A server that stops well, and a database that only one home uses at a time."""

import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from fcntl import LOCK_EX, LOCK_NB, flock
from json import dumps, loads
from subprocess import run
from time import sleep

import pytest

from ledger.claim import Claim, UsedByAnotherHome
from ledger.cli.working import ROUND
from ledger.db import create_engine
from tests.doors import PASSWORD
from tests.servers import PROGRAM, environment, free_port, serving

HOME, OTHER = "a" * 64, "b" * 64


def until(condition: Callable[[], bool]) -> None:
    for _ in range(600):
        if condition():
            return
        sleep(0.1)
    raise AssertionError("it never came")


def is_locked(file: str) -> bool:
    with open(file, "ab") as opened:
        try:
            flock(opened, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            return True
    return False


def test_a_server_that_is_told_to_stop_answers_what_it_was_asked_and_frees_its_port(furnished_file, tmp_path):
    file = tmp_path / "ledger.db"
    file.write_bytes(furnished_file.read_bytes())
    env = {"LEDGER_HOME": str(tmp_path / "home"), "LEDGER_DATABASE_URL": f"sqlite:///{file}"}
    with (
        serving(env, tmp_path / "stderr", "--workers", "2") as server,
        ThreadPoolExecutor(1) as elsewhere,
        open(f"{file}-turn", "ab") as turn,
    ):
        flock(turn, LOCK_EX)  # somebody else writes, so that whoever signs in waits
        credentials = dumps({"login": "mei", "password": PASSWORD})
        slow = elsewhere.submit(server.ask, "/api/v1/sessions", "POST", credentials)
        until(lambda: is_locked(f"{file}-next"))

        server.process.terminate()
        until(lambda: server.is_stopping)
        assert server.process.poll() is None
        assert not slow.done()
        turn.close()

        assert slow.result().status == 201
        assert server.process.wait(60) == 0
    with socket.socket() as again:
        again.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server does that comes next
        again.bind(("127.0.0.1", server.port))


def test_e5_heads_are_looked_at_often_enough_to_be_signed_within_ten_seconds():
    """One that is just missed waits a whole round, and then for the round itself."""
    assert 2 * ROUND <= 10


def test_e5_what_is_written_is_under_a_signed_head_without_a_publication(furnished_file, tmp_path):
    """Between two heads the log could be rewritten."""
    file = tmp_path / "ledger.db"
    file.write_bytes(furnished_file.read_bytes())
    env = {"LEDGER_HOME": str(tmp_path / "home"), "LEDGER_DATABASE_URL": f"sqlite:///{file}"}

    def signed_size(server):
        return int(server.ask("/meiyuan/log/checkpoint").text.split("\n")[1])

    with serving(env, tmp_path / "stderr", "--workers", "1") as server:
        until(lambda: server.ask("/meiyuan/log/checkpoint").status == 200)
        came = server.ask("/api/v1/sessions", "POST", dumps({"login": "mei", "password": PASSWORD}))
        bearer = {"Authorization": f"Bearer {loads(came.body)['token']}", "Idempotency_Key": "one-leak"}
        before = signed_size(server)
        leak = dumps({"category": "leak", "title": "漏水"})

        written = server.ask("/api/v1/communities/meiyuan/tickets", "POST", leak, **bearer)
        assert written.status == 201
        until(lambda: signed_size(server) > before)
        assert server.stop() == 0


@pytest.fixture
def engine(url):
    engine = create_engine(url)
    yield engine
    engine.dispose()


def test_processes_of_one_home_use_a_database_together_and_no_other_home_does(engine):
    first, second = Claim(engine, HOME), Claim(engine, HOME)
    for claim in (first, second):
        with pytest.raises(UsedByAnotherHome):
            Claim(engine, OTHER)
        claim.let_go()

    other = Claim(engine, OTHER)
    with pytest.raises(UsedByAnotherHome):
        Claim(engine, HOME)
    other.let_go()


def test_a_claim_that_was_refused_keeps_nobody_out(engine):
    ours = Claim(engine, HOME)
    for _ in range(3):
        with pytest.raises(UsedByAnotherHome):
            Claim(engine, OTHER)
    Claim(engine, HOME).let_go()
    ours.let_go()
    Claim(engine, OTHER).let_go()


def test_another_database_of_the_same_engine_is_another_matter(engine, tmp_path):
    name = "postgres" if engine.dialect.name == "postgresql" else str(tmp_path / "another.db")
    another = create_engine(engine.url.set(database=name).render_as_string(hide_password=False))
    first, second = Claim(engine, HOME), Claim(another, OTHER)
    first.let_go()
    second.let_go()
    another.dispose()


def test_a_server_and_a_command_of_another_home_are_refused_in_both_languages(furnished_url, tmp_path):
    def env(home):
        return {"LEDGER_HOME": str(tmp_path / home), "LEDGER_DATABASE_URL": furnished_url}

    def told(home, *words):
        ended = run(
            [*PROGRAM, *words], env=environment(env(home)), capture_output=True, text=True, check=False
        )
        return ended.returncode, ended.stderr

    with serving(env("one"), tmp_path / "stderr", "--workers", "2") as server:
        for words in (["serve", "--port", str(free_port())], ["migrate"], ["sign"]):
            code, said = told("two", *words)
            zh, en = said.splitlines()
            assert code == 1
            assert "正由另一个 LEDGER_HOME" in zh
            assert "in use by a server or a command of another LEDGER_HOME" in en
        assert told("one", "sign") == (0, "")
        with serving(env("one"), tmp_path / "stderr-2", "--workers", "1") as second:
            assert second.stop() == 0
        assert server.stop() == 0
    assert told("two", "fsck")[0] in (0, 1)
    with serving(env("two"), tmp_path / "stderr-3", "--workers", "1") as third:
        assert third.stop() == 0
