"""How a community stands is published by the server itself: at once when the law of it changes, else once a day."""

import json
from datetime import date, timedelta

import pytest

from ledger.committee.tables import CommitteeTerm
from ledger.community.rules import FirmKind
from ledger.community.tables import Community, ServiceContract
from ledger.disclosure.standing_notice_actions import publish_standing
from ledger.disclosure.standing_notice_queries import newest_standing
from ledger.disclosure.standing_notice_rules import changed_facts, falls_due
from ledger.handover.contract_actions import prolong
from ledger.journal.fsck import problems
from ledger.periods import noon, statutory_holidays
from ledger.register.local_actions import enter_calendar
from ledger.repairs.actions import Report, assign, log_ticket, triage
from ledger.repairs.rules import Category, Priority
from ledger.votes.rules import Matter
from tests.cast import CHEN, MEI, NOON, WEN
from tests.community.databases import session, shared
from tests.factories import SHA, a_firm, a_worker
from tests.revenue.owners import PLACE, a_resolution, owners_place
from tests.votes.asking import a_motion

__all__ = ["session", "shared"]

TODAY = NOON.date()
END = TODAY + timedelta(days=300)
DAY = timedelta(days=1)


@pytest.fixture
def place(session):
    """Owners served by a firm whose contract ends in three hundred days."""
    owners_place(session)
    a_firm(session, "wuye", FirmKind.PROPERTY)
    session.add(
        ServiceContract(community=PLACE, number="WY-1", firm="wuye", starts_on=date(2024, 1, 1), ends_on=END)
    )
    session.flush()
    return PLACE


def published(session, at=NOON):
    notice = publish_standing(session, PLACE, by=None, at=at)
    return notice and json.loads(notice.body)


def reported(session, at=NOON):
    return log_ticket(session, PLACE, Report(Category.LIGHTING, "楼道灯不亮", "1"), by=MEI, at=at)


def test_it_says_the_contract_the_votes_and_the_repairs_of_today(session, place):
    a_motion(session, code="M-9")
    for _ in range(5):
        reported(session)

    says = published(session)

    assert says["service"]["number"] == "WY-1"
    assert says["service"]["ends_on"] == END.isoformat()
    assert says["service"]["stands"] == "running"
    assert [vote["code"] for vote in says["votes"]] == ["M-9"]
    assert says["tickets"] == {"open": 5, "late": 0, "least_told": 5}
    assert says["labels"]["/tickets/late"] == ["其中过了期限的", "of which past their day"]


def test_what_is_told_is_not_told_again(session, place):
    published(session)

    assert published(session) is None
    assert published(session, NOON + 5 * DAY) is None


def test_a_change_of_law_is_told_at_once_and_says_what_changed(session, place):
    published(session)
    a_resolution(session, "M-F", Matter.FIRM)
    prolong(session, PLACE, "WY-1", END + timedelta(days=365), "M-F", SHA, by=CHEN, at=NOON)

    notice = publish_standing(session, PLACE, by=None, at=NOON + timedelta(hours=1))

    assert (notice.period, notice.version) == (TODAY.isoformat(), 2)
    assert "物业服务合同" in notice.why
    assert "Service contract" in notice.why


def test_the_number_of_repairs_is_told_once_a_day(session, place):
    published(session)
    for _ in range(5):
        reported(session)

    assert published(session, NOON + timedelta(hours=1)) is None
    assert published(session, NOON + DAY)["tickets"]["open"] == 5


def test_d2_how_few_repairs_wait_is_not_told_nor_how_many_of_them_are_late(session, place):
    for waiting in range(1, 5):
        reported(session)

        says = published(session, NOON + waiting * DAY)
        assert says is None or says["tickets"] == {"open": None, "late": None, "least_told": 5}


def test_a_repair_past_its_day_is_late_until_it_is_done(session, place):
    a_worker(session)
    ticket, *_ = [reported(session) for _ in range(5)]
    triage(session, PLACE, ticket.no, Priority.P1, by=MEI, at=NOON)
    assign(session, PLACE, ticket.no, WEN.login, by=MEI, at=NOON)

    assert published(session, NOON + 30 * DAY)["tickets"]["late"] == 5


def test_a_day_of_the_contract_that_comes_near_is_a_change(session, place):
    assert published(session)["contract_days"] == []

    days = published(session, NOON + 295 * DAY)["contract_days"]

    assert {day["task"] for day in days} >= {"decide", "ends"}


def test_a_day_that_passes_is_a_change_and_is_said(session, place):
    def told_on(at):
        notice = published(session, at)
        return {day["task"]: day["past"] for day in notice["contract_days"]} if notice else None

    last = next(at for at in (NOON + days * DAY for days in range(300)) if told_on(at) == {"decide": False})
    passed = next(past for past in (told_on(last + days * DAY) for days in range(1, 60)) if past)

    assert passed["decide"] is True


def test_where_nobody_serves_it_says_so(session):
    owners_place(session)

    assert published(session)["service"] is None


def test_nothing_is_told_before_the_opening_day_nor_of_a_day_that_is_over(session, place):
    session.get(Community, PLACE).opened_on = TODAY + DAY
    assert published(session) is None

    assert published(session, NOON + DAY)
    a_motion(session, code="M-9")
    assert published(session) is None
    assert newest_standing(session, PLACE).day == TODAY + DAY


def test_it_is_sealed_like_every_notice_and_by_nobodys_hand(session, place):
    published(session)

    assert list(problems(session, PLACE)) == []


@pytest.mark.parametrize(
    ("figure", "days_later", "due"),
    [
        ("tickets", 0, False),
        ("tickets", 1, True),
        ("service", 0, True),
        ("votes", 0, True),
        ("community", 1, True),
        (None, 9, False),
    ],
)
def test_a_notice_falls_due_by_what_changed(figure, days_later, due):
    before = {"community": "A", "service": 1, "contract_days": [], "votes": [], "tickets": 3}
    now = before | ({figure: "another"} if figure else {})

    assert falls_due(TODAY, before, now, TODAY + timedelta(days=days_later)) is due


def test_the_days_of_the_committee_are_told_at_once(session, place):
    published(session)
    session.add(
        CommitteeTerm(
            community=PLACE,
            no=1,
            elected_on=TODAY,
            starts_on=TODAY,
            ends_on=TODAY + 400 * DAY,
            seats=0,
            document=SHA,
            changed_on=TODAY,
        )
    )
    session.flush()

    filing = {"task": "file", "no": 1, "on": str(TODAY + 30 * DAY), "provisional": False, "past": False}
    assert published(session)["committee_days"] == [filing]
    late = published(session, NOON + 31 * DAY)
    assert late["committee_days"] == [filing | {"past": True}]
    assert late["labels"]["/committee_days/task=file"] == ["业委会备案", "File the committee with the street"]
    over = published(session, NOON + 401 * DAY)["committee_days"]
    assert [(day["task"], day["past"]) for day in over] == [
        ("vacant", True), ("hand_over", False), ("audit", False),
    ]  # fmt: skip


def test_b6_a_day_counted_with_a_year_without_its_official_calendar_is_told_as_provisional(session, place):
    filed = date(2026, 12, 15)
    session.add(
        CommitteeTerm(
            community=PLACE,
            no=1,
            elected_on=filed,
            starts_on=filed,
            ends_on=filed + 400 * DAY,
            seats=0,
            document=SHA,
            changed_on=filed,
        )
    )
    session.flush()
    before = published(session, noon(filed))
    assert [(day["on"], day["provisional"]) for day in before["committee_days"]] == [("2027-01-14", True)]
    assert before["labels"]["/committee_days/provisional=true"][0] == "暂按法定节假日推算"
    assert before["calendar"] == {"official_through": 2026}

    enter_calendar(session, PLACE, 2027, sorted(statutory_holidays(2027)), SHA, by=MEI, at=noon(filed))

    after = published(session, noon(filed))
    assert [(day["on"], day["provisional"]) for day in after["committee_days"]] == [("2027-01-14", False)]
    assert after["calendar"] == {"official_through": 2027}


def test_a_notice_from_before_committees_were_told_is_not_told_anew_for_that():
    before = {"service": None, "contract_days": [], "votes": []}

    assert changed_facts(before, before | {"committee_days": []}) == []
