"""How a job goes, when it is begun again, and what is refused. Pure."""

from datetime import timedelta
from enum import StrEnum

from ledger.errors import Refused, Unknown

TRIES = 2
"""How often a job is begun: a second time when it fell over or was cut off."""
SILENT = timedelta(seconds=30)
"""A job that gives no sign of life for so long was cut off."""
KEPT = timedelta(days=30)
"""How long a job that is over stays to be looked at, with what came of it."""


class JobState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"
    CANCELLED = "cancelled"


GOING_ON = frozenset({JobState.WAITING, JobState.RUNNING})
CAME_TO_NOTHING = frozenset({JobState.REFUSED, JobState.FAILED, JobState.CANCELLED})
CUT_OFF = (
    "中断了两次，没有办成，什么也没有登记。",
    "It was cut off twice and not done; nothing was written.",
)


class CalledOff(Exception):
    """Ends a job that somebody called off; nothing of it is kept."""


class NoJob(Unknown):
    code = "no-job"
    zh = "没有第 {no} 号后台任务，或者不是您交办的。"
    en = "There is no background job {no}, or it is not yours."


class JobOver(Refused):
    code = "job-over"
    zh = "第 {no} 号后台任务已经结束，取消不了。"
    en = "Background job {no} is over and cannot be called off."


class NothingToSave(Unknown):
    code = "nothing-to-save"
    zh = "第 {no} 号后台任务没有可以下载的结果。"
    en = "Background job {no} left nothing to download."


def after_a_fall(tries: int) -> JobState:
    """What a job that fell over or was cut off is next, after so many tries."""
    return JobState.WAITING if tries < TRIES else JobState.FAILED
