"""When accounts fall due to be disclosed, what meets that, and how long they stay posted."""

from datetime import date

import pytest

from ledger.disclosure.due_rules import (
    due_on,
    first_published,
    in_force,
    meets,
    periods_over,
    posted_until,
    stays_until,
)
from ledger.periods import Period

Q1, Q2, H1, YEAR = (Period.parse(name) for name in ("2026-Q1", "2026-Q2", "2026-H1", "2026"))


def test_b11_a_quarter_is_due_when_it_lies_whole_after_the_books_began_and_is_over():
    def names(often, first, until):
        return [str(period) for period in periods_over(often, first, until)]

    assert names("quarterly", date(2026, 1, 1), date(2026, 7, 1)) == ["2026-Q1", "2026-Q2"]
    assert names("quarterly", date(2026, 1, 2), date(2026, 6, 30)) == []
    assert names("half_year", date(2025, 12, 1), date(2026, 7, 1)) == ["2026-H1"]
    assert names("monthly", date(2025, 12, 1), date(2026, 2, 1)) == ["2025-12", "2026-01"]
    assert names("yearly", date(2025, 1, 1), date(2026, 1, 1)) == ["2025"]


@pytest.mark.parametrize(
    ("period", "by", "on"),
    [
        (Q1, "end_of_first_month_after_quarter", date(2026, 4, 30)),
        (Q1, "fifteenth_of_first_month_after_quarter", date(2026, 4, 15)),
        (Period.parse("2026-Q4"), "end_of_first_month_after_quarter", date(2027, 2, 1)),  # from a Sunday
        (
            Period.parse("2027-Q4"),
            "fifteenth_of_first_month_after_quarter",
            date(2028, 1, 17),
        ),  # from a Saturday
        (H1, "end_of_first_month_after_quarter", date(2026, 7, 31)),
        (H1, "", date(2026, 7, 31)),
        (YEAR, "", date(2027, 2, 1)),  # 31 January is a Sunday
    ],
)
def test_b10_the_day_is_the_one_that_a_rule_names_for_quarters_else_so_many_days_after(period, by, on):
    assert due_on(period, by, 31, {}) == on


def test_b11_a_quarter_is_told_by_what_contains_it_whole_and_a_half_year_by_itself():
    assert meets(Q1, Q1)
    assert meets(H1, Q1)
    assert meets(YEAR, Q2)
    assert not meets(Q1, H1)
    assert not meets(YEAR, H1)
    board = [(H1, date(2026, 7, 18)), (Q1, date(2026, 5, 4))]
    assert first_published(Q1, board) == date(2026, 5, 4)
    assert first_published(Q2, board) == date(2026, 7, 18)
    assert first_published(YEAR, board) is None


def test_b10_a_posting_lasts_working_days_unless_the_place_counts_days():
    """Thirty working days from 17 July 2026 end on 28 August, not on 17."""
    assert posted_until(date(2026, 7, 17), {"posting_wd": 30}, {}) == date(2026, 8, 28)
    assert posted_until(date(2026, 7, 17), {"posting_wd": 30, "posting_days": 15}, {}) == date(2026, 8, 3)


@pytest.mark.parametrize(
    ("period", "on", "until"),
    [
        ("2026-Q3", date(2026, 10, 8), date(2027, 1, 15)),
        ("2026-H1", date(2026, 7, 10), date(2026, 10, 15)),
        ("2026-Q1", date(2026, 7, 15), date(2026, 10, 15)),  # when the next was due already
    ],
)
def test_domain_12_a_table_that_stays_until_the_next_stays_until_that_is_due(period, on, until):
    """沪房规范〔2025〕8号 Art. 14: ninety-two days ended a week before the next table."""
    local = {
        "posting_wd": 30,
        "posted_until_next": True,
        "publish": "quarterly",
        "publish_due": "fifteenth_of_first_month_after_quarter",
    }

    assert stays_until(Period.parse(period), on, local, 31, {}) == until


def test_what_holds_from_a_day_on_holds_until_the_next():
    values = [(date(2026, 1, 1), "quarterly"), (date(2026, 4, 1), "yearly")]

    assert in_force(values, date(2025, 12, 31)) is None
    assert in_force(values, date(2026, 3, 31)) == "quarterly"
    assert in_force(values, date(2026, 4, 1)) == "yearly"
