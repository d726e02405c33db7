"""What a check is, and how a whole round of them stands."""

from collections.abc import Iterable
from enum import IntEnum
from typing import NamedTuple

Words = tuple[str, str]
"""The same in Chinese and in English."""

SIGNED_WITHIN_DAYS = 1
"""For how long something written may stand in a log without a signed head above it."""
BACKUP_WITHIN_DAYS = 2
BACKUP_LOST_AFTER_DAYS = 8
"""From then on a week's work hangs on one disk."""
FREE_BYTES = 2 << 30
FREE_BYTES_AT_LEAST = 256 << 20
"""A month end of an area writes about as much."""
YEARS_AHEAD = 2
"""A community that writes nothing for so long is rarer than a wrong clock."""
CALENDAR_FROM_MONTH = 12
"""The State Council gives the next year's days off in October or November."""


WAITS_MINUTES = 15
"""Longer than what somebody else asked for takes as a rule, so that a job which waits longer has nobody to do it."""
FAILED_TOLD_DAYS = 2
"""For how long a job that failed is told, so that a daily timer tells each."""


class State(IntEnum):
    """How a thing stands; the number is the exit code of whoever looked."""

    WELL = 0
    LOOK = 1
    BROKEN = 2


class Check(NamedTuple):
    """What one look at one thing gave. ``place`` is a community or an area, empty for the whole machine; ``remedy`` says
    what to do, and is empty where all is well."""

    name: str
    state: State
    words: Words
    remedy: Words = ("", "")
    place: str = ""


def worst(checks: Iterable[Check]) -> State:
    """How they stand together: as the worst of them."""
    return max((check.state for check in checks), default=State.WELL)
