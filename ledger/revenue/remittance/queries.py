"""What can be read of the fund's share."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Row, Subquery, case, func
from sqlmodel import Session, col, select

from ledger.community.queries import community as community_of
from ledger.community.queries import decided_days, profile, standing_homes
from ledger.community.tables import Home
from ledger.db import select_columns
from ledger.fields import QuarterText
from ledger.journal.queries import accounts, trial_balance
from ledger.journal.rules import BookCode
from ledger.journal.tables import Account, Balance
from ledger.money import split
from ledger.periods import Month, Period, check_begun, plus_days, plus_working_days
from ledger.revenue.queries import earned, of_others, quarter, with_red
from ledger.revenue.remittance.rules import (
    Base,
    Fund,
    Local,
    Share,
    ToFund,
    base_of,
    is_its_period,
    local_terms,
    share_pct,
    with_parking,
)
from ledger.revenue.remittance.tables import FundShare, Remitted
from ledger.revenue.rules import WHOLE, Part, Quarter

LONGEST_GRACE = timedelta(days=120)
"""A period that ended longer ago than this fell due before."""


def decided_pct(session: Session, community: str, on: date) -> int | None:
    """The share that the owners decided and that holds on a day, in per cent."""
    return session.exec(
        select(FundShare.pct)
        .where(FundShare.community == community, col(FundShare.since) <= on)
        .order_by(col(FundShare.since).desc())
        .limit(1)
    ).first()


def local(session: Session, community: str, on: date) -> Local:
    """The terms of the place on a day."""
    values = profile(session, community, on)
    resolved = decided_pct(session, community, on) is not None
    return local_terms(
        values.under("revenue."), values["fund.topup_trigger_pct"], values["assembly.formed"], resolved
    )


def fund_standing(session: Session, community: str, on: date) -> Fund:
    """What the homes had in the fund at the end of a day's month, beside their first deposits."""
    held = session.execute(
        select(func.coalesce(func.sum(col(Balance.credit_fen) - col(Balance.debit_fen)), 0))
        .join(
            Account,
            (col(Account.community) == Balance.community)
            & (col(Account.book) == Balance.book)
            & (col(Account.code) == Balance.account),
        )
        .where(
            Balance.community == community,
            Balance.book == BookCode.FUND.value,
            Account.ledger == "unit",
            col(Balance.month) <= f"{on:%Y-%m}",
        )
    ).scalar_one()
    first = session.execute(
        select(func.coalesce(func.sum(Home.first_deposit_fen), 0)).where(
            Home.community == community, standing_homes(on)
        )
    ).scalar_one()
    return Fund(int(held), int(first))


def owners_balance(session: Session, community: str, period: Period) -> int:
    """What stood in the revenue account at a period's end beyond what is held for others, in fen."""
    codes = accounts(session, community, "revenue")
    rows = trial_balance(session, community, "revenue", period.start, period.end)
    closing = {row.account: row.closing_fen for row in rows}
    return closing[codes["bank"]] - of_others(codes, closing)


def to_fund(session: Session, community: str, period: Period) -> ToFund:
    """What of a period's revenue is due to the fund by the terms of its last day.

    Nothing is due of a period by which the place does not pay the fund.
    """
    terms = local(session, community, period.last)
    fund = fund_standing(session, community, period.last)
    pct = share_pct(terms, decided_pct(session, community, period.last), fund)
    balance = owners_balance(session, community, period) if terms.base is Base.ACCOUNT_BALANCE else 0
    base = base_of(terms, quarter(session, community, period), balance)
    parking = Quarter(0, 0, 0)
    if terms.parking_pct is not None:
        parking = quarter(session, community, period, parking=True)
    due = with_parking(terms, base, parking.net_fen, pct)
    return ToFund(pct, base, due if is_its_period(terms, period) else type(due)(0))


def owed_to_fund(session: Session, community: str, period: Period) -> int:
    """What of a period's revenue is due to the fund, in fen, paid or not."""
    return to_fund(session, community, period).due_fen


def remit_by(session: Session, community: str, period: Period) -> date:
    """The last day on which a period's share may be paid into the fund: the end of the month after it where the place says
    so (``revenue.transfer_by``), or the next working day where that is one off (民法典 Art. 203), else so many working days
    after it."""
    numbers = profile(session, community, period.last).under("revenue.")
    decided = decided_days(session, community_of(session, community).area)
    if numbers.get("transfer_by") == "end_of_first_month_after_quarter":
        return plus_days(period.end.plus(1).last, 0, decided)
    return plus_working_days(period.last, numbers["transfer_grace_wd"], decided)


def payments(community: str) -> Subquery:
    """Every payment into the fund: entry_no, period, building, stairwell, fen, day; with reversals in red."""
    return with_red(
        community,
        select_columns(
            col(Remitted.revenue_entry).label("entry_no"),
            Remitted.period,
            func.nullif(Remitted.building, "").label("building"),
            func.nullif(Remitted.stairwell, "").label("stairwell"),
            col(Remitted.amount_fen).label("fen"),
            col(Remitted.remitted_on).label("day"),
        ).where(Remitted.community == community),
    )


def share(session: Session, community: str, period: Period) -> Share:
    """What a period owes the fund, by when, and what was paid of it."""
    due_on = remit_by(session, community, period)
    rows = payments(community).c
    paid, on_time, last = session.execute(
        select(
            func.coalesce(func.sum(rows.fen), 0),
            func.coalesce(func.sum(case((rows.day <= due_on, rows.fen), else_=0)), 0),
            func.max(case((rows.fen > 0, rows.day))),
        ).where(rows.period == period.name)
    ).one()
    due = owed_to_fund(session, community, period)
    return Share(period, due_on, due, int(paid), int(on_time), last)


def share_seen(session: Session, community: str, period: QuarterText, today: date) -> dict[str, Any]:
    """What a period owes the fund, with what of it is still to be paid (``left_fen``).

    Raises:
        PeriodToCome: it has not begun.
    """
    of = Period.parse(period)
    check_begun(of, today)
    owing = share(session, community, of)
    left = max(0, owing.due_fen - owing.paid_fen)
    return {**owing._asdict(), "period": period, "left_fen": left}


def paid_for(session: Session, community: str, period: QuarterText) -> Sequence[Row[Any]]:
    """The payments of a period, by day: entry_no, fen, day; with reversals in red."""
    rows = payments(community).c
    query = select(rows.entry_no, func.sum(rows.fen).label("fen"), rows.day).where(rows.period == period)
    return session.execute(query.group_by(rows.entry_no, rows.day).order_by(rows.day, rows.entry_no)).all()


def falling_due(session: Session, community: str, first: date, last: date) -> list[Share]:
    """What fell due to the fund between two days, period by period: the on-time rate's parts (D2)."""
    shares = []
    for year in range((first - LONGEST_GRACE).year, last.year + 1):
        yearly = local(session, community, date(year, 12, 31)).yearly
        for name in [str(year)] if yearly else [f"{year}-Q{n}" for n in (1, 2, 3, 4)]:
            period = Period.parse(name)
            if first - LONGEST_GRACE <= period.last <= last:
                due_on = remit_by(session, community, period)
                if first <= due_on <= last:
                    shares.append(share(session, community, period))
    return shares


def running_shares(session: Session, community: str, today: date) -> list[Share]:
    """What the present period owes the fund as far as it has gone, and the four before it that are not paid in full."""
    months = 12 if local(session, community, today).yearly else 3
    periods = [Month.of(today).within(months)]
    while len(periods) < 5:
        periods.append(periods[-1].before)
    shares = [share(session, community, period) for period in periods]
    return [owed for owed in shares if owed.period.last >= today or owed.paid_fen < owed.due_fen]


def shares_by_part(session: Session, community: str, period: Period, amount_fen: int) -> dict[Part, int]:
    """Split a payment by whose income of the period it is; where nobody earned, it is the whole community's."""
    gained = {p: fen for p, fen in earned(session, community, period.first, period.last).items() if fen > 0}
    keys: dict[tuple[str, ...], int] = {
        (part.building or "", part.stairwell or ""): fen for part, fen in gained.items()
    }
    if not keys:
        return {WHOLE: amount_fen}
    return {Part(*(name or None for name in key)): fen for key, fen in split(amount_fen, keys).items() if fen}
