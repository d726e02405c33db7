"""Reading what became of jobs."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from ledger.db import unread
from ledger.jobs.rules import GOING_ON, JobState, NoJob
from ledger.jobs.tables import Job

LIGHT = (unread(Job.asked), unread(Job.file))
"""A job without the two that may be large."""


def job(session: Session, no: int, *, whose: str | None) -> Job:
    """A job by its number; ``whose`` is None for those who see everybody's.

    Raises:
        NoJob: there is none, or it is somebody else's.
    """
    row = session.get(Job, no)
    if row is None or whose not in (None, row.login):
        raise NoJob(no=no)
    return row


def jobs(session: Session, *, whose: str | None) -> Sequence[Job]:
    """The jobs of one person, or of everybody, the newest first."""
    query = select(Job).options(*LIGHT).order_by(col(Job.no).desc())
    return list(session.exec(query if whose is None else query.where(Job.login == whose)))


def job_of_key(session: Session, login: str, key: str) -> Job | None:
    """The job that somebody asked for under a key."""
    return session.exec(select(Job).options(*LIGHT).where(Job.login == login, Job.key == key)).first()


def going_on(session: Session) -> Sequence[Job]:
    """The jobs that wait or run, the oldest first."""
    query = select(Job).options(*LIGHT).where(col(Job.state).in_(GOING_ON)).order_by(col(Job.no))
    return list(session.exec(query))


def failed_since(session: Session, instant: datetime) -> Sequence[Job]:
    """The jobs that were given up since an instant, the oldest first."""
    query = select(Job).options(*LIGHT).where(Job.state == JobState.FAILED, col(Job.ended_at) >= instant)
    return list(session.exec(query.order_by(col(Job.no))))


def forgettable(session: Session, before: datetime) -> Sequence[Job]:
    """The jobs that were over before an instant."""
    query = select(Job).options(*LIGHT).where(col(Job.ended_at) < before)
    return list(session.exec(query))
