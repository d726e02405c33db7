"""The office enters a committee by form and by program, everybody sees who sits, and its days stand on first screens."""

from datetime import date, timedelta

import pytest

from ledger.committee.queries import members_seen, terms
from ledger.committee.rules import Office
from ledger.community.actions import appoint
from ledger.community.queries import appointments, homes, seats
from ledger.community.role_rules import Actor, Role, Seat
from ledger.community.tables import Person
from ledger.periods import day_in_shanghai
from ledger.votes.actions import announce, cast, close_motion
from ledger.votes.rules import Choice, Matter, NewMotion
from tests.cast import BAO, CHEN, HE, HUANG, MEI, NOON, OUYANG, SU
from tests.desk.conftest import Visitor
from tests.doors import HASH, HOMES, Caller, application, sits_down, wait
from tests.factories import PAPER, SHA, a_paper

ANNA, BEN = Actor("anna", Role.OWNER), Actor("ben", Role.OWNER)
PLACE = "meiyuan"
WAITING = "/communities/meiyuan/waiting"


@pytest.fixture
def url(furnished_url):
    return furnished_url


@pytest.fixture
def app(database, tmp_path):
    """Two more owners who sign in, and a vote of yesterday that elected a committee."""
    app = application(database, tmp_path / "home")
    today = day_in_shanghai(app.extensions["clock"]())
    with database.writing() as session:
        a_paper(session, PAPER)
        for actor, home in ((ANNA, HOMES[1]), (BEN, HOMES[2])):
            session.add(
                Person(login=actor.login, name=f"{actor.login.title()}女士", password=HASH, since=NOON)
            )
            session.flush()
            appoint(session, actor.login, PLACE, Seat(Role.OWNER, home), date(2026, 1, 1), by=MEI, at=NOON)
        then = app.extensions["clock"]() - timedelta(days=1)
        day = today - timedelta(days=1)
        motion = NewMotion("M-1", Matter.COMMITTEE, "选举业主委员会", opens_on=day, closes_on=day)
        announce(session, PLACE, motion, homes(session, PLACE), by=CHEN, at=then - timedelta(days=30))
        cast(session, PLACE, "M-1", dict.fromkeys(HOMES, Choice.YES), by=HE, at=then)
        close_motion(session, PLACE, "M-1", by=CHEN, at=then)
    return app


@pytest.fixture
def today(app):
    return day_in_shanghai(app.extensions["clock"]())


def asked(today, **changes):
    return {
        "members": [{"person": "anna", "office": "head"}, {"person": "ben", "office": "member"}],
        "elected_on": str(today - timedelta(days=1)),
        "starts_on": str(today),
        "ends_on": str(today + timedelta(days=1_000)),
        "motion": "M-1",
        "document": SHA,
    } | changes


def typed(today, **changes):
    """The same as a form sends it."""
    flat = asked(today)
    del flat["members"], flat["document"]
    rows = {
        f"members:{row}.{name}": value
        for row, member in enumerate(asked(today)["members"])
        for name, value in member.items()
    }
    return flat | rows | {"kept:document": f"{SHA} result.pdf"} | changes


def at_the_desk(app, actor):
    visitor = Visitor(app.test_client())
    sits_down(visitor.client, actor)
    return visitor


def sits(database, login, on):
    with database.reading() as session:
        return any(seat.role is Role.COMMITTEE for seat in seats(session, login, PLACE, on) or ())


def test_a_form_enters_a_committee_after_one_last_look(app, database, today):
    desk = at_the_desk(app, HE)

    answer = desk.fill("/desk/meiyuan/do/committees", **typed(today))

    assert answer.status_code == 302, answer.text
    with database.reading() as session:
        assert [(m["name"], m["office"]) for m in members_seen(session, PLACE, 1)] == [
            ("Anna女士", Office.HEAD),
            ("Ben女士", Office.MEMBER),
        ]
    assert sits(database, "anna", today)
    assert not sits(database, "chen", today + timedelta(days=1))


def test_a_form_that_breaks_a_rule_says_so_and_keeps_what_was_typed(app, database, today):
    late = str(today + timedelta(days=3_000))

    answer = at_the_desk(app, HE).fill("/desk/meiyuan/do/committees", **typed(today, ends_on=late))

    assert "每届业主委员会最多" in answer.text
    assert late in answer.text
    with database.reading() as session:
        assert terms(session, PLACE, today) == []


def test_it_is_filed_changed_and_seen_by_all_who_live_there(app, database, today):
    client = app.test_client()
    office, street, owner = Caller(client, HE), Caller(client, SU), Caller(client, OUYANG)
    office("POST", "/communities/meiyuan/committees", 201, **asked(today))
    assert [task["task"] for task in office("GET", WAITING, 200)["tasks"]] == ["file"]

    anna = Caller(client, ANNA)
    anna("POST", "/communities/meiyuan/committees/1/filings", 201, filed_on=str(today), document=SHA)

    assert office("GET", WAITING, 200)["tasks"] == []
    for reader in (owner, street):
        seen = reader("GET", "/communities/meiyuan/committees/1", 200)
        assert (seen["standing"], seen["sitting"], seen["filed_on"]) == ("sits", 2, str(today))
    assert [row["no"] for row in owner("GET", "/communities/meiyuan/committees", 200)["terms"]] == [1]
    page = at_the_desk(app, OUYANG).get("/desk/meiyuan/committees/1").text
    assert "Anna女士" in page
    assert "/do/committees/1" not in page


def test_nobody_enters_his_own_election_nor_the_firm_any(app, today):
    client = app.test_client()

    for actor in (MEI, CHEN, ANNA):
        assert Caller(client, actor)("POST", "/communities/meiyuan/committees", 403, **asked(today))


def test_days_that_are_past_stand_on_the_first_screen_of_those_concerned(app, today):
    Caller(app.test_client(), HE)("POST", "/communities/meiyuan/committees", 201, **asked(today))
    wait(app, 1_003)

    office = at_the_desk(app, HE).get("/desk/meiyuan/").text

    for title in ("业委会届满，没有新一届", "上一届业委会移交", "换届、离任或年度审计"):
        assert title in office
    assert "/desk/meiyuan/committees/1" in office
    assert "换届、离任或年度审计" not in at_the_desk(app, MEI).get("/desk/meiyuan/").text


def test_what_is_over_is_taken_over_and_audited_by_form(app, database, today):
    Caller(app.test_client(), HE)("POST", "/communities/meiyuan/committees", 201, **asked(today))
    now = wait(app, 1_005)
    desk = at_the_desk(app, HE)
    paper = {"kept:document": f"{SHA} list.pdf"}
    page = "/desk/meiyuan/do/committees/1"

    answers = [
        desk.fill(
            f"{page}/handovers", kept=["papers", "accounts", "seals", "property"], handed_on=str(now), **paper
        ),
        desk.fill(
            f"{page}/audits", reason="term_end", accountant="某会计师事务所", engaged_on=str(now), **paper
        ),
        desk.fill(
            f"{page}/audit-reports", reason="term_end", received_on=str(now), opinion="unqualified", **paper
        ),
    ]

    assert [answer.status_code for answer in answers] == [302, 302, 302], answers[-1].text
    with database.reading() as session:
        (term,) = terms(session, PLACE, now)
    assert (term["still_kept"], term["audits_open"]) == ([], 0)


def test_a_form_offers_the_members_of_its_term_and_what_it_still_keeps(app, today):
    Caller(app.test_client(), HE)("POST", "/communities/meiyuan/committees", 201, **asked(today))
    wait(app, 1_005)
    desk = at_the_desk(app, HE)

    leaving = desk.get("/desk/meiyuan/do/committees/1/leavings").text
    handover = desk.get("/desk/meiyuan/do/committees/1/handovers").text

    assert 'value="anna"' in leaving
    assert 'value="ouyang"' not in leaving
    for kept in ("papers", "accounts", "seals", "property"):
        assert f'value="{kept}"' in handover


def test_once_an_election_is_entered_its_seats_are_given_by_nothing_else(app, database, today):
    """民法典 Art. 278 (三)."""
    office = Caller(app.test_client(), HE)
    seat = {"role": "committee", "since": str(today)}
    office("POST", "/communities/meiyuan/people", 201, name="第一位委员", **seat)
    office("POST", "/communities/meiyuan/people/ouyang/appointments", 201, **seat)
    office("POST", "/communities/meiyuan/committees", 201, **asked(today))

    for level in ({}, {"level": "owners_committee"}):
        refused = office("POST", "/communities/meiyuan/people", 409, name="后来的", **seat, **level)
        assert (refused["code"], "278" in refused["article"]) == ("committee-seat-of-election", True)
        office("POST", "/communities/meiyuan/people/wen/appointments", 409, **seat, **level)
    assert not sits(database, "wen", today)
    office("POST", "/communities/meiyuan/people", 201, name="物管会", **seat, level="management_committee")
    office(
        "POST", "/communities/meiyuan/people", 201, name="业主", role="owner", since=str(today), home=HOMES[3]
    )


def test_whoever_keeps_the_fund_is_asked_for_nothing_that_supervisors_are(app, database, today):
    Caller(app.test_client(), HE)("POST", "/communities/meiyuan/committees", 201, **asked(today))
    wait(app, 1_005)  # the term is over, and nobody was elected after it

    def asked_of(actor):
        return [task["task"] for task in Caller(app.test_client(), actor)("GET", WAITING, 200)["tasks"]]

    assert "vacant" in asked_of(HUANG)
    assert asked_of(BAO) == []


def test_a_member_does_not_leave_but_by_a_change_of_his_committee(app, database, today):
    office = Caller(app.test_client(), HE)
    office("POST", "/communities/meiyuan/committees", 201, **asked(today))
    with database.reading() as session:
        (seat,) = [
            appointment
            for appointment in appointments(session, "anna", today)
            if appointment.role is Role.COMMITTEE
        ]

    refused = office(
        "POST",
        "/communities/meiyuan/people/anna/endings",
        409,
        appointment=seat.no,
        last_day=str(today),
        reason="不干了",
    )

    assert refused["code"] == "committee-seat-of-election"
    assert sits(database, "anna", today)


def test_the_form_of_one_more_seat_says_where_a_member_is_elected(app, database, today):
    desk = at_the_desk(app, HE)
    desk.fill("/desk/meiyuan/do/committees", **typed(today))

    answer = desk.fill("/desk/meiyuan/do/people/ouyang/appointments", role="committee", since=str(today))

    assert "登记选出的业主委员会" in answer.text
    assert "补选成员" in answer.text
    assert not sits(database, "ouyang", today)
