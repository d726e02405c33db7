"""Checks of the machine: the schema, the disk, the last backup, what is done in the background, the clock."""

import shutil
from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import func
from sqlmodel import select

from ledger.backup.taking import last_backup
from ledger.checks.ground import Ground
from ledger.checks.rules import (
    BACKUP_LOST_AFTER_DAYS,
    BACKUP_WITHIN_DAYS,
    FAILED_TOLD_DAYS,
    FREE_BYTES,
    FREE_BYTES_AT_LEAST,
    WAITS_MINUTES,
    YEARS_AHEAD,
    Check,
    State,
)
from ledger.db import newest, stands_at
from ledger.jobs.queries import failed_since, going_on
from ledger.jobs.queue import BrokerUnreachable
from ledger.jobs.rules import JobState
from ledger.jobs.tables import Job
from ledger.journal.tables import Entry


def schema(ground: Ground) -> Iterator[Check]:
    """The database is at the migration that this version needs."""
    there, needed = stands_at(ground.session), newest()
    if there == needed:
        yield Check(
            "schema", State.WELL, (f"数据库结构是第 {there} 版。", f"The database is at migration {there}.")
        )
        return
    yield Check(
        "schema",
        State.BROKEN,
        (
            f"数据库结构是第 {there} 版，这个版本要第 {needed} 版。",
            f"The database is at migration {there}, this version needs {needed}.",
        ),
        ("先备份，再运行 mingbai migrate。", "Back it up, then run mingbai migrate."),
    )


def disk(ground: Ground) -> Iterator[Check]:
    """There is room where the home and the database lie."""
    where = {ground.home, ground.database_file.parent if ground.database_file else ground.home}
    for directory in sorted(where):
        free = shutil.disk_usage(directory).free
        state = (
            State.WELL if free >= FREE_BYTES else State.LOOK if free >= FREE_BYTES_AT_LEAST else State.BROKEN
        )
        mebibytes = f"{free >> 20:,}"
        yield Check(
            "disk",
            state,
            (f"{directory} 还有 {mebibytes} MiB 空间。", f"{directory} has {mebibytes} MiB free."),
            ("", "")
            if state is State.WELL
            else ("清理磁盘，或换一块大的。", "Make room on this disk, or use a larger one."),
        )


def backup(ground: Ground) -> Iterator[Check]:
    """A backup was taken these days."""
    remedy = (
        "运行 mingbai backup，并查看备份的定时器。",
        "Run mingbai backup, and look at the timer that should.",
    )
    last = last_backup(ground.home)
    if last is None:
        yield Check("backup", State.LOOK, ("还没有备份过。", "No backup was ever taken."), remedy)
        return
    age = ground.now - last.taken_at
    state = (
        State.BROKEN
        if age > timedelta(BACKUP_LOST_AFTER_DAYS)
        else State.LOOK
        if age > timedelta(BACKUP_WITHIN_DAYS)
        else State.WELL
    )
    hours = int(age.total_seconds()) // 3600
    yield Check(
        "backup",
        state,
        (
            f"上次备份在 {hours} 小时前，存在 {last.directory}。",
            f"The last backup is {hours} hours old, in {last.directory}.",
        ),
        ("", "") if state is State.WELL else remedy,
    )


def jobs(ground: Ground) -> Iterator[Check]:
    """Nothing that was asked for in the background waits for a worker in vain, and nothing was given up lately."""
    failed = failed_since(ground.session, ground.at - timedelta(FAILED_TOLD_DAYS))
    for job in failed:
        yield Check(
            "jobs",
            State.LOOK,
            (
                f"第 {job.no} 号后台任务（{job.what_zh}，{job.login} 交办）没有办成。",
                f"Background job {job.no} ({job.what_en}, asked for by {job.login}) was not done.",
            ),
            (
                f"在服务器的日志里找 job/{job.no}，排除原因以后请交办人再交办一次。",
                f"Look for job/{job.no} in the server's log; once the cause is gone, whoever asked may ask again.",
            ),
            job.community,
        )
    try:
        stuck = [job for job in going_on(ground.session) if _is_left_alone(ground, job)]
    except BrokerUnreachable as error:
        yield Check(
            "jobs",
            State.BROKEN,
            (error.sentence("zh"), error.sentence("en")),
            ("查看那台 Redis 和到它的网络。", "Look at that Redis and the network to it."),
        )
        return
    if stuck:
        yield Check(
            "jobs",
            State.LOOK,
            (
                f"{len(stuck)} 个后台任务超过 {WAITS_MINUTES} 分钟没有人办，最早的是第 {stuck[0].no} 号（{stuck[0].what_zh}）。",
                f"{len(stuck)} background jobs have had nobody to do them for more than {WAITS_MINUTES} minutes, "
                f"the oldest of them {stuck[0].no} ({stuck[0].what_en}).",
            ),
            (
                "看服务器是否在运行（它带着一个后台进程）；任务确实多，就另开 mingbai work。",
                "See whether the server runs, which has a worker beside it; where the jobs are many, run mingbai work too.",
            ),
        )
    elif not failed:
        yield Check(
            "jobs",
            State.WELL,
            ("后台任务都有人在办。", "What was asked for in the background is being done."),
        )


def _is_left_alone(ground: Ground, job: Job) -> bool:
    """Whether a job has waited, or given no sign of life since it was begun, for too long."""
    assert job.no is not None
    long = timedelta(minutes=WAITS_MINUTES)
    if job.state is JobState.WAITING:
        return ground.at - job.at > long
    heard = ground.queue.heard(job.no)
    return heard is None or ground.now - heard[2] > long


def clock(ground: Ground) -> Iterator[Check]:
    """The clock is neither before what was written last nor years after it."""
    last = ground.session.exec(select(func.max(Entry.posted_at))).one()
    remedy = (
        "校准这台机器的时间（timedatectl），再记账。",
        "Set this machine's clock (timedatectl) before anything is written.",
    )
    if last is not None and ground.at < last:
        yield Check(
            "clock",
            State.BROKEN,
            (
                f"机器的时间是 {ground.at:%Y-%m-%d %H:%M} UTC，早于最后一笔记账 {last:%Y-%m-%d %H:%M}。",
                f"The clock says {ground.at:%Y-%m-%d %H:%M} UTC, which is before the last entry of {last:%Y-%m-%d %H:%M}.",
            ),
            remedy,
        )
    elif last is not None and ground.at - last > timedelta(366 * YEARS_AHEAD):
        yield Check(
            "clock",
            State.LOOK,
            (
                f"机器的时间是 {ground.at:%Y-%m-%d}，比最后一笔记账 {last:%Y-%m-%d} 晚了 {YEARS_AHEAD} 年以上。",
                f"The clock says {ground.at:%Y-%m-%d}, more than {YEARS_AHEAD} years after the last entry of {last:%Y-%m-%d}.",
            ),
            remedy,
        )
    else:
        yield Check("clock", State.WELL, ("时间合理。", "The clock is plausible."))
