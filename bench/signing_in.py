"""Signing in by password through the JSON door; the floor is the hashing alone, in one process.

The server is the product's own with its two workers. A password is hashed with argon2id as the product hashes it.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from bench.databases import Engines
from bench.measuring import Goal, Line
from bench.place import AT, BY, found
from bench.serving import Request, crowd, serving
from ledger.community.actions import appoint
from ledger.community.role_rules import Role, Seat
from ledger.community.tables import Person
from ledger.people.sign_ins import HASHER

CLIENTS, TIMES = 8, 12
PASSWORD = "a password of the benchmark"
RATE = Goal(">=", 10, "/s")


def lines(engines: Engines) -> Iterator[Line]:
    kept = HASHER.hash(PASSWORD)
    start = perf_counter()
    for _ in range(TIMES):
        HASHER.verify(kept, PASSWORD)
    floor = TIMES / (perf_counter() - start)
    sign_ins = [_sign_ins(f"keeper-{number}") for number in range(CLIENTS)]
    for engine in engines.names:
        with engines.fresh(engine) as ground, TemporaryDirectory() as directory:
            with ground.database.writing() as session:
                code = found(session, "estate")
                for number in range(CLIENTS):
                    session.add(Person(login=f"keeper-{number}", name="Keeper", password=kept, since=AT))
                    session.flush()
                    appoint(session, f"keeper-{number}", code, Seat(Role.MANAGER), AT.date(), by=BY, at=AT)
            ground.settle()
            with serving(ground, Path(directory)) as server:
                ours = crowd(server, sign_ins)
            yield Line(
                "sign in",
                ground.engine,
                f"{CLIENTS} clients, longest {max(ours.waits) * 1_000:,.0f} ms",
                f"{ours.rate:.0f}/s",
                f"{floor:.0f}/s",
                ours.rate,
                RATE,
            )


def _sign_ins(login: str) -> list[Request]:
    body = json.dumps({"login": login, "password": PASSWORD}).encode()
    return [Request("POST", "/api/v1/sessions", {"Content-Type": "application/json"}, body, 201)] * TIMES
