"""What is stored of approved accounts."""

from datetime import date, datetime

from sqlalchemy import ForeignKeyConstraint
from sqlmodel import Field, SQLModel

from ledger.db import Instant


class ApprovedAccount(SQLModel, table=True):
    """收付款账户: a bank account or wallet that stands for one account of a book from a day to a day.

    It counts only when ``approved_by`` is another than ``requested_by``. ``number`` is masked.
    """

    __tablename__ = "approved_account"
    __table_args__ = (
        ForeignKeyConstraint(["community", "book"], ["book.community", "book.code"]),
        ForeignKeyConstraint(
            ["community", "replaces"], ["approved_account.community", "approved_account.code"]
        ),
    )

    community: str = Field(primary_key=True)
    code: str = Field(primary_key=True)
    book: str
    role: str
    bank: str
    number: str
    holder: str
    settles_as: str = ""
    opened_on: date
    closed_on: date | None = None
    replaces: str | None = None
    requested_by: str
    requested_at: datetime = Field(sa_type=Instant)
    approved_by: str | None = None
    approved_at: datetime | None = Field(default=None, sa_type=Instant)
    closed_by: str | None = None
