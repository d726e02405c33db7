"""Every list that can be seen can be taken away, in both languages."""

import csv
from datetime import datetime
from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import load_workbook

from ledger.operations.registry import LISTINGS
from ledger.people.queries import access_records
from ledger.people.rules import Event
from tests.cast import AN, MEI, NOON

WHOLE = [listing for listing in LISTINGS if listing.opens_by_itself]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_list_goes_out_as_csv_and_as_a_workbook(at_the_desk, language):
    auditor = at_the_desk(AN)
    auditor.get(f"/desk/?lang={language}")
    seen = 0
    for listing in WHOLE:
        page = auditor.get(f"/desk/meiyuan{listing.path}")
        if page.status_code == 403:
            continue
        assert page.status_code == 200, listing.path
        text = auditor.get(f"/desk/meiyuan{listing.path}?format=csv").data.decode("utf-8-sig")
        assert auditor.get(f"/desk/meiyuan{listing.path}?format=xlsx").mimetype.endswith("sheet"), (
            listing.path
        )
        sheet = load_workbook(BytesIO(auditor.get(f"/desk/meiyuan{listing.path}?format=xlsx").data)).active
        assert len(text.splitlines()) == sheet.max_row, listing.path
        seen += 1

    assert seen > 20


def test_an_amount_is_a_number_in_a_workbook(at_the_desk):
    sheet = load_workbook(BytesIO(at_the_desk(AN).get("/desk/meiyuan/homes?format=xlsx").data)).active
    columns = [cell.value for cell in sheet[1]]

    assert sheet.cell(2, columns.index("首期交存（元）") + 1).value == 3_000


def test_numbers_and_days_go_out_as_what_they_are(at_the_desk):
    auditor = at_the_desk(AN)
    sheet = load_workbook(BytesIO(auditor.get("/desk/meiyuan/homes?format=xlsx").data)).active
    heads = [cell.value for cell in sheet[1]]
    area = next(sheet.cell(2, place).value for place, head in enumerate(heads, 1) if "面积" in head)
    entries = load_workbook(BytesIO(auditor.get("/desk/meiyuan/entries?format=xlsx").data)).active

    assert isinstance(area, int | float)
    assert any(isinstance(cell.value, datetime) for cell in entries[2])
    assert sheet.cell(sheet.max_row, heads.index("首期交存（元）") + 1).value == 3_000 * (sheet.max_row - 2)


def test_a_csv_can_be_added_up_by_a_program(at_the_desk):
    text = at_the_desk(AN).get("/desk/meiyuan/homes?format=csv").data.decode("utf-8-sig")
    rows = list(csv.DictReader(text.splitlines()))
    deposits = [Decimal(row["首期交存（元）"]) for row in rows]

    assert sum(deposits[:-1]) == deposits[-1] == 3_000 * (len(rows) - 1)


def test_g7_a_list_of_debtors_is_offered_as_no_file_and_whoever_takes_it_is_remembered(at_the_desk, database):
    """Correction G7: staff need what is owed to collect it, never as a list to post."""
    mei = at_the_desk(MEI)

    page = mei.get("/desk/meiyuan/fees/debtors").text
    assert "format=csv" not in page
    assert "format=xlsx" not in page
    for kind in ("csv", "xlsx"):
        assert mei.get(f"/desk/meiyuan/fees/debtors?format={kind}").status_code == 200

    with database.reading() as session:
        read = [record.what for record in access_records(session, "mei", NOON) if record.event is Event.READ]
    assert sorted(read) == ["/fees/debtors", "/fees/debtors.csv", "/fees/debtors.xlsx"]
    assert "format=csv" in mei.get("/desk/meiyuan/homes").text
