"""What is stored of proxies. Append-only."""

from datetime import datetime

from sqlalchemy import ForeignKeyConstraint
from sqlmodel import Field, SQLModel

from ledger.db import Instant


class Proxy(SQLModel, table=True):
    """委托: a home's proxy for one motion. ``holder`` is the digest of an owner's person key, or of the paper itself."""

    __table_args__ = (
        ForeignKeyConstraint(
            ["community", "motion", "home"], ["roll_home.community", "roll_home.motion", "roll_home.home"]
        ),
        ForeignKeyConstraint(["community", "paper"], ["stored_file.community", "stored_file.sha256"]),
    )

    community: str = Field(primary_key=True)
    motion: str = Field(primary_key=True)
    home: str = Field(primary_key=True)
    holder: str
    paper: str
    family: bool
    recorded_by: str
    recorded_at: datetime = Field(sa_type=Instant)
