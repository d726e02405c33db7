"""What is due to the fund, by the place's own terms. Pure."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

from ledger.errors import Malformed, Refused
from ledger.money import Fen
from ledger.periods import Period
from ledger.revenue.rules import Quarter

SOURCE = "《物业管理条例》第54条"


class Base(StrEnum):
    """What the share is taken of."""

    NET = "NET"
    ACCOUNT_BALANCE = "ACCOUNT_BALANCE"
    GROSS_MINUS_CAP = "GROSS_MINUS_CAP"


class PeriodOpen(Refused):
    code = "remittance-period-open"
    zh = "{period:period}到{last}才结束：期间没有过完，还算不出应转入维修资金的数额。"
    en = "What is due to the fund for {period:period} is not known before the period is over, after {last}."
    article = SOURCE


class NotThePeriod(Refused):
    code = "not-the-period"
    zh = "这里按{kind}转入维修资金，{period:period}不是这样的期间。"
    en = "Here the fund is paid by the {kind}; {period:period} is no such period."
    article = SOURCE


class MoreThanDue(Refused):
    code = "more-than-due"
    zh = "{period:period}还应转入维修资金 {left_fen:money} 元，不能按应转转入 {amount_fen:money} 元；多转的部分须另有决议（使用）。"
    en = "{left_fen:money} yuan are still due to the fund for {period:period}, not {amount_fen:money}; more needs a resolution (a use)."
    article = SOURCE


class ShareBelowLocalLeast(Refused):
    code = "share-below-local-least"
    zh = "转入维修资金的比例不能低于当地下限 {least_pct}%（决议为 {pct}%）。"
    en = "The fund's share may not be below the local least of {least_pct} % (the resolution says {pct} %)."
    article = SOURCE


class ShareMalformed(Malformed):
    code = "share-malformed"
    zh = "转入比例须在 0 到 100 之间，不能是 {pct}。"
    en = "The fund's share is between 0 and 100, not {pct}."


class Local(NamedTuple):
    """The place's terms; percentages whole. ``least_pct`` is the local minimum, already past an exclusive one."""

    base: Base
    pct: int
    least_pct: int
    cap_pct: int
    yearly: bool
    only_below_pct: int | None
    stops_when_full: bool
    all_by_default: bool
    parking_pct: int | None


class Fund(NamedTuple):
    """What the homes have in the fund, and what their first deposits were, in fen."""

    held_fen: int
    first_fen: int

    @property
    def full(self) -> bool:
        return 0 < self.first_fen <= self.held_fen

    def below(self, pct: int) -> bool:
        """Strictly below so many per cent of the first deposits; where there were none there is no fund."""
        return self.first_fen == 0 or self.held_fen * 100 < self.first_fen * pct


class ToFund(NamedTuple):
    """What of a period is due to the fund: the share in per cent, what it is taken of, and the amount, in fen."""

    pct: int
    base_fen: int
    due_fen: Fen


class Share(NamedTuple):
    """What a period owed the fund and what was paid of it, in fen; ``on_time_fen`` by its last day."""

    period: Period
    due_on: date
    due_fen: int
    paid_fen: int
    on_time_fen: int
    paid_on: date | None


def local_terms(values: Mapping[str, Any], fund_trigger_pct: int, assembly: bool, resolved: bool) -> Local:
    """Read the terms from the profile's rows under ``revenue.``.

    ``resolved`` is whether the owners have decided a share: what holds "if nothing is agreed" then does not.
    """
    everything = values["default_all_to_fund"]
    exclusive = values.get("to_fund_pct_min_exclusive")
    condition = values.get("to_fund_condition")
    parking = values.get("parking_pre_assembly_to_fund_pct")
    return Local(
        base=Base(values["base"]),
        pct=values["to_fund_pct"],
        least_pct=values["to_fund_pct_min"] if exclusive is None else exclusive + 1,
        cap_pct=values["cost_cap_pct"],
        yearly=values["transfer"] == "yearly" or (everything == "yearly" and not resolved),
        only_below_pct=fund_trigger_pct if condition == "fund_below_30pct" else None,
        stops_when_full=values["stop_when_fund_full"],
        all_by_default=everything != "never",
        parking_pct=None if assembly else parking,
    )


def share_pct(local: Local, resolved_pct: int | None, fund: Fund) -> int:
    """The fund's share in per cent: what the owners decided, else the place's, never below the local least.

    Where the law asks for a share only while the fund is low, or lets it stop when the fund is full, it is
    nought otherwise unless the owners decided one.
    """
    if local.stops_when_full and fund.full:
        return resolved_pct or 0
    if local.only_below_pct is not None and not fund.below(local.only_below_pct):
        return resolved_pct or 0
    if resolved_pct is None:
        return 100 if local.all_by_default else max(local.pct, local.least_pct)
    return max(resolved_pct, local.least_pct)


def base_of(local: Local, quarter: Quarter, balance_fen: int) -> int:
    """What the share is taken of, in fen; never below nought.

    NET: receipts less proved cost and tax. ACCOUNT_BALANCE (Huzhou): what is in the account beyond what is
    held for others. GROSS_MINUS_CAP (Shaoxing, Xiamen): receipts less cost and tax, of which no more than the cap counts.
    """
    cost = quarter.vouchered_cost_fen + quarter.tax_fen
    return max(
        0,
        {
            Base.NET: quarter.net_fen,
            Base.ACCOUNT_BALANCE: balance_fen,
            Base.GROSS_MINUS_CAP: quarter.receipts_fen
            - min(cost, quarter.receipts_fen * local.cap_pct // 100),
        }[local.base],
    )


def due_to_fund(base_fen: int, pct: int) -> Fen:
    """A share of a base, rounded down."""
    return Fen(max(0, base_fen * pct // 100))


def with_parking(local: Local, base_fen: int, parking_fen: int, pct: int) -> Fen:
    """The same where parking has a share of its own before the assembly is formed (Jiangsu Art. 66)."""
    if local.parking_pct is None:
        return due_to_fund(base_fen, pct)
    parking = min(max(0, parking_fen), base_fen)
    return Fen(due_to_fund(parking, local.parking_pct) + due_to_fund(base_fen - parking, pct))


def is_its_period(local: Local, period: Period) -> bool:
    """Whether the place pays the fund by periods like this one: quarters, or years."""
    return period.kind == ("year" if local.yearly else "quarter")
