"""Whatever is sent to whatever is declared, it is refused in words: never a crash, never half a write."""

import json
import re
import shutil
from contextlib import contextmanager
from datetime import date
from itertools import cycle

import pytest

from ledger.community.actions import appoint
from ledger.community.rules import ComponentKind, Level, Role, Seat
from ledger.community.tables import Component
from ledger.db import Database
from ledger.operations.operation import Operation
from ledger.operations.registry import EVERY, OPERATIONS
from ledger.operations.shapes import fields_of, sample_of
from tests.cast import MEI, NOON
from tests.conftest import postgres_copy
from tests.doors import HOMES, Caller, application, furnish, numbers
from tests.factories import a_community, a_home
from tests.strange import ADDRESSES, BODIES, QUESTIONS, VALUES, address

DEEP = BODIES[0]
NESTED = ("list", "map", "object")

FAR_HOME = "9-9-901"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def app(request, tmp_path_factory):
    """An application in which Mei, for once, holds every role."""
    home = tmp_path_factory.mktemp("strange")
    with strange_database(request, home) as url:
        database = Database(url)
        furnish(database)
        with database.writing() as session:
            a_community(session, "elsewhere")
            a_home(session, FAR_HOME, community="elsewhere")
            pump = Component(community="elsewhere", code="far-pump", kind=ComponentKind.PIPES, name="水泵")
            session.add(pump)
            for role in set(Role) - {Role.MANAGER}:
                level = Level.HOUSING_AUTHORITY if role is Role.SUPERVISOR else None
                of = "1-1-101" if role in (Role.OWNER, Role.TENANT) else None
                appoint(
                    session,
                    "mei",
                    "meiyuan",
                    Seat(role, home=of, level=level),
                    date(2026, 1, 1),
                    by=MEI,
                    at=NOON,
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

    def send(declared, path: str, body: str | None = None, query: str = "", **headers: str):
        place = "" if declared.everywhere else "/communities/meiyuan"
        method = declared.method if isinstance(declared, Operation) else "GET"
        told = {
            "Authorization": f"Bearer {caller.token}",
            "Idempotency-Key": f"strange-{next(numbers)}",
            **headers,
        }
        return caller.client.open(
            f"/api/v1{place}{path}{query}", method=method, headers=told, data=body, content_type="application/json"
        )  # fmt: skip

    return send


def plain(declared, **known) -> str:
    """A plausible address."""
    return address(declared.path, sample_of(declared.place) | known)


def test_no_value_of_any_field_is_a_crash(send):
    """One value for each field of each operation, each in its turn."""
    crashed, values = [], cycle(VALUES)
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
    crashed, values = [], cycle(ADDRESSES)
    for each in EVERY:
        if each.variables:
            value = next(values)
            path = address(each.path, dict.fromkeys(each.variables, value))
            if send(each, path, "{}").status_code >= 500:
                crashed.append((each.path, value))

    assert crashed == []


def test_no_question_to_a_list_is_a_crash(send):
    crashed, values = [], cycle(QUESTIONS)
    for each in EVERY:
        if isinstance(each, Operation):
            continue
        for name in [*fields_of(each.model), "page", "size", "sort", "surprise"]:
            value = next(values)
            if send(each, plain(each), query=f"?{name}={value}").status_code >= 500:
                crashed.append((each.path, name, value))

    assert crashed == []


def test_no_half_character_beside_a_file_is_a_crash(app):
    """A form with a file carries its lists and maps as JSON, and the answer quotes what is wrong in them."""
    caller = Caller(app.test_client(), MEI)
    for each in OPERATIONS:
        if each.takes_files:
            headers = {"Authorization": f"Bearer {caller.token}", "Idempotency-Key": f"half-{next(numbers)}"}
            data = dict.fromkeys(fields_of(each.model), '["\\ud800"]')
            answer = caller.client.post(
                f"/api/v1/communities/meiyuan{plain(each)}", headers=headers, data=data
            )
            assert answer.status_code == 422, answer.text


@pytest.mark.parametrize("body", BODIES, ids=str.__len__)
def test_nothing_that_is_no_request_is_a_crash(send, body):
    crashed = [each.path for each in OPERATIONS[::10] if send(each, plain(each), body).status_code >= 500]

    assert crashed == []


def test_nothing_nested_beside_a_file_is_a_crash(app):
    caller, crashed, asked = Caller(app.test_client(), MEI), [], 0
    for each in OPERATIONS:
        nested = [name for name, asking in fields_of(each.model).items() if asking.shape.kind in NESTED]
        if not each.takes_files or each.everywhere:
            continue
        for name in nested or list(fields_of(each.model)):
            asked += 1
            headers = {
                "Authorization": f"Bearer {caller.token}",
                "Idempotency-Key": f"nested-{next(numbers)}",
            }
            answer = caller.client.post(
                f"/api/v1/communities/meiyuan{plain(each)}", headers=headers, data={name: DEEP}
            )
            if answer.status_code >= 500:
                crashed.append((each.path, name))

    assert asked
    assert crashed == []


def test_nothing_nested_in_a_form_is_a_crash(app):
    """Neither what a form was drawn for, which is read of a form that is in order, nor a row that was ticked."""
    desk = app.test_client()
    desk.set_cookie("mingbai_desk", Caller(app.test_client(), MEI).token, path="/desk")
    address = "/desk/meiyuan/do/fees/payments"
    hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', desk.get(address).text))
    typed = {
        "reference": "deep-1",
        "home": HOMES[0],
        "amount_fen": "1.00",
        "on": "2026-07-02",
        "into": "bank",
    }

    assert desk.post(address, data=hidden | typed | {"seen": DEEP}).status_code == 422
    assert desk.post(address, data=hidden | {"months": DEEP}).status_code == 422


@pytest.mark.parametrize("name", ["%00", "%0d%0a", "nowhere", "x" * 5_000])
def test_no_name_of_a_community_is_a_crash(app, name):
    caller = Caller(app.test_client(), MEI)
    headers = {"Authorization": f"Bearer {caller.token}"}
    caller.client.set_cookie("mingbai_desk", caller.token, path="/desk")

    assert caller.client.get(f"/api/v1/communities/{name}/tickets", headers=headers).status_code in (403, 404)
    assert caller.client.get(f"/desk/{name}/tickets").status_code in (403, 404)


@pytest.mark.parametrize("login", ["\x00", "a\r\nb", "x" * 60])
def test_no_sign_in_name_is_a_crash(app, login):
    answer = app.test_client().post("/api/v1/sessions", json={"login": login, "password": "guess"})

    assert answer.status_code in (403, 422)


PLAIN = [each for each in OPERATIONS if not each.takes_files]


def body_of(operation, **told) -> str:
    return json.dumps(sample_of(operation.model) | told)


def test_what_is_sent_twice_is_done_once(send):
    """The second with one key gets the first answer; with another request under that key it is refused."""
    done, wrong = 0, []
    for each in PLAIN:
        key = {"Idempotency-Key": f"twice-{next(numbers)}"}
        first, second = (send(each, plain(each), body_of(each), **key) for _ in range(2))
        if first.status_code >= 400:
            wrong += [(each.path, first.text, second.text)] * (first.status_code != second.status_code)
            continue
        done += 1
        if second.text != first.text or second.headers.get("Idempotent-Replayed") != "true":
            wrong.append((each.path, first.text, second.text))
        if each.model.model_fields:
            name, asking = next(iter(fields_of(each.model).items()))
            other = send(each, plain(each), body_of(each, **{name: f"{asking.default}2"}), **key)
            wrong += [(each.path, other.text)] * (other.status_code < 400)

    assert wrong == []
    assert done > 5


def test_nothing_is_written_without_a_key(send):
    wrong = [
        (each.path, answer.text)
        for each in PLAIN
        for key in ("", "short", "x" * 101)
        if (answer := send(each, plain(each), body_of(each), **{"Idempotency-Key": key})).status_code != 422
        or answer.json["code"] != "idempotency-key-missing"
    ]

    assert wrong == []


def test_nothing_is_written_for_another_state_than_was_seen(send):
    """Where the record is there it is called stale; where it is not, it is not found."""
    there = {"home": HOMES[0], "code": "bank", "book": "fee"}
    stale, wrong = 0, []
    for each in PLAIN:
        if each.on is None:
            continue
        told = {
            name: there[name]
            for name in each.on.variables
            if name in there and name in each.model.model_fields
        }
        answer = send(each, plain(each, **there), body_of(each, **told), **{"If-Match": '"of yesterday"'})
        stale += answer.json["code"] == "stale"
        if answer.status_code not in (404, 409):
            wrong.append((each.path, answer.text))

    assert wrong == []
    assert stale > 3


ELSEWHERE = {"home": FAR_HOME, "holder_home": FAR_HOME, "component": "far-pump", "building": "9"}
"""What there is in another community only."""


def test_nothing_is_written_with_the_codes_of_another_community(send):
    named, wrong = 0, []
    for each in PLAIN:
        told = {name: ELSEWHERE[name] for name in ELSEWHERE if name in each.model.model_fields}
        if not told and not set(each.variables) & set(ELSEWHERE):
            continue
        named += 1
        answer = send(each, plain(each, **ELSEWHERE), body_of(each, **told))
        if answer.status_code < 400 or answer.status_code >= 500:
            wrong.append((each.path, told, answer.text))

    assert wrong == []
    assert named > 10
