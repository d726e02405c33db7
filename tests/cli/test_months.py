"""Month end and half-year at the command line."""

import pytest
from click.testing import CliRunner

from ledger.cli.commands import main
from ledger.db import Database
from ledger.disclosure.accounts_queries import disclosure

MONTH = ("charge-month", "meiyuan", "2026-07")
NO_STATEMENT = [
    word
    for account in ("bank", "wallet", "fund-bank", "revenue-bank")
    for word in ("--without-statement", f"{account}=银行没有出流水")
]


def test_charging_a_month_says_what_it_did_and_a_second_time_that_it_was_done(desk):
    assert desk.json(*MONTH) == [{"community": "meiyuan", "homes": 6, "total_fen": 21_600, "fresh": True}]
    entries = desk.rows("entry")
    assert "charged before" in desk(*MONTH).stdout
    assert desk.rows("entry") == entries


def test_a_dry_run_of_charging_writes_nothing(desk):
    entries = desk.rows("entry")
    assert "6 homes, 216.00" in desk(*MONTH, "--dry-run").stdout
    assert desk.rows("entry") == entries
    assert desk.json(*MONTH)[0]["fresh"]


@pytest.mark.parametrize("words", [["--all", "2026-07"], ["2026-07", "--all"]])
def test_all_charges_every_community(desk, words):
    charges = desk.json("charge-month", *words)
    assert [(charge["community"], charge["total_fen"]) for charge in charges] == [
        ("guiyuan", 4_000),
        ("meiyuan", 21_600),
    ]


def test_all_goes_on_past_a_community_that_refuses_and_names_it(desk):
    desk("close-month", "guiyuan", "2026-07", *NO_STATEMENT)

    result = desk("charge-month", "--all", "2026-07", expect=1)

    assert result.stdout == "meiyuan 2026-07: 6 homes, 216.00, 0.00 from prepayments\n"
    assert result.stderr.count("guiyuan: ") == 2


def test_all_closes_past_a_community_that_refuses_and_names_it(desk):
    result = desk("close-month", "--all", "2026-06", *NO_STATEMENT, expect=1)  # closed before in meiyuan

    assert result.stdout == "guiyuan: 2026-06 closed\n"
    assert result.stderr.count("meiyuan: ") == 2


@pytest.mark.parametrize("login", ["wen", "chen", "song"])
def test_whoever_does_not_hold_the_role_neither_charges_nor_closes(desk, login):
    for command in ("charge-month", "close-month"):
        assert "You hold no role here" in desk.refused(command, "meiyuan", "2026-07", "--as", login)


def test_a_name_that_nobody_signs_in_by_is_told_at_every_command(desk):
    for command in ("charge-month", "close-month"):
        refusal = desk.refused(command, "meiyuan", "2026-07", "--as", "nobody")
        assert "There is nobody who signs in as “nobody”" in refusal


def test_the_manager_charges_under_her_own_name(desk):
    desk(*MONTH, "--as", "mei")
    assert desk.json(*MONTH)[0]["fresh"] is False


def test_a_month_is_closed_once_and_cannot_be_charged_afterwards(desk):
    desk(*MONTH)
    (closed,) = desk.json("close-month", "meiyuan", "2026-07", "--as", "mei", *NO_STATEMENT)
    assert (closed["month"], len(closed["root"])) == ("2026-07", 64)
    assert "2026年7月" in desk.refused("close-month", "meiyuan", "2026-07")
    assert desk("fsck").exit_code == 0


def test_a9_a_month_is_closed_without_a_statement_only_with_a_reason_for_each_account(desk):
    desk(*MONTH)

    refused = desk.refused("close-month", "meiyuan", "2026-07", *NO_STATEMENT[:6])

    assert "账户 revenue-bank 没有导入这个月的流水" in refused
    assert "no statement of it was imported for revenue-bank" in refused
    assert (
        "write ACCOUNT=WHY"
        in desk("close-month", "meiyuan", "2026-07", "--without-statement", "bank", expect=2).stderr
    )
    before = desk.rows("private_field")
    desk("close-month", "meiyuan", "2026-07", *NO_STATEMENT)
    assert desk.rows("private_field") >= before + 4
    assert desk("fsck").exit_code == 0


def test_a_month_that_is_not_over_is_not_closed(desk):
    assert "2026年8月" in desk.refused("close-month", "meiyuan", "2026-08")


@pytest.mark.parametrize("command", ["charge-month", "close-month"])
@pytest.mark.parametrize("month", ["2026-13", "2026-7", "July", "2026-H2"])
def test_what_is_no_month_is_refused(desk, command, month):
    assert desk.refused(command, "meiyuan", month).count(month) == 2


@pytest.mark.parametrize("command", ["charge-month", "close-month", "fsck", "sign", "evaluate", "disclose"])
def test_a_community_that_is_not_there_is_refused(desk, command):
    month = {"charge-month": ["2026-07"], "close-month": ["2026-07"], "evaluate": ["2026-H1"], "disclose": ["2026-H1"]}  # fmt: skip
    assert desk.refused(command, "nowhere", *month.get(command, [])).count("nowhere") == 2


def test_suspense_is_closed_over_only_with_a_reason(desk):
    file = desk.folder / "cmb.csv"
    file.write_text(
        "记账日期,货币,交易金额,联机余额,交易摘要,对手信息,客户摘要\n2026-07-03,CNY,40.00,,转账,某某,谢谢\n",
        "utf-8",
    )
    desk("import", "payments", "meiyuan", file, "--profile", "cmb", "--into", "bank")

    close = "close-month", "meiyuan", "2026-07", *NO_STATEMENT
    assert "物业费账套的过渡科目（2241 待查收款）" in desk.refused(*close)
    desk(*close, "--exception", "fee/2241=正在核实")


DISCLOSE = ("disclose", "meiyuan", "2026-H1")


def test_a_disclosure_is_prepared_checked_and_published_by_three_people(desk):
    (draft,) = desk.json(*DISCLOSE, "--as", "mei")
    assert draft["state"] == "prepared"

    assert draft["sha256"] in desk.refused(*DISCLOSE, "--check", "0" * 64, "--as", "an")
    assert "street office" in desk.refused(*DISCLOSE, "--publish", "--as", "mei")
    (checked,) = desk.json(*DISCLOSE, "--check", draft["sha256"], "--as", "chen")
    assert checked == {"state": "checked", "sha256": draft["sha256"]}
    assert "会计法" in desk.refused(*DISCLOSE, "--publish", "--as", "chen")

    (published,) = desk.json(*DISCLOSE, "--publish", "--as", "lin")
    url = "https://mingbai.example/meiyuan/half-year/2026-H1/"
    assert published == {"url": url, "version": 1, "sha256": draft["sha256"]}
    assert "2026年上半年" in desk.refused(*DISCLOSE, "--publish", "--as", "lin")
    assert desk("fsck").exit_code == 0


@pytest.mark.parametrize(
    "words",
    [MONTH, ("close-month", "meiyuan", "2026-07"), DISCLOSE, ("evaluate", "meiyuan", "2026-H1", "--publish")],
    ids=lambda words: words[0],
)
def test_whoever_runs_the_machine_does_nobodys_office(desk, words):
    """A name has to be given; without one nothing is done."""
    before = desk.rows("entry")
    result = CliRunner().invoke(main, list(words), env=desk.env)
    assert (result.exit_code, desk.rows("entry"), desk.rows("notice")) == (2, before, 0)
    assert "--as" in result.stderr


@pytest.mark.parametrize(
    ("step", "login"),
    [([], "chen"), ([], "song"), (["--check", "0" * 64], "mei"), (["--check", "0" * 64], "su"), (["--publish"], "an")],
)  # fmt: skip
def test_each_step_of_a_disclosure_has_its_own_roles(desk, step, login):
    desk(*DISCLOSE)
    assert "You hold no role here" in desk.refused(*DISCLOSE, *step, "--as", login)


def test_a_draft_that_was_not_checked_is_not_published(desk):
    desk(*DISCLOSE, "--as", "mei")
    assert "2026年上半年" in desk.refused(*DISCLOSE, "--publish", "--as", "chen")


def test_months_that_are_not_closed_are_not_disclosed(desk):
    assert "2026年6月" in desk.refused("disclose", "meiyuan", "2026-H2")


@pytest.mark.parametrize(
    ("period", "kind"), [("2026-Q1", "quarter"), ("2026-06", "month"), ("2026-06-R12", "rolling")]
)
def test_accounts_of_any_length_are_disclosed_under_their_own_address(desk, period, kind):
    draft = desk.json("disclose", "meiyuan", period, "--as", "mei")[0]
    desk("disclose", "meiyuan", period, "--check", draft["sha256"], "--as", "lin")

    published = desk.json("disclose", "meiyuan", period, "--publish", "--as", "chen")[0]

    assert published["url"].endswith(f"/meiyuan/{kind}/{period}/")


def test_what_is_no_period_is_not_disclosed(desk):
    assert "PERIOD" in desk.refused("disclose", "meiyuan", "2026-13")
    assert desk.rows("disclosure") == 0


def test_the_reason_for_a_correction_is_kept_with_the_draft(desk):
    desk(*DISCLOSE, "--why", "第 3 页错")
    database = Database(desk.env["LEDGER_DATABASE_URL"])
    with database.reading() as session:
        assert disclosure(session, "meiyuan", "2026-H1").why == "第 3 页错"
    database.close()


def test_a_score_can_be_read_before_it_is_published_and_reading_writes_nothing(desk):
    leaves = desk.rows("leaf")
    (card,) = desk.json("evaluate", "meiyuan", "2026-H1", "--as", "su")
    assert "of 100 points assessed" in desk("evaluate", "meiyuan", "2026-H1").stdout
    assert isinstance(card["score_e2"], int)
    assert desk.rows("leaf") == leaves
    assert desk.rows("notice") == 0


def test_the_street_office_publishes_the_scorecard_and_nobody_else(desk):
    for login in ("mei", "chen", "an"):
        assert "You hold no role here" in desk.refused(
            "evaluate", "meiyuan", "2026-H1", "--publish", "--as", login
        )
    assert desk.rows("notice") == 0
    desk("evaluate", "meiyuan", "2026-H1", "--publish", "--as", "su")
    assert desk.rows("notice") == 1
    assert desk("fsck").exit_code == 0
