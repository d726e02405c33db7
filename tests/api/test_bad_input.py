"""Bad input gets a clear refusal: which field, which value, why; and nothing is written."""

from datetime import date

import pytest

from ledger.grants.actions import open_grant_book
from ledger.grants.rules import Source
from ledger.grants.tables import Funding
from tests.cast import AN, CHEN, MEI, NOON
from tests.doors import HOMES
from tests.factories import a_package

PLACE = "/communities/meiyuan"
DEPOSIT = {"receipt_no": "R1", "kind": "first", "amount_fen": 100, "on": "2026-07-01", "home": HOMES[0]}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("amount_fen", 0),
        ("amount_fen", -5),
        ("amount_fen", 1.5),
        ("amount_fen", "100"),
        ("amount_fen", True),
        ("amount_fen", None),
        ("amount_fen", 2**53),
        ("on", "2026-02-30"),
        ("on", "yesterday"),
        ("kind", "loan"),
        ("receipt_no", ""),
        ("receipt_no", "a\nb"),
        ("surprise", 1),
    ],
)
def test_each_wrong_field_is_named_with_its_value(as_, field, value):
    problem = as_(MEI)("POST", f"{PLACE}/deposits", 422, **{**DEPOSIT, field: value})

    assert problem["code"] == "malformed"
    assert [error["field"] for error in problem["errors"]] == [field]


def test_a_missing_field_is_called_as_its_form_calls_it_and_echoes_nothing_else(as_):
    answer = as_(MEI)("POST", "/communities/meiyuan/tickets", 422, category="lighting", phone="13900000000")

    [missing] = [error for error in answer["errors"] if error["field"] == "title"]
    assert missing["value"] == ""
    assert (
        "哪里坏了" in as_(MEI)("POST", "/communities/meiyuan/tickets", 422, category="lighting")["title_zh"]
    )


def test_all_wrong_fields_are_named_at_once(as_):
    problem = as_(MEI)("POST", f"{PLACE}/deposits", 422, receipt_no="", amount_fen=-1)

    assert {error["field"] for error in problem["errors"]} >= {"receipt_no", "amount_fen", "kind", "on"}


def test_a_home_of_nowhere_is_unknown_and_nothing_is_booked(as_):
    mei = as_(MEI)

    mei("POST", f"{PLACE}/deposits", 404, **{**DEPOSIT, "home": "9-9-999"})

    balance = mei("GET", f"{PLACE}/books/fund/trial-balance?period=2026", 200)
    assert {row["closing_fen"] for row in balance["accounts"]} == {0}


FEE_RECEIPT = {"reference": "r-1", "home": HOMES[0], "amount_fen": 100, "on": "2026-07-02"}
OTHER_RECEIPT = {"category": "interest", "reference": "r-1", "amount_fen": 100, "on": "2026-07-02"}


@pytest.mark.parametrize(
    ("account", "path", "receipt"),
    [
        ("bank", "fees/payments", FEE_RECEIPT),
        ("wallet", "fees/payments", FEE_RECEIPT | {"into": "wallet"}),
        ("revenue-bank", "revenue/other-receipts", OTHER_RECEIPT),
        ("fund-bank", "revenue/other-receipts", OTHER_RECEIPT | {"category": "scrap"}),
        ("fund-bank", "deposits", DEPOSIT),
    ],
)
def test_a_receipt_into_an_account_that_is_not_approved_is_refused(as_, account, path, receipt):
    """Issue: receipt into an unapproved account; `domain/08` R13. Here the account was closed the day before."""
    mei, chen = as_(MEI), as_(CHEN)
    chen("POST", f"{PLACE}/accounts/{account}/closing", 201, on="2026-06-30")

    problem = mei("POST", f"{PLACE}/{path}", 409, **receipt)

    assert problem["code"] == "no-approved-account"
    assert "第4条" in problem["article"]
    for book in ("fee", "revenue", "fund"):
        balance = mei("GET", f"{PLACE}/books/{book}/trial-balance?period=2026", 200)
        assert {row["closing_fen"] for row in balance["accounts"]} == {0}
    mei("POST", f"{PLACE}/{path}", 201, **{**receipt, "on": "2026-06-30"})


def test_public_revenue_never_comes_into_a_wallet(as_):
    problem = as_(MEI)("POST", f"{PLACE}/revenue/other-receipts", 409, **OTHER_RECEIPT, into="wallet")

    assert problem["code"] == "revenue-no-such-money-account"


def test_a_balance_that_is_brought_over_is_no_deposit_of_the_door(as_):
    """It asks for no approved account, so it comes by a register or a workbook only."""
    as_(MEI)("POST", f"{PLACE}/deposits", 422, **DEPOSIT | {"kind": "opening"})


def test_works_money_waits_until_another_has_approved_its_account(database, as_):
    with database.writing() as session:
        a_package(session, "A", accepted_on=date(2026, 5, 26))
        open_grant_book(session, "meiyuan", Source.GOVERNMENT, by=MEI, at=NOON)
        planned = {"works": "2022", "package": "A", "source": Source.GOVERNMENT, "planned_fen": 900_00}
        session.add(Funding(community="meiyuan", **planned))
    mei, chen = as_(MEI), as_(CHEN)
    receipt = {
        "source": "government", "works": "2022", "amount_fen": 100, "on": "2026-07-02", "reference": "财-1",
    }  # fmt: skip
    account = {
        "code": "gov", "book": "grant-government", "role": "bank", "bank": "某银行", "number": "622200001111",
        "holder": "业主大会", "opened_on": "2026-07-01",
    }  # fmt: skip

    assert mei("POST", f"{PLACE}/works/receipts", 409, **receipt)["code"] == "no-approved-account"
    mei("POST", f"{PLACE}/accounts", 201, **account)
    assert mei("POST", f"{PLACE}/works/receipts", 409, **receipt)["code"] == "no-approved-account"
    chen("POST", f"{PLACE}/accounts/gov/approval", 201)
    mei("POST", f"{PLACE}/works/receipts", 201, **receipt)


def test_a_refusal_speaks_both_languages_and_names_the_article(client, as_):
    mei = as_(MEI)
    sent = {
        "code": "X1", "title": "灯泡", "component": "pump", "scope": "community", "contractor": "anju",
        "budget_fen": 100, "daily_upkeep": True,
    }  # fmt: skip

    answer = client.post(
        f"/api/v1{PLACE}/projects",
        json=sent,
        headers={
            "Authorization": f"Bearer {mei.token}", "Idempotency-Key": "not-for-the-fund",
            "Accept-Language": "en",
        },
    )  # fmt: skip

    assert answer.status_code == 409
    assert answer.json["code"] == "not-for-the-fund"
    assert "N5" in answer.json["title"]
    assert "Art. 25 (4)" in answer.json["article"]
    assert "物业" in answer.json["title_zh"]
    assert "第25条第（四）项" in answer.json["title_zh"]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "row"),
        (b"<html>login</html>", "row"),
        ("交易时间,金额\n".encode("gb18030"), "row"),
    ],
)
def test_a_file_that_is_no_statement_names_what_is_wrong_and_books_nothing(as_, content, why):
    mei = as_(MEI)

    problem = mei(
        "POST", f"{PLACE}/statements", 422, file=(content, "bill.csv"), profile="wechat", into="wallet"
    )

    assert problem["code"] == "statement-unreadable"
    assert why in problem["facts"]["problems"][0]


def test_broken_json_is_malformed_not_a_crash(client, as_):
    mei = as_(MEI)
    headers = {"Authorization": f"Bearer {mei.token}", "Idempotency-Key": "broken-json"}

    answer = client.post(
        f"/api/v1{PLACE}/deposits", data="{", headers=headers, content_type="application/json"
    )

    assert answer.status_code == 422


def test_an_unknown_address_is_a_problem_document(client):
    answer = client.get("/api/v1/nothing")

    assert (answer.status_code, answer.content_type) == (404, "application/problem+json")


def test_one_person_cannot_take_two_steps(as_):
    chen = as_(CHEN)

    problem = chen("POST", f"{PLACE}/approvals/none", 404, approved_fen=100)

    assert problem["code"] == "no-project"
    as_(AN)("POST", f"{PLACE}/approvals/none", 403, approved_fen=100)


TICKET = {"category": "leak", "title": "漏水"}


@pytest.mark.parametrize(
    "unseen",
    [
        "\u034f",
        "\u3164",
        "\u2800",
        "\u202e",
        "\u2066",
        "\u200b",
        "\u200d",
        "\ufeff",
        "\u00ad",
        "\u2028",
        "\x85",
        "\u061c",
        "\U000e0001",  # tags, in which a whole sentence can be hidden
        "\U000e0041\U000e0042\U000e007f",
        "\U000e0080",
        "\U000e0fff",
        "\ufff9",
        "\ufffc",
        "\ufdd0",
        "\U0001bca0",
        "\U0001d173",
        "\ufe0f",  # what chooses a form stands where there is none to choose
        "\u180b",
        "1\U000e0100",
    ],
)
def test_f13_what_nobody_sees_stands_in_no_title_and_no_name(as_, unseen):
    """Correction F13: bidirectional controls and zero-width characters were taken in titles and names."""
    mei = as_(MEI)

    problem = mei("POST", f"{PLACE}/tickets", 422, **TICKET | {"title": f"漏水{unseen}1-1-101"})
    assert [error["field"] for error in problem["errors"]] == ["title"]
    mei("POST", f"{PLACE}/tickets", 422, **TICKET | {"reporter": f"王{unseen}伟"})
    assert mei("GET", f"{PLACE}/tickets", 200)["total"] == 0


@pytest.mark.parametrize(
    "name",
    [
        "葛\U000e0100城路漏水",  # 葛 in the form of the register of names
        "\u795e\ufe00像前",
        "\U0003134a\U000e01ef\U0002a6d6",  # rare Han, the newest planes too
        "\u3007\u2ff0\ue123号",  # an old font's own character
        "☎\ufe0f报修 1\ufe0f\u20e3号楼❤\ufe0e",
        "\u182d\u180b\u1820",
    ],
)
def test_f13_a_form_of_a_character_that_is_seen_is_chosen_lawfully(as_, name):
    assert as_(MEI)("POST", f"{PLACE}/tickets", 201, **TICKET | {"title": name})["title"] == name


@pytest.mark.parametrize(
    "name", ["أحمد بن علي", "ཚེ་རིང་", "Пётр", "ᠮᠣᠩᠭᠣᠯ", "ئەخمەت", "José", "𠮷田", "王·买买提"]
)
def test_f13_letters_of_any_script_are_lawful_in_names(as_, name):
    assert as_(MEI)("POST", f"{PLACE}/tickets", 201, **TICKET | {"title": name})["title"] == name


@pytest.mark.parametrize(
    "body",
    [
        '{"category": "leak", "title": "a", "title": "b"}',
        '{"category": "leak", "title": "a", "title": "a"}',
        '{"category": "leak", "category": "lift", "title": "a"}',
        '{"category": "leak", "title": "a", "\\u0074itle": "b"}',
    ],
)
def test_f13_a_name_that_stands_twice_is_refused(as_, body):
    """Correction F13: of duplicate keys the last was taken, where another reader takes the first."""
    mei = as_(MEI)
    headers = {"Authorization": f"Bearer {mei.token}", "Idempotency-Key": "a-name-twice"}

    answer = mei.client.post(
        f"/api/v1{PLACE}/tickets", data=body, headers=headers, content_type="application/json"
    )

    assert (answer.status_code, answer.json["code"]) == (422, "named-twice")
    assert mei("GET", f"{PLACE}/tickets", 200)["total"] == 0


def test_f13_a_name_that_stands_twice_inside_or_in_a_form_or_an_address_is_refused(as_):
    mei = as_(MEI)
    headers = {"Authorization": f"Bearer {mei.token}", "Idempotency-Key": "inside"}
    twice = '{"exceptions": {"fee/1131": "a", "fee/1131": "b"}}'
    posts = (
        (f"{PLACE}/months/2026-06/closing", {"data": twice, "content_type": "application/json"}),
        (
            f"{PLACE}/tickets/1/completion",
            {"data": {"note": ["a", "b"]}, "content_type": "multipart/form-data"},
        ),
        ("/sessions", {"data": '{"login": "mei", "login": "an"}', "content_type": "application/json"}),
    )
    for path, sent in posts:
        answer = mei.client.post(f"/api/v1{path}", headers=headers, **sent)
        assert (answer.status_code, answer.json.get("code")) == (422, "named-twice"), (path, answer.text)
    mei("GET", f"{PLACE}/tickets?page=1&page=2", 422)
