"""B6: the official calendar of a year is read from a table or from an iCalendar, and entered as by hand."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from openpyxl import Workbook

from ledger.community.actions import appoint
from ledger.community.queries import decided_days
from ledger.community.role_rules import EVERYWHERE, Role, Seat
from ledger.fields import Upload
from ledger.intake.calendar_actions import import_calendar
from ledger.intake.calendar_rules import CalendarUnreadable, days_in
from ledger.periods import is_working_day, statutory_holidays
from ledger.register.local_rules import HolidayMissing
from tests.cast import MEI, NOON, WEN
from tests.community.databases import session, shared
from tests.doors import Caller, application
from tests.factories import PAPER, SHA, a_paper, a_place

__all__ = ["session", "shared"]

OFF = sorted({*statutory_holidays(2027), date(2027, 10, 6), date(2027, 10, 7)})
WORKED = [date(2027, 9, 26)]
ROWS = [*((day, "休") for day in OFF), *((day, "班") for day in WORKED)]


def csv(rows=ROWS, header="日期,类型", encoding="utf-8"):
    return "\r\n".join([header, *(f"{day},{kind}" for day, kind in rows), ""]).encode(encoding)


def xlsx(rows=ROWS):
    book, body = Workbook(), BytesIO()
    book.active.append(["2027年放假安排"])
    book.active.append(["Date", "节日", "Kind"])
    for day, kind in rows:
        book.active.append([day, "", "off" if kind == "休" else "work"])
    book.save(body)
    return body.getvalue()


def event(day, summary, more=()):
    return [
        "BEGIN:VEVENT",
        f"DTSTART;VALUE=DATE:{day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{summary}",
        *more,
        "END:VEVENT",
    ]


def ics(events):
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", *(line for of in events for line in of), "END:VCALENDAR", ""]
    return "\r\n".join(lines).encode()


SUBSCRIBED = ics([event(day, f"国庆节（{kind}）") for day, kind in ROWS])
APPLES = ics(
    [
        *(
            event(
                day,
                "节日",
                ["X-APPLE-SPECIAL-DAY:" + ("WORK-HOLIDAY" if kind == "休" else "ALTERNATE-\r\n WORKDAY")],
            )
            for day, kind in ROWS
        ),
        event(date(2027, 8, 8), "立秋"),
        event(date(2028, 1, 1), "元旦", ["X-APPLE-SPECIAL-DAY:WORK-HOLIDAY"]),
    ]
)


@pytest.mark.parametrize(
    "content",
    [csv(), csv(encoding="gb18030"), csv(header="date,kind"), xlsx(), SUBSCRIBED, APPLES],
    ids=["csv", "gb18030", "english", "xlsx", "ics", "apple"],
)
def test_b6_a_file_tells_the_days_of_its_year(content):
    assert days_in(content, 2027) == (OFF, WORKED)


def test_an_event_of_several_days_is_each_of_them():
    lines = event(date(2027, 10, 1), "国庆节 假期 第1天/共7天")
    lines[2] = "DTEND;VALUE=DATE:20271008"

    assert days_in(ics([lines]), 2027).off == [date(2027, 10, day) for day in range(1, 8)]


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        (csv([("2027-02-30", "休"), ("2027-10-01", "休"), ("2027-10-02", "？")]), [2, 4]),
        (csv(header="节日,说明"), [1]),
        (b"", [1]),
        (b"BEGIN:VCALENDAR\r\n\xff\xfe", [1]),
        (ics([event(date(2027, 10, 1), "国庆（休）", ["RRULE:FREQ=YEARLY"])]), [3]),
        (SUBSCRIBED[: SUBSCRIBED.rindex(b"END:VEVENT")], [3 + 5 * (len(ROWS) - 1)]),
    ],
)
def test_b6_every_row_that_cannot_be_read_is_named(content, rows):
    with pytest.raises(CalendarUnreadable) as refused:
        days_in(content, 2027)

    assert [problem.row for problem in refused.value.facts["problems"]] == rows


def imported(session, content):
    return import_calendar(session, "meiyuan", 2027, Upload("2027", content), SHA, by=MEI, at=NOON)


def test_b6_it_is_entered_as_by_hand(session):
    a_place(session)

    imported(session, SUBSCRIBED)

    decided = decided_days(session, "")
    assert (is_working_day(OFF[-1], decided), is_working_day(WORKED[0], decided)) == (False, True)


def test_b6_a_calendar_without_a_spring_festival_is_refused_from_a_file_too(session):
    a_place(session)
    spring = date(2027, 2, 6)

    with pytest.raises(HolidayMissing):
        imported(session, csv([row for row in ROWS if row[0] != spring]))
    with pytest.raises(HolidayMissing):
        imported(session, APPLES.replace(b"2027", b"2026"))


@pytest.fixture
def url(furnished_url):
    return furnished_url


def test_b6_it_is_imported_by_a_program_and_what_is_wrong_is_told(database, tmp_path):
    app = application(database, tmp_path / "home")
    with database.writing() as session:
        a_paper(session, PAPER)
        appoint(session, "wen", EVERYWHERE, Seat(Role.OPERATOR), date(2026, 1, 1), by=MEI, at=NOON)
    operator = Caller(app.test_client(), WEN)
    path = "/communities/meiyuan/calendar/imports"

    wrong = csv([("2027-02-30", "休")])
    refused = operator("POST", path, 422, year="2027", file=(wrong, "2027.csv"), document=SHA)
    entered = operator("POST", path, 201, year="2027", file=(SUBSCRIBED, "2027.ics"), document=SHA)

    assert (refused["code"], "第 2 行" in refused["title"]) == ("calendar-unreadable", True)
    assert "2027-02-30" in str(refused["facts"])
    assert entered["entry"] > 0
