"""Which accounts fall due to be disclosed when, what meets that, and how long they stay posted. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from ledger.community.role_rules import Role
from ledger.periods import Month, Period, plus_days, plus_working_days, quarters_in


class Topic(StrEnum):
    """What is owed to all owners from time to time: the public revenue (民法典 Art. 282, 943), the fund (165号令 Art. 30)."""

    REVENUE = "revenue"
    FUND = "fund"


class DisclosureTask(StrEnum):
    """What a disclosure that falls due asks of somebody."""

    REVENUE = "disclose_revenue"
    FUND = "disclose_fund"


PREPARES = frozenset({Role.MANAGER})
PUBLISH = frozenset({Role.COMMITTEE, Role.COMMUNITY_OFFICE, Role.SUPERVISOR})
"""Who checks a draft, publishes it, and sees to it that it is done."""
NEAR = timedelta(days=30)
"""So long before its day a disclosure is told."""
MONTHS = {"monthly": 1, "quarterly": 3, "half_year": 6, "yearly": 12}
"""The months of a period, by the word of the profile for how often."""


class Due(NamedTuple):
    """The accounts of a period that fall due: of what, by when, and when they were first published."""

    topic: Topic
    period: str
    on: date
    published_on: date | None = None

    @property
    def task(self) -> DisclosureTask:
        return DisclosureTask(f"disclose_{self.topic}")


def in_force(values: Sequence[tuple[date, Any]], on: date, before: Any = None) -> Any:
    """Of values that each hold from a day on, the earliest first, the one of a day; ``before`` all of them another."""
    return next((value for since, value in reversed(values) if since <= on), before)


def periods_over(often: str, first: date, until: date) -> Iterator[Period]:
    """The periods of a length that lie whole after ``first`` and are over before ``until``, the earliest first."""
    period = Month.of(first).within(MONTHS[often])
    while period.last < until:
        if period.first >= first:
            yield period
        period = period.end.plus(1).within(MONTHS[often])


def due_on(period: Period, by: str, days: int, decided: Mapping[date, bool]) -> date:
    """The day by which a period is published: the one in the month after it that a rule names for quarters, else so many
    days after it; the next working day where that is one off (民法典 Art. 203)."""
    after = period.end.plus(1)
    if period.kind == "quarter" and by == "end_of_first_month_after_quarter":
        return plus_days(after.last, 0, decided)
    if period.kind == "quarter" and by == "fifteenth_of_first_month_after_quarter":
        return plus_days(after.first, 14, decided)
    return plus_days(period.last, days, decided)


def meets(published: Period, due: Period) -> bool:
    """Whether what is published of one period tells what is due of another: itself, or a quarter that lies whole in it."""
    return published == due or due in quarters_in(published)


def first_published(due: Period, board: Iterable[tuple[Period, date]]) -> date | None:
    """The day on which what is due was first on the board."""
    return min((on for period, on in board if meets(period, due)), default=None)


def stays_until(
    period: Period, on: date, local: Mapping[str, Any], days: int, decided: Mapping[date, bool]
) -> date:
    """The day through which the accounts of a period that are posted on a day stay at least.

    Where a table stays until the next one (``revenue.posted_until_next``) that is the day by which the next is due;
    ``days`` is ``disclosure.due_days_after_period``. Elsewhere it is `posted_until`.
    """
    if not local.get("posted_until_next"):
        return posted_until(on, local, decided)
    due = on
    while due <= on:
        period = period.end.plus(1).within(MONTHS[local["publish"]])
        due = due_on(period, local.get("publish_due", ""), days, decided)
    return due


def posted_until(on: date, local: Mapping[str, Any], decided: Mapping[date, bool]) -> date:
    """The last day on which accounts stay posted: so many days where the place counts days, else working days.

    Source: the local numbers ``revenue.posting_days`` and ``revenue.posting_wd``.
    """
    days: int | None = local.get("posting_days")
    if days is not None:
        return plus_days(on, days, decided)
    return plus_working_days(on, local["posting_wd"], decided)
