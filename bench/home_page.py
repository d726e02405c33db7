"""A home's own page with ten years behind it: 120 months charged and paid, among six hundred homes, for its owner."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from argon2 import PasswordHasher

from bench.databases import Engines, Ground
from bench.measuring import Goal, Line, typical
from bench.place import AT, BY, an_account, found
from ledger.community.actions import appoint, seed_profiles
from ledger.community.role_rules import Role, Seat
from ledger.community.tables import Person
from ledger.config import Config
from ledger.fees.charge_actions import charge_month
from ledger.fees.payment_actions import Payment, receive
from ledger.fees.queries import outstanding
from ledger.fund.actions import open_fund_book
from ledger.periods import Month
from ledger.web import create_app

HOMES = 600
FIRST, MONTHS = Month(2016, 7), 120
PAGE = Goal("<=", 50, " ms")
PASSWORD = "a password of the benchmark"


def lines(engines: Engines) -> Iterator[Line]:
    for engine in engines.names:
        with engines.fresh(engine) as ground, TemporaryDirectory() as directory:
            yield from _lines(ground, Path(directory))


def _lines(ground: Ground, home: Path) -> Iterator[Line]:
    with ground.database.writing() as session:
        seed_profiles(session, by=BY, at=AT)
        code = found(session, "estate", HOMES, since=date(2016, 1, 1))
        open_fund_book(session, code, by=BY, at=AT)
        an_account(session, code, "fee")
        for number in range(MONTHS):
            month = FIRST.plus(number)
            charge_month(session, code, month, by=BY, at=AT)
            receive(
                session,
                code,
                [
                    Payment(f"{whose}/{month}", whose, sum(fen for _, fen in owed), month.last, "bank")
                    for whose, owed in outstanding(session, code).items()
                ],
                by=BY,
                at=AT,
            )
        session.add(Person(login="owner", name="业主", password=PasswordHasher().hash(PASSWORD), since=AT))
        session.flush()
        appoint(session, "owner", code, Seat(Role.OWNER, home="0-0-101"), date(2016, 1, 1), by=BY, at=AT)
    ground.settle()
    app = create_app(Config.from_env({"LEDGER_HOME": str(home), "LEDGER_DATABASE_URL": ground.url}))
    client = app.test_client()
    token = client.post("/api/v1/sessions", json={"login": "owner", "password": PASSWORD}).json["token"]
    for what, path in (
        ("a home's page", f"/api/v1/communities/{code}/homes/0-0-101"),
        ("a home's fee account", f"/api/v1/communities/{code}/fees/homes/0-0-101"),
    ):
        answers = []

        def ask(path: str = path, answers: list[object] = answers) -> None:
            answers.append(client.get(path, headers={"Authorization": f"Bearer {token}"}).status_code)

        taken = typical(ask) * 1000
        assert set(answers) == {200}, answers
        yield Line(what, ground.engine, f"{MONTHS} months", f"{taken:.0f} ms", "", taken, PAGE)
    app.extensions["database"].close()
