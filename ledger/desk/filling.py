"""Forms: drawn, sent, sent again with what was wrong, confirmed, done."""

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from hashlib import sha256
from http import HTTPStatus
from pathlib import PurePath
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
from flask import session as visit
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf
from pydantic import BaseModel, ValidationError
from pydantic_core import from_json
from sqlmodel import Session
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from ledger.access.access import (
    file_answer,
    installation,
    reading,
    status_of,
    writing,
)
from ledger.access.background import ask_for
from ledger.access.performing import (
    Foretold,
    KeyMissing,
    SeenMalformed,
    Stale,
    Wish,
    answered_before,
    digest_of,
    perform,
    preview,
    seen_of,
    takes_long,
    would_be,
)
from ledger.community.queries import community as community_of
from ledger.community.role_rules import RESIDENTS, Role
from ledger.desk.forms import Drawing, FormField, Sent, answered, begun, drawn, errors_of, request_of
from ledger.desk.frame import back_to, by_whom, call_of, language, may, words_of
from ledger.desk.views import (
    DIGEST,
    Cell,
    Shape,
    Step,
    Table,
    address_of,
    cell,
    facts,
    heading,
    laid_out,
    nested,
    place_told,
    table,
    timeline,
    url_of,
)
from ledger.errors import LedgerError, Unknown
from ledger.fields import Out, Upload
from ledger.files.actions import hold_upload, keep_file
from ledger.files.queries import held_upload
from ledger.files.rules import kind_asked_for
from ledger.jobs.tables import Job
from ledger.journal.rules import AskedDifferently
from ledger.operations.books import ENTRY
from ledger.operations.jobs import JOB
from ledger.operations.operation import Call, Comparison, EntryOut, File, Operation, Record, bound, in_both
from ledger.operations.registry import RECORDS
from ledger.operations.shapes import fields_of
from ledger.operations.workbooks import XLSX
from ledger.periods import day_in_shanghai

UNSEEN = frozenset({"csrf_token", "key", "seen", "confirmed", "foretold", "back", "annotated"})
"""What a form carries beside what was typed."""
MOST_PROBLEMS = 100
"""So many of the wrong cells of a file stand on the page; all of them stand in the file itself."""

LATELY = timedelta(minutes=30)
"""So long after it was done is the same, sent again from a form drawn anew, looked at once more."""
REMEMBERED = 8
"""So many of the last things that were done at this browser are known again."""


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
    seen: Mapping[str, Any] | None = None,
    place: Mapping[str, Any] | None = None,
    by: Role | None = None,
) -> Drawing:
    today = day_in_shanghai(g.now)
    lives_here = bool(g.seats) and all(seat.role in RESIDENTS for seat in g.seats)
    own = {seat.home for seat in g.seats if seat.home} if lives_here else None
    return Drawing(
        session,
        community,
        today,
        language(),
        field_of,
        typed,
        errors,
        blank,
        seen or {},
        place or {},
        own,
        by,
    )


def begun_at(call: Call, operation: Operation, row: Any) -> MultiDict[str, str]:
    """What stands in an operation's form at first: nothing, while the record that it stands on is not known yet."""
    is_known = row is not None or operation.on is None or operation.begins_its_record
    asks = operation.begins if is_known else None
    values = bound(asks, call, row) if asks else {}
    return MultiDict(begun(fields_of(operation.model), values))


def steps_of(record: Record, call: Call, row: Any) -> list[Step]:
    """What happened to a record, the newest first; nothing where it does not tell."""
    for part in record.parts.values():
        if part.timeline:
            shown = [part.gives.of(step) for step in bound(part.query, call, row)]
            return timeline(shown, words_of(call, shown))
    return []


def was_done(wish: Wish) -> bool:
    """Whether the same was done at this browser a little while ago, by another form than this one."""
    since = (wish.at - LATELY).isoformat()
    return any(
        mark == _mark(wish) and key != wish.key and at >= since for mark, key, at in visit.get("done", ())
    )


def remember(wish: Wish) -> None:
    """Know again what was done, where it has made something: a form that only asks may be sent as often as one likes."""
    if wish.operation.status != HTTPStatus.OK:
        others = [mark for mark in visit.get("done", ()) if mark[1] != wish.key]
        visit["done"] = [[_mark(wish), wish.key, wish.at.isoformat()], *others][:REMEMBERED]


def _mark(wish: Wish) -> str:
    return sha256(f"{wish.by.login}\n{digest_of(wish)}".encode()).hexdigest()[:16]


class Filling:
    """One operation's form: drawn, sent, sent again with what was wrong, confirmed, done."""

    def __init__(self, operation: Operation, community: str, place: Mapping[str, Any]) -> None:
        self.operation, self.community, self.place = operation, community, place
        self.errors: dict[str, str] = {}
        self.there = True
        """Whether the record that it stands on is there."""
        self.said: list[tuple[str | None, str]] = []
        self.problems: Any = ()
        """What is wrong with the rows of a file that was sent."""
        self.key = request.form.get("key") or secrets.token_hex(12)
        self.sent = Sent(
            MultiDict((name, str(text)) for name, text in request.values.items(multi=True)),
            request.files,
            self.keep,
            self.held,
        )

    def keep(self, name: str, upload: Upload) -> str:
        """Evidence that is asked for by a name is stored as it comes, whatever else is wrong with the form."""
        by = by_whom(self.operation, self.place)
        with writing() as session:
            stored = keep_file(
                session,
                self.community,
                upload.body,
                upload.name,
                kind_asked_for(name, upload.body),
                by=by,
                at=g.now,
            )
        return str(stored.sha256)

    def held(self, sha256: str) -> Upload | None:
        """A file that came with the form before and is held for whoever sends it again."""
        by = by_whom(self.operation, self.place)
        with reading() as session:
            return held_upload(session, self.community, sha256, by=by, at=g.now)

    def hold(self) -> None:
        """See that the files of a form which is drawn again need not be chosen again."""
        by = by_whom(self.operation, self.place)
        for path, upload in self.sent.uploads.items():
            with writing() as session:
                digest = hold_upload(session, self.community, upload, by=by, at=g.now)
            self.sent.typed[f"kept:{path}"] = f"{digest} {upload.name}"

    def seen(self) -> dict[str, Any] | None:
        """What the form was drawn for, by fact; None where it was drawn for no record.

        Raises:
            SeenMalformed: it came back as what no form was drawn for.
        """
        if "seen" not in request.form:
            return None
        try:
            seen = from_json(request.form["seen"])
        except ValueError:
            raise SeenMalformed() from None
        if not isinstance(seen, dict):
            raise SeenMalformed()
        return seen

    def row(self, session: Session) -> Any:
        """The record that it stands on, as it is now; nothing where there is none yet."""
        record = self.operation.on
        if record is None:
            return None
        values = {name: self.place.get(name, self.sent.typed.get(name)) for name in record.variables}
        if None in values.values():
            return None
        was_typed = request.method == "POST" and not record.variables.keys() <= self.place.keys()
        try:
            place = record.place.model_validate(values).model_dump()
            by = by_whom(self.operation, self.place)
            return record.call(call_of(session, self.community, place, record.model(), by))
        except (Unknown, ValidationError):
            if was_typed or self.operation.begins_its_record:
                return None  # what was typed wrongly is said beside its field
            raise

    def draw(self, template: str = "desk/form.html", status: int = 200, **more: Any) -> AnyResponse:
        """The form with what was typed and what was wrong."""
        operation = self.operation
        blank = request.method == "GET"
        self.hold()
        with reading() as session:
            if not operation.everywhere:
                community_of(session, self.community)
            row = self.row(session)
            self.there = row is not None
            seen = self.seen_now(row)
            if blank:
                for name, text in begun_at(self.call(session), operation, row).items():
                    self.sent.typed.setdefault(name, text)
            drawing = drawing_of(
                session,
                self.community,
                operation.fields,
                self.sent.typed,
                self.errors,
                blank=blank,
                seen=seen,
                place=self.place,
                by=by_whom(operation, self.place).role,
            )
            fields = drawn(operation, drawing, self.fixed())
            named = self.named(session, row)
        ids = {field.name: field.id for field in _all(fields)}
        errors = [(ids.get(name), f"{_label_of(fields, name)}{why}") for name, why in self.errors.items()]
        page = render_template(
            template,
            crumbs=self.crumbs(),
            title=operation.title.in_(language()),
            context=" · ".join(f"{fact.label} {fact.text}" for fact in named),
            fields=fields,
            errors=[*self.said, *errors],
            hidden=unseen(self.key, seen),
            button=operation.title.in_(language()),
            cancel=self.back(),
            problems=[
                (problem.spot, getattr(problem, language()), problem.header, problem.value)
                for problem in self.problems[:MOST_PROBLEMS]
            ],
            problems_more=max(0, len(self.problems) - MOST_PROBLEMS),
            annotates=operation.annotates is not None,
            **more,
        )
        return make_response(page, status)

    def call(self, session: Session) -> Call:
        by = by_whom(self.operation, self.place)
        return call_of(session, self.community, self.place, None, by)

    def named(self, session: Session, row: Any) -> list[Cell]:
        """What the form's address names, and what that is called."""
        words = words_of(self.call(session), [self.place.items()])
        values = {name: value for name, value in self.place.items() if not DIGEST.fullmatch(str(value))}
        named = place_told(self.operation, values, words, self.operation.fields)
        on, row = self.operation.on, self.row(session)
        if (
            on is None
            or row is None
            or on.heading in ("", *self.place)
            or not on.variables.keys() <= self.place.keys()
        ):
            return named
        shown = on.gives.of(row)
        told_as = heading(on, shown, words_of(self.call(session), [shown]))
        return [*named, Cell(told_as, label=on.title.in_(language()))]

    def crumbs(self) -> dict[str, str] | None:
        if self.operation.on is not None and self.there and (url := self.record_url()):
            return {"url": url, "label": self.operation.on.title.in_(language())}
        return back_to(self.community, self.operation)

    def seen_now(self, row: Any) -> dict[str, Any] | None:
        """What a form drawn now is drawn for: nothing yet, where it begins its record; None where it is drawn for none."""
        operation = self.operation
        if operation.on is not None and row is not None:
            return seen_of(operation.on, row)
        return {} if operation.begins_its_record else None

    def record_url(self) -> str:
        on = self.operation.on
        if on is None:
            return ""
        values = {name: self.place.get(name) or self.sent.typed.get(name) for name in on.variables}
        return url_of(self.community, on, values)

    def back(self) -> str:
        crumbs = self.crumbs()
        return crumbs["url"] if crumbs else f"/desk/{self.community}/"

    def draw_with(self, refused: Mapping[str, LedgerError]) -> AnyResponse:
        """The form with what is not taken said beside its field."""
        self.errors = {path: error.sentence(language()) for path, error in refused.items()}
        return self.draw(status=status_of(next(iter(refused.values()))))

    def answer(self) -> AnyResponse:
        """Do what was asked, or say what has to be put right."""
        try:
            wanted = request_of(self.operation, self.sent)
            if refused := self.sent.refused:
                return self.draw_with(refused)
            if any(name.startswith("more:") for name in request.form) or request.form.get("back"):
                return self.draw()
            if self.guess():
                return self.draw()
            if unfinished := self.sent.unfinished:
                return self.draw_with(unfinished)
            asked = self.operation.model.model_validate(wanted)
            by = by_whom(self.operation, dict(self.place) | dict(asked))
            seen = self.seen()
            wish = Wish(self.operation, self.community, self.place, asked, by, g.now, self.key, seen)
            if not request.form.get("confirmed") and (self.operation.confirms or was_done(wish)):
                return self.confirm(wish)
            if self.has_moved(wish):
                return self.confirm(wish, _("您看过以后账又变了，会记的分录和刚才不同。"))
            if takes_long(wish):
                job = ask_for(installation(), wish)
                remember(wish)
                return self.wait_for(job)
            reply = perform(installation(), wish)
            remember(wish)
        except ValidationError as error:
            self.errors = errors_of(error, language(), self.operation, self.sent)
            return self.draw(status=422)
        except Stale as stale:
            return self.conflict(stale)
        except LedgerError as error:
            if request.form.get("annotated") and "problems" in error.facts:
                return self.annotated(asked, error)
            return self.refuse(error)
        return self.go_on(json.loads(reply.body), stood=reply.stood)

    def unsigned(self) -> AnyResponse:
        """The form of a visit that is over, as it was typed: whoever is here looks at it and sends it himself."""
        self.key = secrets.token_hex(12)
        self.said = [(None, _("这一页是上一次登录时打开的，没有办。您填的还在，看一遍再办；文件要重新选。"))]
        return self.draw(status=HTTPStatus.BAD_REQUEST)

    def guess(self) -> bool:
        """Fill in what the file that was chosen says of the rest, where nobody has; gives whether it said anything."""
        upload = next(iter(self.sent.uploads.values()), None)
        if self.operation.guesses is None or upload is None:
            return False
        values = self.operation.guesses(upload)
        typed = dict(begun(fields_of(self.operation.model), values))
        roots = {name.partition(".")[0].partition(":")[0] for name in typed}
        filled = any(
            text and name.partition(".")[0].partition(":")[0] in roots
            for name, text in self.sent.typed.items(multi=True)
        )
        if not filled:
            for name, text in typed.items():
                self.sent.typed[name] = text
        return not filled

    def wait_for(self, job: Job) -> AnyResponse:
        """To the page of a job, which tells how far it is."""
        flash(
            _(
                "已经交办：%(what)s。页面可以关掉，办好以后在这里看结果。",
                what=self.operation.title.in_(language()),
            ),
            "message",
        )
        return redirect(url_of("", JOB, {"no": job.no}))

    def annotated(self, asked: BaseModel, error: LedgerError) -> AnyResponse:
        """The file that was sent, with what is wrong beside its rows."""
        problems: Any = error.facts["problems"]
        upload = next(value for _name, value in asked if isinstance(value, Upload))
        assert self.operation.annotates is not None
        body = self.operation.annotates(upload.body, problems)
        marked = "-".join([PurePath(upload.name).stem, _("错误")])
        return file_answer(File(body, XLSX, f"{marked}.xlsx"))

    def refuse(self, error: LedgerError) -> AnyResponse:
        if isinstance(error, (AskedDifferently, KeyMissing)):
            self.key = secrets.token_hex(12)  # it has done something else already, or is none
        self.problems = error.facts.get("problems", ())
        sentence = error.sentence(language())
        if named := self.meant(error):
            self.errors = {named: sentence}
        else:
            self.said = [(None, sentence)]
        return self.draw(status=status_of(error))

    def meant(self, error: LedgerError) -> str | None:
        """The field that a refusal is about: one of its facts by name, or the only one that holds a value that it names."""
        asked = self.operation.model.model_fields
        if by_name := next((name for name in error.facts if name in asked), None):
            return by_name
        values = {str(value) for value in error.facts.values()}
        holding = [name for name in asked if (typed := self.sent.typed.get(name)) and typed in values]
        return holding[0] if len(holding) == 1 else None

    def conflict(self, stale: Stale) -> AnyResponse:
        changes: Any = stale.facts["changes"]
        seen = [(change.name, change.seen) for change in changes]
        now = [(change.name, change.now) for change in changes]
        with reading() as session:
            words = words_of(self.call(session), [seen, now])
            last = self.last_step(session)
            row = self.row(session)
            still = row is None or self.operation.offered is None or self.operation.offered(row)
            typed = [] if still else list(self.asked_told(session))
        rows = [
            (words.of(name, {}), cell(name, old, words).text, cell(name, new, words).text)
            for (name, old), (_name, new) in zip(seen, now, strict=True)
        ]
        self.key = secrets.token_hex(12)
        return self.draw(
            "desk/conflict.html",
            409,
            rows=rows,
            now_at=" · ".join(filter(None, (last.when, last.who))) if last else "",
            reason={"who": last.who, "words": last.detail} if last and last.detail else None,
            sentence=_("您看的不是现在的样子，所以没有登记。您填的还在。")
            if still
            else _("您看的不是现在的样子，所以没有登记；现在也不用再办这一步了。"),
            still=still,
            typed=typed,
        )

    def last_step(self, session: Session) -> Step | None:
        """What happened last to what the form is on, where its record tells that and may be seen."""
        record, row = self.operation.on, self.row(session)
        if record is None or row is None or not may(record, g.seats):
            return None
        return next(iter(steps_of(record, self.call(session), row)), None)

    def has_moved(self, wish: Wish) -> bool:
        """Whether other entries would be booked by now than the last look has shown."""
        shown = request.form.get("foretold")
        if not shown or takes_long(wish) or answered_before(installation(), wish):
            return False
        return preview(installation(), wish).digest != shown

    def confirm(self, wish: Wish, *why: str) -> AnyResponse:
        """One last look: what was typed, and the entry that will be booked."""
        foretold = Foretold() if takes_long(wish) else preview(installation(), wish)
        otherwise = would_be(installation(), wish)
        self.hold()
        with reading() as session:
            rows = [*self.named(session, self.row(session)), *self.asked_told(session)]
            amounts = [row.text for row in rows if row.kind == "money"]
            if foretold.answer is not None and self.tells_more(foretold.answer):
                rows += self.foretold(session, foretold.answer)
            shown = self.shown(session, otherwise)
        typed = [(name, value) for name, value in self.sent.typed.items(multi=True) if name not in UNSEEN]
        seen = self.seen()
        last_look = [*why, *([_("您刚才办过一模一样的一件。再办就是两件。")] if was_done(wish) else [])]
        last_look.append(
            _("请再看一遍，办了以后只能用冲销或更正改。")
            if foretold.sides
            else _("请再看一遍，办了就记在日志里，抹不掉。")
        )
        if takes_long(wish):
            last_look.append(_("办起来要几分钟，在后台办，您不用等在这里。"))
        page = render_template(
            "desk/confirm.html",
            title=_("请确认：%(what)s", what=self.operation.title.in_(language())),
            sentence=" ".join(last_look),
            rows=rows,
            shown=shown,
            entry=[
                {"side": line.side, "account": line.en if language() == "en" else line.zh, "fen": line.fen}
                for line in foretold.sides
            ],
            hidden=[*unseen(self.key, seen), ("foretold", foretold.digest)],
            typed=typed,
            button=" ".join([self.operation.title.in_(language()), *(amounts if len(amounts) == 1 else [])]),
        )
        return make_response(page)

    def tells_more(self, answer: Out) -> bool:
        """Whether the answer says what neither the form nor the entry does, such as what the fund cannot pay."""
        return self.operation.everywhere or bool(self.operation.shows) or isinstance(answer, EntryOut)

    def foretold(self, session: Session, answer: Out) -> list[Cell]:
        """What would be answered, but for the entry that is not there yet."""
        words = words_of(self.call(session), [answer])
        return facts(answer, words, self.operation.fields, without=EntryOut.model_fields)

    def shown(self, session: Session, rows: Sequence[Out]) -> Table | None:
        """What would be otherwise, where the operation tells it."""
        part = self.operation.shows
        if part is None or not (rows or isinstance(part, Comparison)):
            return None
        words = words_of(self.call(session), rows)
        shown = table(part.title.in_(language()), rows, Shape(part.gives, {}), words)
        if isinstance(part, Comparison):
            shown.note = part.note.in_(language())
        return shown

    def asked_told(self, session: Session) -> Iterator[Cell]:
        """What was asked, in the words of the form; what the page it was opened on says by its name."""
        operation = self.operation
        row = self.row(session)
        seen = seen_of(operation.on, row) if operation.on and row is not None else {}
        drawing = drawing_of(
            session,
            self.community,
            operation.fields,
            self.sent.typed,
            {},
            blank=False,
            seen=seen,
            place=self.place,
        )
        fixed = self.fixed()
        if operation.on and fixed and operation.on.heading not in (*fixed, ""):
            shown = operation.on.gives.of(row)
            told_as = heading(operation.on, shown, words_of(self.call(session), [shown]))
            yield Cell(told_as, label=operation.on.title.in_(language()))
        else:
            fixed = set()
        for field in drawn(operation, drawing):
            if field.name not in fixed:
                kind = "money" if field.kind == "money" else "text"
                yield from (Cell(text, kind, label=label) for label, text in answered(field, language()))

    def fixed(self) -> set[str]:
        """What the page that the form was opened on says already."""
        return set(self.operation.on.variables) & set(request.args) if self.operation.on else set()

    def go_on(self, answer: Mapping[str, Any], *, stood: bool = False) -> AnyResponse:
        """To the record that it was done on or that it made, else to the noun's page; what was only asked is shown."""
        if self.operation.status == HTTPStatus.OK:
            return self.show(answer)
        title, no = self.operation.title.in_(language()), answer.get("entry")
        where = self.record_url() or self._made(answer)
        if stood:
            words = _("以前已经办过：%(what)s，凭证号 %(no)s；这次什么也没有记。", what=title, no=no)
        elif no:
            words = _("已办好：%(what)s，凭证号 %(no)s。", what=title, no=no)
        else:
            words = _("已办好：%(what)s。", what=title)
        sentence = str(words) + ("" if where else self.outcome(answer))
        flash(
            sentence, url_of(self.community, ENTRY, {"no": no}) if no and may(ENTRY, g.seats) else "message"
        )
        return redirect(where or self.back())

    def show(self, answer: Mapping[str, Any]) -> AnyResponse:
        """What was asked for, and the form of what is done next with it: it begins with the answer and the same files."""
        row = self.operation.gives.of(answer)
        following = self.operation.then if self.operation.then and may(self.operation.then, g.seats) else None
        goes_on_with = following.model.model_fields.keys() if following else set()
        self.hold()
        with reading() as session:
            words = words_of(self.call(session), [row])
            step = self.next_form(session, following, answer) if following else None
        page = render_template(
            "desk/record.html",
            crumbs=self.crumbs(),
            title=self.operation.title.in_(language()),
            facts=facts(row, words, self.operation.fields, without=goes_on_with),
            parts=laid_out(row, words, self.operation.fields, without=goes_on_with),
            step=step,
        )
        return make_response(page)

    def next_form(self, session: Session, following: Operation, answer: Mapping[str, Any]) -> dict[str, Any]:
        asked = fields_of(following.model)
        typed = MultiDict(begun(asked, {name: answer[name] for name in asked.keys() & answer.keys()}))
        for name in asked:
            if kept := self.sent.typed.get(f"kept:{name}"):
                typed[f"kept:{name}"] = kept
        drawing = drawing_of(session, self.community, following.fields, typed, {}, blank=True)
        title = following.title.in_(language())
        return {
            "title": title,
            "turn": "",
            "action": f"/desk{address_of(self.community, following)}",
            "errors": [],
            "fields": drawn(following, drawing),
            "hidden": unseen(secrets.token_hex(12), None),
            "button": title,
        }

    def outcome(self, answer: Mapping[str, Any]) -> str:
        """What came of it, where no record shows it."""
        english = language() == "en"
        with reading() as session:
            words = words_of(self.call(session), [answer.items()])
        parts = [
            f"{words.of(name, self.operation.fields)} {shown.text}"
            + (shown.fen is not None and not english) * " 元"
            for name, value in answer.items()
            if name not in ("entry", "leaf")
            and isinstance(value, (int, str, list))
            and value
            and not (isinstance(value, list) and nested(value))
            and not isinstance(value, bool)
            if not DIGEST.fullmatch(str(value))
            for shown in (cell(name, value, words),)
        ]
        for value in answer.values():
            parts += _told(value) if isinstance(value, list) else ()
        return "" if not parts else f" {'; '.join(parts)}." if english else f"{'；'.join(parts)}。"

    def _made(self, answer: Mapping[str, Any]) -> str:
        for record in RECORDS:
            if (
                record.path.startswith(self.operation.path + "/")
                and may(record, g.seats)
                and (url := url_of(self.community, record, answer))
            ):
                return url
        return ""


MOST_TOLD = 5
"""So many of the things that were odd about a file stand in one sentence."""


def _told(rows: Sequence[Any]) -> list[str]:
    """What was odd, row by row."""
    odd = [row for row in rows if isinstance(row, dict) and {"row", "odd"} <= row.keys()]
    sentences = [
        _("第 %(row)s 行：%(odd)s", row=row["row"], odd=in_both(row["odd"]).in_(language()))
        for row in odd[:MOST_TOLD]
    ]
    more = len(odd) - len(sentences)
    return [*sentences, *([_("还有 %(more)s 处", more=more)] if more else [])]


def _all(fields: Iterable[FormField]) -> Iterable[FormField]:
    for field in fields:
        yield field
        yield from _all(field.fields)
        for group in field.groups:
            yield from _all(group)


def _label_of(fields: Iterable[FormField], name: str) -> str:
    words = next((field.label for field in _all(fields) if field.name == name), "")
    return f"{words}{'：' if language() == 'zh' else ': '}" if words else ""


def form_view(operation: Operation, community: str, place: Mapping[str, Any]) -> AnyResponse:
    """The form of an operation, and what is sent with it."""
    filling = Filling(operation, community, place)
    if "not_ours" in g:
        return filling.unsigned()
    return filling.answer() if request.method == "POST" else filling.draw()
