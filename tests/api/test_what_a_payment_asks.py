"""What a payment asks of the database through the JSON door, and how deep it goes from its route to a row."""

from ledger.fees.charge_actions import charge_month
from ledger.periods import Month
from tests.cast import MEI, NOON
from tests.counting import counting
from tests.doors import Caller

FEES = "/communities/meiyuan/fees/payments"


def test_a_payment_asks_little_and_goes_eight_deep(app, database):
    """Ahead 14 statements, of them one whether the home was divided; of a debt 17, of them three that seal what it paid."""
    mei = Caller(app.test_client(), MEI)
    receipt = {"home": "1-1-101", "amount_fen": 100, "on": "2026-07-10"}
    mei("POST", FEES, 201, reference="S-1", **receipt)  # wakes the application
    with counting(app) as ahead:
        mei.once("POST", FEES, 201, reference="S-2", **receipt)
    with database.writing() as session:
        charge_month(session, "meiyuan", Month(2026, 7), by=MEI, at=NOON)
    with counting(app) as owed:
        mei.once("POST", FEES, 201, reference="S-3", **receipt)

    assert (ahead.statements, owed.statements) == (14, 17)
    assert 0 < ahead.calls <= owed.calls <= 8, owed.chain
