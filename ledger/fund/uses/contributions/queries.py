"""What can be read of cash shares: the register (备查簿)."""

from sqlalchemy import exists, func
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from ledger.fields import Code
from ledger.fund.uses.contributions.rules import NothingOwed, Owed, Way
from ledger.fund.uses.contributions.tables import Contribution
from ledger.fund.uses.payment_queries import stands
from ledger.fund.uses.payment_tables import ProjectPayment, Share
from ledger.journal.tables import Entry


def register(session: Session, community: str, project: Code | None = None) -> list[Owed]:
    """Who owes how much for which use, what came in and what went on; what was reversed does not count."""
    owed = (
        select(Share.project, Share.bearer, Share.kind, func.sum(Share.shortfall_fen))
        .join(
            ProjectPayment,
            (col(ProjectPayment.community) == Share.community)
            & (col(ProjectPayment.project) == Share.project)
            & (col(ProjectPayment.no) == Share.payment),
        )
        .where(Share.community == community, stands())
        .group_by(Share.project, Share.bearer, Share.kind)
        .having(func.sum(Share.shortfall_fen) > 0)
        .order_by(Share.project, Share.bearer)
    )
    reversal = aliased(Entry)
    moved = (
        select(Contribution.project, Contribution.bearer, Contribution.way, func.sum(Contribution.amount_fen))
        .where(
            Contribution.community == community,
            ~exists().where(
                col(reversal.community) == Contribution.community,
                col(reversal.reverses_no) == Contribution.entry_no,
            ),
        )
        .group_by(Contribution.project, Contribution.bearer, Contribution.way)
    )
    if project is not None:
        owed, moved = owed.where(Share.project == project), moved.where(Contribution.project == project)
    cash = {(of, bearer, way): int(fen) for of, bearer, way, fen in session.execute(moved)}
    return [
        Owed(
            of,
            bearer,
            kind,
            int(fen),
            cash.get((of, bearer, Way.RECEIVED), 0),
            cash.get((of, bearer, Way.PAID_ON), 0),
        )
        for of, bearer, kind, fen in session.execute(owed)
    ]


def owed_by(session: Session, community: str, project: Code, bearer: Code) -> Owed:
    """What one bearer owes for a use.

    Raises:
        NothingOwed: he bears nothing of it in cash.
    """
    contribution = next(
        (
            contribution
            for contribution in register(session, community, project)
            if contribution.bearer == bearer
        ),
        None,
    )
    if contribution is None:
        raise NothingOwed(project=project, bearer=bearer)
    return contribution
