"""Taking in a paper."""

from datetime import datetime
from hashlib import sha256

from sqlmodel import Session

from ledger.community.rules import Actor
from ledger.votes.papers.queries import is_kept
from ledger.votes.papers.rules import media_type
from ledger.votes.papers.tables import VotePaper


def keep_paper(session: Session, community: str, body: bytes, *, by: Actor, at: datetime) -> str:
    """Keep a paper of a vote, judged by its content; gives its SHA-256 in hexadecimal. The same one is kept once.

    Raises:
        PaperRefused: it is no JPEG, PNG or PDF, or larger than 8 MB.
    """
    kind, digest = media_type(body), sha256(body).hexdigest()
    if not is_kept(session, community, digest):
        session.add(
            VotePaper(
                community=community, sha256=digest, media_type=kind, body=body, kept_by=by.login, kept_at=at
            )
        )
        session.flush()  # a sheet, a proxy or a ruling names it
    return digest
