"""What is stored of a repair."""

from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, Index
from sqlmodel import BigInteger, Field, SQLModel

from ledger.db import Instant, words
from ledger.repairs.rules import Category, Priority, Route, State


class Ticket(SQLModel, table=True):
    """报修. ``title`` and ``reporter`` are private: a resident's own words."""

    __table_args__ = (
        ForeignKeyConstraint(["community"], ["community.code"]),
        ForeignKeyConstraint(["community", "home"], ["home.community", "home.code"]),
        ForeignKeyConstraint(["community", "project"], ["project.community", "project.code"]),
        Index("ix_ticket_reported", "community", "reported_at"),
    )

    community: str = Field(primary_key=True)
    no: int = Field(primary_key=True)
    category: Category = Field(sa_type=words(Category))
    title: str
    building: str | None = None
    component: str | None = None
    home: str | None = None
    reporter: str = ""
    reported_at: datetime = Field(sa_type=Instant)
    recorded_by: str
    state: State = Field(default=State.NEW, sa_type=words(State))
    priority: Priority = Field(default=Priority.P3, sa_type=words(Priority))
    route: Route | None = Field(default=None, sa_type=words(Route))
    arrive_by: datetime | None = Field(default=None, sa_type=Instant)
    done_by: datetime | None = Field(default=None, sa_type=Instant)
    assigned_to: str | None = None
    arrived_at: datetime | None = Field(default=None, sa_type=Instant)
    done_at: datetime | None = Field(default=None, sa_type=Instant)
    followed_up_by: str | None = None
    rating: int | None = None
    """1 to 5, from the follow-up visit."""
    reopened: bool = False
    project: str | None = None
    erasure_no: int | None = Field(default=None, sa_type=BigInteger)
    """The entry by which its personal data were erased."""


class TicketStep(SQLModel, table=True):
    """One step of a ticket: what, who, when. Append-only, but for the note, which is private and can be erased."""

    __tablename__ = "ticket_step"
    __table_args__ = (ForeignKeyConstraint(["community", "ticket"], ["ticket.community", "ticket.no"]),)

    community: str = Field(primary_key=True)
    ticket: int = Field(primary_key=True)
    line: int = Field(primary_key=True)
    state: State = Field(sa_type=words(State))
    by_login: str
    at: datetime = Field(sa_type=Instant)
    note: str = ""
    photo: str | None = None
    """The digest of a stored photograph."""
