"""What is stored of jobs."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from ledger.db import Instant, words
from ledger.jobs.rules import JobState


class Job(SQLModel, table=True):
    """One wish that is carried out in the background; its row changes until it is over, and then is forgotten.

    ``work`` is the operation, ``what_zh`` and ``what_en`` what it is called, ``place`` and ``asked`` its request as JSON; what
    was asked, which may hold personal data, goes when the job is over. ``digest`` tells the same request from another one under the same key.
    """

    __table_args__ = (UniqueConstraint("login", "key"), Index("ix_job_state", "state"))

    no: int | None = Field(default=None, primary_key=True)
    community: str
    work: str
    what_zh: str
    what_en: str
    place: str
    asked: str | None
    digest: str
    login: str
    key: str
    at: datetime = Field(sa_type=Instant)
    state: JobState = Field(sa_type=words(JobState))
    tries: int = 0
    begun_at: datetime | None = Field(default=None, sa_type=Instant)
    ended_at: datetime | None = Field(default=None, sa_type=Instant)
    outcome_zh: str | None = None
    outcome_en: str | None = None
    """What came of it, or why it was refused."""
    file_name: str | None = None
    file: bytes | None = None
    """What it leaves to be downloaded."""
