"""What can be read of deposits."""

from sqlmodel import Session

from ledger.journal.queries import held
from ledger.money import Fen
from ledger.revenue.deposit_rules import holder
from ledger.revenue.tables import RevenueContract


def deposit_held(session: Session, community: str, signed: RevenueContract) -> Fen:
    """What is held on a contract, in fen."""
    who = holder(signed.counterparty, signed.number)
    return held(session, community, "revenue", "deposit", [who])[who]


def deposits_held(session: Session, community: str) -> dict[str, Fen]:
    """What is held, by counterparty and contract (``firm@number``), in fen; those that are nought are left out."""
    return {who: fen for who, fen in held(session, community, "revenue", "deposit").items() if fen}
