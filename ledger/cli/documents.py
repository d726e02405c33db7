"""Commands that write documents."""

from pathlib import Path

import click

from ledger.cli.office import Office, main
from ledger.community.queries import community
from ledger.periods import Period
from ledger.reports.check_report import render as render_check_report


@main.group()
def report() -> None:
    """Write documents."""


@report.command("check")
@click.argument("place", metavar="COMMUNITY")
@click.argument("period")
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True)
@click.pass_obj
def report_check(office: Office, place: str, period: str, output: Path) -> None:
    """The check report (账目核查报告) as a PDF."""
    url = office.press.page_url(place, "half-year", period)
    with office.database.reading() as session:
        community(session, place)
        body = render_check_report(
            session, place, Period.parse(period), fonts=office.config.fonts, page_url=url, at=office.now
        )
    output.write_bytes(body)
    office.say(f"{output} ({len(body):,} bytes)", file=output, bytes=len(body))
