"""What is stored of papers. In ink."""

from datetime import datetime

from sqlalchemy import ForeignKeyConstraint
from sqlmodel import Field, SQLModel

from ledger.db import Instant


class VotePaper(SQLModel, table=True):
    """A paper of a vote by its digest. Personal data: never public."""

    __tablename__ = "vote_paper"
    __table_args__ = (ForeignKeyConstraint(["community"], ["community.code"]),)

    community: str = Field(primary_key=True)
    sha256: str = Field(primary_key=True)
    media_type: str
    body: bytes
    kept_by: str
    kept_at: datetime = Field(sa_type=Instant)
