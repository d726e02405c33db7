"""A round of all checks, in their order."""

from collections.abc import Iterator

from ledger.checks.communities import calendar, committees, contracts, disclosures, first_months, heads
from ledger.checks.ground import Ground, Look
from ledger.checks.machine import backup, clock, disk, jobs, schema
from ledger.checks.rules import Check, State

LOOKS: tuple[Look, ...] = (
    clock,
    disk,
    backup,
    jobs,
    heads,
    calendar,
    contracts,
    committees,
    disclosures,
    first_months,
)


def go_round(ground: Ground) -> Iterator[Check]:
    """Every check; of a database of another version only that it is one, for nothing else can be read."""
    for check in schema(ground):
        yield check
        if check.state is State.BROKEN:
            return
    for look in LOOKS:
        yield from look(ground)
