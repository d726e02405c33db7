"""How a firm's contract ends, and until when it is paid."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.community.role_rules import Role
from ledger.handover.rules import (
    Cause,
    EndingWrong,
    ItemsOpen,
    ItemState,
    NothingToHandOver,
    NoticeTooLate,
    NotTheirNotice,
    Standing,
    calendar,
    check_notice,
    check_signable,
    check_whose_notice,
    may_charge_until,
    standing,
)

START, END = date(2024, 1, 1), date(2026, 12, 31)


def test_the_calendar_counts_from_the_last_day():
    """`domain/03` §3.4: T−180, T−90, T−60."""
    assert calendar(END, 180, 90, 60, date(2027, 2, 1)) == (
        date(2026, 7, 4), date(2026, 10, 2), date(2026, 11, 1), END, date(2027, 2, 1),
    )  # fmt: skip


def test_a_dismissal_needs_sixty_days_of_notice():
    check_notice(Cause.DISMISSED, START, END, date(2026, 8, 1), date(2026, 9, 30), 60)
    with pytest.raises(NoticeTooLate, match="第946条"):
        check_notice(Cause.DISMISSED, START, END, date(2026, 8, 2), date(2026, 9, 30), 60)


@pytest.mark.parametrize("last_day", [START + timedelta(days=60), END - timedelta(days=1), END])
def test_b12_a_dismissal_ends_on_any_day_of_the_contract_its_last_too(last_day):
    check_notice(Cause.DISMISSED, START, END, date(2023, 1, 1), last_day, 60)


def test_a_firm_that_will_not_renew_says_so_ninety_days_before():
    check_notice(Cause.FIRM_LEAVES, START, END, date(2026, 10, 2), END, 90)
    with pytest.raises(NoticeTooLate, match="第947条"):
        check_notice(Cause.FIRM_LEAVES, START, END, date(2026, 10, 3), END, 90)


@pytest.mark.parametrize(
    ("cause", "last_day"),
    [
        (Cause.DISMISSED, END + timedelta(days=1)), (Cause.DISMISSED, START - timedelta(days=1)),
        (Cause.EXPIRED, END + timedelta(days=1)), (Cause.FIRM_LEAVES, END - timedelta(days=1)),
        (Cause.INDEFINITE_ENDED, END),
    ],
)  # fmt: skip
def test_the_last_day_goes_with_the_cause(cause, last_day):
    with pytest.raises(EndingWrong, match="民法典"):
        check_notice(cause, START, END, date(2023, 1, 1), last_day, 60)


def test_each_side_gives_its_own_notice():
    check_whose_notice(Cause.DISMISSED, Role.COMMITTEE)
    check_whose_notice(Cause.FIRM_LEAVES, Role.MANAGER)
    for role in (Role.COMMITTEE, Role.MANAGER):
        check_whose_notice(Cause.INDEFINITE_ENDED, role)
    for cause, role in (
        (Cause.DISMISSED, Role.MANAGER),
        (Cause.EXPIRED, Role.MANAGER),
        (Cause.FIRM_LEAVES, Role.COMMITTEE),
    ):
        with pytest.raises(NotTheirNotice):
            check_whose_notice(cause, role)


def test_a_contract_nobody_decided_about_runs_on_without_a_term():
    """民法典 Art. 948."""
    day = timedelta(days=1)

    assert standing(START, END, None, START - day) is Standing.FUTURE
    assert standing(START, END, None, END) is Standing.RUNNING
    assert standing(START, END, None, END + day) is Standing.INDEFINITE
    assert standing(START, END, END + 60 * day, END + 60 * day) is Standing.INDEFINITE
    assert standing(START, END, END + 60 * day, END + 61 * day) is Standing.ENDED
    assert standing(START, END, END - day, END) is Standing.ENDED


def test_the_firm_is_paid_until_the_next_takes_over_unless_it_refuses():
    """民法典 Arts. 949, 950."""
    after, taken = END + timedelta(days=3), END + timedelta(days=10)

    assert may_charge_until(END, None, None) is None
    assert may_charge_until(END, None, taken) == taken - timedelta(days=1)
    assert may_charge_until(END, None, END - timedelta(days=9)) == END
    assert may_charge_until(END, after, None) == may_charge_until(END, after, taken) == END


@given(st.lists(st.sampled_from(ItemState)))
def test_nobody_signs_a_list_that_is_empty_or_not_looked_at(states):
    if not states:
        with pytest.raises(NothingToHandOver):
            check_signable(states)
    elif ItemState.LISTED in states:
        with pytest.raises(ItemsOpen):
            check_signable(states)
    else:
        check_signable(states)
