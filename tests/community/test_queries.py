"""Local numbers with their days with their days, and whose head a home counts to."""

from datetime import date

import pytest

from ledger.community.actions import appoint, enrol, seed_profiles
from ledger.community.queries import (
    component,
    decided_days,
    head_keys,
    homes,
    person,
    profile,
    seats,
    service_contract,
    warranty,
)
from ledger.community.role_rules import Level, Role, Seat
from ledger.community.rules import FirmKind, HomeKind, NoProfileValue
from ledger.community.tables import CalendarDay, Community, Holder, ProfileValue, ServiceContract
from ledger.periods import plus_working_days
from tests.cast import MEI, NOON, OUYANG
from tests.factories import a_community, a_component, a_firm, a_home, a_package


def test_a_local_number_holds_from_its_first_day_and_the_nearest_authority_wins(session):
    code = a_community(session)
    session.get(Community, code).jurisdiction = "hangzhou"
    for scope, since, value in (
        ("national_default", date(2026, 4, 1), "60"),
        (f"community:{code}", date(2026, 6, 1), "80"),
        (f"community:{code}", date(2026, 7, 1), "90"),
    ):
        session.add(ProfileValue(scope=scope, key="revenue.to_fund_pct", since=since, value=value))

    def share_on(*day):
        return profile(session, code, date(*day))["revenue.to_fund_pct"]

    assert share_on(2026, 3, 31) == 70
    assert share_on(2026, 4, 1) == 60
    assert share_on(2026, 6, 30) == 80
    assert share_on(2026, 7, 1) == 90
    assert profile(session, code, date(2021, 10, 31))["contract.handover_days"] == 30
    assert profile(session, code, date(2021, 11, 1))["contract.handover_days"] == 15  # Hangzhou's own


def test_a_number_is_cited_by_the_law_of_its_own_place(session):
    code = a_community(session)

    def cited(jurisdiction, key):
        session.get(Community, code).jurisdiction = jurisdiction
        return profile(session, code, date(2026, 7, 1)).source(key)

    assert cited("hangzhou", "fund.overrun_redo_pct") == "《杭州市物业管理条例》第72条"
    assert cited("ningbo", "fund.overrun_redo_pct") == ""
    assert cited("ningbo", "fee.emergency_most_months") == "《宁波市住宅小区物业管理条例》第83条"
    assert cited("shanghai", "fee.emergency_most_months") == "《上海市住宅物业管理规定》第52条"


def test_a_number_that_nobody_entered_is_refused_by_name(session):
    code = a_community(session)

    with pytest.raises(NoProfileValue, match=r"fee\.rate.*2026年7月1日"):
        profile(session, code, date(2026, 7, 1))["fee.rate"]
    with pytest.raises(NoProfileValue, match="公示统计最少户数"):
        profile(session, code, date(2020, 12, 31))["disclosure.least_cell"]


def test_presets_are_entered_once_and_leave_what_was_edited(session):
    code = a_community(session)
    row = session.get(ProfileValue, ("national_default", "disclosure.least_cell", date(2021, 1, 1)))
    row.value = "10"

    assert seed_profiles(session, by=MEI, at=NOON) == 0
    assert profile(session, code, date(2026, 7, 1))["disclosure.least_cell"] == 10


def test_a_role_is_held_from_its_first_day_to_its_last(session):
    code = a_community(session)
    enrol(session, "ouyang", "欧阳", "a password", by=MEI, at=NOON)
    session.flush()
    appoint(
        session,
        "ouyang",
        code,
        Seat(Role.OWNER, home="1-1-101"),
        date(2026, 1, 10),
        until=date(2026, 6, 30),
        by=MEI,
        at=NOON,
    )
    appoint(
        session, "ouyang", "*", Seat(Role.SUPERVISOR, level=Level.STREET), date(2026, 6, 1), by=MEI, at=NOON
    )
    session.flush()
    owner, street = Seat(Role.OWNER, "1-1-101"), Seat(Role.SUPERVISOR, level=Level.STREET)

    assert seats(session, "ouyang", code, date(2026, 1, 9)) == []
    assert seats(session, "ouyang", code, date(2026, 1, 10)) == [owner]
    assert seats(session, "ouyang", code, date(2026, 6, 30)) == [owner, street]
    assert seats(session, "ouyang", code, date(2026, 7, 1)) == [street]
    assert seats(session, "ouyang", "elsewhere", date(2026, 1, 10)) == []


def test_somebody_may_own_two_homes_and_sit_on_the_committee(session):
    code = a_community(session)
    enrol(session, "ouyang", "欧阳", "a password", by=MEI, at=NOON)
    session.flush()
    for home in ("1-1-101", "1-1-102"):
        appoint(session, "ouyang", code, Seat(Role.OWNER, home=home), date(2026, 1, 1), by=MEI, at=NOON)
    appoint(session, "ouyang", code, Seat(Role.COMMITTEE), date(2026, 1, 1), by=MEI, at=NOON)
    session.flush()

    assert seats(session, "ouyang", code, date(2026, 7, 1)) == [
        Seat(Role.OWNER, "1-1-101"),
        Seat(Role.OWNER, "1-1-102"),
        Seat(Role.COMMITTEE, level=Level.OWNERS_COMMITTEE),
    ]


def test_somebody_may_be_appointed_for_two_buildings_from_one_day_on(session):
    code = a_community(session)
    enrol(session, "gu", "顾", "a password", by=MEI, at=NOON)
    session.flush()
    for building in ("5", "6"):
        appoint(session, "gu", code, Seat(Role.WORKER, building=building), date(2026, 1, 1), by=MEI, at=NOON)
    session.flush()

    appointments = seats(session, "gu", code, date(2026, 7, 1))
    assert [(seat.role, seat.building) for seat in appointments] == [(Role.WORKER, "5"), (Role.WORKER, "6")]


def test_who_was_struck_off_does_not_sign_in(session):
    enrol(session, OUYANG.login, "欧阳", "a password", by=MEI, at=NOON)
    session.flush()
    assert person(session, OUYANG.login).password.startswith("$argon2id$")

    person(session, OUYANG.login).active = False

    assert person(session, OUYANG.login) is None


def test_homes_of_one_owner_are_one_head_and_unsold_homes_are_the_developers(session):
    code = a_community(session)
    a_firm(session, "builder", FirmKind.DEVELOPER)
    for door in (101, 102):
        a_home(session, f"1-1-{door}", owner="zhang")
    a_home(session, "1-1-103", owner="li")
    for door in (201, 202):
        a_home(session, f"1-1-{door}", kind=HomeKind.UNSOLD, seller="builder")

    heads = head_keys(session, code, homes(session, code))

    assert heads == {
        "1-1-101": "zhang",
        "1-1-102": "zhang",
        "1-1-103": "li",
        "1-1-201": "developer:builder",
        "1-1-202": "developer:builder",
    }


def test_a_head_is_the_owner_of_that_day_though_the_next_is_registered(session):
    code = a_community(session)
    home = a_home(session, owner="seller")
    session.add(Holder(community=code, home=home, since=date(2026, 8, 1), name="买方", person_key="buyer"))
    session.flush()
    all_homes = homes(session, code)

    assert head_keys(session, code, all_homes, date(2026, 7, 31)) == {home: "seller"}
    assert head_keys(session, code, all_homes, date(2026, 8, 1)) == {home: "buyer"}


def test_a_component_has_the_warranty_of_the_package_that_touched_it(session):
    code = a_community(session)
    a_package(session, "A", contractor="hongcheng", accepted_on=date(2023, 5, 26))
    a_component(session, "roof-1", building="1", package="A", warranty_until=date(2028, 5, 26))
    a_component(session, "stairs-1", building="1")

    guarantee = warranty(session, component(session, code, "roof-1"))

    assert (guarantee.contractor, guarantee.accepted_on, guarantee.until) == (
        "hongcheng",
        date(2023, 5, 26),
        date(2028, 5, 26),
    )
    assert warranty(session, component(session, code, "stairs-1")) is None


def test_the_contract_that_runs_on_a_day_is_found_else_the_last_before(session):
    code = a_community(session)
    a_firm(session, "anhe", FirmKind.PROPERTY)
    for number, first, last in (("1", (2023, 1, 1), (2024, 12, 31)), ("2", (2025, 3, 1), (2027, 2, 28))):
        session.add(
            ServiceContract(
                community=code, number=number, firm="anhe", starts_on=date(*first), ends_on=date(*last)
            )
        )
    session.flush()

    assert service_contract(session, code, date(2022, 12, 31)) is None
    assert service_contract(session, code, date(2025, 1, 15)).number == "1"
    assert service_contract(session, code, date(2025, 3, 1)).number == "2"


def test_an_area_may_decide_its_own_working_days(session):
    session.add(CalendarDay(area="north", day=date(2026, 7, 6), works=False))  # a Monday
    session.add(CalendarDay(area="north", day=date(2026, 7, 11), works=True))  # a Saturday
    session.flush()

    assert plus_working_days(date(2026, 7, 3), 5, decided_days(session, "north")) == date(2026, 7, 11)
    assert plus_working_days(date(2026, 7, 3), 5, decided_days(session, None)) == date(2026, 7, 10)
