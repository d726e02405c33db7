"""The trial balance of a book with a hundred thousand and with a million movements.

The movements are written in bulk, one entry a month, and their balances by the database's own triggers.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import peers
from bench.databases import Engines, Ground
from bench.measuring import Goal, Line, beside, in_turn, seconds, typical
from bench.place import BY, found
from ledger.journal.actions import post_all
from ledger.journal.queries import trial_balance
from ledger.journal.rules import Draft, Move
from ledger.periods import Month
from ledger.reports.journal_export import export

SMALL, LARGE = 100_000, 1_000_000
MONTHS = 20
FIRST = Month(2026, 8)
WITHIN = Goal("<=", 20, " ms")
GROWTH = Goal("<=", 1.5, " x")


def lines(engines: Engines) -> Iterator[Line]:
    for engine in engines.names:
        with engines.fresh(engine) as ground:
            yield from _lines(ground)


def _lines(ground: Ground) -> Iterator[Line]:
    for code, movements in (("small", SMALL), ("large", LARGE)):
        with ground.database.writing() as session:
            found(session, code)
        for number in range(MONTHS):
            _write(ground, code, FIRST.plus(number), movements // MONTHS)
    ground.settle()
    large = typical(lambda: _read(ground, "large")) * 1000
    yield Line("trial balance", ground.engine, f"{LARGE:,} movements", f"{large:.1f} ms", "", large, WITHIN)
    grown = in_turn(lambda: _read(ground, "small"), lambda: _read(ground, "large"))
    yield Line(
        "- as movements grow tenfold",
        ground.engine,
        f"{SMALL:,} to {LARGE:,}",
        f"{grown.ours * 1000:.1f} ms",
        f"{grown.floor * 1000:.1f} ms",
        grown.ratio,
        GROWTH,
    )
    yield from _peers(ground)


def _peers(ground: Ground) -> Iterator[Line]:
    """The same book of the smaller size, exported as a journal: a program that keeps files reads it whole each time."""
    ours = typical(lambda: _read(ground, "small"))
    for peer, program, kind, words in (
        ("hledger", "hledger", "hledger", ("-f", "{file}", "balance", "--tree")),
        (
            "bean-query",
            "bean-query",
            "beancount",
            ("{file}", "SELECT account, sum(position) GROUP BY account"),
        ),
    ):
        try:
            command = [peers.installed(program)]
            with ground.database.reading() as session, TemporaryDirectory() as directory:
                file = Path(directory) / f"book.{kind}"
                file.write_bytes(export(session, "small", kind))
                command += [word.format(file=file) for word in words]
                theirs = seconds(lambda command=command: peers.run(command))  # type: ignore[misc]
        except peers.Missing as why:
            yield peers.missing(peer, ground.engine, why)
            continue
        size = f"{SMALL:,} movements"
        yield beside(
            peer, ground.engine, size, f"{ours * 1000:.1f} ms", f"{theirs * 1000:,.0f} ms", theirs / ours
        )


def _write(ground: Ground, code: str, month: Month, count: int) -> None:
    moves = [Move("1002", "4001", 100 + number % 900) for number in range(count)]
    draft = Draft(kind="bench", on=month.first, key=f"bench/{month}", book="fee", moves=moves)
    with ground.database.writing() as session:
        post_all(session, code, [draft], by=BY, at=datetime(2026, 8, 1, tzinfo=UTC))


def _read(ground: Ground, code: str) -> None:
    with ground.database.reading() as session:
        rows = trial_balance(session, code, "fee", FIRST, FIRST.plus(MONTHS))
    assert sum(row.debit_fen for row in rows) == sum(row.credit_fen for row in rows) > 0
