"""Entering the official calendar of a year from a file."""

from datetime import datetime

from sqlmodel import Session

from ledger.community.role_rules import Actor
from ledger.fields import Evidence, Upload, Year
from ledger.intake.calendar_rules import days_in
from ledger.journal.actions import Posted
from ledger.register.local_actions import enter_calendar


def import_calendar(
    session: Session,
    community: str,
    year: Year,
    file: Upload,
    document: Evidence,
    *,
    by: Actor,
    at: datetime,
) -> Posted:
    """Enter the official calendar of a year as a file names it: a table with a day and 休 or 班 in each row, or an iCalendar.

    Days of other years are left out. It is entered as by hand.

    Raises:
        CalendarUnreadable: the file is no calendar, or a row of it cannot be read.
        CalendarOver, DaysOfAnotherYear, DayTwice, HolidayMissing, WorkdayIsWorkday, FileMissing: see `enter_calendar`.
    """
    named = days_in(file.body, year)
    return enter_calendar(
        session, community, year, named.off, document, days_worked=named.worked, by=by, at=at
    )
