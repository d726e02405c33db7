"""What is stored of a use of public revenue."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint
from sqlmodel import BigInteger, Field, SQLModel

from ledger.db import Instant, words
from ledger.revenue.uses.rules import Use


class RevenueUse(SQLModel, table=True):
    """A use: asked for by one person, released by another. ``purpose`` is private."""

    __tablename__ = "revenue_use"
    __table_args__ = (
        ForeignKeyConstraint(["community", "motion"], ["motion.community", "motion.code"]),
        ForeignKeyConstraint(["community", "entry_no"], ["entry.community", "entry.no"]),
        ForeignKeyConstraint(["community", "other_entry"], ["entry.community", "entry.no"]),
        CheckConstraint("amount_fen > 0", name="amount_positive"),
    )

    community: str = Field(primary_key=True)
    code: str = Field(primary_key=True)
    kind: Use = Field(sa_type=words(Use))
    amount_fen: int = Field(sa_type=BigInteger)
    purpose: str
    motion: str
    building: str | None = None
    stairwell: str | None = None
    payee: str | None = Field(default=None, foreign_key="firm.code")
    requested_by: str
    requested_at: datetime = Field(sa_type=Instant)
    approved_by: str | None = None
    paid_on: date | None = None
    entry_no: int | None = Field(default=None, sa_type=BigInteger)
    other_entry: int | None = Field(default=None, sa_type=BigInteger)
    """The linked entry in the fund or in the fee book."""
