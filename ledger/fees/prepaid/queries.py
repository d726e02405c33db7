"""What can be read of prepayments and refunds."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func
from sqlmodel import Session, col, select

from ledger.errors import Unknown
from ledger.fees.prepaid.rules import RefundState
from ledger.fees.prepaid.tables import Refund
from ledger.fees.tables import FeeTerms
from ledger.fields import Code
from ledger.journal.queries import held, moves_of, reversal_no
from ledger.journal.tables import Entry


class NoRefund(Unknown):
    code = "no-refund"
    zh = "本小区没有退款申请“{refund}”。"
    en = "This community has no refund “{refund}”."


class NoReceipt(Unknown):
    code = "no-receipt"
    zh = "第 {no} 号凭证不是 {home} 的有效物业费收款。"
    en = "Entry {no} is no standing receipt of {home}."


def refund(session: Session, community: str, code: Code) -> Refund:
    """One refund.

    Raises:
        NoRefund: there is none with this code.
    """
    row = session.get(Refund, (community, code))
    if row is None:
        raise NoRefund(community=community, refund=code)
    return row


def refunds(session: Session, community: str) -> Sequence[Refund]:
    """Every refund that was asked for, by code."""
    return session.exec(select(Refund).where(Refund.community == community).order_by(Refund.code)).all()


def receipt(session: Session, community: str, no: int, home: str) -> tuple[str, int]:
    """The account that a receipt of a home came into, and how much came; in fen.

    Raises:
        NoReceipt: the entry is no receipt, of another home, or was reversed.
    """
    entry = session.get(Entry, (community, no))
    moves = [m for m in moves_of(session, community, no) if m.home == home]
    reversal = reversal_no(session, community, no)
    if entry is None or entry.kind != "fees.received" or not moves or reversal is not None:
        raise NoReceipt(no=no, home=home)
    return moves[0].debit, sum(m.amount_fen for m in moves)


def refunded(session: Session, community: str, receipt_no: int) -> int:
    """How much of a receipt was given back, in fen."""
    return int(
        session.execute(
            select(func.coalesce(func.sum(Refund.amount_fen), 0)).where(
                Refund.community == community,
                Refund.receipt_no == receipt_no,
                Refund.state == RefundState.PAID,
            )
        ).scalar_one()
    )


def owed_back(session: Session, community: str, on: date) -> dict[str, int]:
    """What homes still hold prepaid although no contract charges after a day (解释 Art. 3), in fen by home."""
    last_days = session.exec(select(col(FeeTerms.charges_until)).where(FeeTerms.community == community)).all()
    if not last_days or any(day is None or day >= on for day in last_days):
        return {}
    return {home: fen for home, fen in held(session, community, "fee", "prepaid").items() if fen > 0}
