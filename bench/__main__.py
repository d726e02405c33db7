"""Runs the benchmarks, all or those named, and prints the table: ``python -m bench [name …]``."""

import gc
import os
import platform
import sys
from time import perf_counter

from bench import (
    backing_up,
    bad_input,
    balances,
    charging,
    home_page,
    month_end,
    mutations,
    opening,
    pages,
    paying,
    posting,
    printing,
    proving,
    sharing,
    signing_in,
    starting,
    tree,
)
from bench.databases import engines
from bench.measuring import Line, table

BENCHMARKS = {
    "posting": posting.lines,
    "paying": paying.lines,
    "opening": opening.lines,
    "signing_in": signing_in.lines,
    "charging": charging.lines,
    "month_end": month_end.lines,
    "sharing": sharing.lines,
    "home_page": home_page.lines,
    "balances": balances.lines,
    "tree": tree.lines,
    "proving": proving.lines,
    "pages": pages.lines,
    "printing": printing.lines,
    "starting": starting.lines,
    "backing_up": backing_up.lines,
}
NAMED = {"bad-input": bad_input.lines, "mutations": mutations.lines}
"""What runs when it is named only."""


def main(names: list[str]) -> None:
    every = BENCHMARKS | NAMED
    if unknown := sorted(set(names) - set(every)):
        sys.exit(f"no benchmark {', '.join(unknown)}; there are {', '.join(every)}")
    start = perf_counter()
    lines: list[Line] = []
    gc.freeze()  # as in the processes that serve and work
    with engines() as grounds:
        print(f"Python {platform.python_version()}, {grounds.versions()}, {os.cpu_count()} cores")
        for name in names or BENCHMARKS:
            for line in every[name](grounds):
                lines.append(line)
                print(f"  {name}: {line.what} on {line.engine}: {line.figured}", flush=True)
    print(f"\n{table(lines)}\n")
    missed = sum(not line.met for line in lines)
    print(f"{len(lines)} lines, {missed} missed, in {perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main(sys.argv[1:])
