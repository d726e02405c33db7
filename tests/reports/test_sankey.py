"""The flow of works money as a picture: in proportion, complete, and without overlaps."""

from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.reports import sankey
from ledger.reports.sankey import COLORS, LABEL, Link, flows_narrow, flows_wide, ribbons

SVG = "{http://www.w3.org/2000/svg}"
DRAWINGS = [flows_wide, flows_narrow]


def flow(source="government", package="A", payee="安居公司", fen=100_00, works="2022"):
    names = {"government": "政府投入", "residents": "居民出资"}
    return {
        "source": source, "zh": names[source], "works": works, "package": package, "name": f"标段{package}",
        "payee": payee, "fen": fen,
    }  # fmt: skip


def of(*flows):
    return {"works": {"flows": list(flows)}}


def texts(svg):
    nodes = ElementTree.fromstring(svg).iter(f"{SVG}text")
    return [node.text for node in nodes if node.attrib.get("aria-hidden") != "true"]


@pytest.mark.parametrize("draw", DRAWINGS)
def test_every_node_carries_its_amount(draw):
    said = texts(
        draw(of(flow(), flow("residents", fen=1_50), flow(package="B", payee="水务公司", fen=20_00)))
    )

    assert {
        "政府投入",
        "120.00 元",
        "居民出资",
        "1.50 元",
        "标段A",
        "101.50 元",
        "标段B",
        "安居公司",
        "水务公司",
    } <= set(said)


@pytest.mark.parametrize("draw", DRAWINGS)
def test_nothing_paid_is_no_picture_and_old_figures_have_none(draw):
    assert draw(of()) is None
    assert draw({"works": {}}) is None


def test_the_narrow_drawing_fits_a_telephone_of_360():
    assert int(ElementTree.fromstring(flows_narrow(of(flow()))).attrib["width"]) <= 360 - 2 * 10


@pytest.mark.parametrize("draw", DRAWINGS)
def test_many_packages_and_payees_are_gathered_and_lose_no_fen(draw):
    many = [flow(package=f"P{n:02d}", payee=f"第{n:02d}公司", fen=n * 100) for n in range(1, 31)]

    said = texts(draw(of(*many)))

    assert said.count("其他") == (2 if draw is flows_wide else 3), "the packages' node stands in both halves"
    assert "第30公司" in said
    assert "第01公司" not in said
    assert "465.00 元" in said
    assert f"{sum(n for n in range(1, 23)):.2f} 元" in said


@pytest.mark.parametrize("draw", DRAWINGS)
def test_a_name_with_signs_is_text_and_nothing_else(draw):
    svg = draw(of(flow(payee="<b>&甲")))

    assert "<b>&甲" in texts(svg)
    assert svg == draw(of(flow(payee="<b>&甲")))


def test_packages_of_several_works_are_told_apart():
    assert {"2022 标段A", "2025 标段A"} <= set(texts(flows_wide(of(flow(), flow(works="2025")))))


@given(
    st.lists(
        st.tuples(
            st.sampled_from("abc"),
            st.sampled_from("xyz"),
            st.sampled_from(list(COLORS)),
            st.integers(1, 10**12),
        ),
        min_size=1,
        max_size=12,
    )
)
def test_labels_have_room_and_ribbons_leave_and_arrive_in_order(rows):
    links = [Link(*row) for row in rows]
    total = sum(link.fen for link in links)
    left, right = (sankey._column(sankey._totals(links, side), total) for side in ("start", "end"))

    for column in (left, right):
        middles = [node.middle for node in column.nodes.values()]
        assert all(later - earlier >= LABEL for earlier, later in pairwise(middles))
    drawn = ribbons(links, left, right, total)
    assert len(drawn) == len(links)
    for name, node in left.nodes.items():
        mine, drawn = drawn[: (n := sum(link.start == name for link in links))], drawn[n:]
        assert mine[0].top == node.top
        assert all(later.top == earlier.top + earlier.thick for earlier, later in pairwise(mine))
