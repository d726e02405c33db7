"""房屋安全管理资金: the public account is government money in a book of its own, paid out by two people."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy.exc import DBAPIError
from sqlmodel import delete, update

from ledger.accounts.actions import request_account
from ledger.accounts.rules import AccountOfAnotherBook, NewAccount, NoApprovedAccount
from ledger.community.queries import NoBuilding, NoFirm
from ledger.community.role_rules import SamePerson
from ledger.community.rules import FirmKind
from ledger.disclosure.accounts_queries import gather
from ledger.files.rules import FileMissing
from ledger.grants.safety.actions import (
    ask_safety_payment,
    open_safety_book,
    pay_safety_payment,
    take_safety_grant,
)
from ledger.grants.safety.queries import (
    NoSafetyPayment,
    safety_account,
    safety_grants,
    safety_payment,
    safety_payments,
)
from ledger.grants.safety.rules import BOOK, AccountShort, NewGrant, NewSafetyPayment
from ledger.grants.safety.tables import SafetyGrant, SafetyPayment
from ledger.journal.actions import reverse
from ledger.journal.queries import NoBook, entry, trial_balance
from ledger.journal.rules import AskedDifferently, BookThere, ReversedBefore
from ledger.periods import Month, Period
from ledger.reports import check_report
from tests.cast import HE, LIN, MEI, NOON
from tests.factories import FIRST_DAY, SHA, a_community, a_firm, a_home, an_account

PLACE = "meiyuan"
JULY = date(2026, 7, 10)


def a_safe_place(session):
    a_community(session)
    a_home(session, "1-1-101")
    a_firm(session, "jiance", FirmKind.OTHER)
    open_safety_book(session, PLACE, by=MEI, at=NOON)
    an_account(session, "safety-bank", book=BOOK)


def granted(session, fen=500_000, receipt_no="BK-1", document=SHA):
    new = NewGrant(receipt_no, "东湖区住建局", fen, JULY, document)
    return take_safety_grant(session, PLACE, new, by=MEI, at=NOON)


def asked(session, fen=120_000, number="FP-1", *, building="1", payee="jiance", document=SHA):
    new = NewSafetyPayment(number, "1 幢房屋安全体检", payee, fen, document, building)
    return ask_safety_payment(session, PLACE, new, by=MEI, at=NOON)


def paid(session, number="FP-1", by=HE):
    return pay_safety_payment(session, PLACE, number, JULY, by=by, at=NOON)


def bank(session, book):
    rows = trial_balance(session, PLACE, book, Month(2026, 1), Month(2026, 12))
    return next(row.closing_fen for row in rows if row.account.endswith("1001") or row.account == "1001")


def test_what_the_government_paid_in_stands_in_its_own_book_and_in_no_other(session):
    a_safe_place(session)

    first = granted(session)

    assert granted(session) == first._replace(fresh=False)
    assert (bank(session, BOOK), bank(session, "fund"), bank(session, "revenue")) == (500_000, 0, 0)
    assert [(of.payer, of.amount_fen) for of in safety_grants(session, PLACE)] == [("东湖区住建局", 500_000)]
    assert safety_account(session, PLACE, JULY)["closing_fen"] == 500_000
    with pytest.raises(AskedDifferently):
        granted(session, 500_001)


def test_a_payment_names_paper_payee_and_building_and_is_paid_by_another(session):
    a_safe_place(session)
    granted(session)

    assert asked(session)["entry_no"] is None
    assert asked(session)["number"] == "FP-1"
    with pytest.raises(SamePerson):
        paid(session, by=MEI)
    posted = paid(session)

    assert paid(session) == posted._replace(fresh=False)
    assert bank(session, BOOK) == 380_000
    shown = safety_payment(session, PLACE, "FP-1")
    assert (shown["building"], shown["requested_by"], shown["approved_by"], shown["paid_on"]) == (
        "1",
        "mei",
        "he",
        JULY,
    )
    assert entry(session, PLACE, posted.no).approved_by == "he"
    assert [of["entry_no"] for of in safety_payments(session, PLACE)] == [posted.no]


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"building": "9"}, NoBuilding),
        ({"payee": "nobody"}, NoFirm),
        ({"document": "0" * 64}, FileMissing),
        ({"fen": 500_001}, AccountShort),
    ],
)
def test_what_does_not_stand_is_not_asked_for(session, wrong, refusal):
    a_safe_place(session)
    granted(session)

    with pytest.raises(refusal):
        asked(session, **wrong)
    assert safety_payments(session, PLACE) == []


def test_the_account_is_never_overdrawn_and_nothing_else_makes_up_for_it(session):
    a_safe_place(session)
    granted(session)
    asked(session, 300_000)
    asked(session, 300_000, "FP-2")
    paid(session)

    with pytest.raises(AccountShort, match=r"2,000\.00"):
        paid(session, "FP-2")
    with pytest.raises(NoSafetyPayment):
        paid(session, "FP-9")


def test_it_has_an_account_of_its_own_that_another_approved(session):
    a_community(session)
    with pytest.raises(NoBook):
        granted(session)
    open_safety_book(session, PLACE, by=MEI, at=NOON)
    with pytest.raises(BookThere):
        open_safety_book(session, PLACE, by=LIN, at=NOON)
    with pytest.raises(NoApprovedAccount):
        granted(session)
    an_account(session, "safety-bank", book=BOOK)
    granted(session)
    same = NewAccount("safety-too", BOOK, "某银行", "6222000000000001", "区住建局", FIRST_DAY)
    request_account(session, PLACE, same, by=MEI, at=NOON)
    with pytest.raises(AccountOfAnotherBook):
        request_account(session, PLACE, replace(same, code="fund-too", book="fund"), by=MEI, at=NOON)


def test_a_receipt_in_red_is_no_receipt(session):
    a_safe_place(session)
    posted = granted(session)

    reverse(session, PLACE, posted.no, reason="登记错了", key="red", by=MEI, at=NOON)

    assert (safety_grants(session, PLACE), bank(session, BOOK)) == ([], 0)
    with pytest.raises(ReversedBefore):
        granted(session)


def test_accounts_tell_it_apart_from_the_owners_money(session):
    a_safe_place(session)
    period = Period.parse("2026-Q3")
    granted(session)
    asked(session)
    paid(session)

    figures = gather(session, PLACE, period, date(2026, 10, 9))

    assert figures["housing_safety"] == {
        "opening_fen": 0,
        "in_fen": 500_000,
        "out_fen": 120_000,
        "closing_fen": 380_000,
        "payments": [
            {
                "what": "1 幢房屋安全体检",
                "building": "1",
                "payee": "jiance 公司",
                "fen": 120_000,
                "paid_on": "2026-07-10",
            }
        ],
    }
    assert (figures["fund"]["in_fen"], figures["revenue"]["in_fen"]) == (0, 0)
    assert "/housing_safety/payments/what" in figures["labels"]


def test_the_check_report_shows_the_account_and_its_book(session):
    a_safe_place(session)
    granted(session)
    asked(session)
    paid(session)

    page = check_report.render_html(
        session, PLACE, Period.parse("2026-H2"), page_url="https://x.example/", at=NOON
    )

    assert "房屋安全管理资金公共账户五类账套" in page
    assert "1 幢房屋安全体检（1幢）" in page
    assert "政府拨入的房屋安全管理资金" in page  # an account of the trial balances


def test_a_place_without_it_does_not_speak_of_it(session):
    a_community(session)

    assert "housing_safety" not in gather(session, PLACE, Period.parse("2026-Q3"), date(2026, 10, 9))
    assert safety_account(session, PLACE, JULY)["closing_fen"] == 0


@pytest.mark.parametrize("table", [SafetyGrant, SafetyPayment])
@pytest.mark.parametrize("way", ["changed", "deleted"])
def test_what_was_granted_and_asked_for_is_in_ink(session, table, way):
    a_safe_place(session)
    granted(session)
    asked(session)
    deed = delete(table) if way == "deleted" else update(table).values(amount_fen=1)

    with pytest.raises(DBAPIError, match="append-only"), session.begin_nested():
        session.execute(deed)
