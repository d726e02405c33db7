"""The desk: sign in and log a ticket, as on a phone, without a script."""

from io import BytesIO

from ledger.demo.tickets import picture
from tests.cast import CHEN, HE, MEI, OUYANG, SONG, WEN
from tests.doors import HOMES

TICKETS = "/desk/meiyuan/tickets/"
NEW = f"{TICKETS}new"


def test_a_visitor_is_sent_to_sign_in_and_back_to_where_he_was_going(visitor):
    answer = visitor.get(TICKETS)
    assert answer.status_code == 302
    assert answer.location == f"/desk/sign-in?next={TICKETS}"

    back = visitor.send(answer.location, "/desk/sign-in", login="mei", password="correct horse", next=TICKETS)

    assert (back.status_code, back.location) == (302, TICKETS)


def test_a_foreign_next_address_is_not_followed(visitor):
    for then in ("https://evil.example/", "//evil.example", "/desk/\\evil", "/api/v1/me"):
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

    made = wen.send(NEW, category="leak", title="三楼走廊漏水", building="1", urgent="yes")

    assert made.status_code == 302
    page = wen.get(made.location).text
    assert "三楼走廊漏水" in page
    assert "急修" in page
    assert "三楼走廊漏水" in wen.get(f"{TICKETS}?search=走廊").text
    assert "没有符合条件的工单" in wen.get(f"{TICKETS}?search=电梯").text
    assert "没有符合条件的工单" in wen.get(f"{TICKETS}?state=closed").text


def test_a_wrong_form_says_why_and_keeps_what_was_typed(at_the_desk):
    wen = at_the_desk(WEN)

    answer = wen.send(NEW, category="leak", title="阳台渗水", home="9-9-999")

    assert answer.status_code == 422
    assert "没有 9-9-999 这一户" in answer.text
    assert "阳台渗水" in answer.text
    assert 'value="9-9-999"' in answer.text


def test_an_owner_reports_for_his_own_home_and_sees_no_others(at_the_desk):
    ouyang = at_the_desk(OUYANG)
    at_the_desk(WEN).send(NEW, category="leak", title="别人家的事", home=HOMES[1])

    made = ouyang.send(NEW, category="water", title="厨房没水")

    assert HOMES[0] in ouyang.get(made.location).text
    assert "别人家的事" not in ouyang.get(TICKETS).text
    assert ouyang.get(f"{TICKETS}1").status_code == 403


def test_a_stranger_is_told_that_this_is_not_his(at_the_desk):
    answer = at_the_desk(SONG).get(TICKETS)

    assert answer.status_code == 403
    assert "您在这个小区没有可以做这件事的身份" in answer.text


def test_a_ticket_walks_from_report_to_closing_and_each_step_is_somebody_elses(at_the_desk):
    mei, wen, chen, he = (at_the_desk(actor) for actor in (MEI, WEN, CHEN, HE))
    ticket = wen.send(NEW, category="lighting", title="路灯不亮").location

    assert "下一步" not in wen.get(ticket).text  # the manager judges
    mei.send(ticket, priority="P3", what="daily_upkeep")
    mei.send(ticket, to="wen")
    wen.send(ticket)
    assert "完工须附现场照片" in wen.send(ticket, note="换了灯泡").text
    photo = (BytesIO(picture(1)), "after.png")
    assert wen.send(ticket, photo=photo, note="换了灯泡").status_code == 302
    chen.send(ticket)
    assert he.send(ticket, rating="9").status_code == 422
    he.send(ticket, rating="5", note="很满意")
    mei.send(ticket)

    page = mei.get(ticket).text
    assert "已办结" in page
    assert "换了灯泡" in page
    assert "下一步" not in page


def test_a_file_that_is_no_picture_is_refused(at_the_desk):
    mei, wen = at_the_desk(MEI), at_the_desk(WEN)
    ticket = wen.send(NEW, category="lighting", title="路灯不亮").location
    mei.send(ticket, priority="P3", what="daily_upkeep")
    mei.send(ticket, to="wen")
    wen.send(ticket)

    answer = wen.send(ticket, photo=(BytesIO(b"<script>alert(1)</script>"), "after.png"))

    assert answer.status_code == 422
    assert "按内容须是 JPEG / PNG / WebP" in answer.text


def test_24_bytes_that_begin_like_a_picture_prove_no_repair(at_the_desk):
    mei, wen = at_the_desk(MEI), at_the_desk(WEN)
    ticket = wen.send(NEW, category="lighting", title="路灯不亮").location
    mei.send(ticket, priority="P3", what="daily_upkeep")
    mei.send(ticket, to="wen")
    wen.send(ticket)

    answer = wen.send(ticket, photo=(BytesIO(b"\xff\xd8\xff".ljust(24, b"x")), "after.jpg"))

    assert answer.status_code == 422
    assert "这张图片打不开" in answer.text


def test_signing_out_ends_it(at_the_desk):
    mei = at_the_desk(MEI)

    mei.send("/desk/", "/desk/sign-out")

    assert mei.get("/desk/").status_code == 302


def test_english_is_remembered(at_the_desk):
    mei = at_the_desk(MEI)

    assert "Report a repair" in mei.get("/desk/?lang=en").text
    assert "Report a repair" in mei.get("/desk/").text
