"""The published document of the JSON door, made from the registry: the classes that validate are the schemas."""

import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import (
    CoreModeRef,
    DefsRef,
    GenerateJsonSchema,
    JsonSchemaMode,
    models_json_schema,
)

from ledger.api.sign_in import (
    MeOut,
    PasswordAsked,
    RefreshAsked,
    SignInAsked,
    SignInsOut,
    TokenOut,
    described,
)
from ledger.community.role_rules import rule_named
from ledger.fields import Asked
from ledger.operations.jobs import JobOut
from ledger.operations.labels import label
from ledger.operations.operation import VARIABLE, Declared, Document, Listing, Operation, Record
from ledger.operations.reading import Ordered
from ledger.operations.registry import EVERY, NOUNS
from ledger.operations.seals import SEALS, Seal
from ledger.operations.shapes import sample_of

REFUSALS = (400, 401, 403, 404, 409, 413, 415, 422, 429, 503, 507)
PROBLEM: Mapping[str, Any] = {
    "type": "object",
    "required": ["type", "title", "status", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "title_zh": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "article": {"type": "string"},
        "facts": {"type": "object"},
        "errors": {"type": "array", "items": {"type": "object"}},
    },
}
KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "Sent twice with one key, it is done once.",
    "schema": {"type": "string", "minLength": 8, "maxLength": 100, "pattern": "^[ -~]+$"},
}
IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "description": "The ETag of the record that was read; when it has moved, nothing is done (409).",
    "schema": {"type": "string", "maxLength": 40},
}
REFERENCE = re.compile(r'"#/components/schemas/([^"]+)"')
Schemas = Mapping[Any, dict[str, Any]]
"""The schema of a model as it is validated or as it is given, by (model, mode)."""


class Named(GenerateJsonSchema):
    """Schemas by the names of their classes; those of the domain by their packages too: ``FeesBasis``, ``TopupsBasis``.

    So no two need to be told apart by their modules, and a new one never renames another.
    """

    package = ""

    def get_defs_ref(self, core_mode_ref: CoreModeRef) -> DefsRef:
        _ledger, door, *inside = core_mode_ref[0].partition(":")[0].split(".")[:-2]
        self.package = "" if door in ("operations", "api") else [door, *inside][-1].title()
        return super().get_defs_ref(core_mode_ref)

    def normalize_name(self, name: str) -> str:
        return self.package + super().normalize_name(name)


def address(declared: Declared) -> str:
    """Where it stands at the JSON door."""
    return "/api/v1" + ("" if declared.everywhere else "/communities/<community>") + declared.path


@cache
def document() -> dict[str, Any]:
    """The OpenAPI document: every operation, list, record and document, and the few paths that are written by hand."""
    given: set[type[BaseModel]] = {
        declaration.gives for declaration in EVERY if isinstance(declaration, (Operation, Listing, Record))
    }
    given |= {
        part.gives
        for declaration in EVERY
        if isinstance(declaration, Record)
        for part in declaration.parts.values()
    }
    asked: set[type[BaseModel]] = (
        {declaration.model for declaration in EVERY}
        | {declaration.place for declaration in EVERY}
        | {Ordered, SignInAsked, RefreshAsked, PasswordAsked}
    )
    given |= {TokenOut, MeOut, SignInsOut}
    wanted: list[tuple[type[BaseModel], JsonSchemaMode]] = [
        *((model, "validation") for model in sorted(asked, key=_name)),
        *((model, "serialization") for model in sorted(given, key=_name)),
    ]
    schemas, defined = models_json_schema(
        wanted, ref_template="#/components/schemas/{model}", schema_generator=Named
    )
    components = dict(defined.get("$defs", {})) | {"Problem": dict(PROBLEM)}
    paths: dict[str, dict[str, Any]] = described(_refusals())
    noun_of = {id(declaration): noun for noun, declared in NOUNS for declaration in declared}
    for declared in EVERY:
        path = VARIABLE.sub(r"{\2}", address(declared))
        method = declared.method.lower() if isinstance(declared, Operation) else "get"
        description = _told(declared, schemas, components)
        description["tags"] = [noun_of[id(declared)].words.en]
        paths.setdefault(path, {})[method] = description
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Mingbai 明白账",
            "version": "1",
            "description": "The maintenance and transparency ledger.",
        },
        "paths": paths,
        "components": {
            "schemas": _named(paths, components),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        },
    }


def _named(paths: Mapping[str, Any], components: Mapping[str, Any]) -> dict[str, Any]:
    """The schemas that the paths name, and those that these name in turn."""
    named: dict[str, Any] = {}
    wanted: list[Mapping[str, Any]] = [paths]
    while wanted:
        for name in REFERENCE.findall(json.dumps(wanted.pop())):
            if name not in named:
                named[name] = components[name]
                wanted.append(components[name])
    return dict(sorted(named.items()))


def _name(model: type[BaseModel]) -> str:
    return model.__name__


def _seal(seal: Seal) -> dict[str, list[str]]:
    return {"facts": sorted(seal.facts), "salted": sorted(seal.salted)}


def _told(declared: Declared, schemas: Schemas, components: Mapping[str, Any]) -> dict[str, Any]:
    description: dict[str, Any] = {
        "operationId": re.sub(r"\W+", "_", _method(declared) + VARIABLE.sub(r"by_\2", declared.path)).strip(
            "_"
        ),
        "summary": f"{declared.title.en} {declared.title.zh}",
        "description": declared.described_to(lambda name: f"`{name}`"),
        "security": [{"token": []}],
        "x-roles": [rule_named(role) for role in declared.roles],
        "parameters": list(_parameters(declared, schemas, components)),
        "responses": _responses(declared, schemas),
    }
    if isinstance(declared, Operation):
        description["x-seals"] = {kind: _seal(SEALS[kind]) for kind in declared.seals}
        description["parameters"].append(KEY)
        if declared.on is not None:
            description["parameters"].append(IF_MATCH)
        media = "multipart/form-data" if declared.takes_files else "application/json"
        if declared.model.model_fields:
            description["requestBody"] = {
                "required": True,
                "content": {media: _body(declared, schemas)},
            }
    return description


def _body(operation: Operation, schemas: Schemas) -> dict[str, Any]:
    """What is asked, with an example that passes; of a file it gives a name."""
    return {"schema": schemas[operation.model, "validation"], "example": sample_of(operation.model)}


def _method(declared: Declared) -> str:
    return declared.method.lower() if isinstance(declared, Operation) else "get"


def _parameters(
    declared: Declared, schemas: Schemas, components: Mapping[str, Any]
) -> Iterable[dict[str, Any]]:
    if not declared.everywhere:
        yield {"name": "community", "in": "path", "required": True, "schema": {"type": "string"}}
    yield from _in("path", declared.place, schemas, components)
    if not isinstance(declared, Operation):
        yield from _in("query", declared.model, schemas, components)
    if isinstance(declared, Listing):
        for parameter in _in("query", Ordered, schemas, components):
            if parameter["name"] not in declared.model.model_fields:
                yield parameter


def _in(
    where: str, model: type[Asked] | type[BaseModel], schemas: Schemas, components: Mapping[str, Any]
) -> Iterable[dict[str, Any]]:
    schema = schemas[model, "validation"]
    if "$ref" in schema:
        schema = components[schema["$ref"].rpartition("/")[2]]
    for name, of in schema.get("properties", {}).items():
        yield {
            "name": name,
            "in": where,
            "required": where == "path" or name in schema.get("required", ()),
            "description": f"{label(name).en} {label(name).zh}",
            "schema": of,
        }


def _responses(declared: Declared, schemas: Schemas) -> dict[str, Any]:
    responses: dict[str, Any] = _refusals()
    if isinstance(declared, Document):
        content = {
            media: {"schema": {"type": "string", "format": "binary"}} for media in declared.media_types
        }
        responses["200"] = {"description": "The file", "content": content}
    elif isinstance(declared, Operation):
        content = {"application/json": {"schema": schemas[declared.gives, "serialization"]}}
        responses[str(declared.status)] = {"description": "Done", "content": content}
        if declared.takes_long:
            job = {"application/json": {"schema": schemas[JobOut, "serialization"]}}
            responses["202"] = {"description": "Taken on, to be done in the background", "content": job}
    elif isinstance(declared, Listing):
        rows = {"type": "array", "items": schemas[declared.gives, "serialization"]}
        whole = {
            "type": "object",
            "required": [declared.key, "total", "page", "next"],
            "properties": {
                declared.key: rows,
                "total": {"type": "integer"},
                "page": {
                    "type": ["integer", "null"],
                    "description": "The number that was asked for; null where the rows follow others.",
                },
                "next": {
                    "type": ["string", "null"],
                    "description": "The address of the rows that follow, from the last of these on; null at the end.",
                },
                **{name: {"type": "integer"} for name in declared.totals},
            },
        }
        responses["200"] = {"description": "The rows", "content": {"application/json": {"schema": whole}}}
    elif isinstance(declared, Record):
        record: dict[str, Any] = {
            "allOf": [schemas[declared.gives, "serialization"], _parts(declared, schemas)]
        }
        responses["200"] = {
            "description": "The record",
            "headers": {"ETag": {"schema": {"type": "string"}}},
            "content": {"application/json": {"schema": record}},
        }
    return responses


def _parts(record: Record, schemas: Schemas) -> dict[str, Any]:
    properties: dict[str, Any] = {}
    for name, part in record.parts.items():
        one = schemas[part.gives, "serialization"]
        properties[name] = (
            {"type": "array", "items": one} if part.many else {"anyOf": [one, {"type": "null"}]}
        )
    return {"type": "object", "properties": properties}


def _refusals() -> dict[str, Any]:
    refused = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        str(status): {"description": "Refused: why, in words and for programs (RFC 9457)", "content": refused}
        for status in REFUSALS
    }
