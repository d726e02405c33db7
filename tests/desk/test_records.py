"""The head of a record and the columns of a list: its amount, whose turn it is, and what is a figure and what a number."""

import re

from tests.cast import MEI, WEN
from tests.doors import HOMES

PAYMENTS = "/desk/meiyuan/do/fees/payments"
TICKETS = "/desk/meiyuan/tickets"


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.partition("<main")[2]))


def test_the_head_of_a_record_has_its_amount_and_the_facts_do_not_say_it_again(at_the_desk):
    mei = at_the_desk(MEI)
    mei.fill(PAYMENTS, reference="7-1", home=HOMES[0], amount_fen="1234", on="2026-07-18")
    [number] = set(
        re.findall(r'href="/desk/meiyuan/fees/payments/(\d+)"', mei.get("/desk/meiyuan/fees/payments").text)
    )

    page = mei.get(f"/desk/meiyuan/fees/payments/{number}").text

    assert "1,234.00 元" not in page
    assert '<span class="fig big">1,234.00</span>' in page
    assert f"一笔物业费收款 · {number}" in words(page)
    assert f'<a href="/desk/meiyuan/entries/{number}">{number}</a>' in page


def test_a_column_of_money_has_its_unit_and_a_number_is_no_figure(at_the_desk):
    mei = at_the_desk(MEI)
    mei.fill(PAYMENTS, reference="7-1", home=HOMES[0], amount_fen="1234", on="2026-07-18")

    page = mei.get("/desk/meiyuan/fees/payments").text

    assert ">金额（元）</a>" in page
    assert '<th scope="col" class=" lead"' in page


def test_a_record_says_whose_turn_it_is(at_the_desk):
    mei, wen = at_the_desk(MEI), at_the_desk(WEN)
    mei.fill("/desk/meiyuan/do/tickets", category="leak", title="漏水")

    assert "轮到您：物业经理" in words(mei.get(f"{TICKETS}/1").text)
    assert "轮到物业经理、业委会：定责定级" in words(wen.get(f"{TICKETS}/1").text)
    mei.get("/desk/?lang=en")
    assert "Your turn: property manager" in words(mei.get(f"{TICKETS}/1").text)


def test_what_turns_back_is_nobodys_turn_and_stands_behind_what_leads_on(at_the_desk):
    mei = at_the_desk(MEI)
    mei.fill("/desk/meiyuan/do/tickets", category="leak", title="漏水")
    mei.fill("/desk/meiyuan/do/tickets/1/triage", priority="P3")

    page = words(mei.get(f"{TICKETS}/1").text)

    assert "轮到您：物业经理 派工" in page
    assert page.index("派工") < page.index("不受理，说明理由")


def test_a_ticket_that_somebody_is_on_his_way_to_waits_for_his_arrival(at_the_desk):
    mei = at_the_desk(MEI)
    mei.fill("/desk/meiyuan/do/tickets", category="leak", title="漏水")
    mei.fill("/desk/meiyuan/do/tickets/1/triage", priority="P3")
    mei.fill("/desk/meiyuan/do/tickets/1/assignment", to="wen")

    page = words(mei.get(f"{TICKETS}/1").text)

    assert "轮到您：物业经理 我到现场了" in page
    assert "还可以 派工" in page


def test_the_sum_under_a_page_says_of_how_many_rows_it_is(at_the_desk):
    mei = at_the_desk(MEI)
    for number in range(21):
        mei.fill(PAYMENTS, reference=f"7-{number}", home=HOMES[0], amount_fen="10", on="2026-07-18")

    page = words(mei.get("/desk/meiyuan/fees/payments").text)

    assert "全部 21 条合计" in page
    assert "210.00" in page


def test_a_figure_has_its_name_where_rows_are_folded(at_the_desk):
    mei = at_the_desk(MEI)
    mei.fill(PAYMENTS, reference="7-1", home=HOMES[0], amount_fen="1234", on="2026-07-18")

    page = mei.get("/desk/meiyuan/fees/payments").text

    assert re.search(r'<td class="[^"]* key[^"]*" data-label="金额（元）">', page)
