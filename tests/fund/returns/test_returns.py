"""Money goes back to whoever paid it, out of the right account, by two people (165号令 Art. 29; domain/02 §2.3)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.community.queries import NoHome
from ledger.community.role_rules import SamePerson
from ledger.community.rules import HomeKind
from ledger.fund.actions import NewDeposit, deposit, end_month
from ledger.fund.queries import balances_by_role
from ledger.fund.returns.actions import ask_refund, declare_loss, pay_return
from ledger.fund.returns.queries import fund_return
from ledger.fund.returns.rules import (
    House,
    LostAlready,
    NoDeposit,
    Payee,
    RefundAboveDeposit,
    ReturnDayWrong,
    ReturnMalformed,
    refund_account,
    sellers_parts,
)
from ledger.fund.rules import DepositKind
from ledger.fund.topups.queries import standings
from ledger.journal.actions import reverse
from ledger.journal.queries import held
from ledger.journal.rules import AskedDifferently, Overspent
from ledger.periods import DayToCome, Month
from tests.cast import HUANG, MEI, NOON
from tests.fund.uses import A101, AUGUST, B201, B202, PLACE, a_place

TODAY = NOON.date()
JULY = Month(2026, 7)


def booked(session, number, fen=1_000_00, on=date(2026, 7, 1), home=A101, party=None, kind=DepositKind.FIRST):
    return deposit(session, PLACE, [NewDeposit(number, kind, fen, on, home, party)], by=MEI, at=NOON)


def asked(session, code="T1", receipt="R1", fen=100_00):
    return ask_refund(session, PLACE, code, receipt, fen, reason="多交", by=MEI, at=NOON)


def paid(session, code="T1", by=HUANG, on=TODAY):
    return pay_return(session, PLACE, code, on, by=by, at=NOON)


def lost(session, *homes, code="L1", gone=()):
    return declare_loss(session, PLACE, code, homes, date(2026, 7, 10), gone=gone, by=MEI, at=NOON).returns


def balances(session, month=JULY):
    return {role: fen for role, fen in balances_by_role(session, PLACE, month).items() if fen}


@pytest.mark.parametrize(
    ("kind", "deposited_on", "account"),
    [
        (DepositKind.FIRST, date(2026, 1, 1), "deposits_owner"),
        (DepositKind.TOPUP, date(2025, 12, 31), "refunds_owner"),
        (DepositKind.OPENING, date(2026, 1, 1), "refunds_owner"),
    ],
)
def test_this_years_deposit_reverses_income_and_an_earlier_ones_is_expenditure(kind, deposited_on, account):
    """财会〔2020〕7号: Dr 4001, or Dr 5101."""
    assert refund_account(kind, deposited_on, date(2026, 12, 31), "owner") == account


def test_a_refund_takes_this_years_income_back(session):
    a_place(session)
    booked(session, "R1")
    asked(session)

    paid(session)

    assert balances(session) == {"bank": 900_00, "deposits_commodity": 900_00}
    assert held(session, PLACE, "fund", "unit")[A101] == 900_00


def test_a_refund_of_last_years_deposit_is_expenditure(session):
    a_place(session)
    booked(session, "R1", on=date(2025, 12, 1))
    booked(session, "R2", home=None, party="mill@2", on=date(2025, 12, 1))
    end_month(session, PLACE, Month(2025, 12), exceptions={}, by=MEI, at=NOON)
    for code, receipt in (("T1", "R1"), ("T2", "R2")):
        asked(session, code, receipt)
        paid(session, code)

    amounts = balances(session)

    assert (amounts["refunds_commodity"], amounts["refunds_seller"]) == (100_00, 100_00)
    end_month(session, PLACE, JULY, exceptions={}, by=MEI, at=AUGUST)
    assert balances(session) == {"bank": 1_800_00, "commodity": 900_00, "public_seller": 900_00}


def test_this_years_deposit_is_given_back_though_its_month_be_closed(session):
    a_place(session)
    booked(session, "R1", on=date(2026, 6, 1))
    end_month(session, PLACE, Month(2026, 6), exceptions={}, by=MEI, at=NOON)
    asked(session)
    paid(session)

    end_month(session, PLACE, JULY, exceptions={}, by=MEI, at=AUGUST)

    assert balances(session) == {"bank": 900_00, "commodity": 900_00}


def test_no_more_goes_back_than_came_in_by_the_receipt(session):
    a_place(session)
    booked(session, "R1", 150_00)
    asked(session)

    with pytest.raises(RefundAboveDeposit, match=r"50\.00"):
        asked(session, "T2", fen=50_01)
    for fen in (0, -1):
        with pytest.raises(ReturnMalformed):
            asked(session, "T2", fen=fen)
    asked(session, "T2", fen=50_00)


def test_what_never_came_in_does_not_go_back(session):
    a_place(session)
    wrong = booked(session, "R1")
    reverse(session, PLACE, wrong.no, reason="错户", key="rev", by=MEI, at=NOON)

    for receipt in ("R1", "R9"):
        with pytest.raises(NoDeposit):
            asked(session, receipt=receipt)


def test_whoever_asked_does_not_release_the_money(session):
    a_place(session)
    booked(session, "R1")
    asked(session)

    with pytest.raises(SamePerson):
        paid(session, by=MEI)
    with pytest.raises(ReturnDayWrong):
        paid(session, on=date(2026, 7, 14))


def test_a_return_is_asked_and_paid_once(session):
    a_place(session)
    booked(session, "R1")
    first = asked(session)
    assert asked(session) is first
    with pytest.raises(AskedDifferently):
        asked(session, fen=99_00)
    posting = paid(session)

    assert paid(session) == posting._replace(fresh=False)
    assert balances(session)["bank"] == 900_00


def a_built_place(session):
    a_place(session)
    for number, home, fen in (("R1", A101, 1_000_00), ("R2", B201, 300_00), ("R3", B202, 200_00)):
        booked(session, number, fen, home=home)
    booked(session, "R4", 1_004_80, home=None, party="mill@2")


def test_a_lost_house_is_owed_to_its_owner_and_its_seller_until_it_is_paid(session):
    """Art. 29: Dr 5101 / Cr 2001, then Dr 2001 / Cr 1001; the seller's part by area, 52.30 of 100.48 m²."""
    a_built_place(session)

    returns = lost(session, B201)

    assert returns == [f"L1/{B201}", "L1/mill@2"]
    assert balances(session)["house_loss"] == 300_00 + 523_00
    assert held(session, PLACE, "fund", "seller") == {"mill@2": 481_80}
    for code in returns:
        paid(session, code)
    amounts = balances(session)
    assert "house_loss" not in amounts
    assert (amounts["refunds_owner"], amounts["refunds_seller"]) == (300_00, 523_00)
    assert amounts["bank"] == 1_000_00 + 200_00 + 481_80
    assert {standing.home for standing in standings(session, PLACE, TODAY)} & {B201} == set()


def test_a_building_that_is_lost_whole_gives_everything_back(session):
    a_built_place(session)

    lost(session, B201, B202)

    assert held(session, PLACE, "fund", "seller") == {"mill@2": 0}
    assert held(session, PLACE, "fund", "unit") == {A101: 1_000_00, B201: 0, B202: 0}


def test_a_seller_that_is_no_more_is_followed_by_the_treasury(session):
    a_built_place(session)

    lost(session, B201, gone=["mill"])

    assert fund_return(session, PLACE, "L1/mill@2").payee is Payee.TREASURY
    assert fund_return(session, PLACE, f"L1/{B201}").payee is Payee.OWNER


def test_a_house_is_lost_once(session):
    a_built_place(session)
    first = lost(session, B201)

    assert lost(session, B201) == first
    with pytest.raises(AskedDifferently):
        lost(session, B202)
    with pytest.raises(LostAlready, match=r"第29条"):
        lost(session, B201, B202, code="L2")
    assert balances(session)["house_loss"] == 823_00


def test_no_house_is_lost_on_a_day_to_come(session):
    a_built_place(session)

    with pytest.raises(DayToCome):
        declare_loss(session, PLACE, "L1", [B201], NOON.date() + timedelta(days=1), by=MEI, at=NOON)
    assert held(session, PLACE, "fund", "unit")[B201] > 0


def test_a_loss_names_homes_of_this_community_each_once(session):
    a_built_place(session)

    with pytest.raises(NoHome):
        lost(session, "9-9-999")
    for homes in ((), (B201, B201)):
        with pytest.raises(ReturnMalformed):
            lost(session, *homes)


def test_a_refund_that_was_spent_meanwhile_is_not_paid(session):
    a_built_place(session)
    asked(session, "T1", "R2", 300_00)
    lost(session, B201)

    with pytest.raises(Overspent), session.begin_nested():
        paid(session)


areas = st.lists(st.integers(1, 50_000), min_size=1, max_size=10)


@given(areas, areas, st.integers(0, 10**9))
def test_a_seller_gets_no_more_than_his_sub_account(lost_areas, other_areas, fen):
    def houses(of, name):
        return [House(f"{name}{i}", "2", HomeKind.SOLD_PUBLIC, area, "mill") for i, area in enumerate(of)]

    some = sellers_parts(houses(lost_areas, "l"), houses(other_areas, "o"), {"mill@2": fen})
    whole = sellers_parts(houses(lost_areas, "l"), [], {"mill@2": fen})

    assert 0 <= some.get("mill@2", 0) <= fen
    assert whole.get("mill@2", 0) == fen
