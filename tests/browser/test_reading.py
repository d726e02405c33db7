"""Reading the public pages: on a phone, on a desk, large, in English, by keyboard, without scripts."""

from itertools import pairwise

import pytest

from tests.browser.conftest import Reader

HALF_YEAR = "/meiyuan/half-year/2026-H1/"
PAGES = ["/", "/meiyuan/", HALF_YEAR, "/meiyuan/evaluation/2025-H2/", "/about/verify", "/nosuch/"]
WIDTHS = {"phone": {"width": 360, "height": 740}, "desk": {"width": 1280, "height": 900}}


@pytest.fixture(params=list(WIDTHS))
def wide(request, chromium, served):
    reader = Reader(chromium, served, viewport=WIDTHS[request.param])
    yield reader
    reader.context.close()


@pytest.mark.parametrize("how", ["", "?lang=en", "?type=large"])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_fits_its_screen_and_is_accessible(wide, path, how):
    wide.opens(path + how)

    assert wide.scrolls_sideways() <= 0
    assert wide.violations() == []


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(
    "size", [WIDTHS["desk"], {"width": 640, "height": 800}, WIDTHS["phone"]], ids=["desk", "tablet", "phone"]
)
def test_text_can_be_twice_as_large(chromium, served, path, size):
    reader = Reader(chromium, served, viewport=size)

    reader.opens(path).evaluate("document.documentElement.style.setProperty('font-size', '225%')")

    assert reader.scrolls_sideways() <= 0
    reader.context.close()


def test_the_narrowest_phone_fits(chromium, served):
    reader = Reader(chromium, served, viewport={"width": 320, "height": 640})

    reader.opens(f"{HALF_YEAR}?type=large")

    assert reader.scrolls_sideways() <= 0
    reader.context.close()


def test_the_balances_are_seen_without_scrolling(reader):
    page = reader.opens(HALF_YEAR)

    for place in (0, 1):
        box = page.locator(".balance .figure").nth(place).bounding_box()
        assert box["y"] + box["height"] < 740
        assert box["height"] >= 30


def test_nothing_is_asked_of_any_other_host(reader):
    for path in PAGES[:-1]:
        reader.opens(path)

    assert reader.asked
    assert all(url.startswith(reader.served.address) for url in reader.asked)
    assert reader.complaints == []


def test_pictures_are_drawn_and_say_what_they_show(reader):
    page = reader.opens(HALF_YEAR)

    pictures = page.locator("main img").all()

    assert len(pictures) == 2
    for picture in pictures:
        assert picture.evaluate("img => img.complete && img.naturalWidth > 0")
        assert len(picture.get_attribute("alt")) > 10


def test_headings_and_landmarks_lead_through_the_page(reader):
    page = reader.opens(HALF_YEAR)

    levels = page.evaluate(
        "[...document.querySelectorAll('h1,h2,h3,h4')].map((each) => Number(each.tagName[1]))"
    )

    assert levels.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))
    assert page.locator("main, header, footer, nav").count() >= 5
    assert page.evaluate(
        "[...document.querySelectorAll('table')].every((t) => t.caption && t.querySelector('th[scope]'))"
    )


def test_by_keyboard_alone(reader):
    page = reader.opens(HALF_YEAR)

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.evaluate("document.activeElement.getBoundingClientRect().left") >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"

    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.hasAttribute('data-prove')"):
            break
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-result]:not([hidden])")

    assert page.evaluate("document.activeElement.hasAttribute('data-result')")
    assert "核到封存" in page.evaluate("document.activeElement.textContent")


def test_focus_can_be_seen(reader):
    page = reader.opens("/")

    for _ in range(5):
        page.keyboard.press("Tab")
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
        assert outline == "3px"


def test_without_scripts_everything_is_there_but_the_proving(chromium, served):
    reader = Reader(chromium, served, java_script_enabled=False)
    page = reader.opens(HALF_YEAR)

    assert page.locator(".balance .figure").first.is_visible()
    assert page.get_by_text("不能在这一页里核验").is_visible()
    assert not page.locator("[data-prove]").is_visible()

    reader.presses("text=大字")
    reader.presses("text=明白账 >> nth=0")
    assert page.locator("html.large").count() == 1
    reader.context.close()


def test_on_paper_only_what_belongs_on_paper(reader):
    page = reader.opens(HALF_YEAR)
    page.emulate_media(media="print")

    for gone in (".switches", ".contents", ".call", "[data-prove]", ".paper"):
        assert not page.locator(gone).first.is_visible()
    for there in ("h1", ".balance", "#s03", "[data-fingerprint]", "[data-root]"):
        assert page.locator(there).first.is_visible()
