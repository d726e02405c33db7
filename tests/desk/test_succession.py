"""A home is divided at the desk: by a form with a row for each, seen once more; its page says what became of it."""

from io import BytesIO

import pytest

from ledger.community.queries import homes
from ledger.journal.queries import held
from tests.cast import HE, MEI
from tests.doors import HOMES
from tests.factories import PAPER, a_deposit

OLD = HOMES[0]
FORM = f"/desk/meiyuan/do/holders/{OLD}/division"
DIVIDED = {
    "parts:0.door": "101A",
    "parts:0.area_dm2": "50.00",
    "parts:1.door": "101B",
    "parts:1.area_dm2": "30.00",
    "area_source": "register",
    "since": "2026-07-10",
}


def sent():
    return DIVIDED | {"document": (BytesIO(PAPER), "产权证.pdf")}


def there(database):
    with database.reading() as session:
        return {home.code for home in homes(session, "meiyuan")}


@pytest.fixture
def funded(database):
    with database.writing() as session:
        a_deposit(session, {OLD: 100_001})


def test_a_home_is_divided_by_a_form_with_a_row_for_each(at_the_desk, database, funded):
    he = at_the_desk(HE)
    assert "分户" in he.get(f"/desk/meiyuan/holders/{OLD}").text

    answer = he.fill(FORM, **sent())

    assert answer.status_code == 302
    assert {"1-1-101A", "1-1-101B"} <= there(database)
    assert OLD not in there(database)
    with database.reading() as session:
        parts = held(session, "meiyuan", "fund", "unit", [OLD, "1-1-101A", "1-1-101B"])
    assert parts == {OLD: 0, "1-1-101A": 62_501, "1-1-101B": 37_500}


def test_the_page_of_what_ended_says_what_became_of_it_and_offers_nothing_more(at_the_desk, funded):
    he = at_the_desk(HE)
    he.fill(FORM, **sent())

    page = he.get(f"/desk/meiyuan/holders/{OLD}").text
    for words in ("最后一天", "2026年7月9日", "1-1-101A", "1-1-101B"):
        assert words in page
    for path in ("division", "merger", "transfer", "tenants", "area"):
        assert f'/do/holders/{OLD}/{path}"' not in page
    mei = at_the_desk(MEI)
    answer = mei.client.get(f"/desk/meiyuan/search?q={OLD}")
    assert answer.headers["Location"].endswith(f"/homes/{OLD}")
    history = mei.get(f"/desk/meiyuan/homes/{OLD}").text
    assert "1-1-101B" in history
    assert "分户合户转入" in history
    assert OLD not in mei.get("/desk/meiyuan/homes").text.replace("1-1-101A", "").replace("1-1-101B", "")
    assert OLD in mei.get("/desk/meiyuan/homes?ended=yes").text


def test_what_is_wrong_is_told_at_the_form(at_the_desk, database):
    he = at_the_desk(HE)

    answer = he.client.post(FORM, data=he.form(FORM) | sent() | {"parts:1.area_dm2": "30.01"})
    if answer.status_code == 200:
        answer = he.fill(FORM, **sent() | {"parts:1.area_dm2": "30.01"})

    assert answer.status_code in (409, 422)
    assert "80.01" in answer.text
    assert OLD in there(database)


def test_only_homes_of_the_same_owner_and_building_are_offered_for_merging(at_the_desk, funded):
    he = at_the_desk(HE)
    he.fill(FORM, **sent())

    offered = he.get("/desk/meiyuan/do/holders/1-1-101A/merger").text
    alone = he.get(f"/desk/meiyuan/do/holders/{HOMES[1]}/merger").text

    assert 'name="others" value="1-1-101B"' in offered
    assert f'value="{HOMES[1]}"' not in offered
    assert 'name="others"' not in alone
    assert "没有可选的" in alone
