"""A command in a process of its own, which is killed or finds no more room at a step of its choosing.

Steps are what the process does to the outside: a file of its machine opened to be written, linked, renamed or removed, a
folder made, a SQLite file opened, a statement that makes, moves or drops a schema. The interpreter tells of each before
it happens.
"""

import os
import resource
import signal
import sys
from collections.abc import Mapping, Sequence
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from ledger.cli.commands import main

CHANGES = {"os.link", "os.mkdir", "os.remove", "os.rename", "os.rmdir"}
"""What needs no room: whoever finds none is asked at the writes only."""
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
SCHEMAS = ("CREATE SCHEMA", "DROP SCHEMA")
NO_SUCH_STEP = 77
"""How a command ends that was done before it came to that step."""

_FORKS = get_context("forkserver")
_FORKS.set_forkserver_preload(
    ["tests.backup.dying", "ledger.cli.backups", "ledger.cli.running", "alembic.command"]
)


class Steps:
    """Counts the steps of this process inside a folder, and does to it at one of them what is to be done."""

    def __init__(self, folder: str, at: int | str, dies: bool) -> None:
        self.folder, self.at, self.dies = folder, at, dies
        self.count = 0
        self.came = False
        self.last = ""

    def hear(self, name: str, facts: tuple[Any, ...]) -> None:
        if name == "open":
            path, _mode, flags = facts
            if not (isinstance(flags, int) and flags & WRITES):
                return
        elif name == "sqlite3.connect" or (name in CHANGES and self.dies):
            path = facts[0]
        else:
            return
        if isinstance(path, (str, bytes)) and os.fsdecode(path).startswith(self.folder):
            self.step(f"{name} {os.fsdecode(path)}")

    def hear_statement(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if self.dies and statement.startswith(SCHEMAS):
            self.step(statement)

    def step(self, what: str) -> None:
        if what == self.last:
            return  # an opener is told of twice
        self.last = what
        self.count += 1
        if self.count == self.at if isinstance(self.at, int) else self.at in what and not self.came:
            self.came = True
            if self.dies:
                os.kill(os.getpid(), signal.SIGKILL)
            resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))


def _does(words: Sequence[str], env: Mapping[str, str], steps: Steps) -> None:
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)
    os.environ.update(env)
    sys.addaudithook(steps.hear)
    event.listen(Engine, "before_cursor_execute", steps.hear_statement)
    try:
        main(words)
    except SystemExit:
        if steps.came:
            raise
    os._exit(NO_SUCH_STEP)


def done_until(
    words: Sequence[str], env: Mapping[str, str], folder: Path, at: int | str, *, dies: bool
) -> int:
    """Do a command until a step, by its number or by a part of its file's name; gives how it ended.

    There it is killed, or else cannot write any more.
    """
    process = _FORKS.Process(target=_does, args=(words, env, Steps(str(folder), at, dies)))
    process.start()
    process.join()
    assert process.exitcode is not None
    return process.exitcode
