"""/communities/…/tickets: report, triage, assign, arrive, finish, verify, follow up, close."""

from typing import Any

from flask import g
from flask_openapi3 import APIBlueprint, FileStorage
from pydantic import BaseModel, ConfigDict, Field

from ledger.access.access import allow, reading
from ledger.api.door import Code, CommunityPath, In, Text, once
from ledger.api.problems import RESPONSES
from ledger.api.uses import ProjectIn
from ledger.community.rules import NotYourHome, Role
from ledger.fund.uses.actions import Plan
from ledger.repairs import actions
from ledger.repairs.queries import steps, ticket, tickets
from ledger.repairs.rules import Category, Priority, State
from ledger.repairs.tables import Ticket

repairs_api = APIBlueprint(
    "repairs",
    __name__,
    url_prefix="/api/v1/communities/<community>/tickets",
    abp_responses=RESPONSES,
    abp_security=[{"token": []}],
)
STAFF = (Role.MANAGER, Role.WORKER)
READERS = (*STAFF, Role.COMMITTEE, Role.COMMUNITY_OFFICE, Role.SUPERVISOR, Role.AUDITOR)


class TicketPath(CommunityPath):
    no: int = Field(ge=1, le=2**31 - 1)


class TicketsQuery(BaseModel):
    state: State | None = None
    search: str = Field("", max_length=60)
    page: int = Field(1, ge=1, le=100_000)
    size: int = Field(20, ge=1, le=200)


class ReportIn(In):
    category: Category
    title: Text
    building: Code | None = None
    component: Code | None = None
    home: Code | None = None
    reporter: str = Field("", max_length=100)
    urgent: bool = False


class TriageIn(In):
    priority: Priority
    exclusive: bool = False
    utility: bool = False
    known_person: bool = False
    daily_upkeep: bool = True
    improvement: bool = False


class AssignIn(In):
    to: Code


class FinishForm(BaseModel):
    model_config = ConfigDict(arbitrary_types_allowed=True, extra="forbid")

    photo: FileStorage
    note: str = Field("", max_length=500)


class FollowUpIn(In):
    rating: int = Field(strict=True, ge=1, le=5)
    note: str = Field("", max_length=500)


def _shown(found: Ticket) -> dict[str, Any]:
    return found.model_dump(mode="json", exclude={"community"})


@repairs_api.get("", summary="Tickets, newest first")
@allow(*READERS)
def list_tickets(path: CommunityPath, query: TicketsQuery):  # type: ignore[no-untyped-def]
    """By state and by words in the title, building or home."""
    with reading() as session:
        page = tickets(session, path.community, **query.model_dump())
    return {"tickets": [_shown(t) for t in page.tickets], "total": page.total, "page": query.page}


@repairs_api.post("", summary="Report a repair (报修)")
@allow(*STAFF, Role.OWNER, Role.TENANT, Role.COMMITTEE, Role.COMMUNITY_OFFICE)
def post_ticket(path: CommunityPath, body: ReportIn):  # type: ignore[no-untyped-def]
    """Staff may report for anybody; an owner or tenant names no other home than his own."""
    if g.actor.role in (Role.OWNER, Role.TENANT) and body.home not in (None, g.own_home):
        raise NotYourHome(home="—")

    def deed(session: Any) -> dict[str, Any]:
        report = actions.Report(**body.model_dump())
        return _shown(actions.log_ticket(session, path.community, report, by=g.actor, at=g.now))

    return once(deed)


@repairs_api.get("/<int:no>", summary="One ticket with its steps")
@allow(*READERS)
def get_ticket(path: TicketPath):  # type: ignore[no-untyped-def]
    """What happened, when and by whom."""
    with reading() as session:
        found = ticket(session, path.community, path.no)
        return {
            **_shown(found),
            "steps": [
                s.model_dump(mode="json", exclude={"community", "ticket"})
                for s in steps(session, path.community, path.no)
            ],
        }


@repairs_api.post("/<int:no>/triage", summary="Say how urgent it is and who must repair")
@allow(Role.MANAGER)
def post_triage(path: TicketPath, body: TriageIn):  # type: ignore[no-untyped-def]
    """Warranty comes before every purse."""
    return once(
        lambda s: _shown(
            actions.triage(s, path.community, path.no, **body.model_dump(), by=g.actor, at=g.now)
        )
    )


@repairs_api.post("/<int:no>/assignment", summary="Give it to somebody to repair")
@allow(Role.MANAGER)
def post_assignment(path: TicketPath, body: AssignIn):  # type: ignore[no-untyped-def]
    """Also sends a finished but rejected repair back (返修)."""
    return once(lambda s: _shown(actions.assign(s, path.community, path.no, body.to, by=g.actor, at=g.now)))


@repairs_api.post("/<int:no>/arrival", summary="Somebody has come (到场)")
@allow(*STAFF)
def post_arrival(path: TicketPath):  # type: ignore[no-untyped-def]
    """The first arrival counts."""
    return once(lambda s: _shown(actions.arrive(s, path.community, path.no, by=g.actor, at=g.now)))


@repairs_api.post("/<int:no>/completion", summary="It is done (完工), with a photograph")
@allow(*STAFF)
def post_completion(path: TicketPath, form: FinishForm):  # type: ignore[no-untyped-def]
    """JPEG, PNG or WebP, judged by its content."""

    def deed(session: Any) -> dict[str, Any]:
        photo = actions.keep_photo(session, path.community, form.photo.read(), by=g.actor, at=g.now)
        done = actions.finish(
            session, path.community, path.no, photo=photo, note=form.note, by=g.actor, at=g.now
        )
        return _shown(done)

    return once(deed)


@repairs_api.post("/<int:no>/verification", summary="Confirm the repair")
@allow(Role.OWNER, Role.TENANT, Role.COMMITTEE, Role.COMMUNITY_OFFICE)
def post_verification(path: TicketPath):  # type: ignore[no-untyped-def]
    """By somebody else than the repairer; an owner confirms for his own home."""

    def deed(session: Any) -> dict[str, Any]:
        found = ticket(session, path.community, path.no)
        if g.actor.role in (Role.OWNER, Role.TENANT) and found.home != g.own_home:
            raise NotYourHome(home="—")
        return _shown(actions.verify(session, path.community, path.no, by=g.actor, at=g.now))

    return once(deed)


@repairs_api.post("/<int:no>/follow-up", summary="Follow-up visit (回访)")
@allow(Role.COMMUNITY_OFFICE, Role.COMMITTEE, Role.MANAGER)
def post_follow_up(path: TicketPath, body: FollowUpIn):  # type: ignore[no-untyped-def]
    """Whoever repaired may not ask about his own work."""
    return once(
        lambda s: _shown(
            actions.follow_up(s, path.community, path.no, body.rating, note=body.note, by=g.actor, at=g.now)
        )
    )


@repairs_api.post("/<int:no>/closing", summary="Close a ticket")
@allow(Role.MANAGER)
def post_closing(path: TicketPath):  # type: ignore[no-untyped-def]
    """Its times and its rating go into the log."""
    return once(lambda s: _shown(actions.close(s, path.community, path.no, by=g.actor, at=g.now)))


@repairs_api.post("/<int:no>/project", summary="Turn it into a use of the fund")
@allow(Role.MANAGER)
def post_ticket_project(path: TicketPath, body: ProjectIn):  # type: ignore[no-untyped-def]
    """Judged by N1–N7, each with its article."""

    def deed(session: Any) -> dict[str, Any]:
        plan = Plan(**body.model_dump(exclude={"code"}))
        planned = actions.open_project(
            session, path.community, path.no, body.code, plan, by=g.actor, at=g.now
        )
        return planned.model_dump(mode="json", exclude={"community"})

    return once(deed)
