"""What is stored of the books. Amounts are whole fen; balances here are kept by triggers.

What only SQLite has as a constraint, PostgreSQL's triggers hold all rows of a statement to at once (migration 0013).
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlmodel import BigInteger, Field, SQLModel

from ledger.db import Instant, words
from ledger.journal.rules import Element


class Book(SQLModel, table=True):
    """账套."""

    __table_args__ = (ForeignKeyConstraint(["community"], ["ledger_head.community"]),)

    community: str = Field(primary_key=True)
    code: str = Field(primary_key=True)
    zh: str
    en: str


class Subledger(SQLModel, table=True):
    """分户账: running balances by home or by party over the accounts that name it."""

    __table_args__ = (
        ForeignKeyConstraint(["community", "book"], ["book.community", "book.code"]),
        CheckConstraint("by IN ('home', 'party')", name="by_home_or_party"),
        CheckConstraint("side IN ('D', 'C')", name="side"),
    )

    community: str = Field(primary_key=True)
    book: str = Field(primary_key=True)
    code: str = Field(primary_key=True)
    by: str
    side: str
    floor_fen: int | None = Field(default=None, sa_type=BigInteger)


class Account(SQLModel, table=True):
    """科目 of a book. ``floor_fen`` is the least its balance may be on its normal side when an entry is sealed."""

    __table_args__ = (
        ForeignKeyConstraint(["community", "book"], ["book.community", "book.code"]),
        ForeignKeyConstraint(
            ["community", "book", "ledger"], ["subledger.community", "subledger.book", "subledger.code"]
        ),
        UniqueConstraint("community", "book", "role"),
        CheckConstraint("side IN ('D', 'C')", name="side"),
    )

    community: str = Field(primary_key=True)
    book: str = Field(primary_key=True)
    code: str = Field(primary_key=True)
    role: str
    zh: str
    en: str
    element: Element = Field(sa_type=words(Element))
    side: str
    ledger: str | None = None
    floor_fen: int | None = Field(default=None, sa_type=BigInteger)
    clearing: bool = False
    closes_to: str | None = None


class Entry(SQLModel, table=True):
    """凭证; without a book, a memorandum. Append-only, but for ``who_salt``, which can be erased.

    ``who_salt`` opens, with the row, the leaf's commitment to who did it; entries of leaf format 1 have no role and
    no salt.
    """

    __table_args__ = (
        ForeignKeyConstraint(["community"], ["ledger_head.community"]),
        ForeignKeyConstraint(["community", "prev_no"], ["entry.community", "entry.no"]).ddl_if(
            dialect="sqlite"
        ),
        ForeignKeyConstraint(["community", "book"], ["book.community", "book.code"]),
        ForeignKeyConstraint(["community", "reverses_no"], ["entry.community", "entry.no"]),
        ForeignKeyConstraint(
            ["community", "leaf_index"],
            ["leaf.community", "leaf.leaf_index"],
            deferrable=True,
            initially="DEFERRED",
        ),
        UniqueConstraint("community", "no", "book"),
        UniqueConstraint("community", "leaf_index"),
        UniqueConstraint("community", "key"),
        CheckConstraint(
            "(no = 1 AND prev_no IS NULL) OR (prev_no IS NOT NULL AND prev_no = no - 1)",
            name="no_gap",
        ).ddl_if(dialect="sqlite"),
        Index(
            "uq_entry_reversed_once",
            "community",
            "reverses_no",
            unique=True,
            sqlite_where=text("reverses_no IS NOT NULL"),
            postgresql_where=text("reverses_no IS NOT NULL"),
        ),
        Index("ix_entry_month", "community", "book", "month", "no"),
        Index(
            "ix_entry_subject",
            "community",
            "subject",
            sqlite_where=text("subject IS NOT NULL"),
            postgresql_where=text("subject IS NOT NULL"),
        ),
    )

    community: str = Field(primary_key=True)
    no: int = Field(primary_key=True, sa_type=BigInteger)
    prev_no: int | None = Field(default=None, sa_type=BigInteger)
    leaf_index: int = Field(sa_type=BigInteger)
    book: str | None = None
    kind: str
    month: str
    booked_on: date
    posted_at: datetime = Field(sa_type=Instant)
    by_login: str
    by_role: str | None = None
    by_level: str | None = None
    """The kind of body that he acted for, where it is known: who stands in for an owners' committee says so."""
    approved_by: str | None = None
    who_salt: bytes | None = None
    key: str
    asked: str
    subject: str | None = None
    reverses_no: int | None = Field(default=None, sa_type=BigInteger)
    original_on: date | None = None
    link: str | None = None


class Movement(SQLModel, table=True):
    """分录: one debit account, one credit account, one amount. Append-only."""

    __table_args__ = (
        ForeignKeyConstraint(
            ["community", "entry_no", "book"], ["entry.community", "entry.no", "entry.book"]
        ).ddl_if(dialect="sqlite"),
        ForeignKeyConstraint(
            ["community", "book", "debit"], ["account.community", "account.book", "account.code"]
        ).ddl_if(dialect="sqlite"),
        ForeignKeyConstraint(
            ["community", "book", "credit"], ["account.community", "account.book", "account.code"]
        ).ddl_if(dialect="sqlite"),
        ForeignKeyConstraint(["community", "home"], ["home.community", "home.code"]),
        CheckConstraint("debit <> credit", name="two_accounts").ddl_if(dialect="sqlite"),
        CheckConstraint(
            "amount_fen <> 0 AND amount_fen BETWEEN -9007199254740991 AND 9007199254740991", name="amount"
        ).ddl_if(dialect="sqlite"),
        Index(
            "ix_movement_home",
            "community",
            "home",
            "entry_no",
            sqlite_where=text("home IS NOT NULL"),
            postgresql_where=text("home IS NOT NULL"),
        ),
    )

    community: str = Field(primary_key=True)
    entry_no: int = Field(primary_key=True, sa_type=BigInteger)
    line: int = Field(primary_key=True)
    book: str
    debit: str
    credit: str
    amount_fen: int = Field(sa_type=BigInteger)
    home: str | None = None
    handle: str | None = None
    party: str | None = None
    memo_digest: str | None = None


class Balance(SQLModel, table=True):
    """What moved on an account in a month; the sum over months is its balance. Kept by triggers."""

    __table_args__ = (
        ForeignKeyConstraint(
            ["community", "book", "account"], ["account.community", "account.book", "account.code"]
        ),
    )

    community: str = Field(primary_key=True)
    book: str = Field(primary_key=True)
    account: str = Field(primary_key=True)
    month: str = Field(primary_key=True)
    debit_fen: int = Field(sa_type=BigInteger)
    credit_fen: int = Field(sa_type=BigInteger)


class SubledgerBalance(SQLModel, table=True):
    """What moved for one home or party in a sub-ledger. Kept by triggers."""

    __tablename__ = "subledger_balance"
    __table_args__ = (
        ForeignKeyConstraint(
            ["community", "book", "ledger"], ["subledger.community", "subledger.book", "subledger.code"]
        ),
    )

    community: str = Field(primary_key=True)
    book: str = Field(primary_key=True)
    ledger: str = Field(primary_key=True)
    subject: str = Field(primary_key=True)
    debit_fen: int = Field(sa_type=BigInteger)
    credit_fen: int = Field(sa_type=BigInteger)


class Closing(SQLModel, table=True):
    """A closed month of a community, all books together, sealed by a leaf of its own. Append-only."""

    __table_args__ = (
        ForeignKeyConstraint(["community", "leaf_index"], ["leaf.community", "leaf.leaf_index"]),
    )

    community: str = Field(primary_key=True)
    month: str = Field(primary_key=True)
    leaf_index: int = Field(sa_type=BigInteger)
    trial_root: str
    by_login: str
    closed_at: datetime = Field(sa_type=Instant)


class ClosingBalance(SQLModel, table=True):
    """The trial balance of a closed month, one row an account, on the normal side. Append-only."""

    __tablename__ = "closing_balance"
    __table_args__ = (ForeignKeyConstraint(["community", "month"], ["closing.community", "closing.month"]),)

    community: str = Field(primary_key=True)
    month: str = Field(primary_key=True)
    book: str = Field(primary_key=True)
    account: str = Field(primary_key=True)
    opening_fen: int = Field(sa_type=BigInteger)
    debit_fen: int = Field(sa_type=BigInteger)
    credit_fen: int = Field(sa_type=BigInteger)
    closing_fen: int = Field(sa_type=BigInteger)
