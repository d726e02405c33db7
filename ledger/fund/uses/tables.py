"""What is stored of a use of the fund."""

from datetime import date

from sqlalchemy import ForeignKeyConstraint
from sqlmodel import BigInteger, Field, SQLModel

from ledger.community.rules import ComponentKind, HomeKind
from ledger.db import words
from ledger.fund.uses.rules import (
    Rule,
    ScopeKind,
)
from ledger.fund.uses.step_and_emergency_rules import EmergencyCase, ProjectState


class Project(SQLModel, table=True):
    """使用项目: one use of the fund, as it stands; its steps are in ``project_step``, append-only.

    ``rule`` is the rule that lets the fund pay; ``preauthorised`` the collective vote it leans on; ``paid_fen`` what
    the fund has paid so far, by entries up to ``paid_entry``.
    """

    __table_args__ = (
        ForeignKeyConstraint(["community"], ["community.code"]),
        ForeignKeyConstraint(["community", "motion"], ["motion.community", "motion.code"]),
        ForeignKeyConstraint(["community", "paid_entry"], ["entry.community", "entry.no"]),
    )

    community: str = Field(primary_key=True)
    code: str = Field(primary_key=True)
    title: str
    component: str
    component_kind: ComponentKind = Field(sa_type=words(ComponentKind))
    scope: ScopeKind = Field(sa_type=words(ScopeKind))
    building: str | None = None
    stairwell: str | None = None
    side: str | None = None
    emergency: EmergencyCase | None = Field(default=None, sa_type=words(EmergencyCase))
    rule: Rule = Field(default=Rule.Y1, sa_type=words(Rule), sa_column_kwargs={"server_default": "Y1"})
    preauthorised: str | None = None
    contractor: str = Field(foreign_key="firm.code")
    appraiser: str | None = None
    monitor: str | None = None
    """The supervision unit (监理单位) that the plan names."""
    budget_fen: int = Field(sa_type=BigInteger)
    state: ProjectState = Field(default=ProjectState.DRAFT, sa_type=words(ProjectState))
    proposed_by: str
    proposed_on: date
    motion: str | None = None
    applied_by: str | None = None
    applied_on: date | None = None
    approved_by: str | None = None
    approved_on: date | None = None
    approved_fen: int | None = Field(default=None, sa_type=BigInteger)
    accepted_by: str | None = None
    accepted_on: date | None = None
    settled_fen: int | None = Field(default=None, sa_type=BigInteger)
    retention_fen: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})
    retention_until: date | None = None
    invoice_no: str | None = None
    paid_fen: int | None = Field(default=None, sa_type=BigInteger)
    paid_entry: int | None = Field(default=None, sa_type=BigInteger)


class ScopeHome(SQLModel, table=True):
    """A home that bears a project's cost, with its area on the day the plan was made. Append-only."""

    __tablename__ = "scope_home"
    __table_args__ = (
        ForeignKeyConstraint(["community", "project"], ["project.community", "project.code"]),
        ForeignKeyConstraint(["community", "home"], ["home.community", "home.code"]),
    )

    community: str = Field(primary_key=True)
    project: str = Field(primary_key=True)
    home: str = Field(primary_key=True)
    area_dm2: int
    kind: HomeKind = Field(sa_type=words(HomeKind))
    seller: str | None = None
