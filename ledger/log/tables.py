"""What is stored of a log."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, text
from sqlmodel import BigInteger, Field, SQLModel

from ledger.db import Instant


class LedgerHead(SQLModel, table=True):
    """The end of what a community has written: its lock, and all that the next write continues from.

    ``frontier`` is the concatenation of 32-byte subtree roots. The journal keeps here the number and the
    leaf hash of its last entry and the last closed month, so that one lock and one update serve both.
    """

    __tablename__ = "ledger_head"

    community: str = Field(primary_key=True, foreign_key="community.code")
    origin: str = Field(unique=True)
    tree_size: int = Field(default=0, sa_type=BigInteger)
    frontier: bytes = b""
    last_no: int = Field(default=0, sa_type=BigInteger)
    last_hash: str = ""
    closed_through: str = ""
    """``2026-06``; empty while nothing is closed."""
    last_at: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """When its last entry was posted, as its leaf says it; empty before the first."""


class Leaf(SQLModel, table=True):
    """One leaf, with the very bytes that were hashed.

    What only SQLite has as a constraint, PostgreSQL's trigger holds all leaves of a statement to at once.
    """

    __table_args__ = (
        ForeignKeyConstraint(["community"], ["ledger_head.community"]),
        ForeignKeyConstraint(["community", "prev_index"], ["leaf.community", "leaf.leaf_index"]).ddl_if(
            dialect="sqlite"
        ),
        CheckConstraint(
            "(leaf_index = 0 AND prev_index IS NULL) OR (prev_index IS NOT NULL AND prev_index = leaf_index - 1)",
            name="no_gap",
        ).ddl_if(dialect="sqlite"),
        CheckConstraint("length(hash) = 32", name="hash_length").ddl_if(dialect="sqlite"),
    )

    community: str = Field(primary_key=True)
    leaf_index: int = Field(primary_key=True, sa_type=BigInteger)
    prev_index: int | None = Field(default=None, sa_type=BigInteger)
    kind: str
    body: bytes
    hash: bytes


class Subtree(SQLModel, table=True):
    """The root of one complete run of 256, 65,536, … leaves (level 8, 16, …)."""

    __table_args__ = (ForeignKeyConstraint(["community"], ["ledger_head.community"]),)

    community: str = Field(primary_key=True)
    level: int = Field(primary_key=True)
    index: int = Field(primary_key=True, sa_type=BigInteger)
    hash: bytes


class PrivateField(SQLModel, table=True):
    """What opens a commitment in a leaf. The only part of the log that may be erased."""

    __tablename__ = "private_field"
    __table_args__ = (
        ForeignKeyConstraint(["community", "leaf_index"], ["leaf.community", "leaf.leaf_index"]),
    )

    community: str = Field(primary_key=True)
    leaf_index: int = Field(primary_key=True, sa_type=BigInteger)
    digest: str = Field(primary_key=True)
    disclosure: str | None
    erased_at: datetime | None = Field(default=None, sa_type=Instant)


class SignedHead(SQLModel, table=True):
    """A checkpoint as it was signed and published."""

    __tablename__ = "signed_head"
    __table_args__ = (ForeignKeyConstraint(["community"], ["ledger_head.community"]),)

    community: str = Field(primary_key=True)
    tree_size: int = Field(primary_key=True, sa_type=BigInteger)
    root: bytes
    note: str
    vkey: str
    """The public key that signed it, as a C2SP verifier key."""
    signed_at: datetime = Field(sa_type=Instant)


class RowSeal(SQLModel, table=True):
    """One state of one row of another table, in the order in which the rows of a scope were written. Append-only.

    ``community`` is the scope: a community's code, or empty for what belongs to the whole installation. ``digest`` is over
    the row's values behind ``salt``, and both are gone where the row is. Only the newest state of a row keeps its salt, so
    that nothing can be guessed from the digest of words that were changed or erased since.
    """

    __tablename__ = "row_seal"
    __table_args__ = (
        Index(
            "ix_row_seal_standing",
            "community",
            "name",
            "key",
            unique=True,
            sqlite_where=text("salt IS NOT NULL"),
            postgresql_where=text("salt IS NOT NULL"),
        ),
    )

    community: str = Field(primary_key=True)
    no: int = Field(primary_key=True, sa_type=BigInteger)
    name: str
    """The table of the row."""
    key: str
    """The row's key without its community, as a JSON list."""
    salt: bytes | None
    digest: bytes | None


class RowSealHead(SQLModel, table=True):
    """The end of a scope's chain of row seals: how many there are, and the digest over all of them.

    Whoever writes rows locks it last of all, right before the transaction ends; a leaf of kind ``rows`` commits to it, and
    ``waits`` says that rows were written since the last one.
    """

    __tablename__ = "row_seal_head"

    community: str = Field(primary_key=True)
    count: int = Field(sa_type=BigInteger)
    chain: bytes
    waits: bool
