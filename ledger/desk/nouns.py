"""What there is to see and to do: communities, nouns, who I am."""

from collections.abc import Iterable
from itertools import product
from typing import Any

from flask import (
    g,
    redirect,
    render_template,
    request,
)
from flask_babel import gettext as _
from pydantic import ValidationError
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from ledger.access.access import allow, held, reading
from ledger.community.queries import appointments, communities, home_codes
from ledger.community.queries import community as community_of
from ledger.community.role_rules import EVERYWHERE, Actor, Role, RoleMissing
from ledger.desk.filling import drawing_of
from ledger.desk.forms import errors_of, question
from ledger.desk.frame import back_to, desk, language, may, quoted
from ledger.desk.views import (
    Row,
    Words,
    address_of,
    cell,
    filled,
    goes_with,
)
from ledger.first_month.queries import first_month
from ledger.first_month.rules import FirstStep, StepState
from ledger.operations.choices import OF, PERIODS
from ledger.operations.files import CONTENT
from ledger.operations.first_month import CHECKLIST, WHERE, lacking, who_does
from ledger.operations.nouns import TODAY
from ledger.operations.operation import Declared, Document, Listing, Operation, Record
from ledger.operations.register import COMMUNITIES
from ledger.operations.registry import EVERY, LISTINGS, NOUNS
from ledger.operations.shapes import fields_of
from ledger.operations.waiting import waiting_here
from ledger.periods import Period, day_in_shanghai
from ledger.words import label, period, told, word

NEWEST = 2
"""So many editions of a document are at hand; the others are asked for."""


@desk.get("/")
@allow(*Role)
def get_home() -> str | AnyResponse:
    """Where I hold which role; the one community where it is but one."""
    with reading() as session:
        mine = {
            appointment.community for appointment in appointments(session, g.login, day_in_shanghai(g.now))
        }
        places = [
            community for community in communities(session) if EVERYWHERE in mine or community.code in mine
        ]
    here = held(g.bearer, EVERYWHERE, g.now)
    ways = [
        {"label": declared.title.in_(language()), "url": f"/desk{address_of('', declared)}"}
        for declared in EVERY
        if declared.everywhere and _stands_first(declared) and may(declared, here)
    ]
    if len(places) == 1 and not ways:
        return redirect(f"/desk/{places[0].code}/")
    if places or not ways:
        return render_template("desk/home.html", title=_("选一个小区"), ways=ways)
    first = _("一个小区还没有。先导入登记簿，或者填表开通，再请人来。")
    return render_template("desk/home.html", title=_("从这里开始"), sentence=first, ways=ways)


def _stands_first(declared: Declared) -> bool:
    """Whether something of no one community is led to by the first page: all but the communities, which stand there already,
    and what its list leads to."""
    listed = {listing.path for listing in LISTINGS if listing.everywhere and listing is not COMMUNITIES}
    return (
        not declared.variables
        and declared is not COMMUNITIES
        and (isinstance(declared, Listing) or declared.path not in listed)
    )


@desk.get("/me")
@allow(*Role)
def get_me() -> str:
    """Who I am here, in which roles, for which homes and until when."""
    words = Words(language())
    with reading() as session:
        rows = appointments(session, g.login, day_in_shanghai(g.now))
        names = {community.code: community.name for community in communities(session)}
    columns = ("community", "role", "home", "building", "organisation", "since", "until")
    shown = [
        Row(
            [
                cell(
                    name,
                    names.get(row.community, _("所有小区")) if name == "community" else getattr(row, name),
                    words,
                )
                for name in columns
            ]
        )
        for row in rows
    ]
    heads = [{"label": words.of(name, {}), "kind": "text", "name": name} for name in columns]
    return render_template(
        "desk/list.html",
        title=_("我的身份"),
        sentence="",
        columns=heads,
        rows=shown,
        empty={"words": _("没有身份。")},
    )


@desk.get("/components")
@allow(*Role)
def get_components() -> str:
    """Every part that pages are made of, in its states."""
    return render_template("desk/components.html")


@desk.get("/<community>/")
@allow(*Role)
def get_place(community: str) -> str:
    """Everything that I may see and do here, by noun."""
    with reading() as session:
        place = community_of(session, community)
    if not g.seats:
        raise RoleMissing(needed=tuple(Role))
    groups = [
        {"title": noun.words.in_(language()), "tasks": ways_of(community, declared)}
        for noun, declared in NOUNS
        if noun is not TODAY and ways_of(community, declared)
    ]
    half = (len(groups) + 1) // 2
    if waiting := tasks_of(community):
        groups.insert(0, {"title": _("等您办的"), "tasks": waiting})
        half += 1
    return render_template(
        "desk/home.html",
        title=place.name if language() == "zh" else place.name_en or place.name,
        sentence=told(day_in_shanghai(g.now), language()),
        groups=groups[:half],
        month=first_month_of(community),
        beside=groups[half:],
    )


def first_month_of(community: str) -> dict[str, Any] | None:
    """The checklist of the first month, until it is disclosed: what is done, what is to be done now and where, what waits."""
    if not may(CHECKLIST, g.seats):
        return None
    with reading() as session:
        steps = first_month(session, community, day_in_shanghai(g.now))
    if not steps:
        return None
    return {
        "title": _("第一个月"),
        "sentence": _(
            "已办 %(done)s 步，共 %(all)s 步",
            done=sum(step.state is StepState.DONE for step in steps),
            all=len(steps),
        ),
        "steps": [_first_step(community, step) for step in steps],
    }


def _first_step(community: str, step: FirstStep) -> dict[str, Any]:
    declared, missing = WHERE[step.step], lacking(step).in_(language())
    shown = {"title": label(step.step, language=language())}
    if step.state is StepState.DONE:
        return shown | {"kind": "done"}
    shown |= {"sentence": f"{missing} · {told(who_does(step.step), language())}"}
    mine = {seat.role for seat in g.seats} & set(who_does(step.step))
    if step.state is StepState.WAITS or not mine or not may(declared, g.seats):
        return shown | {"words": word(step.state, language=language())}
    way = (
        {"url": f"/desk{address_of(community, declared)}".replace("<month>", str(step.lacks[0]))}
        if "month" in declared.variables
        else _way(community, declared)
    )
    return shown | {"url": way["url"], "action": _("去办")}


def tasks_of(community: str) -> list[dict[str, Any]]:
    """What waits for me, as the tasks of the first screen: what it is, of what, by when, and whether that is past."""
    today = day_in_shanghai(g.now)
    with reading() as session:
        tasks = waiting_here(session, community, Actor(g.login, g.seats[0].role), today)
    return [
        {
            "title": label(task.task, language=language()),
            "url": f"/desk{filled(address_of(community, task.done_at), dict.fromkeys(task.done_at.variables, task.subject))}",
            "sentence": " · ".join(
                [
                    period(task.subject, language()) if "period" in task.done_at.variables else task.subject,
                    *([_("期限 %(day)s", day=told(task.due_on, language()))] if task.due_on else []),
                ]
            ),
            "state": {"kind": "late", "words": _("已过期")} if task.late else None,
        }
        for task in tasks
    ]


def ways_of(community: str, declared: Iterable[Declared]) -> list[dict[str, Any]]:
    return [
        {"title": declaration.title.in_(language()), "url": f"/desk/{community}{declaration.path}"}
        for declaration in declared
        if isinstance(declaration, Listing) and declaration.opens_by_itself and may(declaration, g.seats)
    ]


@desk.get("/<community>/search")
@allow(*Role)
def get_search(community: str) -> AnyResponse:
    """To the home or the ticket that is named; else the tickets in which the words stand."""
    asked = request.args.get("q", "").strip()[:60]
    with reading() as session:
        community_of(session, community)
        is_home = asked in home_codes(session, community)
    if is_home:
        return redirect(f"/desk/{community}/homes/{quoted(asked)}")
    if asked.isdecimal() and len(asked) < 10:
        return redirect(f"/desk/{community}/tickets/{int(asked)}")
    return redirect(f"/desk/{community}/tickets?search={quoted(asked)}")


@desk.get("/<community>/nouns/<noun>")
@allow(*Role)
def get_noun(community: str, noun: str) -> str:
    """What there is of a noun to see, to do and to take away."""
    with reading() as session:
        community_of(session, community)
    pair = next((pair for pair in NOUNS if pair[0].code == noun), None)
    if pair is None or not any(may(declaration, g.seats) for declaration in pair[1]):
        raise RoleMissing(needed=tuple(Role))
    of, declared = pair
    mine = [
        declaration for declaration in declared if may(declaration, g.seats) and not declaration.everywhere
    ]
    return render_template(
        "desk/noun.html",
        title=of.words.in_(language()),
        lists=[_way(community, declaration) for declaration in mine if is_whole(declaration)],
        forms=[
            _way(community, declaration)
            for declaration in mine
            if isinstance(declaration, Operation) and stands_alone(declaration)
        ],
        asks=[_asks(community, declaration) for declaration in mine if is_asked_for(declaration)],
        downloads=[
            _download(community, declaration)
            for declaration in mine
            if isinstance(declaration, Document) and _is_at_hand(declaration)
        ],
    )


def stands_alone(operation: Operation) -> bool:
    """Whether an operation begins on its noun's page: what stands on a record begins there, but what makes it."""
    return operation.on is None or operation.begins_its_record


def is_whole(declared: Declared) -> bool:
    """A list or a record that its address names without being told more."""
    return isinstance(declared, (Listing, Record)) and declared.opens_by_itself


def is_asked_for(declared: Declared) -> bool:
    """A list or record whose address has to be filled in first, with what nobody has to remember or no list leads to."""
    if not isinstance(declared, (Listing, Record)) or not declared.variables:
        return False
    return set(declared.variables) <= set(OF) or not _is_led_to(declared)


def _is_at_hand(document: Document) -> bool:
    """Whether a document can be asked for without knowing a digest, and no record leads to it."""
    return document is not CONTENT and not _is_led_to(document)


def _is_led_to(declared: Declared) -> bool:
    """Whether a list has rows for what the address begins with, so that its record leads there."""
    return any(
        listing.record is declared or (listing.record and goes_with(declared, listing.record))
        for listing in LISTINGS
    )


def _way(community: str, declared: Declared) -> dict[str, str]:
    folder = "/do" if isinstance(declared, Operation) else ""
    if isinstance(declared, Operation) and declared.variables:
        return {
            "label": declared.title.in_(language()),
            "url": f"/desk/{community}/begin/{number_of(declared)}",
        }
    return {"label": declared.title.in_(language()), "url": f"/desk/{community}{folder}{declared.path}"}


def _asks(community: str, declared: Declared) -> dict[str, Any]:
    return {"label": declared.title.in_(language()), "url": f"/desk/{community}/begin/{number_of(declared)}"}


def _download(community: str, document: Document) -> dict[str, Any]:
    """A document with its newest editions at one click each, and the way to the others."""
    asked = fields_of(document.place)
    with reading() as session:
        drawing = drawing_of(session, community, document.facts, MultiDict(), {}, blank=True)
        alternatives = [question(name, asking, drawing).choices for name, asking in asked.items()]
    editions = product(
        *(
            _newest_over(choices) if asking.shape.kind in PERIODS else choices
            for choices, asking in zip(alternatives, asked.values(), strict=True)
        )
    )
    ready = []
    for edition in editions:
        place = {name: value for name, (value, _words) in zip(asked, edition, strict=True)}
        words = " ".join(words for _value, words in edition)
        ready.append({"label": words or _("下载"), "url": f"/desk/{community}{filled(document.path, place)}"})
    return _asks(community, document) | {
        "ready": ready,
        "more": any(asking.shape.kind in PERIODS for asking in asked.values()),
    }


def _newest_over(periods: list[tuple[str, str]]) -> list[tuple[str, str]]:
    today = day_in_shanghai(g.now)
    return [period for period in periods if Period.parse(period[0]).last < today][:NEWEST]


def number_of(declared: Declared) -> int:
    return next(no for no, declaration in enumerate(EVERY) if declaration is declared)


@desk.get("/<community>/begin/<int:no>")
@allow(*Role)
def get_beginning(community: str, no: int) -> str | AnyResponse:
    """Ask for what an address needs, such as the period of a report, and go there."""
    if no >= len(EVERY) or not may(EVERY[no], g.seats):
        raise RoleMissing(needed=tuple(Role))
    declared = EVERY[no]
    asked = {name: request.args.get(name, "").strip() for name in declared.variables}
    errors: dict[str, str] = {}
    if not declared.variables or any(asked.values()):
        try:
            place = declared.place.model_validate(asked).model_dump(mode="json")
            folder = "/do" if isinstance(declared, Operation) else ""
            return redirect(f"/desk/{community}{folder}{filled(declared.path, place)}")
        except ValidationError as error:
            errors = errors_of(error, language())
    with reading() as session:
        drawing = drawing_of(session, community, declared.labelled, MultiDict(asked), errors, blank=True)
        fields = [question(name, asking, drawing) for name, asking in fields_of(declared.place).items()]
    return render_template(
        "desk/begin.html",
        crumbs=back_to(community, declared),
        title=declared.title.in_(language()),
        fields=fields,
        errors=list(errors.items()),
        button=_("下一步") if isinstance(declared, Operation) else _("打开"),
    )
