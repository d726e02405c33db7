"""What can be read of payouts, asked for or paid. What they leave of contracts and sources is in `spent_queries`."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from ledger.errors import Unknown
from ledger.grants.payouts.rules import Part
from ledger.grants.payouts.tables import Payout, PayoutPart
from ledger.grants.rules import Source


class NoPayout(Unknown):
    code = "no-payout"
    zh = "{community} 没有付款申请“{number}”。"
    en = "{community} has no payout “{number}”."


def payout(session: Session, community: str, number: str) -> Payout:
    """One payout.

    Raises:
        NoPayout.
    """
    found = session.get(Payout, (community, number))
    if found is None:
        raise NoPayout(community=community, number=number)
    return found


def payouts(session: Session, community: str) -> Sequence[Payout]:
    """Every payout, asked for or paid, by the day it was asked for."""
    return session.exec(
        select(Payout).where(Payout.community == community).order_by(col(Payout.requested_on), Payout.number)
    ).all()


def parts_of(session: Session, community: str, number: str) -> dict[Source, Part]:
    """How a payout is cut by source, in fen."""
    rows = session.exec(
        select(PayoutPart)
        .where(PayoutPart.community == community, PayoutPart.payout == number)
        .order_by(col(PayoutPart.source))
    )
    return {row.source: Part(row.paid_fen, row.retained_fen) for row in rows}


def key_of(number: str, source: Source) -> str:
    """The key of the entry that pays a source's part of a payout."""
    return f"payout/{number}/{source.value}"
