"""What may be waived, and how much. Pure."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from ledger.errors import Malformed, Refused
from ledger.fields import Amount, CalendarMonth, Percent
from ledger.money import Fen, round_half_up


class Kind(StrEnum):
    """Why a fee may be waived."""

    VACANT = "vacant"
    LOW_INCOME = "low_income"
    SERVICE_DEFECT = "service_defect"
    COMPENSATION = "compensation"
    PROMOTION = "promotion"


class State(StrEnum):
    REQUESTED = "requested"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


NEXT: Mapping[State, frozenset[State]] = {
    State.REQUESTED: frozenset({State.APPROVED, State.REJECTED}),
    State.APPROVED: frozenset({State.WITHDRAWN}),
    State.REJECTED: frozenset(),
    State.WITHDRAWN: frozenset(),
}
"""What a waiver may become."""


class WaiverMalformed(Malformed):
    code = "waiver-malformed"
    zh = "减免申请有误：百分比（1–100）和每月金额（分）须填且只填一项，期间起止须有先后，并写明依据。"
    en = "The waiver is malformed: give a percentage (1–100) or an amount a month, one of them, months in order, and its basis."


class WaiverDecided(Refused):
    code = "waiver-decided"
    zh = "减免 {waiver} 的状态是 {state}，不能再这样处理。"
    en = "The waiver {waiver} is {state}, so this cannot be done to it any more."


class NoVacancyDiscount(Refused):
    code = "no-vacancy-discount"
    zh = "空置减免最多 {allowed}%（地方规定或合同），申请的是 {asked}%；没有规定或约定的，业主不得以未入住为由拒付。"
    en = "An empty home may be let off {allowed} % at most (local rule or contract), {asked} % was asked; without either, not living there is no reason not to pay."
    article = "《民法典》第944条第一款"


class SubsidyInstead(Refused):
    code = "subsidy-instead"
    zh = "本地对低收入家庭由政府补贴物业费，不由企业减免：补贴到账请按政府代缴的收款登记。"
    en = "Here the government subsidises the fee of low-income families: book its payment as a receipt from the government."


class Asked(NamedTuple):
    """What a waiver takes off each month: a percentage of the charge, or an amount in fen."""

    percent: Percent | None = None
    amount_fen: Amount | None = None


class Months(NamedTuple):
    """From a month to a month, both of them too."""

    first: CalendarMonth
    last: CalendarMonth


class Standing(NamedTuple):
    """How a home's month stands, in fen: what was charged, what is waived of it, and what is still owed."""

    home: str
    month: str
    charged_fen: int
    waived_fen: int
    owed_fen: int


class Cut(NamedTuple):
    """What is waived of a month, in fen; ``released_fen`` of it had been paid and becomes a prepayment."""

    home: str
    month: str
    amount_fen: Fen
    released_fen: Fen


def check_asked(asked: Asked, months: Months, basis: str) -> None:
    """See that a request says one thing, for months in order, on some ground.

    Raises:
        WaiverMalformed: it does not.
    """
    given = [figure for figure in asked if figure is not None]
    within = len(given) == 1 and given[0] > 0 and (asked.percent or 1) <= 100
    if not within or months.last < months.first or not basis.strip():
        raise WaiverMalformed()


def check_next(waiver: str, state: State, wanted: State) -> None:
    """See that a waiver may become what is wanted.

    Raises:
        WaiverDecided: it may not, as it stands.
    """
    if wanted not in NEXT[state]:
        raise WaiverDecided(waiver=waiver, state=state)


def check_vacancy(asked: Asked, allowed_pct: int) -> None:
    """See that an empty home is let off no more than the local rule or the contract grants; the default is nothing.

    Raises:
        NoVacancyDiscount: more was asked, or an amount where only a percentage is granted.
    """
    percent = asked.percent if asked.percent is not None else 100
    if percent > allowed_pct:
        raise NoVacancyDiscount(asked=percent, allowed=allowed_pct)


def cuts(asked: Asked, standing: Iterable[Standing]) -> list[Cut]:
    """What a waiver takes off each month: never more than is left of the charge after other waivers."""
    reductions = []
    for home, month, charged, waived, owed in standing:
        wanted = (
            round_half_up(Fraction(charged * asked.percent, 100))
            if asked.percent is not None
            else asked.amount_fen or 0
        )
        amount = min(wanted, charged - waived)
        if amount > 0:
            reductions.append(Cut(home, month, Fen(amount), Fen(amount - min(amount, max(owed, 0)))))
    return reductions
