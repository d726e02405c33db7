"""What is stored of works money that goes out."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKeyConstraint
from sqlmodel import BigInteger, Field, SQLModel

from ledger.db import words
from ledger.grants.payout_rules import PayoutKind
from ledger.grants.rules import Source


class Payout(SQLModel, table=True):
    """A payment asked for, by the number of its invoice or document. Approved, it is append-only."""

    __table_args__ = (
        ForeignKeyConstraint(["community", "works"], ["works.community", "works.code"]),
        ForeignKeyConstraint(
            ["community", "contract"], ["works_contract.community", "works_contract.number"]
        ),
        CheckConstraint("approved_by <> requested_by", name="two_people"),
    )

    community: str = Field(primary_key=True)
    number: str = Field(primary_key=True)
    kind: PayoutKind = Field(sa_type=words(PayoutKind))
    works: str
    contract: str | None = None
    payee: str
    """The contractor; for a return the source."""
    reason: str = ""
    requested_by: str
    requested_on: date
    approved_by: str | None = None
    approved_on: date | None = None


class PayoutPart(SQLModel, table=True):
    """What one source bears of a payout, in fen. Append-only.

    ``retained_fen`` is kept back of a bill, and negative where retained money is released.
    """

    __tablename__ = "payout_part"
    __table_args__ = (
        ForeignKeyConstraint(["community", "payout"], ["payout.community", "payout.number"]),
        CheckConstraint("paid_fen > 0", name="pays_something"),
    )

    community: str = Field(primary_key=True)
    payout: str = Field(primary_key=True)
    source: Source = Field(primary_key=True, sa_type=words(Source))
    paid_fen: int = Field(sa_type=BigInteger)
    retained_fen: int = Field(sa_type=BigInteger)
