"""What is stored of a vote."""

from datetime import date, datetime

from sqlalchemy import ForeignKeyConstraint
from sqlmodel import BigInteger, Field, SQLModel

from ledger.db import Instant, words
from ledger.votes.rules import Choice, Matter, MotionState, Way


class Motion(SQLModel, table=True):
    """议题: one question to a frozen roll of homes."""

    __table_args__ = (ForeignKeyConstraint(["community"], ["community.code"]),)

    community: str = Field(primary_key=True)
    code: str = Field(primary_key=True)
    matter: Matter = Field(sa_type=words(Matter))
    question: str
    budget_fen: int | None = Field(default=None, sa_type=BigInteger)
    opens_on: date = Field(sa_column_kwargs={"server_default": "1970-01-01"})
    closes_on: date = Field(sa_column_kwargs={"server_default": "1970-01-01"})
    """The first and the last day on which ballots are taken."""
    deemed_clause: str | None = None
    """The clause of the rules of procedure (议事规则) that takes silence for consent, where there is one."""
    state: MotionState = Field(default=MotionState.OPEN, sa_type=words(MotionState))
    opened_by: str
    opened_at: datetime = Field(sa_type=Instant)
    closed_by: str | None = None
    closed_at: datetime | None = Field(default=None, sa_type=Instant)
    passed: bool | None = None
    """What the count said; an annulled motion keeps it, and its state says that it stands no more."""
    posted_on: date | None = None
    posted_paper: str | None = None
    """The digest of the photograph of the posted result."""


class RollHome(SQLModel, table=True):
    """A home on the roll of a motion, with the area and the owner that counted on the day it opened. Append-only."""

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
    """票: one home's choice, once, with the leaf that commits to it. Append-only."""

    __table_args__ = (
        ForeignKeyConstraint(
            ["community", "motion", "home"], ["roll_home.community", "roll_home.motion", "roll_home.home"]
        ),
    )

    community: str = Field(primary_key=True)
    motion: str = Field(primary_key=True)
    home: str = Field(primary_key=True)
    choice: Choice = Field(sa_type=words(Choice))
    way: Way = Field(sa_type=words(Way), sa_column_kwargs={"server_default": "paper"})
    entered_by: str
    cast_at: datetime = Field(sa_type=Instant)
    leaf_index: int | None = Field(default=None, sa_type=BigInteger)
    """None for ballots from before ballots were sealed."""
