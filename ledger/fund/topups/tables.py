"""What is stored of topping the fund up: plans, what each home is asked for, what it paid. A memo register (备查簿)."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKeyConstraint
from sqlmodel import BigInteger, Field, SQLModel

from ledger.db import words
from ledger.fund.rules import DepositKind
from ledger.fund.topups.rules import Basis, PlanState


class Topup(SQLModel, table=True):
    """续筹方案: one plan, from the trigger to its adoption. ``motion`` is none where silence did instead of a vote."""

    __table_args__ = (
        ForeignKeyConstraint(["community", "building"], ["building.community", "building.code"]),
        ForeignKeyConstraint(["community", "motion"], ["motion.community", "motion.code"]),
    )

    community: str = Field(primary_key=True, foreign_key="community.code")
    code: str = Field(primary_key=True)
    title: str
    basis: Basis = Field(sa_type=words(Basis))
    building: str | None = None
    target_pct: int
    total_fen: int = Field(sa_type=BigInteger)
    state: PlanState = Field(default=PlanState.PLANNED, sa_type=words(PlanState))
    planned_by: str
    planned_on: date
    motion: str | None = None
    adopted_by: str | None = None
    adopted_on: date | None = None
    due_on: date | None = None


class TopupDue(SQLModel, table=True):
    """应交: what one home is asked for by a plan. Append-only."""

    __tablename__ = "topup_due"
    __table_args__ = (
        ForeignKeyConstraint(["community", "plan"], ["topup.community", "topup.code"]),
        ForeignKeyConstraint(["community", "home"], ["home.community", "home.code"]),
        CheckConstraint("due_fen > 0", name="due_positive"),
    )

    community: str = Field(primary_key=True)
    plan: str = Field(primary_key=True)
    home: str = Field(primary_key=True)
    kind: DepositKind = Field(sa_type=words(DepositKind))
    due_fen: int = Field(sa_type=BigInteger)


class TopupPaid(SQLModel, table=True):
    """已交: the receipt by which a home paid what a plan asks for. Append-only."""

    __tablename__ = "topup_paid"
    __table_args__ = (
        ForeignKeyConstraint(
            ["community", "plan", "home"], ["topup_due.community", "topup_due.plan", "topup_due.home"]
        ),
        ForeignKeyConstraint(["community", "receipt_no"], ["deposit.community", "deposit.receipt_no"]),
    )

    community: str = Field(primary_key=True)
    receipt_no: str = Field(primary_key=True)
    plan: str
    home: str
