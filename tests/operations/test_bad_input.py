"""Whatever is sent to whatever is declared, it is refused in words: never a crash, never half a write."""

import json
import re
import shutil
from contextlib import contextmanager
from datetime import date
from itertools import cycle

import pytest

from ledger.community.actions import appoint
from ledger.community.role_rules import Level, Role, Seat
from ledger.community.rules import ComponentKind
from ledger.community.tables import Component
from ledger.db import Database
from ledger.operations.operation import VARIABLE, Operation
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
        all_headers = {
            "Authorization": f"Bearer {caller.token}",
            "Idempotency-Key": f"strange-{next(numbers)}",
            **headers,
        }
        return caller.client.open(
            f"/api/v1{place}{path}{query}", method=method, headers=all_headers, data=body, content_type="application/json"
        )  # fmt: skip

    return send


def plain(declared, **known) -> str:
    """A plausible address."""
    return address(declared.path, sample_of(declared.place) | known)


def test_no_value_of_any_field_is_a_crash(send):
    """One value for each field of each operation, each in its turn."""
    crashed, values = [], cycle(VALUES)
    for operation in OPERATIONS:
        if operation.takes_files:
            continue
        sample = sample_of(operation.model)
        for name in fields_of(operation.model):
            value = next(values)
            answer = send(operation, plain(operation), json.dumps({**sample, name: value}))
            if answer.status_code >= 500:
                crashed.append((operation.path, name, value, answer.status_code))

    assert crashed == []


def test_no_address_is_a_crash(send):
    crashed, values = [], cycle(ADDRESSES)
    for declaration in EVERY:
        if declaration.variables:
            value = next(values)
            path = address(declaration.path, dict.fromkeys(declaration.variables, value))
            if send(declaration, path, "{}").status_code >= 500:
                crashed.append((declaration.path, value))

    assert crashed == []


def test_no_question_to_a_list_is_a_crash(send):
    crashed, values = [], cycle(QUESTIONS)
    for declaration in EVERY:
        if isinstance(declaration, Operation):
            continue
        for name in [*fields_of(declaration.model), "page", "size", "sort", "surprise"]:
            value = next(values)
            if send(declaration, plain(declaration), query=f"?{name}={value}").status_code >= 500:
                crashed.append((declaration.path, name, value))

    assert crashed == []


def test_no_half_character_beside_a_file_is_a_crash(app):
    """A form with a file carries its lists and maps as JSON, and the answer quotes what is wrong in them."""
    caller = Caller(app.test_client(), MEI)
    for operation in OPERATIONS:
        if operation.takes_files and not operation.everywhere:
            headers = {"Authorization": f"Bearer {caller.token}", "Idempotency-Key": f"half-{next(numbers)}"}
            data = dict.fromkeys(fields_of(operation.model), '["\\ud800"]')
            answer = caller.client.post(
                f"/api/v1/communities/meiyuan{plain(operation)}", headers=headers, data=data
            )
            assert answer.status_code == 422, answer.text


@pytest.mark.parametrize("body", BODIES, ids=str.__len__)
def test_nothing_that_is_no_request_is_a_crash(send, body):
    crashed = [
        operation.path
        for operation in OPERATIONS[::10]
        if send(operation, plain(operation), body).status_code >= 500
    ]

    assert crashed == []


def test_nothing_nested_beside_a_file_is_a_crash(app):
    caller, crashed, asked = Caller(app.test_client(), MEI), [], 0
    for operation in OPERATIONS:
        nested = [name for name, asking in fields_of(operation.model).items() if asking.shape.kind in NESTED]
        if not operation.takes_files or operation.everywhere:
            continue
        for name in nested or list(fields_of(operation.model)):
            asked += 1
            headers = {
                "Authorization": f"Bearer {caller.token}",
                "Idempotency-Key": f"nested-{next(numbers)}",
            }
            answer = caller.client.post(
                f"/api/v1/communities/meiyuan{plain(operation)}", headers=headers, data={name: DEEP}
            )
            if answer.status_code >= 500:
                crashed.append((operation.path, name))

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


@pytest.fixture
def everywhere(app):
    """Sends to an address of the desk or the JSON door as Mei, and gives the status."""
    caller = Caller(app.test_client(), MEI)
    caller.client.set_cookie("mingbai_desk", caller.token, path="/desk")

    def ask(method, path):
        headers = {"Authorization": f"Bearer {caller.token}", "Idempotency-Key": f"strange-{next(numbers)}"}
        return caller.client.open(path, method=method, headers=headers).status_code

    return ask


def test_no_null_byte_in_any_address_is_a_crash(app, everywhere):
    """Of any page, whether it is of the registry or written by hand."""
    crashes = []
    for rule in app.url_map.iter_rules():
        if rule.arguments:
            path = VARIABLE.sub(lambda part: "1" if part[1] == "int" else "%00", rule.rule)
            methods = sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
            crashes += [f"{method} {path}" for method in methods if everywhere(method, path) >= 500]
    assert not crashes


def test_no_form_of_what_is_not_there_is_a_crash(everywhere):
    crashes = []
    for operation in OPERATIONS:
        if not operation.everywhere:
            path = f"/desk/meiyuan/do{VARIABLE.sub('1', operation.path)}"
            crashes += [path] if everywhere("GET", path) >= 500 else []
    assert not crashes


@pytest.mark.parametrize("login", ["\x00", "a\r\nb", "x" * 60])
def test_no_sign_in_name_is_a_crash(app, login):
    answer = app.test_client().post("/api/v1/sessions", json={"login": login, "password": "guess"})

    assert answer.status_code in (403, 422)


PLAIN = [
    operation
    for operation in OPERATIONS
    if not operation.takes_files and operation.seat_at("meiyuan") == "meiyuan"
]
"""What whoever sits in one community may send as JSON."""


def body_of(operation, **changes) -> str:
    return json.dumps(sample_of(operation.model) | changes)


def test_what_is_sent_twice_is_done_once(send):
    """The second with one key gets the first answer; with another request under that key it is refused."""
    writes, wrong = 0, []
    for operation in PLAIN:
        key = {"Idempotency-Key": f"twice-{next(numbers)}"}
        first, second = (send(operation, plain(operation), body_of(operation), **key) for _ in range(2))
        if first.status_code >= 400:
            wrong += [(operation.path, first.text, second.text)] * (first.status_code != second.status_code)
            continue
        writes += 1
        if second.text != first.text or second.headers.get("Idempotent-Replayed") != "true":
            wrong.append((operation.path, first.text, second.text))
        if operation.model.model_fields:
            name, asking = next(iter(fields_of(operation.model).items()))
            other = send(
                operation, plain(operation), body_of(operation, **{name: f"{asking.default}2"}), **key
            )
            wrong += [(operation.path, other.text)] * (other.status_code < 400)

    assert wrong == []
    assert writes > 5


def test_nothing_is_written_without_a_key(send):
    wrong = [
        (operation.path, answer.text)
        for operation in PLAIN
        for key in ("", "short", "x" * 101)
        if (
            answer := send(operation, plain(operation), body_of(operation), **{"Idempotency-Key": key})
        ).status_code
        != 422
        or answer.json["code"] != "idempotency-key-missing"
    ]

    assert wrong == []


def test_nothing_is_written_for_another_state_than_was_seen(send):
    """Where the record is there it is called stale; where it is not, it is not found."""
    there = {"home": HOMES[0], "code": "bank", "book": "fee"}
    stale, wrong = 0, []
    for operation in PLAIN:
        if operation.on is None:
            continue
        request = {
            name: there[name]
            for name in operation.on.variables
            if name in there and name in operation.model.model_fields
        }
        answer = send(
            operation,
            plain(operation, **there),
            body_of(operation, **request),
            **{"If-Match": '"of yesterday"'},
        )
        stale += answer.json["code"] == "stale"
        if answer.status_code not in (404, 409):
            wrong.append((operation.path, answer.text))

    assert wrong == []
    assert stale > 3


ELSEWHERE = {"home": FAR_HOME, "holder_home": FAR_HOME, "component": "far-pump", "building": "9"}
"""What there is in another community only."""


def test_nothing_is_written_with_the_codes_of_another_community(send):
    named, wrong = 0, []
    for operation in PLAIN:
        request = {name: ELSEWHERE[name] for name in ELSEWHERE if name in operation.model.model_fields}
        if not request and not set(operation.variables) & set(ELSEWHERE):
            continue
        named += 1
        answer = send(operation, plain(operation, **ELSEWHERE), body_of(operation, **request))
        if answer.status_code < 400 or answer.status_code >= 500:
            wrong.append((operation.path, request, answer.text))

    assert wrong == []
    assert named > 10
