"""A figure of the fee is called the same on the sheet, in the check report and in the table: by the words sealed with it."""

import json

from tests.reports.reading import text_of

ON_THE_SHEET = (
    "charged_fen", "waived_fen", "received_fen", "prepaid_fen", "arrears_opening_fen", "arrears_received_fen",
    "cr1_e4", "cr2_e4", "cr3_e4", "cr4_e4",
)  # fmt: skip
IN_THE_REPORT = (*ON_THE_SHEET, "suspense_fen", "homes")


def missing(names, body, text: str) -> list[str]:
    labels = json.loads(body)["labels"]
    return [name for name in names if labels[f"/fee/{name}"][0] not in text]


def test_the_sheet_calls_the_fees_figures_by_their_sealed_names(body, half_year_files):
    assert missing(ON_THE_SHEET, body, text_of(half_year_files["disclosure.pdf"])) == []
    assert missing(IN_THE_REPORT, body, half_year_files["disclosure.csv"].decode()) == []


def test_the_check_report_calls_them_the_same(body, report):
    assert missing(IN_THE_REPORT, body, text_of(report)) == []


def test_no_chart_calls_another_figure_by_the_name_of_one(body, half_year_files):
    """What is left after waivers is not what was charged."""
    charged = json.loads(body)["labels"]["/fee/charged_fen"][0]
    for name in ("chart-money.svg", "chart-fee.svg"):
        assert charged not in half_year_files[name].decode()
