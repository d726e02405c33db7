"""The register workbook: its template is filled in and comes back as communities, books and balances."""

from datetime import date
from functools import cache
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import event
from sqlmodel import select

from ledger.community.queries import BeforeOpening, component, head_keys, homes, profile
from ledger.community.rules import AreaSource, ComponentKind, FirmKind, HomeKind, Mode
from ledger.community.tables import Area, Community, Component, Firm, Holder, Home, ServiceContract
from ledger.disclosure.actions import prepare
from ledger.fees.rules import Basis
from ledger.fees.tables import Tariff
from ledger.fund.tables import Deposit
from ledger.grants.rules import Source
from ledger.grants.tables import Funding
from ledger.intake.register import Imported, RegisterRefused, read_register, template
from ledger.intake.register_layout import SHEETS
from ledger.journal.queries import books, held
from ledger.log.queries import head
from tests.cast import MEI, NOON
from tests.factories import a_community, a_firm
from tests.intake.registers import GOOD, changed, filled, importing, saved

# The template


def test_the_template_has_a_guide_and_every_sheet_with_its_headers():
    book = load_workbook(BytesIO(template()))

    assert book.sheetnames == ["说明", *(sheet.title for sheet in SHEETS)]
    assert [cell.value for cell in book["户"][1]] == [
        "小区代码*",
        "房号*",
        "房屋性质*",
        "建筑面积（㎡）*",
        "面积依据*",
        "首期交存（元）",
        "期初余额（元）",
        "售房或开发单位",
        "侧",
    ]
    for sheet in SHEETS:
        page = book[sheet.title]
        assert page.freeze_panes == "A2"
        assert all(cell.comment for cell in page[1])


def test_the_template_offers_the_words_of_a_column_and_the_codes_of_another_sheet():
    page = load_workbook(BytesIO(template()))["户"]

    listed = {
        str(validation.sqref).partition("2")[0]: validation.formula1
        for validation in page.data_validations.dataValidation
    }

    assert listed["C"] == '"商品住宅,已售公有住房,非住宅,未售"'
    assert listed["A"] == "'小区'!$A$2:$A$20000"
    assert listed["H"] == "'企业'!$A$2:$A$20000"
    assert (page.column_dimensions["B"].number_format, page.column_dimensions["D"].number_format) == (
        "@",
        "0.00",
    )


def test_every_word_of_the_ledger_can_be_written_in_chinese_and_fits_a_drop_down():
    columns = [column for sheet in SHEETS for column in sheet.columns if column.words]
    values = {word.value for column in columns for word in column.words}

    for kind in (HomeKind, AreaSource, FirmKind, Mode, ComponentKind, Basis):
        assert (
            set(kind) - {Basis.PACKAGE} <= values
        )  # a package has a list of services, and comes by the door
    for column in columns:
        assert len({word.zh for word in column.words}) == len(column.words)
        assert len(",".join(word.zh for word in column.words)) <= 253


# A good workbook


def test_a_filled_template_is_imported_whole(database):
    with database.writing() as session:
        imported = importing(session, filled(GOOD))

    assert imported == Imported(
        areas=1,
        communities=1,
        buildings=2,
        stairwells=3,
        homes=4,
        holders=3,
        firms=4,
        contracts=1,
        works=1,
        packages=2,
        components=4,
        tariffs=2,
        accounts=0,
        people=0,
        committees=0,
        opening_fen=1234_50 + 100_00 + 2000_01,
    )
    with database.reading() as session:
        community = session.get(Community, "meiyuan")
        assert (community.area, community.jurisdiction) == ("daoxiang", "national_default")
        assert (community.mode, community.transferred) == (Mode.MARKET, False)
        home = session.get(Home, ("meiyuan", "1-1-101"))
        assert (home.building, home.stairwell, home.door) == ("1", "1", "101")
        assert (home.kind, home.area_dm2, home.first_deposit_fen) == (HomeKind.COMMODITY, 9012, 5000_00)
        contract = session.get(ServiceContract, ("meiyuan", "HT-2025-1"))
        assert (contract.ends_on, contract.lump_sum) == (date(2027, 12, 31), False)
        tariffs = {
            row.applies_to: (row.basis, row.rate_e4)
            for row in session.exec(select(Tariff).where(Tariff.community == "meiyuan"))
        }
        assert tariffs == {"*": (Basis.PER_M2, 4555), "non_residential": (Basis.PER_HOUSEHOLD, 30_0000)}


def test_a_home_may_say_on_which_side_of_the_stairwell_it_is(session):
    importing(session, changed(("homes", 2, "side", "东")))

    assert session.get(Home, ("meiyuan", "1-1-101")).side == "东"
    assert session.get(Home, ("meiyuan", "3-1-101")).side is None


def test_a_community_may_lie_in_a_district_whose_numbers_stand_over_its_citys(session):
    importing(session, changed(("communities", 2, "jurisdiction", "shanghai/hongkou")))

    assert session.get(Community, "meiyuan").jurisdiction == "shanghai/hongkou"
    local = profile(session, "meiyuan", date(2026, 9, 1))
    assert (local["evaluation.grade_from.C"], local["contract.handover_days"]) == (70, 10)


def test_a_register_from_before_there_were_sides_is_read(session):
    book = load_workbook(BytesIO(filled(GOOD)))
    page = book["户"]
    page.delete_cols(next(cell.column for cell in page[1] if cell.value == "侧"))

    assert importing(session, saved(book)).homes == 4
    assert session.get(Home, ("meiyuan", "1-1-101")).side is None


def test_what_the_fund_brings_over_is_booked_by_building_with_a_receipt_each(session):
    importing(session, filled(GOOD))

    assert held(session, "meiyuan", "fund", "unit") == {"1-1-101": 1234_50, "3-1-101": 100_00}
    assert held(session, "meiyuan", "fund", "seller") == {"factory@3": 2000_01}
    receipts = session.execute(select(Deposit.receipt_no, Deposit.entry_no)).all()
    assert sorted(no for no, _ in receipts) == ["OPEN-1-1-1-101", "OPEN-3-3-1-101", "OPEN-3-factory@3"]
    assert len({entry_no for _, entry_no in receipts}) == 2


def test_a_community_begins_with_its_log_and_a_book_for_each_stream_and_source(session):
    importing(session, filled(GOOD))

    assert head(session, "meiyuan").origin == "test.example/log/meiyuan"
    assert [book.code for book in books(session, "meiyuan")] == [
        "fee",
        "fund",
        "grant-government",
        "grant-residents",
        "revenue",
    ]
    planned = {row.source: row.planned_fen for row in session.exec(select(Funding))}
    assert planned == {Source.GOVERNMENT: 700_000_70, Source.RESIDENTS: 299_999_30}


def test_a_warranty_runs_from_acceptance_as_long_as_written_or_as_the_profile_says(session):
    importing(session, filled(GOOD))

    until = {row.code: row.warranty_until for row in session.exec(select(Component))}
    assert until == {"roof-3": date(2030, 6, 30), "wall-3": date(2033, 6, 30), "pipes": None, "gate": None}


@pytest.mark.parametrize(
    ("kind", "until"),
    [("供热", date(2027, 3, 15)), ("供冷", date(2027, 9, 15)), ("heating", date(2027, 3, 15))],
)
def test_b3_a_heating_that_is_registered_as_accepted_is_covered_for_two_seasons(session, kind, until):
    importing(session, changed(("components", 2, "kind", kind)))

    assert component(session, "meiyuan", "roof-3").warranty_until == until


def test_the_same_name_and_phone_are_one_head_and_a_name_alone_is_not(session):
    importing(session, filled(GOOD))

    heads = head_keys(session, "meiyuan", homes(session, "meiyuan"))
    assert heads["1-1-101"] == heads["3-2-501"] != heads["3-1-101"]
    assert heads["3-2-502"] == "developer:kaifa"
    assert len({home.handle for home in homes(session, "meiyuan")}) == 4


def test_an_owner_key_that_is_written_is_kept(session):
    importing(session, changed(("holders", 4, "person_key", "p-7")))

    assert session.get(Holder, ("meiyuan", "3-1-101", date(2022, 5, 1))).person_key == "p-7"


def test_english_words_wide_signs_and_columns_in_another_order_are_read():
    book = load_workbook(
        BytesIO(changed(("homes", 2, "kind", "commodity"), ("homes", 2, "code", "１－1－101")))
    )
    page = book["户"]
    page.insert_cols(1, 2)
    page["A1"], page["A2"] = "备注", "随便写"
    for row in page.iter_rows(max_col=4):  # 小区代码 goes to the second column, 房号 stays in the fourth
        row[1].value, row[2].value = row[2].value, None

    register = read_register(saved(book))

    assert register.problems == ()
    assert register.rows("homes")[0]["kind"] is HomeKind.COMMODITY
    assert register.rows("homes")[0]["code"] == "1-1-101"


@pytest.mark.parametrize(
    ("written", "dm2"),
    [(90.12, 9012), (0.1 + 0.2, 30), (70.50000000000001, 7050), ("1,070.5", 107050), (1, 100)],
)
def test_a_number_is_read_as_excel_shows_it(written, dm2):
    register = read_register(changed(("homes", 2, "area_dm2", written)))

    assert register.problems == ()
    assert register.rows("homes")[0]["area_dm2"] == dm2


# What is registered already


def test_a_community_that_is_in_the_ledger_is_refused_on_its_row(session):
    a_community(session)

    with pytest.raises(RegisterRefused) as refused:
        importing(session, filled(GOOD))

    (problem,) = refused.value.facts["problems"]
    assert (problem.sheet, problem.row, problem.column) == ("小区", 2, "A")
    assert problem.zh == "小区“meiyuan”已经在账本里，这里只能导入新小区"


def test_homes_of_a_community_that_is_in_the_ledger_are_refused_too(session):
    a_community(session, "taoyuan")

    with pytest.raises(RegisterRefused) as refused:
        importing(session, changed(("buildings", 4, "community", "taoyuan"), ("buildings", 4, "code", 1)))

    (problem,) = refused.value.facts["problems"]
    assert (problem.sheet, problem.row, problem.zh) == (
        "幢",
        4,
        "小区“taoyuan”已经在账本里，这里只能导入新小区",
    )


def test_an_area_and_a_firm_that_are_registered_serve_a_new_community_and_stay_as_they_are(session):
    session.add(Area(code="daoxiang", name="稻香片区"))
    session.add(Firm(code="anju", name="安居物业", kind=FirmKind.PROPERTY, phone="0510-1"))
    a_firm(session, "jian")

    with pytest.raises(RegisterRefused) as refused:
        importing(session, filled(GOOD))
    (problem,) = refused.value.facts["problems"]
    assert (problem.sheet, problem.row, problem.column) == ("企业", 3, "B")
    assert problem.zh == "账本里“jian”登记的是“jian 公司”，这里写着“市建工”；导入不改已有的登记"

    without = [row for row in GOOD["firms"] if row["code"] != "jian"]
    importing(session, filled({**GOOD, "areas": [], "firms": without}))
    assert session.get(Firm, "anju").phone == "0510-1"


def test_a_kind_without_a_local_warranty_needs_its_years(session):
    with pytest.raises(RegisterRefused) as refused:
        importing(session, changed(("packages", 2, "accepted_on", "1999-06-30")))

    (problem,) = refused.value.facts["problems"]
    assert (problem.sheet, problem.row, problem.header) == ("部位", 2, "保修年限")
    assert problem.zh == "地方参数里没有“屋面”在 1999-06-30 的保修年限，请填写"


# Size


@cache
def a_large_register(count):
    """The good register, with so many more homes in its two buildings, and an owner and a balance each."""
    more = [f"{building}-1-{number}" for building in "13" for number in range(1000, 1000 + count // 2)]
    homes = [{**GOOD["homes"][0], "code": code, "area_dm2": 60.01, "opening_fen": 100.01} for code in more]
    holders = [{**GOOD["holders"][0], "home": code, "phone": f"p{code}"} for code in more]
    return filled({**GOOD, "homes": GOOD["homes"] + homes, "holders": GOOD["holders"] + holders})


def test_importing_asks_no_more_of_the_database_for_more_homes(database):
    asked = []
    event.listen(database.engine, "after_cursor_execute", lambda *args: asked.append(args[2]))
    counts = {}
    for count in (300, 2000):
        asked.clear()
        with database.writing() as session:
            assert importing(session, a_large_register(count)).homes == count + 4
            session.rollback()  # so that the second count starts where the first did
        counts[count] = len(asked)

    assert counts[2000] <= counts[300] < 300


def test_a12_a_half_year_before_the_register_came_in_has_no_figures(session):
    importing(session, filled(GOOD))

    with pytest.raises(BeforeOpening, match="2026年上半年"):
        prepare(session, "meiyuan", "2026-H1", by=MEI, at=NOON)
