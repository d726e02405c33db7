"""A1, A2, A6: what came in before is known again, whatever has changed around it; each real payment is booked once."""

from datetime import date, timedelta
from io import BytesIO
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from sqlmodel import select

from ledger.community.role_rules import SamePerson
from ledger.files.actions import keep_file
from ledger.files.rules import FileKind
from ledger.intake.doubt_actions import ask_void, confirm_void, say_another, say_same
from ledger.intake.identity_rules import Again, Before, days_of, recognised
from ledger.intake.import_actions import import_payments
from ledger.intake.mappings.actions import save_mapping
from ledger.intake.queries import voids_asked
from ledger.intake.reconciliation.actions import prepare_reconciliation
from ledger.intake.rules import (
    LineId,
    LineState,
    NotDoubtful,
    NotVoidable,
    NoVoidAsked,
    VoidAskedBefore,
)
from ledger.intake.statement import declared, read_statement
from ledger.intake.tables import BankLine
from ledger.journal.fsck import problems
from ledger.journal.queries import held
from tests.cast import CHEN, MEI, NOON
from tests.community import databases
from tests.factories import PAPER
from tests.fees.homes import JULY, ONE, PLACE, three_homes
from tests.fund.uses import AUGUST

shared, session = databases.shared, databases.session

ALIPAY_HEADER = (
    "交易时间,交易分类,交易对方,对方账号,商品说明,收/支,金额,收/付款方式,交易状态,交易订单号,商家订单号,备注,"
)
ORDER = "2026110522001400000000000001"
DECEMBER = NOON + timedelta(days=140)


def alipay(*rows):
    return "\n".join(["----------电子客户回单----------", ALIPAY_HEADER, *rows, ""]).encode("gb18030")


def an_order(
    kind="收入", status="等待确认收货", remark="", way="收入", number=ORDER, at="2026-11-05 08:00:01"
):
    return f"{at},{kind},李测四,l***@x.cn,物业费 {ONE},{way},120.00,余额,{status},{number}\t,M1\t,{remark},"


def imported(session, content, profile_name, into="bank", at=DECEMBER):
    return import_payments(session, PLACE, content, profile_name, name="x", into=into, by=MEI, at=at)


def received_fen(session):
    lines = session.exec(select(BankLine).where(BankLine.community == PLACE, BankLine.entry_no != None)).all()  # noqa: E711
    return sum(line.amount_fen for line in lines if line.direction == "in")


LATER = [
    an_order(),
    an_order("日用百货", "交易成功"),
    an_order("日用百货", "交易成功", "已登记收据"),
    an_order(at="2026/11/5 8:00", number=f" {ORDER}"),
    an_order("日用百货", "交易关闭"),
]


@pytest.mark.parametrize("order", [LATER, LATER[::-1], LATER[2:] + LATER[:2]])
def test_a1_an_order_is_one_payment_in_whatever_state_its_bill_tells_of_it(session, order):
    three_homes(session)

    outcomes = [imported(session, alipay(row), "alipay", "wallet") for row in order]

    assert received_fen(session) == held(session, PLACE, "fee", "prepaid")[ONE] == 120_00
    assert sum(outcome.matched for outcome in outcomes) == 1


def as_a_workbook(content):
    """A bill as a spreadsheet saves it, of which it leaves long numbers as they are."""
    book, file = Workbook(), BytesIO()
    for row in content.decode("gb18030").splitlines():
        book.active.append([cell.strip("\t") for cell in row.split(",")])
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize("order", [LATER, LATER[::-1]])
def test_a1_an_order_is_one_payment_in_whatever_file_its_bill_comes(session, order):
    three_homes(session)

    for at, row in enumerate([*order, *order]):
        content = alipay(row)
        imported(session, as_a_workbook(content) if at % 2 else content, "alipay", "wallet")

    assert received_fen(session) == held(session, PLACE, "fee", "prepaid")[ONE] == 120_00


def test_a1_what_has_changed_of_a_known_line_is_told_with_its_row(session):
    three_homes(session)
    imported(session, alipay(an_order()), "alipay", "wallet")

    remarked = imported(session, alipay(an_order("日用百货", "交易成功", "已登记收据")), "alipay", "wallet")
    closed = imported(session, alipay(an_order("日用百货", "交易关闭")), "alipay", "wallet")

    assert [(odd.row, odd.code) for odd in remarked.oddities] == [(3, "known-changed"), (3, "known-changed")]
    assert "等待确认收货" in remarked.oddities[0].zh
    assert "交易成功" in remarked.oddities[0].zh
    assert [(odd.row, odd.code) for odd in closed.oddities] == [(3, "void-now")]


def test_an_order_that_was_not_paid_is_booked_when_it_is(session):
    three_homes(session)

    waiting = imported(session, alipay(an_order(status="等待付款")), "alipay", "wallet")
    paid = imported(session, alipay(an_order(status="交易成功")), "alipay", "wallet")

    assert (waiting.matched, paid.matched) == (0, 1)
    assert held(session, PLACE, "fee", "prepaid")[ONE] == 120_00


def test_a1_the_refund_of_a_receipt_is_money_out_once(session):
    three_homes(session)
    imported(session, alipay(an_order(status="交易成功")), "alipay", "wallet")
    refund = an_order("退款", "退款成功", way="不计收支", number=f"{ORDER}_77", at="2026-11-06 09:00:00")

    both = imported(session, alipay(an_order(status="交易关闭"), refund), "alipay", "wallet")
    again = imported(session, alipay(refund), "alipay", "wallet")

    assert [(odd.row, odd.code) for odd in both.oddities] == [(3, "void-now"), (4, "refund-of")]
    assert (both.kept, again.known) == (1, 1)
    ways = session.exec(select(BankLine.direction, BankLine.amount_fen).order_by(BankLine.occurred_on)).all()
    assert ways == [("in", 120_00), ("out", 120_00)]


def test_a_bill_whose_numbers_a_spreadsheet_has_rounded_is_known_again(session):
    three_homes(session)
    day = ("2026-11-04 10:00:00", "2026-11-06 10:00:00")
    whole = alipay(
        an_order(at=day[0], number="1" * 28),
        an_order(status="交易成功"),
        an_order(at=day[1], number="2" * 28),
    )
    saved_anew = alipay(
        an_order(at="2026/11/4 10:00", number="1.11111E+27"),
        an_order(at="2026/11/5 8:00", number="2.02611E+27"),
        an_order(at="2026/11/6 10:00", number="2.22222E+27"),
    )

    imported(session, whole, "alipay", "wallet")
    outcome = imported(session, saved_anew, "alipay", "wallet")

    assert (outcome.known, outcome.matched) == (3, 0)
    assert (3, "number-spoilt") in [(odd.row, odd.code) for odd in outcome.oddities]


RURAL = "入账日期,收入金额,支出金额,余额,户名,用途\n2026-11-02,310.00,,10310.00,王测九,物业费 1-1-101\n"


def test_a6_a_line_is_known_by_another_mapping(session):
    three_homes(session)
    columns = {"occurred": ["入账日期"], "income": ["收入金额"], "expense": ["支出金额"], "balance": ["余额"], "counterparty": ["户名"]}  # fmt: skip
    save_mapping(session, PLACE, "one", RURAL.encode(), columns, by=MEI, at=NOON)
    save_mapping(session, PLACE, "two", RURAL.encode(), {**columns, "remark": ["用途"]}, by=MEI, at=NOON)

    first = imported(session, RURAL.encode(), "one")
    second = imported(session, RURAL.encode(), "two")
    third = imported(session, RURAL.replace(",310.00", ',"310.0"').encode(), "two")

    assert (first.suspense, second.known, third.known) == (1, 1, 1)
    assert received_fen(session) == 310_00


def test_a1_lines_just_alike_that_a_cut_leaves_open_wait_and_book_nothing(session):
    three_homes(session)
    rows = [f"2026-07-0{day},CNY,36.00,,转账汇款,王某,{ONE}" for day in (1, 2, 2, 3)]
    header = "记账日期,货币,交易金额,联机余额,交易摘要,对手信息,客户摘要"
    pieces = ["\n".join([header, *rows[cut], ""]).encode() for cut in (slice(0, 2), slice(2, 4))]

    first, second = (imported(session, piece, "cmb") for piece in pieces)

    assert (first.matched, second.matched, second.doubtful) == (2, 1, 1)
    [waiting] = session.exec(select(BankLine).where(BankLine.state == LineState.DOUBTFUL)).all()
    assert (waiting.entry_no, waiting.occurrence) == (None, 2)


def test_what_came_and_went_and_came_on_one_day_is_three_payments_or_asked_about():
    rows = [(date(2026, 7, 1), 36_00, 36_00), (date(2026, 7, 1), -36_00, 0), (date(2026, 7, 1), 36_00, 36_00)]
    whole = [(*row, "王某", "物业费", "") for row in rows]
    layout = declared("x", ROW)
    first, second = (
        read_statement(written(piece, anew=False, newest_first=False, later=""), layout).lines
        for piece in (whole[:2], whole[1:])
    )
    before = [as_before(line) for line in first]

    answers = [answer.again for answer in recognised(second, "x", before, [days_of(first)])]

    assert answers == [Again.DOUBTFUL, Again.DOUBTFUL]


# Any statement, in any dressing, cut and in any order

PAYMENTS = st.lists(
    st.tuples(
        st.integers(0, 3),  # days since the one before
        st.sampled_from([36_00, 40_00]),
        st.sampled_from(["王某", "李某"]),
        st.sampled_from(["物业费", "谢谢"]),
        st.booleans(),
    ),
    min_size=1,
    max_size=8,
)
CMB = "记账日期,货币,交易金额,联机余额,交易摘要,对手信息,客户摘要"


def rows_of(payments, *, numbered, balanced):
    """A statement's rows as (cells by meaning), oldest first."""
    on, balance = date(2026, 7, 1), 0
    for no, (days, fen, payer, remark, out) in enumerate(payments):
        on += timedelta(days=days)
        net = -fen if out else fen
        balance += net
        yield on, net, balance if balanced else None, payer, remark, f"N{no:05d}" if numbered else ""


def as_before(line):
    return Before(
        object(),
        "x",
        line.order_no,
        line.occurred_on,
        line.direction,
        line.amount_fen,
        line.balance_fen,
        line.counterparty,
        line.remark,
    )


def written(rows, *, anew, newest_first, later):
    yuan = (lambda fen: f"{fen // 100}") if anew else (lambda fen: f"{fen / 100:.2f}")
    day = (lambda on: f"{on.year}/{on.month}/{on.day}") if anew else str
    lines = [
        f"{day(on)},{yuan(net)},{'' if balance is None else yuan(balance)},{payer},{remark}{later},{number}"
        for on, net, balance, payer, remark, number in (rows[::-1] if newest_first else rows)
    ]
    return "\n".join(["日期,金额,余额,对方,摘要,流水号", *lines, ""]).encode()


ROW = {
    "title_zh": "x",
    "title_en": "x",
    "header": ["日期", "金额"],
    "columns": {
        "occurred": ["日期"],
        "amount": ["金额"],
        "balance": ["余额"],
        "counterparty": ["对方"],
        "remark": ["摘要"],
        "order_no": ["流水号"],
    },
    "end": ["\0"],
}


@settings(max_examples=150, deadline=None)
@given(
    PAYMENTS,
    st.sampled_from([(True, False), (False, True), (True, True), (False, False)]),
    st.data(),
)
def test_a1_any_statement_cut_into_overlapping_pieces_saved_anew_in_any_order_is_each_payment_once(
    payments, marks, data
):
    numbered, balanced = marks
    rows = list(rows_of(payments, numbered=numbered, balanced=balanced))
    cuts = sorted(data.draw(st.sets(st.integers(1, len(rows)), max_size=2)) | {0, len(rows)})
    pieces = [rows[max(0, a - data.draw(st.integers(1, 2))) : b] for a, b in pairwise(cuts)]
    order = data.draw(st.permutations([*pieces, data.draw(st.sampled_from(pieces))]))
    layout = declared("x", ROW)
    before, files, booked, waiting = [], [], 0, 0
    for piece in order:
        dressing = {
            "anew": data.draw(st.booleans()),
            "newest_first": data.draw(st.booleans()),
            "later": data.draw(st.sampled_from(["", " 已登记"])),
        }
        content = written(piece, **dressing)
        lines = read_statement(content, layout).lines
        for line, answer in zip(lines, recognised(lines, "x", before, files), strict=True):
            booked += answer.again is Again.FRESH
            waiting += answer.again is Again.DOUBTFUL
            if answer.again is not Again.KNOWN:
                before.append(as_before(line))
        files.append(days_of(lines))
    if numbered:
        assert (booked, waiting) == (len(rows), 0)
    else:
        assert booked <= len(rows) <= booked + waiting


@settings(max_examples=100, deadline=None)
@given(PAYMENTS, st.sampled_from([0, 1]), st.sampled_from(["both", "one", "other"]), st.booleans(), st.data())
def test_a6_whatever_columns_another_mapping_takes_no_payment_is_booked_again(
    payments, later, numbers, named, data
):
    rows = list(rows_of(payments, numbered=numbers != "neither", balanced=False))
    cut = data.draw(st.integers(1, len(rows)))
    layout = declared("x", ROW)
    first = read_statement(written(rows[:cut], anew=False, newest_first=False, later=""), layout).lines
    other = [
        (
            on + timedelta(days=later),
            net,
            balance,
            payer if named else f"{payer} · 6222",
            remark,
            _other(number, numbers),
        )
        for on, net, balance, payer, remark, number in rows
    ]
    second = read_statement(
        written(other, anew=False, newest_first=data.draw(st.booleans()), later=" x"), layout
    ).lines

    answers = recognised(second, "y", [as_before(line) for line in first], [days_of(first)])

    ways = [answer.again for answer in answers]
    assert (
        cut + ways.count(Again.FRESH)
        <= len(rows)
        <= cut + ways.count(Again.FRESH) + ways.count(Again.DOUBTFUL)
    )


def _other(number, numbers):
    return {"both": f"{number} · 88", "one": number, "other": f"V{number}"}[numbers]


TWO_DAYS = (
    "交易日期,入账日期,收入金额,支出金额,户名,对方账户,用途,流水号,凭证号\n"
    "2026-11-02,2026-11-03,310.00,,王测九,6222,物业费 1-1-101,100200300,88001\n"
    "2026-11-04,2026-11-05,320.00,,王测八,6223,物业费 1-1-102,100200301,88002\n"
)
BY_DAY, BY_BOOKING = {"occurred": ["交易日期"]}, {"occurred": ["入账日期"]}


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (BY_DAY | {"order_no": ["流水号"]}, BY_BOOKING | {"order_no": ["流水号"]}),
        (BY_DAY, BY_BOOKING),
        (BY_DAY | {"order_no": ["流水号", "凭证号"]}, BY_DAY | {"order_no": ["流水号"]}),
        (BY_DAY | {"order_no": ["凭证号"]}, BY_DAY | {"order_no": ["流水号"]}),
        (BY_DAY | {"order_no": ["凭证号"]}, BY_BOOKING | {"order_no": ["流水号"]}),
        (BY_DAY | {"counterparty": ["户名"]}, BY_DAY | {"counterparty": ["户名", "对方账户"]}),
        (BY_DAY | {"counterparty": ["户名"]}, BY_BOOKING | {"counterparty": ["户名", "对方账户"]}),
        (BY_DAY | {"counterparty": ["户名"]}, BY_DAY | {"counterparty": ["对方账户"]}),
        (BY_DAY | {"order_no": ["凭证号"]}, BY_DAY | {"counterparty": ["对方账户"], "order_no": ["流水号"]}),
    ],
)
def test_a6_the_same_rows_by_another_mapping_without_balance_are_known_or_asked_about(session, one, two):
    three_homes(session)
    money = {"income": ["收入金额"], "expense": ["支出金额"], "remark": ["用途"]}
    for name, columns in (("one", one), ("two", two)):
        with_payer = {"counterparty": ["户名"]} | money | columns
        save_mapping(session, PLACE, name, TWO_DAYS.encode(), with_payer, by=MEI, at=NOON)

    imported(session, TWO_DAYS.encode(), "one")
    for anew in ("", "\n"):
        again = imported(session, (TWO_DAYS + anew).encode(), "two")
        assert (again.matched, again.suspense) == (0, 0)

    assert received_fen(session) == 630_00


@pytest.mark.parametrize("long", ["1002003001002003001", "1002003001002003", "20261105220014000000000000019"])
def test_a1_a_spreadsheet_that_spoils_the_long_one_of_two_numbers_books_nothing_again(session, long):
    three_homes(session)
    whole = TWO_DAYS.replace("100200300", long).replace("100200301", long[:-1] + "5")
    columns = BY_DAY | {"income": ["收入金额"], "expense": ["支出金额"], "counterparty": ["户名"], "remark": ["用途"], "order_no": ["流水号", "凭证号"]}  # fmt: skip
    save_mapping(session, PLACE, "one", whole.encode(), columns, by=MEI, at=NOON)
    rounded = f"{long[0]}.{long[1:6]}E+{len(long) - 1}"
    noughts = long[:15] + "0" * (len(long) - 15)

    imported(session, whole.encode(), "one")
    for left in (rounded, noughts):
        anew = whole.replace(long, left).replace(long[:-1] + "5", left)
        assert imported(session, anew.encode(), "one").known == 2

    assert received_fen(session) == 630_00


def test_a1_a_wallets_number_alone_is_one_receipt_whatever_its_time(session):
    three_homes(session)

    imported(session, alipay(an_order(at="2026-11-05 23:59:58")), "alipay", "wallet")
    midnight = imported(session, alipay(an_order(at="2026-11-06 00:00:03")), "alipay", "wallet")
    later = imported(session, alipay(an_order(at="2026-11-29 08:00:00")), "alipay", "wallet")

    assert (midnight.known, later.known, received_fen(session)) == (1, 1, 120_00)


def test_a1_a_wallets_number_with_another_amount_is_asked_about(session):
    three_homes(session)

    imported(session, alipay(an_order()), "alipay", "wallet")
    other = imported(session, alipay(an_order().replace("120.00", "100.00")), "alipay", "wallet")

    assert (other.doubtful, received_fen(session)) == (1, 120_00)
    assert "金额不同" in other.oddities[0].zh
    doubtful = session.exec(select(BankLine).where(BankLine.state == LineState.DOUBTFUL)).one()
    say_same(
        session, PLACE, LineId(doubtful.account, doubtful.fingerprint, doubtful.occurrence), by=MEI, at=NOON
    )
    again = imported(session, alipay(an_order(remark="x").replace("120.00", "100.00")), "alipay", "wallet")
    assert (again.known, again.doubtful) == (1, 0)


def test_a1_a_refund_that_came_in_before_its_receipt_takes_it_back(session):
    three_homes(session)
    refund = an_order("退款", "退款成功", way="不计收支", number=f"{ORDER}_77", at="2026-11-06 09:00:00")

    imported(session, alipay(refund), "alipay", "wallet")
    receipt = imported(session, alipay(an_order(status="交易成功")), "alipay", "wallet")
    again = imported(session, alipay(refund, an_order(status="交易成功")), "alipay", "wallet")

    assert [odd.code for odd in receipt.oddities] == ["refund-of"]
    assert (receipt.matched, again.known) == (1, 2)
    ways = session.exec(select(BankLine.direction, BankLine.amount_fen).order_by(BankLine.occurred_on)).all()
    assert ways == [("in", 120_00), ("out", 120_00)]
    assert list(problems(session, PLACE)) == []


def test_a1_a_second_payment_at_another_time_of_day_is_not_lost_in_a_cut_saved_anew(session):
    three_homes(session)
    morning = an_order(at="2026-11-05 08:00:01", number="20261105220014000000000000011")
    evening = an_order(at="2026/11/5 18:00", number="2.02611E+28")

    imported(session, alipay(morning), "alipay", "wallet")
    cut = imported(session, alipay(evening), "alipay", "wallet")
    other = imported(session, alipay(evening.replace("2.02611E+28", "3.33333E+27")), "alipay", "wallet")

    assert (cut.known, cut.doubtful) == (0, 1)
    assert other.known == 0


def test_a6_another_mapping_asks_nothing_about_others_who_paid_as_much_on_a_day(session):
    three_homes(session)
    columns = BY_DAY | {
        "income": ["收入金额"],
        "expense": ["支出金额"],
        "counterparty": ["户名"],
        "order_no": ["流水号"],
    }
    for name in ("one", "two"):
        save_mapping(session, PLACE, name, TWO_DAYS.encode(), columns, by=MEI, at=NOON)
    others = TWO_DAYS.replace("王测", "李测").replace("1002003", "1002004")

    imported(session, TWO_DAYS.encode(), "one")
    outcome = imported(session, others.encode(), "two")

    assert (outcome.doubtful, outcome.known, received_fen(session)) == (0, 0, 1260_00)


def test_a1_a_name_that_is_masked_the_next_time_books_nothing_again(session):
    three_homes(session)
    columns = BY_DAY | {
        "income": ["收入金额"],
        "expense": ["支出金额"],
        "counterparty": ["户名"],
        "remark": ["用途"],
    }
    save_mapping(session, PLACE, "one", TWO_DAYS.encode(), columns, by=MEI, at=NOON)

    imported(session, TWO_DAYS.encode(), "one")
    masked = imported(session, TWO_DAYS.replace("王测", "王*").encode(), "one")

    assert (masked.known, received_fen(session)) == (2, 630_00)


# A2: a line that never was; and a doubt that a person ends


def a_paper(session):
    return keep_file(session, PLACE, PAPER, "对账单.pdf", FileKind.PAPER, by=MEI, at=NOON).sha256


def the_line(session):
    [bank_line] = session.exec(select(BankLine).where(BankLine.community == PLACE)).all()
    return bank_line, LineId(bank_line.account, bank_line.fingerprint, bank_line.occurrence)


JULY_ROW = f"记账日期,货币,交易金额,联机余额,交易摘要,对手信息,客户摘要\n2026-07-08,CNY,120.00,,转账,李测四,物业费 {ONE}\n"


@pytest.mark.parametrize(
    "row", [JULY_ROW, JULY_ROW.replace(ONE, "谢谢"), JULY_ROW.replace("120.00", "-120.00")]
)
def test_a2_a_line_that_never_was_is_voided_by_two_and_the_month_reconciles_with_the_true_closing(
    session, row
):
    three_homes(session)
    imported(session, row.encode(), "cmb")
    wrong, which = the_line(session)

    with pytest.raises(NoVoidAsked):
        confirm_void(session, PLACE, which, by=CHEN, at=NOON)
    ask_void(session, PLACE, which, "银行没有这一笔", a_paper(session), by=MEI, at=NOON)
    with pytest.raises(VoidAskedBefore, match="mei"):
        ask_void(session, PLACE, which, "银行没有这一笔", a_paper(session), by=MEI, at=NOON)
    assert voids_asked(session, PLACE) == [wrong]
    with pytest.raises(SamePerson):
        confirm_void(session, PLACE, which, by=MEI, at=NOON)
    confirm_void(session, PLACE, which, by=CHEN, at=NOON)

    assert (wrong.state, voids_asked(session, PLACE)) == (LineState.VOIDED, [])
    assert imported(session, row.encode() + b"\n", "cmb").known == 1
    with pytest.raises(NotVoidable, match="已作废"):
        ask_void(session, PLACE, which, "再来一次", a_paper(session), by=MEI, at=NOON)
    assert list(problems(session, PLACE)) == []
    sheet = prepare_reconciliation(
        session, PLACE, "fee", "bank", JULY, {"bank": 0}, openings={"bank": 0}, by=MEI, at=AUGUST
    )
    assert (sheet.bank_fen, sheet.book_fen, sheet.unexplained_fen) == (0, 0, 0)


@pytest.mark.parametrize("same", [True, False])
def test_a1_a_doubt_is_ended_by_a_person_and_books_what_he_says(session, same):
    three_homes(session)
    header = "记账日期,货币,交易金额,联机余额,交易摘要,对手信息,客户摘要\n"
    for days in ((1, 2), (2, 3)):
        rows = "".join(f"2026-07-0{day},CNY,36.00,,转账,王某,{ONE}\n" for day in days)
        imported(session, (header + rows).encode(), "cmb")
    [doubtful] = session.exec(select(BankLine).where(BankLine.state == LineState.DOUBTFUL)).all()
    which = LineId(doubtful.account, doubtful.fingerprint, doubtful.occurrence)

    (say_same if same else say_another)(session, PLACE, which, by=MEI, at=NOON)

    assert received_fen(session) == (3 if same else 4) * 36_00
    for again in (say_same, say_another):
        with pytest.raises(NotDoubtful):
            again(session, PLACE, which, by=MEI, at=NOON)
    assert list(problems(session, PLACE)) == []
