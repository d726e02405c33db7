"""What the rows of a register say of each other, and of what is registered already. Pure."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from ledger.community.role_rules import LEVELS, Level, Role
from ledger.community.rules import (
    DEFAULTS,
    ComponentKind,
    HomeKind,
    scopes_of,
    usual_warranty_until,
    warranty_until,
)
from ledger.intake.register_cells import CellProblem, Row, Spot, Table, problem
from ledger.intake.register_layout import BY_NAME, PLANNED
from ledger.words import yuan

WARRANTY = "warranty."


@dataclass(frozen=True)
class Known:
    """What the database holds already.

    Attributes:
        areas, firms: by code, what is registered of each.
        profile: the profile's rows on warranties as (scope, key, since, JSON), oldest first.
    """

    communities: frozenset[str] = frozenset()
    areas: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    firms: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    jurisdictions: frozenset[str] = frozenset()
    profile: Sequence[tuple[str, str, date, str]] = ()

    def warranty_until(
        self, jurisdiction: str, community: str, kind: ComponentKind, accepted_on: date
    ) -> date | None:
        """The last day by the local numbers of a day: the community's own over its jurisdiction's over the national ones."""
        local: dict[str, Any] = {}
        for of in scopes_of(jurisdiction, community):
            local |= {
                key: json.loads(value)
                for scope, key, since, value in self.profile
                if scope == of and since <= accepted_on
            }
        try:
            return usual_warranty_until(kind, accepted_on, local)
        except KeyError:
            return None


Tables = Mapping[str, Table]


def problems_between(tables: Tables, known: Known | None) -> Iterator[CellProblem]:
    """Everything that does not fit together; what cells alone have wrong is not said again.

    Without ``known`` nothing is compared with a database.
    """
    keys = {
        name: table.by_key.keys()
        for name, table in tables.items()
        if set(table.sheet.key) <= set(table.places)
    }
    for name, table in tables.items():
        yield from repeated(table)
        for row in table.rows:
            yield from _dangling(table, row, keys, known or Known())
            if name in _CHECKS:
                yield from _CHECKS[name](tables, table, row)
            if known and name in _AGAINST_KNOWN:
                yield from _AGAINST_KNOWN[name](tables, table, row, known)
    if "contracts" in tables:
        yield from _overlapping(tables["contracts"])
    if "communities" in tables and not tables["communities"].rows:
        yield problem("no-communities", Spot(BY_NAME["communities"].title))


def _key(row: Row, fields: Sequence[str]) -> tuple[Any, ...]:
    return tuple(row.values[name] for name in fields)


def repeated(table: Table) -> Iterator[CellProblem]:
    """Rows whose key stands in an earlier row already; of a key some cells may be empty, where their columns may be."""
    first: dict[tuple[Any, ...], int] = {}
    for row in table.rows:
        named_by = [name for name in table.sheet.key if row.has(name)]
        if named_by and set(table.sheet.key) <= set(row.values):
            key = _key(row, table.sheet.key)
            if first.setdefault(key, row.number) != row.number:
                words = " / ".join(table.told(row, name) for name in named_by)
                yield table.problem(row, named_by[-1], "twice", key=words, first=first[key])


def _dangling(
    table: Table, row: Row, keys: Mapping[str, Set[tuple[Any, ...]]], known: Known
) -> Iterator[CellProblem]:
    """References that lead nowhere. One that rests on another which leads nowhere is not said again."""
    lost: set[str] = set()
    elsewhere = {"areas": known.areas, "firms": known.firms}
    for column in table.sheet.columns:
        for refers in column.refers:
            if refers.sheet not in keys or lost.intersection(refers.fields) or not row.has(*refers.fields):
                continue
            key = _key(row, refers.fields)
            if key in keys[refers.sheet] or key[-1] in elsewhere.get(refers.sheet, ()):
                continue
            lost.add(refers.fields[-1])
            if refers.sheet == "communities" and key[0] in known.communities:
                yield table.problem(row, column.field, "community-there")
            else:
                words = "-".join(key[1:] or key)
                yield table.problem(
                    row, column.field, "unknown", key=words, other=BY_NAME[refers.sheet].title
                )


def _home(_tables: Tables, table: Table, row: Row) -> Iterator[CellProblem]:
    if row.values.get("seller", "") is None:
        if row.values.get("kind") is HomeKind.UNSOLD:
            yield table.problem(row, "seller", "no-developer")
        if row.values.get("kind") is HomeKind.SOLD_PUBLIC:
            yield table.problem(row, "seller", "no-seller")


def _contract(_tables: Tables, table: Table, row: Row) -> Iterator[CellProblem]:
    if row.has("starts_on", "ends_on") and row.values["ends_on"] < row.values["starts_on"]:
        yield table.problem(
            row, "ends_on", "ends-before", starts=row.values["starts_on"], ends=row.values["ends_on"]
        )


def _overlapping(contracts: Table) -> Iterator[CellProblem]:
    """Contracts that begin while another of their community runs (物业管理条例 Art. 33)."""
    running: dict[str, Row] = {}
    whole = [row for row in contracts.rows if row.has(*contracts.sheet.key, "starts_on", "ends_on")]
    for row in sorted(whole, key=lambda row: row.values["starts_on"]):
        before = running.setdefault(row.values["community"], row)
        number, until, starts = before.values["number"], before.values["ends_on"], row.values["starts_on"]
        if number != row.values["number"] and starts <= until:
            yield contracts.problem(row, "starts_on", "overlaps", number=number, until=until, starts=starts)
        if row.values["ends_on"] > until:
            running[row.values["community"]] = row


def _person(tables: Tables, table: Table, row: Row) -> Iterator[CellProblem]:
    """Nobody holds a seat before the opening day of his community, nor at an organisation that has no such role."""
    yield from _member(tables, table, row)
    if row.has("role", "level") and row.values["level"] not in LEVELS.get(row.values["role"], ()):
        yield table.problem(
            row, "level", "level-of-others", role=table.told(row, "role"), level=table.told(row, "level")
        )
    place = (
        tables["communities"].by_key.get((row.values.get("community"),)) if "communities" in tables else None
    )
    if place and place.has("opened_on") and row.has("since"):
        opened, starts = place.values["opened_on"], row.values["since"]
        if starts < opened:
            yield table.problem(row, "since", "before-opening", starts=starts, opened=opened)


def _member(tables: Tables, table: Table, row: Row) -> Iterator[CellProblem]:
    """A member of an owners' committee whose term is told is an owner with an office, and sits by that alone."""
    terms = tables["committees"].by_key if "committees" in tables else {}
    has_term = (row.values.get("community"),) in terms
    role, office = row.values.get("role"), row.values.get("office")
    if office and role is not Role.OWNER:
        yield table.problem(row, "office", "office-of-owner")
    elif office and not has_term:
        yield table.problem(row, "office", "office-without-term", other=BY_NAME["committees"].title)
    own = row.values.get("level") in (None, Level.OWNERS_COMMITTEE)
    if has_term and role is Role.COMMITTEE and own:
        yield table.problem(row, "role", "seat-of-term", role=table.told(row, "role"))


def _committee(tables: Tables, table: Table, row: Row) -> Iterator[CellProblem]:
    people = tables["people"].rows if "people" in tables else ()
    if not any(
        person.has("office") and person.values.get("community") == row.values.get("community")
        for person in people
    ):
        yield table.problem(row, "community", "term-without-members", other=BY_NAME["people"].title)


def _package(_tables: Tables, table: Table, row: Row) -> Iterator[CellProblem]:
    if not row.has("price_fen") or not set(PLANNED.values()) <= set(row.values):
        return
    planned = [row.values[name] for name in PLANNED.values() if row.values[name] is not None]
    if planned and sum(planned) != row.values["price_fen"]:
        yield table.problem(
            row, "price_fen", "sources", planned=yuan(sum(planned)), price=yuan(row.values["price_fen"])
        )


def _component(tables: Tables, table: Table, row: Row) -> Iterator[CellProblem]:
    if not {"works", "package"} <= set(row.values):
        return
    if row.has("works") != row.has("package"):
        yield table.problem(row, "works" if row.has("package") else "package", "half-package")
    elif row.has("warranty_years"):
        package = package_of(tables, row)
        if not row.has("package") or (package and package.values.get("accepted_on", "wrong") is None):
            yield table.problem(row, "warranty_years", "years-of-nothing")


def package_of(tables: Tables, component: Row) -> Row | None:
    """The package that touched a component."""
    wanted = ("community", "works", "package")
    if "packages" not in tables or not component.has(*wanted):
        return None
    return tables["packages"].by_key.get(_key(component, wanted))


def _component_default(tables: Tables, table: Table, row: Row, known: Known) -> Iterator[CellProblem]:
    if row.values.get("warranty_years", "wrong") is not None or not row.has("kind"):
        return
    package = package_of(tables, row)
    if package and package.has("accepted_on") and covered_until(tables, row, package, known) is None:
        yield table.problem(
            row,
            "warranty_years",
            "no-default-years",
            kind=table.told(row, "kind"),
            on=package.values["accepted_on"],
        )


def covered_until(tables: Tables, component: Row, package: Row, known: Known) -> date | None:
    """The last day of an accepted package's warranty on a component: by the years that are written, or the local default."""
    if component.has("warranty_years"):
        return warranty_until(package.values["accepted_on"], int(component.values["warranty_years"]))
    code = component.values["community"]
    community = tables["communities"].by_key.get((code,)) if "communities" in tables else None
    return known.warranty_until(
        community.values.get("jurisdiction", DEFAULTS) if community else DEFAULTS,
        code,
        component.values["kind"],
        package.values["accepted_on"],
    )


def _community(_tables: Tables, table: Table, row: Row, known: Known) -> Iterator[CellProblem]:
    if row.values.get("code") in known.communities:
        yield table.problem(row, "code", "community-there")
    if row.has("jurisdiction") and row.values["jurisdiction"] not in known.jurisdictions:
        yield table.problem(
            row, "jurisdiction", "no-jurisdiction", known=" / ".join(sorted(known.jurisdictions))
        )


def _same_as_registered(tables: Tables, table: Table, row: Row, known: Known) -> Iterator[CellProblem]:
    """An area or firm that is registered may stand here again, if it says nothing else."""
    there = {"areas": known.areas, "firms": known.firms}[table.sheet.name].get(row.values.get("code", ""), {})
    for name, value in there.items():
        if row.values.get(name) and row.values[name] != value:
            column = next(candidate for candidate in table.sheet.columns if candidate.field == name)
            words = {word.value: word.zh for word in column.words}
            yield table.problem(row, name, "differs", key=row.values["code"], there=words.get(value, value))


def _licence(_tables: Tables, table: Table, row: Row) -> Iterator[CellProblem]:
    """A licence is one firm's."""
    licence = row.values.get("licence")
    first = next((other for other in table.rows if licence and other.values.get("licence") == licence), row)
    if first.number != row.number and first.values.get("code") != row.values.get("code"):
        yield table.problem(row, "licence", "licence-there", firm=first.values.get("code", ""))


def _firm(tables: Tables, table: Table, row: Row, known: Known) -> Iterator[CellProblem]:
    yield from _same_as_registered(tables, table, row, known)
    licence, code = row.values.get("licence"), row.values.get("code")
    for other, facts in known.firms.items():
        if licence and facts.get("licence") == licence and code not in (other, *known.firms):
            yield table.problem(row, "licence", "licence-there", firm=other)
            return


_CHECKS: Mapping[str, Callable[[Tables, Table, Row], Iterator[CellProblem]]] = {
    "firms": _licence,
    "homes": _home,
    "contracts": _contract,
    "packages": _package,
    "components": _component,
    "people": _person,
    "committees": _committee,
}
_AGAINST_KNOWN: Mapping[str, Callable[[Tables, Table, Row, Known], Iterator[CellProblem]]] = {
    "areas": _same_as_registered,
    "communities": _community,
    "firms": _firm,
    "components": _component_default,
}
