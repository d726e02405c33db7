"""The steps of a first month: what each lacks, and which others it waits for. Pure."""

from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from ledger.community.role_rules import Role
from ledger.periods import Month
from ledger.words import Coded


class Step(StrEnum):
    """What has to be done, in its order."""

    PEOPLE = "people"
    SLIPS = "slips"
    CONTRACT = "contract"
    PRICES = "prices"
    ACCOUNTS = "accounts"
    APPROVAL = "approval"
    CHARGE = "charge"
    STATEMENT = "statement"
    SUSPENSE = "suspense"
    RECONCILE = "reconcile"
    CLOSE = "close"
    DISCLOSE = "disclose"


class StepState(StrEnum):
    """How a step stands: done, to be done now, or waiting for others."""

    DONE = "done"
    OPEN = "open"
    WAITS = "waits"


class There(NamedTuple):
    """What a community has on a day. ``month`` is its first; what is missing is named, and nothing is where all is there."""

    today: date
    month: Month
    missing_roles: Sequence[Role]
    unused_slips: Sequence[str]
    under_contract: bool
    kinds_without_price: Sequence[Coded]
    books_without_account: Sequence[Coded]
    unapproved: Sequence[str]
    fee_accounts: int
    """How many accounts of the fee are approved."""
    charged: bool
    statement_read: bool
    unresolved_lines: int
    unreconciled: Sequence[Coded]
    closed: bool


class FirstStep(NamedTuple):
    """One step, with what it lacks by name, the step it waits for or the day before which it cannot be done."""

    step: Step
    state: StepState
    lacks: tuple[Any, ...] = ()
    after: tuple[Step, ...] = ()
    not_before: date | None = None


def first_steps(there: There) -> list[FirstStep]:
    """Every step up to the first disclosure, which is not published yet, in its order, with how it stands.

    A step waits only for what its own action would refuse, or for what its list has nothing to show without; a month is
    closed last.
    """
    month, read = (there.month,), there.statement_read
    next_month, next_half_year = (
        day + timedelta(days=1) if day >= there.today else None
        for day in (there.month.last, there.month.half_year.last)
    )
    accounts_first = (Step.ACCOUNTS,) * (bool(there.books_without_account) and not there.unapproved)
    no_fee_account = () if there.fee_accounts else (Step.APPROVAL,)
    not_read = () if read else (Step.STATEMENT,)
    prices_first = (Step.PRICES,) * bool(there.kinds_without_price)
    undone = tuple(
        step
        for step, missing in (
            (Step.CHARGE, not there.charged),
            (Step.RECONCILE, there.unreconciled or not read),
        )
        if missing
    )
    return [
        _step(Step.PEOPLE, there.missing_roles),
        _step(Step.SLIPS, there.unused_slips),
        _step(Step.CONTRACT, () if there.under_contract else month),
        _step(Step.PRICES, there.kinds_without_price),
        _step(Step.ACCOUNTS, there.books_without_account),
        _step(Step.APPROVAL, there.unapproved or there.books_without_account, accounts_first),
        _step(Step.CHARGE, () if there.charged or there.closed else month, prices_first),
        _step(Step.STATEMENT, () if read else month, no_fee_account, next_month),
        _step(
            Step.SUSPENSE,
            (there.unresolved_lines,) * (there.unresolved_lines > 0) if read else month,
            not_read,
        ),
        _step(Step.RECONCILE, there.unreconciled if read else month, not_read, next_month),
        _step(Step.CLOSE, () if there.closed else month, undone, next_month),
        _step(
            Step.DISCLOSE,
            (there.month.half_year,),
            () if there.closed else (Step.CLOSE,),
            next_half_year,
        ),
    ]


def _step(
    step: Step, lacks: Sequence[Any], after: tuple[Step, ...] = (), not_before: date | None = None
) -> FirstStep:
    if not lacks:
        return FirstStep(step, StepState.DONE)
    waits = bool(after or not_before)
    return FirstStep(step, StepState.WAITS if waits else StepState.OPEN, tuple(lacks), after, not_before)
