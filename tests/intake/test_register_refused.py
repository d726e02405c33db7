"""What is wrong in a register workbook is named, all at once, and given back beside its rows."""

from contextlib import suppress
from copy import deepcopy
from datetime import date
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from sqlalchemy import func
from sqlmodel import select

from ledger.community.role_rules import Actor, Level, Role
from ledger.community.tables import Area, Community, Firm, Home, ProfileValue
from ledger.fields import Upload
from ledger.intake.register import RegisterRefused, RegisterUnreadable, annotated, read_register, template
from ledger.intake.register_layout import BY_NAME, SHEETS
from ledger.journal.tables import Entry
from ledger.operations.registry import OPERATION_OF
from ledger.words import word
from tests.intake.files import zipped
from tests.intake.registers import GOOD, changed, filled, importing, place, saved, what_is_wrong

# Wrong cells

WRONG = [
    ("homes", 2, "area_dm2", None, "“建筑面积（㎡）” must be filled in"),
    ("homes", 2, "area_dm2", "九十", "“九十” is not a number"),
    ("homes", 2, "area_dm2", True, "“TRUE” is not a number"),
    ("homes", 2, "area_dm2", date(2024, 1, 5), "“2024-01-05” is not a number"),
    ("homes", 2, "area_dm2", 90.125, "“90.125” may have 2 decimals at most"),
    ("homes", 2, "area_dm2", 0, "“0” must be between 0.01 and 1,000,000.00"),
    ("homes", 2, "area_dm2", -90, "“-90” must be between 0.01 and 1,000,000.00"),
    ("homes", 2, "area_dm2", "=45*2", "“=45*2” is a formula: paste its value instead"),
    ("homes", 2, "area_dm2", "#REF!", "“#REF!” is an error of Excel's"),
    ("homes", 2, "kind", "商品房", "“商品房” is not one of commodity / sold_public / non_residential / unsold"),
    ("homes", 2, "opening_fen", -0.01, "“-0.01” must be between 0.00 and 90,071,992,547,409.91"),
    ("homes", 2, "code", "1-101", "“1-101” is not written as it should be: building-stairwell-door, such as 3-2-501"),
    ("homes", 2, "code", date(2003, 2, 1), "Excel made “2003-02-01” of it: format the cell as text and enter it again"),
    ("homes", 3, "code", "9-1-101", "“9” stands nowhere in the sheet “幢”"),
    ("homes", 4, "code", "1-9-101", "“1-9” stands nowhere in the sheet “单元”"),
    ("homes", 3, "seller", None, "a sold public home needs its selling unit"),
    ("homes", 5, "seller", None, "an unsold home needs its developer"),
    ("homes", 5, "seller", "nobody", "“nobody” stands nowhere in the sheet “企业”"),
    ("holders", 2, "home", "1-1-102", "“1-1-102” stands nowhere in the sheet “户”"),
    ("holders", 2, "since", "2020-02-30", "“2020-02-30” is not a day: write it as 2026-07-15"),
    ("holders", 2, "since", 43831, "“43831” is not a day: write it as 2026-07-15"),
    ("holders", 2, "name", "王\n伟", "“王�伟” holds line breaks or invisible characters"),
    ("holders", 2, "name", "王" * 201, f"201 characters, 200 at most: “{'王' * 59}…”"),
    ("communities", 2, "code", "梅园", "“梅园” is not written as it should be: small letters, digits, hyphens, such as meiyuan; for good"),
    ("communities", 2, "area", "nowhere", "“nowhere” stands nowhere in the sheet “片区”"),
    ("communities", 2, "built_year", 95.5, "“95.5” must be between 1800 and 2200"),
    ("communities", 2, "built_year", 1995.5, "“1995.5” must be a whole number"),
    ("buildings", 3, "community", "taoyuan", "“taoyuan” stands nowhere in the sheet “小区”"),
    ("contracts", 2, "ends_on", "2024-12-31", "it ends on 2024-12-31, before it starts on 2025-01-01"),
    ("packages", 2, "price_fen", 999999, "the five sources add up to 1,000,000.00 yuan, the price is 999,999.00"),
    ("packages", 2, "works", "2023", "“2023” stands nowhere in the sheet “改造工程”"),
    ("components", 2, "package", "C", "“2024-C” stands nowhere in the sheet “标段”"),
    ("components", 2, "package", None, "fill in both works and package, or neither"),
    ("components", 4, "warranty_years", 2, "without an accepted package there is no warranty to count: leave it empty"),
    ("tariffs", 2, "rate_e4", 0.45555, "“0.45555” may have 4 decimals at most"),
    ("tariffs", 3, "applies_to", "全部", "“meiyuan / 全部 / 2025-01-01” stands in row 2 already"),
]  # fmt: skip


@pytest.mark.parametrize(("sheet", "row", "field", "value", "words"), WRONG)
def test_a_wrong_cell_is_named_by_sheet_row_and_column(sheet, row, field, value, words):
    problems = what_is_wrong(changed((sheet, row, field, value)))

    # A row that names this cell may lead nowhere now; a key that stands twice is told of its last cell.
    expected = place(sheet, row, "since" if "already" in words else field)
    assert (expected, words) in problems


@pytest.mark.parametrize("unseen", ["\U000e0041\U000e007f", "\ufe0f", "\u2800", "\u202e"])
def test_f13_what_nobody_sees_stands_in_no_cell(unseen):
    problems = what_is_wrong(changed(("holders", 3, "name", f"王{unseen}伟")))

    [words] = [words for cell, words in problems if cell == place("holders", 3, "name")]
    assert words.endswith("holds line breaks or invisible characters")


def test_all_that_is_wrong_is_named_at_once_and_nothing_is_written(database):
    """A wrong cell of each kind, none of which hides another."""
    wrong = [
        ("communities", 2, "mode", "好"),
        ("communities", 2, "jurisdiction", "atlantis"),
        ("buildings", 2, "floors", 6.5),
        ("buildings", 4, "community", "meiyuan"),
        ("homes", 2, "area_dm2", 90.125),
        ("homes", 2, "opening_fen", "=1+1"),
        ("homes", 3, "seller", None),
        ("homes", 4, "area_dm2", None),
        ("homes", 5, "seller", None),
        ("homes", 6, "code", "1-1-101"),
        ("holders", 2, "since", "昨天"),
        ("holders", 3, "name", "王\u200b伟"),
        ("holders", 4, "home", "1-1-109"),
        ("contracts", 2, "ends_on", "2024-12-31"),
        ("packages", 2, "price_fen", 1),
        ("components", 2, "package", None),
        ("tariffs", 2, "resolution", "依" * 300),
    ]
    content = changed(*wrong)

    with pytest.raises(RegisterRefused) as refused, database.writing() as session:
        importing(session, content)

    problems = refused.value.facts["problems"]
    rows = {
        "buildings": [(4, "code")],
        "homes": [(6, field) for field in ("community", "kind", "area_dm2", "area_source")],
    }
    also = [
        place(sheet, *cell) for sheet, cells in rows.items() for cell in cells
    ]  # the rest of two new rows
    places = {(problem.sheet, problem.row, problem.column, problem.header) for problem in problems}
    assert places == {
        place(*cell[:3]) for cell in wrong if cell[:2] not in {("buildings", 4), ("homes", 6)}
    } | set(also)
    assert f"登记簿有 {len(problems)} 处错误" in refused.value.sentence("zh")
    assert f"The register has {len(problems)} errors" in refused.value.sentence("en")
    with database.reading() as session:
        for table in (Area, Firm, Community, Home, Entry, ProfileValue):
            assert session.execute(select(func.count()).select_from(table)).scalar() == 0


@pytest.mark.parametrize("sheet", sorted(GOOD))
def test_no_two_rows_of_a_sheet_name_the_same(sheet):
    rows = GOOD[sheet]

    problems = what_is_wrong(filled({**GOOD, sheet: [*rows, rows[0]]}))

    key = BY_NAME[sheet].key[-1]
    ((cell, words),) = problems
    assert cell == place(sheet, len(rows) + 2, key)
    assert words.endswith("stands in row 2 already")


def test_of_two_contracts_that_run_at_once_the_one_that_begins_later_is_named():
    def contract(number, starts_on, ends_on):
        firm = {"firm": "anju", "lump_sum": "包干制"}
        return {
            "community": "meiyuan",
            "number": number,
            "starts_on": starts_on,
            "ends_on": ends_on,
            **firm,
        }

    later, first = contract("HT-2", "2025-01-01", "2027-12-31"), contract("HT-1", "2024-01-01", "2026-12-31")
    inside, next_one = (
        contract("HT-3", "2027-12-31", "2027-12-31"),
        contract("HT-4", "2028-01-01", "2030-12-31"),
    )

    words = "“{}” runs to {}, so this one cannot begin on {}: one firm serves a community at a time (Property Management Regulation, Art. 33)"
    assert what_is_wrong(filled({**GOOD, "contracts": [later, first, inside, next_one]})) == [
        (place("contracts", 2, "starts_on"), words.format("HT-1", "2026-12-31", "2025-01-01")),
        (place("contracts", 4, "starts_on"), words.format("HT-2", "2027-12-31", "2027-12-31")),
    ]
    assert what_is_wrong(filled({**GOOD, "contracts": [later, next_one]})) == []


def test_a_person_who_stands_twice_in_one_seat_is_named_the_second_time():
    def person(role, home=None, level=None, *, name="王伟"):
        seat = {"role": role, "home": home, "level": level, "since": "2026-07-01"}
        return {"community": "meiyuan", "name": name, **seat}

    once = [
        person("物业经理"),
        person("维修工"),
        person("业主", "1-1-101"),
        person("业主", "3-2-501"),
        person("业主", "1-1-101", name="李娜"),
        person("街道、住建监督", level="街道办事处"),
        person("街道、住建监督", level="住建部门"),
    ]
    assert what_is_wrong(filled({**GOOD, "people": once})) == []

    again = [once[0], once[2], once[5]]
    assert what_is_wrong(filled({**GOOD, "people": once + again})) == [
        (place("people", 9, "role"), "“meiyuan / 王伟 / 物业经理” stands in row 2 already"),
        (place("people", 10, "home"), "“meiyuan / 王伟 / 业主 / 1-1-101” stands in row 4 already"),
        (
            place("people", 11, "level"),
            "“meiyuan / 王伟 / 街道、住建监督 / 街道办事处” stands in row 7 already",
        ),
    ]


def test_no_seat_begins_before_the_opening_day(session):
    def register(opened_on, since):
        seat = {"community": "meiyuan", "name": "梅经理", "role": "物业经理", "since": since}
        return filled(
            {
                **GOOD,
                "communities": [GOOD["communities"][0] | {"opened_on": opened_on}],
                "people": [seat],
            }
        )

    words = "the seat begins on 2026-06-30, before the community's opening day 2026-07-01: for whoever was in office before, fill in that day"
    assert what_is_wrong(register("2026-07-01", "2026-06-30")) == [(place("people", 2, "since"), words)]
    assert what_is_wrong(register("2026-07-01", "2026-07-01")) == []
    # without one, the day of the import; a refusal's own full stop is not told twice
    with pytest.raises(RegisterRefused, match=r"2026年7月15日.*从启用日填起。$"):
        importing(session, register(None, "2026-07-01"), by=Actor("root", Role.OPERATOR))


def test_nobody_is_of_an_organisation_that_has_no_such_role():
    seat = {"community": "meiyuan", "name": "梅经理", "role": "物业经理", "level": word(Level.CUSTODIAN)}
    book = filled({**GOOD, "people": [seat | {"since": "2026-07-01"}]})

    [(at, words)] = what_is_wrong(book)

    assert at == place("people", 2, "level")
    assert words == f"a “物业经理” is not of the “{word(Level.CUSTODIAN)}”"


def test_a_sheet_or_a_column_that_is_missing_is_named_and_hides_nothing_else():
    book = load_workbook(BytesIO(changed(("homes", 2, "kind", "好"))))
    del book["业主"]
    book["企业"]["B1"] = "名字"
    book["幢"]["C1"] = "幢号"
    book["单元"]["B1"] = None

    problems = read_register(saved(book)).problems

    assert [(problem.sheet, problem.row, problem.zh) for problem in problems] == [
        ("幢", None, "“幢号”这一列出现了不止一次"),
        ("幢", None, "没有“楼层数”这一列，空的也要留着"),
        ("单元", None, "没有“幢号”这一列，空的也要留着"),
        ("户", 2, "不认识“好”，请填其一：商品住宅 / 已售公有住房 / 非住宅 / 未售"),
        ("业主", None, "没有工作表“业主”，空的也要留着"),
        ("企业", None, "没有“企业名称”这一列，空的也要留着"),
    ]


def test_an_empty_template_registers_nothing_and_says_so():
    assert [problem.zh for problem in read_register(template()).problems] == ["没有填写任何小区"]


# The workbook given back


def test_the_workbook_is_given_back_with_the_words_beside_the_rows_and_the_cells_in_red():
    content = changed(("homes", 2, "area_dm2", 0), ("homes", 2, "kind", "好"), ("holders", 4, "home", "=X"))

    book = load_workbook(BytesIO(annotated(content, read_register(content).problems)))

    page = book["户"]
    assert page["J1"].value == "错误"
    assert page["J2"].value == (
        "房屋性质：不认识“好”，请填其一：商品住宅 / 已售公有住房 / 非住宅 / 未售；"
        "建筑面积（㎡）：“0”应在 0.01 到 1,000,000.00 之间"
    )
    assert [
        cell.coordinate for row in page["A2:I5"] for cell in row if cell.fill.fgColor.rgb == "FFFFC7CE"
    ] == [
        "C2",
        "D2",
    ]
    assert page["J3"].value is None
    assert book["业主"]["G4"].value == "房号：是公式“=X”，请复制后选择性粘贴为数值"
    assert "错误" not in [cell.value for cell in book["幢"][1]]
    assert "错误汇总" not in book.sheetnames
    assert page.data_validations.dataValidation


def test_what_no_row_is_to_blame_for_stands_on_a_sheet_of_its_own():
    book = load_workbook(BytesIO(filled(GOOD)))
    del book["业主"]
    content = saved(book)

    marked = load_workbook(BytesIO(annotated(content, read_register(content).problems)))

    assert [cell.value for cell in marked["错误汇总"][2]][:3] == [
        "业主",
        None,
        "没有工作表“业主”，空的也要留着",
    ]


def test_a_workbook_put_right_after_it_was_given_back_is_imported_and_loses_its_marks():
    content = changed(("homes", 2, "area_dm2", 0), ("homes", 3, "area_dm2", 0))
    book = load_workbook(BytesIO(annotated(content, read_register(content).problems)))
    book["户"]["D2"] = 90
    once = saved(book)

    problems = read_register(once).problems
    assert [(problem.sheet, problem.row) for problem in problems] == [("户", 3)]
    page = load_workbook(BytesIO(annotated(once, problems)))["户"]
    assert (page["J2"].value, page["D2"].fill.fgColor.rgb) == (None, "00000000")
    assert page["J3"].value is not None
    assert page["K1"].value is None


def test_a_marked_workbook_says_nothing_that_excel_would_calculate():
    content = changed(("homes", 2, "code", "=HYPERLINK(1)"))

    page = load_workbook(BytesIO(annotated(content, read_register(content).problems)))["户"]

    assert page["J2"].data_type == "s"


# Files that are no register


def with_part(content, name, part):
    with ZipFile(BytesIO(content)) as archive:
        parts = {file: archive.read(file) for file in archive.namelist()}
    return zipped({**parts, name: part})


def packed(name, part):
    """The template with a part that takes little room while it is packed."""
    buffer = BytesIO()
    with (
        ZipFile(BytesIO(with_part(template(), name, part))) as archive,
        ZipFile(buffer, "w", ZIP_DEFLATED) as small,
    ):
        for file in archive.namelist():
            small.writestr(file, archive.read(file))
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "文件是空的"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 locked or old", "旧版 Excel 文件，或者加了密码"),
        ("小区代码,名称\n".encode(), "不是 Excel 工作簿"),
        (b"PK\x03\x04 and then nothing", "不完整或已损坏"),
        (zipped({"a.txt": b"hello"}), "不是 Excel 工作簿"),
        (zipped({"[Content_Types].xml": b"", "xl/workbook.xml": b"<workbook"}), "不完整或已损坏"),
        (with_part(template(), "xl/vbaProject.bin", b"macro"), "带有宏"),
        (with_part(template(), "xl/worksheets/sheet3.xml", b"<worksheet><sheetData><row"), "不完整或已损坏"),
    ],
)
def test_what_is_no_workbook_is_refused_whole(content, words):
    with pytest.raises(RegisterUnreadable, match=words):
        read_register(content)


def test_a_workbook_that_swells_when_unpacked_is_refused():
    buffer = BytesIO(template())
    with ZipFile(buffer, "a", ZIP_DEFLATED) as archive, archive.open("xl/media/image1.png", "w") as part:
        for _ in range(201):
            part.write(bytes(1024 * 1024))

    assert len(buffer.getvalue()) < 1024 * 1024
    for read in (read_register, lambda content: annotated(content, [])):
        with pytest.raises(RegisterUnreadable, match="200 MB"):
            read(buffer.getvalue())


BEYOND = {
    "one packed row": ("xl/worksheets/sheet2.xml", b"<worksheet><sheetData><row>%s</row></sheetData></worksheet>"),
    "one row under another name": ("xl/worksheets/sheet2.xml", b"<x:worksheet><x:sheetData><x:row r='2'>%s</x:row>"),
    "words that stand in no cell": ("xl/sharedStrings.xml", b"<sst>%s</sst>"),
}  # fmt: skip


@pytest.mark.parametrize("kind", BEYOND)
def test_f10_a_workbook_that_holds_beyond_all_measure_is_refused_before_it_is_read(kind):
    part, body = BEYOND[kind]
    content = packed(part, body % (b"<c/>" * 21_000_000))
    assert len(content) < 1024 * 1024

    with pytest.raises(RegisterUnreadable, match="内容太多"):
        read_register(content)


def test_f10_a_small_file_that_holds_much_is_no_work_to_wait_for():
    """What it says of its rows is no measure: they may go by another name."""
    content = packed("xl/sharedStrings.xml", b"<sst>" + b"<si/>" * 2_000_000 + b"</sst>")

    for operation in ("POST /communities", "POST /workbook"):
        declared = OPERATION_OF[operation]
        assert declared.takes_long(declared.model(file=Upload("a.xlsx", content)))
        assert not declared.takes_long(declared.model(file=Upload("a.xlsx", template())))


def test_f10_a_sheet_beyond_all_measure_is_refused(monkeypatch):
    monkeypatch.setattr("ledger.intake.register_reading.MOST_ROWS", 3)

    with pytest.raises(RegisterUnreadable, match="“户”的行数太多，最多 3 行"):
        read_register(filled(GOOD))


def test_a_row_that_claims_to_stand_beyond_the_last_row_of_excel_is_refused():
    content = filled(GOOD)
    with ZipFile(BytesIO(content)) as archive:
        areas = archive.read("xl/worksheets/sheet2.xml").replace(b'r="2"', b'r="99999999999"')

    with pytest.raises(RegisterUnreadable, match="“片区”的行数太多"):
        read_register(with_part(content, "xl/worksheets/sheet2.xml", areas))


def test_a_workbook_of_something_else_is_told_what_is_missing():
    problems = read_register(saved(Workbook())).problems

    assert [problem.sheet for problem in problems] == [sheet.title for sheet in SHEETS if not sheet.may_lack]


WHOLE = filled(GOOD)


@settings(deadline=None, max_examples=60)
@given(st.floats(0, 1), st.binary(max_size=4), st.integers(0, 8))
def test_a_damaged_workbook_is_read_or_refused_and_nothing_else(spot, damage, lost):
    at = int(spot * len(WHOLE))

    with suppress(RegisterUnreadable):
        read_register(WHOLE[:at] + damage + WHOLE[at + lost :])


def test_a_licence_is_one_firms_in_the_file_and_in_the_ledger(session):
    twice = changed(("firms", 2, "licence", "L-1"), ("firms", 3, "licence", "L-1"))
    words = "the licence “L-1” is that of the firm “anju” already; a firm is registered once"
    assert what_is_wrong(twice) == [(place("firms", 3, "licence"), words)]

    importing(session, changed(("firms", 2, "licence", "L-1")))
    again = deepcopy(GOOD)
    again["communities"][0] |= {"code": "taoyuan"}
    for sheet in again:
        for row in again[sheet]:
            if "community" in row:
                row["community"] = "taoyuan"
    again["firms"][0] |= {"licence": "L-1"}
    again["firms"].append({"code": "new", "name": "新企业", "kind": "其他", "licence": "L-1"})
    with pytest.raises(RegisterRefused) as refused:
        importing(session, filled(again))
    assert {(problem.row, problem.en) for problem in refused.value.facts["problems"]} == {(6, words)}
