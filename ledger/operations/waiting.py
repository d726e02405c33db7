"""今天要办: what waits for somebody, as each package says it of his roles; overdue first."""

from collections.abc import Callable, Collection, Sequence
from datetime import date
from typing import Any, NamedTuple

from pydantic import Field as Limit
from sqlmodel import Session

from ledger.accounts.queries import waiting_for as accounts_waiting
from ledger.accounts.rules import AccountTask
from ledger.committee.queries import waiting_for as committee_waiting
from ledger.committee.rules import CommitteeTask
from ledger.community.queries import seats
from ledger.community.role_rules import Actor, Level, Role
from ledger.community.rules import Waiting
from ledger.disclosure.due_queries import to_prepare, to_publish
from ledger.disclosure.due_rules import DisclosureTask
from ledger.fields import Out, Provisional
from ledger.handover.queries import waiting_for as contracts_waiting
from ledger.handover.rules import ContractTask
from ledger.operations.accounts import ACCOUNT
from ledger.operations.committee import TERM
from ledger.operations.disclosures import DRAFT, PREPARE
from ledger.operations.handover import SERVICE
from ledger.operations.operation import Declared, Field, Listing, Said

Asks = Callable[[Session, str, Collection[Role], date], Sequence[Waiting]]
SOURCES: tuple[tuple[Asks, Declared], ...] = (
    (contracts_waiting, SERVICE),
    (accounts_waiting, ACCOUNT),
    (committee_waiting, TERM),
    (to_prepare, PREPARE),
    (to_publish, DRAFT),
)
"""What says what waits, and where each of its tasks is done: on a record, or by the operation that begins one."""


class WaitingTask(NamedTuple):
    """A task with where it is done; ``late`` once its day is past."""

    task: Any
    subject: str
    due_on: date | None
    late: bool
    done_at: Declared


class WaitingOut(Out):
    task: ContractTask | AccountTask | CommitteeTask | DisclosureTask
    subject: str
    due_on: date | None
    due_on_provisional: Provisional = Limit(validation_alias="due_on")
    late: bool


def waiting_here(session: Session, community: str, by: Actor, today: date) -> Sequence[WaitingTask]:
    """What waits here today for whoever asks, in all of his roles: what is late first, then by its day."""
    held = seats(session, by.login, community, today) or ()
    # whoever keeps the fund supervises nobody
    roles = {seat.role for seat in held if seat.level is not Level.CUSTODIAN}
    tasks = [
        WaitingTask(
            waiting.task,
            waiting.subject,
            waiting.due_on,
            waiting.due_on is not None and waiting.due_on < today,
            done_at,
        )
        for waiting_for, done_at in SOURCES
        for waiting in waiting_for(session, community, roles, today)
    ]
    return sorted(tasks, key=lambda task: (task.due_on or date.max, str(task.task), task.subject))


DECLARED: tuple[Declared, ...] = (
    Listing(
        path="/waiting",
        title=Said("今天要办", "Waiting for me"),
        roles=tuple(Role),
        query=waiting_here,
        gives=WaitingOut,
        key="tasks",
        facts={
            "task": Field(Said("要办的事", "Task")),
            "subject": Field(Said("哪一件", "Of what")),
            "due_on": Field(Said("期限", "By")),
            "late": Field(Said("已过期", "Late")),
        },
        empty=Said("没有等您办的事。", "Nothing waits for you."),
    ),
)
