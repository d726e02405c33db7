"""登记变更簿: many changes of the register at once, by a workbook; what each would change is seen before."""

from collections.abc import Sequence
from datetime import date, datetime

from pydantic import AliasPath
from pydantic import Field as Limit
from sqlmodel import Session

from ledger.community.role_rules import Actor, Role
from ledger.fields import Evidence, Out, Upload
from ledger.intake.register_changes_actions import Changed, change_register
from ledger.intake.register_changes_queries import (
    Difference,
    annotated_changes,
    changes_template,
    differences,
)
from ledger.intake.register_changes_rules import ChangeKind
from ledger.operations.operation import Declared, Document, Field, File, Operation, Part, Said
from ledger.operations.workbooks import XLSX, is_large
from ledger.progress import Progress, unseen


class RegisterChangedOut(Out):
    rows: dict[ChangeKind, int]
    entry: int = Limit(validation_alias=AliasPath("posted", "no"))
    fresh: bool = Limit(validation_alias=AliasPath("posted", "fresh"))


class DifferenceOut(Out):
    which: str
    change: ChangeKind = Limit(validation_alias="kind")
    before: str
    after: str
    since: date | None


def enter_changes(
    session: Session,
    community: str,
    file: Upload,
    document: Evidence,
    *,
    progress: Progress = unseen,
    by: Actor,
    at: datetime,
) -> Changed:
    """Register the changes of a workbook, each with its own entry: all of them or none.

    Raises:
        RegisterUnreadable, NothingChanges.
        ChangesRefused: something in it is wrong, or refused by a rule; every row is named.
    """
    return change_register(session, community, file.body, document, progress=progress, by=by, at=at)


def would_change(session: Session, community: str, file: Upload) -> Sequence[Difference]:
    """What each row would change."""
    return differences(session, community, file.body)


def empty_changes() -> File:
    """The workbook of changes, empty, with how to fill it in, and drop-downs."""
    return File(changes_template(), XLSX, "register-changes.xlsx")


DECLARED: tuple[Declared, ...] = (
    Document(
        path="/register/changes/template",
        title=Said("空白的登记变更簿", "The workbook of changes, empty"),
        roles=(Role.COMMUNITY_OFFICE,),
        makes=empty_changes,
        media_types=(XLSX,),
    ),
    Operation(
        path="/register/changes",
        title=Said("按变更簿登记", "Register changes by a workbook"),
        roles=(Role.COMMUNITY_OFFICE,),
        does=enter_changes,
        gives=RegisterChangedOut,
        seals=(
            "register.changed",
            "book.widened",
            "component.registered",
            "firm.registered",
            "fund.part-passed",
            "home.area-corrected",
            "home.divided",
            "home.held",
            "home.left",
            "home.let",
            "home.merged",
            "home.registered",
        ),
        confirms=True,
        shows=Part(
            title=Said("每一项变更", "What each row changes"), query=would_change, gives=DifferenceOut
        ),
        takes_long=is_large,
        annotates=annotated_changes,
        fields={
            "file": Field(
                Said("填好的登记变更簿", "The workbook of changes, filled in"),
                hint=Said(
                    "有一行不对，一行也不登记，每一处都会写明。",
                    "If one row is wrong nothing is written, and every such row is named.",
                ),
            ),
            "document": Field(
                Said("证明材料", "The papers that prove them"),
                hint=Said(
                    "产权证、测绘报告、租赁备案等，扫描成一份文件。",
                    "Certificates, surveys, records of leases: scanned into one file.",
                ),
            ),
        },
    ),
)
