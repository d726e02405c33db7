"""Which accounts count: asked for by one, approved by another, of one book, and in whose name."""

from datetime import date

import pytest
from sqlalchemy import event
from sqlmodel import select

from ledger.accounts.actions import approve_account, close_account, request_account
from ledger.accounts.queries import approved, approved_account, check_approved
from ledger.accounts.rules import (
    AccountAlreadyApproved,
    AccountClosed,
    AccountClosesEarly,
    AccountCodeTaken,
    AccountInFirmsName,
    AccountNotApproved,
    AccountNotKnown,
    AccountNumberMalformed,
    AccountOfAnotherBook,
    NewAccount,
    NoAccount,
    NoSuchAccountOfBook,
    masked,
)
from ledger.community.role_rules import SamePerson
from ledger.community.rules import FirmKind
from ledger.community.tables import Community, Firm
from ledger.intake.import_actions import import_payments
from ledger.journal.queries import NoBook
from ledger.journal.tables import Entry
from tests.cast import CHEN, LIN, MEI, NOON
from tests.community import databases
from tests.factories import a_place
from tests.intake.files import CMB_HEADER

shared, session = databases.shared, databases.session
PLACE, OPENED = "meiyuan", date(2026, 1, 1)


def new(code="icbc", book="fee", role="bank", number="6222020200012345678", holder="安和物业", **more):
    return NewAccount(
        code, book, "中国工商银行", number, holder, **{"opened_on": OPENED, "role": role, **more}
    )


def asked(session, *args, **kwargs):
    return request_account(session, PLACE, new(*args, **kwargs), by=MEI, at=NOON)


def agreed(session, code="icbc", by=CHEN):
    return approve_account(session, PLACE, code, by=by, at=NOON)


@pytest.mark.parametrize(
    ("number", "kept"),
    [("6222020200012345678", "6222****5678"), ("3301 2233", "****2233"), ("anhe@pay.cn", "****y.cn")],
)
def test_of_a_number_only_so_much_is_kept_as_recognises_it(number, kept):
    assert masked(number) == kept


@pytest.mark.parametrize("number", ["", "123", "账号一二三四", "1" * 41, "12;34"])
def test_what_is_no_account_number_is_refused(number):
    with pytest.raises(AccountNumberMalformed):
        masked(number)


def test_g8_whoever_names_an_account_that_is_not_there_is_told_which_are(session):
    a_place(session)
    with pytest.raises(AccountNotKnown, match="已批准的有：—"):
        approved_account(session, PLACE, "bank", OPENED)
    asked(session)
    agreed(session)

    with pytest.raises(AccountNotKnown, match="已批准的有：icbc") as refused:
        approved_account(session, PLACE, "bank", OPENED)
    assert "approved on 1 January 2026 are: icbc." in refused.value.sentence("en")


def test_an_account_counts_from_its_approval_by_another_and_from_its_first_day(session):
    a_place(session)
    asked(session)

    assert approved(session, PLACE, "fee") == []
    with pytest.raises(SamePerson):
        agreed(session, by=MEI)
    with pytest.raises(AccountNotApproved, match="icbc"):
        approved_account(session, PLACE, "icbc", OPENED)
    agreed(session)

    assert [account.code for account in approved(session, PLACE, "fee", "bank", OPENED)] == ["icbc"]
    assert approved_account(session, PLACE, "icbc", OPENED).number == "6222****5678"
    check_approved(session, PLACE, "fee", "bank", OPENED)
    for day in (date(2025, 12, 31),):
        with pytest.raises(AccountNotApproved):
            approved_account(session, PLACE, "icbc", day)
        with pytest.raises(AccountNotApproved, match=r"物业费.*银行存款"):
            check_approved(session, PLACE, "fee", "bank", day)
    with pytest.raises(AccountAlreadyApproved, match="chen"):
        agreed(session, by=LIN)


def test_an_approval_is_in_the_log_without_bank_number_or_holder(session):
    a_place(session)
    asked(session)
    agreed(session)

    (entry,) = session.exec(select(Entry).where(Entry.kind == "account.approved")).all()

    assert (entry.book, entry.subject, entry.approved_by) == (None, "account/icbc", "chen")


def test_an_account_that_takes_anothers_place_ends_it_the_day_before(session):
    a_place(session)
    asked(session)
    agreed(session)
    asked(session, "cmb", number="6225880100001111", replaces="icbc", opened_on=date(2026, 7, 1))
    agreed(session, "cmb")

    assert approved_account(session, PLACE, "icbc", date(2026, 6, 30)).closed_on == date(2026, 6, 30)
    with pytest.raises(AccountNotApproved, match="2026年7月1日"):
        approved_account(session, PLACE, "icbc", date(2026, 6, 1), date(2026, 7, 1))
    with pytest.raises(AccountClosed, match="2026年6月30日"):
        close_account(session, PLACE, "icbc", date(2026, 8, 1), by=CHEN, at=NOON)
    with pytest.raises(AccountClosesEarly):
        close_account(session, PLACE, "cmb", date(2026, 6, 1), by=CHEN, at=NOON)


def test_receipts_of_days_before_and_after_a_change_of_accounts_each_have_theirs(session):
    a_place(session)
    asked(session)
    agreed(session)
    asked(session, "cmb", number="6225880100001111", replaces="icbc", opened_on=date(2026, 7, 1))
    agreed(session, "cmb")
    close_account(session, PLACE, "cmb", date(2026, 7, 31), by=CHEN, at=NOON)

    check_approved(session, PLACE, "fee", "bank", date(2026, 6, 30), date(2026, 7, 1))
    check_approved(session, PLACE, "fee", "bank")
    with pytest.raises(AccountNotApproved, match="2026年8月1日"):
        check_approved(session, PLACE, "fee", "bank", date(2026, 8, 1), date(2026, 6, 30), date(2026, 7, 1))


def test_a_month_of_receipts_is_one_question(session):
    a_place(session)
    asked(session)
    agreed(session)
    questions: list[str] = []
    event.listen(session.get_bind(), "after_cursor_execute", lambda *args: questions.append(args[2]))

    check_approved(session, PLACE, "fee", "bank", *(date(2026, 7, day) for day in range(1, 32)))

    assert len(questions) == 1


def test_one_bank_account_serves_one_book(session):
    """`domain/00` §0.2-7: three money worlds, three separate bank accounts."""
    a_place(session)
    asked(session)

    with pytest.raises(AccountOfAnotherBook, match="物业费必须分户存放"):
        asked(session, "fund", "fund", holder="业主大会")


@pytest.mark.parametrize(
    ("place", "refused"), [("huzhou", True), ("qingyuan", True), ("national_default", False)]
)
def test_where_the_profile_says_so_public_revenue_is_not_in_the_firms_name(session, place, refused):
    """`domain/04` §4.1, Huzhou's handbook of 2025."""
    a_place(session)
    session.get(Community, PLACE).jurisdiction = place
    session.add(Firm(code="anhe", name="安和物业（湖州）有限公司", kind=FirmKind.PROPERTY))
    session.flush()

    if refused:
        with pytest.raises(AccountInFirmsName, match="湖州"):
            asked(session, "gy", "revenue", holder="安和物业(湖州) 有限公司")
        asked(session, "gy", "revenue", holder="梅园新村业主大会")
    else:
        asked(session, "gy", "revenue", holder="安和物业(湖州) 有限公司")


def test_the_funds_account_is_never_in_the_firms_name(session):
    a_place(session)
    session.add(Firm(code="anhe", name="安和物业", kind=FirmKind.PROPERTY))
    session.flush()

    with pytest.raises(AccountInFirmsName):
        asked(session, "fund", "fund")


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"role": "fees"}, NoSuchAccountOfBook),
        ({"role": "receivable"}, NoSuchAccountOfBook),
        ({"role": "nothing"}, NoSuchAccountOfBook),
        ({"book": "purse"}, NoBook),
        ({"replaces": "nobody"}, NoAccount),
        ({"number": "一二三四"}, AccountNumberMalformed),
    ],
)
def test_an_account_stands_for_a_money_account_of_a_book(session, changes, refusal):
    a_place(session)

    with pytest.raises(refusal):
        asked(session, **changes)


@pytest.mark.parametrize(
    ("book", "zh", "en"),
    [
        ("fee", "银行存款、微信、支付宝收款户", "Bank deposits, Wallet accounts"),
        ("revenue", "专户存款", "Bank deposits, separate account"),
    ],
)
def test_g8_a_kind_that_is_none_is_refused_with_those_that_there_are(session, book, zh, en):
    """It had to be guessed."""
    a_place(session)

    with pytest.raises(NoSuchAccountOfBook) as refused:
        asked(session, book=book, role="purse")

    assert f"可以是：{zh}。" in refused.value.sentence("zh")
    assert f"it can be: {en}." in refused.value.sentence("en")


def test_a_code_is_used_once(session):
    a_place(session)
    asked(session)

    with pytest.raises(AccountCodeTaken):
        asked(session, number="6225880100001111")
    with pytest.raises(NoAccount):
        agreed(session, "boc")


def test_a_receipt_into_an_account_that_is_not_approved_is_refused(session):
    a_place(session)
    asked(session)
    content = (CMB_HEADER + "2026-07-03,CNY,36.00,,转账汇款,王伟,1-1-101\n").encode()

    for account in ("icbc", "of another community"):
        with pytest.raises(AccountNotApproved, match="专户"):
            import_payments(session, PLACE, content, "cmb", name="x", into=account, by=MEI, at=NOON)
    agreed(session)
    assert import_payments(session, PLACE, content, "cmb", name="x", into="icbc", by=MEI, at=NOON).lines == 1
