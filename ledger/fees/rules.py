"""What a home owes, and what a payment pays. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from ledger.errors import Refused
from ledger.money import Fen, divided


class Basis(StrEnum):
    PER_M2 = "per_m2"
    PER_HOUSEHOLD = "per_household"


class NoTariff(Refused):
    code = "no-tariff"
    zh = "{community} 在 {month} 没有适用于“{kind}”的物业费标准，请先登记标准和依据。"
    en = "{community} has no tariff for {kind} homes in {month}; enter one with its resolution first."
    article = "物业服务收费管理办法 第8条（明码标价）"


class Price(NamedTuple):
    """A tariff in force: its basis and its rate in ten-thousandths of a yuan."""

    basis: Basis
    rate_e4: int


class Applying(NamedTuple):
    """What one payment pays: by month, and what is left over as a prepayment; in fen."""

    months: dict[str, Fen]
    prepaid_fen: Fen


def monthly_fee(area_dm2: int, price: Price) -> Fen:
    """One home's fee for one month, rounded half up to the fen (`domain/05` §5.2)."""
    if price.basis is Basis.PER_HOUSEHOLD:
        return Fen(divided(price.rate_e4, 100))
    return Fen(divided(area_dm2 * price.rate_e4, 10_000))


def monthly_fees(
    homes: Iterable[tuple[str, str, int]], prices: Mapping[str, Price], *, community: str, month: str
) -> dict[str, Fen]:
    """The month's fee of every home, given as (code, kind, area in dm²); homes that owe nothing are left out.

    Raises:
        NoTariff: neither the home's kind nor ``*`` has a price.
    """
    fees = {}
    for code, kind, area_dm2 in homes:
        price = prices.get(kind) or prices.get("*")
        if price is None:
            raise NoTariff(community=community, month=month, kind=kind)
        if fee := monthly_fee(area_dm2, price):
            fees[code] = fee
    return fees


def apply_payment(amount_fen: int, due: Sequence[tuple[str, int]]) -> Applying:
    """Apply a payment to what is due, given as (month, fen) from the oldest on (民法典 Art. 560)."""
    months: dict[str, Fen] = {}
    left = amount_fen
    for month, owed_fen in due:
        if left <= 0:
            break
        paid = min(left, owed_fen)
        if paid > 0:
            months[month] = Fen(paid)
            left -= paid
    return Applying(months, Fen(left))


class Collection(NamedTuple):
    """What was charged for a period and what came in for it by the cut-off, in fen (`domain/05` §5.3)."""

    charged_fen: int
    waived_fen: int
    received_fen: int
    arrears_opening_fen: int
    arrears_received_fen: int
    homes: int
    homes_paid: int

    @property
    def cr1(self) -> Fraction | None:
        """当期收缴率: receipts applied to the period's charges over its net charges."""
        net = self.charged_fen - self.waived_fen
        return Fraction(self.received_fen, net) if net > 0 else None

    @property
    def cr2(self) -> Fraction | None:
        """历史欠费清缴率: receipts applied to opening arrears over opening arrears."""
        return (
            Fraction(self.arrears_received_fen, self.arrears_opening_fen)
            if self.arrears_opening_fen > 0
            else None
        )

    @property
    def cr3(self) -> Fraction | None:
        """综合收缴率: receipts applied to both over both."""
        whole = self.arrears_opening_fen + self.charged_fen - self.waived_fen
        return Fraction(self.received_fen + self.arrears_received_fen, whole) if whole > 0 else None

    @property
    def cr4(self) -> Fraction | None:
        """户数收缴率: homes with the period fully paid over billable homes."""
        return Fraction(self.homes_paid, self.homes) if self.homes else None
