"""What is stored of a vote."""

from datetime import datetime

from sqlalchemy import ForeignKeyConstraint
from sqlmodel import BigInteger, Field, SQLModel

from ledger.db import Instant, words
from ledger.votes.rules import Choice, Matter, MotionState


class Motion(SQLModel, table=True):
    """议题: one question to a frozen roll of homes."""

    __table_args__ = (ForeignKeyConstraint(["community"], ["community.code"]),)

    community: str = Field(primary_key=True)
    code: str = Field(primary_key=True)
    matter: Matter = Field(sa_type=words(Matter))
    question: str
    budget_fen: int | None = Field(default=None, sa_type=BigInteger)
    state: MotionState = Field(default=MotionState.OPEN, sa_type=words(MotionState))
    opened_by: str
    opened_at: datetime = Field(sa_type=Instant)
    closed_at: datetime | None = Field(default=None, sa_type=Instant)
    passed: bool | None = None


class RollHome(SQLModel, table=True):
    """A home on the roll of a motion, with the area and the owner that counted on the day it opened. In ink."""

    __tablename__ = "roll_home"
    __table_args__ = (
        ForeignKeyConstraint(["community", "motion"], ["motion.community", "motion.code"]),
        ForeignKeyConstraint(["community", "home"], ["home.community", "home.code"]),
    )

    community: str = Field(primary_key=True)
    motion: str = Field(primary_key=True)
    home: str = Field(primary_key=True)
    area_dm2: int
    head: str
    """The owner's person key; all homes of one owner, and all unsold homes of a developer, share one."""


class Ballot(SQLModel, table=True):
    """票: one home's choice, once. In ink."""

    __table_args__ = (
        ForeignKeyConstraint(
            ["community", "motion", "home"], ["roll_home.community", "roll_home.motion", "roll_home.home"]
        ),
    )

    community: str = Field(primary_key=True)
    motion: str = Field(primary_key=True)
    home: str = Field(primary_key=True)
    choice: Choice = Field(sa_type=words(Choice))
    entered_by: str
    cast_at: datetime = Field(sa_type=Instant)
