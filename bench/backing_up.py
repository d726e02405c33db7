"""A backup of a large area while it is at rest, and a restore of it into nothing.

The area is a community of 14,188 homes with a year behind it: every month charged, 10,000 receipts booked, and a hundred
papers of half a megabyte. Both are measured as `mingbai` does them, in a process of their own.
"""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from sqlalchemy import text

from bench.databases import ON_DISK, Engines, Ground
from bench.measuring import Goal, Line
from bench.place import BY, an_account, found
from bench.serving import measured
from ledger.fees.charge_actions import charge_month
from ledger.fees.payment_actions import Payment, receive
from ledger.fees.queries import outstanding
from ledger.files.actions import keep_file
from ledger.files.rules import FileKind
from ledger.periods import Month, noon

HOMES, RECEIPTS, PAPERS, PAPER_BYTES = 14_188, 10_000, 100, 500_000
FIRST, MONTHS = Month(2025, 7), 12
BACKUP, RESTORE = Goal("<=", 30, " s"), Goal("<=", 60, " s")
MEMORY = Goal("<=", 200, " MiB")


def lines(engines: Engines) -> Iterator[Line]:
    for engine in engines.names:
        with (
            engines.fresh(engine) as ground,
            engines.fresh(engine, empty=True) as other,
            TemporaryDirectory(dir=os.environ.get("TMPDIR", ON_DISK)) as folder,
        ):
            size = _a_year(ground)
            yield from _lines(ground, other, Path(folder), size)


def _lines(ground: Ground, other: Ground, folder: Path, size: str) -> Iterator[Line]:
    passphrase = folder / "passphrase"
    passphrase.write_text("nobody guesses this one\n")
    more = ["--passphrase-file", str(passphrase)]
    taken = measured(ground, folder / "home", ["backup", str(folder / "backups"), *more])
    [backup] = (folder / "backups").iterdir()
    restored = measured(other, folder / "other", ["restore", str(backup), *more])
    seconds = taken.seconds
    yield Line("back up an area", ground.engine, size, f"{seconds:.1f} s", "", seconds, BACKUP)
    memory = taken.memory
    yield Line("- memory at its peak", ground.engine, size, f"{memory:.0f} MiB", "", memory, MEMORY)
    seconds = restored.seconds
    yield Line("restore it", ground.engine, size, f"{seconds:.1f} s", "", seconds, RESTORE)


def _a_year(ground: Ground) -> str:
    """Live through a year, and say how much was written in it."""
    random = Random(1)
    with ground.database.writing() as session:
        code = found(session, "area", HOMES)
        an_account(session, code, "fee")
        for _ in range(PAPERS):
            body = b"%PDF-1.7\n" + random.randbytes(PAPER_BYTES) + b"\n%%EOF\n"
            keep_file(session, code, body, "", FileKind.PAPER, by=BY, at=datetime(2025, 7, 1, tzinfo=UTC))
    for number in range(MONTHS):
        month = FIRST.plus(number)
        at = noon(month.first)
        with ground.database.writing() as session:
            charge_month(session, code, month, by=BY, at=at)
            owed = outstanding(session, code)
            paying = random.sample(sorted(owed), min(RECEIPTS, len(owed)))
            receipts = [
                Payment(f"{month}-{home}", home, owed[home][-1][1], month.first, memo=f"{home} 物业费")
                for home in paying
            ]
            receive(session, code, receipts, by=BY, at=at)
    ground.settle()
    with ground.database.reading() as session:
        movements = session.connection().execute(text("SELECT count(*) FROM movement")).scalar_one()
    ground.database.close()
    return f"{HOMES:,} homes, {movements:,} movements, {PAPERS * PAPER_BYTES // 1_000_000} MB of papers"
