"""One's own account: where one is signed in, a new password, another authenticator."""

import re
from datetime import UTC, datetime

from cryptography.fernet import InvalidToken
from flask import g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from ledger.access import access
from ledger.access.access import allow, installation, reading, status_of, writing
from ledger.community.role_rules import Role
from ledger.desk.frame import desk, language
from ledger.desk.signing_in import Setting, seal_setting, sealed_setting, setting_up
from ledger.errors import LedgerError
from ledger.people.queries import factor, sign_ins
from ledger.people.rules import LEAST, LEAST_WITH_FACTOR, Ending
from ledger.people.sign_ins import new_secret, set_factor, sign_out
from ledger.people.tables import SignIn
from ledger.words import told

BROWSERS = (
    ("MicroMessenger", "微信", "WeChat"),
    ("HuaweiBrowser", "华为浏览器", "Huawei Browser"),
    ("MiuiBrowser", "小米浏览器", "Mi Browser"),
    ("Edg", "Edge", "Edge"),
    ("Firefox", "Firefox", "Firefox"),
    ("Chrome", "Chrome", "Chrome"),
    ("Safari", "Safari", "Safari"),
)
"""What a browser says of itself, the first that is found, and what it is called."""


def device(said: str) -> tuple[str, str]:
    """What somebody signed in with, in Chinese and English, from what his browser says of itself."""
    zh, en = ("手机", "phone") if re.search("Mobile|Android|iPhone", said) else ("电脑", "computer")
    browser = next(((name_zh, name_en) for sign, name_zh, name_en in BROWSERS if sign in said), None)
    return (f"{zh}，{browser[0]}", f"{browser[1]} on a {en}") if browser else (zh, en)


@desk.get("/account")
@allow(*Role)
def get_account() -> str:
    return _account()


@desk.post("/account/password")
@allow(*Role)
def post_password() -> AnyResponse:
    """Change one's password: the present one is asked once more."""
    try:
        access.change_password(g.bearer, request.form.get("present", ""), request.form.get("new", ""))
    except LedgerError as error:
        return make_response(_account(error), status_of(error))
    return redirect(url_for("desk.get_account", changed="yes"))


@desk.post("/account/second-factor")
@allow(*Role)
def post_another_factor() -> AnyResponse:
    """Begin with another authenticator: the password and a code of the present one are asked once more."""
    try:
        access.check_may_replace_factor(
            g.bearer, request.form.get("factor_password", ""), request.form.get("code", "")
        )
    except LedgerError as error:
        return make_response(_account(error), status_of(error))
    with reading() as session:
        kept = factor(session, g.login)
    if kept is None:
        return redirect(url_for("desk.get_account"))
    setting = Setting(g.login, kept.since.isoformat(), new_secret())
    return make_response(_setting_up(setting, seal_setting(setting)))


@desk.post("/account/second-factor/new")
@allow(*Role)
def post_new_factor() -> AnyResponse:
    """Put another authenticator in the place of the one that was shown, once it has told a right code."""
    try:
        setting = sealed_setting()
    except InvalidToken:
        return redirect(url_for("desk.get_account"))
    code, now = request.form.get("code", ""), datetime.now(UTC)
    try:
        with writing() as session:
            kept = factor(session, g.login)
            if kept is None or (setting.login, setting.replaces) != (g.login, kept.since.isoformat()):
                return redirect(url_for("desk.get_account"))
            set_factor(session, g.login, setting.secret, code, installation().keyring, at=now)
    except LedgerError as error:
        return make_response(_setting_up(setting, request.form["sealed"], error), status_of(error))
    return redirect(url_for("desk.get_account", changed="factor"))


def _setting_up(setting: Setting, sealed: str, error: LedgerError | None = None) -> str:
    return setting_up(setting, sealed, url_for("desk.post_new_factor"), _("设置好了，换成这一个"), error)


@desk.post("/account/sign-ins/<sign_in>/end")
@allow(*Role)
def post_end(sign_in: str) -> AnyResponse:
    """Sign another device of one's own out."""
    with writing() as session:
        sign_out(session, g.login, sign_in, Ending.ELSEWHERE, at=datetime.now(UTC))
    return redirect(url_for("desk.get_account"))


def _account(error: LedgerError | None = None) -> str:
    with reading() as session:
        going_on = sign_ins(session, g.login, datetime.now(UTC))
        with_factor = factor(session, g.login) is not None
        shown = [_shown(sign_in) for sign_in in going_on]
    return render_template(
        "desk/account.html",
        title=_("我的账号"),
        login=g.login,
        sign_ins=shown,
        with_factor=with_factor,
        least=LEAST_WITH_FACTOR if with_factor else LEAST,
        changed=request.args.get("changed", ""),
        error=error,
    )


def _shown(sign_in: SignIn) -> dict[str, object]:
    spoken = language()
    return {
        "id": sign_in.id,
        "device": device(sign_in.device)[spoken == "en"],
        "since": told(sign_in.since, spoken),
        "seen_at": told(sign_in.seen_at, spoken),
        "network": sign_in.network,
        "here": sign_in.id == g.bearer.sign_in,
    }
