"""A line for every request at every door, and nothing in it that is secret or somebody's."""

import json
import logging
from datetime import UTC, datetime

import pytest

from ledger.db import Database
from ledger.watching.log import Lines
from ledger.watching.requests import Watched
from tests.cast import MEI, OUYANG
from tests.doors import HOMES, PASSWORD, Caller, application, sits_down
from tests.servers import serving


class Kept(logging.Handler):
    """Keeps the lines as they would be written."""

    def __init__(self):
        super().__init__()
        self.setFormatter(Lines())
        self.written: list[str] = []

    def emit(self, record):
        self.written.append(self.format(record))

    @property
    def last(self):
        return json.loads(self.written[-1])


@pytest.fixture
def log():
    kept, logger = Kept(), logging.getLogger("mingbai")
    before = logging.getLogger("mingbai.requests").level
    logging.getLogger("mingbai.requests").setLevel(logging.INFO)
    logger.addHandler(kept)
    yield kept
    logger.removeHandler(kept)
    logging.getLogger("mingbai.requests").setLevel(before)


@pytest.fixture
def app(furnished_url, tmp_path):
    database = Database(furnished_url)
    app = application(database, tmp_path / "home")
    yield app
    app.extensions["database"].close()
    database.close()


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.mark.parametrize(
    ("path", "status", "route"),
    [
        ("/?q=secret", 200, "/"),
        ("/desk/sign-in?next=/desk/secret", 200, "/desk/sign-in"),
        ("/desk/slip?code=ABCDEFGH", 200, "/desk/slip"),
        ("/api/v1/openapi.json?secret", 200, "/api/v1/openapi.json"),
        ("/healthz", 200, "/healthz"),
        ("/api/v1/nothing/secret", 404, None),
        ("/static/site/site.css", 200, "/static/site/<path:filename>"),
    ],
)
def test_every_door_writes_one_line_a_request(client, log, path, status, route):
    answer = client.get(path)
    assert (answer.status_code, len(answer.data) > 0) == (status, True)

    [line] = map(json.loads, log.written)
    assert (line["method"], line["route"], line["status"]) == ("GET", route, status)
    assert line["bytes"] == len(answer.data)
    assert line["request"] == answer.headers["X-Request-Id"]
    assert (line["sign_in"], line["roles"], line["network"]) == (None, [], "127.0.0.1")
    assert line["ms"] >= 0
    assert datetime.fromisoformat(line["at"]).tzinfo is UTC


def test_two_requests_have_two_numbers(client):
    numbers = {client.get("/healthz", headers={"X-Request-Id": "mine"}).headers["X-Request-Id"] for _ in "ab"}
    assert len(numbers) == 2
    assert "mine" not in numbers


def test_whoever_is_signed_in_is_told_by_his_sign_in_and_role(client, log):
    caller = Caller(client, MEI)
    caller("GET", "/me", 200)
    sign_in = client.application.extensions["tokens"].read(caller.token).sign_in
    assert (log.last["sign_in"], log.last["roles"]) == (sign_in, ["manager"])

    sits_down(client, OUYANG)
    assert client.get("/desk/meiyuan/").data
    assert (log.last["route"], log.last["roles"]) == ("/desk/<community>/", ["owner"])


def test_what_is_refused_is_told_by_its_code(client, log):
    credentials = {"login": "mei", "password": "wrong"}
    client.post("/api/v1/sessions", json=credentials).get_data()
    assert (log.last["status"], log.last["refusal"]) == (403, "wrong-password")
    client.post("/desk/sign-in", data=credentials).get_data()
    client.post("/api/v1/sessions", json={"login": 7}).get_data()
    assert (log.last["status"], log.last["refusal"]) == (422, "malformed")
    client.get("/nowhere/log/checkpoint").get_data()
    assert (log.last["status"], log.last["refusal"]) == (404, "no-log")


def test_f9_no_line_holds_a_secret_or_a_name(app, client, log):
    app.config.update(TESTING=False, PROPAGATE_EXCEPTIONS=False)
    caller = Caller(client, OUYANG)
    secrets = [
        PASSWORD,
        caller.token,
        "ABCDEFGH",
        "13900001234",
        "ouyang",
        HOMES[0],
        "a-key-of-mine",
        "geheim",
    ]

    client.post("/api/v1/sessions", json={"login": "ouyang", "password": PASSWORD}).get_data()
    client.post("/desk/sign-in", data={"login": "ouyang", "password": PASSWORD, "code": "geheim"}).get_data()
    client.post("/desk/slip", data={"code": "ABCDEFGH", "password": PASSWORD}).get_data()
    client.get("/desk/slip?code=ABCDEFGH").get_data()
    client.get("/desk/slip/ABCDEFGH").get_data()
    caller("GET", f"/communities/meiyuan/fund/homes/{HOMES[0]}", 200)
    client.get("/api/v1/me?phone=13900001234", headers={"Authorization": "Bearer geheim"}).get_data()
    client.post(
        "/api/v1/communities/meiyuan/tickets",
        json={"title": "13900001234"},
        headers={"Authorization": f"Bearer {caller.token}", "Idempotency-Key": "a-key-of-mine"},
    ).get_data()

    assert len(log.written) == 8
    assert [(secret, line) for line in log.written for secret in secrets if secret in line] == []


def test_f9_a_fault_is_told_with_what_led_to_it_and_the_number_of_its_request(app, client, log, monkeypatch):
    app.config.update(TESTING=False, PROPAGATE_EXCEPTIONS=False)

    def clock():
        try:
            raise KeyError("password of ouyang")
        except KeyError as error:
            raise RuntimeError("it was: password of ouyang") from error

    app.extensions["clock"] = clock
    answer = client.get("/api/v1/openapi.json")
    assert answer.status_code == 500
    assert answer.data

    fault, line = map(json.loads, log.written)
    assert fault["request"] == line["request"] == answer.headers["X-Request-Id"]
    assert fault["level"] == "error"
    assert line["status"] == 500
    assert "builtins.KeyError" in fault["traceback"]
    assert fault["traceback"][-1] == "builtins.RuntimeError"
    assert any("test_log.py" in frame and "in clock" in frame for frame in fault["traceback"])
    assert "ouyang" not in "".join(fault["traceback"]).replace('KeyError("password of ouyang")', "").replace(
        'RuntimeError("it was: password of ouyang")', ""
    )


def test_behind_proxies_the_readers_own_network_is_told(furnished_url, tmp_path, log):
    from ledger.config import Config
    from ledger.web import create_app

    env = {"LEDGER_HOME": str(tmp_path / "home"), "LEDGER_DATABASE_URL": furnished_url, "LEDGER_PROXIES": "1"}
    app = create_app(Config.from_env(env))
    for forwarded, network in (
        ("198.51.100.7, 203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("fe80::1%eth0", "fe80::"),
        ("203.0.113.9:4711", ""),
        ("ouyang", ""),
    ):
        assert app.test_client().get("/healthz", headers={"X-Forwarded-For": forwarded}).data == b"ok"
        assert log.last["network"] == network
    app.extensions["database"].close()


@pytest.mark.parametrize("pieces", [(), (b"one",), (b"one", b"two", b"three")])
def test_whoever_has_his_answer_whole_is_in_the_log(pieces):
    """A server written to stop at that moment would take with it what was still to be told."""
    written = []

    def answers(environ, start_response):
        start_response("200 OK", [])
        return iter(pieces)

    body = Watched(answers, [written.append])({"REQUEST_METHOD": "GET"}, lambda *began: None)
    received = []
    for piece in body:
        received.append(piece)
        assert len(written) == (len(received) == len(pieces))
    body.close()
    assert tuple(received) == pieces
    assert [answered.bytes for answered in written] == [len(b"".join(pieces))]


def test_the_server_writes_its_lines_on_stderr(furnished_url, tmp_path):
    env = {"LEDGER_HOME": str(tmp_path / "home"), "LEDGER_DATABASE_URL": furnished_url}
    with serving(env, tmp_path / "stderr", "--workers", "2") as server:
        numbers = {server.ask("/?q=geheim").headers["x-request-id"] for _ in range(5)}
        assert server.stop() == 0
    assert "geheim" not in server.said
    assert {line["request"] for line in server.log if line["route"] == "/"} == numbers
    assert all(line.startswith("{") for line in server.said.splitlines())
