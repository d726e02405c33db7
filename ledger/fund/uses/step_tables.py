"""What is stored of the steps of a use."""

from datetime import datetime

from sqlalchemy import ForeignKeyConstraint
from sqlmodel import BigInteger, Field, SQLModel

from ledger.community.role_rules import Role
from ledger.db import Instant, words
from ledger.fund.uses.step_and_emergency_rules import Action, ProjectState


class ProjectStep(SQLModel, table=True):
    """One step of a use: who, when, to which state, with the digests of its papers as JSON. Append-only."""

    __tablename__ = "project_step"
    __table_args__ = (
        ForeignKeyConstraint(["community", "project"], ["project.community", "project.code"]),
        ForeignKeyConstraint(["community", "entry_no"], ["entry.community", "entry.no"]),
    )

    community: str = Field(primary_key=True)
    project: str = Field(primary_key=True)
    line: int = Field(primary_key=True)
    action: Action = Field(sa_type=words(Action), sa_column_kwargs={"name": "deed"})
    state: ProjectState = Field(sa_type=words(ProjectState))
    by_login: str
    by_role: Role = Field(sa_type=words(Role))
    at: datetime = Field(sa_type=Instant)
    papers: str = "{}"
    entry_no: int = Field(sa_type=BigInteger)
