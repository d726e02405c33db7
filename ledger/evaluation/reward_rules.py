"""What a place pays a firm for its grade, by floor area. Computed and shown, never booked. Pure."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ledger.fees.rules import Basis, Price
from ledger.log.leaf import Json
from ledger.money import Fen, divided


class LeastFee(NamedTuple):
    """From which fee on a home counts, in fen a m² and month: in a building without a lift, and with one."""

    no_lift_fen: int
    lift_fen: int


class Counted(NamedTuple):
    """What counts for a reward: the floor area of a home in dm², whether it has a lift, and the price of its fee if any."""

    area_dm2: int
    has_lift: bool
    price: Price | None


class Reward(NamedTuple):
    """A place's reward of a period: what it rests on, the least fee, in how many months which floor area counts (added
    over the months, in dm²), and the rate of each grade in fen a m² and month."""

    source: str
    least_fee: LeastFee
    months: int
    area_months_dm2: int
    rates_fen: Mapping[str, int]

    def fen(self, grade: str) -> Fen | None:
        """The reward for a grade, rounded half up once; None for what is no grade."""
        rate = self.rates_fen.get(grade)
        return None if rate is None else Fen(divided(self.area_months_dm2 * rate, 100))


def counts(home: Counted, least: LeastFee) -> bool:
    """Whether a home pays the least fee. What is priced by the home is compared by its floor area. [D]"""
    if home.price is None:
        return False
    least_e4 = 100 * (least.lift_fen if home.has_lift else least.no_lift_fen)
    if home.price.basis is Basis.PER_M2:
        return home.price.rate_e4 >= least_e4
    return home.price.rate_e4 * 100 >= least_e4 * home.area_dm2


def area_that_counts(homes: Iterable[Counted], least: LeastFee) -> int:
    """The floor area of the homes of a month that pay the least fee, in dm²."""
    return sum(home.area_dm2 for home in homes if counts(home, least))


def reward_content(reward: Reward, grade: str) -> dict[str, Json]:
    """A reward as a scorecard tells it, with its condition and what each grade would bring; ``fen`` is due for the grade
    that was given, None while there is none."""
    return {
        "source": reward.source,
        "months": reward.months,
        "area_months_dm2": reward.area_months_dm2,
        "least_fee_no_lift_fen": reward.least_fee.no_lift_fen,
        "least_fee_lift_fen": reward.least_fee.lift_fen,
        "by_grade": [
            {"grade": of, "fen_per_m2": rate, "fen": reward.fen(of)} for of, rate in reward.rates_fen.items()
        ],
        "fen": reward.fen(grade),
    }
