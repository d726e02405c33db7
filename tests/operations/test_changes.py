"""What a local number or a calendar would change is told before it is entered, as it will be counted in earnest."""

from datetime import date, timedelta

import pytest

from ledger.community.actions import appoint
from ledger.community.queries import decided_days, profile
from ledger.community.role_rules import EVERYWHERE, Role, Seat
from ledger.community.tables import ServiceContract
from ledger.operations.changes import MOST, Changed, by_calendar, by_number, otherwise
from ledger.periods import day_in_shanghai, noon, statutory_holidays
from ledger.register.local_actions import enter_calendar, set_number
from ledger.revenue.receipt_actions import receive
from tests.cast import MEI, WEN
from tests.community.databases import shared
from tests.desk.conftest import Visitor
from tests.disclosure.lived import PLACE, lived, session
from tests.doors import application, sits_down
from tests.factories import PAPER, SHA, a_paper

__all__ = ["lived", "session", "shared"]

TODAY = date(2026, 7, 10)


@pytest.fixture
def url(furnished_url):
    return furnished_url


@pytest.fixture
def app(database, tmp_path):
    return application(database, tmp_path / "home")


def told(changes, kind):
    return {row.subject.zh: (row.stands_at.zh, row.will_be.zh) for row in changes if row.change is kind}


def changed_by_number(session, key, value, since=TODAY):
    before = by_number(session, PLACE, key, since, TODAY)
    set_number(session, PLACE, key, value, since, "业主大会决议", by=MEI, at=noon(TODAY))
    return otherwise(before, by_number(session, PLACE, key, since, TODAY))


def test_a_number_moves_the_days_that_run(session):
    changes = changed_by_number(session, "contract.decide_before_days", "90")

    assert told(changes, Changed.NUMBER).popitem()[1] == ("180", "90")
    assert told(changes, Changed.CONTRACT) == {"WY-1 · 业主最迟哪天决定": ("2026年7月4日", "2026年10月2日")}
    [late] = [row for row in changes if row.change is Changed.FINDING]
    assert late.stands_at.zh.startswith("物业服务合同 WY-1")
    assert late.will_be is None
    assert {row.change for row in changes} == {Changed.NUMBER, Changed.CONTRACT, Changed.FINDING}


def test_a_number_moves_amounts_and_counts(session):
    receive(session, PLACE, "GY-1", 300_000, TODAY, reference="gy-7", by=MEI, at=noon(TODAY))

    share = changed_by_number(session, "revenue.to_fund_pct", "100")
    homes = changed_by_number(session, "fund.topup_trigger_pct", "100")

    assert told(share, Changed.REMITTANCE) == {
        "2026年第3季度 · 应转入维修资金": ("2,100.00 元", "3,000.00 元")
    }
    assert told(homes, Changed.HOMES)


def test_a_shorter_time_for_personal_data_says_of_how_many_repairs_they_will_be_erased(session):
    changes = changed_by_number(session, "ticket.personal_years", "1", since=date(2028, 7, 10))

    [(before, after)] = told(changes, Changed.TICKETS).values()
    assert before == "0"
    assert int(after) > 0


def test_what_runs_by_days_that_are_past_does_not_move(session):
    changes = changed_by_number(session, "committee.handover_days", "20")

    assert [row.change for row in changes] == [Changed.NUMBER]


def test_a_calendar_tells_its_days_and_what_they_move(session):
    before = by_calendar(session, PLACE, 2027, TODAY)
    off = {*statutory_holidays(2027), *(date(2027, 1, day) for day in range(4, 30))}
    enter_calendar(session, PLACE, 2027, sorted(off), SHA, by=MEI, at=noon(TODAY))
    changes = otherwise(before, by_calendar(session, PLACE, 2027, TODAY))

    days = [row for row in changes if row.change is Changed.WORKING_DAY]
    assert (days[0].subject.zh, days[0].stands_at.zh, days[0].will_be.zh) == ("2027年1月4日", "上班", "放假")
    moved = told(changes, Changed.DISCLOSURE)
    assert all("暂按" in was and "暂按" not in now for was, now in moved.values())
    assert moved


def test_of_many_changes_of_a_kind_the_first_are_named_and_the_rest_counted(session):
    before = by_calendar(session, PLACE, 2027, TODAY)
    off = {*statutory_holidays(2027), *(date(2027, 3, 1) + timedelta(days=no) for no in range(40))}
    enter_calendar(session, PLACE, 2027, sorted(off), SHA, by=MEI, at=noon(TODAY))

    days = [
        row
        for row in otherwise(before, by_calendar(session, PLACE, 2027, TODAY))
        if row.change is Changed.WORKING_DAY
    ]

    assert len(days) == MOST + 1
    assert (days[-1].subject.zh.startswith("还有"), days[-1].stands_at) == (True, None)


def test_before_a_number_or_a_calendar_is_entered_the_last_look_shows_what_changes(app, database):
    with database.writing() as session:
        a_paper(session, PAPER)
        session.add(
            ServiceContract(
                community=PLACE,
                number="WY-1",
                firm="wuye",
                starts_on=date(2024, 1, 1),
                ends_on=date(2098, 12, 31),
            )
        )
        appoint(session, "wen", EVERYWHERE, Seat(Role.OPERATOR), date(2026, 1, 1), by=MEI, at=noon(TODAY))
    desk = Visitor(app.test_client())
    sits_down(desk.client, WEN)
    days = sorted({*statutory_holidays(2099), date(2099, 1, 30), date(2099, 2, 2)})
    forms = {
        "local-numbers/contract.handover_days/values": {
            "value": "20",
            "since": str(day_in_shanghai(app.extensions["clock"]())),
            "source": "业主大会决议",
        },
        "calendar": {
            "year": "2099",
            "days_off": "\n".join(map(str, days)),
            "kept:document": f"{SHA} notice.pdf",
        },
    }
    seen = {}
    for path, typed in forms.items():
        page = f"/desk/{PLACE}/do/{path}"
        seen[path] = desk.client.post(page, data=desk.form(page) | typed).text
        assert 'name="confirmed"' in seen[path]
        assert "没有列出的不变" in seen[path]

    number, calendar = seen.values()
    assert "2099年1月26日（暂按法定节假日推算）" in number
    for moved in ("2099年2月2日", "上班", "放假", "2099年1月30日（暂按法定节假日推算）", "2099年2月3日"):
        assert moved in calendar
    with database.reading() as session:
        assert profile(session, PLACE, date(2098, 12, 31))["contract.handover_days"] == 30
        assert not decided_days(session, None)
