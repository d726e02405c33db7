"""The public page of a half-year, cold: the first request of a fresh application, and what it asks the database.

The sample's register lives one half-year and is disclosed; then a new application draws the page once.
"""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import event

from bench.databases import Engines, Ground
from bench.measuring import Goal, Line, seconds
from ledger.config import Config
from ledger.demo.place import MEIYUAN
from ledger.demo.story import build
from ledger.installation import Installation
from ledger.periods import Month
from ledger.web import create_app

PAGE = "/meiyuan/half-year/2025-H2/"
COLD = Goal("<=", 50, " ms")
QUERIES = Goal("<=", 8, " queries")


def lines(engines: Engines) -> Iterator[Line]:
    for engine in engines.names:
        with engines.fresh(engine) as ground, TemporaryDirectory() as directory:
            yield from _lines(ground, Path(directory))


def _lines(ground: Ground, home: Path) -> Iterator[Line]:
    a_half_year(ground, home)
    app = create_app(Config.from_env({"LEDGER_HOME": str(home), "LEDGER_DATABASE_URL": ground.url}))
    client = app.test_client()
    client.get("/healthz")  # the application itself is awake; the page is not
    asked: list[str] = []
    event.listen(
        app.extensions["database"].reader,
        "after_cursor_execute",
        lambda _connection, _cursor, statement, *_: asked.append(statement),
    )
    answers = []
    taken = seconds(lambda: answers.append(client.get(PAGE))) * 1000
    assert answers[0].status_code == 200
    app.extensions["database"].close()
    size = f"{len(answers[0].data) // 1024} KiB"
    yield Line("public page, cold", ground.engine, size, f"{taken:.0f} ms", "", taken, COLD)
    queries = sum(statement.lstrip().upper().startswith("SELECT") for statement in asked)
    yield Line("- what it asks", ground.engine, size, f"{queries} queries", "", queries, QUERIES)


def a_half_year(ground: Ground, home: Path) -> Installation:
    """The sample with the last month of a half-year behind it, which is disclosed."""
    settings = {"LEDGER_HOME": str(home), "LEDGER_HOST": "bench.example"}
    installation = Installation.of(Config.from_env(settings), ground.database)
    build(installation, (MEIYUAN,), {}, [Month(2025, 12)], lambda _: None)
    return installation
