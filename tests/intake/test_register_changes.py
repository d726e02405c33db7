"""The workbook of changes: what it would change is shown, each row is a change of its own, one wrong row keeps all out."""

from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlmodel import select

from ledger.community.rules import AreaSource, ComponentKind, FirmKind
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
        "home.held",
        "home.area-corrected",
        "home.let",
        "firm.registered",
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
        Difference(ChangeKind.HOLDER, ONE, before, "买方 李", JULY),
        Difference(ChangeKind.AREA, TWO, f"{area // 100}.{area % 100:02d} m²", "88.50 m²"),
        Difference(ChangeKind.FIRM, "jianye", "", "建业修缮有限公司"),
    ]
    assert len(session.exec(select(Entry)).all()) == entries


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
