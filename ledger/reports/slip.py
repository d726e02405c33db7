"""登录条: the paper that lets somebody set his password once, to be handed over in person."""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from ledger.reports.paper import page, qr_code
from ledger.reports.pdf import render_pdf


def slip_paper(place: str, place_en: str, slip: Mapping[str, Any], *, site: str, fonts: Path) -> bytes:
    """One slip as PDF on a quarter of a sheet, in both languages. ``slip`` is what its record shows."""
    html = page("slip.html", place=place, place_en=place_en, slip=slip, site=site, qr=qr_code(slip["link"]))
    return render_pdf(html, fonts=fonts, identifier=sha256(html.encode()).hexdigest())
