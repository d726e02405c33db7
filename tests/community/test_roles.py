"""In which of his roles somebody acts, and for which home."""

import pytest

from ledger.community.role_rules import (
    Actor,
    Level,
    NotYourBuilding,
    NotYourHome,
    Role,
    RoleMissing,
    Seat,
    acting_body,
    actor_among,
    check_own_building,
    check_own_home,
    check_role,
    seats_where,
)
from ledger.community.rules import Mode

COMMITTEE = Seat(Role.COMMITTEE, level=Level.OWNERS_COMMITTEE)
TWO_HOMES = [Seat(Role.OWNER, "1-1-101"), Seat(Role.OWNER, "1-1-102")]
STREET = Seat(Role.SUPERVISOR, level=Level.STREET)


def test_the_first_allowed_role_that_is_held_is_the_one():
    seats = [*TWO_HOMES, COMMITTEE]

    assert actor_among("chen", seats, [Role.COMMITTEE, Role.OWNER], {}).role is Role.COMMITTEE
    assert actor_among("chen", seats, [Role.OWNER, Role.COMMITTEE], {}).role is Role.OWNER


def test_a_person_has_all_homes_of_a_role():
    actor = actor_among("chen", [*TWO_HOMES, COMMITTEE], [Role.OWNER], {})

    assert actor == Actor("chen", Role.OWNER, frozenset({"1-1-101", "1-1-102"}))


def test_a_role_for_ones_own_home_gives_way_to_the_next_when_another_home_is_named():
    allowed = [Role.OWNER.of("home"), Role.COMMITTEE]

    assert actor_among("chen", [*TWO_HOMES, COMMITTEE], allowed, {"home": "1-1-102"}).role is Role.OWNER
    assert actor_among("chen", [*TWO_HOMES, COMMITTEE], allowed, {"home": "2-1-101"}).role is Role.COMMITTEE
    with pytest.raises(NotYourHome):
        actor_among("chen", TWO_HOMES, allowed, {"home": "2-1-101"})


def test_a_street_clerk_is_no_housing_authority():
    allowed = [Role.SUPERVISOR.at(Level.HOUSING_AUTHORITY)]

    with pytest.raises(RoleMissing) as refusal:
        actor_among("su", [STREET], allowed, {})
    assert refusal.value.facts["needed"] == (Level.HOUSING_AUTHORITY,)
    assert actor_among("su", [STREET, Seat(Role.SUPERVISOR, level=Level.HOUSING_AUTHORITY)], allowed, {})


OF_BUILDING_5 = Seat(Role.COMMUNITY_OFFICE, building="5")
LEADS = [Role.COMMUNITY_OFFICE.of(building="building")]


def test_who_is_appointed_for_a_building_acts_for_that_one():
    assert actor_among("gu", [OF_BUILDING_5], LEADS, {"building": "5"}).buildings == {"5"}
    assert actor_among("gu", [OF_BUILDING_5], LEADS, {}).buildings == {"5"}
    with pytest.raises(NotYourBuilding, match="6"):
        actor_among("gu", [OF_BUILDING_5], LEADS, {"building": "6"})


def test_an_appointment_for_a_building_counts_only_where_a_building_is_asked_for():
    with pytest.raises(RoleMissing):
        actor_among("gu", [OF_BUILDING_5], [Role.COMMUNITY_OFFICE], {"building": "5"})
    with pytest.raises(RoleMissing):
        actor_among("he", [Seat(Role.COMMUNITY_OFFICE)], LEADS, {"building": "5"})
    check_role("gu", [OF_BUILDING_5], LEADS)


@pytest.mark.parametrize("building", ["6", None])
def test_who_is_here_for_his_building_acts_for_no_other_and_for_none_unnamed(building):
    with pytest.raises(NotYourBuilding):
        check_own_building(building, by=Actor("gu", Role.COMMUNITY_OFFICE, buildings=frozenset({"5"})))


@pytest.mark.parametrize("home", ["1-1-102", None])
def test_an_owner_acts_for_no_other_home_and_for_none_unnamed(home):
    with pytest.raises(NotYourHome):
        check_own_home(home, by=Actor("ouyang", Role.OWNER, frozenset({"1-1-101"})))


def test_who_is_no_owner_acts_for_any_home():
    check_own_home("1-1-102", by=Actor("mei", Role.MANAGER))


MANAGEMENT = Seat(Role.COMMITTEE, level=Level.MANAGEMENT_COMMITTEE)
OFFICE = Seat(Role.COMMUNITY_OFFICE, level=Level.COMMUNITY_OFFICE)
MANAGER = Seat(Role.MANAGER, level=Level.PROPERTY_FIRM)
BY_PLACE = {"self": "community_office", "market": "management_committee", "basic": "property_firm"}


@pytest.mark.parametrize("mode", Mode)
def test_where_there_is_an_owners_committee_it_acts_and_nobody_else(mode):
    assert acting_body(True, mode, BY_PLACE) is Level.OWNERS_COMMITTEE


@pytest.mark.parametrize(
    ("mode", "body"),
    [(Mode.SELF, Level.COMMUNITY_OFFICE), (Mode.MARKET, Level.MANAGEMENT_COMMITTEE), (Mode.QUASI, None)],
)
def test_where_there_is_none_the_body_acts_that_the_place_names_for_the_mode(mode, body):
    assert acting_body(False, mode, BY_PLACE) is body


def test_no_local_rule_lets_the_firm_act_for_the_owners():
    assert acting_body(False, Mode.BASIC, BY_PLACE) is None


@pytest.mark.parametrize("body", [None, Level.OWNERS_COMMITTEE, Level.COMMUNITY_OFFICE])
def test_a_management_committee_that_does_not_act_sits_on_nothing(body):
    assert seats_where(body, [*TWO_HOMES, MANAGEMENT]) == TWO_HOMES


def test_a_management_committee_that_acts_sits_as_the_committee():
    assert seats_where(Level.MANAGEMENT_COMMITTEE, [MANAGEMENT, OFFICE, *TWO_HOMES]) == [
        MANAGEMENT,
        OFFICE,
        *TWO_HOMES,
    ]
    actor = actor_among("guan", [MANAGEMENT], [Role.COMMITTEE], {})
    assert actor == Actor("guan", Role.COMMITTEE, level=Level.MANAGEMENT_COMMITTEE)


def test_a_residents_committee_that_stands_in_stays_what_it_is_beside():
    seats = seats_where(Level.COMMUNITY_OFFICE, [OFFICE, MANAGER])

    assert seats == [OFFICE, MANAGER, Seat(Role.COMMITTEE, level=Level.COMMUNITY_OFFICE)]
    of_a_building = OFFICE._replace(building="3")
    assert seats_where(Level.COMMUNITY_OFFICE, [of_a_building]) == [of_a_building]
    assert seats_where(Level.COMMUNITY_OFFICE, [MANAGER, *TWO_HOMES]) == [MANAGER, *TWO_HOMES]


@pytest.mark.parametrize("body", [None, Level.OWNERS_COMMITTEE])
def test_a_residents_committee_does_not_act_where_it_is_not_named(body):
    assert seats_where(body, [OFFICE]) == [OFFICE]


def test_what_the_law_gives_the_owners_committee_by_name_is_no_stand_ins():
    with pytest.raises(RoleMissing):
        actor_among("guan", [MANAGEMENT], [Role.COMMITTEE.at(Level.OWNERS_COMMITTEE)], {})
