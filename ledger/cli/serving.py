"""The command that serves. The application is loaded once, before the workers are forked."""

import os
import shutil
import socket
from collections.abc import Callable
from errno import EADDRINUSE
from multiprocessing import get_context
from multiprocessing.context import SpawnProcess
from pathlib import Path
from threading import Event, Lock, Thread
from time import monotonic

import click
from granian import Granian
from granian.constants import Interfaces

from ledger.cli.context import CommandContext
from ledger.cli.loading import loading_for_good
from ledger.cli.working import work_beside
from ledger.community.queries import demo_day
from ledger.db import newest, stands_at
from ledger.errors import Refused

PATIENCE = 10
"""Seconds that a worker has to stop."""
SOONEST, LATEST = 1, 60
"""Seconds until one that ended by itself is begun again: longer each time, while it ends at once."""


class PortTaken(Refused):
    code = "port-taken"
    zh = "{host} 的 {port} 端口已经有程序在用，没有启动：请先停下它，或换一个端口。"
    en = "Port {port} of {host} is in use, so nothing was started: stop what uses it, or choose another with --port."


class SchemaNotCurrent(Refused):
    code = "schema-not-current"
    zh = "数据库的结构是第 {there} 版，这个版本要第 {needed} 版，没有启动：请先备份，再运行 mingbai migrate。"
    en = "The database is at migration {there} and this version needs {needed}, so nothing was started: back it up and run mingbai migrate."


@click.command()
@click.option("--port", default=8000, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--workers", default=2, show_default=True)
@click.pass_obj
def serve(context: CommandContext, port: int, host: str, workers: int) -> None:
    """Serve the public board, the desk and the JSON door, with one worker for what is done in the background.

    Refuses a port that is taken, a database that another LEDGER_HOME uses, and one whose schema is not that of this version.
    Told to stop (SIGTERM), it answers what it was asked and ends.
    """
    _check_free(host, port)
    with context.database.reading() as session:
        if (there := stands_at(session)) != newest():
            raise SchemaNotCurrent(there=there, needed=newest())
        day = demo_day(session, context.config.day)
    _share_metrics(context.config.home / "metrics" / str(port))
    with loading_for_good():
        import ledger.web  # noqa: F401  # what the workers are forked with
    worker = Beside(work_beside)
    context.say(f"http://{host}:{port}/  /desk/  /api/v1/", port=port, day=day)
    server = Granian(
        "ledger.web:from_env",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        log_access=False,
        workers_kill_timeout=30,  # a worker that is stuck must not keep the server from stopping
    )
    worker.begin()
    try:
        server.serve()
    finally:
        worker.end()


class Beside:
    """A process that runs beside the server, begun again when it ends by itself, and gone with the server however that ends."""

    def __init__(self, work: Callable[[], None]) -> None:
        self._work, self._ending = work, Event()
        self._beginning = Lock()
        self._process: SpawnProcess | None = None
        self._keeper = Thread(target=self._keep, daemon=True)

    def begin(self) -> None:
        self._keeper.start()

    def _keep(self) -> None:
        pause = SOONEST
        while not self._ending.is_set():
            begun = monotonic()
            with self._beginning:
                if self._ending.is_set():
                    return
                self._process = get_context("spawn").Process(target=self._work, daemon=True)
                self._process.start()
            self._process.join()
            pause = SOONEST if monotonic() - begun > LATEST else min(2 * pause, LATEST)
            self._ending.wait(pause)

    def end(self) -> None:
        """Tell it to stop, and stop it."""
        self._ending.set()
        with self._beginning:
            process = self._process
        if process is not None:
            process.terminate()
            process.join(PATIENCE)
            process.kill()


def _share_metrics(directory: Path) -> None:
    """Give the workers a directory in which they count together from nought, before they load what counts."""
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(directory)


def _check_free(host: str, port: int) -> None:
    """See that nobody listens there: two servers on one port would share its readers without a word.

    Raises:
        PortTaken: somebody does.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as error:
            if error.errno != EADDRINUSE:
                raise
            raise PortTaken(host=host, port=port) from error
