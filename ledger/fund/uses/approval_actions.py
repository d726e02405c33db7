"""The actions of the approval of a use: authorise in advance, apply, approve or refuse, file, order a substitute repair.

Whoever proposed a use or applied for it does not approve it, and what is approved is the ceiling, never above what was
voted on. A collective vote (集合表决) stands for the votes on later small uses; the authority alone orders a substitute
repair (代修) of an emergency that nobody repairs (165号令 Art. 24).
"""

from dataclasses import replace
from datetime import datetime
from typing import Annotated

from pydantic import Field
from sqlmodel import Session

from ledger.community.queries import homes, profile
from ledger.community.role_rules import Actor, Duty, Role, check_different_people
from ledger.fields import Amount, Code, Day, Text
from ledger.fund.power_queries import check_may
from ledger.fund.power_rules import Power
from ledger.fund.queries import total_deposited
from ledger.fund.uses.actions import Plan, propose
from ledger.fund.uses.queries import amount_asked, authority, course, locked, sellers_consent_missing
from ledger.fund.uses.rules import (
    COLLECTIVE,
    AppliesInEmergency,
    ApprovedAboveVoted,
    Scope,
    ScopeEmpty,
    check_preauthorised,
    narrowed,
)
from ledger.fund.uses.step_actions import take, take_with_papers
from ledger.fund.uses.step_and_emergency_rules import (
    EVIDENCE,
    NO_PAPERS,
    Action,
    NotAnEmergency,
    Paper,
    Papers,
    check_amount,
    check_papers,
    next_state,
)
from ledger.fund.uses.tables import Project
from ledger.log.queries import head
from ledger.periods import day_in_shanghai
from ledger.votes.actions import announce
from ledger.votes.rules import Matter, NewMotion
from ledger.votes.tables import Motion
from ledger.words import yuan

NestedPlan = Annotated[Plan, Field(description="the use plan (使用方案)")]


def apply(
    session: Session, community: str, code: Code, papers: Papers = NO_PAPERS, *, by: Actor, at: datetime
) -> Project:
    """Apply for the money (申请列支): after the vote, or in an emergency, or under a collective vote.

    The owners' committee applies in an emergency (民法典 Art. 281), else the property firm or the residents' committee does.

    Raises:
        AppliesInEmergency: the owners' committee asks for it and it is none.
        VoteMissing: no passed vote stands and nothing waives it.
        PriceReviewMissing: an emergency has it reviewed all the same.
        NoResolutionPassed, NotPreauthorised: the collective vote did not pass or does not cover it.
        DigestMalformed, ProjectNotReady.
    """
    planned, on = locked(session, community, code, at)
    if by.role is Role.COMMITTEE and planned.emergency is None:
        raise AppliesInEmergency()
    state = next_state(Action.APPLY, course(session, planned, on))
    check_papers(Action.APPLY, papers)
    if planned.preauthorised and planned.settled_fen is None:
        check_preauthorised(code, planned.budget_fen, on, authority(session, planned, on))
        planned.motion = planned.preauthorised
    planned.applied_by, planned.applied_on = by.login, on
    take(session, planned, Action.APPLY, state, papers, {"asked": amount_asked(planned)}, by=by, at=at)
    return planned


def preauthorise(
    session: Session,
    community: str,
    code: Code,
    question: Text,
    part: Scope,
    *,
    opens_on: Day,
    closes_on: Day,
    by: Actor,
    at: datetime,
) -> Motion:
    """Announce a collective vote (集合表决) on later uses that are each below a limit; plans name its motion.

    Its budget is the profile's share of all that has been deposited.

    Raises:
        ScopeEmpty, and what `votes.actions.announce` refuses.
    """
    head(session, community, lock=True)
    on = day_in_shanghai(at)
    voting = homes(session, community, *narrowed(*part))
    if not voting:
        raise ScopeEmpty()
    pct = profile(session, community, on)["fund.preauthorised_pct"]
    return announce(
        session,
        community,
        NewMotion(
            f"{COLLECTIVE}{code}",
            Matter.USE_FUND,
            question,
            opens_on=opens_on,
            closes_on=closes_on,
            budget_fen=total_deposited(session, community, on) * pct // 100,
        ),
        voting,
        by=by,
        at=at,
    )


def order_substitute(
    session: Session,
    community: str,
    code: Code,
    plan: NestedPlan,
    papers: Papers = NO_PAPERS,
    *,
    by: Actor,
    at: datetime,
) -> Project:
    """Order a substitute repair (代修) of an emergency that nobody repairs; it is charged to the unit accounts.

    165号令 Art. 24. It needs the order, the evidence of its case, and above the limit the price review.

    Raises:
        NotYourPower: somebody else than the housing authority orders it.
        NotAnEmergency, PriceReviewMissing, PaperMissing, DigestMalformed, and what `propose` refuses.
    """
    check_may(session, community, Power.SUBSTITUTE, by=by, at=at)
    if plan.emergency is None:
        raise NotAnEmergency()
    check_papers(Action.ORDER_SUBSTITUTE, papers, EVIDENCE[plan.emergency])
    planned = propose(session, community, code, plan, by=by, at=at)
    on = day_in_shanghai(at)
    given = replace(course(session, planned, on), priced=Paper.PRICE_REVIEW in papers)
    state = next_state(Action.ORDER_SUBSTITUTE, given)
    planned.approved_by, planned.approved_on, planned.approved_fen = by.login, on, plan.budget_fen
    take(
        session, planned, Action.ORDER_SUBSTITUTE, state, papers, {"approved": plan.budget_fen}, by=by, at=at
    )
    return planned


def approve(
    session: Session, community: str, code: Code, approved_fen: Amount, *, by: Actor, at: datetime
) -> Project:
    """Approve what was applied for (审核同意); the amount in fen becomes the ceiling.

    What the committee approved is filed with the authority afterwards (`file`).

    Raises:
        NotYourPower: the housing authority approves while it keeps the fund, after the hand-over the committee.
        SamePerson: whoever proposed it or applied for it may not approve it.
        DepartmentsConsentMissing: selling units' money is used and its department has not consented.
        ApprovedAboveVoted: the amount is above what was voted on or applied for.
        ProjectNotReady: nothing was applied for.
    """
    planned, on = locked(session, community, code, at)
    _check_decider(session, planned, by, at)
    given = replace(
        course(session, planned, on), sellers_consent_missing=sellers_consent_missing(session, planned, on)
    )
    state = next_state(Action.APPROVE, given)
    check_amount(approved_fen)
    if approved_fen > amount_asked(planned):
        raise ApprovedAboveVoted(approved=yuan(approved_fen), budget=yuan(amount_asked(planned)))
    planned.approved_fen, planned.approved_by, planned.approved_on = approved_fen, by.login, on
    take(session, planned, Action.APPROVE, state, None, {"approved": approved_fen}, by=by, at=at)
    return planned


def refuse(session: Session, community: str, code: Code, reason: Text, *, by: Actor, at: datetime) -> Project:
    """Refuse an application, or an unclear draft; a refused overrun leaves what was approved before.

    Raises:
        NotYourPower, SamePerson, ProjectNotReady.
    """
    planned, on = locked(session, community, code, at)
    _check_decider(session, planned, by, at)
    state = next_state(Action.REFUSE, course(session, planned, on))
    take(session, planned, Action.REFUSE, state, private={"reason": reason}, by=by, at=at)
    return planned


def consent(session: Session, community: str, code: Code, *, by: Actor, at: datetime) -> Project:
    """Consent to the use of selling units' money (动用公有住房维修资金), as the department that manages it.

    While the authority keeps the fund its approval says so too (165号令 Arts. 22–23 (四), (五)).

    Raises:
        NotYourPower: somebody else than the housing authority consents.
        SamePerson: whoever proposed it or applied for it may not.
        ProjectNotReady: nothing was applied for.
    """
    planned, on = locked(session, community, code, at)
    check_different_people(_askers(planned), step=Duty.REVIEW, by=by)
    check_may(session, community, Power.CONSENT, by=by, at=at)
    state = next_state(Action.CONSENT, course(session, planned, on))
    take(session, planned, Action.CONSENT, state, None, {"asked": amount_asked(planned)}, by=by, at=at)
    return planned


def file(
    session: Session, community: str, code: Code, papers: Papers = NO_PAPERS, *, by: Actor, at: datetime
) -> Project:
    """Take down that what the committee approved was filed with the authority (备案; 165号令 Art. 23 (五)).

    Raises:
        NotYourPower: neither the committee nor the firm files it.
        ProjectNotReady: the committee has approved nothing.
        DigestMalformed.
    """
    check_may(session, community, Power.FILE, by=by, at=at)
    return take_with_papers(session, community, code, Action.FILE, papers, by=by, at=at)


def _check_decider(session: Session, planned: Project, by: Actor, at: datetime) -> None:
    check_different_people(_askers(planned), step=Duty.APPROVE, by=by)
    check_may(session, planned.community, Power.APPROVE, by=by, at=at)


def _askers(planned: Project) -> list[tuple[Duty, str | None]]:
    return [(Duty.PROPOSE, planned.proposed_by), (Duty.ASK, planned.applied_by)]
