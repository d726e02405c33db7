"""The files of a firm's scorecard: the paper, the table, the chart. From its sealed bytes alone.

What share of its points an indicator earned is worked out again here by the rule of `ledger.evaluation.rules`
from the inputs in the bytes, as any reader may do.
"""

import json
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

from ledger.evaluation.rules import Indicator, Measure, Progress, share_of_points
from ledger.noticeboard.rules import NewAttachment, digest
from ledger.reports import words
from ledger.reports.charts import score_by_group
from ledger.reports.paper import page, qr_code
from ledger.reports.pdf import render_pdf
from ledger.reports.sheets import csv_bytes
from ledger.words import NOTHING

HEADER = (
    "编号", "组", "指标", "分值", "计数（金额为分）", "实测值", "上期值", "样本数", "最少样本数", "给分曲线（实测值→得分比例）", "得分比例", "分摊后分值",
    "得分", "说明", "依据",
)  # fmt: skip


class Row(NamedTuple):
    """One indicator as it is printed."""

    id: str
    group: str
    name: str
    points: int
    counted: str
    value: Fraction | None
    before: Fraction | None
    base: int | None
    least: int
    curve: str
    share: Fraction | None
    weight_e2: int
    score_e2: int
    why: str
    source: str


def attachments(body: bytes, *, rubric: bytes, fonts: Path, page_url: str) -> list[NewAttachment]:
    """The PDF, the CSV, the charts and the standard that are published beside a scorecard.

    ``body`` is its canonical JSON, ``rubric`` the standard by which it was scored, byte for byte.
    """
    card = json.loads(body)
    sha256 = digest(body)
    rows = [_row(indicator) for indicator in card["indicators"]]
    chart = score_by_group(card)
    html = page(
        "scorecard.html",
        card=card,
        groups=[(group, [row for row in rows if row.group == group["id"]]) for group in card["groups"]],
        points=sum(row.points for row in rows),
        rated=card["grade"] != NOTHING,
        sha256=sha256,
        chart=chart,
        page_url=page_url,
        qr=qr_code(page_url),
    )
    pdf = render_pdf(
        html,
        fonts=fonts,
        identifier=sha256,
        attachments=[NewAttachment("scorecard.json", "application/json", body)],
    )
    files = [
        NewAttachment("scorecard.pdf", "application/pdf", pdf),
        NewAttachment(
            "scorecard.csv", "text/csv", csv_bytes(HEADER, [*map(_cells, rows), _total(card, rows)])
        ),
        NewAttachment("rubric.json", "application/json", rubric),
    ]
    pictures = {"chart-groups.svg": chart, "chart-groups-narrow.svg": score_by_group(card, narrow=True)}
    return [*files, *(NewAttachment(name, "image/svg+xml", svg) for name, svg in pictures.items() if svg)]


def _row(of: Mapping[str, Any]) -> Row:
    value, before = (Fraction(*of[key]) if of[key] else None for key in ("value", "before"))
    curve = tuple((Fraction(x), Fraction(share)) for x, share in of["curve"])
    indicator = Indicator(
        of["id"],
        of["group"],
        of["points"],
        of["zh"],
        of["en"],
        curve,
        of["least_base"],
        of["source"],
        Progress(*map(Fraction, of["progress"])) if of["progress"] else None,
        of["least_told"],
    )
    measure = Measure(value, of["base"] or 0, of["how_zh"], of["how_en"], of["missing"], before)
    return Row(
        of["id"],
        of["group"],
        of["zh"],
        of["points"],
        "；".join(f"{base} 中 {good}" for good, base in of["inputs"]),
        value,
        before,
        of["base"],
        indicator.least,
        "，".join(f"{x}%→{words.ratio(share)}" for x, share in curve),
        share_of_points(indicator, measure),
        of["weight_e2"],
        of["score_e2"],
        _why(of),
        of["source"],
    )


def _why(of: Mapping[str, Any]) -> str:
    """How the measure came about, and why it does not count when it does not."""
    return f"{of['how_zh']}；应报未报，按零分计" if of["missing"] else str(of["how_zh"])


def _cells(row: Row) -> tuple[object, ...]:
    return (
        row.id, row.group, row.name, row.points, row.counted, _ratio(row.value), _ratio(row.before),
        words.HIDDEN if row.base is None else row.base, row.least,
        row.curve, _ratio(row.share), words.points(row.weight_e2), words.points(row.score_e2), row.why, row.source,
    )  # fmt: skip


def _total(card: Mapping[str, Any], rows: list[Row]) -> tuple[object, ...]:
    points = sum(row.points for row in rows)
    grade = f"{card['grade']} {card['grade_zh']}：{card['advice_zh']}"
    return (
        "合计",
        "",
        "",
        points,
        *[""] * 7,
        "100.00",
        words.points(card["score_e2"]),
        grade,
        card["rubric"],
    )


def _ratio(value: Fraction | None) -> str:
    return "" if value is None else words.ratio(value)
