"""What can be read of the uses of public revenue."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Subquery, func
from sqlmodel import Session, col, select

from ledger.community.tables import Home
from ledger.db import select_columns
from ledger.errors import Unknown
from ledger.journal.queries import accounts, trial_balance
from ledger.periods import Month
from ledger.revenue.queries import by_part, earned, homes_in, of_others, with_red
from ledger.revenue.remittance.queries import payments
from ledger.revenue.rules import WHOLE, Part
from ledger.revenue.uses.tables import RevenueUse


class NoUse(Unknown):
    code = "no-use"
    zh = "本小区没有使用“{use}”。"
    en = "This community has no use “{use}”."


def use(session: Session, community: str, code: str) -> RevenueUse:
    """One use.

    Raises:
        NoUse: there is none with this code.
    """
    spending = session.get(RevenueUse, (community, code))
    if spending is None:
        raise NoUse(community=community, use=code)
    return spending


def uses(session: Session, community: str) -> Sequence[RevenueUse]:
    """Every use, asked for or released, by code."""
    return session.exec(
        select(RevenueUse).where(RevenueUse.community == community).order_by(RevenueUse.code)
    ).all()


def released(community: str) -> Subquery:
    """Every use that was paid: entry_no, motion, building, stairwell, fen, day; with reversals in red."""
    return with_red(
        community,
        select_columns(
            RevenueUse.entry_no,
            RevenueUse.motion,
            RevenueUse.building,
            RevenueUse.stairwell,
            col(RevenueUse.amount_fen).label("fen"),
            col(RevenueUse.paid_on).label("day"),
        ).where(RevenueUse.community == community, col(RevenueUse.entry_no).is_not(None)),
    )


def used_on(session: Session, community: str, motion: str) -> int:
    """What was used on a resolution, in fen."""
    rows = released(community).c
    return int(
        session.execute(
            select(func.coalesce(func.sum(rows.fen), 0)).where(rows.motion == motion)
        ).scalar_one()
    )


def to_use(session: Session, community: str, part: Part) -> int:
    """What a part has of its own to use, in fen; the whole community has what is nobody's in particular."""
    ever = (date.min, date.max)
    have = earned(session, community, *ever)
    for rows in (payments(community), released(community)):
        for owner, fen in by_part(session, rows, *ever).items():
            have[owner] = have.get(owner, 0) - fen
    if part != WHOLE:
        return have.get(part, 0)
    codes = accounts(session, community, "revenue")
    rows_now = trial_balance(session, community, "revenue", Month(1, 1), Month(9999, 12))
    now = {row.account: row.closing_fen for row in rows_now}
    others = sum(max(0, fen) for owner, fen in have.items() if owner != WHOLE)
    return now[codes["bank"]] - of_others(codes, now) - others


def areas_in(session: Session, community: str, part: Part) -> dict[str, int]:
    """The homes of a part with their area in dm²."""
    query = homes_in(community, part).with_only_columns(col(Home.code), col(Home.area_dm2))
    return {code: int(area) for code, area in session.execute(query)}
