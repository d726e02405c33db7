"""What is declared is whole: named, labelled, in both languages, and served by the class that validates it."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, get_type_hints

import pytest
from annotated_types import MinLen
from pydantic import BaseModel, ValidationError

from ledger.api.openapi import address, document
from ledger.cli.do import command_of, option_of
from ledger.community.role_rules import Condition, Role
from ledger.desk.nouns import is_asked_for, is_whole, stands_alone
from ledger.desk.views import goes_with
from ledger.fields import Upload
from ledger.noticeboard.tables import Notice
from ledger.operations.labels import LABELS
from ledger.operations.operation import VARIABLE, Declared, Document, Listing, Operation, Record, Said
from ledger.operations.registry import EVERY, LISTINGS, NOUNS, OPERATIONS, RECORDS
from ledger.operations.seals import SEALS
from ledger.operations.shapes import Shape, fields_of, sample_of
from ledger.publishing import after_publication

CHINESE = re.compile(r"[一-鿿]")
ENGLISH_WORD = re.compile(r"[A-Za-z]{3,}")
PROPER = re.compile(r"CSV|XLSX|PDF|Excel")
LAW = re.compile(r"《[^》]*》")


def method(declared: Declared) -> str:
    return declared.method if isinstance(declared, Operation) else "GET"


def test_every_address_is_declared_once():
    addresses = Counter(
        (method(declaration), VARIABLE.sub("<>", declaration.path), declaration.everywhere)
        for declaration in EVERY
    )
    forms = Counter(VARIABLE.sub("<>", operation.path) for operation in OPERATIONS)

    assert [key for key, times in addresses.items() if times > 1] == []
    assert [path for path, times in forms.items() if times > 1] == []


def test_whatever_is_looked_at_opens_by_its_address():
    wanting = [
        declaration.path
        for declaration in EVERY
        if not isinstance(declaration, Operation)
        and any(info.is_required() for info in declaration.model.model_fields.values())
    ]

    assert wanting == []


def test_nothing_is_written_that_nobody_may_do():
    assert [declaration.path for declaration in EVERY if not declaration.roles] == []


def test_every_title_is_whole_in_each_language():
    wrong = [
        declaration.title
        for declaration in [*EVERY, *(part for record in RECORDS for part in record.parts.values())]
        if CHINESE.search(declaration.title.en)
        or ENGLISH_WORD.search(PROPER.sub("", declaration.title.zh))
        or not CHINESE.search(declaration.title.zh)
    ]

    assert wrong == []


def names_in(model: type[BaseModel], seen: set[type[BaseModel]]) -> set[str]:
    names = set(model.model_fields)
    seen.add(model)
    for info in model.model_fields.values():
        for kind in getattr(info.annotation, "__args__", (info.annotation,)):
            if isinstance(kind, type) and issubclass(kind, BaseModel) and kind not in seen:
                names |= names_in(kind, seen)
    return names


def asked_names(fields) -> set[str]:
    names = set()
    for name, asking in fields.items():
        names.add(name)
        shape = asking.shape
        while shape is not None and shape.kind in ("list", "map"):
            shape = shape.of if shape.kind == "list" else shape.of[1]
        if shape is not None and shape.kind == "object":
            names |= asked_names(shape.of)
    return names


def test_every_value_that_is_asked_or_shown_has_a_label():
    missing: dict[str, str] = {}
    for declaration in EVERY:
        names = asked_names(fields_of(declaration.model)) | set(declaration.variables)
        if not isinstance(declaration, Document):
            names |= names_in(declaration.gives, set())
        for part in getattr(declaration, "parts", {}).values():
            names |= names_in(part.gives, set())
        for name in names - set(declaration.labelled) - set(LABELS):
            missing[name] = declaration.path

    assert missing == {}


def said_in(declared: Declared) -> Iterator[Said]:
    """What a declaration says to people beside its title: labels, hints, what a map's values are called, an empty list."""
    for field in declared.labelled.values():
        yield from (field.label, *field.pair)
        if field.hint:
            yield field.hint
    if isinstance(declared, Listing):
        yield declared.empty


def test_no_label_no_hint_and_no_empty_list_mixes_languages():
    """In English only the names of laws stay Chinese, in 《》; in Chinese no word of the code shows."""
    every = {*LABELS.values(), *(said for declaration in EVERY for said in said_in(declaration))}

    wrong = [
        said
        for said in every
        if CHINESE.search(LAW.sub("", said.en))
        or ENGLISH_WORD.search(PROPER.sub("", said.zh))
        or not CHINESE.search(said.zh)
    ]

    assert wrong == []


def test_every_column_and_sum_is_a_value_of_its_rows():
    wrong = [
        (listing.path, name)
        for listing in LISTINGS
        for name in (*listing.columns, *listing.totals)
        if name not in listing.gives.model_fields
    ]

    assert wrong == []


def test_what_a_form_was_drawn_for_is_a_value_of_its_record():
    wrong = [
        (record.path, name)
        for record in RECORDS
        for name in record.state
        if name not in record.gives.model_fields
    ]

    assert wrong == []


def test_an_operation_stands_on_a_record_that_its_request_names():
    wrong = [
        (operation.path, name)
        for operation in OPERATIONS
        if operation.on is not None
        for name in operation.on.variables
        if name not in operation.variables and name not in operation.model.model_fields
    ]

    assert wrong == []
    assert [
        operation.path for operation in OPERATIONS if operation.on is not None and operation.on not in RECORDS
    ] == []


def roles_of(declared: Declared) -> set[Role]:
    return {role if isinstance(role, Role) else role.role for role in declared.roles}


def test_whoever_may_do_something_with_a_record_may_see_it():
    """A form carries what its record says, so that it must not tell more than the record's own page would."""
    wrong = [
        (operation.path, roles_of(operation) - roles_of(operation.on))
        for operation in OPERATIONS
        if operation.on is not None and not roles_of(operation) <= roles_of(operation.on)
    ]

    assert wrong == []


def shown_on(page: Declared) -> set[str]:
    """The facts that a page shows."""
    parts = [part.gives for part in getattr(page, "parts", {}).values()]
    return set().union(*(names_in(gives, set()) for gives in (page.gives, *parts)))


def led_to_from(page: Declared) -> list[Declared]:
    """Where the links of a page go: the records of its rows, what tells more of it, what its facts name."""
    named = [record for record in RECORDS if set(record.known_as) & shown_on(page)]
    if isinstance(page, Listing):
        return [*named, *([page.record] if page.record else [])]
    return [*named, *(declaration for declaration in LISTINGS + RECORDS if goes_with(declaration, page))]


@pytest.mark.parametrize("role", Role)
def test_a_role_comes_from_the_pages_of_the_nouns_to_all_that_it_may_do(role):
    mine = [
        declaration for declaration in EVERY if role in roles_of(declaration) and not declaration.everywhere
    ]
    pages = [declaration for declaration in mine if is_whole(declaration) or is_asked_for(declaration)]
    for page in pages:
        pages += [
            declaration
            for declaration in led_to_from(page)
            if declaration in mine and declaration not in pages
        ]

    out_of_reach = [
        declaration.path
        for declaration in mine
        if isinstance(declaration, Operation)
        and not stands_alone(declaration)
        and declaration.on not in pages
    ]

    assert out_of_reach == []


def test_every_list_leads_to_its_records():
    wrong = [
        (listing.path, name)
        for listing in LISTINGS
        if listing.record is not None
        for name in listing.record.variables
        if listing.record.held_as.get(name, name) not in listing.gives.model_fields
        and name not in listing.variables
    ]

    assert wrong == []


def test_a_schema_is_the_class_that_validates():
    models = [operation.model for operation in OPERATIONS if operation.model.model_fields]
    names = Counter(model.__name__ for model in models)
    given = Counter(
        gives.__name__
        for gives in {
            declaration.gives
            for declaration in EVERY
            if isinstance(declaration, (Operation, Listing, Record))
        }
    )
    published = document()

    assert [name for name, times in (names + given).items() if times > 1] == []
    for operation in OPERATIONS:
        if operation.model.model_fields:
            path = VARIABLE.sub(r"{\2}", address(operation))
            body = published["paths"][path][operation.method.lower()]["requestBody"]
            [content] = body["content"].values()
            name = content["schema"]["$ref"].rpartition("/")[2]
            assert name == operation.model.__name__
            schema = published["components"]["schemas"][name]
            assert set(schema["properties"]) == set(operation.model.model_fields), path
            assert schema["additionalProperties"] is False


def test_no_published_schema_has_a_namesake():
    names = document()["components"]["schemas"]

    assert [name for name in names if not name.isidentifier() or "__" in name] == []
    assert [name for name in names if any(mode in name for mode in ("Input", "Output"))] == []


def test_every_published_example_passes():
    wrong = []
    for operation in OPERATIONS:
        try:
            if operation.takes_files:
                operation.model.model_validate(with_files(operation))
            else:
                operation.model.model_validate_json(json.dumps(sample_of(operation.model)))
        except ValueError as error:
            wrong.append((operation.path, str(error)))

    assert wrong == []


def with_files(operation: Operation) -> dict[str, Any]:
    """The example of a form, with a file where it names one."""
    fields = fields_of(operation.model)
    return {
        name: Upload(value, b"") if fields[name].shape.kind == "upload" else value
        for name, value in sample_of(operation.model).items()
    }


def test_every_published_body_has_an_example():
    bodies = [
        (path, content)
        for path, methods in document()["paths"].items()
        for method in methods.values()
        for content in method.get("requestBody", {}).get("content", {}).values()
    ]

    assert len(bodies) > 200
    assert [path for path, content in bodies if "example" not in content] == []


def test_every_write_documents_its_key_and_its_roles():
    for operation in OPERATIONS:
        description = document()["paths"][VARIABLE.sub(r"{\2}", address(operation))][operation.method.lower()]
        assert "Idempotency-Key" in {parameter["name"] for parameter in description["parameters"]}
        assert description["x-roles"]
        assert {"201", "200"} & set(description["responses"])


def test_no_value_of_an_address_or_a_request_has_the_name_of_what_every_command_asks():
    """Two parameters of one name are one to the command: the second hides whom the first names."""
    twice = {
        (declaration.path, name)
        for declaration in EVERY
        for name, times in Counter(option.name for option in command_of(declaration).params).items()
        if times > 1
    }

    assert twice == set()


def test_no_two_values_of_an_operation_are_one_option_of_its_command():
    twice = {
        (operation.name, option)
        for operation in OPERATIONS
        for option, times in Counter(
            option
            for name, asking in fields_of(operation.model).items()
            for option in option_of(name, asking, operation.labelled).opts
        ).items()
        if times > 1
    }

    assert twice == set()


def test_every_noun_has_something():
    assert [noun.code for noun, declared in NOUNS if not declared] == []


def test_every_write_declares_what_it_seals_and_documents_it():
    declared = {kind for operation in OPERATIONS for kind in operation.seals}

    assert declared == set(SEALS)
    for operation in OPERATIONS:
        seals = document()["paths"][VARIABLE.sub(r"{\2}", address(operation))][operation.method.lower()][
            "x-seals"
        ]
        assert set(seals) == set(operation.seals)
        for kind, names in seals.items():
            assert {*names["facts"], *names["salted"]} == SEALS[kind].facts | SEALS[kind].salted


def test_whatever_publishes_a_notice_is_followed_by_what_follows_a_publication():
    publishing = [
        operation for operation in OPERATIONS if get_type_hints(operation.does).get("return") is Notice
    ]

    assert len(publishing) == 2
    assert {operation.afterwards for operation in publishing} == {after_publication}


def test_a_supervisor_moves_no_money_but_the_funds_and_that_at_the_level_that_the_law_names():
    money = re.compile(
        r"(paid|received|refunded|used|returned|bought|matured|deposited|released|taken|spent|shared)$"
    )
    moving = [
        (operation.path, kind, role)
        for operation in OPERATIONS
        for kind in operation.seals
        if money.search(kind)
        for role in operation.roles
        if role is Role.SUPERVISOR or (isinstance(role, Condition) and role.role is Role.SUPERVISOR)
    ]

    assert moving
    for path, kind, role in moving:
        assert getattr(role, "levels", None), (path, role)
        assert kind.partition(".")[0] in {"fund", "use", "bond", "custody"}, (path, kind)


def unbounded(shape: dict[str, Any], named: dict[str, Any], path: str) -> Iterator[str]:
    """Where a schema takes whole numbers without an upper bound."""
    if "$ref" in shape:
        shape = named[shape["$ref"].rpartition("/")[2]]
    if shape.get("type") == "integer" and not {"maximum", "exclusiveMaximum"} & shape.keys():
        yield path
    inner = [(name, part) for name, part in shape.get("properties", {}).items()]
    inner += [
        ("[]", shape[kind]) for kind in ("items", "additionalProperties") if isinstance(shape.get(kind), dict)
    ]
    inner += [("", part) for kind in ("anyOf", "allOf", "prefixItems") for part in shape.get(kind, ())]
    for name, part in inner:
        yield from unbounded(part, named, f"{path}/{name}")


@pytest.mark.parametrize("declared", EVERY, ids=lambda declared: declared.name)
def test_every_whole_number_that_is_asked_for_has_a_bound_that_a_database_keeps(declared):
    for model in (declared.model, declared.place):
        schema = model.model_json_schema()
        assert list(unbounded(schema, schema.get("$defs", {}), "")) == []


def parts_of(shape: Shape) -> Iterator[str]:
    """What the parts of a value are called, and of what they are made."""
    if shape.kind == "object":
        for name, asking in shape.of.items():
            yield name
            yield from parts_of(asking.shape)
    elif shape.kind == "list":
        yield from parts_of(shape.of)


def test_what_is_told_of_an_action_names_what_can_be_typed_or_is_answered_and_no_code():
    strange = []
    for declared in EVERY:
        known = {*declared.variables, *declared.model.model_fields}
        for asking in fields_of(declared.model).values():
            known |= set(parts_of(asking.shape))
        if not isinstance(declared, Document):
            known |= declared.gives.model_fields.keys()
        names = re.findall(r"``([^`]+)``", declared.described)
        strange += [(declared.path, name) for name in names if name not in known and "@" not in name]
        bare = re.sub(r"``[^`]+``", "", declared.described)
        strange += [(declared.path, word) for word in re.findall(r"`[^`]+`|\bNone\b|Raises", bare)]

    assert strange == []


def test_each_door_calls_a_value_as_it_is_typed_there():
    [remit] = [operation for operation in OPERATIONS if operation.path == "/revenue/remittances"]
    [notice] = [operation for operation in OPERATIONS if operation.path == "/holders/<home>/tenants"]

    assert "Without --amount all that is still due" in " ".join((command_of(remit).help or "").split())
    assert "--document is the owner's notice" in " ".join((command_of(notice).help or "").split())
    described = document()["paths"]["/api/v1/communities/{community}/revenue/remittances"]["post"][
        "description"
    ]
    assert "Without `amount_fen`" in described
    assert "Raises" not in json.dumps(document())


def test_a_value_with_parts_tells_its_shape_at_the_command_line():
    [sheet] = [operation for operation in OPERATIONS if operation.path == "/votes/<path:code>/sheets"]
    choices = option_of("choices", fields_of(sheet.model)["choices"], sheet.labelled)

    assert choices.help == 'Choices by home, as {"<home>": "<yes|no|abstain|invalid>"}'


def test_words_that_are_nothing_but_blanks_are_taken_nowhere():
    """A letting to nobody, a number's source of three blanks: a form refused them, a program could send them."""
    for operation in OPERATIONS:
        texts = {
            name
            for name, limits in operation.model.model_fields.items()
            if limits.annotation is str and limits.is_required() and MinLen(1) in limits.metadata
        }
        if texts:
            with pytest.raises(ValidationError) as refused:
                operation.model.model_validate(dict.fromkeys(texts, " \u3000 "))
            assert texts <= {problem["loc"][0] for problem in refused.value.errors()}, operation.work
