"""Who may do what is the same at every door: what ``mingbai roles`` prints is what each of them does."""

import json
import shutil
from datetime import date

import pytest
from click.testing import CliRunner

from ledger.api.openapi import address as address_at_json
from ledger.api.openapi import document
from ledger.cli.commands import main
from ledger.cli.context import CommandContext
from ledger.cli.do import command_of
from ledger.community.actions import appoint
from ledger.community.role_rules import EVERYWHERE, Actor, Level, Role, RoleMissing, Seat
from ledger.community.tables import Person
from ledger.config import Config
from ledger.db import Database
from ledger.desk.views import address_of
from ledger.errors import LedgerError
from ledger.fund.power_rules import level_of
from ledger.operations.operation import VARIABLE, Document, Listing, Operation
from ledger.operations.registry import EVERY
from tests.cast import AN, BAO, CHEN, HE, HUANG, MEI, NOON, OUYANG, SU, WEN
from tests.desk.conftest import Visitor
from tests.doors import HASH, HOMES, Caller, application, furnish, sits_down
from tests.strange import address

RENTER, ROOT = Actor("renter", Role.TENANT, frozenset({HOMES[1]})), Actor("root", Role.OPERATOR)
PEOPLE = (MEI, WEN, CHEN, AN, SU, HUANG, BAO, HE, OUYANG, RENTER, ROOT)
NOWHERE = dict.fromkeys(("period", "month", "format"), "never")
"""Whoever is let in asks for what is not there, so that no report is drawn for him."""
by_login = pytest.mark.parametrize("actor", PEOPLE, ids=lambda actor: actor.login)


@pytest.fixture(scope="module")
def app(sqlite_template, tmp_path_factory):
    home = tmp_path_factory.mktemp("roles")
    database = Database(f"sqlite:///{shutil.copy(sqlite_template, home / 'ledger.db')}")
    furnish(database)
    with database.writing() as session:
        for actor in (RENTER, ROOT):
            session.add(Person(login=actor.login, name=actor.login, password=HASH, since=NOON))
            session.flush()
            of = next(iter(actor.homes), None)
            place = EVERYWHERE if actor is ROOT else "meiyuan"
            appoint(session, actor.login, place, Seat(actor.role, home=of), date(2026, 1, 1), by=MEI, at=NOON)
    app = application(database, home)
    app.config["WTF_CSRF_ENABLED"] = False
    yield app
    database.close()


@pytest.fixture(scope="module")
def printed() -> dict[int, list[str]]:
    """Of each that is declared, by its place in the registry, the roles that the command prints."""
    said = CliRunner().invoke(main, ["--json", "roles"]).stdout.splitlines()
    return dict(enumerate(json.loads(line)["roles"] for line in said))


def named(rule: str) -> tuple[str, list[str]]:
    """The role and the levels that a printed rule names; ``of own home`` is a matter of the request."""
    role, _, levels = rule.partition(" of own ")[0].partition(" at ")
    return role, levels.split(" or ") if levels else []


def may(roles: list[str], actor: Actor) -> bool:
    """Whether whoever holds this role may try at all; for his own home, whichever he names."""
    for rule in roles:
        role, levels = named(rule)
        if role == actor.role and (not levels or level_of(actor) in levels):
            return True
    return False


def test_every_role_and_every_level_that_a_rule_names_is_somebody(printed):
    levels = {level for roles in printed.values() for rule in roles for level in named(rule)[1]}

    assert len(printed) == len(EVERY)
    assert {actor.role for actor in PEOPLE} == set(Role)
    assert {Level(level) for level in levels} <= {level_of(actor) for actor in PEOPLE}


def test_the_published_document_names_the_same_roles(printed):
    paths = document()["paths"]
    published = [
        paths[VARIABLE.sub(r"{\2}", address_at_json(declared))][
            declared.method.lower() if isinstance(declared, Operation) else "get"
        ]["x-roles"]
        for declared in EVERY
    ]

    assert published == list(printed.values())


def test_no_supervisor_acts_by_being_one_alone():
    """The street, the housing authority and the bank that keeps the fund are each let do what is theirs."""
    own = {"/jobs/<int:no>/cancellation"}  # of what he asked for himself

    assert {
        operation.path
        for operation in EVERY
        if isinstance(operation, Operation) and Role.SUPERVISOR in operation.roles
    } == own


@by_login
def test_the_json_door_lets_in_whom_the_matrix_names(app, printed, actor):
    caller = Caller(app.test_client(), actor)
    headers = {"Authorization": f"Bearer {caller.token}", "Idempotency-Key": "role-walk"}
    wrong = []
    for no, declaration in enumerate(EVERY):
        place = "" if declaration.everywhere else "/communities/meiyuan"
        method = declaration.method if isinstance(declaration, Operation) else "GET"
        path = f"/api/v1{place}{address(declaration.path, NOWHERE)}"
        answer = caller.client.open(path, method=method, headers=headers, json={})
        refused = answer.status_code == 403 and answer.json["code"] == RoleMissing.code
        if refused == may(printed[no], actor) or answer.status_code >= 500:
            wrong.append((declaration.path, answer.status_code))

    assert wrong == []


@by_login
def test_the_desk_lets_in_whom_the_matrix_names(app, printed, actor):
    desk = Visitor(app.test_client())
    sits_down(desk.client, actor)
    wrong = []
    for no, declaration in enumerate(EVERY):
        if not declaration.path or (declaration.everywhere and isinstance(declaration, Listing)):
            continue
        path = f"/desk{address(address_of('meiyuan', declaration), NOWHERE)}"
        answer = (
            desk.client.post(path, data={}) if isinstance(declaration, Operation) else desk.client.get(path)
        )
        refused = answer.status_code == 403 and "没有可以做这件事的身份" in answer.text
        if refused == may(printed[no], actor) or answer.status_code >= 500:
            wrong.append((declaration.path, answer.status_code))

    assert wrong == []


@by_login
def test_the_command_does_for_whom_the_matrix_names(app, printed, commands, shell_home, tmp_path, actor):
    context = CommandContext(as_json=True)
    context.config = Config.from_env(
        {"LEDGER_HOME": str(shell_home), "LEDGER_DATABASE_URL": str(app.extensions["database"].engine.url)}
    )
    wrong = []
    for no, declaration in enumerate(EVERY):
        arguments = [] if declaration.everywhere else ["meiyuan"]
        arguments += [
            NOWHERE.get(name) or ("1" if converter == "int" else "2026-01")
            for name, converter in declaration.variables.items()
        ]
        file = ["-o", str(tmp_path / "file")] if isinstance(declaration, Document) else []
        try:
            commands[no].main(["--as", actor.login, *file, *arguments], obj=context, standalone_mode=False)
            refused, raised = False, ""
        except LedgerError as error:
            refused = isinstance(error, RoleMissing)
            raised = type(error).__name__
        if refused == may(printed[no], actor):
            wrong.append((declaration.path, type(declaration).__name__, refused, raised))
    context.database.close()

    assert wrong == []


@pytest.fixture(scope="module")
def shell_home(tmp_path_factory):
    """One home for all: a database is used by one at a time."""
    return tmp_path_factory.mktemp("shell")


@pytest.fixture(scope="module")
def commands():
    return [command_of(declaration) for declaration in EVERY]
