"""Statements of banks and wallets, read from files as they are really exported."""

import re
from collections import Counter
from datetime import date, datetime
from io import BytesIO
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import pytest
from openpyxl import Workbook, load_workbook

from ledger.intake.marks import Direction
from ledger.intake.statement import profile, read_statement
from tests.intake.files import (
    ALIPAY,
    BOC,
    CMB,
    CMB_HEADER,
    CMB_UNTRUE,
    ICBC,
    WECHAT,
    WECHAT_BOOK,
    by_direction,
    odd,
    read,
    read_cmb,
    sample,
    what_is_wrong,
    zipped,
)

# What each bank's file says


@pytest.mark.parametrize("name", [WECHAT, WECHAT_BOOK])
def test_wechat_counts_what_came_in_and_went_out_and_keeps_the_rest_as_neutral(name):
    assert by_direction(read(name)) == {"in": (5, 28_49), "out": (11, 2_904_53), "neutral": (11, 26_100_89)}


def test_a_wechat_workbook_and_its_csv_are_the_same_lines():
    from_csv, from_book = read(WECHAT).lines, read(WECHAT_BOOK).lines

    assert [line.fingerprint for line in from_csv] == [line.fingerprint for line in from_book]
    assert [line.row + 1 for line in from_csv] == [line.row for line in from_book]


def test_amounts_that_a_workbook_keeps_as_numbers_are_exact():
    book = load_workbook(BytesIO(sample(WECHAT_BOOK)))
    book.remove(book.worksheets[0])  # the other sheet writes 28.16 where this one writes ¥28.16 as text
    buffer = BytesIO()
    book.save(buffer)

    numbers = read_statement(buffer.getvalue(), profile("wechat"))

    assert by_direction(numbers) == by_direction(read(WECHAT))
    assert [line.fingerprint for line in numbers.lines] == [line.fingerprint for line in read(WECHAT).lines]


def test_a_workbook_is_read_whole_though_it_misstates_its_size_and_its_sums():
    book, buffer = Workbook(), BytesIO()
    for row in (CMB_HEADER.strip().split(","), ["2024-01-01", "CNY", 0.3], ["2024-01-02", "CNY", 1]):
        book.active.append(row)
    book.save(buffer)
    with ZipFile(buffer) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    table = files["xl/worksheets/sheet1.xml"]
    table = table.replace(b'ref="A1:G3"', b'ref="A1:A2"').replace(b"<v>0.3<", b"<v>0.30000000000000004<")

    statement = read_statement(zipped({**files, "xl/worksheets/sheet1.xml": table}), profile("cmb"))

    assert [line.amount_fen for line in statement.lines] == [30, 1_00]
    assert statement.warnings == ()


def test_a_second_sheet_with_the_same_header_is_pointed_out():
    assert odd(read(WECHAT_BOOK))[-1] == (18, "sheet-ignored")


def test_a_wechat_line_says_when_who_and_in_whose_words():
    first = read(WECHAT).lines[0]

    assert first.row == 18
    assert first.occurred_on == date(2019, 9, 26)
    assert first.occurred_at == datetime(2019, 9, 26, 12, 45, 27, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert (first.direction, first.amount_fen) == (Direction.OUT, 28_16)
    assert first.counterparty == "云膳过桥米线(传奇广场店)"
    assert first.remark == "总共消费:28.16"
    assert (first.order_no, first.kind, first.status) == ("3985734", "商户消费", "支付成功")


def test_the_fee_of_a_withdrawal_is_found_in_its_remark():
    assert [(line.row, line.fee_fen) for line in read(WECHAT).lines if line.fee_fen] == [
        (24, 10),
        (25, 10),
        (26, 1_00),
    ]


def test_alipay_leaves_out_what_was_closed():
    assert by_direction(read(ALIPAY)) == {
        "in": (1, 222_228_50),
        "out": (4, 161_64),
        "neutral": (3, 165_37),
        "void": (2, 132_00),
    }


def test_icbc_has_income_and_expense_in_two_columns():
    assert by_direction(read(ICBC)) == {"in": (5, 2_841_74), "out": (6, 4_241_08)}


def test_icbc_has_sixteen_cells_under_fifteen_names_and_they_do_not_shift():
    first = read(ICBC).lines[0]

    assert first.occurred_on == date(2023, 5, 2)
    assert first.occurred_at is None
    assert (first.kind, first.remark) == ("消费", "广东三元麦当劳食品有")
    assert first.counterparty == "深圳市财付通支付科技有限公司"


def test_cmb_has_one_signed_column():
    assert by_direction(read(CMB)) == {"in": (1, 1_234_00), "out": (4, 2_013_14)}
    assert [line.balance_fen for line in read(CMB).lines] == [1_271_66, 271_66, 268_66, -731_34, -741_48]


def test_boc_tells_day_and_time_in_two_columns():
    statement = read(BOC)

    assert by_direction(statement) == {"in": (4, 9_821_00), "out": (13, 9_394_30)}
    assert statement.lines[0].occurred_at == datetime(
        2025, 8, 22, 17, 57, 17, tzinfo=ZoneInfo("Asia/Shanghai")
    )


def test_strokes_that_stand_for_nothing_are_no_words():
    statement = read(BOC)

    assert statement.lines[0].remark == ""
    assert statement.lines[7].remark == "------------------- 张三17670961139美金 · 数据有限公司"
    assert statement.lines[11].remark == "中国银行上海市十厦支行"


@pytest.mark.parametrize(
    ("name", "encoding"),
    [(WECHAT, "utf-8"), (WECHAT_BOOK, "xlsx"), (ALIPAY, "gb18030"), (ICBC, "utf-8"), (CMB, "utf-8")],
)
def test_the_encoding_is_found_in_the_content(name, encoding):
    assert read(name).encoding == encoding


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_every_encoding_gives_the_same_lines(encoding):
    rewritten = read_statement(sample(CMB).decode().encode(encoding), profile("cmb"))

    assert rewritten.encoding == encoding
    assert rewritten.lines == read(CMB).lines


def test_an_xls_may_be_text_between_tabs():
    rows = sample(CMB).decode().splitlines()
    cells = [re.findall(r'"([^"]*)"|([^,]+)|(?:(?<=,)(?=,))', row) for row in rows]
    text = "\r\n".join("\t".join(f'="{quoted or plain}"' for quoted, plain in row) for row in cells)

    assert read_statement((text + "\r\n").encode("gb18030"), profile("cmb")).lines == read(CMB).lines


# What the file says of itself


def test_wechat_claims_43_lines_and_holds_27():
    assert odd(read(WECHAT)) == [
        (7, "count-disagrees"),
        (8, "count-disagrees"),
        (8, "total-disagrees"),
        (9, "count-disagrees"),
        (9, "total-disagrees"),
        (10, "count-disagrees"),
        (10, "total-disagrees"),
    ]


def test_alipay_claims_66_lines_and_holds_10():
    first, *others = read(ALIPAY).warnings

    assert (first.row, first.zh) == (8, "文件自称全部 66 笔，读到 10 笔")
    assert [(warning.row, warning.en) for warning in others] == [
        (9, "the file claims 28.50 yuan for in and holds 222,228.50"),
        (10, "the file claims 63 lines for out and holds 4"),
        (10, "the file claims 16.54 yuan for out and holds 161.64"),
        (11, "the file claims 2 lines for neutral and holds 3"),
        (11, "the file claims 16.37 yuan for neutral and holds 165.37"),
    ]


def test_icbc_masks_its_balance_and_its_footer_does_not_add_up():
    statement = read(ICBC)

    assert odd(statement) == [(8, "balance-unreadable"), (20, "total-disagrees"), (20, "total-disagrees")]
    assert {line.balance_fen for line in statement.lines} == {None}


def test_a_claim_that_agrees_is_no_warning():
    content = sample(ALIPAY).decode("gb18030").replace("共66笔", "共10笔").replace("28.50元", "222228.50元")

    assert [row for row, _ in odd(read_statement(content.encode(), profile("alipay")))] == [10, 10, 11, 11]


def test_a3_a_file_whose_balance_does_not_follow_is_refused_with_the_row():
    assert what_is_wrong(sample(CMB_UNTRUE), "cmb") == [
        (4, "the “联机余额” does not follow: 81.22 ≠ 268.66"),
        (5, "the “联机余额” does not follow: 123.45 ≠ -918.78"),
        (6, "the “联机余额” does not follow: 1,218.24 ≠ 113.31"),
    ]


def test_the_balance_of_boc_holds_from_the_newest_line_down():
    assert read(BOC).warnings == ()


def test_the_balance_holds_from_the_oldest_line_down_as_well():
    header, *rows = sample(BOC).decode().splitlines()[1:]
    turned = "\n".join([header, *reversed(rows)])

    assert read_statement(turned.encode(), profile("boc")).warnings == ()


# Lines that are odd are kept


def test_a_kind_that_nobody_knows_is_kept():
    assert "deg-不认识的-txType" in [line.kind for line in read(WECHAT).lines]


def test_a_direction_that_nobody_knows_is_refused_with_its_row_and_word():
    content = sample(WECHAT).decode().replace("同性好友,/,收入", "同性好友,/,借入").encode()

    assert what_is_wrong(content, "wechat") == [
        (19, "“收/支” says “借入”: neither money in nor money out that is known")
    ]


def test_one_order_number_on_different_rows_makes_different_lines():
    lines = read(WECHAT).lines

    assert Counter(line.order_no for line in lines)["3985734"] == 8
    assert len({(line.fingerprint, line.occurrence) for line in lines}) == 27


def test_truly_identical_rows_both_stay():
    row = "2024-01-01,CNY,30.00,,转账,张三,3-1-502 停车"

    first, second = read_cmb(row, row).lines

    assert first.fingerprint == second.fingerprint
    assert (first.occurrence, second.occurrence) == (1, 2)


def test_a_line_is_known_again_in_another_file():
    row = "2024-01-01,CNY,1500.00,,转账,张三,物业费"
    padded = '2024-01-01  \t,CNY,"1,500.00",,"转账 \t",张三,`物业费,'
    other = "2024-01-02,CNY,1500.00,,转账,张三,物业费"

    (line,) = read_cmb(row).lines

    assert [line.fingerprint == again.fingerprint for again in read_cmb(other, padded).lines] == [False, True]


def test_a6_a_line_does_not_know_by_which_profile_it_was_read():
    header = "记账日期,记账时间,交易金额,金额,联机余额,余额\n"
    content = (header + "2024-01-01,,5.00,5.00,5.00,5.00\n").encode()

    (at_cmb,), (at_boc,) = (read_statement(content, profile(name)).lines for name in ("cmb", "boc"))

    assert at_cmb.fingerprint == at_boc.fingerprint


def test_a_long_row_a_short_row_and_a_row_of_nought_are_pointed_out():
    statement = read_cmb(
        "2024-01-01,CNY,1.00,,转账,张三,物业费,五月,",
        "2024-01-02,CNY,2.00",
        "2024-01-03,CNY,0.00,,转账,张三,",
    )

    assert [line.amount_fen for line in statement.lines] == [1_00, 2_00]
    assert odd(statement) == [(2, "row-long"), (3, "row-short"), (4, "amount-nought")]


def test_a_cell_over_several_rows_is_pointed_out():
    statement = read_cmb('2024-01-01,CNY,1.00,,转账,张三,"物业费', '五月"', "2024-01-02,CNY,2.00,,转账,张三,")

    assert [(line.row, line.amount_fen) for line in statement.lines] == [(2, 1_00), (4, 2_00)]
    assert odd(statement) == [(2, "row-broken")]


def test_a_reversal_in_the_expense_column_comes_in():
    row = "2023-05-02,冲正,,,,钞,,,,,-13.40,人民币,,某公司,"
    header = sample(ICBC).decode().splitlines()[6]

    (line,) = read_statement(f"{header}\n{row}\n".encode(), profile("icbc")).lines

    assert (line.direction, line.amount_fen) == (Direction.IN, 13_40)


def test_a_header_alone_is_a_statement_without_lines():
    assert read_statement(CMB_HEADER.encode(), profile("cmb")).lines == ()
