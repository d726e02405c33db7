"""A bank's or wallet's statement: its lines, and whether they agree with what the file says of itself.

How a bank writes its file is declared in ``profiles/<name>.toml``, so that the next bank is data and not a
program. A file that is odd is read, with warnings that stay beside it. A file of which one cell cannot be
read for certain, or whose running balance does not follow from its rows, is refused whole, with every such cell
named: half a statement would look like money that never came.
"""

import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from importlib import resources
from typing import Any, NamedTuple

from ledger.errors import Malformed, Unknown
from ledger.intake.lines import (
    YUAN,
    Claim,
    Columns,
    Line,
    Meaning,
    Profile,
    RowReader,
    amount_fen,
    fingerprint,
    instant,
    unit_of,
)
from ledger.intake.marks import Direction, is_a_sum
from ledger.intake.oddities import RowProblem, RowWarning, problem, warning
from ledger.intake.sheets import NotSheets, Row, Sheet, sheets
from ledger.words import Coded, yuan

PROFILES = resources.files("ledger.intake") / "profiles"
FIGURES = {"{count}": r"(?P<count>[0-9]{1,9})", "{yuan}": rf"[¥￥]?(?P<yuan>-?{YUAN})0*"}
SIGN = {Direction.IN: 1, Direction.OUT: -1, Direction.VOID: 0, Direction.NEUTRAL: 0}
MONEY = (Meaning.AMOUNT, Meaning.INCOME, Meaning.EXPENSE, Meaning.FEE, Meaning.BALANCE)
STATED = re.compile(r"(?:单位|币种|币别|货币)\s*:?\s*(?:人民币)?[^\s,;|)]{1,10}")
REVERSAL = re.compile(r"冲正|冲销|冲回|红冲|红字|抹账|撤销|撤回|退回")
NOTE_LENGTH = 6
"""So many signs alone in a row are a sentence."""
TOTALS = {
    "all": ("全部", "everything"),
    "in": ("收入", "in"),
    "out": ("支出", "out"),
    "neutral": ("不计收支", "neutral"),
    "fee": ("手续费", "fees"),
}


@dataclass(frozen=True)
class Statement:
    """A file as lines, in the file's order, with what was odd about it, and the names of its columns.

    ``marked`` says that some amount carries a word for its direction in its own cell.
    """

    lines: tuple[Line, ...]
    warnings: tuple[RowWarning, ...]
    encoding: str
    names: tuple[str, ...] = ()
    marked: bool = False


class UnknownProfile(Unknown):
    code = "unknown-profile"
    zh = "没有名为“{name}”的账单格式；现有：{known}。"
    en = "There is no statement profile “{name}”; there are {known}."


class StatementUnreadable(Malformed):
    """The file is not what its profile says, or not whole. ``problems`` names every row and cell."""

    code = "statement-unreadable"
    zh = "这个文件不能按“{source}”读。第 {problems[0].row} 行：{problems[0].zh}"
    en = "This file cannot be read as “{source}”. Row {problems[0].row}: {problems[0].en}"


class LineToCome(Malformed):
    code = "line-to-come"
    zh = "第 {row} 行的日期 {on} 还没有到（今天是{today}），这个文件一笔也没有导入。请核对文件，或核对这台机器的时钟。"
    en = "Row {row} is of {on}, which is still to come (today is {today}): nothing of the file was imported. Check the file, or the clock of this machine."


def check_past_lines(lines: Iterable[Line], today: date) -> None:
    """See that every line of a file tells of what has happened.

    Raises:
        LineToCome: one is of a day after today.
    """
    for line in lines:
        if line.occurred_on > today:
            raise LineToCome(row=line.row, on=line.occurred_on, today=today)


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
    table, warnings = _chosen(content, profile)
    records, notes = _parted(table, profile.end, warnings)
    problems = [
        *_cuts(table, records, open_end=profile.open_end),
        *_foreign(table),
    ]
    readers = [RowReader(row, table.columns, profile, problems, warnings) for row in records]
    drafts = [line for reader in readers if (line := reader.line())]
    problems += _taken_back(readers)
    if not problems:
        problems += _balance_breaks(drafts, table.columns)
    if problems:
        raise StatementUnreadable(
            source=profile.called, problems=sorted(problems, key=lambda fault: fault.row)
        )

    lines = tuple(_counted(drafts))
    warnings += _disagreements(profile.claims, notes, lines, rows=len(records))
    return Statement(
        lines,
        tuple(sorted(warnings, key=lambda odd: odd.row)),
        table.sheet.encoding,
        table.columns.names,
        any(reader.marked for reader in readers),
    )


class _Table(NamedTuple):
    """A sheet in which the profile's header was found."""

    sheet: Sheet
    header_at: int
    columns: Columns

    @property
    def header(self) -> Row:
        return self.sheet.rows[self.header_at]


def _chosen(content: bytes, profile: Profile) -> tuple[_Table, list[RowWarning]]:
    """The first sheet in sight that has the profile's header, and what is said of the others that have it."""
    try:
        offered = sheets(content)
    except NotSheets as no:
        nothing = RowProblem(1, "", "", no.zh, no.en)
        raise StatementUnreadable(source=profile.called, problems=[nothing]) from no
    tables = [table for sheet in offered if (table := _table(sheet, profile))]
    table = next((table for table in tables if not table.sheet.hidden), None)
    if table is None:
        hidden = "、".join(table.sheet.name for table in tables)
        nothing = problem(
            1, *(("hidden", "", hidden) if hidden else ("no-header", "", "、".join(profile.header)))
        )
        raise StatementUnreadable(source=profile.called, problems=[nothing])
    return table, [
        warning(
            other.header.number,
            "sheet-chosen" if other.sheet.hidden else "sheet-ignored",
            value=other.sheet.name,
            chosen=table.sheet.name,
        )
        for other in tables
        if other is not table
    ]


def _table(sheet: Sheet, profile: Profile) -> _Table | None:
    for header_at, row in enumerate(sheet.rows):
        names = tuple(map(_name, row.cells))
        if set(profile.header) <= set(names):
            width = max(i for i, name in enumerate(names, 1) if name)
            declared = {meaning: profile.columns.get(meaning, ()) for meaning in Meaning}
            at = {m: tuple(names.index(n) for n in wanted if n in names) for m, wanted in declared.items()}
            said = _stated(sheet.rows[:header_at])
            powers = {m: _power((names[at[m][0]], *said)) for m in MONEY if at[m]}
            return _Table(sheet, header_at, Columns(names[:width], at, powers))
    return None


def _stated(rows: Sequence[Row]) -> list[str]:
    """The units and currencies that notes above the header state for every amount."""
    notes = "".join(cell + " " for row in rows for cell in row.cells)
    return [match[0] for match in STATED.finditer(unicodedata.normalize("NFKC", notes))]


def _power(words: Iterable[str]) -> int:
    """The power of ten of the first of these words that says one; the column's own before that of a note."""
    return next((unit_of(word) or 0 for word in words if unit_of(word) or "元" in word), 0)


def _foreign(table: _Table) -> Iterator[RowProblem]:
    """Money columns of which the name, or a note above, says another currency."""
    said = _stated(table.sheet.rows[: table.header_at])
    names = [table.columns.names[i] for meaning in MONEY for i in table.columns.at[meaning][:1]]
    for name in names:
        for word in (name, *said):
            if unit_of(word) is None:
                yield problem(table.header.number, "currency", name, word)


def _taken_back(readers: Sequence[RowReader]) -> Iterator[RowProblem]:
    """Amounts with a minus beside a word for money out: where others have none, or by their words, they take one back."""
    plain = any(reader.out_sign > 0 for reader in readers)
    for reader in readers:
        if reader.out_sign < 0 and (plain or any(map(REVERSAL.search, reader.cells))):
            name = " ".join(reader.columns.names[i] for i in reader.columns.at[Meaning.AMOUNT])
            yield problem(reader.row.number, "sign-out", name, reader.text(Meaning.AMOUNT))


def _parted(table: _Table, end: tuple[str, ...], warnings: list[RowWarning]) -> tuple[list[Row], list[Row]]:
    """The records under the header, and the notes above, between and below them.

    Sums of a page or a month, headers that are repeated and notes stand between records too. What looks like the end and
    has records below it was a sum. A row with a day and with a payer or a number is a record, whatever its words.
    """
    above, below = table.sheet.rows[: table.header_at], table.sheet.rows[table.header_at + 1 :]
    ends = [i for i, row in enumerate(below) if row.cells and row.cells[0].startswith(end)]
    dated = [i for i in range(ends[0], len(below)) if _is_dated(below[i], table.columns)] if ends else []
    end_at = next((i for i in ends if not dated or i > dated[-1]), len(below))
    records, between = [], []
    for i, row in enumerate(below[:end_at]):
        text = next((cell for cell in _words_of(row, table.columns) if is_a_sum(cell)), "")
        cells = list(filter(None, row.cells))
        if not cells:
            continue
        summed = text or (row.cells[0] if i in ends else "")
        if summed and _is_record(row, table.columns):
            warnings.append(warning(row.number, "sum-read", value=summed))
            records.append(row)
            continue
        if summed:
            warnings.append(warning(row.number, "sum-skipped", value=summed))
        elif (
            len(cells) == 1
            and len(cells[0]) >= NOTE_LENGTH
            and any("一" <= sign <= "龥" for sign in cells[0])
        ):
            warnings.append(warning(row.number, "note-skipped", value=cells[0]))
        elif tuple(map(_name, row.cells)) != tuple(map(_name, table.header.cells)):
            records.append(row)
            continue
        between.append(row)
    return records, [*above, *between, *below[end_at:]]


def _is_dated(row: Row, columns: Columns) -> bool:
    """Whether a row begins with a day, as a record does."""
    text = " ".join(row.cells[i] for i in columns.at[Meaning.OCCURRED] if i < len(row.cells))
    try:
        instant(text.strip())
    except ValueError:
        return False
    return True


def _is_record(row: Row, columns: Columns) -> bool:
    """Whether a row has a day, and somebody who paid or a number that its source gave: a sum has neither."""
    places = (*columns.at[Meaning.COUNTERPARTY], *columns.at[Meaning.ORDER_NO])
    named = any(row.cells[i] and not is_a_sum(row.cells[i]) for i in places if i < len(row.cells))
    return named and _is_dated(row, columns)


def _words_of(row: Row, columns: Columns) -> Iterator[str]:
    """The cells of a row but the counterparty's, who may be called anything."""
    who = set(columns.at[Meaning.COUNTERPARTY])
    return (cell for i, cell in enumerate(row.cells) if cell and i not in who)


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
    """The lines by their names, with those that are truly the same told apart by their count."""
    seen: Counter[str] = Counter()
    for line in drafts:
        name = fingerprint(line)
        seen[name] += 1
        yield replace(line, fingerprint=name, occurrence=seen[name])


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


def _balance_breaks(lines: Sequence[Line], columns: Columns) -> list[RowProblem]:
    """Where the running balance does not follow from the line before it, in the order that breaks it least.

    Files go from the oldest line down or from the newest, and some turn the days only.
    """
    by_day = [sorted(order, key=lambda line: line.occurred_on) for order in (lines, lines[::-1])]
    breaks = _breaks(lines)
    for order in (lines[::-1], *by_day) if breaks else ():
        if len(other := _breaks(order)) < len(breaks):
            breaks = other
    name = " ".join(columns.names[i] for i in columns.at[Meaning.BALANCE])
    return [
        problem(line.row, "balance-breaks", name, f"{yuan(line.balance_fen or 0)} ≠ {yuan(expected_fen)}")
        for line, expected_fen in breaks
    ]


def _breaks(lines: Sequence[Line]) -> list[tuple[Line, int]]:
    """The lines whose balance is not the one expected; between two balances every line without one counts."""
    breaks = []
    expected: set[int] = set()
    for line in lines:
        net_fen = SIGN[line.direction] * line.amount_fen
        # What the bank keeps may be in the balance or not.
        expected = {fen + net for fen in expected for net in {net_fen, net_fen - line.fee_fen}}
        if line.balance_fen is not None:
            if expected and line.balance_fen not in expected:
                breaks.append((line, min(expected, key=lambda fen: abs(fen - (line.balance_fen or 0)))))
            expected = {line.balance_fen}
    return breaks


def _name(cell: str) -> str:
    """A column's name, its brackets wide or narrow."""
    return unicodedata.normalize("NFKC", cell)


def _pattern(says: str) -> re.Pattern[str]:
    for figure, pattern in FIGURES.items():
        says = says.replace(figure, pattern)
    return re.compile(says)
