"""Words by which files mark which way money moved, whether it moved, and what is a sum and no payment. Pure."""

import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum


class Direction(StrEnum):
    """Which way money moved. Only ``IN`` and ``OUT`` count; what is ``VOID`` never arrived."""

    IN = "in"
    OUT = "out"
    NEUTRAL = "neutral"
    VOID = "void"


IN_WORDS = frozenset(
    [
        "收入",
        "收",
        "收款",
        "收方",
        "收到",
        "入",
        "入账",
        "进账",
        "来账",
        "转入",
        "汇入",
        "存入",
        "存",
        "存款",
        "贷",
        "贷方",
        "贷记",
        "C",
        "CR",
        "CREDIT",
        "IN",
        "+",
    ]
)
OUT_WORDS = frozenset(
    [
        "支出",
        "支",
        "付",
        "付款",
        "付方",
        "付出",
        "支付",
        "出",
        "出账",
        "往账",
        "转出",
        "汇出",
        "支取",
        "取",
        "取款",
        "借",
        "借方",
        "借记",
        "D",
        "DR",
        "DEBIT",
        "OUT",
        "-",
    ]
)
"""A bank's statement speaks of its own books: 贷 is what it owes more, money that came in."""

NEVER_HAPPENED = (
    "失败",
    "撤销",
    "撤回",
    "冲正",
    "冲销",
    "关闭",
    "退回",
    "退票",
    "作废",
    "取消",
    "拒绝",
    "未成功",
    "未支付",
    "未付款",
    "等待付款",
    "待支付",
    "待付款",
    "处理中",
)
HAPPENED = (
    "成功",
    "完成",
    "已入账",
    "已到账",
    "已支付",
    "已收",
    "已付",
    "已存入",
    "已转账",
    "已记账",
    "已清算",
    "正常",
    "SUCCESS",
)

_TOKENS = re.compile(r"[A-Z]+|[+-]|[^\sA-Z+/|()\[\]:.-]+")
_SUM = re.compile(
    r"(?:[本当](?:页|日|月|期|季|年)|分页|累计)?(?:发生额|借方|贷方|收入|支出)?(?:小计|合计|总计|累计|共计)(?:金额|发生额|笔数)?:?"
    r"|(?:承|接)[前上]页|[过转][次下]页|(?:上[页月期年]|承前)(?:结转|余额)|(?:期|月|年|日)[初末]余额|上期余额|本期余额"
)


def directed(word: str) -> Direction | None:
    """Which way a word says that money moved, as any bank says it; None where it says nothing, or both."""
    tokens = _TOKENS.findall(unicodedata.normalize("NFKC", word).upper())
    if tokens and IN_WORDS.issuperset(tokens):
        return Direction.IN
    if tokens and OUT_WORDS.issuperset(tokens):
        return Direction.OUT
    return None


def says(text: str, parts: Iterable[str]) -> bool:
    """Whether one of these words stands in a text."""
    return any(part in text for part in parts)


def is_a_sum(cell: str) -> bool:
    """Whether a cell says that its row is a total, or a balance carried from page to page."""
    plain = "".join(unicodedata.normalize("NFKC", cell).split()).rstrip(":")
    return bool(_SUM.fullmatch(plain))
