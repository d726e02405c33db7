"""What is stored of objections."""

from datetime import date, datetime

from sqlalchemy import ForeignKeyConstraint
from sqlmodel import Field, SQLModel

from ledger.db import Instant, words
from ledger.votes.objections.rules import ObjectionState


class VoteObjection(SQLModel, table=True):
    """异议 to the result of a motion. ``ground`` and ``answer`` are private: people's own words."""

    __tablename__ = "vote_objection"
    __table_args__ = (
        ForeignKeyConstraint(["community", "motion"], ["motion.community", "motion.code"]),
        ForeignKeyConstraint(["community", "home"], ["home.community", "home.code"]),
        ForeignKeyConstraint(["community", "ruling"], ["stored_file.community", "stored_file.sha256"]),
    )

    community: str = Field(primary_key=True)
    motion: str = Field(primary_key=True)
    no: int = Field(primary_key=True)
    home: str
    ground: str
    raised_by: str
    raised_on: date
    state: ObjectionState = Field(default=ObjectionState.RAISED, sa_type=words(ObjectionState))
    answer: str | None = None
    case_no: str | None = None
    """The number under which a court takes it."""
    ruling: str | None = None
    """The digest of the judgment, or of the authority's order."""
    changed_by: str
    changed_at: datetime = Field(sa_type=Instant)
