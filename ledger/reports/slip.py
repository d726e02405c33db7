"""登录条: the paper that lets somebody set his password once, to be handed over in person."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from ledger.reports.paper import page, qr_code
from ledger.reports.pdf import render_pdf


def slips_paper(
    place: str, place_en: str, slips: Sequence[Mapping[str, Any]], *, site: str, fonts: Path
) -> bytes:
    """Slips as PDF, each on a quarter of a sheet, in both languages. ``slips`` are what their records show."""
    papers = [(slip, qr_code(slip["link"])) for slip in slips]
    html = page("slip.html", place=place, place_en=place_en, papers=papers, site=site)
    return render_pdf(html, fonts=fonts, identifier=sha256(html.encode()).hexdigest())
