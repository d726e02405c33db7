"""What a plan may say, what a subsidy comes to, what is not covered. Pure."""

from collections.abc import Mapping
from typing import NamedTuple

from ledger.errors import Malformed, Refused
from ledger.grants.rules import Source
from ledger.words import yuan


class PlanWrong(Malformed):
    code = "plan-wrong"
    zh = "出资计划有误：{source} {planned_fen:money} 元；金额不能小于零。"
    en = "The plan is wrong: {source} {planned_fen:money} yuan; amounts are not negative."


class PlanOutOfTurn(Refused):
    code = "plan-out-of-turn"
    zh = "{package} 的下一版出资计划是第 {due} 版，不是第 {version} 版；前一版批准之后才能再改。"
    en = "The next version of the plan of {package} is {due}, not {version}; the one before must be approved first."


class PlanEmpty(Malformed):
    code = "plan-empty"
    zh = "出资计划不能一分钱都没有。"
    en = "A plan plans some money."


class PlanBelowUsed(Refused):
    code = "plan-below-used"
    zh = "“{source}”在 {package} 已经用了 {used} 元，计划不能减到 {planned} 元。"
    en = "{package} has taken {used} yuan of {source} already; the plan cannot go down to {planned}."


class PledgeAbovePlan(Refused):
    code = "pledge-above-plan"
    zh = "“{source}”承诺给 {package} 共 {pledged} 元，超过计划的 {planned} 元；请先变更计划。"
    en = "To {package} {source} pledge {pledged} yuan, above the planned {planned}; change the plan first."


class NotFromTheFund(Refused):
    code = "not-from-the-fund"
    zh = "第 {no} 号凭证不是维修资金账套里付给标段 {package} 施工单位的支出。"
    en = "Entry {no} is no payment of the maintenance fund to the contractor of package {package}."
    article = "《住宅专项维修资金管理办法》第22、23条"


class Coverage(NamedTuple):
    """Whether a package's cost is covered, in fen; a gap is positive, money too much negative.

    ``secured`` has the subsidies approved by the rule of their day in the government's place, once there are any.
    """

    cost_fen: int
    planned: Mapping[Source, int]
    secured: Mapping[Source, int]

    @property
    def gap_fen(self) -> int:
        return self.cost_fen - sum(self.secured.values())


def check_plan(planned: Mapping[Source, int]) -> None:
    """See that a plan is one.

    Raises:
        PlanWrong: an amount is negative or no whole number.
        PlanEmpty: nothing is planned.
    """
    for source, fen in planned.items():
        if isinstance(fen, bool) or not isinstance(fen, int) or fen < 0:
            raise PlanWrong(planned_fen=fen, source=source)
    if not any(planned.values()):
        raise PlanEmpty()


def check_not_below_used(package: str, planned: Mapping[Source, int], used: Mapping[Source, int]) -> None:
    """See that a plan leaves every source at least what it has paid already.

    Raises:
        PlanBelowUsed.
    """
    for source, fen in used.items():
        if planned.get(source, 0) < fen:
            raise PlanBelowUsed(
                package=package, used=yuan(fen), planned=yuan(planned.get(source, 0)), source=source
            )


def subsidy_of(eligible_fen: int, pct: int) -> int:
    """So many per cent of the eligible cost, rounded down to the fen: a subsidy never exceeds its share."""
    return eligible_fen * pct // 100


def secured_by(planned: Mapping[Source, int], subsidies_fen: int | None) -> dict[Source, int]:
    """The plan with what the subsidy rule really gave in the government's place."""
    if subsidies_fen is None:
        return dict(planned)
    return {**planned, Source.GOVERNMENT: subsidies_fen}
