"""Which home was charged, paid or owes what is seen by those who collect and supervise, and by the home itself: at no other place either."""

import re

import pytest

from ledger.community.role_rules import Actor, Role
from ledger.operations.operation import VARIABLE, Listing, Record
from ledger.operations.registry import EVERY
from ledger.register.privacy_rules import sees_home
from tests.cast import AN, BAO, CHEN, HE, HUANG, MEI, OUYANG, SU, WEN
from tests.doors import HOMES, Caller, application
from tests.factories import a_deposit

PLACE = "/communities/meiyuan"
OTHERS = HOMES[1:]
ROOT = Actor("root", Role.OPERATOR)
MONTHLY = 3600
"""Fen that a home is charged for a month."""


@pytest.fixture
def url(furnished_url):
    return furnished_url


@pytest.fixture
def app(database, tmp_path):
    return application(database, tmp_path / "home")


@pytest.fixture
def charged(app):
    """The entry of a month's charges."""
    return Caller(app.test_client(), MEI)("POST", f"{PLACE}/months/2026-07/charges", 201)["entry"]


@pytest.mark.parametrize("actor", [CHEN, HE, OUYANG], ids=lambda actor: actor.login)
def test_a_voucher_of_the_fee_names_no_home_of_others(app, charged, actor):
    shown = Caller(app.test_client(), actor)
    if actor is OUYANG:
        shown("GET", f"{PLACE}/entries/{charged}", 403)
        return
    movements = shown("GET", f"{PLACE}/entries/{charged}", 200)["movements"]
    assert len(movements) == len(HOMES)
    assert {movement["home"] for movement in movements} == {None}


@pytest.mark.parametrize(
    ("book", "actors"),
    [
        ("fee", {MEI, SU, HUANG, AN}),
        ("fund", {MEI, CHEN, SU, HUANG, BAO, AN}),
        ("community", {MEI, CHEN, SU, HUANG, AN}),
        ("cash-shares", {MEI, CHEN, SU, HUANG, AN}),
        ("of-ones-own", {MEI, AN}),
    ],
)
def test_each_book_tells_whose_home_it_was_to_those_who_collect_or_check_it(book, actors):
    asked = (MEI, WEN, CHEN, HE, SU, HUANG, BAO, AN, ROOT)

    assert {actor for actor in asked if sees_home(book, HOMES[1], actor)} == actors
    assert sees_home(book, HOMES[0], OUYANG)
    assert not sees_home(book, HOMES[1], OUYANG)


@pytest.mark.parametrize(("actor", "seen"), [(HE, {None}), (CHEN, {HOMES[0]})], ids=["office", "committee"])
def test_a_voucher_of_the_fund_names_its_home_to_those_who_check_the_fund(app, actor, seen):
    with app.extensions["database"].writing() as session:
        a_deposit(session, {HOMES[0]: 480_000})
    (deposit, *_) = Caller(app.test_client(), MEI)("GET", f"{PLACE}/entries?book=fund", 200)["entries"]
    movements = Caller(app.test_client(), actor)("GET", f"{PLACE}/entries/{deposit['no']}", 200)["movements"]
    assert {movement["home"] for movement in movements} == seen


def test_whoever_collects_sees_them(app, charged):
    movements = Caller(app.test_client(), MEI)("GET", f"{PLACE}/entries/{charged}", 200)["movements"]
    assert {movement["home"] for movement in movements} == set(HOMES)


def test_a_homes_accounts_show_the_committee_its_part_of_the_fund_alone(app, charged):
    seen = Caller(app.test_client(), CHEN)("GET", f"{PLACE}/homes/{HOMES[0]}", 200)
    assert (seen["owed"], seen["prepaid_fen"]) == (None, None)
    assert {movement["book"] for movement in seen["movements"]} <= {"fund"}
    own = Caller(app.test_client(), OUYANG)("GET", f"{PLACE}/homes/{HOMES[0]}", 200)
    assert [owed["month"] for owed in own["owed"]] == ["2026-07"]


def test_g7_no_list_or_record_tells_the_committee_what_a_home_owes(app, charged):
    """Whatever it may open, by itself or of a home and of the month's voucher: nothing holds a home with its fee."""
    chen = Caller(app.test_client(), CHEN)
    named = {"no": str(charged), "code": OTHERS[0], "home": OTHERS[0], "month": "2026-07", "book": "fee"}
    opened, tells = set(), []
    for declared in EVERY:
        roles = {role if isinstance(role, Role) else role.role for role in declared.roles}
        if not isinstance(declared, (Listing, Record)) or Role.COMMITTEE not in roles:
            continue
        if declared.everywhere or not set(declared.variables) <= named.keys():
            continue
        path = VARIABLE.sub(lambda part: named[part[2]], declared.path)
        answer = chen.client.get(f"/api/v1{PLACE}{path}", headers={"Authorization": f"Bearer {chen.token}"})
        if answer.status_code != 200:
            continue
        opened.add(declared.path)
        text = answer.text
        tells += [declared.path for home in OTHERS if home in text and re.search(rf"\b{MONTHLY}\b", text)]
    assert {"/entries/<int:no>", "/homes/<code>", "/homes"} <= opened
    assert tells == []
