"""Paying for a use of the fund: advance, final payment, retention money, and the units that appraise or supervise.

Each payment is borne so that all together equal, to the fen, one apportionment of their total: a bearer's share of
what has been billed so far, less what earlier payments laid on him. Retention money (质量保证金) never leaves the
fund until it is released, so the cash-basis book knows nothing of it before.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlmodel import Session

from ledger.community.queries import firm
from ledger.community.role_rules import Actor, Duty, check_different_people
from ledger.community.rules import HomeKind
from ledger.db import write_rows
from ledger.fields import Code, Text
from ledger.fund.power_queries import check_may
from ledger.fund.power_rules import Power
from ledger.fund.queries import deposited
from ledger.fund.rules import seller_account
from ledger.fund.uses.payment_queries import payments, shares
from ledger.fund.uses.payment_rules import (
    ACTION,
    Bill,
    ClaimsOpen,
    FundEmpty,
    NoPayment,
    RetentionNotDue,
    RetentionReleasedElsewhere,
    Stage,
    asked,
    ceiling,
    check_payee,
    check_retention,
    check_within,
    still_to_bear,
)
from ledger.fund.uses.payment_tables import ProjectPayment, Share
from ledger.fund.uses.queries import Dossier, dossier, housed_bearers, project
from ledger.fund.uses.queries import course as course_of
from ledger.fund.uses.rules import Bearer, Borne, charge_shares, shares_of_bill
from ledger.fund.uses.step_actions import prove, take, write_down
from ledger.fund.uses.step_and_emergency_rules import (
    Action,
    ProjectState,
    StepTaken,
    check_amount,
    memorandum,
    next_state,
)
from ledger.fund.uses.tables import Project
from ledger.journal.actions import Posted, post_all, reverse
from ledger.journal.queries import Locked, accounts, held, lock_free
from ledger.journal.rules import BookCode, Draft, Move
from ledger.log.queries import head
from ledger.money import split
from ledger.periods import day_in_shanghai

FUND = BookCode.FUND.value
REPAIRS = {
    HomeKind.COMMODITY.value: "repairs_commodity",
    HomeKind.NON_RESIDENTIAL.value: "repairs_commodity",
    HomeKind.SOLD_PUBLIC.value: "repairs_owner",
    "seller": "repairs_seller",
}


class Paid(NamedTuple):
    """Where a payment was written, and how all payments of its use that stand are borne, in fen.

    ``charged_fen`` came out of the fund, ``shortfall_fen`` is asked of the bearers in cash.
    """

    no: int
    leaf_index: int
    fresh: bool
    charged_fen: int
    shortfall_fen: int


def pay(
    session: Session,
    community: str,
    code: Code,
    bill: Bill,
    *,
    by: Actor,
    at: datetime,
) -> Paid:
    """Pay a bill of a use from the fund, borne in two steps; what parts cannot carry is asked in cash.

    The same invoice again gives back the first entry and moves nothing. Retention money is released by an action of its own.

    Raises:
        RetentionReleasedElsewhere: by the step for it.
        AskedDifferently: the invoice was paid with other content.
        NotYourPower: the authority tells the custodian bank to pay, after the hand-over the committee.
        SamePerson: whoever proposed, applied or approved may not release the money.
        ProjectNotReady, SettlementMissing: see `steps.rules.next_state`.
        PayeeWrong, BillAboveApproved, RetentionTooHigh, RetentionTooLong, ShareWouldShrink: see `payments.rules`.
        FundEmpty: nobody who bears it has anything in the fund.
        FileMissing: the scan of the invoice was not taken in as a file.
    """
    check_amount(bill.bill_fen)
    if bill.stage is Stage.RETENTION:
        raise RetentionReleasedElsewhere()
    key, books = _lock(session, community, code, bill.invoice_no)
    planned = project(session, community, code)
    if books.keys:
        return _again(session, planned, bill, key, books, by=by, at=at)
    _check_releaser(session, planned, by, at)
    known = dossier(session, planned, bill.on, role=by.role, bill_fen=bill.bill_fen + bill.retention_fen)
    course = known.course
    state = next_state(ACTION[bill.stage], course)
    units = {unit for unit in (planned.appraiser, planned.monitor) if unit}
    check_payee(bill.payee, firm(session, bill.payee).kind, bill.stage, planned.contractor, units)
    limit = ceiling(course.approved_fen, course.settled_fen, course.overrun_redo_pct)
    check_within(course.total_fen, limit, course.overrun_article)
    if bill.stage is Stage.FINAL and planned.accepted_on:
        most = (known.local["fund.retention_pct"], known.local["fund.retention_years"])
        check_retention(
            bill.retention_fen, course.total_fen, bill.retention_until, planned.accepted_on, *most
        )
        planned.retention_fen, planned.retention_until = bill.retention_fen, bill.retention_until
    return _post(session, planned, bill, known, state, key, books, by=by, at=at)


def release_retention(
    session: Session,
    community: str,
    code: str,
    *,
    invoice_no: str,
    on: date,
    open_claims: Collection[int],
    invoice: str | None = None,
    by: Actor,
    at: datetime,
) -> Paid:
    """Pay out what was held back (质量保证金返还); the warranty goes on without it.

    ``open_claims`` are the tickets by which the contractor's warranty is claimed and not yet met.

    Raises:
        ClaimsOpen: there are some.
        RetentionNotDue: its day has not come, or nothing is held.
        NotYourPower, SamePerson, ProjectNotReady, FundEmpty.
    """
    key, books = _lock(session, community, code, invoice_no)
    planned = project(session, community, code)
    bill = Bill(
        bill_fen=planned.retention_fen,
        stage=Stage.RETENTION,
        payee=planned.contractor,
        invoice_no=invoice_no,
        on=on,
        invoice=invoice,
    )
    if books.keys:
        return _again(session, planned, bill, key, books, by=by, at=at)
    _check_releaser(session, planned, by, at)
    known = dossier(session, planned, on)
    state = next_state(Action.RELEASE_RETENTION, known.course)
    if open_claims:
        raise ClaimsOpen(project=code, claims=sorted(open_claims))
    if not known.course.held_back_fen or planned.retention_until is None or on < planned.retention_until:
        raise RetentionNotDue(project=code, due=planned.retention_until or "—")
    return _post(session, planned, bill, known, state, key, books, by=by, at=at)


def take_back(session: Session, community: str, code: Code, *, reason: Text, by: Actor, at: datetime) -> Paid:
    """Reverse the last payment of a use (红字冲销) with its shares; the use stands as before it.

    A wrong entry goes and no money comes in, so it asks for no approved account.

    Raises:
        NoPayment: none stands.
        ProjectNotReady: it was confirmed to the homes already.
        NotYourPower, SamePerson, AlreadyReversed, MonthClosed, Overspent.
    """
    head(session, community, lock=True)
    planned = project(session, community, code)
    paid = payments(session, community, code)
    if not paid:
        raise NoPayment(project=code)
    _check_releaser(session, planned, by, at)
    wrong = paid[-1]
    moved = wrong.stage in (Stage.ADVANCE, Stage.FINAL)
    course = course_of(session, planned, day_in_shanghai(at))
    state = next_state(Action.TAKE_BACK, course) if moved else planned.state
    key = f"payment-reversal/{code}/{wrong.no}"
    posted = reverse(session, community, wrong.entry_no, reason=reason, key=key, by=by, at=at)
    if wrong.stage is Stage.FINAL:
        planned.retention_fen, planned.retention_until = 0, None
    left = paid[:-1]
    planned.paid_fen = sum(payment.charged_fen for payment in left) if left else None
    planned.paid_entry = left[-1].entry_no if left else None
    planned.invoice_no = left[-1].invoice_no if left else None
    take(
        session, planned, Action.TAKE_BACK, state, None,
        {"payment": wrong.no, "entry": posted.no}, by=by, at=at,
    )  # fmt: skip
    return _paid(posted, left)


def _paid(posted: Posted, standing: Sequence[ProjectPayment]) -> Paid:
    charged_fen = sum(payment.charged_fen for payment in standing)
    return Paid(*posted, charged_fen, sum(payment.amount_fen for payment in standing) - charged_fen)


def _again(
    session: Session, planned: Project, bill: Bill, key: str, books: Locked, *, by: Actor, at: datetime
) -> Paid:
    """The answer to a payment that was made before, if it was this one."""
    draft = _draft(planned, bill, key)
    [earlier] = post_all(session, planned.community, [draft], by=by, at=at, locked=books)
    return _paid(earlier, payments(session, planned.community, planned.code))


def _draft(planned: Project, bill: Bill, key: str, moves: Sequence[Move] = ()) -> Draft:
    return Draft(
        kind="fund.paid",
        on=bill.on,
        key=key,
        book=FUND,
        moves=moves,
        asked=asked(bill.stage, bill.bill_fen, bill.payee, bill.retention_fen),
        subject=f"project/{planned.code}",
        approved_by=planned.approved_by,
    )


def _lock(session: Session, community: str, code: str, invoice_no: str) -> tuple[str, Locked]:
    """The name of a payment, and the books locked: else two bills could both find the project unpaid.

    One invoice of a use is paid once; once more when what was paid was taken back.
    """
    key = f"fund-payment/{code}/{invoice_no}"
    free, books = lock_free(session, community, [key])
    return free[key], books


def _check_releaser(session: Session, planned: Project, by: Actor, at: datetime) -> None:
    earlier = [
        (Duty.PROPOSE, planned.proposed_by),
        (Duty.ASK, planned.applied_by),
        (Duty.APPROVE, planned.approved_by),
    ]
    check_different_people(earlier, step=Duty.PAY, by=by)
    check_may(session, planned.community, Power.PAY, by=by, at=at)


def _post(
    session: Session,
    planned: Project,
    bill: Bill,
    known: Dossier,
    state: ProjectState,
    key: str,
    books: Locked,
    *,
    by: Actor,
    at: datetime,
) -> Paid:
    """Charge the bearers, post the entry and the step, and write the payment and its shares down."""
    community, code = planned.community, planned.code
    borne = _borne(session, planned, bill.bill_fen, known.course.paid_fen)
    codes = accounts(session, community, FUND)
    moves = [
        Move(
            codes[REPAIRS[share.kind]],
            codes["bank"],
            share.charged_fen,
            home=None if share.kind == "seller" else share.bearer,
            party=share.bearer if share.kind == "seller" else bill.payee,
        )
        for share in borne
        if share.charged_fen
    ]
    if not moves:
        raise FundEmpty(project=code)
    step = StepTaken(len(known.steps) + 1, ACTION[bill.stage], state, bill.papers)
    prove(session, planned, step, by=by, at=at)
    facts = {"billed": bill.bill_fen, "held_back": bill.retention_fen, "entry": books.head.last_no + 1}
    drafts = [
        _draft(planned, bill, key, moves),
        memorandum(code, step, facts, on=day_in_shanghai(at)),
    ]
    posted, sealed = post_all(session, community, drafts, by=by, at=at, locked=books)
    payment = ProjectPayment(
        community=community,
        project=code,
        no=1 + sum(taken.action in ACTION.values() for taken in known.steps),  # those taken back keep theirs
        stage=bill.stage,
        amount_fen=bill.bill_fen,
        charged_fen=sum(move.amount_fen for move in moves),
        payee=bill.payee,
        invoice_no=bill.invoice_no,
        paid_on=bill.on,
        entry_no=posted.no,
    )
    session.add(payment)
    planned.invoice_no, planned.paid_entry = bill.invoice_no, posted.no
    planned.paid_fen = (planned.paid_fen or 0) + payment.charged_fen
    write_down(session, planned, step, sealed, by=by, at=at)
    rows = [
        {"community": community, "project": code, "payment": payment.no, **share._asdict()}
        for share in borne
        if share.share_fen
    ]
    write_rows(session, Share, rows)
    return _paid(posted, [*known.payments, payment])


def _borne(session: Session, planned: Project, bill_fen: int, before_fen: int) -> list[Borne]:
    """Who bears a bill after others of ``before_fen``, with the selling units' parts laid onto their buildings.

    What selling units and buyers deposited counts until the approval, so that later payments divide alike.
    """
    community, code = planned.community, planned.code
    housed = housed_bearers(session, community, code)
    bearing, where = list(housed), {bearer.home: building for bearer, building in housed.items()}
    until = planned.approved_on or planned.proposed_on
    sellers = any(bearer.seller for bearer in bearing)
    given = deposited(session, community, set(where.values()), until) if sellers else {}
    of_all = shares_of_bill(before_fen + bill_fen, bearing, given)
    laid: dict[tuple[str, str], int] = {}
    for (kind, bearer), share in of_all.items():
        if kind == "seller":
            for building, part in split(share, _area_by_building(bearer, bearing, where)).items():
                laid["seller", seller_account(bearer, building)] = part
        else:
            laid[kind, bearer] = share
    earlier = (
        {(b.kind, b.bearer): b.share_fen for b in shares(session, community, code)} if before_fen else {}
    )
    held_fen: dict[str, int] = {
        **held(session, community, FUND, "unit"),
        **(held(session, community, FUND, "seller") if sellers else {}),
    }
    return charge_shares(still_to_bear(laid, earlier, bill_fen), held_fen)


def _area_by_building(seller: str, bearing: Iterable[Bearer], where: Mapping[str, str]) -> dict[str, int]:
    areas: dict[str, int] = {}
    for b in bearing:
        if b.seller == seller and b.kind is HomeKind.SOLD_PUBLIC:
            areas[where[b.home]] = areas.get(where[b.home], 0) + b.area_dm2
    return areas
