import json
from copy import deepcopy

from ledger.noticeboard.rules import canonical_body, digest
from ledger.reports import accounts
from ledger.words import yuan
from tests.reports import town
from tests.reports.reading import attached_to, fonts_in, pages_of, text_of, title_of


def printed(figures: dict, fonts) -> bytes:
    files = accounts.attachments(canonical_body(figures), fonts=fonts, page_url=town.PAGE)
    return next(file.body for file in files if file.name == "disclosure.pdf")


def test_the_files_are_a_paper_a_table_and_charts(half_year_list):
    assert [(file.name, file.media_type) for file in half_year_list] == [
        ("disclosure.pdf", "application/pdf"),
        ("disclosure.csv", "text/csv"),
        ("chart-fund.svg", "image/svg+xml"),
        ("chart-money.svg", "image/svg+xml"),
        ("chart-revenue.svg", "image/svg+xml"),
        ("chart-fee.svg", "image/svg+xml"),
        ("chart-tickets.svg", "image/svg+xml"),
        ("chart-works.svg", "image/svg+xml"),
        ("chart-works-flow.svg", "image/svg+xml"),
        ("chart-works-flow-narrow.svg", "image/svg+xml"),
        *(
            (f"chart-{name}-narrow.svg", "image/svg+xml")
            for name in ("fund", "money", "revenue", "fee", "tickets", "works")
        ),
    ]


def test_the_same_bytes_give_the_same_files(body, fonts, half_year_list):
    assert accounts.attachments(body, fonts=fonts, page_url=town.PAGE) == half_year_list


def test_the_sheet_for_the_wall_has_at_most_four_pages_in_our_font(half_year_files):
    pages = pages_of(half_year_files["disclosure.pdf"])

    assert 2 <= len(pages) <= 4
    for number, page in enumerate(pages, start=1):
        assert f"第{number}页/共{len(pages)}页" in page
    assert fonts_in(half_year_files["disclosure.pdf"]) == {"Noto-Sans-SC", "Noto-Sans-SC-Bold"}


def test_it_says_the_figures_of_its_body(body, half_year_files):
    f = json.loads(body)
    text = text_of(half_year_files["disclosure.pdf"])

    assert title_of(half_year_files["disclosure.pdf"]) == "梅园新村2026年上半年账目公示"
    for fen in (
        f["fund"]["closing_fen"],
        f["revenue"]["closing_fen"],
        f["fund"]["in_fen"],
        f["fee"]["received_fen"],
    ):
        assert yuan(fen) in text
    for project in f["fund"]["projects"]:
        assert project["title"] in text
        assert yuan(project["paid_fen"]) in text
    for stream in f["revenue"]["streams"]:
        assert stream["number"] in text
    for key in ("statement_01", "statement_02", "statement_03"):
        for line in f["fund"][key]:
            assert line["zh"] in text
            assert yuan(line["fen"][-1]) in text
    for words in ("会住维01表", "会住维02表", "会住维03表", "提出异议", "工作日内答复"):
        assert words in text


def test_the_paper_convicts_changed_figures(body, half_year_files):
    text = text_of(half_year_files["disclosure.pdf"])

    assert digest(body) in text
    assert json.loads(body)["log"]["root_when_prepared"] in text
    assert town.PAGE in text
    assert attached_to(half_year_files["disclosure.pdf"]) == {"figures.json": body}


def test_money_that_did_not_come_is_said(body, half_year_files):
    stream = next(s for s in json.loads(body)["revenue"]["streams"] if s["received_fen"] < s["due_fen"])

    assert f"欠{yuan(stream['due_fen'] - stream['received_fen'])}" in text_of(
        half_year_files["disclosure.pdf"]
    )


def test_a_wall_has_no_room_for_fifty_projects(body, fonts):
    figures = json.loads(body)
    one = figures["fund"]["projects"][0]
    figures["fund"]["projects"] = [
        {**deepcopy(one), "code": f"P-{i}", "title": f"第{i}号项目"} for i in range(50)
    ]

    text = text_of(printed(figures, fonts))

    assert "第11号项目" in text
    assert "第12号项目" not in text
    assert "另有38个项目" in text


def test_a_half_year_in_which_nothing_happened_is_printed_too(body, fonts):
    figures = json.loads(body)
    figures["fund"].update(projects=[], **{"in": [], "out": []})
    figures["revenue"].update(streams=[], quarters=[], **{"in": [], "out": []})
    figures["works"] = {"sources": [], "packages": []}
    figures["tickets"].update(by_category={}, rest=0, by_month=[])

    text = text_of(printed(figures, fonts))

    assert "本期没有使用维修资金的项目" in text
    assert "本期没有登记公共收益合同" in text
    assert "改造工程" not in text


def test_words_from_the_body_stay_words(body, fonts):
    figures = json.loads(body)
    figures["fund"]["projects"][0]["title"] = "<img src='file:///etc/hostname'><script>x</script>"

    assert "<script>x</script>" in text_of(printed(figures, fonts))


def test_an_identity_that_does_not_hold_is_said(body, fonts):
    figures = json.loads(body)
    figures["identities"][1]["holds"] = False

    assert "I2不符" in text_of(printed(figures, fonts))


def test_electricity_and_the_governments_account_stand_on_the_wall_apart(body, fonts):
    figures = json.loads(body)
    figures["revenue"]["electricity"] = {
        "opening_fen": 0,
        "collected_fen": 20_000_00,
        "paid_on_fen": 15_000_00,
        "closing_fen": 5_000_00,
    }
    figures["housing_safety"] = {
        "opening_fen": 0, "in_fen": 50_000_00, "out_fen": 12_000_00, "closing_fen": 38_000_00,
        "payments": [{"what": "房屋安全体检", "building": "2", "payee": "检测公司", "fen": 12_000_00, "paid_on": "2026-05-12"}],
    }  # fmt: skip

    text = text_of(printed(figures, fonts))

    assert "本期代收20,000.00元，本期付给供电单位15,000.00元" in text
    assert "电费照付给供电的单位，不算公共收益" in text
    assert "房屋安全体检（2幢）检测公司2026年5月12日12,000.00" in text
    assert "不是业主的钱" in text
    assert "公共账户" not in text_of(printed(json.loads(body), fonts))
