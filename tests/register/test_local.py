"""Local numbers and the calendar: from a day on, with a source, and never for what is done already."""

import json
from datetime import date, timedelta

import pytest
from sqlmodel import select

from ledger.community.queries import community, decided_days, profile
from ledger.community.tables import Area, ProfileValue
from ledger.files.rules import FileMissing
from ledger.journal.rules import AskedDifferently
from ledger.periods import (
    is_provisional,
    is_working_day,
    plus_working_days,
    statutory_holidays,
)
from ledger.register.local_actions import enter_calendar, set_number
from ledger.register.local_rules import (
    CalendarOver,
    CalendarUnchanged,
    DaysOfAnotherYear,
    DayTwice,
    HolidayMissing,
    NoNumber,
    NumberNotAWord,
    NumberNotDecimal,
    NumberNotWhole,
    NumberNotYesOrNo,
    NumberOfThePast,
    NumberUnchanged,
    WorkdayIsWorkday,
    bounds,
)
from ledger.register.queries import local_numbers, number_history, special_days
from ledger.revenue.remittance.queries import share_seen
from ledger.words import told
from tests.cast import MEI, NOON
from tests.factories import SHA, a_paper, a_place

PLACE = "meiyuan"
TODAY = NOON.date()
LATER = date(2026, 9, 1)
KEY = "vote.result_posting_days"


@pytest.fixture
def place(session):
    return a_place(session)


def number(session, value="5", since=LATER, *, key=KEY, source="业主大会议事规则第 12 条"):
    return set_number(session, PLACE, key, value, since, source, by=MEI, at=NOON)


def test_a_number_holds_from_its_day_and_the_one_before_until_then(session, place):
    assert (number(session).fresh, number(session).fresh) == (True, False)

    day_before = LATER - timedelta(days=1)
    assert (profile(session, PLACE, day_before)[KEY], profile(session, PLACE, LATER)[KEY]) == (3, 5)
    assert profile(session, PLACE, LATER).source(KEY) == "业主大会议事规则第 12 条"
    assert [row.value for row in number_history(session, PLACE, KEY)] == ["5", "3"]
    held = {row.key: row for row in local_numbers(session, PLACE, LATER)}
    assert (held[KEY].value, held[KEY].scope, held["vote.notice_days"].scope) == (
        "5",
        "community",
        "national_default",
    )


def test_no_number_of_the_past_and_none_against_one_in_force(session, place):
    with pytest.raises(NumberOfThePast):
        number(session, "7", TODAY - timedelta(days=1))
    number(session, "7", TODAY)
    with pytest.raises(AskedDifferently):
        number(session, "8", TODAY)
    number(session, "8", TODAY + timedelta(days=1))


def test_a_number_that_is_to_come_can_be_forestalled(session, place):
    number(session, "50", date(2062, 9, 1))

    number(session, "7", LATER)

    assert profile(session, PLACE, LATER)[KEY] == 7


@pytest.mark.parametrize(
    ("key", "value"),
    [
        (KEY, "-1"),
        (KEY, "3.5"),
        (KEY, "三"),
        (KEY, "９"),
        ("revenue.to_fund_pct", "101"),
        ("fund.retention_pct", "4"),  # 《建设工程质量保证金管理办法》 Art. 7
        ("disclosure.least_cell", "0"),  # it would tell of single persons
        ("contract.decide_before_days", "1000000"),
        ("warranty.years.roof", "8000"),
        ("vote.deemed_consent", "maybe"),
        ("revenue.publish", "weekly"),
        ("warranty.heating.begins", "11-31"),
        ("warranty.heating.begins", "02-29"),  # not of every year
        ("warranty.heating.begins", "11/15"),
    ],
)
def test_a_value_is_of_the_kind_of_its_number(session, place, key, value):
    with pytest.raises((NumberNotWhole, NumberNotYesOrNo, NumberNotAWord)):
        number(session, value, key=key)


def test_every_number_that_comes_with_the_ledger_may_be_what_it_is(session, place):
    for number in session.exec(select(ProfileValue)):
        value = json.loads(number.value)
        if isinstance(value, int) and not isinstance(value, bool):
            least, most = bounds(number.key)
            assert least <= value <= most, (number.scope, number.key)


@pytest.mark.parametrize(
    ("key", "value", "stored", "shown"),
    [
        ("warranty.heating.begins", "10-20", "10-20", "10-20"),
        ("fund.price_review_over_fen", "30,000.50", 3_000_050, "30,000.50"),
        ("topup.first_fen_per_m2.lift", "85", 8_500, "85.00"),
        ("fee.lpr_1y_e6", "3.05", 30_500, "3.05"),
        ("committee.instead.market", "community_office", "community_office", "community_office"),
    ],
)
def test_money_is_written_in_yuan_and_a_rate_in_per_cent(session, place, key, value, stored, shown):
    number(session, value, key=key)

    assert profile(session, PLACE, LATER)[key] == stored
    assert number_history(session, PLACE, key)[0].value == shown


@pytest.mark.parametrize("value", ["1.005", "-1", "三万", "1e3", ""])
def test_what_is_no_amount_is_refused_with_how_it_is_written(session, place, value):
    with pytest.raises(NumberNotDecimal, match="2 位小数"):
        number(session, value, key="fund.price_review_over_fen")


def test_words_and_yes_are_understood(session, place):
    number(session, "是", key="vote.deemed_consent")
    number(session, "yearly", key="revenue.publish")

    local = profile(session, PLACE, LATER)
    assert (local["vote.deemed_consent"], local["revenue.publish"]) == (True, "yearly")


def test_a_number_that_nothing_asks_or_that_is_so_already_is_refused(session, place):
    with pytest.raises(NoNumber):
        number(session, key="vote.colour")
    with pytest.raises(NumberUnchanged):
        number(session, "3")


def official(year=2027):
    """The days off of a year as a notice might name them: the statutory ones and a bridge."""
    return sorted({*statutory_holidays(year), date(year, 10, 6), date(year, 10, 7)})


def entered(session, year=2027, off=None, worked=(), document=SHA):
    days = official(year) if off is None else off
    return enter_calendar(session, PLACE, year, days, document, days_worked=worked, by=MEI, at=NOON)


def test_the_same_calendar_again_is_no_change(session, place):
    entered(session)

    with pytest.raises(CalendarUnchanged, match="2027"):
        entered(session, document=a_paper(session, b"%PDF-1.7 the notice once more"))
    entered(session, off=[*official(), date(2027, 10, 8)])


def paid_by(session, quarter):
    return told(share_seen(session, PLACE, quarter, date(2026, 12, 31))["due_on"], "zh")


def test_until_a_calendar_is_official_holidays_are_off_and_what_is_counted_is_provisional(session, place):
    assert plus_working_days(date(2026, 12, 31), 15) == date(2027, 1, 22)
    assert not is_working_day(date(2027, 2, 8))
    assert is_provisional(2027)
    assert paid_by(session, "2026-Q4") == "2027年1月22日（暂按法定节假日推算）"
    assert paid_by(session, "2026-Q2") == "2026年7月21日"
    assert all(day.provisional for day in special_days(session, PLACE, 2027))

    entered(session, worked=[date(2027, 9, 26)])

    decided = decided_days(session, "")
    assert not is_provisional(2027, decided)
    assert paid_by(session, "2026-Q4") == "2027年1月22日"
    assert (is_working_day(date(2027, 10, 7), decided), is_working_day(date(2027, 9, 26), decided)) == (
        False,
        True,
    )
    assert {day.day for day in special_days(session, PLACE, 2027) if day.works} == {date(2027, 9, 26)}


def test_the_calendar_is_that_of_the_whole_area_and_of_no_other(session, place):
    session.add(Area(code="east", name="东片区"))
    session.flush()
    community(session, PLACE).area = "east"
    session.flush()

    entered(session)

    assert decided_days(session, "east")
    assert not decided_days(session, "")


def test_a_later_notice_takes_the_place_of_an_earlier_one(session, place):
    entered(session)

    later = a_paper(session, b"%PDF-1.7 corrected notice")
    entered(session, off=sorted(statutory_holidays(2027)), document=later)

    assert is_working_day(date(2027, 10, 7), decided_days(session, ""))


def test_what_was_counted_with_past_days_stays(session, place):
    entered(session, 2026, off=sorted({*statutory_holidays(2026), date(2026, 7, 1), date(2026, 7, 20)}))

    decided = decided_days(session, "")
    assert (date(2026, 7, 1) in decided, decided[date(2026, 7, 20)]) == (False, False)


def test_a_calendar_that_cannot_be_is_refused(session, place):
    spring = date(2027, 2, 6)
    for refusal, wrong in (
        (HolidayMissing, {"off": [day for day in official() if day != spring]}),
        (HolidayMissing, {"off": []}),
        (DaysOfAnotherYear, {"off": [*official(), date(2028, 1, 1)]}),
        (DayTwice, {"worked": [spring]}),
        (WorkdayIsWorkday, {"worked": [date(2027, 3, 1)]}),
        (CalendarOver, {"year": 2025}),
        (FileMissing, {"document": "0" * 64}),
    ):
        with pytest.raises(refusal), session.begin_nested():
            entered(session, **wrong)
    assert not decided_days(session, "")
