"""Files that are refused, and what is said of them."""

import re
from contextlib import suppress
from io import BytesIO
from time import process_time
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.intake.statement import (
    StatementUnreadable,
    profile,
    profile_names,
    read_statement,
)
from tests.intake.files import (
    ALIPAY,
    BOC,
    CMB,
    CMB_HEADER,
    ICBC,
    SAMPLE_OF,
    WECHAT,
    WECHAT_BOOK,
    read_cmb,
    sample,
    what_is_wrong,
    zipped,
)


def test_every_problem_is_named_and_not_only_the_first():
    rows = [
        "2023-13-45,CNY,1.00,,转账,张三,",
        "2024-01-02,CNY,1.005,,转账,张三,",
        "2024-01-03,CNY,,,转账,张三,",
        "2024-01-04,CNY,4.00,,转账,张三,",
        'yesterday,USD,"12,34",,转账,张三,',
    ]

    assert what_is_wrong((CMB_HEADER + "\n".join(rows) + "\n").encode(), "cmb") == [
        (2, "“记账日期” says “2023-13-45”, which is no date"),
        (3, "“交易金额” says “1.005”, not an amount with two decimals"),
        (4, "there is no “交易金额”"),
        (6, "“记账日期” says “yesterday”, which is no date"),
        (6, "“交易金额” says “12,34”, not an amount with two decimals"),
        (6, "“货币” says “USD”, which is not yuan"),
    ]


def test_a_problem_says_the_column_and_what_stands_in_it():
    with pytest.raises(StatementUnreadable) as refused:
        read_cmb("2023-13-45,CNY,1.00,,转账,张三,")

    (problem,) = refused.value.facts["problems"]
    assert (problem.row, problem.field, problem.value) == (2, "记账日期", "2023-13-45")
    assert (
        refused.value.sentence("zh")
        == "这个文件不能按“招商银行借记卡明细”读。第 2 行：“记账日期”写着“2023-13-45”，不是日期"
    )


def test_an_amount_on_both_sides_is_refused():
    header = sample(ICBC).decode().splitlines()[6]
    both = "2023-05-02,消费,,,,钞,,,,5.00,13.40,人民币,,某公司,"
    neither = "2023-05-02,消费,,,,钞,,,,-,,人民币,,某公司,"
    unread = "2023-05-02,消费,,,,钞,,,,5.001,13.40,人民币,,某公司,"

    assert what_is_wrong(f"{header}\n{both}\n{neither}\n{unread}\n".encode(), "icbc") == [
        (2, "there are amounts both in and out: 5.00 / 13.40"),
        (3, "there is no “记账金额(收入)”"),
        (4, "“记账金额(收入)” says “5.001”, not an amount with two decimals"),
    ]


def test_income_that_is_negative_is_refused():
    content = sample(WECHAT).decode().replace("¥0.35", "-¥0.35").encode()

    assert what_is_wrong(content, "wechat") == [(19, "it says in, and the amount “-0.35” is negative")]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\n \r\n", "empty"),
        (b"<!DOCTYPE html><html><body>login</body></html>", "web page"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "cut"),
        (b"\xff\xff\xff\x80 not text", "not text"),
        (CMB_HEADER.encode("utf-16-le"), "not text|no header"),
        (b"a,b,c\n1,2,3\n", "no header"),
        (b"nothing but words", "no header"),
    ],
)
def test_what_is_no_statement_is_refused(content, words):
    ((row, said),) = what_is_wrong(content, "cmb")

    assert row == 1
    assert re.search(words, said)


@pytest.mark.parametrize("file", sorted(SAMPLE_OF))
@pytest.mark.parametrize("name", profile_names())
def test_a_file_is_read_by_its_own_profile_only(file, name):
    if SAMPLE_OF[file] != name:
        ((_, said),) = what_is_wrong(sample(file), name)
        assert "no header row" in said


def test_a_file_cut_inside_a_chinese_character_is_refused():
    remark_at = sample(CMB).rindex("商家".encode())

    assert what_is_wrong(sample(CMB)[: remark_at + 1], "cmb") == [(1, "The file is cut: download it again.")]
    in_gb18030 = sample(ALIPAY)[: sample(ALIPAY).rindex("交易成功".encode("gb18030")) + 1]
    assert what_is_wrong(in_gb18030, "alipay") == [(1, "The file is cut: download it again.")]


def test_a_file_cut_in_its_last_row_is_refused():
    amount_at = sample(BOC).rindex(b'"1,000.00"')
    after_a_figure, inside_a_quotation = sample(BOC)[: amount_at - 1], sample(BOC)[: amount_at + 4]

    assert what_is_wrong(after_a_figure, "boc")[0] == (19, "the file is cut at “人民币”: download it again")
    assert what_is_wrong(inside_a_quotation, "boc") == [(19, "a quotation mark opens and never closes")]


def test_every_cut_of_a_text_before_its_last_cell_is_refused():
    whole = sample(BOC)
    start, last_comma = whole.rindex(b"\n2025-08-01") + 1, whole.rindex(b",")

    for end in range(start + 1, last_comma + 1):
        with pytest.raises(StatementUnreadable):
            read_statement(whole[:end], profile("boc"))


def test_a_last_cell_that_only_begins_like_the_ones_above_is_cut():
    """The bank writes no line break at the end: 3167, and not 31, is what the rows above say."""
    assert what_is_wrong(sample(BOC)[:-2], "boc") == [(19, "the file is cut at “31”: download it again")]


@pytest.mark.parametrize("file", [CMB, ALIPAY, WECHAT])
def test_every_cut_in_the_last_row_of_a_bank_that_ends_its_rows_is_refused(file):
    whole = sample(file)
    start = whole.rstrip(b"\r\n").rindex(b"\n") + 1

    for end in range(start + 1, len(whole.rstrip(b"\r\n")) + 1):
        with pytest.raises(StatementUnreadable):
            read_statement(whole[:end], profile(SAMPLE_OF[file]))


def test_a_cut_workbook_is_refused():
    assert what_is_wrong(sample(WECHAT_BOOK)[:9_000], "wechat") == [
        (1, "The file is cut: download it again.")
    ]


def test_a_workbook_without_its_parts_is_refused():
    assert what_is_wrong(zipped({"xl/workbook.xml": b"<workbook"}), "wechat") == [
        (1, "The file is cut: download it again.")
    ]


def test_an_archive_in_an_archive_is_refused():
    archive = zipped({"outer.zip": zipped({"inner.csv": sample(CMB)})})

    assert what_is_wrong(archive, "cmb") == [(1, "The file is cut: download it again.")]


def a_workbook_of(rows, cells):
    """A small file that holds very much."""
    with ZipFile(BytesIO(sample(WECHAT_BOOK))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    row = "<row>" + "<c><v>1</v></c>" * cells + "</row>"
    parts["xl/worksheets/sheet1.xml"] = f"<worksheet><sheetData>{row * rows}</sheetData></worksheet>".encode()
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return buffer.getvalue()


LINE = "2024-01-01,CNY,1.00,,转账,张三,物业费 3-1-101\n"
BEYOND = {
    "thirty megabytes": lambda: (CMB_HEADER + LINE * 600_000).encode(),
    "short rows": lambda: b"a,b\n" + b"1,2\n" * 7_700_000,
    "wide rows": lambda: b"a,b\n" + (b"," * 200_000 + b"\n") * 150,
    "a web page": lambda: b"<table>" + b"<tr><td>1<td>2" * 2_000_000 + b"</table>",
    "a packed workbook": lambda: a_workbook_of(190_000, 20),
    "one packed row": lambda: a_workbook_of(1, 3_900_000),
}


@pytest.mark.parametrize("kind", BEYOND)
def test_f10_a_file_beyond_all_measure_is_refused_before_it_is_read(kind):
    content = BEYOND[kind]()
    begun = process_time()

    problems = what_is_wrong(content, "cmb")

    assert process_time() - begun < 3
    assert problems == [
        (
            1,
            "There is too much in it: a table has 50000 rows and 1000000 cells at most; download it month by month.",
        )
    ]


def test_a_file_that_is_too_large_unpacked_is_refused(monkeypatch):
    monkeypatch.setattr("ledger.intake.sheets.MOST_BYTES", 1_000)
    assert what_is_wrong(sample(WECHAT_BOOK), "wechat") == [(1, "The file is too large when unpacked.")]


def test_a_quotation_that_never_closes_is_refused():
    rows = '2024-01-01,CNY,1.00,,转账,张三,"物业费\n2024-01-02,CNY,2.00,,转账,李四,\n'

    assert what_is_wrong((CMB_HEADER + rows).encode(), "cmb") == [
        (2, "a quotation mark opens and never closes")
    ]


@given(st.sampled_from(sorted(SAMPLE_OF)), st.floats(0, 1), st.binary(max_size=4), st.integers(0, 8))
def test_a_damaged_file_is_read_or_refused_and_nothing_else(name, place, damage, lost):
    whole = sample(name)
    at = int(place * len(whole))

    with suppress(StatementUnreadable):
        read_statement(whole[:at] + damage + whole[at + lost :], profile(SAMPLE_OF[name]))
