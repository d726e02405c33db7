"""Whatever is sent to whatever is declared, it is refused in words: never a crash, never half a write."""

import json
import shutil
from contextlib import contextmanager
from datetime import date
from itertools import cycle

import pytest

from ledger.community.actions import appoint
from ledger.community.rules import Level, Role
from ledger.db import Database
from ledger.operations.operation import VARIABLE, Operation
from ledger.operations.registry import EVERY, OPERATIONS
from ledger.operations.shapes import fields_of, sample_of
from tests.cast import MEI, NOON
from tests.conftest import postgres_copy
from tests.doors import Caller, application, furnish, numbers

STRANGE = (
    10**20,
    2**63,
    -1,
    0,
    1.5,
    True,
    None,
    "",
    "\ud800",
    "a\r\nb",
    "\x00",
    "0001-01-01",
    "9999-12-31",
    [],
    {},
    "￥1e400",
)
STRANGE_ADDRESSES = (
    "100000000000000000000",
    "-1",
    "%00",
    "%0d%0a",
    "%ED%A0%80",
    "0001-H1",
    "9999-H2",
    "9999-12",
    "…",
)
STRANGE_QUESTIONS = (
    "100000000000000000000",
    "-1",
    "%00",
    "%ED%A0%80",
    "0001-01-01",
    "9999-H2",
    "%25",
    "planned",
)
DEEP = "[" * 5_000 + "]" * 5_000


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def app(request, tmp_path_factory):
    """An application in which Mei, for once, holds every role."""
    home = tmp_path_factory.mktemp("strange")
    with strange_database(request, home) as url:
        database = Database(url)
        furnish(database)
        with database.writing() as session:
            for role in set(Role) - {Role.MANAGER}:
                level = Level.HOUSING_AUTHORITY if role is Role.SUPERVISOR else None
                of = "1-1-101" if role in (Role.OWNER, Role.TENANT) else None
                appoint(
                    session, "mei", "meiyuan", role, date(2026, 1, 1), home=of, level=level, by=MEI, at=NOON
                )
        app = application(database, home)
        app.config["TESTING"] = False  # a crash must become a 500 as it would in earnest
        yield app
        database.close()


@contextmanager
def strange_database(request, home):
    if request.param == "sqlite":
        template = request.getfixturevalue("sqlite_template")
        yield f"sqlite:///{shutil.copy(template, home / 'ledger.db')}"
        return
    name = f"strange_{next(request.getfixturevalue('counter'))}"
    with postgres_copy(request.getfixturevalue("postgres_template"), name) as url:
        yield url


@pytest.fixture(scope="module")
def send(app):
    caller = Caller(app.test_client(), MEI)

    def send(declared, path: str, body: str | None = None, query: str = ""):
        place = "" if declared.everywhere else "/communities/meiyuan"
        method = declared.method if isinstance(declared, Operation) else "GET"
        headers = {"Authorization": f"Bearer {caller.token}", "Idempotency-Key": f"strange-{next(numbers)}"}
        return caller.client.open(
            f"/api/v1{place}{path}{query}", method=method, headers=headers, data=body, content_type="application/json"
        )  # fmt: skip

    return send


def plain(declared) -> str:
    return VARIABLE.sub(lambda found: "1" if found[1] == "int" else "2026-01", declared.path).replace(
        ".2026-01", ".csv"
    )


def test_no_value_of_any_field_is_a_crash(send):
    """One value for each field of each operation, each in its turn."""
    crashed, values = [], cycle(STRANGE)
    for each in OPERATIONS:
        if each.takes_files:
            continue
        sample = sample_of(each.model)
        for name in fields_of(each.model):
            value = next(values)
            answer = send(each, plain(each), json.dumps({**sample, name: value}))
            if answer.status_code >= 500:
                crashed.append((each.path, name, value, answer.status_code))

    assert crashed == []


def test_no_address_is_a_crash(send):
    crashed, values = [], cycle(STRANGE_ADDRESSES)
    for each in EVERY:
        if each.variables:
            value = next(values)
            path = VARIABLE.sub(lambda found, of=value: of, each.path)
            if send(each, path, "{}").status_code >= 500:
                crashed.append((each.path, value))

    assert crashed == []


def test_no_question_to_a_list_is_a_crash(send):
    crashed, values = [], cycle(STRANGE_QUESTIONS)
    for each in EVERY:
        if isinstance(each, Operation):
            continue
        for name in [*fields_of(each.model), "page", "size", "sort", "surprise"]:
            value = next(values)
            if send(each, plain(each), query=f"?{name}={value}").status_code >= 500:
                crashed.append((each.path, name, value))

    assert crashed == []


@pytest.mark.parametrize(
    "body", [DEEP, "{", "nonsense", '{"a": ' * 3_000, "\ufeff{}", "[]", "1", '""'], ids=str.__len__
)
def test_nothing_that_is_no_request_is_a_crash(send, body):
    crashed = [each.path for each in OPERATIONS[::10] if send(each, plain(each), body).status_code >= 500]

    assert crashed == []


@pytest.mark.parametrize("name", ["%00", "%0d%0a", "nowhere", "x" * 5_000])
def test_no_name_of_a_community_is_a_crash(app, name):
    caller = Caller(app.test_client(), MEI)
    headers = {"Authorization": f"Bearer {caller.token}"}

    assert caller.client.get(f"/api/v1/communities/{name}/tickets", headers=headers).status_code in (403, 404)


@pytest.mark.parametrize("login", ["\x00", "a\r\nb", "x" * 60])
def test_no_sign_in_name_is_a_crash(app, login):
    answer = app.test_client().post("/api/v1/sessions", json={"login": login, "password": "guess"})

    assert answer.status_code in (403, 422)
