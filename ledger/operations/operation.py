"""What a door has to know of an operation, a list, a record or a document: declared once, read by all doors.

What is asked for is read off the action: its parameters that are neither given by the door nor stand in the address
are the request. An object among them (a plan, a new contract) lends its fields. So the action's own annotations are the
limits, the published schema and the form, and nobody writes them down a second time.
"""

import inspect
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Annotated, Any, ClassVar, NamedTuple, get_origin, get_type_hints

from pydantic import BaseModel, BeforeValidator, PlainSerializer, create_model
from pydantic import Field as Limit
from sqlmodel import Session

from ledger.community.role_rules import EVERYWHERE, Actor, Condition, Role
from ledger.fields import AddressText, Asked, EntryNumber, Out, Upload
from ledger.installation import Installation
from ledger.people.keyring import Keyring
from ledger.progress import Progress, unseen
from ledger.words import cited

GIVEN = frozenset(
    {"session", "community", "by", "at", "today", "installation", "prepared", "keyring", "progress"}
)
"""What a door hands to an action by itself."""

VARIABLE = re.compile(r"<(?:(\w+):)?(\w+)>")


class Said(NamedTuple):
    """Words for people in both languages."""

    zh: str
    en: str

    def in_(self, language: str) -> str:
        return self.en if language == "en" else self.zh


def in_both(text: "str | Said | Mapping[str, str]") -> Said:
    """Words that are stored as Chinese / English, or were told in both."""
    if isinstance(text, Said):
        return text
    if isinstance(text, Mapping):
        return Said(**text)
    zh, _, en = text.partition(" / ")
    return Said(zh, en or zh)


InBoth = Annotated[
    Said,
    BeforeValidator(in_both),
    PlainSerializer(lambda said: " / ".join(filter(None, said)), return_type=str),
]


def citation(source: str) -> Said:
    """What something rests on, as each language cites it."""
    return Said(source, cited(source, "en"))


Cited = Annotated[InBoth, BeforeValidator(citation)]
"""The law, or whatever else a number or a finding rests on."""


PAIR = Said("项目", "Item"), Said("内容", "Value")
NOTHING = Said("这里还没有内容。", "There is nothing here yet.")


class Choice(NamedTuple):
    """One of the values that may be chosen, with the words it goes by: a name, or words of ours in both languages."""

    value: str
    words: str | Said
    whose: str = ""
    """What it belongs to, where it may be chosen for that alone: the home of a receipt, the contract of a list's item."""

    def in_(self, language: str) -> str:
        return self.words.in_(language) if isinstance(self.words, Said) else self.words


Choices = Callable[[Session, str, date], Sequence[Choice]]
"""What may be chosen in a community on a day."""


@dataclass(frozen=True)
class Field:
    """How a value is asked for or shown: its label, a hint that stands before it is broken, what can be chosen."""

    label: Said
    hint: Said | None = None
    choices: Choices | None = None
    within: str = ""
    """The value of the same form whose own choices alone are offered, once it is known."""
    free: bool = False
    """Whether something else than one of the choices may be typed."""
    members: Mapping[Any, bool] | None = None
    """Of all that its kind knows, what is asked for here, and whether it has to be there."""
    offered_to: Mapping[Role, Collection[Any]] | None = None
    """Of these, what a form offers to each role, where that differs by who asks."""
    needed: bool = False
    """Whether it has to be there in the cases that its hint names, though not in all."""
    pair: tuple[Said, Said] = PAIR
    """What each key and each value of a map is called; its choices are those of the key."""


class Noun(NamedTuple):
    """What a page of the desk is about; ``group`` is its place in the rail."""

    code: str
    words: Said
    group: int


class Call(NamedTuple):
    """One request as an action gets it."""

    session: Session
    community: str
    place: Mapping[str, Any]
    asked: BaseModel | None
    by: Actor
    at: datetime
    today: date
    installation: Installation
    prepared: Any = None
    """What was made ready before the transaction."""
    progress: Progress = unseen

    @property
    def keyring(self) -> Keyring:
        return self.installation.keyring

    def value(self, name: str) -> Any:
        """A value of the request by its name, wherever it stands."""
        return self.place[name] if name in self.place else getattr(self.asked, name)


class Wanted(NamedTuple):
    """A parameter of an action and where its value comes from: an object is made of the request's own fields."""

    name: str
    source: str
    of: type[Any] | None = None
    parts: tuple[str, ...] = ()


class EntryOut(Out):
    """Where an entry stands in the books and in the log."""

    entry: int = Limit(validation_alias="no", examples=[1204])
    leaf: int = Limit(validation_alias="leaf_index", examples=[1203])


@dataclass(frozen=True, kw_only=True)
class Declared:
    """What operations, lists, records and documents have in common: an address, a name, who may, and what answers."""

    path: str
    title: Said
    roles: tuple[Role | Condition, ...]
    everywhere: bool = False
    """Whether it is of no one community."""
    personal: bool = False
    """Whether it shows names, telephones or debts of people: who read it and when is remembered (个人信息保护法 Art. 51)."""
    without: tuple[str, ...] = ()
    """What of the action's parameters nobody is asked for: they keep their defaults."""
    asked_as: ClassVar[str] = "Filters"

    def seat_at(self, community: str) -> str:
        """Where whoever may do it holds his seat: here; for what is done to no one record of no one community, in all of them."""
        of_all = self.everywhere and isinstance(self, Operation) and self.on is None
        return EVERYWHERE if of_all else community

    @cached_property
    def variables(self) -> dict[str, str]:
        """The names in the address with their converters."""
        return {name: converter or "string" for converter, name in VARIABLE.findall(self.path)}

    def address_at(self, place: Mapping[str, Any]) -> str:
        """The address with its values, as it is remembered of whoever read there."""
        return VARIABLE.sub(lambda variable: str(place[variable[2]]), self.path)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The address without its variables, for names made from it."""
        return tuple(
            part for part in re.split(r"[/.]", VARIABLE.sub("", self.path).strip("/")) if part.strip()
        )

    @property
    def name(self) -> str:
        """What it is called by programs: its kind and its address."""
        return "-".join(self.words) or "community"

    @property
    def source(self) -> Callable[..., Any]:
        """The action or the query behind it."""
        raise NotImplementedError

    @property
    def labelled(self) -> Mapping[str, Field]:
        """Its values that are called otherwise here than everywhere, or of which more has to be said."""
        return {}

    @cached_property
    def described(self) -> str:
        """What the action promises, in its own words; not what it refuses, nor where else in the code more is said."""
        promise = (inspect.getdoc(self.source) or "").partition("Raises:")[0]
        return re.sub(r"\s*\(`[^`]+`\)", "", promise).strip()

    def described_to(self, typed: Callable[[str], str]) -> str:
        """What the action promises to whoever calls the values of a request as they are typed at a door."""
        return re.sub(r"``([^`]+)``", lambda name: typed(name[1]), self.described)

    @cached_property
    def model(self) -> type[BaseModel]:
        """What is asked for beside the address."""
        return asked_by(self.source, self.model_name, (*self.variables, *self.without))

    @cached_property
    def opens_by_itself(self) -> bool:
        """Whether its address in a community says all that has to be said."""
        asked = any(info.is_required() for info in self.model.model_fields.values())
        return bool(self.path) and not (self.everywhere or self.variables or asked)

    @property
    def model_name(self) -> str:
        """What its request is called in the published document: by its whole address, so that it has no namesake."""
        address = VARIABLE.sub(r"by-\2", self.path) or "community"
        return "".join(word.title() for word in re.split(r"\W+|_", address)) + self.asked_as

    @cached_property
    def place(self) -> type[BaseModel]:
        """The values of the address, with their limits."""
        hints = _hints(self.source)
        bounded = {int: EntryNumber, str: AddressText}
        asked: dict[str, Any] = {}
        for name, converter in self.variables.items():
            of = hints.get(name, int if converter == "int" else str)
            asked[name] = (bounded.get(of, of), ...)
        return create_model(f"{self.model_name}Address", __base__=Asked, **asked)

    @cached_property
    def wanted(self) -> tuple[Wanted, ...]:
        return tuple(_wanted(self.source, self.variables, self.without))

    def call(self, call: Call) -> Any:
        """Do it: every parameter by its name."""
        values = {}
        for name, source, of, parts in self.wanted:
            if source == "given":
                values[name] = getattr(call, name)
            elif source == "place":
                values[name] = call.place[name]
            elif of is None:
                values[name] = getattr(call.asked, name)
            else:
                values[name] = of(**{part: call.value(part) for part in parts})
        return self.source(**values)


@dataclass(frozen=True, kw_only=True)
class Record(Declared):
    """One thing with its facts, its parts and what may be done with it next.

    ``state`` names the facts that a form on it was drawn for: when one of them has moved, the form is stale.
    """

    query: Callable[..., Any]
    gives: type[Out]
    parts: Mapping[str, "Part"] = field(default_factory=dict)
    state: tuple[str, ...] = ()
    heading: str = ""
    """The fact that names it, beside its number or code."""
    amount: tuple[str, ...] = ()
    """The facts of which the first that is known and not nought is what it is about in money."""
    held_as: Mapping[str, str] = field(default_factory=dict)
    """Under which name a row holds a value of the address, where it is another."""
    known_as: tuple[str, ...] = ()
    """The facts of other things that hold what its address asks for, so that they lead to it."""
    facts: Mapping[str, Field] = field(default_factory=dict)
    hidden: tuple[str, ...] = ()
    """Facts that only programs need."""
    empty: Said = NOTHING
    """What it says where there is nothing to tell."""
    moves: Callable[[Any], bool] | None = None
    """Whether it changes by itself while somebody looks at it."""
    offered: Callable[[Any], bool] | None = None
    """Whether there is one of the record that it tells more of; without it, always."""

    @property
    def source(self) -> Callable[..., Any]:
        return self.query

    @property
    def labelled(self) -> Mapping[str, Field]:
        return self.facts


@dataclass(frozen=True, kw_only=True)
class Part:
    """What belongs to a record: its steps, its payments, its vote."""

    title: Said
    query: Callable[..., Any]
    gives: type[Out]
    many: bool = True
    timeline: bool = False


@dataclass(frozen=True, kw_only=True)
class Comparison(Part):
    """What an operation would change: its query gives what stands by what it is of, and is asked before and after the
    operation is tried; ``otherwise`` makes rows of both answers."""

    otherwise: Callable[..., Sequence[Any]]
    note: Said
    """What has to be said beside the rows, though there be none."""


@dataclass(frozen=True, kw_only=True)
class Listing(Declared):
    """Many things of a kind. The parameters of the query are its filters.

    The query gives every row in its order, or a page of them with the number of all (`Page`) when it takes ``page`` and
    ``size`` itself.
    """

    query: Callable[..., Any]
    gives: type[Out]
    key: str
    """What the rows are called in JSON."""
    record: Record | None = None
    totals: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    facts: Mapping[str, Field] = field(default_factory=dict)
    empty: Said = NOTHING

    @property
    def source(self) -> Callable[..., Any]:
        return self.query

    @property
    def labelled(self) -> Mapping[str, Field]:
        return self.facts


@dataclass(frozen=True, kw_only=True)
class Operation(Declared):
    """A write: who may, what it asks, what it does, what comes back."""

    asked_as: ClassVar[str] = "Asked"

    does: Callable[..., Any]
    gives: type[Out] = EntryOut
    fields: Mapping[str, Field] = field(default_factory=dict)
    seals: tuple[str, ...] = ()
    """The kinds of leaves that it may write into the public log (`seals.SEALS`); none, where nothing is sealed."""
    on: Record | None = None
    reads: str = ""
    """The digest among its record's facts that whoever does it says he has read."""
    begins: Callable[..., Mapping[str, Any]] | None = None
    """What its form is filled in with at first, asked as what belongs to its record is (`bound`)."""
    offered: Callable[[Any], bool] | None = None
    """Whether it is possible for the record as it stands; without it, always."""
    turns_back: bool = False
    """Whether it leads off the way: refused, given up, taken back. It is offered last, and it is nobody's turn to do it."""
    fits: Callable[[Call, Any], bool] | None = None
    """Whether it is for the caller, of whom the roles alone do not tell: who keeps the fund, who did what before."""
    then: "Operation | None" = None
    """What is done next with its answer, which nothing was written for; its form begins with that answer."""
    method: str = "POST"
    status: int = 201
    confirms: bool = False
    """Whether one last look is offered before it is done: money moves, or it cannot be taken back."""
    shows: Part | None = None
    """What the last look shows beside: what would be otherwise, asked by the values of the request (`bound`)."""
    guesses: Callable[[Upload], Mapping[str, Any]] | None = None
    """What a file that was chosen says of the rest of the form, as long as nobody has filled that in."""
    annotates: Callable[[bytes, Sequence[Any]], bytes] | None = None
    """Makes of an uploaded file that was refused the same file with what is wrong written beside its rows."""
    prepares: Callable[..., Any] | None = None
    """Slow work before the transaction; what it gives is handed to the action as ``prepared``."""
    afterwards: Callable[..., Any] | None = None
    """What follows once it is written, such as `ledger.publishing.after_publication`."""
    takes_long: Callable[[BaseModel], bool] | None = None
    """Whether what is asked takes more than two seconds, so that it is done in the background (`ledger.jobs`)."""

    @property
    def source(self) -> Callable[..., Any]:
        return self.does

    @property
    def labelled(self) -> Mapping[str, Field]:
        return self.fields

    @property
    def work(self) -> str:
        """By which it is found again: its method and its address."""
        return f"{self.method} {self.path}"

    @property
    def begins_its_record(self) -> bool:
        """Whether the record that it stands on may not be there before it: both have one address."""
        return self.on is not None and self.on.path == self.path

    @cached_property
    def takes_files(self) -> bool:
        return any(Upload in _kinds_in(info.annotation) for info in self.model.model_fields.values())


class File(NamedTuple):
    """A document that was made: its bytes, their kind and the name it is saved under."""

    body: bytes
    media_type: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Document(Declared):
    """A file that is made when it is asked for."""

    makes: Callable[..., File]
    media_types: tuple[str, ...]
    offered: Callable[[Any], bool] | None = None
    """Whether there is one of the record that it tells more of; without it, always."""
    facts: Mapping[str, Field] = field(default_factory=dict)

    @property
    def source(self) -> Callable[..., Any]:
        return self.makes

    @property
    def labelled(self) -> Mapping[str, Field]:
        return self.facts


def by_another_than(*names: str) -> Callable[[Call, Any], bool]:
    """That the caller is none of the people whom these facts of a record name."""

    def fits(call: Call, row: Any) -> bool:
        facts = row if isinstance(row, Mapping) else {name: getattr(row, name) for name in names}
        return all(facts[name] != call.by.login for name in names)

    return fits


def _kinds_in(annotation: Any) -> set[Any]:
    if args := getattr(annotation, "__args__", None):
        return set().union(*(_kinds_in(argument) for argument in args))
    return {annotation}


def _hints(source: Callable[..., Any]) -> dict[str, Any]:
    return get_type_hints(source, include_extras=True)


def _is_object(annotation: Any) -> bool:
    """Whether a parameter is an object that lends its fields to the request."""
    if get_origin(annotation) is not None or not isinstance(annotation, type) or annotation is Upload:
        return False
    return is_dataclass(annotation) or issubclass(annotation, BaseModel) or hasattr(annotation, "_fields")


def object_fields(of: type[Any]) -> dict[str, tuple[Any, Any]]:
    """The fields of an object with their annotations and defaults."""
    if issubclass(of, BaseModel):
        return {name: (_with_limits(info), info) for name, info in of.model_fields.items()}
    hints = get_type_hints(of, include_extras=True)
    if is_dataclass(of):
        return {
            member.name: (
                hints[member.name],
                member.default
                if member.default is not MISSING
                else Limit(default_factory=member.default_factory)
                if member.default_factory is not MISSING
                else ...,
            )
            for member in fields(of)
            if member.init
        }
    defaults = getattr(of, "_field_defaults", {})
    return {name: (hints[name], defaults.get(name, ...)) for name in of._fields}


def _with_limits(info: Any) -> Any:
    return Annotated[info.annotation, *info.metadata] if info.metadata else info.annotation


def asked_by(source: Callable[..., Any], name: str, elsewhere: Collection[str] = ()) -> type[BaseModel]:
    """The request model of an action: its parameters that no door gives and that do not come from elsewhere.

    Of an object among them its fields are asked for.
    """
    hints = _hints(source)
    asked: dict[str, Any] = {}
    for parameter in inspect.signature(source).parameters.values():
        if parameter.name in GIVEN or parameter.name in elsewhere:
            continue
        if _is_object(of := hints[parameter.name]):
            asked |= {
                name: definition for name, definition in object_fields(of).items() if name not in elsewhere
            }
        else:
            asked[parameter.name] = (
                of,
                ... if parameter.default is inspect.Parameter.empty else parameter.default,
            )
    return create_model(name, __base__=Asked, **asked)


def _wanted(
    source: Callable[..., Any], variables: Collection[str], without: Collection[str]
) -> Iterator[Wanted]:
    hints = _hints(source)
    for name in inspect.signature(source).parameters:
        if name in without:
            continue
        if name in GIVEN:
            yield Wanted(name, "given")
        elif name in variables:
            yield Wanted(name, "place")
        elif _is_object(of := hints[name]):
            yield Wanted(name, "asked", of, tuple(part for part in object_fields(of) if part not in without))
        else:
            yield Wanted(name, "asked")


def bound(query: Callable[..., Any], call: Call, row: Any) -> Any:
    """A query of what belongs to a row: its parameters from the request, from the address, or from the row itself.

    A parameter named ``row`` gets the row.
    """
    values = {}
    for name in inspect.signature(query).parameters:
        if name == "row":
            values[name] = row
        elif name in GIVEN:
            values[name] = getattr(call, name)
        elif name in call.place:
            values[name] = call.place[name]
        else:
            values[name] = getattr(row, name)
    return query(**values)
