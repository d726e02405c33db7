"""The action of the workbook of changes: every change in it by its own action, or none."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple

from sqlmodel import Session

from ledger.community.role_rules import Actor
from ledger.errors import LedgerError
from ledger.fields import Evidence
from ledger.grants.package_actions import NewPackage, register_package, register_works
from ledger.handover.actions import give_notice, take_over
from ledger.handover.contract_actions import NewService, conclude, prolong
from ledger.intake.register_cells import CellProblem, Row, Table
from ledger.intake.register_changes_queries import changes_in, refused_row
from ledger.intake.register_changes_rules import Acting, ChangeKind, ChangesRefused, named_homes
from ledger.intake.register_layout import PLANNED
from ledger.journal.actions import Posted, post, replay
from ledger.journal.rules import Draft
from ledger.log.queries import head
from ledger.periods import day_in_shanghai
from ledger.progress import Progress, unseen
from ledger.register.firm_actions import register_firm
from ledger.register.holder_actions import change_holder, move_in, move_out
from ledger.register.place_actions import correct_area, join_area, register_component, register_home
from ledger.register.rules import FirstOwner, NewComponent, NewFirm, NewHolder, NewHome, NewTenant
from ledger.revenue.rules import Part
from ledger.revenue.site_actions import NewSite, register_site
from ledger.succession.actions import divide_home, merge_homes
from ledger.succession.rules import MergedHome, NewPart


class Changed(NamedTuple):
    """How many changes were registered by sheet, and the entry that names the workbook."""

    rows: Mapping[ChangeKind, int]
    posted: Posted


def change_register(
    session: Session,
    community: str,
    content: bytes,
    document: Evidence,
    acting: Acting,
    *,
    progress: Progress = unseen,
    by: Actor,
    at: datetime,
) -> Changed:
    """Register the changes of a workbook, each as if by its own form: all of them or none. The same file twice comes in once.

    ``document`` holds the papers that prove them; ``acting`` says as whom he makes the changes of a kind, and refuses those
    that are not his. Each change has its own entry in the log; one more names the workbook.

    Raises:
        RegisterUnreadable: the file is no workbook. NothingChanges: none of its sheets is filled.
        ChangesRefused: something in it is wrong, or refused by a rule; every row is named.
    """
    tables = changes_in(content, acting)
    head(session, community, lock=True)
    counts = {kind: len(table.rows) for kind, table in tables.items() if table.rows}
    draft = Draft(
        "register.changed",
        day_in_shanghai(at),
        f"register-changes/{sha256(content).hexdigest()}",
        asked={"document": document},
        facts={"rows": {kind.value: count for kind, count in counts.items()}},
        attachments=[document],
    )
    if earlier := replay(session, community, draft):
        return Changed(counts, earlier)
    problems: list[CellProblem] = []
    rows = [(kind, row, values) for kind, table in tables.items() for row, values in _changes(kind, table)]
    for number, (kind, row, values) in enumerate(rows, start=1):
        try:
            with session.begin_nested():
                _CHANGES[kind](session, community, values, document, acting(kind), at)
        except LedgerError as refused:
            problems.append(refused_row(tables[kind], row, refused))
        progress(number, len(rows))
    if problems:
        raise ChangesRefused(problems=tuple(problems), count=len(problems))
    return Changed(counts, post(session, community, draft, by=by, at=at))


Values = dict[str, Any]


def _changes(kind: ChangeKind, table: Table) -> Iterator[tuple[Row, Values]]:
    """The changes of a sheet, each with the row that is blamed for it: one a row, but for the parts of a home that is divided."""
    if kind is not ChangeKind.DIVISION:
        yield from ((row, row.values) for row in table.rows)
        return
    divisions: dict[tuple[Any, ...], list[Row]] = {}
    for row in table.rows:
        of = row.values
        divisions.setdefault((of["home"], of["since"], of["area_source"]), []).append(row)
    for rows in divisions.values():
        parts = [
            NewPart(of["door"], of["area_dm2"], of["name"], of["phone"])
            for of in (row.values for row in rows)
        ]
        corrected = any(row.values["corrected"] for row in rows)
        yield rows[0], rows[0].values | {"parts": parts, "corrected": corrected}


def _home(session: Session, community: str, row: Values, document: str, by: Actor, at: datetime) -> None:
    place, owned = dict(row), {field: row[field] for field in FirstOwner._fields}
    place |= zip(("building", "stairwell", "door"), place.pop("code").split("-"), strict=True)
    new = NewHome(**{field: place[field] for field in NewHome._fields})
    register_home(session, community, new, FirstOwner(**owned), document, by=by, at=at)


def _divide(session: Session, community: str, row: Values, document: str, by: Actor, at: datetime) -> None:
    divide_home(
        session,
        community,
        row["home"],
        row["parts"],
        row["area_source"],
        row["since"],
        document,
        document if row["corrected"] else None,
        by=by,
        at=at,
    )


def _merge(session: Session, community: str, row: Values, document: str, by: Actor, at: datetime) -> None:
    merge_homes(
        session,
        community,
        row["home"],
        named_homes(row["others"]),
        MergedHome(row["door"], row["area_dm2"], row["area_source"]),
        row["since"],
        document,
        document if row["corrected"] else None,
        by=by,
        at=at,
    )


def _hold(session: Session, community: str, row: Values, document: str, by: Actor, at: datetime) -> None:
    new = NewHolder(row["name"], row["phone"], row["holds_also"], row["kind"])
    home, cause, since = row["home"], row["cause"], row["since"]
    change_holder(session, community, home, new, cause, since, document=document, by=by, at=at)


def _measure(session: Session, community: str, row: Values, document: str, by: Actor, at: datetime) -> None:
    area, source = row["area_dm2"], row["area_source"]
    correct_area(session, community, row["home"], area, source, document, by=by, at=at)


def _let(session: Session, community: str, row: Values, document: str, by: Actor, at: datetime) -> None:
    tenant = NewTenant(row["name"], row["phone"], row["until"])
    move_in(session, community, row["home"], tenant, row["since"], document, by=by, at=at)


def _leave(session: Session, community: str, row: Values, document: str, by: Actor, at: datetime) -> None:
    move_out(session, community, row["home"], row["since"], row["until"], document, by=by, at=at)


def _firm(session: Session, community: str, row: Values, document: str, by: Actor, at: datetime) -> None:
    register_firm(session, community, NewFirm(**row), document, by=by, at=at)


def _component(session: Session, community: str, row: Values, document: str, by: Actor, at: datetime) -> None:
    register_component(session, community, NewComponent(**row), document, by=by, at=at)


def _join(session: Session, community: str, row: Values, document: str, by: Actor, at: datetime) -> None:
    join_area(session, community, row["area"], document, name=row["name"], by=by, at=at)


def _works(session: Session, community: str, row: Values, document: str, by: Actor, at: datetime) -> None:
    code, name, started_on = row["code"], row["name"], row["started_on"]
    register_works(session, community, code, name, started_on, document, by=by, at=at)


def _package(session: Session, community: str, row: Values, document: str, by: Actor, at: datetime) -> None:
    planned = {source: row[field] for source, field in PLANNED.items() if row[field] is not None}
    new = NewPackage(row["code"], row["name"], row["contractor"], row["price_fen"], planned)
    register_package(session, community, row["works"], new, document, by=by, at=at)


def _site(session: Session, community: str, row: Values, document: str, by: Actor, at: datetime) -> None:
    part = Part(row["building"], row["stairwell"])
    new = NewSite(row["code"], row["name"], row["category"], row["since"], part)
    register_site(session, community, new, document, by=by, at=at)


def _end(session: Session, community: str, row: Values, document: str, by: Actor, at: datetime) -> None:
    number, cause, last_day = row["number"], row["cause"], row["last_day"]
    give_notice(
        session, community, number, cause, last_day, motion=row["motion"], evidence=document, by=by, at=at
    )


def _serve(session: Session, community: str, row: Values, document: str, by: Actor, at: datetime) -> None:
    new = NewService(**{field: row[field] for field in NewService._fields})
    conclude(session, community, new, document, row["motion"], by=by, at=at)


def _prolong(session: Session, community: str, row: Values, document: str, by: Actor, at: datetime) -> None:
    number, ends_on, motion = row["number"], row["ends_on"], row["motion"]
    prolong(session, community, number, ends_on, motion, document, by=by, at=at)


def _succeed(session: Session, community: str, row: Values, document: str, by: Actor, at: datetime) -> None:
    take_over(session, community, row["number"], row["since"], document, by=by, at=at)


_CHANGES: Mapping[ChangeKind, Callable[[Session, str, Values, str, Actor, datetime], None]] = {
    ChangeKind.FIRM: _firm,
    ChangeKind.HOME: _home,
    ChangeKind.HOLDER: _hold,
    ChangeKind.AREA: _measure,
    ChangeKind.TENANT_OUT: _leave,
    ChangeKind.DIVISION: _divide,
    ChangeKind.MERGER: _merge,
    ChangeKind.TENANT_IN: _let,
    ChangeKind.COMPONENT: _component,
    ChangeKind.JOINED: _join,
    ChangeKind.WORKS: _works,
    ChangeKind.PACKAGE: _package,
    ChangeKind.SITE: _site,
    ChangeKind.ENDING: _end,
    ChangeKind.SERVICE: _serve,
    ChangeKind.PROLONGATION: _prolong,
    ChangeKind.TAKEOVER: _succeed,
}
