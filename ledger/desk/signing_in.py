"""Signing in and out, and setting a second factor up where the role asks for one."""

from datetime import UTC, datetime
from typing import NamedTuple

import segno
from cryptography.fernet import InvalidToken
from flask import g, make_response, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from ledger.access import access
from ledger.access.access import allow, installation, origin, reading, status_of, writing
from ledger.community.role_rules import Role
from ledger.desk.frame import AGAIN, COOKIE, desk, keep
from ledger.errors import LedgerError
from ledger.people.queries import NoSignInOfYours, factor
from ledger.people.rules import LEAST, Ending, Event, FactorMissing, FactorNotSet, SlipWorthless
from ledger.people.sign_ins import (
    Pass,
    check_may_try,
    new_secret,
    open_sign_in,
    provisioning,
    remember,
    set_factor,
    sign_out,
    use_slip,
)
from ledger.periods import day_in_shanghai
from ledger.watching.requests import note_sign_in

SLIPS = "slip/"
"""Under which, with its digest, a wrong code of a slip is counted, as a wrong password is under a sign-in name.

Whoever mistypes his own makes nobody else behind the same address wait. Another code at each try is another name, and so many
names as a network may try in an hour are nothing beside the 2⁴⁰ codes that there are.
"""
SETTING_UP = 600
"""Seconds for which the page that sets an authenticator up can be sent."""


@desk.get("/sign-in")
@allow()
def get_sign_in() -> str:
    return _page("")


@desk.post("/sign-in")
@allow()
def post_sign_in() -> AnyResponse:
    """Check the password; a wrong one keeps the name that was typed."""
    login, password = request.form.get("login", "").strip(), request.form.get("password", "")
    try:
        given = access.sign_in(login, password, request.form.get("code", ""))
    except FactorNotSet:
        return make_response(_set_up(login, new_secret()))
    except LedgerError as error:
        return make_response(_page(login, error), status_of(error))
    return _enter(given)


@desk.post("/sign-in/second-factor")
@allow()
def post_factor() -> AnyResponse:
    """Set an authenticator up and go in: the page was drawn for whoever knew the password."""
    try:
        setting = sealed_setting()
    except InvalidToken:
        return redirect(url_for("desk.get_sign_in"))
    now, whose = datetime.now(UTC), setting.login
    try:
        with writing() as database:
            if setting.replaces or factor(database, whose) is not None:  # an older page replaces none
                return redirect(url_for("desk.get_sign_in"))
            set_factor(
                database, whose, setting.secret, request.form.get("code", ""), installation().keyring, at=now
            )
            given = open_sign_in(database, whose, origin(), at=now)
    except LedgerError as error:
        return make_response(_setting_up(setting, request.form["sealed"], error), status_of(error))
    note_sign_in(request.environ, given.sign_in)
    return _enter(given)


@desk.get("/slip")
@allow()
def get_slip() -> str:
    """Where somebody comes with a slip: by its QR code, or with the eight letters on it."""
    return _slip_page(request.args.get("code", ""))


@desk.post("/slip")
@allow()
def post_slip() -> AnyResponse:
    """Set the password by a slip; whoever needs no second factor is in."""
    code, password = request.form.get("code", ""), request.form.get("password", "")
    now, here = datetime.now(UTC), origin()
    tried = SLIPS + installation().keyring.digest(code)[:16]
    try:
        with reading() as database:
            check_may_try(database, tried, here, at=now)
        with writing() as database:
            whose = use_slip(
                database, code, password, installation().keyring, day_in_shanghai(g.now), at=now
            ).login
    except SlipWorthless as error:
        with writing() as database:
            remember(database, Event.REFUSED, tried, here.network, at=now)
        return make_response(_slip_page(code, error), status_of(error))
    except LedgerError as error:
        return make_response(_slip_page(code, error), status_of(error))
    try:
        return _enter(access.sign_in(whose, password, ""))
    except FactorNotSet:
        return make_response(_set_up(whose, new_secret()))
    except LedgerError:
        return redirect(url_for("desk.get_sign_in"))


def _slip_page(code: str, error: LedgerError | None = None) -> str:
    return render_template("desk/slip.html", code=code, error=error, least=LEAST)


@desk.post("/sign-out")
@allow(*Role)
def post_sign_out() -> AnyResponse:
    """End the sign-in: its tokens are worth nothing any more, wherever they are."""
    try:
        with writing() as database:
            sign_out(database, g.login, g.bearer.sign_in, Ending.SIGNED_OUT, at=datetime.now(UTC))
    except NoSignInOfYours:
        pass  # it was ended elsewhere at this very moment
    session.clear()
    answer = redirect(url_for("desk.get_sign_in"))
    for cookie in (COOKIE, AGAIN):
        answer.delete_cookie(cookie, path="/desk")
    return answer


def _enter(given: Pass) -> AnyResponse:
    session.clear()  # what a form was signed with before somebody came in is worth nothing after
    answer = redirect(_safe_next() or url_for("desk.get_home"))
    keep(answer, given)
    return answer


def _page(login: str, error: LedgerError | None = None) -> str:
    return render_template(
        "desk/sign_in.html",
        login=login,
        error=error,
        then=_safe_next(),
        asks_code=isinstance(error, FactorMissing) or "code" in request.form,
    )


class Setting(NamedTuple):
    """Whose authenticator is being set up, with which secret, and in the place of which: since when he has that one."""

    login: str
    replaces: str
    secret: bytes


def seal_setting(setting: Setting) -> str:
    """What the page that sets an authenticator up carries, for as long as it can be sent."""
    return installation().keyring.seal(
        b" ".join((setting.login.encode(), setting.replaces.encode(), setting.secret))
    )


def sealed_setting() -> Setting:
    """What came back with the form.

    Raises:
        InvalidToken: it was not sealed here, or too long ago.
    """
    login, replaces, secret = (
        installation().keyring.open(request.form.get("sealed", ""), SETTING_UP).split(b" ", 2)
    )
    return Setting(login.decode(), replaces.decode(), secret)


def _set_up(login: str, secret: bytes) -> str:
    setting = Setting(login, "", secret)
    return _setting_up(setting, seal_setting(setting))


def _setting_up(setting: Setting, sealed: str, error: LedgerError | None = None) -> str:
    return setting_up(setting, sealed, url_for("desk.post_factor"), _("设置好了，登录"), error)


def setting_up(setting: Setting, sealed: str, sent_to: str, button: str, error: LedgerError | None) -> str:
    """The page on which somebody sets an authenticator up; a wrong code does not give it more time."""
    address, typed = provisioning(setting.secret, setting.login, installation().config.host)
    return render_template(
        "desk/second_factor.html",
        error=error,
        sent_to=sent_to,
        button=button,
        sealed=sealed,
        picture=segno.make(address, error="m").svg_data_uri(scale=5, border=2),
        typed=" ".join(typed[place : place + 4] for place in range(0, len(typed), 4)),
        then=_safe_next(),
    )


def _safe_next() -> str:
    then = request.values.get("next", "")
    safe = then.startswith("/desk/") and then.isprintable() and "//" not in then and "\\" not in then
    return then if safe else ""
