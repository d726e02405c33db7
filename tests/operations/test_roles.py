"""Who may do what is the same at every door, as declared."""

import shutil

import pytest

from ledger.community.rules import Role
from ledger.db import Database
from ledger.fund.power_rules import level_of
from ledger.operations.operation import VARIABLE, Document, Listing, Operation, Record
from ledger.operations.registry import EVERY
from tests.cast import AN, CHEN, HE, MEI, OUYANG, SU, WEN
from tests.desk.conftest import Visitor
from tests.doors import Caller, application, furnish

VALUES = {"int": "1", "string": "2026-01", "path": "2026-01"}
PEOPLE = (MEI, WEN, CHEN, AN, SU, HE, OUYANG)


@pytest.fixture(scope="module")
def app(sqlite_template, tmp_path_factory):
    home = tmp_path_factory.mktemp("roles")
    database = Database(f"sqlite:///{shutil.copy(sqlite_template, home / 'ledger.db')}")
    furnish(database)
    app = application(database, home)
    yield app
    database.close()


def filled(declared) -> str:
    path = VARIABLE.sub(lambda found: VALUES[found[1] or "string"], declared.path)
    return path.replace(".2026-01", ".csv")


def may(declared, actor) -> bool:
    """Whether the declaration lets this person try at all; for his own home, whichever he names."""
    for each in declared.roles:
        role = each if isinstance(each, Role) else each.role
        levels = frozenset() if isinstance(each, Role) else each.levels
        if role is actor.role and (not levels or level_of(actor) in levels):
            return True
    return False


def conditional(declared, actor) -> bool:
    """A role that counts for one's own home only may be refused for the home that is named."""
    return any(
        not isinstance(each, Role) and each.home and each.role is actor.role for each in declared.roles
    )


@pytest.mark.parametrize("actor", PEOPLE, ids=lambda actor: actor.login)
def test_the_json_door_lets_in_whom_the_declaration_names(app, actor):
    caller = Caller(app.test_client(), actor)
    headers = {"Authorization": f"Bearer {caller.token}", "Idempotency-Key": "role-walk"}
    wrong = []
    for each in EVERY:
        place = "" if each.everywhere else "/communities/meiyuan"
        method = each.method if isinstance(each, Operation) else "GET"
        answer = caller.client.open(f"/api/v1{place}{filled(each)}", method=method, headers=headers, json={})
        refused = answer.status_code == 403 and answer.json["code"] == "role-missing"
        if refused == may(each, actor) or answer.status_code >= 500:
            wrong.append((each.path, answer.status_code))

    assert wrong == []


@pytest.mark.parametrize("actor", PEOPLE, ids=lambda actor: actor.login)
def test_the_desk_offers_what_the_declaration_allows_and_nothing_else(app, actor):
    desk = Visitor(app.test_client())
    assert desk.sign_in(actor).status_code == 302
    wrong = []
    for each in EVERY:
        if each.everywhere or not each.path:
            continue
        folder = "/do" if isinstance(each, Operation) else ""
        answer = desk.client.get(f"/desk/meiyuan{folder}{filled(each)}")
        allowed = may(each, actor)
        if isinstance(each, (Listing, Record, Document)) and conditional(each, actor):
            continue
        if answer.status_code >= 500 or (answer.status_code == 403) == allowed:
            wrong.append((each.path, answer.status_code))

    assert wrong == []
