"""Flow diagrams (桑基图) as SVG: sources → packages → payees of works money, in proportion. Pure, and in whole numbers.

Two drawings of the same figures: three columns side by side for a wide page and for paper, and for a telephone two
halves one above the other. No width of a text is measured: columns stand at fixed places, long names are cut, every
node carries its amount and has room for its two lines, so nothing overlaps whatever fonts a machine has.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from html import escape
from typing import Any, NamedTuple

from ledger.money import WAN_FEN, round_half_up
from ledger.reports.charts import FONT, INK
from ledger.words import yuan

COLORS = {
    "government": "#14506e",
    "utility": "#e09f3e",
    "residents": "#7b3f61",
    "social_capital": "#8da5b3",
    "public_revenue": "#5f8a3a",
    "maintenance_fund": "#3b3b3b",
}
TITLE = "改造资金流向：来源 → 标段 → 收款单位"
HALVES = ("来源 → 标段", "标段 → 收款单位")
OTHERS = "其他"
MOST_NODES = 9
"""Of packages and of payees; what is left goes into one node, the largest first."""
LONGEST_NAME = 10
LABEL, APART, BAR = 34, 8, 12
"""The height of a label's two lines, the gap between nodes, the width of a node."""
TALL = 260
"""The height of all money, before labels need more."""
WIDE, NARROW = 680, 340

Figures = Mapping[str, Any]


class Link(NamedTuple):
    """So many fen from a node of one column to a node of the next; the colour is its source's."""

    start: str
    end: str
    source: str
    fen: int


class Node(NamedTuple):
    """Where a node stands in its column: its top and its height, and the middle of its label."""

    top: int
    height: int
    middle: int


class Column(NamedTuple):
    nodes: Mapping[str, Node]
    height: int


class Ribbon(NamedTuple):
    """A link drawn: from ``top`` at its start to ``end_top`` at its end, equally thick at both."""

    source: str
    top: int
    end_top: int
    thick: int


def flows_wide(figures: Figures) -> bytes | None:
    """The three columns side by side, 680 px wide; None when nothing was paid."""
    links = _links(figures)
    if not links:
        return None
    (first, second), total = links, sum(link.fen for link in links[0])
    columns = [
        _column(_totals(first, "start"), total),
        _column(_totals(first, "end"), total),
        _column(_totals(second, "end"), total),
    ]
    height = max(column.height for column in columns)
    drawn = [_half(first, columns[0], columns[1], (150, 322), 44, height, total)]
    drawn.append(_half(second, columns[1], columns[2], (322, 518), 44, height, total))
    money = _money(total)
    sums = [_totals(first, "start"), _totals(first, "end"), _totals(second, "end")]
    for column, of, at, side in zip(columns, sums, (142, 340, 538), ("end", "start", "start"), strict=True):
        drawn.append(_labels(column, of, at, side, 44 + (height - column.height) // 2, money))
    return _svg(WIDE, height + 60, [_heading(TITLE, 8, 22), *drawn])


def flows_narrow(figures: Figures) -> bytes | None:
    """The two halves one above the other, 340 px wide; None when nothing was paid."""
    links = _links(figures)
    if not links:
        return None
    total, top, drawn = sum(link.fen for link in links[0]), 34, [_heading("改造资金流向", 8, 22)]
    money = _money(total)
    for half, name in zip(links, HALVES, strict=True):
        starts, ends = _totals(half, "start"), _totals(half, "end")
        left, right = _column(starts, total), _column(ends, total)
        height = max(left.height, right.height)
        drawn.append(_heading(name, 8, top + 14, size=13))
        top += 26
        drawn.append(_half(half, left, right, (8, NARROW - 8 - BAR), top, height, total))
        drawn.append(_labels(left, starts, 8 + BAR + 6, "start", top + (height - left.height) // 2, money))
        drawn.append(
            _labels(right, ends, NARROW - 8 - BAR - 6, "end", top + (height - right.height) // 2, money)
        )
        top += height + 16
    return _svg(NARROW, top, drawn)


def _links(figures: Figures) -> tuple[list[Link], list[Link]] | None:
    """The links of both halves, small packages and payees gathered."""
    flows = [flow for flow in figures["works"].get("flows", ()) if flow["fen"] > 0]
    if not flows:
        return None
    many_works = len({flow["works"] for flow in flows}) > 1
    package = {
        (flow["works"], flow["package"]): f"{flow['works']} {flow['name']}" if many_works else flow["name"]
        for flow in flows
    }
    packages = _largest([(package[flow["works"], flow["package"]], flow["fen"]) for flow in flows])
    payees = _largest([(flow["payee"], flow["fen"]) for flow in flows])
    first: dict[tuple[str, str, str], int] = defaultdict(int)
    second: dict[tuple[str, str, str], int] = defaultdict(int)
    for flow in flows:
        middle = packages[package[flow["works"], flow["package"]]]
        first[flow["zh"], middle, flow["source"]] += flow["fen"]
        second[middle, payees[flow["payee"]], flow["source"]] += flow["fen"]
    return [Link(*key, fen) for key, fen in first.items()], [Link(*key, fen) for key, fen in second.items()]


def _largest(amounts: Sequence[tuple[str, int]]) -> dict[str, str]:
    """Each name as itself or, beyond the largest, as one of the others."""
    total: dict[str, int] = defaultdict(int)
    for name, fen in amounts:
        total[name] += fen
    order = sorted(total, key=lambda name: (-total[name], name))
    kept = order if len(order) <= MOST_NODES else order[: MOST_NODES - 1]
    return {name: name if name in kept else OTHERS for name in order}


def _totals(links: Sequence[Link], side: str) -> dict[str, int]:
    total: dict[str, int] = defaultdict(int)
    for link in links:
        total[getattr(link, side)] += link.fen
    return dict(total)


def _scaled(fen: int, total: int) -> int:
    return max(1, fen * TALL // total)


def _column(amounts: Mapping[str, int], total: int) -> Column:
    """Nodes one under the other, each with room for its label."""
    nodes, top = {}, 0
    for name, fen in amounts.items():
        height = _scaled(fen, total)
        slot = max(height, LABEL)
        nodes[name] = Node(top + (slot - height) // 2, height, top + slot // 2)
        top += slot + APART
    return Column(nodes, top - APART)


def ribbons(links: Sequence[Link], left: Column, right: Column, total: int) -> list[Ribbon]:
    """Every link with its place at both ends: links of a node lie one under the other in the other column's order."""
    place = {name: number for number, name in enumerate(right.nodes)}
    start = {name: node.top for name, node in left.nodes.items()}
    end = {name: node.top for name, node in right.nodes.items()}
    drawn = []
    for link in sorted(links, key=lambda edge: (list(left.nodes).index(edge.start), place[edge.end])):
        thick = _scaled(link.fen, total)
        drawn.append(Ribbon(link.source, start[link.start], end[link.end], thick))
        start[link.start] += thick
        end[link.end] += thick
    return drawn


def _half(
    links: Sequence[Link], left: Column, right: Column, at: tuple[int, int], top: int, height: int, total: int
) -> str:
    """The ribbons between two columns, then the nodes over their ends."""
    down, down_right = (top + (height - column.height) // 2 for column in (left, right))
    x1, x2 = at[0] + BAR, at[1]
    middle = (x1 + x2) // 2
    parts = []
    for ribbon in ribbons(links, left, right, total):
        y1, y2 = ribbon.top + down, ribbon.end_top + down_right
        parts.append(
            f'<path d="M{x1} {y1}C{middle} {y1} {middle} {y2} {x2} {y2}V{y2 + ribbon.thick}'
            f'C{middle} {y2 + ribbon.thick} {middle} {y1 + ribbon.thick} {x1} {y1 + ribbon.thick}Z" '
            f'fill="{COLORS[ribbon.source]}" fill-opacity="0.42"/>'
        )
    for column, x, shift in ((left, at[0], down), (right, at[1], down_right)):
        parts += [
            f'<rect x="{x}" y="{node.top + shift}" width="{BAR}" height="{node.height}" fill="{INK}"/>'
            for node in column.nodes.values()
        ]
    return "".join(parts)


def _labels(
    column: Column, amounts: Mapping[str, int], x: int, anchor: str, top: int, money: Callable[[int], str]
) -> str:
    """The name of every node and, under it, its amount; a white edge keeps them readable over a ribbon."""
    parts = []
    for name, node in column.nodes.items():
        shown = name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"
        for text, size, down in ((shown, 13, -3), (money(amounts[name]), 12, 13)):
            place = f'x="{x}" y="{node.middle + top + down}" text-anchor="{anchor}" font-size="{size}"'
            # drawn twice, edge first: WeasyPrint does not know paint-order
            parts.append(
                f'<text {place} fill="none" stroke="#fff" stroke-width="3" stroke-opacity="0.85" '
                f'aria-hidden="true">{escape(text)}</text><text {place} fill="{INK}">{escape(text)}</text>'
            )
    return "".join(parts)


def _money(total: int) -> Callable[[int], str]:
    """How the amounts of a diagram are written: in 万元 when it is about a million yuan or more."""
    if total < 100 * WAN_FEN:
        return lambda fen: f"{yuan(fen)} 元"
    return lambda fen: f"{yuan(round_half_up(Fraction(fen * 100, WAN_FEN)))} 万元"


def _heading(text: str, x: int, y: int, *, size: int = 15) -> str:
    return f'<text x="{x}" y="{y}" font-size="{size}" font-weight="700" fill="{INK}">{escape(text)}</text>'


def _svg(width: int, height: int, parts: Sequence[str]) -> bytes:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'font-family="{FONT}"><title>{escape(TITLE)}</title><rect width="{width}" height="{height}" fill="white"/>'
        f"{''.join(parts)}</svg>"
    ).encode()
