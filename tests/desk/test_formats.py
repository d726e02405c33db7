"""A file of an unknown format: what its columns could mean is shown, and is what the format begins with."""

import re
from html import unescape
from io import BytesIO

import pytest
from werkzeug.datastructures import MultiDict

from tests.cast import MEI
from tests.desk.conftest import Visitor

ASK = "/desk/meiyuan/do/statement-profiles/proposals"
FILE = "交易日期,收入金额,支出金额,对方户名,附言\n2026-06-03,36.00,,路人甲,1-1-101物业费\n".encode()


def next_form(page: str) -> MultiDict[str, str]:
    """What the form of the next step would send as it stands."""
    form = page[page.index('action="/desk/meiyuan/do/statement-profiles"') :]
    inputs = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)
    texts = re.findall(r'<textarea [^>]*name="([^"]+)"[^>]*>\n([^<]*)</textarea>', form)
    return MultiDict((name, unescape(value)) for name, value in [*inputs, *texts])


def proposal(mei: Visitor, language: str = "zh") -> str:
    form = mei.form(f"{ASK}?lang={language}") | {"file": (BytesIO(FILE), "新银行.csv")}
    answer = mei.client.post(ASK, data=form)
    assert answer.status_code == 200
    return answer.text


@pytest.mark.parametrize(("language", "heading"), [("zh", "可能的含义"), ("en", "What columns could mean")])
def test_an_answer_with_columns_and_rows_is_shown(at_the_desk, language, heading):
    page = proposal(at_the_desk(MEI), language)

    assert heading in page
    assert re.search(r"<th[^>]*>\s*对方户名", page)
    assert "1-1-101物业费" in page


def test_the_format_begins_with_what_was_proposed_and_with_the_same_file(at_the_desk):
    mei = at_the_desk(MEI)
    form = next_form(proposal(mei))
    assert form["mapping.columns:occurred"].strip() == "交易日期"

    form["name"] = "new-bank"
    look = mei.client.post("/desk/meiyuan/do/statement-profiles", data=form)
    assert "每一行会怎么记" in look.text
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', look.text)
    again = MultiDict((name, unescape(value)) for name, value in hidden)
    again["confirmed"] = "yes"
    saved = mei.client.post("/desk/meiyuan/do/statement-profiles", data=again)

    assert saved.status_code == 302, re.findall(r'class="error[^>]*>([^<]+)', saved.text)
    assert "new-bank" in mei.get("/desk/meiyuan/statement-profiles").text
