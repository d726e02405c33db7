"""A payment through the JSON door: how many a second, how long one waits, and what each asks of the database and of us.

The server is the product's own, in its own process; clients keep their connections. The floor is the same server's
shortest answer, to the same clients in the same run.
"""

import json
from collections.abc import Iterator
from datetime import date
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from argon2 import PasswordHasher
from flask import Flask
from sqlmodel import Session

from bench.databases import Engines, Ground
from bench.measuring import Goal, Line
from bench.place import AT, BY, TODAY, an_account, found
from bench.serving import Crowd, Request, Server, crowd, serving, settings
from bench.sharing import BILL_FEN, a_fund, settled
from ledger.community.actions import appoint
from ledger.community.role_rules import Actor, Level, Role, Seat
from ledger.community.tables import Person
from ledger.config import Config
from ledger.fees.charge_actions import charge_month
from ledger.periods import Month
from ledger.web import create_app
from tests.counting import Tally, counting
from tests.doors import Caller

HOMES, MONTHS = 600, 3
FIRST = Month(2026, 4)
ALONE, EACH_OF_MANY, MANY = 400, 40, 20
"""Payments of the one client; of each of the many; how many those are."""
FUND_HOMES = 60
PAYEE, KEEPER = Actor("payee", Role.MANAGER), Actor("keeper", Role.SUPERVISOR)
PASSWORD = "a password of the benchmark"
HASH = PasswordHasher().hash(PASSWORD)
RATES = {"SQLite": Goal(">=", 200, "/s"), "PostgreSQL": Goal(">=", 120, "/s")}
USUAL, LONGEST = Goal("<=", 250, " ms"), Goal("<=", 1, " s")
STATEMENTS, FUND_STATEMENTS = Goal("<=", 13), Goal("<=", 28)
CALLS = Goal("<=", 8)

numbers = count(1)


def lines(engines: Engines) -> Iterator[Line]:
    for engine in engines.names:
        with engines.fresh(engine) as ground, TemporaryDirectory() as directory:
            yield from _lines(ground, Path(directory))


def _lines(ground: Ground, home: Path) -> Iterator[Line]:
    with ground.database.writing() as session:
        code = found(session, "estate", HOMES, since=date(2020, 1, 1))
        an_account(session, code, "fee")
        for number in range(MONTHS):
            charge_month(session, code, FIRST.plus(number), by=BY, at=AT)
        _person(session, code, PAYEE.login, PAYEE.role)
        fund = a_fund(session, FUND_HOMES, bills=2)
        _person(session, fund, KEEPER.login, KEEPER.role, Level.CUSTODIAN)
        for number in range(2):
            settled(session, fund, f"P-{number}")
    ground.settle()
    with serving(ground, home) as server:
        token = _token(server, PAYEE.login)
        crowd(server, [_payments(code, token, 20)])
        for clients, load in ((1, ALONE), (MANY, EACH_OF_MANY)):
            empty = [Request("GET", "/healthz", {})] * load
            floor = crowd(server, [empty] * clients)
            ours = crowd(server, [_payments(code, token, load) for _ in range(clients)])
            yield from _through_the_door(ground.engine, clients, ours, floor)
    with ground.database.writing() as session:
        charge_month(session, code, FIRST.plus(MONTHS), by=BY, at=AT)
    yield from _asked(ground, home, code, fund)


def _person(session: Session, community: str, login: str, role: Role, level: Level | None = None) -> None:
    session.add(Person(login=login, name=login, password=HASH, since=AT))
    session.flush()
    appoint(session, login, community, Seat(role, level=level), date(2020, 1, 1), by=BY, at=AT)


def _token(server: Server, login: str) -> str:
    client = server.client()
    client.request("POST", "/api/v1/sessions", json.dumps({"login": login, "password": PASSWORD}))
    return str(json.loads(client.getresponse().read())["token"])


def _headers(token: str) -> dict[str, str]:
    return {
        "Authorization": f"Bearer {token}",
        "Idempotency-Key": f"bench-{next(numbers):06d}",
        "Content-Type": "application/json",
    }


def _slip() -> dict[str, Any]:
    number = next(numbers)
    stairwell, door = divmod(number % HOMES, 12)
    home = f"{stairwell // 6}-{stairwell % 6}-{101 + door}"
    return {"reference": f"slip-{number}", "home": home, "amount_fen": 12_000, "on": TODAY.isoformat()}


def _payments(code: str, token: str, many: int) -> list[Request]:
    path = f"/api/v1/communities/{code}/fees/payments"
    return [Request("POST", path, _headers(token), json.dumps(_slip()).encode(), 201) for _ in range(many)]


def _through_the_door(engine: str, clients: int, ours: Crowd, floor: Crowd) -> Iterator[Line]:
    size = "1 client" if clients == 1 else f"{clients} clients"
    rate, empty = ours.rate, floor.rate
    yield Line(
        "a payment through the door", engine, size, f"{rate:,.0f}/s", f"{empty:,.0f}/s", rate, RATES[engine]
    )
    for what, wait, least, goal in (
        ("- 95th percentile", ours.percentile_95 * 1000, floor.percentile_95 * 1000, USUAL),
        ("- longest wait", max(ours.waits), max(floor.waits), LONGEST),
    ):
        unit = goal.unit
        yield Line(what, engine, size, f"{wait:.2g}{unit}", f"{least:.2g}{unit}", wait, goal)


def _asked(ground: Ground, home: Path, code: str, fund: str) -> Iterator[Line]:
    app = create_app(Config.from_env(settings(ground, home)))
    path = f"/api/v1/communities/{code}/fees/payments"
    tally = _counted(app, path, PAYEE, [_slip(), _slip()])
    yield Line(
        "- its statements",
        ground.engine,
        "1 payment",
        f"{tally.statements}",
        "",
        tally.statements,
        STATEMENTS,
    )
    yield Line(
        "- its calls, route to row", ground.engine, "1 payment", f"{tally.calls}", "", tally.calls, CALLS
    )
    bill = {"bill_fen": BILL_FEN, "payee": "anju", "on": TODAY.isoformat()}
    path = f"/api/v1/communities/{fund}/payments"
    _counted(app, f"{path}/P-0", KEEPER, [{**bill, "invoice_no": "I-0"}])
    tally = _counted(app, f"{path}/P-1", KEEPER, [{**bill, "invoice_no": "I-1"}])
    yield Line(
        "a payment from the fund, its statements",
        ground.engine,
        f"{FUND_HOMES} homes",
        f"{tally.statements}",
        "",
        tally.statements,
        FUND_STATEMENTS,
    )
    app.extensions["database"].close()


def _counted(app: Flask, path: str, by: Actor, bodies: list[dict[str, Any]]) -> Tally:
    """What the last of some requests asks; those before it wake the application."""
    client = app.test_client()
    token = Caller(client, by).token
    *before, last = bodies
    for body in before:
        assert client.post(path, json=body, headers=_headers(token)).status_code == 201
    with counting(app) as tally:
        answer = client.post(path, json=last, headers=_headers(token))
    assert answer.status_code == 201, answer.text
    return tally
