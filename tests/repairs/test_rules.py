"""Who must repair, how long it may take, and which step may follow which."""

from datetime import date, timedelta

import pytest

from ledger.community.rules import Warranty
from ledger.repairs.rules import (
    NEXT,
    Cause,
    Priority,
    Route,
    State,
    StepNotPossible,
    check_step,
    due_at,
    route_of,
)
from ledger.words import word
from tests.cast import NOON

ROOF = Warranty("roof", "hongcheng", date(2019, 12, 20), date(2024, 12, 20))
LEAK = date(2021, 7, 1)  # T6


def routed(priority=Priority.P3, warranty=None, on=LEAK, **what):
    return route_of(priority, Cause(**what), warranty=warranty, reported_on=on)


EVERYTHING = {
    "exclusive": True,
    "utility": True,
    "known_person": True,
    "improvement": True,
    "daily_upkeep": True,
}


def test_warranty_comes_before_every_purse():
    """T6: the roof was accepted on 2019-12-20, the leak reported on 2021-07-01: the contractor repairs."""
    assert routed(warranty=ROOF, **EVERYTHING) is Route.WARRANTY


def test_danger_to_life_is_met_first_and_its_payer_decided_later():
    assert routed(Priority.P1, ROOF, **EVERYTHING) is Route.EMERGENCY
    assert routed(Priority.P2, ROOF, **EVERYTHING) is Route.WARRANTY


@pytest.mark.parametrize(
    ("on", "route"),
    [
        (date(2019, 12, 19), Route.CONTRACT),
        (date(2019, 12, 20), Route.WARRANTY),
        (date(2024, 12, 20), Route.WARRANTY),
        (date(2024, 12, 21), Route.CONTRACT),
    ],
)
def test_the_contractor_answers_until_the_last_day_of_the_warranty(on, route):
    assert routed(warranty=ROOF, on=on) is route


def test_the_first_answer_in_the_order_of_the_rules_is_taken():
    asked = dict(EVERYTHING)
    for flag, route in (
        ("exclusive", Route.OWNER),
        ("utility", Route.UTILITY),
        ("known_person", Route.TORT),
        ("improvement", Route.PROPOSAL),
        ("daily_upkeep", Route.CONTRACT),
    ):
        assert routed(**asked) is route
        asked[flag] = False
    assert routed(**asked) is Route.FUND_PROJECT


def test_what_nobody_said_anything_about_is_the_firms_daily_upkeep():
    assert routed() is Route.CONTRACT


ALLOWED = {
    (State.NEW, State.TRIAGED),
    (State.NEW, State.REJECTED),
    (State.TRIAGED, State.ASSIGNED),
    (State.TRIAGED, State.REJECTED),
    (State.ASSIGNED, State.ASSIGNED),
    (State.ASSIGNED, State.ARRIVED),
    (State.ARRIVED, State.DONE),
    (State.DONE, State.VERIFIED),
    (State.DONE, State.ASSIGNED),
    (State.VERIFIED, State.FOLLOWED_UP),
    (State.VERIFIED, State.CLOSED),
    (State.FOLLOWED_UP, State.CLOSED),
    (State.FOLLOWED_UP, State.ASSIGNED),
    (State.REJECTED, State.NEW),
}


@pytest.mark.parametrize("step", State)
@pytest.mark.parametrize("state", State)
def test_a_step_follows_only_where_the_lifecycle_lets_it(state, step):
    if (state, step) in ALLOWED:
        check_step(7, state, step)
    else:
        with pytest.raises(StepNotPossible, match=f"7.*{word(state)}.*{word(step)}"):
            check_step(7, state, step)


def test_what_is_closed_stays_so():
    assert {state for state in State if not NEXT[state]} == {State.CLOSED}


@pytest.mark.parametrize("priority", Priority)
def test_a_clock_runs_from_the_report_by_the_local_limits_of_its_priority(priority):
    limits = {
        f"{p}.{what}_minutes": 10 * n + k
        for n, p in enumerate(Priority, 1)
        for k, what in enumerate(("arrive", "done"))
    }
    place = list(Priority).index(priority) + 1

    arrive_by, done_by = due_at(priority, NOON, limits)

    assert (arrive_by - NOON, done_by - NOON) == (
        timedelta(minutes=10 * place),
        timedelta(minutes=10 * place + 1),
    )
