"""Forms: drawn, sent, sent again with what was wrong, confirmed, done."""

import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from flask import (
    flash,
    g,
    json,
    make_response,
    redirect,
    render_template,
    request,
)
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf
from pydantic import TypeAdapter, ValidationError
from sqlmodel import Session
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from ledger.access.access import (
    publisher,
    reading,
    status_of,
    writing,
)
from ledger.access.performing import Stale, Wish, perform, preview, seen_of
from ledger.community.queries import community as community_of
from ledger.desk.forms import Drawing, FormField, Sent, drawn, errors_of, request_of
from ledger.desk.frame import back_to, by_whom, call_of, language, may
from ledger.desk.views import (
    Words,
    cell,
    url_of,
)
from ledger.errors import LedgerError
from ledger.fields import Upload
from ledger.files.actions import keep_file
from ledger.files.rules import FileKind
from ledger.operations.operation import Operation
from ledger.operations.registry import RECORDS
from ledger.periods import day_in_shanghai

UNSEEN = frozenset({"csrf_token", "key", "seen", "confirmed", "back"})
"""What a form carries beside what was typed."""


def unseen(key: str, seen: Mapping[str, Any] | None) -> list[tuple[str, str]]:
    hidden = [("csrf_token", generate_csrf()), ("key", key)]
    return (
        [*hidden, ("seen", json.dumps(seen, ensure_ascii=False, sort_keys=True))]
        if seen is not None
        else hidden
    )


def drawing_of(
    session: Session,
    community: str,
    field_of: Mapping[str, Any],
    typed: MultiDict[str, str],
    errors: Mapping[str, str],
    *,
    blank: bool,
) -> Drawing:
    return Drawing(session, community, day_in_shanghai(g.now), language(), field_of, typed, errors, blank)


class Filling:
    """One operation's form: drawn, sent, sent again with what was wrong, confirmed, done."""

    def __init__(self, operation: Operation, community: str, place: Mapping[str, Any]) -> None:
        self.operation, self.community, self.place = operation, community, place
        self.errors: dict[str, str] = {}
        self.said: list[tuple[str | None, str]] = []
        self.key = request.form.get("key") or secrets.token_hex(12)
        self.sent = Sent(
            MultiDict((name, str(text)) for name, text in request.values.items(multi=True)),
            request.files,
            self.keep,
        )

    def keep(self, upload: Upload) -> str:
        """Evidence is stored as it comes, whatever else is wrong with the form."""
        by = by_whom(self.operation, self.place)
        with writing() as session:
            stored = keep_file(
                session, self.community, upload.body, upload.name, FileKind.PAPER, by=by, at=g.now
            )
        return str(stored.sha256)

    def seen(self) -> dict[str, Any] | None:
        try:
            seen = json.loads(request.form.get("seen", ""))
        except ValueError:
            return None
        return seen if isinstance(seen, dict) else None

    def now(self, session: Session) -> dict[str, Any] | None:
        """What the record that it stands on is now."""
        record = self.operation.on
        if record is None:
            return None
        values = {name: self.place.get(name, self.sent.typed.get(name)) for name in record.variables}
        if None in values.values():
            return None
        place = record.place.model_validate(values).model_dump()
        by = by_whom(self.operation, self.place)
        return seen_of(record, record.call(call_of(session, self.community, place, record.model(), by)))

    def draw(self, template: str = "desk/form.html", status: int = 200, **more: Any) -> AnyResponse:
        """The form with what was typed and what was wrong."""
        operation = self.operation
        typed = self.sent.typed
        with reading() as session:
            community_of(session, self.community)
            drawing = drawing_of(
                session, self.community, operation.fields, typed, self.errors, blank=request.method == "GET"
            )
            fixed = set(operation.on.variables) & set(request.args) if operation.on else ()
            fields = drawn(operation, drawing, fixed)
            seen = self.now(session)
        ids = {field.name: field.id for field in _all(fields)}
        errors = [(ids.get(name), f"{_label_of(fields, name)}{why}") for name, why in self.errors.items()]
        page = render_template(
            template,
            crumbs=self.crumbs(),
            title=operation.title.in_(language()),
            fields=fields,
            errors=[*self.said, *errors],
            hidden=unseen(self.key, seen),
            button=operation.title.in_(language()),
            cancel=self.back(),
            **more,
        )
        return make_response(page, status)

    def crumbs(self) -> dict[str, str] | None:
        if self.operation.on is not None and (url := self.record_url()):
            return {"url": url, "label": self.operation.on.title.in_(language())}
        return back_to(self.community, self.operation)

    def record_url(self) -> str:
        on = self.operation.on
        if on is None:
            return ""
        values = {name: self.place.get(name) or self.sent.typed.get(name) for name in on.variables}
        return url_of(self.community, on, values)

    def back(self) -> str:
        crumbs = self.crumbs()
        return crumbs["url"] if crumbs else f"/desk/{self.community}/"

    def answer(self) -> AnyResponse:
        """Do what was asked, or say what has to be put right."""
        if any(name.startswith("more:") for name in request.form) or request.form.get("back"):
            return self.draw()
        try:
            asked = self.operation.model.model_validate(request_of(self.operation, self.sent))
            by = by_whom(self.operation, dict(self.place) | dict(asked))
            seen = self.seen()
            wish = Wish(self.operation, self.community, self.place, asked, by, g.now, self.key, seen)
            if self.operation.confirms and not request.form.get("confirmed"):
                return self.confirm(wish)
            done = perform(publisher(), wish)
        except ValidationError as error:
            self.errors = errors_of(error, language())
            return self.draw(status=422)
        except Stale as stale:
            return self.conflict(stale)
        except LedgerError as error:
            return self.refuse(error)
        return self.go_on(json.loads(done.body))

    def refuse(self, error: LedgerError) -> AnyResponse:
        sentence = error.sentence(language())
        named = next((name for name in error.facts if name in self.operation.model.model_fields), None)
        if named:
            self.errors = {named: sentence}
        else:
            self.said = [(None, sentence)]
        return self.draw(status=status_of(error))

    def conflict(self, stale: Stale) -> AnyResponse:
        words = Words(language())
        changes: Any = stale.facts["changes"]
        rows = [
            (
                words.of(name, {}),
                cell(name, _member(self.operation, name, old), words).text,
                cell(name, _member(self.operation, name, new), words).text,
            )
            for name, old, new in changes
        ]
        self.key = secrets.token_hex(12)
        return self.draw(
            "desk/conflict.html",
            409,
            rows=rows,
            sentence=_("您看的不是现在的样子，所以没有登记。您填的还在。"),
        )

    def confirm(self, wish: Wish) -> AnyResponse:
        """One last look: what was typed, and the entry that will be booked."""
        words = Words(language())
        lines = preview(publisher(), wish)
        rows = []
        for name, value in dict(wish.asked).items():
            if value in (None, "", (), []) or isinstance(value, Upload):
                continue
            shown = cell(name, value, words)
            told_as = self.operation.fields.get(name)
            shown.label = told_as.label.in_(language()) if told_as else words.of(name, {})
            rows.append(shown)
        typed = [(name, value) for name, value in self.sent.typed.items(multi=True) if name not in UNSEEN]
        seen = self.seen()
        page = render_template(
            "desk/confirm.html",
            title=self.operation.title.in_(language()),
            sentence=_("请再看一遍，办了以后只能用冲销或更正改。"),
            rows=rows,
            entry=[
                {"side": each.side, "account": each.en if language() == "en" else each.zh, "fen": each.fen}
                for each in lines
            ],
            hidden=unseen(self.key, seen),
            typed=typed,
            button=self.operation.title.in_(language()),
        )
        return make_response(page)

    def go_on(self, answer: Mapping[str, Any]) -> AnyResponse:
        """To the record that it was done on or that it made, else to the noun's page."""
        done = self.operation.title.in_(language())
        if "entry" in answer:
            flash(_("已办好：%(what)s，凭证号 %(no)s。", what=done, no=answer["entry"]))
        else:
            flash(_("已办好：%(what)s。", what=done))
        return redirect(self.record_url() or self._made(answer) or self.back())

    def _made(self, answer: Mapping[str, Any]) -> str:
        for record in RECORDS:
            if (
                record.path.startswith(self.operation.path + "/")
                and may(record, g.seats)
                and (url := url_of(self.community, record, answer))
            ):
                return url
        return ""


def _member(operation: Operation, name: str, value: Any) -> Any:
    """A fact of a record as it was before it became JSON."""
    info = operation.on.gives.model_fields.get(name) if operation.on else None
    if info is None or info.annotation is None or value is None:
        return value
    try:
        return TypeAdapter[Any](info.annotation).validate_python(value)
    except ValidationError:
        return value


def _all(fields: Iterable[FormField]) -> Iterable[FormField]:
    for field in fields:
        yield field
        yield from _all(field.fields)
        for group in field.groups:
            yield from _all(group)


def _label_of(fields: Iterable[FormField], name: str) -> str:
    words = next((field.label for field in _all(fields) if field.name == name), "")
    return f"{words}：" if words else ""


def form_view(operation: Operation, community: str, place: Mapping[str, Any]) -> AnyResponse:
    """The form of an operation, and what is sent with it."""
    filling = Filling(operation, community, place)
    return filling.answer() if request.method == "POST" else filling.draw()
