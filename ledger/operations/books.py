"""Operations: books, entries, month ends, documents."""

from datetime import datetime

from sqlmodel import Session

from ledger.community.rules import Role
from ledger.disclosure.actions import KIND
from ledger.fields import HalfYearText
from ledger.operations.operation import Declared, Document, File, Said
from ledger.periods import Period
from ledger.publishing import Publisher
from ledger.reports.check_report import render


def check_report(
    session: Session, community: str, period: HalfYearText, *, publisher: Publisher, at: datetime
) -> File:
    """The check report of a half-year (账目核查报告): the system's, not the audit report of an accountant.

    Raises:
        FiguresDoNotFoot: a stream does not add up.
    """
    page_url = publisher.page_url(community, KIND, period)
    body = render(session, community, Period.parse(period), fonts=publisher.fonts, page_url=page_url, at=at)
    return File(body, "application/pdf", f"check-{community}-{period}.pdf")


DECLARED: tuple[Declared, ...] = (
    Document(
        path="/reports/check/<period>.pdf",
        title=Said("账目核查报告", "The check report"),
        roles=(Role.SUPERVISOR, Role.AUDITOR, Role.COMMITTEE, Role.MANAGER),
        makes=check_report,
        media_types=("application/pdf",),
    ),
)
