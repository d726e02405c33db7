"""The pages of the desk: sign in, tickets, one ticket and its next step."""

import secrets
from datetime import UTC, datetime
from typing import Any

from flask import (
    Blueprint,
    Response,
    current_app,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from ledger.access.access import (
    actor_for,
    allow,
    check_password,
    config,
    reading,
    status_of,
    tokens,
    writing,
)
from ledger.access.tokens import LIFETIME, TokenRefused
from ledger.community.queries import appointments, communities, community, components, home_codes, person
from ledger.community.rules import NotYourHome, Role, RoleMissing
from ledger.desk.words import CATEGORIES, PRIORITIES, ROLES, ROUTES, STATES, STEPS
from ledger.errors import LedgerError, Malformed
from ledger.files.actions import keep_file
from ledger.files.rules import FileKind
from ledger.periods import SHANGHAI, day_in_shanghai
from ledger.repairs import actions
from ledger.repairs.queries import steps, ticket, tickets
from ledger.repairs.rules import Category, Priority, State

desk = Blueprint("desk", __name__, url_prefix="/desk", template_folder="templates", static_folder="static")
COOKIE = "mingbai_desk"
STAFF = (Role.MANAGER, Role.WORKER)
REPORTERS = (*STAFF, Role.COMMITTEE, Role.COMMUNITY_OFFICE, Role.OWNER, Role.TENANT)
PAGE_SIZE = 20


@desk.before_request
def who_and_when() -> AnyResponse | None:
    """The person behind the cookie, in the role the page asks for; else the sign-in page."""
    g.now = datetime.now(UTC)
    allowed: frozenset[Role] = getattr(
        current_app.view_functions.get(request.endpoint or ""), "allowed_roles", frozenset()
    )
    if not allowed:
        return None
    try:
        login = tokens().read(request.cookies.get(COOKIE, ""))
        g.actor, g.own_home = actor_for(login, (request.view_args or {}).get("community"), allowed)
    except TokenRefused:
        return redirect(url_for("desk.get_sign_in", next=request.path))
    return None


@desk.after_request
def stay_signed_in(answer: Response) -> Response:
    """A person at work is not thrown out: each page renews the short token."""
    if "actor" in g and answer.status_code < 400 and request.endpoint != "desk.post_sign_out":
        _remember(answer, g.actor.login)
    if request.args.get("lang") in ("zh", "en"):
        answer.set_cookie(
            "lang", request.args["lang"], max_age=31_536_000, samesite="Lax", secure=config().cookie_secure
        )
    return answer


def _remember(answer: AnyResponse, login: str) -> None:
    answer.set_cookie(
        COOKIE,
        tokens().issue(login, g.now),
        max_age=int(LIFETIME.total_seconds()),
        httponly=True,
        samesite="Strict",
        secure=config().cookie_secure,
        path="/desk",
    )


@desk.errorhandler(LedgerError)
def refused(error: LedgerError) -> tuple[str, int]:
    """A refusal on a page of its own, in words."""
    return render_template("desk/refused.html", error=error), status_of(error)


@desk.app_template_filter("shanghai")
def shanghai(at: datetime | None) -> str:
    """An instant as people in Shanghai read their clocks."""
    return at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M") if at else "—"


@desk.context_processor
def words() -> dict[str, Any]:
    return {
        "categories": CATEGORIES,
        "priorities": PRIORITIES,
        "routes": ROUTES,
        "states": STATES,
        "roles": ROLES,
        "actor": g.get("actor"),
        "get_locale": get_locale,
    }


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
    _remember(answer, login)
    return answer


def _safe_next() -> str:
    then = request.values.get("next", "")
    return then if then.startswith("/desk/") and "//" not in then and "\\" not in then else ""


@desk.post("/sign-out")
@allow(*Role)
def post_sign_out() -> AnyResponse:
    answer = redirect(url_for("desk.get_sign_in"))
    answer.delete_cookie(COOKIE, path="/desk")
    return answer


@desk.get("/")
@allow(*Role)
def get_home() -> str:
    """Where I hold which role."""
    with reading() as session:
        me = person(session, g.actor.login)
        held = appointments(session, g.actor.login, day_in_shanghai(g.now))
        every = {c.code: c for c in communities(session)}
    places = [
        (every[code], [a for a in held if a.community in (code, "*")])
        for code in every
        if any(a.community in (code, "*") for a in held)
    ]
    return render_template("desk/home.html", me=me, places=places)


@desk.get("/<community>/tickets/")
@allow(*STAFF, Role.COMMITTEE, Role.COMMUNITY_OFFICE, Role.SUPERVISOR, Role.AUDITOR, Role.OWNER, Role.TENANT)
def list_tickets(community: str) -> str:
    """Tickets, newest first, by state and words; owners and tenants see their own home's."""
    state = request.args.get("state", "")
    search, page = request.args.get("search", "")[:60], max(1, request.args.get("page", 1, type=int))
    own = g.own_home if g.actor.role in (Role.OWNER, Role.TENANT) else None
    with reading() as session:
        found = tickets(
            session,
            community,
            state=State(state) if state in list(State) else None,
            search=search,
            home=own,
            page=page,
            size=PAGE_SIZE,
        )
        place = _place(session, community)
    pages = max(1, -(-found.total // PAGE_SIZE))
    return render_template(
        "desk/tickets.html", place=place, found=found, state=state, search=search, page=page, pages=pages
    )


def _place(session: Any, code: str) -> Any:
    return community(session, code)


@desk.get("/<community>/tickets/new")
@allow(*REPORTERS)
def new_ticket(community: str) -> str:
    return _ticket_form(community, {"key": secrets.token_hex(8)}, None)


@desk.post("/<community>/tickets/new")
@allow(*REPORTERS)
def post_ticket(community: str) -> AnyResponse:
    """Log a ticket; a wrong form comes back with what was typed."""
    form = {name: value.strip() for name, value in request.form.items()}
    try:
        report = _report(form)
        with writing() as session:
            if report.home and report.home not in home_codes(session, community):
                raise Malformed(what=_("没有 %(home)s 这一户", home=report.home))
            logged = actions.log_ticket(session, community, report, by=g.actor, at=g.now)
    except LedgerError as error:
        return make_response(_ticket_form(community, form, error), 422)
    return redirect(url_for("desk.get_ticket", community=community, no=logged.no))


def _report(form: dict[str, str]) -> actions.Report:
    title = form.get("title", "")
    if not 2 <= len(title) <= 200:
        raise Malformed(what=_("请写清哪里坏了（2 到 200 个字）"))
    if form.get("category") not in list(Category):
        raise Malformed(what=_("请选一个类别"))
    home = form.get("home") or None
    if g.actor.role in (Role.OWNER, Role.TENANT):
        if home not in (None, g.own_home):
            raise NotYourHome(home="—")
        home = g.own_home
    return actions.Report(
        category=Category(form["category"]),
        title=title,
        building=form.get("building") or None,
        component=form.get("component") or None,
        home=home,
        reporter=form.get("reporter", "")[:100],
        urgent=form.get("urgent") == "yes",
    )


def _ticket_form(code: str, form: dict[str, str], error: LedgerError | None) -> str:
    with reading() as session:
        place = _place(session, code)
        things = components(session, code)
    return render_template("desk/new_ticket.html", place=place, things=things, form=form, error=error)


@desk.get("/<community>/tickets/<int:no>")
@allow(*STAFF, Role.COMMITTEE, Role.COMMUNITY_OFFICE, Role.SUPERVISOR, Role.AUDITOR, Role.OWNER, Role.TENANT)
def get_ticket(community: str, no: int) -> str:
    """One ticket, what happened to it, and the step that may come next."""
    return _ticket_page(community, no, None)


def _ticket_page(code: str, no: int, error: LedgerError | None) -> str:
    with reading() as session:
        place = _place(session, code)
        found = ticket(session, code, no)
        happened = steps(session, code, no)
    if g.actor.role in (Role.OWNER, Role.TENANT) and found.home != g.own_home:
        raise NotYourHome(home="—")
    step = STEPS.get(found.state)
    if step and g.actor.role not in step.roles:
        step = None
    return render_template(
        "desk/ticket.html", place=place, ticket=found, happened=happened, step=step, error=error
    )


@desk.post("/<community>/tickets/<int:no>")
@allow(*STAFF, Role.COMMITTEE, Role.COMMUNITY_OFFICE, Role.OWNER, Role.TENANT)
def post_step(community: str, no: int) -> AnyResponse:
    """Take the next step of a ticket."""
    try:
        with writing() as session:
            found = ticket(session, community, no)
            step = STEPS.get(found.state)
            own = g.actor.role not in (Role.OWNER, Role.TENANT) or found.home == g.own_home
            if step is None or g.actor.role not in step.roles or not own:
                raise RoleMissing(needed=sorted(step.roles) if step else [])
            _take(session, community, no, found.state)
    except LedgerError as error:
        return make_response(_ticket_page(community, no, error), 422)
    return redirect(url_for("desk.get_ticket", community=community, no=no))


def _take(session: Any, code: str, no: int, state: State) -> None:
    who = {"by": g.actor, "at": g.now}
    form = request.form
    if state is State.NEW:
        priority = form.get("priority", "")
        if priority not in list(Priority):
            raise Malformed(what=_("请选轻重缓急"))
        actions.triage(
            session,
            code,
            no,
            Priority(priority),
            exclusive=form.get("what") == "exclusive",
            utility=form.get("what") == "utility",
            known_person=form.get("what") == "known_person",
            daily_upkeep=form.get("what") == "daily_upkeep",
            improvement=form.get("what") == "improvement",
            **who,
        )
    elif state is State.TRIAGED:
        actions.assign(session, code, no, form.get("to", "").strip() or g.actor.login, **who)
    elif state is State.ASSIGNED:
        actions.arrive(session, code, no, **who)
    elif state is State.ARRIVED:
        sent = request.files.get("photo")
        photo = ""
        if sent and sent.filename:
            photo = keep_file(session, code, sent.read(), sent.filename, FileKind.PHOTO, **who).sha256
        actions.finish(session, code, no, photo=photo, note=form.get("note", "")[:500], **who)
    elif state is State.DONE:
        actions.verify(session, code, no, **who)
    elif state is State.VERIFIED:
        actions.follow_up(
            session, code, no, form.get("rating", 0, type=int), note=form.get("note", "")[:500], **who
        )
    elif state is State.FOLLOWED_UP:
        actions.close(session, code, no, **who)
