"""What is stored of public revenue, beside its book."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKeyConstraint
from sqlmodel import BigInteger, Field, SQLModel

from ledger.db import words
from ledger.revenue.rules import Category, CostKind


class RevenueContract(SQLModel, table=True):
    """A contract that uses common parts: who pays, for what, how much, by which resolution."""

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
    """The resolution's number and the day it passed."""
    competitive: bool = True
    beneficiary_building: str | None = None
    """The building whose owners the income belongs to; none = the whole community."""


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
    """Money that came in on a contract. In ink."""

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


class RevenueCost(SQLModel, table=True):
    """A proved cost of earning public revenue. In ink."""

    __tablename__ = "revenue_cost"
    __table_args__ = (ForeignKeyConstraint(["community", "entry_no"], ["entry.community", "entry.no"]),)

    community: str = Field(primary_key=True)
    entry_no: int = Field(primary_key=True, sa_type=BigInteger)
    kind: CostKind = Field(sa_type=words(CostKind))
    voucher_no: str
    amount_fen: int = Field(sa_type=BigInteger)
    paid_on: date


class Remittance(SQLModel, table=True):
    """What was paid into the fund for a quarter: one entry in each book, linked. In ink."""

    __table_args__ = (
        ForeignKeyConstraint(["community", "revenue_entry"], ["entry.community", "entry.no"]),
        ForeignKeyConstraint(["community", "fund_entry"], ["entry.community", "entry.no"]),
    )

    community: str = Field(primary_key=True)
    quarter: str = Field(primary_key=True)
    due_fen: int = Field(sa_type=BigInteger)
    amount_fen: int = Field(sa_type=BigInteger)
    due_on: date
    remitted_on: date
    revenue_entry: int = Field(sa_type=BigInteger)
    fund_entry: int = Field(sa_type=BigInteger)
