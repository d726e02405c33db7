"""Who must repair and who is given it: the warranty of the place first, and only those who repair here."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlmodel import select

from ledger.community.actions import appoint
from ledger.community.role_rules import Role, Seat
from ledger.community.rules import ComponentKind
from ledger.community.tables import Appointment, Component, Person
from ledger.demo.tickets import picture
from ledger.files.actions import keep_file
from ledger.files.rules import FileKind, FileMissing
from ledger.fund.uses import actions as uses
from ledger.fund.uses.rules import NotForTheFund, Rule
from ledger.fund.uses.step_queries import steps as use_steps
from ledger.periods import DayToCome, noon
from ledger.repairs import actions
from ledger.repairs.queries import ticket
from ledger.repairs.rules import (
    AgainstWarranty,
    Category,
    NobodyToRepair,
    Priority,
    ReportedInTerm,
    Route,
    State,
    UrgentPutOff,
)
from tests.cast import CHEN, MEI, NOON, WEN
from tests.factories import a_building, a_community, a_component, a_firm, a_home, a_package, a_worker
from tests.repairs.test_actions import PLACE, a_plan, a_ticket, arrived, assigned, done, triaged

ACCEPTED, UNTIL = date(2023, 5, 26), date(2028, 5, 26)


@pytest.fixture
def place(session):
    """A building whose roof is under warranty to 2028 and whose stairs are under none."""
    a_community(session)
    a_home(session)
    a_package(session, accepted_on=ACCEPTED)
    a_component(session, "roof-1", kind=ComponentKind.ROOF, building="1", package="A", warranty_until=UNTIL)
    a_component(session, "stairs-1", building="1")
    return PLACE


def given(session, no, to):
    return actions.assign(session, PLACE, no, to, by=MEI, at=NOON)


@pytest.mark.parametrize("to", ["nobody-xyz", "chen", "gone", "elsewhere", "anju"])
def test_g2_a_ticket_is_given_to_nobody_who_does_not_repair_here_today(session, to):
    """Correction G2: assigned to “nobody-xyz” or to a committee member; a form's choices alone stood against it."""
    a_community(session)
    a_community(session, "another")
    a_firm(session, "anju")
    seats = (
        ("chen", "meiyuan", Role.COMMITTEE, None),
        ("gone", "meiyuan", Role.WORKER, NOON.date() - timedelta(days=1)),
        ("elsewhere", "another", Role.WORKER, None),
    )
    for login, community, role, until in seats:
        session.add(Person(login=login, name=login, password="-", since=NOON))
        session.flush()
        appoint(session, login, community, Seat(role), date(2020, 1, 1), until=until, by=MEI, at=NOON)
    no = a_ticket(session)
    triaged(session, no)

    with pytest.raises(NobodyToRepair, match=to) as refused:
        given(session, no, to)

    assert to in refused.value.sentence("en")
    assert (ticket(session, PLACE, no).assigned_to, ticket(session, PLACE, no).state) == (None, State.TRIAGED)


def test_g2_a_worker_and_a_contractor_of_the_place_get_tickets(session, place):
    a_worker(session, WEN)
    no = a_ticket(session)
    triaged(session, no)

    assert given(session, no, "wen").assigned_to == "wen"
    assert given(session, no, "anju").assigned_to == "anju"
    session.exec(select(Appointment).where(Appointment.person == "wen")).one().until = NOON.date()
    assert given(session, no, "wen").assigned_to == "wen"  # on the last of his days


def test_g2_a_use_that_was_given_up_makes_nobody_a_contractor_here(session, place):
    a_firm(session, "other")
    no = a_ticket(session)
    triaged(session, no)
    planned_for(session, "stairs-1", "P-7", contractor="other")
    assert given(session, no, "other").assigned_to == "other"

    uses.cancel(session, PLACE, "P-7", "不做了", by=MEI, at=NOON)

    with pytest.raises(NobodyToRepair):
        given(session, no, "other")
    assert given(session, no, "anju").assigned_to == "anju"  # by the works


def test_a_worker_of_one_building_repairs_in_that(session, place):
    a_building(session, "2")
    session.add(Person(login="fu", name="傅", password="-", since=NOON))
    session.flush()
    appoint(session, "fu", PLACE, Seat(Role.WORKER, building="2"), date(2020, 1, 1), by=MEI, at=NOON)
    here, there = (a_ticket(session, building=code) for code in ("1", "2"))
    for no in (here, there):
        triaged(session, no, Priority.P3)

    assert given(session, there, "fu").assigned_to == "fu"
    with pytest.raises(NobodyToRepair):
        given(session, here, "fu")


@pytest.mark.parametrize(
    ("report", "component"),
    [
        ({"component": "roof-1"}, "roof-1"),
        ({"building": "1", "title": "屋顶漏水"}, "roof-1"),
        ({"home": "1-1-101"}, "roof-1"),
    ],
)
def test_g3_the_default_choices_send_a_roof_leak_inside_its_warranty_to_the_contractor(
    session, place, report, component
):
    """Correction G3: they sent it to the firm's contract."""
    no = a_ticket(session, **report)

    judged = triaged(session, no)

    assert (judged.route, judged.component) == (Route.WARRANTY, component)


@pytest.mark.parametrize(
    ("report", "judged"),
    [
        ({"building": "2"}, {}),
        ({}, {}),
        ({"building": "1", "category": Category.DOOR}, {}),
        ({"building": "1", "reported_at": noon(date(2028, 5, 27))}, {}),
        ({"building": "1", "reported_at": noon(date(2023, 5, 25))}, {}),
        ({"building": "1"}, {"component": "stairs-1"}),
        ({"component": "stairs-1"}, {}),
    ],
)
def test_what_no_warranty_covers_is_the_firms_daily_upkeep(session, place, report, judged):
    a_building(session, "2")
    no = a_ticket(session, **report)

    assert actions.triage(session, PLACE, no, Priority.P3, **judged, by=MEI, at=NOON).route is Route.CONTRACT


@pytest.mark.parametrize(
    ("cause", "route"),
    [
        ("exclusive", Route.OWNER),
        ("known_person", Route.TORT),
        ("utility", Route.UTILITY),
        ("improvement", Route.PROPOSAL),
    ],
)
def test_g3_a_choice_against_the_warranty_asks_why(session, place, cause, route):
    """Correction G3."""
    no = a_ticket(session, building="1")

    with pytest.raises(AgainstWarranty, match=r"roof-1.*2028年5月26日.*anju") as refused:
        triaged(session, no, **{cause: True})
    assert "26 May 2028" in refused.value.sentence("en")
    with pytest.raises(AgainstWarranty):
        actions.triage(
            session, PLACE, no, Priority.P3, actions.Cause(**{cause: True}), why=" \u3000", by=MEI, at=NOON
        )
    assert ticket(session, PLACE, no).state is State.NEW
    judged = actions.triage(
        session,
        PLACE,
        no,
        Priority.P3,
        actions.Cause(**{cause: True}),
        why="太阳能安装队打穿屋面",
        by=MEI,
        at=NOON,
    )
    assert judged.route is route
    assert actions.steps(session, PLACE, no)[-1].note == "太阳能安装队打穿屋面"


def test_danger_to_life_asks_for_no_reason(session, place):
    no = a_ticket(session, building="1")

    assert triaged(session, no, Priority.P1, exclusive=True).route is Route.EMERGENCY


@pytest.mark.parametrize("report", [{"category": Category.LIFT}, {"category": Category.DOOR, "urgent": True}])
def test_c3_what_is_urgent_becomes_a_project_by_the_committee_alone(session, report):
    """Correction C3: urgent kinds cannot be put to P4 without the committee's word."""
    a_community(session)
    no = a_ticket(session, **report)

    with pytest.raises(UrgentPutOff) as refused:
        triaged(session, no, Priority.P4)
    assert "owners' committee" in refused.value.sentence("en")
    assert ticket(session, PLACE, no).state is State.NEW
    put_off = actions.triage(session, PLACE, no, Priority.P4, by=CHEN, at=NOON)
    assert put_off.priority is Priority.P4


def test_c3_what_was_reported_urgent_is_no_less_so_once_its_time_has_run_out(session):
    """It would no longer count as reached too late."""
    a_community(session)
    in_time, late, by_word = (a_ticket(session, category=Category.DOOR, urgent=True) for _ in range(3))
    after = NOON + timedelta(minutes=31)

    assert triaged(session, in_time, Priority.P3, at=NOON + timedelta(minutes=30)).priority is Priority.P3
    with pytest.raises(UrgentPutOff):
        triaged(session, late, Priority.P3, at=after)
    assert triaged(session, late, Priority.P2, at=after).priority is Priority.P2
    assert actions.triage(session, PLACE, by_word, Priority.P3, by=CHEN, at=after).priority is Priority.P3


def test_what_is_not_urgent_becomes_a_project_by_the_firm(session):
    a_community(session)
    no = a_ticket(session, category=Category.DOOR)

    assert triaged(session, no, Priority.P4).priority is Priority.P4


def test_b2_a_defect_reported_inside_the_warranty_stays_the_contractors_after_it(session, place):
    """Correction B2: it was judged on the day on which somebody asked for money (ticket 21: 2023-07-16, term to 2025-06-09)."""
    a_component(
        session, "pipes-1", kind=ComponentKind.PIPES, building="1", package="A",
        warranty_until=date(2025, 6, 9),
    )  # fmt: skip
    inside = a_ticket(session, component="pipes-1", at=noon(date(2023, 7, 16)))
    assert triaged(session, inside).route is Route.WARRANTY

    with pytest.raises(NotForTheFund, match="保修期"):
        actions.open_project(session, PLACE, inside, "P-1", a_plan("pipes-1"), by=MEI, at=NOON)
    with pytest.raises(NotForTheFund, match="保修期"):
        actions.propose_use(session, PLACE, "P-2", a_plan("pipes-1"), by=MEI, at=NOON)
    later = a_ticket(session, component="pipes-1")
    with pytest.raises(NotForTheFund, match="保修期"):
        actions.open_project(session, PLACE, later, "P-3", a_plan("pipes-1"), by=MEI, at=NOON)


def test_a_defect_that_arose_after_the_term_or_was_repaired_leaves_the_fund_free(session, place):
    a_component(
        session, "pipes-1", kind=ComponentKind.PIPES, building="1", package="A",
        warranty_until=date(2025, 6, 9),
    )  # fmt: skip
    repaired = a_ticket(session, component="pipes-1", at=noon(date(2023, 7, 16)))
    triaged(session, repaired)
    assigned(session, repaired)
    arrived(session, repaired)
    done(session, repaired)

    tomorrow = NOON.date() + timedelta(days=1)
    with pytest.raises(DayToCome):
        actions.propose_use(session, PLACE, "P-1", a_plan("pipes-1"), reported_on=tomorrow, by=MEI, at=NOON)
    assert actions.propose_use(session, PLACE, "P-1", a_plan("pipes-1"), by=MEI, at=NOON).code == "P-1"
    late = a_ticket(session, component="pipes-1", at=noon(date(2025, 6, 10)))
    assert actions.open_project(session, PLACE, late, "P-2", a_plan("pipes-1"), by=MEI, at=NOON).code == "P-2"


@pytest.fixture
def pipes(session, place):
    """Two parts from which a leak may come, under warranty until last year, and one that never was."""
    for code, kind in (("pipes-1", ComponentKind.PIPES), ("wall-1", ComponentKind.OUTER_WALL)):
        a_component(session, code, kind=kind, building="1", package="A", warranty_until=date(2025, 6, 9))
    a_component(session, "pipes-2", kind=ComponentKind.PIPES, building="1")
    session.delete(session.get(Component, (PLACE, "roof-1")))
    return place


LAST_DAY, AFTER = noon(date(2025, 6, 9)), noon(date(2025, 6, 10))


def planned_for(session, component, code="P-1", **plan):
    return actions.propose_use(
        session, PLACE, code, replace(a_plan(component), **plan), by=MEI, at=NOON
    )  # fmt: skip


def a_note(session):
    return keep_file(session, PLACE, picture(7), "note.png", FileKind.PAPER, by=MEI, at=NOON).sha256


@pytest.mark.parametrize("judged", [False, True])
def test_b2_a_leak_of_the_term_that_names_no_part_stays_with_the_parts_it_may_come_from(
    session, pipes, judged
):
    no = a_ticket(session, building="1", at=LAST_DAY)
    if judged:
        assert triaged(session, no).route is Route.WARRANTY

    for part in ("pipes-1", "wall-1"):
        with pytest.raises(ReportedInTerm, match=rf"{part}.*2025年6月9日.*anju.*工单 {no}") as refused:
            planned_for(session, part)
        assert "second person" in refused.value.sentence("en")
    assert planned_for(session, "stairs-1").rule is Rule.Y1
    assert planned_for(session, "pipes-2", "P-2").rule is Rule.Y1


def test_b2_a_leak_of_the_term_that_the_firm_turned_away_is_not_the_funds_either(session, pipes):
    no = a_ticket(session, component="pipes-1", at=LAST_DAY)
    actions.reject(session, PLACE, no, "不归我们", by=MEI, at=NOON)

    with pytest.raises(ReportedInTerm, match=f"工单 {no}"):
        planned_for(session, "pipes-1")
    assert planned_for(session, "wall-1").code == "P-1"


def test_b2_a_ticket_of_the_warranty_becomes_no_project_for_another_part(session, pipes):
    no = a_ticket(session, component="pipes-1", at=LAST_DAY)
    assert triaged(session, no).route is Route.WARRANTY

    with pytest.raises(ReportedInTerm, match=f"pipes-1.*工单 {no}"):
        actions.open_project(session, PLACE, no, "P-1", a_plan("pipes-2"), by=MEI, at=NOON)
    assert (ticket(session, PLACE, no).route, ticket(session, PLACE, no).project) == (Route.WARRANTY, None)


def test_b2_a_paper_that_shows_another_defect_is_looked_at_by_a_second_person(session, pipes):
    no = a_ticket(session, building="1", at=LAST_DAY)
    note = a_note(session)

    planned = planned_for(session, "pipes-1", another_defect=note)
    opened = actions.open_project(
        session, PLACE, no, "P-2", replace(a_plan("pipes-2"), another_defect=note), by=MEI, at=NOON
    )

    assert (planned.rule, opened.rule) == (Rule.M1, Rule.M1)
    assert note in use_steps(session, PLACE, "P-1")[0].papers
    with pytest.raises(FileMissing):
        planned_for(session, "wall-1", "P-3", another_defect="0" * 64)


def test_b2_no_paper_opens_the_fund_while_the_part_itself_waits_for_the_builder(session, pipes):
    a_ticket(session, component="pipes-1", at=LAST_DAY)

    with pytest.raises(NotForTheFund, match="保修期"):
        planned_for(session, "pipes-1", another_defect=a_note(session))


@pytest.mark.parametrize(
    "report",
    [
        {"building": "1", "at": AFTER},
        {"building": "2", "at": LAST_DAY},
        {"building": "1", "category": Category.LIFT, "at": LAST_DAY},
        {"building": "1", "component": "stairs-1", "at": LAST_DAY},
    ],
)
def test_b2_reports_of_another_day_place_or_kind_leave_the_fund_free(session, pipes, report):
    a_building(session, "2")
    a_ticket(session, **report)

    assert planned_for(session, "pipes-1").rule is Rule.Y1


def test_b2_a_leak_of_the_term_that_was_repaired_or_is_another_persons_leaves_the_fund_free(session, pipes):
    repaired, damaged = (a_ticket(session, building="1", at=LAST_DAY) for _ in range(2))
    triaged(session, repaired)
    assigned(session, repaired)
    arrived(session, repaired)
    done(session, repaired)
    actions.triage(
        session, PLACE, damaged, Priority.P3, actions.Cause(known_person=True), why="装修打穿", by=MEI, at=NOON
    )  # fmt: skip

    assert planned_for(session, "pipes-1").rule is Rule.Y1
