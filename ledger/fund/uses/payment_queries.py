"""What can be read of the payments for uses. A payment whose entry was reversed does not count."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, exists, func
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from ledger.db import select_columns
from ledger.fund.uses.payment_tables import ProjectPayment, Share
from ledger.fund.uses.rules import Borne
from ledger.journal.tables import Entry
from ledger.money import Fen


def stands() -> ColumnElement[bool]:
    """Whether a payment stands: no entry reverses its own."""
    reversal = aliased(Entry)
    return ~exists().where(
        col(reversal.community) == ProjectPayment.community,
        col(reversal.reverses_no) == ProjectPayment.entry_no,
    )


def payments(session: Session, community: str, code: str | None = None) -> Sequence[ProjectPayment]:
    """The payments that stand, of one use or of all of a community, in order."""
    query = select(ProjectPayment).where(ProjectPayment.community == community, stands())
    if code is not None:
        query = query.where(ProjectPayment.project == code)
    return session.exec(query.order_by(ProjectPayment.project, col(ProjectPayment.no))).all()


def shares(session: Session, community: str, code: str) -> list[Borne]:
    """How the payments of a use that stand were borne, added up, by bearer."""
    rows = session.execute(
        select_columns(
            Share.bearer,
            Share.kind,
            func.sum(Share.share_fen),
            func.sum(Share.charged_fen),
            func.sum(Share.shortfall_fen),
        )
        .join(
            ProjectPayment,
            (col(ProjectPayment.community) == Share.community)
            & (col(ProjectPayment.project) == Share.project)
            & (col(ProjectPayment.no) == Share.payment),
        )
        .where(Share.community == community, Share.project == code, stands())
        .group_by(Share.bearer, Share.kind)
        .order_by(Share.bearer)
    ).all()
    return [Borne(bearer, kind, *(Fen(int(fen)) for fen in sums)) for bearer, kind, *sums in rows]


def paid_on(session: Session, community: str) -> dict[str, date]:
    """The day of the last payment of each use that was paid for, by its code."""
    return {payment.project: payment.paid_on for payment in payments(session, community)}
