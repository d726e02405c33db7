"""In which of his roles somebody acts, and for which home."""

import pytest

from ledger.community.rules import (
    Actor,
    Level,
    NotYourBuilding,
    NotYourHome,
    Role,
    RoleMissing,
    Seat,
    actor_among,
    check_own_building,
    check_own_home,
    check_role,
)

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

    with pytest.raises(RoleMissing):
        actor_among("su", [STREET], allowed, {})
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
