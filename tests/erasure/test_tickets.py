"""Who reported an ordinary repair is forgotten three years after it is over; what was done, where and when stays."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from ledger.erasure.actions import strip_tickets
from ledger.files.actions import use_file
from ledger.files.queries import stored
from ledger.files.rules import Purpose
from ledger.journal.fsck import problems
from ledger.journal.rules import TICKET_STRIPPED
from ledger.journal.tables import Entry
from ledger.log.queries import leaf, private_digests
from ledger.repairs import actions
from ledger.repairs.queries import steps, ticket
from ledger.repairs.rules import Category, Priority, Route, State, is_ordinary, tells_of_homes
from tests.cast import HE, MEI, NOON
from tests.factories import SHOT, a_community, a_home

PLACE, HOME = "meiyuan", "1-1-101"
LAST = datetime(2029, 7, 15, 4, 0, tzinfo=UTC)
"""The last day of the three years."""
AFTER = LAST + timedelta(days=1)


@pytest.fixture
def place(session):
    a_community(session)
    a_home(session, HOME)
    return PLACE


def turned_away(session, at=NOON, *, home: str | None = HOME, category=Category.DOOR, urgent=False):
    """A ticket that was over on the day on which it was reported."""
    report = actions.Report(
        category, "我家漏水，电话 139", home=home, reporter="张三 13900000000", urgent=urgent
    )
    no = actions.log_ticket(session, PLACE, report, by=HE, at=at).no
    use_file(session, PLACE, SHOT, f"ticket/{no}", Purpose.DAMAGE, by=HE, at=at)
    actions.reject(session, PLACE, no, "张三家自己修", by=MEI, at=at)
    return no


def stripped(session, at=AFTER, most=100) -> int:
    return strip_tickets(session, PLACE, most, by=HE, at=at)


def words_in_log(session, no) -> int:
    indexes = session.exec(select(Entry.leaf_index).where(Entry.subject == f"ticket/{no}"))
    return sum(len(private_digests(session, PLACE, index)) for index in indexes)


def test_a_ticket_of_a_home_tells_of_nobody_after_three_years_and_of_what_was_done_for_good(session, place):
    no = turned_away(session)
    assert words_in_log(session, no) == 2

    assert stripped(session, LAST) == 0
    assert stripped(session) == 1

    gone = ticket(session, PLACE, no)
    assert (gone.title, gone.reporter) == ("", "")
    assert [(step.state, step.note) for step in steps(session, PLACE, no)] == [
        (State.NEW, ""),
        (State.REJECTED, ""),
    ]
    assert (gone.home, gone.category, gone.reported_at) == (HOME, Category.DOOR, NOON)
    assert words_in_log(session, no) == 0
    assert stored(session, PLACE, SHOT).erased_at == AFTER
    said = session.exec(select(Entry).where(Entry.kind == TICKET_STRIPPED)).one()
    assert gone.erasure_no == said.no
    assert json.loads(leaf(session, PLACE, said.leaf_index).body)["facts"] == {"ticket": no, "years": 3}
    assert list(problems(session, PLACE)) == []


def test_a_ticket_of_a_common_part_loses_who_reported_it_and_keeps_what_it_says(session, place):
    no = turned_away(session, home=None)

    assert stripped(session) == 1

    gone = ticket(session, PLACE, no)
    assert (gone.title, gone.reporter) == ("我家漏水，电话 139", "")
    assert stored(session, PLACE, SHOT).erased_at is None
    assert words_in_log(session, no) == 2
    assert list(problems(session, PLACE)) == []


def test_a_ticket_is_stripped_once_and_some_at_a_time(session, place):
    for _ in range(3):
        turned_away(session, home=None)

    assert [stripped(session, most=2), stripped(session, most=2), stripped(session, most=2)] == [2, 1, 0]


def test_what_is_open_or_of_safety_keeps_its_words(session, place):
    report = actions.Report(Category.DOOR, "门坏了", home=HOME, reporter="李四")
    actions.log_ticket(session, PLACE, report, by=HE, at=NOON)
    turned_away(session, category=Category.LIFT)
    urgent = actions.log_ticket(session, PLACE, report, by=HE, at=NOON).no
    actions.triage(session, PLACE, urgent, Priority.P1, by=MEI, at=NOON)
    actions.reject(session, PLACE, urgent, "不是险情", by=MEI, at=NOON)

    assert stripped(session) == 0


def test_a_picture_that_proves_something_else_too_stays(session, place):
    turned_away(session)
    use_file(session, PLACE, SHOT, "project/1", Purpose.SURVEY, by=HE, at=NOON)

    assert stripped(session) == 1
    assert stored(session, PLACE, SHOT).erased_at is None


def test_the_years_are_a_local_number_with_its_source(session, place):
    number = session.execute(
        text("SELECT value, source FROM profile_value WHERE key = 'ticket.personal_years'")
    ).one()
    assert tuple(number) == ("3", "《民法典》第188条；《个人信息保护法》第19条")


@pytest.mark.parametrize(
    ("category", "priority", "route", "project", "ordinary"),
    [
        (Category.DOOR, Priority.P3, None, None, True),
        (Category.DOOR, Priority.P1, None, None, False),
        (Category.LIFT, Priority.P3, None, None, False),
        (Category.DOOR, Priority.P3, "warranty", None, False),
        (Category.DOOR, Priority.P3, "contract", None, True),
        (Category.DOOR, Priority.P3, "contract", "2026-01", False),
    ],
)
def test_what_concerns_safety_works_or_a_warranty_is_not_ordinary(
    category, priority, route, project, ordinary
):
    assert is_ordinary(category, priority, route and Route(route), project) is ordinary


def test_words_of_homes_and_of_complaints_are_personal():
    assert tells_of_homes(Category.DOOR, HOME)
    assert tells_of_homes(Category.COMPLAINT, None)
    assert not tells_of_homes(Category.DOOR, None)


def test_of_a_step_nothing_but_its_note_can_go(session, place):
    no = turned_away(session)

    for change in ("note = 'anders'", "note = '', by_login = 'x'", "state = 'closed'"):
        with pytest.raises(DBAPIError, match="in ink"), session.begin_nested():
            session.execute(text(f"UPDATE ticket_step SET {change} WHERE ticket = {no}"))
    with pytest.raises(DBAPIError, match="in ink"), session.begin_nested():
        session.execute(text("DELETE FROM ticket_step"))
