"""Two tills at once: one payment waits for the other, and no month is paid twice."""

from threading import Thread
from time import sleep

from ledger.fees.queries import outstanding
from ledger.journal.queries import held
from tests.fees.homes import ONE, PLACE, a_payment, charge, pay, three_homes


def test_two_payments_at_once_do_not_both_pay_the_same_month(database):
    with database.writing() as session:
        three_homes(session)
        charge(session)

    def pay_at_the_other_till():
        with database.writing() as session:
            pay(session, a_payment(ONE, 36_00, key="p-2", into="wallet"))

    other = Thread(target=pay_at_the_other_till)
    with database.writing() as session:
        pay(session, a_payment(ONE, 36_00, key="p-1"))
        other.start()
        sleep(0.3)
    other.join()

    with database.reading() as session:
        assert ONE not in outstanding(session, PLACE)
        assert held(session, PLACE, "fee", "arrears")[ONE] == 0
        assert held(session, PLACE, "fee", "prepaid")[ONE] == 36_00
