"""Every strange value in every place of every request, at every door: never a crash, a traceback or a hang.

The sample lives one half-year, and somebody who holds every role there sends what `tests.strange` has: to the JSON door in
each field of each operation, in each address and each question; to the desk in each field of each form; to the public
board; and to the command line. What came of it is one line a door; each crash is told as it is found. It takes minutes and
is no benchmark, so it runs when it is named: ``python -m bench bad-input``.
"""

import json
import re
import shlex
import signal
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import partial
from html import unescape
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any
from urllib.parse import urlencode

import click
from flask import Flask, got_request_exception
from werkzeug.routing import Rule

from bench.databases import Engines, Ground
from bench.measuring import Goal, Line
from ledger.cli.commands import refuse_no_text
from ledger.cli.context import CommandContext, refused
from ledger.cli.do import command_of
from ledger.community.actions import appoint
from ledger.community.role_rules import Level, Role, Seat
from ledger.config import Config
from ledger.db import Database
from ledger.demo.people import MEI, ROOT
from ledger.demo.place import MEIYUAN
from ledger.demo.story import build
from ledger.installation import Installation
from ledger.operations.choices import OF
from ledger.operations.operation import VARIABLE, Declared, Listing, Operation
from ledger.operations.registry import EVERY, LISTINGS, OPERATIONS
from ledger.operations.shapes import fields_of
from ledger.periods import Month, day_in_shanghai, months_between
from ledger.web import create_app
from tests import strange
from tests.doors import signed_in

PLACE = MEIYUAN.code
NONE = Goal("<=", 0, " crashes")
WORKS, HANGS = 30, 300
"""Seconds of processor time, and seconds in all, after which it is taken to hang."""
TOLD = 5
"""Crashes of one kind that are told; the others are counted."""
QUESTIONS = ("q", "page", "next", "lang", "type", "theme", "old", "new", "surprise")
"""What an address may be asked that declares nothing."""


@dataclass
class Found:
    """What was sent through a door, and what fell over."""

    door: str
    sent: int = 0
    crashes: list[str] = field(default_factory=list)
    slowest: float = 0
    why: str = ""
    reasons: Counter[str] = field(default_factory=Counter)

    def ask(self, what: str, deed: Callable[[], int]) -> None:
        """Send one; it crashed when it raised, answered 5xx, or did not answer."""
        self.sent += 1
        self.why = ""
        signal.setitimer(signal.ITIMER_PROF, WORKS)
        signal.alarm(HANGS)
        start = perf_counter()
        try:
            status = deed()
        except Exception as error:  # whatever it is, it is what we look for
            status, self.why = 500, _told(error)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.alarm(0)
        self.slowest = max(self.slowest, perf_counter() - start)
        if status >= 500:
            self.crashes.append(what)
            self.reasons[self.why] += 1
        if status >= 500 and self.reasons[self.why] <= TOLD:
            print(f"    {self.door}: {what[:300]!r}: {status} {self.why}", flush=True)


def lines(engines: Engines) -> Iterator[Line]:
    for late in (signal.SIGALRM, signal.SIGPROF):
        signal.signal(late, _hung)
    for engine in engines.names:
        with engines.fresh(engine) as ground, TemporaryDirectory() as directory:
            for outcome in _doors(ground, Path(directory)):
                yield Line(
                    f"bad input, {outcome.door}",
                    ground.engine,
                    f"{outcome.sent:,} sent",
                    f"slowest {outcome.slowest:.1f} s",
                    "",
                    len(outcome.crashes),
                    NONE,
                )


def _hung(*_: object) -> None:
    raise TimeoutError("no answer")


def _told(error: BaseException) -> str:
    at = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {str(error)[:200]!r} at {at.filename}:{at.lineno}"


def _doors(ground: Ground, home: Path) -> Iterator[Found]:
    settings = {"LEDGER_HOME": str(home), "LEDGER_HOST": "bench.example"}
    installation = Installation.of(Config.from_env(settings), ground.database)
    months = tuple(months_between(Month(2025, 7), Month(2025, 12)))
    build(installation, (MEIYUAN,), {}, months, lambda _: None)
    with ground.database.writing() as session:
        for role in set(Role) - {MEI.role}:
            level = Level.HOUSING_AUTHORITY if role is Role.SUPERVISOR else None
            of = "3-2-501" if role in (Role.OWNER, Role.TENANT) else None
            now = datetime.now(UTC)
            appoint(
                session,
                MEI.login,
                PLACE,
                Seat(role, home=of, level=level),
                date(2025, 1, 1),
                by=ROOT.actor,
                at=now,
            )
    settings = {"LEDGER_HOME": str(home), "LEDGER_DATABASE_URL": ground.url, "LEDGER_COOKIE_INSECURE": "1"}
    app = create_app(Config.from_env(settings))
    app.config.update(WTF_CSRF_ENABLED=False)
    app.logger.disabled = True
    caller = Caller(app)
    known = _known(app.extensions["database"], caller)
    for walk in (_addresses, _questions, _bodies, _fields, _forms):
        yield walk(caller, known)
    app.extensions["database"].close()
    yield _commands(settings, known)


class Caller:
    """Somebody with every role, at both doors."""

    def __init__(self, app: Flask) -> None:
        self.app, self.client = app, app.test_client()
        self.number = 0
        self.why = ""
        self.sign_in = signed_in(app, MEI.actor).sign_in
        got_request_exception.connect(self._note, app)

    def _note(self, _: Flask, exception: BaseException, **__: Any) -> None:
        self.why = _told(exception)

    def __call__(self, method: str, path: str, data: Any = None, kind: str = "application/json") -> Any:
        self.number += 1
        token = self.app.extensions["tokens"].issue(MEI.login, self.sign_in, datetime.now(UTC))
        self.client.set_cookie("mingbai_desk", token, path="/desk")
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": f"strange-{self.number:08d}"}
        return self.client.open(path, method=method, headers=headers, data=data, content_type=kind)

    def ask(
        self, outcome: Found, method: str, path: str, data: Any = None, kind: str = "application/json"
    ) -> str:
        """Ask, and give the answer's text; nothing when there was none."""
        text = ""

        def deed() -> int:
            nonlocal text
            answer = self(method, path, data, kind)
            status: int = answer.status_code
            outcome.why = self.why if status >= 500 else ""
            text = answer.data.decode(errors="replace")
            return status

        said = data if isinstance(data, (str, bytes)) else ""
        outcome.ask(f"{method} {path} {said!r}", deed)
        return text


def _method(declared: Declared) -> str:
    return declared.method if isinstance(declared, Operation) else "GET"


def _json_path(declared: Declared, known: Mapping[str, Any], **strange_: str) -> str:
    place = "" if declared.everywhere else f"/communities/{PLACE}"
    return f"/api/v1{place}{strange.address(declared.path, known, **strange_)}"


def _known(database: Database, caller: Caller) -> dict[str, Any]:
    """What is there, by the name that it goes by in requests: what a form would offer, and the first row of each list."""
    today = day_in_shanghai(datetime.now(UTC))
    with database.reading() as session:
        choices = {name: list(query(session, PLACE, today)) for name, query in OF.items()}
    known = {name: offers[0].value for name, offers in choices.items() if offers}
    for listing in LISTINGS:
        if listing.record is None or not listing.opens_by_itself:
            continue
        answer = caller("GET", _json_path(listing, known))
        rows = answer.json.get(listing.key) if answer.status_code == 200 else None
        for name in listing.record.variables if rows else ():
            value = rows[0].get(listing.record.held_as.get(name, name))
            if value is not None:
                known.setdefault(name, value)
    return known


def _addresses(caller: Caller, known: Mapping[str, Any]) -> Found:
    """Each place of each address that the application has, whoever it is for."""
    outcome = Found("addresses")
    known = {"community": PLACE, **known}
    for rule in caller.app.url_map.iter_rules():
        for name in sorted(rule.arguments):
            for value in strange.ADDRESSES:
                path = _filled(rule, known | {name: value})
                for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                    caller.ask(outcome, method, path, "{}" if method != "GET" else None)
    return outcome


def _filled(rule: Rule, known: Mapping[str, Any]) -> str:
    numbers = {"int", "public_version"}
    return VARIABLE.sub(
        lambda part: str(known.get(part[2], "1" if part[1] in numbers else "2025-H2")), rule.rule
    )


def _questions(caller: Caller, known: Mapping[str, Any]) -> Found:
    """Each thing that an address can be asked."""
    outcome = Found("questions")
    known = {"community": PLACE, **known}
    asked: dict[str, set[str]] = {}
    for declaration in EVERY:
        if not isinstance(declaration, Operation):
            asked[_json_path(declaration, known)] = {
                *fields_of(declaration.model),
                "page",
                "size",
                "sort",
                "surprise",
            }
            if not declaration.everywhere and declaration.path:
                desk = f"/desk/{PLACE}{strange.address(declaration.path, known)}"
                asked[desk] = {*fields_of(declaration.model)}
                if isinstance(declaration, Listing):
                    asked[desk] |= {"page", "sort", "format"}
    for rule in caller.app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and "/do/" not in rule.rule:
            asked.setdefault(_filled(rule, known), set(QUESTIONS))
    for path, names in asked.items():
        for name in sorted(names):
            for value in strange.QUESTIONS:
                caller.ask(outcome, "GET", f"{path}?{name}={value}")
    return outcome


def _bodies(caller: Caller, known: Mapping[str, Any]) -> Found:
    """What is no request at all, to every address that takes one."""
    outcome = Found("bodies")
    for operation in OPERATIONS:
        for body in strange.BODIES:
            caller.ask(outcome, operation.method, _json_path(operation, known), body)
        caller.ask(
            outcome, operation.method, _json_path(operation, known), b"\xff\xfe\x00", "multipart/form-data"
        )
    for body in strange.BODIES:
        caller.ask(outcome, "POST", "/api/v1/sessions", body)
    for value in strange.VALUES:
        for name in ("login", "password"):
            credentials = json.dumps({"login": MEI.login, "password": "guess", name: value})
            caller.ask(outcome, "POST", "/api/v1/sessions", credentials)
    return outcome


def _fields(caller: Caller, known: Mapping[str, Any]) -> Found:
    """Each value of each request in JSON, at whatever depth it stands."""
    outcome = Found("fields")
    for operation in OPERATIONS:
        for value in strange.VALUES:
            for _, asked in strange.requests(fields_of(operation.model), value, known):
                if operation.takes_files:
                    data = {
                        name: content if isinstance(content, str) else json.dumps(content)
                        for name, content in asked.items()
                    }
                    if any("\ud800" in text for text in data.values()):
                        continue  # no form can carry it
                    caller.ask(
                        outcome, operation.method, _json_path(operation, known), data, "multipart/form-data"
                    )
                else:
                    caller.ask(outcome, operation.method, _json_path(operation, known), json.dumps(asked))
    return outcome


def _forms(caller: Caller, known: Mapping[str, Any]) -> Found:
    """Each field of each form at the desk, with what it carries unseen."""
    outcome = Found("forms")
    for operation in OPERATIONS:
        if operation.everywhere or not operation.path:
            continue
        path = f"/desk/{PLACE}/do{strange.address(operation.path, known)}"
        drawn = caller.ask(outcome, "GET", path)
        main = drawn[drawn.find("<main") :]
        names = sorted({*re.findall(r' name="([^"]+)"', main), "more:parts", "back", "surprise"})
        filled = dict(re.findall(r' name="([^"]+)" value="([^"]*)"', main)) | {"confirmed": "yes"}
        filled.pop("key", None)  # else the first answer would be given again
        for name in names:
            for typed in strange.TYPED:
                rest = {other: value for other, value in filled.items() if other != name}
                body = b"&".join((_form(rest), name.encode() + b"=" + typed))
                caller.ask(outcome, "POST", path, body, "application/x-www-form-urlencoded")
    for name in ("login", "password", "next"):
        for typed in strange.TYPED:
            body = b"login=mei&password=guess&" + name.encode() + b"=" + typed
            caller.ask(outcome, "POST", "/desk/sign-in", body, "application/x-www-form-urlencoded")
    return outcome


def _form(values: Mapping[str, str]) -> bytes:
    return urlencode({name: unescape(value) for name, value in values.items()}).encode()


def _commands(settings: Mapping[str, str], known: Mapping[str, Any]) -> Found:
    """Each option and each argument of each ``mingbai do`` and ``mingbai show``."""
    outcome = Found("commands")
    context = CommandContext(as_json=True)
    context.config = Config.from_env(settings)
    context.say = lambda *_, **__: None  # type: ignore[method-assign]
    with TemporaryDirectory() as directory:
        for declared in EVERY:
            command = command_of(declared)
            for words in _command_lines(command, declared, known, Path(directory) / "out"):
                outcome.ask(shlex.join(words), partial(_status, command, context, words))
    context.database.close()
    return outcome


def _command_lines(
    command: click.Command, declared: Declared, known: Mapping[str, Any], output: Path
) -> Iterator[list[str]]:
    arguments = [p.name or "" for p in command.params if isinstance(p, click.Argument)]
    options = [p for p in command.params if isinstance(p, click.Option) and not p.is_flag]
    there = {"community": PLACE, **known}
    given = {
        name: str(there.get(name, "1" if declared.variables.get(name) == "int" else "2025-H2"))
        for name in arguments
    }
    more = ["-o", str(output)] if any(p.name == "output" for p in options) else []
    for said in strange.SAID:
        for name in arguments:
            yield _line({**given, name: said}, {"as": MEI.login}, more)
        for option in options:
            if option.name != "output":
                yield _line(given, {"as": MEI.login, option.opts[0].lstrip("-"): said}, more)


def _line(arguments: Mapping[str, str], options: Mapping[str, str], more: Iterable[str]) -> list[str]:
    return [*(f"--{name}={value}" for name, value in options.items()), *more, "--", *arguments.values()]


def _status(command: click.Command, context: CommandContext, words: list[str]) -> int:
    try:
        refuse_no_text(words)
        command.main(words, obj=context, standalone_mode=False)
    except click.ClickException:
        return 422
    except Exception as error:
        refused(error)  # raises it again when it is no refusal
        return 409
    return 200
