"""A building and a home that the register lacked are entered: by a paper, once, told by the log without a name."""

import json
from datetime import date, timedelta

import pytest

from ledger.community.queries import NoBuilding, NoFirm, area_and_homes, head_keys, homes
from ledger.community.rules import AreaSource, FirmKind, HomeKind
from ledger.community.tables import Holder, Home, Stairwell
from ledger.fees.charge_actions import charge_month
from ledger.fees.queries import outstanding
from ledger.fees.rules import Basis
from ledger.fees.tariff_actions import set_tariff
from ledger.fees.tariff_rules import NewPrice
from ledger.files.rules import FileMissing
from ledger.journal.fsck import problems
from ledger.journal.rules import AskedDifferently
from ledger.log.queries import leaf
from ledger.periods import Month
from ledger.register.place_actions import register_building, register_home
from ledger.register.rules import (
    BuildingThere,
    FirstOwner,
    HolderAhead,
    HolderOfAnotherName,
    HomeThere,
    NewBuilding,
    NewHome,
    OwnerMissing,
    SellerMissing,
)
from ledger.votes.actions import announce
from ledger.votes.queries import totals
from ledger.votes.rules import Matter, NewMotion
from tests.cast import CHEN, HE, MEI, NOON
from tests.factories import SHA, a_community, a_firm, a_home

PLACE = "meiyuan"
TODAY = NOON.date()
FLAT = NewHome("1", "1", "901", HomeKind.COMMODITY, 8_000, AreaSource.REGISTER)
ZHAO = FirstOwner("赵测", "13900000000", date(2026, 7, 1))


@pytest.fixture
def place(session):
    """A community of two homes with a price."""
    a_community(session)
    for home in ("1-1-101", "1-1-102"):
        a_home(session, home)
    price = NewPrice(date(2026, 1, 1), Basis.PER_M2, 4_500)
    set_tariff(session, PLACE, "*", price, "决议 1", by=MEI, at=NOON)
    return PLACE


def entered(session, new=FLAT, owner=ZHAO, document=SHA):
    return register_home(session, PLACE, new, owner, document, by=HE, at=NOON)


def built(session, new, document=SHA):
    return register_building(session, PLACE, new, document, by=HE, at=NOON)


def test_a_home_that_was_forgotten_is_charged_and_counted_from_now_on(session, place):
    area, count, _ = area_and_homes(session, PLACE)[:3]
    charge_month(session, PLACE, Month(2026, 6), by=MEI, at=NOON)

    assert (entered(session).fresh, entered(session).fresh) == (True, False)
    charge_month(session, PLACE, Month(2026, 7), by=MEI, at=NOON)

    assert area_and_homes(session, PLACE)[:2] == (area + 8_000, count + 1)
    assert [month for month, _ in outstanding(session, PLACE, ["1-1-901"])["1-1-901"]] == ["2026-07"]
    assert list(problems(session, PLACE)) == []


def test_the_log_tells_neither_the_home_nor_its_owner(session, place):
    body = leaf(session, PLACE, entered(session).leaf_index).body

    assert json.loads(body)["att"] == [SHA]
    assert "1-1-901" not in body.decode()
    assert "赵测" not in body.decode()


def test_an_announced_vote_keeps_its_roll(session, place):
    motion = NewMotion("M-1", Matter.OTHER, "修大门", TODAY + timedelta(days=20), TODAY + timedelta(days=40))
    announce(session, PLACE, motion, homes(session, PLACE), by=CHEN, at=NOON)
    before = totals(session, PLACE, "M-1")

    entered(session)

    assert totals(session, PLACE, "M-1") == before


def test_a_stairwell_that_the_building_lacks_comes_with_its_home_and_a_building_not(session, place):
    entered(session, FLAT._replace(stairwell="9"))
    assert session.get(Stairwell, (PLACE, "1", "9")) is not None
    with pytest.raises(NoBuilding):
        entered(session, FLAT._replace(building="77"))

    assert [built(session, NewBuilding("77", ["1", "2"])).fresh for _ in range(2)] == [True, False]
    entered(session, FLAT._replace(building="77"))
    assert session.get(Home, (PLACE, "77-1-901")).building == "77"
    with pytest.raises(BuildingThere):
        built(session, NewBuilding("1", ["1"]))
    with pytest.raises(FileMissing):
        built(session, NewBuilding("78", ["1"]), "ab" * 32)


def test_an_owner_of_another_home_here_is_one_head(session, place):
    entered(session, FLAT._replace(door="902"))
    entered(session, owner=ZHAO._replace(holds_also="1-1-902"))

    keys = head_keys(session, PLACE, homes(session, PLACE))
    assert keys["1-1-901"] == keys["1-1-902"]


@pytest.mark.parametrize(
    ("refusal", "new", "owner"),
    [
        (OwnerMissing, {}, FirstOwner()),
        (OwnerMissing, {}, FirstOwner("赵测")),
        (OwnerMissing, {"kind": HomeKind.UNSOLD, "seller": "kaifa"}, ZHAO),
        (SellerMissing, {"kind": HomeKind.SOLD_PUBLIC}, ZHAO),
        (SellerMissing, {"seller": "kaifa"}, ZHAO),
        (NoFirm, {"kind": HomeKind.SOLD_PUBLIC, "seller": "nobody"}, ZHAO),
        (HolderAhead, {}, ZHAO._replace(since=TODAY + timedelta(days=1))),
        (HolderOfAnotherName, {}, ZHAO._replace(holds_also="1-1-902")),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_written(session, place, refusal, new, owner):
    a_firm(session, "kaifa", FirmKind.DEVELOPER)
    a_home(session, "1-1-902", owner="钱测")

    with pytest.raises(refusal), session.begin_nested():
        entered(session, FLAT._replace(**new), owner)

    assert session.get(Home, (PLACE, "1-1-901")) is None
    assert session.get(Holder, (PLACE, "1-1-901", ZHAO.since)) is None


def test_an_unsold_home_has_no_owner_and_a_registered_one_is_not_registered_again(session, place):
    a_firm(session, "kaifa", FirmKind.DEVELOPER)
    entered(session, FLAT._replace(kind=HomeKind.UNSOLD, seller="kaifa"), FirstOwner())

    with pytest.raises(AskedDifferently):
        entered(session)
    a_home(session, "1-1-902")
    with pytest.raises(HomeThere):
        entered(session, FLAT._replace(door="902"))
