"""What is remembered of writes that were answered."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from ledger.db import Instant


class Answered(SQLModel, table=True):
    """A write that was answered: the same key with the same content gets the same answer, word for word."""

    login: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    asked: str
    status: int
    answer: str
    at: datetime = Field(sa_type=Instant)
