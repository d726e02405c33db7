"""The red flags over what is stored; each gives candidates for a finding."""

from datetime import date

from sqlalchemy import func
from sqlmodel import Session, col, select

from ledger.community.queries import profile
from ledger.findings.rules import (
    Candidate,
    Limit,
    Terms,
    Use,
    emergency_late,
    handover_late,
    instalment_missing,
    not_handed_over,
    remittance_late,
    split_candidate,
    splittings,
)
from ledger.fund.uses.queries import emergency_terms, projects
from ledger.fund.uses.step_rules import ProjectState
from ledger.fund.uses.tables import Project, ScopeHome
from ledger.handover.queries import missing_items, overdue
from ledger.log.queries import head
from ledger.revenue.queries import began, missing
from ledger.revenue.remittance.queries import falling_due


def candidates(session: Session, community: str, first: date, last: date) -> list[Candidate]:
    """What the red flags put before a person of the days from ``first`` to ``last``, the newest first.

    A deadline that passed is told while it is open, however long ago it was; of remittances those that fell due
    between the days.
    """
    found = [each for each in _split(session, community, last) if each.on >= first]
    found += _not_booked(session, community, last)
    found += _not_remitted(session, community, first, last)
    found += _emergencies(session, community, last)
    found += [handover_late(each.contract, each.handover_by) for each in overdue(session, community, last)]
    found += [
        not_handed_over(each.contract, each.no, each.kind, due_on)
        for each, due_on in missing_items(session, community)
        if due_on <= last
    ]
    return sorted(found, key=lambda each: (each.on, each.flag, each.subject), reverse=True)


def _split(session: Session, community: str, last: date) -> list[Candidate]:
    """R03 at the limits of the profile of a day: the price review's, and that of what needs no vote of its own."""
    local = profile(session, community, last)
    limits = (
        Limit(
            local["fund.price_review_over_fen"],
            "预算审价",
            "the price review",
            "《招标投标法》第4条",
        ),
        Limit(
            local["fund.preauthorised_each_fen"],
            "单独表决或招标",
            "a vote or a tender of their own",
            "《招标投标法》第4条；《民法典》第278条第（五）项",
        ),
    )
    terms = Terms(
        local["splitting.days"],
        local["splitting.overlap_pct"],
        local["splitting.band_pct"],
        local["splitting.band_days"],
    )
    uses = _uses(session, community, last)
    return [split_candidate(each) for limit in limits for each in splittings(uses, limit, terms)]


def _not_booked(session: Session, community: str, on: date) -> list[Candidate]:
    days = profile(session, community, on)["revenue.unbooked_days"]
    return [
        instalment_missing(each.contract, each.expected_fen - each.received_fen, each.since, each.days)
        for each in missing(session, community, on)
        if each.days > days
    ]


def _not_remitted(session: Session, community: str, first: date, last: date) -> list[Candidate]:
    if head(session, community).last_no == 0:
        return []  # nothing was ever booked
    fell_due = falling_due(session, community, max(first, began(session, community)), last)
    return [
        remittance_late(each.period.name, each.due_fen - each.paid_fen, each.due_on)
        for each in fell_due
        if each.due_on < last and each.paid_fen < each.due_fen
    ]


def _emergencies(session: Session, community: str, on: date) -> list[Candidate]:
    ended = {ProjectState.REJECTED, ProjectState.CANCELLED}
    running = [each for each in projects(session, community) if each.emergency and each.state not in ended]
    return [
        emergency_late(each.code, term.what, term.due_on)
        for each in running
        for term in emergency_terms(session, each)
        if term.done_on is None and term.due_on < on
    ]


def _uses(session: Session, community: str, last: date) -> list[Use]:
    """The uses proposed by a day that were neither rejected nor given up."""
    bearing = (
        select(ScopeHome.project, func.count().label("homes"))
        .where(ScopeHome.community == community)
        .group_by(ScopeHome.project)
        .subquery()
    )
    rows = session.execute(
        select(Project, bearing.c.homes)
        .join(bearing, bearing.c.project == Project.code)
        .where(
            Project.community == community,
            col(Project.proposed_on) <= last,
            col(Project.state).not_in([ProjectState.REJECTED, ProjectState.CANCELLED]),
        )
    )
    return [
        Use(
            each.code,
            each.proposed_on,
            each.budget_fen,
            each.contractor,
            each.component,
            tuple(filter(None, (each.building, each.stairwell, each.side))),
            homes,
        )
        for each, homes in rows
    ]
