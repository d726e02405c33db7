"""The place itself changes: an area is corrected, a component registered, the community joins others."""

import json
from datetime import date
from functools import partial

import pytest

from ledger.community.queries import (
    BeforeOpening,
    NoBuilding,
    NoHome,
    community,
    component,
    home,
    homes,
    since_opening,
)
from ledger.community.rules import AreaSource, ComponentKind
from ledger.community.tables import Area
from ledger.disclosure.accounts_queries import gather
from ledger.disclosure.actions import prepare
from ledger.evaluation.actions import evaluate, publish
from ledger.fees.charge_actions import charge_month
from ledger.files.rules import FileMissing
from ledger.journal.month_actions import close_month
from ledger.log.queries import leaf
from ledger.noticeboard.rules import ReadyNotice
from ledger.operations.arrears import collection_of_year
from ledger.periods import Month, Period
from ledger.register.place_actions import correct_area, join_area, register_component
from ledger.register.rules import AreaUnchanged, AreaUnnamed, ComponentThere, InAnArea, NewComponent
from ledger.reports import check_report
from ledger.reports.statements import statements_pdf, statements_xlsx
from ledger.votes.actions import announce
from ledger.votes.queries import totals
from ledger.votes.rules import Matter, NewMotion
from tests.cast import CHEN, HE, MEI, NOON, SU
from tests.factories import SHA, a_community, a_component, a_deposit, a_home, a_paper, a_place

PLACE = "meiyuan"
LAMP = NewComponent("lamp-1", ComponentKind.LIGHTING, "一号路灯")


@pytest.fixture
def place(session):
    a_community(session)
    return a_home(session)


def corrected(session, code, area_dm2=8_650, source=AreaSource.SURVEY, document=SHA):
    return correct_area(session, PLACE, code, area_dm2, source, document, by=HE, at=NOON)


def test_an_area_is_corrected_by_a_paper_and_the_log_tells_neither_area_nor_home(session, place):
    posted = corrected(session, place)

    assert (home(session, PLACE, place).area_dm2, home(session, PLACE, place).area_source) == (
        8_650,
        AreaSource.SURVEY,
    )
    said = json.loads(leaf(session, PLACE, posted.leaf_index).body)
    assert (said.get("facts", {}), said["att"]) == ({}, [SHA])
    with pytest.raises(AreaUnchanged):
        corrected(session, place, document=a_paper(session, b"%PDF-1.7 another"))
    corrected(session, place, 8_000)
    corrected(session, place)
    assert home(session, PLACE, place).area_dm2 == 8_650


def test_a_vote_in_progress_keeps_the_areas_of_its_roll(session, place):
    a_home(session, "1-1-102")
    motion = NewMotion("M-1", Matter.OTHER, "要不要装门禁", date(2026, 7, 31), date(2026, 8, 15))
    announce(session, PLACE, motion, homes(session, PLACE), by=CHEN, at=NOON)

    corrected(session, place, 20_000)

    assert totals(session, PLACE, "M-1").area_all == 16_000


def test_no_area_for_no_home_and_none_without_a_paper(session, place):
    with pytest.raises(NoHome):
        corrected(session, "9-9-999")
    with pytest.raises(FileMissing), session.begin_nested():
        corrected(session, place, document="0" * 64)


def test_a_component_is_registered_once_where_there_is_a_building_for_it(session, place):
    def registered(new):
        return register_component(session, PLACE, new, SHA, by=MEI, at=NOON)

    assert (registered(LAMP).fresh, registered(LAMP).fresh) == (True, False)
    assert component(session, PLACE, "lamp-1").name == "一号路灯"
    registered(LAMP._replace(code="lamp-2", building="1"))
    with pytest.raises(NoBuilding):
        registered(LAMP._replace(code="lamp-3", building="9"))


def test_a_code_that_the_register_gave_is_not_given_again(session, place):
    a_component(session, "roof-1")
    with pytest.raises(ComponentThere):
        register_component(session, PLACE, LAMP._replace(code="roof-1"), SHA, by=MEI, at=NOON)


def test_a_community_joins_one_area_which_is_made_when_it_is_named(session, place):
    def joined(area, name="", place=PLACE):
        return join_area(session, place, area, SHA, name=name, by=MEI, at=NOON)

    with pytest.raises(AreaUnnamed):
        joined("east")
    joined("east", "东片区")
    assert (community(session, PLACE).area, session.get(Area, "east").name) == ("east", "东片区")
    assert not joined("east").fresh
    a_place(session, "guihua")
    joined("east", place="guihua")
    session.add(Area(code="west", name="西片区"))
    other = a_place(session, "heyuan")
    community(session, other).area = "west"
    session.flush()
    with pytest.raises(InAnArea, match="西片区"):
        joined("east", place=other)


def test_a12_nothing_is_made_of_the_time_before_the_opening_day(session, place, tmp_path):
    community(session, PLACE).opened_on = date(2026, 6, 30)
    session.flush()
    may = Month(2026, 5)
    ready = ReadyNotice(b"", (), ("", ""))

    for before in (
        lambda: charge_month(session, PLACE, may, by=MEI, at=NOON),
        lambda: close_month(session, PLACE, may, exceptions={}, by=MEI, at=NOON),
        lambda: collection_of_year(session, PLACE, 2025, NOON.date()),
    ):
        with pytest.raises(BeforeOpening, match="2026年6月30日"), session.begin_nested():
            before()
    for name in ("2025", "2025-H2", "2026-Q1", "2026-05", "2026-05-R12"):
        period = Period.parse(name)
        for door in (
            partial(prepare, session, PLACE, name, by=MEI),
            partial(evaluate, session, PLACE, period, by=SU),
            partial(publish, session, PLACE, "2025-H2", prepared=ready, by=CHEN),
            partial(statements_pdf, session, PLACE, period, fonts=tmp_path),
            partial(statements_xlsx, session, PLACE, period),
            partial(check_report.render, session, PLACE, period, fonts=tmp_path, page_url=""),
        ):
            with pytest.raises(BeforeOpening, match="2026年6月30日"), session.begin_nested():
                door(at=NOON)


@pytest.mark.parametrize("name", ["2026-06", "2026-Q2", "2026-H1", "2026", "2026-06-R12"])
def test_a12_a_period_in_which_the_books_began_begins_with_what_was_brought_over(session, place, name):
    """It said 期初 0.00 and told what was brought over as income of the period."""
    community(session, PLACE).opened_on = date(2026, 6, 30)
    a_deposit(session, {place: 500_000}, on=date(2026, 5, 31))

    period = since_opening(session, PLACE, Period.parse(name))
    figures = gather(session, PLACE, period, NOON.date())
    fund = figures["fund"]

    assert (figures["period"], figures["first"]) == (name, "2026-06-01")
    assert (period.kind, period.before) == (Period.parse(name).kind, Period.parse(name).before)
    assert (fund["opening_fen"], fund["in_fen"], fund["closing_fen"]) == (500_000, 0, 500_000)
    assert [line["fen"] for line in fund["statement_01"][:1]] == [[500_000, 500_000]]
    assert statements_xlsx(session, PLACE, Period.parse(name), at=NOON)
