"""Sealed figures → CSV rows, every figure of them, walking the body as it is. Pure.

A figure that is new in the body comes into the file by itself; leaving one out would take a decision.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ledger.noticeboard.rules import code_at
from ledger.reports import words
from ledger.words import FIGURES, told

HEADER = ("部分", "项目", "列", "金额（元）/数值")
WHOLE = "总览"
BOM = "\ufeff"
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet would run a text that begins with one of these; a sign before a number is no danger."""

LEFT_OUT = ("en", "name_en", "total", "labels")
"""English names, what only says how a row is printed, and the words themselves."""
NAMED_BY = ("zh", "title", "name", "object", "quarter", "month")
CODED_BY = ("id", "code", "number")
COUNTS = (
    "/tickets", "/tickets/by_category", "/tickets/by_month", "/fund/standing/homes", "/fund/projects/vote",
    "/fund/projects/bearers",
)  # fmt: skip
"""The groups and figures whose small counts are hidden."""
ORDER = {key: number for number, key in enumerate(FIGURES)}

Row = tuple[str, str, str, str]


class Part(NamedTuple):
    """A part of a body: what it is called, its place, and the words that the body brings."""

    name: str
    place: str
    labels: Mapping[str, Sequence[str]]

    def under(self, key: str) -> "Part":
        name = self.word(f"{self.place}/{key}", key)
        return self._replace(
            name=name if self.name == WHOLE else f"{self.name}·{name}", place=f"{self.place}/{key}"
        )

    def word(self, name: str, otherwise: str) -> str:
        return self.labels[name][0] if name in self.labels else otherwise


def figure_rows(body: Mapping[str, Any]) -> Iterator[Row]:
    """Every figure of a sealed body as (part, item, column, value), in the words that are sealed with them."""
    yield from _of_mapping(Part(WHOLE, "", body.get("labels", {})), "", body)


def _of_mapping(part: Part, item: str, of: Mapping[str, Any], named: Sequence[str] = ()) -> Iterator[Row]:
    for key, value in sorted(of.items(), key=_rank):
        if key in LEFT_OUT or key in named:
            continue
        within = part.under(key)
        if key == "vote" and value:
            for _, _, column, shown in _of_mapping(within, item, value):
                yield part.name, item, f"表决：{column}", shown
        elif isinstance(value, Mapping):
            yield from _of_mapping(within, "", value)
        elif isinstance(value, list) and value and isinstance(value[0], Mapping):
            yield from _of_list(within, value)
        elif key == "fen" and isinstance(value, list):
            for position, fen in enumerate(value):
                yield part.name, item, part.word(f"{within.place}/{position}", key), words.bare_yuan(fen)
        elif value != []:
            yield part.name, item, part.word(within.place, key), _shown(part, key, value)


def _of_list(part: Part, of: Sequence[Mapping[str, Any]]) -> Iterator[Row]:
    for member in of:
        named = [next((key for key in keys if member.get(key)), "") for keys in (CODED_BY, NAMED_BY)]
        yield from _of_mapping(part, " ".join(str(member[key]) for key in named if key), member, named)


def _rank(field: tuple[str, Any]) -> tuple[bool, int]:
    """Single figures in the order of the words for them, then the groups in theirs; new ones last."""
    key, value = field
    group = isinstance(value, Mapping | list) and key not in ("vote", "fen")
    return group, ORDER.get(key, len(ORDER))


def _shown(part: Part, key: str, value: Any) -> str:
    if value is None and (part.place in COUNTS or f"{part.place}/{key}" in COUNTS):
        return words.HIDDEN
    if value is None or isinstance(value, str | bool):
        plain = "" if value is None else value if isinstance(value, str) else told(value, "zh")
        return part.word(code_at(f"{part.place}/{key}", value), plain)
    if key.endswith("_e4"):
        return words.rate(value)
    if key == "fen" or key.endswith(("_fen", "_dm2")) or key.startswith("area_"):
        return words.bare_yuan(value)
    return str(value)


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Rows as CSV that every spreadsheet opens with its Chinese whole: UTF-8 with a mark, CRLF, no formulas."""
    out = io.StringIO()
    out.write(BOM)
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return out.getvalue().encode()


def _harmless(cell: object) -> object:
    if not isinstance(cell, str) or not cell.startswith(FORMULA):
        return cell
    digits = cell[1:].replace(",", "").replace(".", "", 1)
    return cell if cell[0] in "+-" and digits.isdigit() and digits.isascii() else f"'{cell}"
