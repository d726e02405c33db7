"""Sealed figures with the place where each stands, and how they are shown.

Whatever a template prints out of a body is marked with its JSON Pointer and its format. ``shown`` in
``static/verify.mjs`` formats the same way, so that a browser can tell whether a page says what its notice says.
"""

import re
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup, escape

from ledger.errors import Malformed
from ledger.money import WAN_FEN, round_half_up
from ledger.noticeboard.rules import code_at, labels, place_of
from ledger.periods import Period
from ledger.words import NOTHING, told, yuan


class At:
    """A value of a body and where it stands; whatever is not there is an ``At`` of None, however deep.

    ``place`` is that of `ledger.noticeboard.rules.labels`, by which the word for it is found.
    """

    __slots__ = ("place", "pointer", "raw")

    def __init__(self, raw: Any, pointer: str = "", place: str = "") -> None:
        self.raw = raw
        self.pointer = pointer
        self.place = place

    def __getitem__(self, key: str | int) -> "At":
        child = None
        if isinstance(self.raw, dict):
            child = self.raw.get(key)
        elif isinstance(self.raw, list) and isinstance(key, int) and key < len(self.raw):
            child = self.raw[key]
        step = str(key).replace("~", "~0").replace("/", "~1")
        return At(child, f"{self.pointer}/{step}", place_of(self.place, key, child))

    def __getattr__(self, name: str) -> "At":
        if name.startswith("__"):
            raise AttributeError(name)
        return self[name]

    def __iter__(self) -> Iterator["At"]:
        """The members of a list, or of an object in its order; of anything else none."""
        if isinstance(self.raw, dict):
            return (self[key] for key in self.raw)
        return (self[place] for place in range(len(self.raw) if isinstance(self.raw, list) else 0))

    def __len__(self) -> int:
        return len(self.raw) if isinstance(self.raw, (dict, list)) else 0

    def __bool__(self) -> bool:
        return bool(self.raw)

    def __eq__(self, other: object) -> bool:
        return bool(self.raw == (other.raw if isinstance(other, At) else other))

    def __hash__(self) -> int:
        return hash(self.pointer)

    def __html__(self) -> Markup:
        return _marked(self, "text", NOTHING if self.raw is None else str(self.raw))

    @property
    def key(self) -> str:
        """The last step of where it stands."""
        return self.pointer.rpartition("/")[2].replace("~1", "/").replace("~0", "~")


class Words:
    """The words of a notice in a language: those that were sealed with it, and today's where it is older than they are."""

    def __init__(self, body: At, language: str) -> None:
        sealed = body["labels"]
        self._said = sealed if sealed else At(labels(body.raw or {}))
        self._marked = bool(sealed)
        self._language = 1 if language == "en" else 0

    def label(self, at: At) -> Markup:
        """What a field is called; its own name when nobody has a word for it."""
        return self._word(at.place, at.key)

    def word(self, at: At) -> Markup:
        """What a code is called; the code as it stands when nobody has a word for it."""
        return self._word(code_at(at.place, at.raw), NOTHING if at.raw is None else str(at.raw))

    def _word(self, name: str, otherwise: str) -> Markup:
        said = self._said[name][self._language]
        if not isinstance(said.raw, str):
            return escape(otherwise)
        return said.__html__() if self._marked else escape(said.raw)


def _marked(at: At, shape: str, text: str) -> Markup:
    shape = "" if shape == "text" else f' data-as="{shape}"'
    return Markup('<span data-at="{}"{}>{}</span>').format(at.pointer, Markup(shape), text)  # noqa: S704


def _is_int(raw: Any) -> bool:
    return isinstance(raw, int) and not isinstance(raw, bool)


def hundredths(at: At) -> Markup:
    """Fen as yuan, dm² as m², hundredths of a point as points: ``1,234.50``."""
    return _marked(at, "hundredths", yuan(at.raw)) if _is_int(at.raw) else at.__html__()


def wan(at: At) -> Markup:
    """Fen as rounded 万元, or nothing below one."""
    if not _is_int(at.raw) or abs(at.raw) < WAN_FEN:
        return Markup()
    return _marked(at, "wan", yuan(round_half_up(Fraction(at.raw, WAN_FEN // 100))))


def count(at: At) -> Markup:
    """A whole number with thousands commas."""
    return _marked(at, "count", f"{at.raw:,}") if _is_int(at.raw) else at.__html__()


def percent(at: At) -> Markup:
    """Ten-thousandths as per cent: 9164 is ``91.64%``."""
    return _marked(at, "percent", f"{yuan(at.raw)}%") if _is_int(at.raw) else at.__html__()


def ratio(at: At) -> Markup:
    """A fraction [numerator, denominator] as per cent, rounded half up."""
    if len(at) != 2 or not all(_is_int(part.raw) for part in at) or at.raw[1] == 0:
        return escape(NOTHING)
    return _marked(at, "ratio", f"{yuan(round_half_up(Fraction(*at.raw) * 10_000))}%")


def day(at: At, language: str) -> Markup:
    """``2026-06-30`` as 2026年6月30日 or 30 June 2026."""
    if not isinstance(at.raw, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d", at.raw):
        return at.__html__()
    try:
        return _marked(at, f"day-{language}", told(date.fromisoformat(at.raw), language))
    except ValueError:
        return at.__html__()


def period_words(name: str) -> str:
    """``2026-H1`` in words; what is no period stays as it is."""
    try:
        period = Period.parse(name)
    except Malformed:
        return name
    if period.kind == "rolling":
        return _("截至%(month)s的十二个月", month=period_words(str(period.end)))
    year = period.start.year
    named: dict[int, str] = {
        6: _("%(year)s年上半年", year=year) if period.start.number == 1 else _("%(year)s年下半年", year=year),
        3: _("%(year)s年第%(quarter)s季度", year=year, quarter=period.end.number // 3),
        12: _("%(year)s年度", year=year),
        1: _("%(year)s年%(month)s月", year=year, month=period.start.number),
    }
    return named[len(period.months)]


def period_end(name: str) -> tuple[str, str]:
    """By what periods of any length are put in order: the month in which they end, then their names."""
    try:
        return str(Period.parse(name).end), name
    except Malformed:
        return name, name


def grouped(digest: str) -> str:
    """Hexadecimal in groups of four, as people compare it."""
    return " ".join(digest[place : place + 4] for place in range(0, len(digest), 4))


def plain(at: At) -> str:
    """The bare value for an attribute, where no mark can stand."""
    return "" if at.raw is None else str(at.raw)
