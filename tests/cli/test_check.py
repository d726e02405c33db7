"""mingbai check: what a timer is told, and the code it ends with."""

import shutil
from collections import namedtuple
from datetime import date, timedelta

import pytest

from ledger.backup.taking import LastBackup
from ledger.committee.tables import CommitteeTerm
from ledger.community.tables import CalendarDay, Community, ServiceContract
from ledger.config import kept_secret
from ledger.db import Database
from ledger.disclosure.rules import DisclosureState
from ledger.disclosure.tables import Disclosure
from ledger.jobs.queue import Queue
from ledger.jobs.rules import JobState
from ledger.jobs.tables import Job
from tests.cli.conftest import TODAY
from tests.factories import SHA
from tests.servers import free_port

Usage = namedtuple("Usage", "total used free")


@pytest.fixture(autouse=True)
def disk(monkeypatch):
    """A disk with room, until a test takes it away."""
    free = {"bytes": 100 << 30}
    monkeypatch.setattr("ledger.checks.machine.shutil.disk_usage", lambda _: Usage(1, 1, free["bytes"]))
    return free


@pytest.fixture
def well(desk):
    """The town with its logs signed, its accounts disclosed and a backup of this morning."""
    write(desk, *(disclosed(period) for period in ("2026-Q1", "2026-Q2", "2026-H1")))
    desk("sign")
    backed_up(desk, hours=3)
    return desk


def backed_up(desk, hours):
    last = LastBackup(taken_at=TODAY - timedelta(hours=hours), directory="/srv/backup", manifest="0" * 64)
    (desk.folder / "home" / "last-backup.json").write_text(last.model_dump_json())


def disclosed(period):
    return Disclosure(
        community="meiyuan",
        period=period,
        version=1,
        state=DisclosureState.PUBLISHED,
        body=b"{}",
        sha256=SHA,
        prepared_by="mei",
        prepared_at=TODAY,
        published_by="chen",
        published_at=TODAY,
    )


def write(desk, *rows):
    database = Database(desk.env["LEDGER_DATABASE_URL"])
    with database.writing() as session:
        session.add_all(rows)
    database.close()


def by_name(desk, expect, name):
    checks = desk.json("check", expect=expect)
    return [
        (check["state"], check["place"], check["zh"], check["en"])
        for check in checks
        if check["check"] == name
    ]


def test_where_all_is_well_each_check_says_so_once_in_both_languages(well):
    checks = well.json("check")
    assert [check["check"] for check in checks] == [
        "schema",
        "clock",
        "disk",
        "disk",
        "backup",
        "jobs",
        "heads",
        "calendar",
        "contracts",
        "committees",
        "disclosures",
        "first_month",
    ]
    assert {check["state"] for check in checks} == {"well"}
    assert all(
        not check["zh"].isascii() and check["remedy_zh"] == check["remedy_en"] == "" for check in checks
    )
    lines = well("check").stdout.splitlines()
    assert len(lines) == 2 * len(checks)
    assert all(line.startswith("✓ ") for line in lines[::2])


def test_another_version_of_the_database_is_broken_and_nothing_else_is_read(well):
    well.by_hand("UPDATE alembic_version SET version_num = '0007'")
    [check] = well.json("check", expect=2)
    assert (check["check"], check["state"]) == ("schema", "broken")
    assert "mingbai migrate" in check["remedy_zh"]
    assert "mingbai migrate" in check["remedy_en"]


def test_a_database_that_cannot_be_read_is_broken(nothing):
    assert "LEDGER_DATABASE_URL" in nothing("check", expect=2).stderr


def test_e5_what_waits_longer_than_a_day_for_a_signature_is_to_be_looked_at(well, clock):
    well("charge-month", "guiyuan", "2026-07")
    assert by_name(well, 0, "heads")[0][0] == "well"
    clock.waits(2)
    [(state, place, zh, en)] = by_name(well, 1, "heads")
    assert (state, place) == ("look", "guiyuan")
    assert "2026-08-03" in zh
    assert "2026-08-03" in en
    well("sign")
    backed_up(well, -48)
    assert by_name(well, 0, "heads")[0][0] == "well"


def test_a_log_that_does_not_continue_what_was_signed_is_broken(well):
    before = well.folder / "before.db"
    shutil.copy(well.file, before)
    well("charge-month", "guiyuan", "2026-07")
    well("sign")
    for left in well.folder.glob("ledger.db-*"):
        left.unlink()
    shutil.copy(before, well.file)

    [(state, place, _, en)] = by_name(well, 2, "heads")
    assert (state, place) == ("broken", "guiyuan")
    assert "does not continue" in en


def test_e4_f2_a_log_that_was_rewritten_to_the_same_length_is_broken(well):
    well.by_hand("UPDATE ledger_head SET frontier = zeroblob(length(frontier)) WHERE community = 'guiyuan'")
    assert by_name(well, 2, "heads")[0][:2] == ("broken", "guiyuan")


def test_f3_a_signer_that_remembers_nothing_of_what_it_signed_is_broken(well):
    (state,) = (well.folder / "home" / "keys").glob("*meiyuan.state.json")
    state.unlink()
    assert by_name(well, 2, "heads")[0][:2] == ("broken", "meiyuan")


def test_a_key_that_is_gone_is_broken(well):
    (key,) = (well.folder / "home" / "keys").glob("*meiyuan.key")
    key.unlink()
    assert by_name(well, 2, "heads")[0][:2] == ("broken", "meiyuan")
    assert not key.exists()


@pytest.mark.parametrize(
    ("mebibytes", "code", "state"),
    [(2048, 0, "well"), (2047, 1, "look"), (256, 1, "look"), (255, 2, "broken")],
)
def test_room_on_the_disk(well, disk, mebibytes, code, state):
    disk["bytes"] = mebibytes << 20
    assert {outcome[0] for outcome in by_name(well, code, "disk")} == {state}


@pytest.mark.parametrize(
    ("hours", "code", "state"),
    [(48, 0, "well"), (49, 1, "look"), (8 * 24, 1, "look"), (8 * 24 + 1, 2, "broken")],
)
def test_the_age_of_the_last_backup(well, hours, code, state):
    backed_up(well, hours)
    assert by_name(well, code, "backup")[0][0] == state


@pytest.mark.parametrize("kept", [None, "", "{}", "[]", '{"taken_at": "yesterday", "directory": "x"}'])
def test_without_a_readable_backup_there_was_none(well, kept):
    file = well.folder / "home" / "last-backup.json"
    file.unlink()
    if kept is not None:
        file.write_text(kept)
    assert by_name(well, 1, "backup")[0][0] == "look"


def asked_for(no, state, *, minutes, **of):
    """A job as its row stands, asked for, begun or ended so many minutes ago."""
    then = TODAY - timedelta(minutes=minutes)
    return Job(
        no=no, community="meiyuan", work="POST /workbook", what_zh="导入台账", what_en="Import a register", place="{}",
        asked="{}", digest="", login="mei", key=f"key-{no}", at=then, state=state, begun_at=then, **of,
    )  # fmt: skip


def test_a_job_that_nobody_does_is_told(well):
    write(well, asked_for(7, JobState.WAITING, minutes=15))
    assert by_name(well, 0, "jobs")[0][0] == "well"
    write(well, asked_for(6, JobState.WAITING, minutes=16))
    [(state, place, zh, en)] = by_name(well, 1, "jobs")
    assert (state, place) == ("look", "")
    assert "第 6 号（导入台账）" in zh
    assert "the oldest of them 6 (Import a register)" in en


def test_a_job_whose_worker_gives_no_sign_of_life_is_told(well):
    write(well, asked_for(7, JobState.RUNNING, minutes=60))
    assert "第 7 号" in by_name(well, 1, "jobs")[0][2]

    home = well.folder / "home"
    Queue(home, kept_secret(home / "secret")).say(7, 1, 2, at=TODAY)

    assert by_name(well, 0, "jobs")[0][0] == "well"


def test_a_broker_that_does_not_answer_is_broken(well):
    pytest.importorskip("redis", reason="the library of requirements-redis.lock is not installed")
    write(well, asked_for(7, JobState.RUNNING, minutes=60))
    well.env["LEDGER_BROKER"] = f"redis://127.0.0.1:{free_port()}/0"
    [(state, _, zh, en)] = by_name(well, 2, "jobs")
    assert state == "broken"
    assert "后台任务的 Redis 连不上" in zh
    assert "The Redis of the background jobs cannot be reached" in en


def test_a_job_that_was_given_up_is_told_for_two_days(well):
    write(well, asked_for(7, JobState.FAILED, minutes=60, ended_at=TODAY - timedelta(2)))
    [(state, place, zh, en)] = by_name(well, 1, "jobs")
    assert (state, place) == ("look", "meiyuan")
    assert "第 7 号后台任务（导入台账，mei 交办）没有办成" in zh
    assert "Background job 7 (Import a register, asked for by mei) was not done" in en
    well.by_hand("UPDATE job SET ended_at = datetime(ended_at, '-1 second')")
    assert by_name(well, 0, "jobs")[0][0] == "well"


def test_a_clock_before_the_last_entry_is_broken_and_one_years_after_it_is_to_be_looked_at(well, clock):
    clock.waits(-1)
    assert by_name(well, 2, "clock")[0][0] == "broken"


def test_a_clock_years_after_the_last_entry_is_to_be_looked_at(well, clock):
    clock.waits(366 * 2 + 1)
    assert by_name(well, 2, "clock")[0][0] == "look"  # and the backup is lost by then


def test_from_december_the_calendar_of_the_next_year_is_asked_for(well, clock):
    clock.waits((date(2026, 11, 30) - date(2026, 8, 3)).days)
    backed_up(well, -(date(2026, 11, 30) - date(2026, 8, 3)).days * 24)
    write(well, disclosed("2026-Q3"))
    assert by_name(well, 0, "calendar")[0][0] == "well"
    clock.waits(1)
    [(state, place, zh, en)] = by_name(well, 1, "calendar")
    assert (state, place) == ("look", "")
    assert "2027" in zh
    assert "2027" in en
    write(well, CalendarDay(area="", day=date(2027, 2, 6), works=False))
    assert by_name(well, 0, "calendar")[0][0] == "well"


def contract(number, starts_on, ends_on):
    return ServiceContract(
        community="meiyuan", number=number, firm="wuye", starts_on=starts_on, ends_on=ends_on, lump_sum=True
    )


def test_what_a_contract_asks_for_is_told_until_somebody_decides(well, clock):
    write(
        well, contract("WY-1", date(2024, 1, 31), date(2027, 3, 2))
    )  # decided 180 days before: by 3 September
    assert by_name(well, 0, "contracts")[0][0] == "well"
    clock.waits(1)
    [(state, place, zh, en)] = by_name(well, 1, "contracts")
    assert (state, place) == ("look", "meiyuan")
    assert "WY-1：组织续聘或改聘的决定，2026年9月3日" in zh
    assert "WY-1: decide to renew or to replace the firm, 3 September 2026" in en
    write(well, contract("WY-2", date(2027, 3, 3), date(2030, 3, 2)))
    assert by_name(well, 0, "contracts")[0][0] == "well"


def test_a_contract_past_its_end_without_a_decision_is_told(well):
    write(well, contract("WY-1", date(2024, 1, 1), date(2026, 7, 1)))
    [(_, _, zh, en)] = by_name(well, 1, "contracts")
    assert "不定期" in zh
    assert "without a decision" in en


def test_what_a_committees_term_asks_for_is_told(well, clock):
    assert by_name(well, 0, "committees")[0][0] == "well"
    day = date(2026, 7, 1)
    write(
        well,
        CommitteeTerm(
            community="meiyuan",
            no=1,
            elected_on=day,
            starts_on=day,
            ends_on=date(2031, 6, 30),
            seats=0,
            document=SHA,
            changed_on=day,
        ),
    )

    [(state, place, zh, en)] = by_name(well, 1, "committees")

    assert (state, place) == ("look", "meiyuan")
    assert "第 1 届业主委员会：业委会备案，2026年7月31日" in zh
    assert "Owners' committee, term 1: file the committee with the street, 31 July 2026" in en


def test_b11_accounts_that_are_to_be_disclosed_are_told_by_their_day(desk):
    desk("sign")
    backed_up(desk, hours=3)

    [(state, place, zh, en), *_] = by_name(desk, 1, "disclosures")

    assert (state, place) == ("look", "meiyuan")
    assert "2026年第1季度：公示公共收益收支，2026年4月30日前" in zh
    assert "quarter 1 of 2026: disclose the public revenue by 30 April 2026" in en


def test_what_the_first_month_of_a_new_community_lacks_is_told_with_whose_turn_it_is(well):
    assert by_name(well, 0, "first_month")[0][0] == "well"
    database = Database(well.env["LEDGER_DATABASE_URL"])
    with database.writing() as session:
        session.get_one(Community, "meiyuan").opened_on = date(2026, 7, 1)
    database.close()
    waiting = by_name(well, 1, "first_month")
    assert {(state, place) for state, place, _, _ in waiting} == {("look", "meiyuan")}
    sentences = [(zh, en) for _, _, zh, en in waiting]
    assert any("没有在期的合同" in zh and "no contract is in force" in en for zh, en in sentences), sentences


def test_a_ledger_without_a_community_says_how_the_first_one_is_opened(nothing, tmp_path):
    nothing.env["LEDGER_DATABASE_URL"] = f"sqlite:///{tmp_path / 'empty.db'}"
    nothing("init")

    [(state, _, zh, en)] = by_name(nothing, 1, "first_month")

    assert (state, zh, en) == ("look", "还没有一个小区。", "There is no community yet.")
