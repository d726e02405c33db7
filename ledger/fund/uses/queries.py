"""What can be read of the uses of the fund."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import func
from sqlmodel import Session, col, select

from ledger.community.queries import Profile, decided_days, end_of_term, profile
from ledger.community.queries import community as community_of
from ledger.community.role_rules import Role
from ledger.community.rules import HomeKind
from ledger.community.tables import Home
from ledger.db import select_columns
from ledger.errors import Unknown
from ledger.fields import Code
from ledger.fund.power_queries import keeper
from ledger.fund.queries import deposited, total_deposited
from ledger.fund.rules import Keeper
from ledger.fund.uses.payment_queries import payments
from ledger.fund.uses.payment_rules import Stage
from ledger.fund.uses.payment_tables import ProjectPayment
from ledger.fund.uses.rules import COLLECTIVE, Authority, Bearer, Rule, Term
from ledger.fund.uses.step_and_emergency_rules import Action, Course, ProjectState
from ledger.fund.uses.step_queries import last, steps
from ledger.fund.uses.step_tables import ProjectStep
from ledger.fund.uses.tables import Project, ScopeHome
from ledger.log.queries import head
from ledger.periods import day_in_shanghai, plus_working_days
from ledger.votes.queries import resolution
from ledger.votes.rules import Matter, NoResolutionPassed
from ledger.votes.tables import RollHome


class NoProject(Unknown):
    code = "no-project"
    zh = "本小区没有维修项目“{project}”。"
    en = "This community has no project “{project}”."


def project(session: Session, community: str, code: Code) -> Project:
    """One use of the fund.

    Raises:
        NoProject: there is none with this code.
    """
    row = session.get(Project, (community, code))
    if row is None:
        raise NoProject(community=community, project=code)
    return row


def locked(session: Session, community: str, code: str, at: datetime) -> tuple[Project, date]:
    """The use, while nobody else can take a step on it, and today."""
    head(session, community, lock=True)
    return project(session, community, code), day_in_shanghai(at)


def projects(session: Session, community: str) -> Sequence[Project]:
    """The uses of the fund, newest first."""
    return session.exec(
        select(Project)
        .where(Project.community == community)
        .order_by(col(Project.proposed_on).desc(), Project.code)
    ).all()


def bearers(session: Session, community: str, code: str) -> list[Bearer]:
    """The homes that bear a project's cost, as frozen when it was planned."""
    return list(housed_bearers(session, community, code))


def housed_bearers(session: Session, community: str, code: str) -> dict[Bearer, str]:
    """The same, each with its building."""
    rows = session.execute(
        select_columns(ScopeHome.home, ScopeHome.kind, ScopeHome.area_dm2, ScopeHome.seller, Home.building)
        .join(Home, (col(Home.community) == ScopeHome.community) & (col(Home.code) == ScopeHome.home))
        .where(ScopeHome.community == community, ScopeHome.project == code)
        .order_by(ScopeHome.home)
    )
    return {Bearer(*row): building for *row, building in rows}


class Dossier(NamedTuple):
    """A use as the guards see it, with what that was read from: steps, payments that stand, numbers of the day."""

    course: Course
    steps: Sequence[ProjectStep]
    payments: Sequence[ProjectPayment]
    local: Profile


def dossier(
    session: Session, planned: Project, on: date, *, role: Role | None = None, bill_fen: int = 0
) -> Dossier:
    """What is known of a use on a day; ``role`` takes the next step, which adds ``bill_fen`` to its cost."""
    local = profile(session, planned.community, on)
    taken = steps(session, planned.community, planned.code)
    consented = {step.by_role for step in taken if step.action in (Action.APPROVE, Action.ACCEPT)} | {role}
    paid = payments(session, planned.community, planned.code)
    paid_fen = sum(p.amount_fen for p in paid)
    view = Course(
        project=planned.code,
        state=planned.state,
        emergency=planned.emergency is not None,
        preauthorised=planned.preauthorised is not None,
        unclear=planned.rule is Rule.M1,
        budget_fen=planned.budget_fen,
        settled_fen=planned.settled_fen,
        approved_fen=planned.approved_fen or 0,
        priced=any("price_review" in step.papers for step in taken),
        price_review_over_fen=local["fund.price_review_over_fen"],
        price_review_article=local.source("fund.price_review_over_fen"),
        passed=planned.motion is not None and _passed(session, planned.community, planned.motion, on),
        overrun_redo_pct=local["fund.overrun_redo_pct"],
        overrun_article=local.source("fund.overrun_redo_pct"),
        total_fen=paid_fen + bill_fen,
        settlement_audit_exempt_fen=local["fund.settlement_audit_exempt_fen"],
        settlement_audit_article=local.source("fund.settlement_audit_exempt_fen"),
        committee_consents=Role.COMMITTEE in consented,
        held_back_fen=planned.retention_fen - sum(p.amount_fen for p in paid if p.stage is Stage.RETENTION),
        paid_fen=paid_fen,
        to_be_filed=_by_committee(taken) is not None,
    )
    return Dossier(view, taken, paid, local)


def course(session: Session, planned: Project, on: date) -> Course:
    """A use as the guards see it on a day."""
    return dossier(session, planned, on).course


def _by_committee(taken: Sequence[ProjectStep]) -> ProjectStep | None:
    """The last approval of a use, if the committee gave it; what the authority approved is not filed with it."""
    approval = last(taken, Action.APPROVE)
    return approval if approval and approval.by_role is Role.COMMITTEE else None


def sellers_consent_missing(session: Session, planned: Project, on: date) -> bool:
    """Whether selling units' money bears a part of a use and its department has not consented since the application.

    While the authority keeps the fund its approval is the consent.
    """
    if keeper(session, planned.community, on) is Keeper.PRE_TRANSFER:
        return False
    sellers = {
        bearer.seller
        for bearer in bearers(session, planned.community, planned.code)
        if bearer.kind is HomeKind.SOLD_PUBLIC
    }
    if not sellers:
        return False
    where = set(housed_bearers(session, planned.community, planned.code).values())
    of_sellers = deposited(session, planned.community, where, on)
    if not any(fen.seller_fen for seller, fen in of_sellers.items() if seller in sellers):
        return False
    taken = steps(session, planned.community, planned.code)
    applied, consented = last(taken, Action.APPLY), last(taken, Action.CONSENT)
    return consented is None or (applied is not None and consented.line < applied.line)


def _passed(session: Session, community: str, code: str, on: date) -> bool:
    try:
        return bool(resolution(session, community, code, Matter.USE_FUND, on).passed)
    except NoResolutionPassed:
        return False


def authority(session: Session, planned: Project, on: date) -> Authority:
    """The collective vote that a use leans on, with what other uses of it take.

    Raises:
        NoResolutionPassed: the vote is none that passed.
    """
    community, code = planned.community, planned.preauthorised or ""
    passed = resolution(session, community, code, Matter.USE_FUND, on)
    passed_on = day_in_shanghai(passed.closed_at) if passed.closed_at else on
    local = profile(session, community, passed_on)
    used = session.exec(
        select(func.coalesce(func.sum(func.coalesce(Project.approved_fen, Project.budget_fen)), 0)).where(
            Project.community == community,
            Project.preauthorised == code,
            Project.code != planned.code,
            col(Project.applied_on).is_not(None),
            col(Project.state).not_in([ProjectState.REJECTED, ProjectState.CANCELLED]),
        )
    ).one()
    voted = session.exec(
        select(RollHome.home).where(RollHome.community == community, RollHome.motion == code)
    ).all()
    return Authority(
        passed_on=passed_on,
        each_fen=local["fund.preauthorised_each_fen"],
        years=local["fund.preauthorised_years"],
        pct=local["fund.preauthorised_pct"],
        deposited_fen=total_deposited(session, community, on),
        used_fen=int(used),
        collective=code.startswith(COLLECTIVE),
        same_bearers=set(voted) == {bearer.home for bearer in bearers(session, community, planned.code)},
    )


def amount_asked(planned: Project) -> int:
    """What the owners and the approver are asked for: the budget, or after an overrun the settled amount."""
    return planned.budget_fen if planned.settled_fen is None else planned.settled_fen


class Due(NamedTuple):
    """A day by which something of a use has to happen, and the day on which it did."""

    what: Term
    due_on: date
    done_on: date | None


def due(session: Session, planned: Project) -> list[Due]:
    """The terms of a use: those of an emergency, and the filing of what the committee approved.

    165号令 Art. 23 (五) names no term of the filing; the profile's is `fund.filing_days` after the approval.
    """
    terms = emergency_terms(session, planned)
    taken = steps(session, planned.community, planned.code)
    if approval := _by_committee(taken):
        approved_on = day_in_shanghai(approval.at)
        days = profile(session, planned.community, approved_on)["fund.filing_days"]
        filed = last(taken, Action.FILE)
        done_on = day_in_shanghai(filed.at) if filed and filed.line > approval.line else None
        terms.append(Due(Term.FILE, end_of_term(session, planned.community, approved_on, days), done_on))
    return terms


def emergency_terms(session: Session, planned: Project) -> list[Due]:
    """The terms of an emergency: the decision in working days, the posting in days after the first payment.

    Source: 建办房〔2015〕52号; `fund.emergency_decide_wd` and `fund.emergency_posting_days` of the profile.
    """
    if planned.emergency is None:
        return []
    terms: list[Due] = []
    if planned.applied_on is not None:
        local: Mapping[str, Any] = profile(session, planned.community, planned.applied_on)
        decided = decided_days(session, community_of(session, planned.community).area)
        by = plus_working_days(planned.applied_on, local["fund.emergency_decide_wd"], decided)
        terms.append(Due(Term.DECIDE, by, planned.approved_on))
    if paid := payments(session, planned.community, planned.code):
        first = min(payment.paid_on for payment in paid)
        days = profile(session, planned.community, first)["fund.emergency_posting_days"]
        posted = last(steps(session, planned.community, planned.code), Action.DISCLOSE)
        by = end_of_term(session, planned.community, first, days)
        terms.append(Due(Term.POST, by, day_in_shanghai(posted.at) if posted else None))
    return terms
