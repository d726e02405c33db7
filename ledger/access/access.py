"""Who may come in, as what, and the application's own parts for a request."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import UTC, datetime
from typing import Any

from flask import Response, current_app, g, make_response, request
from sqlmodel import Session

from ledger.access.tokens import Bearer, TokenRefused, Tokens
from ledger.community.queries import NoCommunity, seats
from ledger.community.role_rules import Role, Seat
from ledger.community.tables import Person
from ledger.db import DiskFull, Occupied, ReadOnly
from ledger.errors import LedgerError, Malformed, NotAllowed, Refused, Unknown
from ledger.installation import Installation
from ledger.jobs.queue import BrokerUnreachable
from ledger.operations.operation import Declared, File
from ledger.people.queries import lacks_factor, stands
from ledger.people.rules import Event, TooManyTries, WrongFactor, WrongPassword
from ledger.people.sign_ins import (
    Origin,
    Pass,
    begin_sign_in,
    carry_on,
    check_may_try,
    end_without_factor,
    remember,
    right_password,
    set_password,
    use_code,
)
from ledger.periods import day_in_shanghai
from ledger.watching.requests import Caller, network_of, note_caller, note_refusal, note_sign_in

STATUS: tuple[tuple[type[LedgerError], int], ...] = (
    (TooManyTries, 429),
    (ReadOnly, 503),
    (Occupied, 503),
    (DiskFull, 507),
    (BrokerUnreachable, 503),
    (TokenRefused, 401),
    (Malformed, 422),
    (NotAllowed, 403),
    (Unknown, 404),
    (Refused, 409),
)


def allow(*allowed: Role) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Say who may call a route. A route that does not say fails the house-rules test; no role = anyone."""

    def mark(view: Callable[..., Any]) -> Callable[..., Any]:
        view.allowed_roles = frozenset(allowed)  # type: ignore[attr-defined]  # a function has any attribute
        return view

    return mark


def installation() -> Installation:
    extension: Installation = current_app.extensions["installation"]
    return extension


def tokens() -> Tokens:
    extension: Tokens = current_app.extensions["tokens"]
    return extension


def new_token(login: str, sign_in: str) -> str:
    """A token that runs from now by the clock of the machine: the demo's day is one of its books, not of sign-ins."""
    return tokens().issue(login, sign_in, datetime.now(UTC))


def writing() -> AbstractContextManager[Session]:
    return installation().database.writing()


def reading() -> AbstractContextManager[Session]:
    return installation().database.reading()


def held(bearer: Bearer, community: str | None, at: datetime) -> list[Seat]:
    """What the person is on that day in the community that is named; when none is named, anywhere.

    Raises:
        TokenRefused: the sign-in was ended, or the person may not sign in any more.
        NoCommunity: no community can have this code.
    """
    if community and not community.isprintable():
        raise NoCommunity(community=ascii(community))
    with reading() as session:
        now = datetime.now(UTC)
        going_on = stands(session, bearer.sign_in, now)
        held = seats(session, bearer.login, community or None, day_in_shanghai(at)) if going_on else None
        too_weak = not going_on and lacks_factor(session, bearer.sign_in, now)
    if too_weak:
        with suppress(ReadOnly, Occupied, DiskFull), writing() as session:  # it is over all the same
            end_without_factor(session, bearer.sign_in, origin().network, at=now)
    if held is None:
        raise TokenRefused()
    roles = dict.fromkeys(seat.role.value for seat in held)
    note_caller(request.environ, Caller(bearer.sign_in, list(roles)))
    return held


def origin() -> Origin:
    """From where this request comes: its network and its device."""
    agent = request.user_agent.string[:200]
    return Origin(
        network_of(request.remote_addr or ""), "".join(sign for sign in agent if sign.isprintable())
    )


def sign_in(login: str, password: str, code: str) -> Pass:
    """Let somebody in by his password, and his second factor where his role asks for one.

    Raises:
        TooManyTries, DemoPassword, WrongPassword, FactorMissing, WrongFactor.
        FactorNotSet: his role asks for a second factor, and he has none.
    """
    now, here = datetime.now(UTC), origin()
    login = login if login.isprintable() else ascii(login)
    with _wrong_ones_counted(login, here, now):
        with reading() as session:
            check_may_try(session, login, here, at=now)
            whose = right_password(session, login, password)
        with writing() as session:
            given = begin_sign_in(session, whose.login, code, here, installation().keyring, at=now)
    note_sign_in(request.environ, given.sign_in)
    return given


def change_password(whose: Bearer, present: str, new: str) -> None:
    """Give somebody who is signed in a new password; he is signed out everywhere else.

    Raises:
        TooManyTries, WrongPassword: ``present`` is not his.
        DemoPassword, PasswordShort, PasswordGuessable: the new one will not do.
    """
    with _knowing_his_password(whose, present) as now, writing() as session:
        person = session.get_one(Person, whose.login)
        set_password(session, person, new, at=now, using=whose.sign_in)


def check_may_replace_factor(whose: Bearer, present: str, code: str) -> None:
    """See that somebody who is signed in knows his password and has his present authenticator at hand.

    Raises:
        TooManyTries, WrongPassword, FactorMissing, WrongFactor.
    """
    with _knowing_his_password(whose, present) as now, writing() as session:
        use_code(session, whose.login, code, installation().keyring, at=now)


@contextmanager
def _knowing_his_password(whose: Bearer, present: str) -> Iterator[datetime]:
    """What somebody who is signed in does to his own account, once he has said his password; gives the instant."""
    now, here = datetime.now(UTC), origin()
    with _wrong_ones_counted(whose.login, here, now):
        with reading() as session:
            check_may_try(session, whose.login, here, at=now)
            right_password(session, whose.login, present)
        yield now


@contextmanager
def _wrong_ones_counted(login: str, here: Origin, now: datetime) -> Iterator[None]:
    """Remember a wrong password or code, though all else that was begun with it is undone."""
    try:
        yield
    except (WrongPassword, WrongFactor):
        with writing() as session:
            remember(session, Event.REFUSED, login[:60], here.network, at=now)
        raise


def renewed(refresh: str) -> Pass | None:
    """The sign-in that a token carries on, with the next one; None when it carries on nothing."""
    if not refresh:
        return None
    with installation().database.writing() as session:
        return carry_on(session, refresh, origin(), at=datetime.now(UTC))


def note_reading(
    declared: Declared, place: Mapping[str, Any], community: str, login: str, file: str = ""
) -> None:
    """Remember that somebody read what shows personal data, and of what place, or took it away as a kind of ``file``."""
    what = declared.address_at(place)
    with writing() as session:
        remember(
            session,
            Event.READ,
            login,
            origin().network,
            at=datetime.now(UTC),
            community=community,
            what=f"{what}.{file}" if file else what,
        )


def file_answer(file: File) -> Response:
    """A document as the answer of a door."""
    answer = make_response(file.body)
    answer.content_type = file.media_type
    if file.name:
        answer.headers["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return answer


def status_of(error: LedgerError) -> int:
    """The HTTP status of a refusal that a door answers with; the request's line in the log names it from now on."""
    note_refusal(request.environ, error.code)
    if isinstance(error, (TooManyTries, Occupied)):
        g.retry_after = error.facts["seconds"]
    return next((status for kind, status in STATUS if isinstance(error, kind)), 400)
