"""What a payment from the fund asks of the database through the JSON door, and how deep it goes."""

from datetime import date

from ledger.community.actions import appoint
from ledger.community.role_rules import Seat
from ledger.community.tables import Person
from tests.cast import BAO, MEI, NOON
from tests.counting import counting
from tests.doors import Caller, application
from tests.factories import a_component, a_deposit
from tests.fund.uses import A101, A102, PLACE, SHOP, a_place, an_emergency, ready_to_pay


def test_a_payment_from_the_fund_asks_twenty_eight_times_and_three_more_where_selling_units_bear(
    database, tmp_path
):
    with database.writing() as session:
        a_place(session)
        a_deposit(session, dict.fromkeys((A101, A102, SHOP), 40_000_00), on=date(2026, 7, 1))
        a_component(session, "gate")
        for code, part in (("P-1", "pump"), ("P-2", "gate")):
            ready_to_pay(session, an_emergency(component=part), code)
        session.add(Person(login=BAO.login, name="Bao", password="-", since=NOON))
        session.flush()
        appoint(session, BAO.login, PLACE, Seat(BAO.role, level=BAO.level), date(2026, 1, 1), by=MEI, at=NOON)
    app = application(database, tmp_path / "home")
    bao = Caller(app.test_client(), BAO)
    bill = {"bill_fen": 1_000_00, "payee": "anju", "on": "2026-07-20"}
    bao("POST", f"/communities/{PLACE}/payments/P-1", 201, invoice_no="I-1", **bill)
    with counting(app) as tally:
        bao.once("POST", f"/communities/{PLACE}/payments/P-2", 201, invoice_no="I-2", **bill)
    assert tally.statements <= 31
    assert 0 < tally.calls <= 8, tally.chain
