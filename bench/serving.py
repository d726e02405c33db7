"""The product as it runs: ``mingbai serve`` in a process of its own, and clients that keep their connection."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from threading import Barrier, Thread
from time import perf_counter, sleep
from typing import NamedTuple

from bench.databases import Ground

MINGBAI = (sys.executable, "-c", "from ledger.cli.commands import main; main()")
"""The command, wherever it is installed."""
PATIENCE = 120
"""Seconds until a server that does not answer is given up, on a machine that is busy with other things."""


@dataclass(frozen=True)
class Server:
    """A server that answers, and how many seconds it took until it did."""

    port: int
    started: float

    def client(self) -> HTTPConnection:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        connection.connect()
        connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection


def settings(ground: Ground, home: Path) -> dict[str, str]:
    """The settings of a product on this database."""
    return {"LEDGER_HOME": str(home), "LEDGER_DATABASE_URL": ground.url, "LEDGER_COOKIE_INSECURE": "1"}


@contextmanager
def serving(ground: Ground, home: Path) -> Iterator[Server]:
    """``mingbai serve`` until the block ends."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    start, log = perf_counter(), home.with_suffix(".log")
    with log.open("w") as stderr:
        process = subprocess.Popen(
            [*MINGBAI, "serve", "--port", str(port)],
            env=plain_environment() | settings(ground, home),
            stdout=subprocess.DEVNULL,
            stderr=stderr,
        )
    try:
        while not _answers(port):
            if process.poll() is not None or perf_counter() - start > PATIENCE:
                process.kill()
                raise RuntimeError(f"mingbai serve does not answer: {log.read_text()[-2_000:]}")
            sleep(0.02)
        yield Server(port, perf_counter() - start)
    finally:
        process.terminate()
        process.wait(PATIENCE)


def plain_environment() -> dict[str, str]:
    """The environment of this process without the settings of a product."""
    return {name: value for name, value in os.environ.items() if not name.startswith("LEDGER_")}


def _answers(port: int) -> bool:
    try:
        asked = HTTPConnection("127.0.0.1", port, timeout=1)
        asked.request("GET", "/healthz")
        return asked.getresponse().status == 200
    except OSError:
        return False


@dataclass(frozen=True)
class Request:
    """One request as it is sent, and the status that must come back."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""
    status: int = 200


@dataclass(frozen=True)
class Crowd:
    """How long requests took that some clients sent at once, each its own, one after another."""

    waits: Sequence[float]
    seconds: float

    @property
    def rate(self) -> float:
        return len(self.waits) / self.seconds

    @property
    def percentile_95(self) -> float:
        return sorted(self.waits)[int(len(self.waits) * 0.95)]


def crowd(server: Server, shares: Sequence[Sequence[Request]]) -> Crowd:
    """Send each share by a client of its own, all at once.

    Raises:
        AssertionError: an answer was not as expected.
    """
    waits: list[float] = []
    wrong: list[str] = []
    gate = Barrier(len(shares) + 1)

    def work(share: Sequence[Request]) -> None:
        client = server.client()
        gate.wait()
        for request in share:
            start = perf_counter()
            client.request(request.method, request.path, request.body, dict(request.headers))
            answer = client.getresponse()
            body = answer.read()
            waits.append(perf_counter() - start)
            if answer.status != request.status:
                wrong.append(f"{answer.status} {body[:300]!r}")
        client.close()

    workers = [Thread(target=work, args=(share,)) for share in shares]
    for worker in workers:
        worker.start()
    gate.wait()
    start = perf_counter()
    for worker in workers:
        worker.join()
    taken = perf_counter() - start
    assert not wrong, wrong[:3]
    assert len(waits) == sum(map(len, shares))
    return Crowd(waits, taken)


ALONE = (
    "import resource, subprocess, sys; ended = subprocess.call(sys.argv[1:], stdout=subprocess.DEVNULL); "
    "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss); sys.exit(ended)"
)
"""Runs a command from a small process: the peak of a child begins with what its parent held."""


class Measured(NamedTuple):
    """Seconds that a process took, and its peak memory in MiB."""

    seconds: float
    memory: float


def measured(ground: Ground, home: Path, words: Sequence[str]) -> Measured:
    """What a command of `mingbai` takes on this database, in a process of its own; it has to end well."""
    ground.database.close()
    start = perf_counter()
    ended = subprocess.run(
        [sys.executable, "-c", ALONE, *MINGBAI, *words],
        env=plain_environment() | settings(ground, home),
        check=True,
        capture_output=True,
        text=True,
    )
    return Measured(perf_counter() - start, int(ended.stdout) / 1024)
