"""会住维01–03表 foot, cross-foot and equal, row by row, what hledger finds in the exported journal (domain/02 §2.4).

The rows are put together here once more, from account codes: nothing of the ledger's own statements is used.
"""

import csv
import io
import subprocess
from datetime import date, timedelta
from decimal import Decimal
from itertools import chain

import pytest

from ledger.fund.actions import NewDeposit, deposit, end_month
from ledger.fund.bonds.actions import buy_bond, end_bond, plan_bond
from ledger.fund.bonds.rules import Ending, Offer
from ledger.fund.custody.actions import notify_handover, release_fund, take_over_fund
from ledger.fund.gains.actions import credit_other, post_run, prepare_run
from ledger.fund.gains.rules import Source
from ledger.fund.queries import statements
from ledger.fund.returns.actions import ask_refund, declare_loss, pay_return
from ledger.fund.returns.queries import fund_returns
from ledger.fund.rules import DepositKind, Keeper
from ledger.periods import Month, Period, noon
from ledger.reports.journal_export import export
from tests.cast import CHEN, HUANG, LIN, MEI
from tests.disclosure.lived import FLATS, H1, PLACE, SOLD, live

PERIODS = ("2025-12", "2026-02", "2026-Q1", "2026-H1", "2026-07", "2026-08")
FLOWS = "not:desc:carried-over"


def july(session) -> None:
    """What the half-year did not have: a hand-over, gains shared out, a refund, houses lost, a bond bought."""
    on = date(2026, 7, 6)
    mei, chen = {"by": MEI, "at": noon(on)}, {"by": CHEN, "at": noon(on)}
    notify_handover(session, PLACE, "H-1", Keeper.POST_TRANSFER, on, **chen)
    release_fund(session, PLACE, "H-1", on, by=HUANG, at=noon(on))
    take_over_fund(session, PLACE, "H-1", on, **chen)
    prepare_run(session, PLACE, "G-1", str(H1), 1_001, **mei)
    post_run(session, PLACE, "G-1", **chen)
    for source, fen in ((Source.SCRAP, 321_09), (Source.OTHER, 4_03)):
        credit_other(session, PLACE, source, fen, on, voucher_no="V-1", what="旧电缆", **mei)
    topup = NewDeposit("R-NEW", DepositKind.TOPUP, 77_77, on, home=FLATS[5])
    deposit(session, PLACE, [topup], **mei)
    ask_refund(session, PLACE, "Z-1", "R-NEW", 7_77, reason="多交", **mei)
    pay_return(session, PLACE, "Z-1", on, **chen)
    flat, *_ = declare_loss(session, PLACE, "L-1", [FLATS[4], SOLD[0]], on, **mei).returns
    pay_return(session, PLACE, flat, on, **chen)
    offer = Offer("2026-1", 500_00, on, date(2026, 7, 20), date(2026, 8, 5))
    plan_bond(session, PLACE, "B-1", offer, "fund/P-2", **mei)
    buy_bond(session, PLACE, "B-1", on, by=LIN, at=noon(on))
    end_month(session, PLACE, Month(2026, 7), exceptions={}, by=MEI, at=noon(date(2026, 8, 3)))


def august(session) -> None:
    """The bond is cashed, the houses are paid for, and the fund is on its way back: released, not taken over."""
    on = date(2026, 8, 5)
    chen = {"by": CHEN, "at": noon(on)}
    end_bond(session, PLACE, "B-1", Ending.MATURITY, 2_51, on, by=MEI, at=noon(on))
    for due in fund_returns(session, PLACE):
        if due.paid_on is None:
            pay_return(session, PLACE, due.code, on, **chen)
    notify_handover(session, PLACE, "H-2", Keeper.PRE_TRANSFER, on, **chen)
    release_fund(session, PLACE, "H-2", on, **chen)
    end_month(session, PLACE, Month(2026, 8), exceptions={}, by=MEI, at=noon(date(2026, 9, 3)))


class Journal:
    """The exported fund, as hledger adds it up."""

    def __init__(self, hledger: str, file) -> None:
        self.hledger, self.file = hledger, file

    def balances(self, *query: str) -> dict[str, int]:
        """Account code → debit less credit in fen, of what a query selects."""
        words = ["balance", "--flat", "-N", "-O", "csv", ":fund:", "not:desc:^balances$", *query]
        process = subprocess.run(
            [self.hledger, "-f", self.file, *words], capture_output=True, text=True, check=True
        )
        amounts = {}
        for name, amount in list(csv.reader(io.StringIO(process.stdout)))[1:]:
            yuan = Decimal(amount.removesuffix(" CNY"))
            assert yuan * 100 == int(yuan * 100)
            amounts[name.split(":")[2].split(" ")[0]] = int(yuan * 100)
        return amounts


def of(balances: dict[str, int], *codes: str) -> int:
    """What accounts whose codes begin so stand at in debit."""
    return sum(fen for code, fen in balances.items() if code.startswith(codes))


def first_statement(opening, closing) -> dict[str, tuple[int, ...]]:
    rows = {
        "银行存款": ("1001",), "国债投资": ("1101",), "备用金": ("1201",), "资产总计": ("1",),
    }  # fmt: skip
    owed = {
        "应付房屋灭失返还资金": ("2001",), "负债合计": ("2",), "维修资金": ("3001", "3002"),
        "其中：商品住宅维修资金": ("3001",), "已售公有住房维修资金": ("3002",), "待分配累计收益": ("3101",),
        "净资产合计": ("3",), "负债和净资产总计": ("2", "3"),
    }  # fmt: skip
    return {
        zh: tuple(sign * of(at, *codes) for at in (opening, closing))
        for sign, group in ((1, rows), (-1, owed))
        for zh, codes in group.items()
    }


def second_statement(period, year) -> dict[str, tuple[int, ...]]:
    income = {
        "一、本期收入": "4", "交存收入": "4001", "存款利息收入": "4101", "国债利息收入": "4102",
        "经营收入": "4201", "共用设施处置收入": "4301", "其他收入": "4901",
    }  # fmt: skip
    expense = {"二、本期支出": "5", "维修支出": "5001", "返还支出": "5101", "其他支出": "5901"}
    rows = {
        zh: tuple(sign * of(at, code) for at in (period, year))
        for sign, group in ((-1, income), (1, expense))
        for zh, code in group.items()
    }
    return rows | {"三、本期收支差额": tuple(-of(at, "4", "5") for at in (period, year))}


def third_statement(opening, year, moved, custody, closing) -> dict[str, tuple[int, ...]]:
    """``moved`` is what went from one account of the net assets to another, ``custody`` what came in and went out."""

    def row(at, *columns: tuple[str, ...]) -> tuple[int, ...]:
        cells = tuple(-of(at, *codes) for codes in columns)
        return (*cells, sum(cells))

    net = ("3001",), ("3002",), ("3101",)
    start, end = row(opening, *net), row(closing, *net)
    return {
        "一、上年年末余额": start,
        "二、以前年度调整": (0, 0, 0, 0),
        "三、本年年初余额": start,
        "四、本年变动金额": tuple(b - a for a, b in zip(start, end, strict=True)),
        "（一）本年收支差额": row(
            year,
            ("400101", "500101", "510101"),
            ("400102", "500102", "510102"),
            ("41", "42", "43", "49", "59"),
        ),
        "（二）本年分配累计收益": row(moved, *net),
        "（三）本年划转": row(custody, *net),
        "五、本年年末余额": end,
    }


def foot(s01, s02, s03) -> None:
    """The sums inside the statements and between them."""

    def added(rows, *names):
        return tuple(map(sum, zip(*(rows[name] for name in names), strict=True)))

    assert s01["资产总计"] == added(s01, "银行存款", "国债投资", "备用金")
    assert s01["负债合计"] == s01["应付房屋灭失返还资金"]
    assert s01["维修资金"] == added(s01, "其中：商品住宅维修资金", "已售公有住房维修资金")
    assert s01["净资产合计"] == added(s01, "维修资金", "待分配累计收益")
    assert s01["资产总计"] == s01["负债和净资产总计"] == added(s01, "负债合计", "净资产合计")
    names = list(s02)
    spent = names.index("二、本期支出")
    assert s02[names[0]] == added(s02, *names[1:spent])
    assert s02["二、本期支出"] == added(s02, *names[spent + 1 : -1])
    assert s02["一、本期收入"] == added(s02, "二、本期支出", "三、本期收支差额")
    assert all(row[3] == sum(row[:3]) for row in s03.values())
    assert s03["三、本年年初余额"] == added(s03, "一、上年年末余额", "二、以前年度调整")
    changes = ("（一）本年收支差额", "（二）本年分配累计收益", "（三）本年划转")
    assert s03["四、本年变动金额"] == added(s03, *changes)
    assert s03["五、本年年末余额"] == added(s03, "三、本年年初余额", "四、本年变动金额")
    assert s03["（二）本年分配累计收益"][3] == 0
    assert s03["（一）本年收支差额"][3] == s02["三、本期收支差额"][1]
    ends = ("其中：商品住宅维修资金", "已售公有住房维修资金", "待分配累计收益", "净资产合计")
    assert [s03["五、本年年末余额"], s03["一、上年年末余额"]] == [
        tuple(s01[name][column] for name in ends) for column in (1, 0)
    ]


@pytest.fixture
def journal(session, hledger, tmp_path):
    live(session)
    july(session)
    august(session)
    file = tmp_path / "fund.journal"
    file.write_bytes(export(session, PLACE, "hledger"))
    return Journal(hledger, file)


def test_the_statements_are_what_hledger_adds_up_from_the_journal(session, journal):
    moved, silent = set(), set()
    for name in PERIODS:
        period = Period.parse(name)
        after, new_year = period.last + timedelta(days=1), date(period.end.year, 1, 1)
        ours = [
            {line.zh: line.figures for line in statement} for statement in statements(session, PLACE, period)
        ]

        opening, closing = journal.balances("-e", str(new_year)), journal.balances("-e", str(after))
        year = ("-b", str(new_year), "-e", str(after), FLOWS)
        flows = journal.balances(*year)
        among, custody = journal.balances(*year, "not:desc:custody"), journal.balances(*year, "desc:custody")
        theirs = [
            first_statement(opening, closing),
            second_statement(journal.balances("-b", str(period.first), "-e", str(after), FLOWS), flows),
            third_statement(opening, flows, among, custody, closing),
        ]

        assert ours == theirs, name
        foot(*ours)
        for zh, figures in chain(*(statement.items() for statement in ours)):
            (moved if any(figures) else silent).add(zh)
    # no row agrees only because it is nought everywhere, but for those that no action brings about
    assert silent - moved == {"备用金", "其他支出", "二、以前年度调整"}
