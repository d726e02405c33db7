import json

import pytest

from ledger.evaluation.actions import RUBRIC
from ledger.evaluation.standards import rubric_bytes
from ledger.noticeboard.rules import canonical_body, digest
from ledger.reports import scorecard
from tests.reports import town
from tests.reports.reading import attached_to, fonts_in, pages_of, text_of
from tests.reports.test_sheets import rows_of


def files_of(card: dict, fonts) -> dict[str, bytes]:
    return {
        attachment.name: attachment.body
        for attachment in scorecard.attachments(
            canonical_body(card), rubric=rubric_bytes(RUBRIC), fonts=fonts, page_url=town.PAGE
        )
    }


def a_rated_card(card: bytes, **more) -> dict:
    return json.loads(card) | {
        "grade": "B", "grade_zh": "良好", "advice_zh": "建议续聘，并附改进清单", "score_e2": 8_612, "assessed_points": 88,
        "no_grade": False, "why_no_grade_zh": None, "why_no_grade_en": None, **more,
    }  # fmt: skip


def test_the_files_are_a_paper_a_table_and_a_chart_and_repeat(card, fonts, scorecard_files):
    assert list(scorecard_files) == [
        "scorecard.pdf",
        "scorecard.csv",
        "rubric.json",
        "chart-groups.svg",
        "chart-groups-narrow.svg",
    ]
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
    assert "本期暂不评级" not in text


def test_not_rated_is_explained(card, scorecard_files):
    text = text_of(scorecard_files["scorecard.pdf"])

    assert json.loads(card)["grade_zh"] == "暂不评级"
    assert "这不是好评，也不是差评" in text
    assert (
        "本期暂不评级：B1业主满意率：本系统还不能登记满意度问卷；B4测评参与率：本系统还不能登记满意度问卷"
        in text
    )


def test_c6_the_standard_is_published_byte_for_byte_beside_its_digest(card, scorecard_files):
    assert digest(scorecard_files["rubric.json"]) == json.loads(card)["rubric_sha256"]
    assert digest(scorecard_files["rubric.json"]) in text_of(scorecard_files["scorecard.pdf"])


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
        ({"value": None, "inputs": [], "base": None, "assessed": False, "how_zh": "本期不到 5 件"}, "本期不到5件"),
        ({"value": None, "inputs": [], "base": 0, "assessed": True, "missing": True}, "应报未报，按零分计"),
    ],
)  # fmt: skip
def test_what_does_not_count_says_why(card, fonts, change, why):
    figures = json.loads(card)
    figures["indicators"][0] |= change

    assert why in text_of(files_of(figures, fonts)["scorecard.pdf"])


def test_a_places_reward_stands_on_the_paper_with_its_condition(card, fonts):
    source = "虹房管规〔2026〕1号"
    reward = {
        "source": source, "months": 6, "area_months_dm2": 360_000, "least_fee_no_lift_fen": 90, "least_fee_lift_fen": 145,
        "by_grade": [{"grade": "B", "fen_per_m2": 30, "fen": 108_000}], "fen": 108_000,
    }  # fmt: skip

    text = text_of(files_of(a_rated_card(card, grades_source=source, reward=reward), fonts)["scorecard.pdf"])
    without = text_of(files_of(a_rated_card(card), fonts)["scorecard.pdf"])

    assert "不低于0.90元（无电梯）、1.45元（有电梯）的户：6个月，面积逐月相加3,600.00㎡·月" in text
    assert "本期应得1,080.00元。这里只算不记账" in text
    assert "按规定的奖励" not in without
