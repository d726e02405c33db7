"""What is stored of the property fee."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlmodel import BigInteger, Field, SQLModel

from ledger.db import words
from ledger.fees.rules import Basis, Part, Pricing


class Tariff(SQLModel, table=True):
    """A price from a day on, for one kind of home or for all (``*``).

    ``rate_e4`` is in ten-thousandths of a yuan: a m² and month, or a home and month. ``items`` are the
    services of a package, one a line.
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
    pricing: Pricing = Field(
        default=Pricing.MARKET, sa_type=words(Pricing), sa_column_kwargs={"server_default": "market"}
    )
    items: str = Field(default="", sa_column_kwargs={"server_default": ""})


class FeeTerms(SQLModel, table=True):
    """What a service contract says of the fee.

    It charges on the days from ``charges_from`` to ``charges_until``; a month falls due ``due_days`` after
    its last day. ``late_daily_e6`` is the contract's late fee in millionths a day, none when it has none;
    ``vacancy_pct`` what it takes off for an empty home. Under 酬金制 the firm takes ``remuneration_e4``
    (ten-thousandths of what came in) or ``remuneration_fen`` a month.
    """

    __tablename__ = "fee_terms"
    __table_args__ = (
        ForeignKeyConstraint(
            ["community", "contract"], ["service_contract.community", "service_contract.number"]
        ),
        CheckConstraint("due_days >= 0", name="due_days_not_negative"),
        CheckConstraint("vacancy_pct BETWEEN 0 AND 100", name="vacancy_is_a_percentage"),
    )

    community: str = Field(primary_key=True)
    contract: str = Field(primary_key=True)
    charges_from: date | None = None
    charges_until: date | None = None
    due_days: int = 0
    late_daily_e6: int | None = None
    vacancy_pct: int = 0
    remuneration_e4: int | None = None
    remuneration_fen: int | None = Field(default=None, sa_type=BigInteger)


class Charge(SQLModel, table=True):
    """应收: what a home owes for a month. Append-only.

    A month whose charges were taken back may be charged anew: ``run`` says how often it was charged until then. That its entry is there, PostgreSQL's trigger asks for all charges of a statement at once (migration 0013).
    """

    __table_args__ = (
        ForeignKeyConstraint(["community", "home"], ["home.community", "home.code"]),
        ForeignKeyConstraint(["community", "entry_no"], ["entry.community", "entry.no"]).ddl_if(
            dialect="sqlite"
        ),
        CheckConstraint("amount_fen > 0", name="amount_positive"),
    )

    community: str = Field(primary_key=True)
    home: str = Field(primary_key=True)
    month: str = Field(primary_key=True)
    run: int = Field(default=1, primary_key=True, sa_column_kwargs={"server_default": "1"})
    amount_fen: int = Field(sa_type=BigInteger)
    entry_no: int = Field(sa_type=BigInteger)


class Applied(SQLModel, table=True):
    """How much of a receipt went to the charge of a month; void when the receipt was reversed. Append-only.

    That the month was charged to the home, a trigger asks for; also for the three tables below (migration 0034).
    """

    __table_args__ = (
        ForeignKeyConstraint(["community", "entry_no"], ["entry.community", "entry.no"]),
        Index("ix_applied_charge", "community", "home", "month"),
    )

    community: str = Field(primary_key=True)
    entry_no: int = Field(primary_key=True, sa_type=BigInteger)
    home: str = Field(primary_key=True)
    month: str = Field(primary_key=True)
    amount_fen: int = Field(sa_type=BigInteger)
    received_on: date


class Surcharge(SQLModel, table=True):
    """What a home owes on top of a month's charge: late fee up to a day, or awarded costs. Append-only."""

    __table_args__ = (
        ForeignKeyConstraint(["community", "entry_no"], ["entry.community", "entry.no"]),
        CheckConstraint("amount_fen > 0", name="amount_positive"),
        Index("ix_surcharge_charge", "community", "home", "month"),
    )

    community: str = Field(primary_key=True)
    entry_no: int = Field(primary_key=True, sa_type=BigInteger)
    home: str = Field(primary_key=True)
    month: str = Field(primary_key=True)
    part: Part = Field(sa_type=words(Part))
    amount_fen: int = Field(sa_type=BigInteger)
    until: date


class SurchargePaid(SQLModel, table=True):
    """How much of a receipt went to the costs or the late fee of a month. Append-only."""

    __tablename__ = "surcharge_paid"
    __table_args__ = (
        ForeignKeyConstraint(["community", "entry_no"], ["entry.community", "entry.no"]),
        Index("ix_surcharge_paid_charge", "community", "home", "month"),
    )

    community: str = Field(primary_key=True)
    entry_no: int = Field(primary_key=True, sa_type=BigInteger)
    home: str = Field(primary_key=True)
    month: str = Field(primary_key=True)
    part: Part = Field(primary_key=True, sa_type=words(Part))
    amount_fen: int = Field(sa_type=BigInteger)
    received_on: date


class Waived(SQLModel, table=True):
    """What a waiver took off a home's month; negative when it was withdrawn. Append-only.

    ``released_fen`` of it had been paid before and became a prepayment.
    """

    __tablename__ = "fee_waived"
    __table_args__ = (
        ForeignKeyConstraint(["community", "entry_no"], ["entry.community", "entry.no"]),
        ForeignKeyConstraint(["community", "waiver"], ["fee_waiver.community", "fee_waiver.code"]),
        Index("ix_fee_waived_charge", "community", "home", "month"),
        Index("ix_fee_waived_waiver", "community", "waiver"),
    )

    community: str = Field(primary_key=True)
    entry_no: int = Field(primary_key=True, sa_type=BigInteger)
    home: str = Field(primary_key=True)
    month: str = Field(primary_key=True)
    waiver: str = Field(primary_key=True)
    amount_fen: int = Field(sa_type=BigInteger)
    released_fen: int = Field(sa_type=BigInteger)
    waived_on: date
