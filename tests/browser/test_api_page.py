"""The page of the JSON door on a phone, with everything on it opened."""

import pytest

from tests.browser.conftest import Reader
from tests.browser.desk import PHONE, desk

__all__ = ["desk"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_programs_may_ask_is_read_on_a_phone(chromium, desk, language):
    reader = Reader(chromium, desk.served, viewport=PHONE)

    page = reader.opens(f"/api/v1/?lang={language}")
    page.evaluate("document.querySelectorAll('main details').forEach((each) => (each.open = true))")

    assert page.locator("main details[open]").count() > 200
    assert reader.scrolls_sideways() <= 0
    assert reader.complaints == []
    reader.context.close()
