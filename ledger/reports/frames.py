"""Tables that take grouping and pivoting. The only place that knows pandas, which is loaded when first needed.

Amounts stay whole numbers of fen: a pivot fills its holes with nought, so no column turns into floats.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from ledger.repairs.tables import Ticket


class Times(NamedTuple):
    """How the tickets of one priority went; times are medians in hours, none where too few to show."""

    priority: str
    tickets: int
    arrival_due: int
    arrived_on_time: int
    done_due: int
    done_on_time: int
    hours_to_arrive: int | None
    hours_to_finish: int | None


class Turnover(NamedTuple):
    """The months, and for each (book, account, name) the fen that moved in each of them, debit less credit."""

    months: list[str]
    rows: list[tuple[tuple[str, ...], list[int]]]


def times_by_priority(tickets: Iterable[Ticket], end: datetime, least: int) -> list[Times]:
    """Arrivals and finishes of tickets by priority, by the end of a period; small groups show no times."""
    import pandas

    frame = pandas.DataFrame(
        [
            {
                "priority": t.priority.value,
                "arrival_due": t.arrive_by is not None and t.arrive_by < end,
                "arrived_on_time": bool(
                    t.arrive_by and t.arrive_by < end and t.arrived_at and t.arrived_at <= t.arrive_by
                ),
                "done_due": t.done_by is not None and t.done_by < end,
                "done_on_time": bool(t.done_by and t.done_by < end and t.done_at and t.done_at <= t.done_by),
                "to_arrive": t.arrived_at - t.reported_at if t.arrived_at and t.arrived_at < end else None,
                "to_finish": t.done_at - t.reported_at if t.done_at and t.done_at < end else None,
            }
            for t in tickets
        ]
    )
    if frame.empty:
        return []
    times = []
    for priority, group in frame.groupby("priority", sort=True):
        hours = []
        for column in ("to_arrive", "to_finish"):
            known = pandas.to_timedelta(group[column]).dropna()
            hours.append(round(known.median() / pandas.Timedelta(hours=1)) if len(known) >= least else None)
        counts = group[["arrival_due", "arrived_on_time", "done_due", "done_on_time"]].sum()
        times.append(Times(str(priority), len(group), *(int(count) for count in counts), *hours))
    return times


def turnover_by_month(rows: Iterable[tuple[str, str, str, str, int, int]]) -> Turnover:
    """Debit less credit of every account in every month, in fen, from rows (book, account, name, month, debit, credit)."""
    import pandas

    columns = ["book", "account", "name", "month", "debit", "credit"]
    frame = pandas.DataFrame(list(rows), columns=columns)
    if frame.empty:
        return Turnover([], [])
    frame["net"] = frame["debit"] - frame["credit"]
    table = frame.pivot_table(
        index=["book", "account", "name"],
        columns="month",
        values="net",
        aggfunc="sum",
        fill_value=0,
        sort=True,
    )
    rows_of = zip(table.index, table.to_numpy(), strict=True)
    return Turnover(
        [str(month) for month in table.columns],
        [(tuple(str(part) for part in key), [int(fen) for fen in values]) for key, values in rows_of],
    )
