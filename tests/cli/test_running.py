"""Commands of whoever runs the machine: init, migrate, fsck, sign, demo, serve."""

import json
import shutil
import socket
import stat
import subprocess
import sys
from contextlib import nullcontext
from importlib import import_module
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlmodel import SQLModel, col

from ledger.community.tables import Building
from ledger.config import Config
from ledger.installation import NotAsSigned
from ledger.log.row_rules import NO_FACTS
from ledger.web import create_app
from tests.cast import MEI
from tests.doors import Caller
from tests.servers import serving

BROKEN = "UPDATE movement SET amount_fen = amount_fen + 1 WHERE community = 'meiyuan' AND line = 1 AND entry_no = (SELECT max(entry_no) FROM movement WHERE community = 'meiyuan')"


@pytest.mark.parametrize("command", ["init", "migrate"])
def test_the_database_and_the_secret_are_made_once_and_again_is_no_harm(nothing, command):
    local_numbers = []
    for _ in range(2):
        answer, *links = nothing.json(command)
        assert all("link" in link for link in links)
        assert answer == {"database": f"sqlite:///{nothing.file}"}
        local_numbers.append(nothing.rows("profile_value WHERE scope = 'henan'"))
    assert nothing.rows("community") == 0
    assert 0 < local_numbers[0] == local_numbers[1]
    assert stat.S_IMODE((nothing.folder / "home" / "secret").stat().st_mode) == 0o600


def test_migrating_seals_the_entries_of_older_leaves_once(desk):
    before = desk.rows("entry")
    desk.by_hand("UPDATE entry SET by_role = NULL, who_salt = NULL WHERE community = 'meiyuan' AND no = 3")
    for _ in range(2):
        desk.json("migrate")
    assert desk.rows("entry") == before + 1
    assert desk.rows("entry WHERE kind = 'sealed.at-upgrade' AND by_role = 'operator'") == 1


def test_migrating_never_shows_the_databases_password(nothing):
    words = nothing("migrate", expect=1, LEDGER_DATABASE_URL="postgresql://li:geheim@127.0.0.1:1/x").output
    assert "geheim" not in words


@pytest.mark.parametrize("words", [["fsck"], ["sign"], ["charge-month", "meiyuan", "2026-07"]])
def test_before_migrate_a_command_says_that_migrate_is_needed(nothing, words):
    assert "mingbai migrate" in nothing.refused(*words)


@pytest.mark.parametrize("url", ["nonsense", "oracle9://x", "sqlite:////nowhere/at/all.db"])
def test_a_database_that_cannot_be_reached_is_refused_in_words(nothing, url):
    nothing.env["LEDGER_DATABASE_URL"] = url
    assert "LEDGER_DATABASE_URL" in nothing.refused("fsck")


def test_a_file_that_is_no_database_is_refused_in_words(nothing):
    nothing.file.write_bytes(b"minutes of the meeting " * 500)
    assert "not a database" in nothing.refused("fsck")


def test_an_unknown_setting_is_refused_by_name(desk):
    desk.env["LEDGER_DATABSE"] = "x"
    assert desk.refused("fsck").count("LEDGER_DATABSE") == 2


def test_a_home_that_is_no_directory_is_refused(desk):
    (desk.folder / "file").write_text("")
    desk.env["LEDGER_HOME"] = str(desk.folder / "file")
    assert "file" in desk.refused("fsck")


def test_a_good_ledger_passes_fsck_and_fsck_writes_nothing_into_it(desk):
    before = desk.rows("entry"), desk.rows("leaf")
    assert desk("fsck").stdout == "everything adds up\n"
    assert desk.json("fsck", "guiyuan") == [{"problems": 0}]
    assert (desk.rows("entry"), desk.rows("leaf")) == before


def test_fsck_names_a_row_that_was_changed_by_hand_and_leaves_the_others_in_peace(desk):
    desk.by_hand(BROKEN)

    result = desk("fsck", expect=1)

    assert result.stdout.splitlines()[0].startswith("meiyuan: entry-lines: entry ")
    assert "problems were found" in result.stderr
    first = desk.json("fsck", "meiyuan", expect=1)[0]
    assert (first["community"], first["check"]) == ("meiyuan", "entry-lines")
    assert desk("fsck", "guiyuan").stdout == "everything adds up\n"


def test_fsck_of_a_community_that_is_not_there_is_refused(desk):
    assert desk.refused("fsck", "nowhere").count("nowhere") == 2


def test_e5_signing_signs_every_log_and_signing_again_is_no_harm(desk):
    first = {head["community"]: head["size"] for head in desk.json("sign")}
    assert first == {"guiyuan": first["guiyuan"], "meiyuan": first["meiyuan"]}
    assert desk.json("sign", "meiyuan") == [{"community": "meiyuan", "size": first["meiyuan"]}]
    assert desk.rows("signed_head") == 2
    assert desk("fsck").exit_code == 0


def test_a_log_that_was_rewritten_is_not_signed_and_the_others_are(desk):
    desk("sign")
    (state,) = (desk.folder / "home" / "keys").glob("*guiyuan.state.json")
    state.write_text(json.dumps(json.loads(state.read_text()) | {"size": 999}))
    desk("charge-month", "meiyuan", "2026-07")

    result = desk("--json", "sign", expect=1)

    assert [json.loads(line)["community"] for line in result.stdout.splitlines()] == ["meiyuan"]
    assert result.stderr.count("guiyuan: ") == 2
    assert desk.rows("signed_head") == 3


def test_the_sample_is_not_built_over_communities_that_are_there(desk):
    assert "ledger.db" in desk.refused("demo")


def test_serve_refuses_a_port_that_somebody_listens_on(desk):
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert "端口已经有程序在用" in desk.refused("serve", "--port", taken.getsockname()[1])


def test_serve_refuses_a_database_of_another_version(desk):
    desk.by_hand("UPDATE alembic_version SET version_num = '0007'")
    assert "第 0007 版" in desk.refused("serve", "--port", "0")


def test_serve_answers_on_its_port_until_it_is_told_to_stop(desk):
    with serving(desk.env, desk.folder / "stderr", "--workers", "1") as server:
        assert "明白账" in server.ask("/").text
        assert server.stop() == 0


@pytest.fixture
def rolled_back(desk):
    """The town behind its signed head: the database is a day older than what was signed."""
    before = desk.folder / "before.db"
    desk("sign")
    shutil.copy(desk.file, before)
    desk("charge-month", "guiyuan", "2026-07")
    desk("sign")
    for left in desk.folder.glob("ledger.db-*"):
        left.unlink()
    shutil.copy(before, desk.file)
    return desk


def test_e4_f2_a_database_behind_its_signed_head_is_refused_by_fsck_and_by_sign(rolled_back):
    problems = rolled_back.json("fsck", expect=1)
    assert [(problem["community"], problem["check"]) for problem in problems] == [("guiyuan", "signer")]
    assert "older than that head" in problems[0]["finding"]
    assert "guiyuan" in rolled_back("sign", expect=1).stderr


def test_f2_nothing_more_is_written_into_it_and_what_is_published_can_be_read(rolled_back):
    before = rolled_back.rows("entry")
    assert "test.example/log/guiyuan" in rolled_back.refused("charge-month", "guiyuan", "2026-07")
    assert rolled_back.rows("entry") == before

    app = create_app(Config.from_env(rolled_back.env))
    assert app.test_client().get("/").status_code == 200
    mei = Caller(app.test_client(), MEI)
    refusal = mei("POST", "/communities/guiyuan/months/2026-07/charges", 409)
    assert refusal["code"] == "not-as-signed"
    receipt = {"reference": "S-9", "home": "1-1-101", "amount_fen": 100, "on": "2026-07-10"}
    assert mei("POST", "/communities/guiyuan/fees/payments", 409, **receipt)["code"] == "not-as-signed"
    mei("POST", "/communities/meiyuan/months/2026-07/charges", 201)


def test_f2_no_row_is_written_into_it_beside_its_log_either(rolled_back):
    database = create_app(Config.from_env(rolled_back.env)).extensions["database"]
    for community in ("meiyuan", "guiyuan"):
        with (
            pytest.raises(NotAsSigned) if community == "guiyuan" else nullcontext(),
            database.writing() as session,
        ):
            session.exec(update(Building).where(col(Building.community) == community).values(floors=9))


@pytest.mark.parametrize("words", ["", "{", '{"size": 9}', '{"size": "9", "root": ""}'])
def test_f3_a_memory_that_is_torn_is_refused_in_words(desk, words):
    desk("sign")
    (state,) = (desk.folder / "home" / "keys").glob("*meiyuan.state.json")
    state.write_text(words)
    assert "mingbai restore" in desk("sign", expect=1).stderr
    assert "mingbai restore" in desk.refused("fsck")


def test_f3_the_memory_deleted_with_an_older_database_signs_no_other_history(rolled_back):
    (state,) = (rolled_back.folder / "home" / "keys").glob("*guiyuan.state.json")
    state.unlink()
    assert "mingbai restore" in rolled_back("sign", expect=1).stderr
    assert [problem["check"] for problem in rolled_back.json("fsck", expect=1)] == ["signer"]


def test_e4_rows_written_by_hand_are_named_by_table_and_key(desk):
    desk.by_hand("UPDATE home SET area_dm2 = area_dm2 + 1 WHERE community = 'guiyuan'")
    problems = [problem for problem in desk.json("fsck", expect=1) if problem["check"] != "trigger"]
    assert [problem["check"] for problem in problems] == ["row"]
    assert problems[0]["where"].startswith("home [")


@pytest.mark.parametrize("command", ["running", "backups"])
def test_a_command_knows_every_table_though_it_loads_little_else(command):
    """In a process of its own: here the tests have loaded everything."""
    asks = f"import ledger.cli.{command}; from sqlmodel import SQLModel; print(*SQLModel.metadata.tables)"
    known = subprocess.run([sys.executable, "-c", asks], check=True, capture_output=True, text=True).stdout
    for file in Path("ledger").rglob("*tables.py"):
        import_module(".".join(file.with_suffix("").parts))

    assert set(SQLModel.metadata.tables) - set(known.split()) <= NO_FACTS
