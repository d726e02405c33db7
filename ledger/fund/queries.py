"""What can be read of the fund."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import ColumnElement, and_, case, exists, func
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from ledger.community.queries import community as community_of
from ledger.community.rules import HomeKind
from ledger.community.tables import Home
from ledger.fund.rules import Deposited
from ledger.fund.statements_01_02_03 import (
    COLUMNS_02,
    Statements,
    statement_01,
    statement_02,
    statement_03,
    year_start,
    year_to_date,
)
from ledger.fund.tables import Deposit
from ledger.journal.queries import accounts, elements, trial_balance, turnover_by_kind
from ledger.journal.rules import CARRIED_OVER, Element
from ledger.journal.tables import Account, Entry, Movement
from ledger.periods import Month, Period

INCOME_SIDE = {Element.INCOME: 1, Element.EXPENSE: -1}


def parts_at(session: Session, community: str, through: Month) -> dict[str, int]:
    """Each home's part of the fund at the end of a month, in fen, whatever moved since."""
    unit = select(Account.code).where(
        Account.community == community, Account.book == "fund", Account.ledger == "unit"
    )
    rows = session.execute(
        select(
            Movement.home,
            func.sum(
                case((col(Movement.credit).in_(unit), col(Movement.amount_fen)), else_=0)
                - case((col(Movement.debit).in_(unit), col(Movement.amount_fen)), else_=0)
            ),
        )
        .join(Entry, (col(Entry.community) == Movement.community) & (col(Entry.no) == Movement.entry_no))
        .where(
            Movement.community == community,
            Movement.book == "fund",
            col(Movement.home).is_not(None),
            col(Entry.month) <= str(through),
        )
        .group_by(Movement.home)
    ).all()
    return {home: int(fen) for home, fen in rows}


def deposited(
    session: Session, community: str, buildings: Collection[str], until: date
) -> dict[str, Deposited]:
    """What selling units and their buyers have deposited for some buildings until a day, by selling unit, in fen.

    A deposit whose entry was reversed does not count.
    """
    stands = _stands(until)
    by_owner = session.execute(
        select(Home.seller, func.sum(Deposit.amount_fen))
        .join(Home, (col(Home.community) == Deposit.community) & (col(Home.code) == Deposit.home))
        .where(
            Deposit.community == community,
            Home.kind == HomeKind.SOLD_PUBLIC,
            col(Home.building).in_(buildings),
            stands,
        )
        .group_by(Home.seller)
    ).all()
    owners = {seller: int(fen) for seller, fen in by_owner}
    sellers: dict[str, int] = {}
    for party, fen in session.execute(
        select(Deposit.party, func.sum(Deposit.amount_fen))
        .where(Deposit.community == community, col(Deposit.party).is_not(None), stands)
        .group_by(Deposit.party)
    ):
        seller, _, building = party.partition("@")
        if building in buildings:
            sellers[seller] = sellers.get(seller, 0) + int(fen)
    return {s: Deposited(sellers.get(s, 0), owners.get(s, 0)) for s in sellers.keys() | owners.keys() if s}


def _stands(until: date) -> ColumnElement[bool]:
    """Whether a deposit was made until a day and no entry reverses its own."""
    reversal = aliased(Entry)
    reversed_ = exists().where(
        col(reversal.community) == Deposit.community, col(reversal.reverses_no) == Deposit.entry_no
    )
    return and_(col(Deposit.deposited_on) <= until, ~reversed_)


def total_deposited(session: Session, community: str, until: date) -> int:
    """All that has been deposited into the community's fund until a day, in fen."""
    total_fen = session.exec(
        select(func.coalesce(func.sum(Deposit.amount_fen), 0)).where(
            Deposit.community == community, _stands(until)
        )
    ).one()
    return int(total_fen)


def balances_by_role(session: Session, community: str, through: Month) -> dict[str, int]:
    """The fund's balances at the end of a month on each account's normal side, by role, in fen."""
    codes = accounts(session, community, "fund")
    rows = {
        row.account: row.closing_fen
        for row in trial_balance(session, community, "fund", Month(1900, 1), through)
    }
    return {role: rows[code] for role, code in codes.items()}


def flows(session: Session, community: str, first: date, last: date) -> dict[str, int]:
    """What the fund's income accounts brought in and its expenditure accounts paid out, by role, in fen.

    Entries that close one account into another are left out.
    """
    roles = {code: role for role, code in accounts(session, community, "fund").items()}
    sides = {
        code: INCOME_SIDE[element]
        for code, element in elements(session, community, "fund").items()
        if element in INCOME_SIDE
    }
    amounts: dict[str, int] = {}
    for (kind, debit, credit), fen in turnover_by_kind(session, community, "fund", first, last).items():
        if kind == CARRIED_OVER:
            continue
        for code, sign in ((credit, 1), (debit, -1)):
            if code in sides:
                amounts[roles[code]] = amounts.get(roles[code], 0) + sides[code] * sign * fen
    return amounts


def moved_into_fund(
    session: Session, community: str, first: date, last: date, source: str
) -> tuple[int, int, int]:
    """What net assets got from the account with the role ``source``: (commodity, sold public, gains), in fen.

    From ``gains`` it is gains distributed to homes (分配); from ``bank``, custody taken over less handed over (划转).
    """
    codes = accounts(session, community, "fund")
    columns = {
        codes["commodity"]: 0,
        codes["public_seller"]: 1,
        codes["public_owner"]: 1,
        codes["gains"]: 2,
    }
    sums = [0, 0, 0]
    for (kind, debit, credit), fen in turnover_by_kind(session, community, "fund", first, last).items():
        for account, other, sign in ((credit, debit, 1), (debit, credit, -1)):
            if kind != CARRIED_OVER and other == codes[source] and account in columns:
                sums[columns[account]] += sign * fen
    return sums[0], sums[1], sums[2]


def statements(session: Session, community: str, period: Period) -> Statements:
    """The three statements of a period, whose months have been carried over.

    The year in which the community's books begin starts with the month of its opening day, with what was brought over.
    """
    opened_on = community_of(session, community).opened_on
    year = year_start(period, opened_on)
    opening = balances_by_role(session, community, year.plus(-1))
    flowed = {days: flows(session, community, *days(period, opened_on)) for days in COLUMNS_02}
    return Statements(
        statement_01(opening, balances_by_role(session, community, period.end)),
        statement_02(*flowed.values()),
        statement_03(
            opening,
            flowed[year_to_date],
            distributed=moved_into_fund(session, community, year.first, period.last, "gains")[:2],
            taken_over=moved_into_fund(session, community, year.first, period.last, "bank"),
        ),
    )
