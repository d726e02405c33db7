"""The month's reconciliation: every difference listed with its reason, nothing left over, sealed by two."""

import json
from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, select

from ledger.accounts.actions import approve_account, request_account
from ledger.accounts.rules import NewAccount
from ledger.community.role_rules import SamePerson
from ledger.findings.identities import identities
from ledger.fund.actions import end_month
from ledger.fund.gains.actions import credit_interest
from ledger.intake.booked_actions import join, part
from ledger.intake.booked_rules import EntryTaken, LinesDoNotMakeEntry, LineTaken, Side, pairs
from ledger.intake.import_actions import import_payments
from ledger.intake.queries import lines as bank_lines
from ledger.intake.reconciliation.actions import confirm_reconciliation, prepare_reconciliation
from ledger.intake.reconciliation.queries import items_of, reconciliation
from ledger.intake.reconciliation.rules import (
    AccountNotReconciledHere,
    AlreadyReconciled,
    ClosingMissing,
    MonthNotOver,
    NoStatement,
    NoSuchItem,
    NothingPrepared,
    ReconciledOutOfOrder,
    StatementDoesNotFoot,
    Unexplained,
    WorksheetChanged,
    line_bytes,
)
from ledger.intake.rules import LineId, LineState
from ledger.journal.actions import reverse
from ledger.journal.fsck import problems
from ledger.journal.tables import Entry
from ledger.log.leaf import canonical
from ledger.log.queries import head
from ledger.log.tables import Leaf
from ledger.periods import Month, Period
from tests.cast import CHEN, MEI
from tests.community import databases
from tests.factories import a_deposit, a_home, a_place, an_account
from tests.fees.homes import ONE, PLACE, THREE, TWO, charge, three_homes
from tests.intake.test_actions import cmb
from tests.intake.test_suspense import a_wallet, cmb_of, into_wallet, paid

shared, session = databases.shared, databases.session
JULY, AUGUST, SEPTEMBER = (Month(2026, number) for number in (7, 8, 9))


def at(month: Month) -> datetime:
    """A noon after a month's end."""
    return datetime(month.plus(1).year, month.plus(1).number, 3, 4, tzinfo=UTC)


LATER = at(SEPTEMBER)


def read(session, *rows, into="bank", when=LATER):
    return import_payments(session, PLACE, cmb(*rows), "cmb", name="x", into=into, by=MEI, at=when)


def prepared(
    session, month=JULY, book="fee", role="bank", openings=None, reasons=None, when=None, **closings
):
    return prepare_reconciliation(
        session, PLACE, book, role, month, closings,
        openings=openings, reasons=reasons, by=MEI, at=when or at(month),
    )  # fmt: skip


def confirmed(session, sheet, by=CHEN, when=None):
    month = Month.parse(sheet.month)
    return confirm_reconciliation(
        session, PLACE, sheet.book, sheet.role, month, sheet.digest, by=by, at=when or at(month)
    )


def listed(sheet):
    return {item.key.split("/")[0]: item.fen for item in sheet.items}


def a_fund(session):
    """A fund with one home and an approved account of its own."""
    a_place(session)
    a_home(session, ONE)
    an_account(session, "fund", book="fund")


def interest(session, fen, on, key):
    return credit_interest(session, PLACE, fen, on, key=key, by=MEI, at=LATER)


# Agreement


def test_a_month_in_which_books_and_statement_agree_has_no_items(session):
    three_homes(session)
    charge(session)
    read(session, ("2026-07-03", "36.00", ONE), ("2026-07-04", "5.00", "谢谢"))

    sheet = prepared(session, bank=41_00)

    assert (sheet.book_fen, sheet.bank_fen, sheet.items, sheet.unexplained_fen) == (41_00, 41_00, (), 0)
    confirmed(session, sheet)
    sealed = reconciliation(session, PLACE, "fee", "bank", JULY)
    assert (sealed.prepared_by, sealed.confirmed_by) == ("mei", "chen")


def test_lines_of_a_book_that_actions_write_find_their_entries(session):
    a_fund(session)
    a_deposit(session, {ONE: 500_00}, on=date(2026, 7, 2))
    interest(session, 1_23, date(2026, 7, 21), "interest/2026-Q2")

    outcome = read(session, ("2026-07-04", "500.00", "交存"), ("2026-07-21", "1.23", "结息"), into="fund")
    sheet = prepared(session, book="fund", fund=501_23)

    assert (outcome.booked, outcome.suspense, sheet.items) == (2, 0, ())


def test_actions_booked_after_the_import_are_found_when_the_month_is_prepared(session):
    a_fund(session)
    read(session, ("2026-07-04", "500.00", "交存"), into="fund")
    a_deposit(session, {ONE: 500_00}, on=date(2026, 7, 2))

    assert prepared(session, book="fund", fund=500_00).items == ()


def test_what_is_on_one_side_only_is_listed_and_needs_a_reason(session):
    """`domain/02` I8: 1001 per books − bank statement = Σ reconciling items; unexplained = 0."""
    a_fund(session)
    a_deposit(session, {ONE: 500_00}, on=date(2026, 7, 30))
    read(session, ("2026-07-21", "1.23", "结息"), into="fund")

    sheet = prepared(session, book="fund", fund=1_23)
    assert listed(sheet) == {"entry": 500_00, "line": -1_23}
    assert sheet.book_fen - sheet.bank_fen == sheet.listed_fen == sheet.unexplained_fen == 498_77
    with pytest.raises(Unexplained, match="2 项"):
        confirmed(session, sheet)
    with pytest.raises(NoSuchItem, match="entry/99"):
        prepared(session, book="fund", reasons={"entry/99": "?"}, fund=1_23)
    reasons = {item.key: "银行次月入账" for item in sheet.items}
    sheet = prepared(session, book="fund", reasons=reasons, fund=1_23)
    assert sheet.unexplained_fen == 0
    confirmed(session, sheet)

    kept = items_of(session, reconciliation(session, PLACE, "fund", "bank", JULY))
    assert sorted(item.amount_fen for item in kept) == [-1_23, 500_00]


def test_an_item_that_clears_in_the_next_month_has_its_reason_from_the_ledger(session):
    a_fund(session)
    a_deposit(session, {ONE: 500_00}, on=date(2026, 7, 30))
    read(session, ("2026-08-02", "500.00", "交存"), into="fund")

    july = prepared(session, book="fund", fund=0)
    confirmed(session, july)
    august = prepared(session, AUGUST, book="fund", fund=500_00)

    assert [(i.fen, i.by_ledger) for i in july.items] == [(500_00, True)]
    assert "2026-08-02" in july.items[0].reason
    assert august.items == ()


def test_a_statement_whose_lines_do_not_make_its_balance_is_refused(session):
    three_homes(session)
    read(session, ("2026-07-03", "36.00", ONE))

    with pytest.raises(StatementDoesNotFoot, match=r"36\.00.*-0\.01"):
        prepared(session, bank=36_01)
    with pytest.raises(ClosingMissing):
        prepared(session)
    with pytest.raises(AccountNotReconciledHere, match="wallet"):
        prepared(session, bank=36_00, wallet=0)
    with pytest.raises(NoStatement):
        prepared(session, Month(1999, 12))  # before its account was opened


def test_what_the_books_had_before_the_first_statement_is_the_opening(session):
    a_fund(session)
    a_deposit(session, {ONE: 500_00}, on=date(2026, 6, 30))
    read(session, ("2026-07-04", "1.23", "结息"), into="fund")
    interest(session, 1_23, date(2026, 7, 4), "interest")

    agreeing = prepared(session, book="fund", openings={"fund": 500_00}, fund=501_23)
    assert agreeing.items == ()
    short = prepared(session, book="fund", openings={"fund": 400_00}, fund=401_23)
    assert listed(short) == {"opening": 100_00}
    assert short.unexplained_fen == 100_00


def test_an_entry_and_its_reversal_are_no_items(session):
    a_fund(session)
    posted = interest(session, 1_23, date(2026, 7, 4), "interest")
    reverse(session, PLACE, posted.no, reason="记错", key="r", by=MEI, at=at(JULY).replace(month=7))

    assert prepared(session, book="fund", fund=0).items == ()


def test_an_item_that_stays_keeps_its_reason_until_another_is_given(session):
    a_fund(session)
    read(session, ("2026-07-21", "1.23", "结息"), into="fund")
    (item,) = prepared(session, book="fund", fund=1_23).items
    confirmed(session, prepared(session, book="fund", reasons={item.key: "待入账"}, fund=1_23))

    assert [row.reason for row in prepared(session, AUGUST, book="fund", fund=1_23).items] == ["待入账"]
    again = prepared(session, AUGUST, book="fund", reasons={item.key: "查询银行中"}, fund=1_23)
    assert [row.reason for row in again.items] == ["查询银行中"]


def test_an_account_that_was_replaced_is_reconciled_until_its_money_is_gone(session):
    three_homes(session)
    read(session, ("2026-07-03", "36.00", ONE))
    confirmed(session, prepared(session, bank=36_00))
    new = NewAccount("new", "fee", "新银行", "62220001", "安和", date(2026, 8, 10), replaces="bank")
    request_account(session, PLACE, new, by=MEI, at=at(JULY))
    approve_account(session, PLACE, "new", by=CHEN, at=at(JULY))
    read(session, ("2026-08-09", "-36.00", "销户转出"))
    read(session, ("2026-08-10", "36.00", "谢谢"), ("2026-08-11", "5.00", TWO), into="new")
    august = prepared(session, AUGUST, bank=0, new=41_00)
    confirmed(
        session, prepared(session, AUGUST, reasons={i.key: "换户" for i in august.items}, bank=0, new=41_00)
    )

    assert listed(august) == {"line": 36_00}
    assert [s.account for s in prepared(session, SEPTEMBER, new=41_00).statements] == ["new"]


# Joining by hand


def test_several_lines_are_joined_with_the_one_entry_that_they_make(session):
    a_fund(session)
    a_home(session, TWO)
    a_deposit(session, {ONE: 500_00, TWO: 300_00}, on=date(2026, 7, 2))
    (no,) = session.exec(select(Entry.no).where(Entry.kind == "fund.deposited")).all()
    read(
        session,
        ("2026-07-02", "500.00", "甲"),
        ("2026-07-02", "300.00", "乙"),
        ("2026-07-02", "2.00", "丙"),
        into="fund",
    )
    free = bank_lines(session, PLACE, state=LineState.KEPT, account="fund", sort="-amount_fen").rows
    one, two, other = (LineId(line.account, line.fingerprint, line.occurrence) for line in free)

    for some, refusal in (([one], LinesDoNotMakeEntry), ([one, two, other], LinesDoNotMakeEntry)):
        with pytest.raises(refusal):
            join(session, PLACE, some, no, by=MEI, at=LATER)
    with pytest.raises(EntryTaken):
        join(session, PLACE, [one], 1, by=MEI, at=LATER)
    join(session, PLACE, [one, two], no, by=MEI, at=LATER)
    with pytest.raises(LineTaken):
        join(session, PLACE, [one], no, by=MEI, at=LATER)
    with pytest.raises(EntryTaken):
        join(session, PLACE, [other], no, by=MEI, at=LATER)

    assert listed(prepared(session, book="fund", fund=802_00)) == {"line": -2_00}
    part(session, PLACE, two, by=MEI, at=LATER)
    with pytest.raises(LineTaken):
        part(session, PLACE, two, by=MEI, at=LATER)


DAYS = st.dates(date(2026, 7, 1), date(2026, 7, 28))
SIDES = st.lists(st.tuples(DAYS, st.sampled_from([100, -100, 250])), max_size=8)


@given(SIDES, SIDES, st.randoms(use_true_random=False))
def test_pairs_are_one_to_one_of_one_amount_near_each_other_and_the_same_in_any_order(lines, entries, random):
    on_statement = [Side(f"l{n}", on, fen) for n, (on, fen) in enumerate(lines)]
    in_books = [Side(n, on, fen, f"{n}") for n, (on, fen) in enumerate(entries)]

    matches = pairs(on_statement, in_books, 3)
    random.shuffle(on_statement)
    random.shuffle(in_books)

    assert sorted(pairs(on_statement, in_books, 3)) == sorted(matches)
    assert len({p.line for p in matches}) == len({p.entry for p in matches}) == len(matches)
    by_line, by_entry = {s.name: s for s in on_statement}, {s.name: s for s in in_books}
    for pair in matches:
        line, entry = by_line[pair.line], by_entry[pair.entry]
        assert line.fen == entry.fen
        assert abs((line.on - entry.on).days) <= 3


def test_a_line_that_names_the_entrys_number_takes_it_before_a_nearer_one():
    lines = [Side("l", date(2026, 7, 20), 100, "发票 FP-2026-9")]
    entries = [Side(1, date(2026, 7, 20), 100, "FP-2026-8"), Side(2, date(2026, 7, 2), 100, "FP-2026-9")]

    assert [(p.line, p.entry) for p in pairs(lines, entries, 7)] == [("l", 2)]


# Wallets


def test_a_wallets_unsettled_fees_are_an_item_until_the_bank_has_the_money(session):
    a_wallet(session)
    into_wallet(session, ("2026-07-30", "36.00", "0.22", ONE), ("2026-07-31", "36.00", "0.22", TWO), at=LATER)
    import_payments(session, PLACE, cmb_of(paid("财付通", "35.78", "结算", "2026-07-31"), paid("财付通", "35.78", "结算", "2026-08-01")), "cmb", name="x", into="bank", by=MEI, at=LATER)  # fmt: skip

    july = prepared(session, role="wallet", wallet=0, wx=35_78)
    assert (july.book_fen, july.bank_fen, listed(july)) == (36_00, 35_78, {"fees": 22})
    confirmed(session, july)
    august = prepared(session, AUGUST, role="wallet", wallet=0, wx=0)
    assert (august.book_fen, august.items) == (0, ())
    assert prepared(session, JULY, bank=35_78).items == ()


# Sealing


def test_whoever_prepares_does_not_confirm_and_what_is_confirmed_is_what_was_prepared(session):
    a_fund(session)
    sheet = prepared(session, book="fund", fund=0)

    with pytest.raises(SamePerson):
        confirmed(session, sheet, by=MEI)
    with pytest.raises(WorksheetChanged):
        confirm_reconciliation(session, PLACE, "fund", "bank", JULY, "0" * 64, by=CHEN, at=at(JULY))
    interest(session, 1_23, date(2026, 7, 4), "late")
    with pytest.raises(WorksheetChanged):
        confirmed(session, sheet)
    with pytest.raises(NothingPrepared):
        confirm_reconciliation(session, PLACE, "fund", "bank", AUGUST, sheet.digest, by=CHEN, at=LATER)


def test_a_month_is_over_is_reconciled_once_and_in_order(session):
    a_fund(session)
    with pytest.raises(MonthNotOver):
        prepared(session, book="fund", fund=0, when=datetime(2026, 7, 31, 4, tzinfo=UTC))
    sheet = prepared(session, book="fund", fund=0)
    confirmed(session, sheet)

    with pytest.raises(AlreadyReconciled, match="2026年7月"):
        prepared(session, book="fund", fund=0)
    with pytest.raises(AlreadyReconciled):
        confirmed(session, sheet)
    with pytest.raises(ReconciledOutOfOrder, match="2026年8月"):
        prepared(session, SEPTEMBER, book="fund", fund=0)


def test_the_log_has_the_statements_figures_and_the_root_of_its_lines_and_no_words(session):
    three_homes(session)
    read(session, ("2026-07-03", "36.00", f"{ONE} 欧阳"))
    confirmed(session, prepared(session, bank=36_00))

    entry = session.exec(select(Entry).where(Entry.kind == "bank-statement")).one()
    leaf = json.loads(session.get(Leaf, (PLACE, entry.leaf_index)).body)

    facts = leaf["facts"]
    assert (facts["opening"], facts["closing"], facts["count"], len(facts["root"])) == (0, 36_00, 1, 64)
    assert "欧阳" not in json.dumps(leaf, ensure_ascii=False)
    assert session.exec(select(Entry).where(Entry.kind == "reconciled")).one().approved_by == "chen"
    assert list(problems(session, PLACE)) == []


def test_lines_that_come_late_for_a_sealed_month_count_in_the_next(session):
    three_homes(session)
    read(session, ("2026-07-03", "36.00", ONE), when=at(JULY))
    confirmed(session, prepared(session, bank=36_00))
    read(session, ("2026-07-05", "4.00", TWO), ("2026-08-05", "1.00", THREE), when=at(AUGUST))

    sheet = prepared(session, AUGUST, bank=41_00)

    (statement,) = sheet.statements
    assert (statement.opening_fen, statement.moved_fen, statement.lines, statement.late) == (
        36_00,
        5_00,
        2,
        1,
    )
    assert sheet.items == ()


def test_a_confirmed_reconciliation_is_append_only(database):
    with database.writing() as session:
        a_fund(session)
        sheet = prepared(session, book="fund", fund=0)
    with database.writing() as session:
        session.execute(text("UPDATE reconciliation SET prepared_by = 'lin'"))  # a draft is pencil
        confirmed(session, sheet)
    for statement in (
        "UPDATE reconciliation SET bank_fen = 1",
        "DELETE FROM reconciliation",
        "UPDATE reconciled_account SET closing_fen = 1",
        "DELETE FROM reconciled_account",
    ):
        with pytest.raises(DBAPIError, match="ink"), database.writing() as session:
            session.execute(text(statement))


# I8


def i8(session, period="2026-07"):
    return next(
        identity for identity in identities(session, PLACE, Period.parse(period)) if identity.id == "I8"
    )


def test_i8_is_not_checked_without_a_statement_and_holds_when_the_month_is_reconciled(session):
    """`domain/02` §2.5 I8."""
    a_fund(session)
    assert i8(session).holds is None
    interest(session, 1_23, date(2026, 7, 21), "interest")
    read(session, ("2026-07-21", "1.23", "结息"), into="fund")
    assert i8(session).holds is False
    confirmed(session, prepared(session, book="fund", fund=1_23))

    assert (i8(session).holds, i8(session).note) == (True, "1.23 − 1.23 = 0.00")
    interest(session, 1, date(2026, 7, 22), "behind the seal")
    assert i8(session).holds is False


def test_i8_holds_over_closed_months(session):
    a_fund(session)
    a_deposit(session, {ONE: 500_00}, on=date(2026, 7, 30))
    read(session, ("2026-08-02", "500.00", "交存"), into="fund")
    confirmed(session, prepared(session, book="fund", fund=0))
    end_month(session, PLACE, JULY, exceptions={}, by=MEI, at=at(JULY))

    assert i8(session).note == "500.00 − 0.00 = 500.00"
    assert i8(session).holds


def test_a_lines_bytes_are_those_of_rfc_8785():
    line = ("工行-费", "ab" * 32, 2, date(2026, 7, 3), -36_00, 22)

    content = dict(zip("aflodn", ["工行-费", 22, "ab" * 32, 2, "2026-07-03", -36_00], strict=True))
    assert line_bytes(*line) == canonical(content)


# Any sequence


EVENTS = st.lists(
    st.tuples(st.sampled_from(["entry", "line", "both"]), st.integers(1, 28), st.integers(1, 400)), max_size=7
)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(events=EVENTS)
def test_whatever_happens_books_less_bank_is_always_the_listed_items(session: Session, events):
    with session.begin_nested() as savepoint:
        a_fund(session)
        rows, total = [], 0
        for number, (kind, day, fen) in enumerate(events):
            if kind != "line":
                interest(session, fen, date(2026, 7, day), f"i/{number}")
            if kind != "entry":
                rows.append((f"2026-07-{day:02d}", f"{fen // 100}.{fen % 100:02d}", f"第 {number} 笔"))
                total += fen
        if rows:
            read(session, *rows, into="fund")

        sheet = prepared(session, book="fund", fund=total)

        assert sheet.book_fen - sheet.bank_fen == sheet.listed_fen
        sheet = prepared(
            session, book="fund", reasons={i.key: "核实" for i in sheet.items if not i.reason}, fund=total
        )
        assert confirmed(session, sheet).unexplained_fen == 0
        assert head(session, PLACE).last_no > 0
        savepoint.rollback()
    session.expire_all()
