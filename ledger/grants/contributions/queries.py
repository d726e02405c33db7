"""What can be read of the residents' contributions. Homes are for the staff; `totals` are for everyone."""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from sqlalchemy import func
from sqlmodel import Session, col, select

from ledger.errors import Unknown
from ledger.fields import Code
from ledger.grants.contributions.tables import (
    ContributionDue,
    ContributionReceipt,
    ContributionRefund,
    ContributionUse,
    Levy,
)
from ledger.journal.tables import Entry


class NoLevy(Unknown):
    code = "no-levy"
    zh = "本小区没有出资项目“{levy}”。"
    en = "This community has no levy “{levy}”."


class NotCharged(Unknown):
    code = "home-not-charged"
    zh = "{home} 不在出资项目 {levy} 的承担范围里。"
    en = "{home} is not charged with the levy {levy}."


class NoRefund(Unknown):
    code = "no-contribution-refund"
    zh = "本小区没有退款申请“{number}”。"
    en = "This community has no refund “{number}”."


class HomeContribution(NamedTuple):
    """One home in one levy, in fen."""

    levy: str
    home: str
    due_fen: int
    paid_fen: int
    refunded_fen: int
    used_fen: int

    @property
    def held_fen(self) -> int:
        return self.paid_fen - self.refunded_fen - self.used_fen


class LevyTotals(NamedTuple):
    """A levy without its homes, in fen: what everyone may see."""

    levy: Levy
    homes: int
    due_fen: int
    paid_fen: int
    refunded_fen: int
    used_fen: int


def levy_of(session: Session, community: str, code: str) -> Levy:
    """One levy.

    Raises:
        NoLevy.
    """
    row = session.get(Levy, (community, code))
    if row is None:
        raise NoLevy(community=community, levy=code)
    return row


def levies(session: Session, community: str) -> Sequence[Levy]:
    """Every levy, by code."""
    return session.exec(select(Levy).where(Levy.community == community).order_by(Levy.code)).all()


def refund(session: Session, community: str, number: Code) -> ContributionRefund:
    """One refund, asked for or paid.

    Raises:
        NoRefund.
    """
    row = session.get(ContributionRefund, (community, number))
    if row is None:
        raise NoRefund(community=community, number=number)
    return row


def refunds(session: Session, community: str) -> Sequence[ContributionRefund]:
    """Every refund, asked for or paid, by the day it was asked for."""
    return session.exec(
        select(ContributionRefund)
        .where(ContributionRefund.community == community)
        .order_by(col(ContributionRefund.requested_on), ContributionRefund.number)
    ).all()


def receipts(session: Session, community: str, numbers: Collection[str]) -> set[str]:
    """Which of some receipt numbers are used."""
    query = select(ContributionReceipt.receipt_no).where(
        ContributionReceipt.community == community, col(ContributionReceipt.receipt_no).in_(numbers)
    )
    return set(session.exec(query))


def contributions(session: Session, community: str, levy: Code) -> list[HomeContribution]:
    """Every home of a levy with what it owes, paid, got back and put into the works. Five statements.

    Raises:
        NoLevy.
    """
    levy_of(session, community, levy)
    undone = select(Entry.reverses_no).where(
        Entry.community == community, col(Entry.reverses_no).is_not(None)
    )
    sums = []
    for row, only in (
        (ContributionReceipt, col(ContributionReceipt.entry_no).not_in(undone)),
        (ContributionRefund, col(ContributionRefund.approved_on).is_not(None)),
        (ContributionUse, col(ContributionUse.entry_no).not_in(undone)),
    ):
        rows = session.execute(
            select(row.home, func.sum(row.amount_fen))
            .where(row.community == community, row.levy == levy, only)
            .group_by(row.home)
        ).all()
        sums.append({home: int(fen) for home, fen in rows})
    due = session.execute(
        select(ContributionDue.home, ContributionDue.due_fen)
        .where(ContributionDue.community == community, ContributionDue.levy == levy)
        .order_by(ContributionDue.home)
    ).all()
    return [HomeContribution(levy, home, fen, *(of.get(home, 0) for of in sums)) for home, fen in due]


def contribution(session: Session, community: str, levy: Code, home: Code) -> HomeContribution:
    """One home in a levy.

    Raises:
        NoLevy; NotCharged: it owes nothing to it.
    """
    for share in contributions(session, community, levy):
        if share.home == home:
            return share
    raise NotCharged(home=home, levy=levy)


def totals(session: Session, community: str) -> list[LevyTotals]:
    """Every levy in total, without a home."""
    return [_totals(session, levy) for levy in levies(session, community)]


def _totals(session: Session, of: Levy) -> LevyTotals:
    homes = contributions(session, of.community, of.code)
    sums = (sum(getattr(h, f) for h in homes) for f in ("due_fen", "paid_fen", "refunded_fen", "used_fen"))
    return LevyTotals(of, len(homes), *sums)


def levies_seen(session: Session, community: str) -> list[dict[str, Any]]:
    """Every levy with its terms and its totals, without a home."""
    return [{**total.levy.model_dump(), **total._asdict()} for total in totals(session, community)]


def levy_seen(session: Session, community: str, levy: Code) -> dict[str, Any]:
    """One levy, as the list tells it.

    Raises:
        NoLevy.
    """
    figures = _totals(session, levy_of(session, community, levy))
    return {**figures.levy.model_dump(), **figures._asdict()}


def levied(session: Session, community: str, works: str, package: str) -> int:
    """What all levies of a package come to, in fen."""
    return int(
        session.exec(
            select(func.coalesce(func.sum(Levy.total_fen), 0)).where(
                Levy.community == community, Levy.works == works, Levy.package == package
            )
        ).one()
    )
