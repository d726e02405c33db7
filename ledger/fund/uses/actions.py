"""The actions of a use of the fund, from its plan to the archive.

Its vote is in `motion_actions`, its approval in `approval_actions`, its payments in `payment_actions`.
"""

from dataclasses import dataclass
from datetime import date, datetime

from pydantic import ConfigDict
from sqlmodel import Session

from ledger.community.queries import component, firm, homes, warranty
from ledger.community.role_rules import FUND_USES, Actor, Duty, check_different_people
from ledger.community.rules import ComponentKind
from ledger.community.tables import Component, Package, Works
from ledger.db import write_rows
from ledger.fields import Amount, Code, Day, Evidence, Text
from ledger.fund.power_queries import check_may
from ledger.fund.power_rules import Power
from ledger.fund.uses.payment_queries import payments, shares
from ledger.fund.uses.queries import course, locked
from ledger.fund.uses.rules import (
    GuaranteeOver,
    Object,
    ProjectExists,
    Rule,
    ScopeEmpty,
    ScopeKind,
    SharesDiffer,
    check_fund_may_pay,
    check_scope_fits,
    narrowed,
    spot_of,
)
from ledger.fund.uses.step_actions import take, take_with_papers
from ledger.fund.uses.step_and_emergency_rules import (
    EVIDENCE,
    NO_PAPERS,
    Action,
    EmergencyCase,
    Paper,
    Papers,
    ProjectState,
    check_amount,
    check_papers,
    next_state,
)
from ledger.fund.uses.tables import Project, ScopeHome
from ledger.log.leaf import Json
from ledger.log.queries import head
from ledger.periods import day_in_shanghai
from ledger.words import yuan


@dataclass(frozen=True)
class Plan:
    """A use plan (使用方案): what is repaired, who bears it, who does it, for how much in fen.

    ``preauthorised`` names the collective vote it leans on; ``appraiser`` and ``monitor`` are the 审价 and 监理 units.
    ``another_defect`` is a paper which shows that it is another defect than one reported inside a warranty: a second
    person reviews it.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")

    title: Text
    component: Code
    scope: ScopeKind
    contractor: Code
    budget_fen: Amount
    building: Code | None = None
    stairwell: Code | None = None
    side: Code | None = None
    emergency: EmergencyCase | None = None
    exclusive: bool = False
    utility: bool = False
    damaged_by_known_person: bool = False
    daily_upkeep: bool = False
    forbidden_elsewhere: bool = False
    unrelated_to_repair: bool = False
    unclear: bool = False
    lift_since: Day | None = None
    ageing_friendly: bool = False
    preauthorised: Code | None = None
    appraiser: Code | None = None
    monitor: Code | None = None
    another_defect: Evidence | None = None


def propose(
    session: Session,
    community: str,
    code: Code,
    plan: Plan,
    *,
    arose_on: date | None = None,
    by: Actor,
    at: datetime,
) -> Project:
    """Plan a use of the fund: judge it by N1–N7, Y1, Y2, M1, and freeze who would bear it.

    The warranty is judged on the day on which the defect arose, where that is known, and else today.

    Raises:
        NotForTheFund: the fund may not pay for it, with the article and the right route.
        ScopeEmpty: nobody would bear it.
        ScopeWrong: others than the owners of the component's building would bear it.
        NoComponent, NoFirm: the component or one of the units is not registered.
        ProjectExists: the code is taken.
    """
    head(session, community, lock=True)
    check_amount(plan.budget_fen)
    on = day_in_shanghai(at)
    thing = component(session, community, plan.component)
    rule = check_fund_may_pay(
        Object(
            exclusive=plan.exclusive,
            warranty=warranty(session, thing),
            utility=plan.utility,
            damaged_by_known_person=plan.damaged_by_known_person,
            daily_upkeep=plan.daily_upkeep,
            forbidden_elsewhere=plan.forbidden_elsewhere,
            unrelated_to_repair=plan.unrelated_to_repair,
            unclear=plan.unclear or plan.another_defect is not None,
            lift_since=plan.lift_since,
            ageing_friendly=plan.ageing_friendly,
            title=plan.title,
            payee=firm(session, plan.contractor).name,
            greenery=thing.kind is ComponentKind.GREENING,
        ),
        arose_on or on,
    )
    for unit in filter(None, (plan.contractor, plan.appraiser, plan.monitor)):
        firm(session, unit)
    if session.get(Project, (community, code)) is not None:
        raise ProjectExists(project=code)
    building, stairwell, side = narrowed(plan.scope, plan.building, plan.stairwell, plan.side)
    check_scope_fits(plan.component, thing.building, building)
    planned = Project(
        community=community,
        code=code,
        title=plan.title,
        component=plan.component,
        component_kind=thing.kind,
        scope=plan.scope,
        building=building,
        stairwell=stairwell,
        side=side,
        emergency=plan.emergency,
        rule=rule,
        preauthorised=plan.preauthorised,
        contractor=plan.contractor,
        appraiser=plan.appraiser,
        monitor=plan.monitor,
        budget_fen=plan.budget_fen,
        proposed_by=by.login,
        proposed_on=on,
    )
    session.add(planned)
    session.flush()  # the scope names the project
    _freeze_scope(session, planned)
    facts: dict[str, Json] = {"budget": plan.budget_fen, "rule": rule.value}
    papers = {Paper.EXPERT_NOTE: plan.another_defect} if plan.another_defect else None
    take(session, planned, Action.PROPOSE, ProjectState.DRAFT, papers, facts, by=by, at=at)
    return planned


def _freeze_scope(session: Session, planned: Project) -> None:
    bearing = homes(session, planned.community, planned.building, planned.stairwell, planned.side)
    if not bearing:
        raise ScopeEmpty()
    write_rows(
        session,
        ScopeHome,
        [
            {
                "community": planned.community,
                "project": planned.code,
                "home": h.code,
                "area_dm2": h.area_dm2,
                "kind": h.kind,
                "seller": h.seller,
            }
            for h in bearing
        ],
    )


def review(session: Session, community: str, code: Code, *, by: Actor, at: datetime) -> Project:
    """Look at an unclear use (M1) as a second, named person and find that the fund may pay; else refuse it.

    Raises:
        NotYourPower: he could not approve it either.
        SamePerson: whoever proposed it reviews it.
        ProjectNotReady: it is not unclear, or no draft any more.
    """
    planned, on = locked(session, community, code, at)
    check_different_people([(Duty.PROPOSE, planned.proposed_by)], step=Duty.REVIEW, by=by)
    check_may(session, community, Power.APPROVE, by=by, at=at)
    state = next_state(Action.REVIEW, course(session, planned, on))
    planned.rule = Rule.Y1
    take(session, planned, Action.REVIEW, state, None, {"rule": Rule.Y1.value}, by=by, at=at)
    return planned


def survey(
    session: Session, community: str, code: Code, papers: Papers = NO_PAPERS, *, by: Actor, at: datetime
) -> Project:
    """Look at the damage (查勘): photographs, and of an emergency all the evidence that its case needs.

    Raises:
        PaperMissing, DigestMalformed, ReviewMissing, ProjectNotReady.
    """
    planned, on = locked(session, community, code, at)
    state = next_state(Action.SURVEY, course(session, planned, on))
    check_papers(Action.SURVEY, papers, EVIDENCE[planned.emergency] if planned.emergency else frozenset())
    take(session, planned, Action.SURVEY, state, papers, by=by, at=at)
    return planned


def price(
    session: Session,
    community: str,
    code: Code,
    priced_fen: Amount,
    papers: Papers = NO_PAPERS,
    *,
    by: Actor,
    at: datetime,
) -> Project:
    """Take in the price review (预算审价); the reviewed price in fen becomes the budget when it is lower.

    Raises:
        PaperMissing, DigestMalformed, ProjectNotReady.
    """
    planned, on = locked(session, community, code, at)
    state = next_state(Action.PRICE, course(session, planned, on))
    check_papers(Action.PRICE, papers)
    check_amount(priced_fen)
    planned.budget_fen = min(planned.budget_fen, priced_fen)
    take(session, planned, Action.PRICE, state, papers, {"priced": priced_fen}, by=by, at=at)
    return planned


def post_plan(
    session: Session, community: str, code: Code, papers: Papers = NO_PAPERS, *, by: Actor, at: datetime
) -> Project:
    """Post the plan on the spot (方案公示), proved by a photograph.

    Raises:
        PriceReviewMissing: the budget is above `fund.price_review_over_fen` and no review was taken in.
        PaperMissing, DigestMalformed, ProjectNotReady.
    """
    return take_with_papers(session, community, code, Action.POST_PLAN, papers, by=by, at=at)


def begin(
    session: Session, community: str, code: Code, papers: Papers = NO_PAPERS, *, by: Actor, at: datetime
) -> Project:
    """The works begin (施工), after approval, with or without an advance.

    Raises:
        DigestMalformed, ProjectNotReady.
    """
    return take_with_papers(session, community, code, Action.BEGIN, papers, by=by, at=at)


def accept(
    session: Session,
    community: str,
    code: Code,
    papers: Papers = NO_PAPERS,
    guaranteed_until: Day | None = None,
    whole: bool = False,
    *,
    by: Actor,
    at: datetime,
) -> Project:
    """Accept finished works (验收) with photographs.

    ``guaranteed_until`` is the last day of the warranty that their contract gives: it covers what was repaired, which
    becomes a part of its own, or the ``whole`` component where all of it was renewed. Without one nothing restarts, and
    what covered the component before covers it still.

    Raises:
        SamePerson: whoever proposed them may not.
        GuaranteeOver: the warranty would end before it begins.
        PaperMissing, DigestMalformed, ProjectNotReady.
    """
    planned, on = locked(session, community, code, at)
    state = next_state(Action.ACCEPT, course(session, planned, on))
    check_papers(Action.ACCEPT, papers)
    check_different_people([(Duty.PROPOSE, planned.proposed_by)], step=Duty.ACCEPT, by=by)
    if guaranteed_until is not None and guaranteed_until <= on:
        raise GuaranteeOver(until=guaranteed_until, on=on)
    planned.accepted_by, planned.accepted_on = by.login, on
    if guaranteed_until is not None:
        _open_warranty(session, planned, on, guaranteed_until, whole=whole)
    until = guaranteed_until.isoformat() if guaranteed_until else None
    take(session, planned, Action.ACCEPT, state, papers, {"warranty_until": until}, by=by, at=at)
    return planned


def _open_warranty(session: Session, planned: Project, on: date, until: date, *, whole: bool) -> None:
    """Put the repair down as a works package of its own, accepted today, and what it repaired under its warranty."""
    community = planned.community
    if session.get(Works, (community, FUND_USES)) is None:
        session.add(Works(community=community, code=FUND_USES, name="维修资金项目"))
        session.flush()  # the package names the works
    session.add(
        Package(
            community=community,
            works=FUND_USES,
            code=planned.code,
            name=planned.title,
            contractor=planned.contractor,
            price_fen=planned.approved_fen or 0,
            accepted_on=on,
        )
    )
    session.flush()  # the component names the package
    repaired = component(session, community, planned.component)
    if not whole:
        code = spot_of(repaired.code, planned.code)
        repaired = Component(
            community=community, code=code, kind=repaired.kind, name=planned.title, building=repaired.building
        )
    repaired.works, repaired.package, repaired.warranty_until = FUND_USES, planned.code, until
    session.add(repaired)
    session.flush()  # reports name it from now on


def settle(
    session: Session,
    community: str,
    code: Code,
    settled_fen: Amount,
    papers: Papers = NO_PAPERS,
    *,
    by: Actor,
    at: datetime,
) -> Project:
    """Take in the audited settlement (结算审价), in fen; too far above the approved amount it needs a new vote.

    Raises:
        SamePerson: whoever proposed it may not.
        PaperMissing, DigestMalformed, ProjectNotReady.
    """
    planned, on = locked(session, community, code, at)
    check_different_people([(Duty.PROPOSE, planned.proposed_by)], step=Duty.SETTLE, by=by)
    check_papers(Action.SETTLE, papers)
    check_amount(settled_fen)
    planned.settled_fen = settled_fen
    state = next_state(Action.SETTLE, course(session, planned, on))
    take(session, planned, Action.SETTLE, state, papers, {"settled": settled_fen}, by=by, at=at)
    return planned


def apportion(session: Session, community: str, code: Code, *, by: Actor, at: datetime) -> Project:
    """Confirm how the payments were borne (分摊到户): the shares add up to what was paid and asked, to the fen.

    Raises:
        NotYourPower: he does not keep the fund's books.
        SharesDiffer: they do not.
        ProjectNotReady: the final payment is not made.
    """
    planned, on = locked(session, community, code, at)
    check_may(session, community, Power.KEEP_BOOKS, by=by, at=at)
    state = next_state(Action.APPORTION, course(session, planned, on))
    borne, paid = shares(session, community, code), payments(session, community, code)
    billed, charged = sum(p.amount_fen for p in paid), sum(p.charged_fen for p in paid)
    borne_fen, charged_fen = sum(b.share_fen for b in borne), sum(b.charged_fen for b in borne)
    if (borne_fen, charged_fen) != (billed, charged):
        raise SharesDiffer(project=code, shares=yuan(borne_fen), paid=yuan(billed))
    facts: dict[str, Json] = {"billed": billed, "charged": charged, "bearers": len(borne)}
    take(session, planned, Action.APPORTION, state, None, facts, by=by, at=at)
    return planned


def disclose(
    session: Session, community: str, code: Code, papers: Papers = NO_PAPERS, *, by: Actor, at: datetime
) -> Project:
    """Post what was spent and how it was borne (公示), proved by a photograph.

    Raises:
        PaperMissing, DigestMalformed, ProjectNotReady.
    """
    return take_with_papers(session, community, code, Action.DISCLOSE, papers, by=by, at=at)


def archive(
    session: Session, community: str, code: Code, papers: Papers = NO_PAPERS, *, by: Actor, at: datetime
) -> Project:
    """Put a use away (归档) when no retention money is held any more.

    Raises:
        NotSettled: some is.
        DigestMalformed, ProjectNotReady.
    """
    return take_with_papers(session, community, code, Action.ARCHIVE, papers, by=by, at=at)


def cancel(session: Session, community: str, code: Code, reason: Text, *, by: Actor, at: datetime) -> Project:
    """Give a use up before any money was paid.

    Raises:
        MoneyPaid, ProjectNotReady.
    """
    planned, on = locked(session, community, code, at)
    state = next_state(Action.CANCEL, course(session, planned, on))
    take(session, planned, Action.CANCEL, state, private={"reason": reason}, by=by, at=at)
    return planned
