"""A sheet of a workbook as its declaration reads it: where the columns stand, and what each row says."""

import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any

from ledger.intake.register_cells import CellProblem, Row, Spot, Table, Wrong, is_empty, problem, read_cell
from ledger.intake.register_layout import Sheet
from ledger.intake.register_workbook import RegisterUnreadable, damaged
from ledger.progress import Progress

MOST_ROWS = 200_000
LAST_ROW = 1_048_576
"""Excel's own last row. A file may state any number, and a reader would count up to it."""
ROWS_A_STEP = 200
"""After so many rows it is said how many are read."""
MOST_COLUMNS = 200
"""Columns beyond are not looked at; the widest sheet has a tenth of them."""


class Counted:
    """How many rows of a workbook are read, of about so many."""

    def __init__(self, progress: Progress, whole: int) -> None:
        self.progress, self.whole, self.read = progress, whole, 0

    def row(self) -> None:
        self.read += 1
        if self.read % ROWS_A_STEP == 0:
            self.progress(min(self.read, self.whole), self.whole)


def read_sheet(sheet: Sheet, page: Any, problems: list[CellProblem], counted: Counted) -> Table:
    """A sheet's rows by its declared columns; what is wrong with its cells is added to ``problems``.

    Raises:
        RegisterUnreadable: the sheet is damaged, or has too many rows.
    """
    page.reset_dimensions()  # some programs write a wrong one, and rows would go missing
    places = _places(sheet, next(_cells(page, max_row=1, max_col=MOST_COLUMNS), ()), problems)
    table = Table(sheet, places, [])
    width = max(places.values(), default=0) + 1
    for number, cells in enumerate(_cells(page, min_row=2, max_col=width), start=2):
        counted.row()
        raw = tuple(cell.value for cell in cells)
        if not all(is_empty(raw[place]) for place in places.values()):
            table.rows.append(row := Row(number, {}, raw))
            problems += _read_row(table, row, cells)
        if len(table.rows) > MOST_ROWS or number > LAST_ROW:
            raise RegisterUnreadable(
                why_zh=f"“{sheet.title}”的行数太多，最多 {MOST_ROWS} 行。",
                why_en=f"“{sheet.title}” has too many rows; {MOST_ROWS} at most.",
            )
    return table


def _cells(page: Any, **bounds: int) -> Iterator[Sequence[Any]]:
    """The cells of a sheet, row by row, with a reader's failure told as the file's."""
    try:
        yield from page.iter_rows(**bounds)
    except Exception as broken:  # openpyxl raises whatever the broken part provokes
        raise damaged() from broken


def _places(sheet: Sheet, header: Sequence[Any], problems: list[CellProblem]) -> dict[str, int]:
    """Where each field's column stands. Columns may stand in any order, and others between them."""
    titles = [_bare(cell.value) for cell in header]
    places = {}
    for column in sheet.columns:
        count = titles.count(_bare(column.header))
        if count:
            places[column.field] = titles.index(_bare(column.header))
        if count > 1 or not (count or column.may_lack):
            wrong = "column-twice" if count else "column-missing"
            problems.append(problem(wrong, Spot(sheet.title, header=column.header)))
    return places


def _bare(title: object) -> str:
    """A header without its star and blanks, and without the difference between wide and narrow signs."""
    return "".join(unicodedata.normalize("NFKC", str(title or "")).replace("*", "").split())


def _read_row(table: Table, row: Row, cells: Sequence[Any]) -> Iterator[CellProblem]:
    for column in table.sheet.columns:
        if (place := table.places.get(column.field)) is not None:
            try:
                row.values[column.field] = read_cell(column, row.raw[place], cells[place].data_type)
            except Wrong as wrong:
                yield table.problem(row, column.field, wrong.code, **wrong.facts)
