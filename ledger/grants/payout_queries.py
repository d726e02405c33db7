"""What can be read of payouts, asked for or paid. What they leave of contracts and sources is in `spent_queries`."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import exists
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from ledger.errors import Unknown
from ledger.fields import Code
from ledger.grants.payout_rules import Part
from ledger.grants.payout_tables import Payout, PayoutPart
from ledger.grants.rules import Source
from ledger.journal.queries import name_in
from ledger.journal.tables import Entry

PAID = ("grant.spent", "grant.returned")
"""The kinds of the entries that pay a payout."""


class NoPayout(Unknown):
    code = "no-payout"
    zh = "本小区没有付款申请“{number}”。"
    en = "This community has no payout “{number}”."


def payout(session: Session, community: str, number: str) -> Payout:
    """One payout.

    Raises:
        NoPayout.
    """
    row = session.get(Payout, (community, number))
    if row is None:
        raise NoPayout(community=community, number=number)
    return row


def payouts(session: Session, community: str) -> Sequence[Payout]:
    """Every payout, asked for or paid, by the day it was asked for."""
    return session.exec(
        select(Payout).where(Payout.community == community).order_by(col(Payout.requested_on), Payout.number)
    ).all()


def payouts_seen(session: Session, community: str) -> list[dict[str, Any]]:
    """Every payout with its parts by source, their sums and what of it is to be paid, in fen. Three statements."""
    parts: dict[str, dict[Source, Part]] = defaultdict(dict)
    for row in session.exec(
        select(PayoutPart).where(PayoutPart.community == community).order_by(col(PayoutPart.source))
    ):
        parts[row.payout][row.source] = Part(row.paid_fen, row.retained_fen)
    paid = _paid(session, community)
    return [_with_parts(payment, parts[payment.number], paid) for payment in payouts(session, community)]


def payout_seen(session: Session, community: str, number: Code) -> dict[str, Any]:
    """One payout, as the list tells it.

    Raises:
        NoPayout.
    """
    of = payout(session, community, number)
    return _with_parts(of, parts_of(session, community, number), _paid(session, community))


def _paid(session: Session, community: str) -> frozenset[str]:
    """What was paid and not reversed, by `key_of`."""
    reversal = aliased(Entry)
    undone = exists().where(
        (col(reversal.community) == Entry.community) & (col(reversal.reverses_no) == Entry.no)
    )
    keys = session.exec(
        select(Entry.key).where(Entry.community == community, col(Entry.kind).in_(PAID), ~undone)
    )
    return frozenset(name_in(key) for key in keys)


def _with_parts(payment: Payout, parts: Mapping[Source, Part], paid: Collection[str]) -> dict[str, Any]:
    return {
        **payment.model_dump(),
        "paid_fen": sum(part.paid_fen for part in parts.values()),
        "retained_fen": sum(part.retained_fen for part in parts.values()),
        "open_fen": sum(
            part.paid_fen for source, part in parts.items() if key_of(payment.number, source) not in paid
        ),
        "parts": {source: part._asdict() for source, part in parts.items()},
    }


def payouts_of(session: Session, community: str, contract: Code) -> list[dict[str, Any]]:
    """The payouts of one contract as `payouts_seen` tells them."""
    return [payment for payment in payouts_seen(session, community) if payment["contract"] == contract]


def part_rows(session: Session, community: str, number: Code) -> Sequence[PayoutPart]:
    """What each source bears of a payout."""
    return session.exec(
        select(PayoutPart)
        .where(PayoutPart.community == community, PayoutPart.payout == number)
        .order_by(col(PayoutPart.source))
    ).all()


def parts_of(session: Session, community: str, number: str) -> dict[Source, Part]:
    """How a payout is cut by source, in fen."""
    rows = part_rows(session, community, number)
    return {row.source: Part(row.paid_fen, row.retained_fen) for row in rows}


def key_of(number: str, source: Source) -> str:
    """The key of the entry that pays a source's part of a payout."""
    return f"payout/{number}/{source.value}"
