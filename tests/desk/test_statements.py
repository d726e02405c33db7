"""Statements at the desk: an unknown file's mapping is guessed, each row is seen as it would be booked, warnings are words."""

import re
from html import unescape
from io import BytesIO

from sqlmodel import select

from ledger.intake.queries import without_statement
from ledger.intake.tables import BankLine
from ledger.periods import Month
from tests.cast import MEI
from tests.doors import HOMES
from tests.intake.files import CMB_HEADER

MAPPING, IMPORT = "/desk/meiyuan/do/statement-profiles", "/desk/meiyuan/do/statements"
OWN = (
    "交易日期,借贷,交易金额,余额,对方户名,摘要\n"
    f"2026-07-02,贷 Cr,310.00,10310.00,王测九,物业费 {HOMES[0]}\n"
    "2026-07-03,借 Dr,5000.00,5310.00,某电梯维保公司,维保费\n"
    "2026-07-04,贷 Cr,40.00,5350.00,王测九,谢谢\n"
).encode()
CMB = (CMB_HEADER + f"2026-07-02,CNY,310.00,,转账,王测九,物业费 {HOMES[0]}\n本页小计,,310.00\n").encode()


def again(visitor, page, **more):
    """Send a form once more as it stands on a page."""
    main = page.text[page.text.index("<main") :]
    typed = re.findall(r'<input type="(?:hidden|text)"[^>]* name="([^"]+)"[^>]* value="([^"]*)"', main)
    typed += re.findall(r'<input[^>]* name="([^"]+)"[^>]* value="([^"]*)"', main)
    typed += re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>([^<]*)</textarea>', main)
    values = {name: unescape(value) for name, value in typed if name not in ("back", "corrects", "confirmed")}
    return visitor.client.post(MAPPING, data=values | more)


def lines(database):
    with database.reading() as session:
        return session.exec(select(BankLine)).all()


def test_a3_a_mapping_is_filled_in_from_the_file_and_its_rows_are_seen_before_it_is_kept(
    at_the_desk, database
):
    mei = at_the_desk(MEI)

    page = mei.client.post(MAPPING, data=mei.form(MAPPING) | {"name": "own", "file": (BytesIO(OWN), "x.csv")})
    assert page.status_code == 200
    for words in ("交易日期", "贷 Cr", "借 Dr", "对方户名", "合计"):
        assert words in page.text

    look = again(mei, page)
    assert "每一行会怎么记" in look.text
    for words in ("王测九", "某电梯维保公司", "5,000.00", "记到这一户", "待查", "支出"):
        assert words in look.text

    assert again(mei, look, confirmed="yes").status_code == 302
    assert mei.fill(IMPORT, profile="own", into="bank", file=(BytesIO(OWN), "x.csv")).status_code == 302
    assert [
        (line.direction, line.amount_fen) for line in sorted(lines(database), key=lambda line: line.row)
    ] == [
        ("in", 310_00),
        ("out", 5_000_00),
        ("in", 40_00),
    ]


def test_a7_the_rows_are_seen_as_they_would_be_booked_and_nothing_is_written(at_the_desk, database):
    mei = at_the_desk(MEI)
    sent = {"profile": "cmb", "into": "bank", "file": (BytesIO(CMB), "x.csv")}

    look = mei.client.post(IMPORT, data=mei.form(IMPORT) | sent).text

    for words in ("每一行会怎么记", HOMES[0], "记到这一户", "“本页小计”是合计或结转，没有当作流水"):
        assert words in look
    assert lines(database) == []


def test_a7_what_was_odd_is_said_in_words_with_its_row(at_the_desk):
    mei = at_the_desk(MEI)

    answer = mei.fill(IMPORT, profile="cmb", into="bank", file=(BytesIO(CMB), "x.csv"))

    assert "第 3 行：“本页小计”是合计或结转，没有当作流水" in mei.get(answer.location).text


def test_a9_the_last_look_at_a_closing_names_the_accounts_without_a_statement(at_the_desk, database):
    mei = at_the_desk(MEI)
    closing = "/desk/meiyuan/do/months/2026-06/closing"

    asked = mei.client.post(closing, data=mei.form(closing)).text
    assert "账户 bank、wallet、fund-bank、revenue-bank 没有导入这个月的流水" in asked
    reasons = {
        f"without_statement:{row}.{part}": text
        for row, account in enumerate(("bank", "fund-bank", "revenue-bank", "wallet"))
        for part, text in (("key", account), ("value", "银行没有出流水"))
    }
    warned = mei.client.post(closing, data=mei.form(closing) | reasons).text
    assert "这个月还没有导入流水的账户" in warned

    mei.fill(IMPORT, profile="cmb", into="bank", file=(BytesIO(CMB), "x.csv"))
    with database.reading() as session:
        lacking = [account.code for account in without_statement(session, "meiyuan", Month(2026, 7))]
    assert "bank" not in lacking
