"""Several payments for one use: together one apportionment; what is held back; what is taken back; cash shares."""

import json
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, text
from sqlmodel import select

from ledger.community.role_rules import SamePerson
from ledger.community.rules import FirmKind, HomeKind
from ledger.files.actions import keep_file
from ledger.files.queries import FileMissing, files_of
from ledger.files.rules import FileKind, Purpose, ShownTo
from ledger.findings.identities import identities
from ledger.fund.rules import Deposited
from ledger.fund.uses import actions as uses
from ledger.fund.uses.contributions.actions import open_cash_book, pay_on, receive_share
from ledger.fund.uses.contributions.queries import owed_by, register
from ledger.fund.uses.contributions.rules import MoreThanOwed, NothingInHand, NothingOwed, Way
from ledger.fund.uses.contributions.tables import Contribution
from ledger.fund.uses.payment_actions import release_retention, take_back
from ledger.fund.uses.payment_queries import payments, shares
from ledger.fund.uses.payment_rules import (
    BillAboveApproved,
    ClaimsOpen,
    NoPayment,
    PayeeWrong,
    RetentionNotDue,
    RetentionReleasedElsewhere,
    RetentionTooHigh,
    RetentionTooLong,
    ShareWouldShrink,
    Stage,
    ceiling,
    check_payee,
    check_retention,
    check_within,
    still_to_bear,
)
from ledger.fund.uses.queries import NoProject, project
from ledger.fund.uses.rules import Bearer, shares_of_bill
from ledger.fund.uses.step_and_emergency_rules import (
    AmountNotPositive,
    NotSettled,
    ProjectNotReady,
    ProjectState,
)
from ledger.fund.uses.step_queries import steps as steps_taken
from ledger.journal.actions import reverse
from ledger.journal.fsck import problems
from ledger.journal.queries import held
from ledger.journal.rules import AskedDifferently
from ledger.periods import Period
from ledger.repairs.actions import Report, assign, log_ticket, triage
from ledger.repairs.actions import release_retention as release_asked
from ledger.repairs.rules import Category, Priority
from tests import uses as steps
from tests.cast import BAO, CHEN, HE, HUANG, MEI, NOON, WEN
from tests.factories import a_component, a_deposit, a_home, a_worker, an_account
from tests.fund.uses import (
    A101,
    AUGUST,
    PLACE,
    T1_PARTS,
    a_place,
    accepted,
    an_emergency,
    approved,
    paid,
    proposed,
    ready_to_pay,
    settled,
)

NEXT_YEAR = date(2027, 7, 15)
RICH = {whose: 10 * fen for whose, fen in T1_PARTS.items()}
T1_SHARES = {
    "1-1-101": 28_009_33, "1-1-102": 23_465_42, "1-1-001": 37_296_04, "2-1-201": 3_075_24, "2-1-202": 2_832_99,
    "mill@2": 25_320_98,
}  # fmt: skip


def i9(session):
    (identity,) = [
        identity for identity in identities(session, PLACE, Period.parse("2026-Q3")) if identity.id == "I9"
    ]
    return identity.holds


# Rules


@given(st.lists(st.integers(1_000, 5_000_000), min_size=1, max_size=4))
def test_all_payments_together_are_one_apportionment_of_their_total(bills):
    bearing = [
        Bearer("a", HomeKind.COMMODITY, 9_012),
        Bearer("b", HomeKind.COMMODITY, 7_550),
        Bearer("c", HomeKind.SOLD_PUBLIC, 5_230, "mill"),
        Bearer("d", HomeKind.SOLD_PUBLIC, 4_818, "mill"),
        Bearer("e", HomeKind.UNSOLD, 3_333, "builder"),
    ]
    given_ = {"mill": Deposited(42_000, 9_800)}
    borne, total = {}, 0
    for bill in bills:
        total += bill
        more = still_to_bear(shares_of_bill(total, bearing, given_), borne, bill)
        assert sum(more.values()) == bill
        borne = {who: borne.get(who, 0) + fen for who, fen in more.items()}

    assert borne == shares_of_bill(total, bearing, given_)


def test_a_payment_that_would_take_a_fen_back_from_somebody_is_refused():
    with pytest.raises(ShareWouldShrink, match=r"0\.01"):
        still_to_bear(
            {("commodity", "a"): 1, ("commodity", "b"): 3}, {("commodity", "a"): 2, ("commodity", "b"): 1}, 1
        )


def test_the_settlement_is_the_ceiling_while_it_is_within_the_percentage():
    assert ceiling(1_000, None, 10) == 1_000
    assert ceiling(1_000, 1_100, 10) == 1_100
    assert ceiling(1_000, 1_101, 10) == 1_000
    assert ceiling(1_000, 900, 10) == 900
    check_within(1_000, 1_000)
    with pytest.raises(BillAboveApproved):
        check_within(1_001, 1_000)


def test_retention_money_is_at_most_three_per_cent_for_at_most_two_years():
    """建质〔2017〕138号."""
    on = date(2026, 7, 15)
    check_retention(300, 10_000, date(2028, 7, 15), on, 3, 2)
    check_retention(0, 10_000, None, on, 3, 2)
    with pytest.raises(RetentionTooHigh, match="质量保证金管理办法"):
        check_retention(301, 10_000, date(2027, 7, 15), on, 3, 2)
    for until in (None, on, date(2028, 7, 16)):
        with pytest.raises(RetentionTooLong, match="质量保证金管理办法"):
            check_retention(300, 10_000, until, on, 3, 2)


def test_a_unit_is_paid_its_own_fee_and_the_contractor_the_works():
    check_payee("anju", FirmKind.CONTRACTOR, Stage.FINAL, "anju", {"price"})
    check_payee("price", FirmKind.OTHER, Stage.UNIT, "anju", {"price"})
    for payee, kind, stage in (
        ("price", FirmKind.OTHER, Stage.FINAL),
        ("anju", FirmKind.CONTRACTOR, Stage.UNIT),
        ("anju", FirmKind.PROPERTY, Stage.FINAL),
    ):
        with pytest.raises(PayeeWrong):
            check_payee(payee, kind, stage, "anju", {"price"})


# Through the books


def test_advance_final_payment_and_retention_add_up_to_the_shares_of_t1(session):
    a_place(session)
    a_deposit(session, {**RICH, "mill@2": 42_000_00, "2-1-201": 4_900_00, "2-1-202": 4_900_00})
    proposed(session, an_emergency())
    approved(session)
    paid(session, 36_000_00, invoice="FP-1", stage=Stage.ADVANCE)
    assert project(session, PLACE, "P-1").state is ProjectState.ADVANCE_PAID
    assert i9(session)
    accepted(session)
    settled(session)
    held_back = {"retention_fen": 3_600_00, "retention_until": NEXT_YEAR}
    paid(session, 80_400_00, invoice="FP-2", **held_back)
    assert i9(session)
    uses.apportion(session, PLACE, "P-1", by=MEI, at=NOON)
    uses.disclose(session, PLACE, "P-1", steps.PHOTO, by=HE, at=NOON)
    with pytest.raises(NotSettled, match=r"3,600\.00"):
        uses.archive(session, PLACE, "P-1", by=HE, at=NOON)

    released = {"invoice_no": "FP-3", "on": NEXT_YEAR, "open_claims": [], "by": BAO, "at": NOON}
    first = release_retention(session, PLACE, "P-1", **released)

    assert release_retention(session, PLACE, "P-1", **released) == first._replace(fresh=False)
    assert {s.bearer: s.share_fen for s in shares(session, PLACE, "P-1")} == T1_SHARES
    assert [(p.stage, p.amount_fen) for p in payments(session, PLACE, "P-1")] == [
        ("advance", 36_000_00), ("final", 80_400_00), ("retention", 3_600_00),
    ]  # fmt: skip
    assert project(session, PLACE, "P-1").paid_fen == 120_000_00
    assert i9(session)
    assert uses.archive(session, PLACE, "P-1", by=HE, at=NOON).state is ProjectState.ARCHIVED
    assert list(problems(session, PLACE)) == []


def test_the_scan_of_an_invoice_proves_its_payment_and_staff_may_see_it(session):
    a_place(session)
    a_deposit(session, RICH)
    ready_to_pay(session)
    with pytest.raises(FileMissing):
        paid(session, 100_000_00, scan="ab" * 32)
    scan = keep_file(session, PLACE, b"%PDF-1.7 FP-1", "", FileKind.INVOICE, by=BAO, at=NOON)

    paid(session, 100_000_00, scan=scan.sha256)

    proof = [file.use for file in files_of(session, PLACE, "project/P-1") if file.use.sha256 == scan.sha256]
    assert [(use.purpose, use.by_login) for use in proof] == [(Purpose.INVOICE, "bao")]
    assert json.loads(steps_taken(session, PLACE, "P-1")[-1].papers) == {"invoice": scan.sha256}
    assert scan.shown_to is ShownTo.STAFF


def test_what_is_held_back_counts_against_the_ceiling(session):
    a_place(session)
    a_deposit(session, RICH)
    ready_to_pay(session)

    with pytest.raises(BillAboveApproved):
        paid(session, 118_000_00, retention_fen=3_000_00, retention_until=NEXT_YEAR)
    with pytest.raises(RetentionTooHigh):
        paid(session, 110_000_00, retention_fen=10_000_00, retention_until=NEXT_YEAR)
    with pytest.raises(RetentionReleasedElsewhere):
        paid(session, 100, stage=Stage.RETENTION)


def test_retention_money_waits_for_its_day_and_for_open_warranty_claims(session):
    a_place(session)
    a_deposit(session, RICH)
    a_worker(session)
    ready_to_pay(session, guaranteed_until=date(2028, 7, 15))
    paid(session, 117_000_00, retention_fen=3_000_00, retention_until=NEXT_YEAR)
    release = {"invoice_no": "FP-9", "by": BAO, "at": NOON}

    with pytest.raises(RetentionNotDue, match="2027年7月15日"):
        release_asked(session, PLACE, "P-1", on=NEXT_YEAR - timedelta(days=1), **release)
    ticket = log_ticket(
        session, PLACE, Report(Category.WATER, "又漏了", component="pump@P-1"), by=WEN, at=AUGUST
    )
    assert triage(session, PLACE, ticket.no, Priority.P3, by=MEI, at=AUGUST).route == "warranty"
    assign(session, PLACE, ticket.no, "wen", by=MEI, at=AUGUST)
    with pytest.raises(ClaimsOpen, match=str(ticket.no)):
        release_asked(session, PLACE, "P-1", on=NEXT_YEAR, **release)
    with pytest.raises(ClaimsOpen):
        release_retention(session, PLACE, "P-1", on=NEXT_YEAR, open_claims=[7], **release)
    for payer in (MEI, HUANG):
        with pytest.raises(SamePerson):
            release_retention(
                session, PLACE, "P-1", on=NEXT_YEAR, open_claims=[], invoice_no="FP-9", by=payer, at=NOON
            )
    assert release_retention(session, PLACE, "P-1", on=NEXT_YEAR, open_claims=[], **release).fresh
    with pytest.raises(RetentionNotDue):
        release_retention(
            session, PLACE, "P-1", on=NEXT_YEAR, open_claims=[], invoice_no="FP-10", by=BAO, at=NOON
        )


def test_a_payment_is_taken_back_with_its_shares_and_paid_right_the_second_time(session):
    a_place(session)
    a_deposit(session, RICH)
    with pytest.raises(NoProject):
        take_back(session, PLACE, "P-1", reason="付错", by=BAO, at=AUGUST)
    ready_to_pay(session)
    with pytest.raises(NoPayment):
        take_back(session, PLACE, "P-1", reason="付错", by=BAO, at=AUGUST)
    paid(session, 100_000_00, retention_fen=3_000_00, retention_until=NEXT_YEAR)

    take_back(session, PLACE, "P-1", reason="付错", by=BAO, at=AUGUST)

    use = project(session, PLACE, "P-1")
    assert (use.state, use.paid_fen, use.retention_fen) == (ProjectState.SETTLED, None, 0)
    assert held(session, PLACE, "fund", "unit")[A101] == RICH[A101]
    assert shares(session, PLACE, "P-1") == []
    assert i9(session)
    paid(session, 120_000_00, invoice="FP-2")
    assert {s.bearer: s.share_fen for s in shares(session, PLACE, "P-1")} == T1_SHARES | {}
    assert i9(session)
    uses.apportion(session, PLACE, "P-1", by=MEI, at=AUGUST)
    with pytest.raises(ProjectNotReady):
        take_back(session, PLACE, "P-1", reason="又错", by=BAO, at=AUGUST)


@pytest.mark.parametrize("fen", [100_000_00, 120_000_00])
def test_an_invoice_whose_payment_was_taken_back_is_paid_again_once(session, fen):
    a_place(session)
    a_deposit(session, RICH)
    ready_to_pay(session)
    paid(session, 100_000_00, invoice="FP-1")
    take_back(session, PLACE, "P-1", reason="付错", by=BAO, at=AUGUST)

    again = paid(session, fen, invoice="FP-1")

    assert (again.fresh, again.charged_fen) == (True, fen)
    assert paid(session, fen, invoice="FP-1") == again._replace(fresh=False)
    assert project(session, PLACE, "P-1").paid_fen == fen
    assert i9(session)


def test_the_number_of_statements_does_not_grow_with_the_homes(session):
    """One pass and bulk writes: an entry, its movements, the balances, the shares."""
    a_place(session)
    for door in range(40):
        a_home(session, f"1-1-{300 + door}")
    a_component(session, "gate")
    a_deposit(session, RICH)
    counts = [counted(session, "P-1", "pump")]
    for door in range(80):
        a_home(session, f"1-1-{400 + door}")
    counts.append(counted(session, "P-2", "gate"))

    assert abs(counts[1] - counts[0]) <= 2


def counted(session, code, part):
    """How many statements a payment takes."""
    ready_to_pay(session, an_emergency(component=part), code=code)
    seen = []

    def listener(*_):
        seen.append(1)

    engine = session.get_bind()
    event.listen(engine, "after_cursor_execute", listener)
    paid(session, 1_000_00, code=code, invoice=code)
    event.remove(engine, "after_cursor_execute", listener)
    return len(seen)


# Cash shares (自筹/补交)


def a_use_with_shortfalls(session):
    """A101 lacks 14,247.28 of its share, the developer owes all of his, the fund paid the rest."""
    a_place(session, unsold=True)
    a_deposit(session, {**RICH, A101: 8_000_00})
    ready_to_pay(session)
    paid(session, 120_000_00)
    open_cash_book(session, PLACE, by=MEI, at=NOON)
    an_account(session, "cash", book="cash-shares")


def received(session, bearer, fen, receipt="Z-1", code="P-1"):
    return receive_share(
        session, PLACE, code, bearer, fen, receipt_no=receipt, on=AUGUST.date(), by=MEI, at=AUGUST
    )


def test_the_register_shows_what_is_owed_received_and_open_and_the_fund_book_knows_nothing_of_it(session):
    a_use_with_shortfalls(session)
    before = held(session, PLACE, "fund", "unit")
    owed = {share.bearer: share.owed_fen for share in register(session, PLACE)}
    assert owed[A101] == 14_247_28
    assert sum(owed.values()) == sum(s.shortfall_fen for s in shares(session, PLACE, "P-1"))

    first = received(session, A101, 14_000_00)

    assert received(session, A101, 14_000_00) == first._replace(fresh=False)
    with pytest.raises(AskedDifferently):
        received(session, A101, 14_000_01)
    assert owed_by(session, PLACE, "P-1", A101).open_fen == 247_28
    assert held(session, PLACE, "fund", "unit") == before
    assert held(session, PLACE, "cash-shares", "home") == {A101: 14_000_00}


def test_cash_goes_to_the_contractor_whole_and_a_reversal_undoes_a_receipt(session):
    a_use_with_shortfalls(session)
    wrong = received(session, A101, 5_000_00)
    reverse(session, PLACE, wrong.no, reason="记错户", key="red-1", by=MEI, at=AUGUST)
    assert owed_by(session, PLACE, "P-1", A101).open_fen == 14_247_28
    release = {"invoice_no": "FP-1", "on": AUGUST.date(), "at": AUGUST}
    with pytest.raises(NothingInHand):
        pay_on(session, PLACE, "P-1", **release, by=CHEN)
    received(session, A101, 14_247_28, "Z-2")
    builder = owed_by(session, PLACE, "P-1", "builder")
    received(session, "builder", builder.owed_fen, "Z-3")
    for payer in (MEI, HUANG):
        with pytest.raises(SamePerson):
            pay_on(session, PLACE, "P-1", **release, by=payer)

    posting = pay_on(session, PLACE, "P-1", **release, by=CHEN)

    assert pay_on(session, PLACE, "P-1", **release, by=CHEN) == posting._replace(fresh=False)
    assert all(share.in_hand_fen == 0 for share in register(session, PLACE))
    assert owed_by(session, PLACE, "P-1", A101).open_fen == 0
    rows = session.exec(select(Contribution).where(Contribution.way == Way.PAID_ON)).all()
    assert sum(row.amount_fen for row in rows) == 14_247_28 + builder.owed_fen
    assert set(held(session, PLACE, "cash-shares", "home").values()) == {0}
    assert list(problems(session, PLACE)) == []


def test_nobody_pays_more_than_he_owes_or_without_owing(session):
    a_use_with_shortfalls(session)

    with pytest.raises(MoreThanOwed, match=r"14,247\.28"):
        received(session, A101, 14_247_29)
    for stranger in ("1-1-102", "9-9-999", "mill@2"):
        with pytest.raises(NothingOwed):
            received(session, stranger, 1)
    with pytest.raises(NoProject):
        received(session, A101, 1, code="P-9")
    for fen in (0, -1):
        with pytest.raises(AmountNotPositive):
            received(session, A101, fen)


@pytest.mark.parametrize("table", ["project_step", "project_payment", "payment_share", "contribution"])
def test_what_was_done_is_append_only(session, table):
    a_use_with_shortfalls(session)
    received(session, A101, 100)

    with pytest.raises(Exception, match="ink"), session.begin_nested():
        session.execute(text(f"DELETE FROM {table}"))
    with pytest.raises(Exception, match="ink"), session.begin_nested():
        session.execute(text(f"UPDATE {table} SET community = community"))


def test_a_committee_member_may_settle_but_not_whoever_proposed(session):
    a_place(session)
    proposed(session, an_emergency())
    approved(session)
    accepted(session)
    with pytest.raises(SamePerson, match="结算"):
        uses.settle(session, PLACE, "P-1", 100, steps.AUDIT, by=MEI, at=NOON)
    assert uses.settle(session, PLACE, "P-1", 100, steps.AUDIT, by=CHEN, at=NOON).settled_fen == 100
