"""Figures for Prometheus: what was answered since the server started, by all its workers, and how the logs stand.

The workers of one server share a directory, which prometheus_client is told of by PROMETHEUS_MULTIPROC_DIR before it is
loaded. Every label is one of a known few: templates of addresses, methods, statuses, codes of refusals, communities.
"""

import os
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from sqlmodel import Session

from ledger.people.rules import FactorMissing, SlipWorthless, TooManyTries, WrongFactor, WrongPassword
from ledger.watching.queries import database_bytes, log_standings
from ledger.watching.requests import Answered

DIRECTORY = "PROMETHEUS_MULTIPROC_DIR"
MILLISECONDS = (5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000)
"""Up to which requests are counted together by their time."""
SIGN_IN_FAILURES = frozenset(
    refusal.code for refusal in (WrongPassword, FactorMissing, WrongFactor, TooManyTries, SlipWorthless)
)


class Metrics:
    """What one application counts; with workers, what all of them do."""

    def __init__(self) -> None:
        self._own = CollectorRegistry()
        labels = ("route", "method")
        self._requests = Counter(
            "mingbai_requests", "Requests answered.", (*labels, "status"), registry=self._own
        )
        self._seconds = Histogram(
            "mingbai_request_seconds",
            "From the request to the last byte of its answer.",
            labels,
            buckets=[upto / 1_000 for upto in MILLISECONDS],
            registry=self._own,
        )
        self._refusals = Counter(
            "mingbai_refusals", "Requests refused, by the refusal's code.", ("code",), registry=self._own
        )
        self._sign_ins = Counter(
            "mingbai_sign_ins", "Sign-ins, and what was refused of them.", ("outcome",), registry=self._own
        )

    def count(self, answered: Answered) -> None:
        """Count a request that is answered."""
        labels = (answered.route or "none", answered.method)
        self._requests.labels(*labels, answered.status).inc()
        self._seconds.labels(*labels).observe(answered.nanoseconds / 1_000_000_000)
        if answered.refusal:
            self._refusals.labels(answered.refusal).inc()
        if answered.signed_in:
            self._sign_ins.labels("in").inc()
        elif answered.refusal in SIGN_IN_FAILURES:
            self._sign_ins.labels(answered.refusal).inc()

    def page(self, session: Session) -> bytes:
        """Everything, in Prometheus' text format."""
        registry = self._own
        if DIRECTORY in os.environ:
            registry = CollectorRegistry()
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # it has no types
        stands = CollectorRegistry()
        stands.register(_Stored(session))
        return generate_latest(registry) + generate_latest(stands)


class _Stored(Collector):
    """What is read from the database when somebody asks."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def collect(self) -> Iterator[Metric]:
        leaves, signed, since = (
            GaugeMetricFamily(f"mingbai_log_{name}", words, labels=["community"])
            for name, words in (
                ("leaves", "Leaves of a community's log."),
                ("signed_leaves", "Leaves under its newest signed head."),
                ("signed_timestamp_seconds", "When that head was signed."),
            )
        )
        for log in log_standings(self._session):
            leaves.add_metric([log.community], log.leaves)
            signed.add_metric([log.community], log.signed)
            if log.signed_at:
                since.add_metric([log.community], log.signed_at.timestamp())
        yield from (leaves, signed, since)
        yield GaugeMetricFamily(
            "mingbai_database_bytes", "What the database takes on disk.", database_bytes(self._session)
        )
