"""Which home a payment is for, as far as its remark says so. Pure; never guesses."""

import re
import unicodedata
from collections.abc import Set
from enum import StrEnum
from typing import NamedTuple

from ledger.errors import Refused, Unknown


class LineState(StrEnum):
    """``kept``: not money in, kept for reconciliation; ``matched`` and ``suspense``: booked."""

    MATCHED = "matched"
    SUSPENSE = "suspense"
    RESOLVED = "resolved"
    KEPT = "kept"


class Match(NamedTuple):
    """The home a remark names, or None, and why."""

    home: str | None
    why: str


class NotInSuspense(Refused):
    code = "not-in-suspense"
    zh = "这笔收款不在待查清单里：现在是“{state}”。"
    en = "This receipt is not in suspense: it is {state}."


class BeforeItCameIn(Refused):
    code = "before-it-came-in"
    zh = "这笔钱 {came_in} 才到账，不能记在 {on}。"
    en = "The money came in on {came_in}; it cannot be booked on {on}."


class NoSuchHome(Unknown):
    code = "no-such-home"
    zh = "{community} 没有“{home}”这一户。"
    en = "{community} has no home “{home}”."


_NUMBER = r"([0-9A-Za-z]{1,4})"
_BETWEEN = r"\s*[-‐‑–—−#]\s*"
_WRITTEN = (
    re.compile(
        rf"(?<![0-9A-Za-z-]){_NUMBER}{_BETWEEN}{_NUMBER}{_BETWEEN}([0-9A-Za-z]{{1,6}})(?![0-9A-Za-z-])"
    ),
    re.compile(
        rf"(?<![0-9A-Za-z-]){_NUMBER}\s*(?:幢|栋|号楼|#)\s*{_NUMBER}\s*(?:单元|门)\s*([0-9A-Za-z]{{1,6}})"
    ),
)


def home_named(remark: str, homes: Set[str]) -> Match:
    """The one home that a remark names: ``3-2-501``, ``3幢2单元501室``, ``3#2-501``, wide or narrow.

    Two different homes, or a code that is not in the register, match nothing and say why.
    """
    remark = unicodedata.normalize("NFKC", remark)
    named = {"-".join(found.groups()).upper() for shape in _WRITTEN for found in shape.finditer(remark)}
    known = named & homes
    if any(code.upper() != code.lower() for code in named):  # letters are written large or small
        known = {code for code in homes if code.upper() in named}
    if len(known) == 1:
        return Match(known.pop(), "remark")
    if known:
        return Match(None, f"several homes: {', '.join(sorted(known))}")
    if named:
        return Match(None, f"not in the register: {', '.join(sorted(named))}")
    return Match(None, "no home in the remark")
