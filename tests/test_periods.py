"""Time as the ledger counts it: Shanghai days, months that tile the year, working days."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.periods import (
    SHANGHAI,
    Month,
    Period,
    PeriodMalformed,
    day_in_shanghai,
    is_working_day,
    marked,
    months_between,
    noon,
    official_through,
    plus_days,
    plus_working_days,
    quarters_in,
    years_after,
)
from ledger.words import ProvisionalDay, told

months = st.builds(Month, st.integers(1901, 2200), st.integers(1, 12))


@pytest.mark.parametrize("text", ["2026-01", "2026-12", "0001-01", "9999-12"])
def test_a_month_is_written_as_it_is_read(text):
    assert str(Month.parse(text)) == text


@pytest.mark.parametrize(
    "text",
    ["", "2026", "2026-7", "2026-00", "2026-13", "26-07", "2026/07", " 2026-07", "2026-07\n", "2026-07-01",
     "2026-Q1", "-026-07", "0000-07", "２０２６-07", "٢٠٢٦-07"],
)  # fmt: skip
def test_what_is_no_month_is_refused(text):
    with pytest.raises(PeriodMalformed):
        Month.parse(text)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-02", date(2026, 2, 1), date(2026, 2, 28)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2100-02", date(2100, 2, 1), date(2100, 2, 28)),
        ("2000-02", date(2000, 2, 1), date(2000, 2, 29)),
        ("2026-Q1", date(2026, 1, 1), date(2026, 3, 31)),
        ("2026-Q4", date(2026, 10, 1), date(2026, 12, 31)),
        ("2026-H1", date(2026, 1, 1), date(2026, 6, 30)),
        ("2026-H2", date(2026, 7, 1), date(2026, 12, 31)),
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("2026-07-R12", date(2025, 8, 1), date(2026, 7, 31)),
        ("2026-12-R12", date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_a_period_runs_from_its_first_to_its_last_day(text, first, last):
    period = Period.parse(text)
    assert (period.first, period.last, str(period)) == (first, last, text)


@pytest.mark.parametrize(
    ("text", "kind", "quarters"),
    [
        ("2026-07", "month", []),
        ("2026-Q3", "quarter", ["2026-Q3"]),
        ("2026-H1", "half-year", ["2026-Q1", "2026-Q2"]),
        ("2026", "year", ["2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"]),
        ("2026-12-R12", "rolling", ["2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"]),
        ("2026-02-R12", "rolling", ["2025-Q2", "2025-Q3", "2025-Q4"]),
    ],
)
def test_a_period_has_a_kind_and_the_quarters_that_lie_in_it(text, kind, quarters):
    assert Period.parse(text).kind == kind
    assert list(map(str, quarters_in(Period.parse(text)))) == quarters


@pytest.mark.parametrize(
    "text",
    ["", "2026-Q0", "2026-Q5", "2026-H0", "2026-H3", "2026-h1", "2026-q1", "2026-", "202", "20260", "2026-7",
     "2026-H1 ", "2026-H1\n", "H1-2026", "0000", "0000-H1", "２０２６-H1", "２０２６", "2026-R12", "2026-Q1-R12",
     "2026-07-R6", "2026-07-R12\n", "0000-07-R12", "0001-07-R12"],
)  # fmt: skip
def test_what_is_no_period_is_refused(text):
    with pytest.raises(PeriodMalformed):
        Period.parse(text)


@pytest.mark.parametrize(
    "names",
    [
        [f"2024-{number:02d}" for number in range(1, 13)],
        ["2024-Q1", "2024-Q2", "2024-Q3", "2024-Q4"],
        ["2024-H1", "2024-H2"],
        ["2024"],
    ],
)
def test_periods_tile_the_year(names):
    day = date(2024, 1, 1)
    for name in names:
        period = Period.parse(name)
        assert period.first == day
        day = period.last + timedelta(days=1)
    assert day == date(2025, 1, 1)


@pytest.mark.parametrize(
    ("period", "before"),
    [
        ("2026-07", "2026-06"),
        ("2026-01", "2025-12"),
        ("2026-Q1", "2025-Q4"),
        ("2026-Q3", "2026-Q2"),
        ("2026-H1", "2025-H2"),
        ("2026-H2", "2026-H1"),
        ("2026", "2025"),
        ("2026-07-R12", "2025-07-R12"),
    ],
)
def test_the_period_before_is_as_long_and_ends_where_this_one_starts(period, before):
    assert str(Period.parse(period).before) == before
    assert Period.parse(before).last + timedelta(days=1) == Period.parse(period).first


@given(months, st.integers(-1000, 1000))
def test_months_forth_and_back_lead_home(month, count):
    assert month.plus(count).plus(-count) == month


@given(months)
def test_the_next_month_starts_the_day_after_this_one_ends(month):
    assert month.plus(1).first == month.last + timedelta(days=1)
    assert str(month) < str(month.plus(1))
    assert Month.of(month.last) == month == Month.parse(str(month))


def test_months_between_counts_both_ends():
    between = [str(month) for month in months_between(Month(2025, 11), Month(2026, 2))]
    assert between == ["2025-11", "2025-12", "2026-01", "2026-02"]
    assert list(months_between(Month(2026, 2), Month(2026, 1))) == []


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (datetime(2024, 12, 31, 15, 59, 59, tzinfo=UTC), date(2024, 12, 31)),
        (datetime(2024, 12, 31, 16, 0, 0, tzinfo=UTC), date(2025, 1, 1)),
        (datetime(2024, 12, 31, 23, 30, tzinfo=timezone(timedelta(hours=-8))), date(2025, 1, 1)),
        (datetime(1988, 7, 1, 15, 0, tzinfo=UTC), date(1988, 7, 2)),  # summer time: nine hours ahead
    ],
)
def test_sixteen_hours_in_greenwich_is_tomorrow_in_shanghai(at, day):
    assert day_in_shanghai(at) == day


def test_an_instant_without_a_time_zone_is_on_no_day():
    with pytest.raises(ValueError, match="time zone"):
        day_in_shanghai(datetime(2026, 1, 1))


@given(st.dates(date(1950, 1, 1), date(2200, 1, 1)))
def test_noon_is_on_its_day(day):
    assert noon(day).tzinfo is UTC
    assert noon(day).astimezone(SHANGHAI).hour == 12
    assert day_in_shanghai(noon(day)) == day


def test_the_national_calendar_moves_working_days():
    assert not is_working_day(date(2024, 10, 1))  # National Day, a Tuesday
    assert is_working_day(date(2024, 10, 12))  # a Saturday worked in exchange
    assert is_working_day(date(2024, 10, 14))


def test_the_operator_knows_better_than_the_national_calendar():
    typhoon = {date(2024, 10, 14): False, date(2024, 10, 1): True}
    assert not is_working_day(date(2024, 10, 14), typhoon)
    assert is_working_day(date(2024, 10, 1), typhoon)


def test_years_without_a_published_calendar_work_monday_to_friday():
    assert is_working_day(date(2190, 10, 1))  # a Friday
    assert not is_working_day(date(2190, 10, 2))


def test_the_first_day_of_a_term_does_not_count():
    friday = date(2026, 3, 6)
    assert plus_working_days(friday, 0) == friday
    assert plus_working_days(friday, 1) == date(2026, 3, 9)
    assert plus_working_days(friday, 5) == date(2026, 3, 13)


def test_b6_working_days_of_a_year_without_a_notice_leave_out_its_statutory_holidays():
    assert plus_working_days(date(2026, 12, 31), 15) == date(2027, 1, 22)
    assert not is_working_day(date(2027, 2, 8))  # the third day of the Spring Festival, a Monday


def test_b6_a_term_that_would_end_on_a_day_off_ends_on_the_next_working_day():
    assert plus_days(date(2026, 1, 31), 30) == date(2026, 3, 2)
    assert plus_days(date(2026, 2, 26), 2) == date(2026, 2, 28)  # a Saturday on which people work
    assert plus_days(date(2026, 12, 31), 30) == date(2027, 2, 1)  # the day would be a Saturday
    assert plus_days(date(2026, 9, 1), 30) == date(2026, 10, 8)  # the National Day's holidays
    assert plus_days(date(2026, 9, 1), 30, {date(2026, 10, 1): True}) == date(2026, 10, 1)


@pytest.mark.parametrize(
    ("day", "years", "after"),
    [
        (date(2024, 2, 29), 1, date(2025, 2, 28)),
        (date(2024, 2, 29), 4, date(2028, 2, 29)),
        (date(2096, 2, 29), 4, date(2100, 2, 28)),
        (date(2026, 7, 31), 2, date(2028, 7, 31)),
    ],
)
def test_a_term_of_years_ends_on_the_same_day_or_the_last_of_february(day, years, after):
    assert years_after(day, years) == after


@pytest.mark.parametrize(
    "day",
    [
        plus_working_days(date(2026, 12, 30), 3),
        plus_days(date(2026, 12, 31), 30),
        plus_days(plus_days(date(2026, 12, 31), 30), 1),
        marked(date(2027, 3, 1)),
    ],
)
def test_a_day_counted_with_an_assumed_year_says_that_it_is_provisional(day):
    assert isinstance(day, ProvisionalDay)
    assert told(day, "zh").endswith("日（暂按法定节假日推算）")
    assert told(day, "en").endswith(" 2027 (provisional, counted with the statutory holidays)")
    assert (day.isoformat(), day) == (str(day), date.fromisoformat(str(day)))


def test_a_day_of_an_official_year_or_one_that_rests_on_no_working_days_does_not():
    entered = {date(2027, 1, 1): False}
    for day in (
        plus_working_days(date(2026, 6, 30), 15),
        plus_days(date(2026, 6, 30), 30),
        plus_working_days(date(2026, 12, 30), 3, entered),
        marked(date(2027, 3, 1), entered),
    ):
        assert not isinstance(day, ProvisionalDay)


def test_the_official_calendar_is_known_through_the_last_year_before_one_that_is_assumed():
    assert official_through(2026) == 2026
    assert official_through(2026, {date(2027, 1, 1): False}) == 2027
    assert official_through(2028, {date(2027, 1, 1): False}) == 2027
