"""How entries of a paper ballot pair up. Pure."""

from datetime import date
from typing import NamedTuple

from ledger.votes.rules import Choice


class Reading(NamedTuple):
    """What one person read off a sheet for a home."""

    sheet: str
    choice: Choice
    returned_on: date


class Entered(NamedTuple):
    """The homes of a sheet that wait for a second person, that count now, and that were read differently."""

    waiting: tuple[str, ...]
    counted: tuple[str, ...]
    disagreeing: tuple[str, ...]


def is_second(entries: int) -> bool:
    """Whether the next entry for a home is the second of a pair: entries pair up in the order they are made."""
    return entries % 2 == 1
