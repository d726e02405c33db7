"""How gains are shared out by day-products. Pure."""

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from ledger.community.rules import passed_on
from ledger.errors import Malformed, Refused
from ledger.money import Fen, split
from ledger.words import yuan


class Source(StrEnum):
    """What brings gains; the word is the role of the income account."""

    INTEREST = "interest"
    SCRAP = "scrap"
    OTHER = "other_income"


class PartKind(StrEnum):
    """Whose part of the fund: a home's (分户账), or a selling unit's for one building."""

    HOME = "home"
    SELLER = "seller"


class Part(NamedTuple):
    """A part of the fund: ``bearer`` is a home code, or ``unit@building``."""

    kind: PartKind
    bearer: str


class GainMalformed(Malformed):
    code = "gain-malformed"
    zh = "收益金额必须是正数，现为 {amount} 元。"
    en = "A gain must be above nought; it is {amount} yuan."


class GainsPeriodOpen(Refused):
    code = "gains-period-open"
    zh = "{period:period}还没有结账（已结到{closed_through:period}）：先结账，各户积数确定后才能分配收益。"
    en = "The books of {period:period} are not closed (closed through {closed_through:period}): gains are shared once its day-products stand."
    article = "《住宅专项维修资金管理办法》第27条"


class PeriodShared(Refused):
    code = "period-shared"
    zh = "{period:period}的收益已经由 {run} 分配过，不能再分一次。"
    en = "The gains of {period:period} were shared out by {run} already."
    article = "《住宅专项维修资金管理办法》第27条"


class NotThatMuchGained(Refused):
    code = "not-that-much-gained"
    zh = "待分配累计收益只有 {gains} 元，不能分配 {income} 元。"
    en = "Only {gains} yuan of gains are undistributed; {income} yuan cannot be shared out."
    article = "《住宅专项维修资金会计核算办法》"


class NothingHeld(Refused):
    code = "nothing-held"
    zh = "{period:period}各户和售房单位都没有余额，收益没有可以分配的对象。"
    en = "Nobody held anything in the fund in {period:period}: there is nobody to share gains out to."


class RunOver(Refused):
    code = "gains-run-over"
    zh = "收益分配 {run} 已经冲销，请另编一次。"
    en = "The run {run} was reversed; prepare another."


class RunNotPosted(Refused):
    code = "gains-run-not-posted"
    zh = "收益分配 {run} 还没有记账，没有可以冲销的。"
    en = "The run {run} has not been posted; there is nothing to reverse."


def day_products(changes: Iterable[tuple[Part, date, int]], last: date) -> dict[Part, int]:
    """The day-products (积数, fen × days) of each part up to the last day, which counts.

    A change of a part is told with the first day it counts from: a deposit counts from its own day, and
    a withdrawal ends on the day before its own, for both change what is held at the end of the day. Parts that
    held nothing are left out.
    """
    products: dict[Part, int] = {}
    for part, day, fen in changes:
        products[part] = products.get(part, 0) + fen * ((last - day).days + 1)
    # a withdrawal booked for a day before the deposit that carried it earns nothing, and owes nothing
    return {part: product for part, product in products.items() if product > 0}


def gains_shares(income_fen: int, products: Mapping[Part, int]) -> dict[Part, Fen]:
    """Share actual gains out by day-products to the fen, losing nothing."""
    weights: dict[tuple[str, ...], int] = {tuple(part): product for part, product in products.items()}
    return {Part(PartKind(kind), bearer): fen for (kind, bearer), fen in split(income_fen, weights).items()}


def handed_on(products: Mapping[Part, int], heirs: Mapping[str, Mapping[str, int]]) -> dict[Part, int]:
    """Day-products, or shares, with those of homes that were divided or merged handed on to what they became."""
    ended = {part: of for part, of in products.items() if part.kind is PartKind.HOME and part.bearer in heirs}
    now = {part: of for part, of in products.items() if part not in ended}
    for home, of in passed_on({part.bearer: of for part, of in ended.items()}, heirs).items():
        part = Part(PartKind.HOME, home)
        now[part] = now.get(part, 0) + of
    return now


def check_gained(income_fen: int, gains_fen: int) -> None:
    """See that no more is shared out than was gained.

    Raises:
        GainMalformed: it is not above nought.
        NotThatMuchGained: it is more than stands undistributed.
    """
    if income_fen <= 0:
        raise GainMalformed(amount=yuan(income_fen))
    if income_fen > gains_fen:
        raise NotThatMuchGained(gains=yuan(gains_fen), income=yuan(income_fen))
