"""Who may come in: passwords, roles, and the application's own parts for a request."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from functools import cache
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import Response, current_app, make_response
from sqlmodel import Session

from ledger.access.tokens import TokenRefused, Tokens
from ledger.community.queries import NoCommunity, check_demo_password, person, seats
from ledger.community.rules import Role, Seat
from ledger.config import Config
from ledger.db import Database
from ledger.errors import LedgerError, Malformed, NotAllowed, Refused, Unknown
from ledger.log.signer import Signer
from ledger.operations.operation import File
from ledger.periods import day_in_shanghai
from ledger.publishing import Publisher

STATUS: tuple[tuple[type[LedgerError], int], ...] = (
    (TokenRefused, 401),
    (Malformed, 422),
    (NotAllowed, 403),
    (Unknown, 404),
    (Refused, 409),
)

hasher = PasswordHasher()


@cache
def nobody() -> str:
    """What a password is compared with when nobody signs in by that name, so that it takes as long."""
    return hasher.hash("nobody has this password")


def allow(*allowed: Role) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Say who may call a route. A route that does not say fails the house-rules test; no role = anyone."""

    def mark(view: Callable[..., Any]) -> Callable[..., Any]:
        view.allowed_roles = frozenset(allowed)  # type: ignore[attr-defined]  # a function has any attribute
        return view

    return mark


def database() -> Database:
    found: Database = current_app.extensions["database"]
    return found


def config() -> Config:
    found: Config = current_app.extensions["config"]
    return found


def tokens() -> Tokens:
    found: Tokens = current_app.extensions["tokens"]
    return found


def new_token(login: str) -> str:
    """A token that runs from now by the clock of the machine: the demo's day is one of its books, not of sign-ins."""
    return tokens().issue(login, datetime.now(UTC))


def signer() -> Signer:
    found: Signer = current_app.extensions["signer"]
    return found


def writing() -> AbstractContextManager[Session]:
    return database().writing()


def reading() -> AbstractContextManager[Session]:
    return database().reading()


def held(login: str, community: str | None, at: datetime) -> list[Seat]:
    """What the person is on that day in the community that is named; when none is named, anywhere.

    Raises:
        TokenRefused: the person may not sign in any more.
        NoCommunity: no community can have this code.
    """
    if community and not community.isprintable():
        raise NoCommunity(community=ascii(community))
    with reading() as session:
        found = seats(session, login, community or None, day_in_shanghai(at))
    if found is None:
        raise TokenRefused()
    return found


class WrongPassword(NotAllowed):
    code = "wrong-password"
    zh = "用户名或密码不对。"
    en = "The name or the password is wrong."


def check_password(session: Session, login: str, password: str) -> str:
    """The sign-in name when the password is right; takes as long for a name that does not exist.

    Raises:
        DemoPassword: it is the demo's, and this is not the demo.
        WrongPassword: it is not right.
    """
    check_demo_password(session, password)
    found = person(session, login) if login.isprintable() else None
    try:
        hasher.verify(found.password if found else nobody(), password)
    except (VerificationError, InvalidHashError):
        raise WrongPassword() from None
    if found is None:
        raise WrongPassword()
    return found.login


def publisher() -> Publisher:
    """What publishing needs, from the application's settings."""
    return Publisher(database(), signer(), config().fonts, config().site)


def file_answer(file: File) -> Response:
    """A document as the answer of a door."""
    answer = make_response(file.body)
    answer.content_type = file.media_type
    if file.name:
        answer.headers["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return answer


def status_of(error: LedgerError) -> int:
    """The HTTP status of a refusal."""
    return next((status for kind, status in STATUS if isinstance(error, kind)), 400)
