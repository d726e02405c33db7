"""What is stored of the residents' contributions."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKeyConstraint
from sqlmodel import BigInteger, Field, SQLModel

from ledger.db import words
from ledger.grants.contributions.rules import Basis, ItemClass

LEVY = (["community", "levy"], ["levy.community", "levy.code"])
ENTRY = (["community", "entry_no"], ["entry.community", "entry.no"])


class Levy(SQLModel, table=True):
    """出资项目: what the residents bear of a package, and by which key. Append-only."""

    __table_args__ = (
        ForeignKeyConstraint(
            ["community", "works", "package"], ["package.community", "package.works", "package.code"]
        ),
        CheckConstraint("total_fen > 0", name="total_positive"),
    )

    community: str = Field(primary_key=True)
    code: str = Field(primary_key=True)
    works: str
    package: str
    item_class: ItemClass = Field(sa_type=words(ItemClass))
    basis: Basis = Field(sa_type=words(Basis))
    total_fen: int = Field(sa_type=BigInteger)
    agreement: str
    """The resolution or agreement that it rests on."""
    raised_by: str
    raised_on: date


class ContributionDue(SQLModel, table=True):
    """What one home owes to a levy. ``consent`` is the number of its own paper, for personal items. Append-only."""

    __tablename__ = "contribution_due"
    __table_args__ = (
        ForeignKeyConstraint(*LEVY),
        ForeignKeyConstraint(["community", "home"], ["home.community", "home.code"]),
    )

    community: str = Field(primary_key=True)
    levy: str = Field(primary_key=True)
    home: str = Field(primary_key=True)
    due_fen: int = Field(sa_type=BigInteger)
    consent: str = ""


class ContributionReceipt(SQLModel, table=True):
    """A numbered receipt for what a home paid. Append-only."""

    __tablename__ = "contribution_receipt"
    __table_args__ = (
        ForeignKeyConstraint(
            ["community", "levy", "home"],
            ["contribution_due.community", "contribution_due.levy", "contribution_due.home"],
        ),
        ForeignKeyConstraint(*ENTRY),
    )

    community: str = Field(primary_key=True)
    receipt_no: str = Field(primary_key=True)
    levy: str
    home: str
    amount_fen: int = Field(sa_type=BigInteger)
    paid_on: date
    entry_no: int = Field(sa_type=BigInteger)


class ContributionRefund(SQLModel, table=True):
    """Money to be given back to a home: one person asks, another pays. Approved, it is append-only."""

    __tablename__ = "contribution_refund"
    __table_args__ = (
        ForeignKeyConstraint(
            ["community", "levy", "home"],
            ["contribution_due.community", "contribution_due.levy", "contribution_due.home"],
        ),
        CheckConstraint("amount_fen > 0", name="amount_positive"),
        CheckConstraint("approved_by <> requested_by", name="two_people"),
    )

    community: str = Field(primary_key=True)
    number: str = Field(primary_key=True)
    levy: str
    home: str
    amount_fen: int = Field(sa_type=BigInteger)
    reason: str
    requested_by: str
    requested_on: date
    approved_by: str | None = None
    approved_on: date | None = None


class ContributionUse(SQLModel, table=True):
    """What of a home's contribution went into the works, by the entry that took it out of the book ``community``. Append-only."""

    __tablename__ = "contribution_use"
    __table_args__ = (
        ForeignKeyConstraint(
            ["community", "levy", "home"],
            ["contribution_due.community", "contribution_due.levy", "contribution_due.home"],
        ),
        ForeignKeyConstraint(*ENTRY),
    )

    community: str = Field(primary_key=True)
    levy: str = Field(primary_key=True)
    home: str = Field(primary_key=True)
    entry_no: int = Field(primary_key=True, sa_type=BigInteger)
    amount_fen: int = Field(sa_type=BigInteger)
