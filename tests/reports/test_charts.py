import json
import re
from copy import deepcopy
from xml.etree import ElementTree

import pytest

from ledger.reports import charts
from ledger.reports.accounts import CHARTS
from ledger.words import yuan

SVG = "{http://www.w3.org/2000/svg}"


def texts(svg: bytes) -> list[str]:
    return [node.text or "" for node in ElementTree.fromstring(svg).iter(f"{SVG}text")]


@pytest.fixture
def figures(body) -> dict:
    return json.loads(body)


@pytest.mark.parametrize("draw", CHARTS.values(), ids=CHARTS)
def test_a_chart_is_a_picture_that_needs_nothing_from_outside(draw, figures):
    svg = draw(figures)
    root = ElementTree.fromstring(svg)

    assert root.tag == f"{SVG}svg"
    assert root.attrib["viewBox"] == f"0 0 {root.attrib['width']} {root.attrib['height']}"
    assert root.find(f"{SVG}title").text
    assert not re.search(rb"href|url\(|<script|<style|@import|<image", svg)
    assert svg == draw(figures)


BARS = {name: draw for name, draw in CHARTS.items() if "flow" not in name}


@pytest.mark.parametrize("draw", BARS.values(), ids=BARS)
def test_no_name_of_a_bar_is_cut_off(draw, figures):
    svg = draw(figures)
    names = [
        node.text
        for node in ElementTree.fromstring(svg).iter(f"{SVG}text")
        if node.attrib.get("text-anchor") == "end" and node.attrib.get("font-size") == "14px"
    ]
    room = int(re.search(rb"translate\((\d+),\d+\)", svg)[1]) - 8

    for name in names:
        assert sum(14 if ord(letter) > 0x2E7F else 8 for letter in name) <= room, name


def test_money_in_and_out_carries_every_amount(figures):
    said = texts(charts.money_in_out(figures))

    for stream in ("fund", "revenue"):
        assert yuan(figures[stream]["in_fen"]) in said
        assert yuan(figures[stream]["out_fen"]) in said
    assert yuan(figures["fee"]["received_fen"]) in said


def test_the_fund_shows_each_month_that_moved_in_short(figures):
    figures["fund"]["months"] = [
        {"month": "2025-12", "in_fen": 0, "out_fen": 0},
        {"month": "2026-01", "in_fen": 21_749_999, "out_fen": 99_999_949},
        {"month": "2026-02", "in_fen": 99_949, "out_fen": 0},
    ]

    said = texts(charts.fund_by_month(figures))

    assert {"21.7万", "100.0万", "999", "12月", "1月", "2月", "2025年", "2026年"} <= set(said)
    assert "0" not in said


def test_works_money_of_millions_is_written_in_wan(figures):
    said = texts(charts.funding_sources(figures))

    assert {"政府投入 计划金额", "230.00", "200.00", "150.00", "改造资金来源（万元）"} <= set(said)


def test_contracts_show_what_was_due_beside_what_came(figures):
    said = texts(charts.contracts_due_and_received(figures))

    for stream in figures["revenue"]["streams"]:
        assert {yuan(stream["due_fen"]), yuan(stream["received_fen"])} <= set(said)


def test_d2_kinds_that_are_not_told_are_drawn_together(figures):
    figures["tickets"].update(by_category={"leak": 12}, rest=7)

    said = texts(charts.tickets_by_category(figures))

    assert {"12 件", "7 件", "其余各类合计"} <= set(said)
    assert "电梯" not in said


def test_groups_show_their_score_and_their_weight(card):
    figures = json.loads(card)
    said = texts(charts.score_by_group(figures))

    for group in figures["groups"]:
        rows = [row for row in figures["indicators"] if row["group"] == group["id"]]
        score, weight = (group[key] for key in ("score_e2", "weight_e2"))
        assert f"{yuan(score)} / {yuan(weight)} 分" in said or weight == 0
        for key in ("score_e2", "weight_e2"):  # a group is rounded once, each of its rows for itself
            assert 2 * abs(group[key] - sum(row[key] for row in rows)) <= len(rows) + 1


def test_what_has_nothing_to_show_is_no_chart(figures, card):
    empty = deepcopy(figures)
    for month in empty["fund"]["months"]:
        month.update(in_fen=0, out_fen=0)
    for part in ("fund", "revenue"):
        empty[part].update(in_fen=0, out_fen=0)
    empty["fee"] = dict.fromkeys(empty["fee"], 0)
    empty["revenue"]["streams"] = empty["works"]["sources"] = empty["works"]["flows"] = []
    empty["tickets"].update(by_category={}, rest=None)
    nothing = json.loads(card)
    for group in nothing["groups"]:
        group.update(weight_e2=0, score_e2=0)

    assert [draw(empty) for draw in CHARTS.values()] == [None] * len(CHARTS)
    assert charts.score_by_group(nothing) is None


def test_an_amount_in_red_points_the_other_way(figures):
    figures["fund"].update(in_fen=-500, out_fen=100)

    assert "-5.00" in texts(charts.money_in_out(figures))
