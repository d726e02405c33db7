"""The last look before what cannot be undone: all of it as the form has it."""

import re
from html import unescape
from io import BytesIO

import pytest

from ledger.demo.tickets import picture
from ledger.desk.forms import FormField, answered
from ledger.operations.registry import OPERATION_OF
from tests.cast import MEI
from tests.doors import HOMES
from tests.intake.files import CMB_HEADER

PAYMENTS = "/desk/meiyuan/do/fees/payments"
STATEMENTS = "/desk/meiyuan/do/statements"
AWARDS = "/desk/meiyuan/do/fees/awards"


def asked(kind: str, value: object, **more: object) -> FormField:
    return FormField("id", "name", "问题", kind, value, **more)


HOME = asked("choice", "1-1-101", choices=[("1-1-101", "1幢101")])
AMOUNT = asked("money", "1234.5")
PAPER = asked("file", "发票.pdf", kept=f"{'0' * 64} 发票.pdf")


@pytest.mark.parametrize(
    ("field", "zh", "en"),
    [
        (HOME, "1幢101", "1幢101"),
        (AMOUNT, "1,234.50 元", "1,234.50 yuan"),
        (asked("day", "2026-07-18"), "2026年7月18日", "18 July 2026"),
        (asked("month", "2026-07"), "2026年7月", "July 2026"),
        (
            asked("textarea", "2026-06\n2026-07", line_kind="month"),
            "2026年6月、2026年7月",
            "June 2026, July 2026",
        ),
        (asked("check", "yes"), "是", "yes"),
        (PAPER, "发票.pdf", "发票.pdf"),
        (asked("group", "", fields=[PAPER]), "发票.pdf", "发票.pdf"),
        (
            asked("rows", "", groups=[[HOME, AMOUNT], [asked("choice", "")]]),
            "问题 1幢101，问题 1,234.50 元",
            "问题: 1幢101, 问题: 1,234.50 yuan",
        ),
    ],
)
def test_an_answer_is_told_as_the_form_has_it(field, zh, en):
    assert [words for _, words in answered(field, "zh")] == [zh]
    assert [words for _, words in answered(field, "en")] == [en]


def test_what_was_left_empty_is_not_told():
    assert list(answered(asked("money", ""), "zh")) == []


def test_the_last_look_tells_names_days_yuan_and_the_entry(at_the_desk):
    mei = at_the_desk(MEI)
    form = mei.form(PAYMENTS) | {
        "reference": "7-1", "home": HOMES[0], "amount_fen": "1234", "on": "2026-07-18", "payer": "government",
        "into": "bank",
    }  # fmt: skip

    page = mei.client.post(PAYMENTS, data=form).text

    text = re.sub(r"<[^>]+>|\s+", " ", page.partition("<main")[2].partition('class="send"')[0])
    assert "1,234.00 元" in text
    assert "2026年7月18日" in text
    assert "政府补贴" in text
    assert "银行存款" in text
    assert "会这样记账" in text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("十元", "要写金额，如 1,234.00"),
        ("0", "要大于 0.00"),
    ],
)
def test_a_wrong_amount_is_told_in_yuan(at_the_desk, typed, said):
    page = (
        at_the_desk(MEI)
        .fill(PAYMENTS, reference="7-1", home=HOMES[0], amount_fen=typed, on="2026-07-18")
        .text
    )

    assert f"金额：{said}" in page


def test_a_file_is_kept_when_something_else_has_to_be_put_right(at_the_desk):
    mei = at_the_desk(MEI)
    paper = (BytesIO(picture(1)), "判决书.png")

    page = mei.fill(AWARDS, home=HOMES[0], month="2026-07", document=paper).text

    assert "判决书.png" in page
    assert 'name="kept:document"' in page


@pytest.mark.parametrize(
    "work",
    [
        "/accounts/<code>/closing",
        "/cash-book",
        "/statements",
        "/workbook",
        "/books",
        "/votes/<path:code>/sheets",
        "/disclosures/<period>/check",
    ],
)
def test_what_books_or_cannot_be_taken_back_is_looked_at_once_more(work):
    assert OPERATION_OF[f"POST {work}"].confirms


def test_a_statement_is_looked_at_with_what_its_lines_would_book(at_the_desk):
    statement = CMB_HEADER + "2026-06-03,CNY,36.00,36.00,转账汇款,路人,谢谢\n"
    mei = at_the_desk(MEI)
    form = mei.form(STATEMENTS) | {
        "profile": "cmb", "into": "bank", "file": (BytesIO(statement.encode()), "六月.csv"),
    }  # fmt: skip

    page = mei.client.post(STATEMENTS, data=form).text
    assert "会这样记账" in page
    assert "待查收款" in page
    text = re.sub(r"<[^>]+>|\s+", " ", page.partition("<main")[2].partition('class="send"')[0])
    assert re.search("待认领 +1 ", text)
    assert re.search("待认领金额 +36.00 元 ", text)

    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    again = {name: unescape(value) for name, value in hidden} | {"confirmed": "yes"}
    assert mei.client.post(STATEMENTS, data=again).status_code == 302


def test_the_same_from_a_form_drawn_anew_is_looked_at_once_more(at_the_desk):
    mei, page = at_the_desk(MEI), "/desk/meiyuan/do/tickets"
    report = {"category": "leak", "title": "漏水"}
    first = mei.form(page)
    assert mei.client.post(page, data=first | report).status_code == 302
    assert mei.client.post(page, data=first | report).status_code == 302  # sent twice it is one

    again = mei.client.post(page, data=mei.form(page) | report)

    assert again.status_code == 200
    assert "您刚才办过一模一样的一件" in again.text
    assert mei.get("/desk/meiyuan/tickets/1").status_code == 200
    assert mei.get("/desk/meiyuan/tickets/2").status_code == 404
    other = mei.client.post(page, data=mei.form(page) | report | {"title": "又一处漏水"})
    assert other.status_code == 302


def test_the_same_is_done_twice_by_whoever_means_it(at_the_desk):
    mei, page = at_the_desk(MEI), "/desk/meiyuan/do/tickets"
    for _ in range(2):
        mei.fill(page, category="leak", title="漏水")

    assert mei.get("/desk/meiyuan/tickets/2").status_code == 200


def test_what_would_be_booked_otherwise_by_now_is_looked_at_again(at_the_desk):
    """A form that stands on no record was booked on other books than the last look had shown."""
    mei = at_the_desk(MEI)
    paid = {"reference": "7-1", "home": HOMES[0], "amount_fen": "100", "on": "2026-07-18"}
    look = mei.client.post(PAYMENTS, data=mei.form(PAYMENTS) | paid)
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', look.text)
    sure = {name: unescape(value) for name, value in hidden} | {"confirmed": "yes"}
    assert "预收" in look.text
    mei.fill("/desk/meiyuan/do/months/2026-07/charges")

    again = mei.client.post(PAYMENTS, data=sure)

    assert again.status_code == 200
    assert "您看过以后账又变了" in again.text
    assert "应收物业费" in again.text
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', again.text)
    sure = {name: unescape(value) for name, value in hidden} | {"confirmed": "yes"}
    assert mei.client.post(PAYMENTS, data=sure).status_code == 302
    assert mei.client.post(PAYMENTS, data=sure).status_code == 302  # and once more is the same one


def test_what_stood_before_is_not_said_to_be_done_now(at_the_desk):
    mei = at_the_desk(MEI)
    paid = {"reference": "7-1", "home": HOMES[0], "amount_fen": "100", "on": "2026-07-18"}
    mei.fill(PAYMENTS, **paid)

    page = mei.client.get(mei.fill(PAYMENTS, **paid).location).text

    assert "以前已经办过：登记收款" in page
    assert "已办好：登记收款" not in page


def test_a_choice_that_hangs_on_a_wrong_answer_takes_no_button_away(at_the_desk):
    mei, page = at_the_desk(MEI), "/desk/meiyuan/do/fees/refunds"
    mei.fill(PAYMENTS, reference="7-1", home=HOMES[0], amount_fen="100", on="2026-07-18")
    [number] = set(
        re.findall(r'href="/desk/meiyuan/fees/payments/(\d+)"', mei.get("/desk/meiyuan/fees/payments").text)
    )

    answer = mei.client.post(page, data=mei.form(page) | {"home": "9-9-999", "receipt": number})

    assert "没有" in answer.text
    assert f'<option value="{number}" selected>' in answer.text
    assert 'class="main big"' in answer.text
