"""What is known of a request once it is answered, put together round the whole application."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from http import HTTPMethod
from ipaddress import ip_address, ip_network
from secrets import token_hex
from time import perf_counter_ns
from typing import TYPE_CHECKING, NamedTuple
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

if TYPE_CHECKING:
    from flask import Request

ID = "mingbai.request_id"
CALLER = "mingbai.caller"
SIGNED_IN = "mingbai.signed_in"
REFUSAL = "mingbai.refusal"
METHODS = frozenset(HTTPMethod)


class Caller(NamedTuple):
    """Who asks: the number of his sign-in, which is worth nothing to whoever reads it, and his roles where he asks."""

    sign_in: str
    roles: Sequence[str]


class Answered(NamedTuple):
    """A request and its answer. ``route`` is the template of the address, None where there is nothing; ``refusal`` the
    code of what was refused; ``bytes`` are those of the body; ``signed_in`` whether somebody came in by it."""

    id: str
    method: str
    route: str | None
    status: int
    nanoseconds: int
    bytes: int
    network: str
    caller: Caller | None
    signed_in: bool
    refusal: str | None


Watcher = Callable[[Answered], None]


def note_caller(environ: WSGIEnvironment, caller: Caller) -> None:
    """Say of a request who asks."""
    environ[CALLER] = caller


def note_sign_in(environ: WSGIEnvironment, sign_in: str) -> None:
    """Say of a request that somebody came in by it."""
    environ[SIGNED_IN] = True
    note_caller(environ, Caller(sign_in, ()))


def note_refusal(environ: WSGIEnvironment, code: str) -> None:
    """Say of a request what was refused."""
    environ[REFUSAL] = code


def network_of(address: str) -> str:
    """The network that an address is of: an IPv6 one by the half that is a household's; empty for what is no address."""
    try:
        prefix = 64 if ip_address(address).version == 6 else 32
        return str(ip_network((address.partition("%")[0], prefix), strict=False).network_address)
    except ValueError:
        return ""


class Watched:
    """An application whose every answer carries the number of its request and is told to ``watchers`` when it is sent."""

    def __init__(self, application: WSGIApplication, watchers: Sequence[Watcher]) -> None:
        self._application, self._watchers = application, watchers

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        begun, number = perf_counter_ns(), token_hex(8)
        environ[ID] = number
        code, route = 500, None

        def started(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> object:
            nonlocal code, route
            request: Request | None = environ.get(
                "werkzeug.request"
            )  # Flask takes it away once it has answered
            route = request.url_rule.rule if request and request.url_rule else None
            code = int(status[:3])
            return start_response(status, [*headers, ("X-Request-Id", number)], exc_info)  # type: ignore[arg-type]  # handed on as it came

        def tell(sent: int) -> None:
            method = environ["REQUEST_METHOD"]
            answered = Answered(
                number,
                method if method in METHODS else "OTHER",
                route,
                code,
                perf_counter_ns() - begun,
                sent,
                network_of(environ.get("REMOTE_ADDR", "")),
                environ.get(CALLER),
                SIGNED_IN in environ,
                environ.get(REFUSAL),
            )
            for watcher in self._watchers:
                watcher(answered)

        return _Sent(self._application(environ, started), tell)  # type: ignore[arg-type]  # takes what it hands on


class _Sent:
    """A body on its way: tells once how many bytes it has, before its last piece goes or when it is given up.

    Before, because a server that is told to stop as soon as a reader has his answer would take the line with it.
    """

    def __init__(self, body: Iterable[bytes], tell: Callable[[int], None]) -> None:
        self._body, self._tell = body, tell
        self._bytes, self._over = 0, False

    def __iter__(self) -> Iterator[bytes]:
        pieces = iter(self._body)
        piece = next(pieces, None)
        while piece is not None:
            self._bytes += len(piece)
            after = next(pieces, None)
            if after is None:
                self._end()
            yield piece
            piece = after
        self._end()

    def close(self) -> None:
        if closes := getattr(self._body, "close", None):
            closes()
        self._end()

    def _end(self) -> None:
        if not self._over:
            self._over = True
            self._tell(self._bytes)
