"""What is stored of who keeps the fund."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKeyConstraint
from sqlmodel import BigInteger, Field, SQLModel

from ledger.db import words
from ledger.fund.rules import Keeper


class Handover(SQLModel, table=True):
    """划转: the fund goes from one keeper to the other, from the notice to the receipt. Who signed stays on it."""

    __table_args__ = (
        ForeignKeyConstraint(["community"], ["community.code"]),
        ForeignKeyConstraint(["community", "released_entry"], ["entry.community", "entry.no"]),
        ForeignKeyConstraint(["community", "taken_entry"], ["entry.community", "entry.no"]),
    )

    community: str = Field(primary_key=True)
    code: str = Field(primary_key=True)
    to: Keeper = Field(sa_type=words(Keeper))
    noticed_on: date
    due_on: date
    noticed_by: str
    total_fen: int | None = Field(default=None, sa_type=BigInteger)
    released_by: str | None = None
    released_on: date | None = None
    released_entry: int | None = Field(default=None, sa_type=BigInteger)
    taken_by: str | None = None
    taken_on: date | None = None
    taken_entry: int | None = Field(default=None, sa_type=BigInteger)


class HandoverPart(SQLModel, table=True):
    """One part that changes hands: of a home, of a selling unit for a building, or (no bearer) the gains. Append-only."""

    __tablename__ = "handover_part"
    __table_args__ = (
        ForeignKeyConstraint(["community", "handover"], ["handover.community", "handover.code"]),
        CheckConstraint("fen > 0", name="fen_positive"),
    )

    community: str = Field(primary_key=True)
    handover: str = Field(primary_key=True)
    role: str = Field(primary_key=True)
    bearer: str = Field(primary_key=True)
    fen: int = Field(sa_type=BigInteger)
