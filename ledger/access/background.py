"""Wishes that take long: stored at the door, carried out by a worker the way that every wish is."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from threading import Event, Thread

from pydantic import BaseModel
from sqlalchemy.exc import IntegrityError

from ledger.access.performing import Wish, check_key, check_seen, digest_of, perform
from ledger.community.queries import communities, seats
from ledger.community.role_rules import actor_among
from ledger.errors import LedgerError
from ledger.fields import Upload
from ledger.installation import Installation
from ledger.jobs.course import Outcome, begin, end, forget_jobs, put_back
from ledger.jobs.queries import forgettable, going_on, job_of_key
from ledger.jobs.queue import BrokerUnreachable
from ledger.jobs.rules import CAME_TO_NOTHING, KEPT, SILENT, CalledOff, JobState, after_a_fall
from ledger.jobs.tables import Job
from ledger.journal.rules import AskedDifferently
from ledger.log.row_queries import waiting
from ledger.operations.jobs import outcome_words
from ledger.operations.registry import OPERATION_OF
from ledger.periods import day_in_shanghai
from ledger.progress import Progress
from ledger.publishing import publish_standing_notice, sign_head_of
from ledger.watching.log import tell_fault
from ledger.watching.queries import log_standings

SIGN_OF_LIFE = timedelta(seconds=5)
"""Between the signs of life of a job that says nothing by itself."""
OFTEN = timedelta(milliseconds=300)
"""What passes before a job's progress is written down again."""


def ask_for(installation: Installation, wish: Wish) -> Job:
    """Store a wish that takes long, once for each key of a person, and have a worker woken. What came to nothing is tried again.

    Raises:
        KeyMissing; AskedDifferently: the key came with another request. SeenOfNothing, Stale.
    """
    check_key(wish)
    digest = digest_of(wish)
    try:
        with installation.database.writing() as session:
            before = job_of_key(session, wish.by.login, wish.key)
            if before is not None and _same(before, digest).state not in CAME_TO_NOTHING:
                return before
            if before is not None:
                session.delete(before)
                session.flush()
            check_seen(installation, session, wish)
            asked_for = Job(
                community=wish.community,
                work=wish.operation.work,
                what_zh=wish.operation.title.zh,
                what_en=wish.operation.title.en,
                place=json.dumps(wish.place, default=str),
                asked=wish.asked.model_dump_json(),
                digest=digest,
                login=wish.by.login,
                key=wish.key,
                at=wish.at,
                state=JobState.WAITING,
            )
            session.add(asked_for)
            session.flush()
            session.refresh(asked_for)
    except IntegrityError:  # another with this key was first
        with installation.database.reading() as session:
            before = job_of_key(session, wish.by.login, wish.key)
        if before is None:
            raise
        return _same(before, digest)
    assert asked_for.no is not None
    try:
        installation.queue.forget(asked_for.no)  # a number that was another's may come again
        installation.queue.send(asked_for.no)
    except BrokerUnreachable as error:  # a worker takes it up once the broker is back
        tell_fault(f"job/{asked_for.no}", error)
    return asked_for


def _same(before: Job, digest: str) -> Job:
    if before.digest != digest:
        raise AskedDifferently(key=before.key)
    return before


def carry_out(installation: Installation, no: int, now: Callable[[], datetime]) -> None:
    """Do a job that waits, as whoever asked for it may do it now, and write down what came of it; ``now`` is the books' clock.

    What fell over is begun once more. One that another worker has taken, or that was called off, is left alone.
    """
    # Said before it runs, so that nobody takes it to be cut off; what it was told meanwhile stays, for another may be doing it.
    installation.queue.say(no, 0, 0, at=datetime.now(UTC))
    with installation.database.writing() as session:
        taken = begin(session, no, at=now())
        if taken is None:
            return
        session.expunge(taken)
    with installation.queue.in_hand(no):
        with _alive(installation, no) as progress:
            outcome = _done(installation, taken, progress, at=now())
        with installation.database.writing() as session:
            end(session, no, outcome, at=now())
    if outcome.state is JobState.WAITING:
        installation.queue.send(no)
    else:
        installation.queue.forget(no)


def _done(installation: Installation, job: Job, progress: Progress, *, at: datetime) -> Outcome:
    operation = OPERATION_OF[job.work]
    try:
        asked = operation.model.model_validate_json(job.asked or "{}")
        try:
            wish = _wish(installation, job, asked, at=at)
            answer = json.loads(perform(installation, wish, progress).body)
            return Outcome(JobState.DONE, outcome_words(operation, answer))
        except LedgerError as error:
            return _refused(job, asked, error)
    except CalledOff:
        return Outcome(JobState.CANCELLED)
    except Exception as error:  # whatever it is, it must be written down that the job fell over
        tell_fault(f"job/{job.no}", error)
        return Outcome(after_a_fall(job.tries))


def _wish(installation: Installation, job: Job, asked: BaseModel, *, at: datetime) -> Wish:
    operation = OPERATION_OF[job.work]
    place = operation.place.model_validate_json(job.place).model_dump()
    with installation.database.reading() as session:
        held = seats(session, job.login, operation.seat_at(job.community) or None, day_in_shanghai(at))
    by = actor_among(job.login, held or [], operation.roles, place | dict(asked))
    return Wish(operation, job.community, place, asked, by, at, job.key)


def _refused(job: Job, asked: BaseModel, error: LedgerError) -> Outcome:
    """Why it was refused, in both languages, and the file that was sent with what is wrong in it."""
    why = (error.sentence("zh"), error.sentence("en"))
    annotates, problems = OPERATION_OF[job.work].annotates, error.facts.get("problems")
    upload = next((value for _name, value in asked if isinstance(value, Upload)), None)
    if annotates is None or upload is None or not isinstance(problems, tuple):
        return Outcome(JobState.REFUSED, why)
    marked = annotates(upload.body, problems)
    return Outcome(JobState.REFUSED, why, upload.name, marked)


@contextmanager
def _alive(installation: Installation, no: int) -> Iterator[Progress]:
    """Say how far a job is and, while it says nothing, that it lives; what it is told with ends it once it is called off."""
    queue = installation.queue
    far, over, last = (0, 0), Event(), datetime.now(UTC)

    def say(part: int, whole: int) -> None:
        nonlocal far, last
        far, now = (part, whole), datetime.now(UTC)
        if now - last < OFTEN and part < whole:
            return
        last = now
        with suppress(BrokerUnreachable):  # the work goes on meanwhile
            queue.say(no, part, whole, at=now)
            if queue.is_called_off(no):
                raise CalledOff

    def live() -> None:
        while not over.wait(SIGN_OF_LIFE.total_seconds()):
            with suppress(Exception):  # the next sign will do
                queue.say(no, *far, at=datetime.now(UTC))

    signs = Thread(target=live, daemon=True)
    signs.start()
    try:
        yield say
    finally:
        over.set()
        signs.join()


def sign_grown(installation: Installation, *, at: datetime) -> None:
    """Have the new head of every log signed that has grown, or whose rows were written; one that cannot be does not hold up the others."""
    with installation.database.reading() as session:
        grown = {log.community for log in log_standings(session) if log.leaves > log.signed}
        grown.update(waiting(session))
    for community in sorted(grown):
        try:
            sign_head_of(installation, community, at=at)
        except Exception as error:  # whatever it is, the others' turn comes
            tell_fault(f"log/{community}", error)


def publish_what_stands(installation: Installation, *, at: datetime) -> None:
    """Publish the standing notice of every community where it has changed; one that cannot be does not hold up the others."""
    with installation.database.reading() as session:
        codes = [place.code for place in communities(session)]
    for community in codes:
        try:
            publish_standing_notice(installation, community, at=at)
        except Exception as error:  # whatever it is, the others' turn comes
            tell_fault(f"standing/{community}", error)


def forget_over(installation: Installation, *, at: datetime) -> None:
    """Forget the jobs that are long over; ``at`` is what the books' clock says."""
    with installation.database.reading() as session:
        over = bool(forgettable(session, at - KEPT))
    if over:
        with installation.database.writing() as session:
            forget_jobs(session, at=at)


def take_up(installation: Installation, *, at: datetime) -> None:
    """Have every job that waits done, and those that were cut off begun again; ``at`` is what the machine's clock says."""
    queue = installation.queue
    with installation.database.reading() as session:
        open_jobs = going_on(session)
        session.expunge_all()
    for job in open_jobs:
        assert job.no is not None
        heard = queue.heard(job.no)
        silent = heard is None or at - heard[2] > SILENT
        put_down = job.state is JobState.RUNNING and queue.was_put_down(job.no)
        if job.state is JobState.RUNNING and (put_down or silent):
            with installation.database.writing() as session:
                put_back(session, job, put_down=put_down, at=at)
        if job.state is JobState.WAITING or put_down or silent:
            queue.send(job.no)
