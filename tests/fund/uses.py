"""A place with every kind of home, and the steps of a use of the fund, each by whoever may take it."""

from datetime import UTC, date, datetime, timedelta

from ledger.community.rules import FirmKind, HomeKind
from ledger.fund.uses import actions as uses
from ledger.fund.uses import approval_actions as approvals
from ledger.fund.uses import motion_actions as motions
from ledger.fund.uses.payment_actions import pay
from ledger.fund.uses.payment_rules import Bill
from ledger.fund.uses.queries import bearers, project
from ledger.fund.uses.rules import (
    ScopeKind,
)
from ledger.fund.uses.step_and_emergency_rules import EmergencyCase, ProjectState
from ledger.votes.actions import cast
from ledger.votes.rules import Choice
from tests import uses as steps
from tests.cast import BAO, CHEN, HE, HUANG, MEI, NOON
from tests.factories import a_community, a_component, a_firm, a_home

PLACE = "meiyuan"
PAID_ON = date(2026, 7, 20)
AUGUST = datetime(2026, 8, 3, 4, 0, tzinfo=UTC)
A101, A102, SHOP, B201, B202 = "1-1-101", "1-1-102", "1-1-001", "2-1-201", "2-1-202"
T1_PARTS = {
    A101: 30_000_00,
    A102: 30_000_00,
    SHOP: 40_000_00,
    B201: 4_900_00,
    B202: 4_900_00,
    "mill@2": 42_000_00,
}
"""What was deposited where T1 is played through the books: 42,000 by the seller, 9,800 by his buyers."""


def a_place(session, *, unsold=False):
    """The homes of T1: two flats and a shop in building 1, two sold public flats in building 2."""
    a_community(session)
    for firm, kind in (("anju", FirmKind.CONTRACTOR), ("wuye", FirmKind.PROPERTY), ("mill", FirmKind.SELLER)):
        a_firm(session, firm, kind)
    a_home(session, A101, area_dm2=9_012)
    a_home(session, A102, area_dm2=7_550)
    a_home(session, SHOP, area_dm2=12_000, kind=HomeKind.NON_RESIDENTIAL)
    a_home(session, B201, area_dm2=5_230, kind=HomeKind.SOLD_PUBLIC, seller="mill")
    a_home(session, B202, area_dm2=4_818, kind=HomeKind.SOLD_PUBLIC, seller="mill")
    if unsold:
        a_firm(session, "builder", FirmKind.DEVELOPER)
        a_home(session, "2-1-301", area_dm2=10_000, kind=HomeKind.UNSOLD, seller="builder")
    a_component(session, "pump")
    a_component(session, "stairs-1", building="1")
    return PLACE


def a_plan(**changes):
    """A plan for the whole community's pump, of at most 120,000.00 yuan."""
    plan = {"title": "水泵更换", "component": "pump", "scope": ScopeKind.COMMUNITY, "contractor": "anju"}
    return uses.Plan(**{**plan, "budget_fen": 120_000_00, **changes})


def an_emergency(**changes):
    return a_plan(emergency=EmergencyCase.WATER_PUMP, **changes)


def proposed(session, plan, code="P-1", at=NOON):
    return uses.propose(session, PLACE, code, plan, by=MEI, at=at)


def surveyed(session, code="P-1"):
    steps.surveyed(session, PLACE, code, project(session, PLACE, code), at=NOON)


def put_to_vote(session, code="P-1"):
    """Announced a week before the days of voting, which begin today, with what stands before it."""
    if project(session, PLACE, code).state is ProjectState.DRAFT:
        surveyed(session, code)
    if project(session, PLACE, code).state is not ProjectState.OVERRUN_REVOTE:
        steps.posted(session, PLACE, code, at=NOON - timedelta(days=7))
    days = {"opens_on": NOON.date(), "closes_on": NOON.date() + timedelta(days=3)}
    return motions.put_to_vote(session, PLACE, code, **days, by=CHEN, at=NOON - timedelta(days=7)).code


def voted(session, code="P-1", choice=Choice.YES):
    """Everybody who bears the cost says the same."""
    motion = put_to_vote(session, code)
    homes = [bearer.home for bearer in bearers(session, PLACE, code)]
    cast(session, PLACE, motion, dict.fromkeys(homes, choice), by=HE, at=NOON)
    return motions.close_vote(session, PLACE, code, by=CHEN, at=NOON)


def applied(session, code="P-1"):
    """With what stands before it: the survey of an emergency, the posted result of a vote."""
    if project(session, PLACE, code).state is ProjectState.DRAFT:
        surveyed(session, code)
    steps.applied(session, PLACE, code, at=NOON)


def approved(session, fen=120_000_00, code="P-1"):
    applied(session, code)
    return approvals.approve(session, PLACE, code, fen, by=HUANG, at=NOON)


def begun(session, code="P-1"):
    return uses.begin(session, PLACE, code, by=MEI, at=NOON)


def accepted(session, code="P-1", **warranty):
    begun(session, code)
    return uses.accept(session, PLACE, code, steps.PHOTO, **warranty, by=CHEN, at=NOON)


def settled(session, fen=120_000_00, code="P-1"):
    return uses.settle(session, PLACE, code, fen, steps.AUDIT, by=CHEN, at=NOON)


def paid(session, fen, code="P-1", *, payee="anju", invoice="FP-1", scan=None, on=PAID_ON, by=BAO, **more):
    return pay(
        session,
        PLACE,
        code,
        Bill(bill_fen=fen, payee=payee, invoice_no=invoice, on=on, invoice=scan, **more),
        by=by,
        at=NOON,
    )


def ready_to_pay(session, plan=None, code="P-1", **warranty):
    """An emergency that is approved, accepted and settled at its budget."""
    plan = plan or an_emergency()
    proposed(session, plan, code)
    approved(session, plan.budget_fen, code)
    accepted(session, code, **warranty)
    settled(session, plan.budget_fen, code)
