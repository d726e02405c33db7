"""A community is opened in a browser: by whoever runs the machine, from a workbook, with a look before it is done."""

import re
from html import unescape
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlmodel import select

from ledger.accounts.queries import accounts_of
from ledger.community.actions import appoint
from ledger.community.queries import community
from ledger.community.role_rules import EVERYWHERE, Actor, Role, Seat
from ledger.community.tables import Community, Home, Person
from ledger.people.queries import seats_held, slips
from tests.cast import MEI, NOON
from tests.desk.conftest import Visitor
from tests.doors import HASH, Caller, sits_down
from tests.intake.registers import GOOD, filled, rows

PAGE = "/desk/do/communities"
OPERATOR = Actor("root", Role.OPERATOR)
PLACE = "heyuan"


def of_heyuan(sheets):
    """The good register, of a community that the furnished place has not."""
    said = {"community": PLACE}
    moved = {
        name: [line | said if "community" in line else line for line in lines]
        for name, lines in sheets.items()
    }
    [place] = moved["communities"]
    moved["communities"] = [place | {"code": PLACE, "opened_on": "2026-07-01"}]
    moved["firms"] = [line | {"code": f"{line['code']}-hy"} for line in moved["firms"]]
    for name, column in (
        ("homes", "seller"),
        ("contracts", "firm"),
        ("seller_balances", "seller"),
        ("packages", "contractor"),
    ):
        moved[name] = [
            line | ({column: f"{line[column]}-hy"} if line.get(column) else {}) for line in moved[name]
        ]
    return moved


ACCOUNTS = [
    {"community": PLACE, **line}
    for line in rows(
        "code book role bank number holder settles_as opened_on",
        ("fee", "物业费", "银行账户", "工商银行", "6222000011112222", "安居物业", None, "2026-07-01"),
        ("fund", "维修资金", None, "工商银行", "6222000011113333", "维修资金专户", None, "2026-07-01"),
    )
]
PEOPLE = [
    {"community": PLACE, **line}
    for line in rows(
        "name role home level organisation since until",
        ("梅经理", "物业经理", None, None, "安居物业", "2026-07-01"),
        ("陈主任", "业委会", None, None, "业委会", "2026-07-01", "2029-06-30"),
        ("王伟", "业主", "1-1-101", None, None, "2026-07-01"),
    )
]
WHOLE = of_heyuan({**GOOD, "accounts": ACCOUNTS, "people": PEOPLE})


def workbook(**sheets):
    return {"file": (BytesIO(filled({**WHOLE, **sheets})), "登记簿.xlsx")}


def form_of(page):
    """What a page's form carries unseen."""
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {name: unescape(value) for name, value in hidden}


@pytest.fixture
def desk(app, database):
    """Whoever runs the machine, at the desk."""
    with database.writing() as session:
        session.add(Person(login="root", name="管理员", password=HASH, since=NOON))
        session.flush()
        appoint(session, "root", EVERYWHERE, Seat(Role.OPERATOR), NOON.date(), by=MEI, at=NOON)
    visitor = Visitor(app.test_client())
    sits_down(visitor.client, OPERATOR)
    return visitor


def test_a_community_is_opened_after_a_look_at_what_would_come(desk, database):
    assert PAGE in desk.get("/desk/").text

    look = desk.client.post(PAGE, data=desk.form(PAGE) | workbook())

    assert 'name="confirmed"' in look.text
    with database.reading() as session:
        assert session.get(Community, PLACE) is None
    answer = desk.fill(PAGE, **workbook())
    assert answer.status_code == 302, answer.text
    with database.reading() as session:
        assert str(community(session, PLACE).opened_on) == "2026-07-01"
        assert len(session.exec(select(Home).where(Home.community == PLACE)).all()) == 4
        waiting = accounts_of(session, PLACE)
        assert [(account.code, account.requested_by, account.approved_by) for account in waiting] == [
            ("fee", "root", None),
            ("fund", "root", None),
        ]
        assert {(seat.name, seat.role) for seat in seats_held(session, PLACE)} == {
            ("梅经理", Role.MANAGER),
            ("陈主任", Role.COMMITTEE),
            ("王伟", Role.OWNER),
        }
        assert len(slips(session, PLACE)) == 3


def test_every_wrong_cell_is_named_and_the_file_comes_back_with_them(desk, database):
    wrong = workbook(people=[PEOPLE[0], PEOPLE[1] | {"since": "2026-13-01"}], accounts=ACCOUNTS)

    page = desk.client.post(PAGE, data=desk.form(PAGE) | wrong)

    assert page.status_code == 422
    assert "人员!G3" in page.text
    assert "2026-13-01" in page.text
    kept = desk.client.post(PAGE, data=form_of(page.text) | {"annotated": "yes"})
    sheet = load_workbook(BytesIO(kept.data))["人员"]
    assert any("2026-13-01" in str(cell.value) for cell in sheet[3])
    with database.reading() as session:
        assert session.get(Community, PLACE) is None


def test_what_a_rule_forbids_is_named_by_its_row(desk, database):
    firms_fund = ACCOUNTS[1] | {"holder": "安居物业"}
    homeless = PEOPLE[2] | {"home": None}

    page = desk.client.post(
        PAGE, data=desk.form(PAGE) | workbook(accounts=[firms_fund], people=[PEOPLE[0], homeless])
    )

    assert page.status_code == 422
    assert "账户!B2" in page.text
    assert "人员!B3" in page.text
    with database.reading() as session:
        assert session.get(Community, PLACE) is None


def test_only_whoever_runs_every_community_opens_one(app, desk, database):
    with database.writing() as session:
        session.add(Person(login="local", name="本地管理员", password=HASH, since=NOON))
        session.flush()
        appoint(session, "local", "meiyuan", Seat(Role.OPERATOR), NOON.date(), by=MEI, at=NOON)
    for nobody in (MEI, Actor("local", Role.OPERATOR)):
        caller = Caller(app.test_client(), nobody)
        caller("POST", "/communities", 403, file=(filled(WHOLE), "登记簿.xlsx"))
        other = Visitor(app.test_client())
        sits_down(other.client, nobody)
        assert other.get(PAGE).status_code == 403
        assert PAGE not in other.client.get("/desk/", follow_redirects=True).text


def test_it_is_opened_once_however_often_it_is_sent(app, desk, database):
    caller = Caller(app.test_client(), OPERATOR)
    register = (filled(WHOLE), "登记簿.xlsx")

    counts = caller("POST", "/communities", 201, key="open-heyuan", file=register)
    again = caller("POST", "/communities", 201, key="open-heyuan", file=register)

    assert counts == again
    assert (counts["communities"], counts["homes"], counts["accounts"], counts["people"]) == (1, 4, 2, 3)
    caller("POST", "/communities", 422, file=register)


def test_the_empty_workbook_is_at_hand(desk):
    answer = desk.get("/desk/get/register/template")

    assert {"账户", "人员", "小区"} <= set(load_workbook(BytesIO(answer.data)).sheetnames)
