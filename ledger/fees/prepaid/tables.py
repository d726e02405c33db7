"""What is stored of refunds."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint
from sqlmodel import BigInteger, Field, SQLModel

from ledger.db import Instant, words
from ledger.fees.prepaid.rules import Ground, RefundState


class Refund(SQLModel, table=True):
    """退款 of a prepayment to the account that the receipt ``receipt_no`` came from."""

    __tablename__ = "fee_refund"
    __table_args__ = (
        ForeignKeyConstraint(["community", "home"], ["home.community", "home.code"]),
        ForeignKeyConstraint(["community", "receipt_no"], ["entry.community", "entry.no"]),
        ForeignKeyConstraint(["community", "entry_no"], ["entry.community", "entry.no"]),
        CheckConstraint("amount_fen > 0", name="amount_positive"),
    )

    community: str = Field(primary_key=True)
    code: str = Field(primary_key=True)
    home: str
    receipt_no: int = Field(sa_type=BigInteger)
    amount_fen: int = Field(sa_type=BigInteger)
    ground: Ground = Field(sa_type=words(Ground))
    state: RefundState = Field(default=RefundState.REQUESTED, sa_type=words(RefundState))
    requested_by: str
    requested_at: datetime = Field(sa_type=Instant)
    decided_by: str | None = None
    decided_at: datetime | None = Field(default=None, sa_type=Instant)
    entry_no: int | None = Field(default=None, sa_type=BigInteger)
