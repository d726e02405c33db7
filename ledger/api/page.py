"""The page of the JSON door for people: each operation, list, record and document in the reader's language."""

import json
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from typing import Any, NamedTuple

from ledger.api.openapi import address
from ledger.community.role_rules import Condition, Role
from ledger.operations.labels import label
from ledger.operations.operation import PAIR, VARIABLE, Declared, Field, Operation, Said
from ledger.operations.shapes import Asking, Shape, fields_of, sample_of
from ledger.words import word

KINDS: Mapping[str, Said] = {
    "text": Said("文字", "text"),
    "long": Said("文字，可以分行", "text, in lines"),
    "money": Said("整数，单位是分", "whole number of fen"),
    "number": Said("整数", "whole number"),
    "decimal": Said("整数，末 {} 位是小数", "whole number, its last {} digits are decimals"),
    "day": Said("日期，如 2026-07-28", "day, as 2026-07-28"),
    "instant": Said("时刻，如 2026-07-28T10:00:00+08:00", "instant, as 2026-07-28T10:00:00+08:00"),
    "month": Said("月份，如 2026-07", "month, as 2026-07"),
    "quarter": Said("季度或年份，如 2026-Q3", "quarter or year, as 2026-Q3"),
    "half-year": Said("半年，如 2026-H1", "half-year, as 2026-H1"),
    "year": Said("年份，如 2026", "year, as 2026"),
    "period": Said(
        "期间，如 2026、2026-H1、2026-Q3、2026-07", "period, as 2026, 2026-H1, 2026-Q3 or 2026-07"
    ),
    "check": Said("是或否：true、false", "yes or no: true, false"),
    "choice": Said("选一个", "one of these"),
    "evidence": Said("已收文件的 SHA-256 摘要", "SHA-256 of a file that was taken in"),
    "upload": Said("文件", "file"),
    "object": Said("对象", "object"),
}
"""How a program writes a value of each kind."""


class Question(NamedTuple):
    """One value that is asked for, as the page shows it; ``parts`` are the fields of an object."""

    name: str
    label: str
    kind: str
    required: bool
    choices: list[tuple[str, str]]
    parts: list["Question"]


def told_of(declared: Declared, language: str) -> dict[str, Any]:
    """One operation, list, record or document as the page shows it."""
    return {
        "title": declared.title.in_(language),
        "method": declared.method if isinstance(declared, Operation) else "GET",
        "path": VARIABLE.sub(r"{\2}", address(declared)),
        "roles": _listed((_who(role, language) for role in declared.roles), language),
        "asks": [
            _question(name, asking, declared.labelled, language)
            for model in (declared.place, declared.model)
            for name, asking in fields_of(model).items()
        ],
        "example": _example(declared),
    }


def _listed(words: Iterable[str], language: str) -> str:
    return ("、" if language == "zh" else ", ").join(words)


def _who(allowed: Role | Condition, language: str) -> str:
    """A role with what it is bound to: one's own home or building, the level of the organisation."""
    if isinstance(allowed, Role):
        return word(allowed, language=language)
    zh = language == "zh"
    bounds = [word(level, language=language) for level in sorted(allowed.levels)]
    bounds += ["限自己的房屋" if zh else "own home"] * bool(allowed.home)
    bounds += ["限自己的楼" if zh else "own building"] * bool(allowed.building)
    role = word(allowed.role, language=language)
    return f"{role}（{_listed(bounds, language)}）" if zh else f"{role} ({_listed(bounds, language)})"


def _question(name: str, asking: Asking, fields: Mapping[str, Field], language: str) -> Question:
    field = fields.get(name)
    shape, innermost = asking.shape, asking.shape
    while innermost.kind in ("list", "map"):
        innermost = innermost.of if innermost.kind == "list" else innermost.of[1]
    return Question(
        name,
        (field.label if field else label(name)).in_(language),
        _kind(shape, field, language),
        asking.required,
        list(_choices(shape, field, language)),
        [_question(part, part_asking, fields, language) for part, part_asking in innermost.of.items()]
        if innermost.kind == "object"
        else [],
    )


def _kind(shape: Shape, field: Field | None, language: str) -> str:
    zh = language == "zh"
    match shape.kind:
        case "list":
            return f"{'列表，每项是' if zh else 'list, each'} {_kind(shape.of, field, language)}"
        case "map":
            sides = zip(field.pair if field else PAIR, shape.of, strict=True)
            key, value = (f"{side.in_(language)} ({_kind(of, field, language)})" for side, of in sides)
            return f"{'对照' if zh else 'map'}: {key} → {value}"
        case _:
            return KINDS[shape.kind].in_(language).format(shape.of)


def _choices(shape: Shape, field: Field | None, language: str) -> Iterator[tuple[str, str]]:
    """What may be chosen in a value, with its words; of a map, for its keys first."""
    if shape.kind == "list":
        yield from _choices(shape.of, field, language)
    elif shape.kind == "map":
        for side in shape.of:
            yield from _choices(side, field, language)
    elif shape.kind == "choice":
        for member in shape.of:
            if field is None or field.members is None or member in field.members:
                yield (
                    (str(member.value), word(member, language=language))
                    if isinstance(member, Enum)
                    else (str(member), "")
                )


def _example(declared: Declared) -> str:
    """A request that the door takes as it is written, as far as what it names exists."""
    if not isinstance(declared, Operation) or not declared.model.model_fields:
        return ""
    sample = sample_of(declared.model)
    if not declared.takes_files:
        return json.dumps(sample, ensure_ascii=False, indent=1)
    fields = fields_of(declared.model)
    return "\n".join(f"-F '{name}={_in_a_form(fields[name].shape, value)}'" for name, value in sample.items())


def _in_a_form(shape: Shape, value: Any) -> str:
    """A value as curl sends it in a form: a file by its name, what is nested as JSON."""
    if shape.kind == "upload":
        return f"@{value}"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
