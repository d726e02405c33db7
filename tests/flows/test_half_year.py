"""The main job from end to end through the real doors: money in, month end, disclosure, score, proof."""

import json
from hashlib import sha256

import pytest

from ledger.community.role_rules import Role
from ledger.log import merkle, note
from tests.cast import LIN
from tests.doors import HOMES, Caller

PLACE = "/communities/meiyuan"


@pytest.fixture
def lin(app):
    """A second member of the committee: the third person of a disclosure."""
    return Caller(app.test_client(), LIN)


def wechat_bill(*lines: tuple[str, str, str]) -> bytes:
    head = "微信支付账单明细\n---明细列表---\n交易时间,交易类型,交易对方,商品,收/支,金额(元),支付方式,当前状态,交易单号,商户单号,备注\n"
    rows = "".join(
        f"{when} 10:00:00,二维码收款,某某,{remark},收入,¥{amount},零钱,已收钱,{number:06d},/,/\n"
        for number, (when, remark, amount) in enumerate(lines, 1)
    )
    return (head + rows).encode()


def signed_in(caller) -> dict[str, str]:
    return {"Authorization": f"Bearer {caller.token}"}


def live_half_a_year(people) -> None:
    manager = people[Role.MANAGER]
    for month in range(1, 7):
        manager("POST", f"{PLACE}/months/2026-{month:02d}/charges", 201)
    bill = wechat_bill(
        ("2026-03-05", f"{HOMES[0]} 物业费", "216.00"),
        ("2026-03-06", "1幢1单元102 物业费", "36.00"),
        ("2026-03-07", "谢谢", "50.00"),
    )
    outcome = manager(
        "POST", f"{PLACE}/statements", 201, file=(bill, "wx.csv"), profile="wechat", into="wallet"
    )
    assert (outcome["matched"], outcome["suspense"]) == (2, 1)
    contract = {
        "number": "GY-01", "category": "ad_lift", "counterparty": "media", "object": "电梯广告", "every_months": 3,
        "starts_on": "2026-01-01", "ends_on": "2026-12-31", "price_fen": 400_000, "resolution": "决议 4", "resolved_on": "2025-11-02",
    }  # fmt: skip
    manager("POST", f"{PLACE}/revenue/contracts", 201, **contract)
    receipt = {"contract": "GY-01", "amount_fen": 100_000, "on": "2026-01-20", "reference": "bank-1"}
    manager("POST", f"{PLACE}/revenue/receipts", 201, **receipt)
    manager("POST", f"{PLACE}/revenue/remittances", 201, period="2026-Q1", on="2026-04-10")
    manager(
        "POST",
        f"{PLACE}/months/2026-06/closing",
        201,
        exceptions={"fee/2241": "一笔收款正在核实"},
        without_statement=dict.fromkeys(("bank", "wallet", "fund-bank", "revenue-bank"), "银行还没有出流水"),
    )


def test_a_half_year_is_lived_disclosed_scored_and_proved(people, lin, app):
    live_half_a_year(people)
    manager, committee, street = people[Role.MANAGER], people[Role.COMMITTEE], people[Role.SUPERVISOR]

    draft = manager("POST", f"{PLACE}/disclosures/2026-H1", 201)
    committee("POST", f"{PLACE}/disclosures/2026-H1/check", 409, sha256="0" * 64)  # not what was read
    committee("POST", f"{PLACE}/disclosures/2026-H1/check", 201, sha256=draft["sha256"])
    committee("PUT", f"{PLACE}/disclosures/2026-H1/publication", 403)  # a third person is needed
    published = lin("PUT", f"{PLACE}/disclosures/2026-H1/publication", 201)
    scored = street("PUT", f"{PLACE}/evaluations/2026-H1/publication", 201)
    report = people[Role.AUDITOR]("GET", f"{PLACE}/reports/check/2026-H1.pdf", 200)

    assert published["sha256"] == draft["sha256"]
    assert scored["version"] == 1
    assert report.startswith(b"%PDF-")

    public = app.test_client()
    body = public.get("/meiyuan/half-year/2026-H1/body.json").data
    leaf = public.get("/meiyuan/half-year/2026-H1/leaf").data
    proof = note.parse_proof(public.get("/meiyuan/half-year/2026-H1/proof").text)
    key = note.Verifier.parse(public.get("/meiyuan/log/key").text)
    signed, _ = note.verified(proof.checkpoint, [key])
    head = note.parse_checkpoint(signed.text)
    assert sha256(body).hexdigest() == json.loads(leaf)["body"]
    assert merkle.verify_inclusion(merkle.leaf_hash(leaf), proof.index, head.size, proof.path, head.root)
    page = public.get("/meiyuan/half-year/2026-H1/").text
    figures = json.loads(body)
    assert figures["revenue"]["in_fen"] == 100_000
    assert "700.00" in page  # what went into the fund: 70 % of 1,000.00
    assert people[Role.AUDITOR]("GET", f"{PLACE}/fsck", 200) == {"problems": []}


def test_d3_whoever_publishes_again_with_the_same_key_gets_the_first_answer_and_nothing_is_published_twice(
    people, lin
):
    live_half_a_year(people)
    manager, committee, street = people[Role.MANAGER], people[Role.COMMITTEE], people[Role.SUPERVISOR]
    draft, card = f"{PLACE}/disclosures/2026-H1", f"{PLACE}/evaluations/2026-H1"
    manager("POST", draft, 201)
    read = committee("GET", f"{draft}/draft", 200)
    assert read["state"] == "prepared"
    assert (
        sha256(committee.client.get(f"/api/v1{draft}", headers=signed_in(committee)).data).hexdigest()
        == read["sha256"]
    )
    assert committee("GET", f"{draft}/draft.pdf", 200).startswith(b"%PDF-")
    committee("POST", f"{draft}/check", 201, sha256=read["sha256"])
    waiting = street("GET", f"{PLACE}/evaluations", 200)["evaluations"]
    assert [(evaluation["period"], evaluation["version"]) for evaluation in waiting] == [("2026-H1", None)]

    for by, path in ((lin, draft), (street, card)):
        published = [by("PUT", f"{path}/publication", 201, key="publish-once") for _ in range(2)]
        assert published[0] == published[1]

    unchanged = manager("POST", draft, 409, why="再看一遍")
    assert unchanged["code"] == "nothing-corrected"
    assert "2026年上半年已经公示的第 1 版" in unchanged["title_zh"]
    assert street("PUT", f"{card}/publication", 409, why="再看一遍")["code"] == "nothing-corrected"
    assert street("PUT", f"{card}/publication", 422)["code"] == "no-reason-given"
    (kept,) = street("GET", f"{PLACE}/evaluations", 200)["evaluations"]
    score = street("GET", f"{card}/score", 200)
    assert (kept["version"], kept["score_e2"], kept["grade"]) == (1, score["score_e2"], score["grade"])
    (listed,) = street("GET", f"{PLACE}/disclosures", 200)["disclosures"]
    assert (listed["version"], listed["state"], listed["published_by"]) == (1, "published", "lin")


def test_a_period_is_not_disclosed_before_it_is_closed(people):
    problem = people[Role.MANAGER]("POST", f"{PLACE}/disclosures/2026-H1", 409)

    assert problem["code"] == "period-open"


def test_a_statement_sent_again_changes_nothing_and_its_suspense_is_resolved_once(people):
    live = people[Role.MANAGER]
    live("POST", f"{PLACE}/months/2026-07/charges", 201)
    bill = wechat_bill(("2026-07-07", "谢谢", "50.00"), ("2026-07-08", f"{HOMES[0]} {HOMES[1]}", "9.00"))

    live("POST", f"{PLACE}/statements", 201, file=(bill, "wx.csv"), profile="wechat", into="wallet")
    again = live("POST", f"{PLACE}/statements", 201, file=(bill, "wx.csv"), profile="wechat", into="wallet")
    assert again["known"] == 2

    line = live("GET", f"{PLACE}/suspense", 200)["lines"][0]
    line_id = {name: line[name] for name in ("account", "fingerprint", "occurrence")}
    live("POST", f"{PLACE}/suspense/resolutions", 201, **line_id, home=HOMES[0], on="2026-07-09")
    live("POST", f"{PLACE}/suspense/resolutions", 409, **line_id, home=HOMES[0], on="2026-07-09")
    owed = people[Role.OWNER]("GET", f"{PLACE}/homes/{HOMES[0]}", 200)
    assert owed["prepaid_fen"] == 5_000 - 3_600
