"""The accounts that fall due to be disclosed, by the local numbers, with the day on which they were published."""

from collections.abc import Collection, Iterator
from datetime import date, timedelta

from sqlalchemy import func
from sqlmodel import Session, col, select

from ledger.community.queries import community, decided_days, profile_history
from ledger.community.role_rules import Role
from ledger.community.rules import Mode, Waiting
from ledger.community.tables import Community
from ledger.disclosure.due_rules import (
    MONTHS,
    NEAR,
    PREPARES,
    PUBLISH,
    Due,
    Topic,
    due_on,
    first_published,
    in_force,
    periods_over,
)
from ledger.disclosure.tables import Disclosure
from ledger.fees.modes.queries import modes
from ledger.journal.queries import first_month_booked
from ledger.periods import Period, day_in_shanghai

A_YEAR = timedelta(days=365)
"""So long what was not published is told after its day."""
LONGEST = timedelta(days=400)
"""No period and the time to publish it take longer together."""


def dues(session: Session, code: str, first: date, last: date) -> list[Due]:
    """The accounts whose day lies between two days, by it. What lies before the books began could not be disclosed from
    them and is not due.

    Where the owners manage by themselves the place may ask for both more often (``self_managed.publish``).
    """
    begun = first_month_booked(session, code)
    if begun is None:
        return []
    place = community(session, code)
    began = max(begun.first, place.opened_on or begun.first)
    decided, board = decided_days(session, place.area), _published(session, code)
    quarters_by = profile_history(session, code, "revenue.publish_due")
    days = profile_history(session, code, "disclosure.due_days_after_period")
    owed = []
    for topic, period in _periods(session, place, max(began, first - LONGEST), last):
        by = in_force(quarters_by, period.last) if topic is Topic.REVENUE else ""
        on = due_on(period, by, in_force(days, period.last), decided)
        if first <= on <= last:
            owed.append(Due(topic, str(period), on, first_published(period, board)))
    return sorted(owed, key=lambda due: (due.on, due.topic))


def _published(session: Session, code: str) -> list[tuple[Period, date]]:
    rows = session.execute(
        select(Disclosure.period, func.min(Disclosure.published_at))
        .where(Disclosure.community == code, col(Disclosure.published_at).is_not(None))
        .group_by(Disclosure.period)
    )
    return [(Period.parse(period), day_in_shanghai(at)) for period, at in rows]


def _periods(session: Session, place: Community, began: date, until: date) -> Iterator[tuple[Topic, Period]]:
    """The periods of which something is due, each by the rule of the day on which it is over."""
    by_owners = profile_history(session, place.code, "self_managed.publish")
    managed = [(term.since, term.mode) for term in modes(session, place.code)]
    for topic in Topic:
        often = profile_history(session, place.code, f"{topic}.publish")
        for length in MONTHS:
            for period in periods_over(length, began, until):
                themselves = in_force(managed, period.last, place.mode) is Mode.SELF
                asked = in_force(by_owners, period.last) if themselves else None
                if length == (asked or in_force(often, period.last)):
                    yield topic, period


def dues_on(session: Session, code: str, today: date) -> list[Due]:
    """The accounts that are not published and whose day is near, or past since less than a year."""
    return [due for due in dues(session, code, today - A_YEAR, today + NEAR) if due.published_on is None]


def to_prepare(session: Session, code: str, roles: Collection[Role], today: date) -> list[Waiting]:
    """The disclosures that fall due and of which no draft waits for anybody, for whoever prepares one."""
    if not PREPARES & set(roles):
        return []
    begun = _drafts(session, code)
    return [_waiting(due) for due in dues_on(session, code, today) if due.period not in begun]


def to_publish(session: Session, code: str, roles: Collection[Role], today: date) -> list[Waiting]:
    """The disclosures that fall due and whose draft is to be checked or published, for whoever does that."""
    if not PUBLISH & set(roles):
        return []
    begun = _drafts(session, code)
    return [_waiting(due) for due in dues_on(session, code, today) if due.period in begun]


def _drafts(session: Session, code: str) -> set[str]:
    query = select(Disclosure.period).where(
        Disclosure.community == code, col(Disclosure.published_at).is_(None)
    )
    return set(session.exec(query))


def _waiting(due: Due) -> Waiting:
    return Waiting(due.task, due.period, due.on)
