"""Sharing out one bill of the maintenance fund over every home of a large community, with the write.

An emergency is walked to its settlement; what is measured is the payment: who bears how much, the entry, and its shares.
"""

from collections.abc import Iterator

from sqlmodel import Session, select

from bench.databases import Engines, Ground
from bench.measuring import Goal, Line, seconds
from bench.place import AT, BY, TODAY, an_account, found
from ledger.community.actions import seed_profiles
from ledger.community.role_rules import Actor, Level, Role
from ledger.community.rules import ComponentKind, FirmKind
from ledger.community.tables import Component, Firm, Home
from ledger.demo.tickets import picture
from ledger.files.actions import keep_file
from ledger.files.rules import FileKind
from ledger.fund.actions import NewDeposit, deposit, open_fund_book
from ledger.fund.rules import DepositKind
from ledger.fund.uses import actions as uses
from ledger.fund.uses import approval_actions as approvals
from ledger.fund.uses.payment_actions import pay
from ledger.fund.uses.payment_rules import Bill
from ledger.fund.uses.rules import (
    ScopeKind,
)
from ledger.fund.uses.step_and_emergency_rules import EmergencyCase, Paper

HOMES = 14_188
BILL_FEN = 2_000_000
BILLS = 3
IN_ALL = Goal("<=", 1.5, " s")
CHEN = Actor("chen", Role.COMMITTEE)
HUANG = Actor("huang", Role.SUPERVISOR, level=Level.HOUSING_AUTHORITY)
BAO = Actor("bao", Role.SUPERVISOR, level=Level.CUSTODIAN)
PAPER = b"%PDF-1.7\n%%EOF\n"
"""What stands for every paper of a use."""
SEEN = (Paper.INSPECTION_NOTICE, Paper.EXPERT_NOTE)


def lines(engines: Engines) -> Iterator[Line]:
    for engine in engines.names:
        with engines.fresh(engine) as ground:
            yield _line(ground)


def _line(ground: Ground) -> Line:
    with ground.database.writing() as session:
        code = a_fund(session, HOMES, BILLS)
        for number in range(BILLS):
            settled(session, code, f"P-{number}")
    ground.settle()
    taken = sorted(seconds(lambda n=n: _paid(ground, code, f"P-{n}")) for n in range(BILLS))[BILLS // 2]  # type: ignore[misc]
    return Line("share out a bill", ground.engine, f"{HOMES:,} homes", f"{taken:.2f} s", "", taken, IN_ALL)


def a_fund(session: Session, homes: int, bills: int) -> str:
    """A community whose homes have paid their first deposit, with a pump for each bill to come."""
    seed_profiles(session, by=BY, at=AT)
    code = found(session, "area", homes)
    open_fund_book(session, code, by=BY, at=AT)
    an_account(session, code, "fund")
    session.add(Firm(code="anju", name="安居", kind=FirmKind.CONTRACTOR))
    for number in range(bills):
        session.add(Component(community=code, code=f"P-{number}", kind=ComponentKind.PIPES, name="水泵"))
    session.flush()
    deposits = [
        NewDeposit(f"R-{home}", DepositKind.FIRST, 300_000, TODAY, home=home)
        for home in session.exec(select(Home.code).where(Home.community == code))
    ]
    deposit(session, code, deposits, by=BY, at=AT)
    return code


def settled(session: Session, community: str, code: str) -> None:
    """Walk an emergency on a pump to its settlement."""
    plan = uses.Plan(
        title="水泵更换",
        component=code,
        scope=ScopeKind.COMMUNITY,
        contractor="anju",
        budget_fen=BILL_FEN,
        emergency=EmergencyCase.WATER_PUMP,
    )
    uses.propose(session, community, code, plan, by=BY, at=AT)
    sha256 = keep_file(session, community, PAPER, "", FileKind.PAPER, by=BY, at=AT).sha256
    photo = keep_file(session, community, picture(0), "", FileKind.PHOTO, by=BY, at=AT).sha256
    seen = {Paper.PHOTO: photo, **dict.fromkeys(SEEN, sha256)}
    uses.survey(session, community, code, seen, by=BY, at=AT)
    approvals.apply(session, community, code, by=BY, at=AT)
    approvals.approve(session, community, code, BILL_FEN, by=HUANG, at=AT)
    uses.begin(session, community, code, by=BY, at=AT)
    uses.accept(session, community, code, {Paper.PHOTO: photo}, by=CHEN, at=AT)
    uses.settle(session, community, code, BILL_FEN, {Paper.SETTLEMENT_AUDIT: sha256}, by=CHEN, at=AT)


def _paid(ground: Ground, community: str, code: str) -> None:
    with ground.database.writing() as session:
        pay(
            session,
            community,
            code,
            Bill(bill_fen=BILL_FEN, payee="anju", invoice_no=code, on=TODAY),
            by=BAO,
            at=AT,
        )
