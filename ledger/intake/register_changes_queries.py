"""What a workbook of changes says, and what it would change in the register as it stands."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlmodel import Session

from ledger.community.queries import community as community_of
from ledger.community.queries import homes
from ledger.community.tables import ServiceContract
from ledger.errors import LedgerError
from ledger.handover.queries import last_term
from ledger.intake.register_cells import CellProblem, Row, Table
from ledger.intake.register_changes_layout import GUIDE, SHEETS, TITLE
from ledger.intake.register_changes_rules import (
    Acting,
    ChangeKind,
    ChangesRefused,
    NothingChanges,
    named_homes,
)
from ledger.intake.register_checks import repeated
from ledger.intake.register_reading import Counted, read_sheet
from ledger.intake.register_workbook import annotated, opened, written
from ledger.money import parts
from ledger.progress import unseen
from ledger.register.queries import area, every_tenancy, holders
from ledger.words import yuan


class Difference(NamedTuple):
    """What one row would change: of a home, a firm, works or a contract, from ``before`` to ``after``, since a day."""

    kind: ChangeKind
    which: str
    before: str
    after: str
    since: date | None = None


def changes_template() -> bytes:
    """The workbook of changes, empty, with how to fill it in."""
    return written(TITLE, GUIDE, SHEETS)


def annotated_changes(content: bytes, problems: Sequence[CellProblem]) -> bytes:
    """The same workbook with what is wrong beside its rows.

    Raises:
        RegisterUnreadable: the bytes are no workbook.
    """
    return annotated(content, problems, SHEETS)


def changes_in(content: bytes, acting: Acting) -> Mapping[ChangeKind, Table]:
    """The sheets of a workbook of changes, those that it lacks empty.

    Raises:
        RegisterUnreadable: the file is no workbook. NothingChanges: no known sheet is filled.
        ChangesRefused: cells cannot be read, rows stand there twice, or are changes that are not his to make.
    """
    pages = {page.title.strip(): page for page in opened(content, reading=True).worksheets}
    problems: list[CellProblem] = []
    counted = Counted(unseen, 0)
    tables = {
        ChangeKind(sheet.name): read_sheet(sheet, pages[sheet.title], problems, counted)
        if sheet.title in pages
        else Table(sheet, {}, [])
        for sheet in SHEETS
    }
    for kind, table in tables.items():
        problems += [*repeated(table), *_not_his(kind, table, acting)]
    if problems:
        raise ChangesRefused(problems=tuple(problems), count=len(problems))
    if not any(table.rows for table in tables.values()):
        raise NothingChanges(sheets=[sheet.title for sheet in SHEETS])
    return tables


def _not_his(kind: ChangeKind, table: Table, acting: Acting) -> Iterator[CellProblem]:
    if table.rows:
        try:
            acting(kind)
        except LedgerError as refused:
            yield from (refused_row(table, row, refused) for row in table.rows)


def refused_row(table: Table, row: Row, refused: LedgerError) -> CellProblem:
    """What a rule says against a row, in both languages."""
    zh, en = refused.sentence("zh"), refused.sentence("en")
    return table.problem(row, table.sheet.key[0], "refused", why_zh=zh, why_en=en)


def differences(session: Session, community: str, content: bytes, acting: Acting) -> Sequence[Difference]:
    """What each row of a workbook of changes would change in the register as it stands: personal data.

    Whether a rule is against it is not said here.

    Raises:
        RegisterUnreadable, NothingChanges, ChangesRefused: as for `changes_in`.
    """
    return list(_differences(session, community, changes_in(content, acting)))


def _differences(
    session: Session, community: str, tables: Mapping[ChangeKind, Table]
) -> Iterator[Difference]:
    held = {home.home: home.name for home in holders(session, community)}
    areas = {home.code: home.area_dm2 for home in homes(session, community)}
    rented = {(lease.home, lease.since): lease for lease in every_tenancy(session, community)}
    for kind, table in tables.items():
        for row in table.rows:
            said: dict[str, Any] = row.values
            home = said.get("home", "")
            match kind:
                case ChangeKind.HOME:
                    after = f"{_area(said['area_dm2'])} {said['name']}".strip()
                    yield Difference(kind, said["code"], "", after, said["since"])
                case ChangeKind.DIVISION:
                    after = f"{home.rpartition('-')[0]}-{said['door']}: {_area(said['area_dm2'])}"
                    yield Difference(kind, home, _area(areas.get(home)), after, said["since"])
                case ChangeKind.MERGER:
                    merged = [home, *named_homes(said["others"])]
                    after = f"{home.rpartition('-')[0]}-{said['door']}: {_area(said['area_dm2'])}"
                    before = " + ".join(_area(areas.get(code)) for code in merged)
                    yield Difference(kind, " ".join(merged), before, after, said["since"])
                case ChangeKind.HOLDER:
                    yield Difference(kind, home, held.get(home, ""), said["name"], said["since"])
                case ChangeKind.AREA:
                    yield Difference(kind, home, _area(areas.get(home)), _area(said["area_dm2"]))
                case ChangeKind.TENANT_OUT:
                    lease = rented.get((home, said["since"]))
                    yield Difference(kind, home, lease.name if lease else "", "", said["until"])
                case ChangeKind.TENANT_IN:
                    yield Difference(kind, home, "", said["name"], said["since"])
                case _:
                    yield _other(session, community, kind, said)


def _other(session: Session, community: str, kind: ChangeKind, said: Mapping[str, Any]) -> Difference:
    """What a row changes that is about no home."""
    match kind:
        case ChangeKind.JOINED:
            present = area(session, community_of(session, community).area or "")
            joined = area(session, said["area"])
            before, after = present.name if present else "", joined.name if joined else said["name"]
            return Difference(kind, said["area"], before, after)
        case ChangeKind.PACKAGE:
            after = f"{said['name']} {said['contractor']} ¥{yuan(said['price_fen'])}"
            return Difference(kind, f"{said['works']} {said['code']}", "", after)
        case ChangeKind.SERVICE:
            last = last_term(session, community)
            before = f"{last.number} {last.firm} {_term(last.starts_on, last.ends_on)}" if last else ""
            after = f"{said['firm']} {_term(said['starts_on'], said['ends_on'])}"
            return Difference(kind, said["number"], before, after, said["starts_on"])
        case ChangeKind.ENDING | ChangeKind.PROLONGATION:
            contract = session.get(ServiceContract, (community, said["number"]))
            before = _term(contract.starts_on, contract.ends_on) if contract else ""
            until = said["last_day" if kind is ChangeKind.ENDING else "ends_on"]
            after = _term(contract.starts_on, until) if contract else str(until)
            return Difference(kind, said["number"], before, after)
        case ChangeKind.TAKEOVER:
            return Difference(kind, said["number"], "", "", said["since"])
    return Difference(kind, said["code"], "", said["name"], said.get("since") or said.get("started_on"))


def _term(starts_on: date, ends_on: date) -> str:
    return f"{starts_on} – {ends_on}"


def _area(dm2: int | None) -> str:
    return "" if dm2 is None else f"{parts(dm2, 2)} m²"
