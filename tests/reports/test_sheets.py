import csv
import io
import json
from collections.abc import Iterator
from typing import Any

from ledger.noticeboard.rules import labelled
from ledger.reports.sheets import HEADER, csv_bytes, figure_rows
from ledger.reports.words import bare_yuan


def rows_of(sheet: bytes) -> list[list[str]]:
    assert sheet.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(sheet.decode("utf-8-sig"), newline="")))


def amounts(of: Any) -> Iterator[int]:
    """Every amount in fen anywhere in a body."""
    if isinstance(of, dict):
        for key, value in of.items():
            if key == "fen" and isinstance(value, list):
                yield from value
            elif (key == "fen" or key.endswith("_fen")) and value is not None:
                yield value
            else:
                yield from amounts(value)
    elif isinstance(of, list):
        for member in of:
            yield from amounts(member)


def test_every_amount_of_the_figures_stands_in_the_table(body, half_year_files):
    figures = json.loads(body)
    del figures["labels"]
    header, *rows = rows_of(half_year_files["disclosure.csv"])
    shown = [row[3] for row in rows]

    assert header == list(HEADER)
    for fen in amounts(figures):
        shown.remove(bare_yuan(fen))


def test_every_column_has_a_chinese_word(half_year_files):
    _, *rows = rows_of(half_year_files["disclosure.csv"])

    assert [row for row in rows if not any("一" <= sign <= "鿿" for sign in row[0] + row[2])] == []


def test_a_row_says_what_it_is_of(body, half_year_files):
    figures = json.loads(body)
    rows = rows_of(half_year_files["disclosure.csv"])

    assert ["维修资金", "", "期末余额", bare_yuan(figures["fund"]["closing_fen"])] in rows
    assert ["公共收益·合同", "GG-01 公共部位", "到期应收", "12000.00"] in rows
    assert ["维修资金·维修项目", "P-2 电梯钢丝绳更换", "表决：通过", "通过"] in rows
    assert ["报修·按类别", "", "楼道灯、路灯", "12"] in rows
    assert ["物业费", "", "当期收缴率（CR1）", f"{figures['fee']['cr1_e4'] / 100:.2f}%"] in rows


def test_a_hidden_count_stays_hidden(half_year_files):
    rows = rows_of(half_year_files["disclosure.csv"])

    assert ["维修资金·维修项目", "P-2 电梯钢丝绳更换", "表决：参加表决的人数", "不公布"] in rows
    assert not [row for row in rows if row[2] == "电梯"]


def test_a_figure_that_is_new_comes_into_the_table_by_itself():
    figures = {"fund": {"pledged_fen": 12_345, "in": [{"zh": "捐赠", "fen": 5}]}, "heat": {"homes": 3}}

    rows = list(figure_rows(labelled(figures)))

    assert ("维修资金", "", "pledged_fen", "123.45") in rows
    assert ("维修资金·收入", "捐赠", "金额", "0.05") in rows
    assert ("heat", "", "户数", "3") in rows


def test_a_spreadsheet_runs_nothing_out_of_the_table():
    cells = ["=1+1", "+SUM(A1)", "@x", "-2+3", "\tx", "-12.50", "-1,234.50", "+5"]

    (row,) = rows_of(csv_bytes(["a"], [cells]))[1:]

    assert row == ["'=1+1", "'+SUM(A1)", "'@x", "'-2+3", "'\tx", "-12.50", "-1,234.50", "+5"]


def test_a_figure_is_called_on_the_sheet_what_its_body_calls_it(body):
    figures = json.loads(body)
    figures["labels"]["/fund/closing_fen"] = ["结余", "Left"]

    assert ("维修资金", "", "结余", bare_yuan(figures["fund"]["closing_fen"])) in figure_rows(figures)
