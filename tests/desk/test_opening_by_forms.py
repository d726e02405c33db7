"""A community without a workbook: whoever runs the machine opens it by a form, and all that it needs is entered by forms."""

import re
from datetime import date
from io import BytesIO

import pytest

from ledger.community.actions import appoint
from ledger.community.queries import area_and_homes, community, service_contract
from ledger.community.role_rules import EVERYWHERE, Actor, Role, Seat
from ledger.community.tables import Person
from ledger.demo.tickets import picture
from ledger.fees.queries import outstanding
from ledger.fund.queries import balances_by_role
from ledger.journal.fsck import problems
from ledger.people.queries import seats_held
from ledger.periods import Month
from tests.cast import MEI, NOON
from tests.desk.conftest import Visitor
from tests.doors import HASH, sits_down

OPERATOR = Actor("root", Role.OPERATOR)
PLACE = "xinyuan"
ONE = "/desk/do/new-community"
XINYUAN = {
    "code": PLACE, "name": "新园小区", "opened_on": "2026-07-01", "jurisdiction": "national_default", "mode": "market",
}  # fmt: skip


@pytest.fixture
def root(app, database):
    with database.writing() as session:
        session.add(Person(login="root", name="管理员", password=HASH, since=NOON))
        session.flush()
        appoint(session, "root", EVERYWHERE, Seat(Role.OPERATOR), NOON.date(), by=MEI, at=NOON)
    visitor = Visitor(app.test_client())
    sits_down(visitor.client, OPERATOR)
    return visitor


class Office:
    """Forms of the new community, each filled in by somebody."""

    def __init__(self, root, at_the_desk) -> None:
        self.root, self.at_the_desk = root, at_the_desk
        self.papers = 0

    def fill(self, who, page, **typed):
        visitor = self.root if who is OPERATOR else self.at_the_desk(who)
        answer = visitor.fill(f"/desk/{PLACE}/do{page}", **typed)
        assert answer.status_code == 302, re.sub(r"<[^>]+>|\s+", " ", answer.text.partition("<main")[2])[
            :1500
        ]

    def paper(self):
        self.papers += 1
        return (BytesIO(picture(self.papers)), f"{self.papers}.png")


@pytest.fixture
def office(root, at_the_desk):
    return Office(root, at_the_desk)


def test_a_community_is_opened_once_and_a_wrong_one_not(root, database):
    taken = root.fill(ONE, **XINYUAN | {"code": "meiyuan"})
    assert "这个代码已经是“梅园新村”的" in taken.text
    assert root.fill(ONE, **XINYUAN | {"code": "Xin Yuan"}).status_code == 422

    assert root.fill(ONE, **XINYUAN).status_code == 302

    with database.reading() as session:
        assert community(session, PLACE).opened_on == date(2026, 7, 1)
        assert area_and_homes(session, PLACE) == (0, 0, 0)
        assert list(problems(session, PLACE)) == []


def test_it_is_furnished_by_forms_until_its_first_month_is_charged(root, office, database):
    root.fill(ONE, **XINYUAN)
    for role in (Role.MANAGER, Role.COMMITTEE, Role.COMMUNITY_OFFICE):
        office.fill(
            OPERATOR, "/people", name=f"新园 {role}", role=role, since="2026-07-01", organisation="新园"
        )
    with database.reading() as session:
        mei, chen, he = (
            Actor(seat.login, role)
            for role in (Role.MANAGER, Role.COMMITTEE, Role.COMMUNITY_OFFICE)
            for seat in seats_held(session, PLACE)
            if seat.role is role
        )
    office.fill(he, "/buildings", code="1", stairwells="1\n2", floors="6", document=office.paper())
    for door, name in (("101", "赵测"), ("102", "钱测")):
        office.fill(
            he, "/homes",
            building="1", stairwell="1", door=door, kind="commodity", area_dm2="80.00", area_source="register",
            first_deposit_fen="3000.00", name=name, since="2020-01-01", document=office.paper(),
        )  # fmt: skip
    office.fill(
        OPERATOR,
        "/firms",
        code="anju-x",
        name="新安物业",
        kind="property",
        licence="X-1",
        document=office.paper(),
    )
    contract = {"number": "HT-1", "firm": "anju-x", "starts_on": "2025-01-01", "ends_on": "2027-12-31"}
    office.fill(chen, "/services", **contract, lump_sum="yes", document=office.paper())
    office.fill(
        chen,
        "/fees/tariffs",
        basis="per_m2",
        pricing="market",
        rate_e4="0.45",
        since="2025-01-01",
        reference="合同第8条",
    )
    for code, book, number in (("fee", "fee", "6222000011112222"), ("fund", "fund", "6222000011113333")):
        office.fill(
            mei, "/accounts",
            code=code, book=book, role="bank", bank="工商银行", number=number, holder="业主委员会", opened_on="2026-07-01",
        )  # fmt: skip
        office.fill(chen, f"/accounts/{code}/approval")
    office.fill(mei, "/opening-balances", home="1-1-101", amount_fen="2800.00", document=office.paper())
    office.fill(mei, "/months/2026-07/charges")

    with database.reading() as session:
        assert area_and_homes(session, PLACE) == (16_000, 2, 1)
        assert service_contract(session, PLACE, date(2026, 7, 1)).number == "HT-1"
        assert outstanding(session, PLACE) == {
            "1-1-101": [("2026-07", 36_00)],
            "1-1-102": [("2026-07", 36_00)],
        }
        assert balances_by_role(session, PLACE, Month(2026, 7))["bank"] == 2_800_00
        assert {seat.role for seat in seats_held(session, PLACE)} == {
            Role.MANAGER,
            Role.COMMITTEE,
            Role.COMMUNITY_OFFICE,
        }
        assert list(problems(session, PLACE)) == []
