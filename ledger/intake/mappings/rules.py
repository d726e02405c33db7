"""What the columns of an unknown statement could mean, and which mappings make sense. Pure."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ledger.errors import Malformed, Refused
from ledger.intake.lines import Meaning
from ledger.intake.sheets import NotSheets, Row, Sheet, sheets

SAYS: Mapping[Meaning, tuple[str, ...]] = {
    Meaning.BALANCE: ("余额", "balance"),
    Meaning.FEE: ("手续费", "服务费"),
    Meaning.DIRECTION: ("收/支", "收支", "借贷标志", "借贷方向", "方向"),
    Meaning.INCOME: ("收入", "贷方", "存入", "转入", "credit"),
    Meaning.EXPENSE: ("支出", "借方", "支取", "转出", "debit"),
    Meaning.CURRENCY: ("币种", "货币", "币别", "currency"),
    Meaning.STATUS: ("状态", "status"),
    Meaning.ORDER_NO: ("流水号", "订单号", "交易号", "单号", "凭证号"),
    Meaning.COUNTERPARTY: ("对方", "对手", "付款人", "收款人", "payer"),
    Meaning.KIND: ("交易类型", "业务类型", "交易名称", "交易方式"),
    Meaning.OCCURRED: ("日期", "时间", "date", "time"),
    Meaning.AMOUNT: ("金额", "发生额", "amount"),
    Meaning.REMARK: ("摘要", "附言", "备注", "用途", "说明", "remark"),
}
"""What a column's name says it means, in the order in which it is asked: 收入金额 is income and no amount."""

MOST_ROWS_ABOVE = 60
SHOWN = 5


@dataclass(frozen=True)
class Proposal:
    """What a file could be.

    Attributes:
        row: where the header stands, from 1; ``names`` are its columns.
        candidates: by meaning, the columns that could mean it.
        first_rows: the first rows under the header, as cells.
    """

    sheet: str
    row: int
    names: tuple[str, ...]
    candidates: Mapping[Meaning, tuple[str, ...]]
    first_rows: tuple[tuple[str, ...], ...]

    @property
    def mapping(self) -> dict[str, Any]:
        """The mapping that is proposed: of a money meaning the first column, of words all of them."""
        columns = {meaning: list(names) for meaning, names in self.candidates.items()}
        if Meaning.INCOME in columns and Meaning.EXPENSE in columns:
            columns.pop(Meaning.AMOUNT, None)
        else:
            columns.pop(Meaning.INCOME, None)
            columns.pop(Meaning.EXPENSE, None)
        columns.pop(Meaning.STATUS, None)
        return {
            "columns": {
                meaning.value: names[:1] if meaning in ONE else names for meaning, names in columns.items()
            },
            "words": {
                **(
                    {"in": ["收入", "贷", "C"], "out": ["支出", "借", "D"]}
                    if Meaning.DIRECTION in columns
                    else {}
                ),
                **({"currency": ["人民币", "CNY", "RMB"]} if Meaning.CURRENCY in columns else {}),
            },
            "end": ["合计", "总计", "#", "---"],
        }


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
    zh = "格式名称“{name}”已经有了；保存过的格式不能改，请换一个名称。"
    en = "There is a profile “{name}” already; a saved one never changes, take another name."


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
    for at, row in enumerate(sheet.rows[:MOST_ROWS_ABOVE]):
        candidates = _candidates(row)
        money = {Meaning.AMOUNT, Meaning.INCOME, Meaning.EXPENSE} & candidates.keys()
        if Meaning.OCCURRED in candidates and money and len(candidates) > best[0]:
            names = tuple(filter(None, map(_plain, row.cells)))
            below = tuple(sample.cells for sample in sheet.rows[at + 1 : at + 1 + SHOWN])
            best = (len(candidates), Proposal(sheet.name, row.number, names, candidates, below))
    return best


def _candidates(row: Row) -> dict[Meaning, tuple[str, ...]]:
    """The names of a row by what they could mean. A cell that is a sentence is no name."""
    candidates: dict[Meaning, list[str]] = {}
    for name in map(_plain, row.cells):
        if not name or len(name) > 20:
            continue
        for meaning, words in SAYS.items():
            if any(word in name.lower() for word in words):
                candidates.setdefault(meaning, []).append(name)
                break
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
    if "direction" in columns and not (words.get("in") and words.get("out")):
        raise _wrong(
            "选了收支方向列，就要写明收入和支出各叫什么",
            "say what in and out are called in the direction column",
        )
    if "currency" in columns and not words.get("currency"):
        raise _wrong("选了币种列，就要写明人民币叫什么", "say what yuan are called in the currency column")


def _wrong(zh: str, en: str) -> MappingWrong:
    return MappingWrong(why_zh=zh, why_en=en)
