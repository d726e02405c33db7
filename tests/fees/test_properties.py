"""Any sequence of charging, paying, waiving, refunding and reversing keeps the fee book right."""

import shutil
import tempfile
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from ledger.db import Database
from ledger.errors import LedgerError
from ledger.fees.charge_actions import charge_month, take_back_charges
from ledger.fees.dunning.actions import charge_late_fees, claim_costs
from ledger.fees.payment_actions import reverse_payment
from ledger.fees.prepaid.actions import approve_refund, request_refund
from ledger.fees.prepaid.rules import Ground
from ledger.fees.waivers.actions import approve_waiver, request_waiver, withdraw_waiver
from ledger.fees.waivers.rules import Asked, Kind, Months
from ledger.journal.queries import trial_balance
from ledger.periods import Month, noon
from tests.cast import CHEN, MEI
from tests.fees.homes import (
    ONE,
    PLACE,
    THREE,
    TWO,
    a_contract,
    a_payment,
    books_agree,
    charge,
    pay,
    three_homes,
)

HOMES = st.sampled_from([ONE, TWO, THREE])
FIRST = Month(2026, 1)


class FeeBook(RuleBasedStateMachine):
    """Actions in any order; one may be refused, and then nothing of it is left."""

    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.directory = Path(tempfile.mkdtemp(prefix="mingbai-fees-"))
        self.database = Database(f"sqlite:///{shutil.copy(self.template, self.directory / 'ledger.db')}")
        self.month, self.number, self.receipts, self.waivers = FIRST, 0, [], []
        with self.database.writing() as session:
            three_homes(session)
            a_contract(session, late_daily_e6=3_000)

    def teardown(self) -> None:
        self.database.close()
        shutil.rmtree(self.directory)

    def next(self) -> str:
        self.number += 1
        return f"X-{self.number}"

    def do(self, action):
        """Do an action in a transaction of its own, on a day in the month after the last one charged."""
        with suppress(LedgerError), self.database.writing() as session:
            return action(session, noon(self.month.first + timedelta(days=9)))
        return None

    @precondition(lambda self: self.month < Month(2026, 9))
    @rule()
    def charge_the_next_month(self):
        month = self.month
        self.do(lambda session, at: charge(session, month))
        self.month = month.plus(1)

    @rule(month=st.integers(1, 8), again=st.booleans())
    def take_a_month_back(self, month, again):
        wrong = Month(2026, month)
        self.do(lambda session, at: take_back_charges(session, PLACE, wrong, "标准有误", by=MEI, at=at))
        if again and wrong < self.month:
            self.do(lambda session, at: charge_month(session, PLACE, wrong, by=MEI, at=at))

    @rule(home=HOMES, fen=st.integers(1, 120_00), month=st.none() | st.integers(1, 8))
    def pay_something(self, home, fen, month):
        named = (str(Month(2026, month)),) if month else ()
        payment = a_payment(home, fen, self.month.first, key=self.next())._replace(months=named)
        postings = self.do(lambda session, at: pay(session, payment))
        self.receipts += [(posting.no, home) for posting in postings or []]

    @rule(
        home=st.none() | HOMES, percent=st.none() | st.integers(1, 100), fen=st.integers(1, 40_00),
        first=st.integers(1, 8), length=st.integers(0, 4),
    )  # fmt: skip
    def waive_something(self, home, percent, fen, first, length):
        code, month = self.next(), Month(2026, first)
        asked = Asked(percent, None if percent else fen)

        def action(session, at):
            request_waiver(
                session,
                PLACE,
                code,
                Kind.COMPENSATION,
                asked,
                Months(month, month.plus(length)),
                home=home,
                basis="漏水",
                by=MEI,
                at=at,
            )
            return approve_waiver(session, PLACE, code, by=CHEN, at=at)

        if self.do(action):
            self.waivers.append(code)

    @precondition(lambda self: self.waivers)
    @rule(data=st.data())
    def withdraw_a_waiver(self, data):
        code = data.draw(st.sampled_from(self.waivers))
        self.do(lambda session, at: withdraw_waiver(session, PLACE, code, reason="误批", by=CHEN, at=at))

    @precondition(lambda self: self.receipts)
    @rule(data=st.data())
    def reverse_a_receipt(self, data):
        no, _ = data.draw(st.sampled_from(self.receipts))
        self.do(lambda session, at: reverse_payment(session, PLACE, no, reason="退票", by=MEI, at=at))

    @precondition(lambda self: self.receipts)
    @rule(data=st.data(), fen=st.integers(1, 60_00))
    def refund_something(self, data, fen):
        (no, home), code = data.draw(st.sampled_from(self.receipts)), self.next()

        def action(session, at):
            request_refund(session, PLACE, code, home, no, fen, Ground.OVERPAID, by=MEI, at=at)
            approve_refund(session, PLACE, code, by=CHEN, at=at)

        self.do(action)

    @rule(home=HOMES)
    def charge_a_late_fee(self, home):
        until = self.month.first
        self.do(lambda session, at: charge_late_fees(session, PLACE, [home], until, by=MEI, at=at))

    @rule(home=HOMES, month=st.integers(1, 8), fen=st.integers(1, 20_00))
    def claim_some_costs(self, home, month, fen):
        award = self.next()
        self.do(
            lambda session, at: claim_costs(
                session, PLACE, home, Month(2026, month), fen, award, by=MEI, at=at
            )
        )

    @invariant()
    def the_books_agree(self):
        with self.database.reading() as session:
            books_agree(session)
            rows = trial_balance(session, PLACE, "fee", FIRST, Month(2027, 12))
            net = sum(r.closing_fen if r.element in ("asset", "expense") else -r.closing_fen for r in rows)
            assert net == 0


def test_any_sequence_of_actions_keeps_what_is_owed_prepaid_and_booked_in_step(sqlite_template):
    FeeBook.template = sqlite_template
    run_state_machine_as_test(
        FeeBook, settings=settings(max_examples=15, stateful_step_count=20, deadline=None)
    )
