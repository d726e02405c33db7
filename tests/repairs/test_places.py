"""Where a defect is: places are there, agree with each other, and may be common; and how a ticket is found again."""

import pytest

from ledger.community.queries import NoBuilding, NoComponent
from ledger.community.role_rules import Actor, NotYourHome, Role
from ledger.community.rules import ComponentKind
from ledger.repairs import actions
from ledger.repairs.queries import ticket, ticket_seen, ticket_told, tickets
from ledger.repairs.rules import Category, Looked, PlacesDisagree, Priority, State, looked_for
from ledger.repairs.tables import Ticket
from tests.cast import CHEN, HE, MEI, NOON, OUYANG, SU, WEN
from tests.factories import a_building, a_community, a_component, a_firm, a_home, a_package, a_worker
from tests.repairs.test_actions import PLACE, a_ticket, assigned, triaged


@pytest.fixture
def place(session):
    """Two buildings, a home in each, a roof on the first and a gate of the whole community."""
    a_community(session)
    a_home(session)
    a_home(session, "3-2-501")
    a_component(session, "roof-1", kind=ComponentKind.ROOF, building="1")
    a_component(session, "gate", kind=ComponentKind.SECURITY)
    return PLACE


def test_g1_a_building_that_is_not_there_is_refused(session, place):
    """Correction G1: building “abc” was taken."""
    with pytest.raises(NoBuilding, match="abc"):
        a_ticket(session, building="abc")
    assert tickets(session, place, by=MEI).total == 0


@pytest.mark.parametrize(
    ("named", "of", "building"),
    [
        ({"home": "3-2-501", "building": "1"}, "3-2-501", "3"),
        ({"component": "roof-1", "building": "3"}, "roof-1", "1"),
        ({"component": "roof-1", "home": "3-2-501"}, "roof-1", "1"),
    ],
)
def test_g1_places_of_different_buildings_are_refused(session, place, named, of, building):
    """Correction G1: home 3-2-501 was taken together with building 7."""
    with pytest.raises(PlacesDisagree, match=of) as refused:
        a_ticket(session, **named)
    assert building in refused.value.sentence("zh")
    assert "building" in refused.value.sentence("en")
    assert tickets(session, place, by=MEI).total == 0


def test_g1_a_building_that_is_there_and_is_not_the_homes_is_refused(session, place):
    a_building(session, "7")

    with pytest.raises(PlacesDisagree, match="3 幢，不在 7 幢"):
        a_ticket(session, home="3-2-501", building="7")


def test_g1_a_look_at_it_finds_a_part_that_is_there_and_in_the_same_building(session, place):
    here, common = a_ticket(session, building="3"), a_ticket(session)

    with pytest.raises(PlacesDisagree, match="roof-1"):
        actions.triage(session, place, here, Priority.P3, component="roof-1", by=MEI, at=NOON)
    with pytest.raises(NoComponent, match="roof-9"):
        actions.triage(session, place, here, Priority.P3, component="roof-9", by=MEI, at=NOON)
    assert (ticket(session, place, here).state, ticket(session, place, here).component) == (State.NEW, None)
    judged = actions.triage(session, place, common, Priority.P3, component="roof-1", by=MEI, at=NOON)
    assert (judged.building, judged.component) == ("1", "roof-1")


@pytest.mark.parametrize(
    ("named", "building"),
    [
        ({}, None),
        ({"component": "gate"}, None),
        ({"component": "gate", "building": "3"}, "3"),
        ({"home": "3-2-501"}, "3"),
        ({"home": "1-1-101", "component": "roof-1", "building": "1"}, "1"),
        ({"component": "roof-1"}, "1"),
    ],
)
def test_the_building_is_that_of_what_was_named(session, place, named, building):
    assert ticket(session, place, a_ticket(session, **named)).building == building


def test_g1_an_owner_reports_a_common_part_without_naming_his_flat_and_follows_it(session, place):
    """Corrections G1 and F12: a corridor's lamp was pinned to the flat of whoever told of it, or lost to him."""
    lamp = actions.Report(Category.LIGHTING, "楼道灯不亮", building="1")
    neighbour = Actor("xu", Role.OWNER, frozenset({"3-2-501"}))

    no = actions.log_ticket(session, place, lamp, by=OUYANG, at=NOON).no

    assert (ticket(session, place, no).home, ticket(session, place, no).building) == (None, "1")
    assert ticket_seen(session, place, no, by=OUYANG).no == no
    assert [row.no for row in tickets(session, place, by=OUYANG).rows] == [no]
    assert tickets(session, place, by=neighbour).total == 0
    actions.reject(session, place, no, "自己换", by=MEI, at=NOON)
    with pytest.raises(NotYourHome):
        actions.appeal(session, place, no, "是楼道的灯", by=neighbour, at=NOON)
    assert actions.appeal(session, place, no, "是楼道的灯", by=OUYANG, at=NOON).state is State.NEW


def test_whoever_is_here_for_a_building_sees_what_is_of_its_homes(session, place):
    gu = Actor("gu", Role.COMMUNITY_OFFICE, buildings=frozenset({"3"}))

    no = a_ticket(session, home="3-2-501")
    a_ticket(session, home="1-1-101")

    assert [row.no for row in tickets(session, place, by=gu).rows] == [no]


def test_g4_who_reported_is_told_to_whom_it_helps_to_work(session, place):
    """Correction G4: the reporter's telephone was stored and shown to nobody."""
    no = a_ticket(session, home="1-1-101", reporter="欧阳 13812345678")

    for by in (MEI, WEN, HE, CHEN):
        assert ticket_told(session, place, no, by=by).reporter == "欧阳 13812345678"
    for by in (SU, OUYANG):
        assert ticket_told(session, place, no, by=by).reporter == ""
    session.flush()
    assert ticket(session, place, no).reporter == "欧阳 13812345678"


@pytest.fixture
def many(session, place):
    """Tickets that differ by number, place, people and words."""
    a_worker(session, WEN)
    a_package(session, contractor=a_firm(session), accepted_on=NOON.date())
    a_building(session, "13")
    for details in (
        {"title": "顶楼渗水", "component": "roof-1"},
        {"title": "灯闪 100%", "home": "3-2-501", "category": Category.LIGHTING},
        {"title": "3幢门口积水", "building": "1", "reporter": "欧阳 13812345678"},
        {"title": "a_b", "building": "13"},
    ):
        a_ticket(session, **details)
    triaged(session, 1, Priority.P3)
    assigned(session, 1)
    triaged(session, 2, Priority.P3)
    actions.assign(session, place, 2, "anju", by=MEI, at=NOON)
    return place


@pytest.mark.parametrize(
    ("search", "numbers"),
    [
        ("#4", [4]),
        ("第4号", [4]),
        ("%", [2]),
        ("_", [4]),
        ("3幢", [3, 2]),
        ("3 幢", [3, 2]),
        ("building 3", [2]),
        ("1号楼", [3, 1]),
        ("2单元", [2]),
        ("3幢 灯", [2]),
        ("3-2-501", [2]),
        ("roof", [1]),
        ("部位", [1]),
        ("Wen", [1]),
        ("anju", [2]),
        ("欧阳", [3]),
        ("13812345678", [3]),
        ("顶楼", [1]),
        ("路灯", [2]),
        ("lighting", [2]),
        ("没有这样的词", []),
        ("３幢", [3, 2]),
        ("３－２－５０１", [2]),
        ("第3幢", [3, 2]),
        ("3幢2单元501室", [2]),
        ("３幢２单元５０１室", [2]),
        ("3幢2单元101室", []),
        ("工单2", [2]),
        ("工单 2", [2]),
        ("No.3", [3]),
        ("№2", [2]),
        ("＃２", [2]),
        ("4号", [4]),
        ("3栋", [2]),
        ("欧阳 138", [3]),
        ("%%", []),
        ("100％", [2]),
        ("\\", []),
        ("/", []),
        ("'", []),
    ],
)
def test_g5_a_search_finds_numbers_places_people_and_words_and_takes_no_wildcards(
    session, many, search, numbers
):
    """Correction G5: “800” found nothing among 800 tickets, “%” all of them, and “3幢” looked at titles alone."""
    assert [row.no for row in tickets(session, many, search=search, by=MEI).rows] == numbers


def test_g5_a_ticket_is_found_by_its_number(session, place):
    """Correction G5."""
    session.add(
        Ticket(
            community=place, no=799, category=Category.DOOR, title="门", reported_at=NOON, recorded_by="he",
        )
    )  # fmt: skip
    a_ticket(session, title="灯")

    assert [row.no for row in tickets(session, place, search="800", by=MEI).rows] == [800]


def test_nobody_finds_by_a_reporter_whom_he_may_not_see(session, many):
    assert tickets(session, many, search="13812345678", by=SU).total == 0


def test_a_search_is_read_word_by_word():
    assert looked_for("3幢2单元 灯") == [
        Looked("3幢", building="3"),
        Looked("2单元", stairwell="2"),
        Looked("灯"),
    ]
    assert looked_for("No.7 第7号 ") == [Looked("No.7", 7), Looked("第7号", 7)]
    assert looked_for("１－１－１０１ 3幢501室") == [
        Looked("3幢", building="3"),
        Looked("501室", door="501"),
        Looked("1-1-101", written="１－１－１０１"),
    ]
