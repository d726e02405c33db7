"""A bank's or wallet's statement: its lines, and whether they agree with what the file says of itself.

How a bank writes its file is declared in ``profiles/<name>.toml``, so that the next bank is data and not a
program. A file that is odd is read, with warnings that stay beside it. A file of which one cell cannot be
read for certain is refused whole, with every such cell named: half a statement would look like money that
never came.
"""

import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import resources
from itertools import pairwise
from typing import Any, NamedTuple

from ledger.errors import Malformed, Unknown
from ledger.intake.lines import (
    YUAN,
    Claim,
    Columns,
    Direction,
    Line,
    Meaning,
    Profile,
    RowReader,
    amount_fen,
)
from ledger.intake.oddities import RowProblem, RowWarning, problem, warning
from ledger.intake.sheets import NotSheets, Row, Sheet, sheets
from ledger.words import Coded, yuan

PROFILES = resources.files("ledger.intake") / "profiles"
FIGURES = {"{count}": r"(?P<count>[0-9]{1,9})", "{yuan}": rf"[¥￥]?(?P<yuan>-?{YUAN})0*"}
SIGN = {Direction.IN: 1, Direction.OUT: -1, Direction.VOID: 0}
TOTALS = {
    "all": ("全部", "everything"),
    "in": ("收入", "in"),
    "out": ("支出", "out"),
    "neutral": ("不计收支", "neutral"),
    "fee": ("手续费", "fees"),
}


@dataclass(frozen=True)
class Statement:
    """A file as lines, in the file's order, with what was odd about it."""

    lines: tuple[Line, ...]
    warnings: tuple[RowWarning, ...]
    encoding: str


class UnknownProfile(Unknown):
    code = "unknown-profile"
    zh = "没有名为“{name}”的账单格式；现有：{known}。"
    en = "There is no statement profile “{name}”; there are {known}."


class StatementUnreadable(Malformed):
    """The file is not what its profile says, or not whole. ``problems`` names every row and cell."""

    code = "statement-unreadable"
    zh = "这个文件不能按“{source}”读。第 {problems[0].row} 行：{problems[0].zh}"
    en = "This file cannot be read as “{source}”. Row {problems[0].row}: {problems[0].en}"


def profile_names() -> tuple[str, ...]:
    """The declared profiles, by name."""
    names = (file.name for file in PROFILES.iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


def called(name: str) -> Coded:
    """A declared profile by what it is called."""
    return profile(name).called


def profile(name: str) -> Profile:
    """The profile declared under that name.

    Raises:
        UnknownProfile: there is none.
    """
    if name not in profile_names():
        raise UnknownProfile(name=name, known=list(map(called, profile_names())))
    return declared(name, tomllib.loads((PROFILES / f"{name}.toml").read_text("utf-8")))


def declared(name: str, declaration: Mapping[str, Any]) -> Profile:
    """A profile as it is declared, in a file of this package or by a community."""
    return Profile(
        name=name,
        title_zh=declaration["title_zh"],
        title_en=declaration["title_en"],
        header=tuple(map(_name, declaration["header"])),
        columns={Meaning(key): tuple(map(_name, names)) for key, names in declaration["columns"].items()},
        words={key: tuple(words) for key, words in declaration.get("words", {}).items()},
        end=tuple(declaration["end"]),
        open_end=declaration.get("open_end", False),
        fee_sign=declaration.get("fee_sign", 1),
        fee_says=_pattern(declaration["fee_says"]) if "fee_says" in declaration else None,
        claims=tuple(Claim(claim["of"], _pattern(claim["says"])) for claim in declaration.get("claims", ())),
    )


def ends_open(content: bytes) -> bool:
    """Whether a file's text stops without a line break, so that its last cell may be cut."""
    try:
        return any(sheet.open_end for sheet in sheets(content))
    except NotSheets:
        return False


def read_statement(content: bytes, profile: Profile) -> Statement:
    """Read a statement's file.

    Raises:
        StatementUnreadable: it is no table, or has no header of this profile, or is cut, or holds cells
            that cannot be read. All of them are named.
    """
    table, *others = _tables(content, profile)
    records, notes = _parted(table, profile.end)
    problems = _cuts(table, records, open_end=profile.open_end)
    warnings = [warning(other.header.number, "sheet-ignored", value=other.sheet.name) for other in others]
    readers = [RowReader(row, table.columns, profile, problems, warnings) for row in records]
    drafts = [line for reader in readers if (line := reader.line())]
    if problems:
        raise StatementUnreadable(
            source=profile.called, problems=sorted(problems, key=lambda fault: fault.row)
        )

    lines = tuple(_counted(drafts))
    warnings += _disagreements(profile.claims, notes, lines, rows=len(records))
    warnings += _balance_breaks(lines)
    return Statement(lines, tuple(sorted(warnings, key=lambda odd: odd.row)), table.sheet.encoding)


class _Table(NamedTuple):
    """A sheet in which the profile's header was found."""

    sheet: Sheet
    header_at: int
    columns: Columns

    @property
    def header(self) -> Row:
        return self.sheet.rows[self.header_at]


def _tables(content: bytes, profile: Profile) -> list[_Table]:
    """The sheets with a header of the profile: at least one."""
    try:
        offered = sheets(content)
    except NotSheets as no:
        nothing = RowProblem(1, "", "", no.zh, no.en)
        raise StatementUnreadable(source=profile.called, problems=[nothing]) from no
    tables = [table for sheet in offered if (table := _table(sheet, profile))]
    if not tables:
        nothing = problem(1, "no-header", value="、".join(profile.header))
        raise StatementUnreadable(source=profile.called, problems=[nothing])
    return tables


def _table(sheet: Sheet, profile: Profile) -> _Table | None:
    for header_at, row in enumerate(sheet.rows):
        names = tuple(map(_name, row.cells))
        if set(profile.header) <= set(names):
            width = max(i for i, name in enumerate(names, 1) if name)
            declared = {meaning: profile.columns.get(meaning, ()) for meaning in Meaning}
            at = {m: tuple(names.index(n) for n in wanted if n in names) for m, wanted in declared.items()}
            return _Table(sheet, header_at, Columns(names[:width], at))
    return None


def _parted(table: _Table, end: tuple[str, ...]) -> tuple[list[Row], list[Row]]:
    """The records under the header, and the notes above and below them."""
    above, below = table.sheet.rows[: table.header_at], table.sheet.rows[table.header_at + 1 :]
    ends = (i for i, row in enumerate(below) if row.cells and row.cells[0].startswith(end))
    end_at = next(ends, len(below))
    return [row for row in below[:end_at] if any(row.cells)], [*above, *below[end_at:]]


def _cuts(table: _Table, records: Sequence[Row], *, open_end: bool) -> list[RowProblem]:
    """Where the file stops too early: inside a quotation, or in the middle of its last row."""
    if table.sheet.torn_row:
        return [problem(table.sheet.torn_row, "torn")]
    if not table.sheet.open_end or table.sheet.rows[-1] not in records[-1:]:
        return []
    *above, last = records
    end = last.cells[-1]
    whole = len(last.cells) >= len(table.columns.names)
    begun = any(row.cells[-1] != end and row.cells[-1].startswith(end) for row in above)
    return [] if open_end and whole and not begun else [problem(last.number, "cut", value=end)]


def _counted(drafts: Sequence[Line]) -> Iterator[Line]:
    """The lines, with those that are truly the same told apart by their count."""
    seen: Counter[str] = Counter()
    for line in drafts:
        seen[line.fingerprint] += 1
        yield replace(line, occurrence=seen[line.fingerprint])


def _disagreements(
    claims: Sequence[Claim], notes: Sequence[Row], lines: Sequence[Line], rows: int
) -> Iterator[RowWarning]:
    """Figures that the file states of itself and its rows do not make."""
    text = "\n".join("\t".join(note.cells).replace("\n", " ") for note in notes)
    for claim in claims:
        if not (match := claim.says.search(text)):
            continue
        row = notes[text[: match.end()].count("\n")].number
        zh, en = TOTALS[claim.of]
        chosen = [line for line in lines if claim.of in ("all", "fee", line.direction)]
        count = rows if claim.of == "all" else len(chosen)
        total_fen = sum(line.fee_fen if claim.of == "fee" else line.amount_fen for line in chosen)
        figures = {"count": None, "yuan": None, **match.groupdict()}
        if figures["count"] and int(figures["count"]) != count:
            yield warning(row, "count-disagrees", of_zh=zh, of_en=en, claimed=figures["count"], found=count)
        if figures["yuan"] and abs(amount_fen(figures["yuan"])) != abs(total_fen):
            total = yuan(total_fen)
            yield warning(row, "total-disagrees", of_zh=zh, of_en=en, claimed=figures["yuan"], found=total)


def _balance_breaks(lines: Sequence[Line]) -> Iterator[RowWarning]:
    """Where the running balance does not follow from the line before it, oldest first or newest first."""
    breaks = min(_breaks(lines), _breaks(lines[::-1]), key=len)
    if breaks:
        first, expected_fen = breaks[0]
        yield warning(
            first.row,
            "balance-breaks",
            expected=yuan(expected_fen),
            written=yuan(first.balance_fen or 0),
            count=len(breaks),
        )


def _breaks(lines: Sequence[Line]) -> list[tuple[Line, int]]:
    breaks = []
    for before, line in pairwise(lines):
        if before.balance_fen is not None and line.balance_fen is not None and line.direction in SIGN:
            expected_fen = before.balance_fen + SIGN[line.direction] * line.amount_fen
            if expected_fen != line.balance_fen:
                breaks.append((line, expected_fen))
    return breaks


def _name(cell: str) -> str:
    """A column's name, its brackets wide or narrow."""
    return unicodedata.normalize("NFKC", cell)


def _pattern(says: str) -> re.Pattern[str]:
    for figure, pattern in FIGURES.items():
        says = says.replace(figure, pattern)
    return re.compile(says)
