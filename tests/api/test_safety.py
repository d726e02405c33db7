"""The public account for housing safety through each door."""

import json

import pytest
from click.testing import CliRunner

from ledger.cli.commands import main
from ledger.grants.safety.rules import BOOK
from tests.cast import HE, MEI
from tests.desk.conftest import Visitor
from tests.doors import approve, sits_down
from tests.factories import SHA

PLACE = "/communities/meiyuan"
GRANT = {
    "receipt_no": "BK-1",
    "payer": "东湖区住建局",
    "amount_fen": 500_000,
    "on": "2026-07-10",
    "document": SHA,
}
BILL = {
    "number": "FP-1",
    "what": "房屋安全体检",
    "payee": "anju",
    "amount_fen": 120_000,
    "building": "1",
    "document": SHA,
}


@pytest.fixture
def manager(as_, database):
    manager = as_(MEI)
    manager("POST", f"{PLACE}/housing-safety/book", 201)
    approve(database, BOOK)
    return manager


def test_a_program_opens_it_takes_in_and_pays_by_two_people(manager, as_):
    manager("POST", f"{PLACE}/housing-safety/receipts", 201, **GRANT)
    short = manager("POST", f"{PLACE}/housing-safety/payments", 409, **BILL | {"amount_fen": 500_001})
    manager("POST", f"{PLACE}/housing-safety/payments", 201, **BILL)
    manager("POST", f"{PLACE}/housing-safety/payments/FP-1/payment", 403, on="2026-07-12")
    as_(HE)("POST", f"{PLACE}/housing-safety/payments/FP-1/payment", 201, on="2026-07-12")

    assert short["code"] == "housing-safety-short"
    account = manager("GET", f"{PLACE}/housing-safety", 200)
    assert (account["in_fen"], account["out_fen"], account["closing_fen"]) == (500_000, 120_000, 380_000)
    [payment] = manager("GET", f"{PLACE}/housing-safety/payments", 200)["payments"]
    assert (payment["building"], payment["approved_by"], payment["paid_on"]) == ("1", "he", "2026-07-12")


def test_forms_do_the_same(manager, app):
    desk = {actor: Visitor(app.test_client()) for actor in (MEI, HE)}
    for actor, visitor in desk.items():
        sits_down(visitor.client, actor)

    typed = {**GRANT, "amount_fen": "5000.00"}
    answer = desk[MEI].fill("/desk/meiyuan/do/housing-safety/receipts", **typed)
    assert answer.status_code == 302, answer.text
    answer = desk[MEI].fill("/desk/meiyuan/do/housing-safety/payments", **BILL | {"amount_fen": "1200.00"})
    assert answer.status_code == 302, answer.text
    answer = desk[HE].fill("/desk/meiyuan/do/housing-safety/payments/FP-1/payment", on="2026-07-12")
    assert answer.status_code == 302, answer.text

    page = desk[HE].get("/desk/meiyuan/housing-safety").text
    assert "房屋安全管理资金公共账户" in page
    assert "3,800.00" in page


def test_a_command_pays(manager, database, tmp_path):
    manager("POST", f"{PLACE}/housing-safety/receipts", 201, **GRANT)
    manager("POST", f"{PLACE}/housing-safety/payments", 201, **BILL)
    url = database.engine.url.render_as_string(hide_password=False)
    words = [
        "--json",
        "do",
        "housing-safety",
        "payments",
        "payment",
        "meiyuan",
        "FP-1",
        "--as",
        "he",
        "--on",
        "2026-07-12",
    ]

    result = CliRunner().invoke(main, words, env={"LEDGER_HOME": str(tmp_path), "LEDGER_DATABASE_URL": url})

    assert result.exit_code == 0, result.output
    assert "entry" in json.loads(result.output)
