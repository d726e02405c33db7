"""Lists and records as every door reads them: filtered, sorted, in pages, with what belongs to them."""

import json
from collections.abc import Iterator, Sequence
from datetime import date
from hashlib import sha256
from operator import attrgetter
from typing import Annotated, Any

from pydantic import Field

from ledger.db import Page
from ledger.fields import ROWS_OF_A_FILE, Asked, Out, PageNumber
from ledger.operations.choices import counted
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
    after: Annotated[
        str,
        Field(
            pattern=r"^([1-9][0-9]{0,8}(-[0-9a-f]{12}){1,10})?$",
            description="where somebody stopped reading, as in the address of what comes next; then no page is asked for",
        ),
    ] = ""
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


def read_on(listing: Listing, call: Call, ordered: Ordered) -> tuple[Page, str | None]:
    """What follows the row at which a cursor stopped, wherever it stands by now, and the next cursor; none at the end.

    A cursor names the last row and ever fewer before it, so that rows that come or go make nobody miss another one. Where
    all that it names have gone, their whole page is taken to have gone.
    """
    rows = _Rows(listing, call, ordered)
    start = (ordered.page - 1) * ordered.size
    if ordered.after:
        read, *marks = ordered.after.split("-")
        start = rows.after(int(read), marks)
    shown = rows.between(start, start + ordered.size)
    stop = start + len(shown)
    first = rows.page(1)
    cursor = "-".join((str(stop), *rows.marks(shown))) if shown and stop < first.total else None
    return Page(shown, first.total, first.totals), cursor


_BACK = tuple(2**power for power in range(10))
"""From the end of what was read, the rows that a cursor names."""


class _Rows:
    """The rows of a list by their places, asked for page by page as they are needed."""

    def __init__(self, listing: Listing, call: Call, ordered: Ordered) -> None:
        self.listing, self.call, self.ordered = listing, call, ordered
        self.pages: dict[int, Page] = {}
        self.whole = (
            None if "page" in listing.model.model_fields else page_of(listing, call, every_row(ordered.sort))
        )
        record = listing.record
        names = [record.held_as.get(name, name) for name in record.variables] if record else []
        self.named_by = names if set(names) <= listing.gives.model_fields.keys() else []

    def page(self, number: int) -> Page:
        if self.whole is not None:
            start = (number - 1) * self.ordered.size
            return self.whole._replace(rows=self.whole.rows[start : start + self.ordered.size])
        if number not in self.pages:
            asked = self.call.asked and self.call.asked.model_copy(update={"page": number})
            self.pages[number] = page_of(self.listing, self.call._replace(asked=asked), self.ordered)
        return self.pages[number]

    def between(self, start: int, stop: int) -> list[Out]:
        size = self.ordered.size
        pages = range(start // size + 1, (stop - 1) // size + 2)
        rows = [row for number in pages for row in self.page(number).rows]
        skipped = start - (pages[0] - 1) * size
        return rows[skipped : skipped + stop - start]

    def mark(self, row: Out) -> str:
        """By which a row is known again: its own number or code, else all that it says."""
        whole = row.model_dump(mode="json")
        said = [whole[name] for name in self.named_by] or whole
        return sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:12]

    def marks(self, shown: Sequence[Out]) -> list[str]:
        """The marks of the last row and of the ones that lie 1, 3, 7 and so on before it."""
        return [self.mark(shown[-back]) for back in _BACK if back <= len(shown)]

    def after(self, read: int, marks: Sequence[str]) -> int:
        """The place that follows the first of some marked rows that is still there."""
        for back, mark in zip(_BACK, marks, strict=False):
            for place in self._places(max(read - back, 0)):
                if self._is_at(mark, place):
                    return place + 1
        return max(read - self.ordered.size, 0)

    def _places(self, near: int) -> Iterator[int]:
        total = self.page(1).total
        yield near
        yield from range(near + 1, min(near + LARGEST_PAGE, total))
        yield from range(min(near, total) - 1, max(near - LARGEST_PAGE, 0) - 1, -1)

    def _is_at(self, mark: str, place: int) -> bool:
        number, at = divmod(place, self.ordered.size)
        rows = self.page(number + 1).rows
        return at < len(rows) and self.mark(rows[at]) == mark


def _sorted(listing: Listing, rows: Sequence[Out], sort: str) -> Sequence[Out]:
    name = sort.removeprefix("-")
    if name not in listing.gives.model_fields:
        return _as_counted(listing, rows)
    value = attrgetter(name)
    there = [row for row in rows if value(row) is not None]
    missing = [row for row in rows if value(row) is None]
    if not all(isinstance(value(row), ORDERED) for row in there):
        return rows
    return [*sorted(there, key=lambda row: _counted(value(row)), reverse=sort.startswith("-")), *missing]


def _as_counted(listing: Listing, rows: Sequence[Out]) -> Sequence[Out]:
    """Rows that come by their codes, as people count: building 2 stands before building 10."""
    codes = [getattr(row, listing.columns[0]) for row in rows] if listing.columns else []
    if not all(isinstance(code, str) for code in codes) or codes != sorted(codes):
        return rows
    return sorted(rows, key=lambda row: _counted(getattr(row, listing.columns[0]))) if codes else rows


def _counted(value: Any) -> Any:
    return counted(value) if isinstance(value, str) else value


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
