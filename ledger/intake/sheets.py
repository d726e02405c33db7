"""A file as sheets of cells, whatever it came wrapped in.

The content decides, never the file's name: an ``.xls`` may be text between tabs, a bill may come in a zip
beside a summary. So every table that a file may hold is offered, and whoever knows the header picks one.
Cells come out bare: without blanks, tabs, the backtick that WeChat writes before values, or ``="…"``.
"""

import codecs
import csv
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time
from io import BytesIO, StringIO
from itertools import chain
from typing import Any
from zipfile import BadZipFile, ZipFile

from openpyxl import load_workbook

DELIMITERS = ",\t|"
ENCODINGS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"", "utf-8"),
    (b"", "gb18030"),
)
ZIP = b"PK\x03\x04"
OLD_EXCEL = b"\xd0\xcf\x11\xe0"
MOST_BYTES = 64 * 1024 * 1024
MOST_ROWS = 200_000
CUT_CHARACTER = re.compile("incomplete|unexpected end|truncated")
END = "\0"


@dataclass(frozen=True)
class Row:
    """One row: its number in the file, from 1, and its bare cells."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """One table of a file.

    Attributes:
        open_end: the text stops without a line break, so its last row may be cut.
        torn_row: where a quotation mark opens and never closes; nothing from there on is in ``rows``.
    """

    name: str
    encoding: str
    rows: tuple[Row, ...]
    open_end: bool = False
    torn_row: int | None = None


class NotSheets(Exception):
    """No table can be had from these bytes; says why, in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        self.zh, self.en = zh, en
        super().__init__(zh)


def sheets(content: bytes) -> list[Sheet]:
    """Every table that the file may hold, in the file's order.

    Raises:
        NotSheets: empty, cut, locked, too large, or neither text nor a workbook.
    """
    if not content.strip():
        raise NotSheets("文件是空的。", "The file is empty.")
    if content.startswith(OLD_EXCEL):
        raise NotSheets(
            "这是旧版 Excel 文件，请另存为 .xlsx 或 .csv。", "An old Excel file: save it as .xlsx or .csv."
        )
    return _unpacked(content) if content.startswith(ZIP) else _texts(content, "")


def bare(cell: object) -> str:
    """A cell's text without what was written around it."""
    match cell:
        case None:
            return ""
        case datetime() if cell.time() == time():
            return cell.date().isoformat()
        case datetime():
            return cell.isoformat(sep=" ", timespec="seconds")
        case float():
            # Excel keeps 15 digits, and shows 28.16 where the nearest binary number is a little less.
            return format(cell, ".15g")
    text = str(cell).strip()
    quoted = re.fullmatch(r'="(.*)"', text)
    return (quoted[1] if quoted else text).strip(" \t\r\n`\u00a0\u3000\ufeff")


def _unpacked(content: bytes, inside: str = "") -> list[Sheet]:
    """The sheets of a workbook, or of every file in an archive; archives in archives are refused."""
    try:
        with ZipFile(BytesIO(content), metadata_encoding="gbk") as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            if sum(entry.file_size for entry in entries) > MOST_BYTES:
                raise NotSheets("解开后文件太大。", "The file is too large when unpacked.")
            if inside or "xl/workbook.xml" in archive.namelist():
                return _workbook(content, inside)
            files = {entry.filename: archive.read(entry) for entry in entries}
    except RuntimeError:
        raise NotSheets("压缩包有密码，请先解压。", "The archive has a password: unpack it first.") from None
    except (BadZipFile, EOFError, OSError, ValueError, zlib.error) as broken:
        raise _cut() from broken
    opened = ((_unpacked if inner.startswith(ZIP) else _texts)(inner, name) for name, inner in files.items())
    return list(chain.from_iterable(opened))


def _cut() -> NotSheets:
    return NotSheets("文件不完整，请重新下载。", "The file is cut: download it again.")


def _workbook(content: bytes, inside: str) -> list[Sheet]:
    try:
        book = load_workbook(BytesIO(content), read_only=True, data_only=True)
        tables = {sheet.title: _cells(sheet) for sheet in book.worksheets}
    except NotSheets:
        raise
    except Exception as broken:  # openpyxl raises whatever the broken part provokes
        raise _cut() from broken
    return [Sheet(f"{inside} {name}".strip(), "xlsx", rows) for name, rows in tables.items()]


def _cells(sheet: Any) -> tuple[Row, ...]:
    sheet.reset_dimensions()  # some exporters write a wrong one, and rows would go missing
    rows: list[list[str]] = []
    for values in sheet.iter_rows(values_only=True):
        rows.append([bare(value) for value in values])
        if len(rows) > MOST_ROWS:
            raise NotSheets("行数太多。", "The sheet has too many rows.")
    width = max(map(len, rows), default=0)  # a workbook does not store the blank cells at a row's end
    return tuple(Row(i, tuple(cells + [""] * (width - len(cells)))) for i, cells in enumerate(rows, 1))


def _texts(content: bytes, name: str) -> list[Sheet]:
    text, encoding = _decoded(content)
    if text.lstrip().startswith("<"):
        raise NotSheets(
            "这是一个网页，不是账单：可能登录已过期，请重新下载。",
            "This is a web page and not a bill: the login may have expired, download it again.",
        )
    return [_separated(text, delimiter, name, encoding) for delimiter in DELIMITERS if delimiter in text]


def _decoded(content: bytes) -> tuple[str, str]:
    for mark, encoding in ENCODINGS:
        if content.startswith(mark):
            try:
                return content.decode(encoding), encoding
            except UnicodeDecodeError as error:
                if error.end == len(content) and CUT_CHARACTER.search(error.reason):
                    raise _cut() from error
    raise NotSheets(
        "不是文本：既不是 UTF-8 也不是 GB18030 编码。", "This is not text: neither UTF-8 nor GB18030."
    )


def _separated(text: str, delimiter: str, name: str, encoding: str) -> Sheet:
    rows = list(_parsed(text, delimiter))
    # The end mark has a row of its own, unless an open quotation mark has swallowed it.
    torn_row = None if rows[-1].cells == (END,) else rows[-1].number
    return Sheet(name, encoding, tuple(rows[:-1]), not text.endswith(("\n", "\r")), torn_row)


def _parsed(text: str, delimiter: str) -> Iterator[Row]:
    reader = csv.reader(chain(StringIO(text, newline=""), [END]), delimiter=delimiter)
    number = 1
    try:
        for cells in reader:
            yield Row(number, tuple(map(bare, cells)))
            number = reader.line_num + 1
    except csv.Error:  # a cell beyond any reason: the quotation mark before it never closes
        yield Row(number, ())
