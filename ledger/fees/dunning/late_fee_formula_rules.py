"""What a late payment costs (逾期付款违约金). Pure.

The cap is a local number: the row ``fee.late_cap_lpr_pct`` of `ledger/community/thresholds_and_caps_by_place.toml`, and of a city or a
community where that has one of its own.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from ledger.errors import Refused
from ledger.money import Fen

CAP = "fee.late_cap_lpr_pct"
"""Per cent of the one-year LPR above which no late fee goes, whatever the contract says."""


class NoLateFee(Refused):
    code = "no-late-fee"
    zh = "{month:period}适用的物业服务合同没有约定违约金，不能计收。"
    en = "The contract for {month:period} has no late fee, so none can be charged."
    article = "《民法典》第585条"


class LateDebt(NamedTuple):
    """A month's fee as far as lateness goes: what was charged, when it fell due, and what took it down.

    ``taken_down`` holds (day, fen) of payments and waivers; ``disputed`` the days, both included, on which
    it was disputed, open at the end when it still is.
    """

    charged_fen: int
    due_on: date
    taken_down: Sequence[tuple[date, int]]
    disputed: Sequence[tuple[date, date | None]] = ()


def late_fee(
    debt: LateDebt,
    until: date,
    *,
    daily_e6: int,
    lpr: Sequence[tuple[date, int]],
    cap_pct: int,
    principal_fen: int,
) -> Fen:
    """The late fee of one debt from its due day to a day, whole fen, the part of a fen dropped.

    Simple interest on what is unpaid at the end of each day after the due day, at the lower of the contract's daily
    rate (``daily_e6`` millionths) and ``cap_pct`` per cent (`CAP`) of the one-year LPR in force that day (``lpr``: first
    day and millionths a year) over 365; never on a late fee, not on a disputed day, in all not above the
    principal. 民法典 Art. 585; 合同编通则解释 Art. 65 (above 130 % of the loss is generally excessive).
    """
    first = debt.due_on + timedelta(days=1)
    turns = {first, until + timedelta(days=1)}
    turns |= {day for day, _ in debt.taken_down} | {since for since, _ in lpr}
    for begun, over in debt.disputed:
        turns |= {begun} | ({over + timedelta(days=1)} if over else set())
    days = sorted(day for day in turns if first <= day <= until + timedelta(days=1))
    total = Fraction(0)
    for start, end in pairwise(days):
        if any(begun <= start and (over is None or start <= over) for begun, over in debt.disputed):
            continue
        left = debt.charged_fen - sum(fen for day, fen in debt.taken_down if day <= start)
        in_force = [rate for since, rate in lpr if since <= start]
        capped = Fraction((in_force or [0])[-1] * cap_pct, 100 * 365)
        total += max(left, 0) * (end - start).days * min(Fraction(daily_e6), capped) / 1_000_000
    return Fen(min(int(total), principal_fen))


def sums_by_home(debts: Mapping[tuple[str, str], int]) -> dict[str, int]:
    """Amounts by home and month, added up by home."""
    sums: dict[str, int] = {}
    for (home, _), fen in debts.items():
        sums[home] = sums.get(home, 0) + fen
    return sums
