"""The accounts that fall due in a community: by its local numbers, from its first month on, until they are published."""

from datetime import date

import pytest

from ledger.community.role_rules import Role
from ledger.community.rules import Mode
from ledger.community.tables import Community, ProfileValue
from ledger.disclosure.due_queries import dues, dues_on, to_prepare, to_publish
from ledger.disclosure.due_rules import DisclosureTask, Topic
from tests.disclosure.lived import PLACE
from tests.disclosure.test_actions import checked, prepared, published

SUMMER = date(2026, 7, 20)


def named(owed):
    return [(due.topic, due.period, due.on) for due in owed]


def a_number(session, key, value):
    session.add(
        ProfileValue(scope=f"community:{PLACE}", key=key, since=date(2021, 1, 1), value=value, source="本地")
    )
    session.flush()


def test_b11_quarters_of_revenue_and_half_years_of_the_fund_are_due(session):
    assert named(dues(session, PLACE, date(2026, 1, 1), date(2026, 8, 31))) == [
        (Topic.REVENUE, "2026-Q1", date(2026, 4, 30)),
        (Topic.FUND, "2026-H1", date(2026, 7, 31)),
        (Topic.REVENUE, "2026-Q2", date(2026, 7, 31)),
    ]


def test_nothing_is_due_of_a_time_before_the_opening_day(session):
    session.get_one(Community, PLACE).opened_on = date(2026, 2, 1)
    session.flush()

    assert named(dues(session, PLACE, date(2026, 1, 1), date(2026, 8, 31))) == [
        (Topic.REVENUE, "2026-Q2", date(2026, 7, 31))
    ]


@pytest.mark.parametrize(
    ("key", "value", "topic", "periods"),
    [
        ("revenue.publish", '"half_year"', Topic.REVENUE, ["2026-H1"]),
        ("fund.publish", '"yearly"', Topic.FUND, []),
        ("self_managed.publish", '"quarterly"', Topic.FUND, ["2026-H1"]),
    ],
)
def test_b10_how_often_is_the_local_number(session, key, value, topic, periods):
    a_number(session, key, value)

    owed = dues(session, PLACE, date(2026, 1, 1), date(2026, 8, 31))

    assert [due.period for due in owed if due.topic is topic] == periods


def test_b10_owners_who_manage_by_themselves_disclose_as_often_as_their_place_asks(session):
    session.get_one(Community, PLACE).mode = Mode.SELF
    a_number(session, "self_managed.publish", '"quarterly"')

    owed = dues(session, PLACE, date(2026, 1, 1), date(2026, 8, 31))

    assert [due.period for due in owed if due.topic is Topic.FUND] == ["2026-Q1", "2026-Q2"]


def test_what_is_due_waits_for_whoever_does_the_next_step_and_is_over_once_it_is_published(session):
    assert [due.period for due in dues_on(session, PLACE, SUMMER)] == ["2026-Q1", "2026-H1", "2026-Q2"]
    assert [waiting.task for waiting in to_prepare(session, PLACE, {Role.MANAGER}, SUMMER)] == [
        DisclosureTask.REVENUE,
        DisclosureTask.FUND,
        DisclosureTask.REVENUE,
    ]
    assert to_publish(session, PLACE, {Role.COMMITTEE}, SUMMER) == []

    draft = prepared(session)
    assert [waiting.subject for waiting in to_prepare(session, PLACE, {Role.MANAGER}, SUMMER)] == [
        "2026-Q1",
        "2026-Q2",
    ]
    assert [waiting.subject for waiting in to_publish(session, PLACE, {Role.COMMITTEE}, SUMMER)] == [
        "2026-H1"
    ]
    assert to_publish(session, PLACE, {Role.WORKER}, SUMMER) == []

    checked(session, draft.sha256)
    published(session, draft.body)
    assert dues_on(session, PLACE, SUMMER) == []
    late = dues(session, PLACE, date(2026, 1, 1), date(2026, 8, 31))[0]
    assert (late.period, late.published_on > late.on) == ("2026-Q1", True)
