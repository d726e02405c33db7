"""The steps of a first month: what each lacks, which wait, and for what."""

from datetime import date

import pytest

from ledger.community.rules import Role
from ledger.first_month.rules import NEEDS, FirstStep, Step, StepState, There, first_steps
from ledger.periods import Month
from ledger.words import Coded

JUNE = Month(2026, 6)
NOTHING = There(
    today=date(2026, 7, 2),
    month=JUNE,
    missing_roles=(Role.MANAGER,),
    unused_slips=("陈主任",),
    under_contract=False,
    kinds_without_price=(Coded("community.HomeKind", "commodity"),),
    books_without_account=(Coded("book", "fee"),),
    unapproved=(),
    charged=False,
    without_statement=(),
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
    charged=True,
    closed=True,
)


def of(there: There) -> dict[Step, FirstStep]:
    return {step.step: step for step in first_steps(there)}


def test_every_step_is_told_in_its_order_and_what_one_needs_stands_before_it():
    steps = [step.step for step in first_steps(NOTHING)]
    assert steps == list(Step)
    assert all(steps.index(needed) < steps.index(step) for step, needs in NEEDS.items() for needed in needs)


def test_of_an_empty_place_only_what_needs_nothing_can_be_done():
    open_steps = {step.step for step in first_steps(NOTHING) if step.state is StepState.OPEN}
    assert open_steps == {Step.PEOPLE, Step.CONTRACT, Step.PRICES}
    assert of(NOTHING)[Step.PEOPLE].lacks == (Role.MANAGER,)
    assert of(NOTHING)[Step.APPROVAL].after == (Step.PEOPLE, Step.ACCOUNTS)


def test_where_all_is_there_only_the_disclosure_is_left():
    steps = of(ALL)
    assert steps.pop(Step.DISCLOSE).state is StepState.OPEN
    assert {step.state for step in steps.values()} == {StepState.DONE}


@pytest.mark.parametrize(
    ("lacking", "step", "lacks"),
    [
        ({"unapproved": ("fee",)}, Step.APPROVAL, ("fee",)),
        ({"kinds_without_price": ("shop",)}, Step.PRICES, ("shop",)),
        ({"charged": False}, Step.CHARGE, (JUNE,)),
        ({"without_statement": ("fee",)}, Step.STATEMENT, ("fee",)),
        ({"unresolved_lines": 2}, Step.SUSPENSE, (2,)),
        ({"unreconciled": ("fee",)}, Step.RECONCILE, ("fee",)),
        ({"closed": False}, Step.CLOSE, (JUNE,)),
        ({}, Step.DISCLOSE, (JUNE.half_year,)),
    ],
)
def test_what_is_missing_can_be_done_and_is_named(lacking, step, lacks):
    missing = of(ALL._replace(**lacking))[step]
    assert (missing.state, missing.lacks, missing.after) == (StepState.OPEN, lacks, ())


def test_what_a_statement_will_ask_is_not_done_before_it_is_read():
    steps = of(ALL._replace(without_statement=("fee",), closed=False))
    assert steps[Step.SUSPENSE].after == (Step.STATEMENT,)
    assert steps[Step.RECONCILE].after == (Step.STATEMENT, Step.SUSPENSE)
    assert steps[Step.CLOSE].after == (Step.RECONCILE,)


def test_a_month_that_runs_is_neither_reconciled_nor_closed():
    running = of(ALL._replace(today=date(2026, 6, 30), closed=False, without_statement=("fee",)))
    assert running[Step.CHARGE].state is StepState.DONE
    for step in (Step.STATEMENT, Step.SUSPENSE, Step.RECONCILE, Step.CLOSE):
        assert running[step].state is StepState.WAITS
        assert running[step].not_before == date(2026, 7, 1)
