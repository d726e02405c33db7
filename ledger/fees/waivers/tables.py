"""What is stored of waivers."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint
from sqlmodel import BigInteger, Field, SQLModel

from ledger.db import Instant, words
from ledger.fees.waivers.rules import Kind, State


class Waiver(SQLModel, table=True):
    """减免: asked for a home, or for all of them when ``home`` is empty, from a month to a month.

    ``basis`` is personal data: it stays here and, salted, in the log.
    """

    __tablename__ = "fee_waiver"
    __table_args__ = (
        ForeignKeyConstraint(["community"], ["community.code"]),
        ForeignKeyConstraint(["community", "home"], ["home.community", "home.code"]),
        CheckConstraint("(percent IS NULL) <> (amount_fen IS NULL)", name="percent_or_amount"),
    )

    community: str = Field(primary_key=True)
    code: str = Field(primary_key=True)
    home: str | None = None
    kind: Kind = Field(sa_type=words(Kind))
    first: str
    last: str
    percent: int | None = None
    amount_fen: int | None = Field(default=None, sa_type=BigInteger)
    basis: str
    state: State = Field(default=State.REQUESTED, sa_type=words(State))
    requested_by: str
    requested_at: datetime = Field(sa_type=Instant)
    decided_by: str | None = None
    decided_at: datetime | None = Field(default=None, sa_type=Instant)
