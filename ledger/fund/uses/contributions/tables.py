"""What is stored of cash shares."""

from sqlalchemy import CheckConstraint, ForeignKeyConstraint
from sqlmodel import BigInteger, Field, SQLModel

from ledger.db import words
from ledger.fund.uses.contributions.rules import Way


class Contribution(SQLModel, table=True):
    """自筹款: cash of one bearer for one use that came in or went on, by its entry. Append-only."""

    __table_args__ = (
        ForeignKeyConstraint(["community", "project"], ["project.community", "project.code"]),
        ForeignKeyConstraint(["community", "entry_no"], ["entry.community", "entry.no"]),
        CheckConstraint("amount_fen > 0", name="amount_positive"),
    )

    community: str = Field(primary_key=True)
    entry_no: int = Field(primary_key=True, sa_type=BigInteger)
    bearer: str = Field(primary_key=True)
    project: str
    way: Way = Field(sa_type=words(Way))
    amount_fen: int = Field(sa_type=BigInteger)
