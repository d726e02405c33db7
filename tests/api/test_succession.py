"""Homes are divided and merged by JSON: by the community office alone, and what became of them is told."""

from tests.cast import AN, CHEN, HE, MEI, OUYANG
from tests.doors import HOMES, Caller
from tests.factories import SHA

OLD = HOMES[0]


def test_homes_are_merged_by_json_and_only_by_the_community_office(client):
    he, chen, an, ouyang = (Caller(client, actor) for actor in (HE, CHEN, AN, OUYANG))
    body = {
        "others": ["1-1-101B"],
        "door": "101",
        "area_dm2": 8_000,
        "area_source": "register",
        "since": "2026-07-12",
        "document": SHA,
    }
    for caller in (chen, an, ouyang):
        caller("POST", f"/communities/meiyuan/holders/{OLD}/merger", 403, **body)
    deposit = {"receipt_no": "R1", "kind": "first", "amount_fen": 300_000, "on": "2026-07-01", "home": OLD}
    Caller(client, MEI)("POST", "/communities/meiyuan/deposits", 201, **deposit)
    parts = [{"door": "101A", "area_dm2": 5_000}, {"door": "101B", "area_dm2": 3_000}]
    asked = {"parts": parts, "area_source": "register", "since": "2026-07-10", "document": SHA}
    he("POST", f"/communities/meiyuan/holders/{OLD}/division", 201, **asked)
    assert ouyang("GET", f"/communities/meiyuan/homes/{OLD}", 200)["ended_on"] == "2026-07-09"
    assert ouyang("GET", "/communities/meiyuan/homes/1-1-101A", 200)["area_dm2"] == 5_000

    wrong = he("POST", "/communities/meiyuan/holders/1-1-101A/merger", 409, **body)
    assert wrong["code"] == "home-there"
    he("POST", "/communities/meiyuan/holders/1-1-101A/merger", 201, **body | {"door": "101甲"})

    rows = he("GET", "/communities/meiyuan/holders/1-1-101甲", 200)["successions"]
    assert [(row["home"], row["became"]) for row in rows] == [
        ("1-1-101A", "1-1-101甲"),
        ("1-1-101B", "1-1-101甲"),
    ]
    proof = an("GET", "/communities/meiyuan/fund/homes/1-1-101甲/sale-proof", 200)
    assert [row["home"] for row in proof["passed_parts"]] == ["1-1-101A", "1-1-101B"]
    assert sum(row["in_fen"] for row in proof["passed_parts"]) == proof["balance_fen"] > 0
    assert an("GET", f"/communities/meiyuan/fund/homes/{OLD}", 200)["standing"] is None
    size = chen("GET", "/communities/meiyuan", 200)
    assert (size["homes"], size["area_dm2"]) == (len(HOMES), 8_000 * len(HOMES))
