"""Who may be two people at once, and how long a warranty runs."""

from datetime import date

import pytest

from ledger.community.role_rules import Actor, Duty, OperatorDecides, Role, SamePerson, check_different_people
from ledger.community.rules import warranty_until
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
