"""A file as sheets of cells, whatever it came wrapped in.

The content decides, never the file's name: an ``.xls`` may be text between tabs or a table of a web page, a bill may
come in a zip beside a summary. So every table that a file may hold is offered, those that a workbook hides marked as
hidden, and whoever knows the header picks one. Cells come out bare: without blanks, tabs, the backtick that WeChat
writes before values, ``="…"``, or signs that nobody sees. Where half a character stands in a cell, the sign `DAMAGED` stands for it.
"""

import codecs
import csv
import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from html.parser import HTMLParser
from io import BytesIO, StringIO
from itertools import chain
from typing import Any
from zipfile import BadZipFile, ZipFile, ZipInfo

from openpyxl import load_workbook
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from ledger.intake.marks import visible

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
NO_TABLES = (
    (b"%PDF", "PDF", "PDF"),
    (b"\xff\xd8\xff", "图片", "picture"),
    (b"\x89PNG", "图片", "picture"),
    (b"Rar!", "RAR 压缩包", "RAR archive"),
    (b"7z\xbc\xaf\x27\x1c", "7z 压缩包", "7z archive"),
)
"""What offices have of a statement that is no table, by its first bytes."""
MOST_BYTES = 64 * 1024 * 1024
MOST_ROWS = 50_000
"""Of a table: more than an account of the largest area moves in a month."""
MOST_CELLS = 1_000_000
MOST_MARKS = 4_000_000
"""Marks of a packed workbook or a web page, which has a few for each cell; counted before anything is made of them."""
PIECE = 1024 * 1024
OPENS_TABLE, CLOSES_TABLE = re.compile(r"<(?:\w+:)?table[\s>]"), re.compile(r"</(?:\w+:)?table\s*>")
MOST_INSIDE = 8
"""So deep may tables of a web page stand inside each other."""
MOST_SPANNED = 100
MOST_DAMAGED = 50
"""Of so many signs at most one may be half a character: what has more is no text."""
WHOLE_FIGURES = 15
"""So many figures of a number Excel keeps; those behind are lost."""
OPEN_DOCUMENT = b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet"
DAMAGED = "\ufffd"
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
        hidden: the workbook does not show it.
    """

    name: str
    encoding: str
    rows: tuple[Row, ...]
    open_end: bool = False
    torn_row: int | None = None
    hidden: bool = False


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
    if (no_table := _no_table(content)) is not None:
        raise no_table
    if content.startswith(OLD_EXCEL):
        return _other_workbook(content, "xls")
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
        case date() | time():
            return cell.isoformat()
        case bool():
            return str(cell)
        case float():
            # Excel keeps 15 digits, and shows 28.16 where the nearest binary number is a little less.
            return format(cell, f".{WHOLE_FIGURES}g")
        case int() if abs(cell) >= 10**WHOLE_FIGURES:
            return format(float(cell), f".{WHOLE_FIGURES - 1}e")
    text = visible(str(cell)).strip()
    quoted = re.fullmatch(r'="(.*)"', text)
    return (quoted[1] if quoted else text).strip(" \t\r\n`\u00a0\u3000\ufeff")


def _unpacked(content: bytes, inside: str = "") -> list[Sheet]:
    """The sheets of a workbook, or of every file in an archive; archives in archives are refused."""
    try:
        with ZipFile(BytesIO(content), metadata_encoding="gbk") as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            if sum(entry.file_size for entry in entries) > MOST_BYTES:
                raise NotSheets("解开后文件太大。", "The file is too large when unpacked.")
            if "xl/workbook.xml" in archive.namelist() or OPEN_DOCUMENT in content[:200]:
                _check_marks(_pieces(archive, entries))
            if "xl/workbook.xml" in archive.namelist():
                return _workbook(content, inside)
            if OPEN_DOCUMENT in content[:200]:
                return _other_workbook(content, "ods")
            if inside:
                raise _cut()
            files = {entry.filename: archive.read(entry) for entry in entries if not _unseen(entry.filename)}
    except RuntimeError:
        raise NotSheets("压缩包有密码，请先解压。", "The archive has a password: unpack it first.") from None
    except (BadZipFile, EOFError, OSError, ValueError, zlib.error) as broken:
        raise _cut() from broken
    tables = {name: inner for name, inner in files.items() if _no_table(inner) is None}
    if not tables and (no_table := next(map(_no_table, files.values()), None)) is not None:
        raise no_table
    opened = ((_unpacked if inner.startswith(ZIP) else _texts)(inner, name) for name, inner in tables.items())
    return list(chain.from_iterable(opened))


def _no_table(content: bytes) -> NotSheets | None:
    """What a file is, where its first bytes say that it is no table."""
    return next(
        (
            NotSheets(
                f"这是{zh}，不是表格：请在网银里另行下载 Excel 或 CSV。",
                f"This is a {en} and no table: download it as Excel or CSV.",
            )
            for begins, zh, en in NO_TABLES
            if content.startswith(begins)
        ),
        None,
    )


def _unseen(filename: str) -> bool:
    """Whether a file of an archive is one that no office put there: what a Mac keeps beside each, or a hidden one."""
    return any(part == "__MACOSX" or part.startswith(".") for part in filename.split("/"))


def _pieces(archive: ZipFile, entries: Iterable[ZipInfo]) -> Iterator[bytes]:
    for entry in entries:
        with archive.open(entry) as part:
            while piece := part.read(PIECE):
                yield piece


def _check_marks(pieces: Iterable[bytes]) -> None:
    """See that what is to be read holds no more marks than a table that people make.

    Raises:
        NotSheets: it does.
    """
    marks = 0
    for piece in pieces:
        marks += piece.count(b"<")
        if marks > MOST_MARKS:
            raise _too_many()


def _too_many() -> NotSheets:
    return NotSheets(
        f"内容太多：一张表最多 {MOST_ROWS} 行、{MOST_CELLS} 格，请分月份下载。",
        f"There is too much in it: a table has {MOST_ROWS} rows and {MOST_CELLS} cells at most; download it month by month.",
    )


def _cut() -> NotSheets:
    return NotSheets("文件不完整，请重新下载。", "The file is cut: download it again.")


def _workbook(content: bytes, inside: str) -> list[Sheet]:
    try:
        book = load_workbook(BytesIO(content), read_only=True, data_only=True)
        tables = [
            (page.title, page.sheet_state != "visible", _cells(_values(page))) for page in book.worksheets
        ]
    except NotSheets:
        raise
    except Exception as broken:  # openpyxl raises whatever the broken part provokes
        raise _cut() from broken
    return [Sheet(f"{inside} {name}".strip(), "xlsx", rows, hidden=hidden) for name, hidden, rows in tables]


def _values(page: Any) -> Iterator[Sequence[object]]:
    page.reset_dimensions()  # some exporters write a wrong one, and rows would go missing
    return page.iter_rows(values_only=True)  # type: ignore[no-any-return]


def _other_workbook(content: bytes, kind: str) -> list[Sheet]:
    """The sheets of an old Excel file or of an open document."""
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(content))
        shown = [page for page in book.sheets_metadata if page.typ is SheetTypeEnum.WorkSheet]
        return [
            Sheet(
                page.name,
                kind,
                _cells(_range(book.get_sheet_by_name(page.name))),
                hidden=page.visible is not SheetVisibleEnum.Visible,
            )
            for page in shown
        ]
    except (CalamineError, OSError, ValueError) as broken:
        raise _cut() from broken


def _range(page: CalamineSheet) -> list[list[Any]]:
    if page.total_height * page.total_width > MOST_CELLS:
        raise _too_many()
    return page.to_python(skip_empty_area=False)


def _cells(rows_of_values: Iterable[Sequence[object]]) -> tuple[Row, ...]:
    """Rows as bare cells. Empty ones at the end, which a forgotten style leaves by the thousand, are none."""
    rows: list[list[str]] = []
    empty = count = 0
    for values in rows_of_values:
        count += len(values)
        if count > MOST_CELLS:
            raise _too_many()
        cells = [bare(value) for value in values]
        if not any(cells):
            empty += 1
            continue
        rows += [[] for _ in range(empty)]
        empty = 0
        rows.append(cells)
        if len(rows) > MOST_ROWS:
            raise _too_many()
    width = max(map(len, rows), default=0)  # a workbook does not store the blank cells at a row's end
    if width * len(rows) > MOST_CELLS:
        raise _too_many()
    return tuple(Row(i, tuple(cells + [""] * (width - len(cells)))) for i, cells in enumerate(rows, 1))


class _Open:
    """A table of a web page that is being read: its rows, the cell that is open, and how far cells of rows above reach down."""

    def __init__(self) -> None:
        self.rows: list[list[str]] = []
        self.cell: list[str] | None = None
        self.wide = self.high = 1
        self.reach: dict[int, int] = {}

    def begin(self, wide: str | None, high: str | None) -> None:
        self.close()
        self.cell, self.wide, self.high = [], _count(wide), _count(high)

    def close(self) -> None:
        """End the open cell. The places that it fills beside and below are empty, so that every cell is under its name."""
        if self.cell is None:
            return
        row, number = self.rows[-1], len(self.rows)
        while self.reach.get(len(row), 0) >= number:
            row.append("")
        begins = len(row)
        row += [bare(" ".join("".join(self.cell).split())), *[""] * (self.wide - 1)]
        self.reach |= dict.fromkeys(range(begins, len(row)), number + self.high - 1)
        self.cell = None


def _count(span: str | None, most: int = MOST_SPANNED) -> int:
    return max(1, min(int(span[:9]), most)) if span and span.isdecimal() else 1


def _in_html(tag: str) -> str:
    """What a page calls a part of a table that Excel's XML of 2003 calls otherwise."""
    plain = tag.rpartition(":")[2]
    return {"row": "tr", "cell": "td"}.get(plain, plain)


def _rounded(number: str) -> str:
    try:
        return bare(float(number))
    except ValueError:
        return number


class _Tables(HTMLParser):
    """The tables of a web page as rows of cells, those inside a cell of another too, whose words are that cell's as well.

    Excel's own way of writing a workbook as a page (XML of 2003) has other names for the same: rows and cells that say where
    they stand, and sheets that may be hidden.
    """

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[list[list[str]]] = []
        self.open: list[_Open] = []
        self.sheet, self.begun = "", 0
        self.names: dict[int, str] = {}
        self.hidden: set[int] = set()
        self.kind = ""
        self.padded = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        tag, spans = _in_html(tag), dict(attrs)
        self.kind = f"{tag} {spans.get('ss:type')}" if tag in ("data", "visible") else ""
        if tag == "worksheet":
            self.sheet, self.begun = spans.get("ss:name") or "", len(self.tables)
        if tag == "table":
            if self.open and self.open[-1].cell is None:
                self.open.pop()  # it was never closed
            if len(self.open) >= MOST_INSIDE:
                raise _too_deep()
            self.open.append(_Open())
            self.tables.append(self.open[-1].rows)
            self.names[len(self.tables) - 1] = self.sheet
        if not self.open:
            return
        table = self.open[-1]
        if tag == "tr":
            table.close()
            table.rows += [[] for _ in range(self.lacking(table.rows, spans.get("ss:index")))]
            table.rows.append([])
        elif tag in ("td", "th") and table.rows:
            table.begin(spans.get("colspan"), spans.get("rowspan"))
            table.rows[-1] += [""] * self.lacking(table.rows[-1], spans.get("ss:index"))
            if spans.get("ss:mergeacross"):
                table.wide += _count(spans["ss:mergeacross"])
            self.padded += table.wide
        elif tag == "br" and table.cell is not None:
            table.cell.append(" ")

    def lacking(self, places: Sequence[object], index: str | None) -> int:
        """How many places are passed over before one that says where it stands, from 1."""
        lacking = max(0, _count(index, MOST_CELLS) - 1 - len(places))
        self.padded += lacking
        if self.padded > MOST_CELLS:
            raise _too_many()
        return lacking

    def handle_endtag(self, tag: str) -> None:
        tag, self.kind = _in_html(tag), ""
        if not self.open or tag not in ("td", "th", "tr", "table"):
            return
        self.open[-1].close()
        if tag == "table":
            inner = self.open.pop()
            if self.open and (outer := self.open[-1].cell) is not None:
                outer += [" ", " ".join(cell for row in inner.rows for cell in row)]

    def handle_data(self, data: str) -> None:
        if self.kind == "visible None" and data.strip() != "SheetVisible":
            self.hidden |= {*range(self.begun, len(self.tables))}
        if self.kind == "data Number":
            data = _rounded(data)
        if self.open and self.open[-1].cell is not None:
            self.open[-1].cell.append(data)


def _too_deep() -> NotSheets:
    return NotSheets(
        f"网页里的表格套了 {MOST_INSIDE} 层以上，读不了：请下载 Excel 或 CSV。",
        f"Tables stand inside tables more than {MOST_INSIDE} deep: download it as Excel or CSV.",
    )


def _web_tables(text: str, name: str, encoding: str) -> list[Sheet]:
    """The tables of a web page that a bank calls a workbook."""
    page = _Tables()
    page.feed(text)
    page.close()
    tables = [(at, table) for at, table in enumerate(page.tables) if any(len(row) > 1 for row in table)]
    if not tables:
        raise NotSheets(
            "这是一个网页，里面没有表格：可能登录已过期，请重新下载。",
            "This is a web page without a table: the login may have expired, download it again.",
        )
    marks = text.lower()
    if "</html>" not in marks and len(OPENS_TABLE.findall(marks)) > len(CLOSES_TABLE.findall(marks)):
        raise _cut()
    return [
        Sheet(page.names[at] or name, encoding, _cells(table), hidden=at in page.hidden)
        for at, table in tables
    ]


def _texts(content: bytes, name: str) -> list[Sheet]:
    if any(content.count(delimiter.encode()) > MOST_CELLS for delimiter in DELIMITERS):
        raise _too_many()
    if max(content.count(b"\n"), content.count(b"\r")) > MOST_ROWS:
        raise _too_many()
    text, encoding = _decoded(content)
    if text.lstrip("\ufeff \t\r\n").startswith("<"):
        _check_marks([content])
        return _web_tables(text, name, encoding)
    return [_separated(text, delimiter, name, encoding) for delimiter in DELIMITERS if delimiter in text]


def _decoded(content: bytes) -> tuple[str, str]:
    for mark, encoding in ENCODINGS:
        if content.startswith(mark):
            try:
                return content.decode(encoding), encoding
            except UnicodeDecodeError as error:
                if error.end == len(content) and CUT_CHARACTER.search(error.reason):
                    raise _cut() from error
    damaged = ((content.decode(encoding, "replace"), encoding) for encoding in ("utf-8", "gb18030"))
    text, encoding = min(damaged, key=lambda read: read[0].count(DAMAGED))
    if text.count(DAMAGED) * MOST_DAMAGED <= len(text):
        return text, encoding
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
