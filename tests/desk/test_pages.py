"""The desk: sign in, log a ticket, follow it; as on a phone, without a script."""

import csv
import io
import json
import re
from html import unescape
from io import BytesIO

import pytest
from openpyxl import load_workbook

from ledger.demo.tickets import picture
from ledger.repairs.queries import steps, ticket
from tests.cast import CHEN, HE, MEI, OUYANG, SONG, SU, WEN
from tests.doors import HOMES, Caller

TICKETS = "/desk/meiyuan/tickets"
NEW = "/desk/meiyuan/do/tickets"


def test_a_visitor_is_sent_to_sign_in_and_back_to_where_he_was_going(visitor):
    answer = visitor.get(f"{TICKETS}?state=new")
    assert answer.status_code == 302
    assert answer.location == f"/desk/sign-in?next={TICKETS}?state%3Dnew"

    there = f"{TICKETS}?state=new"
    back = visitor.send(answer.location, "/desk/sign-in", login="mei", password="correct horse", next=there)

    assert (back.status_code, back.location) == (302, there)


def test_a_foreign_next_address_is_not_followed(visitor):
    for then in ("https://evil.example/", "//evil.example", "/desk/\\evil", "/api/v1/me", "/desk/\r\nX: y"):
        back = visitor.send("/desk/sign-in", login="mei", password="correct horse", next=then)
        assert back.location == "/desk/"


def test_a_wrong_password_keeps_the_name_that_was_typed(visitor):
    answer = visitor.sign_in(MEI, "guess")

    assert answer.status_code == 403
    assert "用户名或密码不对" in answer.text
    assert 'value="mei"' in answer.text


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(visitor):
    cookie = visitor.sign_in(MEI).headers["Set-Cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "Path=/desk" in cookie


def test_a_form_without_its_token_is_refused(at_the_desk):
    mei = at_the_desk(MEI)

    assert mei.client.post(NEW, data={"category": "leak", "title": "漏水了"}).status_code == 400


def test_a_worker_logs_a_ticket_and_finds_it_again(at_the_desk):
    wen = at_the_desk(WEN)

    made = wen.fill(NEW, category="leak", title="三楼走廊漏水", building="1", urgent="yes")

    assert (made.status_code, made.location) == (302, f"{TICKETS}/1")
    page = wen.get(made.location).text
    assert "三楼走廊漏水" in page
    assert "急修" in page
    assert "三楼走廊漏水" in wen.get(f"{TICKETS}?search=走廊").text
    assert "三楼走廊漏水" not in wen.get(f"{TICKETS}?search=电梯").text


def test_what_was_typed_stays_and_the_error_stands_at_its_field(at_the_desk):
    answer = at_the_desk(MEI).fill(NEW, category="leak", title="", reporter="王阿姨 13800000000")

    assert answer.status_code == 422
    assert "哪里坏了：必须填" in answer.text
    assert 'id="title-error"' in answer.text
    assert "王阿姨 13800000000" in answer.text
    assert '<option value="leak" selected>' in answer.text


def test_a_form_sent_twice_makes_one_ticket(at_the_desk):
    mei = at_the_desk(MEI)
    form = mei.form(NEW) | {"category": "leak", "title": "漏水"}

    first, again = (mei.client.post(NEW, data=form) for _ in range(2))

    assert first.location == again.location == f"{TICKETS}/1"
    assert mei.get(f"{TICKETS}/2").status_code == 404


def test_a_form_drawn_for_another_state_is_refused_and_shows_what_has_changed(at_the_desk, database):
    mei, wen = at_the_desk(MEI), at_the_desk(MEI)
    mei.fill(NEW, category="leak", title="漏水")
    triage = "/desk/meiyuan/do/tickets/1/triage"
    stale = mei.form(triage) | {"priority": "P2", "daily_upkeep": "yes"}
    assert wen.fill(triage, priority="P1").status_code == 302

    answer = mei.client.post(triage, data=stale)

    assert answer.status_code == 409
    assert "新报" in answer.text
    assert "已定责" in answer.text
    now = answer.text.partition("<h3>现在")[2].partition("</h3>")[0]
    assert "Mei" in now
    with database.reading() as session:
        assert len(steps(session, "meiyuan", 1)) == 2
        assert ticket(session, "meiyuan", 1).priority == "P1"


def test_a_step_that_need_not_be_taken_any_more_is_not_offered_again_and_what_was_typed_is_shown(at_the_desk):
    mei, other = at_the_desk(MEI), at_the_desk(MEI)
    mei.fill(NEW, category="leak", title="漏水")
    rejection = "/desk/meiyuan/do/tickets/1/rejection"
    stale = mei.form(rejection) | {"reason": "归自来水公司管"}
    other.fill("/desk/meiyuan/do/tickets/1/triage", priority="P1")
    other.fill("/desk/meiyuan/do/tickets/1/assignment", to="wen")

    answer = mei.client.post(rejection, data=stale)

    assert answer.status_code == 409
    assert "归自来水公司管" in answer.text
    assert '<form method="post" enctype' not in answer.text
    assert f'href="{TICKETS}/1"' in answer.text


def test_what_two_begin_at_once_is_begun_by_the_first_and_shown_to_the_second(at_the_desk):
    page = "/desk/meiyuan/do/reconciliations/fee/bank/2026-06"
    mei, other = at_the_desk(MEI), at_the_desk(MEI)
    first, second = mei.form(page), other.form(page)
    typed = {"statements:0.account": "bank", "statements:0.closing_fen": "0"}
    assert mei.client.post(page, data=first | typed).status_code == 302

    answer = other.client.post(page, data=second | typed | {"statements:0.closing_fen": "5.00"})

    assert answer.status_code == 409
    assert "您看的不是现在的样子" in answer.text


@pytest.mark.parametrize("seen", ["", "{", "[]", '"new"', "null"])
def test_a_form_that_no_longer_says_what_it_was_drawn_for_is_refused(at_the_desk, database, seen):
    mei = at_the_desk(MEI)
    mei.fill(NEW, category="leak", title="漏水")
    triage = "/desk/meiyuan/do/tickets/1/triage"

    answer = mei.client.post(triage, data=mei.form(triage) | {"priority": "P2", "seen": seen})

    assert answer.status_code == 422
    assert "读不出来" in answer.text
    with database.reading() as session:
        assert ticket(session, "meiyuan", 1).state == "new"


def test_a_ticket_goes_its_whole_way_by_forms_alone(at_the_desk, database):
    mei, wen, chen, he = (at_the_desk(actor) for actor in (MEI, WEN, CHEN, HE))
    mei.fill(NEW, category="leak", title="漏水")
    at = "/desk/meiyuan/do/tickets/1"

    assert mei.fill(f"{at}/triage", priority="P2", daily_upkeep="yes").status_code == 302
    assert mei.fill(f"{at}/assignment", to="wen").status_code == 302
    assert wen.fill(f"{at}/arrival").status_code == 302
    without = wen.fill(f"{at}/completion", note="换了管子")
    assert without.status_code == 422
    assert "换了管子" in without.text
    photo = (BytesIO(picture(1)), "done.png")
    assert wen.fill(f"{at}/completion", note="换了管子", photo=photo).status_code == 302
    assert chen.fill(f"{at}/verification").status_code == 302
    assert he.fill(f"{at}/follow-up", rating="5", note="满意").status_code == 302
    assert mei.fill(f"{at}/closing").status_code == 302

    page = mei.get(f"{TICKETS}/1").text
    assert page.count('<li class="done">') == 8
    assert "可以做的" not in page


def test_g2_g4_a_ticket_tells_those_who_work_on_it_who_repairs_what_and_whom_to_call(at_the_desk):
    mei, chen, su = (at_the_desk(actor) for actor in (MEI, CHEN, SU))
    mei.fill(NEW, category="leak", title="漏水", component="pump", reporter="老李 13900001234")
    mei.fill("/desk/meiyuan/do/tickets/1/triage", priority="P2", daily_upkeep="yes")
    mei.fill("/desk/meiyuan/do/tickets/1/assignment", to="wen")

    page = chen.get(f"{TICKETS}/1").text

    for words in ("Wen", "二次供水水泵", "老李 13900001234"):
        assert words in page
    assert "13900001234" not in su.get(f"{TICKETS}/1").text


def test_only_what_may_come_next_is_offered_to_whoever_may_do_it(at_the_desk):
    mei, wen = at_the_desk(MEI), at_the_desk(WEN)
    mei.fill(NEW, category="leak", title="漏水")

    assert "/do/tickets/1/triage" in mei.get(f"{TICKETS}/1").text
    assert "/do/tickets/1/triage" not in wen.get(f"{TICKETS}/1").text
    assert "/do/tickets/1/closing" not in mei.get(f"{TICKETS}/1").text


def test_an_owner_reports_for_his_own_home_and_follows_it(at_the_desk):
    ouyang = at_the_desk(OUYANG)

    assert ouyang.fill(NEW, category="leak", title="我家漏水", home=HOMES[1]).status_code == 403
    made = ouyang.fill(NEW, category="lighting", title="楼道灯不亮")

    assert made.location == f"{TICKETS}/1"
    assert "楼道灯不亮" in ouyang.get(made.location).text


def test_an_owner_sees_no_ticket_of_others(at_the_desk):
    at_the_desk(MEI).fill(NEW, category="leak", title="漏水", home=HOMES[1])
    ouyang = at_the_desk(OUYANG)

    assert ouyang.get(f"{TICKETS}/1").status_code == 404
    assert "漏水</" not in ouyang.get(TICKETS).text


def test_a_stranger_sees_nothing_of_a_community(at_the_desk):
    song = at_the_desk(SONG)

    assert song.get(TICKETS).status_code == 403
    assert song.get("/desk/meiyuan/").status_code == 403
    assert song.get("/desk/nowhere/").status_code == 404


def test_a_list_goes_out_as_csv_and_as_a_workbook(at_the_desk):
    mei = at_the_desk(MEI)
    mei.fill(NEW, category="leak", title="=1+1 漏水")

    rows = list(csv.reader(io.StringIO(mei.get(f"{TICKETS}?format=csv").data.decode("utf-8-sig"))))
    sheet = load_workbook(BytesIO(mei.get(f"{TICKETS}?format=xlsx").data)).active

    assert rows[0][:3] == ["号", "类别", "名称"]
    assert rows[1][2] == "'=1+1 漏水"
    assert sheet.max_row == 2


def test_a_list_is_sorted_and_paged_by_its_address(at_the_desk):
    mei = at_the_desk(MEI)
    for no in range(1, 23):
        mei.fill(NEW, category="leak", title=f"漏水 {no}")

    first, second = mei.get(TICKETS).text, mei.get(f"{TICKETS}?page=2").text

    assert "第 1–20 条，共 22 条" in first
    assert "漏水 22" in first
    assert "漏水 1<" in second
    assert mei.get(f"{TICKETS}?page=100000000000000000000").status_code == 422
    assert mei.get(f"{TICKETS}?page=-1").status_code == 422


def test_english_is_english(at_the_desk):
    mei = at_the_desk(MEI)
    mei.fill(NEW, category="leak", title="漏水")

    mei.get(TICKETS)  # tells once, in Chinese, what was done
    page = mei.get("/desk/meiyuan/do/tickets?lang=en").text

    words = re.sub(
        r"<option[^>]*>[^<]*</option>|明白账|明|中文|大字|标准字|随系统|亮|暗|梅园新村", "", unescape(page)
    )
    assert "Report a repair" in words
    assert re.findall(r"[一-鿿]+", re.sub(r"<[^>]+>", " ", words)) == []


def test_a_program_and_a_form_with_one_key_do_it_once(at_the_desk, app):
    mei = at_the_desk(MEI)
    form = mei.form(NEW) | {"category": "leak", "title": "漏水"}
    assert mei.client.post(NEW, data=form).status_code == 302
    token = Caller(app.test_client(), MEI).token

    answer = app.test_client().post(
        "/api/v1/communities/meiyuan/tickets",
        json={"category": "leak", "title": "漏水"},
        headers={"Authorization": f"Bearer {token}", "Idempotency-Key": form["key"]},
    )

    assert answer.status_code == 201
    assert answer.headers["Idempotent-Replayed"] == "true"
    assert json.loads(answer.text)["no"] == 1


def test_the_search_box_leads_to_the_home_or_the_ticket_that_is_named(at_the_desk):
    mei = at_the_desk(MEI)

    assert mei.get(f"/desk/meiyuan/search?q={HOMES[0]}").location == f"/desk/meiyuan/homes/{HOMES[0]}"
    assert mei.get("/desk/meiyuan/search?q=12").location == f"{TICKETS}/12"
    assert mei.get("/desk/meiyuan/search?q=漏水").location == f"{TICKETS}?search=%E6%BC%8F%E6%B0%B4"
