"""Holders and erasures at the doors: who may, what the form asks, and that it happens once and for what was seen."""

from datetime import date
from io import BytesIO

import pytest

from ledger.community.actions import appoint
from ledger.community.role_rules import Role, Seat
from ledger.files.actions import keep_file
from ledger.files.queries import stored
from ledger.files.rules import FileKind
from ledger.journal.queries import entry, entry_by_key
from ledger.operations.operation import Listing, Record
from ledger.operations.registry import EVERY
from ledger.register.queries import holders
from tests.cast import CHEN, HE, MEI, NOON, OUYANG, SU
from tests.desk.conftest import Visitor
from tests.doors import HOMES, Caller, application, sits_down
from tests.factories import PAPER, SHA

PLACE = "/communities/meiyuan"
HOME = HOMES[0]
SALE = {"name": "买方 李", "cause": "sale", "since": "2026-07-01", "document": SHA, "phone": "13900000000"}
REQUEST = {"reason": "本人要求删除", "document": SHA}


@pytest.fixture
def url(furnished_url):
    return furnished_url


@pytest.fixture
def app(database, tmp_path):
    return application(database, tmp_path / "home")


@pytest.fixture
def letter(database):
    with database.writing() as session:
        return keep_file(session, "meiyuan", PAPER + b"2", "欧阳.pdf", FileKind.PAPER, by=MEI, at=NOON).sha256


def holder(database):
    with database.reading() as session:
        return next(held for held in holders(session, "meiyuan") if held.home == HOME)


def test_the_office_registers_a_new_holder_and_the_owner_sees_it(app, database):
    caller = Caller(app.test_client(), HE)
    Caller(app.test_client(), MEI)("POST", f"{PLACE}/holders/{HOME}/transfer", 403, **SALE)

    answer = caller("POST", f"{PLACE}/holders/{HOME}/transfer", 201, **SALE)

    assert answer["entry"] > 0
    assert holder(database) == (HOME, date(2026, 7, 1), "买方 李")
    shown = caller("GET", f"{PLACE}/holders/{HOME}", 200)
    assert (shown["name"], shown["phone"]) == ("买方 李", "13900000000")
    rows = caller("GET", f"{PLACE}/holders", 200)["holders"]
    assert "phone" not in rows[0]


def test_an_owner_sees_his_own_and_registers_nobody(app):
    ouyang = Caller(app.test_client(), OUYANG)

    assert ouyang("GET", f"{PLACE}/holders/{HOME}", 200)["home"] == HOME
    ouyang("GET", f"{PLACE}/holders/{HOMES[1]}", 403)
    ouyang("GET", f"{PLACE}/holders", 403)
    ouyang("POST", f"{PLACE}/holders/{HOME}/transfer", 403, **SALE)


def test_a_new_owner_learns_nothing_of_the_tenants_before_him(app, database):
    he = Caller(app.test_client(), HE)
    for name, since, until in (
        ("旧租客", "2024-01-01", "2024-12-31"),
        ("新租客", "2026-01-01", "2026-12-31"),
    ):
        let = {"name": name, "since": since, "until": until, "document": SHA}
        he("POST", f"{PLACE}/holders/{HOME}/tenants", 201, **let)
    he("POST", f"{PLACE}/holders/{HOME}/transfer", 201, **SALE | {"name": "Ouyang"})

    def tenants(actor):
        shown = Caller(app.test_client(), actor)("GET", f"{PLACE}/holders/{HOME}", 200)
        return [tenancy["tenant"] for tenancy in shown["tenancies"]]

    assert tenants(HE) == ["新租客", "旧租客"]
    with database.writing() as session:
        appoint(session, "ouyang", "meiyuan", Seat(Role.OWNER, HOME), date(2026, 7, 1), by=MEI, at=NOON)
    assert tenants(OUYANG) == ["新租客"]


def test_a_tenancy_is_corrected_and_struck_out_once_by_the_office_at_both_doors(app):
    he, mei = Caller(app.test_client(), HE), Caller(app.test_client(), MEI)
    at, since = f"{PLACE}/holders/{HOME}", "2026-03-01"
    he("POST", f"{at}/tenants", 201, name="租客 章", since=since, document=SHA)
    right = {"since": since, "rents_since": since, "name": "租客 张", "document": SHA, "reason": "姓名写错"}
    for actor in (CHEN, OUYANG):
        Caller(app.test_client(), actor)("POST", f"{at}/tenants/correction", 403, **right)

    first = mei("POST", f"{at}/tenants/correction", 201, key="correct-the-name", **right)

    assert mei("POST", f"{at}/tenants/correction", 201, key="correct-the-name", **right) == first
    assert mei("POST", f"{at}/tenants/correction", 409, **right)["code"] == "tenancy-unchanged"
    assert [tenancy["tenant"] for tenancy in he("GET", at, 200)["tenancies"]] == ["租客 张"]
    desk = Visitor(app.test_client())
    sits_down(desk.client, HE)
    page = f"/desk/meiyuan/do/holders/{HOME}/tenants/striking-out"
    assert f"{since} · 租客 张" in desk.get(page).text
    assert desk.fill(page, since=since, reason="登记错了房号", document=SHA).status_code == 302
    assert he("GET", at, 200)["tenancies"] == []


def test_a_form_with_a_scan_registers_a_new_holder_after_one_last_look(app, database):
    desk = Visitor(app.test_client())
    sits_down(desk.client, HE)
    page = f"/desk/meiyuan/do/holders/{HOME}/transfer"
    assert page in desk.get(f"/desk/meiyuan/holders/{HOME}").text
    typed = {"name": "买方 李", "cause": "sale", "since": "2026-07-01"}
    scan = {"document": (BytesIO(b"%PDF-1.7 certificate"), "certificate.pdf")}

    without = desk.fill(page, **typed)
    answer = desk.fill(page, **typed, **scan)

    assert without.status_code == 422
    assert (answer.status_code, holder(database).name) == (302, "买方 李")


def test_a_form_drawn_for_another_holder_is_refused(app, database):
    he = Caller(app.test_client(), HE)
    desk = Visitor(app.test_client())
    sits_down(desk.client, HE)
    page = f"/desk/meiyuan/do/holders/{HOME}/transfer"
    stale = desk.form(page) | {
        "name": "另一买方",
        "cause": "inheritance",
        "since": "2026-07-09",
        "document": SHA,
        "confirmed": "yes",
    }
    he("POST", f"{PLACE}/holders/{HOME}/transfer", 201, **SALE)

    answer = desk.client.post(page, data=stale)

    assert answer.status_code == 409
    assert holder(database).name == "买方 李"


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"since": "soon"},
        {"document": "no digest"},
        {"document": None},
        {"holds_also": 7},
        {"cause": "theft"},
    ],
)
def test_what_is_no_change_of_a_holder_is_refused_as_it_is_typed(app, database, wrong):
    Caller(app.test_client(), HE)("POST", f"{PLACE}/holders/{HOME}/transfer", 422, **SALE | wrong)

    assert holder(database).since == date(2020, 1, 1)


@pytest.mark.parametrize("actor", [HE, SU])
def test_the_community_office_and_the_street_erase_a_file(app, database, letter, actor):
    caller = Caller(app.test_client(), actor)
    assert letter in {file["sha256"] for file in caller("GET", f"{PLACE}/files", 200)["files"]}

    answer = caller("POST", f"{PLACE}/files/{letter}/erasure", 201, key="erase-it-once", **REQUEST)
    again = caller("POST", f"{PLACE}/files/{letter}/erasure", 201, key="erase-it-once", **REQUEST)

    assert answer == again
    assert answer["erased_at"]
    with database.reading() as session:
        assert stored(session, "meiyuan", letter).erased_at is not None
    assert caller("POST", f"{PLACE}/files/{letter}/erasure", 409, **REQUEST)["code"] == "file-erased"


@pytest.mark.parametrize("actor", [MEI, CHEN])
def test_neither_the_firm_nor_the_committee_erases_or_lists_files(app, letter, actor):
    caller = Caller(app.test_client(), actor)

    caller("GET", f"{PLACE}/files", 403)
    caller("POST", f"{PLACE}/files/{letter}/erasure", 403, **REQUEST)


def test_a_form_erases_a_file_after_one_last_look(app, database, letter):
    desk = Visitor(app.test_client())
    sits_down(desk.client, HE)
    page = f"/desk/meiyuan/do/files/{letter}/erasure"
    assert page in desk.get(f"/desk/meiyuan/files/{letter}").text

    first = desk.client.post(page, data=desk.form(page) | REQUEST)
    assert 'name="confirmed"' in first.text
    assert desk.fill(page, **REQUEST).status_code == 302

    with database.reading() as session:
        assert stored(session, "meiyuan", letter).erased_at is not None
    assert page not in desk.get(f"/desk/meiyuan/files/{letter}").text


def test_what_a_ticket_says_privately_is_erased_from_the_log_by_the_office(app, database):
    mei, he = Caller(app.test_client(), MEI), Caller(app.test_client(), HE)
    mei("POST", f"{PLACE}/tickets", 201, category="leak", title="欧阳家漏水", home=HOME)
    with database.reading() as session:
        no = entry_by_key(session, "meiyuan", "ticket/1").no
    assert he("GET", f"{PLACE}/entries/{no}", 200)["provable"]

    he("POST", f"{PLACE}/entries/{no}/erasure", 201, what="who", **REQUEST)

    with database.reading() as session:
        assert entry(session, "meiyuan", no).who_salt is None
    assert not he("GET", f"{PLACE}/entries/{no}", 200)["provable"]
    mei("POST", f"{PLACE}/entries/{no}/erasure", 403, what="who", **REQUEST)


NO_PERSONS = {"/tickets", "/votes/<path:code>/my-ballot"}
"""A list of faults by home, without who reported them; and what is one's own."""


def test_whatever_tells_of_single_homes_is_remembered_when_it_is_read():
    unnoticed = {
        declared.path
        for declared in EVERY
        if isinstance(declared, Listing | Record)
        and {"home", "bearer"} & set(declared.gives.model_fields)
        and not declared.personal
    }

    assert unnoticed == NO_PERSONS


def test_the_desk_offers_no_erasure_of_a_voucher(app):
    desk = Visitor(app.test_client())
    sits_down(desk.client, HE)

    page = desk.get("/desk/meiyuan/entries/2")

    assert page.status_code == 200
    assert "/entries/2/erasure" not in page.text
    assert (
        Caller(app.test_client(), HE)("POST", f"{PLACE}/entries/2/erasure", 409, what="who", **REQUEST)[
            "code"
        ]
        == "entry-kept"
    )
