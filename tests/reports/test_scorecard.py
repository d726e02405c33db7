import json

import pytest

from ledger.noticeboard.rules import canonical_body, digest
from ledger.reports import scorecard
from tests.reports import town
from tests.reports.reading import attached_to, fonts_in, pages_of, text_of
from tests.reports.test_sheets import rows_of


def files_of(card: dict, fonts) -> dict[str, bytes]:
    return {
        attachment.name: attachment.body
        for attachment in scorecard.attachments(canonical_body(card), fonts=fonts, page_url=town.PAGE)
    }


def a_rated_card(card: bytes, **more) -> dict:
    return json.loads(card) | {
        "grade": "B", "grade_zh": "良好", "advice_zh": "建议续聘，并附改进清单", "score_e2": 8_612, "assessed_points": 88, **more,
    }  # fmt: skip


def test_the_files_are_a_paper_a_table_and_a_chart_and_repeat(card, fonts, scorecard_files):
    assert list(scorecard_files) == ["scorecard.pdf", "scorecard.csv", "chart-groups.svg"]
    assert files_of(json.loads(card), fonts)["scorecard.csv"] == scorecard_files["scorecard.csv"]
    assert len(pages_of(scorecard_files["scorecard.pdf"])) <= 3
    assert fonts_in(scorecard_files["scorecard.pdf"]) == {"Noto-Sans-SC", "Noto-Sans-SC-Bold"}


def test_the_paper_lists_every_indicator_with_how_or_why_not(card, scorecard_files):
    text = text_of(scorecard_files["scorecard.pdf"])

    for row in json.loads(card)["indicators"]:
        assert row["id"] + row["zh"].replace(" ", "") in text
        assert row["how_zh"].replace(" ", "") in text


def test_owners_decide_not_the_score(card, fonts, scorecard_files):
    for pdf in (scorecard_files["scorecard.pdf"], files_of(a_rated_card(card), fonts)["scorecard.pdf"]):
        text = text_of(pdf)
        assert "评价只是建议，不是决定" in text
        assert "由业主共同决定（《民法典》第278条第（四）项）" in text


def test_a_rated_card_shows_grade_score_and_advice(card, fonts):
    text = text_of(files_of(a_rated_card(card), fonts)["scorecard.pdf"])

    assert "B良好" in text
    assert "86.12" in text
    assert "建议：建议续聘，并附改进清单" in text
    assert "属于这种情形" not in text


def test_not_rated_is_explained(card, scorecard_files):
    text = text_of(scorecard_files["scorecard.pdf"])

    assert json.loads(card)["grade_zh"] == "暂不评级"
    assert "这不是好评，也不是差评" in text
    assert f"本期能评的分值为{json.loads(card)['assessed_points']}，属于这种情形" in text


def test_the_paper_names_the_digest_of_its_bytes(card, scorecard_files):
    assert digest(card) in text_of(scorecard_files["scorecard.pdf"])
    assert attached_to(scorecard_files["scorecard.pdf"]) == {"scorecard.json": card}


def test_a_reader_can_work_the_score_out_of_the_table(card, scorecard_files):
    header, *rows, total = rows_of(scorecard_files["scorecard.csv"])
    at = {name: place for place, name in enumerate(header)}
    figures = json.loads(card)

    assert len(rows) == len(figures["indicators"])
    worked_out = 0.0
    for row in rows:
        share, weight = (float(row[at[name]].rstrip("%") or 0) for name in ("得分比例", "分摊后分值"))
        worked_out += share / 100 * weight
    assert float(total[at["得分"]]) == figures["score_e2"] / 100 == pytest.approx(worked_out, abs=0.05)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"value": [4, 4], "base": 4, "least_base": 5, "assessed": False, "missing": False}, "样本4个，少于5个，不评"),
        ({"value": None, "base": 0, "least_base": 1, "assessed": True, "missing": True}, "应报未报，按零分计"),
    ],
)  # fmt: skip
def test_what_does_not_count_says_why(card, fonts, change, why):
    figures = json.loads(card)
    figures["indicators"][0] |= change

    assert why in text_of(files_of(figures, fonts)["scorecard.pdf"])
