"""What may be a cost of the service, what the firm may take, and how a year turned out. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from ledger.errors import Malformed, Refused
from ledger.money import Fen, round_half_up


class CostLine(StrEnum):
    """The cost items of 物业服务收费管理办法 Art. 11; the last two are none."""

    STAFF = "staff"
    UPKEEP = "upkeep"
    CLEANING = "cleaning"
    GREENING = "greening"
    ORDER = "order"
    OFFICE = "office"
    DEPRECIATION = "depreciation"
    INSURANCE = "insurance"
    AGREED = "agreed"
    MEDIUM_REPAIR = "medium_repair"
    MAJOR_REPAIR = "major_repair"


FOR_THE_FUND = frozenset({CostLine.MEDIUM_REPAIR, CostLine.MAJOR_REPAIR})


class NotAFeeCost(Refused):
    code = "not-a-fee-cost"
    zh = "“{line}”不能列入物业服务成本：共用部位、设施的大修、中修和更新、改造由住宅专项维修资金列支。"
    en = "{line} is no cost of the service: major and medium repair, renewal and alteration are paid from the maintenance fund."
    article = "《物业服务收费管理办法》第11条"


class NotRemuneration(Refused):
    code = "not-remuneration"
    zh = "{on}没有适用的酬金制合同或约定的酬金：包干制下企业自负盈亏，不编预算、不提酬金。"
    en = "No remuneration contract or agreed remuneration applies on {on}: under a lump sum the firm bears profit and loss, with no budget and no remuneration to take."
    article = "《物业服务收费管理办法》第9条"


class BudgetEmpty(Malformed):
    code = "budget-empty"
    zh = "预算至少要有一项，每项金额须为正。"
    en = "A budget has at least one line, each of a positive amount."


class CostVoucherMissing(Refused):
    code = "cost-voucher-missing"
    zh = "没有凭证号的支出不能入账。"
    en = "A cost without a voucher cannot be booked."
    article = "《会计法》第14条"


class MonthNotOver(Refused):
    code = "fee-month-not-over"
    zh = "{month:period}还没有结束，不能提取当月酬金。"
    en = "{month:period} is not over; its remuneration cannot be taken yet."


class BudgetRow(NamedTuple):
    """A line of the budget against what was spent, in fen."""

    line: CostLine
    budget_fen: int
    actual_fen: int


class YearReport(NamedTuple):
    """A year under 酬金制 in fen: fee income after waivers, costs by line, what the firm took, and what is over.

    ``surplus_fen`` is negative when it is short; either way it is the owners' (Art. 9).
    """

    year: int
    rows: tuple[BudgetRow, ...]
    income_fen: int
    remuneration_fen: int

    @property
    def cost_fen(self) -> int:
        return sum(row.actual_fen for row in self.rows)

    @property
    def surplus_fen(self) -> int:
        return self.income_fen - self.cost_fen - self.remuneration_fen


def check_line(line: CostLine) -> None:
    """See that a cost may be paid with the fee.

    Raises:
        NotAFeeCost: it is major or medium repair.
    """
    if line in FOR_THE_FUND:
        raise NotAFeeCost(line=line)


def check_budget(lines: Mapping[CostLine, int]) -> None:
    """See that a budget says something, and nothing that the fund pays.

    Raises:
        BudgetEmpty, NotAFeeCost.
    """
    if not lines or min(lines.values()) <= 0:
        raise BudgetEmpty()
    for line in lines:
        check_line(line)


def remuneration(received_fen: int, rate_e4: int | None, amount_fen: int | None) -> Fen:
    """What the firm takes for a month: a fixed amount, or ten-thousandths of the service money that came in; fen."""
    if amount_fen is not None:
        return Fen(amount_fen)
    return Fen(round_half_up(Fraction(max(received_fen, 0) * (rate_e4 or 0), 10_000)))
