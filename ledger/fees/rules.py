"""What a home owes, and what a payment pays. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import Annotated, Generic, NamedTuple, TypeVar

from pydantic import Field

from ledger.community.role_rules import Actor
from ledger.errors import NotAllowed, Refused
from ledger.fields import Code
from ledger.journal.rules import BookCode
from ledger.money import Fen, divided, round_half_up
from ledger.periods import Month
from ledger.register.privacy_rules import sees_home
from ledger.words import Coded

Debt = TypeVar("Debt")


class Basis(StrEnum):
    """By what a price is asked. A package is one price a home and month for a bundle of named items."""

    PER_M2 = "per_m2"
    PER_HOUSEHOLD = "per_household"
    PACKAGE = "package"


class Pricing(StrEnum):
    """Who sets the price (物业服务收费管理办法 Arts. 6–7): 政府指导价 or 市场调节价."""

    GUIDED = "guided"
    MARKET = "market"


class PartMonth(StrEnum):
    """Who pays a month that is not whole: by days, or whoever had its first day."""

    DAYS = "days"
    WHOLE = "whole"


class Part(StrEnum):
    """What a debt is made of, in the order in which a payment meets it (民法典 Art. 561)."""

    COST = "cost"
    INTEREST = "interest"
    PRINCIPAL = "principal"


class Into(StrEnum):
    """Into which account of the book a payment came."""

    BANK = "bank"
    WALLET = "wallet"


class Happened(StrEnum):
    """What a line of a home's own account is."""

    CHARGE = "charge"
    SURCHARGE = "surcharge"
    WAIVER = "waiver"
    PAYMENT = "payment"


MOST_HOMES = 5_000
"""So many homes are named in one request at most."""
Homes = Annotated[Sequence[Code], Field(min_length=1, max_length=MOST_HOMES)]
FEE = BookCode.FEE.value
BROUGHT_OVER = "opening/fee"
"""The key of the entry that brings over what the books before leave."""
GOVERNMENT = "government"
"""The payer of a subsidy: it counts as received for its period like the owner's own money (Ningbo Art. 53)."""


class NoTariff(Refused):
    code = "no-tariff"
    zh = "本小区在{month:period}没有适用于“{kind}”的物业费标准，请先登记标准和依据。"
    en = "This community has no tariff for {kind} homes in {month:period}; enter one with its resolution first."
    article = "《物业服务收费管理办法》第8条（明码标价）"


class MonthTooFar(Refused):
    code = "month-too-far"
    zh = "{month:period}太远：本地规定最多提前 {months} 个月收费，现在只能收到{last:period}。"
    en = "{month:period} is too far ahead: here at most {months} months are charged ahead, until {last:period} now."


class BeyondContract(Refused):
    code = "beyond-contract"
    zh = "{month:period}在物业服务合同到期（{ends_on}）以后：续签或者到了那时仍在服务，才能收。"
    en = "{month:period} lies after the end of the service contract on {ends_on}: charge it once the contract is prolonged, or once the service goes on then."
    article = "《民法典》第948条"


class NotCharged(Refused):
    code = "not-charged"
    zh = "{month:period}没有收过物业费，没有可以撤回的。"
    en = "{month:period} was not charged; there is nothing to take back."


class ChargeInUse(Refused):
    code = "charge-in-use"
    zh = "{month:period}的物业费已经由第 {entry} 号凭证收过、减免过或计过违约金：先把它撤回或冲销，再撤回这个月的收费。"
    en = "Entry {entry} paid, waived or added to the fee of {month:period}: take that back before the charges of the month are taken back."


class NothingToCharge(Refused):
    code = "nothing-to-charge"
    zh = "{month:period}没有可以收费的天数或户：合同约定的收费期不包括这个月。"
    en = "There is nothing to charge in {month:period}: the contract's charging days do not reach it."
    article = "《民法典》第944条"


class HandedOverBefore(Refused):
    code = "handed-over-before"
    zh = "{home} 的交付日期已经登记过。"
    en = "The day on which {home} was handed over is there already."


class NobodyMayCharge(Refused):
    code = "nobody-may-charge"
    zh = "{month:period}不能收费：原物业企业只能收到{until}，其后还没有接管的企业；请先登记新的合同或管理模式。"
    en = "Nobody may charge for {month:period}: the firm that went may up to {until}, and whoever serves after it is not entered yet."
    article = "《民法典》第949、950条"


class OfAStatement(Refused):
    """A receipt behind which a line of a bank's or a wallet's statement stands: the line must be taken back, or it lies."""

    code = "receipt-of-a-statement"
    zh = "第 {no} 号凭证是按银行或钱包流水登记的，要在“银行与对账”的那一笔上办：认错了户，先撤回再认给对的一户；不该收的，办退款。"
    en = "Entry {no} was booked from a line of a statement, so it is put right at that line under “Bank”: take back whose it was said to be and say it again, or return what should not have been taken."


def correcting(no: int | str) -> str:
    """The link of a receipt to the one in whose place it stands."""
    return f"corrects/{no}"


STATEMENT = "statement/"
"""How the keys of receipts begin that were booked from the lines of a statement."""


class AccountPrivate(NotAllowed):
    code = "account-private"
    zh = "每一户交了多少、欠多少，只有物业经理、主管部门、审计和这一户自己能看。"
    en = "What each home paid or owes is seen by the property manager, the supervisor, the auditor and that home itself alone."


def check_sees_account(home: str | None, by: Actor) -> None:
    """
    Raises:
        AccountPrivate: he may not see it (`ledger.register.privacy_rules.sees_home`).
    """
    if not sees_home(FEE, home, by):
        raise AccountPrivate()


class CorrectsNothing(Refused):
    code = "corrects-nothing"
    zh = "填的和第 {no} 号凭证登记的一样，没有要更正的。"
    en = "What is entered is what entry {no} says already: there is nothing to put right."


class NotOwed(Refused):
    code = "not-owed"
    zh = "{home} 没有欠{month:period}的物业费，不能指定用这笔款冲抵。"
    en = "{home} owes nothing for {month:period}, so the payment cannot be meant for it."
    article = "《民法典》第560条"


class Price(NamedTuple):
    """A tariff in force: its basis and its rate in ten-thousandths of a yuan."""

    basis: Basis
    rate_e4: int


class Owed(NamedTuple):
    """One debt of a home: what it owes for a month, and which part of that."""

    month: str
    part: Part


class Applying(NamedTuple, Generic[Debt]):
    """What one payment pays: by debt, and what is left over as a prepayment; in fen."""

    paid: dict[Debt, Fen]
    prepaid_fen: Fen


class Span(NamedTuple):
    """The days on which a contract charges, both included; open at an end that is None."""

    first: date | None
    last: date | None


class HandedOver(NamedTuple):
    """交付: the day a home passed from its developer to its owner; without one nobody paid before."""

    on: date
    developer: str | None


class Bill(NamedTuple):
    """What one payer is asked for a home: ``party`` is the developer's code, or None for the owner."""

    home: str
    party: str | None
    amount_fen: Fen


def monthly_fee(area_dm2: int, price: Price) -> Fen:
    """One home's fee for one month, rounded half up to the fen."""
    if price.basis is not Basis.PER_M2:
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
            raise NoTariff(community=community, month=month, kind=Coded("community.HomeKind", kind))
        if fee := monthly_fee(area_dm2, price):
            fees[code] = fee
    return fees


AHEAD = "fee.charge_ahead_months"
"""How many months ahead of today may be charged, by the local numbers."""


def charged_on(month: Month, run: int, today: date) -> date:
    """On which day a month is booked that is charged the time ``run``: on its first; anew never before it was decided."""
    return month.first if run == 1 else max(month.first, today)


def check_reach(month: Month, today: date, ahead: int, contract_ends_on: date | None) -> None:
    """See that a month may be charged today: not too far ahead, nor one to come after the contract's end.

    Raises:
        MonthTooFar, BeyondContract.
    """
    last = Month.of(today).plus(ahead)
    if month > last:
        raise MonthTooFar(month=str(month), months=ahead, last=str(last))
    if contract_ends_on is not None and month.first > max(contract_ends_on, today):
        raise BeyondContract(month=str(month), ends_on=contract_ends_on)


def days_charged(month: Month, spans: Sequence[Span], gaps: Sequence[Span] = ()) -> int:
    """On how many days of a month some contract charges, outside of the gaps; every day when no contract says."""
    days = (month.first + timedelta(days=n) for n in range(month.last.day))
    return sum((not spans or _within(day, spans)) and not _within(day, gaps) for day in days)


def _within(day: date, spans: Sequence[Span]) -> bool:
    return any((s.first or day) <= day <= (s.last or day) for s in spans)


def gaps_after(contracts: Sequence[tuple[date, date | None]], modes: Sequence[date]) -> list[Span]:
    """The days on which nobody may charge: from the end of a firm that went until the next contract or mode begins.

    Contracts are given as (first day, last day that its firm may charge for, if it went), modes by their first day.
    """
    gaps = []
    for starts_on, until in contracts:
        if until is None:
            continue
        follows = [day for day, _ in contracts if day > starts_on] + [day for day in modes if day > until]
        last = min(follows) - timedelta(days=1) if follows else None
        if last is None or until < last:
            gaps.append(Span(until + timedelta(days=1), last))
    return gaps


def by_days(fee_fen: int, days: int, month: Month) -> Fen:
    """A fee for some days of a month, rounded half up to the fen."""
    return Fen(round_half_up(Fraction(fee_fen * days, month.last.day)))


class DaysCharged(NamedTuple):
    """How many days of a month are charged at all, and whether they are fewer because the firm has gone."""

    days: int
    cut_short: bool = False


def bills(
    fees: Mapping[str, Fen],
    month: Month,
    charged: DaysCharged,
    *,
    developers: Mapping[str, str | None],
    handed_over: Mapping[str, HandedOver],
    part_month: PartMonth,
) -> list[Bill]:
    """Who is asked how much for a month, from each home's fee for a whole one; in fen.

    The developer pays for what he has not sold
    (``developers``), and until he hands a home over (``handed_over``): by days, or where the profile says
    whole, through the month of hand-over, the owner from the next (Beijing Art. 22, Shanghai Art. 49).
    A month that is ``cut_short`` because the firm went goes by days, whatever the profile says.
    """
    month_bills = []
    days, cut_short = charged
    whole = days == month.last.day or (part_month is PartMonth.WHOLE and days > 0 and not cut_short)
    for home, fee in fees.items():
        asked = fee if whole else by_days(fee, days, month)
        before, developer = Fen(0), developers.get(home)
        if developer:
            before = asked
        elif there := handed_over.get(home):
            developer = there.developer
            this_month = month.first < there.on <= month.last
            if there.on > month.last or (this_month and part_month is PartMonth.WHOLE):
                before = asked
            elif this_month:
                before = Fen(asked - by_days(asked, (month.last - there.on).days + 1, month))
            if developer is None:
                asked, before = Fen(asked - before), Fen(0)
        month_bills += [Bill(home, developer, before)] if before else []
        month_bills += [Bill(home, None, Fen(asked - before))] if asked > before else []
    return month_bills


def named_first(due: Sequence[tuple[Owed, int]], months: Sequence[str]) -> list[tuple[Owed, int]]:
    """The debts in the order in which a payment meets them: those that the payer names, in his order; then by due date.

    All debts of a home bear the same burden and have no security, so among them the due date decides
    (民法典 Art. 560); within a month costs go first, then interest, then principal (Art. 561).
    """
    place = {month: n for n, month in enumerate(months)}
    return sorted(due, key=lambda debt: (place.get(debt[0].month, len(place)), debt[0].month, debt[0].part))


def apply_payment(amount_fen: int, due: Sequence[tuple[Debt, int]]) -> Applying[Debt]:
    """Apply a payment to what is due, given as (debt, fen) in the order of payment; the rest is prepaid."""
    paid: dict[Debt, Fen] = {}
    left = amount_fen
    for debt, owed_fen in due:
        if left <= 0:
            break
        fen = min(left, owed_fen)
        if fen > 0:
            paid[debt] = Fen(fen)
            left -= fen
    return Applying(paid, Fen(left))


class Collection(NamedTuple):
    """What was charged for a period and what came in for it by the cut-off, in fen."""

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
