"""Which disclosures of the accounts fell due, and when they were published."""

from datetime import date

from sqlmodel import Session, col, select

from ledger.community.queries import profile
from ledger.disclosure.duty_rules import DISCLOSED, Duty, covers, due_on, periods_ending
from ledger.journal.queries import books, entry
from ledger.noticeboard.tables import Notice
from ledger.periods import Month, Period, day_in_shanghai

ACCOUNTS = ("month", "quarter", "half-year", "year", "rolling")
"""The kinds of notices that are the accounts of a period."""
LONGEST = 14
"""Months from the end of a period to the last day on which any place still takes its disclosure, with room."""


def duties(session: Session, code: str, first: date, last: date) -> list[Duty]:
    """The disclosures that fell due between two days, of a year as of a half-year: the fund's by its rhythm, public
    revenue's by its own (``fund.publish``, ``revenue.publish`` of the local numbers).

    What began before the ledger did could not be disclosed from it and is no duty of it. A disclosure of a longer
    period tells of those in it.
    """
    began = day_in_shanghai(entry(session, code, 1).posted_at)
    kept = {book.code for book in books(session, code)}
    published = _published(session, code)
    due: list[Duty] = []
    for book in DISCLOSED:
        if book not in kept:
            continue
        often = profile(session, code, last)[f"{book}.publish"]
        for period in periods_ending(often, Month.of(first).plus(-LONGEST), Month.of(last)):
            local = profile(session, code, period.last)
            rule = dict(local).get(f"{book}.publish_due")
            until = due_on(period, local["disclosure.due_days_after_period"], rule)
            if first <= until <= last and began <= period.first:
                days = [on for accounts, on in published if covers(accounts, period)]
                due.append(Duty(book, period, until, min(days, default=None)))
    return due


def _published(session: Session, code: str) -> list[tuple[Period, date]]:
    """Of which periods accounts are on the board, and since when."""
    rows = session.execute(
        select(Notice.period, Notice.published_at).where(
            Notice.community == code, col(Notice.kind).in_(ACCOUNTS), Notice.version == 1
        )
    )
    return [(Period.parse(name), day_in_shanghai(at)) for name, at in rows]
