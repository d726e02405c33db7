"""A small true community with a closed half-year, and private words in every place where people leave them."""

from datetime import date, datetime
from pathlib import Path

from sqlmodel import Session

from ledger.community.rules import ComponentKind, FirmKind, HomeKind
from ledger.community.tables import Community, Component, Holder, Package, ServiceContract, Works
from ledger.db import Database
from ledger.demo.tickets import picture
from ledger.disclosure import actions as disclosure
from ledger.evaluation import actions as evaluation
from ledger.fees import charge_actions as fees
from ledger.fees import payment_actions as fee_payments
from ledger.fees.rules import Basis
from ledger.fees.tariff_actions import set_tariff
from ledger.fees.tariff_rules import NewPrice
from ledger.files.actions import keep_file
from ledger.files.rules import FileKind
from ledger.fund import actions as fund
from ledger.fund.gains.actions import credit_interest
from ledger.fund.rules import DepositKind
from ledger.fund.uses import actions as uses
from ledger.fund.uses import approval_actions as approvals
from ledger.fund.uses import motion_actions as motions
from ledger.fund.uses import payment_actions as payments
from ledger.fund.uses.payment_rules import Bill
from ledger.fund.uses.rules import (
    ScopeKind,
)
from ledger.fund.uses.step_and_emergency_rules import EmergencyCase
from ledger.grants import actions as grants
from ledger.grants.rules import Receipt, Source, book_of
from ledger.grants.tables import Funding
from ledger.journal.actions import reverse
from ledger.log.actions import sign_head
from ledger.log.signer import Signer
from ledger.noticeboard.rules import NewAttachment, ReadyNotice
from ledger.periods import Month, Period, noon
from ledger.repairs import actions as repairs
from ledger.repairs.rules import Category, Priority
from ledger.revenue import actions as revenue
from ledger.revenue import receipt_actions as receipts
from ledger.revenue.cost_actions import pay_cost
from ledger.revenue.remittance.actions import remit
from ledger.revenue.rules import Category as Stream
from ledger.revenue.rules import CostKind
from ledger.votes.actions import cast
from ledger.votes.rules import Choice
from tests import uses as steps
from tests.cast import AN, BAO, CHEN, HE, HUANG, MEI, NOON, SU, WEN
from tests.factories import a_community, a_firm, a_home, a_paid_bill, a_worker, an_account

HALF = Period.parse("2026-H1")
PAGE = "https://mingbai.example/meiyuan/half-year/2026-H1/"
AUGUST = noon(date(2026, 8, 3))
PRIVATE = ("欧阳海棠", "13900001234", "王小虎", "轮椅", "17-2-1203", "转错账")
"""A name, a phone, a reporter, words of a ticket, a home code, words of a payment and of a reason."""


def build(session: Session) -> str:
    """梅园新村 from January to June 2026, all closed; July begun, with a receipt taken back in red."""
    code = a_community(session)
    a_worker(session)
    session.get(Community, code).address = "梅园路 18 号"
    for firm, kind in (
        ("anju", FirmKind.PROPERTY),
        ("jianxin", FirmKind.CONTRACTOR),
        ("factory", FirmKind.SELLER),
    ):
        a_firm(session, firm, kind)
    for firm in ("focus", "locker"):
        a_firm(session, firm, FirmKind.TENANT)
    session.add(
        ServiceContract(
            community=code, number="W", firm="anju", starts_on=date(2024, 1, 1), ends_on=date(2026, 12, 31)
        )
    )
    homes = [
        a_home(
            session, f"17-{stairwell}-{floor}0{door}", area_dm2=5_400 + 350 * door + floor, first_deposit_fen=480_000,
            kind=HomeKind.SOLD_PUBLIC if stairwell == 2 else HomeKind.COMMODITY, seller="factory" if stairwell == 2 else None,
        )
        for stairwell in (1, 2) for floor in (1, 2, 12) for door in (1, 2, 3)
    ]  # fmt: skip
    session.add(
        Holder(
            community=code,
            home="17-2-1203",
            since=date(2025, 1, 1),
            name="欧阳海棠",
            phone="13900001234",
            person_key="o",
        )
    )
    _works(session, code)
    set_tariff(
        session, code, "*", NewPrice(date(2026, 1, 1), Basis.PER_M2, 5_500), "2025-3 号决议", by=MEI, at=NOON
    )
    _opening(session, code, homes)
    for month in HALF.months:
        _month(session, code, month, homes)
    _july(session, code)
    return code


def _works(session: Session, code: str) -> None:
    session.add(Works(community=code, code="W2025", name="2025 年改造"))
    session.flush()
    session.add(
        Package(
            community=code, works="W2025", code="roof", name="屋面防水", contractor="jianxin",
            price_fen=286_000_000, accepted_on=date(2025, 11, 20),
        )
    )  # fmt: skip
    session.flush()
    for component, kind in (("lift", ComponentKind.LIFT), ("drain", ComponentKind.PIPES)):
        session.add(Component(community=code, code=component, kind=kind, name=f"{component} 部位"))
    session.add(
        Funding(
            community=code, works="W2025", package="roof", source=Source.GOVERNMENT, planned_fen=230_000_000
        )
    )
    session.flush()
    grants.open_grant_book(session, code, Source.GOVERNMENT, by=MEI, at=NOON)
    an_account(session, "government", book=book_of(Source.GOVERNMENT), community=code)
    grants.receive(
        session,
        code,
        Receipt(Source.GOVERNMENT, "W2025", 200_000_000, date(2026, 1, 12)),
        key="g1",
        by=MEI,
        at=NOON,
    )
    a_paid_bill(
        session, "W2025", "roof", "jianxin", {Source.GOVERNMENT: 150_000_000}, date(2026, 3, 2), community=code,
        price_fen=286_000_000,
    )  # fmt: skip


def _opening(session: Session, code: str, homes: list[str]) -> None:
    rows = [
        fund.NewDeposit(f"D{i}", DepositKind.FIRST, 480_000 if i % 5 else 90_000, date(2026, 1, 5), home=home)
        for i, home in enumerate(homes)
    ]
    rows.append(fund.NewDeposit("S1", DepositKind.FIRST, 1_500_000, date(2026, 1, 5), party="factory@17"))
    fund.deposit(session, code, rows, by=MEI, at=NOON)
    for number, kind, party, price in (("GG-01", Stream.AD_LIFT, "focus", 2_400_000), ("KD-01", Stream.PARCEL_LOCKER, "locker", 720_000)):  # fmt: skip
        contract = revenue.NewContract(
            number,
            kind,
            party,
            "公共部位",
            date(2026, 1, 1),
            date(2026, 12, 31),
            price,
            6,
            "2025-4 号决议",
            date(2025, 11, 2),
        )
        revenue.sign_contract(session, code, contract, by=CHEN, at=NOON)


def _month(session: Session, code: str, month: Month, homes: list[str]) -> None:
    fees.charge_month(session, code, month, by=MEI, at=NOON)
    on = date(month.year, month.number, 18)
    paying = homes[: 11 + month.number]
    fee_payments.receive(
        session, code, [fee_payments.Payment(f"{month}-{h}", h, 4_000, on, memo="欧阳海棠 13900001234") for h in paying], by=MEI, at=NOON
    )  # fmt: skip
    credit_interest(session, code, 21_734, on, key=f"i-{month}", by=MEI, at=NOON)
    if month.number == 1:
        receipts.receive(session, code, "GG-01", 1_200_000, on, reference="gg", by=MEI, at=NOON)
        receipts.receive(session, code, "KD-01", 300_000, on, reference="kd", by=MEI, at=NOON)
        pay_cost(
            session, code, CostKind.ENERGY, 41_260, on, voucher_no="F-1", contract="KD-01", by=MEI, at=NOON
        )
    if month.number == 3:
        plan = uses.Plan(
            "总管抢修", "drain", ScopeKind.COMMUNITY, "jianxin", 860_000, emergency=EmergencyCase.DRAIN
        )
        _project(session, code, "P-1", plan, 846_500, date(2026, 3, 3), [])
    if month.number == 4:
        remit(session, code, "2026-Q1", date(2026, 4, 15), by=MEI, at=NOON)
    if month.number == 5:
        plan = uses.Plan("电梯钢丝绳更换", "lift", ScopeKind.BUILDING, "jianxin", 3_120_000, building="17")
        _project(session, code, "P-2", plan, 3_098_800, date(2026, 5, 2), homes)
    _tickets(session, code, month)
    fund.end_month(session, code, month, exceptions={}, by=MEI, at=noon(month.plus(1).first))


def _project(
    session: Session, code: str, project: str, plan: uses.Plan, bill_fen: int, on: date, voters: list[str]
) -> None:
    at = noon(on)
    steps.planned(session, code, project, plan, at=at)
    if voters:
        steps.posted(session, code, project, at=at)
        days = {"opens_on": on.replace(day=9), "closes_on": on.replace(day=10)}
        motion = motions.put_to_vote(session, code, project, **days, by=CHEN, at=at).code
        choices = {home: Choice.YES if i % 6 else Choice.NO for i, home in enumerate(voters[:15], start=1)}
        cast(session, code, motion, choices, by=HE, at=noon(on.replace(day=9)))
        motions.close_vote(session, code, project, by=CHEN, at=noon(on.replace(day=11)))
    later = noon(on.replace(day=12))
    steps.applied(session, code, project, at=later)
    approvals.approve(session, code, project, plan.budget_fen, by=HUANG, at=later)
    steps.built(session, code, project, bill_fen, at=later)
    payments.pay(
        session,
        code,
        project,
        Bill(bill_fen=bill_fen, payee="jianxin", invoice_no=f"I-{project}", on=on.replace(day=20)),
        by=BAO,
        at=later,
    )


def _tickets(session: Session, code: str, month: Month) -> None:
    kinds = [
        Category.LEAK,
        Category.LIGHTING,
        Category.LIGHTING,
        Category.LIFT if month.number == 2 else Category.DRAIN,
    ]
    for place, kind in enumerate(kinds):
        at = noon(date(month.year, month.number, 3 + place))
        report = repairs.Report(
            kind, "王小虎家门口，轮椅进不去", home="17-2-1203", reporter="王小虎 13900001234"
        )
        no = repairs.log_ticket(session, code, report, by=HE, at=at).no
        repairs.triage(session, code, no, Priority.P3, by=MEI, at=at)
        repairs.assign(session, code, no, WEN.login, by=MEI, at=at)
        repairs.arrive(session, code, no, by=WEN, at=at)
        end = noon(date(month.year, month.number, 3 + place + (9 if place == 2 else 1)))
        photo = keep_file(session, code, picture(no), "", FileKind.PHOTO, by=WEN, at=end).sha256
        repairs.finish(session, code, no, photo=photo, note="王小虎签字", by=WEN, at=end)
        repairs.verify(session, code, no, by=CHEN, at=end)
        repairs.follow_up(session, code, no, 3 if place == 2 else 5, by=HE, at=end)


def _july(session: Session, code: str) -> None:
    """A prepayment that came to the wrong home, taken back in red."""
    wrong = fee_payments.Payment("july", "17-1-101", 50_000, date(2026, 7, 3), memo="转错账")
    (posted,) = fee_payments.receive(session, code, [wrong], by=MEI, at=NOON)
    reverse(session, code, posted.no, reason="欧阳海棠转错账", key="red", by=MEI, at=NOON)


def half_year_body(session: Session, code: str) -> bytes:
    """The canonical bytes of the half-year, prepared."""
    return disclosure.prepare(session, code, str(HALF), by=MEI, at=NOON).body


def scorecard_body(session: Session, code: str) -> bytes:
    """The canonical bytes of the scorecard."""
    return evaluation.evaluate(session, code, HALF, by=SU, at=NOON)


def publish(
    database: Database, code: str, files: list[NewAttachment], keys: Path, at: datetime = NOON
) -> bytes:
    """Check and publish the prepared half-year with files beside it, and sign the log; gives the published bytes."""
    with database.writing() as session:
        draft = disclosure.disclosure(session, code, str(HALF))
        disclosure.check(session, code, str(HALF), draft.sha256, by=AN, at=at)
        ready = ReadyNotice(draft.body, files, ("半年公示", "Half-year"))
        notice = disclosure.publish(session, code, str(HALF), prepared=ready, by=CHEN, at=at)
        sign_head(session, code, Signer(keys), at=at)
        return notice.body
