"""What can be read of the property fee."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import ColumnElement, case, exists, func
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from ledger.community.tables import Home
from ledger.fees.rules import Collection, Price
from ledger.fees.tables import Applied, Charge, Tariff
from ledger.journal.tables import Entry
from ledger.periods import Month, Period


def prices(session: Session, community: str, on: date) -> dict[str, Price]:
    """The tariffs in force on a day, by home kind or ``*``."""
    rows = session.exec(
        select(Tariff)
        .where(Tariff.community == community, col(Tariff.since) <= on)
        .order_by(col(Tariff.since))
    )
    return {row.applies_to: Price(row.basis, row.rate_e4) for row in rows}


def chargeable(session: Session, community: str) -> list[tuple[str, str, int]]:
    """Every home as (code, kind, area in dm²), by code."""
    rows = session.execute(
        select(Home.code, Home.kind, Home.area_dm2).where(Home.community == community).order_by(Home.code)
    )
    return [(code, kind.value, area) for code, kind, area in rows]


def charged(session: Session, community: str, month: Month) -> tuple[int, int, int]:
    """What was charged for a month: homes, the sum, and what prepayments covered at once, in fen."""
    homes, total = session.execute(
        select(func.count(), func.coalesce(func.sum(Charge.amount_fen), 0)).where(
            Charge.community == community, Charge.month == str(month)
        )
    ).one()
    prepaid = session.execute(
        select(func.coalesce(func.sum(Applied.amount_fen), 0))
        .join(Entry, (col(Entry.community) == Applied.community) & (col(Entry.no) == Applied.entry_no))
        .where(
            Applied.community == community,
            Applied.month == str(month),
            Entry.key == f"prepaid-applied/{month}",
        )
    ).scalar_one()
    return int(homes), int(total), int(prepaid)


def _stands(row: type[Applied] | type[Charge], until: date | None = None) -> ColumnElement[bool]:
    """That no reversal took the row's entry back, by a day or at all: what was reversed is owed again."""
    reversal = aliased(Entry)
    taken_back = (col(reversal.community) == row.community) & (col(reversal.reverses_no) == row.entry_no)
    if until is not None:
        taken_back &= col(reversal.booked_on) <= until
    return ~exists().where(taken_back)


def outstanding(
    session: Session, community: str, homes: Iterable[str] | None = None, month: Month | None = None
) -> dict[str, list[tuple[str, int]]]:
    """What homes still owe, as (month, fen) from the oldest on, by home; homes that owe nothing are absent."""
    query = (
        select(Charge.home, Charge.month, Charge.amount_fen - func.coalesce(func.sum(Applied.amount_fen), 0))
        .join(
            Applied,
            (col(Applied.community) == Charge.community)
            & (col(Applied.home) == Charge.home)
            & (col(Applied.month) == Charge.month)
            & _stands(Applied),
            isouter=True,
        )
        .where(Charge.community == community, _stands(Charge))
        .group_by(Charge.home, Charge.month, Charge.amount_fen)
        .having(Charge.amount_fen > func.coalesce(func.sum(Applied.amount_fen), 0))
        .order_by(Charge.home, Charge.month)
    )
    if month is not None:
        query = query.where(Charge.month == str(month))
    some = None if homes is None else set(homes)
    if some is not None and len(some) <= 100:
        query = query.where(col(Charge.home).in_(some))
    owed: dict[str, list[tuple[str, int]]] = {}
    for home, due_month, fen in session.execute(query):
        if some is None or home in some:
            owed.setdefault(home, []).append((due_month, int(fen)))
    return owed


def collection(session: Session, community: str, period: Period, cut_off: date) -> Collection:
    """What was charged for a period and what came in for it by the cut-off (`domain/05` §5.3)."""
    first, last = str(period.start), str(period.end)
    charged, homes = session.execute(
        select(func.coalesce(func.sum(Charge.amount_fen), 0), func.count(func.distinct(Charge.home))).where(
            Charge.community == community,
            col(Charge.month) >= first,
            col(Charge.month) <= last,
            _stands(Charge, cut_off),
        )
    ).one()
    in_period = (col(Applied.month) >= first) & (col(Applied.month) <= last)
    before = col(Applied.month) < first
    received, arrears_before, arrears_received = session.execute(
        select(
            func.coalesce(func.sum(case((in_period, Applied.amount_fen), else_=0)), 0),
            func.coalesce(
                func.sum(
                    case((before & (col(Applied.received_on) < period.first), Applied.amount_fen), else_=0)
                ),
                0,
            ),
            func.coalesce(
                func.sum(
                    case((before & (col(Applied.received_on) >= period.first), Applied.amount_fen), else_=0)
                ),
                0,
            ),
        ).where(
            Applied.community == community, col(Applied.received_on) <= cut_off, _stands(Applied, cut_off)
        )
    ).one()
    charged_before = session.execute(
        select(func.coalesce(func.sum(Charge.amount_fen), 0)).where(
            Charge.community == community, col(Charge.month) < first, _stands(Charge, cut_off)
        )
    ).scalar_one()
    unpaid = session.execute(
        select(func.count()).select_from(
            select(Charge.home)
            .join(
                Applied,
                (col(Applied.community) == Charge.community)
                & (col(Applied.home) == Charge.home)
                & (col(Applied.month) == Charge.month)
                & (col(Applied.received_on) <= cut_off)
                & _stands(Applied, cut_off),
                isouter=True,
            )
            .where(
                Charge.community == community,
                col(Charge.month) >= first,
                col(Charge.month) <= last,
                _stands(Charge, cut_off),
            )
            .group_by(Charge.home, Charge.month, Charge.amount_fen)
            .having(Charge.amount_fen > func.coalesce(func.sum(Applied.amount_fen), 0))
            .with_only_columns(Charge.home)
            .distinct()
            .subquery()
        )
    ).scalar_one()
    return Collection(
        charged_fen=int(charged),
        waived_fen=0,
        received_fen=int(received),
        arrears_opening_fen=int(charged_before) - int(arrears_before),
        arrears_received_fen=int(arrears_received),
        homes=int(homes),
        homes_paid=int(homes) - int(unpaid),
    )
