"""What a place's own rule of evaluation says of a period: where its grades begin, and the reward of a firm."""

from collections.abc import Mapping
from typing import NamedTuple

from sqlmodel import Session, select

from ledger.community.queries import Profile, profile, service_contract, standing_homes
from ledger.community.tables import Building, Home, ServiceContract
from ledger.evaluation.reward_rules import Counted, LeastFee, Reward, area_that_counts
from ledger.fees.queries import prices
from ledger.periods import Period

EVERY = "evaluation.every"
KINDS = {"half_year": "half-year", "yearly": "year"}
BOUNDS, RATES = "evaluation.grade_from.", "evaluation.reward_fen_per_m2."


class Bounds(NamedTuple):
    """From how many points on each grade is given in a place, and the rule that says so."""

    points: Mapping[str, int]
    source: str


def _is_scored(local: Profile, period: Period) -> bool:
    """Whether the place's rule is of periods of this length."""
    return KINDS.get(local.get(EVERY, "")) == period.kind


def local_bounds(session: Session, code: str, period: Period) -> Bounds | None:
    """Where the grades of a period begin by the rule of the place; None where it has none."""
    local = profile(session, code, period.last)
    points = local.under(BOUNDS)
    if not points or not _is_scored(local, period):
        return None
    return Bounds(points, local.source(f"{BOUNDS}{next(iter(points))}"))


def local_reward(
    session: Session, code: str, period: Period, contract: ServiceContract | None
) -> Reward | None:
    """What the place pays the firm of a contract for each grade in a period; None where it pays nothing.

    A month counts in which the firm served from its first day and the rule held already; a home in it that stands on its
    last day, while its fee is as high as the rule asks.
    """
    local = profile(session, code, period.last)
    rates = local.under(RATES)
    if not rates or contract is None or not _is_scored(local, period):
        return None
    least = LeastFee(
        local["evaluation.reward_least_fee_fen.no_lift"], local["evaluation.reward_least_fee_fen.lift"]
    )
    with_lift = set(session.exec(select(Building.code).where(Building.community == code, Building.has_lift)))
    months = area = 0
    for month in period.months:
        serving = service_contract(session, code, month.first)
        if (
            serving is None
            or serving.firm != contract.firm
            or not profile(session, code, month.first).under(RATES)
        ):
            continue
        asked = prices(session, code, month.first)
        standing = session.exec(select(Home).where(Home.community == code, standing_homes(month.last)))
        months += 1
        area += area_that_counts(
            (
                Counted(h.area_dm2, h.building in with_lift, asked.get(h.kind) or asked.get("*"))
                for h in standing
            ),
            least,
        )
    return Reward(local.source(f"{RATES}{next(iter(rates))}"), least, months, area, rates)
