"""The office workbook: what an office keeps in Excel, in and out in one layout."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import AliasPath
from pydantic import Field as Limit
from sqlmodel import Session

from ledger.community.role_rules import Actor, Role
from ledger.fields import Out, Upload
from ledger.intake.register_workbook import rows_in, unpacked_size
from ledger.intake.workbooks.actions import WorkbookImported, import_workbook
from ledger.intake.workbooks.layout import BY_NAME
from ledger.intake.workbooks.queries import annotated_workbook, export_workbook, workbook_template
from ledger.operations.operation import Declared, Document, File, Operation, Said
from ledger.progress import Progress, unseen

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Sheets = Annotated[
    str, Limit(max_length=300, description=f"names between commas, of {', '.join(BY_NAME)}; else all")
]


class WorkbookImportedOut(Out):
    rows: dict[str, int]
    skipped: int
    entry: int = Limit(validation_alias=AliasPath("posted", "no"))
    fresh: bool = Limit(validation_alias=AliasPath("posted", "fresh"))


LARGE = 128 * 1024
"""Bytes of a workbook that takes about two seconds: a register of some 1,500 homes."""
MANY = 5_000
"""Rows of such a workbook: what is packed tells little of what it holds."""
SWOLLEN = 8 * 1024 * 1024
"""Bytes of such a workbook when unpacked."""


def is_large(asked: Any) -> bool:
    """Whether a workbook takes long."""
    body = asked.file.body
    return len(body) > LARGE or unpacked_size(body) > SWOLLEN or rows_in(body) > MANY


def bring_in(
    session: Session,
    community: str,
    file: Upload,
    *,
    progress: Progress = unseen,
    by: Actor,
    at: datetime,
) -> WorkbookImported:
    """Import an office workbook: all of it or nothing; what is wrong is named by sheet, row and column.

    Raises:
        RegisterUnreadable, NothingInWorkbook, WorkbookRefused.
    """
    return import_workbook(session, community, file.body, progress=progress, by=by, at=at)


def _names(sheets: str) -> list[str]:
    return [name.strip() for name in sheets.split(",") if name.strip()]


def template(sheets: Sheets = "") -> File:
    """The office workbook, empty, with how to fill it in, and drop-downs."""
    return File(workbook_template(_names(sheets)), XLSX, "workbook-template.xlsx")


def whole(session: Session, community: str, sheets: Sheets = "") -> File:
    """The office workbook of what is in the ledger, in the layout in which it is imported."""
    return File(export_workbook(session, community, _names(sheets)), XLSX, f"{community}.xlsx")


OFFICE_WORKBOOK = Document(
    path="/workbook",
    title=Said("办公工作簿", "The office workbook"),
    roles=(Role.MANAGER,),
    makes=whole,
    media_types=(XLSX,),
    personal=True,
)

DECLARED: tuple[Declared, ...] = (
    Document(
        path="/workbook/template",
        title=Said("空白的办公工作簿", "The office workbook, empty"),
        roles=(Role.MANAGER,),
        makes=template,
        media_types=(XLSX,),
    ),
    OFFICE_WORKBOOK,
    Operation(
        path="/workbook",
        title=Said("导入办公工作簿", "Import an office workbook"),
        roles=(Role.MANAGER,),
        does=bring_in,
        annotates=annotated_workbook,
        takes_long=is_large,
        gives=WorkbookImportedOut,
        seals=(
            "workbook.imported",
            "book.widened",
            "brought-over",
            "fees.brought-over",
            "fees.charged",
            "fees.waived",
            "fees.received",
            "fees.prepaid-applied",
            "fund.brought-over",
            "fund.deposited",
            "revenue.signed",
            "revenue.received",
            "ticket.logged",
            "use.propose",
        ),
        confirms=True,
    ),
)
