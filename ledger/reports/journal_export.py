"""The whole journal for other programs: beancount, hledger, CSV, a spreadsheet.

Each book stands under a name of its own, so books do not mix in a program that knows one journal. Amounts are
written out of whole fen, entries in red (红字) as negative amounts on the same accounts. The plain-text
journals end with an assertion of every balance: a file in which one amount was changed does not pass its
own program's check. No home codes, memos, names or keys leave; a home is its handle.
"""

import io
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from itertools import chain, groupby
from operator import attrgetter
from typing import NamedTuple

from sqlmodel import Session

from ledger.errors import Malformed
from ledger.journal.queries import books, trial_balance
from ledger.journal.rules import DEBIT_NORMAL, Element
from ledger.periods import Month
from ledger.reports import frames, workbook
from ledger.reports.queries import Line, journal_lines, moved_by_month
from ledger.reports.sheets import csv_bytes
from ledger.reports.words import bare_yuan

ROOTS: Mapping[Element, str] = {
    Element.ASSET: "Assets",
    Element.LIABILITY: "Liabilities",
    Element.NET: "Equity",
    Element.INCOME: "Income",
    Element.EXPENSE: "Expenses",
}
TYPES: Mapping[Element, str] = {
    Element.ASSET: "A",
    Element.LIABILITY: "L",
    Element.NET: "E",
    Element.INCOME: "R",
    Element.EXPENSE: "X",
}
HEADER = (
    "凭证号", "日期", "账套", "凭证种类", "冲销凭证号", "原日期", "行", "借方科目", "借方名称", "贷方科目", "贷方名称",
    "金额（元）", "户代号", "往来单位",
)  # fmt: skip
EVER = (Month(1900, 1), Month(9999, 12))


class FormatUnknown(Malformed):
    code = "export-format-unknown"
    zh = "没有“{format}”这种导出格式：请用 beancount、hledger、csv 或 xlsx。"
    en = "There is no export format “{format}”: use beancount, hledger, csv or xlsx."


class Account(NamedTuple):
    """An account of a book, its name in either program, and its balance (debit less credit)."""

    book: str
    code: str
    zh: str
    element: Element
    balance_fen: int

    @property
    def beancount(self) -> str:
        return ":".join((ROOTS[self.element], *map(_component, (self.book, self.code))))

    @property
    def hledger(self) -> str:
        return f"{ROOTS[self.element].lower()}:{self.book}:{self.code} {_plain(self.zh)}"


Chart = Mapping[tuple[str, str], Account]


def export(session: Session, community: str, format: str) -> bytes:  # noqa: A002 - the word of the command line
    """Every entry of every book of a community as one file.

    Raises:
        FormatUnknown: it is none of the four.
    """
    write = WRITERS.get(format)
    if write is None:
        raise FormatUnknown(format=format)
    chart = {
        (book.code, row.account): Account(
            book.code,
            row.account,
            row.zh,
            row.element,
            row.closing_fen if row.element in DEBIT_NORMAL else -row.closing_fen,
        )
        for book in books(session, community)
        for row in trial_balance(session, community, book.code, *EVER)
    }
    return write(session, community, chart)


def _beancount(session: Session, community: str, chart: Chart) -> bytes:
    names = {key: account.beancount for key, account in chart.items()}

    def entry(of: list[Line]) -> Iterator[str]:
        first = of[0]
        yield f'{first.on} * "{first.kind}"\n  entry: {first.no}\n  book: "{first.book}"\n'
        if first.reverses_no is not None:
            yield f"  reverses: {first.reverses_no}\n  original: {first.original_on}\n"
        for line in of:
            tags = "".join(f'    {key}: "{value}"\n' for key, value in _tags(line))
            amount = line.amount_fen
            yield f"  {names[line.book, line.debit]}  {bare_yuan(amount)} CNY\n{tags}"
            yield f"  {names[line.book, line.credit]}  {bare_yuan(-amount)} CNY\n{tags}"
        yield "\n"

    def opened(on: date) -> Iterator[str]:
        yield f'option "title" "{_plain(community)}"\noption "operating_currency" "CNY"\n\n{on} commodity CNY\n'
        for key, account in chart.items():
            yield f'{on} open {names[key]} CNY\n  name: "{_plain(account.zh)}"\n'
        yield "\n"

    def closed(on: date) -> Iterator[str]:
        for key, account in chart.items():  # "~ 0.00": of itself beancount lets a balance be one fen off
            yield f"{on} balance {names[key]}  {bare_yuan(account.balance_fen)} ~ 0.00 CNY\n"

    return _plain_text(journal_lines(session, community), opened, entry, closed)


def _hledger(session: Session, community: str, chart: Chart) -> bytes:
    names = {key: account.hledger for key, account in chart.items()}

    def entry(of: list[Line]) -> Iterator[str]:
        first = of[0]
        red = f", reverses:{first.reverses_no}, original:{first.original_on}" if first.reverses_no else ""
        yield f"{first.on} * ({first.no}) {first.kind}  ; book:{first.book}{red}\n"
        for line in of:
            tags = ", ".join(f"{key}:{value}" for key, value in _tags(line))
            note = f"  ; {tags}" if tags else ""
            amount = line.amount_fen
            yield f"    {names[line.book, line.debit]}  {bare_yuan(amount)} CNY{note}\n"
            yield f"    {names[line.book, line.credit]}  {bare_yuan(-amount)} CNY{note}\n"
        yield "\n"

    def opened(_on: date) -> Iterator[str]:
        yield f"; {_plain(community)}\ncommodity 1000.00 CNY\n\n"
        for key, account in chart.items():
            yield f"account {names[key]}  ; type:{TYPES[account.element]}\n"
        yield "\n"

    def closed(on: date) -> Iterator[str]:
        yield f"{on} * balances\n"
        for key, account in chart.items():
            yield f"    {names[key]}  0.00 CNY = {bare_yuan(account.balance_fen)} CNY\n"

    return _plain_text(journal_lines(session, community), opened, entry, closed)


def _plain_text(
    lines: Iterator[Line],
    opened: Callable[[date], Iterator[str]],
    entry: Callable[[list[Line]], Iterator[str]],
    closed: Callable[[date], Iterator[str]],
) -> bytes:
    """A journal: accounts opened on the first day, the entries, every balance on the day after the last."""
    out = io.BytesIO()
    first = next(lines, None)
    if first is None:
        return b""
    out.writelines(piece.encode() for piece in opened(first.on))
    last = first.on
    for _, group in groupby(chain([first], lines), key=attrgetter("no")):
        of = list(group)
        last = of[0].on
        out.write("".join(entry(of)).encode())
    out.writelines(piece.encode() for piece in closed(last + timedelta(days=1)))
    return out.getvalue()


def _csv(session: Session, community: str, chart: Chart) -> bytes:
    rows = (
        [cell if cell is not None else "" for cell in _cells(line, chart, bare_yuan(line.amount_fen))]
        for line in journal_lines(session, community)
    )
    return csv_bytes(HEADER, rows)


def _xlsx(session: Session, community: str, chart: Chart) -> bytes:
    turnover = frames.turnover_by_month(moved_by_month(session, community))
    sheets = [
        workbook.Sheet(
            "分录",
            HEADER,
            (9, 11, 16, 20, 10, 11, 6, 11, 26, 11, 26, 15, 19, 15),
            (
                _cells(line, chart, workbook.Yuan(line.amount_fen))
                for line in journal_lines(session, community)
            ),
        ),
        workbook.Sheet(
            "科目余额",
            ("账套", "科目", "名称", "余额（元，借正贷负）"),
            (18, 12, 34, 20),
            ((a.book, a.code, a.zh, workbook.Yuan(a.balance_fen)) for a in chart.values()),
        ),
        workbook.Sheet(
            "逐月发生额",
            ("账套", "科目", "名称", *(f"{month}（借减贷，元）" for month in turnover.months)),
            (18, 12, 34, *[18] * len(turnover.months)),
            ([*account, *map(workbook.Yuan, moved)] for account, moved in turnover.rows),
        ),
    ]
    return workbook.xlsx_bytes(sheets)


def _cells(line: Line, chart: Chart, amount: object) -> tuple[object, ...]:
    return (
        line.no, line.on, line.book, line.kind, line.reverses_no, line.original_on, line.line,
        line.debit, chart[line.book, line.debit].zh, line.credit, chart[line.book, line.credit].zh,
        amount, line.handle, line.party,
    )  # fmt: skip


WRITERS: Mapping[str, Callable[[Session, str, Chart], bytes]] = {
    "beancount": _beancount,
    "hledger": _hledger,
    "csv": _csv,
    "xlsx": _xlsx,
}


def _tags(line: Line) -> list[tuple[str, str]]:
    tags = (("home", line.handle), ("party", line.party))
    return [(key, _plain(value)) for key, value in tags if value]


def _component(text: str) -> str:
    """A part of a beancount account name: begins with a capital or a digit, then letters, digits and hyphens."""
    return "-".join(part[:1].upper() + part[1:] for part in re.split(r"[^A-Za-z0-9]+", text) if part)


def _plain(text: str) -> str:
    """A text that means nothing to either program: no quotes, no separators, no line ends, single spaces."""
    return re.sub(r"[\s\"\\;,:|=]+", " ", text).strip()
