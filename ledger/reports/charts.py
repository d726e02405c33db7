"""Figures → charts as SVG, from plain Vega-Lite dictionaries. The only place that knows vl_convert.

Every amount stays whole fen until it is a label. Nothing is laid out by the width of a text: there are no
legends, margins are fixed and every bar carries its own figure, so a chart is the same bytes on every machine
whatever fonts that has, and can be read in grey and by the colour-blind. Nothing is fetched.
"""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from html import escape
from typing import Any, NamedTuple

import vl_convert

from ledger.money import WAN_FEN, round_half_up
from ledger.reports import words
from ledger.words import word, yuan

FONT = "Noto Sans SC, Noto Sans CJK SC, Microsoft YaHei, PingFang SC, sans-serif"
INK, MUTED, RULE = "#1d2b36", "#5b6975", "#d5dbe0"
DARK, MIDDLE, LIGHT = "#14506e", "#e09f3e", "#d7e3ea"
"""Blue, amber and a pale blue: apart for the colour-blind, and apart in grey by their lightness."""
EDGES = {DARK: DARK, MIDDLE: "#9a6512", LIGHT: "#8da5b3"}
BAR, CLOSE, APART = 22, 4, 10
WIDTH = 680
NARROW, NARROW_BAR = 340, 16
"""What a telephone shows without a part of it being out of sight."""
NAME = 14
"""The size of what a bar is called."""
MOST_CONTRACTS = 12

Figures = Mapping[str, Any]
Spec = dict[str, Any]


class Bar(NamedTuple):
    """One horizontal bar: the row it lies in, how long, how dark, and the figure written after it."""

    row: str
    value: int
    fill: str
    label: str


def fund_by_month(figures: Figures) -> bytes | None:
    """What came into the maintenance fund and went out of it in each of twelve months."""
    months = figures["fund"]["months"]
    if not any(month["in_fen"] or month["out_fen"] for month in months):
        return None
    rows = [
        {"month": month["month"], "value": sign * month[key], "fill": fill, "label": _short(month[key])}
        for month in months
        for key, sign, fill in (("in_fen", 1, DARK), ("out_fen", -1, MIDDLE))
    ]
    moved = [row for row in rows if row["value"]]
    x = {"field": "month", "type": "ordinal", "axis": None, "sort": None, "scale": {"paddingInner": 0.3}}
    y = {
        "field": "value", "type": "quantitative", "axis": None, "stack": None,
        "scale": {"domain": _room([row["value"] for row in moved]), "nice": False},
    }  # fmt: skip
    names = [
        {
            "month": month["month"],
            "name": f"{int(month['month'][5:])}月",
            "year": f"{month['month'][:4]}年" if place == 0 or month["month"].endswith("-01") else "",
        }
        for place, month in enumerate(months)
    ]
    height = 150
    under = {"x": x, "y": {"value": height + 18}}
    layers = [
        _layer(rows, {"type": "bar"}, {"x": x, "y": y, "color": _raw("fill")}),
        _layer([{"zero": 0}], {"type": "rule", "color": INK}, {"y": {**y, "field": "zero"}}),
        _layer([m for m in moved if m["value"] > 0], _text(dy=-8), {"x": x, "y": y, "text": _raw_text("label")}),
        _layer([m for m in moved if m["value"] < 0], _text(dy=10), {"x": x, "y": y, "text": _raw_text("label")}),
        _layer(names, _text(size=13), {**under, "text": _raw_text("name")}),
        _layer(names, _text(size=11, color=MUTED), {"x": x, "y": {"value": height + 34}, "text": _raw_text("year")}),
        *_key([("收入", DARK), ("支出", MIDDLE)]),
    ]  # fmt: skip
    return _draw("维修资金逐月收入与支出", layers, height=height, left=8, bottom=46)


def fund_month_by_month(figures: Figures) -> bytes | None:
    """The same for a narrow screen: a bar for each month in which money came in, and for each in which it went out."""
    bars = [
        Bar(f"{words.period(month['month'])} {name}", month[key], fill, yuan(month[key]))
        for month in figures["fund"]["months"]
        for key, name, fill in (("in_fen", "收入", DARK), ("out_fen", "支出", MIDDLE))
        if month[key]
    ]
    return _bars("维修资金逐月收入与支出（元）", bars, narrow=True)


def money_in_out(figures: Figures, *, narrow: bool = False) -> bytes | None:
    """What came into each stream and went out of it in the period."""
    rows = [
        (
            f"{words.called(figures, f'/{book}')} {words.called(figures, f'/{book}/{name}')}",
            figures[book][name],
            fill,
        )
        for book, name, fill in (
            ("fund", "in_fen", DARK),
            ("fund", "out_fen", MIDDLE),
            ("revenue", "in_fen", DARK),
            ("revenue", "out_fen", MIDDLE),
            ("fee", "charged_fen", LIGHT),
            ("fee", "received_fen", DARK),
        )
    ]
    unit, label = _unit(rows)
    bars = [Bar(row, fen, fill, label(fen)) for row, fen, fill in rows]
    return _bars(f"各项资金收入与支出（{unit}）", bars, together=2, narrow=narrow)


def contracts_due_and_received(figures: Figures, *, narrow: bool = False) -> bytes | None:
    """What each contract on common parts promised by the end of the period, and what of it came in; the largest."""
    rows = []
    due, received = (
        words.called(figures, f"/revenue/streams/{name}") for name in ("due_fen", "received_fen")
    )
    streams = figures["revenue"]["streams"]
    for stream in sorted(streams, key=lambda contract: (-contract["due_fen"], contract["number"]))[
        :MOST_CONTRACTS
    ]:
        name = f"{_cut(stream['number'])} {word('revenue.Category', stream['category'])}"
        rows += [
            (f"{name} {due}", stream["due_fen"], LIGHT),
            (f"{name} {received}", stream["received_fen"], DARK),
        ]
    unit, label = _unit(rows)
    bars = [Bar(row, fen, fill, label(fen)) for row, fen, fill in rows]
    return _bars(f"公共收益合同：到期应收与已收（{unit}）", bars, together=2, narrow=narrow)


def fee_collected(figures: Figures, *, narrow: bool = False) -> bytes | None:
    """What of the period's property fee and of the older arrears came in."""
    rows = [
        (words.called(figures, f"/fee/{name}"), figures["fee"][name], fill)
        for name, fill in (
            ("charged_fen", LIGHT),
            ("waived_fen", MIDDLE),
            ("received_fen", DARK),
            ("arrears_opening_fen", LIGHT),
            ("arrears_received_fen", DARK),
        )
    ]
    unit, label = _unit(rows)
    bars = [Bar(row, fen, fill, label(fen)) for row, fen, fill in rows]
    return _bars(f"物业费应收与已收（{unit}）", bars, together=3, narrow=narrow)


def tickets_by_category(figures: Figures, *, narrow: bool = False) -> bytes | None:
    """How many repairs were reported of each kind, and of all others together. None where no count is told."""
    if "tickets" not in figures:
        return None
    tickets = figures["tickets"]
    known = sorted(((-n, key) for key, n in tickets["by_category"].items()), key=lambda pair: pair)
    bars = [Bar(word("repairs.Category", key), -n, DARK, f"{-n} 件") for n, key in known]
    if rest := tickets["rest"]:
        bars.append(Bar(words.called(figures, "/tickets/rest"), rest, LIGHT, f"{rest} 件"))
    return _bars("报修件数（按类别）", bars, narrow=narrow)


def funding_sources(figures: Figures, *, narrow: bool = False) -> bytes | None:
    """What each source of works money promised, brought and spent."""
    rows = [
        (f"{source['zh']} {words.called(figures, f'/works/sources/{key}')}", source[key], fill)
        for source in figures["works"]["sources"]
        for key, fill in (("planned_fen", LIGHT), ("received_fen", DARK), ("spent_fen", MIDDLE))
    ]
    unit, label = _unit(rows)
    bars = [Bar(row, fen, fill, label(fen)) for row, fen, fill in rows]
    return _bars(f"改造资金来源（{unit}）", bars, together=3, narrow=narrow)


def score_by_group(scorecard: Figures, *, narrow: bool = False) -> bytes | None:
    """What each group of indicators counts for after spreading, and what was scored in it."""
    bars = []
    for group in scorecard["groups"]:
        weight, score = group["weight_e2"], group["score_e2"]
        label = f"{words.points(score)} / {words.points(weight)} 分" if weight else "本期不评"
        bars += [Bar(group["zh"], weight, LIGHT, label), Bar(group["zh"], score, DARK, "")]
    return _bars("各组得分（深色为得分，浅色为满分）", bars, narrow=narrow)


def _bars(title: str, bars: Sequence[Bar], *, together: int = 1, narrow: bool = False) -> bytes | None:
    """Horizontal bars, each with its figure; bars of one row lie on each other, ``together`` rows stand close.

    The longest name says how much room the names have; on a ``narrow`` screen they stand over their bars.
    """
    if not any(bar.value for bar in bars):
        return None
    thick, over = (NARROW_BAR, NAME + 6) if narrow else (BAR, 0)
    rows: dict[str, int] = {}
    for bar in bars:
        place = len(rows)
        rows.setdefault(bar.row, over + place * (over + thick + CLOSE) + place // together * APART)
    values = [
        {
            "middle": rows[bar.row] + thick // 2,
            "value": bar.value,
            "fill": bar.fill,
            "edge": EDGES[bar.fill],
            "label": bar.label,
        }
        for bar in bars
    ]
    height = max(rows.values()) + thick
    beside = -NAME // 2 - 2 if narrow else thick // 2
    names = [{"middle": top + beside, "name": row} for row, top in rows.items()]
    longest = max(abs(bar.value) for bar in bars)
    lowest = min(0, *(bar.value for bar in bars)) if len(bars) > 1 else min(0, bars[0].value)
    room = longest * 3 // 2 if narrow else longest * 5 // 4
    x = {
        "field": "value", "type": "quantitative", "axis": None, "stack": None,
        "scale": {"domain": [lowest, room + 1], "nice": False},
    }  # fmt: skip
    y = {
        "field": "middle",
        "type": "quantitative",
        "scale": {"domain": [0, height], "range": [0, height], "nice": False},
        "axis": None,
    }
    named = _text(align="left", size=NAME) if narrow else _text(align="right", dx=-8, size=NAME)
    layers = [
        _layer(values, {"type": "bar", "size": thick, "orient": "horizontal"}, {"x": x, "y": y, "color": _raw("fill"), "stroke": _raw("edge")}),
        _layer([v for v in values if v["label"]], _text(align="left", dx=6), {"x": x, "y": y, "text": _raw_text("label")}),
        _layer(names, named, {"x": {"value": 0}, "y": y, "text": _raw_text("name")}),
    ]  # fmt: skip
    left = 8 if narrow else max(NAME * _tenths(row) // 10 for row in rows) + 14
    return _draw(title, layers, height=height, left=left, bottom=8, width=NARROW if narrow else WIDTH)


def _tenths(text: str) -> int:
    """How wide a text is in tenths of its size: a Chinese character is square, others take two thirds at most."""
    return sum(10 if ord(letter) > 0x2E7F else 7 for letter in text)


def _draw(
    title: str, layers: list[Spec], *, height: int, left: int, bottom: int, width: int = WIDTH
) -> bytes:
    spec = {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "width": width - left - 8,
        "height": height,
        "padding": {"left": left, "right": 8, "top": 40, "bottom": bottom},
        "autosize": {"type": "none"},
        "background": "white",
        "layer": [
            *layers,
            _layer(
                [{"title": title}],
                _text(align="left", size=15, weight=700),
                {"x": {"value": 8 - left}, "y": {"value": -22}, "text": _raw_text("title")},
            ),
        ],
        "config": {"font": FONT, "view": {"stroke": None, "clip": False}, "aria": False},
    }
    svg = vl_convert.vegalite_to_svg(spec, vl_version="6.4", allowed_base_urls=[])
    start, rest = svg.split(">", 1)
    return f"{start}><title>{escape(title)}</title>{rest}".encode()


def _layer(values: Sequence[Mapping[str, object]], mark: Spec, encoding: Spec) -> Spec:
    return {"data": {"values": list(values)}, "mark": {"tooltip": None, **mark}, "encoding": encoding}


def _text(
    *, align: str = "center", dx: int = 0, dy: int = 0, size: int = 13, weight: int = 400, color: str = INK
) -> Spec:
    return {
        "type": "text", "align": align, "baseline": "middle", "dx": dx, "dy": dy,
        "fontSize": size, "fontWeight": weight, "color": color,
    }  # fmt: skip


def _raw(field: str) -> Spec:
    return {"field": field, "type": "nominal", "scale": None}


def _raw_text(field: str) -> Spec:
    return {"field": field, "type": "nominal"}


def _key(entries: Sequence[tuple[str, str]]) -> list[Spec]:
    """Which colour means what, at fixed places above the right end of the plot."""
    layers = []
    for place, (name, fill) in enumerate(entries):
        x = WIDTH - 8 - (len(entries) - place) * 64
        at = {"y": {"value": -22}}
        layers.append(
            _layer(
                [{}], {"type": "square", "size": 160, "color": fill, "opacity": 1}, {"x": {"value": x}, **at}
            )
        )
        layers.append(
            _layer(
                [{"name": name}],
                _text(align="left"),
                {"x": {"value": x + 12}, **at, "text": _raw_text("name")},
            )
        )
    return layers


def _room(values: Sequence[int]) -> list[int]:
    """A domain that leaves room for the figures above and below the bars."""
    high, low = max(0, *values), min(0, *values)
    spare = (high - low) // 7 + 1
    return [low - spare if low else 0, high + spare if high else 0]


def _cut(text: str) -> str:
    return text if len(text) <= 12 else f"{text[:11]}…"


def _unit(rows: Sequence[tuple[str, int, str]]) -> tuple[str, Callable[[int], str]]:
    """The unit in which a chart's amounts are written: 万元 when the largest is a million yuan or more."""
    if max((abs(fen) for _, fen, _ in rows), default=0) < 100 * WAN_FEN:
        return "元", yuan
    return "万元", lambda fen: yuan(round_half_up(Fraction(fen * 100, WAN_FEN)))


def _short(amount_fen: int) -> str:
    """An amount short enough for the top of a bar: 21.7万 from ten thousand yuan on, else whole yuan."""
    if abs(amount_fen) < WAN_FEN:
        return f"{round_half_up(Fraction(amount_fen, 100)):,}"
    whole, tenth = divmod(round_half_up(Fraction(amount_fen, WAN_FEN // 10)), 10)
    return f"{whole:,}.{tenth}万"
