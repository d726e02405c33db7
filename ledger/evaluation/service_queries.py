"""How the firm repairs, and what residents say of it: the indicators that are counted from tickets."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from typing import NamedTuple

from sqlmodel import Session

from ledger.community.queries import profile, warranty
from ledger.evaluation.rules import Measure, Rubric, mean
from ledger.periods import SHANGHAI, Period, day_in_shanghai
from ledger.repairs.counting_queries import concerned_between, credited, finished_by, ordinary_due
from ledger.repairs.queries import parts_under_warranty
from ledger.repairs.rules import Category, Priority, Route
from ledger.repairs.tables import Ticket

COMPLAINT_DAYS = "complaint_answer_days"


class Count(NamedTuple):
    """Of so many cases so many were good."""

    good: int
    base: int

    def __add__(self, other: object) -> "Count":
        assert isinstance(other, Count)
        return Count(self.good + other.good, self.base + other.base)


NONE = Count(0, 0)


def counted(good: int, base: int, zh: str, en: str) -> Measure:
    """The measure of so many good cases of so many."""
    if not base:
        return Measure(
            None, 0, f"本期没有可评的事项（{zh}），不评", f"nothing to assess in the period ({en})"
        )
    return mean([(good, base)], base, f"{good} / {base} {zh}", f"{good} of {base} {en}")


def service(session: Session, code: str, period: Period, rubric: Rubric) -> dict[str, Measure]:
    """What tickets tell of a period: A1 to A5, B2, F1.

    A year is the sum of its half-years without those whose cases are too few to be told: else the difference of
    two scorecards would tell them.
    """
    least = {indicator.id: indicator.least_told for indicator in rubric.indicators} | {"finished": 0}
    days = int(profile(session, code, period.last)[COMPLAINT_DAYS])
    totals: dict[str, Count] = {}
    halves = _halves(period)
    for half in halves:
        for key, count in _counts(session, code, half, days, rubric).items():
            is_told = len(halves) == 1 or count.base >= least[key]
            totals[key] = totals.get(key, NONE) + (count if is_told else NONE)
    finished, rated = totals.pop("finished").base, totals.pop("B2")
    return {
        **{key: counted(*count, *_words(days)[key]) for key, count in totals.items()},
        "B2": _satisfaction(rated, finished, rubric),
    }


def _halves(period: Period) -> list[Period]:
    if period.kind != "year":
        return [period]
    return [Period.parse(f"{period}-H{half}") for half in (1, 2)]


def _words(days: int) -> Mapping[str, tuple[str, str]]:
    return {
        "A1": ("起急修按时到场，后来修好了", "urgent tickets reached in time, and repaired since"),
        "A2": ("起一般维修按时完成", "ordinary tickets done in time"),
        "A3": ("起完工后返修", "finished tickets reopened"),
        "A4": ("起应回访工单已回访", "tickets due for a follow-up visit had one"),
        "A5": (f"件投诉在 {days} 日内办结", f"complaints closed within {days} days"),
        "F1": (
            "起到期的保修期内缺陷已由保修单位修复",
            "defects under warranty that fell due were repaired by whoever owes the warranty",
        ),
    }


def _counts(session: Session, code: str, period: Period, days: int, rubric: Rubric) -> dict[str, Count]:
    """Each indicator counts what fell due for it in the period, or what was finished in it, whenever it was reported."""
    first, end = _midnight(period.first), _midnight(period.last + timedelta(days=1))
    tickets = concerned_between(session, code, first, end)
    earning = credited(session, code, tickets)

    def of_period(moment: datetime | None) -> bool:
        return moment is not None and first <= moment < end

    urgent = [t for t in tickets if t.priority in (Priority.P1, Priority.P2) and of_period(t.arrive_by)]
    finished = [t for t in tickets if of_period(t.done_at)]
    lasting = [t for t in finished if t.reopened or t.no in earning]
    asked = [t for t in finished if _needs_follow_up(t, rubric.counting.follow_up_tenths)]
    limit = timedelta(days=days)
    complaints = [t for t in tickets if t.category is Category.COMPLAINT and of_period(t.reported_at + limit)]
    warranted = [t for t in tickets if t.route is Route.WARRANTY and of_period(t.done_by)]
    repairers = finished_by(session, code, warranted)
    ratings = [t.rating for t in finished if t.rating is not None]
    return {
        "A1": _of(
            [
                bool(t.arrived_at and t.arrive_by and t.arrived_at <= t.arrive_by and t.no in earning)
                for t in urgent
            ]
        ),
        "A2": Count(*ordinary_due(session, code, tickets, first, end)),
        "A3": _of([t.reopened for t in lasting]),
        "A4": _of([t.followed_up_by is not None for t in asked]),
        "A5": _of(
            [
                bool(t.done_at and t.done_at <= t.reported_at + limit and t.no in earning and not t.reopened)
                for t in complaints
            ]
        ),
        "F1": _of([t.no in earning and repairers[t.no] in _owing(session, code, t) for t in warranted]),
        "finished": Count(0, len(finished)),
        "B2": _of([rating >= rubric.counting.satisfied_from for rating in ratings]),
    }


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)


def _of(cases: Sequence[bool]) -> Count:
    return Count(sum(cases), len(cases))


def _owing(session: Session, code: str, ticket: Ticket) -> set[str]:
    """The contractors by whose warranty a ticket is repaired."""
    on = day_in_shanghai(ticket.reported_at)
    parts = parts_under_warranty(
        session, code, ticket.category, on, component=ticket.component, building=ticket.building
    )
    return {owed.contractor for part in parts if (owed := warranty(session, part))}


def _satisfaction(rated: Count, finished: int, rubric: Rubric) -> Measure:
    """How many repairs got a good rating; after many repairs those that lack to the least ratings count as not.

    So nothing is gained by few being asked: only few repairs are a reason not to assess. Ratings too few to be told
    count as none.
    """
    least, least_told = next(
        (indicator.least_base, indicator.least_told)
        for indicator in rubric.indicators
        if indicator.id == "B2"
    )
    rated = rated if rated.base >= least_told else NONE
    stars = rubric.counting.satisfied_from
    base = max(rated.base, min(least, finished))
    lacking = base > rated.base
    return counted(
        rated.good,
        base,
        f"张工单评 {stars} 分以上"
        + (f"（完工多而评分少，不到 {least} 张的按没有评到计）" if lacking else ""),
        f"rated tickets got {stars} or more"
        + (f" (few ratings after many repairs: those that lack to {least} count as not)" if lacking else ""),
    )


def _needs_follow_up(ticket: Ticket, tenths: int) -> bool:
    """All urgent, reopened and complaints; of the ordinary so many in ten, drawn by digest."""
    if ticket.priority is not Priority.P3 or ticket.reopened or ticket.category is Category.COMPLAINT:
        return True
    drawn = sha256(f"{ticket.community}/{ticket.no}".encode()).digest()[0]
    return drawn % 10 < tenths
