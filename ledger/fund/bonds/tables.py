"""What is stored of treasury bonds, beside the fund's book."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKeyConstraint
from sqlmodel import BigInteger, Field, SQLModel

from ledger.db import words
from ledger.fund.bonds.rules import BondState


class Bond(SQLModel, table=True):
    """国债: one purchase, from its plan to its maturity. Who did each step stays on the row."""

    __table_args__ = (
        ForeignKeyConstraint(["community"], ["community.code"]),
        ForeignKeyConstraint(["community", "motion"], ["motion.community", "motion.code"]),
        ForeignKeyConstraint(["community", "bought_entry"], ["entry.community", "entry.no"]),
        ForeignKeyConstraint(["community", "matured_entry"], ["entry.community", "entry.no"]),
        CheckConstraint("cost_fen > 0 AND sellers_fen BETWEEN 0 AND cost_fen", name="cost"),
    )

    community: str = Field(primary_key=True)
    code: str = Field(primary_key=True)
    series: str
    cost_fen: int = Field(sa_type=BigInteger)
    sellers_fen: int = Field(sa_type=BigInteger)
    sellers_consent: str | None = None
    issued_from: date
    issued_until: date
    matures_on: date
    motion: str
    state: BondState = Field(default=BondState.PLANNED, sa_type=words(BondState))
    planned_by: str
    planned_on: date
    bought_by: str | None = None
    bought_on: date | None = None
    bought_entry: int | None = Field(default=None, sa_type=BigInteger)
    interest_fen: int | None = Field(default=None, sa_type=BigInteger)
    matured_on: date | None = None
    matured_entry: int | None = Field(default=None, sa_type=BigInteger)
