"""What is stored of the sharing out of gains, beside the fund's book."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKeyConstraint
from sqlmodel import BigInteger, Field, SQLModel

from ledger.db import words
from ledger.fund.gains.rules import PartKind


class GainsRun(SQLModel, table=True):
    """收益分配: one sharing out of actual gains of a run of closed months. Who prepared and who posted stay on it."""

    __tablename__ = "gains_run"
    __table_args__ = (
        ForeignKeyConstraint(["community"], ["community.code"]),
        ForeignKeyConstraint(["community", "entry_no"], ["entry.community", "entry.no"]),
        CheckConstraint("income_fen > 0", name="income_positive"),
    )

    community: str = Field(primary_key=True)
    code: str = Field(primary_key=True)
    period: str
    first_on: date
    last_on: date
    income_fen: int = Field(sa_type=BigInteger)
    prepared_by: str
    prepared_on: date
    posted_by: str | None = None
    posted_on: date | None = None
    entry_no: int | None = Field(default=None, sa_type=BigInteger)


class GainsShare(SQLModel, table=True):
    """What one part of the fund gets of a run, with the day-products (fen × days) it is worked out from. Append-only."""

    __tablename__ = "gains_share"
    __table_args__ = (
        ForeignKeyConstraint(["community", "run"], ["gains_run.community", "gains_run.code"]),
        CheckConstraint("product > 0 AND share_fen >= 0", name="not_negative"),
    )

    community: str = Field(primary_key=True)
    run: str = Field(primary_key=True)
    bearer: str = Field(primary_key=True)
    kind: PartKind = Field(sa_type=words(PartKind))
    product: int = Field(sa_type=BigInteger)
    share_fen: int = Field(sa_type=BigInteger)
