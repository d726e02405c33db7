"""The demo stands on a day of its own and says that it is the demo; real books do neither."""

from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from ledger.community.actions import enrol
from ledger.community.queries import DemoPassword, NotTheDemo, demo_day
from ledger.community.rules import DEMO_PASSWORD
from ledger.config import Config
from ledger.db import Database
from ledger.demo.story import TODAY, build
from ledger.installation import Installation
from ledger.journal.fsck import problems
from ledger.log.queries import head, latest_signed
from ledger.people.sign_ins import right_password
from ledger.periods import SHANGHAI, Month, standing_on
from ledger.votes.queries import motion
from ledger.votes.rules import MotionState
from ledger.web import create_app
from tests.cast import MEI, NOON
from tests.demo.test_story import SMALL
from tests.desk.conftest import Visitor
from tests.doors import application

JUNE = Month(2026, 6)


@pytest.fixture(scope="module")
def sample(sqlite_template, tmp_path_factory) -> Installation:
    """The sample of its last month, up to today."""
    home = tmp_path_factory.mktemp("demo")
    (home / "ledger.db").write_bytes(Path(sqlite_template).read_bytes())
    with closing(Database(f"sqlite:///{home / 'ledger.db'}")) as database:
        settings = {"LEDGER_HOME": str(home), "LEDGER_HOST": "x.example"}
        installation = Installation.of(Config.from_env(settings), database)
        build(installation, (SMALL,), {}, [JUNE], lambda words: None)
        yield installation


@pytest.fixture
def visitor(sample, tmp_path):
    return Visitor(application(sample.database, tmp_path / "home").test_client())


def test_today_is_the_day_of_the_demo_at_every_door(sample, tmp_path):
    app = application(sample.database, tmp_path / "home")

    assert app.extensions["clock"]().astimezone(SHANGHAI).date() == TODAY == date(2026, 7, 28)


def test_only_the_day_moves_not_the_time_of_the_day():
    at = datetime(2026, 11, 3, 20, 15, tzinfo=UTC)  # the fourth in Shanghai

    moved = standing_on(TODAY, at)

    assert moved.astimezone(SHANGHAI).date() == TODAY
    assert moved.astimezone(SHANGHAI).time() == at.astimezone(SHANGHAI).time()


def test_a_vote_is_open_today_and_all_is_signed(sample):
    with sample.database.reading() as session:
        voted = motion(session, "meiyuan", "2026-03")
        assert voted.state is MotionState.OPEN
        assert voted.opens_on < TODAY < voted.closes_on
        assert latest_signed(session, "meiyuan").tree_size == head(session, "meiyuan").tree_size
        assert list(problems(session, "meiyuan", sample.signer)) == []


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("zh", "这是样例：人和钱都是虚构的，里面的今天是2026年7月28日。"),
        ("en", "today is 28 July 2026 in it."),
    ],
)
@pytest.mark.parametrize("address", ["/", "/meiyuan/", "/meiyuan/half-year/2026-H1/", "/desk/sign-in"])
def test_every_page_says_that_it_is_the_demo(visitor, address, lang, words):
    assert words in visitor.get(f"{address}?lang={lang}").text


def test_a_sign_in_of_the_demo_works_in_the_demo(visitor):
    visitor.send("/desk/sign-in", login="mei", password=DEMO_PASSWORD)

    assert visitor.get("/desk/meiyuan/").status_code == 200


def test_another_day_can_be_set_for_the_demo(sample, tmp_path):
    url = sample.database.engine.url.render_as_string(hide_password=False)
    env = {"LEDGER_HOME": str(tmp_path), "LEDGER_DATABASE_URL": url, "LEDGER_DAY": "2026-08-05"}

    app = create_app(Config.from_env(env))

    assert app.extensions["clock"]().astimezone(SHANGHAI).date() == date(2026, 8, 5)


def test_real_books_take_no_day_and_say_nothing_of_a_demo(database, tmp_path):
    app = application(database, tmp_path / "home")
    url = database.engine.url.render_as_string(hide_password=False)
    env = {"LEDGER_HOME": str(tmp_path), "LEDGER_DATABASE_URL": url, "LEDGER_DAY": "2026-07-28"}

    with pytest.raises(NotTheDemo):
        create_app(Config.from_env(env))
    assert "样例" not in app.test_client().get("/").text
    assert abs((app.extensions["clock"]() - datetime.now(UTC)).total_seconds()) < 60


def test_the_demos_password_opens_nothing_outside_the_demo(database):
    with database.writing() as session:
        assert demo_day(session) is None
        with pytest.raises(DemoPassword):
            enrol(session, "new", "新来的", DEMO_PASSWORD, by=MEI, at=NOON)
        with pytest.raises(DemoPassword):
            right_password(session, "mei", DEMO_PASSWORD)
