"""What a community that was just opened has of its first month, from what is stored."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from ledger.accounts.actions import approve_account
from ledger.accounts.queries import accounts_of
from ledger.community.role_rules import Actor, Role
from ledger.fees.charge_actions import charge_month
from ledger.first_month.queries import _unreconciled, first_month
from ledger.first_month.rules import Step, StepState
from ledger.intake.register import import_register
from ledger.journal.tables import Entry
from ledger.people.actions import deactivate
from ledger.people.keyring import Keyring
from ledger.people.queries import seats_held
from ledger.periods import Month
from tests.cast import CHEN, MEI, NOON
from tests.desk.test_opening import PLACE, WHOLE
from tests.intake.registers import filled

ROOT = Actor("root", Role.OPERATOR)
JULY = date(2026, 7, 1)


@pytest.fixture
def opened(session, tmp_path: Path):
    """和园小区 on its opening day: a manager, a chair and an owner, two accounts that were asked for."""
    import_register(
        session,
        filled(WHOLE),
        host="test.example",
        keyring=Keyring(tmp_path / "people.key"),
        by=ROOT,
        at=NOON,
    )
    return session


def steps_on(session, today: date):
    return {step.step: step for step in first_month(session, PLACE, today)}


def test_what_the_register_brings_is_there_and_the_rest_is_named(opened):
    steps = steps_on(opened, JULY)
    assert steps[Step.PEOPLE].lacks == (Role.SUPERVISOR,)
    assert steps[Step.SLIPS].lacks == ("梅经理", "陈主任")
    assert [str(book) for book in steps[Step.ACCOUNTS].lacks] == ["revenue"]
    for there in (Step.CONTRACT, Step.PRICES):
        assert steps[there].state is StepState.DONE
    assert steps[Step.CHARGE].state is StepState.OPEN


def test_before_the_opening_day_the_seats_that_begin_on_it_count(opened):
    assert steps_on(opened, JULY - timedelta(days=20))[Step.PEOPLE].lacks == (Role.SUPERVISOR,)


def test_whoever_was_deactivated_is_missed_again(opened):
    [mei] = {seat.login for seat in seats_held(opened, PLACE) if seat.role is Role.MANAGER}
    deactivate(opened, PLACE, mei, "走了", by=ROOT, at=NOON)
    assert Role.MANAGER in steps_on(opened, JULY)[Step.PEOPLE].lacks


def test_an_account_is_asked_for_by_one_and_approved_by_another(opened):
    assert set(steps_on(opened, JULY)[Step.APPROVAL].lacks) >= {"fee", "fund"}
    for account in accounts_of(opened, PLACE):
        approve_account(opened, PLACE, account.code, by=CHEN, at=NOON)
    assert {"fee", "fund"}.isdisjoint(steps_on(opened, JULY)[Step.APPROVAL].lacks)


def test_every_kind_of_account_that_stood_in_the_month_is_reconciled(opened):
    for account in accounts_of(opened, PLACE):
        approve_account(opened, PLACE, account.code, by=CHEN, at=NOON)
    month = Month(2026, 7)
    approved = accounts_of(opened, PLACE)
    assert [str(kind) for kind in _unreconciled(opened, PLACE, month, approved)] == ["fee/bank", "fund/bank"]
    assert _unreconciled(opened, PLACE, Month(2026, 6), approved) == []


@pytest.mark.parametrize(
    ("opened_on", "booked_on"), [("2026-07-01", "2026-06-30"), ("2026-07-15", "2026-06-30")]
)
def test_the_first_month_begins_with_what_the_fund_brings_over(session, tmp_path, opened_on, booked_on):
    sheets = {
        **WHOLE,
        "communities": [WHOLE["communities"][0] | {"opened_on": opened_on}],
        "people": [row | {"since": opened_on} for row in WHOLE["people"]],
    }
    keyring = Keyring(tmp_path / "people.key")
    import_register(session, filled(sheets), host="test.example", keyring=keyring, by=ROOT, at=NOON)
    days = session.exec(
        select(Entry.booked_on).where(Entry.community == PLACE, Entry.kind == "fund.brought-over")
    )
    assert set(days) == {date.fromisoformat(booked_on)}


def test_a_month_that_was_charged_is_done(opened):
    after = datetime(2026, 8, 2, 4, tzinfo=NOON.tzinfo)
    charge_month(opened, PLACE, Month(2026, 7), by=MEI, at=after)
    assert steps_on(opened, after.date())[Step.CHARGE].state is StepState.DONE
