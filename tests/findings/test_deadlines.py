"""Deadlines that passed are candidates while they are open: R12, R14, R23, R32 of domain/08 §8.7."""

from datetime import date, timedelta

import pytest

from ledger.community.rules import FirmKind
from ledger.community.tables import ServiceContract
from ledger.findings.queries import candidates
from ledger.findings.rules import ITEMS, SEVERITY, Flag
from ledger.fund.uses import actions as uses
from ledger.fund.uses import approval_actions as approvals
from ledger.fund.uses.actions import Plan
from ledger.fund.uses.rules import (
    ScopeKind,
)
from ledger.fund.uses.step_and_emergency_rules import EmergencyCase
from ledger.handover.actions import add_items, give_notice, mark
from ledger.handover.rules import Cause, ItemKind, ItemState, Mark, NewItem
from ledger.votes.rules import Matter
from tests import uses as steps
from tests.cast import CHEN, HUANG, MEI, NOON
from tests.factories import SHA, a_community, a_component, a_firm
from tests.revenue.owners import PLACE, a_contract, a_resolution, owners_place, receipt, remit

YEAR = date(2026, 1, 1)


@pytest.fixture
def session(trial):
    """A transaction without the half-year that other tests of findings have lived through."""
    return trial


def flagged(session, on, first=YEAR):
    return [
        (candidate.flag, candidate.subject, candidate.on)
        for candidate in candidates(session, PLACE, first, on)
    ]


def test_nothing_is_late_where_nothing_was_ever_booked(session):
    a_community(session)

    assert candidates(session, PLACE, date(2000, 1, 1), date(2026, 12, 31)) == []


def test_r12_an_instalment_that_is_not_booked_shows_after_thirty_days(session):
    owners_place(session)
    a_contract(session, price_fen=400_00)

    assert flagged(session, date(2026, 1, 31)) == []
    assert flagged(session, date(2026, 2, 1)) == [("R12", "GY-1", date(2026, 1, 1))]
    receipt(session, 100_00)
    assert flagged(session, date(2026, 3, 31)) == []


def test_r14_a_share_that_is_not_in_the_fund_shows_after_its_last_day(session):
    owners_place(session)
    a_contract(session, price_fen=400_00)
    receipt(session, 400_00)
    due_on = date(2026, 4, 22)

    assert flagged(session, due_on) == []
    (candidate,) = candidates(session, PLACE, YEAR, due_on + timedelta(days=1))
    assert (candidate.flag, candidate.subject, candidate.on) == ("R14", "2026-Q1", due_on)
    assert "280.00" in candidate.zh
    remit(session)
    assert flagged(session, due_on + timedelta(days=1)) == []


def test_r23_an_emergency_that_nobody_decides_shows_after_three_working_days(session):
    owners_place(session)
    a_component(session, "pump")
    a_firm(session, "anju")
    plan = Plan("水泵", "pump", ScopeKind.COMMUNITY, "anju", 1_000_00, emergency=EmergencyCase.WATER_PUMP)
    uses.propose(session, PLACE, "P-1", plan, by=MEI, at=NOON)
    uses.survey(session, PLACE, "P-1", steps.EVIDENCE, by=MEI, at=NOON)
    approvals.apply(session, PLACE, "P-1", by=MEI, at=NOON)
    due_on = date(2026, 7, 20)

    assert flagged(session, due_on) == []
    assert flagged(session, date(2026, 7, 21)) == [("R23", "P-1", due_on)]
    approvals.approve(session, PLACE, "P-1", 1_000_00, by=HUANG, at=NOON)
    assert flagged(session, date(2026, 7, 21)) == []


def test_r32_a_hand_over_that_is_not_signed_shows_after_its_day(session):
    owners_place(session)
    a_firm(session, "wuye", FirmKind.PROPERTY)
    contract = {"community": PLACE, "number": "WY-1", "firm": "wuye"}
    session.add(ServiceContract(**contract, starts_on=date(2024, 1, 1), ends_on=date(2026, 12, 31)))
    session.flush()
    a_resolution(session, "M-F", Matter.FIRM)
    last = date(2026, 9, 30)
    details = {"motion": "M-F", "evidence": SHA, "by": CHEN, "at": NOON}
    give_notice(session, PLACE, "WY-1", Cause.DISMISSED, last, **details)

    nobody_next = ("R35", "WY-1", last)
    assert flagged(session, last) == []
    assert flagged(session, date(2026, 10, 30)) == [nobody_next]
    assert flagged(session, date(2026, 10, 31)) == [("R32", "WY-1", date(2026, 10, 30)), nobody_next]


def test_r32_what_was_not_handed_over_shows_by_its_number_and_kind_and_without_its_words(session):
    owners_place(session)
    a_firm(session, "wuye", FirmKind.PROPERTY)
    contract = {"community": PLACE, "number": "WY-1", "firm": "wuye"}
    session.add(ServiceContract(**contract, starts_on=date(2024, 1, 1), ends_on=date(2026, 12, 31)))
    session.flush()
    a_resolution(session, "M-F", Matter.FIRM)
    details = {"motion": "M-F", "evidence": SHA, "by": CHEN, "at": NOON}
    give_notice(session, PLACE, "WY-1", Cause.DISMISSED, date(2026, 9, 30), **details)
    add_items(session, PLACE, "WY-1", [NewItem(ItemKind.FILES, "竣工图")], by=MEI, at=NOON)
    mark(session, PLACE, "WY-1", [Mark(1, ItemState.MISSING, "缺张老师手里的三张")], by=CHEN, at=NOON)

    rows = [
        candidate
        for candidate in candidates(session, PLACE, YEAR, date(2026, 10, 30))
        if candidate.subject == "WY-1/1"
    ]

    ((flag, _, on, zh, en, article),) = rows
    assert (flag, on, article) == ("R32", date(2026, 10, 30), "《民法典》第949条")
    assert "资料" in zh
    assert "files" in en
    assert "张老师" not in zh + en


def test_every_kind_of_item_has_its_words():
    assert ITEMS.keys() == set(ItemKind)


def test_every_flag_has_its_severity():
    assert SEVERITY.keys() == set(Flag)
