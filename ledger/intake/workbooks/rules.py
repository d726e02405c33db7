"""What the rows of an office workbook say of each other and of the ledger. Pure."""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date

from ledger.errors import Malformed, Unknown
from ledger.intake.register_cells import CellProblem, Row, Spot, Table, problem
from ledger.intake.register_checks import repeated
from ledger.intake.workbooks.layout import BY_NAME, OPENING
from ledger.periods import Month
from ledger.words import yuan


@dataclass(frozen=True)
class Known:
    """What the community's ledger holds already."""

    homes: Set[str]
    months: Set[str]
    keys: Set[str]
    books: Set[str]
    closed_through: str
    today: date
    tickets: Set[tuple[date, str, str, str | None]]
    """Tickets as (day, category, title, home): on paper they have no number that the ledger knows."""
    accounts: Sequence[tuple[str, str, date, date | None]]
    """Approved accounts as (book, role, first day, last day if closed)."""

    def may_receive(self, book: str, role: str, on: date) -> bool:
        """Whether money of a book may come into such an account on a day."""
        return any(
            (its_book, its_role) == (book, role) and first <= on <= (last or on)
            for its_book, its_role, first, last in self.accounts
        )


class WorkbookRefused(Malformed):
    """Something in the workbook is wrong. ``problems`` names every cell; nothing was stored."""

    code = "workbook-refused"
    zh = "工作簿有 {count} 处错误，一行也没有导入。第一处 {problems[0].spot}：{problems[0].zh}。"
    en = "The workbook has {count} errors and nothing was imported. The first, {problems[0].spot}: {problems[0].en}."


class NothingInWorkbook(Malformed):
    code = "nothing-in-workbook"
    zh = "工作簿里没有认识的工作表，或者都是空的；认识的有：{sheets}。"
    en = "There is no sheet in the workbook that is known and filled; known are {sheets}."


class NoSuchSheet(Unknown):
    code = "no-such-sheet"
    zh = "没有名为“{sheet}”的工作表；有：{sheets}。"
    en = "There is no sheet “{sheet}”; there are {sheets}."


Tables = Mapping[str, Table]


def problems_in(tables: Tables, known: Known) -> Iterator[CellProblem]:
    """Everything that does not fit together or is in the ledger already."""
    for table in tables.values():
        yield from repeated(table)
        for row in table.rows:
            yield from _of_row(table, row, known)
    yield from _totals(tables)


def _of_row(table: Table, row: Row, known: Known) -> Iterator[CellProblem]:
    name, values = table.sheet.name, row.values
    if values.get("home") and values["home"] not in known.homes:
        yield table.problem(row, "home", "home-unknown")
    if name == "opening_fund" and {"home", "seller", "building"} <= values.keys():
        unit = bool(values["seller"] and values["building"])
        if bool(values["home"]) == unit or (values["home"] and (values["seller"] or values["building"])):
            yield table.problem(row, "home", "whose")
    if name == "opening_money" and row.has("item"):
        yield from _opening_money(table, row, known)
    if name in ("opening_arrears", "charges") and row.has("month"):
        yield from _month(table, row, known)
    for day in ("on", "reported_on"):
        if row.has(day):
            yield from _day(table, row, day, known)
    if name in RECEIVING and row.has("on"):
        yield from _account(table, row, known)
    if name == "tickets" and row.has("reported_on", "category", "title") and ticket_of(row) in known.tickets:
        yield table.problem(row, "title", "there-already", there=row.values["title"])
    key = key_of(name, row) if name in KEYS and row.has("reference") else ""
    if name in KEYS and key in known.keys:
        yield table.problem(row, "reference", "there-already", there=key)


def _opening_money(table: Table, row: Row, known: Known) -> Iterator[CellProblem]:
    book = row.values["item"].partition("/")[0]
    if book not in known.books:
        yield table.problem(row, "item", "not-open")
    elif opening_key(row.values["item"]) in known.keys:
        yield table.problem(row, "item", "there-already", there=opening_key(row.values["item"]))


def _month(table: Table, row: Row, known: Known) -> Iterator[CellProblem]:
    month = row.values["month"]
    if month[:4] == "0000" or Month.parse(month).first > known.today:
        yield table.problem(row, "month", "future")
    elif table.sheet.name == "charges" and month <= known.closed_through:
        yield table.problem(row, "month", "closed", month=month, through=known.closed_through)
    elif month in known.months:
        yield table.problem(row, "month", "there-already", there=month)


def _day(table: Table, row: Row, field_: str, known: Known) -> Iterator[CellProblem]:
    day = row.values[field_]
    if day > known.today:
        yield table.problem(row, field_, "future")
    elif field_ == "on" and (month := str(Month.of(day))) <= known.closed_through:
        yield table.problem(row, field_, "closed", month=month, through=known.closed_through)


RECEIVING = {"receipts": "fee", "revenue_receipts": "revenue"}
"""Sheets of receipts, and the book into which they go."""


def _account(table: Table, row: Row, known: Known) -> Iterator[CellProblem]:
    """What was found out about money in suspense moves no money; everything else needs an approved account."""
    book, role = RECEIVING[table.sheet.name], row.values.get("into", "bank")
    if role != "suspense" and not known.may_receive(book, role, row.values["on"]):
        where = "into" if table.sheet.name == "receipts" else "on"
        yield table.problem(row, where, "not-approved", account=f"{book}/{role}", on=row.values["on"])


def _totals(tables: Tables) -> Iterator[CellProblem]:
    """Each opening sheet against its control total; sheets whose own cells are wrong are not footed."""
    totals = {row.values["sheet"]: row for row in tables["totals"].rows if row.has("sheet", "count", "total_fen")} if "totals" in tables else {}  # fmt: skip
    for sheet in OPENING:
        rows = tables[sheet.name].rows if sheet.name in tables else []
        if not all(row.has("amount_fen") for row in rows):
            continue
        count, fen = len(rows), sum(row.values["amount_fen"] for row in rows)
        if sheet.name not in totals:
            if count:
                yield problem("no-total", Spot(BY_NAME["totals"].title), other=sheet.title, count=count)
            continue
        row = totals[sheet.name]
        if (row.values["count"], row.values["total_fen"]) != (count, fen):
            yield tables["totals"].problem(
                row, "total_fen", "total",
                count_told=row.values["count"], fen_told=yuan(row.values["total_fen"]), count=count, fen=yuan(fen),
            )  # fmt: skip


KEYS = {"receipts": "workbook", "revenue_receipts": "revenue"}


def key_of(sheet: str, row: Row) -> str:
    """The key under which a row's action is done once."""
    if sheet == "revenue_receipts":
        return f"revenue/{row.values.get('contract')}/{row.values['reference']}"
    return f"{KEYS[sheet]}/{row.values['reference']}"


def ticket_of(row: Row) -> tuple[date, str, str, str | None]:
    """By what a ticket on paper is known again."""
    cells = row.values
    return cells["reported_on"], cells["category"].value, cells["title"], cells.get("home") or None


def opening_key(item: str) -> str:
    """The key of the entry that brings an item over; what the fee book has is one entry."""
    book = item.partition("/")[0]
    return f"opening/{item.replace('/', '-')}" if book == "fund" else f"opening/{book}"


def totals_of(rows: Mapping[str, Sequence[Mapping[str, object]]]) -> list[dict[str, object]]:
    """The control totals of opening sheets, as a workbook states them."""
    return [
        {"sheet": sheet.name, "count": len(rows[sheet.name]), "total_fen": sum(int(str(r["amount_fen"])) for r in rows[sheet.name])}
        for sheet in OPENING
        if rows.get(sheet.name)
    ]  # fmt: skip
