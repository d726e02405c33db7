"""Figures for Prometheus: for whoever shows the token, counted over all workers, with nothing personal in them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from time import sleep

import pytest
from prometheus_client.parser import text_string_to_metric_families

from ledger.config import Config
from ledger.db import Database
from ledger.log.actions import sign_head
from ledger.log.signer import Signer
from ledger.web import create_app
from tests.cast import NOON
from tests.doors import PASSWORD
from tests.servers import serving

TOKEN = "a token of forty signs, kept by Prometheus"


def settings(url, home, **more):
    return {
        "LEDGER_HOME": str(home),
        "LEDGER_DATABASE_URL": url,
        "LEDGER_COOKIE_INSECURE": "1",
        "LEDGER_METRICS_TOKEN": TOKEN,
        **more,
    }


@pytest.fixture
def client(furnished_url, tmp_path):
    app = create_app(Config.from_env(settings(furnished_url, tmp_path / "home")))
    yield app.test_client()
    app.extensions["database"].close()


def samples(text):
    return {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def drawn(client):
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    return samples(answer.text)


@pytest.mark.parametrize(
    "shown", [None, "Bearer ", f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", f"Basic {TOKEN}", "é"]
)
def test_nobody_draws_them_without_the_token(client, shown):
    answer = client.get("/metrics", headers={"Authorization": shown} if shown else {})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert "mingbai_" not in answer.text


@pytest.mark.parametrize("token", [None, ""])
def test_without_a_token_in_the_settings_there_is_no_such_address(sqlite_url, tmp_path, token):
    env = settings(sqlite_url, tmp_path / "home")
    env = env | {"LEDGER_METRICS_TOKEN": token} if token is not None else env
    if token is None:
        del env["LEDGER_METRICS_TOKEN"]
    app = create_app(Config.from_env(env))
    assert app.test_client().get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404
    app.extensions["database"].close()


def test_requests_are_counted_by_route_method_and_status(client):
    for _ in range(3):
        assert client.get("/").data
    for path in ("/nowhere/at/all", "/elsewhere/at/all"):
        assert client.get(path).data
    assert client.open("/", method="BREW").data

    metrics = drawn(client)
    assert metrics["mingbai_requests_total", "/", "200", "GET"] == 3
    assert metrics["mingbai_request_seconds_count", "/", "GET"] == 3
    assert metrics["mingbai_requests_total", "405", "OTHER", "none"] == 1
    routes = {key for key in metrics if key[0] == "mingbai_requests_total"}
    assert len(routes) == 3


def test_refusals_and_sign_ins_are_counted(client):
    def sign_in(password):
        answer = client.post("/api/v1/sessions", json={"login": "mei", "password": password})
        return bool(answer.data) and answer.status_code

    assert [sign_in("wrong"), sign_in(PASSWORD)] == [403, 201]
    entered = client.get("/desk/sign-in")
    assert entered.data

    metrics = drawn(client)
    assert metrics["mingbai_refusals_total", "wrong-password"] == 1
    assert metrics["mingbai_sign_ins_total", "wrong-password"] == 1
    assert metrics["mingbai_sign_ins_total", "in"] == 1


def test_logs_and_the_database_are_told_as_they_stand(client, furnished_url, tmp_path):
    database = Database(furnished_url)
    before = drawn(client)
    assert before["mingbai_log_signed_leaves", "meiyuan"] == 0
    assert ("mingbai_log_signed_timestamp_seconds", "meiyuan") not in before
    assert before["mingbai_database_bytes",] > 100_000

    with database.writing() as session:
        signed = sign_head(session, "meiyuan", Signer(tmp_path / "keys"), at=NOON)

    metrics = drawn(client)
    database.close()
    assert (
        metrics["mingbai_log_leaves", "meiyuan"]
        == metrics["mingbai_log_signed_leaves", "meiyuan"]
        == signed.tree_size
    )
    assert datetime.fromtimestamp(metrics["mingbai_log_signed_timestamp_seconds", "meiyuan"], UTC) == NOON


def test_all_workers_count_together_and_a_new_start_counts_from_nought(furnished_url, tmp_path):
    env = settings(furnished_url, tmp_path / "home")
    for _ in range(2):
        with serving(env, tmp_path / "stderr", "--workers", "2") as server:
            with ThreadPoolExecutor(8) as pool:
                assert {answer.status for answer in pool.map(server.ask, ["/about/verify"] * 40)} == {200}
            for _ in range(600):
                page = server.ask("/metrics", Authorization=f"Bearer {TOKEN}").text
                counted = samples(page).get(("mingbai_requests_total", "/about/verify", "200", "GET"), 0)
                if counted >= 40:
                    break
                sleep(0.1)  # an answer is counted once its last byte has gone
            assert counted == 40
            for name in ("mei", "ouyang", "127.0.0.1", str(tmp_path)):
                assert f'"{name}"' not in page
