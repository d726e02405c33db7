"""Whose word it is that something is repaired: those who live with it, never the firm's."""

from datetime import date, timedelta

import pytest
from sqlmodel import select

from ledger.community.actions import appoint
from ledger.community.role_rules import Actor, NotYourHome, Role, SamePerson, Seat
from ledger.community.tables import Person
from ledger.journal.tables import Entry
from ledger.repairs import actions
from ledger.repairs.queries import open_and_late, steps, ticket
from ledger.repairs.rules import FirmRatesItself, Priority, State, StepNotPossible
from tests.cast import CHEN, HE, MEI, NOON, OUYANG, WEN
from tests.factories import a_community, a_home
from tests.repairs.test_actions import LU, PLACE, a_ticket, assigned, followed_up, repaired, triaged, verified

XU = Actor("xu", Role.OWNER, frozenset({"1-1-102"}))
RENTER = Actor("renter", Role.TENANT, frozenset({"1-1-101"}))


@pytest.fixture
def finished(session):
    """The number of a ticket of Ouyang's home that was repaired and confirmed."""
    a_community(session)
    a_home(session)
    no = a_ticket(session, home="1-1-101")
    repaired(session, no)
    verified(session, no)
    return no


@pytest.mark.parametrize("by", [OUYANG, RENTER, CHEN, HE])
def test_c2_a_repair_is_rated_by_whoever_lives_with_it_or_asks_him(session, finished, by):
    """Correction C2."""
    assert followed_up(session, finished, 2, by=by).rating == 2


def test_c2_the_firm_does_not_rate_itself(session, finished):
    """Correction C2: the firm's manager entered the rating of her own firm's repair."""
    other = Actor("qi", Role.MANAGER)
    for by in (MEI, LU, other):
        with pytest.raises(FirmRatesItself) as refused:
            followed_up(session, finished, by=by)
    assert "residents" in refused.value.sentence("en")
    assert (ticket(session, PLACE, finished).rating, ticket(session, PLACE, finished).state) == (
        None,
        State.VERIFIED,
    )


def test_c2_nor_does_anybody_of_the_firm_in_another_role(session, finished):
    session.add(Person(login="qi", name="戚", password="-", since=NOON))
    session.flush()
    for role in (Role.MANAGER, Role.COMMITTEE):
        appoint(session, "qi", PLACE, Seat(role), date(2020, 1, 1), by=MEI, at=NOON)

    with pytest.raises(FirmRatesItself):
        followed_up(session, finished, by=Actor("qi", Role.COMMITTEE))


def test_nobody_rates_what_is_of_anothers_home(session, finished):
    with pytest.raises(NotYourHome):
        followed_up(session, finished, by=XU)


@pytest.mark.parametrize("by", [OUYANG, CHEN, HE])
def test_e4_c2_whoever_lives_with_it_says_that_it_is_not_repaired_and_it_goes_back(session, finished, by):
    """Correction C2: the resident can say 没修好."""
    back = actions.dispute(session, PLACE, finished, "又漏了", by=by, at=NOON)

    assert (back.state, back.reopened) == (State.TRIAGED, True)
    assert steps(session, PLACE, finished)[-1].note == "又漏了"
    sealed = session.exec(select(Entry.kind).where(Entry.subject == f"ticket/{finished}")).all()
    assert "ticket.disputed" in sealed
    with pytest.raises(StepNotPossible, match="不受理"):
        actions.reject(session, PLACE, finished, "修过了", by=MEI, at=NOON)
    assert assigned(session, finished).state is State.ASSIGNED


def test_a_repair_that_nobody_confirmed_or_that_was_rated_is_sent_back_too(session):
    a_community(session)
    a_home(session)
    for step in (lambda no: None, lambda no: verified(session, no) and followed_up(session, no)):
        no = a_ticket(session, home="1-1-101")
        repaired(session, no)
        step(no)
        assert actions.dispute(session, PLACE, no, "没好", by=OUYANG, at=NOON).state is State.TRIAGED


def test_what_is_not_finished_or_is_anothers_is_not_sent_back(session):
    a_community(session)
    a_home(session)
    no = a_ticket(session, home="1-1-101")
    triaged(session, no)
    with pytest.raises(StepNotPossible, match="已定责"):
        actions.dispute(session, PLACE, no, "没好", by=OUYANG, at=NOON)
    assigned(session, no)
    actions.arrive(session, PLACE, no, by=WEN, at=NOON)
    with pytest.raises(NotYourHome):
        actions.dispute(session, PLACE, no, "没好", by=XU, at=NOON)


def test_a_repairer_who_is_of_the_committee_does_not_rate_his_own_work(session, finished):
    with pytest.raises(SamePerson):
        followed_up(session, finished, by=Actor("wen", Role.COMMITTEE))


@pytest.mark.parametrize(("urgent", "limit"), [(True, timedelta(hours=24)), (False, timedelta(hours=72))])
def test_c3_time_runs_from_the_report_though_nobody_looks_at_it(session, urgent, limit):
    """Correction C3: untriaged tickets count from the report."""
    a_community(session)
    no = a_ticket(session, urgent=urgent)

    assert ticket(session, PLACE, no).done_by == NOON + limit
    assert open_and_late(session, PLACE, NOON + limit) == (1, 0)
    assert open_and_late(session, PLACE, NOON + limit + timedelta(seconds=1)) == (1, 1)
    assert triaged(session, no, Priority.P2).done_by == NOON + timedelta(hours=24)
