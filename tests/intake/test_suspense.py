"""What people do with receipts that nobody could be found for: sums fit, two agree on a return, all can be undone."""

from datetime import date

import pytest
from sqlalchemy import event
from sqlmodel import select

from ledger.community.role_rules import SamePerson
from ledger.fees.payment_actions import Slip, correct_payment
from ledger.fees.queries import outstanding
from ledger.fees.rules import OfAStatement
from ledger.intake.import_actions import import_payments
from ledger.intake.queries import line, lines, steps, suspense
from ledger.intake.rules import (
    WHY,
    BeforeItCameIn,
    LineId,
    LineState,
    NoReturnAsked,
    NoSuchHome,
    NothingToUndo,
    NotInSuspense,
    PartWrong,
    ReturnAskedBefore,
    SumsDiffer,
)
from ledger.intake.settlement_actions import settle
from ledger.intake.settlement_rules import NotAWallet, SettlementDoesNotFit, WalletLine, run_for
from ledger.intake.suspense_actions import approve_return, ask_return, merge, resolve, split, undo
from ledger.intake.tables import BankLine
from ledger.journal.fsck import problems
from ledger.journal.queries import held
from ledger.operations.books import reverse_voucher
from tests.cast import CHEN, MEI, NOON
from tests.community import databases
from tests.factories import an_account
from tests.fees.homes import JULY, JUNE, ONE, PLACE, THREE, TWO, charge, three_homes
from tests.intake.test_actions import cmb, imported, on_account
from tests.intake.test_actions import lines as all_lines

shared, session = databases.shared, databases.session
ON = date(2026, 7, 9)


def waiting(session):
    return [LineId(row.account, row.fingerprint, row.occurrence) for row in suspense(session, PLACE)]


def paid(payer, yuan, remark="物业费", day="2026-07-03"):
    return f"{day},CNY,{yuan},,转账汇款,{payer},{remark}\n"


def cmb_of(*rows):
    header, _, _ = cmb().decode().partition("\n")
    return (header + "\n" + "".join(rows)).encode()


# Payer history


def test_a_payer_who_named_his_home_once_is_known_by_the_amount_the_next_time(session):
    three_homes(session)
    charge(session, JUNE)
    imported(
        session, cmb_of(paid("欧阳", "36.00", ONE), paid("诸葛", "36.00", TWO), paid("某某", "36.00", THREE))
    )
    charge(session, JULY)

    outcome = imported(
        session, cmb_of(paid("欧阳", "36.00", day="2026-07-08"), paid("司马", "36.00", day="2026-07-08"))
    )

    assert (outcome.matched, outcome.suspense) == (1, 1)
    assert WHY["payer"].format(homes=ONE) in {row.why for row in all_lines(session, LineState.MATCHED)}
    assert outstanding(session, PLACE, [ONE]) == {}
    assert all("欧阳" not in row.payer for row in all_lines(session))


def test_a_match_that_was_undone_is_forgotten(session):
    three_homes(session)
    charge(session, JUNE)
    imported(session, cmb_of(paid("欧阳", "36.00", ONE)))
    (wrong,) = all_lines(session, LineState.MATCHED)
    charge(session, JULY)

    undo(
        session, PLACE, LineId(wrong.account, wrong.fingerprint, 1), reason="付的是别人家的", by=MEI, at=NOON
    )
    outcome = imported(session, cmb_of(paid("欧阳", "36.00", day="2026-07-08")))

    assert (outcome.matched, outcome.suspense) == (0, 1)
    assert outstanding(session, PLACE, [ONE]) == {ONE: [("2026-06", 36_00), ("2026-07", 36_00)]}
    assert on_account(session, "2241") == on_account(session, "1002") == 72_00
    assert list(problems(session, PLACE)) == []


# Split, merge, undo


def test_one_receipt_for_several_homes_is_split_to_the_fen(session):
    three_homes(session)
    charge(session)
    imported(session, cmb_of(paid("王总", "100.00")))
    (which,) = waiting(session)

    for parts, refusal in (
        ({ONE: 36_00, TWO: 36_00}, SumsDiffer),
        ({ONE: 136_00, TWO: -36_00}, PartWrong),
        ({ONE: 100_00, TWO: 0}, PartWrong),
        ({ONE: 36_00, "9-9-999": 64_00}, NoSuchHome),
    ):
        with pytest.raises(refusal):
            split(session, PLACE, which, parts, ON, by=MEI, at=NOON)
    posted = split(session, PLACE, which, {ONE: 36_00, TWO: 64_00}, ON, by=MEI, at=NOON)

    assert len(posted) == 2
    assert outstanding(session, PLACE) == {THREE: [("2026-07", 36_00)]}
    assert held(session, PLACE, "fee", "prepaid")[TWO] == 28_00
    assert [(s.action, s.home, s.amount_fen, s.by_login) for s in steps(session, PLACE, which)] == [
        ("resolved", ONE, 36_00, "mei"),
        ("resolved", TWO, 64_00, "mei"),
    ]
    with pytest.raises(NotInSuspense):
        split(session, PLACE, which, {ONE: 36_00, TWO: 64_00}, ON, by=MEI, at=NOON)


def test_several_receipts_for_one_bill_are_merged_when_they_make_it_to_the_fen(session):
    three_homes(session)
    charge(session)
    imported(session, cmb_of(paid("王", "30.00"), paid("李", "5.00"), paid("李", "1.00")))
    which = waiting(session)

    with pytest.raises(SumsDiffer):
        merge(session, PLACE, which[:2], ONE, ON, by=MEI, at=NOON)
    with pytest.raises(PartWrong):
        merge(session, PLACE, [which[0], which[0]], ONE, ON, by=MEI, at=NOON)
    merge(session, PLACE, which, ONE, ON, by=MEI, at=NOON)

    assert outstanding(session, PLACE, [ONE]) == {}
    assert on_account(session, "2241") == 0


def test_what_was_split_wrongly_is_undone_by_reversal_and_can_be_done_again(session):
    three_homes(session)
    charge(session)
    imported(session, cmb_of(paid("王总", "72.00")))
    (which,) = waiting(session)
    split(session, PLACE, which, {ONE: 36_00, TWO: 36_00}, ON, by=MEI, at=NOON)

    undo(session, PLACE, which, reason="是 102 和 103", by=CHEN, at=NOON)
    assert waiting(session) == [which]
    assert len(outstanding(session, PLACE)) == 3
    split(session, PLACE, which, {TWO: 36_00, THREE: 36_00}, ON, by=MEI, at=NOON)
    undo(session, PLACE, which, reason="又错了", by=CHEN, at=NOON)
    resolve(session, PLACE, *which, THREE, ON, by=MEI, at=NOON)

    assert [s.action for s in steps(session, PLACE, which)] == ["resolved"] * 2 + ["undone"] * 2 + ["resolved"] * 2 + ["undone"] * 2 + ["resolved"]  # fmt: skip
    assert outstanding(session, PLACE).keys() == {ONE, TWO}
    assert held(session, PLACE, "fee", "prepaid")[THREE] == 36_00
    assert on_account(session, "2241") == 0
    assert list(problems(session, PLACE)) == []


def test_a_receipt_behind_which_a_line_stands_is_taken_back_and_not_corrected(session):
    """Else it would be booked into the bank a second time, and the line would name what does not stand."""
    three_homes(session)
    charge(session)
    imported(
        session, cmb_of(paid("王总", "36.00"), paid("一室", "36.00", "1-1-101 物业费", day="2026-07-04"))
    )
    (which,) = waiting(session)
    resolve(session, PLACE, *which, TWO, ON, by=MEI, at=NOON)
    entries = [row.resolved_entry or row.entry_no for row in all_lines(session)]

    for no in entries:
        with pytest.raises(OfAStatement, match="按银行"):
            slip = Slip("S-1", THREE, 36_00, ON)
            correct_payment(session, PLACE, no, slip, reason="是 103", by=MEI, at=NOON)
        with pytest.raises(OfAStatement):
            reverse_voucher(session, PLACE, no, "错了", by=MEI, at=NOON)

    assert on_account(session, "1002") == 72_00


def test_a_line_that_waits_has_nothing_to_undo(session):
    three_homes(session)
    imported(session, cmb_of(paid("王总", "72.00"), paid("某某", "-5.00")))
    (which,) = waiting(session)
    (kept,) = all_lines(session, LineState.KEPT)

    for line_id in (which, LineId(kept.account, kept.fingerprint, 1)):
        with pytest.raises(NothingToUndo):
            undo(session, PLACE, line_id, reason="x", by=MEI, at=NOON)


# Back to the payer


def test_a_receipt_goes_back_when_one_asks_and_another_approves(session):
    three_homes(session)
    imported(session, cmb_of(paid("王总", "72.00")))
    (which,) = waiting(session)

    with pytest.raises(NoReturnAsked):
        approve_return(session, PLACE, which, ON, by=CHEN, at=NOON)
    ask_return(session, PLACE, which, reason="付错小区", by=MEI, at=NOON)
    with pytest.raises(ReturnAskedBefore, match="mei"):
        ask_return(session, PLACE, which, reason="付错小区", by=CHEN, at=NOON)
    with pytest.raises(SamePerson):
        approve_return(session, PLACE, which, ON, by=MEI, at=NOON)
    with pytest.raises(BeforeItCameIn):
        approve_return(session, PLACE, which, date(2026, 7, 1), by=CHEN, at=NOON)
    approve_return(session, PLACE, which, ON, by=CHEN, at=NOON)

    assert line(session, PLACE, *which).state is LineState.RETURNED
    assert on_account(session, "2241") == on_account(session, "1002") == 0
    with pytest.raises(NotInSuspense):
        resolve(session, PLACE, *which, ONE, ON, by=MEI, at=NOON)


def test_the_banks_line_of_a_return_finds_its_entry(session):
    three_homes(session)
    imported(session, cmb_of(paid("王总", "72.00")))
    (which,) = waiting(session)
    ask_return(session, PLACE, which, reason="付错小区", by=MEI, at=NOON)
    posted = approve_return(session, PLACE, which, ON, by=CHEN, at=NOON)

    outcome = imported(session, cmb_of(paid("王总", "-72.00", "退款", "2026-07-10")))

    assert outcome.booked == 1
    (row,) = all_lines(session, LineState.BOOKED)
    assert row.entry_no == posted.no


# The list


def test_the_list_is_searched_sorted_and_paged(session):
    three_homes(session)
    imported(
        session, cmb_of(*[paid(f"付款人{n}", f"{n}.00", day=f"2026-06-{30 - n:02d}") for n in range(1, 13)])
    )

    first, second = (lines(session, PLACE, page=page, size=10, sort="-amount_fen") for page in (1, 2))
    assert (first.total, first.totals["amount_fen"], len(first.rows), len(second.rows)) == (12, 78_00, 10, 2)
    assert [row.amount_fen for row in (*first.rows, *second.rows)] == [n * 100 for n in range(12, 0, -1)]
    assert [row.counterparty for row in lines(session, PLACE, words="付款人7").rows] == ["付款人7"]
    assert [row.counterparty for row in lines(session, PLACE, words="12.00").rows] == ["付款人12"]
    assert lines(session, PLACE, words="%").rows == []
    days = [row.occurred_on for row in lines(session, PLACE).rows]
    assert days == sorted(days)


# Wallets


def wx(*rows):
    """A merchant's bill of WeChat: (day, yuan, fee, remark)."""
    names = "交易时间,微信订单号,用户标识,交易类型,交易状态,货币种类,应结订单金额,退款金额,商品名称,手续费"
    return "\n".join(
        [names, *(f"`{day} 10:00:00,`{n}{day},`u{n},`JSAPI,`SUCCESS,`CNY,`{yuan},`0.00,`{remark},`{fee}" for n, (day, yuan, fee, remark) in enumerate(rows)), ""]
    ).encode()  # fmt: skip


def a_wallet(session):
    three_homes(session)
    an_account(session, "wx", role="wallet", settles_as="财付通")
    charge(session)


def into_wallet(session, *rows, at=NOON):
    return import_payments(session, PLACE, wx(*rows), "wechat_merchant", name="wx", into="wx", by=MEI, at=at)


def test_a_settlement_takes_the_days_less_their_fees_out_of_the_wallet(session):
    a_wallet(session)
    into_wallet(
        session,
        ("2026-07-03", "36.00", "0.22", ONE),
        ("2026-07-03", "36.00", "0.22", TWO),
        ("2026-07-04", "36.00", "0.22", THREE),
    )

    outcome = imported(session, cmb_of(paid("财付通支付科技有限公司", "71.56", "微信结算", "2026-07-04")))

    assert (outcome.suspense, outcome.settled) == (1, 1)
    assert on_account(session, "1002") == 71_56
    assert on_account(session, "5602") == 44
    assert on_account(session, "1012") == 36_00
    assert on_account(session, "2241") == 0
    assert outstanding(session, PLACE) == {}


def test_the_bank_may_come_before_the_wallet(session):
    a_wallet(session)
    first = imported(session, cmb_of(paid("财付通支付科技有限公司", "35.78", "微信结算", "2026-07-04")))

    outcome = into_wallet(session, ("2026-07-03", "36.00", "0.22", ONE))

    assert (first.settled, outcome.settled) == (0, 1)
    assert on_account(session, "1012") == on_account(session, "2241") == 0


def test_a_settlement_that_is_one_fen_off_stays_listed(session):
    a_wallet(session)
    into_wallet(session, ("2026-07-03", "36.00", "0.22", ONE), ("2026-07-05", "36.00", "0.22", TWO))
    imported(session, cmb_of(paid("财付通支付科技有限公司", "35.79", "微信结算", "2026-07-04")))
    (which,) = waiting(session)

    with pytest.raises(SettlementDoesNotFit, match=r"35\.78.*35\.79.*-0\.01"):
        settle(session, PLACE, which, "wx", date(2026, 7, 3), date(2026, 7, 3), by=MEI, at=NOON)
    with pytest.raises(NotAWallet):
        settle(session, PLACE, which, "wallet", date(2026, 7, 3), date(2026, 7, 3), by=MEI, at=NOON)
    assert waiting(session) == [which]


def test_a_settlement_is_said_by_hand_and_undone(session):
    a_wallet(session)
    into_wallet(session, ("2026-07-03", "36.00", "0.22", ONE), ("2026-07-04", "36.00", "0.22", TWO))
    imported(session, cmb_of(paid("结算中心", "35.78", "", "2026-07-06")))
    (which,) = waiting(session)

    settle(session, PLACE, which, "wx", date(2026, 7, 4), date(2026, 7, 4), by=MEI, at=NOON)
    assert on_account(session, "1012") == 36_00
    undo(session, PLACE, which, reason="是 3 日的", by=MEI, at=NOON)
    assert on_account(session, "1012") == 72_00
    settle(session, PLACE, which, "wx", date(2026, 7, 3), date(2026, 7, 3), by=MEI, at=NOON)

    assert on_account(session, "5602") == 22
    assert list(problems(session, PLACE)) == []


def test_a_run_is_of_whole_days_from_the_oldest_and_none_after_the_money_came():
    lines = [
        WalletLine(date(2026, 7, 1), 100, 1),
        WalletLine(date(2026, 7, 1), 50, 0),
        WalletLine(date(2026, 7, 2), 10, 0),
    ]

    assert run_for(99, date(2026, 7, 3), lines) is None
    assert run_for(149, date(2026, 7, 3), lines) == (date(2026, 7, 1), date(2026, 7, 1), 149, 1)
    assert run_for(159, date(2026, 7, 3), lines) == (date(2026, 7, 1), date(2026, 7, 2), 159, 1)
    assert run_for(159, date(2026, 7, 1), lines) is None


# Size


def test_the_number_of_statements_does_not_grow_with_the_lines(session):
    three_homes(session)
    charge(session)
    counts = []

    def counted(*_):
        counts[-1] += 1

    event.listen(session.get_bind(), "after_cursor_execute", counted)
    for size in (3, 60):
        counts.append(0)
        rows = [
            paid(f"付款人{n}", f"{size}.{n % 100:02d}", ONE if n % 2 else "谢谢", f"2026-06-{1 + n % 28:02d}")
            for n in range(1, size + 1)
        ]
        imported(session, cmb_of(*rows))
    event.remove(session.get_bind(), "after_cursor_execute", counted)

    assert len(session.exec(select(BankLine)).all()) == 63
    assert counts[1] <= counts[0]
