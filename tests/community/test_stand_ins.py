"""Who acts where there is no owners' committee: read off the place's own rules, its mode and its appointments."""

from datetime import date, timedelta

import pytest

from ledger.community.actions import appoint
from ledger.community.queries import acting_for_owners, seats
from ledger.community.role_rules import Level, Role, Seat
from ledger.community.rules import Mode
from ledger.community.tables import Community, Person
from tests.cast import MEI, NOON
from tests.factories import a_community

SINCE = date(2026, 1, 1)
DAY = date(2026, 7, 15)


@pytest.fixture
def place(session):
    """A community at Beijing without a committee, where Guan sits on the 物管会 and He works for the residents'."""
    code = a_community(session)
    session.get(Community, code).jurisdiction = "beijing"
    for login, role, level in (
        ("guan", Role.COMMITTEE, Level.MANAGEMENT_COMMITTEE),
        ("he", Role.COMMUNITY_OFFICE, None),
    ):
        a_person(session, code, login, role, level)
    return code


def a_person(session, place, login, role, level=None, until=None):
    session.add(Person(login=login, name=login, password="", since=NOON))
    session.flush()
    appoint(session, login, place, Seat(role, level=level), SINCE, until=until, by=MEI, at=NOON)
    session.flush()


GUAN = Seat(Role.COMMITTEE, level=Level.MANAGEMENT_COMMITTEE)
HE = Seat(Role.COMMUNITY_OFFICE, level=Level.COMMUNITY_OFFICE)


@pytest.mark.parametrize("mode", Mode)
def test_at_beijing_the_management_committee_acts_in_every_mode(session, place, mode):
    session.get(Community, place).mode = mode

    body, article = acting_for_owners(session, place, DAY)

    assert (body, "52" in article) == (Level.MANAGEMENT_COMMITTEE, True)
    assert seats(session, "guan", place, DAY) == [GUAN]
    assert seats(session, "he", place, DAY) == [HE]


def test_it_acts_no_longer_from_the_day_on_which_a_committee_sits(session, place):
    a_person(session, place, "chen", Role.COMMITTEE, until=DAY)

    assert acting_for_owners(session, place, DAY) == (Level.OWNERS_COMMITTEE, "")
    assert seats(session, "guan", place, DAY) == []
    assert seats(session, "guan", place, SINCE - timedelta(days=1)) == []
    assert seats(session, "guan", place, DAY + timedelta(days=1)) == [GUAN]


def test_a_committee_of_another_community_is_none_of_this_one(session, place):
    a_person(session, a_community(session, "elsewhere"), "chen", Role.COMMITTEE)

    assert acting_for_owners(session, place, DAY)[0] is Level.MANAGEMENT_COMMITTEE


@pytest.mark.parametrize("mode", [Mode.SELF, Mode.MARKET])
def test_in_henan_an_old_community_that_manages_itself_rests_on_the_residents_committee(session, place, mode):
    community = session.get(Community, place)
    community.jurisdiction, community.mode = "henan", mode
    own = mode is Mode.SELF

    assert acting_for_owners(session, place, DAY) == (
        (Level.COMMUNITY_OFFICE, "《河南省物业管理条例》第53条") if own else (None, "")
    )
    stands_in = [Seat(Role.COMMITTEE, level=Level.COMMUNITY_OFFICE)] if own else []
    assert seats(session, "he", place, DAY) == [HE, *stands_in]
    assert seats(session, "guan", place, DAY) == []


@pytest.mark.parametrize("mode", Mode)
def test_where_no_local_rule_names_a_body_nobody_stands_in(session, place, mode):
    community = session.get(Community, place)
    community.jurisdiction, community.mode = "national_default", mode

    assert acting_for_owners(session, place, DAY) == (None, "")
    assert seats(session, "guan", place, DAY) == []
