"""`mingbai import payments`: what was odd is said (A7), and a machine whose clock has run back writes nothing (A11)."""

from tests.doors import HOMES
from tests.intake.files import CMB_HEADER


def importing(tmp_path):
    file = tmp_path / "cmb.csv"
    file.write_text(f"{CMB_HEADER}2026-07-02,CNY,310.00,,转账,王测九,物业费 {HOMES[0]}\n", "utf-8")
    return "import", "payments", "meiyuan", file, "--profile", "cmb", "--into", "bank", "--as", "mei"


def test_a11_a_clock_more_than_a_day_behind_the_last_entry_is_refused(desk, clock, tmp_path):
    before = desk.rows("entry"), desk.rows("bank_line")
    clock.waits(-3)

    said = desk.refused(*importing(tmp_path))

    assert "2026年8月3日" in said
    assert (desk.rows("entry"), desk.rows("bank_line")) == before


def test_a11_a_clock_less_than_a_day_behind_posts_at_the_time_of_the_last_entry(
    desk, clock, tmp_path, caplog
):
    clock.waits(-1)

    desk(*importing(tmp_path))

    assert "the clock is 1 day, 0:00:00 behind the last entry of meiyuan" in caplog.text
    assert desk.rows("bank_line") == 1
    assert "clock" not in desk("fsck").stdout


def test_a7_what_was_odd_is_said_row_by_row(desk, tmp_path):
    words = importing(tmp_path)
    with words[3].open("a", encoding="utf-8") as file:
        file.write("本页小计,,310.00\n")

    assert "row 3: “本页小计” is a sum or carried over: not read as a line" in desk(*words).stdout
    assert "“本页小计”" in desk(*words, LANG="zh_CN.UTF-8").stdout
