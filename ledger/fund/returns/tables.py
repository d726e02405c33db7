"""What is stored of money that goes back, beside the fund's book."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKeyConstraint
from sqlmodel import BigInteger, Field, SQLModel

from ledger.db import words
from ledger.fund.returns.rules import Payee, ReturnKind


class FundReturn(SQLModel, table=True):
    """返还: one sum that goes back to one payee, from who asked to who paid."""

    __tablename__ = "fund_return"
    __table_args__ = (
        ForeignKeyConstraint(["community"], ["community.code"]),
        ForeignKeyConstraint(["community", "home"], ["home.community", "home.code"]),
        ForeignKeyConstraint(["community", "receipt_no"], ["deposit.community", "deposit.receipt_no"]),
        ForeignKeyConstraint(["community", "paid_entry"], ["entry.community", "entry.no"]),
        CheckConstraint("amount_fen > 0", name="amount_positive"),
    )

    community: str = Field(primary_key=True)
    code: str = Field(primary_key=True)
    kind: ReturnKind = Field(sa_type=words(ReturnKind))
    payee: Payee = Field(sa_type=words(Payee))
    home: str | None = None
    party: str | None = None
    receipt_no: str | None = None
    amount_fen: int = Field(sa_type=BigInteger)
    asked_by: str
    asked_on: date
    paid_by: str | None = None
    paid_on: date | None = None
    paid_entry: int | None = Field(default=None, sa_type=BigInteger)


class LostHouse(SQLModel, table=True):
    """灭失: a home that is no more. Append-only."""

    __tablename__ = "lost_house"
    __table_args__ = (ForeignKeyConstraint(["community", "home"], ["home.community", "home.code"]),)

    community: str = Field(primary_key=True)
    home: str = Field(primary_key=True)
    loss: str
    lost_on: date
