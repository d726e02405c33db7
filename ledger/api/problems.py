"""Refusals as RFC 9457 ``application/problem+json``."""

from collections.abc import Sequence
from typing import Any

from flask import Response, g, json, make_response, request
from pydantic import ValidationError
from pydantic_core import ErrorDetails
from werkzeug.exceptions import HTTPException

from ledger.access.access import status_of
from ledger.access.statuses import sentence_of
from ledger.errors import LedgerError, Malformed
from ledger.fields import Upload, why_not
from ledger.operations.labels import label_at
from ledger.words import cited


def language() -> str:
    """``en`` when the reader prefers English, else ``zh``."""
    return request.accept_languages.best_match(["zh", "en"], "zh") or "zh"


def problem(status: int, code: str, title: str, **more: Any) -> Response:
    """A problem document."""
    content = {"type": f"urn:mingbai:{code}", "title": title, "status": status, "code": code, **more}
    document = json.dumps(content, ensure_ascii=False, default=str)
    answer = make_response(
        document.encode(errors="backslashreplace"), status
    )  # it may quote half a character
    answer.content_type = "application/problem+json"
    if status == 401:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def refusal(error: LedgerError) -> Response:
    """A refusal of the ledger as a problem document, in the reader's language with the Chinese beside it."""
    return problem(
        status_of(error),
        error.code,
        error.sentence(language()),
        title_zh=error.sentence("zh"),
        article=cited(str(error.facts.get("article") or error.article), language()),
        facts={name: _plain(value) for name, value in error.facts.items()},
    )


def unreadable(error: ValidationError) -> Response:
    """Every field that could not be read, with the value that stood there and why, in the reader's language."""
    wrong = error.errors(include_url=False)
    errors = [
        {
            "field": ".".join(map(str, fault["loc"])),
            "value": _stood_there(fault),
            "why": why_not(fault["type"], fault.get("ctx"), language()),
        }
        for fault in wrong
    ]
    title, title_zh = (_first(wrong, tongue) for tongue in (language(), "zh"))
    return problem(422, Malformed.code, title, title_zh=title_zh, errors=errors)


def _stood_there(fault: ErrorDetails) -> str:
    """What stood in a field; nothing where it is missing, for then the whole request is at fault, and of a file its name."""
    if fault["type"] == "missing":
        return ""
    value = fault.get("input")
    return (value.name if isinstance(value, Upload) else str(value))[:200]


def _first(wrong: Sequence[ErrorDetails], language: str) -> str:
    """The first fault as a sentence."""
    if not wrong:
        return Malformed(what="").sentence(language)
    path = wrong[0]["loc"]
    said = why_not(wrong[0]["type"], wrong[0].get("ctx"), language)
    labelled = g.get("labelled", {})  # of what is asked for, once it is known
    return Malformed(what=f"{label_at(path, labelled).in_(language)}: {said}" if path else said).sentence(
        language
    )


def _plain(value: object) -> object:
    if isinstance(value, (str, int, bool, type(None))):
        return value
    if isinstance(value, (list, tuple)) and not hasattr(value, "_asdict"):
        return [_plain(part) for part in value]
    if hasattr(value, "__dataclass_fields__"):
        return {name: _plain(getattr(value, name)) for name in value.__dataclass_fields__}
    if hasattr(value, "_asdict"):
        return {name: _plain(part) for name, part in value._asdict().items()}
    return str(value)


def failed(error: HTTPException) -> Response:
    """What the server itself refuses, such as an address where nothing is."""
    status = error.code or 500
    code = (error.name or "error").lower().replace(" ", "-")
    return problem(status, code, sentence_of(status, language()), title_zh=sentence_of(status, "zh"))
