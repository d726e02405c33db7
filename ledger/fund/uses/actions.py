"""The deeds of a use of the fund, from its plan to its payment."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlmodel import Session

from ledger.community.queries import component, firm, homes, warranty
from ledger.community.rules import Actor, FirmKind, HomeKind, check_different_people
from ledger.db import write_rows
from ledger.fund.queries import deposited
from ledger.fund.rules import seller_account
from ledger.fund.uses.queries import bearers, project
from ledger.fund.uses.rules import (
    ApprovedAboveVoted,
    Bearer,
    Borne,
    EmergencyCase,
    FundEmpty,
    Object,
    PayeeWrong,
    ProjectExists,
    ProjectNotReady,
    ProjectState,
    ScopeEmpty,
    ScopeKind,
    VoteMissing,
    charge_shares,
    check_fund_may_pay,
    check_payable,
    check_scope_fits,
    narrowed,
    shares_of_bill,
)
from ledger.fund.uses.tables import Project, ScopeHome, Share
from ledger.journal.actions import Posted, post, replay
from ledger.journal.queries import accounts, held
from ledger.journal.rules import BookCode, Draft, Move
from ledger.log.queries import head
from ledger.money import split, yuan
from ledger.periods import day_in_shanghai
from ledger.votes.actions import announce, close_motion
from ledger.votes.queries import motion
from ledger.votes.rules import Matter, Tally

FUND = BookCode.FUND.value


@dataclass(frozen=True)
class Plan:
    """A use plan (使用方案): what is repaired, who bears it, who does it, for how much."""

    title: str
    component: str
    scope: ScopeKind
    contractor: str
    budget_fen: int
    building: str | None = None
    stairwell: str | None = None
    emergency: EmergencyCase | None = None
    exclusive: bool = False
    utility: bool = False
    damaged_by_known_person: bool = False
    daily_upkeep: bool = False
    forbidden_elsewhere: bool = False
    unrelated_to_repair: bool = False


def propose(session: Session, community: str, code: str, plan: Plan, *, by: Actor, at: datetime) -> Project:
    """Plan a use of the fund: judge it by N1–N7, freeze who would bear it.

    Raises:
        NotForTheFund: the fund may not pay for it, with the article and the right route.
        ScopeEmpty: nobody would bear it.
        ScopeWrong: others than the owners of the component's building would bear it.
        NoComponent, NoFirm: the component or the contractor is not registered.
        ProjectExists: the code is taken.
    """
    head(session, community, lock=True)
    on = day_in_shanghai(at)
    thing = component(session, community, plan.component)
    check_fund_may_pay(
        Object(
            exclusive=plan.exclusive,
            warranty=warranty(session, thing),
            utility=plan.utility,
            damaged_by_known_person=plan.damaged_by_known_person,
            daily_upkeep=plan.daily_upkeep,
            forbidden_elsewhere=plan.forbidden_elsewhere,
            unrelated_to_repair=plan.unrelated_to_repair,
        ),
        on,
    )
    firm(session, plan.contractor)
    if session.get(Project, (community, code)) is not None:
        raise ProjectExists(project=code)
    building, stairwell = narrowed(plan.scope, plan.building, plan.stairwell)
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
        emergency=plan.emergency,
        contractor=plan.contractor,
        budget_fen=plan.budget_fen,
        proposed_by=by.login,
        proposed_on=on,
    )
    session.add(planned)
    session.flush()  # the scope names the project
    _freeze_scope(session, planned)
    _note(session, planned, "fund.proposed", {"budget": plan.budget_fen}, by=by, at=at)
    return planned


def _freeze_scope(session: Session, planned: Project) -> None:
    bearing = homes(session, planned.community, planned.building, planned.stairwell)
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


def put_to_vote(
    session: Session,
    community: str,
    code: str,
    *,
    opens_on: date,
    closes_on: date,
    by: Actor,
    at: datetime,
) -> str:
    """Announce the vote of the bearing owners on a planned use; gives the motion's code.

    Raises:
        ProjectNotReady: it is not a plan any more.
        VoteDatesWrong, NoticeTooShort: the days of voting do not fit the notice (`votes.actions.announce`).
    """
    head(session, community, lock=True)
    planned = _in_state(session, community, code, ProjectState.DRAFT, "付诸表决", "put to the vote")
    frozen = {bearer.home for bearer in bearers(session, community, code)}
    voting = [h for h in homes(session, community, planned.building) if h.code in frozen]
    announced = announce(
        session,
        community,
        f"fund/{code}",
        Matter.USE_FUND,
        planned.title,
        voting,
        opens_on=opens_on,
        closes_on=closes_on,
        budget_fen=planned.budget_fen,
        by=by,
        at=at,
    )
    planned.motion, planned.state = announced.code, ProjectState.VOTING
    session.add(planned)
    return announced.code


def close_vote(session: Session, community: str, code: str, *, by: Actor, at: datetime) -> Tally:
    """End the vote on a use (`votes.actions.close_motion`); a use that is voted down is rejected."""
    head(session, community, lock=True)
    planned = _in_state(session, community, code, ProjectState.VOTING, "计票", "counted")
    outcome = close_motion(session, community, planned.motion or "", by=by, at=at)
    if not outcome.passed(Matter.USE_FUND):
        planned.state = ProjectState.REJECTED
        session.add(planned)
    return outcome


def approve(
    session: Session, community: str, code: str, approved_fen: int, *, by: Actor, at: datetime
) -> Project:
    """Approve a use whose vote passed, or an emergency without one; the amount becomes the ceiling.

    Raises:
        SamePerson: whoever proposed it may not approve it.
        VoteMissing: it is no emergency and no passed vote stands.
        ApprovedAboveVoted: the amount is above the budget that was voted on.
        ProjectNotReady: it is in another state.
    """
    head(session, community, lock=True)
    planned = project(session, community, code)
    check_different_people([("提出方案", planned.proposed_by)], step="批准", by=by.login)
    if planned.emergency is None:
        voted = motion(session, community, planned.motion) if planned.motion else None
        if voted is None or not voted.passed:
            raise VoteMissing(project=code)
    if approved_fen > planned.budget_fen:
        raise ApprovedAboveVoted(approved=yuan(approved_fen), budget=yuan(planned.budget_fen))
    allowed = ProjectState.DRAFT if planned.emergency else ProjectState.VOTING
    planned = _in_state(session, community, code, allowed, "批准", "approved")
    planned.state, planned.approved_fen = ProjectState.APPROVED, approved_fen
    planned.approved_by, planned.approved_on = by.login, day_in_shanghai(at)
    session.add(planned)
    _note(session, planned, "fund.approved", {"approved": approved_fen}, by=by, at=at)
    return planned


def accept(session: Session, community: str, code: str, *, by: Actor, at: datetime) -> Project:
    """Accept finished works (验收); whoever proposed them may not.

    Raises:
        SamePerson, ProjectNotReady.
    """
    head(session, community, lock=True)
    planned = _in_state(session, community, code, ProjectState.APPROVED, "验收", "accepted")
    check_different_people([("提出方案", planned.proposed_by)], step="验收", by=by.login)
    planned.state, planned.accepted_by = ProjectState.ACCEPTED, by.login
    planned.accepted_on = day_in_shanghai(at)
    session.add(planned)
    _note(session, planned, "fund.accepted", {}, by=by, at=at)
    return planned


def pay(
    session: Session,
    community: str,
    code: str,
    bill_fen: int,
    *,
    payee: str,
    invoice_no: str,
    on: date,
    by: Actor,
    at: datetime,
) -> Posted:
    """Pay the contractor from the fund, borne in two steps; what parts cannot carry is asked in cash.

    Sending the same invoice again gives back the first entry and moves nothing.

    Raises:
        PayeeWrong: the payee is not the contracted unit, or is the property firm.
        ProjectNotReady, BillAboveApproved: see `rules.check_payable`.
        SamePerson: whoever proposed the use may not release the money.
        FundEmpty: nobody who bears it has anything in the fund.
    """
    head(session, community, lock=True)  # else two bills could both find the project unpaid
    planned = project(session, community, code)
    draft = Draft(
        kind="fund.paid",
        on=on,
        key=f"fund-payment/{code}/{invoice_no}",
        book=FUND,
        asked={"bill": bill_fen, "payee": payee},
        subject=f"project/{code}",
        approved_by=planned.approved_by,
    )
    if earlier := replay(session, community, draft):
        return earlier
    check_different_people([("提出方案", planned.proposed_by)], step="付款", by=by.login)
    kind = firm(session, payee).kind
    if payee != planned.contractor or kind is FirmKind.PROPERTY:
        raise PayeeWrong(payee=payee, kind=kind)
    check_payable(code, planned.state, bill_fen, planned.approved_fen)

    borne = _borne(session, planned, bill_fen)
    codes = accounts(session, community, FUND)
    moves = [
        Move(
            codes[_REPAIRS[each.kind]],
            codes["bank"],
            each.charged_fen,
            home=None if each.kind == "seller" else each.bearer,
            party=each.bearer if each.kind == "seller" else payee,
        )
        for each in borne
        if each.charged_fen
    ]
    if not moves:
        raise FundEmpty(project=code)
    posted = post(session, community, replace(draft, moves=moves), by=by, at=at)
    write_rows(
        session, Share, [{"community": community, "project": code, **each._asdict()} for each in borne]
    )
    planned.state, planned.invoice_no = ProjectState.PAID, invoice_no
    planned.paid_fen, planned.paid_entry = sum(m.amount_fen for m in moves), posted.no
    session.add(planned)
    return posted


_REPAIRS = {
    HomeKind.COMMODITY.value: "repairs_commodity",
    HomeKind.NON_RESIDENTIAL.value: "repairs_commodity",
    HomeKind.SOLD_PUBLIC.value: "repairs_owner",
    "seller": "repairs_seller",
}


def _borne(session: Session, planned: Project, bill_fen: int) -> list[Borne]:
    """Who bears a bill, with the selling units' parts laid onto their buildings."""
    bearing = bearers(session, planned.community, planned.code)
    where = {h.code: h.building for h in homes(session, planned.community, planned.building)}
    shares = shares_of_bill(
        bill_fen, bearing, deposited(session, planned.community, {where[b.home] for b in bearing})
    )
    laid: dict[tuple[str, str], int] = {}
    for (kind, bearer), share in shares.items():
        if kind == "seller":
            for building, part in split(share, _area_by_building(bearer, bearing, where)).items():
                laid["seller", seller_account(bearer, building)] = part
        else:
            laid[kind, bearer] = share
    held_fen: dict[str, int] = {
        **held(session, planned.community, FUND, "unit"),
        **held(session, planned.community, FUND, "seller"),
    }
    return charge_shares(laid, held_fen)


def _area_by_building(seller: str, bearing: Iterable[Bearer], where: Mapping[str, str]) -> dict[str, int]:
    areas: dict[str, int] = {}
    for b in bearing:
        if b.seller == seller and b.kind is HomeKind.SOLD_PUBLIC:
            areas[where[b.home]] = areas.get(where[b.home], 0) + b.area_dm2
    return areas


def _in_state(session: Session, community: str, code: str, state: ProjectState, zh: str, en: str) -> Project:
    found = project(session, community, code)
    if found.state is not state:
        raise ProjectNotReady(project=code, state=found.state, deed_zh=zh, deed_en=en)
    return found


def _note(
    session: Session, planned: Project, kind: str, facts: dict[str, int | bool], *, by: Actor, at: datetime
) -> None:
    """Put a step of a project into the log as a memorandum."""
    draft = Draft(
        kind=kind,
        on=day_in_shanghai(at),
        key=f"{kind}/{planned.code}",
        facts={"project": planned.code, **facts},
        subject=f"project/{planned.code}",
    )
    post(session, planned.community, draft, by=by, at=at)
