"""From an operation to its form, and from what was typed to the request that a program would have sent.

A form's values have flat names: ``award.method`` for a field of an object, ``parts:0.home`` for a row of a list,
``papers:invoice`` for a member of a map. What comes out is validated by the operation's own model, at the one place
where everybody's request is.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import Enum
from typing import Any

from pydantic import ValidationError
from pydantic_core import from_json
from sqlmodel import Session
from werkzeug.datastructures import FileStorage, MultiDict

from ledger.community.role_rules import Role
from ledger.errors import LedgerError, Malformed
from ledger.fields import DECIMALS, NamedTwice, Upload, why_not
from ledger.money import fen, parts, whole
from ledger.operations.choices import OF, PERIODS
from ledger.operations.labels import label
from ledger.operations.operation import PAIR, Choice, Field, Operation
from ledger.operations.shapes import Asking, Shape, fields_of
from ledger.words import label as worded
from ledger.words import period, told, yuan

MANY_CHOICES = 200
"""More than these are searched for, not listed."""
MOST_OFFERED = 150_000
"""So many characters a search offers at most, so that a page stays below 100 KiB as it is sent."""
FEW_CHOICES = 6
MANY_TO_TICK = 40
"""More than these are typed, or pasted from a table, one on each line."""
BLANK_ROWS = 3
MOST_ROWS = 500
PICTURES = "image/jpeg,image/png,image/webp"
PICTURES_AND_PAPERS = f"{PICTURES},application/pdf"
KINDS = {
    "text": "text",
    "long": "textarea",
    "money": "money",
    "number": "number",
    "decimal": "number",
    "day": "day",
    "instant": "text",
    "month": "month",
    "check": "check",
    "evidence": "file",
    "upload": "file",
}


class HalfARow(Malformed):
    code = "half-a-row"
    zh = "这一行只填了一半：补上，或者整行清空。"
    en = "Only half of this row is filled in: fill in the rest, or empty it."


@dataclass
class FormField:
    """One question of a form, as the templates draw it."""

    id: str
    name: str
    label: str
    kind: str
    value: Any = ""
    hint: str = ""
    error: str = ""
    required: bool = False
    optional: bool = False
    """Whether it may stay empty: it need not be there, and nothing stands in it by itself."""
    choices: list[tuple[str, str]] = field(default_factory=list)
    nothing: bool = False
    """Whether there is nothing to choose from."""
    listed_by: str = ""
    """The question of the same form that lists what a search offers, where it is another."""
    accept: str = ""
    kept: str = ""
    rows: int = 3
    line_kind: str = ""
    """Of what kind each line is, where several are typed."""
    groups: list[list["FormField"]] = field(default_factory=list)
    fields: list["FormField"] = field(default_factory=list)


@dataclass
class Drawing:
    """What a form is drawn with: what was typed before, what was wrong, what may be chosen here today."""

    session: Session
    community: str
    today: date
    language: str
    fields: Mapping[str, Field]
    typed: MultiDict[str, str]
    errors: Mapping[str, str]
    blank: bool
    """Whether nothing was typed yet, so that defaults stand in the fields."""
    seen: Mapping[str, Any] = field(default_factory=dict)
    """The facts of the record that the form stands on."""
    place: Mapping[str, Any] = field(default_factory=dict)
    """What its address names."""
    own_homes: Collection[str] | None = None
    """Of all homes those that can be named: a resident's own."""
    by: Role | None = None
    """As what it is asked, where somebody fills it in."""
    known: dict[tuple[str, str], list[tuple[str, str]] | None] = field(init=False, default_factory=dict)
    """What there was to choose from, asked once for all rows of a form."""
    listed: dict[str, str] = field(init=False, default_factory=dict)
    """By which question the choices of a name are listed."""

    def choices(self, name: str, kind: str = "text") -> list[tuple[str, str]] | None:
        """What there is to choose from, with its words; None where a value is typed."""
        if (name, kind) not in self.known:
            self.known[name, kind] = self._asked(name, kind)
        return self.known[name, kind]

    def _asked(self, name: str, kind: str = "text") -> list[tuple[str, str]] | None:
        definition = self.fields.get(name)
        query = definition.choices if definition and definition.choices else PERIODS.get(kind) or OF.get(name)
        if query is None:
            return None
        options = query(self.session, self.community, self.today)
        if definition and definition.within:
            options = self._within(definition.within, options)
        if name == "home" and self.own_homes is not None:
            options = [option for option in options if option.value in self.own_homes]
        return [(option.value, option.in_(self.language)) for option in options]

    def _within(self, parent: str, options: Sequence[Choice]) -> Sequence[Choice]:
        """Those that belong to what is known; all of them where what was typed may be wrong itself."""
        known, typed = self.place.get(parent), self.typed.get(parent)
        if not (whose := known or typed):
            return options
        own = [option for option in options if option.whose == str(whose)]
        return own if own or known else options

    def members(self, name: str, shape: Shape) -> Mapping[Any, bool]:
        """What of a kind is asked for, and whether it has to be there."""
        definition = self.fields.get(name)
        members = definition.members if definition else None
        if members is None:
            members = dict.fromkeys(shape.of, False)
        if self.by is None or definition is None or definition.offered_to is None:
            return members
        offered = definition.offered_to.get(self.by, ())
        return {member: needed for member, needed in members.items() if member in offered}


def drawn(operation: Operation, drawing: Drawing, fixed: Iterable[str] = ()) -> list[FormField]:
    """The fields of an operation's form; what is fixed by the page it was opened on is hidden."""
    drawn_fields = []
    for name, asking in fields_of(operation.model).items():
        if name in fixed and asking.shape.kind not in ("list", "map", "object"):
            drawn_fields.append(FormField(name, name, "", "hidden", drawing.typed.get(name, "")))
        elif name == operation.reads and name in drawing.seen:
            drawn_fields.append(_to_be_read(question_at(name, name, asking, drawing), drawing))
        else:
            drawn_fields.append(question_at(name, name, asking, drawing))
    return drawn_fields


def answered(of: FormField, language: str) -> Iterator[tuple[str, str]]:
    """What was answered to a question, with its label, in the words of the form; nothing where it was left empty."""
    if of.kind == "group":
        for part in of.fields:
            yield from answered(part, language)
    elif of.kind == "rows":
        colon, comma = ("", "，") if language == "zh" else (":", ", ")
        for no, group in enumerate(of.groups, 1):
            told_parts = [
                f"{label}{colon} {text}" for part in group for label, text in answered(part, language)
            ]
            if told_parts:
                yield f"{of.label} {no}", comma.join(told_parts)
    elif of.value:
        wanted = of.value if isinstance(of.value, list) else [str(of.value)]
        chosen = [words for value, words in of.choices if value and value in wanted]
        yield of.label, _several(chosen, language) or _as_typed(of, language)


def _as_typed(of: FormField, language: str) -> str:
    """A typed value as people read it: days written out, amounts in yuan."""
    if of.kind == "check":
        return told(True, language)
    if of.line_kind:
        lines = [line.strip() for line in of.value.split("\n") if line.strip()]
        return _several([_in_words(of.line_kind, line, language) for line in lines], language)
    return _in_words(of.kind, str(of.value), language)


def _several(words: Iterable[str], language: str) -> str:
    return ("、" if language == "zh" else ", ").join(words)


def _in_words(kind: str, text: str, language: str) -> str:
    match kind:
        case "day":
            return told(date.fromisoformat(text), language)
        case "month" | "quarter" | "half-year" | "period":
            return period(text, language)
        case "money":
            return f"{yuan(fen(text.removesuffix('元')))} {'元' if language == 'zh' else 'yuan'}"
        case _:
            return text


def _to_be_read(into: FormField, drawing: Drawing) -> FormField:
    """A digest is never typed: whoever has read what it stands for ticks it."""
    digest = str(drawing.seen[into.name])
    grouped = " ".join(digest[at : at + 4] for at in range(0, len(digest), 4))
    words = (
        f"读过了，指纹 {grouped}" if drawing.language == "zh" else f"I have read it; fingerprint {grouped}"
    )
    into.kind, into.choices = "checks", [(digest, words)]
    return into


def begun(
    fields: Mapping[str, Asking], values: Mapping[str, Any], prefix: str = ""
) -> Iterator[tuple[str, str]]:
    """Values as somebody would have typed them into a form, by the flat names of its fields."""
    for name, asking in fields.items():
        if values.get(name) is not None:
            yield from _begun(prefix + name, asking.shape, values[name])


def _begun(path: str, shape: Shape, value: Any) -> Iterator[tuple[str, str]]:
    if shape.kind == "object":
        yield from begun(shape.of, value, f"{path}.")
    elif shape.kind == "list" and shape.of.kind == "object":
        for at, row in enumerate(value):
            yield from begun(shape.of.of, row, f"{path}:{at}.")
    elif shape.kind == "map" and shape.of[0].kind == "choice":
        for key, held in value.items():
            yield from _begun(f"{path}:{_value(key)}", shape.of[1], held)
    elif shape.kind == "map":
        for at, (key, held) in enumerate(value.items()):
            yield f"{path}:{at}.key", str(key)
            yield f"{path}:{at}.value", _written(held, shape.of[1])
    elif shape.kind == "list":
        yield path, "\n".join(_written(element, shape.of) for element in value)
    else:
        yield path, _written(value, shape)


def question(name: str, asking: Asking, drawing: Drawing) -> FormField:
    """One value as a question by itself, such as a filter of a list or what an address needs."""
    return question_at(name, name, asking, drawing)


def question_at(path: str, name: str, asking: Asking, drawing: Drawing) -> FormField:
    """The question for a value whose place in the form is ``path``."""
    definition = drawing.fields.get(re.sub(r":\d+", "", path)) or drawing.fields.get(name)
    words = (definition.label if definition else label(name)).in_(drawing.language)
    hint = definition.hint.in_(drawing.language) if definition and definition.hint else ""
    drawn_field = FormField(
        id=re.sub(r"\W", "-", path),
        name=path,
        label=words,
        kind=KINDS.get(asking.shape.kind, "text"),
        hint=hint or _limits(asking.shape, drawing.language),
        error=drawing.errors.get(path, ""),
        required=asking.required and asking.shape.kind != "check",
        optional=not asking.required
        and asking.default in (None, "", (), [], {})
        and not (definition and definition.needed),
    )
    _fill(drawn_field, path, name, asking, drawing)
    return drawn_field


def _fill(into: FormField, path: str, name: str, asking: Asking, drawing: Drawing) -> None:
    shape = asking.shape
    into.value = drawing.typed.get(path, _written(asking.default, shape) if drawing.blank else "")
    match shape.kind:
        case "choice":
            into.choices = [
                (_value(member), worded(member, language=drawing.language))
                if isinstance(member, Enum)
                else (str(member), str(member).upper())
                for member in drawing.members(name, shape)
            ]
            into.kind = "radios" if len(into.choices) <= FEW_CHOICES and into.required else "choice"
        case "text" | "number" | "day" | "quarter" | "half-year" | "year" | "period":
            _choose(into, name, shape.kind, drawing)
        case "evidence" | "upload":
            if shape.kind == "evidence":
                into.accept = PICTURES if name == "photo" else PICTURES_AND_PAPERS
            into.kept = drawing.typed.get(f"kept:{path}", "")
            into.value = into.kept.partition(" ")[2]
            into.required = into.required and not into.kept
        case "list":
            _list(into, path, name, shape.of, drawing)
        case "map":
            _map(into, path, name, shape, drawing)
        case "object":
            into.kind = "group"
            into.fields = [
                question_at(
                    f"{path}.{part}",
                    part,
                    part_asking if asking.required else part_asking._replace(required=False),
                    drawing,
                )
                for part, part_asking in shape.of.items()
            ]


def _choose(into: FormField, name: str, kind: str, drawing: Drawing) -> None:
    """A code is chosen from what is there; where that is much, it is looked for."""
    choices = drawing.choices(name, kind)
    if choices is None:
        return
    if (definition := drawing.fields.get(name)) and definition.free:
        into.kind, into.choices = "search", choices
        return
    wanted = str(into.value).strip()
    if len(choices) > MANY_CHOICES:
        matching = [(value, words) for value, words in choices if wanted and wanted in words]
        chosen = [(value, words) for value, words in choices if value == wanted]
        if chosen or not matching:
            listed = as_many_as_fit(choices)
            into.kind, into.choices = "search", [*(c for c in chosen if c not in listed), *listed]
            into.hint = _joined(
                into.hint, _how_to_find(len(choices), len(listed), drawing.language), drawing.language
            )
            into.listed_by = drawing.listed.setdefault(name, into.id)
            return
        choices = matching
    into.kind, into.choices = "choice", choices
    _see_choices(into, drawing.language)


def as_many_as_fit(choices: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The first choices, as many of them as a page can carry."""
    room = MOST_OFFERED
    for at, (value, words) in enumerate(choices):
        room -= len(value) + (len(words) if words != value else 0)
        if room < 0:
            return choices[:at]
    return choices


def _how_to_find(there: int, listed: int, language: str) -> str:
    """How one of many is found without a script: by the browser in what is listed, else by sending a part of it."""
    if listed == there:
        return (
            f"共 {there} 个，写一部分再从列出的里面选。"
            if language == "zh"
            else f"There are {there}: write a part of it and choose from those listed."
        )
    return (
        f"共 {there} 个，列得出前 {listed} 个；别的写一部分就办，再从含这一部分的里面选。"
        if language == "zh"
        else f"There are {there}, of which the first {listed} are listed; for another, write a part of it and send the "
        "form: those that hold it are offered then."
    )


def _joined(hint: str, more: str, language: str) -> str:
    return ("" if language == "zh" else " ").join(filter(None, (hint, more)))


def _see_choices(into: FormField, language: str) -> None:
    """Say beside a question that there is nothing to choose from."""
    if not into.choices:
        into.nothing = True
        none_yet = "这里还没有可选的。" if language == "zh" else "There is nothing to choose yet."
        into.hint = _joined(into.hint, none_yet, language)


def _list(into: FormField, path: str, name: str, element: Shape, drawing: Drawing) -> None:
    definition = drawing.fields.get(name)
    choices = (
        None
        if element.kind in ("object", "map") and not (definition and definition.choices)
        else drawing.choices(name)
    )
    if choices is not None and (len(choices) <= MANY_TO_TICK or element.kind in ("object", "map")):
        into.kind, into.choices = "checks", choices
        into.value = drawing.typed.getlist(path)
        _see_choices(into, drawing.language)
    elif element.kind in ("object", "map"):
        into.kind = "rows"
        count = _rows_shown(path, drawing, BLANK_ROWS if into.required else 1)
        into.groups = [
            [_in_row(f"{path}:{row}.{part}", part, asked, drawing) for part, asked in element.of.items()]
            for row in range(count)
        ]
    else:
        into.kind, into.line_kind = "textarea", element.kind
        into.value = drawing.typed.get(path, "")
        into.hint = into.hint or ("每行写一个" if drawing.language == "zh" else "One on each line")


def _in_row(path: str, name: str, asking: Asking, drawing: Drawing) -> FormField:
    """A question of a row: nothing of a row has to be there until some of it is."""
    drawn_field = question_at(path, name, asking._replace(required=False), drawing)
    drawn_field.optional = drawn_field.optional and not asking.required
    return drawn_field


def _map(into: FormField, path: str, name: str, shape: Shape, drawing: Drawing) -> None:
    key, value = shape.of
    if key.kind == "choice":
        into.kind = "group"
        for member, needed in drawing.members(name, key).items():
            part = question_at(f"{path}:{_value(member)}", "", Asking(value, required=needed), drawing)
            part.label = worded(member, language=drawing.language)
            into.fields.append(part)
        return
    into.kind = "rows"
    definition = drawing.fields.get(name)
    labels = definition.pair if definition else PAIR
    pair = {
        "key": Field(labels[0], choices=definition.choices if definition else None),
        "value": Field(labels[1]),
    }
    in_pair = replace(drawing, fields=pair)
    into.groups = [
        [
            _in_row(f"{path}:{row}.{part}", part, Asking(of, required=True), in_pair)
            for part, of in zip(pair, shape.of, strict=True)
        ]
        for row in range(_rows_shown(path, drawing, BLANK_ROWS if into.required else 1))
    ]


def _rows_shown(path: str, drawing: Drawing, blank: int) -> int:
    """As many rows as were typed or asked for; else some blank ones."""
    asked = drawing.typed.get(f"more:{path}", "")
    typed = [
        int(match[1])
        for name in drawing.typed
        if (match := re.match(rf"(?:kept:)?{re.escape(path)}:(\d{{1,4}})\.", name))
    ]
    wanted = max([int(asked) if asked.isdigit() and len(asked) < 5 else 0, *(no + 1 for no in typed)])
    return min(wanted or blank, MOST_ROWS)


def _value(member: object) -> str:
    return str(member.value) if isinstance(member, Enum) else str(member)


def _written(value: object, shape: Shape) -> str:
    if value is None or isinstance(value, (list, tuple, dict, set, frozenset)):
        return ""
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, int) and shape.kind == "money":
        return yuan(value)
    if isinstance(value, int) and shape.kind == "decimal":
        return parts(value, shape.of)
    return _value(value)


def _limits(shape: Shape, language: str) -> str:
    """What a field takes, where its kind does not show it."""
    least = next((limit.ge for limit in shape.limits if getattr(limit, "ge", None) is not None), None)
    most = next((limit.le for limit in shape.limits if getattr(limit, "le", None) is not None), None)
    if shape.kind == "number" and least is not None and most is not None and most < 10**6:
        return f"{least} 到 {most}" if language == "zh" else f"{least} to {most}"
    return ""


@dataclass
class Sent:
    """What was typed and the files that came with it.

    Evidence is kept as it comes, so that it is never lost; other files are `uploads`, and held when the form is not done.
    """

    form: MultiDict[str, str]
    files: Mapping[str, FileStorage]
    keep: Callable[[str, Upload], str]
    held: Callable[[str], Upload | None]
    typed: MultiDict[str, str] = field(init=False)
    uploads: dict[str, Upload] = field(default_factory=dict)
    refused: dict[str, LedgerError] = field(default_factory=dict)
    """Why a piece of evidence was not kept, by its field."""
    unfinished: dict[str, LedgerError] = field(default_factory=dict)
    """What is wrong with a pair once the form is sent for good, by the field."""
    begun: bool = False
    """Whether something stood in the form before anybody typed."""

    def __post_init__(self) -> None:
        self.typed = MultiDict((name, value.strip()) for name, value in self.form.items(multi=True))

    def close_up(self, path: str, rows: list[int]) -> None:
        """Keep these rows of a list alone and number them anew, so that a row stands where the request has it."""
        numbered = {row: at for at, row in enumerate(rows)}
        of_a_row = re.compile(rf"((?:kept:)?{re.escape(path)}:)(\d{{1,4}})(\..*)")

        def place(name: str) -> str | None:
            match = of_a_row.fullmatch(name)
            if match is None:
                return name
            at = numbered.get(int(match[2]))
            return None if at is None else f"{match[1]}{at}{match[3]}"

        typed = [(place(name), text) for name, text in self.typed.items(multi=True)]
        self.typed = MultiDict((name, text) for name, text in typed if name is not None)
        self.uploads = {new: file for name, file in self.uploads.items() if (new := place(name)) is not None}
        self.refused = {new: why for name, why in self.refused.items() if (new := place(name)) is not None}


def request_of(operation: Operation, sent: Sent) -> dict[str, Any]:
    """The request that a program would have sent."""
    sent.begun = operation.begins is not None
    return dict(_read_fields("", fields_of(operation.model), sent))


def _read_fields(prefix: str, fields: Mapping[str, Asking], sent: Sent) -> Iterator[tuple[str, Any]]:
    for name, asking in fields.items():
        value = _read(prefix + name, asking, sent)
        if value is not None:
            yield name, value


def _read(path: str, asking: Asking, sent: Sent) -> Any:
    shape, text = asking.shape, sent.typed.get(path, "")
    match shape.kind:
        case "check":
            return path in sent.typed
        case "evidence":
            return _evidence(path, sent)
        case "upload":
            return _upload(path, sent)
        case "list":
            return _read_list(path, shape.of, sent)
        case "map":
            return _read_map(path, shape, sent)
        case "object":
            inside = dict(_read_fields(f"{path}.", shape.of, sent))
            answers = {name: value for name, value in inside.items() if value not in (False, [], {})}
            return inside if answers or asking.required else None
        case _:
            return plain(shape, text) if text else None


def plain(shape: Shape, text: str) -> Any:
    """One value as it is typed; what cannot be read stays as it is, for the model to refuse."""
    if shape.kind == "money":
        try:
            return int(fen(text.removesuffix("元")))
        except LedgerError:
            return text
    if shape.kind == "decimal":
        try:
            return whole(text.removesuffix("%"), shape.of)
        except LedgerError:
            return text
    if shape.kind == "number" and re.fullmatch(r"-?\d{1,18}", text):
        return int(text)
    return text


def _chosen(path: str, sent: Sent) -> Upload | None:
    file = sent.files.get(path)
    return Upload(file.filename, file.read()) if file and file.filename else None


def _kept(path: str, sent: Sent) -> str:
    return sent.typed.get(f"kept:{path}", "").partition(" ")[0]


def _evidence(path: str, sent: Sent) -> str | None:
    if chosen := _chosen(path, sent):
        try:
            digest = sent.keep(re.split("[.:]", path)[-1], chosen)
            sent.typed[f"kept:{path}"] = f"{digest} {chosen.name}"
        except LedgerError as error:
            sent.refused[path] = error
    return _kept(path, sent) or sent.typed.get(path) or None


def _upload(path: str, sent: Sent) -> Upload | None:
    if chosen := _chosen(path, sent):
        sent.uploads[path] = chosen
        return chosen
    held = sent.held(digest) if (digest := _kept(path, sent)) else None
    if held is None:
        sent.typed.poplist(f"kept:{path}")
    return held


def _rows(path: str, sent: Sent) -> list[int]:
    pattern = re.compile(rf"(?:kept:)?{re.escape(path)}:(\d{{1,4}})\.")
    names = [*sent.typed, *sent.files]
    return sorted({int(match[1]) for name in names if (match := pattern.match(name))})[:MOST_ROWS]


def _read_list(path: str, element: Shape, sent: Sent) -> list[Any] | None:
    if element.kind == "object":
        if ticked := sent.typed.getlist(path):
            return [_ticked(choice) for choice in ticked]
        rows = {row: dict(_read_fields(f"{path}:{row}.", element.of, sent)) for row in _rows(path, sent)}
        filled = [
            no
            for no, row in rows.items()
            if any(value is not False for value in row.values())
            or any(name.startswith(f"{path}:{no}.") for name in sent.refused)
        ]
        sent.close_up(path, filled)
        return [rows[no] for no in filled]
    lines = [line.strip() for value in sent.typed.getlist(path) for line in value.splitlines()]
    return [plain(element, line) for line in lines if line]


def _ticked(text: str) -> Any:
    """An object that was chosen whole; what is none stays as it is, for the model to refuse."""
    try:
        return from_json(text)
    except ValueError:
        return text


def _read_map(path: str, shape: Shape, sent: Sent) -> dict[str, Any]:
    key, value = shape.of
    if key.kind == "choice":
        answers = {
            _value(member): _read(f"{path}:{_value(member)}", Asking(value, False), sent) for member in key.of
        }
        return {name: answer for name, answer in answers.items() if answer not in (None, [])}
    sent.close_up(path, [row for row in _rows(path, sent) if _is_filled(f"{path}:{row}.", sent)])
    rows = {}
    for row in _rows(path, sent):
        name = sent.typed.get(f"{path}:{row}.key", "")
        answer = _read(f"{path}:{row}.value", Asking(value, False), sent)
        if name in rows:
            sent.unfinished[f"{path}:{row}.key"] = NamedTwice(name=name)
        elif name and answer is None and sent.begun:
            continue  # it stood there from the beginning; whether it may stay open the action says
        elif not name or answer is None:
            sent.unfinished[f"{path}:{row}.{'value' if name else 'key'}"] = HalfARow()
        rows[name] = answer
    return rows


def _is_filled(row: str, sent: Sent) -> bool:
    return any(text for name, text in sent.typed.items() if name.startswith(row))


def errors_of(
    error: ValidationError, language: str, operation: Operation | None = None, sent: Sent | None = None
) -> dict[str, str]:
    """What is wrong by field, in the reader's language; by the field of an operation's form where that was sent."""
    errors = {}
    for fault in error.errors(include_url=False):
        path, line = _place_of(fault["loc"], operation, sent)
        kind, ctx = fault["type"], fault.get("ctx") or {}
        if path.endswith("_fen"):
            kind = "decimal_parsing" if kind.startswith("int_") else kind
            ctx = {name: yuan(limit) for name, limit in ctx.items() if isinstance(limit, int)}
        if written := DECIMALS.get(re.split("[.:]", path)[-1]):
            if kind.startswith("int_"):
                kind, ctx = "decimal_max_places", {"decimal_places": written.places}
            else:
                ctx = {
                    name: parts(limit, written.places)
                    for name, limit in ctx.items()
                    if isinstance(limit, int)
                }
        said = why_not(kind, ctx, language)
        if line is not None:
            said = f"第 {line + 1} 个：{said}" if language == "zh" else f"No. {line + 1}: {said}"
        errors[path] = said
    return errors


def _place_of(
    at: tuple[int | str, ...], operation: Operation | None, sent: Sent | None
) -> tuple[str, int | None]:
    """The flat name of the field at a place of a request, and which of its lines where one is typed on each."""
    first, *steps = at or ("",)
    path = str(first)
    asking = fields_of(operation.model).get(path) if operation else None
    shape = asking.shape if asking else Shape("")
    for step in steps:
        if shape.kind == "list" and shape.of.kind not in ("object", "map") and isinstance(step, int):
            return path, step
        if shape.kind == "map" and shape.of[0].kind == "choice":
            path, shape = f"{path}:{step}", shape.of[1]
        elif shape.kind == "map" and sent is not None:
            row = next((no for no in _rows(path, sent) if sent.typed.get(f"{path}:{no}.key") == step), 0)
            path, shape = f"{path}:{row}.{'key' if '[key]' in steps else 'value'}", shape.of[1]
        elif step != "[key]":
            path += f":{step}" if isinstance(step, int) else f".{step}"
            part = shape.of.get(step) if shape.kind == "object" else None
            shape = shape.of if shape.kind == "list" else part.shape if part else Shape("")
    return path, None
