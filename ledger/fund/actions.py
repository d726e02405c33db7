"""The deeds of the maintenance fund: deposits, and a use from its plan to its payment."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from importlib.resources import files
from typing import NamedTuple

from sqlmodel import Session, col, select

from ledger.community.queries import NoHome, component, firm, homes, kinds_of, warranty
from ledger.community.rules import Actor, FirmKind, HomeKind, check_different_people
from ledger.community.tables import Building
from ledger.db import write_rows
from ledger.errors import Refused
from ledger.fund.queries import bearers, deposited, project
from ledger.fund.rules import (
    ApprovedAboveVoted,
    Bearer,
    Borne,
    DepositKind,
    DepositMalformed,
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
    seller_account,
    shares_of_bill,
)
from ledger.fund.tables import Deposit, Project, ScopeHome, Share
from ledger.journal.actions import Posted, carry_over, close_month, open_book, post, replay
from ledger.journal.queries import accounts, held
from ledger.journal.rules import BookCode, Draft, Move, read_chart
from ledger.journal.tables import Closing, Entry
from ledger.log.queries import head
from ledger.money import split, yuan
from ledger.periods import Month, day_in_shanghai
from ledger.votes.actions import announce, close_motion
from ledger.votes.queries import count, motion
from ledger.votes.rules import Matter, MotionState, Tally

FUND = BookCode.FUND.value


class ReceiptUsed(Refused):
    code = "receipt-used"
    zh = "票据号 {receipt_no} 已经用过，同一张票据不能记两次。"
    en = "Receipt {receipt_no} was used before; one receipt is booked once."
    article = "住宅专项维修资金管理办法 第34条"


class NewDeposit(NamedTuple):
    """A deposit: of a home's owner, or of a selling unit for one building (``unit@building``)."""

    receipt_no: str
    kind: DepositKind
    amount_fen: int
    on: date
    home: str | None = None
    party: str | None = None


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


def open_fund_book(session: Session, community: str, *, by: Actor, at: datetime) -> None:
    """Open the community's maintenance-fund book."""
    open_book(session, community, read_chart((files("ledger.fund") / "chart.toml").read_text()), by=by, at=at)


def deposit(
    session: Session, community: str, deposits: Sequence[NewDeposit], *, by: Actor, at: datetime
) -> Posted:
    """Book deposits that came in together, in one entry dated by the first; receipts are unique.

    Raises:
        AskedDifferently: the first receipt number was booked with other content.
        NoHome, NoFirm: whoever deposited is not registered.
        DepositMalformed: a deposit is neither of one home nor of a selling unit for one building.
        ReceiptUsed: a receipt number stands twice, here or in the books.
    """
    head(session, community, lock=True)
    first = deposits[0]
    draft = Draft(
        kind="fund.brought-over" if first.kind is DepositKind.OPENING else "fund.deposited",
        on=first.on,
        key=f"deposit/{first.receipt_no}",
        book=FUND,
        asked={"deposits": [[*each[:3], each.on.isoformat(), *each[4:]] for each in deposits]},
    )
    if earlier := replay(session, community, draft):
        return earlier
    _check_receipts_new(session, community, [each.receipt_no for each in deposits])
    kinds = kinds_of(session, community, {each.home for each in deposits if each.home})
    for each in deposits:
        _check_whose(session, community, each, kinds.keys())
    codes = accounts(session, community, FUND)
    moves = [
        Move(codes["bank"], codes[_credited(each, kinds)], each.amount_fen, each.home, each.party)
        for each in deposits
    ]
    posted = post(session, community, replace(draft, moves=moves), by=by, at=at)
    write_rows(
        session,
        Deposit,
        [
            {
                "community": community,
                "receipt_no": each.receipt_no,
                "home": each.home,
                "party": each.party,
                "kind": each.kind,
                "amount_fen": each.amount_fen,
                "deposited_on": each.on,
                "entry_no": posted.no,
            }
            for each in deposits
        ],
    )
    return posted


def _check_whose(session: Session, community: str, new: NewDeposit, known: Collection[str]) -> None:
    """See that a deposit is of one registered home, or of a selling unit for a building that is there."""
    if (new.home is None) == (new.party is None):
        raise DepositMalformed(receipt_no=new.receipt_no, whose=" ".join(filter(None, (new.home, new.party))))
    if new.party is None:
        if new.home not in known:
            raise NoHome(community=community, home=new.home)
        return
    seller, _, building = new.party.partition("@")
    firm(session, seller)
    if session.get(Building, (community, building)) is None:
        raise DepositMalformed(receipt_no=new.receipt_no, whose=new.party)


def _credited(new: NewDeposit, kinds: Mapping[str, HomeKind]) -> str:
    """The role of the account a deposit goes to: income of the period, or the fund itself when brought over."""
    if new.party:
        whose = "seller"
    else:
        whose = "owner" if kinds[new.home or ""] is HomeKind.SOLD_PUBLIC else "commodity"
    if new.kind is DepositKind.OPENING:
        return whose if whose == "commodity" else f"public_{whose}"
    return f"deposits_{whose}"


def _check_receipts_new(session: Session, community: str, receipts: Sequence[str]) -> None:
    query = select(Deposit.receipt_no).where(
        Deposit.community == community, col(Deposit.receipt_no).in_(receipts)
    )
    seen = set(session.exec(query))
    for receipt_no in receipts:
        if receipt_no in seen:
            raise ReceiptUsed(receipt_no=receipt_no)
        seen.add(receipt_no)


def credit_interest(
    session: Session, community: str, amount_fen: int, on: date, *, key: str, by: Actor, at: datetime
) -> Posted:
    """Book interest that the bank credited (Dr 1001 / Cr 4101)."""
    codes = accounts(session, community, FUND)
    draft = Draft(
        kind="fund.interest",
        on=on,
        key=key,
        book=FUND,
        moves=[Move(codes["bank"], codes["interest"], amount_fen)],
    )
    return post(session, community, draft, by=by, at=at)


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
    """End the vote on a use, unless it was counted already; a use that is voted down is rejected."""
    head(session, community, lock=True)
    planned = _in_state(session, community, code, ProjectState.VOTING, "计票", "counted")
    voted = motion(session, community, planned.motion or "")
    if voted.state is MotionState.OPEN:
        outcome = close_motion(session, community, voted.code, by=by, at=at)
    else:
        outcome = count(session, community, voted.code)
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


def end_month(
    session: Session, community: str, month: Month, *, exceptions: dict[str, str], by: Actor, at: datetime
) -> Closing:
    """Carry the fund over and close the month, and every one open before it, of all the community's books.

    Each month is carried over on a last day of its own, so that December's deposits go into the year they came
    in, though January be the first month to be closed.
    """
    closed_through = head(session, community, lock=True).closed_through
    moved = session.exec(
        select(Entry.month)
        .where(
            Entry.community == community,
            Entry.book == FUND,
            col(Entry.month) > closed_through,
            col(Entry.month) <= str(month),
        )
        .distinct()
        .order_by(Entry.month)
    ).all()
    for each in moved:
        carry_over(session, community, FUND, Month.parse(each), by=by, at=at)
    return close_month(session, community, month, exceptions=exceptions, by=by, at=at)
