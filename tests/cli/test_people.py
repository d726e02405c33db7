"""Whoever runs the machine is let in at the machine, by a link that works once."""

from datetime import UTC, datetime, timedelta

import pytest

from ledger.db import Database
from ledger.people.keyring import Keyring
from ledger.people.queries import access_records, operators
from ledger.people.rules import Event, SlipWorthless
from ledger.people.sign_ins import remember, right_password, use_slip
from ledger.periods import day_in_shanghai
from ledger.repairs.actions import Report, log_ticket, reject
from ledger.repairs.queries import ticket
from ledger.repairs.rules import Category
from tests.cast import MEI
from tests.cli.conftest import TODAY
from tests.doors import HOMES

PASSWORD = "a sentence of mine"


def test_a_link_for_an_operator_sets_a_password_once(desk):
    said = desk.json("person", "add", "方管理")[0]
    assert said["link"].endswith(f"/desk/slip?code={said['code']}")
    keyring = Keyring(desk.folder / "home" / "keys" / "people.key")
    now = datetime.fromisoformat(said["last_day"]).replace(tzinfo=UTC)
    database = Database(desk.env["LEDGER_DATABASE_URL"])
    with database.writing() as session:
        assert (
            use_slip(session, said["code"], PASSWORD, keyring, day_in_shanghai(now), at=now).name == "方管理"
        )
        assert right_password(session, said["login"], PASSWORD).login == said["login"]
        assert said["login"] in operators(session, now.date())
    with database.writing() as session, pytest.raises(SlipWorthless):
        use_slip(session, said["code"], PASSWORD, keyring, day_in_shanghai(now), at=now)
    again = desk.json("person", "slip", said["login"], "--forgets-factor")[0]
    assert (again["login"], again["code"] != said["code"]) == (said["login"], True)
    assert "没有这样一个人" in desk.refused("person", "slip", "nobody")


def test_init_prints_a_link_where_nobody_runs_the_machine_yet(desk):
    first, second = desk.json("init"), desk.json("init")
    assert [line["login"].startswith("u") for line in first if "link" in line] == [True]
    assert [line for line in second if "link" in line] == []


def test_an_operator_leaves_when_another_is_there(desk):
    first, second = (desk.json("person", "add", name)[0]["login"] for name in ("方管理", "钱管理"))
    desk("person", "end", first)
    assert "last operator" in desk.refused("person", "end", second)


def test_what_must_not_be_kept_longer_is_deleted_and_the_rest_stays(desk):
    database, now = Database(desk.env["LEDGER_DATABASE_URL"]), TODAY
    with database.writing() as session:
        for days in (0, 3 * 366 - 1, 3 * 366 + 1):
            remember(session, Event.SIGNED_IN, "mei", "203.0.113.7", at=now - timedelta(days=days))
    desk("forget")
    with database.reading() as session:
        kept = access_records(session, "mei", now - timedelta(days=10_000))
    assert sorted((now - record.at).days for record in kept) == [0, 3 * 366 - 1]
    database.close()


def test_who_reported_a_repair_is_forgotten_after_three_years_and_the_log_is_well(desk, clock):
    database = Database(desk.env["LEDGER_DATABASE_URL"])
    with database.writing() as session:
        report = Report(Category.DOOR, "我家的门坏了", home=HOMES[0], reporter="张三 13900000000")
        no = log_ticket(session, "meiyuan", report, by=MEI, at=TODAY).no
        reject(session, "meiyuan", no, "张三自己修", by=MEI, at=TODAY)
    assert desk.json("forget")[0]["tickets"] == 0

    clock.waits(3 * 366)

    assert desk.json("forget")[0]["tickets"] == 1
    assert desk.json("forget")[0]["tickets"] == 0
    with database.reading() as session:
        gone = ticket(session, "meiyuan", no)
        assert (gone.title, gone.reporter) == ("", "")
    database.close()
    desk("fsck")
