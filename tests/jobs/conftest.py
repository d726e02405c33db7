"""A large register, an operator who brings it, and somebody who works in the background when he is told to."""

from datetime import UTC, date, datetime
from functools import cache
from io import BytesIO
from typing import Any

import pytest

from ledger.access.background import carry_out
from ledger.community.actions import appoint
from ledger.community.role_rules import EVERYWHERE, Actor, Role, Seat
from ledger.community.tables import Person
from ledger.demo.place import Block, Sample, register_of
from ledger.jobs.queries import job
from ledger.jobs.tables import Job
from tests.cast import MEI, NOON
from tests.doors import HASH, Caller, application

OPERATOR = Actor("root", Role.OPERATOR)
HOMES = 1_728
ESTATE = Sample(
    "dayuan",
    "大院（样例）",
    "Dayuan (sample)",
    "虚构路 1 号",
    1998,
    tuple(Block(str(number), 6) for number in range(1, 25)),
    4_000_000_000,
    4_500,
)


@cache
def register() -> bytes:
    """A register that takes more than two seconds."""
    return register_of((ESTATE,), {})


def sent(body: bytes) -> dict[str, Any]:
    return {"file": (body, "大院.xlsx")}


@pytest.fixture
def url(furnished_url):
    return furnished_url


@pytest.fixture
def app(database, tmp_path):
    with database.writing() as session:
        session.add(Person(login=OPERATOR.login, name="系统管理员", password=HASH, since=NOON))
        session.flush()
        appoint(session, OPERATOR.login, EVERYWHERE, Seat(Role.OPERATOR), date(2026, 1, 1), by=MEI, at=NOON)
    return application(database, tmp_path / "home")


@pytest.fixture
def operator(app) -> Caller:
    return Caller(app.test_client(), OPERATOR)


@pytest.fixture
def worker(app):
    """Carries a job out, and gives its row as it is then."""
    installation = app.extensions["installation"]

    def work(no: int) -> Job:
        carry_out(installation, no, lambda: datetime.now(UTC))
        with installation.database.reading() as session:
            return job(session, no, whose=None)

    return work


def as_file(body: bytes) -> tuple[BytesIO, str]:
    return BytesIO(body), "大院.xlsx"
