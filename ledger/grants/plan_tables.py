"""What is stored of the plans of works money."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKeyConstraint
from sqlmodel import BigInteger, Field, SQLModel

from ledger.db import words
from ledger.grants.rules import Source

PACKAGE = (["community", "works", "package"], ["package.community", "package.works", "package.code"])


class PlanVersion(SQLModel, table=True):
    """A later version of a package's plan. Approved, it is append-only."""

    __tablename__ = "plan_version"
    __table_args__ = (
        ForeignKeyConstraint(*PACKAGE),
        CheckConstraint("version > 1", name="after_the_first"),
        CheckConstraint("approved_by <> requested_by", name="two_people"),
    )

    community: str = Field(primary_key=True)
    works: str = Field(primary_key=True)
    package: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    reason: str
    requested_by: str
    requested_on: date
    approved_by: str | None = None
    approved_on: date | None = None


class PlanRow(SQLModel, table=True):
    """What a version plans of one source, in fen. Append-only."""

    __tablename__ = "plan_row"
    __table_args__ = (
        ForeignKeyConstraint(
            ["community", "works", "package", "version"],
            ["plan_version.community", "plan_version.works", "plan_version.package", "plan_version.version"],
        ),
        CheckConstraint("planned_fen >= 0", name="planned_not_negative"),
    )

    community: str = Field(primary_key=True)
    works: str = Field(primary_key=True)
    package: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    source: Source = Field(primary_key=True, sa_type=words(Source))
    planned_fen: int = Field(sa_type=BigInteger)


class Pledge(SQLModel, table=True):
    """What a source has committed itself to in writing, by the number of the document. Append-only."""

    __table_args__ = (
        ForeignKeyConstraint(*PACKAGE),
        CheckConstraint("amount_fen > 0", name="amount_positive"),
    )

    community: str = Field(primary_key=True)
    document: str = Field(primary_key=True)
    works: str
    package: str
    source: Source = Field(sa_type=words(Source))
    amount_fen: int = Field(sa_type=BigInteger)
    signed_on: date


class Subsidy(SQLModel, table=True):
    """A subsidy by the rule of the day of its approval: so many per cent of the eligible cost. Append-only."""

    __table_args__ = (
        ForeignKeyConstraint(*PACKAGE),
        CheckConstraint("eligible_fen > 0 AND subsidy_fen <= eligible_fen", name="within_cost"),
    )

    community: str = Field(primary_key=True)
    document: str = Field(primary_key=True)
    works: str
    package: str
    approved_on: date
    eligible_fen: int = Field(sa_type=BigInteger)
    pct: int
    subsidy_fen: int = Field(sa_type=BigInteger)


class GiftInKind(SQLModel, table=True):
    """What a source gave without paying: a waived fee, a line laid at its own cost. Append-only; never cash."""

    __tablename__ = "gift_in_kind"
    __table_args__ = (
        ForeignKeyConstraint(*PACKAGE),
        CheckConstraint("value_fen > 0", name="value_positive"),
    )

    community: str = Field(primary_key=True)
    document: str = Field(primary_key=True)
    works: str
    package: str
    source: Source = Field(sa_type=words(Source))
    value_fen: int = Field(sa_type=BigInteger)
    given_on: date
    entry_no: int = Field(sa_type=BigInteger)


class FundPayment(SQLModel, table=True):
    """A payment of the maintenance fund that bore a part of a package, by the entry in the fund's own book. Append-only."""

    __tablename__ = "works_fund_payment"
    __table_args__ = (
        ForeignKeyConstraint(*PACKAGE),
        ForeignKeyConstraint(["community", "entry_no"], ["entry.community", "entry.no"]),
    )

    community: str = Field(primary_key=True)
    entry_no: int = Field(primary_key=True, sa_type=BigInteger)
    works: str
    package: str
    amount_fen: int = Field(sa_type=BigInteger)
