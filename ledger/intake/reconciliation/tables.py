"""What is stored of reconciliations."""

from datetime import date, datetime

from sqlalchemy import ForeignKeyConstraint
from sqlmodel import BigInteger, Field, SQLModel

from ledger.db import Instant, words
from ledger.intake.reconciliation.rules import Side


class Reconciliation(SQLModel, table=True):
    """A month's reconciliation of one account of a book: a draft until another confirms it, then append-only.

    ``closings``, ``openings`` and ``reasons`` are JSON of what the preparer said; ``digest`` is what he saw.
    """

    __table_args__ = (
        ForeignKeyConstraint(["community", "book"], ["book.community", "book.code"]),
        ForeignKeyConstraint(["community", "entry_no"], ["entry.community", "entry.no"]),
    )

    community: str = Field(primary_key=True)
    book: str = Field(primary_key=True)
    role: str = Field(primary_key=True)
    month: str = Field(primary_key=True)
    closings: str
    openings: str
    reasons: str
    digest: str
    book_fen: int = Field(sa_type=BigInteger)
    bank_fen: int = Field(sa_type=BigInteger)
    prepared_by: str
    prepared_at: datetime = Field(sa_type=Instant)
    confirmed_by: str | None = None
    confirmed_at: datetime | None = Field(default=None, sa_type=Instant)
    entry_no: int | None = Field(default=None, sa_type=BigInteger)
    """The memorandum that seals it."""


class ReconciledAccount(SQLModel, table=True):
    """One account's statement in a confirmed month. Append-only."""

    __tablename__ = "reconciled_account"
    __table_args__ = (
        ForeignKeyConstraint(
            ["community", "book", "role", "month"],
            [
                "reconciliation.community",
                "reconciliation.book",
                "reconciliation.role",
                "reconciliation.month",
            ],
        ),
        ForeignKeyConstraint(
            ["community", "account"], ["approved_account.community", "approved_account.code"]
        ),
    )

    community: str = Field(primary_key=True)
    book: str = Field(primary_key=True)
    role: str = Field(primary_key=True)
    month: str = Field(primary_key=True)
    account: str = Field(primary_key=True)
    opening_fen: int = Field(sa_type=BigInteger)
    closing_fen: int = Field(sa_type=BigInteger)
    lines: int
    late: int
    root: str


class ReconcilingItem(SQLModel, table=True):
    """未达账项 of a confirmed month: by how much it makes the books higher, and why. Append-only."""

    __tablename__ = "reconciling_item"
    __table_args__ = (
        ForeignKeyConstraint(
            ["community", "book", "role", "month"],
            [
                "reconciliation.community",
                "reconciliation.book",
                "reconciliation.role",
                "reconciliation.month",
            ],
        ),
    )

    community: str = Field(primary_key=True)
    book: str = Field(primary_key=True)
    role: str = Field(primary_key=True)
    month: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    side: Side = Field(sa_type=words(Side))
    on: date
    amount_fen: int = Field(sa_type=BigInteger)
    reason: str
