"""What is stored of demands and disputes."""

from datetime import date

from sqlalchemy import ForeignKeyConstraint, Index
from sqlmodel import BigInteger, Field, SQLModel

from ledger.db import words
from ledger.fees.dunning.rules import Channel, Measure


class Demand(SQLModel, table=True):
    """催交: one step for one home, delivered on a day; ``proof`` is the SHA-256 of what proves it. Append-only."""

    __tablename__ = "fee_demand"
    __table_args__ = (
        ForeignKeyConstraint(["community", "entry_no"], ["entry.community", "entry.no"]),
        ForeignKeyConstraint(["community", "home"], ["home.community", "home.code"]),
        Index("ix_fee_demand_home", "community", "home"),
    )

    community: str = Field(primary_key=True)
    entry_no: int = Field(primary_key=True, sa_type=BigInteger)
    home: str = Field(primary_key=True)
    measure: Measure = Field(sa_type=words(Measure))
    channel: Channel = Field(sa_type=words(Channel))
    proof: str
    delivered_on: date
    pay_by: date


class Dispute(SQLModel, table=True):
    """异议: a home disputes its fee for some months; meanwhile no late fee grows. ``reason`` is personal data."""

    __tablename__ = "fee_dispute"
    __table_args__ = (ForeignKeyConstraint(["community", "home"], ["home.community", "home.code"]),)

    community: str = Field(primary_key=True)
    code: str = Field(primary_key=True)
    home: str
    first: str
    last: str
    opened_on: date
    ended_on: date | None = None
    reason: str
