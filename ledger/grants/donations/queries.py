"""What can be read of the community fund."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlmodel import Session, col, select

from ledger.errors import Unknown
from ledger.fields import Code
from ledger.grants.donations.rules import BOOK
from ledger.grants.donations.tables import Donation, DonationPurpose, DonationSpending
from ledger.journal.queries import held
from ledger.journal.tables import Entry


class NoPurpose(Unknown):
    code = "no-donation-purpose"
    zh = "社区基金没有用途“{purpose}”。"
    en = "The community fund has no purpose “{purpose}”."


class NoSpending(Unknown):
    code = "no-donation-spending"
    zh = "本小区没有社区基金支出申请“{number}”。"
    en = "This community has no spending “{number}” of the community fund."


class PurposeFigures(NamedTuple):
    """One purpose, in fen; ``donors`` are those who let themselves be named."""

    code: str
    name: str
    received_fen: int
    spent_fen: int
    left_fen: int
    donors: list[str]


def purpose_of(session: Session, community: str, code: str) -> DonationPurpose:
    """One purpose.

    Raises:
        NoPurpose.
    """
    purpose = session.get(DonationPurpose, (community, code))
    if purpose is None:
        raise NoPurpose(community=community, purpose=code)
    return purpose


def spending(session: Session, community: str, number: Code) -> DonationSpending:
    """One spending, asked for or paid.

    Raises:
        NoSpending.
    """
    row = session.get(DonationSpending, (community, number))
    if row is None:
        raise NoSpending(community=community, number=number)
    return row


def left(session: Session, community: str, code: str) -> int:
    """What is left for a purpose, in fen."""
    return held(session, community, BOOK, "purpose", [code])[code]


def by_purpose(session: Session, community: str) -> list[PurposeFigures]:
    """Every purpose with what came in and is left; donors who asked to stay unnamed are not named."""
    undone = select(Entry.reverses_no).where(
        Entry.community == community, col(Entry.reverses_no).is_not(None)
    )
    given = session.exec(
        select(Donation)
        .where(Donation.community == community, col(Donation.entry_no).not_in(undone))
        .order_by(Donation.receipt_no)
    ).all()
    remaining = held(session, community, BOOK, "purpose")
    figures = []
    for purpose in session.exec(
        select(DonationPurpose).where(DonationPurpose.community == community).order_by(DonationPurpose.code)
    ):
        gifts = [gift for gift in given if gift.purpose == purpose.code]
        received, still = sum(gift.amount_fen for gift in gifts), remaining.get(purpose.code, 0)
        named = sorted({gift.donor for gift in gifts if not gift.unnamed})
        figures.append(PurposeFigures(purpose.code, purpose.name, received, received - still, still, named))
    return figures


def purpose_seen(session: Session, community: str, purpose: Code) -> PurposeFigures:
    """One purpose, as the list tells it.

    Raises:
        NoPurpose.
    """
    for figures in by_purpose(session, community):
        if figures.code == purpose:
            return figures
    raise NoPurpose(community=community, purpose=purpose)


def spendings(session: Session, community: str) -> Sequence[DonationSpending]:
    """Every spending, asked for or paid, by the day it was asked for."""
    return session.exec(
        select(DonationSpending)
        .where(DonationSpending.community == community)
        .order_by(col(DonationSpending.requested_on), DonationSpending.number)
    ).all()


def spendings_for(session: Session, community: str, purpose: Code) -> Sequence[DonationSpending]:
    """The spendings of one purpose."""
    return [row for row in spendings(session, community) if row.purpose == purpose]
