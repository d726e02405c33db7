"""A figure of the fee is called the same on the sheet, in the check report and in the table: by the words sealed with it."""

import json

from ledger.reports import charts
from ledger.words import yuan
from tests.reports.reading import text_of

ON_THE_SHEET = (
    "charged_fen", "waived_fen", "received_fen", "prepaid_fen", "arrears_opening_fen", "arrears_received_fen",
    "cr1_e4", "cr2_e4", "cr3_e4", "cr4_e4",
)  # fmt: skip
IN_THE_REPORT = (*ON_THE_SHEET, "suspense_fen", "homes")


def missing(names, body, text: str) -> list[str]:
    labels = json.loads(body)["labels"]
    return [name for name in names if labels[f"/fee/{name}"][0] not in text]


def test_d1_the_sheet_calls_the_fees_figures_by_their_sealed_names(body, half_year_files):
    assert missing(ON_THE_SHEET, body, text_of(half_year_files["disclosure.pdf"])) == []
    assert missing(IN_THE_REPORT, body, half_year_files["disclosure.csv"].decode()) == []


def test_the_check_report_calls_them_the_same(body, report):
    assert missing(IN_THE_REPORT, body, text_of(report)) == []


def test_d1_no_chart_shows_a_figure_that_is_in_no_notice(body):
    """What was left after waivers had the bar, and a name of its own that stood nowhere else."""
    figures = json.loads(body)
    figures["fee"]["waived_fen"] = 12_345
    left = yuan(figures["fee"]["charged_fen"] - figures["fee"]["waived_fen"])
    for draw in (charts.money_in_out, charts.fee_collected):
        assert left not in draw(figures).decode()
