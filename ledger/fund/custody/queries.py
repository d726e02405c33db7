"""What can be read of who keeps the fund."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import case, func, union_all
from sqlmodel import Session, col, select

from ledger.community.queries import profile
from ledger.db import select_columns
from ledger.errors import Unknown
from ledger.fields import Code
from ledger.fund.custody.rules import NET, AccountLevel, HandedPart
from ledger.fund.custody.tables import Handover, HandoverPart
from ledger.journal.tables import Account, Movement


class NoHandover(Unknown):
    code = "no-handover"
    zh = "本小区没有划转“{handover}”。"
    en = "This community has no hand-over “{handover}”."


def account_level(session: Session, community: str, on: date) -> AccountLevel:
    """By what the fund's bank account is opened here: never "by building" by itself."""
    return AccountLevel(profile(session, community, on)["fund.account_level"])


def handover(session: Session, community: str, code: Code) -> Handover:
    """One hand-over.

    Raises:
        NoHandover: there is none with this code.
    """
    row = session.get(Handover, (community, code))
    if row is None:
        raise NoHandover(community=community, handover=code)
    return row


def handovers(session: Session, community: str) -> Sequence[Handover]:
    """The hand-overs, newest first."""
    return session.exec(
        select(Handover)
        .where(Handover.community == community)
        .order_by(col(Handover.noticed_on).desc(), Handover.code)
    ).all()


def handed_parts(session: Session, community: str, code: str) -> list[HandedPart]:
    """What a hand-over moves, part by part."""
    rows = session.exec(
        select(HandoverPart)
        .where(HandoverPart.community == community, HandoverPart.handover == code)
        .order_by(HandoverPart.role, HandoverPart.bearer)
    )
    return [HandedPart(row.role, row.bearer, row.fen) for row in rows]


def parts_held(session: Session, community: str) -> list[HandedPart]:
    """What every home and selling unit holds on every account of the fund now, and the gains, in one statement."""
    bearer = case((col(Account.role) == "gains", ""), else_=func.coalesce(Movement.home, Movement.party))
    legs = [
        select_columns(
            col(Account.role).label("role"),
            bearer.label("bearer"),
            (col(Movement.amount_fen) * sign).label("fen"),
        )
        .join(Movement, (col(Movement.community) == Account.community) & (col(Movement.book) == Account.book))
        .where(
            Account.community == community,
            Account.book == "fund",
            col(Account.role).in_(NET),
            side == Account.code,
        )
        for side, sign in ((col(Movement.credit), 1), (col(Movement.debit), -1))
    ]
    both = union_all(*legs).subquery()
    rows = session.execute(
        select(both.c.role, both.c.bearer, func.sum(both.c.fen))
        .group_by(both.c.role, both.c.bearer)
        .order_by(both.c.role, both.c.bearer)
    )
    return [HandedPart(role, bearer, int(fen)) for role, bearer, fen in rows if fen]
