"""The sample statements, and short ways to read them."""

from collections import Counter
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from ledger.intake.statement import StatementUnreadable, profile, read_statement

SAMPLES = Path(__file__).parent / "samples"
WECHAT = "example-wechat-records.csv"
WECHAT_BOOK = "example-wechat-records.xlsx"
ALIPAY = "example-alipay-records.csv"
ICBC = "example-icbc-debit-v2-records.csv"
CMB = "mended-cmb-records.csv"
CMB_UNTRUE = "example-cmb-records.csv"
BOC = "example-boc-records.csv"
SAMPLE_OF = {WECHAT: "wechat", WECHAT_BOOK: "wechat", ALIPAY: "alipay", ICBC: "icbc", CMB: "cmb", BOC: "boc"}

CMB_HEADER = "记账日期,货币,交易金额,联机余额,交易摘要,对手信息,客户摘要\n"


def sample(name):
    return (SAMPLES / name).read_bytes()


def read(name):
    return read_statement(sample(name), profile(SAMPLE_OF[name]))


def read_cmb(*rows):
    return read_statement((CMB_HEADER + "\n".join(rows) + "\n").encode(), profile("cmb"))


def by_direction(statement):
    """Of each direction: how many lines, and fen in all."""
    counts, totals = Counter(), Counter()
    for line in statement.lines:
        counts[line.direction.value] += 1
        totals[line.direction.value] += line.amount_fen
    return {direction: (counts[direction], totals[direction]) for direction in counts}


def odd(statement):
    return [(warning.row, warning.code) for warning in statement.warnings]


def what_is_wrong(content, name):
    """The problems for which a file is refused, as row and English words."""
    with pytest.raises(StatementUnreadable) as refused:
        read_statement(content, profile(name))
    return [(problem.row, problem.en) for problem in refused.value.facts["problems"]]


def zipped(files):
    buffer = BytesIO()
    with ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()
