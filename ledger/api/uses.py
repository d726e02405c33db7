"""/communities/…/projects and the steps of each: the use of the maintenance fund, from plan to archive."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any

from flask import g
from flask_openapi3 import APIBlueprint
from pydantic import Field
from sqlmodel import Session

from ledger.access.access import allow, reading
from ledger.api.community import APPROVERS, OFFICE
from ledger.api.door import Code, CommunityPath, Fen, In, Text, once
from ledger.api.problems import RESPONSES
from ledger.community.rules import Role
from ledger.fund.uses import actions as uses
from ledger.fund.uses import approval_actions as approvals
from ledger.fund.uses import motion_actions as motions
from ledger.fund.uses.payments.queries import payments, shares
from ledger.fund.uses.queries import due, project, projects
from ledger.fund.uses.rules import EmergencyCase, ScopeKind
from ledger.fund.uses.steps.queries import papers, steps
from ledger.fund.uses.steps.rules import Paper
from ledger.fund.uses.tables import Project
from ledger.votes.queries import told

uses_api = APIBlueprint(
    "uses",
    __name__,
    url_prefix="/api/v1/communities/<community>",
    abp_responses=RESPONSES,
    abp_security=[{"token": []}],
)
ON_THE_SPOT = (Role.COMMITTEE, Role.COMMUNITY_OFFICE)
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the document's bytes")]


class ProjectPath(CommunityPath):
    project: Code


class PlanIn(In):
    title: Text
    component: Code
    scope: ScopeKind
    contractor: Code
    budget_fen: Fen
    building: Code | None = None
    stairwell: Code | None = None
    side: Code | None = Field(None, description="the side of the stairwell")
    emergency: EmergencyCase | None = None
    exclusive: bool = False
    utility: bool = False
    damaged_by_known_person: bool = False
    daily_upkeep: bool = False
    forbidden_elsewhere: bool = False
    unrelated_to_repair: bool = False
    unclear: bool = Field(False, description="facts conflict: a second person has to review it (M1)")
    lift_since: date | None = None
    ageing_friendly: bool = False
    preauthorised: Code | None = Field(None, description="the motion of a collective vote (集合表决)")
    appraiser: Code | None = None
    monitor: Code | None = Field(None, description="supervision unit (监理)")


class ProjectIn(PlanIn):
    code: Code


class PapersIn(In):
    papers: dict[Paper, Digest] = Field(default_factory=dict, max_length=len(Paper))


class SubstituteIn(PapersIn):
    code: Code
    plan: PlanIn


class PricedIn(PapersIn):
    priced_fen: Fen


class SettledIn(PapersIn):
    settled_fen: Fen


class DaysIn(In):
    opens_on: date
    closes_on: date


class CollectiveIn(DaysIn):
    code: Code
    question: Text
    scope: ScopeKind
    building: Code | None = None
    stairwell: Code | None = None
    side: Code | None = None


class ApprovalIn(In):
    approved_fen: Fen


class ReasonIn(In):
    reason: Text


def _shown(found: Project) -> dict[str, Any]:
    return found.model_dump(mode="json", exclude={"community"})


def _step(deed: Callable[..., Project], path: ProjectPath, *told_: Any) -> Any:
    """One step of a use, answered with the use as it then stands."""
    return once(
        lambda session: _shown(deed(session, path.community, path.project, *told_, by=g.actor, at=g.now))
    )


@uses_api.get("/projects", summary="The uses of the fund")
@allow(*OFFICE)
def list_projects(path: CommunityPath):  # type: ignore[no-untyped-def]
    """Newest first, with the state each is in."""
    with reading() as session:
        return {"projects": [_shown(p) for p in projects(session, path.community)]}


@uses_api.post("/projects", summary="Plan a use of the fund (使用方案)")
@allow(Role.MANAGER)
def post_project(path: CommunityPath, body: ProjectIn):  # type: ignore[no-untyped-def]
    """Judged by N1–N7, Y1, Y2 and M1 with their articles; who would bear it is frozen."""

    def deed(session: Session) -> dict[str, Any]:
        plan = uses.Plan(**body.model_dump(exclude={"code"}))
        return _shown(uses.propose(session, path.community, body.code, plan, by=g.actor, at=g.now))

    return once(deed)


@uses_api.get("/projects/<path:project>", summary="One use of the fund")
@allow(*OFFICE)
def get_project(path: ProjectPath):  # type: ignore[no-untyped-def]
    """Its steps, terms, vote and payments, and how they were borne (totals; homes get their own page)."""
    with reading() as session:
        found = project(session, path.community, path.project)
        borne = shares(session, path.community, path.project)
        return {
            **_shown(found),
            "vote": told(session, path.community, found.motion) if found.motion else None,
            "bearers": len(borne),
            "charged_fen": sum(s.charged_fen for s in borne),
            "shortfall_fen": sum(s.shortfall_fen for s in borne),
            "steps": [
                {
                    **step.model_dump(mode="json", include={"line", "deed", "state", "by_login", "at"}),
                    "papers": dict(papers(step)),
                }
                for step in steps(session, path.community, path.project)
            ],
            "due": [
                {
                    "what": each.what,
                    "due_on": each.due_on.isoformat(),
                    "done_on": each.done_on.isoformat() if each.done_on else None,
                }
                for each in due(session, found)
            ],
            "payments": [
                each.model_dump(mode="json", exclude={"community", "project"})
                for each in payments(session, path.community, path.project)
            ],
        }


@uses_api.post("/reviews/<path:project>", summary="Review an unclear use (M1)")
@allow(*APPROVERS)
def post_review(path: ProjectPath):  # type: ignore[no-untyped-def]
    """By a second person who finds that the fund may pay; else the draft is refused."""
    return _step(uses.review, path)


@uses_api.post("/surveys/<path:project>", summary="Survey the damage (查勘)")
@allow(Role.MANAGER, Role.WORKER)
def post_survey(path: ProjectPath, body: PapersIn):  # type: ignore[no-untyped-def]
    """With photographs; an emergency shows all that its case needs."""
    return _step(uses.survey, path, body.papers)


@uses_api.post("/price-reviews/<path:project>", summary="Take in the price review (预算审价)")
@allow(Role.MANAGER, Role.COMMITTEE)
def post_price(path: ProjectPath, body: PricedIn):  # type: ignore[no-untyped-def]
    """The reviewed price becomes the budget when it is lower."""
    return _step(uses.price, path, body.priced_fen, body.papers)


@uses_api.post("/plan-postings/<path:project>", summary="Post the plan on the spot (方案公示)")
@allow(Role.MANAGER, *ON_THE_SPOT)
def post_posting(path: ProjectPath, body: PapersIn):  # type: ignore[no-untyped-def]
    """Proved by a photograph."""
    return _step(uses.post_plan, path, body.papers)


@uses_api.post("/projects/<path:project>/vote", summary="Put a use to the vote of those who bear it")
@allow(*ON_THE_SPOT)
def post_vote(path: ProjectPath, body: DaysIn):  # type: ignore[no-untyped-def]
    """Gives notice of the motion; the roll is the frozen scope. An overrun is voted on here again."""
    return once(
        lambda session: {
            "motion": motions.put_to_vote(
                session, path.community, path.project, **body.model_dump(), by=g.actor, at=g.now
            )
        }
    )


@uses_api.post("/projects/<path:project>/count", summary="Count the vote")
@allow(*ON_THE_SPOT)
def post_count(path: ProjectPath):  # type: ignore[no-untyped-def]
    """By area and by heads (民法典 Art. 278); the totals go into the log."""

    def deed(session: Session) -> dict[str, Any]:
        outcome = motions.close_vote(session, path.community, path.project, by=g.actor, at=g.now)
        found = project(session, path.community, path.project)
        return {**outcome._asdict(), "quorum": outcome.quorum, "state": found.state.value}

    return once(deed)


@uses_api.post("/vote-postings/<path:project>", summary="Post the result of the vote (结果公示)")
@allow(*ON_THE_SPOT)
def post_result_posting(path: ProjectPath, body: PapersIn):  # type: ignore[no-untyped-def]
    """Of a vote that passed, proved by a photograph: the one its own posting was recorded with, unless another comes."""
    return _step(motions.post_result, path, body.papers)


@uses_api.post("/preauthorisations", summary="Announce a collective vote (集合表决)")
@allow(*ON_THE_SPOT)
def post_collective(path: CommunityPath, body: CollectiveIn):  # type: ignore[no-untyped-def]
    """On later small uses, each below the profile's limit, for its years, within its part of all deposits."""

    def deed(session: Session) -> dict[str, Any]:
        motion = approvals.preauthorise(session, path.community, **body.model_dump(), by=g.actor, at=g.now)
        return {"motion": motion.code, "budget_fen": motion.budget_fen}

    return once(deed)


@uses_api.post("/applications/<path:project>", summary="Apply for the money (申请列支)")
@allow(Role.MANAGER, Role.COMMUNITY_OFFICE)
def post_application(path: ProjectPath, body: PapersIn):  # type: ignore[no-untyped-def]
    """After the vote; in an emergency, or under a collective vote, without one of its own."""
    return _step(approvals.apply, path, body.papers)


@uses_api.post("/substitute-repairs", summary="Order a substitute repair (代修)")
@allow(Role.SUPERVISOR)
def post_substitute(path: CommunityPath, body: SubstituteIn):  # type: ignore[no-untyped-def]
    """Of an emergency that nobody repairs (165号令 Art. 24), charged to the unit accounts."""

    def deed(session: Session) -> dict[str, Any]:
        plan = uses.Plan(**body.plan.model_dump())
        return _shown(
            approvals.order_substitute(
                session, path.community, body.code, plan, body.papers, by=g.actor, at=g.now
            )
        )

    return once(deed)


@uses_api.post("/consents/<path:project>", summary="Consent to the use of selling units' money")
@allow(Role.SUPERVISOR)
def post_consent(path: ProjectPath):  # type: ignore[no-untyped-def]
    """By the department that manages it (165号令 Art. 23), before the committee approves."""
    return _step(approvals.consent, path)


@uses_api.post("/filings/<path:project>", summary="File a use with the authority (备案)")
@allow(Role.COMMITTEE, Role.MANAGER)
def post_filing(path: ProjectPath, body: PapersIn):  # type: ignore[no-untyped-def]
    """Of what the committee approved (165号令 Art. 23)."""
    return _step(approvals.file, path, body.papers)


@uses_api.post("/approvals/<path:project>", summary="Approve a use")
@allow(*APPROVERS)
def post_approval(path: ProjectPath, body: ApprovalIn):  # type: ignore[no-untyped-def]
    """By the housing authority while it keeps the fund, then by the committee; the amount becomes the ceiling."""
    return _step(approvals.approve, path, body.approved_fen)


@uses_api.post("/refusals/<path:project>", summary="Refuse an application")
@allow(*APPROVERS)
def post_refusal(path: ProjectPath, body: ReasonIn):  # type: ignore[no-untyped-def]
    """Or an unclear draft; the reason is private."""
    return _step(approvals.refuse, path, body.reason)


@uses_api.post("/works/<path:project>", summary="The works begin (施工)")
@allow(Role.MANAGER, Role.COMMITTEE)
def post_works(path: ProjectPath, body: PapersIn):  # type: ignore[no-untyped-def]
    """After the approval, with or without an advance."""
    return _step(uses.begin, path, body.papers)


@uses_api.post("/acceptances/<path:project>", summary="Accept the works (验收)")
@allow(*ON_THE_SPOT)
def post_acceptance(path: ProjectPath, body: PapersIn):  # type: ignore[no-untyped-def]
    """With photographs, by somebody else than whoever proposed them; a new warranty starts."""
    return _step(uses.accept, path, body.papers)


@uses_api.post("/settlements/<path:project>", summary="Take in the audited settlement (结算审价)")
@allow(*ON_THE_SPOT)
def post_settlement(path: ProjectPath, body: SettledIn):  # type: ignore[no-untyped-def]
    """Above the approved amount by more than the local percentage it has to be voted on again."""
    return _step(uses.settle, path, body.settled_fen, body.papers)


@uses_api.post("/apportionments/<path:project>", summary="Confirm the apportionment (分摊到户)")
@allow(Role.MANAGER, *APPROVERS)
def post_apportionment(path: ProjectPath):  # type: ignore[no-untyped-def]
    """The shares add up to the payments, to the fen."""
    return _step(uses.apportion, path)


@uses_api.post("/use-disclosures/<path:project>", summary="Post what was spent and who bore it (公示)")
@allow(Role.MANAGER, *ON_THE_SPOT)
def post_disclosure(path: ProjectPath, body: PapersIn):  # type: ignore[no-untyped-def]
    """Proved by a photograph."""
    return _step(uses.disclose, path, body.papers)


@uses_api.post("/archives/<path:project>", summary="Put a use away (归档)")
@allow(*ON_THE_SPOT)
def post_archive(path: ProjectPath, body: PapersIn):  # type: ignore[no-untyped-def]
    """When no retention money is held any more."""
    return _step(uses.archive, path, body.papers)


@uses_api.post("/cancellations/<path:project>", summary="Give a use up")
@allow(Role.MANAGER, Role.COMMITTEE)
def post_cancellation(path: ProjectPath, body: ReasonIn):  # type: ignore[no-untyped-def]
    """Before any money was paid; the reason is private."""
    return _step(uses.cancel, path, body.reason)
