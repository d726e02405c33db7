"""Both amounts of a receipt of charging, and the electricity paid on, through each door."""

import json

import pytest
from click.testing import CliRunner

from ledger.cli.commands import main
from ledger.community.rules import FirmKind
from ledger.journal.queries import trial_balance
from ledger.periods import Month
from tests.cast import MEI
from tests.desk.conftest import Visitor
from tests.doors import sits_down
from tests.factories import a_firm

PLACE = "/communities/meiyuan"
RECEIPT = {"contract": "CD-1", "amount_fen": 10_000, "on": "2026-02-09", "reference": "c-1"}


@pytest.fixture
def charging(as_, database):
    with database.writing() as session:
        a_firm(session, "grid", FirmKind.UTILITY)
    manager = as_(MEI)
    manager(
        "POST", f"{PLACE}/revenue/contracts", 201, number="CD-1", category="ev_charging", counterparty="media",
        object="电动自行车充电棚", every_months=3, starts_on="2026-01-01", ends_on="2026-12-31", price_fen=40_000,
        resolution="决议 4", resolved_on="2025-11-02",
    )  # fmt: skip
    return manager


def held(database):
    with database.reading() as session:
        rows = trial_balance(session, "meiyuan", "revenue", Month(2026, 1), Month(2026, 12))
        return {row.account: row.closing_fen for row in rows if row.account in ("PR1001", "PR2301")}


def test_a_program_tells_both_amounts_and_pays_the_electricity_on(charging, database):
    refused = charging("POST", f"{PLACE}/revenue/receipts", 409, **RECEIPT)
    assert refused["code"] == "electricity-not-told"
    charging("POST", f"{PLACE}/revenue/receipts", 201, **RECEIPT, electricity_fen=20_000)

    bill = {"amount_fen": 20_001, "on": "2026-03-05", "supplier": "grid", "voucher_no": "DF-1"}
    refused = charging("POST", f"{PLACE}/revenue/contracts/CD-1/electricity", 409, **bill)
    assert refused["code"] == "more-electricity-than-collected"
    charging("POST", f"{PLACE}/revenue/contracts/CD-1/electricity", 201, **bill | {"amount_fen": 15_000})

    assert charging("GET", f"{PLACE}/revenue/contracts/CD-1", 200)["electricity_fen"] == 5_000
    assert held(database) == {"PR1001": 15_000, "PR2301": 5_000}


def test_a_form_does_both(charging, app, database):
    desk = Visitor(app.test_client())
    sits_down(desk.client, MEI)

    typed = {
        "contract": "CD-1",
        "amount_fen": "100.00",
        "electricity_fen": "200.00",
        "on": "2026-02-09",
        "reference": "c-1",
    }
    answer = desk.fill("/desk/meiyuan/do/revenue/receipts", **typed)
    assert answer.status_code == 302, answer.text
    bill = {"amount_fen": "150.00", "on": "2026-03-05", "supplier": "grid", "voucher_no": "DF-1"}
    answer = desk.fill("/desk/meiyuan/do/revenue/contracts/CD-1/electricity", **bill)
    assert answer.status_code == 302, answer.text

    assert "代收未付的电费" in desk.get("/desk/meiyuan/revenue/contracts/CD-1").text
    assert held(database) == {"PR1001": 15_000, "PR2301": 5_000}


def test_a_command_pays_it_on(charging, database, tmp_path):
    charging("POST", f"{PLACE}/revenue/receipts", 201, **RECEIPT, electricity_fen=20_000)
    url = database.engine.url.render_as_string(hide_password=False)
    words = ["--json", "do", "revenue", "contracts", "electricity", "meiyuan", "CD-1", "--as", "mei"]
    words += ["--amount", "150.00", "--on", "2026-03-05", "--supplier", "grid", "--voucher-no", "DF-1"]

    result = CliRunner().invoke(main, words, env={"LEDGER_HOME": str(tmp_path), "LEDGER_DATABASE_URL": url})

    assert result.exit_code == 0, result.output
    assert "entry" in json.loads(result.output)
    assert held(database) == {"PR1001": 15_000, "PR2301": 5_000}
