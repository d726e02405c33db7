"""The command that works in the background. It loads little itself, for ``serve`` loads it too."""

import os
import signal
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from multiprocessing import parent_process
from threading import Event, Thread
from typing import TYPE_CHECKING

import click

from ledger.cli.context import CommandContext
from ledger.cli.loading import loading_for_good
from ledger.community.queries import demo_day
from ledger.periods import standing_on

if TYPE_CHECKING:
    from ledger.installation import Installation

ROUND = 5
"""Seconds between two rounds of looking at what waits: jobs that nobody was woken for, heads that are not signed.

Half of the ten within which a head is promised, so that the round itself has the other half.
"""
YIELDS = 5
"""By how much a worker gives way to whoever serves people."""


@click.command()
@click.option("--workers", default=1, show_default=True, help="how many jobs at a time")
@click.pass_obj
def work(context: CommandContext, workers: int) -> None:
    """Do what is asked for in the background, and have the heads of the logs signed within ten seconds.

    The server begins one worker by itself; this is another one.
    """
    _work(context, workers)


def work_beside() -> None:
    """Work beside a server, until it ends."""

    def follow() -> None:
        if parent := parent_process():
            parent.join()
            os.kill(os.getpid(), signal.SIGTERM)

    Thread(target=follow, daemon=True).start()
    context = CommandContext(as_json=True)
    try:
        _work(context, 1)
    finally:
        context.close()


def _work(context: CommandContext, workers: int) -> None:
    with loading_for_good():
        from ledger.access.background import carry_out
    from ledger.watching.log import log_to_stderr

    os.nice(YIELDS)
    log_to_stderr()
    installation = context.installation
    with installation.database.reading() as session:
        day = demo_day(session, context.config.day)

    def now() -> datetime:
        clock = datetime.now(UTC)
        return standing_on(day, clock) if day else clock

    Thread(target=_go_round, args=(installation, now), daemon=True).start()
    installation.queue.work(lambda no: carry_out(installation, no, now), workers)


def _go_round(installation: "Installation", now: Callable[[], datetime]) -> None:
    """Look after what nobody is woken for, again and again."""
    from ledger.access.background import forget_over, publish_what_stands, sign_grown, take_up
    from ledger.watching.log import tell_fault

    looks: tuple[tuple[str, int, Callable[[], None]], ...] = (
        ("jobs", 1, lambda: take_up(installation, at=datetime.now(UTC))),
        ("heads", 1, lambda: sign_grown(installation, at=now())),
        ("standing", 12, lambda: publish_what_stands(installation, at=now())),
        ("forgetting", 12, lambda: forget_over(installation, at=now())),
    )
    pause = Event()
    for turn in count():
        for name, every, look in looks:
            if turn % every:
                continue
            try:
                look()
            except Exception as error:  # what fails now is tried again in the next round
                tell_fault(name, error)
        pause.wait(ROUND)
