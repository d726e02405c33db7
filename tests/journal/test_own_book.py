"""A book is rows: what a community opens of its own is posted to, shown, exported and checked like any other."""

from datetime import date

import pytest
from pydantic import ValidationError
from sqlalchemy.exc import IntegrityError

from ledger.accounts.queries import approved
from ledger.cli.context import OPERATOR
from ledger.journal.actions import post
from ledger.journal.fsck import problems
from ledger.journal.month_actions import close_month
from ledger.journal.queries import books, entries, held, trial_balance
from ledger.journal.rules import (
    BookThere,
    ChartWrong,
    Draft,
    Element,
    KeptBy,
    Move,
    Overspent,
    Side,
    read_chart,
)
from ledger.log.signer import Signer
from ledger.operations.books import (
    AccountOfBookAsked,
    SubledgerOfBookAsked,
    open_own_book,
)
from ledger.periods import Month
from ledger.reports.journal_export import export
from ledger.words import told
from tests.cast import MEI, NOON
from tests.factories import a_community, a_home, an_account

JULY = Month(2026, 7)
DAY = date(2026, 7, 15)
ACCOUNTS = [
    AccountOfBookAsked(code=code, purpose=purpose, zh=zh, en=en, element=element, floor_fen=floor)
    for code, purpose, zh, en, element, floor in (
        ("W1001", "bank", "护理站存款", "Bank of the care station", Element.ASSET, 0),
        ("W3001", "balance", "护理站结余", "Balance of the care station", Element.NET, None),
        ("W4001", "given", "护理站捐款", "Gifts to the care station", Element.INCOME, None),
    )
]


def a_care_book(session) -> str:
    """梅园新村 with a book of its own for a care station, made of rows."""
    code = a_community(session, "guiyuan")
    open_own_book(session, code, "care", "护理站", "Care station", ACCOUNTS, by=OPERATOR, at=NOON)
    return code


BY_HOME = SubledgerOfBookAsked(code="deposits", kept_by=KeptBy.HOME, balance_side=Side.CREDIT, floor_fen=0)
BY_PARTY = SubledgerOfBookAsked(code="advances", kept_by=KeptBy.PARTY, balance_side=Side.DEBIT)
KEPT_APART = [
    AccountOfBookAsked(code=code, purpose=code, zh="押金", en="Deposits", element=element, ledger=ledger)
    for code, element, ledger in (
        ("held", Element.LIABILITY, "deposits"),
        ("lent", Element.ASSET, "advances"),
    )
]


def given(fen: int, key: str = "gift", credit: str = "W4001", book: str = "care") -> Draft:
    return Draft(kind="care.given", on=DAY, key=key, book=book, moves=[Move("W1001", credit, fen)])


def test_an_own_book_is_posted_to_listed_exported_and_checked(session, tmp_path):
    code = a_care_book(session)
    post(session, code, given(12_345), by=MEI, at=NOON)
    session.flush()

    assert ("care", "护理站", "Care station") in [(b.code, b.zh, b.en) for b in books(session, code)]
    rows = {r.account: r for r in trial_balance(session, code, "care", JULY, JULY)}
    assert (rows["W1001"].closing_fen, rows["W4001"].zh) == (12_345, "护理站捐款")
    assert [e.kind for e in entries(session, code, book="care").rows] == ["care.given"]
    assert "care:W1001 护理站存款  123.45 CNY" in export(session, code, "hledger").decode()
    assert list(problems(session, code, Signer(tmp_path / "keys"))) == []


def test_an_own_book_takes_part_in_the_end_of_the_month(session):
    code = a_care_book(session)
    post(session, code, given(500), by=MEI, at=NOON)

    closed = close_month(session, code, JULY, exceptions={}, by=MEI, at=NOON.replace(month=8, day=3))

    assert closed.month == str(JULY)


@pytest.mark.parametrize("credit", ["4001", "5101"])
def test_money_does_not_move_between_an_own_book_and_another(session, credit):
    code = a_care_book(session)

    with pytest.raises(IntegrityError), session.begin_nested():
        post(session, code, given(500, credit=credit), by=MEI, at=NOON)


def test_a_refusal_names_an_own_book_as_its_community_does(session):
    code = a_care_book(session)
    back = Draft(kind="care.spent", on=DAY, key="too-much", book="care", moves=[Move("W4001", "W1001", 5)])

    with pytest.raises(Overspent) as refused, session.begin_nested():
        post(session, code, back, by=MEI, at=NOON)

    assert "护理站 账套" in refused.value.sentence("zh")
    assert "the book Care station" in refused.value.sentence("en")
    assert told(refused.value.facts["book"], "en") == "Care station"


def test_an_account_at_a_bank_is_approved_for_an_own_book(session):
    code = a_care_book(session)

    an_account(session, "care-bank", book="care", community=code)

    assert [account.code for account in approved(session, code, "care")] == ["care-bank"]


def test_a_book_is_opened_once(session):
    code = a_care_book(session)

    with pytest.raises(BookThere):
        open_own_book(session, code, "care", "护理站", "Care station", ACCOUNTS, by=OPERATOR, at=NOON)


def test_an_own_book_keeps_balances_apart_by_home_and_by_party(session, tmp_path):
    code = a_community(session, "guiyuan")
    first, second = (a_home(session, home, community=code) for home in ("1-1-101", "1-1-102"))
    open_own_book(
        session, code, "care", "护理站", "Care station", [*ACCOUNTS, *KEPT_APART], [BY_HOME, BY_PARTY],
        by=OPERATOR, at=NOON,
    )  # fmt: skip
    moves = [
        Move("W1001", "held", 500, first),
        Move("W1001", "held", 70, second),
        Move("lent", "W1001", 30, None, "anju"),
    ]
    post(session, code, Draft(kind="care.held", on=DAY, key="in", book="care", moves=moves), by=MEI, at=NOON)
    session.flush()

    assert held(session, code, "care", "deposits", [first, second]) == {first: 500, second: 70}
    assert held(session, code, "care", "advances", ["anju"]) == {"anju": 30}
    assert list(problems(session, code, Signer(tmp_path / "keys"))) == []
    too_much = [Move("held", "W1001", 71, second)]
    with pytest.raises(Overspent), session.begin_nested():
        post(session, code, Draft("care.back", DAY, "out", "care", too_much), by=MEI, at=NOON)


@pytest.mark.parametrize(
    ("ledgers", "wrong"),
    [([BY_PARTY], "deposits"), ([BY_HOME, BY_HOME, BY_PARTY], "deposits"), ([BY_HOME], "advances")],
)
def test_a_sub_ledger_that_is_not_there_or_there_twice_is_refused(session, ledgers, wrong):
    code = a_community(session, "guiyuan")

    with pytest.raises(ChartWrong) as refused:
        open_own_book(session, code, "care", "护理站", "Care", KEPT_APART, ledgers, by=OPERATOR, at=NOON)

    assert refused.value.facts["wrong"] == [wrong]


def test_a_sub_ledger_of_no_account_is_refused(session):
    code = a_community(session, "guiyuan")

    with pytest.raises(ChartWrong) as refused:
        open_own_book(session, code, "care", "护理站", "Care", ACCOUNTS, [BY_HOME], by=OPERATOR, at=NOON)

    assert refused.value.facts["wrong"] == ["deposits"]


@pytest.mark.parametrize("wrong", [{"kept_by": "person"}, {"balance_side": "L"}, {"code": ""}])
def test_what_is_no_sub_ledger_is_refused_as_it_is_typed(wrong):
    with pytest.raises(ValidationError):
        SubledgerOfBookAsked(**{"code": "deposits", "kept_by": "home", "balance_side": "C"} | wrong)


def test_a_chart_in_a_file_names_the_same_kinds_of_sub_ledger():
    text = 'book = "b"\nzh = "账"\nen = "B"\naccount = []\n[[ledger]]\ncode = "c"\nside = "C"\nby = "{}"\n'

    assert read_chart(text.format("home")).ledgers[0].by is KeptBy.HOME
    with pytest.raises(ValueError, match="person"):
        read_chart(text.format("person"))


@pytest.mark.parametrize(
    "wrong",
    [{"code": "W1001"}, {"purpose": "bank"}, {"closes_to": "nothing"}],
)
def test_a_chart_that_contradicts_itself_is_refused(session, wrong):
    code = a_community(session, "guiyuan")
    odd = ACCOUNTS[2].model_copy(update=wrong)

    with pytest.raises(ChartWrong):
        open_own_book(session, code, "care", "护理站", "Care", [*ACCOUNTS[:2], odd], by=OPERATOR, at=NOON)


def test_what_is_no_account_is_refused_as_it_is_typed():
    with pytest.raises(ValidationError):
        AccountOfBookAsked(code="W1", purpose="bank", zh="存款", en="Bank", element="money")
