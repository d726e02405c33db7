"""/communities/…/workbook: what an office keeps in Excel, in and out in one layout."""

from io import BytesIO
from typing import Any

from flask import g, send_file
from flask_openapi3 import APIBlueprint, FileStorage
from pydantic import BaseModel, ConfigDict, Field

from ledger.access.access import allow, reading
from ledger.api.door import CommunityPath, once
from ledger.api.problems import RESPONSES, file_response
from ledger.community.queries import community
from ledger.community.rules import Role
from ledger.intake.workbooks.actions import import_workbook
from ledger.intake.workbooks.layout import BY_NAME
from ledger.intake.workbooks.queries import export_workbook, workbook_template

workbooks_api = APIBlueprint(
    "workbooks",
    __name__,
    url_prefix="/api/v1/communities/<community>",
    abp_responses=RESPONSES,
    abp_security=[{"token": []}],
)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WORKBOOK = file_response(XLSX)


class WorkbookForm(BaseModel):
    model_config = ConfigDict(arbitrary_types_allowed=True, extra="forbid")

    file: FileStorage


class SheetsQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    sheets: str = Field(
        "", max_length=300, description=f"names between commas, of {', '.join(BY_NAME)}; else all"
    )

    @property
    def names(self) -> list[str]:
        return [name.strip() for name in self.sheets.split(",") if name.strip()]


def _file(content: bytes, name: str) -> Any:
    return send_file(BytesIO(content), XLSX, as_attachment=True, download_name=name)


@workbooks_api.get("/workbook/template", summary="The office workbook, empty", responses=WORKBOOK)
@allow(Role.MANAGER)
def get_template(path: CommunityPath, query: SheetsQuery):  # type: ignore[no-untyped-def]
    """With how to fill it in, and drop-downs."""
    with reading() as session:
        community(session, path.community)
    return _file(workbook_template(query.names), "workbook-template.xlsx")


@workbooks_api.get("/workbook", summary="The office workbook of what is in the ledger", responses=WORKBOOK)
@allow(Role.MANAGER, Role.AUDITOR)
def get_workbook(path: CommunityPath, query: SheetsQuery):  # type: ignore[no-untyped-def]
    """In the layout in which it is imported."""
    with reading() as session:
        community(session, path.community)
        content = export_workbook(session, path.community, query.names)
    return _file(content, f"{path.community}.xlsx")


@workbooks_api.post("/workbook", summary="Import an office workbook")
@allow(Role.MANAGER)
def post_workbook(path: CommunityPath, form: WorkbookForm):  # type: ignore[no-untyped-def]
    """All of it or nothing; what is wrong is named by sheet, row and column."""

    def deed(session: Any) -> dict[str, Any]:
        done = import_workbook(session, path.community, form.file.read(), by=g.actor, at=g.now)
        return {
            "rows": dict(done.rows),
            "skipped": done.skipped,
            "entry": done.posted.no,
            "fresh": done.posted.fresh,
        }

    return once(deed)
