"""The actions of repairs: a ticket from the first report to the follow-up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from pydantic import Field
from sqlalchemy import func
from sqlmodel import Session, select

from ledger.community.queries import building, firm, profile, seats, standing_home, warranty
from ledger.community.queries import component as component_of
from ledger.community.role_rules import (
    Actor,
    Duty,
    check_different_people,
    check_own_building,
    check_own_home,
)
from ledger.community.tables import Component
from ledger.errors import Malformed
from ledger.fields import Code, Day, Evidence, LongNote, Note, Number, Text
from ledger.files.actions import use_file
from ledger.files.queries import is_stored
from ledger.files.rules import SERVES, Purpose
from ledger.fund.uses.actions import Plan, propose
from ledger.fund.uses.payment_actions import Paid
from ledger.fund.uses.payment_actions import release_retention as release
from ledger.fund.uses.queries import project
from ledger.fund.uses.rules import spot_of
from ledger.fund.uses.tables import Project
from ledger.journal.actions import post
from ledger.journal.rules import Draft
from ledger.log.queries import head
from ledger.periods import check_past, day_in_shanghai
from ledger.repairs.queries import (
    arose_on,
    is_repairer,
    next_number,
    open_claims,
    parts_under_warranty,
    perhaps_of,
    steps,
    ticket,
)
from ledger.repairs.rules import (
    FINISHED,
    UPKEEP,
    AgainstWarranty,
    Category,
    Cause,
    NobodyToRepair,
    PhotoMissing,
    Priority,
    ReportedInTerm,
    Route,
    State,
    StepNotPossible,
    check_not_the_firm,
    check_project,
    check_put_off,
    check_step,
    covers,
    due_at,
    may_reject,
    one_building,
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
    """What somebody reports: words and reporter stay private. Without a home it is about a common part.

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
    """Take a report in; it gets a number, a place in the log, and the time that its first priority leaves.

    Raises:
        NoHome, NoComponent, NoBuilding: what it names is not registered here.
        PlacesDisagree: what it names lies in different buildings.
        NotYourHome: an owner or a tenant names somebody else's home.
        NotYourBuilding: somebody who is here for his building names another or none.
    """
    if report.home:
        check_own_home(report.home, by=by)
    head(session, community, lock=True)
    place = _building_of(session, community, report)
    check_own_building(place, by=by)
    no = next_number(session, community)
    reported_at = report.reported_at or at
    priority = Priority.P2 if report.urgent else Priority.P3
    limits = profile(session, community, day_in_shanghai(reported_at)).under("service.")
    arrive_by, done_by = due_at(priority, reported_at, limits)
    logged = Ticket(
        community=community,
        no=no,
        category=report.category,
        title=report.title,
        building=place,
        component=report.component,
        home=report.home,
        reporter=report.reporter,
        reported_at=reported_at,
        recorded_by=by.login,
        priority=priority,
        arrive_by=arrive_by,
        done_by=done_by,
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
    component: Code | None = None,
    why: LongNote = "",
    *,
    by: Actor,
    at: datetime,
) -> Ticket:
    """Say how urgent it is and who must repair; warranty comes before every purse.

    ``component`` is the part that the look at it found. Where none is named, a part of the place from which such a
    defect may come and that was under warranty when it was reported is the contractor's to look at first. ``why``
    says why a warranty is not claimed: it was misused, or somebody else damaged it (房屋建筑工程质量保修办法 Art. 17).

    Raises:
        NoComponent; PlacesDisagree: the part lies in another building.
        UrgentPutOff: what is urgent becomes a project, or after its time less urgent, without the committee's word.
        AgainstWarranty: a warranty runs, something else was said of who must repair, and no reason.
    """
    repair = _locked(session, community, no, by=by)
    check_step(no, repair.state, State.TRIAGED)
    late = repair.arrive_by is not None and at > repair.arrive_by
    check_put_off(no, repair.category, repair.priority, priority, late=late, by=by)
    on, place, of = day_in_shanghai(repair.reported_at), repair.building, component or repair.component
    if component:
        named = component_of(session, community, component)
        place = one_building(place, [(named.name, named.building)])
    parts = parts_under_warranty(session, community, repair.category, on, component=of, building=place)
    claimed = warranty(session, parts[0]) if parts else None
    if claimed and cause.of_others and priority is not Priority.P1:
        if not why.strip():
            raise AgainstWarranty(
                component=parts[0].name,
                until=claimed.until,
                contractor=firm(session, claimed.contractor).name,
            )
        claimed = None
    repair.building, repair.component = place, of or (parts[0].code if len(parts) == 1 and claimed else None)
    repair.priority = priority
    repair.route = route_of(priority, cause, warranty=claimed, reported_on=on)
    limits = profile(session, community, on).under("service.")
    repair.arrive_by, repair.done_by = due_at(priority, repair.reported_at, limits)
    return _step(session, repair, State.TRIAGED, note=why, by=by, at=at)


def reject(session: Session, community: str, no: Number, reason: Text, *, by: Actor, at: datetime) -> Ticket:
    """Turn a ticket away before anybody was sent; why goes to whoever reported it, and stays private in the log.

    Raises:
        StepNotPossible: somebody was sent already, or it is over.
    """
    repair = _locked(session, community, no, by=by)
    if not may_reject(repair.state, repair.assigned_to):
        raise StepNotPossible(ticket=no, state=repair.state, step=State.REJECTED)
    return _turn(session, repair, State.REJECTED, "ticket.rejected", reason, by=by, at=at)


def appeal(session: Session, community: str, no: Number, reason: Text, *, by: Actor, at: datetime) -> Ticket:
    """Ask again for a ticket that was turned away: it is new once more, and its time runs from the first report.

    Raises:
        NotYourHome: an owner or a tenant asks for somebody else's home, or for what another reported.
        StepNotPossible: it was not turned away.
    """
    repair = _locked(session, community, no, by=by)
    _check_own(repair, by=by)
    check_step(no, repair.state, State.NEW)
    return _turn(session, repair, State.NEW, "ticket.appealed", reason, by=by, at=at)


def assign(session: Session, community: str, no: Number, to: Code, *, by: Actor, at: datetime) -> Ticket:
    """Give a ticket to somebody to repair; also one that was finished badly, again (返修). The step says to whom.

    Raises:
        NobodyToRepair: he is neither a worker of this community today nor a contractor of it.
    """
    repair = _locked(session, community, no, by=by)
    check_step(no, repair.state, State.ASSIGNED)
    if not is_repairer(session, repair, to, day_in_shanghai(at)):
        raise NobodyToRepair(to=to)
    if repair.state in (State.DONE, State.FOLLOWED_UP):
        repair.reopened = True
    repair.assigned_to = to
    return _step(session, repair, State.ASSIGNED, note=to, by=by, at=at)


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
    if not is_stored(session, community, photo, SERVES[Purpose.COMPLETION]):
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
    """What whoever lives with the repair says of it (回访): a rating of 1 to 5, by him or by those who ask him.

    A later rating, after it was repaired again, betters no earlier one.

    Raises:
        RatingWrong: it is not 1 to 5.
        FirmRatesItself: he is of the property firm.
        NotYourHome: an owner or a tenant rates what is somebody else's.
        SamePerson: the repairer asks about his own work.
    """
    repair = _locked(session, community, no, by=by)
    check_step(no, repair.state, State.FOLLOWED_UP)
    if not 1 <= rating <= 5:
        raise RatingWrong(rating=rating)
    _check_own(repair, by=by)
    check_different_people(_repairers(session, repair), step=Duty.FOLLOW_UP, by=by)
    here = seats(session, by.login, community, day_in_shanghai(at)) or []
    check_not_the_firm({by.role, *(seat.role for seat in here)})
    repair.rating, repair.followed_up_by = min(repair.rating or rating, rating), by.login
    return _step(session, repair, State.FOLLOWED_UP, note=note, by=by, at=at)


def dispute(session: Session, community: str, no: Number, reason: Text, *, by: Actor, at: datetime) -> Ticket:
    """Say that what was finished is not repaired (没修好): it goes back, and counts as sent back.

    Raises:
        NotYourHome: an owner or a tenant says so of what is somebody else's.
        StepNotPossible: it is not finished, or it is over.
    """
    repair = _locked(session, community, no, by=by)
    _check_own(repair, by=by)
    if repair.state not in FINISHED:
        raise StepNotPossible(ticket=no, state=repair.state, step=State.TRIAGED)
    repair.reopened = True
    return _turn(session, repair, State.TRIAGED, "ticket.disputed", reason, by=by, at=at)


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
        ReportedInTerm: another part than that of the plan is under warranty for it, and no paper shows which it is.
        NotForTheFund and what else `ledger.fund.uses.actions.propose` refuses.
    """
    repair = _locked(session, community, no, by=by)
    check_project(no, repair.state, repair.project)
    day = day_in_shanghai(repair.reported_at)
    parts = parts_under_warranty(
        session, community, repair.category, day, component=repair.component, building=repair.building
    )
    if parts and plan.component not in {part.code for part in parts}:
        _check_another_defect(session, parts[0], [no], plan)
    planned = propose_use(session, community, code, plan, reported_on=day, by=by, at=at)
    repair.project = code
    if repair.route is not Route.WARRANTY:  # which a project of something else does not settle
        repair.route = Route.FUND_PROJECT
    session.add(repair)
    return planned


def propose_use(
    session: Session,
    community: str,
    code: Code,
    plan: Plan,
    *,
    reported_on: Day | None = None,
    by: Actor,
    at: datetime,
) -> Project:
    """Plan a use of the fund; whether a warranty answers is judged on the day on which its defect was reported.

    Where nobody says of which ticket it is, that is the first report of the component that waits for its repair
    (建设工程质量管理条例 Arts. 40, 41: a defect of the term stays the contractor's after it).

    Raises:
        DayToCome: it was reported on a day to come.
        ReportedInTerm: a report of the term may have been about it, and no paper shows that this is another defect.
        NotForTheFund and what else `ledger.fund.uses.actions.propose` refuses.
    """
    today = day_in_shanghai(at)
    if reported_on is not None:
        check_past(reported_on, today)
    head(session, community, lock=True)
    waiting = arose_on(session, community, plan.component)
    arose = min(day for day in (reported_on, waiting, today) if day is not None)
    part = component_of(session, community, plan.component)
    claim = warranty(session, part)
    if claim and not covers(claim, arose):
        _check_another_defect(session, part, perhaps_of(session, part), plan)
    return propose(session, community, code, plan, arose_on=arose, by=by, at=at)


def release_retention(
    session: Session,
    community: str,
    code: Code,
    *,
    invoice_no: Code,
    on: Day,
    invoice: Evidence | None = None,
    by: Actor,
    at: datetime,
) -> Paid:
    """Release what was held back of a use of the fund, unless its component, or what it repaired of it, has open warranty tickets.

    Raises:
        ClaimsOpen, and what else `ledger.fund.uses.payment_actions.release_retention` refuses.
    """
    head(session, community, lock=True)  # no claim may come in between
    of = project(session, community, code).component
    claims = open_claims(session, community, {of, spot_of(of, code)})
    return release(
        session,
        community,
        code,
        invoice_no=invoice_no,
        on=on,
        open_claims=claims,
        invoice=invoice,
        by=by,
        at=at,
    )


def _check_another_defect(session: Session, part: Component, reports: Sequence[int], plan: Plan) -> None:
    """See that a paper shows that a plan is about another defect than reports from inside the warranty of a part.

    Raises:
        ReportedInTerm: there are such reports, and none does.
    """
    claim = warranty(session, part)
    if claim is None or not reports or plan.another_defect is not None:
        return
    raise ReportedInTerm(
        component=part.name,
        until=claim.until,
        contractor=firm(session, claim.contractor).name,
        tickets=sorted(reports),
    )


def _locked(session: Session, community: str, no: int, *, by: Actor) -> Ticket:
    """The ticket, while nobody else can take a step on it; whoever is here for his building takes none of another's."""
    head(session, community, lock=True)
    repair = ticket(session, community, no)
    check_own_building(repair.building, by=by)
    return repair


def _building_of(session: Session, community: str, report: Report) -> str | None:
    if report.building:
        building(session, community, report.building)
    parts: list[tuple[str, str | None]] = []
    if report.home:
        parts.append((report.home, standing_home(session, community, report.home).building))
    if report.component:
        part = component_of(session, community, report.component)
        parts.append((part.name, part.building))
    return one_building(report.building, parts)


def _check_own(repair: Ticket, *, by: Actor) -> None:
    """See that an owner or a tenant acts for his own home, or of a common part for what he reported.

    Raises:
        NotYourHome: it is another's.
    """
    if repair.home is None and repair.recorded_by == by.login:
        return
    check_own_home(repair.home, by=by)


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
