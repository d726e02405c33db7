"""What is stored of mappings."""

from datetime import datetime

from sqlalchemy import ForeignKeyConstraint
from sqlmodel import Field, SQLModel

from ledger.db import Instant


class StatementProfile(SQLModel, table=True):
    """How one bank writes its file, as a community declared it. Append-only.

    ``declared`` is JSON of the shape of ``profiles/*.toml``; ``sample`` is the digest of the file it was tried on.
    """

    __tablename__ = "statement_profile"
    __table_args__ = (ForeignKeyConstraint(["community"], ["community.code"]),)

    community: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    declared: str
    sample: str
    saved_by: str
    saved_at: datetime = Field(sa_type=Instant)
