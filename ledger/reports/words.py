"""How the printed reports write amounts, rates, days, periods and places in Chinese. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from ledger.money import WAN_FEN, round_half_up
from ledger.words import FIGURES, NOTHING, field_label, told, word, yuan
from ledger.words import period as period_told

STATEMENTS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    key: (FIGURES[key][0], tuple(of[0] for place, of in FIGURES.items() if place.startswith(f"{key}/fen/")))
    for key in ("statement_01", "statement_02", "statement_03")
}

HIDDEN = "不公布"


def money(amount_fen: int | None) -> str:
    """Fen as yuan with commas; a dash for none. Also shows dm² as m², which are hundredths just the same."""
    return NOTHING if amount_fen is None else yuan(amount_fen)


def headline(amount_fen: int) -> tuple[str, str]:
    """Fen as a headline shows them, with the unit: 万元 rounded to two decimals, below one 万元 the yuan themselves."""
    if abs(amount_fen) < WAN_FEN:
        return yuan(amount_fen), "元"
    return yuan(round_half_up(Fraction(amount_fen * 100, WAN_FEN))), "万元"


def bare_yuan(amount_fen: int) -> str:
    """Fen as yuan without commas, as files for programs want it: ``-1234.50``."""
    return yuan(amount_fen).replace(",", "")


def rate(ten_thousandths: int | None) -> str:
    """Ten-thousandths as a percentage: 9164 → 91.64%."""
    return NOTHING if ten_thousandths is None else f"{yuan(ten_thousandths)}%"


def ratio(value: Fraction | None) -> str:
    """A share as a percentage with two decimals, rounded half up."""
    return NOTHING if value is None else f"{yuan(round_half_up(value * 10_000))}%"


def points(hundredths: int) -> str:
    """Hundredths of a point as points: 1579 → 15.79."""
    return yuan(hundredths)


def day(value: str | date | None) -> str:
    """A day as people write it: 2026年6月30日."""
    if value is None:
        return NOTHING
    return told(date.fromisoformat(value) if isinstance(value, str) else value, "zh")


def moment(at: datetime) -> str:
    """An instant as Shanghai's clocks show it: 2026年7月15日 12:00."""
    return told(at, "zh")


def period(name: str) -> str:
    """A period as people say it in Chinese: 2026年上半年, 2026年第1季度, 2026年7月, 2026年度."""
    return period_told(name, "zh")


def place(scope: str, building: str | None, stairwell: str | None, side: str | None = None) -> str:
    """Whom a project serves: 全小区, 2幢, 2幢1单元, 2幢1单元东侧."""
    if building is None:
        return word("fund.ScopeKind", scope)
    return f"{building}幢" + (f"{stairwell}单元" if stairwell else "") + (f"{side}侧" if side else "")


def shown_columns(statement: str, lines: Sequence[Mapping[str, Any]]) -> list[int]:
    """Which columns of a statement are printed: 03 drops the kind of housing that is not there."""
    columns = range(max((len(line["fen"]) for line in lines), default=0))
    housing = (0, 1) if statement == "statement_03" else ()
    empty = [at for at in housing if not any(line["fen"][at] for line in lines)]
    return [at for at in columns if at not in empty or len(empty) == len(housing)]


def called(figures: Mapping[str, Any], place: str) -> str:
    """What the figure at a place of a body is called: in the words that are sealed with it, else in those of today."""
    sealed = figures.get("labels", {}).get(place)
    names = sealed or field_label(place)
    assert names, place
    return str(names[0])
