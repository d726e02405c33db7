"""What is stored of works money, beside its books."""

from sqlalchemy import ForeignKeyConstraint
from sqlmodel import BigInteger, Field, SQLModel

from ledger.db import words
from ledger.grants.rules import Source


class Funding(SQLModel, table=True):
    """What a source is planned to give to a works package: the first version of the plan, never overwritten."""

    __table_args__ = (
        ForeignKeyConstraint(
            ["community", "works", "package"], ["package.community", "package.works", "package.code"]
        ),
    )

    community: str = Field(primary_key=True)
    works: str = Field(primary_key=True)
    package: str = Field(primary_key=True)
    source: Source = Field(primary_key=True, sa_type=words(Source))
    planned_fen: int = Field(sa_type=BigInteger)
