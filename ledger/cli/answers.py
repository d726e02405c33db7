"""What a command answers a person with: the labels and the words of the desk. Programs get JSON (``--json``)."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from pydantic import TypeAdapter, ValidationError

from ledger.desk.views import Shape, Words, codes_of, facts, flat, names_of, table
from ledger.fields import PROVISIONAL, Out
from ledger.operations.labels import label
from ledger.operations.operation import Call, Comparison, Listing, Operation, Record, Said
from ledger.words import ProvisionalDay, yuan


def language() -> str:
    """``zh`` where the shell speaks Chinese, ``en`` elsewhere."""
    spoken = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    return "zh" if spoken.startswith("zh") else "en"


def told_answer(operation: Operation, answer: Mapping[str, Any]) -> str:
    """What was done, and what came of it."""
    row = _read(operation.gives, answer)
    return "\n".join([operation.title.in_(language()), *_lines(row, operation.labelled, Words(language()))])


IMPORTED = {
    "accounts": Said("收款账户", "Accounts for money"),
    "opening_fen": Said("维修资金期初余额", "Opening balance of the fund"),
}
"""What a register brings that is called otherwise elsewhere."""


def told_import(counts: Mapping[str, int], dry_run: bool) -> str:
    """How much of each kind was brought in, or would be, as a sentence."""
    zh = language() == "zh"
    parts = [
        f"{(IMPORTED.get(name) or label(name)).in_(language())} {yuan(count) if name.endswith('_fen') else f'{count:,}'}"
        + ((" 元" if zh else " yuan") if name.endswith("_fen") else "")
        for name, count in counts.items()
        if count
    ]
    begins = (
        ("试了一遍，什么也没有登记；会导入：" if dry_run else "已导入：")
        if zh
        else ("Tried only, nothing was written; it would import: " if dry_run else "Imported: ")
    )
    return begins + ("、" if zh else ", ").join(parts) + ("。" if zh else ".")


TRIED = ("只是试一遍，什么也没有登记。", "Tried only: nothing was written.")


def told_trial(operation: Operation, answer: Mapping[str, Any], otherwise: Sequence[Out]) -> str:
    """What would come of it, and what would be otherwise."""
    lines = [TRIED[language() == "en"], told_answer(operation, answer)]
    if (part := operation.shows) and otherwise:
        lines += ["", *_rows(part.title.in_(language()), Shape(part.gives, {}), otherwise, Words(language()))]
    if isinstance(part, Comparison):
        lines.append(part.note.in_(language()))
    return "\n".join(lines)


def told_record(record: Record, row: Out, parts: Mapping[str, Any], call: Call) -> str:
    """A record's facts, then what belongs to it."""
    lines = [record.title.in_(language()), *_lines(row, record.facts, _named(call, [row]))]
    for name, part in record.parts.items():
        pieces = parts[name] if part.many else [parts[name]] if parts[name] else []
        rows = [_read(part.gives, piece) for piece in pieces]
        if rows:
            title = part.title.in_(language())
            lines += ["", *_rows(title, Shape(part.gives, record.facts), rows, _named(call, rows))]
    return "\n".join(lines)


def told_rows(listing: Listing, rows: Sequence[Out], call: Call) -> str:
    """A list with its heads, its columns apart by tabs."""
    shape = Shape(listing.gives, listing.facts, listing.columns)
    return "\n".join(_rows(listing.title.in_(language()), shape, rows, _named(call, rows)))


def _named(call: Call, rows: Sequence[Out]) -> Words:
    """The words for some rows, with the people and the codes in them by what they are called."""
    flat_rows = [list(flat(row)) for row in rows]
    return Words(language(), names_of(call.session, flat_rows), codes_of(call, flat_rows, language()))


def _read(gives: type[Out], answer: Mapping[str, Any]) -> Out:
    """An answer as it was before it was written as JSON, provisional days as such; a value that reads as none of its kind
    stays as it was written."""
    values = {
        name: _of_its_kind(answer.get(name), info.rebuild_annotation(), info.annotation)
        for name, info in gives.model_fields.items()
    }
    for name, info in gives.model_fields.items():
        if PROVISIONAL in info.metadata and values[name]:
            day = name.removesuffix("_provisional")
            values[day] = ProvisionalDay.fromisoformat(str(values[day]))
    return gives.model_construct(**values)


def _of_its_kind(value: Any, *kinds: Any) -> Any:
    for kind in kinds:
        with suppress(ValidationError, TypeError):
            return TypeAdapter[Any](kind).validate_python(value)
    return value


def _lines(row: Out, field_of: Mapping[str, Any], words: Words) -> Iterator[str]:
    """Its facts, then the rows that stand in it."""
    for fact in facts(row, words, field_of):
        yield f"  {fact.label}: {fact.text}"
    for name in type(row).model_fields:
        inside = getattr(row, name)
        if isinstance(inside, (list, tuple)) and inside and isinstance(inside[0], Out):
            yield ""
            yield from _rows(words.of(name, field_of), Shape(type(inside[0]), field_of), inside, words)


def _rows(title: str, shape: Shape, rows: Sequence[Out], words: Words) -> list[str]:
    drawn = table(title, rows, shape, words)
    heads = [column.label for column in drawn.columns]
    return [
        title,
        *("\t".join(cells) for cells in [heads, *([c.text for c in row.cells] for row in drawn.rows)]),
    ]
