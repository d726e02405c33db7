"""会住维01–03表 on paper and in a workbook are the statements of the books (domain/02 §2.4)."""

import io

import pytest
from openpyxl import load_workbook

from ledger.community.queries import NoCommunity
from ledger.community.role_rules import Level, Role, Seat
from ledger.community.rules import Mode
from ledger.community.tables import Community
from ledger.fund.queries import statements
from ledger.periods import Period, PeriodToCome
from ledger.reports.statements import prepared_by, statements_pdf, statements_xlsx
from ledger.words import yuan
from tests.community.test_stand_ins import DAY, a_person
from tests.factories import a_community
from tests.reports import town
from tests.reports.reading import text_of

JUNE, HALF = Period.parse("2026-06"), town.HALF


def pdf(database, fonts, period=HALF, code="meiyuan"):
    with database.reading() as session:
        return statements_pdf(session, code, period, fonts=fonts, at=town.AUGUST)


def workbook(database, period):
    with database.reading() as session:
        return load_workbook(io.BytesIO(statements_xlsx(session, "meiyuan", period, at=town.AUGUST)))


def test_the_paper_names_fund_keeper_day_and_unit_and_every_figure(meiyuan, fonts):
    text = text_of(pdf(meiyuan, fonts))

    with meiyuan.reading() as session:
        tables = statements(session, "meiyuan", HALF)
    for words in ("资金名称：梅园新村住宅专项维修资金", "维修资金代管单位", "2026年6月30日", "单位：元"):
        assert words in text
    for line in (line for table in tables for line in table):
        assert line.zh in text
        assert yuan(line.figures[-1]) in text


def test_a_month_has_columns_of_its_own_and_no_annual_statement(meiyuan, fonts):
    text = text_of(pdf(meiyuan, fonts, JUNE))

    assert "本月数" in text
    assert "本年累计数" in text
    assert "会住维03表" not in text


def test_the_same_books_give_the_same_paper(meiyuan, fonts):
    assert pdf(meiyuan, fonts) == pdf(meiyuan, fonts)


def test_the_workbook_holds_every_figure_exactly(meiyuan):
    book = workbook(meiyuan, HALF)

    with meiyuan.reading() as session:
        s01, s02, _ = statements(session, "meiyuan", HALF)
    assert book.sheetnames == ["会住维01表", "会住维02表", "会住维03表"]
    for name, lines in (("会住维01表", s01), ("会住维02表", s02)):
        rows = list(book[name].iter_rows(min_row=2, max_row=len(lines) + 1, values_only=True))
        assert [row[0] for row in rows] == [line.zh for line in lines]
        assert [[round(cell * 100) for cell in row[1:3]] for row in rows] == [
            [*line.figures] for line in lines
        ]


def test_the_other_kind_of_housing_is_dropped_where_only_one_is_managed(meiyuan):
    header = [cell.value for cell in workbook(meiyuan, HALF)["会住维03表"][1]]

    with meiyuan.reading() as session:
        *_, s03 = statements(session, "meiyuan", HALF)
    kinds = ("商品住宅维修资金", "已售公有住房维修资金")
    managed = [name for at, name in enumerate(kinds) if any(line.figures[at] for line in s03)]
    assert header == ["项目", *managed, "待分配累计收益", "净资产合计"]


def test_an_open_month_is_said_to_be_open(meiyuan, fonts):
    open_month = text_of(pdf(meiyuan, fonts, Period.parse("2026-08")))
    assert "本期尚未结账" in open_month
    assert "2026年8月3日" in open_month
    assert "本期尚未结账" not in text_of(pdf(meiyuan, fonts))


def test_of_a_period_that_has_not_begun_there_are_none(meiyuan, fonts):
    december = Period.parse("2026-12")

    with pytest.raises(PeriodToCome, match="2026"):
        pdf(meiyuan, fonts, december)
    with pytest.raises(PeriodToCome, match="2026"):
        workbook(meiyuan, december)


def test_where_there_is_no_community_there_are_no_statements(meiyuan, fonts):
    with pytest.raises(NoCommunity):
        pdf(meiyuan, fonts, code="nowhere")


@pytest.mark.parametrize(
    ("transferred", "jurisdiction", "seat", "named"),
    [
        (False, "beijing", Seat(Role.COMMITTEE), "维修资金代管单位"),
        (True, "beijing", Seat(Role.COMMITTEE), "业主委员会"),
        (True, "beijing", Seat(Role.COMMITTEE, level=Level.MANAGEMENT_COMMITTEE), "物业管理委员会"),
        (True, "henan", Seat(Role.COMMUNITY_OFFICE), "社区居委会"),
        (True, "national_default", Seat(Role.COMMUNITY_OFFICE), "业主大会"),
    ],
)
def test_the_statements_are_prepared_by_whoever_keeps_the_fund_that_day(
    session, transferred, jurisdiction, seat, named
):
    code = a_community(session)
    place = session.get(Community, code)
    place.transferred, place.jurisdiction, place.mode = transferred, jurisdiction, Mode.SELF
    a_person(session, code, "su", seat.role, seat.level)

    assert prepared_by(session, code, DAY) == named
