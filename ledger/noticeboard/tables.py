"""What is stored of the board. Append-only."""

from datetime import date, datetime

from sqlalchemy import ForeignKeyConstraint, UniqueConstraint
from sqlmodel import BigInteger, Field, SQLModel

from ledger.db import Instant


class Notice(SQLModel, table=True):
    """公示. ``body`` is canonical JSON; ``leaf_index`` is where the log seals it."""

    __table_args__ = (
        ForeignKeyConstraint(["community", "leaf_index"], ["leaf.community", "leaf.leaf_index"]),
        UniqueConstraint("community", "leaf_index"),
    )

    community: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    period: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    title_zh: str
    title_en: str
    body: bytes
    sha256: str
    why: str | None = None
    """Why a later version was published; none for the first."""
    published_at: datetime = Field(sa_type=Instant, sa_column_kwargs={"name": "hung_at"})
    must_stay_until: date
    leaf_index: int = Field(sa_type=BigInteger)


class Attachment(SQLModel, table=True):
    """A file that is published beside a notice: the PDF, a CSV, a chart."""

    __table_args__ = (
        ForeignKeyConstraint(
            ["community", "kind", "period", "version"],
            ["notice.community", "notice.kind", "notice.period", "notice.version"],
        ),
    )

    community: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    period: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    name: str = Field(primary_key=True)
    media_type: str
    body: bytes
    sha256: str
