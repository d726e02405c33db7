"""The queue beside the database: wakes a worker, and holds what moves while a job runs. Huey, in a file of the home or in Redis."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from huey import Huey
from huey.consumer import Consumer
from huey.serializer import SignedSerializer
from huey.storage import RedisStorage, SqliteStorage

from ledger.errors import Refused

CONNECTS_WITHIN = 2
ANSWERS_WITHIN = 10
"""Seconds that a broker has."""


class BrokerUnreachable(Refused):
    code = "broker-unreachable"
    zh = "后台任务的 Redis 连不上（LEDGER_BROKER）。已经交办的任务没有丢，连上以后接着办。"
    en = "The Redis of the background jobs cannot be reached (LEDGER_BROKER). No job that was asked for is lost: they go on once it is back."


class _Workers(Consumer):
    def stop(self, graceful: bool = False) -> None:
        """Never wait for a job, which may take an hour: it is put down and begun again."""
        super().stop()


class Queue:
    """Jobs by their numbers. What is put into it is signed, so that nobody else's words are taken for ours.

    ``broker`` is the address of a Redis that several machines share; without one it is a file.
    """

    def __init__(self, directory: Path, secret: str, broker: str | None = None) -> None:
        self._directory, self._secret, self._broker = directory, secret, broker
        self._do: Callable[[int], None] | None = None
        self._in_hand: set[int] = set()

    @cached_property
    def _made(self) -> tuple[Huey, Callable[[int], object]]:
        """The queue and what wakes a worker, made when they are first needed: whoever only reads needs no file."""
        huey = Huey(
            "mingbai",
            results=False,
            serializer=SignedSerializer(self._secret, salt="jobs"),
            **(_in_redis(self._broker) if self._broker else _in_file(self._directory / "queue.db")),
        )
        return huey, huey.task(name="job")(self._work)

    @property
    def _huey(self) -> Huey:
        return self._made[0]

    def _work(self, no: int) -> None:
        assert self._do, "only a worker is woken"
        self._do(no)

    @contextmanager
    def _reached(self) -> Iterator[Huey]:
        """The queue.

        Raises:
            BrokerUnreachable: its broker does not answer.
        """
        if self._broker is None:
            yield self._huey
            return
        from redis import RedisError

        try:
            yield self._huey
        except RedisError as error:
            raise BrokerUnreachable() from error

    def send(self, no: int) -> None:
        """Have a worker woken for a job."""
        with self._reached():
            self._made[1](no)

    def say(self, no: int, part: int, whole: int, *, at: datetime) -> None:
        """How far a job is, which is a sign of life too."""
        self._put(f"progress/{no}", (part, whole, at))

    def heard(self, no: int) -> tuple[int, int, datetime] | None:
        """How far a job is and when it said so; None where it has not said anything."""
        said: tuple[int, int, datetime] | None = self._look_up(f"progress/{no}")
        return said

    def call_off(self, no: int) -> None:
        self._put(f"off/{no}", True)

    def is_called_off(self, no: int) -> bool:
        return bool(self._look_up(f"off/{no}"))

    def was_put_down(self, no: int) -> bool:
        """Whether whoever did a job was told to stop, and did not fall over."""
        return bool(self._look_up(f"down/{no}"))

    def forget(self, no: int) -> None:
        """Drop what was held of a job that is over."""
        with self._reached() as huey:
            for name in ("progress", "off", "down"):
                huey.delete(f"{name}/{no}")

    @contextmanager
    def in_hand(self, no: int) -> Iterator[None]:
        """While a job is done by this process, which puts it down when it is told to stop meanwhile."""
        with self._reached() as huey:
            huey.delete(f"down/{no}")
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
            self._put(f"down/{no}", True)

    def _put(self, name: str, value: object) -> None:
        with self._reached() as huey:
            huey.put(name, value)

    def _look_up(self, name: str) -> Any:
        with self._reached() as huey:
            try:
                return huey.get(name, peek=True)
            except ValueError:  # signed with a secret that is not ours any more
                return None


def _in_file(file: Path) -> dict[str, object]:
    return {"storage_class": SqliteStorage, "filename": str(file)}


def _in_redis(address: str) -> dict[str, object]:
    from redis import ConnectionPool

    pool = ConnectionPool.from_url(
        address, socket_connect_timeout=CONNECTS_WITHIN, socket_timeout=ANSWERS_WITHIN
    )
    return {"storage_class": RedisStorage, "connection_pool": pool}
