"""What is stored of the fund's share."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKeyConstraint
from sqlmodel import BigInteger, Field, SQLModel


class Remitted(SQLModel, table=True):
    """A payment into the fund for a period, by whose income it was: one entry in each book, linked. Append-only.

    ``building`` and ``stairwell`` are empty for income of the whole community.
    """

    __table_args__ = (
        ForeignKeyConstraint(["community", "revenue_entry"], ["entry.community", "entry.no"]),
        ForeignKeyConstraint(["community", "fund_entry"], ["entry.community", "entry.no"]),
    )

    community: str = Field(primary_key=True)
    period: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    building: str = Field(default="", primary_key=True)
    stairwell: str = Field(default="", primary_key=True)
    amount_fen: int = Field(sa_type=BigInteger)
    remitted_on: date
    revenue_entry: int = Field(sa_type=BigInteger)
    fund_entry: int = Field(sa_type=BigInteger)


class FundShare(SQLModel, table=True):
    """What share of public revenue the owners decided for the fund, from a day on. Append-only."""

    __tablename__ = "revenue_fund_share"
    __table_args__ = (
        ForeignKeyConstraint(["community", "motion"], ["motion.community", "motion.code"]),
        CheckConstraint("pct BETWEEN 0 AND 100", name="per_cent"),
    )

    community: str = Field(primary_key=True)
    since: date = Field(primary_key=True)
    pct: int
    motion: str
