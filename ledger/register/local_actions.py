"""The actions about what is local: a number from a day on, and the official calendar of a year."""

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import delete
from sqlmodel import Session, col, select

from ledger.community.queries import community as community_of
from ledger.community.queries import profile
from ledger.community.role_rules import STAND_INS, Actor
from ledger.community.tables import CalendarDay, ProfileValue
from ledger.db import write_rows
from ledger.fields import Day, Evidence, Text, Year
from ledger.files.actions import use_file
from ledger.files.rules import Purpose
from ledger.journal.actions import Posted, post, replay
from ledger.journal.rules import Draft
from ledger.log.queries import head
from ledger.periods import day_in_shanghai, statutory_holidays
from ledger.register.local_rules import (
    CalendarOver,
    CalendarUnchanged,
    NoNumber,
    NumberInForce,
    NumberKey,
    NumberOfThePast,
    NumberText,
    NumberUnchanged,
    check_calendar,
    parsed,
    whole_year,
)
from ledger.words import WORDS, Coded

Days = Annotated[Sequence[Day], Field(max_length=366)]


def set_number(
    session: Session,
    community: str,
    local_number: NumberKey,
    value: NumberText,
    since: Day,
    source: Text,
    *,
    by: Actor,
    at: datetime,
) -> Posted:
    """Set a local number of the community from a day on, with the rule or the resolution that it rests on.

    It goes before the number of the place and the national one. It holds from today at the earliest: what was done keeps
    the number of its day.

    Raises:
        NoNumber: the ledger asks no such number. NumberNotWhole, NumberNotYesOrNo, NumberNotAWord: the value is of another kind.
        NumberOfThePast. NumberInForce: the community has a value since that day or a later one that is come.
        NumberUnchanged: it is so already.
        AskedDifferently: from that day another value or source was set.
    """
    head(session, community, lock=True)
    number, today = Coded("number", local_number), day_in_shanghai(at)
    draft = Draft(
        kind="number.set",
        on=today,
        key=f"number/{local_number}/{since}",
        asked={"value": value, "source": source},
        facts={"number": local_number, "since": since.isoformat(), "value": value},
        private={"source": source},
    )
    if earlier := replay(session, community, draft):
        return earlier
    if local_number not in WORDS["number"]:
        raise NoNumber(local_number=local_number)
    scope = f"community:{community}"
    rows = session.exec(select(ProfileValue).where(ProfileValue.key == local_number)).all()
    known: list[Any] = [json.loads(row.value) for row in rows]
    if since < today:
        raise NumberOfThePast(local_number=number, today=today, since=since)
    last = max((row.since for row in rows if row.scope == scope and row.since <= today), default=None)
    if last is not None and since <= last:
        raise NumberInForce(local_number=number, last=last, since=since)
    local = profile(session, community, since)
    present = local[local_number] if local_number in local else known[0] if known else ""
    bodies = STAND_INS if local_number.startswith("committee.instead.") else ()
    stored = parsed(number, value, present, {*(word for word in known if isinstance(word, str)), *bodies})
    if local_number in local and stored == local[local_number]:
        raise NumberUnchanged(local_number=number, since=since, value=value)
    session.add(
        ProfileValue(scope=scope, key=local_number, since=since, value=json.dumps(stored), source=source)
    )
    session.flush()
    return post(session, community, draft, by=by, at=at)


def enter_calendar(
    session: Session,
    community: str,
    year: Year,
    days_off: Days,
    document: Evidence,
    *,
    days_worked: Days = (),
    by: Actor,
    at: datetime,
) -> Posted:
    """Enter the official calendar of a year: which days are off, which weekends are worked (国务院办公厅放假通知).

    It holds for the community's whole area, whose calendar is one; communities without an area have one together. Entered
    again it takes the place of the earlier one from today on: what was counted with past days stays.

    Raises:
        CalendarOver: the year is over. CalendarUnchanged: its days to come are entered just so. DaysOfAnotherYear, DayTwice, WorkdayIsWorkday.
        HolidayMissing: a statutory holiday, such as the Spring Festival, is not among the days off. FileMissing.
    """
    seen = head(session, community, lock=True)
    today = day_in_shanghai(at)
    draft = Draft(
        kind="calendar.entered",
        on=today,
        key=f"calendar/{year}/{seen.last_no}",
        asked={
            "off": [day.isoformat() for day in sorted(days_off)],
            "worked": [day.isoformat() for day in sorted(days_worked)],
        },
        facts={"year": year},
        attachments=[document],
    )
    if date(year, 12, 31) < today:
        raise CalendarOver(year=year)
    check_calendar(year, days_off, days_worked, statutory_holidays(year))
    area = community_of(session, community).area or ""
    first = max(date(year, 1, 1), today)
    to_come = (
        col(CalendarDay.area) == area,
        col(CalendarDay.day) >= first,
        col(CalendarDay.day) <= date(year, 12, 31),
    )
    days = {
        day: works for day, works in whole_year(year, set(days_off), set(days_worked)).items() if day >= first
    }
    if {row.day: row.works for row in session.exec(select(CalendarDay).where(*to_come))} == days:
        raise CalendarUnchanged(year=year)
    use_file(session, community, document, f"community/{community}", Purpose.ORDER, by=by, at=at)
    session.execute(delete(CalendarDay).where(*to_come))
    write_rows(
        session, CalendarDay, [{"area": area, "day": day, "works": works} for day, works in days.items()]
    )
    return post(session, community, draft, by=by, at=at)
