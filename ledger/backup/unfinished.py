"""What a restore that was cut off leaves behind, so that nobody works with half of it and it can be carried on with."""

from pathlib import Path

from pydantic import BaseModel, ValidationError

from ledger.backup.durable import keep_names, replace_file
from ledger.backup.rules import RestoreUnfinished
from ledger.log import note

UNFINISHED = "restore-unfinished.json"


class Head(BaseModel):
    """A log's head, with its root as hexadecimal digits; none of a log that is not there any more."""

    origin: str
    size: int
    root: str

    @property
    def checkpoint(self) -> note.Checkpoint:
        return note.Checkpoint(self.origin, self.size, bytes.fromhex(self.root))


class Unfinished(BaseModel):
    """What is left to be done once a database is built: enough to carry on with when it was cut off.

    ``kept`` names what is moved aside; ``heads`` are those that the signer is to continue from.
    """

    manifest: str
    kept: str
    heads: tuple[Head, ...]
    remade: tuple[str, ...]


def check_finished(home: Path) -> None:
    """See that no restore was cut off in this home.

    Raises:
        RestoreUnfinished: one was.
    """
    if (home / UNFINISHED).exists():
        raise RestoreUnfinished()


def left_in(home: Path) -> Unfinished | None:
    """What is left to be done in this home; None where nothing is."""
    try:
        return Unfinished.model_validate_json((home / UNFINISHED).read_bytes())
    except (FileNotFoundError, ValidationError):
        return None


def leave(home: Path, unfinished: Unfinished) -> None:
    """Keep everybody out of this home until the rest is done."""
    replace_file(home / UNFINISHED, unfinished.model_dump_json(indent=1).encode())


def clear(home: Path) -> None:
    """Let everybody in again."""
    (home / UNFINISHED).unlink()
    keep_names(home)
