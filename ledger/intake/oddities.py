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
    "amount-nought": ("金额是零，没有记为一笔", "the amount is nought: not kept as a line"),
    "count-disagrees": (
        "文件自称{of_zh} {claimed} 笔，读到 {found} 笔",
        "the file claims {claimed} lines for {of_en} and holds {found}",
    ),
    "total-disagrees": (
        "文件自称{of_zh} {claimed} 元，读到 {found} 元",
        "the file claims {claimed} yuan for {of_en} and holds {found}",
    ),
    "balance-unreadable": ("余额“{value}”不是数，没有核对", "a balance “{value}” cannot be checked"),
    "known-elsewhere": (
        "这笔流水以前导入到账户“{account}”，没有再记",
        "this line was imported into the account “{account}” before and was not booked again",
    ),
    "known-changed": (
        "这笔以前导入过，没有再记；当时写着“{before}”，现在写着“{value}”",
        "this line was imported before and was not booked again; it said “{before}” then and says “{value}” now",
    ),
    "void-now": (
        "这笔以前导入时已经成交并记账，现在写着“{value}”：如果钱退了，请登记退款",
        "this line had moved and was booked when it was imported before, and says “{value}” now: if the money went back, enter the refund",
    ),
    "refund-of": (
        "退回单号 {value} 收到的钱：记为支出；退给谁、退多少，请登记退款",
        "it returns money received under {value}: kept as money out; enter the refund",
    ),
    "late": (
        "{month} 已经结账，这笔 {on} 的款记在 {booked}",
        "{month} is closed: this line of {on} is booked on {booked}",
    ),
    "doubtful": (
        "和以前导入的一笔一模一样，文件在这一天断开，看不出是不是同一笔：没有记账，等人核对",
        "it is just like a line that was imported before, and the file breaks off on this day: not booked, somebody has to say whether it is the same",
    ),
    "doubtful-amount": (
        "以前导入过同一单号的一笔，金额不同：没有记账，等人核对",
        "a line of this number was imported before with another amount: not booked, somebody has to say whether it is the same",
    ),
    "doubtful-mapping": (
        "以前用另一种格式导入过很像的一笔（单号、日期或对方可能取自别的列）：没有记账，等人核对",
        "much like a line that was imported before by another mapping, whose number, day or counterparty may come from other columns: not booked, somebody has to say whether it is the same",
    ),
    "number-spoilt": (
        "单号“{value}”被表格软件改成了近似数，没有用来认这笔流水",
        "a spreadsheet has rounded the number “{value}”: it was not used to know the line by",
    ),
    "damaged": (
        "“{field}”里有半个字：“{value}”",
        "half a character stands in “{field}”: “{value}”",
    ),
    "sum-skipped": (
        "“{value}”是合计或结转，没有当作流水",
        "“{value}” is a sum or carried over: not read as a line",
    ),
    "sum-read": (
        "写着“{value}”，但有日期，也有付款人或单号：当作一笔流水，请核对",
        "it says “{value}”, but has a day and a payer or a number: read as a line, look into it",
    ),
    "note-skipped": ("“{value}”是说明文字，没有当作流水", "“{value}” is a note: not read as a line"),
    "sheet-chosen": (
        "工作簿有隐藏的工作表“{value}”，没有读；读的是“{chosen}”",
        "the workbook hides its sheet “{value}”, which was not read; “{chosen}” was",
    ),
    "sheet-ignored": (
        "“{value}”也有这样的表头，没有读",
        "“{value}” has such a header too and was not read",
    ),
}
PROBLEMS = {
    "calendar-header": (
        "没有写着“日期”和“类型”的一行表头，也不是日历文件（.ics）",
        "there is no row of headings with “date” and “kind”, and it is no calendar file (.ics) either",
    ),
    "calendar-kind": ("“{value}”看不出是休还是班", "“{value}” is neither off nor worked"),
    "calendar-day": ("“{value}”不是日期", "“{value}” is no date"),
    "calendar-encoding": ("日历文件不是 UTF-8 编码", "the calendar file is not UTF-8"),
    "calendar-cut": ("日历文件不完整，请重新下载", "the calendar file is cut: download it again"),
    "calendar-span": (
        "“{value}”是重复的、没有长度的或者超过 31 天的事件，不是一次放假",
        "“{value}” repeats, has no length, or takes more than 31 days: no holiday",
    ),
    "missing": ("没有“{field}”", "there is no “{field}”"),
    "amount": (
        "“{field}”写着“{value}”，不是最多两位小数的金额",
        "“{field}” says “{value}”, not an amount with two decimals",
    ),
    "instant": ("“{field}”写着“{value}”，不是日期", "“{field}” says “{value}”, which is no date"),
    "both-sides": ("收入和支出都有金额：{value}", "there are amounts both in and out: {value}"),
    "sign": ("写着收入，金额却是负数“{value}”", "it says in, and the amount “{value}” is negative"),
    "sign-out": (
        "写着支出，金额却是负数“{value}”：是把付过的款冲回，不能读作又付一次",
        "it says out, and the amount “{value}” is negative: a payment taken back cannot be read as another payment",
    ),
    "currency": ("“{field}”写着“{value}”，不是人民币", "“{field}” says “{value}”, which is not yuan"),
    "direction-unknown": (
        "“{field}”写着“{value}”，不知道是收入还是支出",
        "“{field}” says “{value}”: neither money in nor money out that is known",
    ),
    "status-unknown": (
        "“{field}”写着“{value}”，不知道这笔成交了没有：请在对照里写明",
        "“{field}” says “{value}”: whether it went through is not known, say so in the mapping",
    ),
    "damaged": ("“{field}”里有半个字：“{value}”", "half a character stands in “{field}”: “{value}”"),
    "balance-breaks": (
        "“{field}”接不上：{value}",
        "the “{field}” does not follow: {value}",
    ),
    "hidden": (
        "有这样表头的工作表“{value}”是隐藏的；请把要导入的那一张显示出来",
        "the sheet “{value}” with such a header is hidden: show the one that is to be read",
    ),
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

    @property
    def odd(self) -> str:
        """What is odd, in both languages."""
        return f"{self.zh} / {self.en}"


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
