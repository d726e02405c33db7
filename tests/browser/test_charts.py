"""Charts and sums on a telephone: nothing is out of sight, and no sum is broken (D4)."""

import pytest

from tests.browser.conftest import Reader, Served
from tests.public_site.conftest import public_app
from tests.reports.conftest import body, card, fonts, half_year_files, half_year_list, meiyuan, published

__all__ = ["body", "card", "fonts", "half_year_files", "half_year_list", "meiyuan", "published"]

HALF_YEAR = "/meiyuan/half-year/2026-H1/"


@pytest.fixture
def real(published, translations):
    """The door with a half-year on it whose charts were drawn as they are drawn in earnest."""
    served = Served(public_app(published, translations))
    yield served
    served.server.shutdown()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("width", [320, 360])
def test_d4_a_chart_is_seen_whole_on_a_telephone(chromium, real, width, language):
    reader = Reader(chromium, real, viewport={"width": width, "height": 740})
    charts = reader.opens(f"{HALF_YEAR}?lang={language}").locator("figure.chart").all()

    assert len(charts) == 7
    for chart in charts:
        chart.scroll_into_view_if_needed()
        seen, whole, natural = chart.evaluate(
            "figure => [figure.clientWidth, figure.scrollWidth, figure.querySelector('img').naturalWidth]"
        )
        assert whole <= seen <= width
        assert 0 < natural <= 340  # drawn for a narrow screen, so that its words keep their size
    assert reader.complaints == []
    reader.context.close()


def test_d4_no_word_of_a_narrow_chart_lies_outside_it(chromium, half_year_files):
    page = chromium.new_page()
    for name in (name for name in half_year_files if name.endswith("-narrow.svg")):
        page.set_content(half_year_files[name].decode())
        outside = page.evaluate(
            """() => { const svg = document.querySelector('svg').getBoundingClientRect();
            return [...document.querySelectorAll('svg text')].filter(text => {
                const box = text.getBoundingClientRect();
                return box.left < svg.left - 1 || box.right > svg.right + 1 || box.bottom > svg.bottom + 1;
            }).map(text => text.textContent) }"""
        )
        assert outside == [], name
    page.close()


@pytest.mark.parametrize("fen", [6_163_489, 1_234_567_890, -9_876_543_210])
@pytest.mark.parametrize("width", [320, 360, 1280])
@pytest.mark.parametrize("how", ["", "?type=large", "?type=large&lang=en"])
def test_d4_a_sum_never_breaks_in_itself(chromium, real, how, width, fen):
    """However large the type and the sum: an amount of twelve digits stands on one line."""
    reader = Reader(chromium, real, viewport={"width": width, "height": 740})
    page = reader.opens(HALF_YEAR + how)
    page.evaluate(
        """said => document.querySelectorAll('.figure [data-as]').forEach(sum => { sum.textContent = said })""",
        f"{fen / 100:,.2f}",
    )

    broken = page.evaluate(
        """() => [...document.querySelectorAll('[data-as]:not([data-as^=day])')].filter(sum => sum.getClientRects().length > 1)
        .map(sum => sum.textContent)"""
    )

    assert broken == []
    assert reader.scrolls_sideways() <= 0
    reader.context.close()
