"""A command answers people in their words and programs in JSON."""

import pytest

from ledger.cli.answers import told_answer
from ledger.operations.registry import OPERATIONS
from ledger.operations.shapes import fields_of, sample

LAMP = ("--category", "lighting", "--title", "灯不亮", "--as", "mei")


@pytest.mark.parametrize(
    ("spoken", "answered", "shown"),
    [
        ("zh_CN.UTF-8", ("登记报修", "类别: 楼道灯、路灯", "状态: 新报"), ("一张报修单", "经过", "新报\t")),
        ("C.UTF-8", ("Report a repair", "State: New"), ("One ticket", "New\t")),
    ],
)
def test_what_was_done_and_what_is_shown_is_told_in_the_words_of_the_desk(
    desk, monkeypatch, spoken, answered, shown
):
    monkeypatch.setenv("LC_ALL", spoken)

    said = desk("do", "tickets", "new", "meiyuan", *LAMP).stdout
    number = desk.json("show", "tickets", "all", "meiyuan", "--as", "mei")[0]["no"]
    read = desk("show", "tickets", "one", "meiyuan", str(number), "--as", "mei").stdout

    for words in answered:
        assert words in said
    for words in shown:
        assert words in read
    assert "{" not in said + read
    assert "\tmei\t" not in read  # a person has a name


def test_what_stands_in_a_record_is_told_with_it(desk, monkeypatch):
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    charge = desk.json("show", "entries", "all", "meiyuan", "--book", "fee", "--as", "mei")[-1]["no"]

    said = desk("show", "entries", "one", "meiyuan", str(charge), "--as", "mei").stdout

    assert "分录" in said
    assert said.count("1-1-") == 6


def test_a_list_is_told_in_columns(desk, monkeypatch):
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")

    title, heads, *rows = desk("show", "homes", "all", "meiyuan", "--as", "mei").stdout.splitlines()

    assert title == "房屋"
    assert {len(row.split("\t")) for row in rows} == {len(heads.split("\t"))}


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.work)
def test_every_answer_can_be_told(operation, monkeypatch):
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    answer = {name: sample(name, asking.shape) for name, asking in fields_of(operation.gives).items()}
    in_both = {
        name: "做完了 / done"
        for name, value in answer.items()
        if isinstance(value, dict) and value.keys() == {"zh", "en"}
    }

    assert told_answer(operation, answer | in_both).startswith(operation.title.en)


def test_whoever_reads_personal_data_in_the_shell_is_remembered_with_whose_it_was(desk):
    desk("show", "holders", "one", "meiyuan", "1-1-101", "--as", "he")

    assert desk.rows("access_record WHERE login = 'he' AND what = '/holders/1-1-101'") == 1
