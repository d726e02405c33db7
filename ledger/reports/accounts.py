"""The files of a half-year disclosure: the sheet for the wall, the table, the charts. From its sealed bytes alone.

Whoever has the bytes can make the same files again and see that nothing was added, left out or changed.
"""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

from ledger.noticeboard.rules import NewAttachment, digest
from ledger.reports import charts, sankey
from ledger.reports.paper import page, qr_code
from ledger.reports.pdf import render_pdf
from ledger.reports.sheets import HEADER, csv_bytes, figure_rows

MOST_ROWS = 12
"""A wall has no room for more projects or contracts; the rest stands in the CSV and on the web page."""

CHARTS: dict[str, Callable[[charts.Figures], bytes | None]] = {
    "chart-fund.svg": charts.fund_by_month,
    "chart-money.svg": charts.money_in_out,
    "chart-revenue.svg": charts.contracts_due_and_received,
    "chart-fee.svg": charts.fee_collected,
    "chart-tickets.svg": charts.tickets_by_category,
    "chart-works.svg": charts.funding_sources,
    "chart-works-flow.svg": sankey.flows_wide,
    "chart-works-flow-narrow.svg": sankey.flows_narrow,
    "chart-fund-narrow.svg": charts.fund_month_by_month,
    "chart-money-narrow.svg": partial(charts.money_in_out, narrow=True),
    "chart-revenue-narrow.svg": partial(charts.contracts_due_and_received, narrow=True),
    "chart-fee-narrow.svg": partial(charts.fee_collected, narrow=True),
    "chart-tickets-narrow.svg": partial(charts.tickets_by_category, narrow=True),
    "chart-works-narrow.svg": partial(charts.funding_sources, narrow=True),
}


def attachments(body: bytes, *, fonts: Path, page_url: str) -> list[NewAttachment]:
    """The PDF, the CSV and the charts that are published beside a half-year's figures; ``body`` is their canonical JSON.

    Charts with nothing to show are left out. The same bytes give the same files.
    """
    figures = json.loads(body)
    sha256 = digest(body)
    pictures = {name: draw(figures) for name, draw in CHARTS.items()}
    html = page(
        "accounts.html",
        f=figures,
        sha256=sha256,
        projects=figures["fund"]["projects"][:MOST_ROWS],
        streams=figures["revenue"]["streams"][:MOST_ROWS],
        charts=pictures,
        held=[identity["id"] for identity in figures["identities"] if identity["holds"]],
        unknown=[identity["id"] for identity in figures["identities"] if identity["holds"] is None],
        broken=[identity["id"] for identity in figures["identities"] if identity["holds"] is False],
        page_url=page_url,
        qr=qr_code(page_url),
    )
    pdf = render_pdf(
        html,
        fonts=fonts,
        identifier=sha256,
        attachments=[NewAttachment("figures.json", "application/json", body)],
    )
    return [
        NewAttachment("disclosure.pdf", "application/pdf", pdf),
        NewAttachment("disclosure.csv", "text/csv", csv_bytes(HEADER, figure_rows(figures))),
        *(NewAttachment(name, "image/svg+xml", svg) for name, svg in pictures.items() if svg),
    ]
