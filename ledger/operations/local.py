"""本地参数与日历: the numbers that local rules leave open, each from a day on with its source; the working days of a year."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from pydantic import Field as Limit
from sqlmodel import Session

from ledger.community.role_rules import Role
from ledger.fields import Out, Search, Year
from ledger.intake.calendar_actions import import_calendar
from ledger.operations.changes import ChangeOut, by_calendar, by_number, otherwise
from ledger.operations.choices import coming_years, numbers
from ledger.operations.circles import OFFICE
from ledger.operations.operation import (
    Cited,
    Comparison,
    Declared,
    Field,
    Listing,
    Operation,
    Part,
    Record,
    Said,
)
from ledger.register.local_actions import enter_calendar, set_number
from ledger.register.local_rules import NoNumber, NumberKey
from ledger.register.queries import (
    LocalNumber,
    SpecialDay,
    local_numbers,
    number_history,
    special_days,
)
from ledger.words import word


class LocalNumberOut(Out):
    local_number: str
    set_to: str
    since: date
    source: Cited
    set_for: str


class NumberOverTimeOut(Out):
    set_to: str = Limit(validation_alias="value")
    since: date
    source: Cited
    set_for: str = Limit(validation_alias="scope")


class SpecialDayOut(Out):
    day: date
    works: bool
    provisional: bool


def _shown(number: LocalNumber) -> Mapping[str, Any]:
    return {
        "local_number": number.key,
        "set_to": number.value,
        "since": number.since,
        "source": number.source,
        "set_for": number.scope,
    }


def numbers_here(
    session: Session, community: str, today: date, *, search: Search = ""
) -> Sequence[Mapping[str, Any]]:
    """Every local number that holds here today, with what it rests on; of some words in its name only, when asked."""
    return [
        _shown(number)
        for number in local_numbers(session, community, today)
        if any(search.lower() in word("number", number.key, language).lower() for language in ("zh", "en"))
    ]


def number_here(session: Session, community: str, local_number: NumberKey, today: date) -> Mapping[str, Any]:
    """One local number as it holds here today.

    Raises:
        NoNumber: none is called so.
    """
    for number in local_numbers(session, community, today):
        if number.key == local_number:
            return _shown(number)
    for number in number_history(session, community, local_number):
        return _shown(number)
    raise NoNumber(local_number=local_number)


def calendar(session: Session, community: str, today: date, year: Year | None = None) -> Sequence[SpecialDay]:
    """The days of a year that are off though no weekend, or worked though one; of this year when none is named."""
    return special_days(session, community, year or today.year)


def _shows(query: Callable[..., Any]) -> Comparison:
    return Comparison(
        title=Said("会改什么", "What changes"),
        query=query,
        gives=ChangeOut,
        otherwise=otherwise,
        note=Said(
            "列出的是本小区正在走的期限、在办的事和按这些数算的金额里会变的，按正式计算的同一套办法算出；没有列出的不变，已经办了的按当时的数。",
            "Of the days, the business and the amounts that run in this community, what would change stands here, counted as it will be "
            "counted in earnest. What is not named stays, and what was done keeps the number of its day.",
        ),
    )


FACTS = {
    "since": Field(Said("从哪天起", "Since")),
    "source": Field(Said("依据", "What it rests on")),
}

YEAR = Field(Said("年份", "Year"), choices=coming_years)
NOTICE = Field(Said("放假通知", "The official notice"))

NUMBER = Record(
    path="/local-numbers/<local_number>",
    title=Said("一项本地参数", "A local number"),
    roles=OFFICE,
    query=number_here,
    gives=LocalNumberOut,
    heading="local_number",
    state=("set_to", "since"),
    facts=FACTS,
    parts={
        "history": Part(
            title=Said("各个时候的数值", "Over time"), query=number_history, gives=NumberOverTimeOut
        )
    },
)

DECLARED: tuple[Declared, ...] = (
    Listing(
        path="/local-numbers",
        title=Said("本地参数", "Local numbers"),
        roles=OFFICE,
        query=numbers_here,
        gives=LocalNumberOut,
        key="numbers",
        record=NUMBER,
        columns=("local_number", "set_to", "since", "source", "set_for"),
        facts=FACTS,
    ),
    NUMBER,
    Operation(
        path="/local-numbers/<local_number>/values",
        title=Said("修改本地参数", "Set a local number"),
        roles=(Role.OPERATOR,),
        does=set_number,
        seals=("number.set",),
        on=NUMBER,
        confirms=True,
        shows=_shows(by_number),
        fields={
            "local_number": Field(Said("参数", "Number"), choices=numbers),
            "value": Field(
                Said("新的数值", "New value"),
                hint=Said(
                    "数字（钱写元，利率写百分比），或者写是、否。",
                    "A number (money in yuan, rates in per cent), or yes or no.",
                ),
            ),
            "since": Field(
                Said("从哪天起", "Since"),
                hint=Said(
                    "最早从今天起；以前办的事按当时的数。",
                    "Today at the earliest; what was done keeps the number of its day.",
                ),
            ),
            "source": Field(
                Said("依据", "What it rests on"),
                hint=Said(
                    "法规的条文，或者业主大会的决议。", "The article of the rule, or the owners' resolution."
                ),
            ),
        },
    ),
    Listing(
        path="/calendar",
        title=Said("工作日历", "Working days"),
        roles=OFFICE,
        query=calendar,
        gives=SpecialDayOut,
        key="days",
        facts={
            "day": Field(Said("日期", "Day")),
            "works": Field(Said("上班", "Worked")),
            "provisional": Field(
                Said("暂定", "Provisional"),
                hint=Said(
                    "国家还没有公布这一年的放假安排，先按法定节假日算。",
                    "The official calendar of the year is not published; statutory holidays are assumed.",
                ),
            ),
        },
        empty=Said("这一年没有特别的日子。", "The year has no special days."),
    ),
    Operation(
        path="/calendar",
        title=Said("录入一年的放假安排", "Enter the official calendar of a year"),
        roles=(Role.OPERATOR,),
        does=enter_calendar,
        seals=("calendar.entered",),
        confirms=True,
        shows=_shows(by_calendar),
        fields={
            "year": YEAR,
            "days_off": Field(
                Said("放假的日子", "Days off"),
                hint=Said(
                    "每行一个，例如 2027-02-05；节假日连周末一起写。",
                    "One on each line, such as 2027-02-05; with the weekends within a holiday.",
                ),
            ),
            "days_worked": Field(
                Said("调休上班的周末", "Weekends that are worked"),
                hint=Said("每行一个，没有就不填。", "One on each line; leave it out where there are none."),
            ),
            "document": NOTICE,
        },
    ),
    Operation(
        path="/calendar/imports",
        title=Said("导入一年的放假安排", "Import the official calendar of a year"),
        roles=(Role.OPERATOR,),
        does=import_calendar,
        seals=("calendar.entered",),
        confirms=True,
        shows=_shows(by_calendar),
        fields={
            "year": YEAR,
            "file": Field(
                Said("放假安排的文件", "File of the calendar"),
                hint=Said(
                    "表格（Excel 或逗号分隔）里一列“日期”、一列“类型”（休或班），或者手机日历订阅用的日历文件。别的年份的不管；有一行读不懂，一行也不录入。",
                    "A table (Excel or comma-separated) with a column “date” and a column “kind” (off or work), or a calendar file (.ics). "
                    "Other years are left out; if one row cannot be read nothing is entered.",
                ),
            ),
            "document": NOTICE,
        },
    ),
)
