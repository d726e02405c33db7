"""The office workbook of what is in the ledger, and what an import has to reckon with."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, or_
from sqlmodel import Session, col, select

from ledger.accounts.queries import approved
from ledger.community.queries import home_codes
from ledger.db import select_columns
from ledger.fees.rules import BROUGHT_OVER, correcting
from ledger.fees.tables import Charge
from ledger.fund.rules import DepositKind
from ledger.fund.tables import Deposit
from ledger.fund.uses.tables import Project
from ledger.intake.booked_queries import stands
from ledger.intake.register_cells import CellProblem
from ledger.intake.register_workbook import annotated, written
from ledger.intake.workbooks.layout import BY_NAME, GUIDE, OPENING, SHEETS
from ledger.intake.workbooks.rules import RECEIVING, Known, NoSuchSheet, totals_of
from ledger.journal.queries import accounts, books, name_in
from ledger.journal.tables import Entry, Movement
from ledger.log.queries import head
from ledger.periods import SHANGHAI, Month
from ledger.repairs.tables import Ticket
from ledger.revenue.rules import Category
from ledger.revenue.tables import Instalment, RevenueContract, RevenueReceipt

TITLE = "物业账本工作簿 Office workbook"


def workbook_template(sheets: Sequence[str] = ()) -> bytes:
    """The office workbook, empty: how to fill it in, and the named sheets, or all of them.

    Raises:
        NoSuchSheet.
    """
    return written(TITLE, GUIDE, [_sheet(name) for name in sheets] or SHEETS)


def annotated_workbook(content: bytes, problems: Sequence[CellProblem]) -> bytes:
    """The same workbook with what is wrong beside its rows.

    Raises:
        RegisterUnreadable: the bytes are no workbook.
    """
    return annotated(content, problems, SHEETS)


def _sheet(name: str) -> Any:
    if name not in BY_NAME:
        raise NoSuchSheet(sheet=name, sheets=list(BY_NAME))
    return BY_NAME[name]


def known(session: Session, community: str, today: date) -> Known:
    """What is there already; what was reversed is not, unless another receipt that stands put it right."""
    links = session.exec(
        select(Entry.link).where(
            Entry.community == community, col(Entry.link).startswith(correcting("")), stands()
        )
    )
    put_right = [int(str(link).removeprefix(correcting(""))) for link in links]
    keys = session.exec(
        select(Entry.key).where(
            Entry.community == community,
            or_(
                col(Entry.key).startswith("workbook/"),
                col(Entry.key).startswith("opening/"),
                col(Entry.key).startswith("revenue/"),
            ),
            or_(stands(), col(Entry.no).in_(put_right)),
        )
    )
    months = session.exec(
        select(Charge.month)
        .join(Entry, (col(Entry.community) == Charge.community) & (col(Entry.no) == Charge.entry_no))
        .where(Charge.community == community, stands())
        .distinct()
    )
    return Known(
        homes=home_codes(session, community),
        months=frozenset(months),
        keys=frozenset(map(name_in, keys)),
        books=frozenset(book.code for book in books(session, community)),
        closed_through=head(session, community).closed_through,
        today=today,
        tickets=frozenset(
            (t.reported_at.astimezone(SHANGHAI).date(), t.category.value, t.title, t.home)
            for t in session.exec(select(Ticket).where(Ticket.community == community))
        ),
        accounts=[
            (account.book, account.role, account.opened_on, account.closed_on)
            for book in RECEIVING.values()
            for account in approved(session, community, book)
        ],
    )


def export_workbook(session: Session, community: str, sheets: Sequence[str] = ()) -> bytes:
    """The named sheets, or all of them, as the ledger stands, in the layout in which they are imported.

    Receipts that were reversed are left out. Words that are private to the log, such as memos, do not come out.

    Raises:
        NoSuchSheet.
    """
    wanted = [_sheet(name) for name in sheets] or list(SHEETS)
    rows = {sheet.name: _ROWS[sheet.name](session, community) for sheet in wanted if sheet.name in _ROWS}
    if any(sheet.name == "totals" for sheet in wanted):
        rows["totals"] = totals_of(
            {sheet.name: rows.get(sheet.name) or _ROWS[sheet.name](session, community) for sheet in OPENING}
        )
    return written(TITLE, GUIDE, wanted, rows)


Rows = list[dict[str, Any]]


def _charged(session: Session, community: str, *, opening: bool) -> Rows:
    brought_over = col(Entry.key) == BROUGHT_OVER
    charges = session.execute(
        select(Charge.home, Charge.month, Charge.amount_fen)
        .join(Entry, (col(Entry.community) == Charge.community) & (col(Entry.no) == Charge.entry_no))
        .where(Charge.community == community, brought_over if opening else ~brought_over, stands())
        .order_by(Charge.month, Charge.home)
    )
    return [{"home": home, "month": month, "amount_fen": fen} for home, month, fen in charges]


def _opening_prepaid(session: Session, community: str) -> Rows:
    prepaid = accounts(session, community, "fee")["prepaid"]
    prepayments = session.execute(
        select(Movement.home, Movement.amount_fen)
        .join(Entry, (col(Entry.community) == Movement.community) & (col(Entry.no) == Movement.entry_no))
        .where(Entry.community == community, Entry.key == BROUGHT_OVER, Movement.credit == prepaid, stands())
        .order_by(col(Movement.home))
    )
    return [{"home": home, "amount_fen": fen} for home, fen in prepayments]


def _opening_fund(session: Session, community: str) -> Rows:
    deposits = session.execute(
        select(Deposit.home, Deposit.party, Deposit.amount_fen)
        .join(Entry, (col(Entry.community) == Deposit.community) & (col(Entry.no) == Deposit.entry_no))
        .where(Deposit.community == community, Deposit.kind == DepositKind.OPENING, stands())
        .order_by(Deposit.receipt_no)
    )
    rows = []
    for home, party, fen in deposits:
        seller, _, building = (party or "").partition("@")
        rows.append({"home": home, "seller": seller, "building": building, "amount_fen": fen})
    return rows


def _opening_money(session: Session, community: str) -> Rows:
    rows: Rows = []
    for word in BY_NAME["opening_money"].columns[0].words:
        item = str(word.value)
        book, _, role = item.partition("/")
        if book not in {known_book.code for known_book in books(session, community)}:
            continue
        codes = accounts(session, community, book)
        side = col(Movement.credit) if role == "gains" else col(Movement.debit)
        amounts = session.execute(
            select(Movement.amount_fen)
            .join(Entry, (col(Entry.community) == Movement.community) & (col(Entry.no) == Movement.entry_no))
            .where(
                Entry.community == community,
                Entry.book == book,
                col(Entry.key).startswith("opening/"),
                side == codes[role],
                stands(),
            )
        ).scalars()
        if fen := sum(amounts):
            rows.append({"item": item, "amount_fen": fen})
    return rows


def _receipts(session: Session, community: str) -> Rows:
    codes = accounts(session, community, "fee")
    into = {codes[role]: role for role in ("bank", "wallet", "suspense")}
    movements = session.execute(
        select_columns(
            Entry.no, Entry.booked_on, Entry.key, Movement.debit, Movement.home, Movement.amount_fen
        )
        .join(Movement, (col(Movement.community) == Entry.community) & (col(Movement.entry_no) == Entry.no))
        .where(
            Entry.community == community,
            Entry.book == "fee",
            col(Entry.kind).in_(["fees.received", "fees.identified"]),
            col(Movement.debit).in_(into),
            stands(),
        )
        .order_by(col(Entry.booked_on), col(Entry.no), col(Movement.line))
    ).all()
    rows: dict[tuple[int, str, str | None], dict[str, Any]] = {}
    for no, on, key, debit, home, fen in movements:
        row = rows.setdefault(
            (no, debit, home),
            {
                "reference": name_in(key).removeprefix("workbook/"),
                "on": on,
                "home": home,
                "amount_fen": 0,
                "into": into[debit],
            },
        )
        row["amount_fen"] += fen
    return list(rows.values())


def _contracts(session: Session, community: str) -> Rows:
    due: dict[str, list[date]] = {}
    for number, on in session.execute(
        select(col(Instalment.contract), col(Instalment.due_on))
        .where(Instalment.community == community)
        .order_by(Instalment.contract, col(Instalment.due_on))
    ):
        due.setdefault(number, []).append(on)
    contracts = session.exec(
        select(RevenueContract).where(RevenueContract.community == community).order_by(RevenueContract.number)
    )
    fields = [c.field for c in BY_NAME["revenue_contracts"].columns if c.field != "every_months"]
    return [
        {
            **{name: getattr(contract, name, None) for name in fields},
            "every_months": _step(due.get(contract.number, [])),
        }
        for contract in contracts
    ]


def _step(days: Sequence[date]) -> int:
    """How many months lie between instalments; of one alone it is as many as there may be."""
    if len(days) < 2:
        return 120
    first, second = Month.of(days[0]), Month.of(days[1])
    return (second.year - first.year) * 12 + second.number - first.number


def _revenue_receipts(session: Session, community: str) -> Rows:
    receipts = session.execute(
        select_columns(
            col(RevenueReceipt.contract),
            col(RevenueReceipt.amount_fen),
            col(RevenueReceipt.received_on),
            col(Entry.key),
            select(func.sum(Movement.amount_fen))
            .where(
                Movement.community == RevenueReceipt.community,
                Movement.entry_no == RevenueReceipt.entry_no,
                Movement.credit == accounts(session, community, "revenue").get("electricity"),
            )
            .scalar_subquery(),
            col(RevenueContract.category),
        )
        .join(
            RevenueContract,
            (col(RevenueContract.community) == RevenueReceipt.community)
            & (col(RevenueContract.number) == RevenueReceipt.contract),
        )
        .join(
            Entry,
            (col(Entry.community) == RevenueReceipt.community) & (col(Entry.no) == RevenueReceipt.entry_no),
        )
        .where(RevenueReceipt.community == community, stands())
        .order_by(col(RevenueReceipt.received_on), col(RevenueReceipt.entry_no))
    )
    return [
        {
            "reference": key.removeprefix(f"revenue/{contract}/"),
            "contract": contract,
            "on": on,
            "amount_fen": fen,
            "electricity_fen": int(electricity or 0) if category is Category.EV_CHARGING else None,
        }
        for contract, fen, on, key, electricity, category in receipts
    ]


def _projects(session: Session, community: str) -> Rows:
    projects = session.exec(select(Project).where(Project.community == community).order_by(Project.code))
    fields = [column.field for column in BY_NAME["projects"].columns]
    return [{name: getattr(project, name, None) for name in fields} for project in projects]


def _tickets(session: Session, community: str) -> Rows:
    tickets = session.exec(select(Ticket).where(Ticket.community == community).order_by(col(Ticket.no)))
    return [
        {
            "reference": str(ticket.no),
            "reported_on": ticket.reported_at.astimezone(SHANGHAI).date(),
            "category": ticket.category,
            "title": ticket.title,
            "home": ticket.home,
            "building": ticket.building,
            "component": ticket.component,
            "reporter": ticket.reporter,
            "urgent": ticket.priority.value in ("P1", "P2"),
            "state": ticket.state,
        }
        for ticket in tickets
    ]


_ROWS: Mapping[str, Any] = {
    "opening_arrears": lambda session, community: _charged(session, community, opening=True),
    "opening_prepaid": _opening_prepaid,
    "opening_fund": _opening_fund,
    "opening_money": _opening_money,
    "charges": lambda session, community: _charged(session, community, opening=False),
    "receipts": _receipts,
    "revenue_contracts": _contracts,
    "revenue_receipts": _revenue_receipts,
    "projects": _projects,
    "tickets": _tickets,
}
