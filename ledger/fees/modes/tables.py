"""What is stored of management modes."""

from datetime import date

from sqlalchemy import ForeignKeyConstraint
from sqlmodel import Field, SQLModel

from ledger.community.rules import Mode
from ledger.db import words


class ModePeriod(SQLModel, table=True):
    """管理模式 from a day on, until the next one begins. ``reference`` is the contract, resolution or decision."""

    __tablename__ = "mode_period"
    __table_args__ = (ForeignKeyConstraint(["community"], ["community.code"]),)

    community: str = Field(primary_key=True)
    since: date = Field(primary_key=True)
    mode: Mode = Field(sa_type=words(Mode))
    until: date | None = None
    reference: str
