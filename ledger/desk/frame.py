"""The frame of every page of the desk: who is here, as what, in which language, and what stands round the page."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from flask import (
    Blueprint,
    Response,
    current_app,
    g,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import get_locale
from flask_babel import gettext as _
from pydantic import BaseModel, ValidationError
from sqlmodel import Session
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as AnyResponse

from ledger.access.access import (
    held,
    installation,
    new_token,
    reading,
    renewed,
    status_of,
    tokens,
)
from ledger.access.tokens import Bearer, TokenRefused
from ledger.community.queries import appointments, communities, person
from ledger.community.role_rules import EVERYWHERE, Actor, Role, RoleMissing, Seat, actor_among, check_role
from ledger.desk.forms import errors_of
from ledger.desk.views import Facts, Words, address_of, codes_of, files_of, flat, names_of
from ledger.errors import LedgerError
from ledger.operations.files import CONTENT
from ledger.operations.labels import label_at
from ledger.operations.nouns import PEOPLE, TODAY
from ledger.operations.operation import Call, Declared, Noun, Operation, Record
from ledger.operations.registry import EVERY, LISTINGS, NOUNS, RECORDS
from ledger.people.rules import ACCESS, IDLE
from ledger.people.sign_ins import Pass
from ledger.periods import SHANGHAI, day_in_shanghai
from ledger.words import cited, told
from ledger.words import label as worded

desk = Blueprint("desk", __name__, url_prefix="/desk", template_folder="templates", static_folder="static")


COOKIE, AGAIN = "mingbai_desk", "mingbai_again"
"""The short token, and the one that carries the sign-in on."""


OPEN = frozenset(
    {
        "desk.get_sign_in",
        "desk.post_sign_in",
        "desk.post_factor",
        "desk.get_slip",
        "desk.post_slip",
        "desk.static",
    }
)


@desk.before_request
def who_and_when() -> AnyResponse | None:
    """The person behind the cookie and what he is here; whoever is nobody signs in first."""
    g.now = current_app.extensions["clock"]()
    if request.endpoint in OPEN:
        return None
    declared = DECLARED_AT.get(request.endpoint or "")
    place = (request.view_args or {}).get("community")
    if declared is not None and declared.everywhere:
        place = declared.seat_at("")
    try:
        g.bearer = _bearer()
        g.seats = held(g.bearer, place, g.now)
        g.login = g.bearer.login
    except TokenRefused:
        return redirect(url_for("desk.get_sign_in", next=request.full_path.rstrip("?")))
    return None


@desk.before_request
def is_ours() -> None:
    """Refuse what another site sent, and what comes from a visit that is over; an operation's form is drawn again then.

    Raises:
        BadRequest: anywhere else.
    """
    try:
        current_app.extensions["csrf"].protect()
    except BadRequest:
        if not isinstance(DECLARED_AT.get(request.endpoint or ""), Operation):
            raise
        g.not_ours = True


def _bearer() -> Bearer:
    """Whom the short token stands for; once it is over, whose sign-in the other token carries on.

    Raises:
        TokenRefused: neither says.
    """
    try:
        return tokens().read(request.cookies.get(COOKIE, ""))
    except TokenRefused:
        carried_on = renewed(request.cookies.get(AGAIN, ""))
        if carried_on is None:
            raise
        g.carried_on = carried_on
        return Bearer(carried_on.login, carried_on.sign_in)


@desk.after_request
def stay_signed_in(answer: Response) -> Response:
    """Whose sign-in was carried on gets the next tokens."""
    if "carried_on" in g and request.endpoint != "desk.post_sign_out":
        keep(answer, g.carried_on)
    for name, values in (
        ("lang", ("zh", "en")),
        ("type", ("normal", "large")),
        ("theme", ("auto", "light", "dark")),
    ):
        if request.args.get(name) in values:
            answer.set_cookie(
                name,
                request.args[name],
                max_age=31_536_000,
                samesite="Lax",
                secure=installation().config.cookie_secure,
            )
    return answer


def keep(answer: AnyResponse, given: Pass) -> None:
    """Put a sign-in's tokens into the browser: for the desk alone, and out of reach of any script."""
    kept = [(COOKIE, new_token(given.login, given.sign_in), ACCESS)]
    if given.refresh:
        kept.append((AGAIN, given.refresh, IDLE))
    for name, token, lasts in kept:
        answer.set_cookie(
            name,
            token,
            max_age=int(lasts.total_seconds()),
            httponly=True,
            samesite="Strict",
            secure=installation().config.cookie_secure,
            path="/desk",
        )


@desk.errorhandler(LedgerError)
def refused(error: LedgerError) -> tuple[str, int]:
    """A refusal on a page of its own, in words."""
    page = render_template(
        "desk/refused.html",
        title=_("这样办不了"),
        sentence=error.sentence(language()),
        article=cited(str(error.facts.get("article") or error.article), language()),
    )
    return page, status_of(error)


@desk.errorhandler(ValidationError)
def unreadable(error: ValidationError) -> tuple[str, int]:
    """An address that names something in a way that nothing is named."""
    declared = DECLARED_AT.get(request.endpoint or "")
    labelled = declared.labelled if declared else {}
    wrong = [
        (label_at(re.split("[.:]", path), labelled).in_(language()), why)
        for path, why in errors_of(error, language()).items()
    ]
    sentence = (
        "；".join(f"{label}：{why}" for label, why in wrong)
        if language() == "zh"
        else "; ".join(f"{label}: {why}" for label, why in wrong)
    )
    return render_template("desk/refused.html", title=_("地址不对"), sentence=sentence, article=""), 422


def language() -> str:
    return "en" if str(get_locale()) == "en" else "zh"


def may(declared: Declared, seats: Iterable[Seat]) -> bool:
    """Whether somebody holds a role that may do it, for some home at least."""
    try:
        check_role("", list(seats), declared.roles)
    except RoleMissing:
        return False
    return True


def by_whom(declared: Declared, named: Mapping[str, object]) -> Actor:
    return actor_among(g.login, g.seats, declared.roles, named)


def call_of(
    session: Session, community: str, place: Mapping[str, Any], asked: BaseModel | None, by: Actor
) -> Call:
    return Call(session, community, place, asked, by, g.now, day_in_shanghai(g.now), installation())


def words_of(call: Call, rows: Iterable[Facts]) -> Words:
    """The words for some rows, with the people, the codes and the files in them by what they are."""
    flat_rows = [list(flat(row)) for row in rows]
    return Words(
        language(),
        names_of(call.session, flat_rows),
        codes_of(call, flat_rows, language()),
        files_of(call, flat_rows, by_whom(CONTENT, {}), language()),
        ways_for(g.seats),
        call.community,
    )


def ways_for(seats: Sequence[Seat]) -> dict[str, Record]:
    """The records that somebody may see, by the facts that lead there."""
    return {name: record for record in RECORDS if may(record, seats) for name in record.known_as}


@desk.context_processor
def frame() -> dict[str, Any]:
    """What the frame of every page is made of."""
    if "login" not in g:
        return {"get_locale": get_locale}
    place = (request.view_args or {}).get("community")
    seats: list[Seat] = g.seats
    with reading() as session:
        me = person(session, g.login)
        mine = {
            appointment.community for appointment in appointments(session, g.login, day_in_shanghai(g.now))
        }
        places = [
            community for community in communities(session) if EVERYWHERE in mine or community.code in mine
        ]
    here = next((community for community in places if community.code == place), None)
    return {
        "get_locale": get_locale,
        "actor": Actor(g.login, seats[0].role) if seats else Actor(g.login, Role.TENANT),
        "me": me,
        "role_words": "、".join(dict.fromkeys(worded(seat.role, language=language()) for seat in seats)),
        "places": places,
        "place": here,
        "today": told(day_in_shanghai(g.now), language()),
        "nouns": _rail(here.code, seats) if here else [],
        "bar": _bar(here.code, seats) if here else [],
        "finds": bool(here) and _has("tickets", seats) and _has("register", seats),
    }


def _rail(place: str, seats: list[Seat]) -> list[list[dict[str, Any]]]:
    groups: dict[int, list[dict[str, Any]]] = {}
    for noun, declared in NOUNS:
        if noun is TODAY:
            groups[noun.group] = [_link(noun.words.in_(language()), f"/desk/{place}/", exact=True)]
        elif any(may(declaration, seats) for declaration in declared if not declaration.everywhere):
            groups.setdefault(noun.group, []).append(
                _link(noun.words.in_(language()), f"/desk/{place}/nouns/{noun.code}", noun=noun)
            )
    return list(groups.values())


def _link(words: str, url: str, *, exact: bool = False, noun: Noun | None = None) -> dict[str, Any]:
    here = request.path == url or (not exact and noun is not None and _noun_here() == noun)
    return {"label": words, "url": url, "current": here}


def _noun_here() -> Noun | None:
    no = (request.view_args or {}).get("no") if request.endpoint == "desk.get_beginning" else None
    declared = (
        DECLARED_AT.get(request.endpoint or "") if no is None else EVERY[no] if no < len(EVERY) else None
    )
    return NOUN_OF.get(id(declared)) if declared else None


def _bar(place: str, seats: list[Seat]) -> list[dict[str, Any]]:
    money = next((noun for noun in ("fees", "register") if _has(noun, seats)), "votes")
    return [
        _link(_("今天"), f"/desk/{place}/", exact=True) | {"icon": "today"},
        _link(_("报修"), f"/desk/{place}/tickets") | {"icon": "repair"}
        if _has("tickets", seats)
        else _link(PEOPLE.words.in_(language()), f"/desk/{place}/nouns/people") | {"icon": "home"},
        _link(_("账"), f"/desk/{place}/nouns/{money}") | {"icon": "book"},
        _link(_("我的"), "/desk/me") | {"icon": "person"},
    ]


def _has(code: str, seats: list[Seat]) -> bool:
    return any(
        may(declaration, seats) for noun, declared in NOUNS if noun.code == code for declaration in declared
    )


NOUN_OF: dict[int, Noun] = {id(declaration): noun for noun, declared in NOUNS for declaration in declared}


DECLARED_AT: dict[str, Declared] = {}


def back_to(community: str, declared: Declared) -> dict[str, str] | None:
    if declared.everywhere:
        above = next((way for way in LISTINGS if way.record is not None and way.record is declared), None)
        if above is not None:
            return {"url": f"/desk{address_of('', above)}", "label": above.title.in_(language())}
        return {"url": "/desk/", "label": _("所有小区")}
    noun = NOUN_OF.get(id(declared))
    return (
        {"url": f"/desk/{community}/nouns/{noun.code}", "label": noun.words.in_(language())} if noun else None
    )


def quoted(value: str) -> str:
    return quote(value, safe="")


@desk.app_template_filter("shanghai")
def shanghai(at: Any) -> str:
    """An instant as people in Shanghai read their clocks."""
    return at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M") if at else "—"
