"""Deposits, and what the fund refuses to book."""

from datetime import UTC, date, datetime

import pytest

from ledger.community.queries import NoFirm, NoHome
from ledger.fund.actions import NewDeposit, ReceiptUsed, deposit, end_month
from ledger.fund.gains.actions import credit_interest
from ledger.fund.queries import balances_by_role, deposited, parts_at, statements
from ledger.fund.rules import Deposited, DepositKind, DepositMalformed
from ledger.journal.actions import reverse
from ledger.journal.queries import held
from ledger.journal.rules import AskedDifferently, MonthClosed
from ledger.money import split
from ledger.periods import Month, Period
from tests.cast import MEI, NOON
from tests.factories import a_deposit
from tests.fund.uses import A101, A102, AUGUST, B201, B202, PLACE, T1_PARTS, a_place, paid, ready_to_pay

FIRST, TOPUP, OPENING = DepositKind.FIRST, DepositKind.TOPUP, DepositKind.OPENING
JULY = Month(2026, 7)


def receipt(number, fen=100_00, kind=FIRST, on=date(2026, 7, 1), home=A101, party=None):
    return NewDeposit(number, kind, fen, on, home, party)


def book(session, *deposits):
    return deposit(session, PLACE, deposits, by=MEI, at=NOON)


def parts(session):
    return held(session, PLACE, "fund", "unit") | held(session, PLACE, "fund", "seller")


def test_a_deposit_goes_to_the_part_of_its_home_or_of_the_selling_unit(session):
    a_place(session)

    book(
        session,
        receipt("R1"),
        receipt("R2", 50_00, home=B201),
        receipt("R3", 70_00, home=None, party="mill@2"),
    )

    assert parts(session) == {A101: 100_00, B201: 50_00, "mill@2": 70_00}
    balances = balances_by_role(session, PLACE, JULY)
    assert balances["bank"] == 220_00
    assert (balances["deposits_commodity"], balances["deposits_owner"], balances["deposits_seller"]) == (
        100_00,
        50_00,
        70_00,
    )


def test_a_receipt_is_booked_once_and_only_as_it_was_written(session):
    a_place(session)
    first = book(session, receipt("R1"), receipt("R2", home=A102))

    assert book(session, receipt("R1"), receipt("R2", home=A102)) == first._replace(fresh=False)
    for other in (receipt("R1"), receipt("R1", home=A102), receipt("R1", 99_00), receipt("R1", kind=TOPUP)):
        with pytest.raises(AskedDifferently):
            book(session, other)
    for again in ([receipt("R2")], [receipt("R3"), receipt("R2", home=A102)], [receipt("R4"), receipt("R4")]):
        with pytest.raises(ReceiptUsed, match=r"第14条"):
            book(session, *again)
    assert parts(session) == {A101: 100_00, A102: 100_00}


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        (receipt("R1", home="9-9-999"), NoHome),
        (receipt("R1", home=None, party="nobody@2"), NoFirm),
        (receipt("R1", home=None, party="mill"), DepositMalformed),
        (receipt("R1", home=None, party="mill@9"), DepositMalformed),
        (receipt("R1", home=None), DepositMalformed),
        (receipt("R1", party="mill@2"), DepositMalformed),
    ],
    ids=["no such home", "no such firm", "no building", "no such building", "of nobody", "of two"],
)
def test_a_deposit_is_of_one_home_or_of_a_seller_for_a_building_that_is_there(session, wrong, refusal):
    a_place(session)

    with pytest.raises(refusal):
        book(session, receipt("R0"), wrong)

    assert parts(session) == {}


def test_what_a_reversed_receipt_brought_is_not_what_was_deposited(session):
    a_place(session)
    a_deposit(session, {B201: 10_00, "mill@2": 40_00})
    wrong = book(session, receipt("R9", 90_00, home=B202))
    assert deposited(session, PLACE, ["2"], date(2026, 12, 31)) == {"mill": Deposited(40_00, 100_00)}

    reverse(session, PLACE, wrong.no, reason="错户", key="rev-1", by=MEI, at=NOON)

    assert deposited(session, PLACE, ["2"], date(2026, 12, 31)) == {"mill": Deposited(40_00, 10_00)}
    assert deposited(session, PLACE, ["1"], date(2026, 12, 31)) == {}
    assert parts(session) == {B201: 10_00, B202: 0, "mill@2": 40_00}


def test_a_month_end_carries_income_into_the_fund_and_gains_apart(session):
    a_place(session)
    a_deposit(session, {A101: 1_000_00, B201: 300_00, "mill@2": 200_00}, on=date(2026, 7, 2))
    credit_interest(session, PLACE, 12_34, date(2026, 7, 21), key="i-1", by=MEI, at=NOON)
    before = parts(session)

    end_month(session, PLACE, JULY, exceptions={}, by=MEI, at=AUGUST)

    balances = balances_by_role(session, PLACE, JULY)
    assert {role: fen for role, fen in balances.items() if fen} == {
        "bank": 1_512_34,
        "commodity": 1_000_00,
        "public_owner": 300_00,
        "public_seller": 200_00,
        "gains": 12_34,
    }
    assert parts(session) == before
    with pytest.raises(MonthClosed):
        book(session, receipt("late", on=date(2026, 7, 31)))


def test_each_month_goes_into_its_own_year_though_january_be_the_first_to_be_closed(session):
    a_place(session)
    a_deposit(session, {A101: 1_000_00}, on=date(2025, 11, 5))
    a_deposit(session, {A102: 500_00}, on=date(2026, 1, 9))

    at = datetime(2026, 2, 2, 4, 0, tzinfo=UTC)
    end_month(session, PLACE, Month(2026, 1), exceptions={}, by=MEI, at=at)

    assert balances_by_role(session, PLACE, Month(2025, 12))["commodity"] == 1_000_00
    s01, _, s03 = statements(session, PLACE, Period.parse("2026-01"))
    rows = {line.zh: line.figures for line in s03}
    assert rows["三、本年年初余额"] == (1_000_00, 0, 0, 1_000_00)
    assert rows["五、本年年末余额"] == (1_500_00, 0, 0, 1_500_00)
    assert {line.zh: line.figures for line in s01}["净资产合计"] == (1_000_00, 1_500_00)


def test_a_part_is_what_it_was_at_the_end_of_a_month_whatever_moved_since(session):
    a_place(session)
    a_deposit(session, {A101: 1_000_00, B201: 300_00}, on=date(2026, 6, 3))
    end_month(session, PLACE, Month(2026, 6), exceptions={}, by=MEI, at=NOON)
    a_deposit(session, {A101: 50_00, A102: 20_00}, on=date(2026, 7, 3))

    assert parts_at(session, PLACE, Month(2026, 5)) == {}
    assert parts_at(session, PLACE, Month(2026, 6)) == {A101: 1_000_00, B201: 300_00}
    assert parts_at(session, PLACE, JULY) == held(session, PLACE, "fund", "unit")


def test_the_statements_of_a_lived_month_say_what_happened(session):
    a_place(session)
    brought = split(9_000_00, {A101: 1, A102: 1, B201: 1})
    book(session, *(receipt(f"O-{home}", fen, OPENING, home=home) for home, fen in brought.items()))
    a_deposit(session, T1_PARTS, on=date(2026, 7, 2))
    credit_interest(session, PLACE, 12_34, date(2026, 7, 21), key="i-1", by=MEI, at=NOON)
    ready_to_pay(session)
    paid(session, 120_000_00)
    end_month(session, PLACE, JULY, exceptions={}, by=MEI, at=AUGUST)

    s01, s02, s03 = statements(session, PLACE, Period.parse("2026-07"))

    total_in = sum(T1_PARTS.values())
    of02 = {line.zh: line.figures for line in s02}
    assert of02["交存收入"] == (total_in, total_in)
    assert of02["存款利息收入"] == (12_34, 12_34)
    assert of02["维修支出"] == (120_000_00, 120_000_00)
    assert of02["三、本期收支差额"] == (total_in + 12_34 - 120_000_00,) * 2
    of03 = {line.zh: line.figures for line in s03}
    assert of03["（三）本年划转"] == (6_000_00, 3_000_00, 0, 9_000_00)
    of01 = {line.zh: line.figures for line in s01}
    assert of01["银行存款"] == (0, total_in + 9_000_00 + 12_34 - 120_000_00)
    assert of01["资产总计"] == of01["负债和净资产总计"]
    assert of03["五、本年年末余额"] == (
        of01["其中：商品住宅维修资金"][1],
        of01["已售公有住房维修资金"][1],
        of01["待分配累计收益"][1],
        of01["净资产合计"][1],
    )
