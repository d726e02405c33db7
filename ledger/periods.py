"""Time as the ledger counts it: Shanghai days, months, quarters, half-years; calendar and working days.

A business day is a ``date``; an instant is an aware ``datetime``. Periods are small ordered values whose
text is their key everywhere: ``2026-07``, ``2026-Q3``, ``2026-H1``, ``2026``, and ``2026-07-R12`` for the twelve months
through July.
"""

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

import chinese_calendar

from ledger.errors import Malformed, Refused
from ledger.words import ProvisionalDay

SHANGHAI = ZoneInfo("Asia/Shanghai")
ROLLING = "-R12"
"""How the name of the twelve months through a month ends."""
PUBLISHED = frozenset(day.year for day in chinese_calendar.holidays)
"""The years whose official days off the library of the national calendar knows."""


class PeriodMalformed(Malformed):
    code = "period-malformed"
    zh = "“{value}”不是一个期间：月份写成 2026-07，季度 2026-Q3，半年 2026-H1，年度 2026，滚动十二个月 2026-07-R12。"
    en = "“{value}” is not a period: write a month as 2026-07, a quarter 2026-Q3, a half-year 2026-H1, a year 2026, twelve months running 2026-07-R12."


class PeriodToCome(Refused):
    code = "period-to-come"
    zh = "{period:period}还没有开始（从{first}起，今天是{today}），还没有可以出的账。"
    en = "{period:period} has not begun (it begins on {first}, today is {today}): there are no books of it yet."


class DayToCome(Malformed):
    code = "day-to-come"
    zh = "{on}还没有到（今天是{today}）。"
    en = "{on} is still to come (today is {today})."


class Month(NamedTuple):
    """A calendar month; sorts by time; ``str`` gives ``2026-07``."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"

    @property
    def first(self) -> date:
        return date(self.year, self.number, 1)

    @property
    def last(self) -> date:
        return date(self.year, self.number, monthrange(self.year, self.number)[1])

    def plus(self, months: int) -> "Month":
        """The month so many months later; earlier when negative."""
        years, index = divmod(self.year * 12 + self.number - 1 + months, 12)
        return Month(years, index + 1)

    @property
    def half_year(self) -> "Period":
        """The half-year that it lies in."""
        return self.within(6)

    def within(self, months: int) -> "Period":
        """The month, quarter, half-year or year of so many months that it lies in."""
        number = (self.number - 1) // months + 1
        ending = {1: f"-{number:02d}", 3: f"-Q{number}", 6: f"-H{number}", 12: ""}[months]
        return Period.parse(f"{self.year:04d}{ending}")

    @staticmethod
    def of(day: date) -> "Month":
        return Month(day.year, day.month)

    @staticmethod
    def parse(text: str) -> "Month":
        """Read ``2026-07``.

        Raises:
            PeriodMalformed: it is not a month.
        """
        if not re.fullmatch(r"(?!0000)[0-9]{4}-(0[1-9]|1[0-2])", text):
            raise PeriodMalformed(value=text)
        return Month(int(text[:4]), int(text[5:]))


class Period(NamedTuple):
    """A run of whole months with a name: a month, a quarter, a half-year, a year, or the twelve through a month."""

    name: str
    start: Month
    end: Month

    def __str__(self) -> str:
        return self.name

    @property
    def first(self) -> date:
        return self.start.first

    @property
    def last(self) -> date:
        return self.end.last

    @property
    def months(self) -> tuple[Month, ...]:
        return tuple(months_between(self.start, self.end))

    @property
    def kind(self) -> str:
        """Its length as it is called: ``month``, ``quarter``, ``half-year``, ``year``, ``rolling``."""
        if self.name.endswith(ROLLING):
            return "rolling"
        return {"": "year", "Q": "quarter", "H": "half-year"}.get(self.name[5:6], "month")

    @property
    def before(self) -> "Period":
        """The period of the same length that ends where this one starts by its name."""
        whole = Period.parse(self.name)
        end = whole.start.plus(-1)
        return Period.parse(f"{end}{ROLLING}") if self.kind == "rolling" else end.within(len(whole.months))

    def since(self, opened_on: date | None) -> "Period":
        """The part of it that lies after the books were opened, in whole months, under the same name."""
        return self if opened_on is None else self._replace(start=max(self.start, Month.of(opened_on)))

    @staticmethod
    def parse(text: str) -> "Period":
        """Read ``2026-07``, ``2026-Q3``, ``2026-H1``, ``2026`` or ``2026-07-R12``.

        Raises:
            PeriodMalformed: it is none of these.
        """
        if text.endswith(ROLLING) and not text.startswith("0001"):
            end = Month.parse(text.removesuffix(ROLLING))
            return Period(text, end.plus(-11), end)
        match = re.fullmatch(r"(?!0000)([0-9]{4})(?:-(?:(0[1-9]|1[0-2])|Q([1-4])|H([12])))?", text)
        if not match:
            raise PeriodMalformed(value=text)
        year = int(match[1])
        if match[2]:
            month = Month(year, int(match[2]))
            return Period(text, month, month)
        if match[3]:
            last = int(match[3]) * 3
            return Period(text, Month(year, last - 2), Month(year, last))
        if match[4]:
            last = int(match[4]) * 6
            return Period(text, Month(year, last - 5), Month(year, last))
        return Period(text, Month(year, 1), Month(year, 12))


def months_between(first: Month, last: Month) -> Iterator[Month]:
    """Every month from the first to the last, both included."""
    month = first
    while month <= last:
        yield month
        month = month.plus(1)


def quarters_in(period: Period) -> list[Period]:
    """The quarters that lie whole in a period, in their order."""
    ending = [month for month in period.months if month.number % 3 == 0 and month.plus(-2) >= period.start]
    return [Period.parse(f"{month.year:04d}-Q{month.number // 3}") for month in ending]


def check_begun(period: "Period", today: date) -> None:
    """See that a period of which figures are asked for has begun.

    Raises:
        PeriodToCome: it has not.
    """
    if today < period.first:
        raise PeriodToCome(period=str(period), first=period.first, today=today)


def check_past(on: date, today: date) -> None:
    """See that what is said to have happened has.

    Raises:
        DayToCome: the day is still to come.
    """
    if on > today:
        raise DayToCome(on=on, today=today)


def day_in_shanghai(at: datetime) -> date:
    """The calendar day on which an instant falls in Shanghai; 16:00 UTC is already tomorrow.

    Raises:
        ValueError: the instant carries no time zone.
    """
    if at.tzinfo is None:
        raise ValueError(f"an instant without a time zone: {at!r}")
    return at.astimezone(SHANGHAI).date()


def noon(day: date) -> datetime:
    """Noon in Shanghai on that day, as an instant in UTC."""
    return datetime(day.year, day.month, day.day, 12, tzinfo=SHANGHAI).astimezone(UTC)


def standing_on(day: date, at: datetime) -> datetime:
    """The same time of another day, as Shanghai's clocks show it."""
    return datetime.combine(day, at.astimezone(SHANGHAI).timetz()).astimezone(UTC)


def has_national_calendar(year: int) -> bool:
    """Whether the official days off of a year are published as far as this version knows."""
    return year in PUBLISHED


def is_working_day(day: date, decided: Mapping[date, bool] | None = None) -> bool:
    """Whether people work on that day: the operator's own decision first, then the national calendar.

    In a year whose national calendar is not published the statutory holidays are off; days that will be exchanged for
    them are not known yet, so what is counted with that year is provisional.
    """
    if decided and day in decided:
        return decided[day]
    if has_national_calendar(day.year):
        return bool(chinese_calendar.is_workday(day))
    return day.weekday() < 5 and day not in statutory_holidays(day.year)


@cache
def statutory_holidays(year: int) -> frozenset[date]:
    """The days off of a year by law, with the weekdays that stand in for those on a weekend (全国年节及纪念日放假办法)."""
    from holidays import country_holidays  # a second of work, for years that are not published yet

    named = country_holidays("CN", years=year)
    return frozenset(day for day, name in named.items() if "substituted" not in name)


def is_provisional(year: int, decided: Mapping[date, bool] | None = None) -> bool:
    """Whether the working days of a year are assumed: neither published nationally nor decided by the operator."""
    return not has_national_calendar(year) and not any(day.year == year for day in decided or ())


def official_through(year: int, decided: Mapping[date, bool] | None = None) -> int:
    """The last year from one on whose working days are official, with all before it; the year before where its own are
    assumed."""
    while not is_provisional(year, decided):
        year += 1
    return year - 1


def marked(day: date, decided: Mapping[date, bool] | None = None, *, since: date | None = None) -> date:
    """A day that rests on working days, as a `ProvisionalDay` where they are assumed in a year from that of ``since`` on.

    Without ``since`` it is a day that was counted before and is kept: it goes by its own year.
    """
    assumed = any(is_provisional(year, decided) for year in range((since or day).year, day.year + 1))
    return ProvisionalDay(day.year, day.month, day.day) if assumed else day


def plus_working_days(day: date, count: int, decided: Mapping[date, bool] | None = None) -> date:
    """The day on which a term of so many working days ends, marked where it is provisional; the first day does not count
    (民法典 Art. 201)."""
    last = day
    while count > 0:
        last += timedelta(days=1)
        count -= is_working_day(last, decided)
    return marked(last, decided, since=day)


def plus_days(day: date, count: int, decided: Mapping[date, bool] | None = None) -> date:
    """The day on which a term of so many days ends, marked where it is provisional: the first does not count, and one that
    would end on a day off ends on the next working day (民法典 Art. 201, 203)."""
    end = last = day + timedelta(days=count)
    while not is_working_day(last, decided):
        last += timedelta(days=1)
    return marked(last, decided, since=end)


def kept_through(day: date, years: int) -> date:
    """The last day on which a record is kept: its years count from the first day after its own (会计档案管理办法 Art. 14)."""
    return date(day.year + years, 12, 31)


def years_after(day: date, years: int) -> date:
    """The last day of a term of so many years that starts the day after; 29 February becomes 28."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 2, 28)


def day_of_year(year: int, text: str) -> date:
    """The day of a year that a local number names as ``11-15``."""
    return date.fromisoformat(f"{year:04d}-{text}")


def plus_months(day: date, months: int) -> date:
    """The day so many months later, or earlier when negative; the last of its month where that has no such day."""
    month = Month.of(day).plus(months)
    return month.first.replace(day=min(day.day, month.last.day))
