import csv
import io
import subprocess
from collections import defaultdict
from decimal import Decimal

import pytest
from beancount import loader
from beancount.core.data import Open, Transaction
from openpyxl import load_workbook

from ledger.journal.queries import books, trial_balance
from ledger.journal.rules import DEBIT_NORMAL
from ledger.reports.journal_export import EVER, HEADER, FormatUnknown, export
from tests.factories import a_community
from tests.reports import town
from tests.reports.test_sheets import rows_of

ROOTS = {
    "asset": "Assets",
    "liability": "Liabilities",
    "net": "Equity",
    "income": "Income",
    "expense": "Expenses",
}


def balances(session, code: str = "meiyuan") -> dict[tuple[str, str, str], int]:
    """Every account's balance, debit less credit, by (root, book, account)."""
    return {
        (ROOTS[row.element], book.code, row.account): row.closing_fen
        if row.element in DEBIT_NORMAL
        else -row.closing_fen
        for book in books(session, code)
        for row in trial_balance(session, code, book.code, *EVER)
    }


def fen(amount: str | Decimal) -> int:
    value = Decimal(amount) * 100
    assert value == int(value)
    return int(value)


@pytest.fixture
def code(session) -> str:
    return town.build(session)


def test_beancount_agrees_to_the_fen_on_either_database(session, code):
    entries, errors, _ = loader.load_string(export(session, code, "beancount").decode())

    sums: dict[str, int] = defaultdict(int)
    for entry in entries:
        if isinstance(entry, Open):
            sums[entry.account] += 0
        if isinstance(entry, Transaction):
            for posting in entry.postings:
                assert posting.units.currency == "CNY"
                sums[posting.account] += fen(posting.units.number)
    titled = {
        f"{root}:{'-'.join(part.capitalize() for part in book.split('-'))}:{account}": amount
        for (root, book, account), amount in balances(session).items()
    }
    assert errors == []
    assert dict(sums) == titled


def test_a_changed_amount_does_not_pass_beancounts_own_check(meiyuan):
    with meiyuan.reading() as session:
        text = export(session, "meiyuan", "beancount").decode()

    _, errors, _ = loader.load_string(
        text.replace(" 217.34 CNY", " 217.35 CNY", 1).replace(" -217.34 CNY", " -217.35 CNY", 1)
    )

    assert errors


def test_hledger_checks_it_and_agrees_to_the_fen(meiyuan, hledger, tmp_path):
    file = tmp_path / "meiyuan.journal"
    with meiyuan.reading() as session:
        file.write_bytes(export(session, "meiyuan", "hledger"))
        ours = balances(session)

    checked = subprocess.run(
        [hledger, "-f", file, "check", "--strict", "ordereddates"], capture_output=True, text=True
    )
    listed = subprocess.run(
        [hledger, "-f", file, "balance", "--flat", "--empty", "-N", "-O", "csv"],
        capture_output=True,
        text=True,
        check=True,
    )

    assert (checked.returncode, checked.stderr) == (0, "")
    theirs = {}
    for name, amount in list(csv.reader(io.StringIO(listed.stdout)))[1:]:
        root, book, account = name.split(" ", 1)[0].split(":")
        theirs[root.capitalize(), book, account] = fen(amount.removesuffix(" CNY"))
    assert {key: amount for key, amount in theirs.items() if amount} == {
        key: amount for key, amount in ours.items() if amount
    }


def test_the_table_agrees_to_the_fen_and_shows_red_as_negative(meiyuan):
    with meiyuan.reading() as session:
        header, *rows = rows_of(export(session, "meiyuan", "csv"))
        ours = balances(session)

    at = {name: place for place, name in enumerate(header)}
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for row in rows:
        amount = fen(row[at["金额（元）"]])
        sums[row[at["账套"]], row[at["借方科目"]]] += amount
        sums[row[at["账套"]], row[at["贷方科目"]]] -= amount
    assert tuple(header) == HEADER
    assert {key: amount for key, amount in sums.items() if amount} == {
        (book, account): amount for (_, book, account), amount in ours.items() if amount
    }
    red = [row for row in rows if row[at["冲销凭证号"]]]
    assert [(row[at["凭证种类"]], row[at["原日期"]]) for row in red] == [("reversal", "2026-07-03")] * len(
        red
    )
    assert sum(fen(row[at["金额（元）"]]) for row in red) == -50_000


def test_red_entries_stand_in_the_plain_text_as_negative_amounts_with_what_they_take_back(meiyuan):
    with meiyuan.reading() as session:
        beans, ledger = (export(session, "meiyuan", form).decode() for form in ("beancount", "hledger"))

    (red,) = [part for part in beans.split("\n\n") if "reversal" in part]
    assert "original: 2026-07-03" in red
    assert "Assets:Fee:1002  -" in red
    (red,) = [part for part in ledger.split("\n\n") if "reversal" in part]
    assert "original:2026-07-03" in red
    assert "assets:fee:1002 银行存款  -" in red


def test_books_do_not_mix(meiyuan):
    with meiyuan.reading() as session:
        entries, _, _ = loader.load_string(export(session, "meiyuan", "beancount").decode())

    for entry in entries:
        if isinstance(entry, Transaction):
            assert len({posting.account.split(":")[1] for posting in entry.postings}) == 1


def test_the_workbook_holds_every_movement_with_exact_amounts_and_dates(meiyuan):
    with meiyuan.reading() as session:
        table = rows_of(export(session, "meiyuan", "csv"))
        book = load_workbook(io.BytesIO(export(session, "meiyuan", "xlsx")))
        ours = balances(session)

    lines, accounts, months = book.worksheets
    assert [sheet.title for sheet in book] == ["分录", "科目余额", "逐月发生额"]
    assert lines.freeze_panes == "A2"
    assert len(list(lines.rows)) == len(table)
    for row, same in zip(lines.iter_rows(min_row=2, max_row=40, values_only=True), table[1:40], strict=True):
        assert (str(row[0]), row[1].date().isoformat(), fen(str(row[11]))) == (
            same[0],
            same[1],
            fen(same[11]),
        )
        assert [str(cell or "") for cell in row[7:11]] == same[7:11]
    assert {
        (row[0], row[1]): fen(str(row[3])) for row in accounts.iter_rows(min_row=2, values_only=True)
    } == {(book, account): amount for (_, book, account), amount in ours.items()}
    for row in months.iter_rows(min_row=2, values_only=True):
        total = sum(fen(str(cell)) for cell in row[3:])
        assert total == next(
            amount for (_, book, account), amount in ours.items() if (book, account) == row[:2]
        )


def test_a_community_that_has_booked_nothing_exports_nothing(session):
    code = a_community(session)

    assert export(session, code, "beancount") == export(session, code, "hledger") == b""
    assert rows_of(export(session, code, "csv")) == [list(HEADER)]
    assert len(list(load_workbook(io.BytesIO(export(session, code, "xlsx"))).worksheets[0].rows)) == 1


def test_an_unknown_format_is_refused_with_the_known_ones(meiyuan):
    with meiyuan.reading() as session, pytest.raises(FormatUnknown, match="beancount、hledger、csv"):
        export(session, "meiyuan", "ofx")
