"""Sign in, carry on, sign out, passwords and second factors: what a person does before he acts for anybody.

Nobody has a role in these, so they are no operations; what he may do afterwards is the matter of those.
"""

import secrets
from base64 import b32encode
from datetime import date, datetime
from hashlib import sha256
from typing import NamedTuple

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor import InvalidToken
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from sqlalchemy import update
from sqlmodel import Session, col, select

from ledger.community.queries import check_demo_password, person
from ledger.community.tables import Person
from ledger.people.keyring import Keyring
from ledger.people.queries import (
    NoSignInOfYours,
    factor,
    lacks_factor,
    needs_factor,
    open_slip,
    stands,
    tries,
)
from ledger.people.rules import (
    GRACE,
    IDLE,
    WHOLE,
    WHOLE_WITH_FACTOR,
    Ending,
    Event,
    FactorMissing,
    FactorNotSet,
    SlipWorthless,
    TooManyTries,
    WrongFactor,
    WrongPassword,
    check_password_good,
    free_at,
    normal,
)
from ledger.people.tables import AccessRecord, SecondFactor, SignIn

HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
"""Argon2id at 19 MiB, two passes, one lane: what OWASP asks at least, and a twentieth of a second here."""

STEP = 30
"""Seconds for which the six digits of an authenticator stand (RFC 6238)."""


class Origin(NamedTuple):
    """From where somebody comes: his network address and what he says of his device."""

    network: str
    device: str


class Pass(NamedTuple):
    """What a sign-in gives: its number, whose it is, and the token that carries it on."""

    sign_in: str
    login: str
    refresh: str


def remember(
    session: Session,
    event: Event,
    login: str,
    network: str,
    *,
    at: datetime,
    community: str = "",
    what: str = "",
) -> None:
    """Write down what happened to a person's access."""
    session.add(
        AccessRecord(at=at, event=event, login=login, network=network, community=community, what=what)
    )


def check_may_try(session: Session, login: str, origin: Origin, *, at: datetime) -> None:
    """See that no wait runs for this account from this network.

    Raises:
        TooManyTries: it runs for ``seconds`` more.
    """
    here, everywhere, network, last, known = tries(session, login, origin.network, at)
    free = free_at(here, everywhere, network, known=known, network_last=last)
    if free is not None and free > at:
        raise TooManyTries(seconds=int((free - at).total_seconds()) + 1)


def right_password(session: Session, login: str, password: str) -> Person:
    """The person whose password it is; takes as long for a name that does not exist.

    Raises:
        DemoPassword: it is the demo's, and this is not the demo.
        WrongPassword: it is not right.
    """
    check_demo_password(session, password)
    whose = person(session, login) if login.isprintable() else None
    try:
        HASHER.verify(whose.password if whose else _nobody(), normal(password))
    except (VerificationError, InvalidHashError):
        raise WrongPassword() from None
    if whose is None:
        raise WrongPassword()
    return whose


_NOBODY: list[str] = []


def _nobody() -> str:
    """What a password is compared with where nobody signs in by that name."""
    if not _NOBODY:
        _NOBODY.append(HASHER.hash("nobody has this password"))
    return _NOBODY[0]


def begin_sign_in(
    session: Session, login: str, code: str, origin: Origin, keyring: Keyring, *, at: datetime
) -> Pass:
    """Let somebody in whose password was right.

    Raises:
        FactorNotSet: his role asks for a second factor, and he has none.
        FactorMissing, WrongFactor.
    """
    if factor(session, login) is None and needs_factor(session, login, at):
        raise FactorNotSet()
    use_code(session, login, code, keyring, at=at)
    return open_sign_in(session, login, origin, at=at)


def use_code(session: Session, login: str, code: str, keyring: Keyring, *, at: datetime) -> None:
    """See that whoever has a second factor has it at hand; a code counts once.

    Raises:
        FactorMissing: he has one, and ``code`` is empty.
        WrongFactor: the code is not right, or it was used.
    """
    kept = factor(session, login)
    if kept is None:
        return
    if not code.strip():
        raise FactorMissing()
    session.refresh(kept, with_for_update=True)  # else two requests at one moment could use one code
    kept.used = _step(kept, code, keyring, at)
    session.add(kept)


def open_sign_in(session: Session, login: str, origin: Origin, *, at: datetime) -> Pass:
    """Begin a sign-in of somebody who has shown who he is, by his password or by a slip."""
    refresh = secrets.token_urlsafe(32)
    sign_in = SignIn(
        id=secrets.token_hex(16),
        person=login,
        since=at,
        until=at + (WHOLE_WITH_FACTOR if needs_factor(session, login, at) else WHOLE),
        seen_at=at,
        refresh=_digest(refresh),
        device=origin.device,
        network=origin.network,
    )
    session.add(sign_in)
    remember(session, Event.SIGNED_IN, login, origin.network, at=at)
    return Pass(sign_in.id, login, refresh)


def carry_on(session: Session, refresh: str, origin: Origin, *, at: datetime) -> Pass | None:
    """Exchange the token that carries a sign-in on for the next one; None when it carries on nothing.

    The token before ends the sign-in: whoever has it did not get the last answer, so somebody else did. Within a minute it
    is taken for the second of two tabs, which gets no new one (``refresh`` is empty).
    """
    digest = _digest(refresh)
    sign_in = session.exec(
        select(SignIn)
        .where((col(SignIn.refresh) == digest) | (col(SignIn.before) == digest))
        .with_for_update()
    ).first()
    if sign_in is None:
        return None
    if not stands(session, sign_in.id, at):
        end_without_factor(session, sign_in.id, origin.network, at=at)
        return None
    if sign_in.seen_at + IDLE <= at:
        return None
    if person(session, sign_in.person) is None:
        return None
    if sign_in.refresh != digest:
        if at - sign_in.seen_at <= GRACE:
            return Pass(sign_in.id, sign_in.person, "")
        _end(session, sign_in, Ending.STOLEN, at)
        remember(session, Event.STOLEN, sign_in.person, origin.network, at=at)
        return None
    following = secrets.token_urlsafe(32)
    sign_in.before, sign_in.refresh, sign_in.seen_at = digest, _digest(following), at
    session.add(sign_in)
    return Pass(sign_in.id, sign_in.person, following)


def sign_out(session: Session, login: str, sign_in: str, ending: Ending, *, at: datetime) -> None:
    """End one of a person's sign-ins: every token of it is worth nothing from now on.

    Raises:
        NoSignInOfYours: it is somebody else's, there is none, or it is over.
    """
    ended = session.get(SignIn, sign_in) if sign_in.isalnum() else None
    if ended is None or ended.person != login or ended.ended_at:
        raise NoSignInOfYours()
    _end(session, ended, ending, at)
    remember(session, Event.SIGNED_OUT, login, ended.network, at=at)


def end_without_factor(session: Session, sign_in: str, network: str, *, at: datetime) -> None:
    """Write down that a sign-in is over which began by a password alone, if its person's roles ask for two factors by now."""
    begun = session.get(SignIn, sign_in, with_for_update=True)
    if begun is not None and lacks_factor(session, sign_in, at):
        _end(session, begun, Ending.FACTOR_LACKED, at)
        remember(session, Event.FACTOR_LACKED, begun.person, network, at=at)


def end_sign_ins(session: Session, login: str, ending: Ending, *, at: datetime, but: str = "") -> None:
    """End all of a person's sign-ins, but the one that he is using."""
    session.execute(
        update(SignIn)
        .where(col(SignIn.person) == login, col(SignIn.ended_at).is_(None), col(SignIn.id) != but)
        .values(ended_at=at, ending=ending)
    )


def set_password(session: Session, whose: Person, password: str, *, at: datetime, using: str = "") -> None:
    """Give a person a new password; whoever is signed in elsewhere is not any more.

    Raises:
        DemoPassword, PasswordShort, PasswordGuessable.
    """
    check_demo_password(session, password)
    check_password_good(
        password, names=(whose.login, whose.name), with_factor=factor(session, whose.login) is not None
    )
    whose.password = HASHER.hash(normal(password))
    session.add(whose)
    end_sign_ins(session, whose.login, Ending.PASSWORD, at=at, but=using)
    remember(session, Event.PASSWORD, whose.login, "", at=at)


def use_slip(
    session: Session, code: str, password: str, keyring: Keyring, today: date, *, at: datetime
) -> Person:
    """Set a password by a slip, once: whoever holds the paper is whom it was given to.

    ``today`` is the day of the books, by which slips are made and end: in the demo another than the clock's.

    Raises:
        SlipWorthless: mistyped, used, void or out of date.
        DemoPassword, PasswordShort, PasswordGuessable: the slip is not used up by these.
    """
    paper = open_slip(session, keyring.digest(code), today)
    if paper is None:
        raise SlipWorthless()
    whose = session.get_one(Person, paper.person)
    if paper.forgets_factor and (kept := factor(session, whose.login)):
        session.delete(kept)
        session.flush()
    set_password(session, whose, password, at=at)
    paper.used_at = at
    session.add(paper)
    return whose


def new_secret() -> bytes:
    """The secret of an authenticator that is being set up."""
    return secrets.token_bytes(20)


def provisioning(secret: bytes, login: str, site: str) -> tuple[str, str]:
    """What an authenticator reads as a QR code, and what is typed where there is no camera."""
    typed = b32encode(secret).decode()
    return _totp(secret).get_provisioning_uri(login, site), typed


def set_factor(
    session: Session, login: str, secret: bytes, code: str, keyring: Keyring, *, at: datetime
) -> None:
    """Keep a person's authenticator, once it has told a right code.

    Raises:
        WrongFactor: it has not.
    """
    step = _matching(secret, code, at)
    kept = factor(session, login) or SecondFactor(person=login, secret="", since=at)
    kept.secret, kept.since, kept.used = keyring.seal(secret), at, step
    session.add(kept)
    remember(session, Event.FACTOR, login, "", at=at)


def _step(kept: SecondFactor, code: str, keyring: Keyring, at: datetime) -> int:
    step = _matching(keyring.open(kept.secret), code, at)
    if step <= kept.used:
        raise WrongFactor()
    return step


def _matching(secret: bytes, code: str, at: datetime) -> int:
    """The step whose code it is: the present one, or its neighbour where clocks differ."""
    typed = "".join(code.split()).encode()
    now = int(at.timestamp())
    for moment in (now, now - STEP, now + STEP):
        try:
            _totp(secret).verify(typed, moment)
        except InvalidToken:
            continue
        return moment // STEP
    raise WrongFactor()


def _totp(secret: bytes) -> TOTP:
    return TOTP(secret, 6, SHA1(), STEP, enforce_key_length=False)  # noqa: S303 - what authenticators speak


def _end(session: Session, sign_in: SignIn, ending: Ending, at: datetime) -> None:
    sign_in.ended_at, sign_in.ending = at, ending
    session.add(sign_in)


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
