"""报修: from the first report to the follow-up visit."""

from collections.abc import Callable
from datetime import datetime

from pydantic import Field as Limit
from sqlmodel import Session

from ledger.community.role_rules import RESIDENTS, Actor, Role
from ledger.fields import LongNote, Number, Out, Upload
from ledger.files.actions import keep_file
from ledger.files.rules import FileKind
from ledger.operations.choices import repairers
from ledger.operations.operation import Field, Listing, Operation, Part, Record, Said
from ledger.operations.uses import PLANNED, UseOut
from ledger.repairs import actions
from ledger.repairs.queries import steps, ticket_told, tickets
from ledger.repairs.rules import (
    FINISHED,
    NEXT,
    Category,
    Priority,
    Route,
    State,
    may_open_project,
    may_reject,
)
from ledger.repairs.tables import Ticket

STAFF = (Role.MANAGER, Role.WORKER)
READERS = (*STAFF, Role.COMMITTEE, Role.COMMUNITY_OFFICE, Role.SUPERVISOR, Role.AUDITOR, *RESIDENTS)


class TicketOut(Out):
    no: int
    category: Category
    title: str
    building: str | None
    component: str | None
    home: str | None
    state: State
    priority: Priority
    route: Route | None
    reported_at: datetime
    arrive_by: datetime | None
    done_by: datetime | None
    assigned_to: str | None
    arrived_at: datetime | None
    done_at: datetime | None
    followed_up_by: str | None
    rating: int | None
    reopened: bool
    project: str | None


class TicketToldOut(TicketOut):
    reporter: str
    erased_by_entry: int | None = Limit(validation_alias="erasure_no")


class StepOut(Out):
    line: int
    state: State
    by_login: str
    at: datetime
    note: str
    photo: str | None


def may_become(state: State) -> Callable[[Ticket], bool]:
    """Whether a ticket may take a step, as the rule of its states says."""
    return lambda ticket: state in NEXT[ticket.state]


def complete(
    session: Session,
    community: str,
    no: Number,
    photo: Upload,
    note: LongNote = "",
    *,
    by: Actor,
    at: datetime,
) -> Ticket:
    """The repair is done, with a photograph of it: JPEG, PNG or WebP, judged by its content.

    Raises:
        FileRefused, PictureUnreadable: it is no picture.
        PhotoMissing, StepNotPossible: as for `ledger.repairs.actions.finish`.
    """
    kept = keep_file(session, community, photo.body, photo.name, FileKind.PHOTO, by=by, at=at)
    return actions.finish(session, community, no, photo=kept.sha256, note=note, by=by, at=at)


TICKET = Record(
    path="/tickets/<int:no>",
    title=Said("一张报修单", "One ticket"),
    personal=True,
    roles=READERS,
    query=ticket_told,
    gives=TicketToldOut,
    heading="title",
    state=("state", "priority", "route", "assigned_to"),
    parts={"steps": Part(title=Said("经过", "What happened"), query=steps, gives=StepOut, timeline=True)},
)

DECLARED = (
    Listing(
        path="/tickets",
        title=Said("报修单", "Tickets"),
        roles=READERS,
        query=tickets,
        gives=TicketOut,
        key="tickets",
        record=TICKET,
        columns=("no", "title", "building", "home", "priority", "state", "assigned_to", "done_by"),
        empty=Said("没有符合条件的报修单。", "No ticket fits."),
    ),
    TICKET,
    Operation(
        path="/tickets",
        title=Said("登记报修", "Report a repair"),
        roles=(*STAFF, Role.OWNER.of("home"), Role.TENANT.of("home"), Role.COMMITTEE, Role.COMMUNITY_OFFICE),
        does=actions.log_ticket,
        without=("reported_at",),
        gives=TicketOut,
        seals=("ticket.logged",),
        fields={"title": Field(Said("哪里坏了", "What is broken"))},
    ),
    Operation(
        path="/tickets/<int:no>/triage",
        title=Said("定责定级", "Say how urgent it is and who repairs"),
        roles=(Role.MANAGER, Role.COMMITTEE),
        does=actions.triage,
        gives=TicketOut,
        fields={
            "component": Field(
                Said("看下来是哪一处坏了", "Which part it turned out to be"),
                hint=Said(
                    "报修时没写、或写得不对的才填；在保修期内的先由保修单位修。",
                    "Where the report named none or another; what is under warranty is its contractor's first.",
                ),
            ),
            "why": Field(
                Said("不走保修的理由", "Why the warranty is not claimed"),
                hint=Said(
                    "还在保修期内却由别人修的才写，例如人为损坏。",
                    "Only where a warranty runs and somebody else repairs, such as after misuse.",
                ),
            ),
        },
        on=TICKET,
        offered=may_become(State.TRIAGED),
    ),
    Operation(
        path="/tickets/<int:no>/rejection",
        title=Said("不受理，说明理由", "Turn it away, with the reason"),
        roles=(Role.MANAGER,),
        does=actions.reject,
        gives=TicketOut,
        seals=("ticket.rejected",),
        on=TICKET,
        turns_back=True,
        offered=lambda ticket: may_reject(ticket.state, ticket.assigned_to),
    ),
    Operation(
        path="/tickets/<int:no>/appeal",
        title=Said("不服不受理，请再看", "Ask again for what was turned away"),
        roles=(*RESIDENTS, Role.COMMITTEE, Role.COMMUNITY_OFFICE),
        does=actions.appeal,
        gives=TicketOut,
        seals=("ticket.appealed",),
        on=TICKET,
        offered=may_become(State.NEW),
    ),
    Operation(
        path="/tickets/<int:no>/arrival",
        title=Said("我到现场了", "I have arrived"),
        roles=STAFF,
        does=actions.arrive,
        gives=TicketOut,
        on=TICKET,
        offered=may_become(State.ARRIVED),
    ),
    Operation(
        path="/tickets/<int:no>/completion",
        title=Said("修好了，附照片", "It is done, with a photograph"),
        roles=STAFF,
        does=complete,
        gives=TicketOut,
        on=TICKET,
        offered=may_become(State.DONE),
    ),
    Operation(
        path="/tickets/<int:no>/verification",
        title=Said("确认修好", "Confirm the repair"),
        roles=(*RESIDENTS, Role.COMMITTEE, Role.COMMUNITY_OFFICE),
        does=actions.verify,
        gives=TicketOut,
        on=TICKET,
        offered=may_become(State.VERIFIED),
    ),
    Operation(
        path="/tickets/<int:no>/follow-up",
        title=Said("记录回访", "Record the follow-up visit"),
        roles=(Role.COMMUNITY_OFFICE, Role.COMMITTEE, *RESIDENTS),
        does=actions.follow_up,
        gives=TicketOut,
        on=TICKET,
        offered=may_become(State.FOLLOWED_UP),
    ),
    Operation(
        path="/tickets/<int:no>/dispute",
        title=Said("没修好，请再修", "It is not repaired: send it back"),
        roles=(*RESIDENTS, Role.COMMITTEE, Role.COMMUNITY_OFFICE),
        does=actions.dispute,
        gives=TicketOut,
        seals=("ticket.disputed",),
        fields={"reason": Field(Said("哪里没修好", "What is not repaired"))},
        on=TICKET,
        turns_back=True,
        offered=lambda ticket: ticket.state in FINISHED,
    ),
    Operation(
        path="/tickets/<int:no>/closing",
        title=Said("办结", "Close the ticket"),
        roles=(Role.MANAGER,),
        does=actions.close,
        gives=TicketOut,
        seals=("ticket.closed",),
        on=TICKET,
        offered=may_become(State.CLOSED),
    ),
    Operation(
        path="/tickets/<int:no>/assignment",
        title=Said("派工", "Give it to somebody to repair"),
        roles=(Role.MANAGER,),
        does=actions.assign,
        gives=TicketOut,
        fields={"to": Field(Said("派给谁", "Give it to"), choices=repairers)},
        on=TICKET,
        offered=may_become(State.ASSIGNED),
    ),
    Operation(
        path="/tickets/<int:no>/project",
        title=Said("立项：动用维修资金", "Turn it into a use of the fund"),
        roles=(Role.MANAGER,),
        does=actions.open_project,
        gives=UseOut,
        seals=("use.propose",),
        fields=PLANNED,
        on=TICKET,
        offered=lambda ticket: may_open_project(ticket.state, ticket.project),
    ),
)
