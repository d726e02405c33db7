"""The workbook of changes: what it would change is shown, each row is a change of its own, one wrong row keeps all out."""

from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlmodel import select

from ledger.community.queries import homes
from ledger.community.rules import AreaSource, ComponentKind, FirmKind, HomeKind
from ledger.community.tables import Component, Firm, Holder, Home
from ledger.files.queries import files_of
from ledger.files.rules import Purpose
from ledger.intake.register_changes_actions import change_register
from ledger.intake.register_changes_layout import GUIDE, SHEETS, TITLE
from ledger.intake.register_changes_queries import (
    Difference,
    annotated_changes,
    changes_template,
    differences,
)
from ledger.intake.register_changes_rules import ChangeKind, ChangesRefused, NothingChanges
from ledger.intake.register_workbook import RegisterUnreadable, written
from ledger.journal.fsck import problems
from ledger.journal.rules import AskedDifferently
from ledger.journal.tables import Entry
from ledger.register.queries import Held, holders, tenancies
from ledger.register.rules import TransferCause
from tests.cast import HE, NOON
from tests.factories import SHA, a_community, a_home

PLACE = "meiyuan"
MAY, JULY = date(2026, 5, 1), date(2026, 7, 10)
ONE, TWO = "1-1-101", "1-1-102"


@pytest.fixture
def place(session):
    a_community(session)
    for home in (ONE, TWO):
        a_home(session, home)
    return PLACE


def workbook(**rows):
    return written(TITLE, GUIDE, SHEETS, {ChangeKind(name): lines for name, lines in rows.items()})


SOLD = {"home": ONE, "since": JULY, "name": "买方 李", "cause": TransferCause.SALE}
MEASURED = {"home": TWO, "area_dm2": 8_850, "area_source": AreaSource.SURVEY}
LET = {"home": TWO, "since": JULY, "name": "租户 赵", "phone": "13900000000"}
FIRM = {"code": "jianye", "name": "建业修缮有限公司", "kind": FirmKind.CONTRACTOR}
LAMP = {"code": "lamp-1", "kind": ComponentKind.LIGHTING, "name": "门口路灯"}


def entered(session, content, document=SHA):
    return change_register(session, PLACE, content, document, by=HE, at=NOON)


def test_each_row_is_registered_as_by_its_own_form(session, place):
    content = workbook(holder=[SOLD], area=[MEASURED], tenant_in=[LET], firm=[FIRM], component=[LAMP])

    changed = entered(session, content)

    assert changed.rows == {
        ChangeKind.HOLDER: 1,
        ChangeKind.AREA: 1,
        ChangeKind.TENANT_IN: 1,
        ChangeKind.FIRM: 1,
        ChangeKind.COMPONENT: 1,
    }
    assert Held(ONE, JULY, "买方 李") in holders(session, PLACE)
    assert session.get(Home, (PLACE, TWO)).area_dm2 == 8_850
    assert [lease.name for lease in tenancies(session, PLACE, TWO)] == ["租户 赵"]
    assert session.get(Firm, "jianye").name == "建业修缮有限公司"
    assert session.get(Component, (PLACE, "lamp-1")).name == "门口路灯"
    kinds = [entry.kind for entry in session.exec(select(Entry).order_by(Entry.no))][-6:]
    assert kinds == [
        "firm.registered",
        "home.held",
        "home.area-corrected",
        "home.let",
        "component.registered",
        "register.changed",
    ]
    assert Purpose.TITLE in {use.purpose for use, _ in files_of(session, PLACE, f"home/{ONE}")}
    assert list(problems(session, PLACE)) == []


def test_whoever_moves_out_makes_room_for_whoever_moves_in_by_the_same_workbook(session, place):
    entered(session, workbook(tenant_in=[LET | {"since": MAY, "name": "租户 钱"}]))

    out = {"home": TWO, "since": MAY, "until": date(2026, 7, 9)}
    entered(session, workbook(tenant_out=[out], tenant_in=[LET]))

    assert [(lease.name, lease.until) for lease in tenancies(session, PLACE, TWO)] == [
        ("租户 赵", None),
        ("租户 钱", date(2026, 7, 9)),
    ]


def test_what_would_change_is_told_before_and_changes_nothing(session, place):
    [before] = [held.name for held in holders(session, PLACE) if held.home == ONE]
    entries = len(session.exec(select(Entry)).all())

    content = workbook(holder=[SOLD], area=[MEASURED], firm=[FIRM])

    area = session.get(Home, (PLACE, TWO)).area_dm2
    assert differences(session, PLACE, content) == [
        Difference(ChangeKind.FIRM, "jianye", "", "建业修缮有限公司"),
        Difference(ChangeKind.HOLDER, ONE, before, "买方 李", JULY),
        Difference(ChangeKind.AREA, TWO, f"{area // 100}.{area % 100:02d} m²", "88.50 m²"),
    ]
    assert len(session.exec(select(Entry)).all()) == entries


NEW = {
    "code": "1-1-901", "kind": HomeKind.COMMODITY, "area_dm2": 9_000, "area_source": AreaSource.REGISTER,
    "first_deposit_fen": 450_000, "name": "业主 周", "since": MAY,
}  # fmt: skip
HALF = {"home": ONE, "since": JULY, "door": "101A", "area_dm2": 5_000, "area_source": AreaSource.SURVEY}
REST = HALF | {"door": "101B", "area_dm2": 3_000, "name": "业主 吴"}
AGAIN = {
    "home": "1-1-101A", "others": "1-1-103、1-1-104", "since": JULY, "door": "103大", "area_dm2": 21_000,
    "area_source": AreaSource.SURVEY,
}  # fmt: skip


def test_a_new_home_comes_with_the_firm_that_sells_it_and_its_next_owner(session, place):
    unsold = {"kind": HomeKind.UNSOLD, "seller": "jianfa", "name": "", "since": None}
    maker = FIRM | {"code": "jianfa", "kind": FirmKind.DEVELOPER}
    bought = SOLD | {"home": "1-1-901", "name": "买方 郑"}

    entered(
        session,
        workbook(firm=[maker], home=[NEW, NEW | unsold | {"code": "1-9-902"}], holder=[bought]),
    )

    home = session.get(Home, (PLACE, "1-1-901"))
    assert (home.area_dm2, home.first_deposit_fen, home.door) == (9_000, 450_000, "901")
    assert (session.get(Home, (PLACE, "1-9-902")).seller, home.seller) == ("jianfa", None)
    assert Held("1-1-901", JULY, "买方 郑") in holders(session, PLACE)
    assert list(problems(session, PLACE)) == []


def test_homes_are_divided_and_merged_by_rows(session, place):
    a_home(session, "1-1-103", owner=f"p-{ONE}")
    a_home(session, "1-1-104", owner=f"p-{ONE}")

    entered(session, workbook(division=[HALF, REST], merger=[AGAIN]))

    assert {home.code for home in homes(session, PLACE)} == {"1-1-101B", TWO, "1-1-103大"}
    assert Held("1-1-101B", JULY, "业主 吴") in holders(session, PLACE)
    kinds = [entry.kind for entry in session.exec(select(Entry).order_by(Entry.no))]
    assert kinds[-3:] == ["home.divided", "home.merged", "register.changed"]
    assert list(problems(session, PLACE)) == []


def test_an_area_that_differs_says_so_in_its_row(session, place):
    less = REST | {"area_dm2": 2_950}
    with pytest.raises(ChangesRefused, match="分户!A2") as refused, session.begin_nested():
        entered(session, workbook(division=[HALF, less]))
    assert "79.50" in refused.value.facts["problems"][0].zh

    entered(session, workbook(division=[HALF, less | {"corrected": True}]))

    assert {home.code for home in homes(session, PLACE)} == {"1-1-101A", "1-1-101B", TWO}


def test_what_would_become_of_homes_is_told_before(session, place):
    content = workbook(home=[NEW], division=[HALF, REST], merger=[AGAIN | {"home": TWO, "others": ONE}])

    assert differences(session, PLACE, content) == [
        Difference(ChangeKind.HOME, "1-1-901", "", "90.00 m² 业主 周", MAY),
        Difference(ChangeKind.DIVISION, ONE, "80.00 m²", "1-1-101A: 50.00 m²", JULY),
        Difference(ChangeKind.DIVISION, ONE, "80.00 m²", "1-1-101B: 30.00 m²", JULY),
        Difference(ChangeKind.MERGER, f"{TWO} {ONE}", "80.00 m² + 80.00 m²", "1-1-103大: 210.00 m²", JULY),
    ]
    assert {home.code for home in homes(session, PLACE)} == {ONE, TWO}


def test_the_same_workbook_comes_in_once(session, place):
    content = workbook(area=[MEASURED])

    first = entered(session, content)
    again = entered(session, content)

    assert (first.posted.fresh, again.posted.fresh) == (True, False)
    assert again.posted.no == first.posted.no
    with pytest.raises(AskedDifferently):
        entered(session, content, "f" * 64)


def test_one_wrong_row_keeps_every_row_out_and_each_is_named(session, place):
    content = workbook(
        holder=[SOLD, SOLD | {"home": "9-9-999"}, SOLD | {"home": TWO, "since": date(2027, 1, 1)}],
        area=[MEASURED],
    )

    with pytest.raises(ChangesRefused) as refused, session.begin_nested():
        entered(session, content)

    wrong = refused.value.facts["problems"]
    assert [problem.spot for problem in wrong] == ["换业主!A3", "换业主!A4"]
    assert "9-9-999" in wrong[0].zh
    assert "2027" in wrong[1].zh
    assert "2027" in wrong[1].en
    assert len(session.exec(select(Holder)).all()) == 2
    assert session.get(Home, (PLACE, TWO)).area_dm2 != 8_850
    marked = load_workbook(BytesIO(annotated_changes(content, wrong)))["换业主"]
    assert "9-9-999" in str(marked.cell(3, marked.max_column).value)


@pytest.mark.parametrize(
    ("rows", "spot"),
    [
        ({"area": [MEASURED, MEASURED]}, "更正面积!A3"),
        ({"area": [MEASURED | {"area_dm2": None}]}, "更正面积!B2"),
        ({"tenant_out": [{"home": TWO, "until": JULY}]}, "租户搬出!B2"),
    ],
)
def test_cells_are_looked_at_before_any_rule(session, place, rows, spot):
    for reads in (
        lambda: entered(session, workbook(**rows)),
        lambda: differences(session, PLACE, workbook(**rows)),
    ):
        with pytest.raises(ChangesRefused) as refused:
            reads()
        assert [problem.spot for problem in refused.value.facts["problems"]] == [spot]


def test_what_is_no_workbook_or_holds_nothing_is_refused(session, place):
    with pytest.raises(NothingChanges):
        entered(session, changes_template())
    with pytest.raises(RegisterUnreadable):
        entered(session, b"no workbook")
