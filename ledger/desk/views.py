"""What the pages show: cells, facts, tables and timelines, from what the registry declares. No page has a way of its own."""

import re
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Any, NamedTuple
from urllib.parse import quote

from sqlmodel import Session, col, select

from ledger.community.role_rules import EVERYWHERE, Actor
from ledger.community.tables import Firm, Person
from ledger.fields import DECIMALS, PROVISIONAL, Out
from ledger.money import parts, round_half_up
from ledger.operations.choices import OF
from ledger.operations.files import CONTENT, evidence_behind
from ledger.operations.labels import is_person, label
from ledger.operations.operation import VARIABLE, Call, Declared, Field, Operation, Record, Said
from ledger.words import label as worded
from ledger.words import period, subject, told, yuan

NAMED = OF.keys() - {"home", "homes", "holder_home", "building", "stairwell", "side", "book", "role"}
"""What holds a code that stands for something with a name."""
COUNTS = frozenset({"rows", "counts", "votes"})
"""Maps whose whole numbers are no money."""
NUMBERED = frozenset(
    {"no", "entry", "entries", "leaf", "line", "version", "year", "occurrence", "row", "reverses"}
)
"""Whole numbers by which something goes: they count nothing."""
PERIODS = frozenset({"period", "month", "oldest", "first", "last"})
"""What holds a period by its name, where it is no day."""
CODED = {
    "local_number": "number",
    "set_to": "number.value",
    "set_for": "number.scope",
    "book": "book",
    "role": "account",
    "what": "entry",
    "direction": "intake.Direction",
}
"""What holds a code of ours by its name, and the kind of its words."""
DIGEST = re.compile("[0-9a-f]{64}")
AGAIN = "（同一张照片别处也用过）", " (the same picture is used elsewhere too)"
Facts = Iterable[tuple[str, Any]]
"""A row as its facts by name: an answer's model, or the items of a mapping."""
NOTHING: tuple[Any, ...] = (None, "", [], (), {})
ENDED = frozenset(
    {"closed", "archived", "published", "approved", "passed", "done", "settled", "paid", "confirmed"}
)
REFUSED = frozenset({"rejected", "refused", "cancelled", "withdrawn", "annulled", "failed"})


@dataclass
class Cell:
    text: str
    kind: str = "text"
    url: str = ""
    tone: str = ""
    label: str = ""
    fen: int | None = None
    """The amount that the text tells."""
    value: Decimal | date | datetime | None = None
    """The number or the time that the text tells, for files."""
    parts: list["Cell"] = field(default_factory=list)
    """What it is made of, where that leads to several places."""


@dataclass
class Column:
    name: str
    label: str
    kind: str = "text"
    sort_url: str = ""
    sorted: str = ""


@dataclass
class Row:
    cells: list[Cell]
    url: str = ""


@dataclass
class Table:
    title: str
    columns: list[Column]
    rows: list[Row]
    totals: list[Cell] | None = None
    note: str = ""


@dataclass
class Step:
    title: str
    who: str = ""
    when: str = ""
    detail: str = ""
    url: str = ""
    state: str = ""
    papers: list[Cell] = field(default_factory=list)


@dataclass
class Words:
    """In whose language, and what people are called."""

    language: str
    names: Mapping[str, str] = field(default_factory=dict)
    codes: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """What a code stands for, by the name of the fact that holds it."""
    files: Mapping[str, Cell] = field(default_factory=dict)
    """What stands behind a digest, as a link for whoever may see it."""
    ways: Mapping[str, Record] = field(default_factory=dict)
    """The records that the reader may see, by the names of the facts that lead there."""
    community: str = ""

    def way(self, name: str, value: Any) -> str:
        """Where a fact leads; nothing when it leads nowhere."""
        record = self.ways.get(name)
        return (
            url_of(self.community, record, dict.fromkeys(record.variables, value)) if record and value else ""
        )

    def of(self, name: str, field_of: Mapping[str, Field]) -> str:
        said = field_of[name].label if name in field_of else label(name)
        return said.in_(self.language)


def names_of(session: Session, rows: Iterable[Facts]) -> dict[str, str]:
    """What the people in some rows are called, by sign-in name: one question for all of them.

    Who repairs may be a firm.
    """
    named = [
        (name, value) for row in rows for name, value in row if is_person(name) and isinstance(value, str)
    ]
    if not named:
        return {}
    logins = {value for _, value in named}
    called = dict(
        session.execute(select(Person.login, Person.name).where(col(Person.login).in_(logins))).all()
    )
    firms = {value for name, value in named if name == "assigned_to"} - called.keys()
    if firms:
        called |= dict(session.execute(select(Firm.code, Firm.name).where(col(Firm.code).in_(firms))).all())
    return called


def codes_of(call: Call, rows: Iterable[Facts], language: str) -> dict[tuple[str, str], str]:
    """What the codes in some rows stand for, where they are chosen from a list: a firm, a part, a site."""
    held: dict[str, set[str]] = {}
    for row in rows:
        for name, value in row:
            if name in NAMED and isinstance(value, str):
                held.setdefault(name, set()).add(value)
    return {
        (name, choice.value): choice.in_(language)
        for name, values in held.items()
        for choice in OF[name](call.session, call.community, call.today)
        if choice.value in values
    }


def digests_in(rows: Iterable[Facts]) -> set[str]:
    """What may be the digest of a file among some facts."""
    values = (value for row in rows for _, value in row)
    inside = (
        candidate
        for value in values
        for candidate in (value.values() if isinstance(value, Mapping) else (value,))
    )
    return {candidate for candidate in inside if isinstance(candidate, str) and DIGEST.fullmatch(candidate)}


def files_of(call: Call, rows: Iterable[Facts], by: Actor, language: str) -> dict[str, Cell]:
    """The files behind the digests in some rows, by what they are; a link where they may be seen."""
    digests = digests_in(rows)
    if not digests:
        return {}
    return {
        digest: Cell(
            worded(evidence.kind, language=language)
            + (AGAIN[language == "en"] if evidence.elsewhere else ""),
            url=f"/desk/{call.community}{filled(CONTENT.path, {'sha256': digest})}" if evidence.shown else "",
        )
        for digest, evidence in evidence_behind(call.session, call.community, digests, by=by).items()
    }


def flat(row: Facts) -> Iterator[tuple[str, Any]]:
    """The facts of a row and of what stands in it."""
    for name, value in row:
        yield name, value
        if isinstance(value, Out):
            yield from flat(value)


def cell(name: str, value: Any, words: Words) -> Cell:
    """One value as people read it."""
    if value is None or value == "":
        return Cell("—" if value is None else "")
    if isinstance(value, (bool, date, datetime)):
        kind = "instant" if isinstance(value, datetime) else "day" if isinstance(value, date) else "text"
        of_time = None if isinstance(value, bool) else value
        return Cell(told(value, words.language), kind, value=of_time)
    if isinstance(value, Fraction):
        hundredths = round_half_up(value * 10_000)
        return Cell(f"{parts(hundredths, 2)} %", "number", value=Decimal(hundredths).scaleb(-2))
    if isinstance(value, Enum):
        text = worded(value, language=words.language)
        return (
            Cell(text, "state", tone=_tone(str(value.value))) if name in ("state", "status") else Cell(text)
        )
    if name == "progress":
        return Cell(f"{value} %", "progress")
    if isinstance(value, int):
        return _figure(name, value)
    if isinstance(value, str):
        if is_person(name):
            return Cell(words.names.get(value, value))
        if (name, value) in words.codes:
            return Cell(words.codes[name, value])
        if value == EVERYWHERE:
            return Cell(worded("fund.ScopeKind", "community", words.language))
        if name in CODED:
            return Cell(worded(CODED[name], value, words.language))
        if name in PERIODS:
            return Cell(period(value, words.language))
        if name == "subject":
            return Cell("、".join(subject(which, words.language) for which in value.split("、")))
        if DIGEST.fullmatch(value):
            return replace(words.files.get(value, Cell(value, "digest")))
        return Cell(value)
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return Cell(
            value.in_(words.language) if isinstance(value, Said) else period(str(value), words.language)
        )
    if isinstance(value, (list, tuple)):
        return Cell(
            ("、" if words.language == "zh" else ", ").join(
                cell(name, element, words).text for element in value
            )
        )
    if isinstance(value, Mapping):
        members = [_part(key, name, content, words) for key, content in value.items()]
        text = ("；" if words.language == "zh" else "; ").join(member.text for member in members)
        return Cell(text, parts=members if any(member.url for member in members) else [])
    return Cell(told(value, words.language))


def _key(key: object, words: Words) -> str:
    return worded(key, language=words.language) if isinstance(key, Enum) else str(key)


def _part(key: object, name: str, value: Any, words: Words) -> Cell:
    """What stands under a key: a sum of money where it is no count, and a paper by what it is."""
    if isinstance(value, str) and value in words.files:
        return replace(words.files[value], text=_key(key, words))
    if isinstance(value, int) and not isinstance(value, bool) and name not in COUNTS:
        return Cell(f"{_key(key, words)} {yuan(value)}")
    return Cell(f"{_key(key, words)} {cell(name, value, words).text}")


def _figure(name: str, value: int) -> Cell:
    if name.endswith("_fen") or name == "fen":
        return Cell(yuan(value), "money", fen=value)
    if name.endswith("_dm2") or name.startswith("area_"):
        return Cell(f"{value // 100:,}.{value % 100:02d} m²", "number", value=Decimal(value).scaleb(-2))
    if name in DECIMALS:
        places = DECIMALS[name].places
        return Cell(parts(value, places), "number", value=Decimal(value).scaleb(-places))
    if name in NUMBERED or name.endswith(("_no", "_entry")):
        return Cell(str(value), value=Decimal(value))
    return Cell(f"{value:,}", "number", value=Decimal(value))


def _tone(state: str) -> str:
    return "done" if state in ENDED else "paused" if state in REFUSED else "on"


def facts(row: Out, words: Words, field_of: Mapping[str, Field], without: Collection[str] = ()) -> list[Cell]:
    """The plain facts of a thing, with their labels; what is not known is left out."""
    cells = []
    known = plain(type(row))
    for name in read_in(words.language, known, known):
        value = getattr(row, name)
        if value in NOTHING or name in without:
            continue
        if isinstance(value, Out):
            cells += facts(value, words, field_of, without)
            continue
        if isinstance(value, (list, Mapping)) and nested(value):
            continue
        fact = cell(name, value, words)
        if fact.kind == "money":
            fact.text += " 元" if words.language == "zh" else " yuan"
        fact.label, fact.url = words.of(name, field_of), words.way(name, value)
        cells.append(fact)
    return cells


def plain(gives: type[Out]) -> list[str]:
    """The values of an answer as people read them: whether a day is provisional stands behind the day."""
    return [name for name, info in gives.model_fields.items() if PROVISIONAL not in info.metadata]


def read_in(language: str, names: Iterable[str], known: Container[str]) -> list[str]:
    """These names, of what stands in both languages (``zh`` and ``en``, ``how_zh`` and ``how_en``) those of one."""

    def of_one(name: str) -> str:
        stem, _, ending = name.rpartition("_")
        twin = f"{stem}_{language}" if stem else language
        return twin if ending in ("zh", "en") and twin in known else name

    return list(dict.fromkeys(map(of_one, names)))


def laid_out(
    row: Out, words: Words, field_of: Mapping[str, Field], without: Collection[str] = ()
) -> list[Any]:
    """What stands in an answer by a key or in rows of cells, each with its heading: too much for a plain fact."""
    values = {name: getattr(row, name) for name in type(row).model_fields if name not in without}
    lists = [value for value in values.values() if isinstance(value, list) and not nested(value)]
    parts: list[Any] = []
    for name, value in values.items():
        title = words.of(name, field_of)
        if isinstance(value, Mapping) and nested(value):
            shown = {key: cell(name, content, words) for key, content in value.items() if content}
            facts_by_key = [replace(content, label=_key(key, words)) for key, content in shown.items()]
            parts.append({"title": title, "facts": facts_by_key})
        elif isinstance(value, list) and value and isinstance(value[0], list):
            heads = next((of for of in lists if len(of) == len(value[0])), range(1, len(value[0]) + 1))
            columns = [Column(f"{name}:{at}", str(head)) for at, head in enumerate(heads)]
            parts.append(Table(title, columns, [Row([Cell(text) for text in cells]) for cells in value]))
    return parts


def nested(value: Any) -> bool:
    """Whether a list or a map holds more than plain values."""
    inside = value.values() if isinstance(value, Mapping) else value
    return any(isinstance(element, (Out, Mapping, list)) for element in inside)


def kind_of(values: Iterable[Cell]) -> str:
    return next((fact.kind for fact in values if fact.text not in ("", "—")), "text")


class Shape(NamedTuple):
    """Of what kind rows are, how their values are told, and which of these are columns: all that people read, when none is
    named."""

    gives: type[Out]
    field_of: Mapping[str, Field]
    columns: Sequence[str] = ()


def table(
    title: str,
    rows: Sequence[Out],
    shape: Shape,
    words: Words,
    *,
    urls: Sequence[str] = (),
    totals: Mapping[str, int] | None = None,
) -> Table:
    """Rows as a table, with their sums where some are given."""
    known = shape.gives.model_fields
    columns = shape.columns or plain(shape.gives)
    shown = read_in(words.language, [name for name in columns if name in known], known)
    cells = [[cell(name, getattr(row, name), words) for name in shown] for row in rows]
    for at, (row, drawn_cells) in enumerate(zip(rows, cells, strict=True)):
        own = bool(urls[at : at + 1] and urls[at])  # what stands first leads to the row's own record
        for name, drawn_cell in list(zip(shown, drawn_cells, strict=True))[own:]:
            drawn_cell.url = words.way(name, getattr(row, name))
    heads = [
        Column(name, words.of(name, shape.field_of), kind_of(row[at] for row in cells))
        for at, name in enumerate(shown)
    ]
    for head in heads:
        if head.kind == "money":
            head.label += "（元）" if words.language == "zh" else " (yuan)"
    sums = None
    if totals:
        sums = [_figure(name, totals[name]) if name in totals else Cell("") for name in shown]
        if not sums[0].text:
            sums[0] = Cell("合计" if words.language == "zh" else "Total")
    drawn = [Row(row_cells, urls[at] if at < len(urls) else "") for at, row_cells in enumerate(cells)]
    return Table(title, heads, drawn, sums)


def timeline(rows: Sequence[Out], words: Words) -> list[Step]:
    """What happened, the newest first."""
    steps = []
    for row in rows:
        of = {name: getattr(row, name) for name in type(row).model_fields}
        title = next((of[name] for name in ("action", "state", "what", "kind", "title") if of.get(name)), "")
        who = next((of[name] for name in of if is_person(name) and of[name]), "")
        when = next((value for value in of.values() if isinstance(value, (datetime, date))), None)
        detail = str(of.get("note") or of.get("reason") or "")
        steps.append(
            Step(
                title=cell("title", title, words).text,
                who=words.names.get(str(who), str(who)),
                when=told(when, words.language) if when else "",
                detail=words.names.get(detail, detail),
                papers=_papers(of, words),
            )
        )
    return steps[::-1]


def _papers(of: Mapping[str, Any], words: Words) -> list[Cell]:
    """The files that a step names: under what each is called, or by its kind."""
    papers = []
    for name, value in of.items():
        if isinstance(value, Mapping):
            papers += [_part(key, name, paper, words) for key, paper in value.items() if paper in words.files]
        elif isinstance(value, str) and value in words.files:
            papers.append(cell(name, value, words))
    return papers


def address_of(community: str, declared: Declared) -> str:
    """Where something is done or seen, below the desk's own address; forms stand apart from what they change."""
    place = "" if declared.everywhere else f"/{community}"
    folder = "/do" if isinstance(declared, Operation) else "/get" if declared.everywhere else ""
    return f"{place}{folder}{declared.path}"


def url_of(community: str, record: Record, of: Any) -> str:
    """Where a record stands at the desk, for a row that has its values; nothing when it lacks one."""
    values = {}
    for name in record.variables:
        value = _held(of, name) or _held(of, record.held_as.get(name, name))
        if value is None:
            return ""
        values[name] = value.value if isinstance(value, Enum) else value
    return f"/desk{filled(address_of(community, record), values)}"


def _held(of: Any, name: str) -> Any:
    return of.get(name) if isinstance(of, Mapping) else getattr(of, name, None)


def filled(path: str, values: Mapping[str, Any]) -> str:
    """An address with its values in their places."""
    return VARIABLE.sub(
        lambda variable: quote(str(values[variable[2]]), safe="/" if variable[1] == "path" else ""), path
    )


def goes_with(declared: Declared, record: Record) -> bool:
    """Whether a list, a record or a document tells more of what a record tells of: its address begins as the record's."""
    return (
        declared is not record
        and not isinstance(declared, Operation)
        and bool(record.variables)
        and _beginning(declared) == _beginning(record)
    )


def _beginning(declared: Declared) -> str:
    """An address to its last variable; a converter makes no difference."""
    return VARIABLE.sub(r"<\2>", declared.path).rpartition(">")[0]


def place_told(
    declared: Declared, place: Mapping[str, Any], words: Words, field_of: Mapping[str, Field]
) -> list[Cell]:
    """What an address names, with its labels."""
    told_cells = []
    for name in declared.variables:
        if name in place:
            told_cell = cell(name, place[name], words)
            told_cell.label = words.of(name, field_of)
            told_cells.append(told_cell)
    return told_cells


def heading(record: Record, row: Out, words: Words) -> str:
    """What a record is called: its own name, or its kind with what its address says."""
    named = getattr(row, record.heading, None) if record.heading else None
    return cell(record.heading, named, words).text if named else record.title.in_(words.language)
