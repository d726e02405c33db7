"""What is stored of the owners' committee: terms, members, what they handed over, and audits."""

from datetime import date

from sqlalchemy import ForeignKeyConstraint
from sqlmodel import Field, SQLModel

from ledger.committee.rules import AuditReason, Kept, Leaving, Office, Opinion, TermCause
from ledger.db import words


class CommitteeTerm(SQLModel, table=True):
    """届: a committee from its first day to its last. ``ended_on`` is the last one where it ends before its term is over."""

    __tablename__ = "committee_term"
    __table_args__ = (ForeignKeyConstraint(["community"], ["community.code"]),)

    community: str = Field(primary_key=True)
    no: int = Field(primary_key=True)
    elected_on: date
    starts_on: date
    ends_on: date
    seats: int
    """How many were elected."""
    motion: str | None = None
    """The owners' resolution; none for a committee from before the books, which rests on its filing."""
    document: str
    """SHA-256 of the posted result, or of the filing; of a committee that came with the register, the filing's number."""
    changed_on: date
    """The election, or the first change of its members that is not filed: from then on the days of filing count."""
    filed_on: date | None = None
    filing: str | None = None
    ended_on: date | None = None
    cause: TermCause | None = Field(default=None, sa_type=words(TermCause))
    end_motion: str | None = None


class CommitteeMember(SQLModel, table=True):
    """A member in one office from a day to a day; who takes another office has another row. ``until`` is a day of the term."""

    __tablename__ = "committee_member"
    __table_args__ = (
        ForeignKeyConstraint(["community", "term"], ["committee_term.community", "committee_term.no"]),
    )

    community: str = Field(primary_key=True)
    term: int = Field(primary_key=True)
    person: str = Field(primary_key=True, foreign_key="person.login")
    since: date = Field(primary_key=True)
    until: date
    office: Office = Field(sa_type=words(Office))
    leaving: Leaving | None = Field(default=None, sa_type=words(Leaving))
    motion: str | None = None
    """The owners' resolution by which he came in between or was removed, where there was one."""
    handed_over_on: date | None = None
    handed_over: str | None = None
    """SHA-256 of the list of what he handed over when he left."""


class CommitteeHandover(SQLModel, table=True):
    """One kind of what a committee keeps, handed over after its term."""

    __tablename__ = "committee_handover"
    __table_args__ = (
        ForeignKeyConstraint(["community", "term"], ["committee_term.community", "committee_term.no"]),
    )

    community: str = Field(primary_key=True)
    term: int = Field(primary_key=True)
    kept: Kept = Field(primary_key=True, sa_type=words(Kept))
    handed_on: date
    document: str
    taken_by: str


class CommitteeAudit(SQLModel, table=True):
    """An audit that was engaged: of a term that is over, or of a head who left; ``report`` is the accountant's."""

    __tablename__ = "committee_audit"
    __table_args__ = (
        ForeignKeyConstraint(["community", "term"], ["committee_term.community", "committee_term.no"]),
    )

    community: str = Field(primary_key=True)
    term: int = Field(primary_key=True)
    no: int = Field(primary_key=True)
    reason: AuditReason = Field(sa_type=words(AuditReason))
    head: str | None = None
    fell_due_on: date
    accountant: str
    engaged_on: date
    engagement: str
    received_on: date | None = None
    report: str | None = None
    opinion: Opinion | None = Field(default=None, sa_type=words(Opinion))
