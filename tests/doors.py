"""The real application over a test's own database, with people who may sign in and a small true community."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from itertools import count
from typing import Any

from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient

from ledger.community.actions import appoint
from ledger.community.role_rules import Actor, Level, Role, Seat
from ledger.community.rules import ComponentKind, FirmKind
from ledger.community.tables import Component, Person
from ledger.config import Config
from ledger.db import Database
from ledger.fees.rules import Basis
from ledger.fees.tariff_actions import set_tariff
from ledger.fees.tariff_rules import NewPrice
from ledger.people.rules import ACCESS
from ledger.people.sign_ins import Origin, Pass, open_sign_in
from ledger.periods import day_in_shanghai
from ledger.web import create_app
from tests.cast import AN, BAO, CHEN, HE, HUANG, LIN, MEI, NOON, OUYANG, SONG, SU, WEN
from tests.factories import a_community, a_firm, a_home, an_account

PASSWORD = "correct horse"
HASH = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(PASSWORD)
"""A cheap hash, for those who sign in by their password."""
HOMES = tuple(f"1-1-{floor}0{door}" for floor in (1, 2, 3) for door in (1, 2))
numbers = count(1)


def furnish(database: Database) -> None:
    """A community of six homes with a contractor, a pump and a tariff; and everybody of the cast."""
    with database.writing() as session:
        a_community(session)
        a_firm(session, "anju", FirmKind.CONTRACTOR)
        a_firm(session, "wuye", FirmKind.PROPERTY)
        a_firm(session, "media", FirmKind.TENANT)
        for home in HOMES:
            a_home(session, home, area_dm2=8_000, first_deposit_fen=300_000)
        session.add(
            Component(community="meiyuan", code="pump", kind=ComponentKind.PIPES, name="二次供水水泵")
        )
        since = date(2026, 1, 1)
        set_tariff(session, "meiyuan", "*", NewPrice(since, Basis.PER_M2, 4_500), "决议 1", by=MEI, at=NOON)
        for actor in (MEI, WEN, CHEN, LIN, AN, SU, HUANG, BAO, HE, OUYANG, SONG):
            session.add(Person(login=actor.login, name=actor.login.title(), password=HASH, since=NOON))
            session.flush()
            place = "elsewhere" if actor is SONG else "meiyuan"
            home = HOMES[0] if actor is OUYANG else None
            seat = Seat(actor.role, home, actor.level)
            appoint(session, actor.login, place, seat, since, by=MEI, at=NOON)


def approve(database: Database, book: str) -> None:
    """Have an account of a book approved that was opened after the place was furnished."""
    with database.writing() as session:
        an_account(session, f"{book}-bank", book=book)


def application(database: Database, home: Any) -> Flask:
    """The whole application, with its keys in a directory of the test."""
    url = database.engine.url.render_as_string(hide_password=False)
    app = create_app(
        Config.from_env({"LEDGER_HOME": str(home), "LEDGER_DATABASE_URL": url, "LEDGER_COOKIE_INSECURE": "1"})
    )
    app.config.update(TESTING=True)
    return app


def wait(app: Flask, days: int) -> date:
    """Let days pass for whoever signed in before; gives the new day in Shanghai."""
    now = app.extensions["clock"]() + timedelta(days=days)
    app.extensions["clock"] = lambda: now
    return day_in_shanghai(now)


def signed_in(app: Flask, actor: Actor) -> Pass:
    """A sign-in of somebody who has shown who he is; how he shows it is the matter of the tests of signing in."""
    with app.extensions["database"].writing() as session:
        return open_sign_in(session, actor.login, Origin("192.0.2.7", "test"), at=datetime.now(UTC))


def sits_down(client: FlaskClient, actor: Actor) -> None:
    """Put a sign-in's token into a browser's jar, as signing in at the desk does."""
    client.set_cookie("mingbai_desk", Caller(client, actor).token, path="/desk")


class Caller:
    """Somebody who calls the JSON door with a token; every write gets a key of its own unless one is given."""

    def __init__(self, client: FlaskClient, actor: Actor) -> None:
        self.client, self.actor = client, actor
        self._sign_in, self._token, self._until = "", "", datetime.now(UTC)
        assert self.token

    @property
    def token(self) -> str:
        """His token; once it is over he gets the next one of the same sign-in."""
        now = datetime.now(UTC)
        if now >= self._until:
            self._sign_in = self._sign_in or signed_in(self.client.application, self.actor).sign_in
            self._token = self.client.application.extensions["tokens"].issue(
                self.actor.login, self._sign_in, now
            )
            self._until = now + ACCESS - timedelta(seconds=1)
        return self._token

    def __call__(self, method: str, path: str, expect: int, key: str | None = None, **body: Any) -> Any:
        """Send a request and give what is answered.

        A write that is to succeed is sent without a key and for another state than was seen before, and with its key once
        more after: whatever a test has done through this door is refused, refused and done once.
        """
        if (
            method == "GET" or expect >= 400 or expect == 202
        ):  # of what is refused, or goes on meanwhile, there is one answer
            return self.once(method, path, expect, key, **body)
        if key is None:
            self._is_refused(method, path, body)
        key = key or f"key-{next(numbers):08d}"
        given = self.once(method, path, expect, key, **body)
        again = self._sent(method, path, {"Idempotency-Key": key}, body)
        assert again.headers["Idempotent-Replayed"] == "true", f"{method} {path}"
        assert self._given(again, method, path, expect) == given, f"{method} {path}: {again.text}"
        return given

    def once(self, method: str, path: str, expect: int, key: str | None = None, **body: Any) -> Any:
        """Send it once and give what is answered."""
        headers = {} if method == "GET" else {"Idempotency-Key": key or f"key-{next(numbers):08d}"}
        return self._given(self._sent(method, path, headers, body), method, path, expect)

    def _is_refused(self, method: str, path: str, body: dict[str, Any]) -> None:
        keyless = self._sent(method, path, {}, body)
        assert keyless.json["code"] == "idempotency-key-missing", f"{method} {path}: {keyless.text}"
        headers = {"Idempotency-Key": f"key-{next(numbers):08d}", "If-Match": '"of yesterday"'}
        stale = self._sent(method, path, headers, body)
        assert stale.json["code"] in ("stale", "seen-of-nothing"), f"{method} {path}: {stale.text}"

    def _sent(self, method: str, path: str, headers: dict[str, str], body: dict[str, Any]) -> Any:
        sent: dict[str, Any] = {}
        if any(isinstance(value, tuple) for value in body.values()):
            data = {n: (BytesIO(v[0]), v[1]) if isinstance(v, tuple) else v for n, v in body.items()}
            sent = {"data": data, "content_type": "multipart/form-data"}
        elif method != "GET":
            sent = {"json": body}
        headers = {"Authorization": f"Bearer {self.token}", **headers}
        return self.client.open(f"/api/v1{path}", method=method, headers=headers, **sent)

    @staticmethod
    def _given(answer: Any, method: str, path: str, expect: int) -> Any:
        assert answer.status_code == expect, f"{method} {path}: {answer.status_code} {answer.text[:500]}"
        return answer.json if "json" in answer.content_type else answer.data


@contextmanager
def callers(app: Flask) -> Iterator[dict[Role | Level, Caller]]:
    """A caller for every role of the community; the housing authority and the custodian by their level."""
    client = app.test_client()
    by_role = {actor.role: Caller(client, actor) for actor in (MEI, WEN, CHEN, AN, SU, HE, OUYANG)}
    by_level = {actor.level: Caller(client, actor) for actor in (HUANG, BAO) if actor.level}
    yield {**by_role, **by_level}
