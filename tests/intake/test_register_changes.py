"""The workbook of changes: what it would change is shown, each row is a change of its own, one wrong row keeps all out."""

from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlmodel import select

from ledger.community.queries import homes, service_contract
from ledger.community.role_rules import Actor, Role, RoleMissing
from ledger.community.rules import AreaSource, ComponentKind, FirmKind, HomeKind
from ledger.community.tables import Community, Component, Firm, Holder, Home, Package, ServiceContract, Works
from ledger.files.queries import files_of
from ledger.files.rules import Purpose
from ledger.grants.rules import Source
from ledger.grants.tables import Funding
from ledger.handover.queries import ending
from ledger.handover.rules import Cause
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
from ledger.revenue.rules import Category
from ledger.revenue.site_tables import Site
from ledger.votes.rules import Matter
from tests.cast import CHEN, HE, MEI, NOON
from tests.factories import SHA, a_community, a_firm, a_home
from tests.revenue.owners import a_resolution

PLACE = "meiyuan"
ROOT = Actor("root", Role.OPERATOR)
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


WHOSE = {
    **dict.fromkeys((ChangeKind.PACKAGE, ChangeKind.SERVICE, ChangeKind.PROLONGATION), CHEN),
    **dict.fromkeys((ChangeKind.ENDING, ChangeKind.TAKEOVER), CHEN),
    ChangeKind.SITE: MEI,
    ChangeKind.JOINED: ROOT,
}


def acting(kind):
    """Somebody who is all of these people here."""
    return WHOSE.get(kind, HE)


def entered(session, content, document=SHA, as_whom=acting):
    return change_register(session, PLACE, content, document, as_whom, by=HE, at=NOON)


def seen(session, content, as_whom=acting):
    return differences(session, PLACE, content, as_whom)


def kinds(session):
    return [entry.kind for entry in session.exec(select(Entry).order_by(Entry.no))]


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
    assert kinds(session)[-6:] == [
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
    assert seen(session, content) == [
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
    assert kinds(session)[-3:] == ["home.divided", "home.merged", "register.changed"]
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

    assert seen(session, content) == [
        Difference(ChangeKind.HOME, "1-1-901", "", "90.00 m² 业主 周", MAY),
        Difference(ChangeKind.DIVISION, ONE, "80.00 m²", "1-1-101A: 50.00 m²", JULY),
        Difference(ChangeKind.DIVISION, ONE, "80.00 m²", "1-1-101B: 30.00 m²", JULY),
        Difference(ChangeKind.MERGER, f"{TWO} {ONE}", "80.00 m² + 80.00 m²", "1-1-103大: 210.00 m²", JULY),
    ]
    assert {home.code for home in homes(session, PLACE)} == {ONE, TWO}


WORKS = {"code": "2026", "name": "2026 年改造", "started_on": MAY}
PACKAGE = {
    "works": "2026", "code": "A", "name": "屋面", "contractor": "jianye", "price_fen": 1_000_000_00,
    "planned_government_fen": 700_000_00, "planned_residents_fen": 300_000_00,
}  # fmt: skip
SITE = {
    "code": "DW-7",
    "name": "东门灯箱",
    "category": Category.AD_GATE_LIGHTBOX_WALL,
    "since": MAY,
    "building": "1",
}
JOINED = {"area": "daoxiang", "name": "稻香片区"}


def test_works_with_their_package_a_place_to_let_and_an_area_come_by_rows(session, place):
    content = workbook(firm=[FIRM], joined=[JOINED], works=[WORKS], package=[PACKAGE], site=[SITE])

    entered(session, content)

    assert session.get(Works, (PLACE, "2026")).started_on == MAY
    package = session.get(Package, (PLACE, "2026", "A"))
    assert (package.name, package.contractor, package.price_fen) == ("屋面", "jianye", 1_000_000_00)
    planned = session.exec(select(Funding.source, Funding.planned_fen).where(Funding.package == "A")).all()
    assert dict(planned) == {Source.GOVERNMENT: 700_000_00, Source.RESIDENTS: 300_000_00}
    site = session.get(Site, (PLACE, "DW-7"))
    assert (site.category, site.since, site.building) == (Category.AD_GATE_LIGHTBOX_WALL, MAY, "1")
    assert session.get(Community, PLACE).area == "daoxiang"
    assert [kind for kind in kinds(session) if kind != "book.opened"][-6:] == [
        "firm.registered",
        "community.joined",
        "works.registered",
        "works.package-registered",
        "site.registered",
        "register.changed",
    ]
    assert Purpose.CONTRACT in {use.purpose for use, _ in files_of(session, PLACE, "works/2026/A")}
    assert list(problems(session, PLACE)) == []


END, LAST = date(2027, 12, 31), date(2026, 12, 31)
NEXT = date(2027, 1, 1)


@pytest.fixture
def served(session, place):
    """A property firm whose contract runs for another year and a half, and owners who have decided about it."""
    for firm in ("wuye", "anhe"):
        a_firm(session, firm, FirmKind.PROPERTY)
    session.add(
        ServiceContract(community=PLACE, number="WY-1", firm="wuye", starts_on=date(2025, 1, 1), ends_on=END)
    )
    session.flush()
    a_resolution(session, "M-F", Matter.FIRM)


DISMISSED = {"number": "WY-1", "cause": Cause.DISMISSED, "last_day": LAST, "motion": "M-F"}
HIRED = {
    "number": "WY-2", "firm": "anhe", "starts_on": NEXT, "ends_on": date(2029, 12, 31), "lump_sum": True, "motion": "M-F",
}  # fmt: skip
COMES = {"number": "WY-1", "since": NEXT}


def test_a_contract_is_ended_and_replaced_with_the_first_day_of_the_next(session, served):
    content = workbook(ending=[DISMISSED], service=[HIRED], takeover=[COMES])
    assert seen(session, content) == [
        Difference(ChangeKind.ENDING, "WY-1", "2025-01-01 – 2027-12-31", "2025-01-01 – 2026-12-31"),
        Difference(
            ChangeKind.SERVICE, "WY-2", "WY-1 wuye 2025-01-01 – 2027-12-31", "anhe 2027-01-01 – 2029-12-31", NEXT
        ),
        Difference(ChangeKind.TAKEOVER, "WY-1", "", "", NEXT),
    ]  # fmt: skip

    entered(session, content)

    end = ending(session, PLACE, "WY-1")
    assert (end.last_day, end.motion, end.noticed_by, end.taken_over_on) == (LAST, "M-F", CHEN.login, NEXT)
    assert service_contract(session, PLACE, LAST).number == "WY-1"
    assert service_contract(session, PLACE, NEXT).firm == "anhe"
    assert kinds(session)[-4:] == [
        "service.notice",
        "service.concluded",
        "handover.taken-over",
        "register.changed",
    ]
    assert {Purpose.NOTICE, Purpose.HANDOVER} <= {
        use.purpose for use, _ in files_of(session, PLACE, "service/WY-1")
    }


def test_a_contract_is_renewed_or_prolonged_by_a_row(session, served):
    kept = HIRED | {"firm": "wuye", "starts_on": date(2028, 1, 1)}
    entered(session, workbook(service=[kept]))
    assert service_contract(session, PLACE, date(2028, 1, 1)).number == "WY-2"

    a_resolution(session, "M-G", Matter.FIRM)
    longer = {"number": "WY-2", "ends_on": date(2030, 12, 31), "motion": "M-G"}
    [shown] = seen(session, workbook(prolongation=[longer]))
    assert (shown.before, shown.after) == ("2028-01-01 – 2029-12-31", "2028-01-01 – 2030-12-31")
    entered(session, workbook(prolongation=[longer]))

    assert service_contract(session, PLACE, date(2030, 1, 1)).ends_on == date(2030, 12, 31)


def test_what_the_rules_of_contracts_and_works_refuse_is_named_by_its_row(session, served):
    content = workbook(
        package=[PACKAGE | {"works": "2099"}],
        service=[HIRED, HIRED | {"number": "WY-3", "motion": "M-9"}],
        takeover=[COMES],
    )

    with pytest.raises(ChangesRefused) as refused, session.begin_nested():
        entered(session, content)

    wrong = {problem.spot: problem for problem in refused.value.facts["problems"]}
    assert list(wrong) == ["新标段!A2", "新物业合同!A2", "新物业合同!A3", "下一家接手!A2"]
    assert "WY-1" in wrong["新物业合同!A2"].zh
    assert "no notice" in wrong["下一家接手!A2"].en.lower()
    assert session.get(ServiceContract, (PLACE, "WY-2")) is None


def test_what_somebody_may_not_change_by_a_form_he_neither_changes_nor_sees_by_a_workbook(session, place):
    def as_manager(kind):
        if kind is not ChangeKind.FIRM:
            raise RoleMissing(needed=(Role.COMMUNITY_OFFICE,))
        return MEI

    content = workbook(firm=[FIRM], holder=[SOLD, SOLD | {"home": TWO}])

    for reads in (entered, seen):
        with pytest.raises(ChangesRefused) as refused, session.begin_nested():
            reads(session, content, as_whom=as_manager)
        assert [problem.spot for problem in refused.value.facts["problems"]] == ["换业主!A2", "换业主!A3"]
        assert "社区居委会" in refused.value.facts["problems"][0].zh
    entered(session, workbook(firm=[FIRM]), as_whom=as_manager)


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
        lambda: seen(session, workbook(**rows)),
    ):
        with pytest.raises(ChangesRefused) as refused:
            reads()
        assert [problem.spot for problem in refused.value.facts["problems"]] == [spot]


def test_what_is_no_workbook_or_holds_nothing_is_refused(session, place):
    with pytest.raises(NothingChanges):
        entered(session, changes_template())
    with pytest.raises(RegisterUnreadable):
        entered(session, b"no workbook")
