"""The register workbook as a file: opened with care, made empty, given back with what is wrong beside the rows."""

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from functools import partial
from importlib.resources import files
from io import BytesIO
from typing import IO, Any
from zipfile import BadZipFile, ZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from ledger.errors import Malformed
from ledger.intake.register_cells import CellProblem
from ledger.intake.register_layout import BY_NAME, SHEETS, Column, Form, Sheet
from ledger.intake.sheets import OLD_EXCEL, ZIP

MOST_BYTES = 200 * 1024 * 1024
"""How large a workbook may be when unpacked. A reader of archives stops at the size that the archive states."""
MOST_MARKS = 20_000_000
"""Marks of all its parts, of which a cell has a few: more than a city's register has."""
MOST_MARKS_OF_A_ROW = 100_000
"""A row is read whole; Excel's own has 16,384 cells."""
PIECE = 1024 * 1024
"""Bytes of a sheet that are looked at together."""
GUIDE, ERRORS, SUMMARY = "说明", "错误", "错误汇总"
TEMPLATE_ROWS = 20_000
"""As far down as the template offers drop-downs."""

_ROW = re.compile(rb"<(?:\w+:)?row\b")
_RED = "FFFFC7CE"
_GREY = PatternFill("solid", fgColor="FFE7E6E6")
_FORMATS = {Form.TEXT: "@", Form.CODE: "@", Form.WORD: "@", Form.DAY: "yyyy-mm-dd"}
_WIDTHS = {Form.TEXT: 24, Form.CODE: 14, Form.WORD: 16, Form.DAY: 13, Form.NUMBER: 14}
_GUIDE = (
    ("每张表第一行是表头，不要改表名和表头；带 * 的列必填。空的表和列也请留着。", "Keep the names of sheets and headers; columns with * must be filled. Leave empty sheets and columns in place."),
    ("从第二行起每行填一项，不要合并单元格，不要用公式。", "One row for each thing from the second row on; no merged cells, no formulas."),
    ("有下拉列表的列请选列表里的词，也可以写英文词。", "Where there is a drop-down, choose from it; the English word will do too."),
    ("代码、房号、电话是文本；日期写成 2026-07-15；金额写元，面积写平方米。", "Codes, homes and phones are text; days are written 2026-07-15, money in yuan, areas in m²."),
    ("整本一次导入：有一处不对就一行也不导入，并把错误写在每行末尾的“错误”列里还给您。", "The workbook comes in whole or not at all; it is given back with what is wrong at the end of each row."),
    ("业主姓名和电话只在账本内部使用，不公开；不要填身份证号。", "Names and phones stay inside the ledger and are never public; enter no identity numbers."),
)  # fmt: skip


class RegisterUnreadable(Malformed):
    """The file as a whole is no register workbook."""

    code = "register-unreadable"
    zh = "这个文件不能当作登记簿读：{why_zh}"
    en = "This file cannot be read as a register: {why_en}"


def opened(content: bytes, *, reading: bool) -> Workbook:
    """The workbook in these bytes. With ``reading`` its rows are read as they are asked for.

    Raises:
        RegisterUnreadable: it is no workbook, or is broken, locked, too large, or holds macros.
    """
    if not content.strip():
        raise RegisterUnreadable(why_zh="文件是空的。", why_en="it is empty.")
    if content.startswith(OLD_EXCEL):
        raise RegisterUnreadable(
            why_zh="这是旧版 Excel 文件，或者加了密码；请去掉密码，另存为 .xlsx。",
            why_en="it is an old Excel file, or locked: save it as .xlsx without a password.",
        )
    if not content.startswith(ZIP):
        raise RegisterUnreadable(
            why_zh="它不是 Excel 工作簿（.xlsx）。", why_en="it is no Excel workbook (.xlsx)."
        )
    try:
        with ZipFile(BytesIO(content)) as archive:
            _check_parts(archive)
        return load_workbook(BytesIO(content), read_only=reading)
    except RegisterUnreadable:
        raise
    except Exception as broken:  # openpyxl raises whatever the broken part provokes
        raise damaged() from broken


def unpacked_size(content: bytes) -> int:
    """How many bytes a workbook has when unpacked, as it says itself; nought where it is none."""
    with suppress(Exception), ZipFile(BytesIO(content)) as archive:
        return sum(entry.file_size for entry in archive.infolist())
    return 0


def rows_in(content: bytes) -> int:
    """About how many rows the sheets of a workbook have, counted without reading their cells: what they say themselves may lack.

    A hint only: nought where a part is broken, which whoever reads the cells will tell.
    """
    with suppress(Exception), ZipFile(BytesIO(content)) as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
        return sum(_rows(sheet) for sheet in map(archive.open, sheets))
    return 0


def _rows(sheet: IO[bytes]) -> int:
    return sum(len(_ROW.findall(piece)) for piece in _pieces(sheet))


def _pieces(part: IO[bytes]) -> Iterator[bytes]:
    return iter(partial(part.read, PIECE), b"")


def damaged() -> RegisterUnreadable:
    return RegisterUnreadable(
        why_zh="文件不完整或已损坏，请重新保存。", why_en="it is cut or damaged: save it again."
    )


def _check_parts(archive: ZipFile) -> None:
    entries = {entry.filename: entry for entry in archive.infolist()}
    if len(entries) != len(archive.infolist()) or any(entry.flag_bits & 1 for entry in entries.values()):
        raise BadZipFile("a part stands there twice, or is locked")
    if sum(entry.file_size for entry in entries.values()) > MOST_BYTES:
        raise RegisterUnreadable(
            why_zh=f"解开后超过 {MOST_BYTES >> 20} MB。",
            why_en=f"it is larger than {MOST_BYTES >> 20} MB when unpacked.",
        )
    if "[Content_Types].xml" not in entries or not any(name.startswith("xl/") for name in entries):
        raise RegisterUnreadable(
            why_zh="它不是 Excel 工作簿（.xlsx）。", why_en="it is no Excel workbook (.xlsx)."
        )
    _check_marks(archive)
    macros = any(name.lower().endswith("vbaproject.bin") for name in entries)
    if macros or b"macroenabled" in archive.read("[Content_Types].xml").lower():
        raise RegisterUnreadable(
            why_zh="它带有宏，请另存为不带宏的 .xlsx。", why_en="it holds macros: save it as .xlsx without."
        )


def _check_marks(archive: ZipFile) -> None:
    """See, before anything is made of it, that no part and no row holds more than people write."""
    marks = 0
    for name in archive.namelist():
        if not name.endswith((".xml", ".rels")):
            continue
        in_row: int | None = None
        with archive.open(name) as part:
            for piece in _pieces(part):
                marks += piece.count(b"<")
                outside, *rows = (between.count(b"<") for between in _ROW.split(piece))
                if in_row is not None:
                    rows.insert(0, in_row + outside)
                if rows:
                    in_row = rows[-1]
                if marks > MOST_MARKS or max(rows, default=0) > MOST_MARKS_OF_A_ROW:
                    raise RegisterUnreadable(
                        why_zh="里面的内容太多，超出了登记簿的用处。",
                        why_en="it holds more than any register does.",
                    )


def template() -> bytes:
    """The register workbook, empty: how to fill it in, and a sheet for everything that can be registered."""
    return written("小区登记簿 Register", _GUIDE, SHEETS)


def written(
    title: str,
    guide: Iterable[tuple[str, str]],
    declared: Sequence[Sheet],
    rows: Mapping[str, Iterable[Mapping[str, Any]]] | None = None,
) -> bytes:
    """A workbook of declared sheets with a guide, and with rows where there are any.

    ``rows`` are by a sheet's name, each by field, in what the fields mean: fen, days, words' values.
    """
    book = Workbook()
    assert isinstance(book.active, Worksheet)
    _write_guide(book.active, title, guide, declared)
    for sheet in declared:
        page = book.create_sheet(sheet.title)
        _write_sheet(page, sheet)
        for number, row in enumerate((rows or {}).get(sheet.name, ()), start=2):
            for place, column in enumerate(sheet.columns, start=1):
                _write_value(page, number, place, column, row.get(column.field))
    return _saved(book)


def _write_value(page: Worksheet, row: int, place: int, column: Column, value: Any) -> None:
    """What a field means, as its cell is read again."""
    if value is None or value == "":
        return
    match column.form:
        case Form.NUMBER:
            page.cell(row, place, Decimal(value).scaleb(-column.places))
        case Form.DAY:
            page.cell(row, place, value)
        case Form.WORD:
            _write_text(page, row, place, next(word.zh for word in column.words if word.value == value))
        case Form.TEXT | Form.CODE:
            _write_text(page, row, place, str(value))


def _saved(book: Workbook) -> bytes:
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _write_guide(
    page: Worksheet, title: str, guide: Iterable[tuple[str, str]], declared: Sequence[Sheet]
) -> None:
    page.title = GUIDE
    page.append([title])
    page["A1"].font = Font(bold=True, size=16)
    for number, (zh, en) in enumerate(guide, start=1):
        page.append([f"{number}. {zh}"])
        page.append([f"    {en}"])
        page.cell(page.max_row, 1).font = Font(color="FF7F7F7F")
    page.append([])
    for sheet in declared:
        page.append([sheet.title, "", "", sheet.zh, sheet.en])
        for cell in page[page.max_row]:
            cell.font, cell.fill = Font(bold=True), _GREY
        for column in sheet.columns:
            page.append(["", column.header, "必填" if column.required else "", column.zh, column.en])
    for letter, width in zip("ABCDE", (16, 22, 8, 60, 60), strict=True):
        page.column_dimensions[letter].width = width


def _write_sheet(page: Worksheet, sheet: Sheet) -> None:
    page.append([column.header + "*" * column.required for column in sheet.columns])
    page.freeze_panes = "A2"
    for index, column in enumerate(sheet.columns, start=1):
        head = page.cell(1, index)
        head.font, head.fill, head.alignment = Font(bold=True), _GREY, Alignment(wrap_text=True)
        head.comment = Comment(f"{column.zh}\n{column.en}", "Mingbai", height=110, width=280)
        style = page.column_dimensions[get_column_letter(index)]
        style.number_format = _number_format(column)
        style.width = max(_WIDTHS[column.form], 2 * len(column.header) + 2)
        if choices := _choices(column):
            page.add_data_validation(_drop_down(choices, get_column_letter(index)))


def _number_format(column: Column) -> str:
    if column.form is not Form.NUMBER:
        return _FORMATS[column.form]
    thousands = "#,##0" if column.field.endswith("_fen") else "0"
    return thousands + ("." + "0" * column.places if column.places else "")


def _choices(column: Column) -> str:
    """What a drop-down of this column offers, as Excel writes it; nothing where there is nothing to choose.

    A code that is unique only inside a community is not offered: the list would mix the communities.
    """
    if column.words:
        return '"' + ",".join(word.zh for word in column.words) + '"'
    if column.field == "jurisdiction":
        return '"' + ",".join(_jurisdictions()) + '"'
    if column.refers and len(column.refers[0].fields) == 1:
        other = BY_NAME[column.refers[0].sheet]
        letter = get_column_letter(
            [other_column.field for other_column in other.columns].index(other.key[0]) + 1
        )
        return f"'{other.title}'!${letter}$2:${letter}${TEMPLATE_ROWS}"
    return ""


def _jurisdictions() -> Sequence[str]:
    sections = tomllib.loads(
        (files("ledger.community") / "thresholds_and_caps_by_place.toml").read_text("utf-8")
    )
    return list(dict.fromkeys(name.partition("@")[0] for name in sections))


def _drop_down(choices: str, letter: str) -> DataValidation:
    """A list that warns of other words and lets them pass: English words are read too."""
    listed = DataValidation(type="list", formula1=choices, allow_blank=True, showErrorMessage=True)
    listed.errorStyle = "warning"
    listed.errorTitle, listed.error = "不在列表里", "这个词不在下拉列表里，导入时可能不认识。"
    listed.add(f"{letter}2:{letter}{TEMPLATE_ROWS}")
    return listed


def annotated(content: bytes, problems: Iterable[CellProblem], declared: Sequence[Sheet] = SHEETS) -> bytes:
    """The same workbook with a column 错误 that says what is wrong in each row, and the wrong cells in red.

    What no row is to blame for stands on a sheet 错误汇总. Marks of an earlier time are taken away.

    Raises:
        RegisterUnreadable: the bytes are no workbook.
    """
    book = opened(content, reading=False)
    if SUMMARY in book.sheetnames:
        del book[SUMMARY]
    by_sheet: dict[str, list[CellProblem]] = defaultdict(list)
    for problem in problems:
        by_sheet[problem.sheet].append(problem)
    pages = {page.title.strip(): page for page in book.worksheets}
    for sheet in declared:
        if sheet.title in pages:
            _mark(pages[sheet.title], [problem for problem in by_sheet[sheet.title] if problem.row])
    if whole := [
        problem for sheet_problems in by_sheet.values() for problem in sheet_problems if not problem.row
    ]:
        summary = book.create_sheet(SUMMARY, 0)
        for row, words in enumerate([("工作表", "列", "错误", "Error"), *map(_summed_up, whole)], start=1):
            for column, text in enumerate(words, start=1):
                _write_text(summary, row, column, text)
        for letter, width in zip("ABCD", (16, 22, 60, 60), strict=True):
            summary.column_dimensions[letter].width = width
        book.active = 0
    return _saved(book)


def _summed_up(problem: CellProblem) -> tuple[str, str, str, str]:
    return problem.sheet, problem.header, problem.zh, problem.en


def _mark(page: Worksheet, problems: Sequence[CellProblem]) -> None:
    _unmark(page)
    if not problems:
        return
    errors = page.max_column + 1
    said: dict[int, list[CellProblem]] = defaultdict(list)
    for problem in problems:
        assert problem.row is not None
        said[problem.row].append(problem)
        if problem.column:
            page[f"{problem.column}{problem.row}"].fill = PatternFill("solid", fgColor=_RED)
    _write_text(page, 1, errors, ERRORS)
    page.cell(1, errors).font = Font(bold=True)
    page.column_dimensions[get_column_letter(errors)].width = 80
    for number, row_problems in said.items():
        _write_text(
            page, number, errors, "；".join(f"{problem.header}：{problem.zh}" for problem in row_problems)
        )


def _unmark(page: Worksheet) -> None:
    earlier = [cell.column for cell in page[1] if cell.value == ERRORS]
    for column in reversed(earlier):
        page.delete_cols(column)
    for cell in page._cells.values() if earlier else ():  # iter_rows would make a cell of every blank
        if cell.fill.fgColor.rgb == _RED:
            cell.fill = PatternFill()


def _write_text(page: Any, row: int, column: int, text: str) -> None:
    """Write words that Excel must not take for a formula, whatever the file's own words in them begin with."""
    cell = page.cell(row, column)
    cell.value, cell.data_type = text, "s"
