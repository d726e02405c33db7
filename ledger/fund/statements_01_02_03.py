"""The three statements of 财会〔2020〕7号, row by row, from balances and flows by account role. Pure.

会住维01表 资产负债表, 会住维02表 收支表, 会住维03表 净资产变动表. Amounts in fen; a role is the
word of an account in `chart.toml`.

A column of statement 02 is a line of `COLUMNS_02`, with its name in `ledger.words.FIGURES`; the board, paper, CSV and XLSX
draw those that are there.
"""

from collections.abc import Mapping
from datetime import date
from operator import sub
from typing import NamedTuple

from ledger.periods import Month, Period


class Line(NamedTuple):
    """A row of a statement: its words, its figures by column, and whether it is a total."""

    zh: str
    en: str
    figures: tuple[int, ...]
    total: bool = False


class Statements(NamedTuple):
    """The three statements; columns: 01 (年初, 期末), 02 `COLUMNS_02`, 03 (商品住宅, 公有住房, 收益, 合计)."""

    s01: tuple[Line, ...]
    s02: tuple[Line, ...]
    s03: tuple[Line, ...]


INCOME = (
    ("交存收入", "Deposits received", ("deposits_commodity", "deposits_seller", "deposits_owner")),
    ("存款利息收入", "Deposit interest", ("interest",)),
    ("国债利息收入", "Bond interest", ("bond_interest",)),
    ("经营收入", "Operating income", ("operating",)),
    ("共用设施处置收入", "Disposal of common facilities", ("scrap",)),
    ("其他收入", "Other income", ("other_income",)),
)
EXPENSE = (
    ("维修支出", "Repair expenditure", ("repairs_commodity", "repairs_seller", "repairs_owner")),
    ("返还支出", "Refunds", ("refunds_commodity", "refunds_seller", "refunds_owner")),
    ("其他支出", "Other expenditure", ("other_expense",)),
)
COMMODITY = (("deposits_commodity",), ("repairs_commodity", "refunds_commodity"))
PUBLIC = (
    ("deposits_seller", "deposits_owner"),
    ("repairs_seller", "repairs_owner", "refunds_seller", "refunds_owner"),
)
GAINS = (("interest", "bond_interest", "operating", "scrap", "other_income"), ("other_expense",))

Flows = Mapping[str, int]
"""What an account brought in or paid out, by role, closings left out, in fen."""


def of_the_period(period: Period, opened_on: date | None) -> tuple[date, date]:
    """本期数: the days of the period itself."""
    return period.first, period.last


def year_start(period: Period, opened_on: date | None) -> Month:
    """The first month of a period's year, or in the year in which the books were opened that of the opening day."""
    january = Month(period.end.year, 1)
    return january if opened_on is None else max(january, min(Month.of(opened_on), period.end))


def year_to_date(period: Period, opened_on: date | None) -> tuple[date, date]:
    """本年累计数: from the start of its year until its last day."""
    return year_start(period, opened_on).first, period.last


COLUMNS_02 = (of_the_period, year_to_date)
"""The columns of 收支表 from left to right: each says for a period between which days it adds up what flowed.

The name of a column is `ledger.words.FIGURES`' ``statement_02/fen/`` and its place, counted from nought."""


def _sum(of: Mapping[str, int], roles: tuple[str, ...]) -> int:
    return sum(of.get(role, 0) for role in roles)


def statement_01(opening: Mapping[str, int], closing: Mapping[str, int]) -> tuple[Line, ...]:
    """资产负债表 from balances by role, at the start of the year and at the end of the period, after closing."""

    def line(zh: str, en: str, *roles: str, total: bool = False) -> Line:
        return Line(zh, en, (_sum(opening, roles), _sum(closing, roles)), total)

    assets = ("bank", "bonds", "advance")
    public = ("public_seller", "public_owner")
    net = ("commodity", *public, "gains")
    return (
        line("银行存款", "Bank deposits", "bank"),
        line("国债投资", "Treasury bonds", "bonds"),
        line("备用金", "Petty advance", "advance"),
        line("资产总计", "Total assets", *assets, total=True),
        line("应付房屋灭失返还资金", "Payable on loss of houses", "house_loss"),
        line("负债合计", "Total liabilities", "house_loss", total=True),
        line("维修资金", "Maintenance fund", "commodity", *public),
        line("其中：商品住宅维修资金", "of which commodity housing", "commodity"),
        line("已售公有住房维修资金", "of which sold public housing", *public),
        line("待分配累计收益", "Undistributed accumulated gains", "gains"),
        line("净资产合计", "Total net assets", *net, total=True),
        line("负债和净资产总计", "Total liabilities and net assets", "house_loss", *net, total=True),
    )


def statement_02(*columns: Flows) -> tuple[Line, ...]:
    """收支表 from the flows of each of its columns."""

    def across(*roles: str) -> tuple[int, ...]:
        return tuple(_sum(flows, roles) for flows in columns)

    income, expense = (across(*(role for *_, of in group for role in of)) for group in (INCOME, EXPENSE))
    return (
        Line("一、本期收入", "I. Income", income, True),
        *(Line(zh, en, across(*roles)) for zh, en, roles in INCOME),
        Line("二、本期支出", "II. Expenditure", expense, True),
        *(Line(zh, en, across(*roles)) for zh, en, roles in EXPENSE),
        Line("三、本期收支差额", "III. Difference", tuple(map(sub, income, expense)), True),
    )


def statement_03(
    opening: Mapping[str, int], year: Flows, distributed: tuple[int, int], taken_over: tuple[int, int, int]
) -> tuple[Line, ...]:
    """净资产变动表 from the year's opening balances and its flows.

    ``distributed`` are gains given to homes as (commodity, sold public); ``taken_over`` what custody brought in
    less what it handed over, as (commodity, sold public, gains).
    """

    def row(zh: str, en: str, of: tuple[int, ...], total: bool = False) -> Line:
        return Line(zh, en, (*of, sum(of)), total)

    def difference(groups: tuple[tuple[str, ...], tuple[str, ...]]) -> int:
        return _sum(year, groups[0]) - _sum(year, groups[1])

    start = (
        opening.get("commodity", 0),
        _sum(opening, ("public_seller", "public_owner")),
        opening.get("gains", 0),
    )
    flow = (difference(COMMODITY), difference(PUBLIC), difference(GAINS))
    shared = (*distributed, -sum(distributed))
    change = tuple(map(sum, zip(flow, shared, taken_over, strict=True)))
    end = tuple(map(sum, zip(start, change, strict=True)))
    return (
        row("一、上年年末余额", "I. Balance at the end of last year", start),
        row("二、以前年度调整", "II. Adjustments of earlier years", (0, 0, 0)),
        row("三、本年年初余额", "III. Balance at the start of the year", start, True),
        row("四、本年变动金额", "IV. Changes in the year", change, True),
        row("（一）本年收支差额", "(1) Difference of income and expenditure", flow),
        row("（二）本年分配累计收益", "(2) Gains distributed", shared),
        row("（三）本年划转", "(3) Custody taken over", taken_over),
        row("五、本年年末余额", "V. Balance at the end of the year", end, True),
    )
