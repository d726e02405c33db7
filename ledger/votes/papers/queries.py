"""What can be read of papers: that they are kept."""

from sqlmodel import Session, select

from ledger.votes.papers.rules import NoPaper
from ledger.votes.papers.tables import VotePaper


def is_kept(session: Session, community: str, sha256: str) -> bool:
    """Whether a paper with this digest was taken in; its bytes stay where they are."""
    query = select(VotePaper.sha256).where(VotePaper.community == community, VotePaper.sha256 == sha256)
    return session.exec(query).first() is not None


def check_kept(session: Session, community: str, sha256: str) -> None:
    """See that a paper was taken in before it is named.

    Raises:
        NoPaper: it was not.
    """
    if not is_kept(session, community, sha256):
        raise NoPaper(sha256=sha256)
