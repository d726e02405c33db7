"""The queue beside the database: wakes a worker, and holds what moves while a job runs. Huey, in a file of the home."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from huey import Huey
from huey.consumer import Consumer
from huey.serializer import SignedSerializer
from huey.storage import SqliteStorage


class _Workers(Consumer):
    def stop(self, graceful: bool = False) -> None:
        """Never wait for a job, which may take an hour: it is put down and begun again."""
        super().stop()


class Queue:
    """Jobs by their numbers. What is put into it is signed, so that nobody else's words are taken for ours."""

    def __init__(self, directory: Path, secret: str) -> None:
        self._directory, self._secret = directory, secret
        self._do: Callable[[int], None] | None = None
        self._in_hand: set[int] = set()

    @cached_property
    def _made(self) -> tuple[Huey, Callable[[int], object]]:
        """The queue and what wakes a worker, made when they are first needed: whoever only reads needs no file."""
        huey = Huey(
            "mingbai",
            storage_class=SqliteStorage,
            filename=str(self._directory / "queue.db"),
            results=False,
            serializer=SignedSerializer(self._secret, salt="jobs"),
        )
        return huey, huey.task(name="job")(self._work)

    @property
    def _huey(self) -> Huey:
        return self._made[0]

    def _work(self, no: int) -> None:
        assert self._do, "only a worker is woken"
        self._do(no)

    def send(self, no: int) -> None:
        """Have a worker woken for a job."""
        self._made[1](no)

    def say(self, no: int, part: int, whole: int, *, at: datetime) -> None:
        """How far a job is, which is a sign of life too."""
        self._huey.put(f"progress/{no}", (part, whole, at))

    def heard(self, no: int) -> tuple[int, int, datetime] | None:
        """How far a job is and when it said so; None where it has not said anything."""
        said: tuple[int, int, datetime] | None = self._look_up(f"progress/{no}")
        return said

    def call_off(self, no: int) -> None:
        self._huey.put(f"off/{no}", True)

    def is_called_off(self, no: int) -> bool:
        return bool(self._look_up(f"off/{no}"))

    def was_put_down(self, no: int) -> bool:
        """Whether whoever did a job was told to stop, and did not fall over."""
        return bool(self._look_up(f"down/{no}"))

    def forget(self, no: int) -> None:
        """Drop what was held of a job that is over."""
        for name in ("progress", "off", "down"):
            self._huey.delete(f"{name}/{no}")

    @contextmanager
    def in_hand(self, no: int) -> Iterator[None]:
        """While a job is done by this process, which puts it down when it is told to stop meanwhile."""
        self._huey.delete(f"down/{no}")
        self._in_hand.add(no)
        try:
            yield
        finally:
            self._in_hand.discard(no)

    def work(self, do: Callable[[int], None], workers: int) -> None:
        """Do the jobs as they come, so many at a time, until the process is told to stop; then put down what is in hand."""
        self._do = do
        _Workers(self._huey, workers=workers, periodic=False, max_delay=1).run()
        for no in tuple(self._in_hand):
            self._huey.put(f"down/{no}", True)

    def _look_up(self, name: str) -> Any:
        try:
            return self._huey.get(name, peek=True)
        except ValueError:  # signed with a secret that is not ours any more
            return None
