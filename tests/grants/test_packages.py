"""Works and packages come in after the first day, with their plan, and are accepted once."""

from datetime import date

import pytest

from ledger.community.queries import NoComponent, component
from ledger.community.role_rules import FUND_USES
from ledger.community.rules import ComponentKind, FirmKind
from ledger.community.tables import Component, Works
from ledger.files.rules import FileMissing
from ledger.grants.contract_rules import ContractorWrong
from ledger.grants.package_actions import NewPackage, accept_package, register_package, register_works
from ledger.grants.plan_queries import planned_by_works
from ledger.grants.queries import NoPackage, NoWorks, package_of
from ledger.grants.rules import (
    AcceptedAhead,
    AcceptedAlready,
    AcceptedEarly,
    ComponentOfAnother,
    PackageThere,
    PlanNotThePrice,
    Source,
    WorksThere,
)
from ledger.journal.queries import books
from ledger.journal.rules import AskedDifferently
from tests.cast import CHEN, HE, NOON
from tests.factories import SHA, a_component, a_firm, a_package, a_place

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
