"""The action of workbooks: everything in one of them comes in, or nothing does."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import datetime, time
from hashlib import sha256
from typing import Any, NamedTuple

from sqlmodel import Session

from ledger.community.role_rules import Actor
from ledger.errors import LedgerError
from ledger.fees.opening_actions import bring_over, charge_billed
from ledger.fees.payment_actions import Payment, receive
from ledger.fund.actions import NewDeposit, deposit
from ledger.fund.rules import DepositKind, seller_account
from ledger.fund.uses.actions import Plan
from ledger.fund.uses.step_and_emergency_rules import ProjectState
from ledger.intake.register_cells import CellProblem, Row, Table
from ledger.intake.register_reading import Counted, read_sheet
from ledger.intake.register_workbook import opened, rows_in
from ledger.intake.workbooks.layout import SHEETS
from ledger.intake.workbooks.queries import known
from ledger.intake.workbooks.rules import (
    NothingInWorkbook,
    Tables,
    WorkbookRefused,
    key_of,
    opening_key,
    problems_in,
)
from ledger.journal.actions import Posted, post, replay
from ledger.journal.queries import accounts, lock_free
from ledger.journal.rules import Draft, Move
from ledger.log.leaf import Json
from ledger.log.queries import head
from ledger.periods import SHANGHAI, Month, day_in_shanghai
from ledger.progress import Progress, unseen
from ledger.repairs.actions import Report, log_ticket, propose_use
from ledger.repairs.rules import State
from ledger.revenue.actions import NewContract, sign_contract
from ledger.revenue.receipt_actions import receive as receive_revenue
from ledger.revenue.rules import Part

OTHER_SIDE = {"revenue": "surplus", "fund": "bank"}
"""The account that holds what was brought over; of grants it is their balance."""


class WorkbookImported(NamedTuple):
    """How many rows came in by sheet, and how many were left alone because they are past their first state."""

    rows: Mapping[str, int]
    skipped: int
    posted: Posted


def import_workbook(
    session: Session,
    community: str,
    content: bytes,
    *,
    progress: Progress = unseen,
    by: Actor,
    at: datetime,
) -> WorkbookImported:
    """Import an office workbook into a community: all of it or nothing. The same file twice comes in once.

    Balances are brought over on the day of the import; everything else on the day that its row tells.

    Raises:
        RegisterUnreadable: the file is no workbook. NothingInWorkbook: no known sheet is filled.
        WorkbookRefused: something in it is wrong, or refused by a rule; every row is named.
    """
    book = opened(content, reading=True)
    head(session, community, lock=True)
    pages = {page.title.strip(): page for page in book.worksheets}
    problems: list[CellProblem] = []
    counted = Counted(progress, rows_in(content))
    tables = {s.name: read_sheet(s, pages[s.title], problems, counted) for s in SHEETS if s.title in pages}
    counts = {name: len(table.rows) for name, table in tables.items() if table.rows}
    if not counts and not problems:
        raise NothingInWorkbook(sheets=[sheet.title for sheet in SHEETS])
    skipped = _past_their_first_state(tables)
    counts = {name: len(table.rows) for name, table in tables.items() if table.rows}
    digest = sha256(content).hexdigest()
    facts: dict[str, Json] = {"rows": dict(sorted(counts.items()))}
    draft = Draft("workbook.imported", day_in_shanghai(at), f"workbook/{digest}", facts=facts)
    if earlier := replay(session, community, draft):
        return WorkbookImported(counts, skipped, earlier)
    problems += problems_in(tables, known(session, community, day_in_shanghai(at)))
    if not problems:
        _store(session, community, tables, problems, by=by, at=at)
    if problems:
        order = {sheet.title: place for place, sheet in enumerate(SHEETS)}
        problems.sort(key=lambda fault: (order[fault.sheet], fault.row or 0, fault.column))
        raise WorkbookRefused(problems=tuple(problems), count=len(problems))
    posted = post(session, community, draft, by=by, at=at)
    return WorkbookImported(counts, skipped, posted)


def _past_their_first_state(tables: Tables) -> int:
    """Take uses and tickets out that were decided or worked on; gives how many."""
    skipped = 0
    for name, first in (("projects", ProjectState.DRAFT), ("tickets", State.NEW)):
        if name in tables:
            rows = tables[name].rows
            left = [row for row in rows if row.values.get("state", first) is first]
            skipped += len(rows) - len(left)
            rows[:] = left
    return skipped


def _store(
    session: Session, community: str, tables: Tables, problems: list[CellProblem], *, by: Actor, at: datetime
) -> None:
    """Every sheet by its action, in the order in which they lean on each other; refusals are kept by row."""
    for name, store in _ACTIONS.items():
        if (table := tables.get(name)) is None or not table.rows:
            continue
        try:
            with session.begin_nested():
                store(session, community, tables, by, at)
        except LedgerError as refused:
            problems.append(_refusal(table, table.rows[0], refused))
    for name, action in _ROW_BY_ROW.items():
        for row in tables[name].rows if name in tables else ():
            try:
                with session.begin_nested():
                    action(session, community, row, by, at)
            except LedgerError as refused:
                problems.append(_refusal(tables[name], row, refused))


def _refusal(table: Table, row: Row, refused: LedgerError) -> CellProblem:
    zh, en = refused.sentence("zh"), refused.sentence("en")
    return table.problem(row, table.sheet.key[0], "refused", why_zh=zh, why_en=en)


def _rows(tables: Tables, name: str) -> list[dict[str, Any]]:
    return [row.values for row in tables[name].rows] if name in tables else []


def _bring_fees_over(session: Session, community: str, tables: Tables, by: Actor, at: datetime) -> None:
    """Arrears, prepayments and money of the fee book: one entry, whichever sheet is filled."""
    arrears = {
        (r["home"], Month.parse(r["month"])): r["amount_fen"] for r in _rows(tables, "opening_arrears")
    }
    prepaid = {r["home"]: r["amount_fen"] for r in _rows(tables, "opening_prepaid")}
    money = {
        r["item"].partition("/")[2]: r["amount_fen"]
        for r in _rows(tables, "opening_money")
        if r["item"].startswith("fee/")
    }
    if arrears or prepaid or money:
        on = day_in_shanghai(at)
        bring_over(session, community, on, arrears=arrears, prepaid=prepaid, money=money, by=by, at=at)


def _bring_money_over(session: Session, community: str, tables: Tables, by: Actor, at: datetime) -> None:
    _bring_fees_over(session, community, tables, by, at)
    for row in _rows(tables, "opening_money"):
        book, _, role = row["item"].partition("/")
        if book == "fee":
            continue
        codes = accounts(session, community, book)
        sides = codes["bank"], codes["gains"] if role == "gains" else codes[OTHER_SIDE.get(book, "balance")]
        draft = Draft(
            "brought-over",
            day_in_shanghai(at),
            opening_key(row["item"]),
            book,
            [Move(*sides, row["amount_fen"])],
        )
        post(session, community, draft, by=by, at=at)


def _bring_fund_over(session: Session, community: str, tables: Tables, by: Actor, at: datetime) -> None:
    """The fund's parts, an entry for each building, as the register brings them over."""
    batches: dict[str, list[NewDeposit]] = defaultdict(list)
    for row in _rows(tables, "opening_fund"):
        home = row["home"] or None
        building = home.partition("-")[0] if home else row["building"]
        party = None if home else seller_account(row["seller"], building)
        receipt = f"OPEN-{building}-{home or party}"
        new = NewDeposit(receipt, DepositKind.OPENING, row["amount_fen"], day_in_shanghai(at), home, party)
        batches[building].append(new)
    for batch in batches.values():
        deposit(session, community, batch, by=by, at=at)


def _charge(session: Session, community: str, tables: Tables, by: Actor, at: datetime) -> None:
    billed: dict[Month, dict[str, int]] = defaultdict(dict)
    for row in _rows(tables, "charges"):
        billed[Month.parse(row["month"])][row["home"]] = row["amount_fen"]
    charge_billed(session, community, billed, by=by, at=at)


def _receive(session: Session, community: str, tables: Tables, by: Actor, at: datetime) -> None:
    """By day; what came out of suspense after what went in."""
    rows = sorted(
        tables["receipts"].rows,
        key=lambda row: (row.values["on"], row.values["into"] == "suspense", row.values["reference"]),
    )
    free, _books = lock_free(session, community, [key_of("receipts", row) for row in rows])
    payments = [
        Payment(
            free[key_of("receipts", r)],
            r.values["home"],
            r.values["amount_fen"],
            r.values["on"],
            r.values["into"],
        )
        for r in rows
    ]
    receive(session, community, payments, by=by, at=at)


_ACTIONS: Mapping[str, Callable[[Session, str, Tables, Actor, datetime], None]] = {
    "opening_arrears": _bring_fees_over,
    "opening_prepaid": _bring_fees_over,
    "opening_money": _bring_money_over,
    "opening_fund": _bring_fund_over,
    "charges": _charge,
    "receipts": _receive,
}
"""What is stored in one stroke. The fee book's openings are one entry: done by the first sheet, found by the others."""


def _sign(session: Session, community: str, row: Row, by: Actor, at: datetime) -> None:
    cells = dict(row.values)
    part = Part(cells.pop("beneficiary_building"))
    sign_contract(session, community, NewContract(**cells, part=part), by=by, at=at)


def _receive_revenue(session: Session, community: str, row: Row, by: Actor, at: datetime) -> None:
    cells = row.values
    receive_revenue(
        session,
        community,
        cells["contract"],
        cells["amount_fen"],
        cells["on"],
        reference=cells["reference"],
        electricity_fen=cells.get("electricity_fen"),
        by=by,
        at=at,
    )


def _plan(session: Session, community: str, row: Row, by: Actor, at: datetime) -> None:
    cells = {field: value for field, value in row.values.items() if field not in ("code", "state")}
    propose_use(session, community, row.values["code"], Plan(**cells), by=by, at=at)


def _log(session: Session, community: str, row: Row, by: Actor, at: datetime) -> None:
    cells = {f: v for f, v in row.values.items() if f not in ("reference", "state", "reported_on")}
    noon = datetime.combine(row.values["reported_on"], time(12), SHANGHAI)
    log_ticket(session, community, Report(**cells, reported_at=min(noon, at)), by=by, at=at)


_ROW_BY_ROW: Mapping[str, Callable[[Session, str, Row, Actor, datetime], None]] = {
    "revenue_contracts": _sign,
    "revenue_receipts": _receive_revenue,
    "projects": _plan,
    "tickets": _log,
}
"""What is judged one by one, in the order in which they lean on each other."""
