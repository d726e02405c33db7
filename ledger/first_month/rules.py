"""The steps of a first month: what each lacks, and which others it waits for. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

from ledger.community.rules import Role
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
    charged: bool
    without_statement: Sequence[str]
    unresolved_lines: int
    unreconciled: Sequence[Coded]
    closed: bool


class FirstStep(NamedTuple):
    """One step, with what it lacks by name and the steps it waits for."""

    step: Step
    state: StepState
    lacks: tuple[Any, ...] = ()
    after: tuple[Step, ...] = ()
    not_before: date | None = None


NEEDS: Mapping[Step, tuple[Step, ...]] = {
    Step.SLIPS: (Step.PEOPLE,),
    Step.ACCOUNTS: (Step.PEOPLE,),
    Step.APPROVAL: (Step.PEOPLE, Step.ACCOUNTS),
    Step.CHARGE: (Step.CONTRACT, Step.PRICES),
    Step.STATEMENT: (Step.APPROVAL,),
    Step.SUSPENSE: (Step.STATEMENT,),
    Step.RECONCILE: (Step.STATEMENT, Step.SUSPENSE),
    Step.CLOSE: (Step.CHARGE, Step.RECONCILE),
    Step.DISCLOSE: (Step.CLOSE,),
}
"""What has to be done before a step can be."""
OF_THE_LINES = frozenset({Step.SUSPENSE, Step.RECONCILE})
"""What is about the lines of the month's statements."""
AFTER_THE_MONTH = frozenset({Step.STATEMENT, Step.SUSPENSE, Step.RECONCILE, Step.CLOSE})
"""What can be finished only when the month is over."""


def first_steps(there: There) -> list[FirstStep]:
    """Every step up to the first disclosure, which is not published yet, in its order, with how it stands."""
    lacking: Mapping[Step, tuple[Any, ...]] = {
        Step.PEOPLE: tuple(there.missing_roles),
        Step.SLIPS: tuple(there.unused_slips),
        Step.CONTRACT: () if there.under_contract else (there.month,),
        Step.PRICES: tuple(there.kinds_without_price),
        Step.ACCOUNTS: tuple(there.books_without_account),
        Step.APPROVAL: (*there.books_without_account, *there.unapproved),
        Step.CHARGE: () if there.charged else (there.month,),
        Step.STATEMENT: tuple(there.without_statement) or tuple(there.books_without_account),
        Step.SUSPENSE: (there.unresolved_lines,) * bool(there.unresolved_lines),
        Step.RECONCILE: tuple(there.unreconciled),
        Step.CLOSE: () if there.closed else (there.month,),
        Step.DISCLOSE: (there.month.half_year,),
    }
    over = there.month.last < there.today
    steps: list[FirstStep] = []
    for step, lacks in lacking.items():
        after = tuple(
            before.step
            for before in steps
            if before.step in NEEDS.get(step, ()) and before.state is not StepState.DONE
        )
        too_early = step in AFTER_THE_MONTH and not over
        if step in OF_THE_LINES and (after or too_early):
            lacks = (there.month,)  # what a statement that is not there yet will ask is not known
        state = StepState.DONE if not lacks else StepState.WAITS if after or too_early else StepState.OPEN
        not_before = there.month.plus(1).first if too_early and state is StepState.WAITS else None
        steps.append(FirstStep(step, state, lacks, after if state is StepState.WAITS else (), not_before))
    return steps
