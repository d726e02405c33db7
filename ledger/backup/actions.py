"""What is written into a database that was restored: that it was, where it is older, and that nobody is signed in."""

from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col

from ledger.backup.rules import Log, Manifest
from ledger.community.role_rules import Actor
from ledger.jobs.rules import GOING_ON, JobState
from ledger.jobs.tables import Job
from ledger.journal.actions import Posted, post
from ledger.journal.rules import Draft
from ledger.log import note
from ledger.people.rules import Ending
from ledger.people.tables import SignIn, Slip
from ledger.periods import day_in_shanghai


def note_restored(
    session: Session,
    log: Log,
    manifest: Manifest,
    lost: note.Checkpoint,
    reason: str,
    *,
    by: Actor,
    at: datetime,
) -> Posted:
    """Say in a log that it was restored from a backup that does not continue what was known of it.

    For good stand there the head that is lost, how many leaves there were in the backup, and when that was taken; the reason
    is private.
    """
    draft = Draft(
        kind="restored",
        on=day_in_shanghai(at),
        key=f"restored/{manifest.taken_at.isoformat()}",
        facts={
            "leaves": log.head.size,
            "lost": lost.size,
            "root": lost.root.hex(),
            "taken": manifest.taken_at.isoformat(),
        },
        private={"reason": reason},
    )
    return post(session, log.community, draft, by=by, at=at)


def end_access(session: Session, *, by: Actor, at: datetime) -> None:
    """End every sign-in, void every slip, call off every job: what was ended, used or done since the backup must not live again."""
    session.execute(
        update(SignIn).where(col(SignIn.ended_at).is_(None)).values(ended_at=at, ending=Ending.RESTORED)
    )
    session.execute(
        update(Slip).where(col(Slip.used_at).is_(None), col(Slip.void_at).is_(None)).values(void_at=at)
    )
    session.execute(
        update(Job)
        .where(col(Job.state).in_(GOING_ON))
        .values(state=JobState.CANCELLED, ended_at=at, asked=None)
    )
