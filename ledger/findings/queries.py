"""The red flags over what is stored; each gives candidates for a finding."""

import json
from collections.abc import Iterator
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import func
from sqlmodel import Session, col, select

from ledger.community.queries import profile
from ledger.community.tables import Firm
from ledger.db import select_columns
from ledger.files.queries import showing_the_same
from ledger.files.rules import OF_ITS_OWN, ON_THE_SPOT, PICTURES, Purpose
from ledger.files.tables import FileUse, StoredFile
from ledger.findings.rules import (
    UNDECIDED,
    Candidate,
    Limit,
    Terms,
    Use,
    contract_undecided,
    emergency_late,
    handover_late,
    instalment_missing,
    not_handed_over,
    paper_reused,
    perhaps_excluded,
    picture_reused,
    remittance_late,
    split_candidate,
    splittings,
)
from ledger.fund.uses.bought_rules import said_against
from ledger.fund.uses.queries import emergency_terms, projects
from ledger.fund.uses.step_and_emergency_rules import Paper, ProjectState, purpose_of
from ledger.fund.uses.step_tables import ProjectStep
from ledger.fund.uses.tables import Project, ScopeHome
from ledger.handover.queries import contract_tasks_on, missing_items, overdue
from ledger.log.queries import head
from ledger.periods import day_in_shanghai
from ledger.repairs.tables import TicketStep
from ledger.revenue.queries import began, missing
from ledger.revenue.remittance.queries import falling_due


def candidates(session: Session, community: str, first: date, last: date) -> list[Candidate]:
    """What the red flags put before a person of the days from ``first`` to ``last``, the newest first.

    A deadline that passed is told while it is open, however long ago it was; of remittances those that fell due
    between the days.
    """
    suspicions = [candidate for candidate in _split(session, community, last) if candidate.on >= first]
    suspicions += [one for one in _excluded(session, community, last) if one.on >= first]
    suspicions += [reused for reused in _pictures_reused(session, community, last) if reused.on >= first]
    suspicions += [reused for reused in _papers_reused(session, community, last) if reused.on >= first]
    suspicions += _not_booked(session, community, last)
    suspicions += _not_remitted(session, community, first, last)
    suspicions += _emergencies(session, community, last)
    suspicions += [
        handover_late(handover.contract, handover.handover_by)
        for handover in overdue(session, community, last)
    ]
    suspicions += [
        not_handed_over(missing_item.contract, missing_item.no, missing_item.kind, due_on)
        for missing_item, due_on in missing_items(session, community)
        if due_on <= last
    ]
    suspicions += [
        contract_undecided(task, contract, due_on)
        for task, contract, due_on in contract_tasks_on(session, community, last)
        if task in UNDECIDED and due_on < last
    ]
    return sorted(
        suspicions, key=lambda candidate: (candidate.on, candidate.flag, candidate.subject), reverse=True
    )


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
    return [split_candidate(splitting) for limit in limits for splitting in splittings(uses, limit, terms)]


def _excluded(session: Session, community: str, last: date) -> list[Candidate]:
    """R05: the uses that stand whose title or payee speaks of what the fund does not pay for."""
    rows = session.execute(
        select_columns(Project.code, Project.title, Firm.name, Project.proposed_on)
        .join(Firm, col(Firm.code) == Project.contractor)
        .where(Project.community == community, col(Project.proposed_on) <= last, _STANDING)
    )
    return [
        perhaps_excluded(code, [one.word for one in said], on)
        for code, title, payee, on in rows
        if (said := said_against(title) + said_against(payee))
    ]


_STANDING = col(Project.state).not_in([ProjectState.REJECTED, ProjectState.CANCELLED])


def _pictures_reused(session: Session, community: str, last: date) -> list[Candidate]:
    """R09: the same picture, by its bytes or by what it shows, for several of what is seen on the spot, by a day; for two
    steps of a kind too."""
    rows = session.execute(
        select_columns(FileUse.sha256, FileUse.subject, FileUse.purpose, FileUse.at)
        .join(
            StoredFile,
            (col(StoredFile.community) == FileUse.community) & (col(StoredFile.sha256) == FileUse.sha256),
        )
        .where(
            FileUse.community == community,
            col(FileUse.purpose).in_(ON_THE_SPOT),
            col(StoredFile.media_type).in_(PICTURES),
        )
        .order_by(FileUse.sha256)
    )
    same = {sha256: min(group) for group in showing_the_same(session, community) for sha256 in group}
    uses: dict[str, list[tuple[str, StrEnum, date]]] = {}
    for sha256, subject, purpose, at in rows:
        if (on := day_in_shanghai(at)) <= last:
            of = uses.setdefault(same.get(sha256, sha256), [])
            if (subject, purpose) not in [proved[:2] for proved in of]:
                of.append((subject, Purpose(purpose), on))
    for sha256, subject, step, at in _pictures_shown_again(session, community):
        shown = same.get(sha256, sha256)
        if shown in uses and (on := day_in_shanghai(at)) <= last:
            uses[shown].append((subject, step, on))
    return [
        picture_reused([(subject, purpose) for subject, purpose, _ in of], max(on for *_, on in of))
        for of in uses.values()
        if len(of) > 1
    ]


def _papers_reused(session: Session, community: str, last: date) -> list[Candidate]:
    """R08: a price review, an audit or an invoice whose paper, or a picture that looks the same, proves something else too."""
    rows = session.execute(
        select_columns(FileUse.sha256, FileUse.subject, FileUse.purpose, FileUse.at)
        .where(FileUse.community == community)
        .order_by(FileUse.sha256, FileUse.subject, col(FileUse.purpose))
    )
    same = {sha256: min(group) for group in showing_the_same(session, community) for sha256 in group}
    uses: dict[str, dict[tuple[str, Purpose], date]] = {}
    for sha256, subject, purpose, at in rows:
        if (on := day_in_shanghai(at)) <= last:
            uses.setdefault(same.get(sha256, sha256), {}).setdefault((subject, Purpose(purpose)), on)
    return [
        paper_reused(of, max(of.values()))
        for of in uses.values()
        if len(of) > 1 and any(purpose in OF_ITS_OWN for _, purpose in of)
    ]


def _pictures_shown_again(session: Session, community: str) -> Iterator[tuple[str, str, StrEnum, datetime]]:
    """The photographs that a use or a repair showed before for the same purpose, by the later step: digest, subject, step, when."""
    of_uses = session.execute(
        select_columns(ProjectStep.project, ProjectStep.action, ProjectStep.papers, ProjectStep.at)
        .where(ProjectStep.community == community)
        .order_by(ProjectStep.project, col(ProjectStep.line))
    )
    of_repairs = session.execute(
        select_columns(TicketStep.ticket, TicketStep.photo, TicketStep.at)
        .where(TicketStep.community == community, col(TicketStep.photo).is_not(None))
        .order_by(col(TicketStep.ticket), col(TicketStep.line))
    )
    steps: list[tuple[str, str, Purpose, StrEnum, datetime]] = [
        (photo, f"project/{project}", purpose_of(action, Paper.PHOTO), action, at)
        for project, action, papers, at in of_uses
        if (photo := json.loads(papers).get(Paper.PHOTO))
    ]
    steps += [
        (photo, f"ticket/{ticket}", Purpose.COMPLETION, Purpose.COMPLETION, at)
        for ticket, photo, at in of_repairs
    ]
    shown: set[tuple[str, str, Purpose]] = set()
    for photo, subject, purpose, step, at in steps:
        if (photo, subject, purpose) in shown:
            yield photo, subject, step, at
        shown.add((photo, subject, purpose))


def _not_booked(session: Session, community: str, on: date) -> list[Candidate]:
    days = profile(session, community, on)["revenue.unbooked_days"]
    return [
        instalment_missing(
            instalment.contract,
            instalment.expected_fen - instalment.received_fen,
            instalment.since,
            instalment.days,
        )
        for instalment in missing(session, community, on)
        if instalment.days > days
    ]


def _not_remitted(session: Session, community: str, first: date, last: date) -> list[Candidate]:
    if head(session, community).last_no == 0:
        return []  # nothing was ever booked
    fell_due = falling_due(session, community, max(first, began(session, community)), last)
    return [
        remittance_late(remittance.period.name, remittance.due_fen - remittance.paid_fen, remittance.due_on)
        for remittance in fell_due
        if remittance.due_on < last and remittance.paid_fen < remittance.due_fen
    ]


def _emergencies(session: Session, community: str, on: date) -> list[Candidate]:
    ended = {ProjectState.REJECTED, ProjectState.CANCELLED}
    running = [
        project
        for project in projects(session, community)
        if project.emergency and project.state not in ended
    ]
    return [
        emergency_late(project.code, term.what, term.due_on)
        for project in running
        for term in emergency_terms(session, project)
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
            _STANDING,
        )
    )
    return [
        Use(
            project.code,
            project.proposed_on,
            project.budget_fen,
            project.contractor,
            project.component,
            tuple(filter(None, (project.building, project.stairwell, project.side))),
            homes,
        )
        for project, homes in rows
    ]
