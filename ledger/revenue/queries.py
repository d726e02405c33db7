"""What can be read of public revenue."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from importlib.resources import files
from typing import Any, NamedTuple

from sqlalchemy import SelectBase, Subquery, case, func, literal, null, union_all
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select, SelectOfScalar

from ledger.community.queries import heirs, standing_homes
from ledger.community.rules import passed_on
from ledger.community.tables import Home
from ledger.db import select_columns
from ledger.errors import Unknown
from ledger.journal.queries import elements, money_accounts, trial_balance, turnover_by_kind
from ledger.journal.queries import entry as entry_of
from ledger.journal.rules import CARRIED_OVER, DEBIT_NORMAL, Chart, Element, read_chart
from ledger.journal.tables import Account, Entry
from ledger.periods import Month, Period
from ledger.revenue.rules import (
    PARKING,
    CostKind,
    Missing,
    NoSuchMoneyAccount,
    NotCovered,
    Part,
    Quarter,
    first_unpaid,
)
from ledger.revenue.tables import (
    CostClaim,
    Instalment,
    OtherReceipt,
    RevenueContract,
    RevenueCost,
    RevenueReceipt,
)
from ledger.votes.tables import RollHome


class NoContract(Unknown):
    code = "no-contract"
    zh = "本小区没有公共收益合同“{number}”。"
    en = "This community has no revenue contract “{number}”."


class NobodyThere(Unknown):
    code = "nobody-there"
    zh = "“{part}”没有登记任何一户。"
    en = "No home is registered in “{part}”."


class Stream(NamedTuple):
    """A contract with what was due and what came in by a day, and in a period, in fen."""

    contract: RevenueContract
    due_fen: int
    received_fen: int
    received_in_period_fen: int


class Excess(NamedTuple):
    """A contract that brought more than all it promises, in fen."""

    contract: str
    promised_fen: int
    received_fen: int


def chart() -> Chart:
    """The accounts of the book of public revenue."""
    return read_chart((files("ledger.revenue") / "chart.toml").read_text("utf-8"))


OF_OTHERS = ("deposits", "electricity")
"""The accounts of what is held for others, by role; a book that was opened before there was electricity has no such account."""


def of_others(codes: Mapping[str, str], closing: Mapping[str, int]) -> int:
    """What of the money in the account is not the owners': deposits, and electricity that is to be paid on, in fen."""
    return sum(closing.get(codes[role], 0) for role in OF_OTHERS if role in codes)


def contract(session: Session, community: str, number: str) -> RevenueContract:
    """One contract.

    Raises:
        NoContract: there is none with this number.
    """
    agreement = session.get(RevenueContract, (community, number))
    if agreement is None:
        raise NoContract(community=community, number=number)
    return agreement


def began(session: Session, community: str) -> date:
    """The day on which the community's ledger began."""
    return entry_of(session, community, 1).booked_on


def money_account(session: Session, community: str, into: str) -> str:
    """The code of the account of the revenue book that holds money, by its role.

    Raises:
        NoSuchMoneyAccount: the book has no such account.
    """
    account = session.exec(
        select(Account).where(Account.community == community, Account.book == "revenue", Account.role == into)
    ).first()
    if account is None or account.element is not Element.ASSET:
        possible = money_accounts(session, community, "revenue")
        raise NoSuchMoneyAccount(into=into, possible=possible)
    return account.code


def homes_in(community: str, part: Part) -> SelectOfScalar[str]:
    """The query of the homes of a part of a community that stand now, by code."""
    query = select(Home.code).where(Home.community == community, standing_homes())
    if part.building is not None:
        query = query.where(Home.building == part.building)
    if part.stairwell is not None:
        query = query.where(Home.stairwell == part.stairwell)
    return query.order_by(Home.code)


def check_part(session: Session, community: str, part: Part) -> None:
    """See that a part that is named has homes; a stairwell is one of its building.

    Raises:
        NobodyThere: no home is in it.
    """
    named = any(part)
    lost = part.stairwell is not None and part.building is None
    if named and (lost or session.execute(homes_in(community, part).limit(1)).first() is None):
        raise NobodyThere(community=community, part="-".join(filter(None, part)))


def check_covered(session: Session, community: str, motion: str, part: Part) -> None:
    """See that every owner whose part is used was on the roll of a motion: by his home, or by what it came of.

    Raises:
        NotCovered: a home of the part was not asked.
    """
    roll = session.exec(
        select(RollHome.home).where(RollHome.community == community, RollHome.motion == motion)
    )
    asked = passed_on(dict.fromkeys(roll, 0), heirs(session, community))
    stranger = next((home for home in session.exec(homes_in(community, part)) if home not in asked), None)
    if stranger is not None:
        raise NotCovered(motion=motion, home=stranger)


def with_red(community: str, rows: SelectBase) -> Subquery:
    """Rows of ``entry_no``, ``fen``, ``day`` and more; one whose entry was reversed stands again, in red,
    on the reversal's day."""
    plain = rows.subquery()
    red: list[Any] = [
        {"fen": -plain.c.fen, "day": col(Entry.booked_on)}.get(column.name, column).label(column.name)
        for column in plain.c
    ]
    reversed_rows = select_columns(*red).join(
        Entry, (col(Entry.community) == community) & (col(Entry.reverses_no) == plain.c.entry_no)
    )
    return union_all(select_columns(plain), reversed_rows).subquery()


def receipts(community: str) -> Subquery:
    """Every receipt: entry_no, contract, category, building, stairwell, fen, day; with reversals in red."""
    signed, row, other = RevenueContract, RevenueReceipt, OtherReceipt
    on_contracts = (
        select_columns(
            row.entry_no,
            row.contract,
            col(signed.category).label("category"),
            col(signed.beneficiary_building).label("building"),
            col(signed.beneficiary_stairwell).label("stairwell"),
            col(row.amount_fen).label("fen"),
            col(row.received_on).label("day"),
        )
        .join(signed, (col(signed.community) == row.community) & (col(signed.number) == row.contract))
        .where(row.community == community)
    )
    others = select_columns(
        other.entry_no,
        null().label("contract"),
        other.category,
        other.building,
        other.stairwell,
        other.amount_fen,
        other.received_on,
    ).where(other.community == community)
    return with_red(community, select_columns(union_all(on_contracts, others).subquery()))


def costs(community: str) -> Subquery:
    """Every proved cost: entry_no, kind, category, building, stairwell, fen, day; with reversals in red.

    Tax that is of no contract is the whole community's.
    """
    signed, row = RevenueContract, RevenueCost
    return with_red(
        community,
        select_columns(
            row.entry_no,
            row.kind,
            signed.category,
            col(signed.beneficiary_building).label("building"),
            col(signed.beneficiary_stairwell).label("stairwell"),
            col(row.amount_fen).label("fen"),
            col(row.paid_on).label("day"),
        )
        .join(
            signed,
            (col(signed.community) == row.community) & (col(signed.number) == row.contract),
            isouter=True,
        )
        .where(row.community == community),
    )


def by_part(session: Session, rows: Subquery, first: date, last: date) -> dict[Part, int]:
    """The sum of rows between two days by whose they are, in fen."""
    sums = session.execute(
        select(rows.c.building, rows.c.stairwell, func.sum(rows.c.fen))
        .where(rows.c.day >= first, rows.c.day <= last)
        .group_by(rows.c.building, rows.c.stairwell)
    )
    return {Part(building, stairwell): int(fen) for building, stairwell, fen in sums}


def earned(session: Session, community: str, first: date, last: date) -> dict[Part, int]:
    """Receipts less proved costs and tax between two days, by whose income it is, in fen."""
    came_in = by_part(session, receipts(community), first, last)
    went_out = by_part(session, costs(community), first, last)
    return {part: came_in.get(part, 0) - went_out.get(part, 0) for part in {**came_in, **went_out}}


def _due(community: str, through: date) -> Select[str, date, int]:
    """The instalments due by a day, by contract; what was due after an early end is not."""
    return (
        select(col(Instalment.contract), col(Instalment.due_on), col(Instalment.amount_fen))
        .join(
            RevenueContract,
            (col(RevenueContract.community) == Instalment.community)
            & (col(RevenueContract.number) == Instalment.contract),
        )
        .where(
            Instalment.community == community,
            col(Instalment.due_on) <= through,
            col(RevenueContract.terminated_on).is_(None)
            | (col(Instalment.due_on) <= col(RevenueContract.terminated_on)),
        )
    )


def streams(session: Session, community: str, period: Period, today: date = date.max) -> list[Stream]:
    """Every contract that ran in a period, with its instalments and receipts by the period's end, or by today before it."""
    through = min(period.last, today)
    contracts = session.exec(
        select(RevenueContract)
        .where(
            RevenueContract.community == community,
            col(RevenueContract.starts_on) <= period.last,
            func.coalesce(RevenueContract.terminated_on, RevenueContract.ends_on) >= period.first,
        )
        .order_by(RevenueContract.number)
    ).all()
    due = promised(session, community, through)
    in_all = receipts(community).c
    received = {
        number: (int(all_fen), int(fen))
        for number, all_fen, fen in session.execute(
            select(
                in_all.contract,
                func.sum(in_all.fen),
                func.sum(case((in_all.day >= period.first, in_all.fen), else_=0)),
            )
            .where(in_all.day <= through, in_all.contract.is_not(None))
            .group_by(in_all.contract)
        )
    }
    return [Stream(c, due.get(c.number, 0), *received.get(c.number, (0, 0))) for c in contracts]


def promised(session: Session, community: str, through: date) -> dict[str, int]:
    """What each contract promises by a day, in fen; contracts of which nothing is due yet are absent."""
    rows = _due(community, through).subquery().c
    sums = session.execute(select(rows.contract, func.sum(rows.amount_fen)).group_by(rows.contract))
    return {number: int(fen) for number, fen in sums}


def received(session: Session, community: str, through: date, number: str | None = None) -> dict[str, int]:
    """What came in by a day on each contract, or on one, in fen."""
    rows = receipts(community).c
    query = select(rows.contract, func.sum(rows.fen)).where(rows.day <= through)
    query = query.where(rows.contract == number if number else rows.contract.is_not(None))
    return {
        contract_number: int(fen) for contract_number, fen in session.execute(query.group_by(rows.contract))
    }


def missing(session: Session, community: str, on: date) -> list[Missing]:
    """The contracts that are behind on a day, by number (R12: completeness)."""
    due: dict[str, list[tuple[date, int]]] = {}
    for number, day, fen in session.execute(_due(community, on)):
        due.setdefault(number, []).append((day, fen))
    got = received(session, community, on)
    sites = dict(
        session.execute(
            select(RevenueContract.number, RevenueContract.site).where(RevenueContract.community == community)
        ).all()
    )
    behind = []
    for number in sorted(due):
        since = first_unpaid(due[number], got.get(number, 0))
        if since is not None:
            expected = sum(fen for _, fen in due[number])
            behind.append(
                Missing(number, sites[number], expected, got.get(number, 0), since, (on - since).days)
            )
    return behind


def excesses(session: Session, community: str, on: date) -> list[Excess]:
    """The contracts that brought more by a day than all they promise: to be looked at, not refused."""
    all_of_it = promised(session, community, date.max)
    return [
        Excess(number, all_of_it.get(number, 0), fen)
        for number, fen in sorted(received(session, community, on).items())
        if fen > all_of_it.get(number, 0)
    ]


def unproved(session: Session, community: str, first: date, last: date) -> Sequence[CostClaim]:
    """The costs claimed without a voucher between two days (R15); each counts as nought."""
    return session.exec(
        select(CostClaim)
        .where(
            CostClaim.community == community,
            col(CostClaim.claimed_on) >= first,
            col(CostClaim.claimed_on) <= last,
        )
        .order_by(CostClaim.code)
    ).all()


def quarter(session: Session, community: str, period: Period, *, parking: bool = False) -> Quarter:
    """What came in and what was proved as cost in a period, in fen; of parking alone when asked."""
    came_in, went_out = receipts(community).c, costs(community).c
    every = literal(True)
    got = session.execute(
        select(func.coalesce(func.sum(came_in.fen), 0)).where(
            came_in.day >= period.first,
            came_in.day <= period.last,
            came_in.category.in_(PARKING) if parking else every,
        )
    ).scalar_one()
    spent = dict(
        session.execute(
            select(went_out.kind, func.sum(went_out.fen))
            .where(
                went_out.day >= period.first,
                went_out.day <= period.last,
                went_out.category.in_(PARKING) if parking else every,
            )
            .group_by(went_out.kind)
        ).all()
    )
    tax = int(spent.pop(CostKind.TAX, 0))
    return Quarter(int(got), int(sum(spent.values())), tax)


def times_carried_over(session: Session, community: str, month: Month) -> int:
    """How often the revenue book's income and expenditure were carried over in a month."""
    return session.exec(
        select(func.count())
        .select_from(Entry)
        .where(
            Entry.community == community,
            Entry.book == "revenue",
            Entry.month == str(month),
            Entry.kind == CARRIED_OVER,
        )
    ).one()


def to_carry_over(session: Session, community: str, year: int) -> list[tuple[str, int]]:
    """What stands on the accounts of income and expenditure at the end of a year: each account that is not nought
    with its debit less its credit, in fen."""
    december = Month(year, 12)
    return [
        (row.account, row.closing_fen if row.element in DEBIT_NORMAL else -row.closing_fen)
        for row in trial_balance(session, community, "revenue", december, december)
        if row.element in (Element.INCOME, Element.EXPENSE) and row.closing_fen
    ]


def booked(session: Session, community: str, period: Period) -> Counter[str]:
    """What came onto each account of the revenue book in a period less what went off it (credit less debit), in
    fen; carrying over at the year's end moves nothing."""
    net: Counter[str] = Counter()
    turnover = turnover_by_kind(session, community, "revenue", period.first, period.last)
    for (kind, debit, credit), fen in turnover.items():
        if kind != CARRIED_OVER:
            net[credit] += fen
            net[debit] -= fen
    return net


def booked_income(session: Session, community: str, period: Period) -> int:
    """What the income accounts of the revenue book say came in in a period, in fen."""
    kinds = elements(session, community, "revenue")
    return sum(
        fen for account, fen in booked(session, community, period).items() if kinds[account] is Element.INCOME
    )
