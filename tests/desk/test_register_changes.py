"""The workbook of changes at the desk: what each row changes is seen before it is done, and wrong rows come back marked."""

from datetime import date
from io import BytesIO

from openpyxl import load_workbook

from ledger.community.rules import AreaSource
from ledger.intake.register_changes_layout import GUIDE, SHEETS, TITLE
from ledger.intake.register_changes_rules import ChangeKind
from ledger.intake.register_workbook import written
from ledger.register.queries import holders
from ledger.register.rules import TransferCause
from ledger.revenue.rules import Category
from tests.cast import AN, HE, MEI
from tests.doors import HOMES
from tests.factories import PAPER

FORM = "/desk/meiyuan/do/register/changes"


def workbook(home=HOMES[0]):
    sold = {"home": home, "since": date(2026, 7, 10), "name": "买方 李", "cause": TransferCause.SALE}
    measured = {"home": HOMES[1], "area_dm2": 8_850, "area_source": AreaSource.SURVEY}
    return written(TITLE, GUIDE, SHEETS, {ChangeKind.HOLDER: [sold], ChangeKind.AREA: [measured]})


def sent(home=HOMES[0]):
    return {"file": (BytesIO(workbook(home)), "变更.xlsx"), "document": (BytesIO(PAPER), "产权证.pdf")}


def name_of(database, home):
    with database.reading() as session:
        return next(held.name for held in holders(session, "meiyuan") if held.home == home)


def test_what_each_row_changes_is_seen_before_anything_is_written(at_the_desk, database):
    he, before = at_the_desk(HE), name_of(database, HOMES[0])

    page = he.client.post(FORM, data=he.form(FORM) | sent()).text

    assert "每一项变更" in page
    for words in (before, "买方 李", "换业主", "更正面积", "88.50 m²", "2026年7月10日"):
        assert words in page
    assert name_of(database, HOMES[0]) == before


def test_all_of_it_is_registered_at_one_go(at_the_desk, database):
    he = at_the_desk(HE)

    assert he.fill(FORM, **sent()).status_code == 302

    assert name_of(database, HOMES[0]) == "买方 李"
    assert "变更簿登记" in he.get("/desk/meiyuan/journal").text


def test_wrong_rows_are_told_and_come_back_marked(at_the_desk):
    he = at_the_desk(HE)

    answer = he.client.post(FORM, data=he.form(FORM) | sent("9-9-999"))
    assert answer.status_code == 422
    assert "换业主!A2" in answer.text
    marked = he.client.post(FORM, data=he.form(FORM) | sent("9-9-999") | {"annotated": "yes"})

    sheet = load_workbook(BytesIO(marked.data))["换业主"]
    assert "9-9-999" in str(sheet.cell(2, sheet.max_column).value)


def sites():
    site = {"code": "DW-7", "name": "东门灯箱", "category": Category.AD_LIFT, "since": date(2026, 7, 10)}
    content = written(TITLE, GUIDE, SHEETS, {ChangeKind.SITE: [site]})
    return {"file": (BytesIO(content), "变更.xlsx"), "document": (BytesIO(PAPER), "照片.pdf")}


def test_each_sheet_is_for_whoever_may_make_its_change_by_a_form(at_the_desk, database):
    mei, name = at_the_desk(MEI), name_of(database, HOMES[0])

    answer = mei.client.post(FORM, data=mei.form(FORM) | sent())

    assert answer.status_code == 422
    assert "换业主!A2" in answer.text
    assert "社区居委会" in answer.text
    assert name not in answer.text
    assert mei.fill(FORM, **sites()).status_code == 302
    he = at_the_desk(HE)
    assert he.client.post(FORM, data=he.form(FORM) | sites()).status_code == 422
    assert at_the_desk(AN).get(FORM).status_code == 403
