"""What can be odd or wrong about a row of a file, in Chinese and in English.

A warning stays beside what was read; a problem keeps the file from being read.
"""

from dataclasses import dataclass

WARNINGS = {
    "row-short": ("只有 {found} 格，表头有 {width} 格", "{found} cells under {width} names"),
    "row-long": ("表头之外还有内容：{value}", "something stands beyond the header: {value}"),
    "row-broken": (
        "有一格跨了几行，可能丢了引号，吞掉了后面的行",
        "a cell runs over several rows: a lost quotation mark may have swallowed some",
    ),
    "direction-unknown": ("不认识“{value}”，不计收支", "“{value}” is not known: counted neither in nor out"),
    "amount-nought": ("金额是零，没有记为一笔", "the amount is nought: not kept as a line"),
    "count-disagrees": (
        "文件自称{of_zh} {claimed} 笔，读到 {found} 笔",
        "the file claims {claimed} lines for {of_en} and holds {found}",
    ),
    "total-disagrees": (
        "文件自称{of_zh} {claimed} 元，读到 {found} 元",
        "the file claims {claimed} yuan for {of_en} and holds {found}",
    ),
    "balance-breaks": (
        "余额接不上：应为 {expected}，写着 {written}；全文件共 {count} 处",
        "the balance does not follow: {expected} expected, {written} written; {count} such rows in all",
    ),
    "balance-unreadable": ("余额“{value}”不是数，没有核对", "a balance “{value}” cannot be checked"),
    "known-elsewhere": (
        "这笔流水以前导入到账户“{account}”，没有再记",
        "this line was imported into the account “{account}” before and was not booked again",
    ),
    "sheet-ignored": (
        "“{value}”也有这样的表头，没有读",
        "“{value}” has such a header too and was not read",
    ),
}
PROBLEMS = {
    "missing": ("没有“{field}”", "there is no “{field}”"),
    "amount": (
        "“{field}”写着“{value}”，不是最多两位小数的金额",
        "“{field}” says “{value}”, not an amount with two decimals",
    ),
    "instant": ("“{field}”写着“{value}”，不是日期", "“{field}” says “{value}”, which is no date"),
    "both-sides": ("收入和支出都有金额：{value}", "there are amounts both in and out: {value}"),
    "sign": ("写着收入，金额却是负数“{value}”", "it says in, and the amount “{value}” is negative"),
    "currency": ("“{field}”写着“{value}”，不是人民币", "“{field}” says “{value}”, which is not yuan"),
    "torn": ("引号开了没有关：文件断了，或丢了一个引号", "a quotation mark opens and never closes"),
    "cut": ("文件在“{value}”处断了，请重新下载", "the file is cut at “{value}”: download it again"),
    "no-header": ("找不到表头，表头应有：{value}", "no header row found; it should hold {value}"),
}


@dataclass(frozen=True)
class RowWarning:
    """Something odd that does not keep a file from being read."""

    row: int
    code: str
    zh: str
    en: str


@dataclass(frozen=True)
class RowProblem:
    """What cannot be read for certain; ``field`` is the column's name in the file, if it is one column."""

    row: int
    field: str
    value: str
    zh: str
    en: str

    @property
    def spot(self) -> str:
        """Where it is: the row, as every program that opens the file counts it."""
        return str(self.row)

    @property
    def header(self) -> str:
        """What its column is called in the file; empty where no one column is to blame."""
        return self.field


def warning(row: int, code: str, **facts: object) -> RowWarning:
    zh, en = WARNINGS[code]
    return RowWarning(row, code, zh.format(**facts), en.format(**facts))


def problem(row: int, code: str, field: str = "", value: str = "") -> RowProblem:
    zh, en = (words.format(field=field, value=value) for words in PROBLEMS[code])
    return RowProblem(row, field, value, zh, en)
