"""Whoever asks gets what is kept of him, and nothing of anybody else (个人信息保护法 Art. 45)."""

import re
from io import BytesIO

from openpyxl import load_workbook

from tests.cast import CHEN, MEI, OUYANG, SONG
from tests.doors import HOMES, Caller

DATA = "/communities/meiyuan/me/data.xlsx"


def sheets_of(body):
    book = load_workbook(BytesIO(body))
    return {
        sheet.title.split()[0]: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book
    }


def test_an_owner_gets_his_seats_his_home_and_what_he_was_charged(app):
    client = app.test_client()
    mei, ouyang = Caller(client, MEI), Caller(client, OUYANG)
    mei("POST", "/communities/meiyuan/months/2026-06/charges", 201)
    mine = sheets_of(ouyang("GET", DATA, 200))
    headings = [heading for rows in mine.values() for heading in rows[0]]
    assert all(re.match("[一-鿿]", heading) for heading in headings), headings
    assert mine["本人"][1][:2] == ["ouyang", "Ouyang"]
    assert [row[:2] for row in mine["身份"][1:]] == [["业主", HOMES[0]]]
    assert [(row[0], row[5]) for row in mine["物业费"][1:]] == [(HOMES[0], 36)]
    written = str(mine)
    for other in ("mei", "chen", HOMES[1]):
        assert f"'{other}'" not in written


def test_whoever_works_here_gets_his_own_and_no_home(app):
    mine = sheets_of(Caller(app.test_client(), CHEN)("GET", DATA, 200))
    assert [row[0] for row in mine["身份"][1:]] == ["业委会"]
    assert [len(mine[name]) for name in ("登记的房屋", "租住", "物业费", "维修资金", "报修", "选票")] == [
        1
    ] * 6


def test_what_somebody_wrote_down_for_others_is_not_his(app):
    client = app.test_client()
    mei = Caller(client, MEI)
    mei("POST", "/communities/meiyuan/tickets", 201, category="leak", title="水管", home=HOMES[1])
    assert len(sheets_of(mei("GET", DATA, 200))["报修"]) == 1


def test_whoever_has_no_seat_here_is_refused(app):
    Caller(app.test_client(), SONG)("GET", DATA, 403)
