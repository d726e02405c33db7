"""Records: facts, parts, what happened, and the next step with its form."""

import secrets
from collections.abc import Mapping
from typing import Any

from flask import (
    g,
    make_response,
    render_template,
    request,
)
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from ledger.access.access import file_answer, reading
from ledger.access.performing import seen_of
from ledger.community.queries import community as community_of
from ledger.community.role_rules import Role
from ledger.desk.filling import begun_at, drawing_of, steps_of, unseen
from ledger.desk.forms import drawn
from ledger.desk.frame import back_to, by_whom, call_of, language, may, quoted, words_of
from ledger.desk.views import (
    DIGEST,
    Shape,
    Words,
    address_of,
    cell,
    facts,
    filled,
    goes_with,
    heading,
    place_told,
    table,
)
from ledger.fields import Out
from ledger.operations.operation import Call, Declared, Document, Operation, Record, bound
from ledger.operations.registry import EVERY, OPERATIONS
from ledger.words import word

LOOKS_AGAIN = 3
"""Seconds after which a page whose record moves by itself is drawn again."""


def record_view(record: Record, community: str, place: Mapping[str, Any]) -> AnyResponse:
    """One thing: its facts, its parts, what happened, and what I may do with it now."""
    asked_for = {name: text for name, text in request.args.items() if name in record.model.model_fields}
    asked = record.model.model_validate(asked_for)
    by = by_whom(record, dict(place) | dict(asked))
    with reading() as session:
        if not record.everywhere:
            community_of(session, community)
        call = call_of(session, community, place, asked, by)
        source = record.call(call)
        row = record.gives.of(source)
        parts, steps = _parts(record, call, source), steps_of(record, call, source)
        words = words_of(call, [row])
        ways = _offered(record, call, source)
        state = getattr(row, "state", None)
        shown_state = cell("state", state, words) if state is not None else None
        onward = _onward(record, source) if shown_state and shown_state.tone == "on" else None
        mine = bool(ways) and not ways[0][0].turns_back and onward in (None, ways[0][0])
        step = _inline(call, record, ways[0][0], source) if mine else None
    others = [
        {"label": operation.title.in_(language()), "url": url}
        for operation, url in (ways[1:] if step else ways)
    ]
    beside = [
        {
            "label": declaration.title.in_(language()),
            "url": f"/desk{filled(address_of(community, declaration), place)}",
        }
        for declaration in EVERY
        if goes_with(declaration, record) and may(declaration, g.seats) and _is_there(declaration, source)
    ]
    amounts = [name for name in record.amount if getattr(row, name) is not None]
    amount = next((name for name in amounts if getattr(row, name)), amounts[-1] if amounts else None)
    without = {
        "state",
        record.heading,
        *record.hidden,
        *(record.variables.keys() - words.ways.keys()),
        *record.held_as.values(),
        *([amount] if amount else []),
    }
    turn = _whose_turn(onward) if onward and not step else ""
    if step and onward:
        role = by_whom(onward, place).role
        step["turn"] = _("轮到您：%(role)s", role=word(role, language=language()))
    title = heading(record, row, words)
    page = render_template(
        "desk/record.html",
        crumbs=back_to(community, record),
        title=title,
        sentence=" · ".join(filter(None, (_sentence(record, title, place, words), turn))),
        amount_fen=getattr(row, amount) if amount else None,
        amount_label=words.of(amount, record.facts) if amount else "",
        state={"kind": shown_state.tone or "on", "words": shown_state.text} if shown_state else None,
        facts=facts(row, words, record.facts, without=without),
        parts=parts,
        steps=steps,
        empty=record.empty.in_(language()),
        step=step,
        others=others,
        beside=beside,
    )
    answer = make_response(page)
    if record.moves is not None and record.moves(source):
        answer.headers["Refresh"] = str(LOOKS_AGAIN)
    return answer


def _sentence(record: Record, title: str, place: Mapping[str, Any], words: Words) -> str:
    """What kind of thing it is, and by what it is named, as far as its title does not say so; nothing where it says all."""
    without = {*record.hidden, record.heading}
    values = {
        name: value
        for name, value in place.items()
        if not {name, record.held_as.get(name, name)} & without and not DIGEST.fullmatch(str(value))
    }
    named = place_told(record, values, words, record.facts)
    kind = record.title.in_(language())
    return " · ".join([kind, *(fact.text for fact in named)] if named or title != kind else [])


def _onward(record: Record, source: Any) -> Operation | None:
    """The step that leads on from where a thing stands, where one goes through it step by step."""
    by_steps = any(part.timeline for part in record.parts.values())
    ways = (
        operation
        for operation in OPERATIONS
        if operation.on is record
        and not operation.turns_back
        and operation.offered is not None
        and operation.offered(source)
    )
    return next(ways, None) if by_steps else None


def _whose_turn(step: Operation) -> str:
    """Who does the next step, where it is not whoever looks."""
    roles = dict.fromkeys(role if isinstance(role, Role) else role.role for role in step.roles)
    who = ("、" if language() == "zh" else ", ").join(word(role, language=language()) for role in roles)
    return str(_("轮到%(who)s：%(what)s", who=who, what=step.title.in_(language())))


def _parts(record: Record, call: Call, source: Any) -> list[Any]:
    parts: list[Any] = []
    row = record.gives.of(source)
    for part in record.parts.values():
        if part.timeline:
            continue
        answer = bound(part.query, call, source)
        shown = [
            part.gives.of(piece)
            for piece in (answer if part.many else [answer] if answer is not None else [])
        ]
        words = words_of(call, shown)
        if part.many:
            parts.append(table(part.title.in_(language()), shown, Shape(part.gives, record.facts), words))
        elif shown:
            parts.append({"title": part.title.in_(language()), "facts": facts(shown[0], words, record.facts)})
    for name in type(row).model_fields:
        value = getattr(row, name)
        if isinstance(value, (list, tuple)) and value and isinstance(value[0], Out):
            words = words_of(call, value)
            parts.append(
                table(words.of(name, record.facts), value, Shape(type(value[0]), record.facts), words)
            )
    return parts


def _offered(record: Record, call: Call, source: Any) -> list[tuple[Operation, str]]:
    """What may be done with a record as it stands, by whoever looks at it; what turns back comes last."""
    ways = [
        operation
        for operation in OPERATIONS
        if operation.on is record and may(operation, g.seats) and _is_offered(operation, call, source)
    ]
    return [
        (operation, form_url(call.community, operation, call.place))
        for operation in sorted(ways, key=lambda operation: operation.turns_back)
    ]


def _is_offered(operation: Operation, call: Call, source: Any) -> bool:
    if operation.offered is not None and not operation.offered(source):
        return False
    by = by_whom(operation, {name: value for name, value in call.place.items() if value is not None})
    return operation.fits is None or operation.fits(call._replace(by=by), source)


def form_url(community: str, operation: Operation, place: Mapping[str, Any]) -> str:
    given = {name: value for name, value in place.items() if name not in operation.variables}
    path = address_of(community, operation)
    path = filled(path, place) if set(operation.variables) <= set(place) else path
    query = "&".join(f"{name}={quoted(str(value))}" for name, value in given.items())
    return f"/desk{path}" + (f"?{query}" if query else "")


def _is_there(declared: Declared, source: Any) -> bool:
    return (
        not isinstance(declared, (Document, Record)) or declared.offered is None or declared.offered(source)
    )


def _inline(call: Call, record: Record, operation: Operation, source: Any) -> dict[str, Any]:
    typed = begun_at(call, operation, source)
    for name, value in call.place.items():
        if name in operation.model.model_fields:
            typed[name] = str(value)
    seen = seen_of(record, source)
    drawing = drawing_of(
        call.session, call.community, operation.fields, typed, {}, blank=True, seen=seen, place=call.place
    )
    return {
        "title": operation.title.in_(language()),
        "turn": "",
        "action": form_url(call.community, operation, call.place),
        "errors": [],
        "fields": drawn(operation, drawing, fixed=record.variables),
        "hidden": unseen(secrets.token_hex(12), seen),
        "button": operation.title.in_(language()),
    }


def document_view(document: Document, community: str, place: Mapping[str, Any]) -> AnyResponse:
    """A document, made now."""
    asked_for = {name: text for name, text in request.args.items() if name in document.model.model_fields}
    asked = document.model.model_validate(asked_for)
    by = by_whom(document, dict(place) | dict(asked))
    with reading() as session:
        if not document.everywhere:
            community_of(session, community)
        return file_answer(document.call(call_of(session, community, place, asked, by)))
