"""F8: what the machine is short of is told as what it is, at each door; what can be read is read."""

import sqlite3
from contextlib import contextmanager
from fcntl import LOCK_EX, flock
from shutil import copy
from time import monotonic

import pytest
from sqlalchemy import event

from tests.cast import CHEN, MEI
from tests.desk.conftest import Visitor
from tests.doors import Caller, application

PLACE = "/api/v1/communities/meiyuan"
TICKET = {"category": "leak", "title": "屋面渗漏"}


@pytest.fixture
def url(furnished_file, tmp_path):
    return f"sqlite:///{copy(furnished_file, tmp_path / 'ledger.db')}"


@pytest.fixture
def app(database, tmp_path):
    return application(database, tmp_path / "home")


@pytest.fixture
def client(app):
    return app.test_client()


@contextmanager
def held_by_sqlite(file):
    """Another program writes into the file for a long time."""
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    yield
    other.rollback()
    other.close()


@contextmanager
def held_by_a_turn(file):
    """Another process of ours has the turn."""
    with open(f"{file}-turn", "ab") as turn:
        flock(turn, LOCK_EX)
        yield


@pytest.mark.parametrize("holding", [held_by_sqlite, held_by_a_turn])
def test_f8_a_database_that_another_writes_is_told_of_within_five_seconds(client, tmp_path, holding):
    mei = Caller(client, MEI)
    headers = {"Authorization": f"Bearer {mei.token}", "Idempotency-Key": "a-key-of-mine"}

    with holding(tmp_path / "ledger.db"):
        begun = monotonic()
        answer = client.post(f"{PLACE}/tickets", json=TICKET, headers=headers)
        assert monotonic() - begun < 5
        assert client.get(f"{PLACE}/tickets", headers=headers).status_code == 200
        assert client.get("/readyz").status_code == 200

    assert (answer.status_code, answer.json["code"]) == (503, "database-occupied")
    assert int(answer.headers["Retry-After"]) > 0
    assert client.post(f"{PLACE}/tickets", json=TICKET, headers=headers).status_code == 201


def test_f8_the_desk_says_when_to_come_back(client, tmp_path):
    with held_by_a_turn(tmp_path / "ledger.db"):
        answer = Visitor(client).sign_in(MEI)

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert "数据库正被别人占用" in answer.text


def test_f8_a_full_disk_is_507_and_what_is_there_is_read(app, client):
    chen, mei = Caller(client, CHEN), Caller(client, MEI)
    token, _ = mei.token, chen.token
    with app.extensions["database"].engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    limit = f"PRAGMA max_page_count = {pages}"
    event.listen(app.extensions["database"].engine, "connect", lambda raw, _record: raw.execute(limit))
    app.extensions["database"].close()

    for n in range(60):
        answer = client.post(
            f"{PLACE}/tickets",
            json=TICKET | {"title": "漏水" * 90},
            headers={"Authorization": f"Bearer {token}", "Idempotency-Key": f"a-key-{n:04d}"},
        )
        if answer.status_code != 201:
            break
    assert (answer.status_code, answer.json["code"]) == (507, "disk-full")
    assert "磁盘满了" in answer.json["title"]
    assert chen("GET", "/communities/meiyuan/tickets", 200)["tickets"]


def test_f8_an_old_schema_is_not_ready_and_says_what_is_missing(app, client):
    with app.extensions["database"].engine.connect() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0028'")
        connection.commit()

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert "0028" in answer.text
