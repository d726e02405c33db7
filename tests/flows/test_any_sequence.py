"""Whatever is done with the money of one community, in whatever order, all that the ledger promises still holds.

Every step is a real action, as the doors call it. One that is refused leaves nothing behind.
"""

import itertools
import shutil
import tempfile
from collections import Counter
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func
from sqlmodel import select

from ledger.db import Database
from ledger.errors import Refused, Unknown
from ledger.fees import charge_actions as fees
from ledger.fees import payment_actions as fee_payments
from ledger.fees.budgets.actions import book_cost, take_remuneration
from ledger.fees.budgets.rules import CostLine
from ledger.fees.dunning.actions import charge_late_fees
from ledger.fees.prepaid.actions import approve_refund, request_refund
from ledger.fees.prepaid.rules import Ground
from ledger.fees.waivers.actions import approve_waiver, request_waiver, withdraw_waiver
from ledger.fees.waivers.rules import Asked, Kind, Months
from ledger.findings.identities import identities
from ledger.fund.actions import NewDeposit, deposit, end_month
from ledger.fund.bonds.actions import buy_bond, end_bond, plan_bond
from ledger.fund.bonds.rules import Ending, Offer
from ledger.fund.custody.actions import notify_handover, release_fund, take_over_fund
from ledger.fund.gains.actions import credit_interest, credit_other, post_run, prepare_run, reverse_run
from ledger.fund.gains.queries import undistributed
from ledger.fund.gains.rules import Source as Gain
from ledger.fund.power_queries import keeper
from ledger.fund.returns.actions import ask_refund, declare_loss, pay_return
from ledger.fund.rules import OTHER, DepositKind, Keeper
from ledger.fund.uses import actions as uses
from ledger.fund.uses import approval_actions as approvals
from ledger.fund.uses.payment_actions import pay, take_back
from ledger.fund.uses.payment_rules import Bill
from ledger.fund.uses.rules import (
    ScopeKind,
)
from ledger.fund.uses.step_and_emergency_rules import EmergencyCase
from ledger.grants import actions as grants
from ledger.grants.contributions import actions as levies
from ledger.grants.donations.actions import ask_spending, pay_spending, take_donation
from ledger.grants.payout_actions import ask_bill, ask_return, pay_out
from ledger.grants.rules import Receipt, Source
from ledger.journal.actions import reverse
from ledger.journal.fsck import problems
from ledger.journal.queries import books, entry_by_key, held, trial_balance
from ledger.journal.tables import Account, Balance, Entry, Movement, Subledger, SubledgerBalance
from ledger.log import merkle
from ledger.log.actions import sign_head
from ledger.log.queries import head, tiles
from ledger.log.signer import Signer
from ledger.log.tables import Leaf, PrivateField, SignedHead
from ledger.operations.books import BOOKS_ONLY, RECEIPTS
from ledger.periods import Month, Period, day_in_shanghai, noon
from ledger.revenue import receipt_actions as receipts
from ledger.revenue.cost_actions import pay_cost
from ledger.revenue.deposit_actions import forfeit_deposit, return_deposit, take_deposit
from ledger.revenue.remittance.actions import remit
from ledger.revenue.rules import Category, CostKind
from ledger.revenue.uses.actions import NewUse, release_use, request_use
from ledger.revenue.uses.rules import Use
from tests import uses as steps
from tests.cast import BAO, CHEN, HUANG, MEI
from tests.conftest import postgres_copy
from tests.fees.homes import books_agree
from tests.flows.five_homes import (
    CONTRACT,
    DECIDED,
    HOMES,
    LENT,
    LEVY,
    PLACE,
    PRIVATE,
    PURPOSE,
    SECRET,
    SELLER,
    WORKS,
    five_homes,
)

EVER = (Month(1900, 1), Month(9999, 12))
SIGNER = {Keeper.PRE_TRANSFER: HUANG, Keeper.POST_TRANSFER: CHEN}
homes = st.sampled_from(HOMES)
amounts = st.integers(1, 20_00) | st.integers(1, 300_00)
days_ago = st.sampled_from([0, 0, 1, 3, 6, 9, 40])
months_ago = st.sampled_from([0, 0, 1, 2])
which = st.integers(0, 99)


class FiveHomes(RuleBasedStateMachine):
    """Every stream of money of five homes, on a database of its own."""

    fresh = None
    """Gives a database in which the five homes live, and a signer."""

    def __init__(self):
        super().__init__()
        self.database, self.signer = self.fresh()
        self.now = noon(date(2026, 2, 10))
        self.numbers = itertools.count(1)
        self.counts, self.refused = Counter(), []
        self.receipts, self.deposits = [], [f"R-0{number}" for number in range(5)]
        self.waivers, self.runs, self.repairs, self.bonds, self.lost = [], [], [], [], set()
        self.last = lambda _: None, self.now
        self.sign()
        with self.database.reading() as session:
            self.closed_after = {"2026-01": head(session, PLACE).last_no}
            """Month → how many entries there were when it was closed."""
            self.receipts.append((entry_by_key(session, PLACE, "fee-0").no, HOMES[0]))

    def teardown(self):
        self.database.close()

    def do(self, action):
        """Do something in a transaction of its own; gives what it gives, None when it was refused.

        What it is about may be gone by then, such as a receipt that was reversed. No action is malformed or not allowed.
        """
        before = self.standing()
        try:
            with self.database.writing() as session:
                answer = action(session)
        except (Refused, Unknown) as refusal:
            assert self.standing() == before
            self.refused.append(refusal)
            return None
        self.counts[action.__qualname__.split(".")[1]] += 1
        self.last = action, self.now
        return answer

    def standing(self):
        """All that an action writes to the books and the log."""
        with self.database.reading() as session:
            written, balances = (Entry, Leaf, PrivateField), (Balance, SubledgerBalance)
            counted = [session.exec(select(func.count()).select_from(table)).one() for table in written]
            kept = [sorted(map(tuple, session.execute(select(table.__table__)))) for table in balances]
            return head(session, PLACE), counted, kept

    def by(self, who):
        return {"by": who, "at": self.now}

    def by_keeper(self, session):
        return self.by(SIGNER[keeper(session, PLACE, self.day(0))])

    def day(self, ago):
        return day_in_shanghai(self.now) - timedelta(days=ago)

    def name(self, kind):
        return f"{kind}-{next(self.numbers)}"

    # the property fee

    @rule(ago=months_ago)
    def charge_a_month(self, ago):
        month = Month.of(self.day(0)).plus(-ago)
        self.do(lambda session: fees.charge_month(session, PLACE, month, **self.by(MEI)))

    @rule(home=homes, fen=amounts, ago=days_ago)
    def pay_the_fee(self, home, fen, ago):
        payment = fee_payments.Payment(self.name("fee"), home, fen, self.day(ago), memo=SECRET)
        for posted in (
            self.do(lambda session: fee_payments.receive(session, PLACE, [payment], **self.by(MEI))) or []
        ):
            self.receipts.append((posted.no, home))

    @rule(fen=amounts, ago=days_ago)
    def receive_what_nobody_claims(self, fen, ago):
        payment = fee_payments.Payment(self.name("fee"), None, fen, self.day(ago), memo=SECRET)
        self.do(lambda session: fee_payments.receive(session, PLACE, [payment], **self.by(MEI)))

    @rule(home=homes, fen=amounts, ago=days_ago)
    def find_out_whose_it_is(self, home, fen, ago):
        payment = fee_payments.Payment(self.name("fee"), home, fen, self.day(ago), memo=SECRET)
        self.do(lambda session: fee_payments.resolve_suspense(session, PLACE, payment, **self.by(CHEN)))

    @rule(home=st.none() | homes, percent=st.integers(1, 100), ago=months_ago, length=st.integers(0, 3))
    def waive(self, home, percent, ago, length):
        code, first = self.name("waiver"), Month.of(self.day(0)).plus(-ago)
        asked = Kind.SERVICE_DEFECT, Asked(percent, None), Months(first, first.plus(length))

        def action(session):
            request_waiver(session, PLACE, code, *asked, home=home, basis=SECRET, **self.by(MEI))
            return approve_waiver(session, PLACE, code, **self.by(CHEN))

        if self.do(action):
            self.waivers.append(code)

    @precondition(lambda self: self.waivers)
    @rule(which=which)
    def withdraw_a_waiver(self, which):
        code = self.waivers[which % len(self.waivers)]
        self.do(lambda session: withdraw_waiver(session, PLACE, code, reason=SECRET, **self.by(CHEN)))

    @rule(which=which, fen=amounts)
    def give_a_prepayment_back(self, which, fen):
        (no, home), code = self.receipts[which % len(self.receipts)], self.name("refund")

        def action(session):
            request_refund(session, PLACE, code, home, no, fen, Ground.OVERPAID, **self.by(MEI))
            return approve_refund(session, PLACE, code, **self.by(CHEN))

        self.do(action)

    @rule(home=homes)
    def charge_a_late_fee(self, home):
        self.do(lambda session: charge_late_fees(session, PLACE, [home], self.day(0), **self.by(MEI)))

    @rule(fen=amounts, ago=days_ago)
    def spend_the_fee(self, fen, ago):
        details = {"voucher": self.name("cost"), "payee": "anju"}
        line, on = CostLine.CLEANING, self.day(ago)
        self.do(lambda session: book_cost(session, PLACE, line, fen, on, **details, **self.by(MEI)))

    @rule(ago=months_ago)
    def take_the_remuneration(self, ago):
        month = Month.of(self.day(0)).plus(-ago)
        self.do(lambda session: take_remuneration(session, PLACE, month, **self.by(MEI)))

    # the maintenance fund

    @rule(whose=st.sampled_from([*HOMES, SELLER]), fen=amounts, ago=days_ago)
    def deposit(self, whose, fen, ago):
        receipt, mine = self.name("R"), {"party" if whose == SELLER else "home": whose}
        new = NewDeposit(receipt, DepositKind.TOPUP, fen, self.day(ago), **mine)
        if self.do(lambda session: deposit(session, PLACE, [new], **self.by(MEI))):
            self.deposits.append(receipt)

    @rule(which=which, fen=amounts)
    def give_a_deposit_back(self, which, fen):
        receipt, code = self.deposits[which % len(self.deposits)], self.name("return")

        def action(session):
            ask_refund(session, PLACE, code, receipt, fen, reason=SECRET, **self.by(MEI))
            return pay_return(session, PLACE, code, self.day(0), **self.by_keeper(session))

        self.do(action)

    @rule(source=st.sampled_from([None, *Gain]), fen=amounts, ago=days_ago)
    def gain(self, source, fen, ago):
        number, on = self.name("gain"), self.day(ago)

        def action(session):
            if source is None:
                return credit_interest(session, PLACE, fen, on, key=number, **self.by(MEI))
            details = {"voucher_no": number, "what": SECRET}
            return credit_other(session, PLACE, source, fen, on, **details, **self.by(MEI))

        self.do(action)

    @rule(per_cent=st.integers(1, 100))
    def share_the_gains(self, per_cent):
        code = self.name("run")

        def action(session):
            period = head(session, PLACE).closed_through
            income_fen = max(1, undistributed(session, PLACE) * per_cent // 100)
            prepare_run(session, PLACE, code, period, income_fen, **self.by(MEI))
            return post_run(session, PLACE, code, **self.by_keeper(session))

        if self.do(action):
            self.runs.append(code)

    @precondition(lambda self: self.runs)
    @rule(which=which)
    def take_the_shares_back(self, which):
        code = self.runs[which % len(self.runs)]
        self.do(lambda session: reverse_run(session, PLACE, code, reason=SECRET, **self.by_keeper(session)))

    @rule(stairs=st.booleans(), fen=amounts, paid=st.booleans())
    def repair(self, stairs, fen, paid):
        """An emergency, up to its audited settlement or to the contractor's money."""
        code = self.name("P")
        plan = uses.Plan(
            SECRET, "stairs-1" if stairs else "pump", ScopeKind.BUILDING if stairs else ScopeKind.COMMUNITY,
            "anju", fen, building="1" if stairs else None, emergency=EmergencyCase.OTHER_SAFETY,
        )  # fmt: skip

        def action(session):
            steps.planned(session, PLACE, code, plan, at=self.now)
            steps.applied(session, PLACE, code, at=self.now)
            approvals.consent(session, PLACE, code, **self.by(HUANG))
            approvals.approve(session, PLACE, code, fen, **self.by_keeper(session))
            steps.built(session, PLACE, code, fen, at=self.now, by=CHEN)
            if paid:
                details = {"payee": "anju", "invoice_no": code, "on": self.day(0)}
                pay(session, PLACE, code, Bill(bill_fen=fen, **details), **self.by(BAO))
            return code

        if self.do(action):
            self.repairs.append((code, fen))

    @precondition(lambda self: self.repairs)
    @rule(which=which, part=st.integers(50, 100), ago=days_ago)
    def pay_for_a_repair(self, which, part, ago):
        (code, fen), invoice = self.repairs[which % len(self.repairs)], self.name("FP")
        details = {"payee": "anju", "invoice_no": invoice, "on": self.day(ago)}
        bill = max(1, fen * part // 100)
        self.do(lambda session: pay(session, PLACE, code, Bill(bill_fen=bill, **details), **self.by(BAO)))

    @precondition(lambda self: self.repairs)
    @rule(which=which)
    def take_a_payment_back(self, which):
        code, _ = self.repairs[which % len(self.repairs)]
        self.do(lambda session: take_back(session, PLACE, code, reason=SECRET, **self.by(BAO)))

    @precondition(lambda self: self.repairs)
    @rule(which=which)
    def confirm_the_shares(self, which):
        code, _ = self.repairs[which % len(self.repairs)]
        self.do(lambda session: uses.apportion(session, PLACE, code, **self.by(MEI)))

    @rule(fen=amounts, days=st.integers(1, 60))
    def lend(self, fen, days):
        """A treasury bond, planned and bought."""
        code, today = self.name("B"), self.day(0)
        offer = Offer("2026-1", fen, today, today, today + timedelta(days=days))

        def action(session):
            plan_bond(session, PLACE, code, offer, LENT, **self.by(MEI))
            return buy_bond(session, PLACE, code, today, **self.by_keeper(session))

        if self.do(action):
            self.bonds.append(code)

    @precondition(lambda self: self.bonds)
    @rule(which=which, interest_fen=st.integers(0, 9_00))
    def be_paid_back(self, which, interest_fen):
        code = self.bonds[which % len(self.bonds)]
        terms = Ending.MATURITY, interest_fen, self.day(0)
        self.do(lambda session: end_bond(session, PLACE, code, *terms, **self.by(MEI)))

    @rule()
    def hand_the_fund_over(self):
        code = self.name("handover")

        def action(session):
            on = self.day(0)
            old = keeper(session, PLACE, on)
            notify_handover(session, PLACE, code, OTHER[old], on, **self.by(CHEN))
            release_fund(session, PLACE, code, on, **self.by(SIGNER[old]))
            return take_over_fund(session, PLACE, code, on, **self.by(SIGNER[OTHER[old]]))

        self.do(action)

    @precondition(lambda self: len(self.lost) < 2)
    @rule(home=homes)
    def lose_a_home(self, home):
        code = self.name("loss")

        def action(session):
            due = declare_loss(session, PLACE, code, [home], self.day(0), **self.by(MEI)).returns
            for number in due:
                pay_return(session, PLACE, number, self.day(0), **self.by_keeper(session))
            return True

        if self.do(action):
            self.lost.add(home)

    # public revenue

    @rule(fen=amounts, ago=days_ago)
    def collect_rent(self, fen, ago):
        receipt = "GY-1", fen, self.day(ago)
        key = self.name("rent")
        self.do(lambda session: receipts.receive(session, PLACE, *receipt, reference=key, **self.by(MEI)))

    @rule(category=st.sampled_from([Category.INTEREST, Category.SCRAP]), fen=amounts, ago=days_ago)
    def collect_something_else(self, category, fen, ago):
        receipt = category, fen, self.day(ago)
        key = self.name("other")
        self.do(
            lambda session: receipts.receive_other(session, PLACE, *receipt, reference=key, **self.by(MEI))
        )

    @rule(fen=amounts, ago=days_ago)
    def spend_on_a_contract(self, fen, ago):
        cost = CostKind.ENERGY, fen, self.day(ago)
        of = {"voucher_no": self.name("V"), "contract": "GY-1"}
        self.do(lambda session: pay_cost(session, PLACE, *cost, **of, **self.by(MEI)))

    @rule(fen=st.none() | amounts, ago=days_ago)
    def pay_the_fund_its_share(self, fen, ago):
        on = self.day(ago)
        number, before = next(self.numbers), Month.of(on).plus(-3)
        quarter = f"{before.year}-Q{(before.number - 1) // 3 + 1}"
        details = {"amount_fen": fen, "number": number}
        self.do(lambda session: remit(session, PLACE, quarter, on, **details, **self.by(MEI)))

    @rule(kind=st.sampled_from([Use.FUND, Use.OFFSET, Use.OWNERS]), fen=amounts, ago=days_ago)
    def use_the_revenue(self, kind, fen, ago):
        new = NewUse(self.name("use"), kind, fen, SECRET, DECIDED)

        def action(session):
            request_use(session, PLACE, new, **self.by(MEI))
            return release_use(session, PLACE, new.code, self.day(ago), **self.by(CHEN))

        self.do(action)

    @rule(move=st.sampled_from([take_deposit, return_deposit, forfeit_deposit]), fen=amounts, ago=days_ago)
    def move_a_deposit(self, move, fen, ago):
        details = {"reference": self.name("held")} | ({"motion": DECIDED} if move is forfeit_deposit else {})
        on = self.day(ago)
        self.do(lambda session: move(session, PLACE, "GY-1", fen, on, **details, **self.by(CHEN)))

    # works money

    @rule(fen=amounts, ago=days_ago)
    def receive_a_grant(self, fen, ago):
        receipt = Receipt(Source.GOVERNMENT, WORKS, fen, self.day(ago))
        key = self.name("grant")
        self.do(lambda session: grants.receive(session, PLACE, receipt, key=key, **self.by(MEI)))

    @rule(home=homes, fen=amounts, ago=days_ago)
    def take_a_contribution(self, home, fen, ago):
        paid = levies.HomePayment(self.name("S"), home, fen, self.day(ago))
        self.do(lambda session: levies.take_contributions(session, PLACE, LEVY, [paid], **self.by(MEI)))

    @rule(home=homes, fen=amounts, ago=days_ago)
    def give_a_contribution_back(self, home, fen, ago):
        number = self.name("T")

        def action(session):
            refund = number, LEVY, home, fen
            levies.ask_refund(session, PLACE, *refund, reason=SECRET, **self.by(MEI))
            return levies.pay_refund(session, PLACE, number, self.day(ago), **self.by(CHEN))

        self.do(action)

    @rule(fen=amounts, ago=days_ago)
    def use_the_contributions(self, fen, ago):
        use = self.name("U"), LEVY, fen, self.day(ago)
        self.do(lambda session: levies.use_contributions(session, PLACE, *use, **self.by(CHEN)))

    @rule(state=amounts, residents=st.just(0) | amounts, ago=days_ago)
    def pay_a_contractor(self, state, residents, ago):
        number = self.name("F")
        parts = {s: fen for s, fen in ((Source.GOVERNMENT, state), (Source.RESIDENTS, residents)) if fen}

        def action(session):
            ask_bill(session, PLACE, number, CONTRACT, sum(parts.values()), parts, **self.by(MEI))
            return pay_out(session, PLACE, number, self.day(ago), **self.by(CHEN))

        self.do(action)

    @rule(fen=amounts, ago=days_ago)
    def give_a_grant_back(self, fen, ago):
        number = self.name("B")

        def action(session):
            request = number, WORKS, Source.GOVERNMENT, fen
            ask_return(session, PLACE, *request, reason=SECRET, **self.by(MEI))
            return pay_out(session, PLACE, number, self.day(ago), **self.by(CHEN))

        self.do(action)

    @rule(fen=amounts, ago=days_ago)
    def take_a_donation(self, fen, ago):
        donation = self.name("D"), PURPOSE, SECRET, fen, self.day(ago)
        self.do(lambda session: take_donation(session, PLACE, *donation, unnamed=True, **self.by(MEI)))

    @rule(fen=amounts, ago=days_ago)
    def spend_a_donation(self, fen, ago):
        number = self.name("DS")

        def action(session):
            spending = number, PURPOSE, "anju", fen
            ask_spending(session, PLACE, *spending, what=SECRET, **self.by(MEI))
            return pay_spending(session, PLACE, number, self.day(ago), **self.by(CHEN))

        self.do(action)

    # any stream

    @rule(which=which)
    def reverse_an_entry(self, which):
        """One that the door lets be reversed, by the action it calls."""

        def action(session):
            kinds = [*BOOKS_ONLY, *RECEIPTS, "grant.received"]
            fresh = session.exec(select(Entry).where(Entry.kind.in_(kinds)).order_by(Entry.no.desc())).all()
            wrong = fresh[which % len(fresh)]
            details = {"reason": SECRET, **self.by(MEI)}
            if wrong.kind in RECEIPTS:
                return fee_payments.reverse_payment(session, PLACE, wrong.no, **details)
            if wrong.kind == "grant.received":
                return grants.take_back(session, PLACE, wrong.no, **details)
            return reverse(session, PLACE, wrong.no, key=f"reversal/{wrong.no}", **details)

        self.do(action)

    @rule()
    def ask_again(self):
        """What was done is not done twice: it is answered as before, or refused."""
        (action, at), now, before = self.last, self.now, self.standing()
        self.now = at
        self.do(lambda session: action(session))
        assert self.standing() == before
        self.last, self.now = (action, at), now

    @rule(days=st.integers(1, 40))
    def wait(self, days):
        self.now += timedelta(days=days)

    @rule(explained=st.booleans())
    def close_the_month(self, explained):
        """The one before this, with or without words for what nobody claims."""
        month, exceptions = Month.of(self.day(0)).plus(-1), {"fee/2241": SECRET} if explained else {}
        if self.do(lambda session: end_month(session, PLACE, month, exceptions=exceptions, **self.by(MEI))):
            with self.database.reading() as session:
                self.closed_after[str(month)] = head(session, PLACE).last_no

    @rule(explained=st.booleans())
    def live_on_and_close_the_month(self, explained):
        self.now = noon(Month.of(self.day(0)).plus(1).first + timedelta(days=2))
        self.close_the_month(explained=explained)

    @rule()
    def sign(self):
        with self.database.writing() as session:
            sign_head(session, PLACE, self.signer, at=self.now)

    @invariant()
    def everything_recomputed_is_as_it_was_written(self):
        with self.database.reading() as session:
            assert list(problems(session, PLACE, self.signer)) == []

    @invariant()
    def the_control_identities_hold(self):
        with self.database.reading() as session:
            through = Month.parse(head(session, PLACE).closed_through)
            for period in closed_with(through):
                broken = [
                    identity for identity in identities(session, PLACE, period) if identity.holds is False
                ]
                assert broken == [], period

    @invariant()
    def no_restricted_money_is_overdrawn(self):
        with self.database.reading() as session:
            floors = {
                (account.book, account.code): account.floor_fen for account in session.exec(select(Account))
            }
            for book in books(session, PLACE):
                rows = trial_balance(session, PLACE, book.code, *EVER)
                assert sum(row.debit_fen - row.credit_fen for row in rows) == 0
                for row in rows:
                    floor_fen = floors[book.code, row.account]
                    assert floor_fen is None or row.closing_fen >= floor_fen, row
            for subledger in session.exec(select(Subledger)):
                if subledger.floor_fen is not None:
                    left = held(session, PLACE, subledger.book, subledger.code).values()
                    assert min(left, default=0) >= subledger.floor_fen, subledger.code

    @invariant()
    def what_a_home_owes_is_what_its_account_says(self):
        with self.database.reading() as session:
            books_agree(session)

    @invariant()
    def what_one_book_pays_another_the_other_receives(self):
        query = (
            select(Entry.link, Entry.book, func.sum(Movement.amount_fen))
            .join(Movement, (Movement.community == Entry.community) & (Movement.entry_no == Entry.no))
            .where(Entry.link.is_not(None), ~Entry.link.startswith("payout/"))
            .group_by(Entry.link, Entry.book)
        )
        with self.database.reading() as session:
            sums = {}
            for link, _, fen in session.execute(query):
                sums.setdefault(link, set()).add(int(fen))
        assert all(len(sides) == 1 for sides in sums.values()), sums

    @invariant()
    def entries_are_dense_and_each_key_has_one_and_closed_months_none_since(self):
        with self.database.reading() as session:
            entries = session.exec(select(Entry).order_by(Entry.no)).all()
        assert [entry.no for entry in entries] == list(range(1, len(entries) + 1))
        assert len({entry.key for entry in entries}) == len(entries)
        reversed_ = [entry.reverses_no for entry in entries if entry.reverses_no]
        assert len(set(reversed_)) == len(reversed_)
        for month, count in self.closed_after.items():
            assert all(entry.month > month for entry in entries[count:])

    @invariant()
    def the_log_continues_what_was_signed_and_names_nobody(self):
        with self.database.reading() as session:
            rows = session.execute(select(Leaf.body, Leaf.hash).order_by(Leaf.leaf_index)).all()
            current, tile = head(session, PLACE), tiles(session, PLACE)
            newest, size = current.tree_size - 1, current.tree_size
            assert len(rows) == size
            path = merkle.inclusion_path(newest, size, tile)
            assert merkle.verify_inclusion(rows[-1].hash, newest, size, path, current.root)
            for signed in session.exec(select(SignedHead)):
                path = merkle.consistency_path(signed.tree_size, size, tile)
                assert merkle.verify_consistency(signed.tree_size, size, signed.root, current.root, path)
        for body, _ in rows:
            said = body.decode()
            assert [word for word in PRIVATE if word in said] == [], said


def closed_with(month):
    """The periods that end with a month, since January 2026."""
    yield Period.parse(str(month))
    if month.number % 3 == 0:
        yield Period.parse(f"{month.year}-Q{month.number // 3}")
    if month.number % 6 == 0:
        yield Period.parse(f"{month.year}-H{month.number // 6}")
    if month.number == 12:
        yield Period.parse(str(month.year))


def homes_on(fresh):
    return type("FiveHomes", (FiveHomes,), {"fresh": staticmethod(fresh)})


def run(fresh, **limits):
    run_state_machine_as_test(
        homes_on(fresh),
        settings=settings(deadline=None, suppress_health_check=list(HealthCheck), print_blob=True, **limits),
    )


@pytest.fixture
def sqlite_place(sqlite_template, tmp_path):
    """Gives, again and again, a copy of a file in which the five homes live."""
    lived = tmp_path / "lived.db"
    shutil.copy(sqlite_template, lived)
    database = Database(f"sqlite:///{lived}")
    with database.writing() as session:
        five_homes(session)
    database.close()

    def fresh():
        copy = Path(tempfile.mkdtemp(dir=tmp_path))
        return Database(f"sqlite:///{shutil.copy(lived, copy / 'ledger.db')}"), Signer(copy / "keys")

    return fresh


def test_every_action_can_be_done(sqlite_place):
    """None of the rules is only ever refused."""
    place = homes_on(sqlite_place)()
    _, two, *_, last = HOMES
    place.charge_a_month(ago=0)
    place.pay_the_fee(home=two, fen=100_00, ago=0)
    place.waive(home=None, percent=10, ago=0, length=0)
    place.withdraw_a_waiver(which=0)
    place.give_a_prepayment_back(which=0, fen=5_00)
    place.charge_a_late_fee(home=last)
    place.spend_the_fee(fen=10_00, ago=0)
    place.take_the_remuneration(ago=1)
    place.deposit(whose=last, fen=50_00, ago=0)
    place.give_a_deposit_back(which=0, fen=1_00)
    place.gain(source=Gain.SCRAP, fen=9_00, ago=0)
    place.share_the_gains(per_cent=50)
    place.take_the_shares_back(which=0)
    place.repair(stairs=False, fen=100_00, paid=False)
    place.pay_for_a_repair(which=0, part=90, ago=0)
    place.take_a_payment_back(which=0)
    place.pay_for_a_repair(which=0, part=100, ago=0)
    place.confirm_the_shares(which=0)
    place.collect_rent(fen=30_00, ago=1)
    place.collect_something_else(category=Category.INTEREST, fen=1_00, ago=0)
    place.spend_on_a_contract(fen=2_00, ago=0)
    place.use_the_revenue(kind=Use.OFFSET, fen=10_00, ago=0)
    place.move_a_deposit(move=forfeit_deposit, fen=3_00, ago=0)
    place.receive_a_grant(fen=50_00, ago=0)
    place.take_a_contribution(home=last, fen=5_00, ago=0)
    place.give_a_contribution_back(home=last, fen=5_00, ago=0)
    place.use_the_contributions(fen=70_00, ago=0)
    place.pay_a_contractor(state=60_00, residents=20_00, ago=0)
    place.give_a_grant_back(fen=5_00, ago=0)
    place.receive_what_nobody_claims(fen=8_00, ago=0)
    place.find_out_whose_it_is(home=last, fen=7_00, ago=0)
    place.take_a_donation(fen=6_00, ago=0)
    place.spend_a_donation(fen=5_00, ago=0)
    place.lend(fen=40_00, days=20)
    place.live_on_and_close_the_month(explained=True)
    place.be_paid_back(which=0, interest_fen=1_00)
    place.live_on_and_close_the_month(explained=True)
    place.pay_the_fund_its_share(fen=None, ago=0)
    place.hand_the_fund_over()
    place.lose_a_home(home=two)
    place.reverse_an_entry(which=0)
    place.ask_again()

    assert place.refused == []
    assert place.counts.keys() | {"live_on_and_close_the_month", "wait", "sign"} == {
        step.function.__name__ for step in place.rules
    }
    for holds in place.invariants:
        holds.function(place)
    place.teardown()


def test_any_sequence_of_actions_keeps_every_promise_on_sqlite(sqlite_place):
    run(sqlite_place, max_examples=8, stateful_step_count=18)


def test_any_sequence_of_actions_keeps_every_promise_on_postgresql(postgres_template, counter, tmp_path):
    with ExitStack() as copies:

        def fresh():
            url = copies.enter_context(postgres_copy(postgres_template, f"test_{next(counter)}"))
            database = Database(url)
            with database.writing() as session:
                five_homes(session)
            return database, Signer(Path(tempfile.mkdtemp(dir=tmp_path)))

        run(fresh, max_examples=2, stateful_step_count=12)
