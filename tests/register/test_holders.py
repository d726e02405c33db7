"""A home changes hands: by a paper, from a day on, once, and told by the log without a name."""

import json
from datetime import date, timedelta

import pytest
from sqlmodel import select

from ledger.community.actions import appoint
from ledger.community.queries import NoHome, head_keys, homes, seats
from ledger.community.role_rules import Role, Seat
from ledger.community.rules import FirmKind, HomeKind
from ledger.community.tables import Holder, Home, Person
from ledger.files.queries import files_of
from ledger.files.rules import FileMissing, Purpose
from ledger.journal.fsck import problems
from ledger.journal.rules import AskedDifferently
from ledger.log.queries import leaf
from ledger.register.holder_actions import change_holder, correct_holder
from ledger.register.queries import Held, holders, last_holder
from ledger.register.rules import (
    HolderAhead,
    HolderAsTold,
    HolderMalformed,
    HolderNotLater,
    HolderOfAnotherName,
    HolderUnchanged,
    KindOfUnsold,
    NewHolder,
    TransferCause,
)
from tests.cast import HE, MEI, NOON
from tests.factories import SHA, a_community, a_firm, a_home

PLACE = "meiyuan"
DAY = date(2026, 7, 10)
LATER = DAY + timedelta(days=1)


@pytest.fixture
def home(session):
    a_community(session)
    return a_home(session)


def sold(session, home, since=DAY, name="买方 李", document=SHA, **details):
    buyer = NewHolder(name, **details)
    return change_holder(
        session, PLACE, home, buyer, TransferCause.SALE, since, document=document, by=HE, at=NOON
    )


def test_a_home_has_a_new_holder_and_a_new_handle_from_a_day_on(session, home):
    before = session.get(Home, (PLACE, home)).handle

    sold(session, home, phone="13900000000")

    assert session.get(Home, (PLACE, home)).handle != before
    assert len(session.exec(select(Holder)).all()) == 2
    assert holders(session, PLACE) == [Held(home, DAY, "买方 李")]


def test_the_log_tells_the_day_and_the_paper_and_names_nobody(session, home):
    posted = sold(session, home, phone="13900000000")

    body = leaf(session, PLACE, posted.leaf_index).body
    content = json.loads(body)
    assert (content["what"], content["facts"], content["att"]) == (
        "home.held",
        {"since": "2026-07-10"},
        [SHA],
    )
    handle = session.get(Home, (PLACE, home)).handle
    for private in ("买方", "13900000000", home, handle):
        assert private not in body.decode()
    assert [(use.purpose, file.sha256) for use, file in files_of(session, PLACE, f"home/{home}")] == [
        (Purpose.TITLE, SHA)
    ]
    assert list(problems(session, PLACE)) == []


def test_the_same_change_is_registered_once(session, home):
    first = sold(session, home)
    handle = session.get(Home, (PLACE, home)).handle

    again = sold(session, home)

    assert (again.no, again.fresh) == (first.no, False)
    assert session.get(Home, (PLACE, home)).handle == handle
    with pytest.raises(AskedDifferently):
        sold(session, home, name="又一买方")


@pytest.mark.parametrize("since", [date(2020, 1, 1), date(2019, 12, 31)])
def test_a_new_holder_comes_after_the_one_on_record(session, home, since):
    with pytest.raises(HolderNotLater, match="2020年1月1日"):
        sold(session, home, since)


def test_nothing_is_registered_without_a_paper_a_name_or_a_home(session, home):
    for refusal, changes in (
        (FileMissing, {"document": "0" * 64}),
        (HolderMalformed, {"name": " "}),
        (NoHome, {"holds_also": "9-9-999"}),
    ):
        with pytest.raises(refusal), session.begin_nested():
            sold(session, home, **changes)
    with pytest.raises(NoHome):
        sold(session, "9-9-999")

    assert len(session.exec(select(Holder)).all()) == 1


def test_whoever_holds_several_homes_is_one_head_and_others_are_none_of_his(session, home):
    second, third = a_home(session, "1-1-102"), a_home(session, "1-1-103")

    sold(session, home)
    sold(session, second, holds_also=home)
    sold(session, third)

    heads = head_keys(session, PLACE, homes(session, PLACE))
    assert heads[second] == heads[home]
    assert heads[third] not in (heads[home], f"p-{third}")


def test_nobody_is_one_with_a_stranger_or_with_whoever_sold_to_him(session, home):
    second = a_home(session, "1-1-102")

    for other in (second, home):
        with pytest.raises(HolderOfAnotherName):
            sold(session, home, holds_also=other)


def test_a_home_is_not_sold_to_whoever_holds_it_but_to_another_of_his_name(session, home):
    second, third = a_home(session, "1-1-102"), a_home(session, "1-1-103")
    first = {"name": "王伟", "phone": "13900000000"}
    sold(session, home, **first)
    sold(session, second, name="王伟", holds_also=home)
    sold(session, third, name="王伟")

    for same in (first, {"name": " 王伟 "}, {"name": "王伟", "holds_also": second}):
        with pytest.raises(HolderUnchanged, match="王伟"):
            sold(session, home, LATER, **same)

    sold(session, home, LATER, name="王伟", holds_also=third)
    sold(session, second, LATER, name="王伟", phone="13911111111")

    heads = head_keys(session, PLACE, homes(session, PLACE))
    assert (heads[home] == heads[third], heads[second] == heads[home]) == (True, False)


def test_a_right_that_is_still_to_come_is_not_entered(session, home):
    with pytest.raises(HolderAhead):
        sold(session, home, NOON.date() + timedelta(days=1))


def test_an_unsold_home_becomes_what_it_is_sold_as_and_its_owner_a_head_of_his_own(session, home):
    a_firm(session, "kaifa", FirmKind.DEVELOPER)
    flats = [a_home(session, f"1-1-10{door}", kind=HomeKind.UNSOLD, seller="kaifa") for door in (2, 3)]
    with pytest.raises(KindOfUnsold):
        sold(session, flats[0])
    with pytest.raises(KindOfUnsold):
        sold(session, home, kind=HomeKind.COMMODITY)

    sold(session, flats[0], kind=HomeKind.COMMODITY)

    heads = head_keys(session, PLACE, homes(session, PLACE))
    assert heads[flats[1]] == "developer:kaifa"
    assert heads[flats[0]] != heads[flats[1]]


def test_a_seat_that_was_given_after_the_sale_ends_unless_it_is_the_buyers(session, home):
    for login, name in (("seller", "卖方"), ("buyer", "买方 李")):
        session.add(Person(login=login, name=name, password="", since=NOON))
        session.flush()
        appoint(session, login, PLACE, Seat(Role.OWNER, home=home), DAY + timedelta(days=2), by=MEI, at=NOON)
    session.flush()

    sold(session, home)

    after = DAY + timedelta(days=3)
    assert seats(session, "seller", PLACE, after) == []
    assert seats(session, "buyer", PLACE, after) == [Seat(Role.OWNER, home)]


def test_the_seller_signs_in_for_the_home_no_longer_its_tenant_still_does(session, home):
    since = date(2026, 1, 1)
    for login, role, of in (("seller", Role.OWNER, home), ("renter", Role.TENANT, home)):
        session.add(Person(login=login, name=login, password="", since=NOON))
        session.flush()
        appoint(session, login, PLACE, Seat(role, home=of), since, by=MEI, at=NOON)
    other = a_home(session, "1-1-102")
    appoint(session, "seller", PLACE, Seat(Role.OWNER, home=other), since, by=MEI, at=NOON)
    session.flush()

    sold(session, home)

    assert seats(session, "seller", PLACE, DAY - timedelta(days=1)) == [
        Seat(Role.OWNER, home),
        Seat(Role.OWNER, other),
    ]
    assert seats(session, "seller", PLACE, DAY) == [Seat(Role.OWNER, other)]
    assert seats(session, "renter", PLACE, LATER) == [Seat(Role.TENANT, home)]


def test_the_list_of_holders_names_homes_that_nobody_holds_yet(session, home):
    session.exec(select(Holder)).one().name = "欧阳"
    bare = a_home(session, "2-1-101")
    session.delete(session.get(Holder, (PLACE, bare, date(2020, 1, 1))))
    session.flush()

    assert holders(session, PLACE) == [Held(home, date(2020, 1, 1), "欧阳"), Held(bare, None, "")]
    assert holders(session, PLACE, "2") == [Held(bare, None, "")]


def test_what_a_holder_is_called_is_put_right_and_nothing_else_of_him(session, home):
    """个人信息保护法 Art. 46; his day, his head in votes and his home's handle stay."""
    sold(session, home)
    before = session.get(Home, (PLACE, home)).handle
    head_before = last_holder(session, PLACE, home).person_key

    posted = correct_holder(
        session, PLACE, home, "买方 黎", SHA, "身份证上是黎", phone="13900000001", by=HE, at=NOON
    )

    assert holders(session, PLACE) == [Held(home, DAY, "买方 黎")]
    assert last_holder(session, PLACE, home).person_key == head_before
    assert session.get(Home, (PLACE, home)).handle == before
    body = leaf(session, PLACE, posted.leaf_index).body.decode()
    assert "home.holder-corrected" in body
    for private in ("黎", "13900000001", home):
        assert private not in body
    assert list(problems(session, PLACE)) == []


def test_a_correction_that_corrects_nothing_or_has_no_paper_is_refused(session, home):
    sold(session, home, phone="13900000000")
    with pytest.raises(HolderAsTold):
        correct_holder(session, PLACE, home, "买方 李", SHA, "没有错", phone="13900000000", by=HE, at=NOON)
    with pytest.raises(FileMissing):
        correct_holder(session, PLACE, home, "买方 黎", "0" * 64, "写错了", by=HE, at=NOON)
    with pytest.raises(NoHome):
        correct_holder(session, PLACE, "9-9-999", "买方 黎", SHA, "写错了", by=HE, at=NOON)
