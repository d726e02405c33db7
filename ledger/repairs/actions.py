"""The actions of repairs: a ticket from the first report to the follow-up."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from pydantic import Field
from sqlalchemy import func
from sqlmodel import Session, select

from ledger.community.queries import component, home, profile, warranty
from ledger.community.role_rules import (
    Actor,
    Duty,
    check_different_people,
    check_own_building,
    check_own_home,
)
from ledger.errors import Malformed
from ledger.fields import Code, Day, LongNote, Note, Number, Text
from ledger.files.actions import use_file
from ledger.files.queries import is_stored
from ledger.files.rules import FileKind, Purpose
from ledger.fund.uses.actions import Plan, propose
from ledger.fund.uses.payment_actions import Paid
from ledger.fund.uses.payment_actions import release_retention as release
from ledger.fund.uses.queries import project
from ledger.fund.uses.tables import Project
from ledger.journal.actions import post
from ledger.journal.rules import Draft
from ledger.log.queries import head
from ledger.periods import day_in_shanghai
from ledger.repairs.queries import next_number, open_claims, steps, ticket
from ledger.repairs.rules import (
    UPKEEP,
    Category,
    Cause,
    PhotoMissing,
    Priority,
    Route,
    State,
    check_project,
    check_step,
    due_at,
    route_of,
)
from ledger.repairs.tables import Ticket, TicketStep

Rating = Annotated[int, Field(strict=True, ge=1, le=5)]
BY_HAND = frozenset({State.ARRIVED, State.DONE})


class RatingWrong(Malformed):
    code = "rating-wrong"
    zh = "评分 {rating} 有误：请打 1 到 5 分。"
    en = "A rating is from 1 to 5, not {rating}."


@dataclass(frozen=True)
class Report:
    """What somebody reports: words and reporter stay private.

    ``reported_at`` is when it was reported, where it stood on paper before it came in here.
    """

    category: Category
    title: Text
    building: Code | None = None
    component: Code | None = None
    home: Code | None = None
    reporter: Note = ""
    urgent: bool = False
    reported_at: datetime | None = None


def log_ticket(session: Session, community: str, report: Report, *, by: Actor, at: datetime) -> Ticket:
    """Take a report in; it gets a number and a place in the log.

    Raises:
        NoHome, NoComponent: what it names is not registered here.
        NotYourHome: an owner or a tenant names somebody else's home.
        NotYourBuilding: somebody who is here for his building names another or none.
    """
    check_own_building(report.building, by=by)
    if report.home:
        check_own_home(report.home, by=by)
    head(session, community, lock=True)
    if report.home:
        home(session, community, report.home)
    if report.component:
        component(session, community, report.component)
    no = next_number(session, community)
    logged = Ticket(
        community=community,
        no=no,
        category=report.category,
        title=report.title,
        building=report.building,
        component=report.component,
        home=report.home,
        reporter=report.reporter,
        reported_at=report.reported_at or at,
        recorded_by=by.login,
        priority=Priority.P2 if report.urgent else Priority.P3,
    )
    session.add(logged)
    session.flush()  # the steps name the ticket
    _step(session, logged, State.NEW, by=by, at=at)
    draft = Draft(
        kind="ticket.logged",
        on=day_in_shanghai(at),
        key=f"ticket/{no}",
        facts={"ticket": no, "category": report.category.value},
        private={"title": report.title},
        subject=f"ticket/{no}",
    )
    post(session, community, draft, by=by, at=at)
    return logged


def triage(
    session: Session,
    community: str,
    no: Number,
    priority: Priority,
    cause: Cause = UPKEEP,
    *,
    by: Actor,
    at: datetime,
) -> Ticket:
    """Say how urgent it is and who must repair; warranty comes before every purse."""
    repair = _locked(session, community, no, by=by)
    check_step(no, repair.state, State.TRIAGED)
    thing = component(session, community, repair.component) if repair.component else None
    repair.priority = priority
    repair.route = route_of(
        priority,
        cause,
        warranty=warranty(session, thing) if thing else None,
        reported_on=day_in_shanghai(repair.reported_at),
    )
    limits = profile(session, community, day_in_shanghai(repair.reported_at)).under("service.")
    repair.arrive_by, repair.done_by = due_at(priority, repair.reported_at, limits)
    return _step(session, repair, State.TRIAGED, by=by, at=at)


def reject(session: Session, community: str, no: Number, reason: Text, *, by: Actor, at: datetime) -> Ticket:
    """Turn a ticket away before anybody was sent; why goes to whoever reported it, and stays private in the log.

    Raises:
        StepNotPossible: somebody was sent already, or it is over.
    """
    repair = _locked(session, community, no, by=by)
    check_step(no, repair.state, State.REJECTED)
    return _turn(session, repair, State.REJECTED, "ticket.rejected", reason, by=by, at=at)


def appeal(session: Session, community: str, no: Number, reason: Text, *, by: Actor, at: datetime) -> Ticket:
    """Ask again for a ticket that was turned away: it is new once more, and its time runs from the first report.

    Raises:
        NotYourHome: an owner or a tenant asks for somebody else's home.
        StepNotPossible: it was not turned away.
    """
    repair = _locked(session, community, no, by=by)
    check_own_home(repair.home, by=by)
    check_step(no, repair.state, State.NEW)
    return _turn(session, repair, State.NEW, "ticket.appealed", reason, by=by, at=at)


def assign(session: Session, community: str, no: Number, to: Code, *, by: Actor, at: datetime) -> Ticket:
    """Give a ticket to somebody to repair; also one that was finished badly, again (返修)."""
    repair = _locked(session, community, no, by=by)
    check_step(no, repair.state, State.ASSIGNED)
    if repair.state in (State.DONE, State.FOLLOWED_UP):
        repair.reopened = True
    repair.assigned_to = to
    return _step(session, repair, State.ASSIGNED, by=by, at=at)


def arrive(session: Session, community: str, no: Number, *, by: Actor, at: datetime) -> Ticket:
    """Whoever repairs has come; the first arrival counts."""
    repair = _locked(session, community, no, by=by)
    check_step(no, repair.state, State.ARRIVED)
    repair.arrived_at = repair.arrived_at or at
    return _step(session, repair, State.ARRIVED, by=by, at=at)


def finish(
    session: Session, community: str, no: int, *, photo: str, note: str = "", by: Actor, at: datetime
) -> Ticket:
    """The repair is done, with a stored photograph of it.

    Raises:
        PhotoMissing: none with this digest was taken in.
    """
    repair = _locked(session, community, no, by=by)
    check_step(no, repair.state, State.DONE)
    if not is_stored(session, community, photo, {FileKind.PHOTO}):
        raise PhotoMissing()
    use_file(session, community, photo, f"ticket/{no}", Purpose.COMPLETION, by=by, at=at)
    repair.done_at = repair.done_at or at
    return _step(session, repair, State.DONE, photo=photo, note=note, by=by, at=at)


def verify(session: Session, community: str, no: Number, *, by: Actor, at: datetime) -> Ticket:
    """The owner, or the committee for a common part, confirms; whoever repaired may not.

    Raises:
        NotYourHome: an owner or a tenant confirms for somebody else's home.
        SamePerson: the repairer confirms his own work.
    """
    repair = _locked(session, community, no, by=by)
    check_own_home(repair.home, by=by)
    check_step(no, repair.state, State.VERIFIED)
    check_different_people(_repairers(session, repair), step=Duty.CONFIRM, by=by)
    return _step(session, repair, State.VERIFIED, by=by, at=at)


def follow_up(
    session: Session,
    community: str,
    no: Number,
    rating: Rating,
    *,
    note: LongNote = "",
    by: Actor,
    at: datetime,
) -> Ticket:
    """The follow-up visit (回访) with its rating of 1 to 5; whoever repaired may not make it.

    Raises:
        RatingWrong: it is not 1 to 5.
        SamePerson: the repairer asks about his own work.
    """
    repair = _locked(session, community, no, by=by)
    check_step(no, repair.state, State.FOLLOWED_UP)
    if not 1 <= rating <= 5:
        raise RatingWrong(rating=rating)
    check_different_people(_repairers(session, repair), step=Duty.FOLLOW_UP, by=by)
    repair.rating, repair.followed_up_by = rating, by.login
    return _step(session, repair, State.FOLLOWED_UP, note=note, by=by, at=at)


def close(session: Session, community: str, no: Number, *, by: Actor, at: datetime) -> Ticket:
    """Close a ticket; its rating and whether it was done in time go into the log."""
    repair = _locked(session, community, no, by=by)
    check_step(no, repair.state, State.CLOSED)
    draft = Draft(
        kind="ticket.closed",
        on=day_in_shanghai(at),
        key=f"ticket-closed/{no}",
        facts={
            "ticket": no,
            "priority": repair.priority.value,
            "route": repair.route.value if repair.route else None,
            "on_time": bool(repair.done_at and repair.done_by and repair.done_at <= repair.done_by),
            "rating": repair.rating,
        },
        subject=f"ticket/{no}",
    )
    post(session, community, draft, by=by, at=at)
    return _step(session, repair, State.CLOSED, by=by, at=at)


def open_project(
    session: Session, community: str, no: Number, code: Code, plan: Plan, *, by: Actor, at: datetime
) -> Project:
    """Turn a ticket into a use of the fund, judged by N1–N7.

    Raises:
        ProjectOpened, NoProjectAnyMore: it is one already, or over.
        NotForTheFund and what else `ledger.fund.uses.actions.propose` refuses.
    """
    repair = _locked(session, community, no, by=by)
    check_project(no, repair.state, repair.project)
    planned = propose(session, community, code, plan, by=by, at=at)
    repair.project, repair.route = code, Route.FUND_PROJECT
    session.add(repair)
    return planned


def release_retention(
    session: Session,
    community: str,
    code: Code,
    *,
    invoice_no: Code,
    on: Day,
    by: Actor,
    at: datetime,
) -> Paid:
    """Release what was held back of a use of the fund, unless its component has open warranty tickets.

    Raises:
        ClaimsOpen, and what else `ledger.fund.uses.payment_actions.release_retention` refuses.
    """
    head(session, community, lock=True)  # no claim may come in between
    claims = open_claims(session, community, project(session, community, code).component)
    return release(session, community, code, invoice_no=invoice_no, on=on, open_claims=claims, by=by, at=at)


def _locked(session: Session, community: str, no: int, *, by: Actor) -> Ticket:
    """The ticket, while nobody else can take a step on it; whoever is here for his building takes none of another's."""
    head(session, community, lock=True)
    repair = ticket(session, community, no)
    check_own_building(repair.building, by=by)
    return repair


def _repairers(session: Session, repair: Ticket) -> list[tuple[Duty, str | None]]:
    """Whoever was given the repair, came for it or finished it, whether it was given to him or not."""
    hands = {step.by_login for step in steps(session, repair.community, repair.no) if step.state in BY_HAND}
    return [(Duty.REPAIR, login) for login in (repair.assigned_to, *sorted(hands))]


def _turn(
    session: Session, repair: Ticket, state: State, kind: str, reason: str, *, by: Actor, at: datetime
) -> Ticket:
    taken = len(steps(session, repair.community, repair.no))
    draft = Draft(
        kind=kind,
        on=day_in_shanghai(at),
        key=f"ticket/{repair.no}/{taken + 1}",
        facts={"ticket": repair.no},
        private={"reason": reason},
        subject=f"ticket/{repair.no}",
    )
    post(session, repair.community, draft, by=by, at=at)
    return _step(session, repair, state, note=reason, by=by, at=at)


def _step(
    session: Session,
    repair: Ticket,
    state: State,
    *,
    note: str = "",
    photo: str | None = None,
    by: Actor,
    at: datetime,
) -> Ticket:
    repair.state = state
    session.add(repair)
    line = session.exec(
        select(func.count())
        .select_from(TicketStep)
        .where(TicketStep.community == repair.community, TicketStep.ticket == repair.no)
    ).one()
    session.add(
        TicketStep(
            community=repair.community,
            ticket=repair.no,
            line=line + 1,
            state=state,
            by_login=by.login,
            at=at,
            note=note,
            photo=photo,
        )
    )
    session.flush()  # the next step counts this one
    return repair
