"""Whatever is sent, the door answers as its OpenAPI document says, and never with a crash."""

from datetime import date

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, status_code_conformance

from ledger.community.actions import appoint
from ledger.community.role_rules import Role, Seat
from ledger.db import Database
from tests.cast import MEI, NOON
from tests.doors import HOMES, Caller, application, furnish, numbers

CHECKS = [not_a_server_error, content_type_conformance, status_code_conformance]


@pytest.fixture
def app(sqlite_url, tmp_path):
    """An application in which Mei, for once, holds every role."""
    database = Database(sqlite_url)
    furnish(database)
    with database.writing() as session:
        for role in set(Role) - {Role.MANAGER}:
            appoint(session, "mei", "meiyuan", Seat(role), date(2026, 1, 1), by=MEI, at=NOON)
    app = application(database, tmp_path / "home")
    app.config["TESTING"] = False  # a crash must become a 500 as it would in earnest
    yield app
    database.close()


def test_the_door_keeps_its_word(app):
    token = Caller(app.test_client(), MEI).token
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    tried = 0

    for operation in (result.ok() for result in schema.get_all_operations()):

        @given(case=operation.as_strategy())
        @settings(max_examples=10, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
        def keeps_its_word(case):
            headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": f"contract-{next(numbers)}"}
            if "community" in (case.path_parameters or {}):
                case.path_parameters["community"] = "meiyuan"
            case.call_and_validate(headers=headers, checks=CHECKS)

        keeps_its_word()
        tried += 1

    assert tried > 30


def test_whoever_follows_the_next_page_sees_every_row_once(as_):
    mei = as_(MEI)
    path, codes = "/communities/meiyuan/homes?size=4&sort=-code", []
    while path:
        page = mei("GET", path.removeprefix("/api/v1"), 200)
        codes += [home["code"] for home in page["homes"]]
        path = page["next"]

    assert codes == sorted(HOMES, reverse=True)
    assert mei("GET", "/communities/meiyuan/homes?page=9", 200)["next"] is None


@pytest.mark.parametrize("size", [1, 2, 3])
def test_whoever_reads_on_sees_every_row_once_though_others_come_and_go_before_it(as_, size):
    mei = as_(MEI)
    for number in range(5):
        mei(
            "POST",
            "/communities/meiyuan/tickets",
            201,
            category="leak",
            title=f"漏水 {number}",
            home=HOMES[0],
        )
    path, seen = f"/communities/meiyuan/tickets?state=new&size={size}", []
    while path:
        page = mei("GET", path.removeprefix("/api/v1"), 200)
        seen += [ticket["no"] for ticket in page["tickets"]]
        if len(seen) <= 3:
            mei("POST", "/communities/meiyuan/tickets", 201, category="leak", title="又一处", home=HOMES[0])
        path = page["next"]
    assert seen == [5, 4, 3, 2, 1]

    path, seen = f"/communities/meiyuan/tickets?state=new&size={size}", []
    while path:
        page = mei("GET", path.removeprefix("/api/v1"), 200)
        seen += [ticket["no"] for ticket in page["tickets"]]
        if len(seen) <= 3:
            mei(
                "POST",
                f"/communities/meiyuan/tickets/{seen[-1]}/triage",
                201,
                priority="P2",
                daily_upkeep=True,
            )
        path = page["next"]
    assert seen == sorted(seen, reverse=True)
    assert {5, 4, 3, 2, 1} <= set(seen)


@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_whoever_settles_each_page_before_he_reads_on_is_given_every_row(as_, size):
    mei = as_(MEI)
    for number in range(11):
        mei(
            "POST",
            "/communities/meiyuan/tickets",
            201,
            category="leak",
            title=f"漏水 {number}",
            home=HOMES[0],
        )
    path, seen = f"/communities/meiyuan/tickets?state=new&size={size}", []
    while path:
        page = mei("GET", path.removeprefix("/api/v1"), 200)
        for ticket in page["tickets"]:
            seen.append(ticket["no"])
            mei(
                "POST",
                f"/communities/meiyuan/tickets/{seen[-1]}/triage",
                201,
                priority="P2",
                daily_upkeep=True,
            )
        path = page["next"]

    assert seen == [*range(11, 0, -1)]


@pytest.mark.parametrize("cursor", ["0-0123456789ab", "7", "999999999-0123456789ab", "1-xyz"])
def test_a_cursor_that_nobody_was_given_is_refused_or_leads_to_the_end(as_, cursor):
    answer = as_(MEI)("GET", f"/communities/meiyuan/homes?after={cursor}", 200 if cursor[:2] == "99" else 422)

    assert cursor[:2] != "99" or (answer["homes"], answer["next"]) == ([], None)
