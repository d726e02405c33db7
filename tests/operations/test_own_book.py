"""A book of the community's own is opened with its sub-ledgers at each door, and refused alike."""

import json
from datetime import date

import pytest
from click.testing import CliRunner
from sqlmodel import select

from ledger.cli.commands import main
from ledger.community.actions import appoint
from ledger.community.role_rules import Actor, Role, Seat
from ledger.community.tables import Person
from ledger.journal.tables import Account, Subledger
from tests.cast import MEI, NOON
from tests.desk.conftest import Visitor
from tests.doors import HASH, Caller, application, sits_down

ROOT = Actor("root", Role.OPERATOR)
ACCOUNTS = [
    {"code": "W1001", "purpose": "bank", "zh": "存款", "en": "Bank", "element": "asset", "floor_fen": 0},
    {"code": "W2001", "purpose": "held", "zh": "押金", "en": "Held", "element": "liability", "ledger": "deposits"},
]  # fmt: skip
LEDGERS = [{"code": "deposits", "kept_by": "home", "balance_side": "C", "floor_fen": 0}]
BOOK = {"code": "care", "zh": "护理站", "en": "Care station", "accounts": ACCOUNTS, "ledgers": LEDGERS}


@pytest.fixture
def url(furnished_url):
    return furnished_url


@pytest.fixture
def app(database, tmp_path):
    with database.writing() as session:
        session.add(Person(login=ROOT.login, name="Root", password=HASH, since=NOON))
        session.flush()
        appoint(session, ROOT.login, "meiyuan", Seat(ROOT.role), date(2026, 1, 1), by=MEI, at=NOON)
    return application(database, tmp_path / "home")


def opened(database):
    """The new book's sub-ledgers as (code, whose, side, floor), and the accounts that name one."""
    with database.reading() as session:
        apart = session.exec(select(Subledger).where(Subledger.book == "care")).all()
        accounts = session.exec(select(Account).where(Account.book == "care")).all()
        return [(ledger.code, ledger.by, ledger.side, ledger.floor_fen) for ledger in apart], {
            account.code: account.ledger for account in accounts if account.ledger
        }


WHOLE = ([("deposits", "home", "C", 0)], {"W2001": "deposits"})


def test_a_program_opens_it(app, database):
    Caller(app.test_client(), ROOT)("POST", "/communities/meiyuan/books", 201, **BOOK)

    assert opened(database) == WHOLE


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"ledgers": []}, "chart-wrong"),
        ({"ledgers": LEDGERS * 2}, "chart-wrong"),
        ({"accounts": ACCOUNTS[:1]}, "chart-wrong"),
        ({"ledgers": [{**LEDGERS[0], "kept_by": "account"}]}, "malformed"),
        ({"ledgers": [{**LEDGERS[0], "balance_side": "left"}]}, "malformed"),
        ({"ledgers": "deposits"}, "malformed"),
    ],
)
def test_what_contradicts_itself_is_refused_whole(app, database, wrong, code):
    refusal = Caller(app.test_client(), ROOT)("POST", "/communities/meiyuan/books", 422, **BOOK | wrong)

    assert refusal["code"] == code
    assert opened(database) == ([], {})


def test_a_form_opens_it(app, database):
    desk = Visitor(app.test_client())
    sits_down(desk.client, ROOT)
    typed = {"code": "care", "zh": "护理站", "en": "Care station"}
    for at, row in enumerate(ACCOUNTS):
        typed |= {f"accounts:{at}.{name}": value for name, value in row.items()}
    typed |= {f"ledgers:0.{name}": value for name, value in LEDGERS[0].items()}

    page = desk.get("/desk/meiyuan/do/books").text
    assert desk.fill("/desk/meiyuan/do/books", **typed | {"ledgers:0.code": "others"}).status_code == 422
    answer = desk.fill("/desk/meiyuan/do/books", **typed)

    assert "逐个往来单位" in page
    assert "贷方" in page
    assert answer.status_code == 302
    assert opened(database) == WHOLE


def test_a_command_opens_it(app, database, tmp_path):
    words = [
        "--json",
        "do",
        "books",
        "meiyuan",
        "--as",
        "root",
        "--code",
        "care",
        "--zh",
        "护理站",
        "--en",
        "Care",
    ]
    words += ["--accounts", json.dumps(ACCOUNTS), "--ledgers", json.dumps(LEDGERS)]
    url = database.engine.url.render_as_string(hide_password=False)

    result = CliRunner().invoke(main, words, env={"LEDGER_HOME": str(tmp_path), "LEDGER_DATABASE_URL": url})

    assert result.exit_code == 0, result.output
    assert opened(database) == WHOLE
