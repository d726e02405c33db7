"""Month end of a large area: charge, import a bank file and match it, reconcile, close, and the statements.

The area is taken as one community of 14,188 homes with 10,000 bank lines, the hardest case: communities of their own
would run beside each other. Run as ``python -m bench.month_end <address> <community> <month> <lines>`` this
module does one month end alone and prints the seconds it took and its peak memory in MiB.
"""

import resource
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from random import Random
from time import perf_counter

from bench.databases import Engines, Ground
from bench.measuring import Goal, Line
from bench.place import APPROVER, AT, BY, an_account, found
from ledger.db import Database
from ledger.demo.bankfiles import PaidIn, cmb
from ledger.fees.charge_actions import charge_month
from ledger.fees.queries import outstanding
from ledger.fund.actions import end_month, open_fund_book
from ledger.fund.queries import statements
from ledger.intake.import_actions import import_payments
from ledger.intake.reconciliation.actions import confirm_reconciliation, prepare_reconciliation
from ledger.journal.queries import trial_balance
from ledger.periods import SHANGHAI, Month, Period
from ledger.revenue.actions import open_revenue_book

HOMES, LINES = 14_188, 10_000
FIRST = Month(2026, 8)
BANK = "1002"
IN_ALL = Goal("<=", 60, " s")
MEMORY = Goal("<=", 600, " MiB")
GROWTH = Goal("<=", 4.6, " x")


def lines(engines: Engines) -> Iterator[Line]:
    for engine in engines.names:
        with engines.fresh(engine) as ground:
            yield from _lines(ground)


def _lines(ground: Ground) -> Iterator[Line]:
    with ground.database.writing() as session:
        places = [
            (found(session, "whole", HOMES), LINES),
            (found(session, "quarter", HOMES // 4), LINES // 4),
        ]
        for code, _ in places:
            open_fund_book(session, code, by=BY, at=AT)
            open_revenue_book(session, code, by=BY, at=AT)
            an_account(session, code, "fee")
    ground.settle()
    ground.database.close()
    taken: dict[str, list[float]] = {"whole": [], "quarter": []}
    peak = 0.0
    for month in (FIRST, FIRST.plus(1), FIRST.plus(2)):
        for code, count in places:
            alone = [sys.executable, "-m", "bench.month_end", ground.url, code, str(month), str(count)]
            answer = subprocess.run(alone, check=True, capture_output=True, text=True).stdout.split()
            taken[code].append(float(answer[0]))
            peak = max(peak, float(answer[1]))
    whole, quarter = (sorted(taken[code])[1] for code in ("whole", "quarter"))
    size = f"{HOMES:,} homes, {LINES:,} lines"
    yield Line("month end", ground.engine, size, f"{whole:.1f} s", "", whole, IN_ALL)
    ratio = whole / quarter
    yield Line(
        "- as all grows fourfold", ground.engine, size, f"{whole:.1f} s", f"{quarter:.1f} s", ratio, GROWTH
    )
    yield Line("- memory at its peak", ground.engine, size, f"{peak:.0f} MiB", "", peak, MEMORY)


def _paid(owed: dict[str, list[tuple[str, int]]], month: Month, count: int) -> list[PaidIn]:
    """Two of three receipts name their home and pay a month; the others say nothing and pay what they like."""
    random = Random(f"{month}/{count}")
    homes = random.sample(sorted(owed), min(count, len(owed)))
    started = datetime.combine(month.first, time(8), SHANGHAI)
    return [
        PaidIn(
            started + timedelta(minutes=number * 4),
            owed[home][-1][1] if number % 3 else random.randrange(100_00, 900_00),
            f"住户{home}",
            f"{home} 物业费" if number % 3 else "转账",
            f"{month}-{number}",
        )
        for number, home in enumerate(homes)
    ]


def _month_end_alone(url: str, community: str, month: Month, count: int) -> None:
    database = Database(url)
    at = datetime.combine(month.plus(1).first, time(9), SHANGHAI).astimezone(UTC)
    with database.reading() as session:
        rows = trial_balance(session, community, "fee", month, month)
    before = next(row.opening_fen for row in rows if row.account == BANK)
    start = perf_counter()
    with database.writing() as session:
        charge_month(session, community, month, by=BY, at=at)
    with database.reading() as session:
        owed = outstanding(session, community)
    prepared = perf_counter()
    paid = _paid(owed, month, count)
    body = cmb(paid)
    start += perf_counter() - prepared  # the bank writes its file, not the ledger
    with database.writing() as session:
        bank_import = import_payments(
            session, community, body, "cmb", name=f"{month}.csv", into="cmb", by=BY, at=at
        )
    closing = {"cmb": before + sum(p.amount_fen for p in paid)}
    opening = {} if before else {"cmb": 0}
    with database.writing() as session:
        sheet = prepare_reconciliation(
            session, community, "fee", "bank", month, closing, openings=opening, by=BY, at=at
        )
        confirm_reconciliation(session, community, "fee", "bank", month, sheet.digest, by=APPROVER, at=at)
    with database.writing() as session:
        end_month(session, community, month, exceptions={"fee/2241": "待查"}, by=BY, at=at)
    with database.reading() as session:
        statements(session, community, Period.parse(str(month)))
    seconds = perf_counter() - start
    assert bank_import.matched > 0
    assert bank_import.suspense > 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(seconds, peak / (1024 if sys.platform == "linux" else 1024 * 1024))


if __name__ == "__main__":
    _month_end_alone(sys.argv[1], sys.argv[2], Month.parse(sys.argv[3]), int(sys.argv[4]))
