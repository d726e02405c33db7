"""Works money through the JSON door: by the right people from plan to payment to return, and refused to the wrong."""

from datetime import date
from urllib.parse import urlencode

import pytest

from ledger.community.queries import component
from ledger.grants.actions import open_grant_book
from ledger.grants.rules import Source, book_of
from ledger.grants.tables import Funding
from tests.cast import AN, CHEN, HE, MEI, NOON, OUYANG, SU, WEN
from tests.desk.conftest import Visitor
from tests.doors import HOMES, approve, sits_down
from tests.factories import SHA, a_package, an_account

WORKS = "/communities/meiyuan/works"
A = {"works": "2022", "package": "A"}
PLAN = {"government": 900_00, "residents": 12_00, "utility": 88_00}
JULY = "2026-07-09"


@pytest.fixture
def renovation(database, app):
    """Package A of 1,000.00, planned to be paid by the state, the residents and a utility."""
    with database.writing() as session:
        a_package(session, "A", accepted_on=date(2026, 5, 26))
        for source, fen in PLAN.items():
            open_grant_book(session, "meiyuan", Source(source), by=MEI, at=NOON)
            an_account(session, f"{source}-bank", book=book_of(Source(source)))
            session.add(
                Funding(
                    community="meiyuan", works="2022", package="A", source=Source(source), planned_fen=fen
                )
            )


def contract(mei, **other):
    terms = {"number": "K-1", "contractor": "anju", "price_fen": 1_000_00, "signed_on": "2026-01-05",
             "retention_e2": 300, "defects_months": 0}  # fmt: skip
    return mei("POST", f"{WORKS}/contracts", 201, **A, **(terms | other))


def receipt(mei, source, fen, reference="1", expect=201):
    return mei(
        "POST",
        f"{WORKS}/receipts",
        expect,
        source=source,
        works="2022",
        amount_fen=fen,
        on=JULY,
        reference=reference,
    )


def test_money_of_state_residents_and_utility_goes_from_plan_to_payment_to_return(renovation, database, as_):
    mei, chen, su, an = as_(MEI), as_(CHEN), as_(SU), as_(AN)
    contract(mei)
    mei(
        "POST",
        f"{WORKS}/pledges",
        201,
        **A,
        document="财建-12",
        source="government",
        amount_fen=900_00,
        signed_on=JULY,
    )
    state = receipt(mei, "government", 900_00)["entry"]
    receipt(mei, "utility", 88_00)

    mei(
        "POST", f"{WORKS}/levies", 201, **A, code="L-1", item_class="basic", basis="household", total_fen=12_00,
        agreement="2026-3 号决议", consents=dict.fromkeys(HOMES, ""),
    )  # fmt: skip
    paid = [{"receipt_no": f"S-{n}", "home": h, "amount_fen": 2_00, "on": JULY} for n, h in enumerate(HOMES)]
    mei("POST", f"{WORKS}/levies/L-1/receipts", 409, payments=paid)  # its account is not approved
    approve(database, "community")
    mei("POST", f"{WORKS}/levies/L-1/receipts", 201, payments=paid)
    used = chen(
        "POST", f"{WORKS}/contribution-uses", 201, number="U-1", levy="L-1", amount_fen=12_00, on=JULY
    )

    parts = {"government": 788_00, "residents": 12_00, "utility": 80_00}
    mei("POST", f"{WORKS}/bills", 201, number="F-1", contract="K-1", amount_fen=880_00, parts=parts)
    mei("POST", f"{WORKS}/payments", 403, number="F-1", on=JULY)
    entries = chen("POST", f"{WORKS}/payments", 201, number="F-1", on=JULY)["entries"]
    assert len(entries) == 3
    mei("POST", f"{WORKS}/releases", 201, number="B-1", contract="K-1", amount_fen=26_40)
    su("POST", f"{WORKS}/payments", 403, number="B-1", on=JULY)  # he reads, and moves no money
    chen("POST", f"{WORKS}/payments", 201, number="B-1", on=JULY)
    mei(
        "POST",
        f"{WORKS}/returns",
        201,
        number="R-1",
        works="2022",
        source="government",
        amount_fen=112_00,
        reason="结余",
    )
    (back,) = chen("POST", f"{WORKS}/payments", 201, number="R-1", on=JULY)["entries"]

    money = an("GET", WORKS, 200)
    by = {source["source"]: source for source in money["sources"]}
    assert [by["government"][f"{k}_fen"] for k in ("planned", "committed", "received", "spent", "returned", "held")] == [
        900_00, 900_00, 900_00, 788_00, 112_00, 0,
    ]  # fmt: skip
    assert by["residents"]["spent_fen"] == by["residents"]["received_fen"] == 12_00
    assert money["packages"][0]["paid_fen"] == 880_00
    assert {f["source"]: f["fen"] for f in money["flows"]} == parts
    out = an("GET", f"{WORKS}/walk/to/{state}", 200)["steps"]
    assert sum(step["fen"] for step in out) == 900_00
    assert out[-1]["went_out"]["entry"] == back["entry"]
    residents = next(
        e["entry"]
        for e in entries
        if an("GET", f"{WORKS}/walk/from/{e['entry']}", 200)["steps"][0]["came_in"]["source"] == "residents"
    )
    (step,) = an("GET", f"{WORKS}/walk/from/{residents}", 200)["steps"]
    assert (step["came_in"]["entry"], step["went_out"]["payee"]) == (used["grant_entry"], "anju")


def test_a_plan_and_a_change_order_need_a_second_person(renovation, as_):
    mei, chen = as_(MEI), as_(CHEN)
    contract(mei)
    more = {**PLAN, "government": 950_00}

    mei("POST", f"{WORKS}/plans", 201, **A, version=2, planned=more, reason="变更 BG-1")
    mei("POST", f"{WORKS}/plans/approvals", 403, **A, version=2)
    chen("POST", f"{WORKS}/plans/approvals", 201, **A, version=2)
    mei(
        "POST",
        f"{WORKS}/change-orders",
        201,
        contract="K-1",
        number="BG-1",
        amount_fen=50_00,
        reason="管线迁改",
    )
    mei("POST", f"{WORKS}/change-orders/approvals", 403, contract="K-1", number="BG-1")
    chen("POST", f"{WORKS}/change-orders/approvals", 201, contract="K-1", number="BG-1")

    (package,) = mei("GET", WORKS, 200)["packages"]
    assert (package["changes_fen"], package["gap_fen"], package["plan_version"]) == (50_00, 0, 2)
    assert mei("GET", f"{WORKS}/plans", 200)["versions"][0]["approved_by"] == "chen"
    assert mei("GET", f"{WORKS}/contracts", 200)["contracts"][0]["changes_fen"] == 50_00


def test_the_wrong_people_are_refused(renovation, as_):
    contract(as_(MEI))
    bill = {"number": "F-1", "contract": "K-1", "amount_fen": 100, "parts": {"government": 100}}

    for actor in (WEN, OUYANG, AN, HE, CHEN, SU):
        caller = as_(actor)
        caller("POST", f"{WORKS}/bills", 403, **bill)
        receipt(caller, "government", 100, expect=403)
    for actor in (WEN, OUYANG):
        as_(actor)("GET", WORKS, 403)
    as_(SU)("GET", f"{WORKS}/levies/L-1/homes", 403)


def test_bad_input_is_told_and_nothing_is_written(renovation, as_):
    mei = as_(MEI)
    contract(mei)
    receipt(mei, "government", 100_00)

    refused = mei(
        "POST", f"{WORKS}/contracts", 409, **A, number="K-2", contractor="anju", price_fen=1, signed_on="2026-01-05",
        retention_e2=301, defects_months=24,
    )  # fmt: skip
    assert "《建设工程质量保证金管理办法》第7条" in str(refused)
    mei(
        "POST",
        f"{WORKS}/contracts",
        409,
        **A,
        number="K-2",
        contractor="wuye",
        price_fen=1,
        signed_on="2026-01-05",
        retention_e2=0,
        defects_months=0,
    )
    receipt(mei, "maintenance_fund", 100, "9", 409)
    receipt(mei, "social_capital", 100, "9", 404)
    receipt(mei, "government", -1, "9", 422)
    receipt(mei, "government", 1.5, "9", 422)
    receipt(mei, "government", 99_00, "1", 409)
    bill = {"number": "F-1", "contract": "K-1"}
    mei("POST", f"{WORKS}/bills", 422, **bill, amount_fen=100, parts={"government": 99})
    mei("POST", f"{WORKS}/bills", 409, **bill, amount_fen=100_01, parts={"government": 100_01})
    mei("POST", f"{WORKS}/bills", 404, number="F-1", contract="K-9", amount_fen=1, parts={"government": 1})
    mei(
        "POST",
        f"{WORKS}/levies",
        404,
        **A,
        code="L",
        item_class="basic",
        basis="area",
        total_fen=1,
        agreement="x",
        consents={"9-9-999": ""},
    )
    mei(
        "POST",
        f"{WORKS}/levies",
        409,
        **A,
        code="L",
        item_class="personal",
        basis="area",
        total_fen=1,
        agreement="x",
        consents={HOMES[0]: ""},
    )

    assert mei("GET", f"{WORKS}/payouts", 200)["payouts"] == []
    assert mei("GET", f"{WORKS}/levies", 200)["levies"] == []


def test_a_wrong_receipt_is_reversed_while_its_money_is_there(renovation, as_):
    mei, chen = as_(MEI), as_(CHEN)
    contract(mei)
    no = receipt(mei, "government", 100_00)["entry"]
    mei(
        "POST",
        f"{WORKS}/bills",
        201,
        number="F-1",
        contract="K-1",
        amount_fen=50_00,
        parts={"government": 50_00},
    )
    chen("POST", f"{WORKS}/payments", 201, number="F-1", on=JULY)

    mei("POST", f"/communities/meiyuan/entries/{no}/reversal", 409, reason="记错")


def test_donated_money_and_concessions_go_through_the_door(renovation, database, as_):
    mei, chen, he = as_(MEI), as_(CHEN), as_(HE)
    he("POST", f"{WORKS}/donations/purposes", 201, code="trees", name="绿化")
    given = {"receipt_no": "J-1", "purpose": "trees", "donor": "王秀英", "amount_fen": 50_00, "on": JULY}
    he("POST", f"{WORKS}/donations", 409, **given, unnamed=True)  # its account is not approved
    approve(database, "donation")
    he("POST", f"{WORKS}/donations", 201, **given, unnamed=True)
    he(
        "POST",
        f"{WORKS}/donations/spendings",
        201,
        number="D-1",
        purpose="trees",
        payee="anju",
        amount_fen=20_00,
        what="树苗",
    )
    he("POST", f"{WORKS}/donations/payments", 403, number="D-1", on=JULY)
    chen("POST", f"{WORKS}/donations/payments", 201, number="D-1", on=JULY)
    (trees,) = mei("GET", f"{WORKS}/donations/purposes", 200)["purposes"]
    assert (trees["left_fen"], trees["donors"]) == (30_00, [])

    mei(
        "POST", f"{WORKS}/concessions", 201, number="TX-1", kind="epc_o", firm="anju", what="充电棚", service_level="98%",
        exit_terms="无偿移交", resolution="2026-2", share_e2=3000, starts_on="2016-01-01", ends_on="2020-12-31",
    )  # fmt: skip
    assert [
        concession["expiring"] for concession in mei("GET", f"{WORKS}/concessions", 200)["concessions"]
    ] == [True]
    chen(
        "POST",
        f"{WORKS}/concessions/endings",
        201,
        number="TX-1",
        state="ended",
        on="2020-12-31",
        reason="期满",
    )
    assert [
        concession["expiring"] for concession in mei("GET", f"{WORKS}/concessions", 200)["concessions"]
    ] == [False]


def test_what_a_request_names_is_read_at_an_address_of_its_own(renovation, as_):
    mei, chen = as_(MEI), as_(CHEN)
    contract(mei)
    receipt(mei, "government", 100_00)
    bill = {"number": "F/1", "contract": "K-1", "amount_fen": 100_00, "parts": {"government": 100_00}}
    mei("POST", f"{WORKS}/bills", 201, **bill)
    mei("POST", f"{WORKS}/change-orders", 201, contract="K-1", number="BG/1", amount_fen=-1, reason="核减")
    mei("POST", f"{WORKS}/defects", 201, contract="K-1", number="Q-1", what="外墙起皮")
    mei("POST", f"{WORKS}/plans", 201, **A, version=2, planned=PLAN, reason="变更")

    assert chen("GET", f"{WORKS}/contracts/K-1/change-orders/BG/1", 200)["amount_fen"] == -1
    assert chen("GET", f"{WORKS}/contracts/K-1/defects/Q-1", 200)["what"] == "外墙起皮"
    plan = chen("GET", f"{WORKS}/2022/packages/A/plans/2", 200)
    assert {line["source"]: line["planned_fen"] for line in plan["planned"]} == PLAN
    assert chen("GET", f"{WORKS}/2022/packages/A", 200)["plan_version"] == 1
    paid = {"source": "government", "paid_fen": 97_00, "retained_fen": 3_00}
    assert chen("GET", f"{WORKS}/payouts/F/1", 200)["parts"] == [paid]
    for nothing in ("contracts/K-9", "2022/packages/Z", "payouts/F-9", "levies/L-9", "refunds/payments"):
        chen("GET", f"{WORKS}/{nothing}", 404)


def test_what_one_home_bears_is_for_the_office_that_keeps_its_money(renovation, database, as_):
    mei, su = as_(MEI), as_(SU)
    mei(
        "POST", f"{WORKS}/levies", 201, **A, code="L-1", item_class="basic", basis="household", total_fen=12_00,
        agreement="2026-3 号决议", consents=dict.fromkeys(HOMES, ""),
    )  # fmt: skip
    approve(database, "community")
    paid = {"receipt_no": "S-1", "home": HOMES[0], "amount_fen": 2_00, "on": JULY}
    mei("POST", f"{WORKS}/levies/L-1/receipts", 422, payments=[])
    mei("POST", f"{WORKS}/levies/L-1/receipts", 422, payments=[{**paid, "note": "x"}])
    mei("POST", f"{WORKS}/levies/L-1/receipts", 201, payments=[paid])
    mei(
        "POST", f"{WORKS}/refunds", 201, number="T-1", levy="L-1", home=HOMES[0], amount_fen=50, reason="多交"
    )

    assert su("GET", f"{WORKS}/levies/L-1", 200)["paid_fen"] == 2_00
    su("GET", f"{WORKS}/levies/L-1/homes/{HOMES[0]}", 403)
    assert mei("GET", f"{WORKS}/levies/L-1/homes/{HOMES[0]}", 200)["held_fen"] == 2_00
    assert su("GET", f"{WORKS}/refunds/T-1", 200)["amount_fen"] == 50
    as_(CHEN)("POST", f"{WORKS}/refunds/payments", 201, number="T-1", on=JULY)
    as_(HE)("GET", f"{WORKS}/refunds", 403)


def test_a_package_is_corrected_by_a_paper_once_and_its_warranties_with_it(renovation, database, as_):
    with database.writing() as session:
        pump = component(session, "meiyuan", "pump")
        pump.works, pump.package, pump.warranty_until = "2022", "A", date(2028, 5, 26)
        session.add(pump)
    chen, mei = as_(CHEN), as_(MEI)
    right = {**A, "name": "标段甲", "contractor": "anju", "accepted_on": "2026-05-20", "document": SHA}
    mei("POST", f"{WORKS}/corrections", 403, **right)
    package = f"{WORKS}/2022/packages/A"
    assert chen("GET", package, 200)["accepted_on"] == "2026-05-26"

    first = chen("POST", f"{WORKS}/corrections", 201, key="correct-the-day", **right)

    assert chen("POST", f"{WORKS}/corrections", 201, key="correct-the-day", **right) == first
    assert chen("POST", f"{WORKS}/corrections", 409, **right)["code"] == "package-unchanged"
    shown = chen("GET", package, 200)
    assert (shown["name"], shown["accepted_on"]) == ("标段甲", "2026-05-20")
    with database.reading() as session:
        assert component(session, "meiyuan", "pump").warranty_until == date(2028, 5, 20)
    wrong = chen("POST", f"{WORKS}/corrections", 409, **right | {"contractor": "media"})
    assert wrong["code"] == "contractor-wrong"
    desk = Visitor(as_(CHEN).client)
    sits_down(desk.client, CHEN)
    drawn = desk.get(f"/desk/meiyuan/do/works/corrections?{urlencode(A)}").text
    assert 'value="标段甲"' in drawn
    assert 'value="2026-05-20"' in drawn
