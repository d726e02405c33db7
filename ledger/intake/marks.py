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

_NEVER = re.compile(
    r"失败|撤销|撤回|冲正|冲销|关闭|退回|退票|作废|取消|拒绝|处理中|FAIL"
    r"|(?:未|不|非|没有?|待)[^退撤冲]{0,4}(?:成功|完成|到账|入账|记账|支付|付款|收款|清算|结算)|UNSUCC|INCOMPLETE"
)
_DENIED = re.compile(
    r"(?:未|不|非|没有?|无|待)(?:有|被)?(?:失败|撤销|撤回|冲正|冲销|关闭|退回|退票|作废|取消|拒绝)"
    r"|(?:撤销|撤回|冲正|冲销|关闭|退回|退票|作废|取消|退款)[^,;]{0,2}(?:失败|[未不]成功|被拒绝|处理中)"
)
"""That what would take a payment back did not happen: 未冲正, 撤销失败. Whether the payment did, is not said."""
_HAPPENED = re.compile(
    r"(?:交易|支付|付款|收款|缴费|转账|汇款|入账|到账|记账|存入|处理|结算|清算)?已?(?:成功|完成)"
    r"|(?:支付|付款|收款|缴费|转账|汇款|入账|到账|记账|处理|结算|清算)?成功(?:到账|入账)"
    r"|(?:对方|朋友)?已(?:入账|到账|支付|付款|付|收款|收钱|收|缴费|转账|记账|清算|结算|存入|存入零钱)"
    r"|正常|SUCCESS|SUCCESSFUL|SUCCEEDED|COMPLETED|PAID"
)
"""What a status says whole when its payment went through; 受理成功 is no more than taken in."""


_IN_BRACKETS = re.compile(r"[(（]?[￥¥]\s*[\d,.]+[)）]?")
_UNSEEN = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
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


def went_through(status: str) -> bool | None:
    """Whether a payment went through, as any bank's status says it whole; None where that is not known for certain."""
    plain = "".join(unicodedata.normalize("NFKC", status).split()).upper()
    if _HAPPENED.fullmatch(plain):
        return True
    return False if _NEVER.search(plain) and not _DENIED.search(plain) else None


def without_amount(status: str) -> str:
    """A status without the amount that some write into it: 已退款(￥12.00) is 已退款."""
    return _IN_BRACKETS.sub("", status).strip()


def visible(text: str) -> str:
    """A text without the signs that have no width or turn the direction in which it is read (U+200B, U+202E)."""
    return text if text.isascii() else _UNSEEN.sub("", text)


def is_a_sum(cell: str) -> bool:
    """Whether a cell says that its row is a total, or a balance carried from page to page."""
    plain = "".join(unicodedata.normalize("NFKC", cell).split()).rstrip(":")
    return bool(_SUM.fullmatch(plain))
