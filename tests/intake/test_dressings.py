"""A3, A4, A7, A8: files as offices really have them are read so that their money goes the right way, or refused in words."""

import csv
import re
from datetime import date
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.styles import Font

from ledger.intake.identity_rules import Again, Before, days_of, recognised
from ledger.intake.lines import amount_fen
from ledger.intake.mappings.reading import read_by_mapping
from ledger.intake.mappings.rules import MappingWrong, check_direction, proposed
from ledger.intake.marks import Direction, directed
from ledger.intake.sheets import NotSheets, sheets
from ledger.intake.statement import StatementUnreadable, declared, profile, read_statement
from tests.intake.files import CMB_HEADER, SAMPLE_OF, odd, sample, what_is_wrong, zipped


def mapped(content, **changes):
    """A file as the mapping that is proposed for it reads it; ``changes`` are to its columns."""
    content = content.encode() if isinstance(content, str) else content
    mapping = proposed(content).mapping
    columns = {meaning: names for meaning, names in {**mapping["columns"], **changes}.items() if names}
    layout = {
        "title_zh": "x",
        "title_en": "x",
        "header": [names[0] for names in columns.values()],
        "columns": columns,
        "words": mapping["words"],
        "end": mapping["end"],
        "open_end": True,
    }
    read = read_statement(content, declared("x", layout))
    check_direction(columns, read.names, read.lines, marked=read.marked)
    return read


def moves(read):
    return [(line.direction.value, line.amount_fen) for line in read.lines]


def refused(content, **changes):
    with pytest.raises(StatementUnreadable) as raised:
        mapped(content, **changes)
    return [(problem.row, problem.en) for problem in raised.value.facts["problems"]]


# A3: which way money moved

MARKS = (
    "交易日期,交易时间,交易类型,借贷,交易金额,余额,对方户名,摘要\n"
    "2026-11-02,09:00:00,转账,贷 Cr,310.00,10310.00,王测九,物业费 4-1-101\n"
    "2026-11-03,10:00:00,付款,借 Dr,5000.00,5310.00,某电梯维保公司,维保费\n"
)
BOTH_WAYS = [("in", 310_00), ("out", 5_000_00)]


@pytest.mark.parametrize(
    "content",
    [
        MARKS,
        MARKS.replace("贷 Cr", "贷").replace("借 Dr", "借"),
        MARKS.replace("贷 Cr", "C").replace("借 Dr", "D"),
        MARKS.replace("贷 Cr", "转入").replace("借 Dr", "转出"),
        MARKS.replace("借贷", "收付标志").replace("贷 Cr", "收").replace("借 Dr", "付"),
        MARKS.replace("借贷", "Dr/Cr").replace("贷 Cr", "CR").replace("借 Dr", "DR"),
        "日期,金额,余额\n2026-11-02,310.00,10310.00\n2026-11-03,-5000.00,5310.00\n",
        "日期,金额\n2026-11-02,310.00\n2026-11-03,(5000.00)\n",
        "日期,金额\n2026-11-02,310.00\n2026-11-03,（5，000.00）\n",
        "日期,金额\n2026-11-02,310.00 CR\n2026-11-03,5000.00 DR\n",
        "日期,金额\n2026-11-02,贷310.00\n2026-11-03,借 5000.00\n",
        "日期,收入,支出\n2026-11-02,310.00,\n2026-11-03,,5000.00\n",
        "记账日,借方,贷方,摘要\n2026-11-02,,310.00,物业费\n2026-11-03,5000.00,0.00,维保费\n",
        "日期,收款金额,付款金额,户名\n2026-11-02,310.00,0.00,王\n2026-11-03,0.00,5000.00,某公司\n",
        "日期,借,贷,结存\n2026-11-02,,310.00,10310.00\n2026-11-03,5000.00,,5310.00\n",
        "日期,收方,付方,收方户名\n2026-11-02,310.00,,和苑\n2026-11-03,,5000.00,某公司\n",
        "Date,Paid In,Paid Out,Balance\n2026-11-02,310.00,,10310.00\n2026-11-03,,5000.00,5310.00\n",
        "日期,交易类型,金额\n2026-11-02,转入,310.00\n2026-11-03,转出,5000.00\n",
    ],
)
def test_a3_a_direction_is_found_however_it_is_written(content):
    assert moves(mapped(content)) == BOTH_WAYS


def test_a3_where_nobody_maps_the_direction_the_balance_contradicts_and_nothing_is_read():
    columns = proposed(MARKS.encode()).mapping["columns"]
    columns.pop("direction")
    layout = {"title_zh": "x", "title_en": "x", "header": ["交易日期"], "columns": columns, "end": ["\0"]}

    with pytest.raises(StatementUnreadable) as raised:
        read_statement(MARKS.encode(), declared("x", layout))

    [problem] = raised.value.facts["problems"]
    assert (problem.row, problem.en) == (3, "the “余额” does not follow: 5,310.00 ≠ 15,310.00")


def test_a3_a_mapping_that_says_no_direction_at_all_is_refused():
    with pytest.raises(MappingWrong, match="看不出哪些是收入"):
        mapped("日期,金额,摘要\n2026-11-02,310.00,物业费\n2026-11-03,5000.00,维保费\n")


def test_a3_a_running_balance_alone_says_no_direction():
    """Of the oldest line it says nothing: a payment there would be a receipt."""
    payment_first = (
        "日期,金额,余额,摘要\n2026-11-02,5000.00,5310.00,维保费\n2026-11-03,310.00,5620.00,物业费\n"
    )

    with pytest.raises(MappingWrong, match="看不出哪些是收入"):
        mapped(payment_first)
    assert moves(mapped(payment_first.replace("5000.00,", "-5000.00,"))) == BOTH_WAYS[::-1]


def test_a_list_of_receipts_says_it_by_its_payers():
    assert moves(mapped("日期,金额,付款人\n2026-11-02,310.00,王测九\n")) == [("in", 310_00)]


@pytest.mark.parametrize(
    "amount", ["5000.00-", "5000.00 ±", "借贷5000.00", "5,00.00", "+-5000.00", "△5000.00"]
)
def test_a3_an_amount_whose_sign_nobody_knows_is_refused_with_its_row(amount):
    content = f'日期,金额,付款人\n2026-11-02,310.00,王测九\n2026-11-03,"{amount}",某公司\n'

    assert [row for row, _ in refused(content)] == [3]


def test_a_word_for_both_ways_or_for_none_is_no_direction():
    assert [directed(word) for word in ("贷 Cr", "借/Dr", "+", "借贷", "划转", "", "借入")] == [
        Direction.IN,
        Direction.OUT,
        Direction.IN,
        None,
        None,
        None,
        None,
    ]


WAYS = ["mark", "two", "sign", "brackets", "word"]


@settings(max_examples=120, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 10**9), st.booleans()), min_size=2, max_size=8),
    st.sampled_from(WAYS),
    st.booleans(),
    st.data(),
)
def test_a3_a_table_with_a_running_balance_is_read_so_that_it_holds_or_refused(
    payments, way, newest_first, data
):
    balance, rows = 0, []
    for fen, out in payments:
        balance += -fen if out else fen
        yuan, left = f"{fen // 100}.{fen % 100:02d}", f"{balance / 100:.2f}"
        mark = data.draw(st.sampled_from(["借", "借 Dr", "DR"] if out else ["贷", "贷 Cr", "CR"]))
        cells = {
            "mark": f"{mark},{yuan}",
            "two": f",{yuan}" if out else f"{yuan},",
            "sign": f",{'-' if out else ''}{yuan}",
            "brackets": f",{f'({yuan})' if out else yuan}",
            "word": f",{yuan}{mark}",
        }[way]
        rows.append(f"2026-07-01,{cells},{left},某人")
    if newest_first:
        rows.reverse()
    names = {"two": "收入,支出", "mark": "借贷标志,金额"}.get(way, "备用,金额")
    content = "\n".join([f"日期,{names},余额,对方户名", *rows, ""])

    if way in ("sign", "brackets") and not any(out for _, out in payments):
        with pytest.raises(MappingWrong):
            mapped(content)
        return
    assert sorted(moves(mapped(content))) == sorted(("out" if out else "in", fen) for fen, out in payments)

    broken = data.draw(st.integers(0, len(rows) - 1))
    cells = rows[broken].split(",")
    cells[3] = f"{float(cells[3]) + 1:.2f}"
    with pytest.raises(StatementUnreadable):
        mapped(
            "\n".join(
                [f"日期,{names},余额,对方户名", *rows[:broken], ",".join(cells), *rows[broken + 1 :], ""]
            )
        )


def test_a3_a_table_of_payers_and_payees_does_not_say_which_way_money_moved():
    payments = "交易日期,付款人,收款人,金额,用途\n2026-11-02,王测九,和苑物业,310.00,物业费 4-1-101\n2026-11-03,和苑物业,某电梯维保公司,5000.00,维保费\n"

    for names in (
        "付款人,收款人",
        "付款方户名,收款方户名",
        "付款方,收款账户",
        "付款人,对方单位",
        "付款人,受益人",
    ):
        with pytest.raises(MappingWrong, match="看不出哪些是收入"):
            mapped(payments.replace("付款人,收款人", names))
    receipts = "交易日期,付款人,收款方式,金额,用途\n2026-11-02,王测九,扫码,310.00,物业费 4-1-101\n"
    assert moves(mapped(receipts)) == [("in", 310_00)]
    with pytest.raises(MappingWrong):
        mapped(receipts.replace("付款人,收款方式", "户名,付款方式"))


REVERSED = "交易日期,借贷,交易金额,对方户名,摘要\n2026-11-02,借,5000.00,某公司,维保费\n2026-11-03,借,-5000.00,某公司,{}\n"


@pytest.mark.parametrize("words", ["维保费冲正", "维保费"])
def test_a3_money_out_with_a_minus_beside_one_without_is_refused_with_its_row(words):
    assert refused(REVERSED.format(words)) == [
        (
            3,
            "it says out, and the amount “-5000.00” is negative: a payment taken back cannot be read as another payment",
        )
    ]


def test_a3_money_out_that_always_has_a_minus_is_out_unless_its_words_take_it_back():
    always = REVERSED.format("维保费").replace("借,5000.00", "借,-5000.00")

    assert moves(mapped(always)) == [("out", 5_000_00)] * 2
    assert [
        row
        for row, _ in refused(
            always.replace("2026-11-03,借,-5000.00,某公司,维保费", "2026-11-03,借,-5000.00,某公司,红字冲销")
        )
    ] == [3]


@pytest.mark.parametrize("amount", ["-5000.00 借", "-310.00 贷", "(310.00) CR"])
def test_a3_a_minus_beside_a_mark_in_one_cell_is_refused(amount):
    content = f"交易日期,金额,对方户名\n2026-11-02,5000.00 借,某公司\n2026-11-03,{amount},某公司\n"

    assert [row for row, _ in refused(content)] == [3]


def test_a3_money_in_with_a_minus_is_refused_by_whatever_word_for_in():
    content = "交易日期,收支,交易金额,对方户名\n2026-11-02,收入,310.00,王\n2026-11-03,转入,-310.00,王\n"

    assert [row for row, _ in refused(content)] == [3]


@pytest.mark.parametrize(
    ("name", "amount", "fen"),
    [
        ("交易金额(万元)", "0.31", 3_100_00),
        ("交易金额（万元）", "1.234567", 12_345_67),
        ("交易金额(千元)", "5", 5_000_00),
        ("交易金额(分)", "31000", 310_00),
        ("交易金额/分", "7", 7),
        ("交易金额(分)", "31000.00", 310_00),
        ("交易金额(角)", "31", 3_10),
        ("交易金额(元)", "310.00", 310_00),
        ("交易金额", "310.00", 310_00),
    ],
)
def test_a3_the_unit_in_a_name_is_the_amounts(name, amount, fen):
    content = f"交易日期,收支,{name},摘要,对方户名\n2026-11-02,收入,{amount},物业费,王\n"

    assert moves(mapped(content)) == [("in", fen)]


@pytest.mark.parametrize(
    ("name", "amount"),
    [
        ("交易金额(分)", "310.5"),
        ("交易金额(万元)", "0.1234567"),
        ("交易金额(美元)", "310.00"),
        ("交易金额USD", "310.00"),
        ("金额（港币）", "3"),
    ],
)
def test_a3_less_than_a_fen_and_another_currency_are_refused(name, amount):
    assert refused(f"交易日期,收支,{name},摘要,对方户名\n2026-11-02,收入,{amount},物业费,王\n")


def test_a3_a_unit_above_the_header_is_every_amounts_that_says_none():
    content = "账户明细,,,单位：万元,\n交易日期,收支,交易金额,余额(元),对方户名\n2026-11-02,收入,0.31,3100.00,王\n2026-11-03,收入,0.01,3200.00,王\n"

    assert moves(mapped(content)) == [("in", 3_100_00), ("in", 100_00)]
    assert moves(
        mapped(
            content.replace("单位：万元", "单位：和苑物业分公司")
            .replace("3200.00", "3100.01")
            .replace("0.31,", "3100.00,")
        )
    )[0] == ("in", 3_100_00)
    assert refused(content.replace("单位：万元", "币种：美元"))


# A8: rows and tables that look like something else

SUMMED = "交易日期,收入金额,支出金额,户名,用途,流水号\n2026-11-02,310.00,,王测九,合计,778801\n2026-11-03,320.00,,王测八,物业费,778802\n"


def test_a8_a_row_with_a_day_and_a_payer_or_a_number_is_a_line_whatever_its_remark():
    for content in (
        SUMMED,
        SUMMED.replace("王测九", ""),
        SUMMED.replace("778801", ""),
        SUMMED.replace("2026-11-03,320.00,,王测八,物业费,778802\n", ""),
    ):
        read = mapped(content)
        assert moves(read)[0] == ("in", 310_00)
        assert (2, "sum-read") in odd(read)


def test_a8_a_sum_with_a_day_and_nobody_is_no_line():
    read = mapped(SUMMED + "2026-11-30,630.00,,,本月合计,\n")

    assert moves(read)[1:] == [("in", 320_00)]
    assert (4, "sum-skipped") in odd(read)


ROWS_ON_A_PAGE = "".join(
    f"<tr>{''.join(f'<td>{cell}</td>' for cell in row.split(','))}</tr>"
    for row in (
        "交易日期,借方金额,贷方金额,对方户名,摘要",
        "2026-11-02,,310.00,王,3-1-101",
        "2026-11-03,5000.00,,李,维保",
    )
)


@pytest.mark.parametrize(
    "page",
    [
        f"<html><table><tr><td><table>{ROWS_ON_A_PAGE}</table></td></tr></table></html>",
        f"<html><table><tr><td>账户明细</td></tr><tr><td><table>{ROWS_ON_A_PAGE}</table></td></tr><tr><td>完</td></tr></table></html>",
        f"<html><table>{ROWS_ON_A_PAGE.replace('王', '<table><tr><td>王</td></tr></table>')}</table></html>",
        f"<html><table><tr><td>完</td></tr><table>{ROWS_ON_A_PAGE}</table></html>",
    ],
)
def test_a8_tables_inside_tables_are_read(page):
    read = mapped(page)

    assert moves(read) == [("in", 310_00), ("out", 5_000_00)]
    assert read.lines[0].counterparty == "王"


def test_a8_tables_too_deep_inside_tables_are_refused_in_words():
    with pytest.raises(NotSheets, match="套了"):
        sheets(("<html>" + "<table><tr><td>" * 1000 + "</td></tr></table>" * 1000).encode())


def test_a8_a_cell_over_several_rows_moves_no_other_cell_under_another_name():
    page = f"<html><table>{ROWS_ON_A_PAGE}</table></html>".replace(
        "<td></td><td>310", "<td rowspan=2></td><td>310"
    ).replace("<td>5000.00</td><td></td>", "<td>320.00</td>")

    assert moves(mapped(page)) == [("in", 310_00), ("in", 320_00)]


def test_f13_signs_that_nobody_sees_are_taken_out_of_a_statement():
    content = "交易日期,收支,交易金额,对方户名,摘\u200b要\n2026-11-02,收\u2060入,310.00,王\u202e测九,物业费 3-1-10\u200b1\n"

    [line] = mapped(content).lines
    assert (line.counterparty, line.remark) == ("王测九", "物业费 3-1-101")


# A4: whether it happened

STATES = "交易时间,对方户名,摘要,收/支,交易金额,交易状态,交易流水号\n" + "".join(
    f"2026-11-0{day} 09:00:00,王测{day},物业费,收入,520.00,{state},S000{day}\n"
    for day, state in enumerate(["交易成功", "交易失败", "已撤销", "已冲正"], 1)
)


def test_a4_a_status_says_which_rows_happened():
    assert moves(mapped(STATES)) == [("in", 520_00), *[("void", 520_00)] * 3]


def test_a4_a_status_that_nobody_knows_is_asked_about_and_refused_until_it_is_said():
    content = STATES.replace("交易失败", "待复核")

    assert proposed(content.encode()).unknown == {"status": ("待复核",)}
    assert refused(content) == [
        (3, "“交易状态” says “待复核”: whether it went through is not known, say so in the mapping")
    ]


@pytest.mark.parametrize(
    "state",
    [
        *["不成功", "未完成", "待完成", "待成功", "未到账成功", "入账不成功", "未入账", "UNSUCCESSFUL"],
        *["退款成功", "已退款成功", "交易成功(已退款)", "撤单完成", "止付成功", "冻结成功", "预授权完成"],
        *["部分成功", "非正常", "不正常", "已收回", "已付未达", "受理成功"],
    ],
)
def test_a4_a_status_that_only_holds_a_word_of_success_is_void_or_asked_about(state):
    content = STATES.replace("交易失败", state)

    if proposed(content.encode()).unknown == {}:
        assert moves(mapped(content))[1] == ("void", 520_00)
    else:
        assert [row for row, _ in refused(content)] == [3]


@pytest.mark.parametrize("state", ["未冲正", "撤销失败", "退款失败", "冲正未成功"])
def test_a4_what_was_to_take_a_payment_back_and_did_not_is_asked_about(state):
    assert proposed(STATES.replace("交易失败", state).encode()).unknown == {"status": (state,)}


@pytest.mark.parametrize(
    "state", ["成功", "已完成", "支付成功", "处理成功", "已入账", "已收款", "正常", "SUCCESS", "对方已收钱"]
)
def test_a4_a_status_of_success_happened(state):
    assert moves(mapped(STATES.replace("交易失败", state)))[1] == ("in", 520_00)


@pytest.mark.parametrize(
    ("bill", "state", "direction"),
    [
        ("alipay", "交易成功", "in"),
        ("alipay", "等待确认收货", "in"),
        ("alipay", "退款成功", "in"),
        ("alipay", "等待付款", "void"),
        ("alipay", "交易异常", None),
        ("wechat", "已存入零钱", "in"),
        ("wechat", "已退款(￥12.00)", "in"),
        ("wechat", "已退款￥12.00", "in"),
        ("wechat", "对方已退还", "void"),
        ("wechat", "已退款审核", None),
        ("wechat_merchant", "SUCCESS", "in"),
        ("wechat_merchant", "REVOKED", "in"),
        ("wechat_merchant", "FAIL", "void"),
        ("wechat_merchant", "FROZEN", None),
    ],
)
def test_a4_the_bill_of_a_wallet_too_books_no_status_that_nobody_knows(bill, state, direction):
    columns = {
        "alipay": "交易时间,收/支,交易状态,金额,交易对方,商品说明,备注,交易订单号,交易分类",
        "wechat": "交易时间,收/支,当前状态,金额(元),交易对方,商品,备注,交易单号,交易类型",
        "wechat_merchant": "交易时间,微信订单号,交易状态,手续费,应结订单金额,退款金额,货币种类,用户标识,商品名称,交易类型,退款状态",
    }[bill]
    row = {
        "alipay": f"2026-11-02 08:00:01,收入,{state},310.00,王测九,物业费,,20261102001,收入",
        "wechat": f"2026-11-02 08:00:01,收入,{state},¥310.00,王测九,物业费,,20261102001,转账",
        "wechat_merchant": f"2026-11-02 08:00:01,4200001,{state},0.00,310.00,0.00,CNY,openid-a,物业费,NATIVE,",
    }[bill]
    content = f"{columns}\n{row}\n".encode()

    if direction is None:
        [(row_no, words)] = what_is_wrong(content, bill)
        assert (row_no, state in words) == (2, True)
    else:
        [line] = read_statement(content, profile(bill)).lines
        assert (line.direction, line.amount_fen) == (direction, 310_00)


def test_a4_a_word_that_a_mapping_says_went_through_does_so_whole_only():
    columns = proposed(STATES.encode()).mapping["columns"]
    words = {"in": ["收入"], "out": ["支出"], "done": ["过"]}

    with pytest.raises(StatementUnreadable):
        read_by_mapping(STATES.replace("交易失败", "没过").encode(), "x", columns, words=words)


@pytest.mark.parametrize(
    "name",
    [
        *["处理结果", "受理结果", "支付结果", "冲正标志", "处理情况", "成功标志", "是否成功", "到账情况"],
        *["交易标志", "处理状态"],
    ],
)
def test_a4_a_status_column_is_proposed_by_whatever_name(name):
    content = STATES.replace("交易状态", name)

    assert proposed(content.encode()).mapping["columns"]["status"] == [name]
    assert moves(mapped(content)) == [("in", 520_00), *[("void", 520_00)] * 3]


def test_a4_a_mark_of_the_way_is_no_status():
    content = "交易日期,对方户名,摘要,交易标志,交易金额\n2026-11-02,王一,物业费,收,520.00\n2026-11-03,某公司,维保,付,20.00\n"

    assert moves(mapped(content)) == [("in", 520_00), ("out", 20_00)]


def test_a4_two_columns_that_say_whether_it_happened_have_to_agree():
    content = "交易日期,对方户名,收支,交易金额,状态,冲正标志\n2026-11-02,王一,收入,520.00,成功,\n2026-11-02,王二,收入,520.00,成功,已冲正\n"

    assert moves(mapped(content)) == [("in", 520_00), ("void", 520_00)]


# A7: nothing is swallowed


def test_a7_a_word_for_in_that_every_bank_knows_is_in_and_another_is_refused():
    content = "交易日期,收支方向,交易金额,摘要\n2026-11-05,转入,310.00,物业费 7-1-401\n"

    assert moves(mapped(content)) == [("in", 310_00)]
    assert refused(content.replace("转入", "划转")) == [
        (2, "“收支方向” says “划转”: neither money in nor money out that is known")
    ]


def book(**pages):
    workbook, buffer = Workbook(), BytesIO()
    workbook.remove(workbook.active)
    for name, rows in pages.items():
        page = workbook.create_sheet(name)
        for row in rows:
            page.append(row)
    return workbook, buffer


def saved(workbook, buffer):
    workbook.save(buffer)
    return buffer.getvalue()


NAMES = CMB_HEADER.strip().split(",")
MARKED_BY_CMB = f"{CMB_HEADER}2026-11-05,CNY,310.00,,转账,王测九,物业费\n".encode()


def test_a7_the_sheet_in_sight_is_read_and_the_hidden_one_told():
    workbook, buffer = book(
        十月=[NAMES, ["2026-10-05", "CNY", 300]], 十一月=[NAMES, ["2026-11-05", "CNY", 310]]
    )
    workbook["十月"].sheet_state = "hidden"
    content = saved(workbook, buffer)

    read = read_statement(content, profile("cmb"))

    assert [line.occurred_on for line in read.lines] == [date(2026, 11, 5)]
    assert [(w.row, w.code, w.zh) for w in read.warnings] == [
        (1, "sheet-chosen", "工作簿有隐藏的工作表“十月”，没有读；读的是“十一月”")
    ]
    assert proposed(content).sheet == "十一月"


def test_a7_the_sheet_in_sight_of_an_open_document_is_read():
    styles = (
        '<office:automatic-styles><style:style style:name="out" style:family="table">'
        '<style:table-properties table:display="false"/></style:style></office:automatic-styles>'
    )
    pages = "".join(
        f'<table:table table:name="{name}"{style}>{ods_rows([NAMES, [day, "CNY", "310.00"]])}</table:table>'
        for name, style, day in (
            ("十月", ' table:style-name="out"', "2026-10-05"),
            ("十一月", "", "2026-11-05"),
        )
    )

    read = read_statement(an_open_document(pages, styles), profile("cmb"))

    assert [line.occurred_on for line in read.lines] == [date(2026, 11, 5)]
    assert odd(read) == [(1, "sheet-chosen")]


def test_a7_a_file_all_of_whose_sheets_are_hidden_is_refused():
    workbook, buffer = book(十月=[NAMES, ["2026-10-05", "CNY", 300]], 说明=[["没有流水"]])
    workbook["十月"].sheet_state = "hidden"

    [(row, said)] = what_is_wrong(saved(workbook, buffer), "cmb")

    assert (row, "十月" in said) == (1, True)


# A8: whatever it is wrapped in


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a8_a_web_table_that_is_called_a_workbook_is_read(encoding):
    cells = ["2026-11-02", "CNY", "1,310.00", "1,310.00", "转账", "王测九&nbsp;", "物业费 &lt;3-1-101&gt;"]
    rows = "".join(
        "<tr>" + "".join(f"<td style='x'>{cell}</td>" for cell in row) + "</tr>" for row in (NAMES, cells)
    )
    content = f"<html><head><title>x</title></head><body><table><tr><td colspan=7>账户明细</td></tr>{rows}</table></body></html>"

    [line] = read_statement(content.encode(encoding), profile("cmb")).lines

    assert (line.amount_fen, line.counterparty, line.remark) == (1_310_00, "王测九", "物业费 <3-1-101>")


def test_a8_half_a_character_in_words_is_told_and_in_a_figure_refused():
    half = "王".encode("gb18030")[:1]
    rows = [f"2026-11-0{day},CNY,310.00,,转账,王测{day},物业费".encode("gb18030") for day in range(1, 8)]
    damaged = [*rows[:3], rows[3] + half, *rows[4:]]
    content = b"\n".join([CMB_HEADER.strip().encode("gb18030"), *damaged, b""])

    read = read_statement(content, profile("cmb"))

    assert len(read.lines) == 7
    assert [(w.row, w.en) for w in read.warnings] == [
        (5, "half a character stands in “客户摘要”: “物业费\ufffd”")
    ]
    wrong = content.replace(b"2026-11-04,CNY,310.00", b"2026-11-04,CNY," + half + b",310.00")
    assert ("half a character stands in “交易金额”") in str(what_is_wrong(wrong, "cmb"))


def test_a8_of_two_days_the_day_of_the_payment_is_read():
    content = "交易日期,入账日期,收入金额,支出金额,摘要\n2026-11-01,2026-11-02,310.00,,物业费\n"

    read = mapped(content)
    both = mapped(content, occurred=["交易日期", "入账日期"])

    assert [line.occurred_on for line in read.lines] == [date(2026, 11, 1)]
    assert both.lines == read.lines


PAGES = (
    "日期,摘要,收入,支出,余额\n"
    "2026-11-01,承前页,,,1000.00\n"
    "2026-11-02,物业费,310.00,,1310.00\n"
    "本页小计,,310.00,,1310.00\n"
    "日期,摘要,收入,支出,余额\n"
    ",承前页,,,1310.00\n"
    "2026-11-03,维保费,,10.00,1300.00\n"
    "合计,,310.00,10.00,\n"
    "2026-11-04,物业费,5.00,,1305.00\n"
    "2026-11-30,本月合计,315.00,10.00,\n"
    "合计,,315.00,10.00,\n"
    "以上数据仅供参考\n"
)


def test_a8_sums_and_carried_balances_between_rows_are_passed_over_and_told():
    read = mapped(PAGES)

    assert moves(read) == [("in", 310_00), ("out", 10_00), ("in", 5_00)]
    assert odd(read) == [(row, "sum-skipped") for row in (2, 4, 6, 8, 10)]


def test_a_payer_who_is_called_like_a_sum_is_a_payer():
    read = mapped("日期,对方户名,摘要,收入,支出\n2026-11-02,合计,物业费,310.00,\n")

    assert moves(read) == [("in", 310_00)]


def test_a8_a_styled_cell_far_below_is_no_row():
    workbook, buffer = book(明细=[NAMES, ["2026-11-05", "CNY", 310]])
    workbook["明细"].cell(210_000, 1).font = Font(bold=True)

    assert len(read_statement(saved(workbook, buffer), profile("cmb")).lines) == 1


OLD = Path(__file__).parent / "samples" / "example-ccb-records.xls"


def test_a8_a_true_old_workbook_is_read_and_held_to_its_balance():
    assert refused(OLD.read_bytes()) == [(10, "the “账户余额” does not follow: 1,579.11 ≠ 1,625.11")]

    read = mapped(OLD.read_bytes(), balance=())  # the sample's own figures were altered by whoever gave it

    assert moves(read) == [("out", fen) for fen in (67_00, 16_78, 20_00, 515_02, 18_06, 66_40)]
    assert read.lines[0].occurred_at.hour == 18
    assert read.lines[0].counterparty.startswith("20883313166")
    assert sheets(OLD.read_bytes())[0].encoding == "xls"


def test_a3_brackets_are_a_minus():
    assert [int(amount_fen(text)) for text in ("(1,000.50)", "（3）", "(¥2.00)")] == [
        -1_000_50,
        -3_00,
        -2_00,
    ]


ODS = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2">{styles}<office:body>'
    "<office:spreadsheet>{pages}</office:spreadsheet></office:body></office:document-content>"
)


def ods_rows(rows):
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    return "".join(f"<table:table-row>{''.join(map(cell.format, row))}</table:table-row>" for row in rows)


def an_open_document(pages, styles=""):
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    manifest = b'<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    parts = {
        "content.xml": ODS.format(styles=styles, pages=pages).encode(),
        "META-INF/manifest.xml": manifest,
    }
    return zipped({"mimetype": kind, **parts})


def test_a8_an_open_document_is_read():
    cells = [NAMES, ["2026-11-05", "CNY", "310.00", "", "转账", "王测九", "物业费"]]

    [line] = read_statement(
        an_open_document(f'<table:table table:name="明细">{ods_rows(cells)}</table:table>'), profile("cmb")
    ).lines

    assert (line.amount_fen, line.counterparty) == (310_00, "王测九")


OLD_XML = (
    '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
    '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'
    '<Worksheet ss:Name="十月"><Table>{names}{row}</Table><WorksheetOptions xmlns="urn:schemas-microsoft-com:office:excel">'
    '<Visible>SheetHidden</Visible></WorksheetOptions></Worksheet><Worksheet ss:Name="空"/>'
    '<Worksheet ss:Name="明细"><Table><Row ss:Index="3">{title}</Row>{names}{row}</Table></Worksheet></Workbook>'
)


def test_a7_a8_a_workbook_as_excel_wrote_it_in_xml_is_read():
    def written(kind, value, more=""):
        return f'<Cell{more}><Data ss:Type="{kind}">{value}</Data></Cell>'

    names = f"<Row>{''.join(written('String', name) for name in NAMES)}</Row>"
    day = written("DateTime", "2026-11-05T00:00:00.000")
    amount = written("Number", "0.29999999999999999", ' ss:Index="3"')
    payer = written("String", "王测九", ' ss:Index="6"')
    title = written("String", "账户明细", ' ss:MergeAcross="6"')
    content = OLD_XML.format(names=names, row=f"<Row>{day}{amount}{payer}</Row>", title=title).encode()

    read = read_statement(content, profile("cmb"))

    [line] = read.lines
    assert (line.row, line.occurred_on, line.amount_fen, line.counterparty) == (
        5,
        date(2026, 11, 5),
        30,
        "王测九",
    )
    assert odd(read) == [(1, "sheet-chosen")]
    cut = content[: content.rindex(b"</Table>") - 60]
    assert what_is_wrong(cut, "cmb") == [(1, "The file is cut: download it again.")]


@pytest.mark.parametrize("place", [49_999, 10**9])
def test_a_page_that_says_its_cells_stand_far_away_is_refused_before_they_are_made(place):
    far = f'<Row ss:Index="{place}"><Cell ss:Index="{place}"><Data>x</Data></Cell></Row>'

    with pytest.raises(NotSheets, match="内容太多"):
        sheets(f"<Workbook><Worksheet>{f'<Table>{far}</Table>' * 40}</Worksheet></Workbook>".encode())


def test_a_page_that_is_cut_in_its_second_table_is_refused():
    whole = f"<table><tr><td>账户明细</td><td>王</td></tr></table><table>{ROWS_ON_A_PAGE}</table>"

    assert moves(mapped(whole)) == [("in", 310_00), ("out", 5_000_00)]
    with pytest.raises(NotSheets, match="不完整"):
        sheets(whole[: whole.index("维保")].encode())


def test_what_else_lies_in_an_archive_hides_no_statement():
    beside = {
        "__MACOSX/._账单.csv": b"\x00\x05\x16\x07\x00\xff\xfe",
        ".DS_Store": b"\x00\x00\x00\x01Bud1\xff",
        "说明.pdf": b"%PDF-1.7 \xff\xfe",
    }

    read = read_statement(zipped({**beside, "账单.csv": MARKED_BY_CMB}), profile("cmb"))

    assert moves(read) == [("in", 310_00)]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"%PDF-1.7 \xff", "This is a PDF and no table"),
        (zipped({"a.pdf": b"%PDF-1.7 \xff"}), "This is a PDF and no table"),
        (b"\xff\xd8\xff\xe0 a photograph of it", "This is a picture and no table"),
        (b"Rar!\x1a\x07\x01\x00", "This is a RAR archive and no table"),
    ],
)
def test_a8_what_is_no_table_is_refused_in_words_that_say_what_it_is(content, words):
    [(_, said)] = what_is_wrong(content, "cmb")

    assert words in said


def test_a_time_with_a_point_behind_it_is_a_time():
    content = MARKS.replace("09:00:00", "09:00:00.0").replace("10:00:00", "10:00:00.000")

    assert mapped(content).lines == mapped(MARKS).lines


def as_numbers(cell):
    plain = cell.replace(",", "").replace("¥", "")
    return float(plain) if plain.lstrip("-").replace(".", "", 1).isdecimal() and plain.isascii() else cell


def saved_anew(content):
    """A file as a spreadsheet saves it: as a workbook of numbers, and as text with its own days and rounded numbers."""
    sheet = max(sheets(content), key=lambda sheet: sum(len(row.cells) for row in sheet.rows))
    workbook, buffer = book(明细=[[*map(as_numbers, row.cells)] for row in sheet.rows])
    yield saved(workbook, buffer)
    text = StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(
        [
            f"{float(cell):.5E}"
            if cell.isdecimal() and len(cell) > 11
            else re.sub(r"^(20\d\d)-(\d\d)-", r"\1/\2/", cell)
            for cell in row.cells
        ]
        for row in sheet.rows
    )
    yield text.getvalue().encode("gb18030")


def as_before(lines):
    return [
        Before(
            at,
            "x",
            line.order_no,
            line.occurred_on,
            line.direction,
            line.amount_fen,
            line.balance_fen,
            line.counterparty,
            line.remark,
        )
        for at, line in enumerate(lines)
    ]


@pytest.mark.parametrize("name", sorted(SAMPLE_OF))
def test_a1_every_sample_is_known_again_saved_anew_and_in_overlapping_halves(name):
    layout = profile(SAMPLE_OF[name])
    lines = read_statement(sample(name), layout).lines

    for content in saved_anew(sample(name)):
        again = recognised(read_statement(content, layout).lines, "x", as_before(lines), [days_of(lines)])
        assert [answer.again for answer in again] == [Again.KNOWN] * len(lines)

    first, second = lines[: len(lines) * 2 // 3], lines[len(lines) // 3 :]
    halves = recognised(second, "x", as_before(first), [days_of(first)])
    assert [answer.again is Again.FRESH for answer in halves].count(True) <= len(lines) - len(first)
    assert len(lines) - len(first) <= [answer.again is not Again.KNOWN for answer in halves].count(True)
