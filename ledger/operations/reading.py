"""Lists and records as every door reads them: filtered, sorted, in pages, with what belongs to them."""

from collections.abc import Sequence
from datetime import date
from operator import attrgetter
from typing import Annotated, Any

from pydantic import Field

from ledger.db import Page
from ledger.fields import ROWS_OF_A_FILE, Asked, Out, PageNumber
from ledger.operations.operation import Call, Listing, Record, bound

LARGEST_PAGE = 500
ORDERED = (str, int, date)
"""What rows can be put in order by."""


class Ordered(Asked):
    """Which rows of a list are wanted, in what order."""

    sort: Annotated[
        str, Field(max_length=40, pattern=r"^-?[a-z_0-9]*$", description="a column; with - downwards")
    ] = ""
    page: PageNumber = 1
    size: Annotated[int, Field(ge=1, le=LARGEST_PAGE)] = 50


def every_row(sort: str = "") -> Ordered:
    """All rows of a list at once, as a file or a command gives them."""
    return Ordered(sort=sort).model_copy(update={"size": ROWS_OF_A_FILE})


def own_order(listing: Listing, ordered: Ordered) -> dict[str, Any]:
    """What of the order a list's query sees to by itself."""
    wanted = {name: getattr(ordered, name) for name in Ordered.model_fields}
    return {
        name: value for name, value in wanted.items() if name in listing.model.model_fields and value != ""
    }


def page_of(listing: Listing, call: Call, ordered: Ordered) -> Page:
    """One page of a list, shaped, with the number of all rows and the sums that it declares."""
    answer = listing.call(call)
    if isinstance(answer, Page):
        return Page([listing.gives.of(row) for row in answer.rows], answer.total, answer.totals)
    rows = [listing.gives.of(row) for row in answer]
    totals = {name: sum(getattr(row, name) or 0 for row in rows) for name in listing.totals}
    start = (ordered.page - 1) * ordered.size
    return Page(_sorted(listing, rows, ordered.sort)[start : start + ordered.size], len(rows), totals)


def _sorted(listing: Listing, rows: Sequence[Out], sort: str) -> Sequence[Out]:
    name = sort.removeprefix("-")
    if name not in listing.gives.model_fields:
        return rows
    value = attrgetter(name)
    there = [row for row in rows if value(row) is not None]
    missing = [row for row in rows if value(row) is None]
    if not all(isinstance(value(row), ORDERED) for row in there):
        return rows
    return [*sorted(there, key=value, reverse=sort.startswith("-")), *missing]


def shown(record: Record, call: Call) -> tuple[Any, dict[str, Any]]:
    """A record's row, and its parts by name as JSON."""
    row = record.call(call)
    parts: dict[str, Any] = {}
    for name, part in record.parts.items():
        answer = bound(part.query, call, row)
        if part.many:
            parts[name] = [part.gives.of(member).model_dump(mode="json") for member in answer]
        else:
            parts[name] = part.gives.of(answer).model_dump(mode="json") if answer is not None else None
    return row, parts
