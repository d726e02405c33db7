"""What is stored of files from outside."""

from datetime import date, datetime

from sqlalchemy import ForeignKeyConstraint, Index, true
from sqlmodel import BigInteger, Field, SQLModel

from ledger.db import Instant, words
from ledger.intake.rules import LineAction, LineState


class StatementFile(SQLModel, table=True):
    """A statement that was read, by the digest of its bytes, with its warnings as JSON.

    ``first_on`` and ``last_on`` are the days of its lines, none where it has none; ``ordered`` says that they stand in
    the order of their days, so that nothing between them is missing.
    ``taken_back_no`` is the number of the taking back after which it does not stand; none while it stands.
    """

    __tablename__ = "statement_file"
    __table_args__ = (ForeignKeyConstraint(["community"], ["community.code"]),)

    community: str = Field(primary_key=True)
    sha256: str = Field(primary_key=True)
    profile: str
    account: str
    name: str
    lines: int
    warnings: str = "[]"
    first_on: date | None = None
    last_on: date | None = None
    ordered: bool = Field(default=True, sa_column_kwargs={"server_default": true()})
    imported_by: str
    imported_at: datetime = Field(sa_type=Instant)
    taken_back_no: int | None = None


class StatementTakenBack(SQLModel, table=True):
    """That a statement was imported by mistake and taken back, by whom, when and why. Append-only.

    It keeps what was said of the statement, which may be imported again, into another account.
    """

    __tablename__ = "statement_taken_back"
    __table_args__ = (
        ForeignKeyConstraint(["community", "sha256"], ["statement_file.community", "statement_file.sha256"]),
        ForeignKeyConstraint(["community", "entry_no"], ["entry.community", "entry.no"]),
    )

    community: str = Field(primary_key=True)
    sha256: str = Field(primary_key=True)
    no: int = Field(primary_key=True)
    account: str
    imported_by: str
    imported_at: datetime = Field(sa_type=Instant)
    lines: int
    entries: int
    """How many entries were reversed."""
    reason: str
    taken_back_by: str
    taken_back_at: datetime = Field(sa_type=Instant)
    entry_no: int = Field(sa_type=BigInteger)
    """The memorandum in the log."""


class BankLine(SQLModel, table=True):
    """One line of a statement. Counterparty and remark are personal data and stay here.

    ``account`` is the code of an approved account; ``payer`` is the salted key of the counterparty, empty
    where the line does not tell who paid. ``settled_entry`` is, on a wallet's line, the entry by which its
    money left the wallet for the bank.
    ``fingerprint`` is of what its source never changes; ``occurrence`` tells lines apart that are alike in that.
    """

    __tablename__ = "bank_line"
    __table_args__ = (
        ForeignKeyConstraint(["community", "file"], ["statement_file.community", "statement_file.sha256"]),
        ForeignKeyConstraint(["community", "home"], ["home.community", "home.code"]),
        ForeignKeyConstraint(["community", "entry_no"], ["entry.community", "entry.no"]),
        Index("ix_bank_line_state", "community", "state", "occurred_on"),
        Index("ix_bank_line_fingerprint", "community", "fingerprint", "occurrence"),
        Index("ix_bank_line_entry", "community", "entry_no"),
    )

    community: str = Field(primary_key=True)
    account: str = Field(primary_key=True)
    fingerprint: str = Field(primary_key=True)
    occurrence: int = Field(primary_key=True)
    file: str
    row: int
    occurred_on: date
    direction: str
    amount_fen: int = Field(sa_type=BigInteger)
    fee_fen: int = Field(default=0, sa_type=BigInteger)
    balance_fen: int | None = Field(default=None, sa_type=BigInteger)
    counterparty: str = ""
    remark: str = ""
    order_no: str = ""
    state: LineState = Field(sa_type=words(LineState))
    home: str | None = None
    why: str = ""
    """How the line was matched, or why it could not be."""
    entry_no: int | None = Field(default=None, sa_type=BigInteger)
    resolved_by: str | None = None
    resolved_entry: int | None = Field(default=None, sa_type=BigInteger)
    payer: str = Field(default="", sa_column_kwargs={"server_default": ""})
    settled_entry: int | None = Field(default=None, sa_type=BigInteger)
    status: str = Field(default="", sa_column_kwargs={"server_default": ""})


class PayerSalt(SQLModel, table=True):
    """What is hashed with a counterparty, so that the history of payers says nothing to whoever copies it."""

    __tablename__ = "payer_salt"
    __table_args__ = (ForeignKeyConstraint(["community"], ["community.code"]),)

    community: str = Field(primary_key=True)
    salt: str


class LineStep(SQLModel, table=True):
    """What was done with a line after it came in, by whom and when. Append-only.

    A line that was split has a row for each home; one that was undone has one for each entry taken back.
    """

    __tablename__ = "line_step"
    __table_args__ = (
        ForeignKeyConstraint(
            ["community", "account", "fingerprint", "occurrence"],
            ["bank_line.community", "bank_line.account", "bank_line.fingerprint", "bank_line.occurrence"],
        ),
        ForeignKeyConstraint(["community", "home"], ["home.community", "home.code"]),
        ForeignKeyConstraint(["community", "entry_no"], ["entry.community", "entry.no"]),
    )

    community: str = Field(primary_key=True)
    account: str = Field(primary_key=True)
    fingerprint: str = Field(primary_key=True)
    occurrence: int = Field(primary_key=True)
    no: int = Field(primary_key=True)
    action: LineAction = Field(sa_type=words(LineAction), sa_column_kwargs={"name": "deed"})
    home: str | None = None
    amount_fen: int = Field(sa_type=BigInteger)
    entry_no: int | None = Field(default=None, sa_type=BigInteger)
    note: str = ""
    by_login: str
    at: datetime = Field(sa_type=Instant)
