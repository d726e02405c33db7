"""What a payment asks of the database through the JSON door, and how deep it goes from its route to a row."""

from tests.cast import MEI
from tests.counting import counting
from tests.doors import Caller

FEES = "/communities/meiyuan/fees/payments"


def test_a_payment_of_the_fee_asks_thirteen_times_and_goes_eight_deep(app, database):
    mei = Caller(app.test_client(), MEI)
    receipt = {"home": "1-1-101", "amount_fen": 3_600, "on": "2026-07-10"}
    mei("POST", FEES, 201, reference="S-1", **receipt)  # wakes the application
    with counting(database) as tally:
        mei("POST", FEES, 201, reference="S-2", **receipt)
    assert tally.statements <= 13
    assert tally.calls <= 8, tally.chain
