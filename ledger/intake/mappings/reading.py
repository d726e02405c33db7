"""A file as a mapping reads it."""

from collections.abc import Mapping, Sequence
from typing import Any

from ledger.intake.mappings.rules import MappingWrong, check_direction, check_mapping
from ledger.intake.statement import Statement, declared, ends_open, read_statement


def read_by_mapping(
    content: bytes,
    name: str,
    columns: Mapping[str, Sequence[str]],
    *,
    words: Mapping[str, Sequence[str]] | None = None,
    end: Sequence[str] = (),
) -> Statement:
    """A file as a mapping reads it; nothing is saved.

    Raises:
        MappingWrong, StatementUnreadable: as when it is saved.
    """
    check_mapping(columns, words or {})
    read = read_statement(content, declared(name, declaration_of(content, name, columns, words or {}, end)))
    if not read.lines:
        raise MappingWrong(why_zh="一笔流水也没有读到", why_en="it reads not one line")
    check_direction(columns, read.names, read.lines, marked=read.marked)
    return read


def declaration_of(
    content: bytes,
    name: str,
    columns: Mapping[str, Sequence[str]],
    words: Mapping[str, Sequence[str]],
    end: Sequence[str],
) -> dict[str, Any]:
    """A mapping as a declared profile is written."""
    return {
        "title_zh": name,
        "title_en": name,
        "header": [names[0] for names in columns.values()],
        "columns": {meaning: list(names) for meaning, names in columns.items()},
        "words": {key: list(spellings) for key, spellings in words.items()},
        "end": list(end) or ["\0"],
        "open_end": ends_open(content),
    }
