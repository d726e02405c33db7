"""Money: whole fen, never a float; splits that lose nothing."""

import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import NewType, TypeVar

from ledger.errors import Malformed

Fen = NewType("Fen", int)

MOST_FEN = 2**53 - 1
"""The largest amount that JSON, JavaScript, SQLite and PostgreSQL all keep exactly."""

WAN_FEN = 1_000_000
"""万元 in fen: below it an amount rounded to 万元 says nothing new."""

Key = TypeVar("Key", str, int, tuple[str, ...])


class AmountMalformed(Malformed):
    code = "amount-malformed"
    zh = "“{value}”不是一个金额：请写成元，最多两位小数，例如 1234.56。"
    en = "“{value}” is not an amount: write yuan with at most two decimals, such as 1234.56."


class NumberMalformed(Malformed):
    code = "number-malformed"
    zh = "“{value}”不是数字，或小数多于 {places} 位。"
    en = "“{value}” is no number, or has more than {places} decimals."


def fen(text: str) -> Fen:
    """Read an amount in yuan as people and banks write it: ``1,234.50``, ``¥20``, ``-3.00``. Gives fen.

    Raises:
        AmountMalformed: more than two decimals, commas in odd places, not a number, or beyond 2^53-1 fen.
    """
    amount = _read(text.strip().lstrip("¥￥"), 2)
    if amount is None:
        raise AmountMalformed(value=text)
    return Fen(amount)


def whole(text: str, places: int) -> int:
    """Read a number with up to so many decimals as a whole one of its smallest part: ``1.65`` with four is 16500.

    Raises:
        NumberMalformed: more decimals, no number, or beyond 2^53-1.
    """
    number = _read(text, places)
    if number is None:
        raise NumberMalformed(value=text, places=places)
    return number


def _read(text: str, places: int) -> int | None:
    """A number as it is typed, with up to so many decimals; a comma parts thousands or does not stand there."""
    bare = text.strip().replace("，", ",")
    if not re.fullmatch(
        rf"[+-]?(?=\.?\d)(\d{{0,20}}|\d{{1,3}}(,\d{{3}}){{1,6}})(\.\d{{0,{places}}}0*)?", bare
    ):
        return None
    scaled = Decimal(bare.replace(",", "")).scaleb(places)
    return int(scaled) if abs(scaled) <= MOST_FEN else None


def parts(value: int, places: int) -> str:
    """Show such a number with its decimals, two at least: 16500 with four is ``1.65``, 3 is ``0.0003``."""
    written = f"{Decimal(value).scaleb(-places):,f}"
    head, _, decimals = written.partition(".")
    return f"{head}.{decimals.rstrip('0').ljust(2, '0')}"


def round_half_up(value: Fraction) -> int:
    """The nearest whole number; a half goes away from nought (四舍五入)."""
    return divided(value.numerator, value.denominator)


def divided(numerator: int, denominator: int) -> int:
    """A quotient as the nearest whole number; a half goes away from nought. The denominator is positive."""
    nearest = (abs(numerator) * 2 + denominator) // (denominator * 2)
    return -nearest if numerator < 0 else nearest


def split(total_fen: int, weights: Mapping[Key, int]) -> dict[Key, Fen]:
    """Split a total in proportion to whole-number weights, to the fen, losing nothing (最大余额法).

    Every key first gets its share rounded down. The fen left over go, one each, to the largest
    remainders; equal remainders go in key order, so that two people with the same list always get
    the same answer. A negative total is split as its mirror image.

    Raises:
        ValueError: a weight is negative, or all are nought while there is something to split.
    """
    if total_fen < 0:
        return {key: Fen(-share) for key, share in split(-total_fen, weights).items()}
    if any(weight < 0 for weight in weights.values()):
        raise ValueError("a weight is negative")
    whole = sum(weights.values())
    if whole == 0:
        if total_fen:
            raise ValueError("nothing to split by: every weight is nought")
        return {key: Fen(0) for key in weights}
    shares: dict[Key, Fen] = {}
    remainders: list[tuple[int, Key]] = []
    left = total_fen
    for key in sorted(weights):
        share, remainder = divmod(total_fen * weights[key], whole)
        shares[key] = Fen(share)
        remainders.append((-remainder, key))
        left -= share
    for _, key in sorted(remainders)[:left]:
        shares[key] = Fen(shares[key] + 1)
    return shares
