"""What is stored of the maintenance fund, beside its book."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKeyConstraint
from sqlmodel import BigInteger, Field, SQLModel

from ledger.db import words
from ledger.fund.rules import DepositKind, Keeper


class Deposit(SQLModel, table=True):
    """交存: money paid into the fund, with the special receipt that 165号令 Art. 14 asks for. Append-only."""

    __table_args__ = (
        ForeignKeyConstraint(["community", "home"], ["home.community", "home.code"]),
        ForeignKeyConstraint(["community", "entry_no"], ["entry.community", "entry.no"]),
        CheckConstraint("amount_fen > 0", name="amount_positive"),
    )

    community: str = Field(primary_key=True)
    receipt_no: str = Field(primary_key=True)
    home: str | None = None
    party: str | None = None
    kind: DepositKind = Field(sa_type=words(DepositKind))
    amount_fen: int = Field(sa_type=BigInteger)
    deposited_on: date
    entry_no: int = Field(sa_type=BigInteger)


class Custody(SQLModel, table=True):
    """Who keeps the fund from a day on, by which hand-over. Append-only."""

    __table_args__ = (
        ForeignKeyConstraint(["community", "handover"], ["handover.community", "handover.code"]),
    )

    community: str = Field(primary_key=True)
    handover: str = Field(primary_key=True)
    since: date
    keeper: Keeper = Field(sa_type=words(Keeper))
