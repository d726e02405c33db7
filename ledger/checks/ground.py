"""What the checks look at."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from sqlmodel import Session

from ledger.checks.rules import Check
from ledger.jobs.queue import Queue
from ledger.log import note
from ledger.log.signer import Signer


class Ground(NamedTuple):
    """A moment of one installation. ``database_file`` is None where the database is a server; ``now`` is the machine's
    clock, ``at`` the instant that holds in the books, which is another in the demo. ``queue`` is asked whether what is
    done in the background gives a sign of life. ``memory`` is the last head
    that the signer signed of each log, read before the session began: what is signed meanwhile is in neither.
    """

    session: Session
    signer: Signer
    memory: Mapping[str, note.Checkpoint]
    home: Path
    database_file: Path | None
    at: datetime
    now: datetime
    queue: Queue


Look = Callable[[Ground], Iterable[Check]]
