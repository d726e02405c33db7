"""Lists: filtered and sorted by their address, twenty rows a page, and as files."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask import (
    g,
    render_template,
    request,
)
from flask_babel import gettext as _
from pydantic import BaseModel, ValidationError
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from ledger.access.access import file_answer, reading
from ledger.community.queries import community as community_of
from ledger.desk.filling import drawing_of
from ledger.desk.forms import Drawing, FormField, errors_of, question
from ledger.desk.frame import back_to, by_whom, call_of, language, may, quoted, words_of
from ledger.desk.views import (
    Cell,
    Shape,
    Table,
    address_of,
    filled,
    table,
    url_of,
)
from ledger.fields import Out
from ledger.operations.operation import File, Listing
from ledger.operations.reading import Ordered, every_row, own_order, page_of
from ledger.operations.registry import OPERATIONS
from ledger.operations.shapes import fields_of
from ledger.periods import SHANGHAI
from ledger.reports.sheets import csv_bytes
from ledger.reports.workbook import Sheet, Yuan, xlsx_bytes

ROWS_A_PAGE = 20

MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def file_asked_for() -> str:
    """As what kind of file a list is asked for; nothing where it is looked at."""
    kind = request.args.get("format", "").strip()
    return kind if kind in MEDIA else ""


def list_view(listing: Listing, community: str, place: Mapping[str, Any]) -> str | AnyResponse:
    """A list: filtered and sorted by its address, twenty rows a page, and as a file."""
    asked_for = {name: text.strip() for name, text in request.args.items() if text.strip()}
    wanted = {name: asked_for[name] for name in listing.model.model_fields if name in asked_for}
    file = file_asked_for()
    ordered = Ordered.model_validate(
        {name: asked_for[name] for name in ("sort", "page") if name in asked_for} | {"size": ROWS_A_PAGE}
    )
    if file:
        ordered = every_row(ordered.sort)
    errors: dict[str, str] = {}
    try:
        asked = _filters(listing, wanted, ordered)
    except ValidationError as error:
        errors = errors_of(error, language())
        asked = _filters(listing, {}, ordered)
    by = by_whom(listing, dict(place) | dict(asked))
    leads_to = listing.record if listing.record and may(listing.record, g.seats) else None
    with reading() as session:
        if not listing.everywhere:
            community_of(session, community)
        call = call_of(session, community, place, asked, by)
        page = page_of(listing, call, ordered)
        rows: list[Out] = list(page.rows)
        words = words_of(call, rows)
        urls = [
            url_of(community, leads_to, row.model_dump() | dict(place)) if leads_to else "" for row in rows
        ]
        drawing = drawing_of(session, community, listing.facts, MultiDict(wanted), errors, blank=True)
        filters = [
            field for name, field in _filter_fields(listing, drawing) if name not in ("page", "size", "sort")
        ]
    shape = Shape(listing.gives, listing.facts, [*listing.gives.model_fields] if file else listing.columns)
    drawn_table = table(
        listing.title.in_(language()), rows, shape, words, urls=urls, totals=page.totals or None
    )
    if file:
        return _as_file(listing, community, drawn_table, file)
    if drawn_table.totals and drawn_table.totals[0].kind == "text" and page.total > len(rows):
        drawn_table.totals[0].text = _("全部 %(count)s 条合计", count=f"{page.total:,}")
    for column in drawn_table.columns:
        downwards = ordered.sort == column.name
        if _may_sort(listing, column.name):
            column.sort_url = _with(sort=("-" if downwards else "") + column.name, page=None)
        column.sorted = {column.name: "up", f"-{column.name}": "down"}.get(ordered.sort, "")
    create = [
        {
            "label": operation.title.in_(language()),
            "url": f"/desk{filled(address_of(community, operation), place)}",
        }
        for operation in OPERATIONS
        if operation.path == listing.path and may(operation, g.seats)
    ]
    return render_template(
        "desk/list.html",
        back=back_to(community, listing),
        title=listing.title.in_(language()),
        sentence=_count_words(page.total),
        filters=filters,
        columns=drawn_table.columns,
        rows=drawn_table.rows,
        totals=drawn_table.totals,
        page=_pager(ordered, page.total),
        personal=listing.personal,
        csv_url="" if listing.personal else _with(format="csv", page=None),
        xlsx_url="" if listing.personal else _with(format="xlsx", page=None),
        actions=create,
        empty={
            "words": listing.empty.in_(language()),
            "url": create[0]["url"] if create else None,
            "action": create[0]["label"] if create else None,
        },
    )


def _may_sort(listing: Listing, name: str) -> bool:
    """Whether a list can be put in order by a column: by any, unless its query orders by some alone."""
    if "sort" not in listing.model.model_fields:
        return True
    try:
        return bool(listing.model.model_validate({"sort": f"-{name}"}))
    except ValidationError:
        return False


def _count_words(total: int) -> str:
    return str(_("共 %(count)s 条", count=f"{total:,}"))


def _filters(listing: Listing, wanted: Mapping[str, str], ordered: Ordered) -> BaseModel:
    return listing.model.model_validate({**wanted, **own_order(listing, ordered)})


def _filter_fields(listing: Listing, drawing: Drawing) -> Iterable[tuple[str, FormField]]:
    for name, asking in fields_of(listing.model).items():
        field = question(name, asking._replace(required=False), drawing)
        if field.kind == "search":
            field.hint = ""  # a filter has no room for how one of many is found
        yield name, field


def _with(**changes: str | None) -> str:
    args = {**request.args.to_dict(), **changes}
    return "?" + "&".join(f"{name}={quoted(value)}" for name, value in args.items() if value)


def _pager(ordered: Ordered, total: int) -> dict[str, Any] | None:
    pages = max(1, -(-total // ordered.size))
    if not total:
        return None
    number = ordered.page
    first = (number - 1) * ordered.size + 1
    near = [no for no in range(1, pages + 1) if no in (1, pages) or abs(no - number) <= 1]
    numbers: list[tuple[int | None, str]] = []
    for at, no in enumerate(near):
        if at and no - near[at - 1] > 1:
            numbers.append((None, ""))
        numbers.append((no, _with(page=str(no))))
    return {
        "number": number,
        "pages": pages,
        "first": min(first, total),
        "last": min(number * ordered.size, total),
        "count": total,
        "prev_url": _with(page=str(min(number, pages + 1) - 1)) if number > 1 else None,
        "next_url": _with(page=str(number + 1)) if number < pages else None,
        "numbers": numbers,
    }


def _as_file(listing: Listing, community: str, of: Table, kind: str) -> AnyResponse:
    header = [column.label for column in of.columns]
    cells = [row.cells for row in of.rows] + ([of.totals] if of.totals else [])
    if kind == "csv":
        body = csv_bytes(header, [[_plain(cell) for cell in row] for row in cells])
    else:
        rows = [[_valued(cell) for cell in row] for row in cells]
        body = xlsx_bytes([Sheet(community, header, [18] * len(header), rows)])
    return file_answer(File(body, MEDIA[kind], f"{community}-{listing.name}.{kind}"))


def _plain(cell: Cell) -> str:
    """A cell of a CSV: numbers without commas, days as 2026-07-15."""
    value = _valued(cell)
    if isinstance(value, Yuan):
        return str(Decimal(value.fen).scaleb(-2))
    return value.isoformat() if isinstance(value, date) else str(value)


def _valued(cell: Cell) -> Yuan | Decimal | date | str:
    """A cell of a workbook: what it tells as a number or a day, else its text; nothing where nothing is known."""
    if cell.fen is not None:
        return Yuan(cell.fen)
    if isinstance(cell.value, datetime):
        return cell.value.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
    if cell.value is not None:
        return cell.value
    return "" if cell.text == "—" else cell.text
