"""Where there is no owners' committee, the body that the place names does what is a committee's; else it does not."""

import json
from datetime import date

import pytest
from click.testing import CliRunner
from sqlalchemy import update
from sqlmodel import col, select

from ledger.accounts.actions import request_account
from ledger.accounts.queries import account
from ledger.accounts.rules import NewAccount
from ledger.cli.commands import main
from ledger.community.actions import appoint
from ledger.community.role_rules import Actor, Level, Role, Seat
from ledger.community.tables import Appointment, Community, Person
from ledger.journal.tables import Entry
from tests.cast import HE, MEI, NOON
from tests.desk.conftest import Visitor
from tests.doors import HASH, Caller, application, sits_down

GUAN = Actor("guan", Role.COMMITTEE, level=Level.MANAGEMENT_COMMITTEE)
"""Sits on the property management committee (物管会)."""
SINCE = date(2026, 1, 1)
APPROVAL = "/communities/meiyuan/accounts/new/approval"


@pytest.fixture
def url(furnished_url):
    return furnished_url


@pytest.fixture
def app(database, tmp_path):
    """Meiyuan at Beijing, with both an owners' committee and a 物管会, and an account that waits for its approval."""
    with database.writing() as session:
        session.get(Community, "meiyuan").jurisdiction = "beijing"
        session.add(Person(login=GUAN.login, name="Guan", password=HASH, since=NOON))
        session.flush()
        appoint(session, GUAN.login, "meiyuan", Seat(GUAN.role, level=GUAN.level), SINCE, by=MEI, at=NOON)
        new = NewAccount("new", "fee", "某银行", "6222000000000001", "业主大会", date(2026, 7, 1))
        request_account(session, "meiyuan", new, by=MEI, at=NOON)
    return application(database, tmp_path / "home")


@pytest.fixture
def no_committee(database):
    with database.writing() as session:
        sits = col(Appointment.level) == Level.OWNERS_COMMITTEE
        session.execute(update(Appointment).where(sits).values(until=SINCE))


def approved_by(database):
    with database.reading() as session:
        return account(session, "meiyuan", "new").approved_by


def recorded(database):
    """By whom, in which role and for which body the last entry was made."""
    with database.reading() as session:
        last = session.exec(select(Entry).order_by(col(Entry.no).desc())).first()
        return last.by_login, last.by_role, last.by_level


def test_the_management_committee_approves_where_there_is_no_other(app, no_committee, database):
    guan = Caller(app.test_client(), GUAN)

    guan("POST", APPROVAL, 201)

    assert approved_by(database) == "guan"
    assert recorded(database) == ("guan", "committee", "management_committee")
    shown = guan("GET", "/communities/meiyuan", 200)
    assert shown["acts_for_owners"] == "management_committee"
    assert shown["acts_by"] == "《北京市物业管理条例》第52–60条"


def test_it_may_do_nothing_where_there_is_an_owners_committee(app, database):
    guan = Caller(app.test_client(), GUAN)

    assert guan("POST", APPROVAL, 403)["code"] == "role-missing"
    assert guan("GET", "/communities/meiyuan", 403)["code"] == "role-missing"
    assert approved_by(database) is None


def test_the_desk_offers_it_what_it_may_do(app, no_committee, database):
    desk = Visitor(app.test_client())
    sits_down(desk.client, GUAN)

    assert "/desk/meiyuan/do/accounts/new/approval" in desk.get("/desk/meiyuan/accounts/new").text
    assert desk.fill("/desk/meiyuan/do/accounts/new/approval").status_code == 302
    assert approved_by(database) == "guan"


def test_the_desk_keeps_it_out_where_there_is_an_owners_committee(app, database):
    desk = Visitor(app.test_client())
    sits_down(desk.client, GUAN)

    assert desk.get("/desk/meiyuan/accounts/new").status_code == 403
    assert desk.client.post("/desk/meiyuan/do/accounts/new/approval").status_code in (400, 403)
    assert approved_by(database) is None


def test_the_command_line_knows_it_too(app, no_committee, database, tmp_path):
    words = ["--json", "do", "accounts", "approval", "meiyuan", "new", "--as", "guan"]
    env = {
        "LEDGER_HOME": str(tmp_path),
        "LEDGER_DATABASE_URL": database.engine.url.render_as_string(hide_password=False),
    }

    result = CliRunner().invoke(main, words, env=env)

    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["approved_by"] == "guan"


def test_a_residents_committee_is_not_asked_where_another_body_is_named(app, no_committee, database):
    Caller(app.test_client(), HE)("POST", APPROVAL, 403)

    assert approved_by(database) is None


def test_money_of_the_fund_stays_with_whom_the_decree_names(app, no_committee):
    guan = Caller(app.test_client(), GUAN)

    refusal = guan("POST", "/communities/meiyuan/custody/handovers", 403)

    assert refusal["code"] == "role-missing"
