"""What is stored of a disclosure on its way to the board."""

from datetime import datetime

from sqlalchemy import ForeignKeyConstraint
from sqlmodel import Field, SQLModel

from ledger.db import Instant, words
from ledger.disclosure.rules import DisclosureState


class Disclosure(SQLModel, table=True):
    """A half-year's figures as canonical bytes, and who did which step."""

    __table_args__ = (ForeignKeyConstraint(["community"], ["community.code"]),)

    community: str = Field(primary_key=True)
    period: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    state: DisclosureState = Field(default=DisclosureState.PREPARED, sa_type=words(DisclosureState))
    body: bytes
    sha256: str
    prepared_by: str
    prepared_at: datetime = Field(sa_type=Instant)
    checked_by: str | None = None
    checked_at: datetime | None = Field(default=None, sa_type=Instant)
    published_by: str | None = None
    published_at: datetime | None = Field(default=None, sa_type=Instant)
    why: str | None = None
