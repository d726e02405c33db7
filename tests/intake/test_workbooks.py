"""The office workbook: what goes out comes in again with the same figures, and one wrong row keeps all of it out."""

from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlmodel import select

from ledger.fees.payment_actions import Slip, correct_payment, reverse_payment
from ledger.fees.queries import outstanding
from ledger.fund.uses.actions import Plan, propose
from ledger.fund.uses.rules import ScopeKind
from ledger.fund.uses.tables import Project
from ledger.grants.actions import open_grant_book
from ledger.grants.rules import Source
from ledger.intake.register_workbook import RegisterUnreadable, written
from ledger.intake.workbooks.actions import import_workbook
from ledger.intake.workbooks.layout import BY_NAME, GUIDE, SHEETS
from ledger.intake.workbooks.queries import annotated_workbook, export_workbook, workbook_template
from ledger.intake.workbooks.rules import NoSuchSheet, NothingInWorkbook, WorkbookRefused, totals_of
from ledger.journal.fsck import problems
from ledger.journal.month_actions import close_month
from ledger.journal.queries import held, trial_balance
from ledger.journal.tables import Entry
from ledger.periods import Month
from ledger.repairs.actions import Report, log_ticket, triage
from ledger.repairs.queries import ticket
from ledger.repairs.rules import Category, Priority
from ledger.repairs.tables import Ticket
from ledger.revenue.rules import Category as Income
from ledger.revenue.tables import RevenueContract
from tests.cast import MEI, NOON
from tests.community import databases
from tests.factories import a_community, a_component, a_firm, a_home
from tests.factories import a_place as a_bare_place
from tests.fees.homes import JULY, JUNE, MAY, ONE, THREE, TWO

shared, session = databases.shared, databases.session
PLACE, OTHER = "meiyuan", "taoyuan"
SELLER = "factory"

OPENINGS = {
    "opening_arrears": [
        {"home": ONE, "month": "2025-11", "amount_fen": 36_00},
        {"home": ONE, "month": "2025-12", "amount_fen": 36_00},
        {"home": TWO, "month": "2025-12", "amount_fen": 10_01},
    ],
    "opening_prepaid": [{"home": THREE, "amount_fen": 100_00}],
    "opening_fund": [
        {"home": ONE, "amount_fen": 5_000_00},
        {"home": TWO, "amount_fen": 4_000_00},
        {"seller": SELLER, "building": "1", "amount_fen": 800_00},
    ],
    "opening_money": [
        {"item": "fee/bank", "amount_fen": 300_00},
        {"item": "revenue/bank", "amount_fen": 700_00},
        {"item": "fund/gains", "amount_fen": 12_34},
        {"item": "grant-government/bank", "amount_fen": 9_000_00},
    ],
}
LIFE = {
    "charges": [
        {"home": home, "month": month, "amount_fen": 36_00} for month in ("2026-05", "2026-06") for home in (ONE, TWO, THREE)
    ],
    "receipts": [
        {"reference": "SJ-1", "on": date(2026, 6, 1), "home": ONE, "amount_fen": 80_00, "into": "bank"},
        {"reference": "SJ-2", "on": date(2026, 6, 2), "home": TWO, "amount_fen": 36_00, "into": "wallet"},
        {"reference": "SJ-3", "on": date(2026, 6, 3), "home": None, "amount_fen": 50_00, "into": "bank"},
        {"reference": "SJ-4", "on": date(2026, 6, 3), "home": TWO, "amount_fen": 20_00, "into": "suspense"},
    ],
    "revenue_contracts": [
        {
            "number": "GY-1", "category": Income.AD_LIFT, "counterparty": "media", "object": "电梯广告", "starts_on": date(2026, 1, 1),
            "ends_on": date(2026, 12, 31), "price_fen": 12_000_00, "every_months": 6, "resolution": "业主大会 2025-4", "resolved_on": date(2025, 4, 20),
        }
    ],
    "revenue_receipts": [{"reference": "R-1", "contract": "GY-1", "on": date(2026, 1, 9), "amount_fen": 6_000_00}],
    "projects": [{"code": "P-1", "title": "水泵", "component": "pump", "scope": ScopeKind.COMMUNITY, "contractor": "anju", "budget_fen": 9_000_00}],
    "tickets": [
        {"reference": "1", "reported_on": date(2026, 6, 5), "category": Category.LEAK, "title": "=漏水", "home": ONE, "reporter": "欧阳", "urgent": True},
        {"reference": "2", "reported_on": date(2026, 6, 6), "category": Category.LIGHTING, "title": "路灯不亮"},
    ],
}  # fmt: skip


def a_place(session, code=PLACE):
    a_community(session, code)
    for firm in ("anju", "media", SELLER):
        a_firm(session, firm)
    for home in (ONE, TWO, THREE):
        a_home(session, home, community=code)
    a_component(session, "pump", community=code)
    open_grant_book(session, code, Source.GOVERNMENT, by=MEI, at=NOON)


def book(**rows):
    """A workbook with these rows, and the totals of its opening sheets unless they are told."""
    rows.setdefault("totals", totals_of(rows))
    return written("x", GUIDE, [BY_NAME[name] for name in rows], rows)


def imported(session, content, code=PLACE):
    return import_workbook(session, code, content, by=MEI, at=NOON)


def wrong(session, content, code=PLACE):
    with pytest.raises(WorkbookRefused) as refused, session.begin_nested():
        imported(session, content, code)
    return [(problem.sheet, problem.row, problem.header) for problem in refused.value.facts["problems"]]


def figures(session, code):
    """Every account of every book, and every home's arrears, prepayment and part of the fund."""
    closing = {
        (name, row.account): row.closing_fen
        for name in ("fee", "fund", "revenue", "grant-government")
        for row in trial_balance(session, code, name, Month(1900, 1), Month(2030, 1))
        if row.closing_fen
    }
    by_home = {name: held(session, code, "fee", name) for name in ("arrears", "prepaid")}
    return closing, by_home, held(session, code, "fund", "unit"), held(session, code, "fund", "seller")


def test_what_goes_out_comes_in_again_with_the_same_figures(session):
    a_place(session)
    imported(session, book(**OPENINGS, **LIFE))
    session.flush()

    a_place(session, OTHER)
    content = export_workbook(session, PLACE, [])
    outcome = imported(session, content, OTHER)

    assert figures(session, OTHER) == figures(session, PLACE)
    assert export_rows(export_workbook(session, OTHER, [])) == export_rows(content)
    assert outcome.rows == {
        name: len(rows) for name, rows in {**OPENINGS, **LIFE, "totals": OPENINGS}.items()
    }
    assert list(problems(session, OTHER)) == []


def export_rows(content):
    sheets = load_workbook(BytesIO(content))
    return {
        page.title: list(page.iter_rows(min_row=2, values_only=True))
        for page in sheets
        if page.title != "说明"
    }


CHARGING = {
    "revenue_contracts": [
        {**LIFE["revenue_contracts"][0], "number": "CD-1", "category": Income.EV_CHARGING, "object": "充电棚"}
    ],
    "revenue_receipts": [
        {"reference": "C-1", "contract": "CD-1", "on": date(2026, 1, 9), "amount_fen": 60_00, "electricity_fen": 140_00},
        {"reference": "C-2", "contract": "CD-1", "on": date(2026, 2, 9), "amount_fen": 60_00, "electricity_fen": 0},
    ],
}  # fmt: skip


def test_receipts_of_charging_come_in_and_go_out_with_their_electricity(session):
    a_place(session)
    imported(session, book(**CHARGING))

    a_place(session, OTHER)
    content = export_workbook(session, PLACE, ["revenue_contracts", "revenue_receipts"])
    imported(session, content, OTHER)

    closing, *_ = figures(session, OTHER)
    assert {account: fen for (_, account), fen in closing.items()} == {
        "PR1001": 260_00,
        "PR2301": 140_00,
        "PR4109": 120_00,
    }
    assert [row[-1] for row in export_rows(content)["公共收益收款"]] == [140, 0]


def test_a_receipt_of_charging_that_does_not_say_its_electricity_is_named(session):
    a_place(session)
    [said, _] = CHARGING["revenue_receipts"]

    silent = {**CHARGING, "revenue_receipts": [{**said, "electricity_fen": None}]}

    assert wrong(session, book(**silent)) == [(BY_NAME["revenue_receipts"].title, 2, "单号")]


def test_the_figures_are_what_the_rows_say(session):
    a_place(session)

    imported(session, book(**OPENINGS, **LIFE))

    assert outstanding(session, PLACE) == {
        ONE: [("2026-05", 28_00), ("2026-06", 36_00)],
        TWO: [("2026-06", 26_01)],
        THREE: [("2026-05", 36_00), ("2026-06", 36_00)],
    }
    closing, by_home, units, sellers = figures(session, PLACE)
    assert closing["fee", "3101"] == 300_00 + 82_01 - 100_00
    assert closing["fee", "2241"] == 30_00
    assert by_home["prepaid"] == {THREE: 100_00}
    assert (units[ONE], sellers) == (5_000_00, {f"{SELLER}@1": 800_00})
    assert (closing["fund", "3101"], closing["revenue", "PR3001"], closing["grant-government", "GR3001"]) == (
        12_34,
        700_00,
        9_000_00,
    )
    first = ticket(session, PLACE, 1)
    assert (first.title, first.reported_at.date(), first.priority) == ("=漏水", date(2026, 6, 5), Priority.P2)
    assert session.get(RevenueContract, (PLACE, "GY-1")).price_fen == 12_000_00


def test_the_same_workbook_twice_comes_in_once(session):
    a_place(session)
    content = book(**OPENINGS, **LIFE)
    imported(session, content)
    before = figures(session, PLACE)

    again = imported(session, content)

    assert not again.posted.fresh
    assert figures(session, PLACE) == before
    assert len(session.exec(select(Ticket).where(Ticket.community == PLACE)).all()) == 2


def test_a_receipt_that_was_reversed_comes_in_again_by_its_number_and_one_that_was_put_right_does_not(
    session,
):
    a_place(session)
    imported(session, book(charges=LIFE["charges"], receipts=LIFE["receipts"][:2]))
    by_reference = {
        key.removeprefix("workbook/"): no
        for no, key in session.execute(select(Entry.no, Entry.key).where(Entry.key.startswith("workbook/SJ")))
    }
    reverse_payment(session, PLACE, by_reference["SJ-1"], reason="错户", by=MEI, at=NOON)
    right = Slip("S-2", THREE, 36_00, date(2026, 6, 2))
    correct_payment(session, PLACE, by_reference["SJ-2"], right, reason="错户", by=MEI, at=NOON)
    first, second = ({**row, "home": THREE} for row in LIFE["receipts"][:2])

    assert wrong(session, book(receipts=[first, second])) == [("收款", 3, "单号")]
    imported(session, book(receipts=[first]))

    assert wrong(session, book(receipts=[first | {"amount_fen": 1}])) == [("收款", 2, "单号")]
    assert outstanding(session, PLACE, [ONE])[ONE] == [("2026-05", 36_00), ("2026-06", 36_00)]
    assert list(problems(session, PLACE)) == []


def test_uses_and_tickets_past_their_first_state_come_out_and_are_left_alone_coming_in(session):
    a_place(session)
    a_place(session, OTHER)
    imported(session, book(**LIFE))
    triage(session, PLACE, 1, Priority.P2, by=MEI, at=NOON)
    project = session.get(Project, (PLACE, "P-1"))
    project.state = next(state for state in type(project.state) if state is not project.state)
    session.add(project)
    session.flush()

    outcome = imported(session, export_workbook(session, PLACE, ["projects", "tickets"]), OTHER)

    assert (outcome.rows, outcome.skipped) == ({"tickets": 1}, 2)


# Totals


@pytest.mark.parametrize("into", ["bank", "wallet"])
def test_a_receipt_comes_into_an_approved_account_only(session, into):
    a_bare_place(session, OTHER)
    a_home(session, ONE, community=OTHER)
    receipts = [
        {"reference": "SJ-1", "on": date(2026, 6, 1), "home": ONE, "amount_fen": 80_00, "into": into},
        {"reference": "SJ-2", "on": date(2026, 6, 1), "home": ONE, "amount_fen": 80_00, "into": "suspense"},
    ]

    assert wrong(session, book(receipts=receipts), OTHER) == [("收款", 2, "收款账户")]


@pytest.mark.parametrize(
    "totals",
    [
        [],
        [{"sheet": "opening_arrears", "count": 2, "total_fen": 82_01}],
        [{"sheet": "opening_arrears", "count": 3, "total_fen": 82_02}],
    ],
)
def test_openings_are_footed_against_the_control_totals(session, totals):
    a_place(session)

    faults = wrong(session, book(opening_arrears=OPENINGS["opening_arrears"], totals=totals))

    assert [fault[0] for fault in faults] == ["合计"]
    assert session.exec(select(Entry).where(Entry.book == "fee")).all() == []


def test_a_total_of_a_sheet_that_is_not_there_is_wrong(session):
    a_place(session)

    assert wrong(session, book(totals=[{"sheet": "opening_fund", "count": 1, "total_fen": 5}])) == [
        ("合计", 2, "合计（元）")
    ]


def test_balances_are_brought_over_once(session):
    a_place(session)
    imported(session, book(**OPENINGS))

    again = {"opening_prepaid": [{"home": ONE, "amount_fen": 1_00}], "opening_money": OPENINGS["opening_money"][1:2], "opening_fund": OPENINGS["opening_fund"][:1]}  # fmt: skip
    faults = wrong(session, book(**again))

    assert ("期初存款", 2, "项目*".rstrip("*")) in faults
    assert [wrong(session, book(opening_prepaid=again["opening_prepaid"])), wrong(session, book(opening_fund=again["opening_fund"]))] == [[("期初预收", 2, "房号")], [("期初维修资金", 2, "房号")]]  # fmt: skip


# Bad rows


@pytest.mark.parametrize(
    ("sheet", "row", "header"),
    [
        ("charges", {"home": "9-9-999", "month": "2026-05", "amount_fen": 1}, "房号"),
        ("charges", {"home": ONE, "month": "2026-08", "amount_fen": 1}, "月份"),
        ("charges", {"home": ONE, "month": "2026-05", "amount_fen": 0}, "金额（元）"),
        ("charges", {"home": ONE, "month": "2026-05", "amount_fen": -36_00}, "金额（元）"),
        ("receipts", {**LIFE["receipts"][0], "home": "9-9-999"}, "房号"),
        ("receipts", {**LIFE["receipts"][0], "on": date(2026, 7, 16)}, "收款日"),
        ("receipts", {**LIFE["receipts"][0], "amount_fen": -1}, "金额（元）"),
        ("revenue_contracts", {**LIFE["revenue_contracts"][0], "counterparty": "nobody"}, "合同编号"),
        ("revenue_contracts", {**LIFE["revenue_contracts"][0], "ends_on": date(2025, 1, 1)}, "合同编号"),
        ("revenue_receipts", LIFE["revenue_receipts"][0], "单号"),
        ("projects", {**LIFE["projects"][0], "component": "roof"}, "项目代码"),
        ("tickets", {**LIFE["tickets"][0], "home": "9-9-999"}, "房号"),
        ("tickets", {**LIFE["tickets"][0], "component": "roof"}, "编号"),
    ],
)
def test_a_row_that_cannot_be_is_named_and_nothing_comes_in(session, sheet, row, header):
    a_place(session)
    good = {"charges": [{"home": TWO, "month": "2026-05", "amount_fen": 36_00}]} if sheet != "charges" else {"receipts": LIFE["receipts"][:1]}  # fmt: skip

    faults = wrong(session, book(**good, **{sheet: [row]}))

    assert faults == [(BY_NAME[sheet].title, 2, header)]
    assert session.exec(select(Entry).where(Entry.book == "fee")).all() == []


def test_every_wrong_row_is_named_at_once_and_given_back(session):
    a_place(session)
    contract = LIFE["revenue_contracts"][0]
    content = book(
        charges=[
            {"home": ONE, "month": "2026-05", "amount_fen": 1},
            {"home": ONE, "month": "2026-05", "amount_fen": 2},
        ],
        receipts=[LIFE["receipts"][0], LIFE["receipts"][0]],
    )

    assert wrong(session, content) == [("历史应收", 3, "月份"), ("收款", 3, "单号")]
    two = book(
        revenue_contracts=[
            {**contract, "counterparty": "a"},
            {**contract, "number": "GY-2", "ends_on": date(2025, 1, 1)},
        ]
    )
    with pytest.raises(WorkbookRefused) as refused, session.begin_nested():
        imported(session, two)
    given_back = load_workbook(BytesIO(annotated_workbook(two, refused.value.facts["problems"])))[
        "公共收益合同"
    ]

    assert "企业" in given_back.cell(2, given_back.max_column).value
    assert len(refused.value.facts["problems"]) == 2


def test_a_month_that_was_charged_or_closed_takes_no_charges(session):
    a_place(session)
    imported(session, book(charges=[{"home": ONE, "month": "2026-06", "amount_fen": 1}]))
    close_month(session, PLACE, MAY, exceptions={}, by=MEI, at=NOON)

    for month in (MAY, JUNE):
        row = {"home": TWO, "month": str(month), "amount_fen": 1}
        assert wrong(session, book(charges=[row])) == [("历史应收", 2, "月份")]
    receipt = {**LIFE["receipts"][0], "on": MAY.last}
    assert wrong(session, book(receipts=[receipt])) == [("收款", 2, "收款日")]
    assert imported(session, book(charges=[{"home": TWO, "month": str(JULY), "amount_fen": 1}])).rows == {
        "charges": 1
    }


def test_a_home_of_another_community_is_unknown_here(session):
    a_place(session)
    a_community(session, OTHER)
    a_home(session, "7-1-101", community=OTHER)

    row = {"home": "7-1-101", "month": "2026-05", "amount_fen": 1}
    assert wrong(session, book(charges=[row])) == [("历史应收", 2, "房号")]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"x", b"\xd0\xcf\x11\xe0"])
def test_what_is_no_workbook_is_refused(session, content):
    a_place(session)

    with pytest.raises(RegisterUnreadable):
        imported(session, content)


def test_an_empty_template_has_nothing_to_import(session):
    a_place(session)
    whole = load_workbook(BytesIO(workbook_template()))

    assert whole.sheetnames == ["说明", *(sheet.title for sheet in SHEETS)]
    assert whole["收款"].data_validations.dataValidation[0].formula1 == '"银行,钱包,待查款转入"'
    with pytest.raises(NothingInWorkbook):
        imported(session, workbook_template())
    with pytest.raises(NoSuchSheet, match="nothing"):
        workbook_template(["nothing"])


def test_words_that_look_like_a_formula_come_out_as_words(session):
    a_place(session)
    log_ticket(session, PLACE, Report(Category.LEAK, "=HYPERLINK(1)"), by=MEI, at=NOON)
    propose(session, PLACE, "P-1", Plan("+1", "pump", ScopeKind.COMMUNITY, "anju", 100), by=MEI, at=NOON)

    page = load_workbook(BytesIO(export_workbook(session, PLACE, ["tickets"])))["报修"]

    assert [(cell.value, cell.data_type) for cell in page[2] if cell.value == "=HYPERLINK(1)"] == [
        ("=HYPERLINK(1)", "s")
    ]
