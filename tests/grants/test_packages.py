"""Works and packages come in after the first day, with their plan, and are accepted once."""

from datetime import date

import pytest

from ledger.community.queries import NoComponent, component
from ledger.community.role_rules import FUND_USES
from ledger.community.rules import ComponentKind, FirmKind
from ledger.community.tables import Component, Works
from ledger.files.rules import FileMissing
from ledger.grants.contract_rules import ContractorWrong
from ledger.grants.package_actions import (
    NewPackage,
    RightPackage,
    accept_package,
    correct_package,
    register_package,
    register_works,
)
from ledger.grants.payout_actions import ask_release, pay_out
from ledger.grants.plan_queries import planned_by_works
from ledger.grants.queries import NoPackage, NoWorks, package_of
from ledger.grants.rules import (
    AcceptanceNotCorrected,
    AcceptedAhead,
    AcceptedAlready,
    AcceptedEarly,
    ComponentOfAnother,
    ContractorPaid,
    PackageThere,
    PackageUnchanged,
    PlanNotThePrice,
    RetentionReleased,
    Source,
    WorksThere,
)
from ledger.journal.fsck import problems
from ledger.journal.queries import books
from ledger.journal.rules import AskedDifferently
from tests.cast import CHEN, HE, MEI, NOON
from tests.factories import SHA, a_component, a_firm, a_package, a_place, a_works_contract
from tests.grants.renovation import LATER, STATE, a_renovation, bill, come_in

PLACE = "meiyuan"
BEGUN = date(2026, 3, 1)
PLAN = {Source.GOVERNMENT: 60_000_00, Source.MAINTENANCE_FUND: 40_000_00}
ROOFS = NewPackage("R", "屋面", "anju", 100_000_00, PLAN)


@pytest.fixture
def works(session):
    a_place(session)
    a_firm(session)
    register_works(session, PLACE, "2026", "2026 年改造", BEGUN, SHA, by=HE, at=NOON)
    return "2026"


def registered(session, new=ROOFS, *, works="2026", document=SHA):
    return register_package(session, PLACE, works, new, document, by=HE, at=NOON)


def accepted(session, *, on=date(2026, 7, 1), package="R", **details):
    return accept_package(session, PLACE, "2026", package, on, SHA, by=CHEN, at=NOON, **details)


def test_a_package_comes_with_its_plan_and_every_source_has_its_book(session, works):
    assert (registered(session).fresh, registered(session).fresh) == (True, False)

    assert planned_by_works(session, PLACE, works) == PLAN
    assert "grant-government" in {book.code for book in books(session, PLACE)}


def test_works_and_packages_are_registered_once(session, works):
    assert not register_works(session, PLACE, "2026", "2026 年改造", BEGUN, SHA, by=HE, at=NOON).fresh
    registered(session)
    with pytest.raises(AskedDifferently):
        register_works(session, PLACE, "2026", "另一个名字", BEGUN, SHA, by=HE, at=NOON)
    with pytest.raises(AskedDifferently):
        registered(session, ROOFS._replace(name="外墙"))
    a_package(session, "A", contractor="other", accepted_on=date(2022, 12, 1))
    with pytest.raises(WorksThere):
        register_works(session, PLACE, "2022", "改造", BEGUN, SHA, by=HE, at=NOON)
    with pytest.raises(PackageThere):
        registered(session, ROOFS._replace(code="A"), works="2022")


def test_a_package_is_refused_without_works_a_contractor_a_paper_or_money(session, works):
    a_firm(session, "wuye", FirmKind.PROPERTY)
    for refusal, wrong in (
        (NoWorks, {"works": "1999"}),
        (ContractorWrong, {"new": ROOFS._replace(contractor="wuye")}),
        (PlanNotThePrice, {"new": ROOFS._replace(price_fen=99_999_99)}),
        (FileMissing, {"document": "0" * 64}),
    ):
        with pytest.raises(refusal), session.begin_nested():
            registered(session, **wrong)
    with pytest.raises(NoPackage):
        package_of(session, PLACE, works, "R")


def test_the_warranty_of_what_a_package_made_runs_from_its_acceptance(session, works):
    registered(session)
    session.add(
        Component(
            community=PLACE, code="roof-1", kind=ComponentKind.ROOF, name="屋面", works="2026", package="R"
        )
    )
    session.flush()
    a_component(session, "lamp-1", kind=ComponentKind.LIGHTING)

    assert accepted(session, components=["lamp-1"]).fresh
    assert not accepted(session, components=["lamp-1"]).fresh

    assert component(session, PLACE, "roof-1").warranty_until == date(2031, 7, 1)
    assert component(session, PLACE, "lamp-1").warranty_until == date(2028, 7, 1)
    assert component(session, PLACE, "lamp-1").package == "R"
    assert package_of(session, PLACE, works, "R").accepted_on == date(2026, 7, 1)


def test_b3_a_heating_that_a_package_made_is_covered_for_two_seasons(session, works):
    registered(session)
    a_component(session, "heat-1", kind=ComponentKind.HEATING)
    accepted(session, components=["heat-1"])
    assert component(session, PLACE, "heat-1").warranty_until == date(2028, 3, 15)


def test_what_the_fund_repairs_is_no_renovation(session, works):
    session.add(Works(community=PLACE, code=FUND_USES, name="维修资金"))
    session.flush()

    with pytest.raises(WorksThere):
        register_works(session, PLACE, FUND_USES, "改造", BEGUN, SHA, by=HE, at=NOON)
    with pytest.raises(NoWorks):
        registered(session, works=FUND_USES)


def test_a_component_is_covered_anew_when_its_warranty_is_over(session, works):
    registered(session)
    a_component(session, "lamp-1", kind=ComponentKind.LIGHTING)
    lamp = component(session, PLACE, "lamp-1")
    a_package(session, "A", contractor="other", accepted_on=date(2020, 12, 1))
    lamp.works, lamp.package, lamp.warranty_until = "2022", "A", date(2022, 12, 1)
    session.flush()

    accepted(session, components=["lamp-1"])

    assert component(session, PLACE, "lamp-1").warranty_until == date(2028, 7, 1)


def test_a_package_is_accepted_once_after_it_was_begun_and_not_before_it_is_over(session, works):
    registered(session)
    registered(session, ROOFS._replace(code="S"))
    for refusal, wrong in (
        (AcceptedEarly, {"on": date(2026, 2, 28)}),
        (AcceptedAhead, {"on": date(2026, 7, 16)}),
        (NoComponent, {"components": ["nothing"]}),
    ):
        with pytest.raises(refusal), session.begin_nested():
            accepted(session, **wrong)
    a_component(session, "lamp-1", kind=ComponentKind.LIGHTING)
    accepted(session, components=["lamp-1"])
    with pytest.raises(AskedDifferently):
        accepted(session, on=date(2026, 7, 2), components=["lamp-1"])
    with pytest.raises(ComponentOfAnother, match="R"), session.begin_nested():
        accepted(session, package="S", components=["lamp-1"])
    package_of(session, PLACE, works, "S").accepted_on = date(2026, 6, 1)
    with pytest.raises(AcceptedAlready):
        accepted(session, package="S")


def corrected(
    session, name="屋面", contractor="anju", on=None, *, works="2026", package="R", document=SHA, at=NOON
):
    right = RightPackage(name, contractor, on)
    return correct_package(session, PLACE, works, package, right, document, by=CHEN, at=at)


def test_the_day_of_acceptance_is_corrected_and_the_warranties_run_from_it(session, works):
    registered(session)
    a_component(session, "lamp-1", kind=ComponentKind.LIGHTING)
    a_component(session, "roof-2", kind=ComponentKind.ROOF)
    accepted(session, components=["lamp-1"])

    corrected(session, on=date(2026, 6, 1))

    assert package_of(session, PLACE, works, "R").accepted_on == date(2026, 6, 1)
    assert component(session, PLACE, "lamp-1").warranty_until == date(2028, 6, 1)
    assert component(session, PLACE, "roof-2").warranty_until is None
    assert list(problems(session, PLACE)) == []


def test_name_and_contractor_are_corrected_before_and_after_acceptance_and_move_no_warranty(session, works):
    registered(session)
    a_firm(session, "right", FirmKind.CONTRACTOR)
    corrected(session, name="屋面防水", contractor="right")
    a_component(session, "lamp-1", kind=ComponentKind.LIGHTING)
    accepted(session, components=["lamp-1"])
    lamp = component(session, PLACE, "lamp-1")
    lamp.warranty_until = date(2029, 7, 1)  # agreed for longer

    corrected(session, name="屋面", contractor="anju", on=date(2026, 7, 1))

    package = package_of(session, PLACE, works, "R")
    assert (package.name, package.contractor, package.accepted_on) == ("屋面", "anju", date(2026, 7, 1))
    assert lamp.warranty_until == date(2029, 7, 1)


def test_a_correction_changes_something_true(session, works):
    registered(session)
    a_firm(session, "wuye", FirmKind.PROPERTY)
    for refusal, wrong in (
        (PackageUnchanged, {}),
        (AcceptanceNotCorrected, {"on": date(2026, 7, 1)}),
        (ContractorWrong, {"contractor": "wuye"}),
        (NoPackage, {"package": "S"}),
        (FileMissing, {"name": "外墙", "document": "0" * 64}),
    ):
        with pytest.raises(refusal), session.begin_nested():
            corrected(session, **wrong)
    accepted(session)
    for refusal, on in (
        (AcceptanceNotCorrected, None),
        (AcceptedEarly, date(2026, 2, 28)),
        (AcceptedAhead, date(2026, 7, 16)),
    ):
        with pytest.raises(refusal), session.begin_nested():
            corrected(session, on=on)


def test_a_package_stays_with_whom_its_contract_is(session, works):
    registered(session)
    a_firm(session, "right", FirmKind.CONTRACTOR)
    a_works_contract(session, "K-9", works="2026", package="R", contractor="anju")

    with pytest.raises(ContractorPaid, match="K-9"):
        corrected(session, contractor="right")


def test_the_day_does_not_move_behind_retention_money_that_was_released(session):
    a_renovation(session)
    come_in(session, STATE, 900_00)
    bill(session, government=800_00)
    ask_release(session, PLACE, "Z-1", "K-1", 24_00, by=MEI, at=LATER)
    pay_out(session, PLACE, "Z-1", LATER.date(), by=CHEN, at=LATER)
    package = package_of(session, PLACE, "2022", "A")

    def moved(on):
        return corrected(
            session, package.name, package.contractor, on, works="2022", package="A", document=SHA, at=LATER
        )

    with pytest.raises(RetentionReleased, match="Z-1"), session.begin_nested():
        moved(date(2026, 8, 1))
    assert moved(date(2026, 6, 30)).fresh
