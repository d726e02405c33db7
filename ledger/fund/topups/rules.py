"""Who has to top the fund up, and by how much. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from ledger.community.role_rules import Duty
from ledger.community.rules import HomeKind
from ledger.errors import Malformed, Refused
from ledger.fields import Amount, Code, Text
from ledger.fund.rules import DepositKind, Standing
from ledger.money import Fen, round_half_up, split


class Basis(StrEnum):
    """How the amounts are found: each account brought to a share of its first deposit, or a sum split by area."""

    TARGET = "target"
    TOTAL = "total"


class PlanState(StrEnum):
    PLANNED = "planned"
    VOTING = "voting"
    ADOPTED = "adopted"
    REJECTED = "rejected"


WITHIN: Mapping[Duty, PlanState] = {
    Duty.PUT_TO_VOTE: PlanState.PLANNED,
    Duty.NOTIFY: PlanState.PLANNED,
    Duty.COUNT: PlanState.VOTING,
    Duty.TAKE_IN: PlanState.ADOPTED,
}
"""Where a plan has to stand for what is done with it."""


class HomeStanding(NamedTuple):
    """How a home stands: its part and its first deposit, in fen."""

    home: str
    building: str
    kind: HomeKind
    area_dm2: int
    has_lift: bool
    balance_fen: int
    first_deposit_fen: int
    standing: Standing


class Flag(NamedTuple):
    """Whether a building, or the whole area where none is named, has fallen below the trigger (Σ balance < % of Σ first)."""

    building: str | None
    balance_fen: int
    first_deposit_fen: int
    below: bool


class Due(NamedTuple):
    """What one home is asked for: ``kind`` is 续交 or 补建."""

    home: str
    kind: DepositKind
    due_fen: Fen


@dataclass(frozen=True)
class TopupPlan:
    """What is put to the owners: whom it concerns and how the amounts are found.

    ``total_fen`` goes with TOTAL; with TARGET the share of the first deposit is the profile's.
    """

    title: Text
    basis: Basis
    building: Code | None = None
    total_fen: Amount | None = None


class TopupMalformed(Malformed):
    code = "topup-malformed"
    zh = "续筹方案有误：按总额分摊须写总额，补到比例则不写总额。"
    en = "The plan is malformed: a split of a total names the total, bringing accounts to a share names none."


class NothingToTopUp(Refused):
    code = "nothing-to-top-up"
    zh = "范围内没有需要续交或补建的房屋：余额都不低于首期交存额的 {trigger_pct}%。"
    en = "No home in the scope has to top up: none stands below {trigger_pct} % of its first deposit."
    article = "《住宅专项维修资金管理办法》第17条"


class TopupExists(Refused):
    code = "topup-exists"
    zh = "续筹方案编号 {plan} 已经用过，请换一个。"
    en = "The code {plan} of a top-up plan is taken; choose another."


class TopupNotReady(Refused):
    code = "topup-not-ready"
    zh = "续筹方案 {plan} 现在是“{state}”，不能{action}。"
    en = "The top-up plan {plan} is {state}; it is not ready for {action}."
    article = "《民法典》第278条第（六）项；《住宅专项维修资金管理办法》第17条"


class NoRuleOfSilence(Refused):
    code = "no-rule-of-silence"
    zh = "本地没有“逾期不作决定即按标准续筹”的规定，须由业主表决（四分之三以上同意）。"
    en = "No local rule lets a plan stand because the owners decided nothing: it takes a vote by three quarters."
    article = "《民法典》第278条第（六）项"


class SilenceNotOver(Refused):
    code = "silence-not-over"
    zh = "业主可以在{until}之前作出决定；过后才能按标准通知续筹。"
    en = "The owners may decide until {until}; only then are they told to pay by the local standard."


class NotOnTopup(Refused):
    code = "not-on-topup"
    zh = "续筹方案 {plan} 没有要 {home} 交款。"
    en = "The plan {plan} asks nothing of {home}."


class TopupOverpaid(Refused):
    code = "topup-overpaid"
    zh = "{home} 按方案 {plan} 还应交 {open_fen:money} 元，不能收 {paid_fen:money} 元；多交的请作退返。"
    en = "{home} still owes {open_fen:money} yuan by the plan {plan}; {paid_fen:money} yuan cannot be taken in for it."


def flags(homes: Iterable[HomeStanding], trigger_pct: int) -> list[Flag]:
    """Each building and then the whole area against the trigger: Σ balance strictly below % of Σ first deposits."""
    sums: dict[str | None, list[int]] = {}
    for home in homes:
        for where in (home.building, None):
            of = sums.setdefault(where, [0, 0])
            of[0] += home.balance_fen
            of[1] += home.first_deposit_fen
    return [
        Flag(where, balance, first, 100 * balance < trigger_pct * first)
        for where, (balance, first) in sorted(sums.items(), key=lambda item: (item[0] is None, item[0]))
    ]


def first_amount(area_dm2: int, fen_per_m2: int) -> Fen:
    """The first amount of a home by floor area: dm² × fen per m², half a fen up (165号令 Art. 7)."""
    return Fen(round_half_up(Fraction(area_dm2 * fen_per_m2, 100)))


def dues(
    plan: TopupPlan, homes: Iterable[HomeStanding], *, target_pct: int, per_m2: dict[bool, int]
) -> list[Due]:
    """What each home of the scope is asked for; unsold homes have no account and are asked for nothing.

    TARGET asks of every account below ``target_pct`` of its first deposit what it lacks, a part of a fen rounded up,
    and of a home without a fund the first amount by area, by lift or none. TOTAL splits a sum over all homes
    by area, by largest remainders.

    Raises:
        TopupMalformed: a total is named where none belongs, or missing.
    """
    sold = [home for home in homes if home.kind is not HomeKind.UNSOLD]
    if (plan.total_fen is not None) != (plan.basis is Basis.TOTAL) or (
        plan.total_fen is not None and plan.total_fen <= 0
    ):
        raise TopupMalformed()
    if not sold:
        return []
    if plan.total_fen is not None:
        asked = split(plan.total_fen, {home.home: home.area_dm2 for home in sold})
    else:
        asked = {home.home: _lacking(home, target_pct, per_m2) for home in sold}
    return [
        Due(
            home.home,
            DepositKind.ESTABLISH if home.standing is Standing.NO_FUND else DepositKind.TOPUP,
            asked[home.home],
        )
        for home in sold
        if asked[home.home] > 0
    ]


def _lacking(home: HomeStanding, target_pct: int, per_m2: dict[bool, int]) -> Fen:
    if home.standing is Standing.NO_FUND:
        return Fen(first_amount(home.area_dm2, per_m2[home.has_lift]) - home.balance_fen)
    target = -(-home.first_deposit_fen * target_pct // 100)
    return Fen(target - home.balance_fen)


class ResaleCheck(NamedTuple):
    """Whether a home of sold public housing has been brought to the commodity standard before its resale."""

    home: str
    required: bool
    standard_fen: Fen
    balance_fen: int
    shortfall_fen: Fen


def resale_check(home: HomeStanding, *, asked_here: bool, fen_per_m2: int) -> ResaleCheck:
    """What a home of sold public housing lacks to the commodity standard (北京市物业管理条例 第81条).

    Other homes, and places whose law does not ask it, lack nothing.
    """
    required = asked_here and home.kind is HomeKind.SOLD_PUBLIC
    standard = first_amount(home.area_dm2, fen_per_m2) if required else Fen(0)
    return ResaleCheck(
        home.home, required, standard, home.balance_fen, Fen(max(0, standard - home.balance_fen))
    )
