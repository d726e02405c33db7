"""`mingbai fsck` over a community of 33,000 leaves, beside `bean-check` over the journal that it exports.

`fsck` recomputes more than that: leaves, tree, balances, seals of rows, what is derived; `bean-check` balances and accounts.
"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import peers
from bench.databases import Engines, Ground
from bench.measuring import Goal, Line, seconds
from bench.place import BY, an_account, found
from bench.serving import measured
from ledger.fees.charge_actions import charge_month
from ledger.fees.payment_actions import Payment, receive
from ledger.fees.queries import outstanding
from ledger.periods import Month, noon
from ledger.reports.journal_export import export

LEAVES, HOMES = 33_000, 2_800
FIRST, MONTHS = Month(2025, 7), 12
BESIDE = Goal("<=", 1.5, " x")


def lines(engines: Engines) -> Iterator[Line]:
    for engine in engines.names:
        with engines.fresh(engine) as ground, TemporaryDirectory() as folder:
            _a_year_of_payments(ground)
            yield _line(ground, Path(folder))


def _line(ground: Ground, folder: Path) -> Line:
    ours = measured(ground, folder / "home", ["fsck"]).seconds
    size = f"{LEAVES:,} leaves"
    try:
        journal = folder / "journal.beancount"
        with ground.database.reading() as session:
            journal.write_bytes(export(session, "area", "beancount"))
        command = [peers.installed("bean-check"), "--no-cache", str(journal)]
        theirs = seconds(lambda: peers.run(command))
    except peers.Missing as why:
        return peers.missing("fsck beside bean-check", ground.engine, why)
    return Line(
        "fsck beside bean-check",
        ground.engine,
        size,
        f"{ours:.1f} s",
        f"{theirs:.1f} s",
        ours / theirs,
        BESIDE,
    )


def _a_year_of_payments(ground: Ground) -> None:
    """Charge every month, and let homes pay one by one until the log is as long as it should be."""
    with ground.database.writing() as session:
        code = found(session, "area", HOMES)
        an_account(session, code, "fee")
    for number in range(MONTHS):
        month = FIRST.plus(number)
        at = noon(month.first)
        with ground.database.writing() as session:
            charge_month(session, code, month, by=BY, at=at)
            owed = outstanding(session, code)
            receipts = [
                Payment(f"{month}-{home}", home, debts[-1][1], month.first, memo=f"{home} 物业费")
                for home, debts in sorted(owed.items())[: LEAVES // MONTHS]
            ]
            receive(session, code, receipts, by=BY, at=at + timedelta(hours=1))
    ground.settle()
