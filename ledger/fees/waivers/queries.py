"""What can be read of waivers."""

from collections.abc import Collection, Sequence

from sqlalchemy import bindparam, func
from sqlmodel import Session, col, select

from ledger.db import Texts, select_columns
from ledger.errors import Unknown
from ledger.fees.queries import PRINCIPAL_ROWS, lines, stands
from ledger.fees.tables import Waived
from ledger.fees.waivers.rules import Kind, Standing, State
from ledger.fees.waivers.tables import Waiver
from ledger.fields import Code
from ledger.periods import Month, Period


class NoWaiver(Unknown):
    code = "no-waiver"
    zh = "本小区没有减免“{waiver}”。"
    en = "This community has no waiver “{waiver}”."


def waiver(session: Session, community: str, code: Code) -> Waiver:
    """One waiver.

    Raises:
        NoWaiver: there is none with this code.
    """
    row = session.get(Waiver, (community, code))
    if row is None:
        raise NoWaiver(community=community, waiver=code)
    return row


def waivers(session: Session, community: str) -> Sequence[Waiver]:
    """Every waiver that was asked for, by code."""
    return session.exec(select(Waiver).where(Waiver.community == community).order_by(Waiver.code)).all()


def running(session: Session, community: str, month: Month) -> Sequence[Waiver]:
    """The approved waivers whose period holds a month, by code."""
    return session.exec(
        select(Waiver)
        .where(
            Waiver.community == community,
            Waiver.state == State.APPROVED,
            col(Waiver.first) <= str(month),
            col(Waiver.last) >= str(month),
        )
        .order_by(Waiver.code)
    ).all()


def standings(
    session: Session, community: str, first: str, last: str, homes: Collection[str] | None = None
) -> list[Standing]:
    """How the charges of some months stand, of some homes or of all, by home and month."""
    some = None if homes is None else bindparam("homes", sorted(homes), type_=Texts())
    c = lines(community, PRINCIPAL_ROWS, homes=some, first=first, last=last).c
    rows = session.execute(
        select_columns(c.home, c.month, func.sum(c.charged), func.sum(c.waived), func.sum(c.fen))
        .group_by(c.home, c.month)
        .having(func.sum(c.charged) > 0)
        .order_by(c.home, c.month)
    )
    return [Standing(h, m, int(charged), int(waived), int(owed)) for h, m, charged, waived, owed in rows]


def waived_by(session: Session, community: str, code: str) -> list[tuple[str, str, int]]:
    """What a waiver has taken off, as (home, month, fen)."""
    rows = session.execute(
        select(Waived.home, Waived.month, func.sum(Waived.amount_fen))
        .where(Waived.community == community, Waived.waiver == code, stands(Waived))
        .group_by(Waived.home, Waived.month)
        .having(func.sum(Waived.amount_fen) > 0)
        .order_by(Waived.home, Waived.month)
    )
    return [(home, month, int(fen)) for home, month, fen in rows]


def waived_by_kind(session: Session, community: str, period: Period) -> dict[Kind, int]:
    """What was waived of a period's charges, by kind, in fen: the totals that are disclosed."""
    rows = session.execute(
        select(Waiver.kind, func.sum(Waived.amount_fen))
        .join(Waived, (col(Waived.community) == Waiver.community) & (col(Waived.waiver) == Waiver.code))
        .where(
            Waiver.community == community,
            col(Waived.month) >= str(period.start),
            col(Waived.month) <= str(period.end),
            stands(Waived),
        )
        .group_by(Waiver.kind)
    )
    return {kind: int(fen) for kind, fen in rows}
