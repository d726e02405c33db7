"""Wrong use is exit 2 and changes nothing; help is for everybody."""

import pytest

from ledger.cli.commands import main
from ledger.cli.do import with_files
from ledger.operations.shapes import Shape

SHA = "0" * 64


@pytest.mark.parametrize(
    "words",
    [
        ["chrage-month", "meiyuan", "2026-07"],
        ["charge-month"],
        ["charge-month", "meiyuan"],
        ["charge-month", "2026-07"],
        ["charge-month", "--all"],
        ["charge-month", "meiyuan", "2026-07", "--all"],
        ["close-month", "--all"],
        ["close-month", "meiyuan", "2026-07", "--dry-run"],
        ["close-month", "meiyuan", "2026-07", "--exception", "fee/2241"],
        ["close-month", "meiyuan", "2026-07", "--exception", "=because"],
        ["disclose", "meiyuan"],
        ["disclose", "meiyuan", "2026-H1", "--check", SHA, "--publish"],
        ["disclose", "meiyuan", "2026-H1", "--publish", "--why", "x"],
        ["disclose", "meiyuan", "2026-H1", "--check", SHA, "--why", "x"],
        ["evaluate", "meiyuan", "2026-H1", "--why", "x"],
        ["report"],
        ["export", "journal", "meiyuan"],
        ["import", "register", "--dry-run"],
        ["verify", "x.tlog-proof"],
        ["serve", "--port", "eighty"],
        ["demo", "--scale", "city"],
        ["charge-month", "\udcff", "2026-07"],
        ["do", "tickets", "new", "meiyuan", "--title", "half\udcff", "--as", "mei"],
    ],
    ids=lambda words: ascii(" ".join(words)),
)
def test_wrong_use_is_told_apart_from_a_refusal_and_changes_nothing(desk, words):
    before = [desk.rows(table) for table in ("entry", "leaf", "disclosure", "notice")]
    assert desk(*words, expect=2).stderr.startswith("Usage: ")
    assert [desk.rows(table) for table in ("entry", "leaf", "disclosure", "notice")] == before


def commands(group, path=()):
    for name, command in group.commands.items():
        yield (*path, name)
        if hasattr(command, "commands"):
            yield from commands(command, (*path, name))


@pytest.mark.parametrize("path", sorted(commands(main)), ids=" ".join)
def test_every_command_says_what_it_does(nothing, path):
    words = nothing(*path, "--help").stdout
    assert main.commands[path[0]].help
    assert "Usage: main " + " ".join(path) in words
    assert not nothing.file.exists()


@pytest.mark.parametrize("name", ["x" * 5_000, "a\x00b"])
def test_a_name_that_no_file_can_have_stays_as_it_was_typed(name):
    """It is then refused as what it is, no digest; never a crash."""
    assert with_files("paper", name, Shape("evidence"), lambda _name, _file: "kept") == name


@pytest.mark.parametrize(
    ("words", "zh", "en"),
    [
        (
            ["deposits", "meiyuan"],
            "专用票据号（--receipt-no）：必须填",
            "Number of the special receipt (--receipt-no): this is required",
        ),
        (
            ["deposits", "meiyuan", "--receipt-no", "1", "--kind", "first"],
            "金额（--amount）：必须填",
            "Amount (--amount): this is required",
        ),
        (["months", "charges", "new", "meiyuan", "July"], "月份（MONTH）：", "Month (MONTH): "),
    ],
)
def test_what_is_wrong_goes_by_its_label_and_by_how_it_is_typed(desk, words, zh, en):
    refused = desk("do", *words, "--as", "mei", expect=1).stderr

    assert zh in refused
    assert en in refused
