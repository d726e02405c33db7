"""后台任务: what is done in the background for whoever asks, how far it is, what came of it; called off by hand."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlmodel import Session

from ledger.community.role_rules import Actor, Role
from ledger.fields import Out
from ledger.installation import Installation
from ledger.jobs import course
from ledger.jobs import queries as kept
from ledger.jobs.rules import GOING_ON, JobState, NothingToSave
from ledger.jobs.tables import Job
from ledger.operations.labels import label
from ledger.operations.operation import (
    Call,
    Declared,
    Document,
    Field,
    File,
    InBoth,
    Listing,
    Operation,
    Record,
    Said,
)
from ledger.operations.workbooks import XLSX
from ledger.words import told, yuan

EVERYBODY = (Role.OPERATOR, *(role for role in Role if role is not Role.OPERATOR))
"""The operator sees everybody's jobs, whoever else he is; all others see their own."""


class JobShown(NamedTuple):
    """A job with what it is about, as far as it is."""

    no: int
    what: Said
    state: JobState
    progress: int | None
    by_login: str
    at: datetime
    begun_at: datetime | None
    ended_at: datetime | None
    outcome: Said | None
    file_name: str | None


class JobOut(Out):
    no: int
    what: InBoth
    state: JobState
    progress: int | None
    by_login: str
    at: datetime
    begun_at: datetime | None
    ended_at: datetime | None
    outcome: InBoth | None
    file_name: str | None


def jobs_seen(session: Session, installation: Installation, *, by: Actor) -> Sequence[JobShown]:
    """The jobs of whoever asks, the newest first; everybody's for the operator."""
    return [job_shown(installation, job) for job in kept.jobs(session, whose=_whose(by))]


def job_seen(session: Session, installation: Installation, no: int, *, by: Actor) -> JobShown:
    """One job.

    Raises:
        NoJob: there is none, or it is somebody else's.
    """
    return job_shown(installation, kept.job(session, no, whose=_whose(by)))


def say_so(call: Call) -> None:
    """Tell a job that runs that it is called off, before anything waits for what it holds.

    Raises:
        NoJob: there is none, or it is somebody else's.
    """
    no: int = call.place["no"]
    kept.job(call.session, no, whose=_whose(call.by))
    call.installation.queue.call_off(no)


def call_off(session: Session, installation: Installation, no: int, *, by: Actor, at: datetime) -> JobShown:
    """Call a job off: one that waits ends at once, one that runs when it next says how far it is. Nothing of it is kept.

    Raises:
        NoJob: there is none, or it is somebody else's.
        JobOver: it has ended.
    """
    return job_shown(installation, course.call_off(session, no, whose=_whose(by), at=at))


def job_file(session: Session, no: int, *, by: Actor) -> File:
    """What a job left to be downloaded by whoever asked for it; the operator too sees no other's, for it is what was sent.

    Raises:
        NoJob: there is none, or it is somebody else's.
        NothingToSave: it left nothing.
    """
    of = kept.job(session, no, whose=by.login)
    if of.file is None or of.file_name is None:
        raise NothingToSave(no=no)
    return File(of.file, XLSX, of.file_name)


def job_shown(installation: Installation, job: Job) -> JobShown:
    """A job with the words of its operation, and how far it is in per cent."""
    assert job.no is not None
    heard = installation.queue.heard(job.no) if job.state is JobState.RUNNING else None
    return JobShown(
        no=job.no,
        what=Said(job.what_zh, job.what_en),
        state=job.state,
        progress=min(99, 100 * heard[0] // heard[1]) if heard and heard[1] else None,
        by_login=job.login,
        at=job.at,
        begun_at=job.begun_at,
        ended_at=job.ended_at,
        outcome=Said(job.outcome_zh, job.outcome_en) if job.outcome_zh and job.outcome_en else None,
        file_name=job.file_name,
    )


def outcome_words(operation: Operation, answer: Mapping[str, Any]) -> tuple[str, str]:
    """What an operation answered, in Chinese and English: what is known, by its label."""
    return "；".join(_told(operation, answer, "zh")), "; ".join(_told(operation, answer, "en"))


def _told(operation: Operation, answer: Mapping[str, Any], language: str) -> Iterator[str]:
    for name, value in answer.items():
        if value in (None, "", 0) or isinstance(value, (list, dict)):
            continue
        words = operation.fields[name].label if name in operation.fields else label(name)
        shown = yuan(value) if name.endswith("_fen") else told(value, language)
        yield f"{words.in_(language)} {shown}"


def _whose(by: Actor) -> str | None:
    return None if by.role is Role.OPERATOR else by.login


def is_going_on(job: JobShown) -> bool:
    return job.state in GOING_ON


def has_a_file(job: JobShown) -> bool:
    return job.file_name is not None


FACTS = {
    "what": Field(Said("办什么", "What")),
    "progress": Field(Said("进度", "Progress")),
    "by_login": Field(Said("交办人", "Asked for by")),
    "at": Field(Said("交办时间", "Asked for at")),
    "begun_at": Field(Said("开始", "Begun")),
    "ended_at": Field(Said("结束", "Ended")),
    "outcome": Field(Said("结果", "What came of it")),
    "file_name": Field(Said("可下载的文件", "File to download")),
}
JOB = Record(
    path="/jobs/<int:no>",
    title=Said("后台任务", "Background job"),
    roles=EVERYBODY,
    everywhere=True,
    query=job_seen,
    gives=JobOut,
    heading="what",
    state=("state",),
    facts=FACTS,
    moves=is_going_on,
)
DECLARED: tuple[Declared, ...] = (
    Listing(
        path="/jobs",
        title=Said("后台任务", "Background jobs"),
        roles=EVERYBODY,
        everywhere=True,
        query=jobs_seen,
        gives=JobOut,
        key="jobs",
        record=JOB,
        facts=FACTS,
        columns=("no", "what", "state", "at", "ended_at", "outcome"),
        empty=Said("还没有后台任务。", "There are no background jobs yet."),
    ),
    JOB,
    Operation(
        path="/jobs/<int:no>/cancellation",
        title=Said("取消任务", "Call it off"),
        roles=EVERYBODY,
        everywhere=True,
        prepares=say_so,
        does=call_off,
        gives=JobOut,
        on=JOB,
        turns_back=True,
        offered=is_going_on,
        fields=FACTS,
    ),
    Document(
        path="/jobs/<int:no>/file",
        title=Said("下载结果", "Download what it left"),
        roles=EVERYBODY,
        everywhere=True,
        personal=True,
        makes=job_file,
        media_types=(XLSX,),
        offered=has_a_file,
    ),
)
