"""How a firm is scored: curves, what cannot be assessed, how its points are spread, the grade. Pure.

All arithmetic is in fractions; a score is shown in hundredths of a point, rounded half up once, at the end.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import Any, NamedTuple

from ledger.errors import Malformed
from ledger.log.leaf import Json
from ledger.money import round_half_up


class NotEvaluated(Malformed):
    code = "not-evaluated"
    zh = "评价以半年或全年为期（例如 2026-H1、2026），{period:period}不是。"
    en = "An evaluation is of a half-year or a year (such as 2026-H1 or 2026); {period:period} is neither."


class Progress(NamedTuple):
    """What also earns points below a level: the way gone from the last period towards it, up to a share of them."""

    towards: Fraction
    """In per cent."""
    at_most: Fraction


class Indicator(NamedTuple):
    """One line of a rubric. ``curve`` runs over (percent, share of the points), from left to right.

    Fewer than ``least_base`` cases say too little; fewer than ``least_told`` would point at people and are not told.
    """

    id: str
    group: str
    points: int
    zh: str
    en: str
    curve: tuple[tuple[Fraction, Fraction], ...]
    least_base: int
    source: str
    progress: Progress | None = None
    least_told: int = 1

    @property
    def least(self) -> int:
        """Below how many cases it is not assessed."""
        return max(self.least_base, self.least_told)


class Grade(NamedTuple):
    grade: str
    zh: str
    en: str
    least_score: int
    advice_zh: str
    advice_en: str


class Counting(NamedTuple):
    """What a rubric counts as good, where that is a number.

    Attributes:
        follow_up_tenths: how many in ten ordinary repairs are drawn for a follow-up visit.
        satisfied_from: the least rating of a repair that counts as satisfied.
        half_marks_working_days: how late a disclosure may be and still earn half.
        reconciled_working_days: within how many working days after a month its accounts are to be reconciled.
    """

    follow_up_tenths: int
    satisfied_from: int
    half_marks_working_days: int
    reconciled_working_days: int = 10


class Rubric(NamedTuple):
    """A version of the evaluation standard.

    A grade asks for ``least_assessed`` assessable points and for each indicator of ``grade_needs``.
    """

    version: str
    zh: str
    en: str
    least_assessed: int
    counting: Counting
    groups: tuple[tuple[str, str, str], ...]
    grades: tuple[Grade, ...]
    indicators: tuple[Indicator, ...]
    grade_needs: tuple[str, ...] = ()


NOT_RATED = Grade(
    "—",
    "暂不评级",
    "not rated",
    -1,
    "暂不评级，不提出续聘建议",
    "not rated: there is no advice on renewal",
)


@dataclass(frozen=True)
class Measure:
    """What was found for an indicator. ``value`` is a share (1 = 100 %), None when it cannot be assessed.

    ``base`` is the denominator's count; ``zh``/``en`` say how the figure came about, or why there is none.
    ``missing`` says that data which the firm had to hand in is absent: nought, not N/A. ``unheld`` says that the
    product cannot hold such data yet, which says nothing of the firm. ``inputs`` are the fractions, as they were
    counted, whose mean the value is.
    """

    value: Fraction | None
    base: int
    zh: str
    en: str
    missing: bool = False
    before: Fraction | None = None
    unheld: bool = False
    inputs: tuple[tuple[int, int], ...] = ()


def mean(inputs: Sequence[tuple[int, int]], base: int, zh: str, en: str, **more: Any) -> Measure:
    """The measure whose value is the mean of fractions that were counted."""
    value = sum((Fraction(*counted) for counted in inputs), Fraction(0)) / len(inputs)
    return Measure(value, base, zh, en, inputs=tuple(inputs), **more)


@dataclass(frozen=True)
class Scored:
    """An indicator with its measure: its own points, and the points it counts for after spreading."""

    indicator: Indicator
    measure: Measure
    share: Fraction | None
    weight: Fraction

    @property
    def score(self) -> Fraction:
        return (self.share or Fraction(0)) * self.weight


@dataclass(frozen=True)
class Scorecard:
    rubric: Rubric
    rows: tuple[Scored, ...]
    assessed_points: int
    score: Fraction
    grade: Grade


def read_rubric(text: str) -> Rubric:
    """Read a rubric from its JSON."""
    data = json.loads(text)
    return Rubric(
        data["version"],
        data["zh"],
        data["en"],
        data["least_assessed"],
        Counting(**data["counting"]),
        tuple((g["id"], g["zh"], g["en"]) for g in data["groups"]),
        tuple(
            Grade(g["grade"], g["zh"], g["en"], g["from"], g["advice_zh"], g["advice_en"])
            for g in data["grades"]
        ),
        tuple(
            Indicator(
                i["id"],
                i["group"],
                i["points"],
                i["zh"],
                i["en"],
                tuple((Fraction(x), Fraction(share, 100)) for x, share in i["curve"]),
                i["least_base"],
                i["source"],
                _progress(i["progress"]) if "progress" in i else None,
                i.get("least_told", 1),
            )
            for i in data["indicators"]
        ),
        tuple(data.get("grade_needs", ())),
    )


def _progress(data: Mapping[str, int]) -> Progress:
    return Progress(Fraction(data["towards"]), Fraction(data["at_most"], 100))


def on_curve(percent: Fraction, curve: Sequence[tuple[Fraction, Fraction]]) -> Fraction:
    """The share of points at a percentage: linear between the curve's points, level beyond its ends."""
    if percent <= curve[0][0]:
        return curve[0][1]
    for (left, low), (right, high) in pairwise(curve):
        if percent <= right:
            return low + (high - low) * (percent - left) / (right - left)
    return curve[-1][1]


def share_of_points(indicator: Indicator, measure: Measure) -> Fraction | None:
    """What share of its points an indicator earns; None when it is N/A.

    Data that had to be handed in and was not earns nought; fewer cases than the rubric asks for are N/A.
    """
    if measure.missing:
        return Fraction(0)
    if measure.value is None or measure.base < indicator.least:
        return None
    level = on_curve(measure.value * 100, indicator.curve)
    progress, before = indicator.progress, measure.before
    if progress is not None and before is not None and before * 100 < progress.towards:
        gained = (measure.value - before) * 100 / (progress.towards - before * 100)
        level = max(level, min(max(gained, Fraction(0)), Fraction(1)) * progress.at_most)
    return level


def scorecard(rubric: Rubric, measures: Mapping[str, Measure]) -> Scorecard:
    """Score every indicator, spread the points of what is N/A, and grade.

    N/A points go pro rata to the assessed indicators of the same group, or of all groups when the group
    has none. There is no grade when less than ``least_assessed`` points could be assessed before spreading, or when
    an indicator that a grade asks for could not.
    """
    shares = {i.id: share_of_points(i, measures[i.id]) for i in rubric.indicators}
    weights = _spread(rubric, {key for key, share in shares.items() if share is not None})
    rows = tuple(Scored(i, measures[i.id], shares[i.id], weights[i.id]) for i in rubric.indicators)
    assessed = sum(i.points for i in rubric.indicators if shares[i.id] is not None)
    score = sum((row.score for row in rows), Fraction(0))
    card = Scorecard(rubric, rows, assessed, score, NOT_RATED)
    return card if why_no_grade(card) else replace(card, grade=grade_of(rubric, score))


def why_no_grade(card: Scorecard) -> tuple[str, str] | None:
    """Why a score gets no grade, in Chinese and English; None when it gets one."""
    rubric = card.rubric
    needed = [row for row in card.rows if row.indicator.id in rubric.grade_needs and row.share is None]
    zh = [f"{row.indicator.id} {row.indicator.zh}：{row.measure.zh}" for row in needed]
    en = [f"{row.indicator.id} {row.indicator.en}: {row.measure.en}" for row in needed]
    if card.assessed_points < rubric.least_assessed:
        zh.append(f"能评的分值只有 {card.assessed_points} 分，评级至少要 {rubric.least_assessed} 分")
        en.append(
            f"{card.assessed_points} points could be assessed, a grade asks for {rubric.least_assessed}"
        )
    return ("；".join(zh), "; ".join(en)) if zh else None


def _spread(rubric: Rubric, assessed: set[str]) -> dict[str, Fraction]:
    weights = {i.id: Fraction(i.points if i.id in assessed else 0) for i in rubric.indicators}
    homeless = Fraction(0)
    for group, *_ in rubric.groups:
        members = [i for i in rubric.indicators if i.group == group]
        here = sum(i.points for i in members if i.id in assessed)
        left = sum(i.points for i in members if i.id not in assessed)
        if not here:
            homeless += left
            continue
        for i in members:
            if i.id in assessed:
                weights[i.id] += Fraction(left * i.points, here)
    whole = sum(weights.values())
    if homeless and whole:
        weights = {key: weight + homeless * weight / whole for key, weight in weights.items()}
    return weights


def grade_of(rubric: Rubric, score: Fraction) -> Grade:
    """The grade of a score as it is shown, in hundredths; a bound belongs to the better grade."""
    return next(grade for grade in rubric.grades if hundredths(score) >= grade.least_score * 100)


def with_bounds(rubric: Rubric, bounds: Mapping[str, int]) -> Rubric:
    """A rubric whose grades begin where a place says, by the grade, in points; one that the place does not name stays."""
    return rubric._replace(
        grades=tuple(
            grade._replace(least_score=bounds.get(grade.grade, grade.least_score)) for grade in rubric.grades
        )
    )


def hundredths(value: Fraction) -> int:
    """Points in hundredths, rounded half up."""
    return round_half_up(value * 100)


def content(card: Scorecard) -> dict[str, Json]:
    """A scorecard as plain words and whole numbers, with all that is needed to compute it again."""
    why = why_no_grade(card)
    return {
        "rubric": card.rubric.version,
        "rubric_zh": card.rubric.zh,
        "rubric_en": card.rubric.en,
        "least_assessed": card.rubric.least_assessed,
        "grade_needs": list(card.rubric.grade_needs),
        "grades": [{"grade": g.grade, "from": g.least_score} for g in card.rubric.grades],
        "assessed_points": card.assessed_points,
        "score_e2": hundredths(card.score),
        "grade": card.grade.grade,
        "grade_zh": card.grade.zh,
        "grade_en": card.grade.en,
        "advice_zh": card.grade.advice_zh,
        "advice_en": card.grade.advice_en,
        "no_grade": why is not None,
        "why_no_grade_zh": why[0] if why else None,
        "why_no_grade_en": why[1] if why else None,
        "groups": [
            {"id": g, "zh": zh, "en": en, **_sums([row for row in card.rows if row.indicator.group == g])}
            for g, zh, en in card.rubric.groups
        ],
        "indicators": [_row(row) for row in card.rows],
    }


def _sums(rows: Sequence[Scored]) -> dict[str, Json]:
    """What the indicators of a group count for and earned together, rounded once."""
    return {
        "weight_e2": hundredths(sum((row.weight for row in rows), Fraction(0))),
        "score_e2": hundredths(sum((row.score for row in rows), Fraction(0))),
    }


def _row(row: Scored) -> dict[str, Json]:
    """An indicator's line. What is not assessed because it is few is told without its figures."""
    indicator, measure = row.indicator, row.measure
    hidden = not measure.unheld and not measure.missing and 1 < indicator.least_told > measure.base
    few = row.share is None and (measure.value is not None or hidden)
    zh, en = _few(indicator, measure.base) if few else (measure.zh, measure.en)
    value = None if few else measure.value
    inputs = measure.inputs or ((value.numerator, value.denominator),) if value is not None else ()
    return {
        "id": indicator.id,
        "group": indicator.group,
        "points": indicator.points,
        "zh": indicator.zh,
        "en": indicator.en,
        "source": indicator.source,
        "curve": [[str(x), str(share)] for x, share in indicator.curve],
        "progress": None
        if indicator.progress is None
        else [str(indicator.progress.towards), str(indicator.progress.at_most)],
        "inputs": [list(counted) for counted in inputs],
        "value": None if value is None else [value.numerator, value.denominator],
        "before": None if measure.before is None else [measure.before.numerator, measure.before.denominator],
        "base": None if few and hidden else measure.base,
        "least_base": indicator.least_base,
        "least_told": indicator.least_told,
        "missing": measure.missing,
        "unheld": measure.unheld,
        "assessed": row.share is not None,
        "weight": [row.weight.numerator, row.weight.denominator],
        "weight_e2": hundredths(row.weight),
        "score_e2": hundredths(row.score),
        "how_zh": zh,
        "how_en": en,
    }


def _few(indicator: Indicator, base: int) -> tuple[str, str]:
    """Why few cases are not assessed; a number that would point at people is not told, nor whether it is nought."""
    if base < indicator.least_told:
        return (
            f"本期没有，或者不到 {indicator.least_told} 件：不单列，不评",
            f"none in the period, or fewer than {indicator.least_told}, which are not told and not assessed",
        )
    return (
        f"本期只有 {base} 件，标准要求至少 {indicator.least_base} 件，不评",
        f"{base} cases in the period, and the standard asks for {indicator.least_base}",
    )
