"""The official calendar of a year in a file: a table of days, or an iCalendar as calendars subscribe to it. Pure."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import NamedTuple

from ledger.errors import Malformed
from ledger.intake.lines import instant, squeezed
from ledger.intake.oddities import RowProblem, problem
from ledger.intake.sheets import NotSheets, Row, Sheet, sheets

DAY = {"日期", "日子", "date", "day"}
KIND = {"休班", "类型", "种类", "安排", "kind", "type"}
"""What the two columns of a table are called."""
OFF = {"休", "休息", "放假", "假", "假期", "off", "holiday"}
WORKED = {"班", "上班", "补班", "调休上班", "work", "workday"}
"""What a table says of a day."""
ICALENDAR = b"BEGIN:VCALENDAR"
SPECIAL = {"WORK-HOLIDAY": True, "ALTERNATE-WORKDAY": False}
"""What calendars of Apple say of an event: whether it is off."""
SAYS_WORKED = re.compile(r"[（(]班[)）]|补班|上班|\s班$|\bworkday\b", re.IGNORECASE)
SAYS_OFF = re.compile(r"[（(]休[)）]|放假|休假|假期|休息|\s休$|\b(holiday|day off)\b", re.IGNORECASE)
LONGEST = timedelta(days=31)
"""No holiday takes longer."""


class CalendarUnreadable(Malformed):
    """The file is no calendar, or not whole. ``problems`` names every row."""

    code = "calendar-unreadable"
    zh = "这个文件不能当放假安排读，什么也没有录入。第 {problems[0].row} 行：{problems[0].zh}"
    en = "This file cannot be read as an official calendar, and nothing was entered. Row {problems[0].row}: {problems[0].en}"


class YearDays(NamedTuple):
    """The days of a year that are off, and the weekends that are worked."""

    off: list[date]
    worked: list[date]


def days_in(content: bytes, year: int) -> YearDays:
    """The days of a year that a file names; those of other years in it are left out.

    A table has a column for the day and one for whether it is off (休) or worked (班). Of an iCalendar the events count
    that say which of the two they are.

    Raises:
        CalendarUnreadable: it is neither, or a row of it cannot be read. All of them are named.
    """
    problems: list[RowProblem] = []
    is_icalendar = content.removeprefix(b"\xef\xbb\xbf").lstrip()[: len(ICALENDAR)].upper() == ICALENDAR
    named = list(_events(content, problems) if is_icalendar else _rows(content, problems))
    if problems:
        raise CalendarUnreadable(problems=problems)
    of_year = {(day, off) for day, off in named if day.year == year}
    return YearDays(
        sorted(day for day, off in of_year if off), sorted(day for day, off in of_year if not off)
    )


def _rows(content: bytes, problems: list[RowProblem]) -> Iterator[tuple[date, bool]]:
    """The days of a table, each with whether it is off."""
    try:
        offered = sheets(content)
    except NotSheets as no:
        problems.append(RowProblem(1, "", "", no.zh, no.en))
        return
    chosen = next((table for sheet in offered if (table := _table(sheet))), None)
    if chosen is None:
        problems.append(problem(1, "calendar-header"))
        return
    rows, day_at, kind_at = chosen
    for row in rows:
        if not any(row.cells):
            continue
        day, kind = (row.cells[at] if at < len(row.cells) else "" for at in (day_at, kind_at))
        off = squeezed(kind).lower() in OFF
        if not off and squeezed(kind).lower() not in WORKED:
            problems.append(problem(row.number, "calendar-kind", value=kind))
            continue
        try:
            yield instant(day)[0], off
        except ValueError:
            problems.append(problem(row.number, "calendar-day", value=day))


def _table(sheet: Sheet) -> tuple[tuple[Row, ...], int, int] | None:
    """The rows below the header of a sheet in sight, and where the day and its kind stand."""
    for at, row in enumerate(() if sheet.hidden else sheet.rows):
        names = [squeezed(cell).lower() for cell in row.cells]
        days, kinds = ([n for n, name in enumerate(names) if name in known] for known in (DAY, KIND))
        if days and kinds:
            return sheet.rows[at + 1 :], days[0], kinds[0]
    return None


def _events(content: bytes, problems: list[RowProblem]) -> Iterator[tuple[date, bool]]:
    """The days of the events of an iCalendar (RFC 5545) that are off or worked, each with which of the two."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        problems.append(problem(1, "calendar-encoding"))
        return
    event: dict[str, str] | None = None
    begun = 0
    for number, name, value in _properties(text):
        if (name, value.upper()) == ("BEGIN", "VEVENT"):
            event, begun = {}, number
        elif (name, value.upper()) == ("END", "VEVENT") and event is not None:
            off = _is_off(event)
            if off is not None:
                yield from ((day, off) for day in _days(event, begun, problems))
            event = None
        elif event is not None:
            event.setdefault(name, value)
    if event is not None:
        problems.append(problem(begun, "calendar-cut"))


def _properties(text: str) -> Iterator[tuple[int, str, str]]:
    """The lines of an iCalendar put together again where they were folded: their number, name and value."""
    whole: list[tuple[int, str]] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if line[:1] in (" ", "\t") and whole:
            whole[-1] = (whole[-1][0], whole[-1][1] + line[1:])
        else:
            whole.append((number, line))
    for number, line in whole:
        head, _, value = line.partition(":")
        yield number, head.partition(";")[0].strip().upper(), value.strip()


def _is_off(event: Mapping[str, str]) -> bool | None:
    """Whether an event is a day off or one of work; None where it says neither, as the solar terms do."""
    if event.get("X-APPLE-SPECIAL-DAY", "").upper() in SPECIAL:
        return SPECIAL[event["X-APPLE-SPECIAL-DAY"].upper()]
    summary = event.get("SUMMARY", "")
    if SAYS_WORKED.search(summary):
        return False
    return True if SAYS_OFF.search(summary) else None


def _days(event: Mapping[str, str], begun: int, problems: list[RowProblem]) -> list[date]:
    """The days of an event; its last day is the one before its end."""
    written = event.get("DTSTART", ""), event.get("DTEND", "")
    try:
        first = date.fromisoformat(written[0])
        after = date.fromisoformat(written[1]) if written[1] else first + timedelta(days=1)
    except ValueError:
        problems.append(problem(begun, "calendar-day", value="–".join(filter(None, written))))
        return []
    if "RRULE" in event or not timedelta() < after - first <= LONGEST:
        problems.append(problem(begun, "calendar-span", value=event.get("SUMMARY", "")))
        return []
    return [first + timedelta(days=no) for no in range((after - first).days)]
