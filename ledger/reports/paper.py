"""Figures and a template → the HTML of a printed page, whole in itself: style, charts and QR code stand in it."""

from base64 import b64encode
from functools import cache
from typing import Any

import segno
from jinja2 import Environment, PackageLoader, StrictUndefined

from ledger.reports import words
from ledger.words import word

QR_DARK = "#16232e"


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("ledger.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(
        word=lambda value, kind: word(kind, value),
        yuan=words.money,
        headline=words.headline,
        m2=words.money,
        rate=words.rate,
        ratio=words.ratio,
        points=words.points,
        day=words.day,
        moment=words.moment,
        period=words.period,
        image=image,
    )
    made.globals.update(
        place=words.place,
        called=words.called,
        shown_columns=words.shown_columns,
        HIDDEN=words.HIDDEN,
        STATEMENTS=words.STATEMENTS,
    )
    return made


def page(template: str, **facts: Any) -> str:
    """The HTML of a template filled with facts; text from the facts is escaped, a missing fact is an error."""
    return _environment().get_template(template).render(**facts)


def image(svg: bytes) -> str:
    """An SVG picture as an address that carries it."""
    return f"data:image/svg+xml;base64,{b64encode(svg).decode()}"


def qr_code(text: str) -> str:
    """A QR code that leads there, as an address that carries the picture."""
    code: str = segno.make(text, error="m", micro=False).svg_data_uri(dark=QR_DARK, border=0, scale=4)
    return code
