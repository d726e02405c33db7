from datetime import date
from fractions import Fraction

import pytest

from ledger.fund.statements_01_02_03 import COLUMNS_02
from ledger.periods import noon
from ledger.reports import words


@pytest.mark.parametrize(
    ("name", "said"),
    [("2026-H1", "2026年上半年"), ("2026-H2", "2026年下半年"), ("2026-Q3", "2026年第3季度"), ("2026-07", "2026年7月"), ("2026", "2026年度")],
)  # fmt: skip
def test_periods_are_said_as_people_say_them(name, said):
    assert words.period(name) == said


def test_amounts_rates_and_days_are_written_out_exactly():
    assert words.money(-123_450) == "-1,234.50"
    assert words.bare_yuan(123_456_789) == "1234567.89"
    assert words.rate(9_164) == "91.64%"
    assert words.ratio(Fraction(2, 3)) == "66.67%"
    assert words.points(1_579) == "15.79"
    assert words.day("2026-06-30") == "2026年6月30日"
    assert words.moment(noon(date(2026, 7, 1))) == "2026年7月1日 12:00"
    assert [words.money(None), words.rate(None), words.ratio(None), words.day(None)] == ["—"] * 4


def test_every_column_of_statement_02_has_a_name_and_an_older_notice_shows_those_it_has():
    assert len(words.STATEMENTS["statement_02"][1]) == len(COLUMNS_02)
    assert words.shown_columns("statement_02", [{"fen": [7]}]) == [0]


def test_the_net_asset_statement_drops_the_kind_of_housing_that_is_not_there():
    commodity = [{"fen": [5, 0, 0, 5]}, {"fen": [-2, 0, 0, -2]}]

    assert words.shown_columns("statement_03", commodity) == [0, 2, 3]
    assert words.shown_columns("statement_03", [{"fen": [0, 0, 0, 0]}]) == [0, 1, 2, 3]
    assert words.shown_columns("statement_01", [{"fen": [0, 0]}]) == [0, 1]
