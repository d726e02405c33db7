"""Statements booked on a community: each line once, each receipt to its home or to suspense."""

from collections import Counter
from datetime import date, timedelta

import pytest
from sqlmodel import select

from ledger.fees.queries import outstanding
from ledger.intake.import_actions import import_payments
from ledger.intake.queries import NoLine, suspense, without_statement
from ledger.intake.rules import WHY, LineState, NoSuchHome, NotInSuspense
from ledger.intake.statement import StatementUnreadable, UnknownProfile
from ledger.intake.suspense_actions import resolve
from ledger.intake.tables import BankLine, StatementFile
from ledger.journal.fsck import problems
from ledger.journal.month_actions import close_month
from ledger.journal.month_rules import AccountNotCleared
from ledger.journal.queries import held, trial_balance
from ledger.journal.tables import Entry
from ledger.log.queries import private_fields
from ledger.periods import Month, day_in_shanghai
from tests.cast import CHEN, MEI, NOON
from tests.community import databases
from tests.factories import a_home
from tests.fees.homes import JULY, JUNE, ONE, PLACE, THREE, TWO, charge, three_homes
from tests.fund.uses import AUGUST
from tests.intake.files import ALIPAY, BOC, CMB, CMB_HEADER, ICBC, SAMPLE_OF, WECHAT, WECHAT_BOOK, sample

shared, session = databases.shared, databases.session


def imported(session, content, profile="cmb", *, into="bank", name="x.csv"):
    return import_payments(session, PLACE, content, profile, name=name, into=into, by=MEI, at=NOON)


def cmb(*rows):
    """A file of China Merchants Bank with these lines: (day, yuan, remark)."""
    lines = "".join(f"{day},CNY,{yuan},,转账汇款,某某,{remark}\n" for day, yuan, remark in rows)
    return (CMB_HEADER + lines).encode()


def cut(content):
    """The file as far as the first cells of its last row: what a broken download leaves."""
    whole, _, last = content.rstrip().rpartition(b"\n")
    return whole + b"\n" + b",".join(last.split(b",")[:3])


def lines(session, state=None):
    rows = session.exec(select(BankLine).where(BankLine.community == PLACE).order_by(BankLine.row)).all()
    return [row for row in rows if state in (None, row.state)]


def on_account(session, account):
    rows = trial_balance(session, PLACE, "fee", Month(1900, 1), Month(2030, 1))
    return next(row.closing_fen for row in rows if row.account == account)


def written(session):
    """How many rows of every kind an import leaves."""
    return Counter(
        {table.__name__: len(session.exec(select(table)).all()) for table in (StatementFile, BankLine, Entry)}
    )


@pytest.mark.parametrize(
    ("name", "came_in", "fen", "kept"),
    [
        (WECHAT, 5, 28_49, 22),
        (WECHAT_BOOK, 5, 28_49, 22),
        (ALIPAY, 1, 222_228_50, 9),
        (ICBC, 5, 2_841_74, 6),
        (CMB, 1, 1_234_00, 4),
        (BOC, 4, 9_821_00, 13),
    ],
)
def test_every_banks_file_is_booked_to_the_fen_and_imported_again_adds_nothing(
    session, name, came_in, fen, kept
):
    three_homes(session)
    profile = SAMPLE_OF[name]

    first = imported(session, sample(name), profile, name=name)
    after = written(session)
    again = imported(session, sample(name), profile, name=name)

    assert (first.lines, first.known, first.matched) == (came_in + kept, 0, 0)
    assert (first.suspense, first.suspense_fen, first.kept) == (came_in, fen, kept)
    assert (again.known, again.suspense, again.matched, again.kept) == (first.lines, 0, 0, 0)
    assert written(session) == after
    assert on_account(session, "1002") == on_account(session, "2241") == fen
    assert sum(line.amount_fen for line in suspense(session, PLACE)) == fen


def test_all_banks_together_leave_books_that_add_up(session):
    three_homes(session)

    for name in (WECHAT, ALIPAY, ICBC, CMB, BOC):
        imported(
            session, sample(name), SAMPLE_OF[name], into="wallet" if name in (WECHAT, ALIPAY) else "bank"
        )
    same_as_csv = imported(session, sample(WECHAT_BOOK), "wechat", into="wallet")

    assert same_as_csv.known == 27
    assert on_account(session, "1012") == 28_49 + 222_228_50
    assert on_account(session, "1002") == 2_841_74 + 1_234_00 + 9_821_00
    assert list(problems(session, PLACE)) == []


def test_a_receipt_that_names_one_home_pays_its_oldest_month_and_others_wait(session):
    three_homes(session)
    for month in (JUNE, JULY):
        charge(session, month)

    outcome = imported(
        session,
        cmb(
            ("2026-07-03", "36.00", f"{ONE} 物业费"),
            ("2026-07-04", "40.00", "1幢1单元102室"),
            ("2026-07-05", "5.00", f"{ONE} {TWO}"),
            ("2026-07-06", "6.00", "9-9-999"),
            ("2026-07-07", "7.00", "谢谢"),
            ("2026-07-08", "-8.00", f"退 {ONE}"),
        ),
    )

    assert (outcome.matched, outcome.matched_fen, outcome.suspense, outcome.suspense_fen, outcome.kept) == (
        2,
        76_00,
        3,
        18_00,
        1,
    )
    assert outstanding(session, PLACE, [ONE, TWO]) == {ONE: [("2026-07", 36_00)], TWO: [("2026-07", 32_00)]}
    assert [(line.amount_fen, line.why) for line in suspense(session, PLACE)] == [
        (5_00, WHY["several"].format(homes=f"{ONE}、{TWO}")),
        (6_00, WHY["unknown"].format(homes="9-9-999")),
        (7_00, WHY["nothing"]),
    ]
    assert on_account(session, "1002") == 94_00


def test_a5_what_is_not_plainly_the_fee_of_one_home_waits_in_suspense_with_its_reason(session):
    three_homes(session)
    a_home(session, f"东区{ONE}")
    remarks = {
        f"东区{ONE}物业费": f"东区{ONE}",
        f"{ONE}/102": WHY["several"].format(homes=f"{ONE}、{TWO}"),
        f"{ONE} 装修押金": WHY["purpose"].format(homes=ONE, purpose="押金"),
        f"{TWO} 维修资金补交": WHY["purpose"].format(homes=TWO, purpose="维修资金"),
        f"二期 {THREE}": WHY["part"].format(homes=THREE, part="二期"),
    }
    rows = [(f"2026-07-0{day}", f"{day}.00", remark) for day, remark in enumerate(remarks, 1)]

    outcome = imported(session, cmb(*rows))
    again = imported(session, cmb(*rows[::-1]))

    assert (outcome.matched, outcome.suspense, again.known) == (1, 4, 5)
    assert [line.home or line.why for line in lines(session)] == list(remarks.values())
    assert held(session, PLACE, "fee", "prepaid") == {f"东区{ONE}": 1_00}


def test_two_lines_that_are_truly_the_same_are_two_payments(session):
    three_homes(session)
    before, row, after = ((f"2026-07-0{day}", "36.00", f"{ONE} 物业费") for day in (2, 3, 4))

    first = imported(session, cmb(before, row))
    second = imported(session, cmb(before, row, row, after))
    third = imported(session, cmb(before, row, row, after))

    assert [(d.matched, d.known) for d in (first, second, third)] == [(2, 0), (2, 2), (0, 4)]
    assert held(session, PLACE, "fee", "prepaid")[ONE] == 144_00


def test_files_that_overlap_book_every_line_once(session):
    three_homes(session)
    rows = [(f"2026-07-{day:02d}", f"{day}.00", ONE) for day in range(1, 11)]

    imported(session, cmb(*rows[:6]))
    outcome = imported(session, cmb(*rows[3:]))

    assert (outcome.known, outcome.matched) == (3, 4)
    assert held(session, PLACE, "fee", "prepaid")[ONE] == sum(range(1, 11)) * 100


def test_a_file_imported_into_the_wrong_account_is_not_booked_again_into_the_right_one(session):
    three_homes(session)
    content = cmb(("2026-07-03", "36.00", ONE))
    imported(session, content, into="wallet")

    outcome = imported(session, content, into="bank")

    assert (outcome.known, outcome.matched, outcome.warnings) == (1, 0, 1)
    assert (on_account(session, "1012"), on_account(session, "1002")) == (36_00, 0)


@pytest.mark.parametrize(
    ("content", "profile", "refusal"),
    [
        (cut(sample(CMB)), "cmb", StatementUnreadable),
        (cut(sample(BOC)), "boc", StatementUnreadable),
        (sample(ALIPAY).replace("金额".encode("gb18030"), b"\xff\xff"), "alipay", StatementUnreadable),
        (b"\xff\xfe\x00", "cmb", StatementUnreadable),
        (b"", "boc", StatementUnreadable),
        (b"<html>please log in</html>", "icbc", StatementUnreadable),
        (sample(CMB), "boc", StatementUnreadable),
        (cmb(("2026-07-01", "1.00", ONE), ("2026-07-32", "2.00", ONE)), "cmb", StatementUnreadable),
        (cmb(("2026-07-01", "1.00", ONE), ("2026-07-02", '"12,34"', ONE)), "cmb", StatementUnreadable),
        (sample(CMB), "bank of nowhere", UnknownProfile),
    ],
    ids=[
        "cut",
        "cut too",
        "miscoded",
        "bytes",
        "empty",
        "html",
        "another bank",
        "no day",
        "no amount",
        "no profile",
    ],
)
def test_a_file_that_cannot_be_read_for_certain_changes_nothing(session, content, profile, refusal):
    three_homes(session)
    before = written(session)

    with pytest.raises(refusal):
        imported(session, content, profile)

    assert written(session) == before


def test_a9_a_receipt_of_a_closed_month_is_booked_in_the_open_one_and_names_its_day(session):
    three_homes(session)
    charge(session, JUNE)
    close_month(session, PLACE, JUNE, exceptions={}, by=MEI, at=NOON)
    content = cmb(("2026-06-29", "36.00", ONE), ("2026-06-30", "5.00", "谢谢"), ("2026-07-01", "7.00", TWO))

    outcome = imported(session, content)
    again = imported(session, content + b"\n")

    assert (outcome.matched, outcome.suspense, again.known) == (2, 1, 3)
    entries = session.exec(select(Entry).where(Entry.kind == "fees.received").order_by(Entry.no)).all()
    today = day_in_shanghai(NOON)
    assert [entry.booked_on for entry in entries] == [today, today, date(2026, 7, 1)]
    opened = private_fields(session, PLACE, [entries[0].leaf_index])[entries[0].leaf_index]
    assert opened == {"memo.1": f"2026-06-29 到账 某某 {ONE}"}
    assert [(odd.row, odd.en) for odd in outcome.oddities] == [
        (2, f"2026-06 is closed: this line of 2026-06-29 is booked on {today}"),
        (3, f"2026-06 is closed: this line of 2026-06-30 is booked on {today}"),
    ]
    assert list(problems(session, PLACE)) == []


def test_suspense_is_resolved_once_and_to_a_home_that_is_there(session):
    three_homes(session)
    charge(session)
    imported(session, cmb(("2026-07-03", "40.00", "谢谢"), ("2026-07-04", "36.00", TWO)))
    (waiting,) = suspense(session, PLACE)
    (matched,) = lines(session, LineState.MATCHED)

    def say(line, home, on=date(2026, 7, 9)):
        return resolve(
            session, PLACE, line.account, line.fingerprint, line.occurrence, home, on, by=CHEN, at=NOON
        )

    with pytest.raises(NoSuchHome, match="9-9-999"):
        say(waiting, "9-9-999")
    with pytest.raises(NotInSuspense, match="已入户"):
        say(matched, ONE)
    with pytest.raises(NoLine):
        resolve(session, PLACE, waiting.account, "0" * 64, 1, ONE, NOON.date(), by=CHEN, at=NOON)
    say(waiting, ONE)
    for home in (ONE, TWO):
        with pytest.raises(NotInSuspense, match="已查明"):
            say(waiting, home)

    assert (waiting.state, waiting.home, waiting.resolved_by) == (LineState.RESOLVED, ONE, "chen")
    assert suspense(session, PLACE) == []
    assert on_account(session, "2241") == 0
    assert outstanding(session, PLACE, [ONE]) == {}
    assert held(session, PLACE, "fee", "prepaid")[ONE] == 4_00
    assert on_account(session, "1002") == 76_00


def test_a_month_is_not_closed_over_suspense_unless_somebody_says_why(session):
    three_homes(session)
    imported(session, cmb(("2026-07-03", "40.00", "谢谢")))

    with pytest.raises(AccountNotCleared, match=r"物业费.*2241.*40\.00"):
        close_month(session, PLACE, JULY, exceptions={}, by=MEI, at=AUGUST)
    assert (
        close_month(session, PLACE, JULY, exceptions={"fee/2241": "正在核实"}, by=MEI, at=AUGUST).month
        == "2026-07"
    )


def test_who_paid_and_in_whose_words_is_committed_to_and_not_in_the_log(session):
    three_homes(session)
    imported(session, cmb(("2026-07-03", "40.00", f"{ONE} 欧阳交费")))
    (entry,) = session.exec(select(Entry).where(Entry.kind == "fees.received")).all()

    opened = private_fields(session, PLACE, [entry.leaf_index])[entry.leaf_index]

    assert opened == {"memo.1": f"某某 {ONE} 欧阳交费"}


# A9: whose statement a month has


@pytest.mark.parametrize(
    ("days", "imported_on", "held"),
    [
        ([1], 20, False),
        ([31], 31, False),
        ([1], 35, True),
        ([2], 20, False),
        ([2], 35, True),
        ([1, 31], 35, True),
        ([-5, 1], 35, False),
        ([-5, 2], 35, True),
        ([31, 34], 35, False),
        ([-5, 34], 35, True),
        ([-28, 2], 3, False),
        ([5, 12], 13, False),
        ([5, 31], 31, True),
    ],
)
def test_a9_a_file_that_only_touches_a_month_is_not_its_statement(session, days, imported_on, held):
    three_homes(session)
    begin = date(2026, 6, 30)
    rows = [(begin + timedelta(days=day), f"36.0{no}", "谢谢") for no, day in enumerate(days)]
    at = NOON + timedelta(days=imported_on - 15)

    import_payments(session, PLACE, cmb(*rows), "cmb", name="x", into="bank", by=MEI, at=at)

    lacking = [account.code for account in without_statement(session, PLACE, Month(2026, 7))]
    assert ("bank" not in lacking) is held
