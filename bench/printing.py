"""The check report of the sample's half-year, printed to PDF, beside a browser that prints the same page."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import peers
from bench.databases import Engines, Ground
from bench.measuring import Goal, Line, beside, typical
from bench.pages import a_half_year
from ledger.demo.place import MEIYUAN
from ledger.periods import Period
from ledger.reports.check_report import render_html
from ledger.reports.pdf import render_pdf

HALF_YEAR = Period.parse("2025-H2")
AT = datetime(2026, 1, 20, 4, tzinfo=UTC)
ROUNDS = 3
REPORT = Goal("<=", 10, " s")


def lines(engines: Engines) -> Iterator[Line]:
    with engines.fresh("SQLite") as ground, TemporaryDirectory() as directory:
        yield from _lines(ground, Path(directory))


def _lines(ground: Ground, home: Path) -> Iterator[Line]:
    installation = a_half_year(ground, home)
    url = installation.page_url(MEIYUAN.code, "half-year", str(HALF_YEAR))
    with ground.database.reading() as session:
        html = render_html(session, MEIYUAN.code, HALF_YEAR, page_url=url, at=AT)
    size = f"{len(html) // 1024} KiB of HTML"
    ours = typical(lambda: render_pdf(html, fonts=installation.config.fonts, identifier="bench"), ROUNDS)
    yield Line("check report, printed", "WeasyPrint", size, f"{ours:.1f} s", "", ours, REPORT)
    page = home / "report.html"
    page.write_text(html, "utf-8")
    try:
        command = [
            peers.installed("chromium"),
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            f"--print-to-pdf={home / 'report.pdf'}",
            page.as_uri(),
        ]
        theirs = typical(lambda: peers.run(command), ROUNDS)
    except peers.Missing as why:
        yield peers.missing("Chromium", "WeasyPrint", why)
        return
    yield beside("Chromium", "WeasyPrint", size, f"{ours:.1f} s", f"{theirs:.1f} s", theirs / ours)
