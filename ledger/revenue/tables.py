"""What is stored of public revenue, beside its book."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, false
from sqlmodel import BigInteger, Field, SQLModel

from ledger.db import Instant, words
from ledger.revenue.rules import Category, CostKind, Method


class RevenueContract(SQLModel, table=True):
    """A contract that uses common parts: who pays, for what, how much, by which resolution.

    ``brought_over`` contracts ran before the ledger did and rest on a resolution on paper of ``resolved_on``.
    """

    __tablename__ = "revenue_contract"
    __table_args__ = (
        ForeignKeyConstraint(["community"], ["community.code"]),
        CheckConstraint("price_fen > 0", name="price_positive"),
    )

    community: str = Field(primary_key=True)
    number: str = Field(primary_key=True)
    category: Category = Field(sa_type=words(Category))
    counterparty: str = Field(foreign_key="firm.code")
    object: str
    starts_on: date
    ends_on: date
    price_fen: int = Field(sa_type=BigInteger)
    resolution: str
    """The motion's code; of a contract brought over, the paper's number."""
    resolved_on: date | None = None
    brought_over: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    beneficiary_building: str | None = None
    """The building whose owners the income belongs to; none = the whole community."""
    beneficiary_stairwell: str | None = None
    method: Method | None = Field(default=None, sa_type=words(Method))
    evidence: str | None = None
    """SHA-256 of the tender's or the quotes' file."""
    quotes: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    reason: str = Field(default="", sa_column_kwargs={"server_default": ""})
    renews: str | None = None
    site: str | None = None
    terminated_on: date | None = None
    """The last day of a contract that was ended early."""


class Instalment(SQLModel, table=True):
    """What a contract promises on a day."""

    __table_args__ = (
        ForeignKeyConstraint(
            ["community", "contract"], ["revenue_contract.community", "revenue_contract.number"]
        ),
    )

    community: str = Field(primary_key=True)
    contract: str = Field(primary_key=True)
    due_on: date = Field(primary_key=True)
    amount_fen: int = Field(sa_type=BigInteger)


class RevenueReceipt(SQLModel, table=True):
    """Money that came in on a contract. Append-only."""

    __tablename__ = "revenue_receipt"
    __table_args__ = (
        ForeignKeyConstraint(["community", "entry_no"], ["entry.community", "entry.no"]),
        ForeignKeyConstraint(
            ["community", "contract"], ["revenue_contract.community", "revenue_contract.number"]
        ),
    )

    community: str = Field(primary_key=True)
    entry_no: int = Field(primary_key=True, sa_type=BigInteger)
    contract: str
    amount_fen: int = Field(sa_type=BigInteger)
    received_on: date


class OtherReceipt(SQLModel, table=True):
    """Money that came in without a contract: interest, compensation, a deposit forfeited. Append-only."""

    __tablename__ = "revenue_other_receipt"
    __table_args__ = (ForeignKeyConstraint(["community", "entry_no"], ["entry.community", "entry.no"]),)

    community: str = Field(primary_key=True)
    entry_no: int = Field(primary_key=True, sa_type=BigInteger)
    category: Category = Field(sa_type=words(Category))
    building: str | None = None
    stairwell: str | None = None
    amount_fen: int = Field(sa_type=BigInteger)
    received_on: date


class RevenueCost(SQLModel, table=True):
    """A proved cost of earning public revenue. Append-only."""

    __tablename__ = "revenue_cost"
    __table_args__ = (ForeignKeyConstraint(["community", "entry_no"], ["entry.community", "entry.no"]),)

    community: str = Field(primary_key=True)
    entry_no: int = Field(primary_key=True, sa_type=BigInteger)
    kind: CostKind = Field(sa_type=words(CostKind))
    voucher_no: str
    amount_fen: int = Field(sa_type=BigInteger)
    paid_on: date
    contract: str | None = None
    """The contract it was spent for; tax may be of all."""


class CostClaim(SQLModel, table=True):
    """A cost that was claimed and not proved: kept, and counted as nought. Append-only."""

    __tablename__ = "revenue_cost_claim"
    __table_args__ = (
        ForeignKeyConstraint(["community", "entry_no"], ["entry.community", "entry.no"]),
        CheckConstraint("amount_fen > 0", name="amount_positive"),
    )

    community: str = Field(primary_key=True)
    code: str = Field(primary_key=True)
    entry_no: int = Field(sa_type=BigInteger)
    kind: CostKind = Field(sa_type=words(CostKind))
    contract: str | None = None
    amount_fen: int = Field(sa_type=BigInteger)
    claimed_on: date
    claimed_by: str
    claimed_at: datetime = Field(sa_type=Instant)
