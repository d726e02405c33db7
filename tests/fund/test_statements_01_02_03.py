"""The three statements of 财会〔2020〕7号 foot and cross-foot, whatever moved (domain/02 §2.4–2.5)."""

from hypothesis import given
from hypothesis import strategies as st

from ledger.fund.statements_01_02_03 import (
    COMMODITY,
    EXPENSE,
    GAINS,
    INCOME,
    PUBLIC,
    statement_01,
    statement_02,
    statement_03,
)

INCOME_ROLES = [role for *_, roles in INCOME for role in roles]
EXPENSE_ROLES = [role for *_, roles in EXPENSE for role in roles]
BALANCES = ("bank", "bonds", "advance", "house_loss", "commodity", "public_seller", "public_owner", "gains")
amounts = st.integers(-(10**9), 10**10)
flows = st.fixed_dictionaries(dict.fromkeys(INCOME_ROLES + EXPENSE_ROLES, amounts))
balances = st.fixed_dictionaries(dict.fromkeys(BALANCES, amounts))


def by_name(lines):
    return {line.zh: line.figures for line in lines}


def test_the_rows_are_those_of_the_measure_in_its_order():
    assert [line.zh for line in statement_01({}, {})] == [
        "银行存款",
        "国债投资",
        "备用金",
        "资产总计",
        "应付房屋灭失返还资金",
        "负债合计",
        "维修资金",
        "其中：商品住宅维修资金",
        "已售公有住房维修资金",
        "待分配累计收益",
        "净资产合计",
        "负债和净资产总计",
    ]
    assert [line.zh for line in statement_02({}, {})] == [
        "一、本期收入",
        "交存收入",
        "存款利息收入",
        "国债利息收入",
        "经营收入",
        "共用设施处置收入",
        "其他收入",
        "二、本期支出",
        "维修支出",
        "返还支出",
        "其他支出",
        "三、本期收支差额",
    ]
    assert [line.zh for line in statement_03({}, {}, (0, 0), (0, 0, 0))] == [
        "一、上年年末余额",
        "二、以前年度调整",
        "三、本年年初余额",
        "四、本年变动金额",
        "（一）本年收支差额",
        "（二）本年分配累计收益",
        "（三）本年划转",
        "五、本年年末余额",
    ]


def test_every_income_and_expense_account_closes_into_exactly_one_column_of_03():
    columns = [role for incomes, expenses in (COMMODITY, PUBLIC, GAINS) for role in (*incomes, *expenses)]

    assert sorted(columns) == sorted(INCOME_ROLES + EXPENSE_ROLES)


@given(balances, balances)
def test_01_adds_assets_liabilities_and_net_assets(opening, closing):
    rows = by_name(statement_01(opening, closing))

    for column, of in enumerate((opening, closing)):
        assert rows["资产总计"][column] == of["bank"] + of["bonds"] + of["advance"]
        assert rows["维修资金"][column] == of["commodity"] + of["public_seller"] + of["public_owner"]
        assert rows["净资产合计"][column] == rows["维修资金"][column] + of["gains"]
        assert rows["负债和净资产总计"][column] == of["house_loss"] + rows["净资产合计"][column]


@given(flows, flows)
def test_02_is_income_less_expenditure_in_both_columns(period, year):
    lines = statement_02(period, year)
    rows = by_name(lines)

    for column, of in enumerate((period, year)):
        income, expense = (sum(of[role] for role in roles) for roles in (INCOME_ROLES, EXPENSE_ROLES))
        assert rows["一、本期收入"][column] == income == sum(line.figures[column] for line in lines[1:7])
        assert rows["二、本期支出"][column] == expense == sum(line.figures[column] for line in lines[8:11])
        assert rows["三、本期收支差额"][column] == income - expense


@given(balances, flows, st.tuples(amounts, amounts), st.tuples(amounts, amounts, amounts))
def test_03_foots_down_and_across_and_its_difference_is_that_of_02(opening, year, shared, taken):
    rows = by_name(statement_03(opening, year, shared, taken))

    start, change, end = rows["三、本年年初余额"], rows["四、本年变动金额"], rows["五、本年年末余额"]
    parts = [rows[name] for name in ("（一）本年收支差额", "（二）本年分配累计收益", "（三）本年划转")]
    assert start == tuple(
        a + b for a, b in zip(rows["一、上年年末余额"], rows["二、以前年度调整"], strict=True)
    )
    assert change == tuple(map(sum, zip(*parts, strict=True)))
    assert end == tuple(map(sum, zip(start, change, strict=True)))
    assert all(row[3] == sum(row[:3]) for row in rows.values())
    assert parts[0][3] == by_name(statement_02(year, year))["三、本期收支差额"][1]
    assert parts[1][3] == 0
