"""Commands that write documents."""

from pathlib import Path

import click

from ledger.cli.context import CommandContext
from ledger.community.queries import community
from ledger.periods import Period
from ledger.reports.check_report import render as render_check_report
from ledger.reports.statements import statements_pdf, statements_xlsx


@click.group()
def report() -> None:
    """Write documents."""


@report.command("check")
@click.argument("place", metavar="COMMUNITY")
@click.argument("period")
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True)
@click.pass_obj
def report_check(context: CommandContext, place: str, period: str, output: Path) -> None:
    """The check report (账目核查报告) as a PDF."""
    url = context.installation.page_url(place, Period.parse(period).kind, period)
    with context.database.reading() as session:
        community(session, place)
        body = render_check_report(
            session,
            place,
            Period.parse(period),
            fonts=context.config.fonts,
            page_url=url,
            at=context.now,
            signer=context.installation.signer,
        )
    output.write_bytes(body)
    context.say(f"{output} ({len(body):,} bytes)", file=output, bytes=len(body))


@report.command("statements")
@click.argument("place", metavar="COMMUNITY")
@click.argument("period")
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="FILE.pdf or FILE.xlsx")
@click.pass_obj
def report_statements(context: CommandContext, place: str, period: str, output: Path) -> None:
    """The fund's three statements (会住维01–03表) of a month, quarter, half-year or year."""
    which = Period.parse(period)
    if output.suffix not in (".pdf", ".xlsx"):
        raise click.UsageError("-o takes FILE.pdf or FILE.xlsx")
    with context.database.reading() as session:
        code = community(session, place).code
        if output.suffix == ".xlsx":
            body = statements_xlsx(session, code, which, at=context.now)
        else:
            body = statements_pdf(session, code, which, fonts=context.config.fonts, at=context.now)
    output.write_bytes(body)
    context.say(f"{output} ({len(body):,} bytes)", file=output, bytes=len(body))
