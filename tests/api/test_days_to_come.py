"""F5, A11: what is said to have happened has happened; a month may be charged ahead, but not without end."""

from datetime import timedelta

import pytest

from tests.cast import AN, MEI
from tests.desk.conftest import Visitor
from tests.doors import HOMES, sits_down, wait

PLACE = "/communities/meiyuan"
PAYMENT = {"reference": "P-1", "home": HOMES[0], "amount_fen": 36_00}
RECEIPTS = {
    "fees/payments": PAYMENT,
    "revenue/other-receipts": {"category": "scrap", "reference": "r-1", "amount_fen": 100},
    "deposits": {"receipt_no": "R1", "kind": "first", "amount_fen": 100, "home": HOMES[0]},
}


@pytest.fixture
def tomorrow(app):
    return wait(app, 0) + timedelta(days=1)


@pytest.mark.parametrize("path", RECEIPTS)
def test_a11_f5_nothing_is_booked_on_a_day_to_come(as_, tomorrow, path):
    for day in (tomorrow, tomorrow.replace(year=2099)):
        problem = as_(MEI)("POST", f"{PLACE}/{path}", 422, **RECEIPTS[path], on=str(day))
        assert problem["code"] == "day-to-come"
        assert str(day.year) in problem["title"]

    assert all(entry["book"] is None for entry in as_(AN)("GET", f"{PLACE}/entries", 200)["entries"])
    as_(MEI)("POST", f"{PLACE}/{path}", 201, **RECEIPTS[path], on=str(tomorrow - timedelta(days=1)))


def test_f5_the_desk_says_so_on_the_last_look(as_, client, tomorrow):
    desk = Visitor(client)
    sits_down(client, MEI)

    answer = desk.fill("/desk/meiyuan/do/fees/payments", **PAYMENT | {"amount_fen": "36.00"}, on="2099-01-01")

    assert answer.status_code == 422
    assert "2099年1月1日还没有到" in answer.text


def test_a11_f5_a_statement_with_a_line_of_a_day_to_come_is_refused_whole_and_names_the_row(as_, tomorrow):
    rows = [f"2026-07-03,CNY,36.00,,转账,王某,{HOMES[0]}", f"{tomorrow},CNY,-5.00,,转账,某厂,维保"]
    header = "记账日期,货币,交易金额,联机余额,交易摘要,对手信息,客户摘要"
    file = ("\n".join([header, *rows]) + "\n").encode(), "cmb.csv"

    problem = as_(MEI)("POST", f"{PLACE}/statements", 422, file=file, profile="cmb", into="bank")

    assert (problem["code"], problem["facts"]["row"]) == ("line-to-come", 3)
    assert as_(MEI)("GET", f"{PLACE}/statements", 200)["statements"] == []


def test_f5_a_month_is_charged_ahead_but_not_without_end_and_taken_back_whole(as_, tomorrow):
    mei = as_(MEI)
    ahead = f"{tomorrow.year + tomorrow.month // 12}-{tomorrow.month % 12 + 1:02d}"
    for month, status in (("9999-12", 422), ("2099-12", 409), (f"{tomorrow.year + 2}-12", 409)):
        mei("POST", f"{PLACE}/months/{month}/charges", status)
    mei("POST", f"{PLACE}/fees/payments", 201, **PAYMENT, on=str(tomorrow - timedelta(days=1)))

    mei("POST", f"{PLACE}/months/{ahead}/charges", 201)
    owed = mei("GET", f"{PLACE}/fees/homes/{HOMES[0]}", 200)
    mei("POST", f"{PLACE}/months/{ahead}/charges/reversal", 201, reason="收早了")

    after = mei("GET", f"{PLACE}/fees/homes/{HOMES[0]}", 200)
    assert (owed["prepaid_fen"], after["prepaid_fen"]) == (0, 36_00)
    assert after["owed_fen"] == 0
    mei("GET", f"{PLACE}/fees/debtors", 200)
    mei("POST", f"{PLACE}/months/{ahead}/charges", 201)
    assert mei("GET", f"{PLACE}/fees/homes/{HOMES[0]}", 200)["prepaid_fen"] == 0
