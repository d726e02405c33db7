"""What is refused names people as people call them, at every door and in both languages."""

import re
from html import unescape

import pytest

from ledger.access.statuses import sentence_of
from ledger.community.queries import person_called
from ledger.community.role_rules import Actor, Role
from ledger.periods import day_in_shanghai
from tests.cast import CHEN, LIN, MEI, NOON, OUYANG
from tests.doors import HOMES, Caller

ACCOUNT = {
    "code": "fee-2", "book": "fee", "bank": "招商银行", "number": "62220000", "holder": "梅园新村业主大会",
    "opened_on": "2026-07-01",
}  # fmt: skip


@pytest.fixture
def approved(app):
    """An account that the manager asked for and one of the committee approved."""
    at = "/communities/meiyuan/accounts"
    Caller(app.test_client(), MEI)("POST", at, 201, **ACCOUNT)
    Caller(app.test_client(), CHEN)("POST", f"{at}/fee-2/approval", 201)
    return f"{at}/fee-2/approval"


def test_the_desk_names_the_person_and_her_role(at_the_desk, approved):
    lin = at_the_desk(LIN)
    form = "/desk/meiyuan/do/accounts/fee-2/approval"

    assert "已经由 Chen（业委会） 批准" in lin.fill(form).text
    lin.get("/desk/?lang=en")
    assert "approved by Chen (owners&#39; committee) already" in lin.fill(form).text


def test_a_program_gets_the_name_in_the_sentence_and_the_sign_in_name_as_a_fact(app, approved):
    refused = Caller(app.test_client(), LIN)("POST", approved, 409)

    assert "Chen（业委会）" in refused["title_zh"]
    assert refused["facts"]["by"] == "chen"


@pytest.mark.parametrize(
    ("login", "by", "zh", "en"),
    [
        ("mei", CHEN, "Mei（物业经理）", "Mei (property manager)"),
        ("mei", OUYANG, "Mei（物业经理）", "Mei (property manager)"),
        ("ouyang", CHEN, "Ouyang（业主）", "Ouyang (owner)"),
        ("ouyang", OUYANG, "Ouyang（业主）", "Ouyang (owner)"),
        ("ouyang", Actor("other", Role.OWNER, frozenset({HOMES[1]})), "业主", "owner"),
    ],
)
def test_a_resident_does_not_learn_the_name_of_another(database, app, login, by, zh, en):
    with database.reading() as session:
        assert person_called(session, login, "meiyuan", day_in_shanghai(NOON), by=by) == (zh, en)


def test_nobody_has_no_name(database, app):
    with database.reading() as session:
        assert person_called(session, "nobody", "meiyuan", day_in_shanghai(NOON), by=MEI) is None


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/desk/meiyuan/nowhere", 404),
        ("DELETE", "/desk/meiyuan/tickets", 405),
        ("POST", "/desk/sign-in", 400),
        ("POST", "/a/b", 405),
        ("GET", "/api/v1/nowhere", 404),
        ("GET", "/api/v1/sessions", 405),
    ],
)
def test_g6_what_the_server_itself_refuses_is_said_in_words_at_every_door(app, method, path, status):
    """Correction G6: bare English pages, whatever language the browser asked for."""
    client = app.test_client()
    for language, heard in (
        ("zh", "zh-CN,zh;q=0.9,en;q=0.8"),
        ("en", "en-GB,en;q=0.9,zh;q=0.1"),
        ("zh", "fr"),
    ):
        answer = client.open(path, method=method, headers={"Accept-Language": heard})

        assert answer.status_code == status
        assert sentence_of(status, language) in unescape(answer.text)
        assert ("Allow" in answer.headers) == (status == 405)


def test_g6_what_was_chosen_goes_before_what_the_browser_prefers(app):
    client = app.test_client()
    heard = {"Accept-Language": "en"}

    assert "There is nothing" in client.get("/desk/meiyuan/nowhere", headers=heard).text
    assert "没有内容" in client.get("/desk/meiyuan/nowhere?lang=zh", headers=heard).text
    client.set_cookie("lang", "zh")
    answer = client.get("/nowhere/at/all/", headers=heard)
    assert "没有找到" in answer.text
    assert {"accept-language", "cookie"} <= {name.lower() for name in answer.vary}


def wrong_fields(page: str) -> dict[str, str]:
    """What is said beside each field that is not in order."""
    return dict(re.findall(r'id="([\w-]+)-error"[^>]*>(?:<[^>]+>)*([^<]+)', page))


def test_what_is_wrong_with_a_row_stands_beside_that_row_though_one_before_it_is_blank(at_the_desk):
    mei = at_the_desk(MEI)
    form = "/desk/meiyuan/do/fees/demands"
    typed = {"deliveries:1.home": HOMES[0], "deliveries:1.channel": "sms", "deliveries:3.home": HOMES[1]}

    page = mei.client.post(form, data=mei.form(form) | typed).text

    wrong = {name for name in wrong_fields(page) if name.startswith("deliveries-")}
    assert wrong == {"deliveries-0-proof", "deliveries-1-channel", "deliveries-1-proof"}
    assert re.search(rf'name="deliveries:1.home".*?<option value="{HOMES[1]}" selected', page, re.S)


@pytest.mark.parametrize(("language", "words"), [("zh", "第 2 个："), ("en", "No. 2: ")])
def test_what_is_wrong_with_one_of_several_lines_stands_beside_their_field(at_the_desk, language, words):
    mei = at_the_desk(MEI)
    form = f"/desk/meiyuan/do/fees/payments?lang={language}"

    page = mei.client.post(form, data=mei.form(form) | {"months": "2026-06\n2026-13"}).text

    assert wrong_fields(page)["months"].startswith(words)
    assert 'href="#months"' in page


@pytest.mark.parametrize(
    ("path", "typed", "where", "words"),
    [
        ("months/2026-06/closing", {"exceptions:0.value": "因为"}, "exceptions-0-key", "只填了一半"),
        ("works/levies", {"consents:0.key": HOMES[0]}, "consents-0-value", "只填了一半"),
        (
            "works/levies",
            {f"consents:{row}.key": HOMES[0] for row in (0, 1)}
            | {f"consents:{row}.value": "7" for row in (0, 1)},
            "consents-1-key",
            "写了两次",
        ),
    ],
)
def test_half_a_pair_and_a_pair_given_twice_are_refused_where_they_stand(
    at_the_desk, path, typed, where, words
):
    mei = at_the_desk(MEI)
    form = f"/desk/meiyuan/do/{path}"

    page = mei.client.post(form, data=mei.form(form) | typed)

    assert page.status_code in (400, 422)
    assert words in wrong_fields(page.text)[where]


def test_one_more_row_may_be_asked_for_while_another_is_half_filled(at_the_desk):
    mei = at_the_desk(MEI)
    form = "/desk/meiyuan/do/works/levies"

    page = mei.client.post(form, data=mei.form(form) | {"consents:0.key": HOMES[0], "more:consents": "2"})

    assert page.status_code == 200
    assert wrong_fields(page.text) == {}
    assert 'name="consents:1.key"' in page.text


def test_what_is_wrong_with_a_pair_stands_beside_its_row(at_the_desk):
    mei = at_the_desk(MEI)
    form = "/desk/meiyuan/do/months/2026-06/closing"
    typed = {"exceptions:1.key": "fee/2241", "exceptions:1.value": "长" * 5_000}

    page = mei.client.post(form, data=mei.form(form) | typed).text

    assert set(wrong_fields(page)) == {"exceptions-0-value"}


@pytest.mark.parametrize("path", ["fees/hand-overs", "fees/late-fees", "custody/losses"])
def test_several_homes_are_chosen_one_by_one(at_the_desk, path):
    page = at_the_desk(MEI).get(f"/desk/meiyuan/do/{path}").text

    ticked = re.findall(r'<input type="checkbox" name="homes" value="([^"]+)"', page)
    assert set(ticked) == set(HOMES)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"home": ""}, "房屋"),
        ({"home": "3-2-31"}, "3-2-31"),
        ({"payer": "nobody"}, "nobody"),
    ],
)
def test_what_a_form_stands_on_typed_wrongly_is_said_beside_it_and_nothing_is_lost(at_the_desk, typed, says):
    mei = at_the_desk(MEI)
    form = "/desk/meiyuan/do/fees/payments"
    slip = {"reference": "S-77", "home": HOMES[0], "amount_fen": "12.34", "on": "2026-07-18"} | typed

    page = mei.fill(form, **slip)

    assert page.status_code in (404, 422)
    assert 'value="S-77"' in page.text
    assert 'value="12.34"' in page.text
    assert f"{next(iter(typed))}-error" in page.text
    assert says in page.text


def test_a_form_whose_key_has_done_something_else_is_drawn_with_another(at_the_desk):
    mei = at_the_desk(MEI)
    form = "/desk/meiyuan/do/tickets"
    hidden = mei.form(form)
    report = {"category": "leak", "title": "楼道漏水"}
    mei.client.post(form, data=hidden | report)

    page = mei.client.post(form, data=hidden | report | {"title": "楼道又漏水"})

    assert page.status_code == 409
    assert f'name="key" value="{hidden["key"]}"' not in page.text


@pytest.mark.parametrize(
    ("field", "typed", "zh", "en"),
    [
        ("months", "2026-13", "写成 2026-07 这样", "write it as 2026-07"),
        ("reference", "S 7!", "只用汉字、字母、数字", "use letters, digits"),
    ],
)
def test_what_has_to_be_written_in_a_certain_way_is_refused_with_how_it_is_written(
    at_the_desk, field, typed, zh, en
):
    mei = at_the_desk(MEI)
    form = "/desk/meiyuan/do/fees/payments"
    slip = {"reference": "S-77", "home": HOMES[0], "amount_fen": "12.34", "on": "2026-07-18", field: typed}

    assert zh in mei.fill(form, **slip).text
    mei.get("/desk/?lang=en")
    assert en in mei.fill(form, **slip).text
