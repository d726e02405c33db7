"""What the columns of an unknown statement could mean, and which mappings make sense. Pure."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ledger.errors import Malformed, Refused
from ledger.intake.lines import Line, Meaning, is_instant
from ledger.intake.marks import Direction, directed, went_through
from ledger.intake.sheets import NotSheets, Row, Sheet, sheets

SUMS = ("金额", "发生额", "额")
SAYS: Mapping[Meaning, tuple[str, ...]] = {
    Meaning.BALANCE: ("余额", "结存", "结余", "balance"),
    Meaning.FEE: ("手续费", "服务费"),
    Meaning.DIRECTION: (
        "收/支",
        "收支",
        "收入/支出",
        "借贷",
        "借/贷",
        "贷/借",
        "收付",
        "收/付",
        "进出",
        "存取",
        "方向",
        "流向",
        "dr/cr",
    ),
    Meaning.INCOME: (
        *("收入", "贷方", "存入", "转入", "credit", "deposit", "paid in", "money in"),
        *(f"{way}{total}" for way in ("收款", "收方", "贷记", "进账", "汇入", "来账") for total in SUMS),
    ),
    Meaning.EXPENSE: (
        *("支出", "借方", "支取", "转出", "debit", "withdrawal", "paid out", "money out"),
        *(f"{way}{total}" for way in ("付款", "付方", "借记", "出账", "汇出", "往账") for total in SUMS),
    ),
    Meaning.CURRENCY: ("币种", "货币", "币别", "currency"),
    Meaning.KIND: (
        "交易类型",
        "业务类型",
        "交易名称",
        "交易方式",
        "付款方式",
        "支付方式",
        "收款方式",
        "现转",
        "钞汇",
    ),
    Meaning.STATUS: ("状态", "结果", "标志", "标识", "情况", "是否", "status"),
    Meaning.ORDER_NO: ("流水号", "订单号", "交易号", "单号", "凭证号", "日志号", "日 志 号"),
    Meaning.COUNTERPARTY: ("对方", "对手", "付款人", "付款方", "缴费人", "收款人", "户名", "payer"),
    Meaning.OCCURRED: ("日期", "时间", "记账日", "交易日", "入账日", "到账日", "发生日", "date", "time"),
    Meaning.AMOUNT: ("金额", "发生额", "amount"),
    Meaning.REMARK: ("摘要", "附言", "备注", "用途", "说明", "描述", "remark"),
}
"""What a column's name says it means, in the order in which it is asked: 收入金额 is income and no amount."""
ALONE = {
    **dict.fromkeys(("收", "贷", "收方"), Meaning.INCOME),
    **dict.fromkeys(("支", "付", "借", "付方"), Meaning.EXPENSE),
}
"""What a name says that is no more than this."""
PAYERS = re.compile(r"付款(?:人|方(?!式))|缴费人|payer")
PAYEES = re.compile(r"收款(?:人|方(?!式)|户|账|单位)|对方|对手|受益|payee|beneficiary")
"""Whoever stands in a column of payers has paid, where none of payees stands beside it: that is a list of receipts."""

MOST_ROWS_ABOVE = 60
SHOWN = 5


@dataclass(frozen=True)
class Proposal:
    """What a file could be.

    Attributes:
        row: where the header stands, from 1; ``names`` are its columns.
        candidates: by meaning, the columns that could mean it.
        first_rows: the first rows under the header, as cells.
        mapping: the mapping that is proposed, as `MappingAsked`.
        unknown: the words of its columns of direction and of status that nobody knows, so that they are asked about.
    """

    sheet: str
    row: int
    names: tuple[str, ...]
    candidates: Mapping[Meaning, tuple[str, ...]]
    first_rows: tuple[tuple[str, ...], ...]
    mapping: Mapping[str, Any]
    unknown: Mapping[Meaning, tuple[str, ...]]


ONE = {
    Meaning.AMOUNT,
    Meaning.INCOME,
    Meaning.EXPENSE,
    Meaning.FEE,
    Meaning.BALANCE,
    Meaning.DIRECTION,
    Meaning.CURRENCY,
}
"""Meanings that one column has; the others may stand in several."""


class NothingLikeAStatement(Malformed):
    code = "nothing-like-a-statement"
    zh = "这个文件里找不到流水的表头：{why_zh}"
    en = "There is no header of a statement in this file: {why_en}"


class MappingWrong(Malformed):
    code = "mapping-wrong"
    zh = "这个对照不能用：{why_zh}"
    en = "This mapping cannot be used: {why_en}"


class ProfileNameTaken(Refused):
    code = "profile-name-taken"
    zh = "格式名称“{name}”已经有了：请换一个名称；如果是要改正它，请勾选“改正已有的格式”。"
    en = "There is a profile “{name}” already: take another name, or say that this corrects it."


def next_version(name: str) -> str:
    """The name under which the correction of a profile is kept: rural, rural/2, rural/3."""
    plain, _, version = name.partition("/")
    return f"{plain}/{int(version or 1) + 1}"


def proposed(content: bytes) -> Proposal:
    """What the columns of a file could mean.

    Raises:
        NothingLikeAStatement: it is no table, or no row names a day and an amount.
    """
    try:
        offered = sheets(content)
    except NotSheets as no:
        raise NothingLikeAStatement(why_zh=no.zh, why_en=no.en) from no
    best = max((_best(sheet) for sheet in offered), key=lambda guess: guess[0], default=(0, None))[1]
    if best is None:
        raise NothingLikeAStatement(
            why_zh="没有一行同时写着日期和金额。", why_en="no row names both a day and an amount."
        )
    return best


def _best(sheet: Sheet) -> tuple[int, Proposal | None]:
    best: tuple[int, Proposal | None] = (0, None)
    for at, row in enumerate(sheet.rows[:MOST_ROWS_ABOVE] if not sheet.hidden else ()):
        candidates = _candidates(row)
        money = {Meaning.AMOUNT, Meaning.INCOME, Meaning.EXPENSE} & candidates.keys()
        if Meaning.OCCURRED in candidates and money and len(candidates) > best[0]:
            names = tuple(filter(None, map(_plain, row.cells)))
            below = sheet.rows[at + 1 :]
            cells = [dict(zip(map(_plain, row.cells), record.cells, strict=False)) for record in below]
            mapping, unknown = _mapping(candidates, cells)
            shown = tuple(sample.cells for sample in below[:SHOWN])
            proposal = Proposal(sheet.name, row.number, names, candidates, shown, mapping, unknown)
            best = (len(candidates), proposal)
    return best


def _mapping(
    candidates: Mapping[Meaning, tuple[str, ...]], cells: Sequence[Mapping[str, str]]
) -> tuple[dict[str, Any], dict[Meaning, tuple[str, ...]]]:
    """The mapping that is proposed: of a money meaning the first column, of words all of them; and what has to be asked."""
    columns = {meaning: list(names) for meaning, names in candidates.items()}
    columns[Meaning.OCCURRED] = _when(columns[Meaning.OCCURRED], cells)
    if Meaning.INCOME in columns and Meaning.EXPENSE in columns:
        columns.pop(Meaning.AMOUNT, None)
        columns.pop(Meaning.DIRECTION, None)
    else:
        amounts = [
            *columns.get(Meaning.AMOUNT, []),
            *columns.pop(Meaning.INCOME, []),
            *columns.pop(Meaning.EXPENSE, []),
        ]
        columns[Meaning.AMOUNT] = amounts
        marks = [*columns.get(Meaning.KIND, []), *columns.get(Meaning.STATUS, [])]
        if Meaning.DIRECTION not in columns and (way := _directing(marks, cells)):
            columns[Meaning.DIRECTION] = [way]
            columns[Meaning.STATUS] = [name for name in columns.get(Meaning.STATUS, []) if name != way]
    columns = {meaning: names[:1] if meaning in ONE else names for meaning, names in columns.items() if names}
    words: dict[str, list[str]] = {}
    unknown: dict[Meaning, tuple[str, ...]] = {}
    if Meaning.DIRECTION in columns:
        written = _written(columns[Meaning.DIRECTION], cells)
        ways = {word: directed(word) for word in written}
        words |= {
            "in": [word for word, way in ways.items() if way is Direction.IN] or ["收入", "贷", "C"],
            "out": [word for word, way in ways.items() if way is Direction.OUT] or ["支出", "借", "D"],
        }
        unknown[Meaning.DIRECTION] = tuple(word for word, way in ways.items() if way is None)
    if Meaning.STATUS in columns:
        written = _written(columns[Meaning.STATUS], cells)
        answers = {word: went_through(word) for word in written}
        words |= {
            "void": [word for word, went in answers.items() if went is False],
            "done": [word for word, went in answers.items() if went],
        }
        unknown[Meaning.STATUS] = tuple(word for word, went in answers.items() if went is None)
    if Meaning.CURRENCY in columns:
        words["currency"] = ["人民币", "CNY", "RMB"]
    return {
        "columns": {meaning.value: names for meaning, names in columns.items()},
        "words": {key: spelled for key, spelled in words.items() if spelled},
        "end": ["合计", "总计", "#", "---"],
    }, {meaning: spelled for meaning, spelled in unknown.items() if spelled}


def _when(names: Sequence[str], cells: Sequence[Mapping[str, str]]) -> list[str]:
    """The column of the day, and that of the time where it has one of its own: the first that every row can be read by."""
    ordered = sorted(names, key=lambda name: "交易" not in name)
    choices = [[day, clock] for day in ordered for clock in ordered if day != clock] + [
        [name] for name in ordered
    ]
    rows = [row for row in cells if any(row.get(name) for name in names)][:SHOWN]
    for choice in choices:
        readable = [
            is_instant(" ".join(filter(None, (row.get(name, "") for name in choice)))) for row in rows
        ]
        clocked = len(choice) == 1 or not any(is_instant(row.get(choice[1], "")) for row in rows)
        if rows and clocked and readable[0]:
            return sorted(choice, key=list(names).index)
    return [*names][:1]


def _directing(names: Sequence[str], cells: Sequence[Mapping[str, str]]) -> str:
    """A column whose every word says which way money moved."""
    written = ((name, _written([name], cells)) for name in names)
    return next((name for name, words in written if words and all(map(directed, words))), "")


def _written(names: Sequence[str], cells: Sequence[Mapping[str, str]]) -> list[str]:
    """The words of a column, each once, in their order: of rows that are records."""
    return list(
        dict.fromkeys(
            word
            for row in cells
            if sum(map(bool, row.values())) > 2
            for name in names
            if (word := row.get(name, ""))
        )
    )[:40]


def _candidates(row: Row) -> dict[Meaning, tuple[str, ...]]:
    """The names of a row by what they could mean. A cell that is a sentence is no name."""
    candidates: dict[Meaning, list[str]] = {}
    for name in map(_plain, row.cells):
        if not name or len(name) > 20:
            continue
        said = (meaning for meaning, words in SAYS.items() if any(word in name.lower() for word in words))
        meaning = ALONE.get(name) or next(said, None)
        if meaning is not None:
            candidates.setdefault(meaning, []).append(name)
    return {meaning: tuple(names) for meaning, names in candidates.items()}


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKC", name)


def check_mapping(columns: Mapping[str, Sequence[str]], words: Mapping[str, Sequence[str]]) -> None:
    """See that a mapping says when, how much and which way, and no two things of one money column.

    Raises:
        MappingWrong: it does not; says which.
    """
    unknown = columns.keys() - {meaning.value for meaning in Meaning}
    if unknown:
        raise _wrong(f"不认识“{min(unknown)}”", f"“{min(unknown)}” is no meaning")
    if any(not names for names in columns.values()):
        raise _wrong("有一项没有选列", "a meaning has no column")
    if "occurred" not in columns:
        raise _wrong("没有选交易日期列", "no column says when")
    amount, both = "amount" in columns, {"income", "expense"} <= columns.keys()
    if amount == both or (amount and {"income", "expense"} & columns.keys()):
        raise _wrong(
            "要么选一列金额，要么选收入、支出两列", "choose one amount column, or income and expense"
        )
    money = [
        name
        for meaning in ("amount", "income", "expense", "fee", "balance")
        for name in columns.get(meaning, ())
    ]
    if len(money) != len(set(money)):
        raise _wrong("同一列不能有两种金额含义", "one column cannot mean two amounts")
    if "direction" in columns and not (words.get("in") or words.get("out")):
        raise _wrong(
            "选了收支方向列，就要写明收入和支出各叫什么",
            "say what in and out are called in the direction column",
        )
    if "currency" in columns and not words.get("currency"):
        raise _wrong("选了币种列，就要写明人民币叫什么", "say what yuan are called in the currency column")


def check_direction(
    columns: Mapping[str, Sequence[str]], names: Sequence[str], lines: Sequence[Line], *, marked: bool
) -> None:
    """See that a file of one amount column says which way its money moved: ``marked`` in its cells, by sign, or by who has paid.

    A running balance does not say it of the first line, nor will it of the next file. Where a payer and a payee stand beside
    each other, nobody can see which of them is this account.

    Raises:
        MappingWrong: nothing says it, so that a payment would be taken for a receipt.
    """
    if "income" in columns or "direction" in columns or marked:
        return
    signed = any(line.direction is Direction.OUT for line in lines)
    paid = any(map(PAYERS.search, map(str.lower, names))) and not any(
        map(PAYEES.search, map(str.lower, names))
    )
    named = any(word in name for name in columns["amount"] for word in ("收款", "收入", "实收", "缴费"))
    if not (signed or paid or named):
        raise _wrong(
            "每一行的金额都是正数，也没有收支方向列，看不出哪些是收入、哪些是支出：请选方向列，或换一份里面有支出的流水",
            "every amount is positive and there is no column of directions: what came in and what went out cannot be told; choose that column, or take a file in which something went out",
        )


def _wrong(zh: str, en: str) -> MappingWrong:
    return MappingWrong(why_zh=zh, why_en=en)
