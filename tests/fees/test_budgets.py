"""Costs with their voucher and line; budget against actual and remuneration under 酬金制."""

from datetime import date

import pytest

from ledger.fees.budgets.actions import adopt_budget, book_cost, take_remuneration
from ledger.fees.budgets.queries import year_report
from ledger.fees.budgets.rules import (
    BudgetEmpty,
    BudgetRow,
    CostLine,
    CostVoucherMissing,
    MonthNotOver,
    NotAFeeCost,
    NotRemuneration,
    remuneration,
)
from ledger.journal.actions import reverse
from ledger.journal.queries import moves_of
from ledger.journal.rules import AskedDifferently, MovementWrong, Overspent
from ledger.votes.rules import Choice, NoResolutionPassed
from tests.cast import CHEN, MEI, NOON
from tests.fees.homes import (
    AUGUST,
    JULY,
    JUNE,
    ONE,
    PLACE,
    THREE,
    TWO,
    a_contract,
    a_payment,
    a_resolution,
    charge,
    day,
    pay,
    three_homes,
)

IN_AUGUST = day(2026, 8, 3)
BUDGET = {CostLine.STAFF: 600_00, CostLine.CLEANING: 100_00}


def held_for_owners(session, **terms):
    """酬金制: what is paid in July is the owners' money, of which the firm takes a tenth."""
    three_homes(session)
    a_contract(session, lump_sum=False, **{"remuneration_e4": 1_000, **terms})
    charge(session, JULY)
    pay(session, a_payment(ONE, 36_00, date(2026, 7, 20)), a_payment(TWO, 50_00, date(2026, 7, 21)))


def budgeted(session, lines=None, motion="M-1", year=2026):
    return adopt_budget(session, PLACE, year, lines or BUDGET, motion, by=CHEN, at=NOON)


def cost(session, fen=30_00, line=CostLine.CLEANING, voucher="V-1", on=date(2026, 7, 22)):
    return book_cost(session, PLACE, line, fen, on, voucher=voucher, payee="wuye", by=MEI, at=NOON)


def test_a_budget_is_held_against_what_was_spent_and_what_is_over_is_the_owners(session):
    """物业服务收费管理办法 Arts. 9, 11–12; `domain/05` §5.1."""
    held_for_owners(session)
    a_resolution(session)
    budgeted(session)
    cost(session)
    cost(session, 20_00, CostLine.GREENING, "V-2")
    take_remuneration(session, PLACE, JULY, by=MEI, at=IN_AUGUST)

    report = year_report(session, PLACE, 2026)

    assert report.rows == (
        BudgetRow(CostLine.STAFF, 600_00, 0),
        BudgetRow(CostLine.CLEANING, 100_00, 30_00),
        BudgetRow(CostLine.GREENING, 0, 20_00),
    )
    assert (report.income_fen, report.cost_fen, report.remuneration_fen) == (108_00, 50_00, 8_60)
    assert report.surplus_fen == 49_40


def test_the_remuneration_is_a_part_of_what_came_in_or_an_amount():
    assert remuneration(86_05, 1_000, None) == 8_61
    assert remuneration(86_05, None, 5_00) == 5_00
    assert remuneration(-10_00, 1_000, None) == 0


def test_the_firm_takes_its_remuneration_once_a_month_and_only_when_it_is_over(session):
    held_for_owners(session)
    with pytest.raises(MonthNotOver):
        take_remuneration(session, PLACE, JULY, by=MEI, at=NOON)

    first = take_remuneration(session, PLACE, JULY, by=MEI, at=IN_AUGUST)

    assert [(m.debit, m.credit, m.amount_fen) for m in moves_of(session, PLACE, first.no)] == [
        ("5102", "1002", 8_60)
    ]
    assert take_remuneration(session, PLACE, JULY, by=MEI, at=IN_AUGUST) == first._replace(fresh=False)
    assert take_remuneration(session, PLACE, JUNE, by=MEI, at=IN_AUGUST) is None  # nothing came in


def test_under_a_lump_sum_there_is_no_budget_and_no_remuneration_and_costs_need_not_be_told(session):
    """包干制: the firm bears profit and loss; its cost detail is not forced."""
    three_homes(session)
    a_contract(session, remuneration_e4=1_000)
    a_resolution(session)

    with pytest.raises(NotRemuneration, match="第9条"):
        budgeted(session)
    with pytest.raises(NotRemuneration):
        take_remuneration(session, PLACE, JULY, by=MEI, at=IN_AUGUST)
    assert year_report(session, PLACE, 2026).rows == ()


def test_a_contract_that_agrees_no_remuneration_gives_none(session):
    held_for_owners(session, remuneration_e4=None)

    with pytest.raises(NotRemuneration):
        take_remuneration(session, PLACE, JULY, by=MEI, at=IN_AUGUST)


def test_a_budget_is_what_the_owners_passed(session):
    held_for_owners(session)
    a_resolution(session, "M-2", choice=Choice.NO)

    for motion in ("M-2", "nothing"):
        with pytest.raises(NoResolutionPassed):
            budgeted(session, motion=motion)
    a_resolution(session)
    first = budgeted(session)
    assert budgeted(session) == first._replace(fresh=False)
    with pytest.raises(AskedDifferently):
        budgeted(session, {CostLine.STAFF: 1})


def test_major_and_medium_repair_are_no_cost_of_the_fee(session):
    """Art. 11; `domain/10` rule 13."""
    held_for_owners(session)
    for line in (CostLine.MAJOR_REPAIR, CostLine.MEDIUM_REPAIR):
        with pytest.raises(NotAFeeCost, match="第11条"):
            cost(session, line=line)
        with pytest.raises(NotAFeeCost):
            budgeted(session, {line: 1})
    for lines in ({CostLine.STAFF: 0}, {CostLine.STAFF: -1, CostLine.ORDER: 5}):
        with pytest.raises(BudgetEmpty):
            budgeted(session, lines)


def test_without_a_voucher_nothing_is_spent_and_a_voucher_is_spent_once(session):
    held_for_owners(session)
    with pytest.raises(CostVoucherMissing):
        cost(session, voucher=" ")
    first = cost(session)

    assert cost(session) == first._replace(fresh=False)
    with pytest.raises(AskedDifferently):
        cost(session, 31_00)
    with pytest.raises(MovementWrong):
        cost(session, -1, voucher="V-2")
    with pytest.raises(Overspent), session.begin_nested():
        cost(session, 100_00, voucher="V-3")


def test_a_reversed_cost_was_not_spent(session):
    held_for_owners(session)
    posted = cost(session)

    reverse(session, PLACE, posted.no, reason="误记", key="rev", by=MEI, at=NOON)

    assert year_report(session, PLACE, 2026).cost_fen == 0


def test_what_is_refunded_is_no_base_of_the_remuneration(session):
    held_for_owners(session)
    (receipt,) = pay(session, a_payment(ONE, 14_00, date(2026, 7, 22)))
    reverse(session, PLACE, receipt.no, reason="退票", key="rev", by=MEI, at=NOON)
    charge(session, AUGUST)

    taken = take_remuneration(session, PLACE, JULY, by=MEI, at=IN_AUGUST)

    assert moves_of(session, PLACE, taken.no)[0].amount_fen == 8_60


def test_a_cost_that_was_reversed_is_booked_by_its_voucher_once_more_and_rightly(session):
    held_for_owners(session)
    wrong = cost(session, fen=300)
    reverse(session, PLACE, wrong.no, reason="少了两位", key=f"reversal/{wrong.no}", by=MEI, at=NOON)

    right = cost(session, fen=30_00)

    assert (right.fresh, cost(session, fen=30_00)) == (True, right._replace(fresh=False))
    with pytest.raises(AskedDifferently):
        cost(session, fen=40_00)
    assert year_report(session, PLACE, 2026).cost_fen == 30_00


def test_a_remuneration_that_was_reversed_is_taken_once_more_from_what_then_came_in(session):
    held_for_owners(session)
    wrong = take_remuneration(session, PLACE, JULY, by=MEI, at=IN_AUGUST)
    reverse(session, PLACE, wrong.no, reason="漏了一笔收款", key=f"reversal/{wrong.no}", by=MEI, at=IN_AUGUST)
    pay(session, a_payment(THREE, 14_00, date(2026, 7, 23)))

    right = take_remuneration(session, PLACE, JULY, by=MEI, at=IN_AUGUST)

    assert take_remuneration(session, PLACE, JULY, by=MEI, at=IN_AUGUST) == right._replace(fresh=False)
    assert year_report(session, PLACE, 2026).remuneration_fen == 10_00
