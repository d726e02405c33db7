"""A use of the maintenance fund at the desk, from its plan to the contractor's money, by forms alone."""

from tests.browser.desk import desk, paper
from tests.cast import MEI

__all__ = ["desk", "paper"]


def test_a_manager_finds_the_form_of_a_use_from_the_rail(desk):
    mei = desk.sits(MEI)

    mei.goes("维修资金", "做使用方案")

    assert mei.page.locator("h1").inner_text() == "做使用方案"
