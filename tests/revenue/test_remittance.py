"""What goes into the fund by the place's own terms: how much, how often, when it may stop."""

import json
from datetime import date

import pytest
from sqlmodel import col, select

from ledger.community.tables import Community, ProfileValue
from ledger.journal.actions import reverse
from ledger.journal.rules import AskedDifferently, MovementWrong, Overspent
from ledger.periods import Period
from ledger.revenue.deposit_actions import take_deposit
from ledger.revenue.receipt_actions import receive_other
from ledger.revenue.remittance.actions import decide_share
from ledger.revenue.remittance.queries import falling_due, share, to_fund
from ledger.revenue.remittance.rules import (
    MoreThanDue,
    NotThePeriod,
    ShareBelowLocalLeast,
    ShareMalformed,
)
from ledger.revenue.remittance.tables import Remitted
from ledger.revenue.rules import Category, Part
from ledger.votes.rules import Matter, NoResolutionPassed
from tests.cast import CHEN, MEI, NOON
from tests.factories import a_deposit
from tests.revenue.owners import (
    HOMES,
    PLACE,
    Q1,
    Q2,
    a_contract,
    a_let_place,
    a_resolution,
    closing,
    cost,
    in_bank,
    owners_place,
    receipt,
    remit,
)

YEAR = Period.parse("2026")


def in_place(session, jurisdiction, **own):
    """Move the place to another jurisdiction, with rows of its own."""
    session.get(Community, PLACE).jurisdiction = jurisdiction
    for key, value in own.items():
        session.add(
            ProfileValue(
                scope=f"community:{PLACE}", key=key.replace("__", "."), since=date(2021, 1, 1), value=json.dumps(value)
            )
        )  # fmt: skip
    session.flush()


def decide(session, pct, since=date(2026, 1, 1), motion="M-9"):
    return decide_share(session, PLACE, since, pct, motion=motion, by=CHEN, at=NOON)


def test_a_share_comes_in_parts_and_what_is_late_is_late(session):
    a_let_place(session)
    receipt(session, 1_000_00)

    remit(session, amount_fen=300_00)
    remit(session, on=date(2026, 5, 20), number=2)

    owing = share(session, PLACE, Q1)
    assert (owing.due_fen, owing.paid_fen, owing.on_time_fen) == (700_00, 700_00, 300_00)
    assert remit(session, on=date(2026, 5, 21), number=3) is None
    assert closing(session, "4201", "fund") == 700_00


def test_a_part_payment_is_done_once_and_not_above_what_is_due(session):
    a_let_place(session)
    receipt(session, 1_000_00)
    first = remit(session, amount_fen=300_00)

    assert remit(session, amount_fen=300_00) == tuple(p._replace(fresh=False) for p in first)
    with pytest.raises(AskedDifferently):
        remit(session, amount_fen=301_00)
    with pytest.raises(MoreThanDue, match=r"400\.00 元"):
        remit(session, amount_fen=400_01, number=2)
    for fen in (0, -1):
        with pytest.raises(MovementWrong):
            remit(session, amount_fen=fen, number=2)
    assert in_bank(session) == 700_00


def test_a_payment_that_was_reversed_is_owed_again(session):
    a_let_place(session)
    receipt(session, 1_000_00)
    out, into = remit(session)

    for no in (into.no, out.no):
        reverse(session, PLACE, no, reason="错", key=f"rev-{no}", by=MEI, at=NOON)

    assert share(session, PLACE, Q1).paid_fen == 0
    assert remit(session, number=2, on=date(2026, 7, 15))[0].fresh


def test_the_income_of_a_building_stays_its_owners_inside_the_fund(session):
    owners_place(session)
    a_contract(session)
    a_contract(session, "GY-2", part=Part("1"))
    receipt(session, 300_00)
    receipt(session, 100_00, number="GY-2")

    remit(session)

    rows = session.exec(select(Remitted).order_by(col(Remitted.building))).all()
    assert [(r.building, r.amount_fen) for r in rows] == [("", 210_00), ("1", 70_00)]


def test_huzhou_takes_it_of_the_account_without_the_deposits_and_stops_when_the_fund_is_full(session):
    a_let_place(session)
    in_place(session, "huzhou")
    receipt(session, 1_000_00)
    cost(session, 200_00)
    take_deposit(session, PLACE, "GY-1", 500_00, date(2026, 2, 9), reference="d", by=MEI, at=NOON)

    assert to_fund(session, PLACE, Q1) == (70, 800_00, 560_00)
    remit(session)
    assert to_fund(session, PLACE, Q2) == (70, 240_00, 168_00)
    a_deposit(session, dict.fromkeys(HOMES, 100_000_00), on=date(2026, 3, 3))
    assert to_fund(session, PLACE, Q1).due_fen == 0


def test_beijing_asks_for_it_while_the_fund_is_below_thirty_per_cent(session):
    a_let_place(session)
    in_place(session, "beijing")
    receipt(session, 1_000_00)

    assert to_fund(session, PLACE, Q1).due_fen == 700_00
    a_deposit(session, dict.fromkeys(HOMES, 30_000_00), on=date(2026, 3, 3))
    assert to_fund(session, PLACE, Q1).due_fen == 0


def test_qingyuan_takes_all_by_the_year_while_nothing_is_agreed(session):
    a_let_place(session)
    in_place(session, "qingyuan")
    receipt(session, 1_000_00)

    assert to_fund(session, PLACE, YEAR) == (100, 1_000_00, 1_000_00)
    assert to_fund(session, PLACE, Q1).due_fen == 0
    with pytest.raises(NotThePeriod, match="年度"):
        remit(session)
    assert remit(session, YEAR, date(2027, 1, 8))[0].fresh


def test_before_the_assembly_jiangsu_takes_seventy_per_cent_of_parking(session):
    owners_place(session)
    a_contract(session, category=Category.PARKING_COMMON)
    a_contract(session, "GY-2")
    in_place(session, "jiangsu", assembly__formed=False, revenue__to_fund_pct=50)
    receipt(session, 600_00)
    receipt(session, 400_00, number="GY-2")

    assert to_fund(session, PLACE, Q1).due_fen == 420_00 + 200_00


def test_the_owners_decide_the_share_by_a_resolution(session):
    a_let_place(session)
    receipt(session, 1_000_00)
    with pytest.raises(NoResolutionPassed):
        decide(session, 40)
    a_resolution(session, "M-9", Matter.OTHER)

    decide(session, 40)

    assert decide(session, 40).pct == 40
    with pytest.raises(AskedDifferently):
        decide(session, 41)
    assert to_fund(session, PLACE, Q1) == (40, 1_000_00, 400_00)
    for pct in (-1, 101):
        with pytest.raises(ShareMalformed):
            decide(session, pct, date(2026, 2, 1))


def test_the_owners_do_not_go_below_the_local_least(session):
    a_let_place(session)
    in_place(session, "shanghai")
    a_resolution(session, "M-9", Matter.OTHER)

    with pytest.raises(ShareBelowLocalLeast, match="51"):
        decide(session, 50)
    assert decide(session, 51).pct == 51


def test_every_share_that_falls_due_between_two_days_is_counted(session):
    a_let_place(session)
    receipt(session, 1_000_00)
    receipt(session, 100_00, date(2026, 5, 4))
    remit(session)

    dues = falling_due(session, PLACE, date(2026, 4, 1), date(2026, 7, 31))

    assert [(s.period.name, s.due_fen, s.on_time_fen) for s in dues] == [
        ("2026-Q1", 700_00, 700_00),
        ("2026-Q2", 70_00, 0),
    ]


def test_nobody_remits_what_was_spent(session):
    a_let_place(session)
    receive_other(session, PLACE, Category.INTEREST, 10_00, date(2026, 2, 1), reference="i", by=MEI, at=NOON)
    cost(session, 10_00, on=date(2026, 5, 4))

    with session.begin_nested() as attempt:
        with pytest.raises(Overspent):
            remit(session)
        attempt.rollback()
