"""The JSON door: a route for every operation, list, record and document of the registry."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, g, make_response, render_template, request
from flask_babel import get_locale
from pydantic import BaseModel
from pydantic_core import from_json
from werkzeug.datastructures import FileStorage, MultiDict

from ledger.access.access import allow, file_answer, held, installation, note_reading, reading
from ledger.access.background import ask_for
from ledger.access.performing import Wish, perform, seen_of, tag_of, takes_long
from ledger.api.openapi import address, document
from ledger.api.page import told_of
from ledger.api.sign_in import bearer, in_json
from ledger.community.queries import community as community_of
from ledger.community.role_rules import Actor, Role, Seat, actor_among, check_role
from ledger.fields import NamedTwice, Upload, check_named_once
from ledger.jobs.rules import JobState
from ledger.operations.jobs import JobOut, job_shown
from ledger.operations.operation import Call, Declared, Document, Listing, Operation, Record
from ledger.operations.reading import Ordered, own_order, read_on, shown
from ledger.operations.registry import EVERY, NOUNS
from ledger.periods import day_in_shanghai

door = Blueprint("api", __name__, url_prefix="/api/v1", template_folder="templates")


@door.before_request
def set_the_clock() -> None:
    """The instant of a request is read once."""
    g.now = current_app.extensions["clock"]()


@door.get("/openapi.json")
@allow()
def get_document() -> Response:
    """The document of this door."""
    return _json(json.dumps(document(), ensure_ascii=False))


@door.get("/")
@allow()
def get_page() -> str:
    """The same for people: what there is, who may, what it asks, and an example that can be sent."""
    language = "en" if str(get_locale()) == "en" else "zh"
    chapters = [
        (noun, [told_of(declaration, language) for declaration in declared]) for noun, declared in NOUNS
    ]
    return str(render_template("api/page.html", chapters=chapters, language=language))


def _may(declared: Declared, community: str) -> tuple[str, list[Seat]]:
    """The caller and what he is here, once it is sure that he holds one of the roles at all."""
    whose = bearer()
    seats = held(whose, declared.seat_at(community) or None, g.now)
    check_role(whose.login, seats, declared.roles)
    return whose.login, seats


def _actor(declared: Declared, login: str, seats: list[Seat], named: Mapping[str, object]) -> Actor:
    return actor_among(login, seats, declared.roles, named)


def _view(declared: Declared) -> Callable[..., Response]:
    answers: dict[type[Declared], Callable[..., Response]] = {
        Operation: _write,
        Listing: _list,
        Record: _record,
        Document: _document,
    }
    answer = answers[type(declared)]

    def view(community: str = "", **place: Any) -> Response:
        login, seats = _may(declared, community)
        g.labelled = declared.labelled
        place = declared.place.model_validate(place).model_dump()
        response = answer(declared, login, seats, community, place)
        if declared.personal:
            note_reading(declared, place, community, login)
        return response

    return allow(*(role if isinstance(role, Role) else role.role for role in declared.roles))(view)


def _write(
    operation: Operation, login: str, seats: list[Seat], community: str, place: dict[str, Any]
) -> Response:
    asked = _from_form(operation) if operation.takes_files else _from_json(operation)
    by = _actor(operation, login, seats, place | dict(asked))
    tag = request.headers.get("If-Match", "").strip('"') or None
    key = request.headers.get("Idempotency-Key", "")
    wish = Wish(operation, community, place, asked, by, g.now, key, seen_tag=tag)
    job = ask_for(installation(), wish) if takes_long(wish) else None
    if job is not None and job.state is not JobState.DONE:  # once it is done, its key gets its answer
        shown_job = JobOut.of(job_shown(installation(), job))
        response = _json(shown_job.model_dump_json(), 202)
        response.headers["Location"] = f"/api/v1/jobs/{shown_job.no}"
        return response
    outcome = perform(installation(), wish)
    response = _json(outcome.body, outcome.status)
    if outcome.replayed or outcome.stood:
        response.headers["Idempotent-Replayed"] = "true"
    return response


def _from_json(operation: Operation) -> BaseModel:
    if not operation.model.model_fields and not request.content_length:
        return operation.model()
    return in_json(operation.model)


def _from_form(operation: Operation) -> BaseModel:
    """A multipart form: files as files, what is nested as JSON."""
    values: dict[str, Any] = {n: _plain(operation, n, text) for n, text in _once(request.form).items()}
    for name, file in _once(request.files).items():
        values[name] = _upload(file)
    return operation.model.model_validate(values)


def _once(values: MultiDict[str, Any]) -> dict[str, Any]:
    """What was sent under each name.

    Raises:
        NamedTwice: there is more than one.
    """
    for name, sent in values.lists():
        if len(sent) > 1:
            raise NamedTwice(name=name)
    return values.to_dict()


def _plain(operation: Operation, name: str, text: str) -> Any:
    of = operation.model.model_fields.get(name)
    if of is not None and text[:1] in ("{", "["):
        check_named_once(text)
        try:
            return from_json(text)
        except ValueError:
            return text
    return text


def _upload(file: FileStorage) -> Upload:
    return Upload(file.filename or "", file.read())


def _call(session: Any, community: str, place: Mapping[str, Any], asked: BaseModel | None, by: Actor) -> Call:
    at: datetime = g.now
    return Call(session, community, place, asked, by, at, day_in_shanghai(at), installation())


def _list(listing: Listing, login: str, seats: list[Seat], community: str, place: dict[str, Any]) -> Response:
    arguments = _once(request.args)
    ordered = Ordered.model_validate({n: arguments.pop(n) for n in Ordered.model_fields if n in arguments})
    asked = listing.model.model_validate(arguments | own_order(listing, ordered))
    by = _actor(listing, login, seats, place | dict(asked))
    with reading() as session:
        if community:
            community_of(session, community)
        page, cursor = read_on(listing, _call(session, community, place, asked, by), ordered)
        rows = [row.model_dump(mode="json") for row in page.rows]
    answer = {
        listing.key: rows,
        "total": page.total,
        "page": None if ordered.after else ordered.page,
        "next": _next_page(cursor),
        **page.totals,
    }
    return _json(json.dumps(answer, ensure_ascii=False))


def _next_page(cursor: str | None) -> str | None:
    """The address of what follows; whoever goes on to its end misses nothing that was there."""
    if cursor is None:
        return None
    asked = {name: value for name, value in _once(request.args).items() if name != "page"}
    return f"{request.path}?{urlencode(asked | {'after': cursor})}"


def _record(record: Record, login: str, seats: list[Seat], community: str, place: dict[str, Any]) -> Response:
    asked = record.model.model_validate(_once(request.args))
    by = _actor(record, login, seats, place | dict(asked))
    with reading() as session:
        if community:
            community_of(session, community)
        row, parts = shown(record, _call(session, community, place, asked, by))
        facts = record.gives.of(row).model_dump(mode="json")
    response = _json(json.dumps(facts | parts, ensure_ascii=False))
    response.headers["ETag"] = f'"{tag_of(seen_of(record, row))}"'
    return response


def _document(
    document: Document, login: str, seats: list[Seat], community: str, place: dict[str, Any]
) -> Response:
    asked = document.model.model_validate(_once(request.args))
    by = _actor(document, login, seats, place | dict(asked))
    with reading() as session:
        if community:
            community_of(session, community)
        return file_answer(document.call(_call(session, community, place, asked, by)))


def _json(body: str, status: int = 200) -> Response:
    response = make_response(body, status)
    response.content_type = "application/json"
    return response


def _register() -> None:
    for declared in EVERY:
        method = declared.method if isinstance(declared, Operation) else "GET"
        endpoint = f"{method} {declared.path}".replace(".", "-")
        door.add_url_rule(
            address(declared).removeprefix("/api/v1"), endpoint, _view(declared), methods=[method]
        )


_register()
