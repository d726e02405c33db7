"""What is stored of the public account for housing safety, beside its book."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKeyConstraint
from sqlmodel import BigInteger, Field, SQLModel


class SafetyGrant(SQLModel, table=True):
    """Government money for the safety of houses that came in, and who paid it. Append-only."""

    __tablename__ = "safety_grant"
    __table_args__ = (ForeignKeyConstraint(["community", "entry_no"], ["entry.community", "entry.no"]),)

    community: str = Field(primary_key=True)
    receipt_no: str = Field(primary_key=True)
    payer: str
    amount_fen: int = Field(sa_type=BigInteger)
    received_on: date
    document: str
    """SHA-256 of the paper by which it was granted."""
    entry_no: int = Field(sa_type=BigInteger)


class SafetyPayment(SQLModel, table=True):
    """A payment out of the public account as it was asked for. Append-only; the entry that pays it says by whom and when."""

    __tablename__ = "safety_payment"
    __table_args__ = (
        ForeignKeyConstraint(["community"], ["community.code"]),
        ForeignKeyConstraint(["community", "building"], ["building.community", "building.code"]),
        CheckConstraint("amount_fen > 0", name="amount_positive"),
    )

    community: str = Field(primary_key=True)
    number: str = Field(primary_key=True)
    what: str
    building: str | None = None
    payee: str = Field(foreign_key="firm.code")
    amount_fen: int = Field(sa_type=BigInteger)
    document: str
    requested_by: str
    requested_on: date
