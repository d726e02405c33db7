"""What is stored of costs and budgets."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKeyConstraint
from sqlmodel import BigInteger, Field, SQLModel

from ledger.db import words
from ledger.fees.budgets.rules import CostLine


class BudgetLine(SQLModel, table=True):
    """One line of a year's budget that the owners voted. Append-only."""

    __tablename__ = "fee_budget_line"
    __table_args__ = (
        ForeignKeyConstraint(["community", "motion"], ["motion.community", "motion.code"]),
        CheckConstraint("amount_fen > 0", name="amount_positive"),
    )

    community: str = Field(primary_key=True)
    year: int = Field(primary_key=True)
    line: CostLine = Field(primary_key=True, sa_type=words(CostLine))
    amount_fen: int = Field(sa_type=BigInteger)
    motion: str


class FeeCost(SQLModel, table=True):
    """A cost of the service with its voucher and its line; void when its entry was reversed. Append-only."""

    __tablename__ = "fee_cost"
    __table_args__ = (
        ForeignKeyConstraint(["community", "entry_no"], ["entry.community", "entry.no"]),
        CheckConstraint("amount_fen > 0", name="amount_positive"),
    )

    community: str = Field(primary_key=True)
    entry_no: int = Field(primary_key=True, sa_type=BigInteger)
    line: CostLine = Field(sa_type=words(CostLine))
    amount_fen: int = Field(sa_type=BigInteger)
    voucher: str
    payee: str
    spent_on: date
