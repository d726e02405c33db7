"""All doors in one WSGI application: the public board at /, the desk at /desk/, the JSON door at /api/v1/.

The public door gets the same database but reads only; what each door may do is decided inside it. Security headers
that hold for every answer are set here once.
"""

import signal
from datetime import UTC, date, datetime
from hmac import compare_digest
from types import TracebackType
from typing import TYPE_CHECKING, ClassVar, NoReturn
from urllib.parse import urlsplit

from flask import Flask, Request, Response, abort, g, make_response, render_template, request
from flask.json.provider import DefaultJSONProvider
from flask_babel import Babel
from flask_wtf.csrf import CSRFProtect
from jinja2.bccache import Bucket, BytecodeCache
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import ValidationError
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import RequestRedirect

from ledger.access.access import allow
from ledger.access.statuses import sentence_of
from ledger.access.tokens import Tokens
from ledger.api import problems
from ledger.api.routes import door
from ledger.api.sign_in import sign_in
from ledger.backup.unfinished import check_finished
from ledger.community.queries import demo_day
from ledger.config import Config
from ledger.db import PATIENCE, Database, newest, stands_at
from ledger.desk import desk
from ledger.errors import LedgerError, Malformed
from ledger.files.rules import LARGEST_REQUEST
from ledger.installation import Installation
from ledger.periods import standing_on
from ledger.watching.log import log_to_stderr, tell_fault, tell_request
from ledger.watching.metrics import Metrics
from ledger.watching.requests import ID, Watched, note_refusal
from ledger.words import told
from public_site.pages import TRANSLATIONS, language, message, public

if TYPE_CHECKING:
    from flask import typing as ft

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


class CompiledTemplates(BytecodeCache):
    """Keeps what templates compile to, once for all applications of this process."""

    kept: ClassVar[dict[tuple[str, str], bytes]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if code := self.kept.get((bucket.key, bucket.checksum)):
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key, bucket.checksum] = bucket.bytecode_to_string()


class Application(Flask):
    """All doors, with the log told of what they refuse and of faults."""

    def raise_routing_exception(self, request: Request) -> NoReturn:
        """Lead to an address as it is written in full on the host, and by the scheme, by which somebody has come."""
        if isinstance(error := request.routing_exception, RequestRedirect):
            path, query = urlsplit(error.new_url)[2:4]
            error.new_url = f"/{path.lstrip('/')}" + (f"?{query}" if query else "")
        super().raise_routing_exception(request)

    def handle_user_exception(self, e: Exception) -> "ft.ResponseReturnValue":
        if isinstance(e, LedgerError):
            note_refusal(request.environ, e.code)
        elif isinstance(e, ValidationError):
            note_refusal(request.environ, Malformed.code)
        return super().handle_user_exception(e)

    def log_exception(
        self,
        exc_info: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> None:
        if exc_info[1] is not None:
            tell_fault(request.environ[ID], exc_info[1])


DEMO = (
    "这是样例：人和钱都是虚构的，里面的今天是{day}。",
    "This is a demo: its people and its money are invented, and today is {day} in it.",
)


LONGEST_WAIT_MS = 4_500
"""Milliseconds that a request waits for its turn to write: whoever asked is answered within five."""

TITLE = "打不开", "It cannot be opened"


def create_app(config: Config) -> Flask:
    """The application over a migrated database.

    Raises:
        NotTheDemo: a day is set, and the database holds real books.
        RestoreUnfinished: a restore was cut off.
    """
    check_finished(config.home)
    database = Database(config.database_url)
    with database.reading() as session:
        day = demo_day(session, config.day)
    installation = Installation.of(config, database)
    installation.hold_to_signatures()
    app = Application(__name__, static_folder=None)
    app.config.update(
        SECRET_KEY=config.secret,
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        TRUSTED_HOSTS=list(config.hosts) or None,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        SESSION_COOKIE_SECURE=config.cookie_secure,
        WTF_CSRF_SSL_STRICT=config.cookie_secure,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the visit: a form may lie open over lunch
        BABEL_DEFAULT_LOCALE="zh",
        BABEL_TRANSLATION_DIRECTORIES=f"{TRANSLATIONS};desk/translations",
    )
    metrics = Metrics()
    watched = Watched(app.wsgi_app, [tell_request, metrics.count])
    many = config.proxies
    app.wsgi_app = (  # type: ignore[method-assign]  # as its own documentation has it
        ProxyFix(watched, x_for=many, x_proto=many, x_host=many) if many else watched
    )
    assert isinstance(app.json, DefaultJSONProvider)
    app.json.ensure_ascii = False
    app.extensions.update(
        clock=lambda: standing_on(day, datetime.now(UTC)) if day else datetime.now(UTC),
        database=database,
        installation=installation,
        signer=installation.signer,
        tokens=Tokens(config.keys / "tokens.key"),
    )
    Babel(app, locale_selector=language)
    app.context_processor(lambda: {"demo": _demo_words(day)})
    csrf = CSRFProtect(app)
    for blueprint in (sign_in, door):
        app.register_blueprint(blueprint)
        csrf.exempt(blueprint)  # a bearer token is sent on purpose, never by the browser of itself
    app.register_blueprint(desk)
    csrf.exempt(desk)  # it looks itself (`ledger.desk.frame.is_ours`), so that it can draw the form again
    app.register_blueprint(public)
    app.jinja_env.bytecode_cache = CompiledTemplates()
    _operations(app, metrics)
    app.register_error_handler(HTTPException, _failed)
    app.register_error_handler(ValidationError, problems.unreadable)
    app.register_error_handler(LedgerError, _refused)
    app.before_request(_wait_not_long)
    app.teardown_request(_wait_as_before)
    app.after_request(_harden)
    return app


def _wait_not_long() -> None:
    PATIENCE.set(LONGEST_WAIT_MS)


def _wait_as_before(_error: BaseException | None) -> None:
    PATIENCE.set(None)


def _demo_words(day: date | None) -> str | None:
    """What every page of the demo says of itself."""
    spoken = language()
    return DEMO[spoken == "en"].format(day=told(day, spoken)) if day else None


def _refused(error: LedgerError) -> Response | tuple[str, int]:
    """A refusal outside the pages that show their own: a problem document."""
    return problems.refusal(error)


def _failed(error: HTTPException) -> Response | HTTPException:
    """What the server itself refuses, in the words of the door that was knocked at."""
    if error.response is not None or (error.code or 500) < 400:
        return error  # a redirection, or an answer that was made already
    answer = _in_words(error)
    for name, value in error.get_headers():
        if name not in ("Content-Type", "Content-Length"):
            answer.headers[name] = value
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _in_words(error: HTTPException) -> Response:
    if request.path.startswith("/api/"):
        return problems.failed(error)
    status = error.code or 500
    sentence = sentence_of(status, language())
    if isinstance(error, SecurityError):  # of another host no page of ours has addresses
        return make_response(sentence, status, {"Content-Type": "text/plain; charset=utf-8"})
    if not request.path.startswith("/desk"):
        return message(sentence, status)
    page = render_template("desk/refused.html", title=TITLE[language() == "en"], sentence=sentence)
    return make_response(page, status)


def _harden(answer: Response) -> Response:
    for name, value in (
        ("Content-Security-Policy", POLICY),
        ("X-Content-Type-Options", "nosniff"),
        # nobody else is told, and a form that comes over TLS has to say where it was sent from
        ("Referrer-Policy", "same-origin"),
        ("Permissions-Policy", "geolocation=(), microphone=(), camera=()"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
    ):
        answer.headers.setdefault(name, value)
    answer.headers.setdefault("Cache-Control", "no-store")
    if "retry_after" in g:
        answer.headers["Retry-After"] = str(g.retry_after)
    if request.is_secure:
        answer.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return answer


def _operations(app: Flask, metrics: Metrics) -> None:
    """Addresses for whoever runs the machine."""

    @app.route("/healthz")
    @allow()
    def healthz() -> tuple[str, int]:
        return "ok", 200

    @app.route("/readyz")
    @allow()
    def readyz() -> tuple[str, int]:
        with app.extensions["database"].reading() as session:
            there = stands_at(session)
        if there != newest():
            return f"the database is at migration {there}, this version needs {newest()}", 503
        return "ready", 200

    @app.route("/metrics")
    @allow()
    def get_metrics() -> Response:
        """Figures for whoever shows the token of the settings; where none is set, nothing is here."""
        token = app.extensions["installation"].config.metrics_token
        if token is None:
            abort(404)
        scheme, _, shown = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not compare_digest(shown.strip().encode(), token.encode()):
            abort(401, www_authenticate=WWWAuthenticate("bearer"))
        with app.extensions["database"].reading() as session:
            return Response(metrics.page(session), content_type=CONTENT_TYPE_LATEST)


def from_env() -> Flask:
    """The application for a worker of the server, with its settings from the environment and its log on stderr.

    A worker is forked with the server's own handling of signals, which only notes them: until it serves it ends when told to.
    """
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, signal.SIG_DFL)
    log_to_stderr()
    return create_app(Config.from_env())
