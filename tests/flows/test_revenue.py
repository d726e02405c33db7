"""A contract on common parts, from the owners' vote to the fund and to its uses, through the JSON door."""

import pytest

from ledger.community.role_rules import Role
from ledger.votes.rules import Matter
from tests.doors import wait
from tests.factories import SHA
from tests.revenue.owners import EVIDENCE, a_resolution

PLACE = "/communities/meiyuan/revenue"
CONTRACT = {
    "number": "GY-01", "category": "ad_lift", "counterparty": "media", "object": "电梯广告", "every_months": 3,
    "starts_on": "2026-01-01", "ends_on": "2026-12-31", "price_fen": 400_000, "resolution": "M-1", "site": "L-1",
    "award": {"method": "quotes", "evidence": EVIDENCE, "quotes": 3},
}  # fmt: skip
SITE = {"code": "L-1", "name": "1 号电梯轿厢", "category": "ad_lift", "since": "2026-01-01", "document": SHA}
RECEIPT = {"contract": "GY-01", "amount_fen": 100_000, "on": "2026-01-20", "reference": "bank-1"}
COST = {"kind": "energy", "amount_fen": 20_000, "on": "2026-02-20", "voucher_no": "F-1", "contract": "GY-01"}
CLAIM = {"code": "C-1", "kind": "staff", "amount_fen": 9_000, "on": "2026-02-21", "contract": "GY-01"}
USE = {
    "code": "U-1",
    "kind": "repairs",
    "amount_fen": 10_000,
    "purpose": "修门禁",
    "motion": "M-2",
    "payee": "anju",
}
HELD = {"amount_fen": 5_000, "on": "2026-01-20", "reference": "d-1"}


@pytest.fixture
def voted(app, database):
    """The owners have allowed the business (3/4), and what is done with its money."""
    with database.writing() as session:
        now = app.extensions["clock"]()
        a_resolution(session, "M-1", at=now)
        a_resolution(session, "M-2", Matter.OTHER, budget_fen=15_000, at=now)


def test_a_contract_is_walked_from_the_vote_to_the_fund(voted, people):
    manager, committee, auditor = people[Role.MANAGER], people[Role.COMMITTEE], people[Role.AUDITOR]
    manager("POST", f"{PLACE}/contracts", 404, **CONTRACT)  # no such site yet
    manager("POST", f"{PLACE}/sites", 201, **SITE)
    manager("POST", f"{PLACE}/contracts", 409, **{**CONTRACT, "resolution": "M-2"})
    manager("POST", f"{PLACE}/contracts", 409, **{**CONTRACT, "award": {"method": "quotes", "quotes": 3}})
    assert manager("POST", f"{PLACE}/contracts", 201, **CONTRACT)["brought_over"] is False
    manager("POST", f"{PLACE}/contracts/GY-01/deposit", 201, **HELD)
    manager("POST", f"{PLACE}/receipts", 409, **{**RECEIPT, "on": "2025-12-31"})
    manager("POST", f"{PLACE}/receipts", 409, **{**RECEIPT, "into": "wallet"})
    manager("POST", f"{PLACE}/receipts", 201, **RECEIPT)
    manager("POST", f"{PLACE}/costs", 409, **{**COST, "voucher_no": " "})
    manager("POST", f"{PLACE}/costs", 201, **COST)
    manager("POST", f"{PLACE}/cost-claims", 201, **CLAIM)
    manager("POST", f"{PLACE}/remittances", 409, period="2026", on="2027-01-05")
    manager("POST", f"{PLACE}/remittances", 201, period="2026-Q1", on="2026-04-10", amount_fen=50_000)
    manager("POST", f"{PLACE}/remittances", 201, period="2026-Q1", on="2026-04-20", number=2)
    manager("POST", f"{PLACE}/uses", 409, **{**USE, "kind": "loan"})
    manager("POST", f"{PLACE}/uses", 201, **USE)
    committee("POST", f"{PLACE}/uses/U-1/release", 201, on="2026-05-06")
    committee("POST", f"{PLACE}/contracts/GY-01/deposit/forfeiture", 201, **{**HELD, "motion": "M-2"})

    owing = auditor("GET", f"{PLACE}/shares/2026-Q1", 200)
    assert (owing["due_fen"], owing["paid_fen"], owing["on_time_fen"]) == (59_500, 56_000, 56_000)
    known = auditor("GET", f"{PLACE}/completeness?on=2026-04-01", 200)
    assert known["missing"][0] == {
        "contract": "GY-01", "site": "L-1", "expected_fen": 200_000, "received_fen": 100_000,
        "since": "2026-04-01", "days": 0,
    }  # fmt: skip
    assert [claim["code"] for claim in known["unproved"]] == ["C-1"]
    assert auditor("GET", f"{PLACE}/sites?period=2026-Q1", 200)["sites"][0]["days_let"] == 90
    assert auditor("GET", f"{PLACE}/deposits", 200) == {"deposits": {}}
    assert auditor("GET", f"{PLACE}/uses", 200)["uses"][0]["approved_by"] == "chen"
    assert auditor("GET", "/communities/meiyuan/fsck", 200) == {"problems": []}


def test_a_contract_shows_what_was_due_what_came_in_and_what_is_held(voted, people):
    manager, auditor = people[Role.MANAGER], people[Role.AUDITOR]
    manager("POST", f"{PLACE}/sites", 201, **SITE)
    manager("POST", f"{PLACE}/contracts", 201, **CONTRACT)
    manager("POST", f"{PLACE}/contracts/GY-01/deposit", 201, **HELD)
    manager("POST", f"{PLACE}/receipts", 201, **RECEIPT)
    manager("POST", f"{PLACE}/costs", 201, **COST)

    seen = auditor("GET", f"{PLACE}/contracts/GY-01", 200)

    assert (seen["state"], seen["received_fen"], seen["deposit_fen"]) == ("active", 100_000, 5_000)
    assert sum(instalment["amount_fen"] for instalment in seen["instalments"]) == 400_000
    assert [receipt["received_on"] for receipt in seen["receipts"]] == ["2026-01-20"]
    assert [cost["voucher_no"] for cost in seen["costs"]] == ["F-1"]
    listed = auditor("GET", f"{PLACE}/contracts?period=2026-Q1", 200)
    assert (listed["total"], listed["due_fen"], listed["received_fen"]) == (1, 100_000, 100_000)
    assert auditor("GET", f"{PLACE}/contracts?period=2025", 200)["contracts"] == []


@pytest.mark.parametrize("part", [["1"], {"floor": "1"}, {"building": ""}])
def test_a_part_is_named_by_its_building_and_stairwell_and_nothing_else(people, part):
    people[Role.MANAGER]("POST", f"{PLACE}/sites", 422, **SITE, part=part)


def test_a_year_is_carried_over_when_it_is_past_and_leaves_nothing(app, voted, people):
    manager = people[Role.MANAGER]
    interest = {"category": "interest", "amount_fen": 70_00, "on": "2026-01-20", "reference": "i"}
    manager("POST", f"{PLACE}/other-receipts", 201, **interest)
    manager("POST", f"{PLACE}/years/2026/closing", 409)
    wait(app, 540)

    seen = manager("GET", f"{PLACE}/years/2026", 200)
    assert seen == {"year": 2026, "over": True, "surplus_fen": 70_00, "carried_over": 0}
    assert manager("POST", f"{PLACE}/years/2026/closing", 201)["entry"]
    assert manager("POST", f"{PLACE}/years/2026/closing", 201)["nothing_to_carry"] is True
    assert manager("GET", f"{PLACE}/years/2026", 200)["surplus_fen"] == 0


def test_the_wrong_roles_are_refused_at_every_step(people):
    managers = {
        "sites": SITE, "contracts": CONTRACT, "receipts": RECEIPT, "costs": COST, "cost-claims": CLAIM, "uses": USE,
        "other-receipts": {"category": "interest", "amount_fen": 1, "on": "2026-01-20", "reference": "i"},
        "remittances": {"period": "2026-Q1", "on": "2026-04-10"}, "contracts/GY-01/deposit": HELD,
        "years/2025/closing": {},
    }  # fmt: skip
    committees = {
        "uses/U-1/release": {"on": "2026-05-06"},
        "contracts/GY-01/end": {"last_day": "2026-06-30", "reason": "违约"},
        "contracts/GY-01/deposit/return": HELD,
        "contracts/GY-01/deposit/forfeiture": {**HELD, "motion": "M-2"},
        "shares": {"since": "2026-01-01", "pct": 70, "motion": "M-2"},
    }

    for steps, right in ((managers, Role.MANAGER), (committees, Role.COMMITTEE)):
        for path, body in steps.items():
            for role in {Role.MANAGER, Role.COMMITTEE, Role.WORKER, Role.OWNER, Role.AUDITOR} - {right}:
                people[role]("POST", f"{PLACE}/{path}", 403, **body)
