"""登记变更簿: many changes of the register at once, by a workbook; what each would change is seen before.

Whoever may make a change by its form may bring its sheet, and nobody else.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from pydantic import AliasPath
from pydantic import Field as Limit
from sqlmodel import Session

from ledger.community.queries import seats
from ledger.community.role_rules import Actor, actor_among
from ledger.fields import Evidence, Out, Upload
from ledger.intake.register_changes_actions import Changed, change_register
from ledger.intake.register_changes_queries import (
    Difference,
    annotated_changes,
    changes_template,
    differences,
)
from ledger.intake.register_changes_rules import Acting, ChangeKind
from ledger.operations import grants, handover, holders, register, revenue
from ledger.operations.operation import Declared, Document, Field, File, Operation, Part, Said
from ledger.operations.workbooks import XLSX, is_large
from ledger.periods import day_in_shanghai
from ledger.progress import Progress, unseen

_FORMS = {
    declared.path: declared
    for noun in (grants, handover, holders, register, revenue)
    for declared in noun.DECLARED
    if isinstance(declared, Operation)
}
FORM_OF: Mapping[ChangeKind, Operation] = {
    ChangeKind.HOME: _FORMS["/homes"],
    ChangeKind.HOLDER: _FORMS["/holders/<home>/transfer"],
    ChangeKind.AREA: _FORMS["/holders/<home>/area"],
    ChangeKind.DIVISION: _FORMS["/holders/<home>/division"],
    ChangeKind.MERGER: _FORMS["/holders/<home>/merger"],
    ChangeKind.TENANT_IN: _FORMS["/holders/<home>/tenants"],
    ChangeKind.TENANT_OUT: _FORMS["/holders/<home>/tenants/end"],
    ChangeKind.FIRM: _FORMS["/firms"],
    ChangeKind.COMPONENT: _FORMS["/components"],
    ChangeKind.JOINED: _FORMS["/area"],
    ChangeKind.WORKS: _FORMS["/works/projects"],
    ChangeKind.PACKAGE: _FORMS["/works/packages"],
    ChangeKind.SITE: _FORMS["/revenue/sites"],
    ChangeKind.SERVICE: _FORMS["/services"],
    ChangeKind.PROLONGATION: _FORMS["/services/<path:number>/prolongation"],
    ChangeKind.ENDING: _FORMS["/services/<path:number>/notice"],
    ChangeKind.TAKEOVER: _FORMS["/services/<path:number>/takeover"],
}
"""The form by which a change is made on its own: whose roles may make it by the workbook, and what it may seal."""
ROLES = tuple(dict.fromkeys(role for form in FORM_OF.values() for role in form.roles))
SEALS = tuple(sorted({kind for form in FORM_OF.values() for kind in form.seals}))


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


def acting(session: Session, community: str, today: date, *, by: Actor) -> Acting:
    """As whom somebody makes a change of a kind: in the first of its form's roles that he holds here and today.

    Refused is whoever holds none of them.
    """
    held = seats(session, by.login, community, today) or ()
    return lambda kind: actor_among(by.login, held, FORM_OF[kind].roles, {})


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
        ChangesRefused: something in it is wrong, refused by a rule, or not his to change; every row is named.
    """
    as_whom = acting(session, community, day_in_shanghai(at), by=by)
    return change_register(session, community, file.body, document, as_whom, progress=progress, by=by, at=at)


def would_change(
    session: Session, community: str, file: Upload, today: date, *, by: Actor
) -> Sequence[Difference]:
    """What each row would change, to whoever may change it."""
    return differences(session, community, file.body, acting(session, community, today, by=by))


def empty_changes() -> File:
    """The workbook of changes, empty, with how to fill it in, and drop-downs."""
    return File(changes_template(), XLSX, "register-changes.xlsx")


DECLARED: tuple[Declared, ...] = (
    Document(
        path="/register/changes/template",
        title=Said("空白的登记变更簿", "The workbook of changes, empty"),
        roles=ROLES,
        makes=empty_changes,
        media_types=(XLSX,),
    ),
    Operation(
        path="/register/changes",
        title=Said("按变更簿登记", "Register changes by a workbook"),
        roles=ROLES,
        does=enter_changes,
        gives=RegisterChangedOut,
        seals=(
            "register.changed",
            *SEALS,
        ),
        confirms=True,
        personal=True,
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
                    "产权证、测绘报告、租赁备案、合同等，扫描成一份文件。",
                    "Certificates, surveys, records of leases, contracts: scanned into one file.",
                ),
            ),
        },
    ),
)
