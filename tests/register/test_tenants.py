"""Who rents a home: from a day to a day, one at a time, known to the office and not to the log."""

import json
from datetime import date, timedelta

import pytest

from ledger.community.actions import appoint
from ledger.community.queries import NoHome, seats
from ledger.community.role_rules import Role, Seat
from ledger.community.tables import Person
from ledger.files.rules import FileMissing
from ledger.journal.fsck import problems
from ledger.journal.rules import AskedDifferently
from ledger.log.queries import leaf
from ledger.register.holder_actions import correct_tenancy, move_in, move_out, strike_out_tenancy
from ledger.register.queries import NoTenancy, last_tenancy, tenancies
from ledger.register.rules import (
    NewTenant,
    TenancyBackwards,
    TenancyLonger,
    TenancyOverlaps,
    TenancyUnchanged,
)
from tests.cast import HE, MEI, NOON
from tests.factories import SHA, a_community, a_home

PLACE = "meiyuan"
IN = date(2026, 3, 1)
OUT = date(2026, 7, 31)
TENANT = NewTenant("租客 张", "13700000000")


@pytest.fixture
def home(session):
    a_community(session)
    return a_home(session)


def let(session, home, tenant=TENANT, since=IN, document=SHA):
    return move_in(session, PLACE, home, tenant, since, document, by=HE, at=NOON)


def left(session, home, since=IN, until=OUT, document=SHA):
    return move_out(session, PLACE, home, since, until, document, by=HE, at=NOON)


def test_a_tenant_is_known_to_the_office_and_the_log_names_neither_him_nor_the_home(session, home):
    posted = let(session, home)

    rented = last_tenancy(session, PLACE, home)
    assert (rented.name, rented.since, rented.until) == ("租客 张", IN, None)
    body = leaf(session, PLACE, posted.leaf_index).body.decode()
    assert json.loads(body)["facts"] == {"since": "2026-03-01"}
    assert not {"租客", "13700000000", home} & {
        word for word in ("租客", "13700000000", home) if word in body
    }
    assert list(problems(session, PLACE)) == []


def test_one_at_a_time_and_the_next_after_the_last_day(session, home):
    let(session, home)
    with pytest.raises(TenancyOverlaps, match="2026年3月1日"):
        let(session, home, NewTenant("另一位"), OUT + timedelta(days=1))

    left(session, home)

    with pytest.raises(TenancyOverlaps):
        let(session, home, NewTenant("另一位"), OUT)
    assert let(session, home, NewTenant("另一位"), OUT + timedelta(days=1)).fresh


def test_whoever_moved_out_signs_in_for_the_home_to_his_last_day(session, home):
    let(session, home)
    session.add(Person(login="renter", name="租客 张", password="", since=NOON))
    session.flush()
    appoint(session, "renter", PLACE, Seat(Role.TENANT, home=home), IN, by=MEI, at=NOON)
    session.flush()

    left(session, home)

    assert seats(session, "renter", PLACE, OUT) == [Seat(Role.TENANT, home)]
    assert seats(session, "renter", PLACE, OUT + timedelta(days=1)) == []


def test_each_is_registered_once_and_never_otherwise(session, home):
    assert (let(session, home).fresh, let(session, home).fresh) == (True, False)
    with pytest.raises(AskedDifferently):
        let(session, home, NewTenant("租客 王"))
    assert (left(session, home).fresh, left(session, home).fresh) == (True, False)
    with pytest.raises(AskedDifferently):
        left(session, home, until=OUT + timedelta(days=1))


def test_nobody_moves_into_nowhere_without_a_paper_or_before_he_leaves(session, home):
    with pytest.raises(NoHome):
        let(session, "9-9-999")
    with pytest.raises(FileMissing), session.begin_nested():
        let(session, home, document="0" * 64)
    with pytest.raises(TenancyBackwards):
        let(session, home, TENANT._replace(until=IN - timedelta(days=1)))
    with pytest.raises(NoTenancy):
        left(session, home)
    let(session, home)
    with pytest.raises(TenancyBackwards):
        left(session, home, until=IN - timedelta(days=1))
    assert last_tenancy(session, PLACE, home).until is None


def test_an_agreed_term_is_left_sooner_and_not_later(session, home):
    let(session, home, TENANT._replace(until=OUT))

    with pytest.raises(TenancyLonger):
        left(session, home, until=OUT + timedelta(days=1))
    left(session, home, until=OUT - timedelta(days=1))

    assert last_tenancy(session, PLACE, home).until == OUT - timedelta(days=1)


def test_whoever_stayed_past_his_term_signs_in_no_longer_once_the_next_moves_in(session, home):
    let(session, home, TENANT._replace(until=OUT))
    session.add(Person(login="renter", name="租客 张", password="", since=NOON))
    session.flush()
    appoint(session, "renter", PLACE, Seat(Role.TENANT, home=home), IN, by=MEI, at=NOON)
    session.flush()

    let(session, home, NewTenant("另一位"), OUT + timedelta(days=1))

    assert seats(session, "renter", PLACE, OUT + timedelta(days=1)) == []


def test_the_next_tenant_keeps_his_seat_when_the_one_before_turns_out_to_have_left_sooner(session, home):
    let(session, home, TENANT._replace(until=OUT))
    let(session, home, NewTenant("另一位"), OUT + timedelta(days=1))
    session.add(Person(login="next", name="另一位", password="", since=NOON))
    session.flush()
    appoint(session, "next", PLACE, Seat(Role.TENANT, home=home), OUT + timedelta(days=1), by=MEI, at=NOON)
    session.flush()

    left(session, home, until=OUT - timedelta(days=3))

    assert seats(session, "next", PLACE, OUT + timedelta(days=30)) == [Seat(Role.TENANT, home)]


def struck_out(session, home, since=IN, document=SHA):
    return strike_out_tenancy(session, PLACE, home, since, document, reason="登记错了房号", by=HE, at=NOON)


def corrected(session, home, tenant, rents_since=IN, since=IN, document=SHA):
    return correct_tenancy(
        session, PLACE, home, since, tenant, rents_since, document, reason="姓名写错", by=HE, at=NOON
    )


def sits(session, login, name, home, since=IN):
    session.add(Person(login=login, name=name, password="", since=NOON))
    session.flush()
    appoint(session, login, PLACE, Seat(Role.TENANT, home=home), since, by=MEI, at=NOON)
    session.flush()


def today_for(session, login):
    return seats(session, login, PLACE, NOON.date())


def test_a_tenancy_of_the_wrong_home_is_struck_out_and_registered_at_the_right_one(session, home):
    right = a_home(session, "1-1-102")
    let(session, home)
    sits(session, "renter", "租客 张", home)

    posted = struck_out(session, home)
    let(session, right)

    assert tenancies(session, PLACE, home) == []
    assert last_tenancy(session, PLACE, right).name == "租客 张"
    assert today_for(session, "renter") == []
    body = leaf(session, PLACE, posted.leaf_index).body.decode()
    assert (json.loads(body)["rev"] is not None, "租客" in body, home in body) == (True, False, False)
    with pytest.raises(NoTenancy):
        struck_out(session, home)
    assert list(problems(session, PLACE)) == []


def test_what_was_struck_out_may_be_registered_anew_with_its_end(session, home):
    let(session, home)
    left(session, home)
    struck_out(session, home)

    assert let(session, home, NewTenant("租客 王")).fresh
    assert not let(session, home, NewTenant("租客 王")).fresh
    assert left(session, home, until=OUT + timedelta(days=1)).fresh
    assert last_tenancy(session, PLACE, home).until == OUT + timedelta(days=1)


def test_name_and_days_are_put_right_and_whoever_is_no_tenant_sits_no_longer(session, home):
    let(session, home, NewTenant("租客 章"))
    sits(session, "wrong", "租客 章", home)
    sits(session, "right", "租客 张", home)

    corrected(session, home, TENANT, rents_since=IN + timedelta(days=1))

    [rented] = tenancies(session, PLACE, home)
    assert (rented.name, rented.since, rented.until) == ("租客 张", IN + timedelta(days=1), None)
    assert today_for(session, "wrong") == []
    assert today_for(session, "right") == [Seat(Role.TENANT, home)]
    assert list(problems(session, PLACE)) == []


def test_an_end_that_was_entered_by_mistake_falls_away_and_a_right_one_holds(session, home):
    let(session, home)
    left(session, home)
    corrected(session, home, TENANT)
    assert last_tenancy(session, PLACE, home).until is None
    sits(session, "renter", "租客 张", home)

    assert left(session, home).fresh
    corrected(session, home, TENANT._replace(until=OUT + timedelta(days=3)))

    assert last_tenancy(session, PLACE, home).until == OUT + timedelta(days=3)


def test_a_correction_changes_something_and_fits_between_the_others(session, home):
    let(session, home, TENANT._replace(until=OUT))
    let(session, home, NewTenant("另一位"), OUT + timedelta(days=1))
    for refusal, tenant in (
        (TenancyUnchanged, TENANT._replace(until=OUT)),
        (TenancyOverlaps, TENANT),
        (TenancyOverlaps, TENANT._replace(until=OUT + timedelta(days=1))),
        (TenancyBackwards, TENANT._replace(until=IN - timedelta(days=1))),
    ):
        with pytest.raises(refusal), session.begin_nested():
            corrected(session, home, tenant)
    with pytest.raises(FileMissing), session.begin_nested():
        corrected(session, home, NewTenant("租客 王", until=OUT), document="0" * 64)

    corrected(session, home, NewTenant("租客 王", until=OUT))

    assert [rented.name for rented in tenancies(session, PLACE, home)] == ["另一位", "租客 王"]
