"""The steps of a first month: what each lacks, and what it waits for."""

from datetime import date

import pytest

from ledger.community.role_rules import Role
from ledger.first_month.rules import FirstStep, Step, StepState, There, first_steps
from ledger.periods import Month
from ledger.words import Coded

JUNE = Month(2026, 6)
FEE = Coded("book", "fee")
NOTHING = There(
    today=date(2026, 7, 2),
    month=JUNE,
    missing_roles=(Role.MANAGER,),
    unused_slips=("陈主任",),
    under_contract=False,
    kinds_without_price=(Coded("community.HomeKind", "commodity"),),
    books_without_account=(FEE,),
    unapproved=(),
    fee_accounts=0,
    charged=False,
    statement_read=False,
    unresolved_lines=0,
    unreconciled=(),
    closed=False,
)
ALL = NOTHING._replace(
    missing_roles=(),
    unused_slips=(),
    under_contract=True,
    kinds_without_price=(),
    books_without_account=(),
    fee_accounts=1,
    charged=True,
    statement_read=True,
    closed=True,
)


def of(there: There) -> dict[Step, FirstStep]:
    return {step.step: step for step in first_steps(there)}


def test_every_step_is_told_in_its_order_and_waits_for_earlier_ones_only():
    steps = first_steps(NOTHING)
    order = [step.step for step in steps]
    assert order == list(Step)
    assert all(order.index(needed) < order.index(step.step) for step in steps for needed in step.after)


def test_of_an_empty_place_only_what_needs_nothing_can_be_done():
    open_steps = {step.step for step in first_steps(NOTHING) if step.state is StepState.OPEN}
    assert open_steps == {Step.PEOPLE, Step.SLIPS, Step.CONTRACT, Step.PRICES, Step.ACCOUNTS}
    assert of(NOTHING)[Step.PEOPLE].lacks == (Role.MANAGER,)
    assert of(NOTHING)[Step.APPROVAL].after == (Step.ACCOUNTS,)
    assert of(NOTHING)[Step.STATEMENT].after == (Step.APPROVAL,)


def test_where_all_is_there_only_the_disclosure_is_left():
    steps = of(ALL)
    assert steps.pop(Step.DISCLOSE).state is StepState.OPEN
    assert {step.state for step in steps.values()} == {StepState.DONE}


@pytest.mark.parametrize(
    ("lacking", "step", "lacks"),
    [
        ({"unapproved": ("fee",)}, Step.APPROVAL, ("fee",)),
        ({"unapproved": ("fee",), "books_without_account": (FEE,)}, Step.APPROVAL, ("fee",)),
        ({"kinds_without_price": ("shop",)}, Step.PRICES, ("shop",)),
        ({"charged": False, "closed": False}, Step.CHARGE, (JUNE,)),
        ({"statement_read": False}, Step.STATEMENT, (JUNE,)),
        ({"unresolved_lines": 2}, Step.SUSPENSE, (2,)),
        ({"unresolved_lines": 2, "unreconciled": ("fee",)}, Step.RECONCILE, ("fee",)),
        ({"unresolved_lines": 2, "closed": False}, Step.CLOSE, (JUNE,)),
        ({"books_without_account": (FEE,), "closed": False}, Step.CLOSE, (JUNE,)),
        ({}, Step.DISCLOSE, (JUNE.half_year,)),
    ],
)
def test_what_is_missing_can_be_done_and_is_named(lacking, step, lacks):
    missing = of(ALL._replace(**lacking))[step]
    assert (missing.state, missing.lacks, missing.after) == (StepState.OPEN, lacks, ())


def test_what_a_statement_will_ask_is_not_done_before_it_is_read():
    steps = of(ALL._replace(statement_read=False, closed=False))
    assert steps[Step.SUSPENSE].after == steps[Step.RECONCILE].after == (Step.STATEMENT,)
    assert steps[Step.CLOSE].after == (Step.RECONCILE,)


def test_a_month_that_was_closed_asks_for_no_charge():
    assert of(ALL._replace(charged=False))[Step.CHARGE].state is StepState.DONE


def test_a_month_that_runs_is_neither_reconciled_nor_closed():
    running = of(ALL._replace(today=date(2026, 6, 30), closed=False, statement_read=False))
    assert running[Step.CHARGE].state is StepState.DONE
    for step in (Step.STATEMENT, Step.RECONCILE, Step.CLOSE):
        assert (running[step].state, running[step].not_before) == (StepState.WAITS, date(2026, 7, 1))


def test_a_half_year_that_runs_is_not_disclosed_yet():
    july = of(ALL._replace(month=Month(2026, 7), today=date(2026, 8, 2)))[Step.DISCLOSE]
    assert (july.state, july.after, july.not_before) == (StepState.WAITS, (), date(2027, 1, 1))
