"""What is stored of the community fund."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKeyConstraint
from sqlmodel import BigInteger, Field, SQLModel

PURPOSE = (["community", "purpose"], ["donation_purpose.community", "donation_purpose.code"])


class DonationPurpose(SQLModel, table=True):
    """What donors give for. Append-only."""

    __tablename__ = "donation_purpose"
    __table_args__ = (ForeignKeyConstraint(["community"], ["community.code"]),)

    community: str = Field(primary_key=True)
    code: str = Field(primary_key=True)
    name: str
    opened_on: date


class Donation(SQLModel, table=True):
    """A gift with its receipt. The donor's name is personal data; ``unnamed`` keeps it off every public list.

    Not append-only, for a name must be erasable; the amount is in its entry, which is.
    """

    __table_args__ = (
        ForeignKeyConstraint(*PURPOSE),
        ForeignKeyConstraint(["community", "entry_no"], ["entry.community", "entry.no"]),
    )

    community: str = Field(primary_key=True)
    receipt_no: str = Field(primary_key=True)
    purpose: str
    donor: str
    unnamed: bool
    amount_fen: int = Field(sa_type=BigInteger)
    given_on: date
    entry_no: int = Field(sa_type=BigInteger)


class DonationSpending(SQLModel, table=True):
    """Money to be spent for a purpose: one person asks, another pays. Approved, it is append-only."""

    __tablename__ = "donation_spending"
    __table_args__ = (
        ForeignKeyConstraint(*PURPOSE),
        CheckConstraint("amount_fen > 0", name="amount_positive"),
        CheckConstraint("approved_by <> requested_by", name="two_people"),
    )

    community: str = Field(primary_key=True)
    number: str = Field(primary_key=True)
    purpose: str
    payee: str = Field(foreign_key="firm.code")
    what: str
    amount_fen: int = Field(sa_type=BigInteger)
    requested_by: str
    requested_on: date
    approved_by: str | None = None
    approved_on: date | None = None
