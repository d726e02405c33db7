"""Files in and data out: registers, statements, the journal."""

import csv
import io
import re
import subprocess
import sys
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.intake.files import CMB, SAMPLE_OF, SAMPLES
from tests.intake.registers import GOOD, changed, filled


def saved(desk, name: str, content: bytes) -> Path:
    file = desk.folder / name
    file.write_bytes(content)
    return file


def test_the_template_is_a_register_in_which_only_a_community_is_missing(empty):
    file = empty.folder / "register.xlsx"
    empty("import", "register", file, "--template")
    first, *_ = empty("import", "register", file, expect=1).stderr.splitlines()
    assert first == "小区: 没有填写任何小区 / there is no community in it"


def test_a_template_is_never_written_over_a_register_that_is_there(empty):
    file = saved(empty, "register.xlsx", filled(GOOD))
    assert "register.xlsx" in empty.refused("import", "register", file, "--template")
    assert empty.json("import", "register", file)[0]["communities"] == 1


def test_a_good_register_is_imported_whole_and_the_ledger_adds_up(empty):
    (outcome,) = empty.json("import", "register", saved(empty, "r.xlsx", filled(GOOD)))
    assert (outcome["communities"], outcome["homes"], outcome["opening_fen"]) == (1, 4, 333_451)
    assert empty.rows("home") == 4
    assert empty("fsck").exit_code == 0


def test_a_dry_run_of_a_register_says_the_same_and_stores_nothing(empty):
    file = saved(empty, "r.xlsx", filled(GOOD))
    would = empty.json("import", "register", file, "--dry-run")
    assert (empty.rows("home"), empty.rows("community"), empty.rows("entry")) == (0, 0, 0)
    assert empty.json("import", "register", file) == would


@pytest.mark.parametrize(
    ("spoken", "tried", "stored"),
    [
        ("zh_CN.UTF-8", "试了一遍，什么也没有登记；会导入：", "已导入："),
        ("C.UTF-8", "Tried only, nothing was written; it would import: ", "Imported: "),
    ],
)
def test_g8_an_import_speaks_in_a_sentence(empty, monkeypatch, spoken, tried, stored):
    """Correction G8: it printed a Python tuple."""
    monkeypatch.setenv("LC_ALL", spoken)
    file = saved(empty, "r.xlsx", filled(GOOD))

    would = empty("import", "register", file, "--dry-run").stdout
    was = empty("import", "register", file).stdout

    assert would.removeprefix(tried) == was.removeprefix(stored) != was
    assert "3,334.51" in was
    assert not re.search(r"[(_=]|Imported\(", was)


def test_g8_a_sign_in_that_is_not_there_is_said_to_be_none(desk):
    """Correction G8: “您没有权限做这件事：mei: manager” was said of nobody."""
    refused = desk.refused(
        "do", "tickets", "new", "meiyuan", "--category", "leak", "--title", "x", "--as", "meimei"
    )

    assert "没有“meimei”这个用户" in refused
    assert "nobody who signs in as “meimei”" in refused


def test_g8_the_kinds_of_account_stand_in_the_help_and_in_the_refusal(desk):
    """They had to be guessed."""
    words = " ".join(desk("do", "accounts", "new", "--help").stdout.split())
    asked = {
        "code": "x", "book": "fee", "bank": "某银行", "number": "6222000011112222", "holder": "业主大会",
        "opened-on": "2026-07-01", "role": "purse",
    }  # fmt: skip
    options = [part for name, value in asked.items() for part in (f"--{name}", value)]

    refused = desk.refused("do", "accounts", "new", "meiyuan", *options, "--as", "mei")

    assert "--role is the account of the book that it stands for: “bank”, or “wallet” of the fee." in words
    assert "可以是：银行存款、微信、支付宝收款户" in refused
    assert "it can be: Bank deposits, Wallet accounts" in refused


def test_a_wrong_register_is_refused_whole_with_every_cell_named_and_given_back(empty):
    file = saved(empty, "r.xlsx", changed(("homes", 2, "area_dm2", -3), ("holders", 3, "home", "9-9-999")))

    result = empty("import", "register", file, expect=1)

    said = result.stderr.splitlines()
    assert [line.split(":")[0] for line in said[:2]] == ["户!D2", "业主!B3"]
    for line in said[:2]:
        zh, _, en = line.partition(" / ")
        assert not zh.isascii()
        assert en
    assert result.stdout == ""
    assert empty.rows("home") == 0
    book = load_workbook(empty.folder / "r-errors.xlsx")
    assert "错误" in [cell.value for cell in book["户"][1]]


def test_the_workbook_with_its_errors_goes_where_it_is_told(empty):
    file = saved(empty, "r.xlsx", changed(("homes", 2, "area_dm2", -3)))
    empty("import", "register", file, "--errors", empty.folder / "back.xlsx", expect=1)
    assert (empty.folder / "back.xlsx").exists()
    assert not (empty.folder / "r-errors.xlsx").exists()


def test_a_register_that_is_no_workbook_is_refused(empty):
    assert ".xlsx" in empty.refused("import", "register", saved(empty, "r.xlsx", b"a,b\n1,2\n"))


def test_a_community_is_registered_once(empty):
    file = saved(empty, "r.xlsx", filled(GOOD))
    empty("import", "register", file)
    assert "meiyuan" in empty("import", "register", file, expect=1).stderr
    assert empty.rows("community") == 1


def test_a_register_that_is_not_there_is_wrong_use(empty):
    assert "nowhere.xlsx" in empty("import", "register", empty.folder / "nowhere.xlsx", expect=2).stderr
    assert "FILE" in empty("import", "register", expect=2).stderr


@pytest.mark.parametrize(("name", "profile"), SAMPLE_OF.items())
def test_a_statement_is_booked_once_and_every_line_is_accounted_for(desk, name, profile):
    into = "wallet" if profile in {"wechat", "alipay"} else "bank"
    words = ("import", "payments", "guiyuan", SAMPLES / name, "--profile", profile, "--into", into)
    would = desk.json(*words, "--dry-run")
    assert (desk.rows("bank_line"), desk.rows("statement_file")) == (0, 0)

    (outcome,) = desk.json(*words)

    assert [outcome] == would
    assert (
        outcome["lines"]
        == outcome["matched"] + outcome["suspense"] + outcome["kept"]
        == desk.rows("bank_line")
    )
    (again,) = desk.json(*words)
    assert (again["known"], again["matched"], again["suspense"], again["kept"]) == (outcome["lines"], 0, 0, 0)
    assert desk("fsck", "guiyuan").exit_code == 0


def test_a_payment_whose_remark_names_a_home_is_booked_for_it(desk):
    text = "记账日期,货币,交易金额,联机余额,交易摘要,对手信息,客户摘要\n2026-07-03,CNY,36.00,,转账,某某,1-1-102 物业费\n"
    file = saved(desk, "cmb.csv", text.encode())
    words = desk(
        "import", "payments", "meiyuan", file, "--profile", "cmb", "--into", "bank", "--as", "mei"
    ).stdout
    assert words.startswith("booked: 1 for homes (36.00), 0 to suspense")


def test_a9_a_receipt_of_a_closed_month_is_booked_today_and_names_its_day(desk):
    said = desk(
        "import", "payments", "meiyuan", SAMPLES / CMB, "--profile", "cmb", "--into", "bank", "--as", "mei"
    ).output

    assert "2024-01 is closed: this line of 2024-01-01 is booked on 2026-08-03" in said
    assert desk.rows("entry WHERE kind = 'fees.received' AND booked_on = '2026-08-03'") == 1


@pytest.mark.parametrize(
    "spoil",
    [
        lambda body: body.decode().encode("utf-16-be"),
        lambda body: body[: body.rindex(b",CNY") + 6],
        lambda body: b"",
        lambda body: b"\x89PNG\r\n\x1a\n" + bytes(64),
    ],
    ids=["another encoding", "cut", "empty", "a picture"],
)
def test_a_statement_that_cannot_be_read_whole_is_refused_and_nothing_is_booked(desk, spoil):
    file = saved(desk, "x.csv", spoil((SAMPLES / CMB).read_bytes()))
    assert "招商银行" in desk.refused(
        "import", "payments", "guiyuan", file, "--profile", "cmb", "--into", "bank"
    )
    assert (desk.rows("bank_line"), desk.rows("statement_file")) == (0, 0)


def test_a_statement_under_another_banks_profile_is_refused(desk):
    assert "微信" in desk.refused(
        "import", "payments", "guiyuan", SAMPLES / CMB, "--profile", "wechat", "--into", "bank"
    )
    assert desk.rows("bank_line") == 0


def test_only_the_manager_imports_payments(desk):
    for login in ("chen", "su", "wen", "song"):
        refused = desk.refused(
            "import", "payments", "meiyuan", SAMPLES / CMB, "--profile", "cmb", "--as", login
        )
        assert "You hold no role here" in refused


@pytest.mark.parametrize(
    "words",
    [["nowhere.csv", "--profile", "cmb"], [SAMPLES, "--profile", "cmb"], [SAMPLES / CMB]],
    ids=["no file", "a folder", "no profile"],
)
def test_payments_without_a_file_or_a_profile_are_wrong_use(desk, words):
    desk("import", "payments", "meiyuan", *words, expect=2)


def test_a_profile_or_an_account_that_nobody_declared_is_refused_by_name(desk):
    words = ("import", "payments", "guiyuan", SAMPLES / CMB, "--profile")
    assert desk.refused(*words, "abc", "--into", "bank").count("abc") == 2
    assert desk.refused(*words, "cmb", "--into", "pocket").count("pocket") == 2
    assert desk.rows("bank_line") == 0


def test_hledger_finds_nothing_wrong_with_the_exported_journal(desk, hledger):
    file = desk.folder / "meiyuan.journal"
    desk("export", "journal", "meiyuan", "--format", "hledger", "-o", file)
    checked = subprocess.run(
        [hledger, "-f", file, "check", "--strict", "ordereddates"], capture_output=True, text=True
    )
    assert (checked.returncode, checked.stderr) == (0, "")


def test_bean_check_finds_nothing_wrong_with_the_exported_journal(desk):
    file = desk.folder / "meiyuan.beancount"
    desk("export", "journal", "meiyuan", "--format", "beancount", "-o", file)
    program = "from beancount.scripts.check import main; main()"
    checked = subprocess.run([sys.executable, "-c", program, file], capture_output=True, text=True)
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")


def test_the_table_and_the_workbook_hold_the_same_movements(desk):
    table = desk("export", "journal", "meiyuan", "--format", "csv").stdout_bytes
    rows = list(csv.reader(io.StringIO(table.decode("utf-8-sig"))))
    file = desk.folder / "journal.xlsx"
    (answer,) = desk.json("export", "journal", "meiyuan", "--format", "xlsx", "-o", file)
    assert answer == {"file": str(file), "bytes": file.stat().st_size}
    assert load_workbook(file).worksheets[0].max_row == len(rows)
    assert len(rows) > 40


@pytest.mark.parametrize("kind", ["beancount", "hledger", "csv"])
def test_what_is_exported_names_nobody(desk, kind):
    body = desk("export", "journal", "meiyuan", "--format", kind).stdout_bytes.decode("utf-8-sig")
    assert "13900001234" not in body
    assert "欧阳" not in body


def test_an_export_of_nothing_known_or_to_nowhere_is_refused(desk):
    assert "nowhere" in desk.refused("export", "journal", "nowhere", "--format", "csv")
    target = desk.folder / "no" / "such" / "place.csv"
    assert "place.csv" in desk.refused("export", "journal", "meiyuan", "--format", "csv", "-o", target)
    desk("export", "journal", "meiyuan", "--format", "ofx", expect=2)
