"""HTML → PDF/A-3a. The only place that knows WeasyPrint.

Headings, tables and paragraphs are tagged, so that a screen reader tells them apart. The same HTML gives the same
bytes: the fonts are our own and no other, the identifier is given, and an attachment carries no clock time. A page may show only what stands in it (``data:``); anything else that it
names, on the network or on the disk, stops the printing, and so does a chart that cannot be drawn.
"""

import gc
import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock

from ledger.noticeboard.rules import NewAttachment
from ledger.reports.fonts import fontconfig_file

NO_TIME = datetime(2000, 1, 1, tzinfo=UTC)
"""Stands where PDF asks when an attached file was made; its digest is what tells one file from another."""

_printing = Lock()


class NotPrintable(RuntimeError):
    """A page names something outside itself, or holds a picture that cannot be drawn: a mistake in a template."""


class _Errors(logging.Handler):
    """Keeps what WeasyPrint only logs: it leaves a picture out that it cannot draw, and prints on."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage()[:200])


def render_pdf(
    html: str, *, fonts: Path, identifier: str, attachments: Sequence[NewAttachment] = ()
) -> bytes:
    """Print a page as PDF/A-3a with files attached; the same arguments give the same bytes.

    One page is printed at a time in a process: fontconfig is told by an environment variable which fonts
    there are, and the garbage collector, which would cost a fifth of the time, pauses for everybody.

    Raises:
        NotPrintable: the page names something outside itself, or a picture in it cannot be drawn.
    """
    unpacked = str(fontconfig_file(fonts))
    with _printing, _environment("FONTCONFIG_FILE", unpacked), _collector_paused(), _errors_kept() as errors:
        from weasyprint import HTML, Attachment  # not before the fonts are named: it looks for them at once
        from weasyprint.urls import FatalURLFetchingError, URLFetcher

        try:
            pdf = HTML(
                string=html, url_fetcher=URLFetcher(allowed_protocols=("data",), fail_on_errors=True)
            ).write_pdf(
                pdf_variant="pdf/a-3a",
                pdf_identifier=identifier.encode(),
                attachments=[
                    Attachment(
                        string=attachment.body,
                        name=attachment.name,
                        created=NO_TIME,
                        modified=NO_TIME,
                        relationship="Source",
                    )
                    for attachment in attachments
                ],
            )
        except FatalURLFetchingError as error:  # a BaseException, which would end the server's thread
            raise NotPrintable(str(error)) from error
    if errors.said:
        raise NotPrintable("; ".join(errors.said))
    assert pdf is not None
    return bytes(pdf)


@contextmanager
def _environment(name: str, value: str) -> Iterator[None]:
    before = os.environ.get(name)
    os.environ[name] = value
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before


@contextmanager
def _errors_kept() -> Iterator[_Errors]:
    logger, errors = logging.getLogger("weasyprint"), _Errors()
    logger.addHandler(errors)
    try:
        yield errors
    finally:
        logger.removeHandler(errors)


@contextmanager
def _collector_paused() -> Iterator[None]:
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()
