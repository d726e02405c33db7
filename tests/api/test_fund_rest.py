"""Gains, top-ups, custody and returns through the JSON door: each by the right roles, and refused to the wrong ones."""

from datetime import timedelta

import pytest

from ledger.fund.actions import end_month
from ledger.fund.gains.actions import credit_interest
from ledger.periods import Month, noon
from tests.cast import AN, BAO, CHEN, HE, HUANG, MEI, OUYANG, SU, WEN
from tests.doors import HOMES, Caller, wait
from tests.factories import a_deposit

PLACE = "/communities/meiyuan"
GAINS, TOPUPS, CUSTODY, FUND = (f"{PLACE}/{name}" for name in ("gains", "topups", "custody", "fund"))
EVERYBODY = (MEI, WEN, CHEN, HE, SU, HUANG, BAO, AN, OUYANG)


@pytest.fixture
def as_(client):
    """As everywhere; all sign in before any day passes."""
    return {actor: Caller(client, actor) for actor in EVERYBODY}.__getitem__


@pytest.fixture
def last_month(app, database):
    """A month that has been closed, with deposits of three homes and interest of 10.00 in it."""
    today = wait(app, 0)
    month = Month.of(today).plus(-1)
    with database.writing() as session:
        deposits = {HOMES[0]: 300_000, HOMES[1]: 100_000, HOMES[2]: 89_999}
        a_deposit(session, deposits, on=month.first, at=noon(today))
        credit_interest(session, "meiyuan", 1_000, month.last, key="interest/1", by=MEI, at=noon(today))
        end_month(session, "meiyuan", month, exceptions={}, by=MEI, at=noon(today))
    return month


def refused_to(as_, wrong, method, path, **body):
    for actor in wrong:
        as_(actor)(method, path, 403, **body)


def test_an_interest_run_is_prepared_by_one_and_posted_by_another(as_, last_month):
    run = {"code": "R-1", "period": str(last_month), "income_fen": 1_000}
    refused_to(as_, (WEN, CHEN, HE, SU, AN, OUYANG), "POST", f"{GAINS}/runs", **run)
    as_(MEI)("POST", f"{GAINS}/runs", 409, **{**run, "income_fen": 1_001})
    prepared = as_(MEI)("POST", f"{GAINS}/runs", 201, **run)
    assert prepared["entry_no"] is None
    assert as_(OUYANG)("GET", f"{GAINS}/homes/{HOMES[0]}", 200)["gains"] == []
    refused_to(as_, (MEI, WEN, CHEN, HE, SU, BAO, AN, OUYANG), "POST", f"{GAINS}/runs/R-1/posting")

    posting = as_(HUANG)("POST", f"{GAINS}/runs/R-1/posting", 201)

    assert as_(HUANG)("POST", f"{GAINS}/runs/R-1/posting", 201) == posting
    shown = as_(AN)("GET", f"{GAINS}/runs/R-1", 200)
    assert sum(share["share_fen"] for share in shown["shares"]) == 1_000
    refused_to(as_, (WEN, HE, OUYANG), "GET", f"{GAINS}/runs/R-1")
    (mine,) = as_(OUYANG)("GET", f"{GAINS}/homes/{HOMES[0]}", 200)["gains"]
    assert mine["share_fen"] == 612
    as_(OUYANG)("GET", f"{GAINS}/homes/{HOMES[1]}", 403)
    ledger = as_(OUYANG)("GET", f"{FUND}/homes/{HOMES[0]}", 200)
    assert [line["kind_zh"] for line in ledger["lines"]] == ["首期交存", "利息分配"]
    assert ledger["balance_fen"] == 300_612
    assert as_(AN)("GET", f"{PLACE}/fsck", 200) == {"problems": []}


def test_a_posted_run_is_taken_back_whole_and_never_by_the_general_reversal(as_, last_month):
    run = {"code": "R-1", "period": str(last_month), "income_fen": 1_000}
    as_(MEI)("POST", f"{GAINS}/runs", 201, **run)
    entry = as_(HUANG)("POST", f"{GAINS}/runs/R-1/posting", 201)["entry"]
    as_(MEI)("POST", f"{PLACE}/entries/{entry}/reversal", 409, reason="算错")
    wrong = (MEI, WEN, CHEN, HE, SU, BAO, AN, OUYANG)
    refused_to(as_, wrong, "POST", f"{GAINS}/runs/R-1/reversal", reason="算错")

    as_(HUANG)("POST", f"{GAINS}/runs/R-1/reversal", 201, reason="算错")

    assert as_(HE)("GET", GAINS, 200)["undistributed_fen"] == 1_000


def test_interest_and_scrap_are_booked_by_the_manager_once(app, as_):
    receipt = {
        "source": "scrap",
        "amount_fen": 5_000,
        "on": str(wait(app, 0)),
        "voucher_no": "V1",
        "what": "旧泵",
    }
    refused_to(as_, (WEN, CHEN, HE, SU, AN, OUYANG), "POST", f"{GAINS}/receipts", **receipt)
    first = as_(MEI)("POST", f"{GAINS}/receipts", 201, **receipt)

    assert as_(MEI)("POST", f"{GAINS}/receipts", 201, **receipt) == first
    as_(MEI)("POST", f"{GAINS}/receipts", 409, **{**receipt, "amount_fen": 5_001})
    as_(MEI)("POST", f"{GAINS}/receipts", 201, **{**receipt, "source": "interest"})
    for wrong in ({"amount_fen": 0}, {"amount_fen": -1}, {"amount_fen": 1.5}, {"source": "lottery"}):
        as_(MEI)("POST", f"{GAINS}/receipts", 422, **{**receipt, **wrong})


def test_idle_money_goes_nowhere_without_the_owners(app, as_, last_month):
    today = wait(app, 0)
    offer = {
        "code": "G1", "motion": "none", "series": "2026 凭证式", "cost_fen": 100_000,
        "issued_from": str(today), "issued_until": str(today + timedelta(days=9)),
        "matures_on": str(today + timedelta(days=1_000)),
    }  # fmt: skip
    refused_to(as_, (WEN, CHEN, HE, SU, AN, OUYANG), "POST", f"{GAINS}/bonds", **offer)
    answer = as_(MEI)("POST", f"{GAINS}/bonds", 409, **offer)
    assert "278" in answer["article"]
    answer = as_(MEI)("POST", f"{GAINS}/bonds", 409, **{**offer, "instrument": "wealth_product"})
    assert "26" in answer["article"]
    as_(CHEN)("POST", f"{GAINS}/bonds/G1/purchase", 404, on=str(today))
    refused_to(as_, (MEI, AN, OUYANG), "POST", f"{GAINS}/bonds/G1/purchase", on=str(today))
    assert as_(HE)("GET", f"{GAINS}/bonds", 200)["bonds"] == []


def test_a_top_up_from_the_trigger_over_the_vote_to_the_paid_register(app, as_, last_month):
    """The second home stands at a third of its 3,000.00, the third one fen below the trigger, three at nought."""
    flags = as_(HE)("GET", TOPUPS, 200)["flags"]
    assert [(flag["building"], flag["below"]) for flag in flags] == [("1", True), (None, True)]
    low = [
        h["home"]
        for h in as_(MEI)("GET", f"{TOPUPS}/standings", 200)["homes"]
        if h["standing"] == "needs_topup"
    ]
    assert low == [*HOMES[2:]]
    plan = {"code": "X-1", "title": "续筹维修资金", "basis": "target"}
    refused_to(as_, (WEN, CHEN, HE, SU, AN, OUYANG), "POST", TOPUPS, **plan)
    planned = as_(MEI)("POST", TOPUPS, 201, **plan)
    assert planned["total_fen"] == 200_000 + 210_001 + 3 * 300_000
    as_(MEI)("POST", TOPUPS, 409, **plan)
    receipts = {
        "receipts": [{"receipt_no": "S1", "home": HOMES[2], "amount_fen": 210_001, "on": str(wait(app, 0))}]
    }
    as_(MEI)("POST", f"{TOPUPS}/X-1/receipts", 409, **receipts)  # not decided yet
    opens = wait(app, 0) + timedelta(days=15)
    days = {"opens_on": str(opens), "closes_on": str(opens + timedelta(days=2))}
    refused_to(as_, (MEI, WEN, SU, AN, OUYANG), "POST", f"{TOPUPS}/X-1/vote", **days)
    vote = f"{PLACE}/votes/{as_(CHEN)('POST', f'{TOPUPS}/X-1/vote', 201, **days)['motion']}"
    wait(app, 15)
    as_(OUYANG)("POST", f"{vote}/ballots", 201, choice="yes")
    sheet = as_(HE)("POST", f"{PLACE}/votes/papers", 201, file=(b"%PDF-1.7 sheet", "sheet.pdf"))["sha256"]
    read = {"sheet": sheet, "returned_on": days["opens_on"], "choices": dict.fromkeys(HOMES[1:4], "yes")}
    for by in (HE, CHEN):
        as_(by)("POST", f"{vote}/sheets", 201, **read)
    as_(CHEN)("POST", f"{TOPUPS}/X-1/count", 409)
    today = wait(app, 3)

    counted = as_(CHEN)("POST", f"{TOPUPS}/X-1/count", 201)

    assert (counted["state"], counted["due_on"]) == ("adopted", str(today + timedelta(days=90)))
    refused_to(as_, (WEN, CHEN, HE, SU, AN, OUYANG), "POST", f"{TOPUPS}/X-1/receipts", **receipts)
    as_(MEI)("POST", f"{TOPUPS}/X-1/receipts", 201, **receipts)
    too_much = {**receipts["receipts"][0], "receipt_no": "S2", "amount_fen": 1}
    as_(MEI)("POST", f"{TOPUPS}/X-1/receipts", 409, receipts=[too_much])
    rows = {row["home"]: row["open_fen"] for row in as_(CHEN)("GET", f"{TOPUPS}/X-1/register", 200)["homes"]}
    assert rows == {HOMES[1]: 200_000, HOMES[2]: 0, **dict.fromkeys(HOMES[3:], 300_000)}
    refused_to(as_, (WEN, OUYANG), "GET", f"{TOPUPS}/X-1/register")
    refused_to(as_, (WEN, OUYANG), "GET", f"{TOPUPS}/standings")
    assert as_(OUYANG)("GET", f"{TOPUPS}/X-1", 200)["totals"] == {
        "homes": 5, "due_fen": planned["total_fen"], "paid_fen": 210_001,
    }  # fmt: skip
    assert as_(OUYANG)("GET", f"{TOPUPS}/homes/{HOMES[0]}", 200)["dues"] == []
    as_(OUYANG)("GET", f"{TOPUPS}/homes/{HOMES[1]}", 403)
    assert as_(CHEN)("GET", f"{TOPUPS}/homes/{HOMES[1]}", 200)["dues"][0]["open_fen"] == 200_000
    assert as_(AN)("GET", f"{PLACE}/fsck", 200) == {"problems": []}


def test_silence_raises_no_money_where_no_law_says_so(app, as_, last_month):
    as_(MEI)("POST", TOPUPS, 201, code="X-1", title="续筹", basis="total", total_fen=1_000_000)
    refused_to(as_, (MEI, HE, SU, OUYANG), "POST", f"{TOPUPS}/X-1/notification")

    assert "278" in as_(CHEN)("POST", f"{TOPUPS}/X-1/notification", 409)["article"]


def test_custody_changes_hands_by_both_sides(app, as_, last_month):
    today = str(wait(app, 0))
    notice = {"code": "H-1", "to": "post_transfer", "noticed_on": today}
    refused_to(as_, (MEI, WEN, HE, SU, AN, OUYANG), "POST", f"{CUSTODY}/handovers", **notice)
    as_(CHEN)("POST", f"{CUSTODY}/handovers", 422, **{**notice, "noticed_on": "9999-12-31"})
    as_(CHEN)("POST", f"{CUSTODY}/handovers", 201, **notice)
    before = as_(AN)("GET", f"{FUND}/homes/{HOMES[0]}", 200)["balance_fen"]
    wrong = (MEI, CHEN, HE, SU, BAO, AN, OUYANG)
    refused_to(as_, wrong, "POST", f"{CUSTODY}/handovers/H-1/release", on=today)
    as_(CHEN)("POST", f"{CUSTODY}/handovers/H-1/taking", 409, on=today)

    as_(HUANG)("POST", f"{CUSTODY}/handovers/H-1/release", 201, on=today)
    wrong = (MEI, SU, HUANG, HE, AN, OUYANG)
    refused_to(as_, wrong, "POST", f"{CUSTODY}/handovers/H-1/taking", on=today)
    as_(CHEN)("POST", f"{CUSTODY}/handovers/H-1/taking", 201, on=today)

    shown = as_(HE)("GET", CUSTODY, 200)
    assert (shown["keeper"], shown["account_level"]) == ("post_transfer", "area")
    assert (shown["handovers"][0]["late"], shown["handovers"][0]["total_fen"]) == (False, 490_999)
    ledger = as_(AN)("GET", f"{FUND}/homes/{HOMES[0]}", 200)
    assert ledger["balance_fen"] == before
    assert [line["kind_zh"] for line in ledger["lines"]] == ["首期交存", "划转", "划转"]
    assert as_(AN)("GET", f"{PLACE}/fsck", 200) == {"problems": []}


def test_a_refund_and_a_lost_house_are_asked_by_one_and_paid_by_another(app, as_, last_month):
    today = str(wait(app, 0))
    deposit = {"receipt_no": "Z1", "kind": "first", "amount_fen": 500, "on": today, "home": HOMES[3]}
    as_(MEI)("POST", f"{PLACE}/deposits", 201, **deposit)
    refund = {"code": "T-1", "receipt_no": "Z1", "amount_fen": 200, "reason": "多交"}
    refused_to(as_, (WEN, CHEN, HE, SU, AN, OUYANG), "POST", f"{CUSTODY}/refunds", **refund)
    as_(MEI)("POST", f"{CUSTODY}/refunds", 404, **{**refund, "receipt_no": "Z9"})
    as_(MEI)("POST", f"{CUSTODY}/refunds", 201, **refund)
    as_(MEI)("POST", f"{CUSTODY}/losses", 404, code="L-1", homes=["9-9-999"], lost_on=today)
    lost = as_(MEI)("POST", f"{CUSTODY}/losses", 201, code="L-1", homes=[HOMES[0]], lost_on=today)
    assert lost == {"returns": [f"L-1/{HOMES[0]}"]}

    for code in ("T-1", *lost["returns"]):
        wrong = (MEI, WEN, CHEN, HE, SU, BAO, AN, OUYANG)
        refused_to(as_, wrong, "POST", f"{CUSTODY}/returns/{code}/payment", on=today)
        as_(HUANG)("POST", f"{CUSTODY}/returns/{code}/payment", 201, on=today)

    assert {r["code"]: r["paid_by"] for r in as_(AN)("GET", f"{CUSTODY}/returns", 200)["returns"]} == {
        "T-1": "huang", lost["returns"][0]: "huang",
    }  # fmt: skip
    refused_to(as_, (WEN, HE, OUYANG), "GET", f"{CUSTODY}/returns")
    assert as_(AN)("GET", f"{PLACE}/fsck", 200) == {"problems": []}


def test_ledgers_and_statements_go_to_those_who_may_read_them(as_, last_month):
    period = str(last_month)
    refused_to(as_, (WEN, HE, OUYANG), "GET", f"{FUND}/statements/{period}.xlsx")
    assert as_(CHEN)("GET", f"{FUND}/statements/{period}.xlsx", 200).startswith(b"PK")
    assert as_(AN)("GET", f"{FUND}/statements/{last_month.year}.pdf", 200).startswith(b"%PDF")
    as_(AN)("GET", f"{FUND}/statements/0000.pdf", 422)
    proof = as_(OUYANG)("GET", f"{FUND}/homes/{HOMES[0]}/sale-proof", 200)
    assert (proof["deposited_fen"], proof["balance_fen"]) == (300_000, 300_000)
    for path in (f"homes/{HOMES[1]}", f"homes/{HOMES[1]}/sale-proof", "buildings/1"):
        as_(OUYANG)("GET", f"{FUND}/{path}", 403)
    assert as_(HE)("GET", f"{FUND}/buildings/1", 200)["lines"][-1]["balance_fen"] == 489_999
    as_(HE)("GET", f"{FUND}/buildings/9", 404)
    as_(AN)("GET", f"{FUND}/homes/9-9-999", 404)
