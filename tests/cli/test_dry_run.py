"""``--dry-run``: what would come of an operation is told, and nothing is written."""

from datetime import date

from ledger.intake.register_changes_layout import GUIDE, SHEETS, TITLE
from ledger.intake.register_changes_rules import ChangeKind
from ledger.intake.register_workbook import written
from ledger.register.rules import TransferCause
from tests.doors import HOMES
from tests.factories import PAPER


def changes(tmp_path, home=HOMES[0]):
    sold = {"home": home, "since": date(2026, 7, 10), "name": "买方 李", "cause": TransferCause.SALE}
    (tmp_path / "changes.xlsx").write_bytes(written(TITLE, GUIDE, SHEETS, {ChangeKind.HOLDER: [sold]}))
    (tmp_path / "title.pdf").write_bytes(PAPER)
    return (
        "do", "register", "changes", "meiyuan", "--file", tmp_path / "changes.xlsx", "--document", tmp_path / "title.pdf",
        "--as", "he",
    )  # fmt: skip


def test_what_a_workbook_would_change_is_told_row_by_row(desk, tmp_path):
    words = changes(tmp_path)

    [trial] = desk.json(*words, "--dry-run")

    [shown] = trial["shown"]
    assert (shown["which"], shown["after"], shown["since"]) == (HOMES[0], "买方 李", "2026-07-10")
    assert shown["before"]
    assert "买方 李" in desk(*words, "--dry-run").stdout


def test_nothing_is_written_by_a_trial_and_the_same_words_do_it_afterwards(desk, tmp_path):
    words = changes(tmp_path)
    before = desk.rows("entry"), desk.rows("holder")

    desk(*words, "--dry-run")
    assert (desk.rows("entry"), desk.rows("holder")) == before

    desk(*words)
    assert (desk.rows("entry"), desk.rows("holder")) == (before[0] + 2, before[1] + 1)


def test_what_would_be_refused_is_refused(desk, tmp_path):
    said = desk.refused(*changes(tmp_path, "9-9-999"), "--dry-run")

    assert "换业主!A2" in said
