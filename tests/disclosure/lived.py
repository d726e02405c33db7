"""A half-year that was lived through: every stream moved, every month closed, each figure small enough to add up.

Ten homes at 0.45 yuan owe 369.00 a month. December 2025 is owed by all when the half-year begins.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import count

import pytest
from sqlmodel import Session

from ledger.community.rules import FirmKind, HomeKind
from ledger.community.tables import Community, Holder, Home, ServiceContract
from ledger.db import Database
from ledger.demo.tickets import picture
from ledger.disclosure import actions as disclosure
from ledger.fees import charge_actions as fees
from ledger.fees import payment_actions as fee_payments
from ledger.fees.rules import Basis
from ledger.fees.tariff_actions import set_tariff
from ledger.fees.tariff_rules import NewPrice
from ledger.files.actions import keep_file
from ledger.files.rules import FileKind
from ledger.fund import actions as fund
from ledger.fund.gains.actions import credit_interest
from ledger.fund.uses import actions as uses
from ledger.fund.uses import approval_actions as approvals
from ledger.fund.uses import motion_actions as motions
from ledger.fund.uses import payment_actions as payments
from ledger.fund.uses.payment_rules import Bill
from ledger.fund.uses.rules import (
    ScopeKind,
)
from ledger.fund.uses.step_and_emergency_rules import EmergencyCase
from ledger.noticeboard.rules import ReadyNotice
from ledger.periods import Month, Period, noon
from ledger.repairs import actions as repairs
from ledger.repairs.rules import Category, Priority
from ledger.revenue import actions as revenue
from ledger.revenue import receipt_actions as receipts
from ledger.revenue.cost_actions import pay_cost
from ledger.revenue.remittance.actions import remit
from ledger.revenue.rules import Category as Business
from ledger.revenue.rules import CostKind
from ledger.votes.actions import cast
from ledger.votes.rules import Choice
from tests import uses as steps
from tests.cast import AN, BAO, CHEN, HE, HUANG, MEI, WEN
from tests.community.databases import shared
from tests.factories import a_community, a_component, a_deposit, a_firm, a_home, a_worker

__all__ = ["lived", "session", "shared"]

PLACE = "meiyuan"
H1 = Period.parse("2026-H1")
DECEMBER = Month(2025, 12)
FLATS = tuple(f"1-1-{door}" for door in (101, 102, 201, 202, 301, 302))
SOLD = ("2-1-101", "2-1-102")
SHOP, UNSOLD = "1-1-001", "2-1-201"
HOMES = (*FLATS, *SOLD, SHOP, UNSOLD)
PUBLISHED = noon(date(2026, 7, 10))
numbers = count(1)


@pytest.fixture(scope="package")
def lived(shared) -> Database:
    """The shared database of the package with the half-year in it for good."""
    with shared.writing() as session:
        live(session)
    return shared


@pytest.fixture
def session(lived) -> Iterator[Session]:
    """After the half-year; what a test adds is undone."""
    with Session(lived.engine, expire_on_commit=False) as session:
        yield session
        session.rollback()


def live(session: Session) -> None:
    a_community(session)
    a_worker(session)
    session.get(Community, PLACE).address = "梅园路 18 号"
    for firm, kind in (
        ("anju", FirmKind.CONTRACTOR), ("wuye", FirmKind.PROPERTY), ("mill", FirmKind.SELLER),
        ("builder", FirmKind.DEVELOPER), ("media", FirmKind.TENANT),
    ):  # fmt: skip
        a_firm(session, firm, kind)
    _homes(session)
    session.add(
        ServiceContract(
            community=PLACE,
            number="WY-1",
            firm="wuye",
            starts_on=date(2024, 1, 1),
            ends_on=date(2026, 12, 31),
        )
    )
    a_component(session, "drain")
    a_component(session, "stairs-1", building="1")
    set_tariff(
        session,
        PLACE,
        "*",
        NewPrice(date(2025, 12, 1), Basis.PER_M2, 4_500),
        "决议 1",
        by=MEI,
        at=_on(12, 1, 2025),
    )
    contract = revenue.NewContract(
        "GY-1",
        Business.AD_LIFT,
        "media",
        "电梯广告",
        date(2026, 1, 1),
        date(2026, 12, 31),
        1_200_000,
        3,
        "决议 4",
        date(2025, 11, 2),
    )
    revenue.sign_contract(session, PLACE, contract, by=CHEN, at=_on(1, 2))
    _december(session)
    for month in H1.months:
        _month(session, month)


def _homes(session: Session) -> None:
    for home in FLATS:
        a_home(session, home, area_dm2=8_000, first_deposit_fen=0 if home == FLATS[5] else 500_000)
    for home in SOLD:
        a_home(
            session, home, area_dm2=6_000, kind=HomeKind.SOLD_PUBLIC, seller="mill", first_deposit_fen=300_000
        )
    a_home(session, SHOP, area_dm2=12_000, kind=HomeKind.NON_RESIDENTIAL, first_deposit_fen=600_000)
    a_home(session, UNSOLD, area_dm2=10_000, kind=HomeKind.UNSOLD, seller="builder")
    for number, home in enumerate(HOMES):
        holder = session.get(Holder, (PLACE, home, date(2020, 1, 1)))
        holder.name, holder.phone = f"欧阳{'甲乙丙丁戊己庚辛壬癸'[number]}", f"1381234567{number}"
    session.flush()


def _on(month: int, day: int, year: int = 2026) -> datetime:
    return noon(date(year, month, day))


def _december(session: Session) -> None:
    """What was before: everybody's part of the fund, and a month that nobody paid yet."""
    parts = (
        dict.fromkeys(FLATS[:5], 500_000) | dict.fromkeys(SOLD, 200_000) | {SHOP: 600_000, "mill@2": 800_000}
    )
    a_deposit(session, parts, on=date(2025, 12, 5))
    fees.charge_month(session, PLACE, DECEMBER, by=MEI, at=_on(12, 1, 2025))
    fund.end_month(session, PLACE, DECEMBER, exceptions={}, by=MEI, at=_on(1, 3))


def _month(session: Session, month: Month) -> None:
    number = month.number
    fees.charge_month(session, PLACE, month, by=MEI, at=_on(number, 1))
    if number in (1, 4):
        on = date(2026, number, 9)
        receipts.receive(session, PLACE, "GY-1", 300_000, on, reference=f"gy-{number}", by=MEI, at=noon(on))
    if number == 2:
        for kind, fen in ((CostKind.ENERGY, 50_000), (CostKind.TAX, 10_000)):
            on = date(2026, 2, 20)
            pay_cost(
                session, PLACE, kind, fen, on, voucher_no=f"F-{kind}", contract="GY-1", by=MEI, at=noon(on)
            )
    if number in (3, 6):
        on = date(2026, number, 21)
        credit_interest(session, PLACE, 1_234, on, key=f"interest/{month}", by=MEI, at=noon(on))
    if number == 3:
        _emergency(session)
    if number == 4:
        on = date(2026, 4, 10)
        remit(session, PLACE, "2026-Q1", on, by=MEI, at=noon(on))
    if number == 5:
        _voted(session)
    if number == 6:
        pay(session, "P-2", 600_000, date(2026, 6, 3))
        _payments(session)
    _tickets(session, month)
    fund.end_month(
        session, PLACE, month, exceptions={}, by=MEI, at=noon(month.plus(1).first + timedelta(days=2))
    )


def _payments(session: Session) -> None:
    """Flat 101 pays all it owes and a year ahead, 102 four months, the rest nothing."""
    for home, fen in ((FLATS[0], 7 * 3_600 + 50_000), (FLATS[1], 4 * 3_600)):
        payment = fee_payments.Payment(f"pay-{home}", home, fen, date(2026, 6, 10))
        fee_payments.receive(session, PLACE, [payment], by=MEI, at=_on(6, 10))


def _emergency(session: Session) -> None:
    """A blocked drain for 1,000.00; all homes bear it, the developer in cash."""
    plan = uses.Plan(
        "污水总管堵塞抢修", "drain", ScopeKind.COMMUNITY, "anju", 110_000, emergency=EmergencyCase.DRAIN
    )
    steps.planned(session, PLACE, "P-1", plan, at=_on(3, 3))
    steps.applied(session, PLACE, "P-1", at=_on(3, 3))
    approvals.approve(session, PLACE, "P-1", 110_000, by=HUANG, at=_on(3, 3))
    steps.built(session, PLACE, "P-1", 100_000, at=_on(3, 6))
    pay(session, "P-1", 100_000, date(2026, 3, 12))


def _voted(session: Session) -> None:
    """Stairs of building 1 for 6,000.00; six flats and the shop bear it, one flat has no part in the fund."""
    plan = uses.Plan("1 幢楼梯间修复", "stairs-1", ScopeKind.BUILDING, "anju", 600_000, building="1")
    steps.planned(session, PLACE, "P-2", plan, at=_on(5, 2))
    steps.posted(session, PLACE, "P-2", at=_on(5, 2))
    days = {"opens_on": date(2026, 5, 9), "closes_on": date(2026, 5, 11)}
    motion = motions.put_to_vote(session, PLACE, "P-2", **days, by=CHEN, at=_on(5, 2)).code
    choices = dict.fromkeys(FLATS[:5], Choice.YES) | {SHOP: Choice.NO}
    cast(session, PLACE, motion, choices, by=HE, at=_on(5, 9))
    motions.close_vote(session, PLACE, "P-2", by=CHEN, at=_on(5, 12))
    steps.applied(session, PLACE, "P-2", at=_on(5, 12))
    approvals.approve(session, PLACE, "P-2", 600_000, by=HUANG, at=_on(5, 13))
    steps.built(session, PLACE, "P-2", 600_000, at=_on(5, 28))


def pay(session: Session, code: str, fen: int, on: date) -> None:
    payments.pay(
        session,
        PLACE,
        code,
        Bill(bill_fen=fen, payee="anju", invoice_no=f"FP-{code}", on=on),
        by=BAO,
        at=noon(on),
    )


TICKETS = (Category.LIGHTING, Category.LEAK, Category.LIGHTING, Category.COMPLAINT)


def _tickets(session: Session, month: Month) -> None:
    """Four a month, one of them urgent; the leak of even months is repaired too late."""
    for place, kind in enumerate(TICKETS):
        at = noon(date(2026, month.number, 3 + place))
        priority = Priority.P2 if place == 2 else Priority.P3
        late = kind is Category.LEAK and month.number % 2 == 0
        a_ticket(session, kind, priority, at, repaired=at + timedelta(days=8 if late else 1))
    if month.number in (2, 3):
        a_ticket(session, Category.DOOR, Priority.P3, noon(date(2026, month.number, 12)), repaired=None)


def a_ticket(
    session: Session, kind: Category, priority: Priority, at: datetime, repaired: datetime | None
) -> int:
    report = repairs.Report(kind, "欧阳家 13812345670 报修", home=FLATS[0], reporter="欧阳甲")
    no = repairs.log_ticket(session, PLACE, report, by=HE, at=at).no
    repairs.triage(session, PLACE, no, priority, by=MEI, at=at)
    repairs.assign(session, PLACE, no, WEN.login, by=MEI, at=at)
    repairs.arrive(session, PLACE, no, by=WEN, at=at + timedelta(minutes=20))
    if repaired is None:
        return no
    photo = keep_file(session, PLACE, picture(next(numbers)), "", FileKind.PHOTO, by=WEN, at=repaired).sha256
    repairs.finish(session, PLACE, no, photo=photo, by=WEN, at=repaired)
    repairs.verify(session, PLACE, no, by=CHEN, at=repaired)
    repairs.follow_up(session, PLACE, no, 4 if kind is Category.LEAK else 5, by=HE, at=repaired)
    repairs.close(session, PLACE, no, by=HE, at=repaired)
    return no


def a_late_report(session: Session) -> None:
    """A report of the half-year that comes to light after its end: without it there is nothing to correct."""
    late = repairs.Report(Category.LEAK, "漏水", reported_at=noon(date(2026, 6, 12)))
    no = repairs.log_ticket(session, PLACE, late, by=HE, at=PUBLISHED).no
    repairs.triage(session, PLACE, no, Priority.P3, by=MEI, at=PUBLISHED)


def publish(session: Session, *, why: str | None = None, at: datetime = PUBLISHED) -> str:
    """Prepare, check and publish the half-year by three people; gives the digest of what is published."""
    draft = disclosure.prepare(session, PLACE, str(H1), why=why, by=MEI, at=at)
    disclosure.check(session, PLACE, str(H1), draft.sha256, by=AN, at=at)
    ready = ReadyNotice(draft.body, [], ("公示", "accounts"))
    return disclosure.publish(session, PLACE, str(H1), prepared=ready, by=CHEN, at=at).sha256


def home_row(session: Session, code: str) -> Home:
    return session.get(Home, (PLACE, code))
