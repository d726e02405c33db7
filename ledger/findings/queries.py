"""The red flags over what is stored; each gives candidates for a finding."""

from datetime import date

from sqlalchemy import func
from sqlmodel import Session, col, select

from ledger.community.queries import profile
from ledger.findings.rules import Candidate, Limit, Terms, Use, split_candidate, splittings
from ledger.fund.uses.steps.rules import ProjectState
from ledger.fund.uses.tables import Project, ScopeHome


def candidates(session: Session, community: str, first: date, last: date) -> list[Candidate]:
    """What the red flags put before a person of the days from ``first`` to ``last``, the newest first."""
    found = [each for each in _split(session, community, last) if each.on >= first]
    return sorted(found, key=lambda each: (each.on, each.flag, each.subject), reverse=True)


def _split(session: Session, community: str, last: date) -> list[Candidate]:
    """R03 at the limits of the profile of a day: the price review's, and that of what needs no vote of its own."""
    local = profile(session, community, last)
    limits = (
        Limit(
            local["fund.price_review_over_fen"],
            "预算审价",
            "the price review",
            "招标投标法 第4条；地方参数 fund.price_review_over_fen",
        ),
        Limit(
            local["fund.preauthorised_each_fen"],
            "单独表决或招标",
            "a vote or a tender of their own",
            "招标投标法 第4条；《民法典》第278条第（五）项",
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
