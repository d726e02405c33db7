"""What can be read of the electricity of charging that is to be paid on."""

from sqlmodel import Session

from ledger.journal.queries import held
from ledger.money import Fen


def electricity_held(session: Session, community: str) -> dict[str, Fen]:
    """What was collected and not paid on, by counterparty and contract (``firm@number``), in fen; nought is left out."""
    return {who: fen for who, fen in held(session, community, "revenue", "electricity").items() if fen}
