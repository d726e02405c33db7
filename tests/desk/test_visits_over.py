"""A form of another site, of a visit that is over, or over TLS: what is taken, and what is asked again."""

import re
import time

import pytest

from tests.cast import MEI
from tests.doors import sits_down

REPORT = "/desk/meiyuan/do/tickets"
TYPED = {"category": "leak", "title": "水管漏水"}
OURS = "https://localhost"


def test_a_form_of_an_earlier_visit_is_drawn_again_with_what_was_typed(at_the_desk):
    mei = at_the_desk(MEI)
    sent = mei.form(REPORT) | TYPED | {"csrf_token": "of another visit"}

    again = mei.client.post(REPORT, data=sent)

    assert again.status_code == 400
    assert 'value="水管漏水"' in again.text
    assert "这一页是上一次登录时打开的" in again.text
    assert mei.get("/desk/meiyuan/tickets/1").status_code == 404
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', again.text))
    assert hidden["key"] != sent["key"]
    assert mei.client.post(REPORT, data=hidden | TYPED).status_code == 302


def test_a_form_without_a_mark_is_taken_nowhere(at_the_desk):
    mei = at_the_desk(MEI)

    assert mei.client.post(REPORT, data=TYPED).status_code == 400
    assert mei.client.post("/desk/sign-out").status_code == 400
    assert mei.get("/desk/meiyuan/tickets/1").status_code == 404


def test_a_form_may_lie_open_over_lunch(at_the_desk, monkeypatch):
    mei = at_the_desk(MEI)
    form = mei.form(REPORT)

    after_lunch = time.time() + 2 * 60 * 60
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: after_lunch)

    assert mei.client.post(REPORT, data=form | TYPED).status_code == 302


@pytest.mark.parametrize(("referer", "status"), [(f"{OURS}{REPORT}", 302), ("https://other.example/", 400)])
def test_over_tls_a_form_is_taken_from_ourselves_alone(app, referer, status):
    app.config["WTF_CSRF_SSL_STRICT"] = True
    client = app.test_client()
    sits_down(client, MEI)
    page = client.get(REPORT, base_url=OURS)
    assert page.headers["Referrer-Policy"] == "same-origin"  # else no browser says where a form comes from
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text))

    answer = client.post(REPORT, base_url=OURS, data=hidden | TYPED, headers={"Referer": referer})

    assert answer.status_code == status
