"""Real servers: ``mingbai serve`` in processes of its own, over a database of the test."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path
from time import sleep
from typing import Any, NamedTuple

PROGRAM = (sys.executable, "-c", "from ledger.cli.commands import main; main()")


class Answer(NamedTuple):
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


class Server:
    """A server that runs until it is stopped; what it says on stderr is kept."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, said: Path) -> None:
        self.process, self.port, self._said = process, port, said

    @property
    def is_stopping(self) -> bool:
        return "Shutting down" in self._said.with_suffix(".out").read_text("utf-8")

    def ask(self, path: str, method: str = "GET", body: str | None = None, **headers: str) -> Answer:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request(
            method, path, body, {name.replace("_", "-"): value for name, value in headers.items()}
        )
        answer = connection.getresponse()
        body_of_it = answer.read()
        connection.close()
        return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, body_of_it)

    def is_up(self) -> bool:
        try:
            return self.ask("/healthz").status == 200
        except OSError:
            return False

    def stop(self) -> int:
        """Told to stop as systemd does; gives the exit code."""
        self.process.terminate()
        return self.process.wait(60)

    @property
    def said(self) -> str:
        return self._said.read_text("utf-8")

    @property
    def log(self) -> list[dict[str, Any]]:
        """The lines of its log."""
        return [json.loads(line) for line in self.said.splitlines() if line.startswith("{")]


def environment(env: Mapping[str, str]) -> dict[str, str]:
    """These settings and none that the tests themselves run with."""
    return {name: value for name, value in os.environ.items() if not name.startswith("LEDGER_")} | dict(env)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def serving(env: Mapping[str, str], said: Path, *words: str, before: Sequence[str] = ()) -> Iterator[Server]:
    """``mingbai serve`` with these settings, once it answers; its workers do not outlive the block.

    ``before`` is a command that runs the program: with less leave than the tests have.
    """
    port = free_port()
    with said.open("wb") as stderr, said.with_suffix(".out").open("wb") as stdout:
        process = subprocess.Popen(
            [*before, *PROGRAM, "serve", "--port", str(port), *words],
            env=environment(env),
            stdout=stdout,
            stderr=stderr,
            start_new_session=True,
        )
    server = Server(process, port, said)
    try:
        for _ in range(600):
            assert process.poll() is None, f"the server has ended: {server.said}"
            if server.is_up():
                break
            sleep(0.1)
        else:
            raise AssertionError(f"no answer in a minute: {server.said}")
        yield server
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
