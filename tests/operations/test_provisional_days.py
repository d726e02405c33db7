"""B6: a day that is counted with a year without its official calendar says so at every door, until that is entered."""

from datetime import date

import pytest

from ledger.community.tables import ServiceContract
from ledger.periods import statutory_holidays
from ledger.register.local_actions import enter_calendar
from tests.cast import CHEN, HE, MEI
from tests.desk.conftest import Visitor
from tests.doors import Caller, application, sits_down
from tests.factories import PAPER, SHA, a_paper

SERVICE = "/communities/meiyuan/services/WY-1"
MARK = "（暂按法定节假日推算）"


@pytest.fixture
def url(furnished_url):
    return furnished_url


@pytest.fixture
def app(database, tmp_path):
    """A service contract whose hand-over falls into a year of which nobody can know the official calendar yet."""
    with database.writing() as session:
        a_paper(session, PAPER)
        session.add(
            ServiceContract(
                community="meiyuan",
                number="WY-1",
                firm="wuye",
                starts_on=date(2024, 1, 1),
                ends_on=date(2098, 12, 31),
            )
        )
    return application(database, tmp_path / "home")


def test_it_stands_beside_the_day_in_json_and_behind_it_at_the_desk(app, database):
    calls = Caller(app.test_client(), CHEN)
    desk = Visitor(app.test_client())
    sits_down(desk.client, HE)

    days = calls("GET", SERVICE, 200)["calendar"]
    page = desk.get("/desk/meiyuan/services/WY-1").text

    assert (days["handover_by"], days["handover_by_provisional"]) == ("2099-01-30", True)
    assert page.count(MARK) == 1
    assert "移交期限是暂定的" not in page
    with database.writing() as session:
        at = app.extensions["clock"]()
        enter_calendar(session, "meiyuan", 2099, sorted(statutory_holidays(2099)), SHA, by=MEI, at=at)
    assert calls("GET", SERVICE, 200)["calendar"]["handover_by_provisional"] is False
    assert MARK not in desk.get("/desk/meiyuan/services/WY-1").text
