"""Runs the benchmarks, all or those named, and prints the table: ``python -m bench [name …]``."""

import os
import platform
import sys
from time import perf_counter

from bench import balances, charging, home_page, month_end, pages, posting, sharing, tree
from bench.databases import engines
from bench.measuring import Line, table

BENCHMARKS = {
    "posting": posting.lines,
    "charging": charging.lines,
    "month_end": month_end.lines,
    "sharing": sharing.lines,
    "home_page": home_page.lines,
    "balances": balances.lines,
    "tree": tree.lines,
    "pages": pages.lines,
}


def main(names: list[str]) -> None:
    if unknown := sorted(set(names) - set(BENCHMARKS)):
        sys.exit(f"no benchmark {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}")
    start = perf_counter()
    lines: list[Line] = []
    with engines() as grounds:
        print(f"Python {platform.python_version()}, {grounds.versions()}, {os.cpu_count()} cores")
        for name in names or BENCHMARKS:
            for line in BENCHMARKS[name](grounds):
                lines.append(line)
                print(
                    f"  {name}: {line.what} on {line.engine}: {line.figure:.3g}{line.goal.unit}", flush=True
                )
    print(f"\n{table(lines)}\n")
    missed = sum(not line.met for line in lines)
    print(f"{len(lines)} lines, {missed} missed, in {perf_counter() - start:.0f} s")


main(sys.argv[1:])
