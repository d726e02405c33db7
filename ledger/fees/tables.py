"""What is stored of the property fee."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlmodel import BigInteger, Field, SQLModel

from ledger.db import words
from ledger.fees.rules import Basis


class Tariff(SQLModel, table=True):
    """A price from a day on, for one kind of home or for all (``*``).

    ``rate_e4`` is in ten-thousandths of a yuan: a m² and month, or a home and month.
    """

    __table_args__ = (
        ForeignKeyConstraint(["community"], ["community.code"]),
        CheckConstraint("rate_e4 >= 0", name="rate_not_negative"),
    )

    community: str = Field(primary_key=True)
    applies_to: str = Field(primary_key=True)
    since: date = Field(primary_key=True)
    basis: Basis = Field(sa_type=words(Basis))
    rate_e4: int = Field(sa_type=BigInteger)
    resolution: str = ""


class Charge(SQLModel, table=True):
    """应收: what a home owes for a month. In ink."""

    __table_args__ = (
        ForeignKeyConstraint(["community", "home"], ["home.community", "home.code"]),
        ForeignKeyConstraint(["community", "entry_no"], ["entry.community", "entry.no"]),
        CheckConstraint("amount_fen > 0", name="amount_positive"),
    )

    community: str = Field(primary_key=True)
    home: str = Field(primary_key=True)
    month: str = Field(primary_key=True)
    amount_fen: int = Field(sa_type=BigInteger)
    entry_no: int = Field(sa_type=BigInteger)


class Applied(SQLModel, table=True):
    """How much of a receipt went to the charge of a month; negative when the receipt was reversed. In ink."""

    __table_args__ = (
        ForeignKeyConstraint(["community", "entry_no"], ["entry.community", "entry.no"]),
        ForeignKeyConstraint(
            ["community", "home", "month"], ["charge.community", "charge.home", "charge.month"]
        ),
        Index("ix_applied_charge", "community", "home", "month"),
    )

    community: str = Field(primary_key=True)
    entry_no: int = Field(primary_key=True, sa_type=BigInteger)
    home: str = Field(primary_key=True)
    month: str = Field(primary_key=True)
    amount_fen: int = Field(sa_type=BigInteger)
    received_on: date
