"""The course of a job: begun, ended, begun again, called off, forgotten."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import update
from sqlmodel import Session, col

from ledger.jobs.queries import forgettable, job
from ledger.jobs.rules import CUT_OFF, GOING_ON, KEPT, JobOver, JobState, after_a_fall
from ledger.jobs.tables import Job

ENDING = frozenset({*GOING_ON, JobState.FAILED})
"""From which a job comes to its end: one that was given up too early may still be done."""


class Outcome(NamedTuple):
    """What came of a job, in Chinese and English, and a file to be downloaded."""

    state: JobState
    words: tuple[str, str] | None = None
    file_name: str | None = None
    file: bytes | None = None


def begin(session: Session, no: int, *, at: datetime) -> Job | None:
    """Take a job that waits; None when it does not wait any more, for another worker has it, or it was called off."""
    taken = session.execute(
        update(Job)
        .where(col(Job.no) == no, col(Job.state) == JobState.WAITING)
        .values(state=JobState.RUNNING, begun_at=at, tries=Job.tries + 1)
        .returning(col(Job.no))
    ).first()
    return session.get(Job, no, populate_existing=True) if taken else None


def end(session: Session, no: int, outcome: Outcome, *, at: datetime) -> None:
    """Write down what came of a job that runs; what was asked goes with its end. One that fell over waits for its next try."""
    values: dict[str, object] = {"state": outcome.state}
    if outcome.state is not JobState.WAITING:
        zh, en = outcome.words or (None, None)
        values |= {
            "ended_at": at,
            "asked": None,
            "outcome_zh": zh,
            "outcome_en": en,
            "file_name": outcome.file_name,
            "file": outcome.file,
        }
    session.execute(update(Job).where(col(Job.no) == no, col(Job.state).in_(ENDING)).values(**values))


def put_back(session: Session, cut_off: Job, *, put_down: bool, at: datetime) -> None:
    """Have a job that was cut off begun once more, or give it up; one that was put down when its worker had to stop lost no try."""
    assert cut_off.no is not None
    if put_down:
        session.execute(
            update(Job)
            .where(
                col(Job.no) == cut_off.no,
                col(Job.state) == JobState.RUNNING,
                col(Job.begun_at) == cut_off.begun_at,  # another has not begun it again
            )
            .values(state=JobState.WAITING, tries=Job.tries - 1)
        )
        return
    state = after_a_fall(cut_off.tries)
    end(session, cut_off.no, Outcome(state, CUT_OFF if state is JobState.FAILED else None), at=at)


def call_off(session: Session, no: int, *, whose: str | None, at: datetime) -> Job:
    """Call a job off: one that waits ends at once, one that runs when it next says how far it is.

    Raises:
        NoJob: there is none, or it is somebody else's.
        JobOver: it has ended.
    """
    called_off = job(session, no, whose=whose)
    waiting = (
        update(Job)
        .where(col(Job.no) == no, col(Job.state) == JobState.WAITING)
        .values(state=JobState.CANCELLED, ended_at=at, asked=None)
        .returning(col(Job.no))
    )
    if session.execute(waiting).first() is None and called_off.state is not JobState.RUNNING:
        raise JobOver(no=no)
    session.refresh(called_off)
    return called_off


def forget_jobs(session: Session, *, at: datetime) -> int:
    """Forget the jobs that have been over for long (`rules.KEPT`); gives how many."""
    over = forgettable(session, at - KEPT)
    for row in over:
        session.delete(row)
    return len(over)
