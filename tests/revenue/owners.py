"""A place whose owners decide, and short names for what is done with its public revenue."""

from datetime import date, timedelta

from ledger.community.queries import homes as homes_of
from ledger.community.rules import FirmKind
from ledger.journal.queries import trial_balance
from ledger.periods import Month, Period, day_in_shanghai
from ledger.revenue.actions import NewContract, sign_contract
from ledger.revenue.cost_actions import pay_cost
from ledger.revenue.receipt_actions import receive
from ledger.revenue.remittance.actions import remit as pay_the_fund
from ledger.revenue.rules import Award, Category, CostKind, Method
from ledger.votes.actions import announce, cast, close_motion
from ledger.votes.rules import Choice, Matter, NewMotion
from tests.cast import CHEN, HE, MEI, NOON
from tests.factories import SHA, a_community, a_firm, a_home

PLACE = "meiyuan"
HOMES = ("1-1-101", "1-1-102", "1-2-101", "2-1-101")
Q1, Q2 = Period.parse("2026-Q1"), Period.parse("2026-Q2")
EVIDENCE = SHA
TENDERED = Award(Method.TENDER, EVIDENCE)


def owners_place(session, *, homes=HOMES):
    """Two buildings, of which one has two stairwells; two firms that rent."""
    a_community(session)
    for home in homes:
        a_home(session, home, first_deposit_fen=100_000_00)
    a_firm(session, "media", FirmKind.TENANT)
    a_firm(session, "locker", FirmKind.TENANT)
    return PLACE


def a_resolution(
    session,
    code="M-1",
    matter=Matter.COMMON_PARTS_BUSINESS,
    *,
    building=None,
    yes=True,
    budget_fen=None,
    at=NOON,
):
    """A motion that all owners of the place, or of a building, have decided by the hour."""
    announced = at - timedelta(days=30)
    today = day_in_shanghai(at)
    asked = homes_of(session, PLACE, building)
    announce(
        session,
        PLACE,
        NewMotion(
            code,
            matter,
            "同意吗？",
            opens_on=today - timedelta(days=2),
            closes_on=today,
            budget_fen=budget_fen,
        ),
        asked,
        by=CHEN,
        at=announced,
    )
    choice = Choice.YES if yes else Choice.NO
    cast(session, PLACE, code, {home.code: choice for home in asked}, by=HE, at=at - timedelta(days=1))
    close_motion(session, PLACE, code, by=CHEN, at=at)
    return code


def a_contract(session, number="GY-1", *, at=NOON, **changes):
    """A contract of 2026 that rests on paper from before the ledger, unless told otherwise."""
    terms = {
        "category": Category.AD_LIFT,
        "counterparty": "media",
        "object": "电梯广告",
        "starts_on": date(2026, 1, 1),
        "ends_on": date(2026, 12, 31),
        "price_fen": 400_000_00,
        "every_months": 3,
        "resolution": "决议 4",
        "resolved_on": date(2025, 11, 2),
    }
    return sign_contract(session, PLACE, NewContract(number, **{**terms, **changes}), by=MEI, at=at)


def a_let_place(session):
    owners_place(session)
    a_contract(session)


def receipt(session, fen, on=date(2026, 2, 9), number="GY-1", key=None):
    key = key or f"r-{number}-{on}-{fen}"
    return receive(session, PLACE, number, fen, on, reference=key, by=MEI, at=NOON)


def cost(session, fen, kind=CostKind.ENERGY, on=date(2026, 3, 2), voucher=None, number="GY-1"):
    voucher = voucher if voucher is not None else f"{kind}-{on}"
    return pay_cost(session, PLACE, kind, fen, on, voucher_no=voucher, contract=number, by=MEI, at=NOON)


def remit(session, period=Q1, on=date(2026, 4, 15), **more):
    return pay_the_fund(session, PLACE, str(period), on, **more, by=MEI, at=NOON)


def closing(session, account, book="revenue"):
    """What an account of a book stands at, in fen."""
    rows = trial_balance(session, PLACE, book, Month(1900, 1), Month(2999, 12))
    return next(row.closing_fen for row in rows if row.account == account)


def in_bank(session):
    return closing(session, "PR1001")
