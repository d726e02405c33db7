"""What a local number and a calendar of a year may say. Pure."""

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from typing import Annotated

from pydantic import Field

from ledger.errors import Malformed, Refused, Unknown
from ledger.fields import Text
from ledger.money import parts, whole
from ledger.periods import day_of_year
from ledger.words import Coded

NumberKey = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[a-zA-Z][a-zA-Z0-9_.]*$")]
"""What a local number is called by programs: ``vote.notice_days``."""
NumberText = Text
"""A value as people write it: a whole number, 是 or 否, or one of the words that the number may be."""
MOST = {"days": 3_650, "wd": 3_650, "months": 1_200, "years": 100, "pct": 100, "minutes": 1_000_000}
"""The most that a number may be, by a part of its name: beyond it no day could be counted, and no part is more than the whole."""
BOUNDS = {
    "disclosure.least_cell": (3, 1_000),
    "fee.late_cap_lpr_pct": (0, 1_000),
    "fund.retention_pct": (0, 3),
    "ticket.personal_years": (1, 30),
    "topup.target_pct": (0, 1_000),
}
"""The least and the most of single numbers: retention money is three per cent at most (《建设工程质量保证金管理办法》 Art. 7), a count
below three tells of persons; caps and targets may be more than the whole; who reported
a repair is forgotten at some time."""
MOST_OF_OTHERS = 1_000_000_000
YES = {"是": True, "yes": True, "true": True, "否": False, "no": False, "false": False}


class NoNumber(Unknown):
    code = "no-local-number"
    zh = "没有叫“{local_number}”的本地参数。"
    en = "There is no local number “{local_number}”."


class NumberNotWhole(Malformed):
    code = "local-number-not-whole"
    zh = "“{local_number}”不能是“{value}”：要写 {least} 到 {most} 的整数。"
    en = "“{local_number}” cannot be “{value}”: it is a whole number from {least} to {most}."


class NumberNotDecimal(Malformed):
    code = "local-number-not-decimal"
    zh = "“{local_number}”不能是“{value}”：要写 {least} 到 {most}，最多 {places} 位小数。"
    en = "“{local_number}” cannot be “{value}”: it is {least} to {most}, with {places} decimals at most."


class NumberNotYesOrNo(Malformed):
    code = "local-number-not-yes-or-no"
    zh = "“{local_number}”不能是“{value}”：写是或否。"
    en = "“{local_number}” cannot be “{value}”: write yes or no."


class NumberNotAWord(Malformed):
    code = "local-number-not-a-word"
    zh = "“{local_number}”不能是“{value}”；可以是{known}。"
    en = "“{local_number}” cannot be “{value}”; it may be {known}."


class NumberUnchanged(Refused):
    code = "local-number-unchanged"
    zh = "“{local_number}”在{since}本来就是“{value}”，没有要改的。"
    en = "“{local_number}” is “{value}” on {since} already; there is nothing to change."


class NumberInForce(Refused):
    code = "local-number-in-force"
    zh = "“{local_number}”从{last}起已经有本小区的数值；新的要从它以后的日子起，不能从{since}起。"
    en = "“{local_number}” has a value of this community since {last}; another begins on a later day, not on {since}."


class NumberOfThePast(Refused):
    code = "local-number-of-the-past"
    zh = "“{local_number}”不能从{since}起：已经办了的事按当时的数，最早从今天（{today}）起。"
    en = "“{local_number}” cannot begin on {since}: what was done keeps the number of its day, so today ({today}) is the earliest."


class DaysOfAnotherYear(Malformed):
    code = "calendar-other-year"
    zh = "{days} 不是 {year} 年的日子。"
    en = "{days} are no days of {year}."


class DayTwice(Malformed):
    code = "calendar-day-twice"
    zh = "{days} 既写成放假又写成上班。"
    en = "{days} are both days off and days of work."


class HolidayMissing(Malformed):
    code = "calendar-holiday-missing"
    zh = "放假日里没有{days}：法定节假日一天也不能少。"
    en = "The days off lack {days}: no statutory holiday may be missing."
    article = "《全国年节及纪念日放假办法》第2条"


class WorkdayIsWorkday(Malformed):
    code = "calendar-workday-is-workday"
    zh = "{days} 本来就是星期一到星期五，不用写成调休上班。"
    en = "{days} are Mondays to Fridays; only weekends that people work are named."


class CalendarOver(Refused):
    code = "calendar-over"
    zh = "{year} 年已经过完，日历不能再改：按它算过的日期都办完了。"
    en = "{year} is over and its calendar stays: what was counted with it is done."


class CalendarUnchanged(Refused):
    code = "calendar-unchanged"
    zh = "{year} 年往后的放假安排已经是这样，没有改动，没有再登记。"
    en = "The days of {year} to come are entered just so already; nothing changed and nothing was entered."


PLACES = {"fen": 2, "e6": 4}
"""With how many decimals people write a number, by a part of its name: fen in yuan, millionths in per cent."""


def _places(key: str) -> int:
    return next((PLACES[part] for part in re.split(r"[._]", key) if part in PLACES), 0)


def as_written(key: str, stored: object) -> str:
    """A value as people write it: money in yuan, rates in per cent, ``yes`` and ``no`` (`ledger.words`, ``number.value``)."""
    if isinstance(stored, bool):
        return "yes" if stored else "no"
    if isinstance(stored, int) and (places := _places(key)):
        return parts(stored, places)
    return str(stored)


def bounds(key: str) -> tuple[int, int]:
    """The least and the most that a number may be."""
    of_its_kind = (MOST[part] for part in re.split(r"[._]", key) if part in MOST)
    return BOUNDS.get(key) or (0, next(of_its_kind, MOST_OF_OTHERS))


def parsed(local_number: Coded, written: str, present: object, known: Collection[str]) -> object:
    """A value as it is stored, of the kind that the number's present value is; ``known`` are the words that it is anywhere.

    Raises:
        NumberNotYesOrNo, NumberNotWhole, NumberNotAWord: it is of another kind, too much, or none of the words.
    """
    text = written.strip()
    if isinstance(present, bool):
        if text.lower() in YES:
            return YES[text.lower()]
        raise NumberNotYesOrNo(local_number=local_number, value=text)
    if isinstance(present, int):
        key = str(local_number)
        least, most = bounds(key)
        places = _places(key)
        value = _scaled(text, places)
        if value is not None and least <= value <= most:
            return value
        refused = NumberNotDecimal if places else NumberNotWhole
        raise refused(
            local_number=local_number,
            value=text,
            least=as_written(key, least),
            most=as_written(key, most),
            places=places,
        )
    if text in known or (_is_of_every_year(text) and _is_of_every_year(str(present))):
        return text
    words = [Coded("number.value", word) for word in sorted(known)]
    raise NumberNotAWord(local_number=local_number, value=text, known=words)


def _is_of_every_year(text: str) -> bool:
    """Whether a text is a day as ``11-15``, which every year has."""
    try:
        return bool(re.fullmatch(r"[0-9]{2}-[0-9]{2}", text)) and bool(day_of_year(2001, text))
    except ValueError:
        return False


def _scaled(text: str, places: int) -> int | None:
    """A number as it is written with decimals, counted in the last of them; None where it is none."""
    if not places:
        return int(text) if text.isascii() and text.isdigit() else None
    try:
        return whole(text, places)
    except Malformed:
        return None


def check_calendar(
    year: int, off: Collection[date], worked: Collection[date], holidays: Iterable[date]
) -> None:
    """See that a calendar is of its year, contradicts itself nowhere and leaves no statutory holiday out.

    Raises:
        DaysOfAnotherYear, DayTwice, HolidayMissing, WorkdayIsWorkday.
    """
    if stray := sorted(day for day in {*off, *worked} if day.year != year):
        raise DaysOfAnotherYear(days=stray, year=year)
    if twice := sorted({*off} & {*worked}):
        raise DayTwice(days=twice)
    if missing := sorted({*holidays} - {*off}):
        raise HolidayMissing(days=missing)
    if usual := sorted(day for day in worked if day.weekday() < 5):
        raise WorkdayIsWorkday(days=usual)


def whole_year(year: int, off: Collection[date], worked: Collection[date]) -> Mapping[date, bool]:
    """Every day of the year and whether people work on it: Monday to Friday, but for what is named."""
    first, after = date(year, 1, 1), date(year + 1, 1, 1)
    days = (first + timedelta(days=no) for no in range((after - first).days))
    return {day: day in worked or (day.weekday() < 5 and day not in off) for day in days}
