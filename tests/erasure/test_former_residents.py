"""Whoever holds or rents a home no longer is forgotten by name on his request, once nothing needs to know who he was."""

import json
from datetime import date, timedelta

import pytest
from sqlmodel import select

from ledger.community.actions import appoint
from ledger.community.queries import head_keys, homes
from ledger.community.role_rules import Role, Seat
from ledger.community.tables import Holder, Person
from ledger.erasure.actions import erase_former
from ledger.erasure.queries import former_resident, former_residents
from ledger.erasure.rules import ErasedBefore, NoFormerResident, StillNeeded, Tie
from ledger.fees.charge_actions import charge_month
from ledger.fees.payment_actions import Slip, take_payment
from ledger.fees.queries import outstanding
from ledger.fees.rules import Basis
from ledger.fees.tariff_actions import set_tariff
from ledger.fees.tariff_rules import NewPrice
from ledger.files.queries import uses_of
from ledger.files.rules import Purpose
from ledger.journal.fsck import problems
from ledger.journal.rules import AskedDifferently
from ledger.journal.tables import Entry
from ledger.log.queries import leaf, opening_of
from ledger.log.row_actions import note_changed
from ledger.operations.choices import all_tenants
from ledger.periods import Month
from ledger.register.holder_actions import (
    change_holder,
    correct_holder,
    correct_tenancy,
    move_in,
    move_out,
    strike_out_tenancy,
)
from ledger.register.rules import NewHolder, NewTenant, ResidentErased, TransferCause
from ledger.register.tables import Tenancy
from ledger.repairs.actions import Report, log_ticket
from ledger.repairs.rules import Category
from ledger.votes.actions import announce
from ledger.votes.rules import Matter, NewMotion
from tests.cast import CHEN, HE, MEI, NOON
from tests.factories import SHA, a_community, a_home

PLACE, HOME = "meiyuan", "1-1-101"
TODAY = NOON.date()
FIRST, SOLD = date(2020, 1, 1), date(2026, 7, 10)


@pytest.fixture
def home(session):
    """A home that was corrected to be 张三's and then sold to 李四."""
    a_community(session)
    a_home(session, HOME)
    correct_holder(session, PLACE, HOME, "张三", SHA, "写成了张山", phone="13900000000", by=HE, at=NOON)
    return HOME


def sold(session, since=SOLD):
    buyer = NewHolder("李四", "13911111111")
    return change_holder(session, PLACE, HOME, buyer, TransferCause.SALE, since, document=SHA, by=HE, at=NOON)


def erased(session, tie=Tie.HOLDER, since=FIRST, at=NOON):
    return erase_former(session, PLACE, tie, HOME, since, "本人要求", SHA, by=HE, at=at)


def let(session, since=date(2026, 6, 1), until=date(2026, 7, 1)):
    move_in(session, PLACE, HOME, NewTenant("王五", "13922222222"), since, SHA, by=HE, at=NOON)
    move_out(session, PLACE, HOME, since, until, SHA, by=HE, at=NOON)
    return since


def needed(session, tie=Tie.HOLDER, since=FIRST, at=NOON) -> str:
    with pytest.raises(StillNeeded) as refused:
        erased(session, tie, since, at)
    assert "第47条" in refused.value.sentence("zh")
    return refused.value.sentence("zh")


def test_the_name_and_telephone_of_a_former_holder_go_and_the_log_says_so(session, home):
    sold(session)
    keys = head_keys(session, PLACE, homes(session, PLACE), FIRST)

    said = erased(session)

    first = session.get(Holder, (PLACE, home, FIRST))
    assert (first.name, first.phone, first.erasure_no) == ("", "", said.no)
    assert head_keys(session, PLACE, homes(session, PLACE), FIRST) == keys
    content = json.loads(leaf(session, PLACE, said.leaf_index).body)
    assert (content["what"], content["facts"]) == (
        "resident.erased",
        {"tie": "holder", "since": "2020-01-01"},
    )
    assert Purpose.ERASURE in {use.purpose for use in uses_of(session, PLACE, SHA)}
    assert list(problems(session, PLACE)) == []


def test_why_his_name_was_corrected_goes_with_it_and_a_successors_stays(session, home):
    sold(session)
    correct_holder(session, PLACE, HOME, "李四四", SHA, "漏了一个字", by=HE, at=NOON)
    before = [entry.leaf_index for entry in _corrections(session)]

    erased(session)

    assert [bool(opening_of(session, PLACE, index, "reason")) for index in before] == [False, True]
    assert list(problems(session, PLACE)) == []


def _corrections(session):
    return session.exec(select(Entry).where(Entry.kind == "home.holder-corrected").order_by(Entry.no)).all()


def test_a_former_tenant_is_forgotten_too(session, home):
    since = let(session)

    said = erased(session, Tie.TENANT, since)

    rented = session.get(Tenancy, (PLACE, home, since))
    assert (rented.name, rented.phone, rented.erasure_no) == ("", "", said.no)
    assert list(problems(session, PLACE)) == []


def test_a_tenant_who_was_erased_is_not_entered_again_by_a_correction(session, home):
    since = let(session)
    erased(session, Tie.TENANT, since)
    again = NewTenant("王五", "13922222222", date(2026, 7, 1))

    for way in (
        lambda: correct_tenancy(
            session, PLACE, HOME, since, again, since, SHA, reason="写错", by=MEI, at=NOON
        ),
        lambda: strike_out_tenancy(session, PLACE, HOME, since, SHA, reason="写错", by=MEI, at=NOON),
        lambda: move_in(session, PLACE, HOME, NewTenant("王五", "13922222222"), since, SHA, by=HE, at=NOON),
    ):
        with pytest.raises(ResidentErased, match="凭证"):
            way()
    assert session.get(Tenancy, (PLACE, HOME, since)).name == ""
    assert all_tenants(session, PLACE, TODAY) == []


def test_whoever_holds_or_rents_the_home_still_is_not_forgotten(session, home):
    since = let(session, until=TODAY)

    with pytest.raises(NoFormerResident, match="业主"):
        erased(session)
    with pytest.raises(NoFormerResident, match="租户"):
        erased(session, Tie.TENANT, since)
    assert erased(session, Tie.TENANT, since, NOON + timedelta(days=1)).fresh


def test_whoever_was_erased_is_not_erased_again(session, home):
    sold(session)
    said = erased(session)

    with pytest.raises(ErasedBefore, match=str(said.no)):
        erased(session)


def test_what_he_owes_keeps_his_name_and_what_his_successor_owes_does_not(session, home):
    price = NewPrice(date(2026, 1, 1), Basis.PER_M2, 2_000)
    set_tariff(session, PLACE, "*", price, "决议 1", by=MEI, at=NOON)
    for month in (6, 7):
        charge_month(session, PLACE, Month(2026, month), by=MEI, at=NOON)
    sold(session, date(2026, 7, 1))

    assert "2026-06 的物业费还没有收清" in needed(session)

    slip = Slip("S-1", HOME, 16_00, TODAY)
    take_payment(session, PLACE, slip, by=MEI, at=NOON)
    assert outstanding(session, PLACE, [HOME]) == {HOME: [("2026-07", 16_00)]}
    assert erased(session).fresh


def test_an_open_vote_or_ticket_of_his_time_keeps_his_name(session, home):
    motion = NewMotion("v-1", Matter.OTHER, "修大门", TODAY + timedelta(days=20), TODAY + timedelta(days=40))
    announce(session, PLACE, motion, homes(session, PLACE), by=CHEN, at=NOON)
    sold(session, TODAY)
    report = Report(Category.LEAK, "漏水", home=HOME, reported_at=NOON - timedelta(days=3))
    no = log_ticket(session, PLACE, report, by=MEI, at=NOON).no

    said = needed(session)

    assert "v-1 号表决还没有计票" in said
    assert f"{no} 号报修还没有办结" in said


def test_a_ticket_of_his_successors_time_does_not_keep_his_name(session, home):
    sold(session)
    log_ticket(session, PLACE, Report(Category.LEAK, "漏水", home=HOME), by=MEI, at=NOON)

    assert erased(session).fresh


def a_sign_in(session, login, name, role=Role.OWNER, home: str | None = HOME):
    if session.get(Person, login) is None:
        session.add(Person(login=login, name=name, password="-", since=NOON))
        session.flush()
    appoint(session, login, PLACE, Seat(role, home=home), date(2026, 1, 1), by=HE, at=NOON)


def test_his_sign_in_loses_its_name_unless_he_signs_in_for_something_else(session, home):
    a_sign_in(session, "1-1-101", "张三")
    a_sign_in(session, "zhang", "张三")
    a_sign_in(session, "zhang", "张三", Role.WORKER, None)
    a_sign_in(session, "wu", "吴六")
    sold(session)

    erased(session)

    people = {
        login: (who.name, who.active)
        for login in ("1-1-101", "zhang", "wu")
        if (who := session.get(Person, login))
    }
    assert people == {"1-1-101": ("", False), "zhang": ("张三", True), "wu": ("吴六", True)}
    assert list(problems(session, PLACE)) == []


def test_former_residents_are_listed_and_present_ones_are_not(session, home):
    since = let(session)
    assert [(one.tie, one.name) for one in former_residents(session, PLACE, TODAY)] == [(Tie.TENANT, "王五")]
    sold(session)

    former = former_residents(session, PLACE, TODAY)

    assert [(one.tie, one.since, one.until, one.name) for one in former] == [
        (Tie.HOLDER, FIRST, SOLD - timedelta(days=1), "张三"),
        (Tie.TENANT, since, date(2026, 7, 1), "王五"),
    ]
    assert former_resident(session, PLACE, Tie.HOLDER, HOME, FIRST, TODAY).phone == "13900000000"


def test_an_erased_name_without_its_entry_is_named(session, home):
    sold(session)
    first = session.get(Holder, (PLACE, home, FIRST))
    first.name, first.phone, first.erasure_no = "", "", 1
    session.add(first)
    session.flush()
    note_changed(session, Holder, [(PLACE, home, FIRST)])

    assert [problem.check for problem in problems(session, PLACE)] == ["erasure"]


def test_what_was_asked_can_be_sent_again_until_it_is_erased_but_not_as_somebody_else(session, home):
    first = sold(session)
    assert sold(session).no == first.no
    with pytest.raises(AskedDifferently):
        change_holder(
            session, PLACE, HOME, NewHolder("赵七"), TransferCause.SALE, SOLD, document=SHA, by=HE, at=NOON
        )
    change_holder(
        session,
        PLACE,
        HOME,
        NewHolder("赵七"),
        TransferCause.SALE,
        TODAY,
        document=SHA,
        by=HE,
        at=NOON,
    )
    erased(session, since=SOLD)

    with pytest.raises(ResidentErased):
        sold(session)
