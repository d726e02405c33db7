"""Signing in and out."""

from flask import (
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response as AnyResponse

from ledger.access.access import (
    allow,
    check_password,
    reading,
)
from ledger.community.rules import Role
from ledger.desk.frame import COOKIE, desk, remember
from ledger.errors import LedgerError


@desk.get("/sign-in")
@allow()
def get_sign_in() -> str:
    return render_template("desk/sign_in.html", login="", error=None, then=_safe_next())


@desk.post("/sign-in")
@allow()
def post_sign_in() -> AnyResponse:
    """Check the password; a wrong one keeps the name that was typed."""
    login, password = request.form.get("login", "").strip(), request.form.get("password", "")
    try:
        with reading() as session:
            login = check_password(session, login, password)
    except LedgerError as error:
        page = render_template("desk/sign_in.html", login=login, error=error, then=_safe_next())
        return make_response(page, 403)
    answer = redirect(_safe_next() or url_for("desk.get_home"))
    remember(answer, login)
    return answer


def _safe_next() -> str:
    then = request.values.get("next", "")
    safe = then.startswith("/desk/") and then.isprintable() and "//" not in then and "\\" not in then
    return then if safe else ""


@desk.post("/sign-out")
@allow(*Role)
def post_sign_out() -> AnyResponse:
    answer = redirect(url_for("desk.get_sign_in"))
    answer.delete_cookie(COOKIE, path="/desk")
    return answer
