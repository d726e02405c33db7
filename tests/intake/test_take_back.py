"""A statement that was imported by mistake is taken back whole, stays to be seen, and leaves the way free for the right one."""

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from ledger.accounts.queries import account
from ledger.fees.queries import outstanding
from ledger.fund.actions import end_month
from ledger.intake.booked_actions import join
from ledger.intake.booked_queries import free_entries
from ledger.intake.import_actions import import_payments
from ledger.intake.queries import (
    imported as file_of,
)
from ledger.intake.queries import (
    line,
    returns_asked,
    statement_files,
    statement_lines,
    steps,
    suspense,
    takings_back,
)
from ledger.intake.reconciliation.rules import Unexplained
from ledger.intake.rules import (
    LineAction,
    LineId,
    LineState,
    LineTakenBack,
    NoStatementFile,
    StatementMoneyUsed,
    StatementMonthClosed,
    StatementReconciled,
    StatementTakenBackBefore,
)
from ledger.intake.settlement_actions import settle
from ledger.intake.suspense_actions import approve_return, ask_return, resolve, undo
from ledger.intake.tables import StatementFile
from ledger.intake.take_back_actions import take_back_statement
from ledger.journal.actions import post
from ledger.journal.fsck import problems
from ledger.journal.queries import accounts
from ledger.journal.rules import Draft, Move
from ledger.periods import day_in_shanghai
from tests.cast import CHEN, MEI, NOON
from tests.community import databases
from tests.factories import an_account
from tests.fees.homes import (
    JULY,
    JUNE,
    ONE,
    PLACE,
    THREE,
    TWO,
    a_payment,
    books_agree,
    charge,
    pay,
    three_homes,
)
from tests.intake.test_actions import cmb, on_account
from tests.intake.test_actions import imported as came
from tests.intake.test_actions import lines as all_lines
from tests.intake.test_reconciliation import AUGUST, at, confirmed, prepared
from tests.intake.test_suspense import ON, a_wallet, cmb_of, into_wallet, paid, waiting

shared, session = databases.shared, databases.session
ROWS = (("2026-07-03", "36.00", ONE), ("2026-07-04", "50.00", TWO), ("2026-07-05", "7.00", "谢谢"))


def taken_back(session, when=NOON, reason="别的账户的流水"):
    [file] = session.exec(select(StatementFile).where(StatementFile.taken_back_no == None)).all()  # noqa: E711
    return take_back_statement(session, PLACE, file.sha256, reason, by=MEI, at=when)


def used(session, when=NOON):
    """The rows whose money is said to be used since."""
    with pytest.raises(StatementMoneyUsed) as refused, session.begin_nested():
        taken_back(session, when)
    return refused.value.facts["rows"]


def test_all_that_was_booked_of_a_statement_is_reversed_and_its_lines_count_nowhere(session):
    three_homes(session)
    charge(session)
    came(session, cmb(*ROWS))
    [which] = waiting(session)
    resolve(session, PLACE, *which, THREE, ON, by=MEI, at=NOON)

    taking = taken_back(session)

    assert (taking.no, taking.account, taking.lines, taking.entries) == (1, "bank", 3, 4)
    assert (taking.reason, taking.taken_back_by, taking.taken_back_at) == ("别的账户的流水", "mei", NOON)
    assert on_account(session, "1002") == on_account(session, "2241") == 0
    assert {home: sum(fen for _, fen in due) for home, due in outstanding(session, PLACE).items()} == {
        ONE: 36_00, TWO: 36_00, THREE: 36_00,
    }  # fmt: skip
    assert {row.state for row in all_lines(session)} == {LineState.TAKEN_BACK}
    assert suspense(session, PLACE) == []
    assert statement_lines(session, PLACE, "fee", date(2026, 12, 31)) == 0
    assert prepared(session, bank=0).items == ()
    books_agree(session)
    assert list(problems(session, PLACE)) == []


def test_it_stays_to_be_seen_with_who_when_and_why_and_what_was_done_with_its_lines(session):
    three_homes(session)
    charge(session)
    came(session, cmb(*ROWS), name="wrong.csv")
    [which] = waiting(session)
    resolution = resolve(session, PLACE, *which, THREE, ON, by=MEI, at=NOON)

    taking = taken_back(session)

    [file] = statement_files(session, PLACE).rows
    assert (file.name, file.taken_back_no) == ("wrong.csv", 1)
    assert takings_back(session, PLACE, file.sha256) == [taking]
    history = [(step.action, step.entry_no) for step in steps(session, PLACE, which)]
    assert history[0] == (LineAction.RESOLVED, resolution.no)
    assert {action for action, _ in history[1:]} == {LineAction.TAKEN_BACK}
    assert resolution.no in {no for _, no in history[1:]}
    with pytest.raises(StatementTakenBackBefore, match="mei"):
        take_back_statement(session, PLACE, file.sha256, "再来", by=MEI, at=NOON)
    with pytest.raises(NoStatementFile):
        take_back_statement(session, PLACE, "0" * 64, "没有", by=MEI, at=NOON)


def test_the_same_file_goes_into_the_right_account_or_the_same_one_afterwards(session):
    three_homes(session)
    an_account(session, "other")
    charge(session)
    came(session, cmb(*ROWS))
    taken_back(session)

    right = came(session, cmb(*ROWS), into="other")
    assert (right.known, right.matched, right.suspense) == (0, 2, 1)
    again = came(session, cmb(*ROWS), into="other")
    assert (again.known, again.matched, again.suspense) == (3, 0, 0)
    taken_back(session)
    back = came(session, cmb(*ROWS))

    assert (back.known, back.matched, back.suspense, back.warnings) == (0, 2, 1, 0)
    standing = [row for row in all_lines(session) if row.state is not LineState.TAKEN_BACK]
    assert {row.account for row in standing} == {"bank"}
    assert on_account(session, "1002") == 93_00
    sha256 = standing[0].file
    assert [taking.account for taking in takings_back(session, PLACE, sha256)] == ["bank", "other"]
    assert file_of(session, PLACE, sha256).account == "bank"
    books_agree(session)
    assert list(problems(session, PLACE)) == []


def test_a_line_that_came_in_again_is_worked_on_and_taken_back_like_any_other(session):
    three_homes(session)
    charge(session)
    came(session, cmb(*ROWS))
    [which] = waiting(session)
    resolve(session, PLACE, *which, ONE, ON, by=MEI, at=NOON)
    taken_back(session)
    came(session, cmb(*ROWS))

    resolve(session, PLACE, *which, THREE, ON, by=MEI, at=NOON)
    assert undo(session, PLACE, which, reason="又错了", by=MEI, at=NOON).state is LineState.SUSPENSE
    resolve(session, PLACE, *which, THREE, ON, by=MEI, at=NOON)
    assert on_account(session, "1002") == 93_00
    assert taken_back(session).no == 2

    assert on_account(session, "1002") == on_account(session, "2241") == 0
    books_agree(session)


def test_another_file_brings_in_a_line_that_both_had(session):
    three_homes(session)
    charge(session)
    came(session, cmb(*ROWS))
    assert came(session, cmb(*ROWS[:2])).known == 2
    [first] = [f for f in statement_files(session, PLACE).rows if f.lines == 3]
    take_back_statement(session, PLACE, first.sha256, "多了一行", by=MEI, at=NOON)

    assert came(session, cmb(*ROWS[:2])).matched == 2
    assert on_account(session, "1002") == 86_00


def test_what_an_action_booked_stays_and_is_free_for_the_right_line(session):
    three_homes(session)
    codes = accounts(session, PLACE, "fee")
    draft = Draft(
        "brought-over", date(2026, 7, 2), "b", "fee", [Move(codes["bank"], codes["suspense"], 500_00)]
    )
    entry = post(session, PLACE, draft, by=MEI, at=NOON)
    out = Draft("fees.cost", date(2026, 7, 3), "c", "fee", [Move(codes["cost"], codes["bank"], 20_00)])
    cost = post(session, PLACE, out, by=MEI, at=NOON)
    came(session, cmb(("2026-07-03", "-20.00", "维修")))
    [booked] = all_lines(session, LineState.BOOKED)
    which = LineId(booked.account, booked.fingerprint, booked.occurrence)

    taking = taken_back(session)

    assert taking.entries == 0
    assert [step.entry_no for step in steps(session, PLACE, which)] == [cost.no]
    free = free_entries(
        session, account(session, PLACE, "bank"), codes["bank"], date(2026, 7, 1), date(2026, 7, 31)
    )
    assert {side.name for side in free} == {entry.no, cost.no}
    with pytest.raises(LineTakenBack):
        join(session, PLACE, [which], cost.no, by=MEI, at=NOON)


def test_money_that_was_used_since_is_named_by_row_and_nothing_is_taken_back(session):
    three_homes(session)
    charge(session)
    came(session, cmb(*ROWS, ("2026-07-06", "72.00", THREE)))
    charge(session, JULY.plus(1))  # pays August out of what 102 and 103 had prepaid
    before = on_account(session, "1002")

    assert used(session) == [3, 5]

    assert on_account(session, "1002") == before == 165_00
    assert LineState.TAKEN_BACK not in {row.state for row in all_lines(session)}
    books_agree(session)


def test_what_went_back_to_its_payer_is_not_taken_back(session):
    three_homes(session)
    came(session, cmb(*ROWS))
    which = next(w for w in waiting(session) if line(session, PLACE, *w).amount_fen == 7_00)
    ask_return(session, PLACE, which, reason="付错了", by=MEI, at=NOON)
    approve_return(session, PLACE, which, ON, by=CHEN, at=NOON)

    assert used(session) == [4]


def test_a_return_that_was_only_asked_for_falls_away(session):
    three_homes(session)
    came(session, cmb(("2026-07-05", "7.00", "谢谢")))
    [which] = waiting(session)
    ask_return(session, PLACE, which, reason="付错了", by=MEI, at=NOON)
    taken_back(session)
    came(session, cmb(("2026-07-05", "7.00", "谢谢")))

    assert returns_asked(session, PLACE) == []
    assert waiting(session) == [which]


def test_money_that_left_the_account_is_missed(session):
    three_homes(session)
    charge(session)
    came(session, cmb(ROWS[0]))
    codes = accounts(session, PLACE, "fee")
    out = Draft("fees.cost", date(2026, 7, 9), "c", "fee", [Move(codes["cost"], codes["bank"], 20_00)])
    post(session, PLACE, out, by=MEI, at=NOON)

    assert used(session) == [2]


def test_a_banks_statement_gives_a_wallet_its_days_back_and_a_wallets_waits_for_that(session):
    a_wallet(session)
    into_wallet(session, ("2026-07-03", "36.00", "0.22", ONE), ("2026-07-04", "36.00", "0.22", TWO))
    came(session, cmb_of(paid("财付通支付科技有限公司", "71.56", "微信结算", "2026-07-05")))
    by_account = {file.account: file.sha256 for file in statement_files(session, PLACE).rows}
    with pytest.raises(StatementMoneyUsed):
        take_back_statement(session, PLACE, by_account["wx"], "错了", by=MEI, at=NOON)

    take_back_statement(session, PLACE, by_account["bank"], "错了", by=MEI, at=NOON)

    assert (on_account(session, "1012"), on_account(session, "1002"), on_account(session, "5602")) == (
        72_00,
        0,
        0,
    )
    assert {row.settled_entry for row in all_lines(session)} == {None}
    take_back_statement(session, PLACE, by_account["wx"], "错了", by=MEI, at=NOON)
    assert on_account(session, "1012") == 0
    came(session, cmb_of(paid("财付通支付科技有限公司", "71.56", "微信结算", "2026-07-05")))
    [which] = waiting(session)
    with pytest.raises(Exception, match="差"):
        settle(session, PLACE, which, "wx", date(2026, 7, 3), date(2026, 7, 4), by=MEI, at=NOON)


def test_a_prepayment_that_is_left_pays_what_is_owed_again(session):
    three_homes(session)
    charge(session)
    came(session, cmb(ROWS[0]))
    pay(session, a_payment(ONE, 36_00))  # prepaid, for the line has paid July

    taken_back(session)

    assert ONE not in outstanding(session, PLACE)
    books_agree(session)


def test_what_was_reconciled_or_closed_is_not_taken_back_and_what_came_later_is(session):
    three_homes(session)
    charge(session)
    came(session, cmb(*ROWS))
    confirmed(session, prepared(session, bank=93_00))
    with pytest.raises(StatementReconciled, match="2026年7月"):
        taken_back(session, at(JULY))
    late = import_payments(
        session,
        PLACE,
        cmb(("2026-07-20", "8.00", "晚到")),
        "cmb",
        name="late",
        into="bank",
        by=MEI,
        at=at(AUGUST),
    )
    assert late.suspense == 1
    [file] = [f for f in statement_files(session, PLACE).rows if f.name == "late"]

    assert take_back_statement(session, PLACE, file.sha256, "别家的", by=MEI, at=at(AUGUST)).entries == 1


def test_receipts_of_a_closed_month_stand(session):
    three_homes(session)
    charge(session, JUNE)
    came(session, cmb(("2026-06-20", "36.00", ONE)))
    end_month(session, PLACE, JUNE, exceptions={}, by=MEI, at=NOON)

    with pytest.raises(StatementMonthClosed, match="2026年6月"):
        taken_back(session)


def test_a_month_knows_that_its_receipts_were_reversed_later(session):
    three_homes(session)
    charge(session)
    came(session, cmb(*ROWS))

    taken_back(session, at(JULY))

    sheet = prepared(session, bank=0)
    assert {(item.fen, item.by_ledger) for item in sheet.items} == {
        (36_00, True),
        (50_00, True),
        (7_00, True),
    }
    assert all(str(day_in_shanghai(at(JULY))) in item.reason for item in sheet.items)
    try:
        confirmed(session, sheet)
    except Unexplained:
        pytest.fail("what was taken back needs no reason of its own")


@pytest.mark.parametrize(
    "change", ["UPDATE statement_taken_back SET reason = 'x'", "DELETE FROM statement_taken_back"]
)
def test_that_it_was_taken_back_is_append_only(session, change):
    three_homes(session)
    came(session, cmb(*ROWS))
    taken_back(session)

    with pytest.raises(DBAPIError, match="append-only"), session.begin_nested():
        session.execute(text(change))
