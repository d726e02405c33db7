"""Who may be two people at once, and how long a warranty runs."""

from datetime import date

import pytest

from ledger.community.role_rules import Actor, Duty, OperatorDecides, Role, SamePerson, check_different_people
from ledger.community.rules import ComponentKind, usual_warranty_until, warranty_until
from tests.cast import CHEN, MEI


def test_a_step_is_refused_to_whoever_did_an_earlier_one():
    with pytest.raises(SamePerson, match="mei") as refused:
        check_different_people([(Duty.PREPARE, "mei"), (Duty.CHECK, "an")], step=Duty.PUBLISH, by=MEI)

    assert refused.value.facts["first"] is Duty.PREPARE
    assert "会计法" in refused.value.sentence("zh")


def test_somebody_new_may_take_the_step():
    check_different_people([(Duty.PREPARE, "mei"), (Duty.CHECK, None)], step=Duty.PUBLISH, by=CHEN)


def test_whoever_runs_the_machine_takes_no_step_that_different_people_must_take():
    with pytest.raises(OperatorDecides, match="公示"):
        check_different_people([(Duty.PREPARE, "mei")], step=Duty.PUBLISH, by=Actor("root", Role.OPERATOR))


@pytest.mark.parametrize(
    ("accepted", "years", "last_day"),
    [
        (date(2019, 12, 20), 5, date(2024, 12, 20)),  # T6 of domain/11
        (date(2023, 5, 26), 2, date(2025, 5, 26)),
        (date(2024, 2, 29), 5, date(2029, 2, 28)),
        (date(2024, 2, 29), 4, date(2028, 2, 29)),
    ],
)
def test_a_warranty_begins_the_day_after_acceptance_and_its_last_day_counts(accepted, years, last_day):
    assert warranty_until(accepted, years) == last_day


LOCAL = {
    "warranty.years.structure": 50,
    "warranty.years.decoration": 2,
    "warranty.seasons.heating": 2,
    "warranty.heating.begins": "11-15",
    "warranty.heating.ends": "03-15",
    "warranty.seasons.cooling": 2,
    "warranty.cooling.begins": "06-15",
    "warranty.cooling.ends": "09-15",
}


@pytest.mark.parametrize(
    ("kind", "accepted", "last_day"),
    [
        ("heating", date(2024, 6, 10), date(2026, 3, 15)),
        ("heating", date(2024, 11, 15), date(2026, 3, 15)),  # the first season whole
        ("heating", date(2024, 11, 16), date(2027, 3, 15)),  # a season that ran already is no whole one
        ("heating", date(2025, 2, 1), date(2027, 3, 15)),
        ("heating", date(2025, 12, 31), date(2028, 3, 15)),
        ("cooling", date(2024, 6, 10), date(2025, 9, 15)),
        ("cooling", date(2024, 10, 1), date(2026, 9, 15)),
        ("structure", date(2024, 6, 10), date(2074, 6, 10)),
        ("decoration", date(2024, 6, 10), date(2026, 6, 10)),
    ],
)
def test_b3_heating_and_cooling_are_under_warranty_for_two_whole_seasons(kind, accepted, last_day):
    assert usual_warranty_until(ComponentKind(kind), accepted, LOCAL) == last_day


def test_b3_a_place_that_heats_for_longer_has_its_own_season():
    north = LOCAL | {"warranty.heating.begins": "10-20", "warranty.heating.ends": "04-20"}

    assert usual_warranty_until(ComponentKind.HEATING, date(2024, 10, 20), north) == date(2026, 4, 20)
    assert usual_warranty_until(ComponentKind.HEATING, date(2024, 10, 21), north) == date(2027, 4, 20)
