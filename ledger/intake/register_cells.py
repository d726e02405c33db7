"""A cell of the register workbook: what it means, or what is wrong with it. Pure.

Excel keeps numbers as binary floats of which 15 digits are meant: 90.12 may come in as 90.12000000000000455
and a sum as 0.30000000000000004. Each is read as the decimal number that Excel shows.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any, NamedTuple

from openpyxl.utils import get_column_letter

from ledger.fields import PLAIN, UNSEEN
from ledger.intake.register_layout import MOST_LETTERS, Column, Form, Sheet

PROBLEMS = {
    "sheet-missing": (
        "没有工作表“{sheet}”，空的也要留着",
        "the sheet “{sheet}” is missing; leave it even when empty",
    ),
    "column-missing": (
        "没有“{header}”这一列，空的也要留着",
        "the column “{header}” is missing; leave it even when empty",
    ),
    "column-twice": ("“{header}”这一列出现了不止一次", "the column “{header}” stands there more than once"),
    "no-communities": ("没有填写任何小区", "there is no community in it"),
    "empty": ("“{header}”必填，不能空着", "“{header}” must be filled in"),
    "formula": (
        "是公式“{value}”，请复制后选择性粘贴为数值",
        "“{value}” is a formula: paste its value instead",
    ),
    "error": ("是 Excel 的错误值“{value}”", "“{value}” is an error of Excel's"),
    "turned": (
        "Excel 把它变成了日期或真假值“{value}”，请把单元格设为文本后重新填写",
        "Excel made “{value}” of it: format the cell as text and enter it again",
    ),
    "control": ("“{value}”里有换行或看不见的字符", "“{value}” holds line breaks or invisible characters"),
    "long": (
        "有 {letters} 个字，最多 {most} 个：“{value}”",
        "{letters} characters, {most} at most: “{value}”",
    ),
    "code": ("“{value}”的写法不对：{hint_zh}", "“{value}” is not written as it should be: {hint_en}"),
    "word": ("不认识“{value}”，请填其一：{words_zh}", "“{value}” is not one of {words_en}"),
    "not-a-number": ("“{value}”不是数", "“{value}” is not a number"),
    "not-whole": ("“{value}”应是整数", "“{value}” must be a whole number"),
    "decimals": ("“{value}”最多 {places} 位小数", "“{value}” may have {places} decimals at most"),
    "range": ("“{value}”应在 {least} 到 {most} 之间", "“{value}” must be between {least} and {most}"),
    "not-a-day": ("“{value}”不是日期，请写成 2026-07-15", "“{value}” is not a day: write it as 2026-07-15"),
    "twice": ("“{key}”与第 {first} 行重复", "“{key}” stands in row {first} already"),
    "unknown": ("“{key}”没有在“{other}”表里登记", "“{key}” stands nowhere in the sheet “{other}”"),
    "community-there": (
        "小区“{value}”已经在账本里，这里只能导入新小区",
        "the community “{value}” is in the ledger already; only new ones can be imported",
    ),
    "licence-there": (
        "证照号“{value}”已经是企业“{firm}”的，同一家企业只登记一次",
        "the licence “{value}” is that of the firm “{firm}” already; a firm is registered once",
    ),
    "differs": (
        "账本里“{key}”登记的是“{there}”，这里写着“{value}”；导入不改已有的登记",
        "“{key}” is registered with “{there}”, here it says “{value}”; an import changes nothing that is there",
    ),
    "no-jurisdiction": (
        "没有“{value}”的地方参数，现有：{known}",
        "there is no profile “{value}”; there are {known}",
    ),
    "no-developer": ("未售的房屋要填开发单位", "an unsold home needs its developer"),
    "no-seller": ("已售公有住房要填售房单位", "a sold public home needs its selling unit"),
    "ends-before": (
        "结束日 {ends} 早于开始日 {starts}",
        "it ends on {ends}, before it starts on {starts}",
    ),
    "overlaps": (
        "“{number}”到 {until} 为止，这一份不能从 {starts} 开始：一个小区同一时间只有一家物业企业（《物业管理条例》第33条）",
        "“{number}” runs to {until}, so this one cannot begin on {starts}: one firm serves a community at a time (Property Management Regulation, Art. 33)",
    ),
    "before-opening": (
        "任职从 {starts} 起，早于小区的启用日 {opened}：早就在任的，从启用日填起",
        "the seat begins on {starts}, before the community's opening day {opened}: for whoever was in office before, fill in that day",
    ),
    "level-of-others": ("“{role}”不会是“{level}”的人", "a “{role}” is not of the “{level}”"),
    "office-of-owner": (
        "业委会委员是业主：职务填在他作为业主的那一行",
        "a member of the owners' committee is an owner: name his office in his row as one",
    ),
    "office-without-term": (
        "写了业委会职务的小区，要在“{other}”表里填它的任期",
        "where somebody has an office of the owners' committee, its term stands in the sheet “{other}”",
    ),
    "seat-of-term": (
        "小区填了业委会任期，委员不另填“{role}”：在他作为业主的那一行写明职务",
        "the community's committee has its term: name a member's office in his row as an owner, not a seat as “{role}”",
    ),
    "term-without-members": (
        "“{other}”表里没有这个小区的业委会委员：在业主的那一行写明职务",
        "the sheet “{other}” names no member of this committee: name the offices in the owners' rows",
    ),
    "sources": (
        "五个来源合计 {planned} 元，价款是 {price} 元",
        "the five sources add up to {planned} yuan, the price is {price}",
    ),
    "half-package": (
        "工程和标段要么都填，要么都空着",
        "fill in both works and package, or neither",
    ),
    "years-of-nothing": (
        "没有已验收的标段，保修年限无从起算，请空着",
        "without an accepted package there is no warranty to count: leave it empty",
    ),
    "home-unknown": ("小区里没有“{value}”这一户", "the community has no home “{value}”"),
    "there-already": ("账本里已经有了：{there}", "the ledger has it already: {there}"),
    "closed": (
        "{month} 已经结账（已结到 {through}），不能再记入",
        "{month} is closed (through {through}) and takes nothing more",
    ),
    "not-a-month": ("“{value}”不是月份，请写成 2026-07", "“{value}” is no month: write it as 2026-07"),
    "future": ("“{value}”还没有到", "“{value}” has not come yet"),
    "total": (
        "合计表写着 {count_told} 行 {fen_told} 元，表里是 {count} 行 {fen} 元",
        "the totals say {count_told} rows and {fen_told} yuan, the sheet has {count} and {fen}",
    ),
    "no-total": (
        "“{other}”有 {count} 行，合计表里没有它的合计",
        "“{other}” has {count} rows and no control total",
    ),
    "whose": (
        "要么填房号，要么填售房单位和幢号",
        "fill in the home, or the selling unit with the building",
    ),
    "not-approved": (
        "{on} 没有批准的“{account}”账户，收款只能进批准的账户：先登记账户，再由另一人批准",
        "no account “{account}” is approved for {on}: money comes into approved accounts only",
    ),
    "not-open": ("小区没有开这个账套或科目", "the community has no such book or account"),
    "refused": ("{why_zh}", "{why_en}"),
    "no-default-years": (
        "地方参数里没有“{kind}”在 {on} 的保修年限，请填写",
        "the local profile has no warranty of {kind} on {on}: enter the years",
    ),
}

_CONTROL = re.compile(rf"[\x00-\x1f\ud800-\udfff{UNSEEN}]|_x00[01][0-9A-Fa-f]_")
_TYPED = re.compile(PLAIN)
_BLANK = " \t\r\n\u00a0\u3000\ufeff\u200b"
_NUMBER = re.compile(r"-?([0-9]{1,16}|[0-9]{1,3}(,[0-9]{3}){1,5})(\.[0-9]{1,10})?")
_DAY = re.compile(
    r"(\d{4})(?:-(\d\d?)-(\d\d?)|/(\d\d?)/(\d\d?)|\.(\d\d?)\.(\d\d?)|年(\d\d?)月(\d\d?)日|(\d\d)(\d\d))"
    r"(?:[ T]00:00(?::00)?)?"
)
_FIRST_YEAR, _LAST_YEAR = 1900, 2200
_SHOWN = 60


@dataclass(frozen=True)
class CellProblem:
    """What is wrong and where; ``row`` is None and ``column`` empty where no one cell is to blame."""

    sheet: str
    row: int | None
    column: str
    header: str
    value: str
    zh: str
    en: str

    @property
    def spot(self) -> str:
        """Where it is, as Excel writes it: ``户!D2``."""
        return self.sheet if self.row is None else f"{self.sheet}!{self.column}{self.row}"


class Spot(NamedTuple):
    """A place in a workbook and what stands there: a whole sheet, a column of it, or a cell."""

    sheet: str
    row: int | None = None
    column: str = ""
    header: str = ""
    value: str = ""


class Row(NamedTuple):
    """One row: its number in the sheet, what its cells mean, and what stands in them.

    A cell that is wrong has no place in ``values``; one that is empty stands there with its default.
    """

    number: int
    values: dict[str, Any]
    raw: tuple[object, ...]

    def has(self, *fields: str) -> bool:
        """Whether each of these cells is filled and could be read."""
        return all(self.values.get(field) is not None for field in fields)


@dataclass(frozen=True)
class Table:
    """A sheet as it was read: where each field's column stands, from 0, and the rows."""

    sheet: Sheet
    places: Mapping[str, int]
    rows: list[Row]

    @cached_property
    def by_key(self) -> dict[tuple[Any, ...], Row]:
        """The rows whose key could be read."""
        key = self.sheet.key
        return {tuple(row.values[field] for field in key): row for row in self.rows if row.has(*key)}

    def told(self, row: Row, field: str) -> str:
        """What stands in a cell, as a sentence can quote it."""
        return shown(row.raw[self.places[field]]) if field in self.places else ""

    def problem(self, row: Row, field: str, code: str, **facts: object) -> CellProblem:
        """A problem of one of this sheet's cells."""
        column = next(column for column in self.sheet.columns if column.field == field)
        letters = get_column_letter(self.places[field] + 1) if field in self.places else ""
        spot = Spot(self.sheet.title, row.number, letters, column.header, self.told(row, field))
        return problem(code, spot, **facts)


class Wrong(Exception):
    """A cell cannot be read: the problem's code, and the facts of its sentence."""

    def __init__(self, code: str, **facts: object) -> None:
        self.code, self.facts = code, facts
        super().__init__(code)


def problem(code: str, spot: Spot, **facts: object) -> CellProblem:
    """A problem in words that end in no full stop, a refusal's own neither: they stand in sentences and lists."""
    zh, en = (words.format(**{**spot._asdict(), **facts}).rstrip("。.") for words in PROBLEMS[code])
    return CellProblem(*spot, zh, en)


def shown(value: object) -> str:
    """A cell's value as a sentence can quote it: short, and without what cannot be seen."""
    if isinstance(value, datetime) and (value.hour, value.minute, value.second) == (0, 0, 0):
        value = value.date()
    text = _CONTROL.sub("�", _plain(getattr(value, "text", value)))  # an array formula keeps its text apart
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def is_empty(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip(_BLANK))


def read_cell(column: Column, value: Any, kind: str) -> Any:
    """What a cell means: its default when it is empty. ``kind`` is the file's word for it: ``f`` a formula, ``e`` an error.

    Raises:
        Wrong: it means nothing that its column could hold.
    """
    if is_empty(value):
        if column.required:
            raise Wrong("empty")
        return column.default
    if kind == "f":
        raise Wrong("formula")
    if kind == "e":
        raise Wrong("error")
    match column.form:
        case Form.NUMBER:
            return _number(column, value)
        case Form.DAY:
            return _day(value)
        case Form.WORD:
            return _word(column, value)
        case Form.CODE:
            return _code(column, value)
        case Form.TEXT:
            return _text(value)


def _plain(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "TRUE" if value else "FALSE"
        case float():
            return format(value, ".15g")
    return str(value).strip(_BLANK)


def _text(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Wrong("turned")
    text = unicodedata.normalize("NFC", _plain(value))
    if _CONTROL.search(text) or not _TYPED.match(text):
        raise Wrong("control")
    if len(text) > MOST_LETTERS:
        raise Wrong("long", letters=len(text), most=MOST_LETTERS)
    return text


def _code(column: Column, value: object) -> str:
    """A code, with what a Chinese keyboard writes wide (３－２－５０１) made narrow."""
    code = unicodedata.normalize("NFKC", _text(value))
    if re.fullmatch(column.pattern, code):
        return code
    raise Wrong("code", hint_zh=column.zh, hint_en=column.en)


def _word(column: Column, value: object) -> object:
    if isinstance(value, bool):
        value = "yes" if value else "no"
    text = _text(value)
    for word in column.words:
        if text == word.zh or text.lower() == word.en:
            return word.value
    raise Wrong(
        "word",
        words_zh=" / ".join(word.zh for word in column.words),
        words_en=" / ".join(word.en for word in column.words),
    )


def _number(column: Column, value: object) -> int:
    """A number, counted in the last decimal that its column allows: 90.12 m² is 9012 dm²."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Wrong("not-a-number")
    text = _plain(value)
    if isinstance(value, str):
        text = unicodedata.normalize("NFKC", text).lstrip("¥").strip()
        if not _NUMBER.fullmatch(text):
            raise Wrong("not-a-number")
        text = text.replace(",", "")
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise Wrong("not-a-number") from None
    if not number.is_finite():
        raise Wrong("not-a-number")
    least, most = (Decimal(bound).scaleb(-column.places) for bound in (column.least, column.most))
    if not least <= number <= most:
        shape = ",f" if column.places else "f"  # a year has no thousands
        raise Wrong("range", least=format(least, shape), most=format(most, shape))
    counted = number.scaleb(column.places)
    if counted != counted.to_integral_value():
        raise Wrong("decimals" if column.places else "not-whole", places=column.places)
    return int(counted)


def _day(value: object) -> date:
    if isinstance(value, datetime):
        value = value.date()
    if not isinstance(value, date):
        parts = (
            _DAY.fullmatch(_plain(value))
            if isinstance(value, str | int) and not isinstance(value, bool)
            else None
        )
        if parts is None:
            raise Wrong("not-a-day")
        try:
            value = date(*(int(part) for part in parts.groups() if part))
        except ValueError:
            raise Wrong("not-a-day") from None
    if not _FIRST_YEAR <= value.year <= _LAST_YEAR:
        raise Wrong("not-a-day")
    return value
