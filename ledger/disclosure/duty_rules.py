"""When the accounts of which period are to be disclosed. Pure."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from ledger.periods import Month, Period

LENGTHS = {"monthly": 1, "quarterly": 3, "half_year": 6, "yearly": 12}
"""How many months lie between two disclosures, by the words of the local numbers."""
END_OF_NEXT_MONTH = "end_of_first_month_after_quarter"


DISCLOSED = ("fund", "revenue")
"""The books whose accounts are to be disclosed, each in a rhythm of its own."""


class Duty(NamedTuple):
    """Which book is to be disclosed of which period until when, and when it was; None while it was not."""

    book: str
    period: Period
    due_on: date
    published_on: date | None


def periods_ending(often: str, first: Month, last: Month) -> Iterator[Period]:
    """The periods of a rhythm that end from one month to another."""
    length = LENGTHS[often]
    month = first
    while month <= last:
        if month.number % length == 0:
            yield Period.parse(_name(month, length))
        month = month.plus(1)


def _name(end: Month, length: int) -> str:
    return {
        1: str(end),
        3: f"{end.year:04d}-Q{end.number // 3}",
        6: f"{end.year:04d}-H{end.number // 6}",
        12: f"{end.year:04d}",
    }[length]


def due_on(period: Period, days: int, rule: str | None) -> date:
    """The last day on which the accounts of a period are in time: by a rule of the place, else so many days after it."""
    if rule == END_OF_NEXT_MONTH:
        return period.end.plus(1).last
    return period.last + timedelta(days=days)


def covers(accounts: Period, period: Period) -> bool:
    """Whether the accounts of a period tell those of another."""
    return accounts.start <= period.start and period.end <= accounts.end
