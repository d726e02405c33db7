"""What is stored of a use of the fund."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKeyConstraint
from sqlmodel import BigInteger, Field, SQLModel

from ledger.community.rules import ComponentKind, HomeKind
from ledger.db import words
from ledger.fund.uses.rules import EmergencyCase, ProjectState, ScopeKind


class Project(SQLModel, table=True):
    """使用项目: one use of the fund, from its plan to its apportionment. Who did each step stays on the row."""

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
    emergency: EmergencyCase | None = Field(default=None, sa_type=words(EmergencyCase))
    contractor: str = Field(foreign_key="firm.code")
    budget_fen: int = Field(sa_type=BigInteger)
    state: ProjectState = Field(default=ProjectState.DRAFT, sa_type=words(ProjectState))
    proposed_by: str
    proposed_on: date
    motion: str | None = None
    approved_by: str | None = None
    approved_on: date | None = None
    approved_fen: int | None = Field(default=None, sa_type=BigInteger)
    accepted_by: str | None = None
    accepted_on: date | None = None
    invoice_no: str | None = None
    paid_fen: int | None = Field(default=None, sa_type=BigInteger)
    paid_entry: int | None = Field(default=None, sa_type=BigInteger)


class ScopeHome(SQLModel, table=True):
    """A home that bears a project's cost, with its area on the day the plan was made. In ink (`domain/01` §1.6)."""

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


class Share(SQLModel, table=True):
    """分摊: what one home, selling unit or developer bears of a project. In ink.

    ``charged_fen`` came out of its part of the fund; ``shortfall_fen`` is asked of it in cash.
    """

    __table_args__ = (
        ForeignKeyConstraint(["community", "project"], ["project.community", "project.code"]),
        CheckConstraint("share_fen = charged_fen + shortfall_fen", name="adds_up"),
    )

    community: str = Field(primary_key=True)
    project: str = Field(primary_key=True)
    bearer: str = Field(primary_key=True)
    kind: str
    share_fen: int = Field(sa_type=BigInteger)
    charged_fen: int = Field(sa_type=BigInteger)
    shortfall_fen: int = Field(sa_type=BigInteger)
