"""A home is divided and homes are merged: from a day on, by a paper, with nothing of the fund lost and its history kept."""

import json
from datetime import date, timedelta

import pytest
from sqlmodel import select

from ledger.community.actions import appoint
from ledger.community.queries import (
    HomeEnded,
    area_and_homes,
    ended_on,
    head_keys,
    home,
    homes,
    seats,
)
from ledger.community.role_rules import Role, Seat
from ledger.community.rules import AreaSource, FirmKind, HomeKind
from ledger.community.tables import Holder, Person, Succession
from ledger.disclosure.accounts_queries import gather
from ledger.fees.charge_actions import charge_month
from ledger.fees.payment_actions import Slip, take_payment
from ledger.fees.queries import charged, outstanding
from ledger.fees.rules import Basis
from ledger.fees.tariff_actions import set_tariff
from ledger.fees.tariff_rules import NewPrice
from ledger.fees.waivers.actions import approve_waiver, request_waiver, withdraw_waiver
from ledger.fees.waivers.rules import Asked, Kind, Months
from ledger.files.rules import FileMissing
from ledger.findings.identities import identities
from ledger.fund.actions import NewDeposit, deposit, end_month
from ledger.fund.gains.actions import credit_interest, post_run, prepare_run
from ledger.fund.gains.queries import gains_shares_of
from ledger.fund.queries import parts_at, statements
from ledger.fund.returns.actions import declare_loss
from ledger.fund.rules import DepositKind, Standing
from ledger.fund.topups.queries import standings
from ledger.fund.unit_queries import building_ledger, sale_proof, unit_ledger
from ledger.fund.unit_rules import LineKind
from ledger.fund.uses.queries import bearers
from ledger.intake.preview_queries import homes_of
from ledger.intake.tables import BankLine
from ledger.journal.fsck import problems
from ledger.journal.queries import held
from ledger.journal.rules import AskedDifferently
from ledger.journal.tables import Entry
from ledger.log.queries import leaf
from ledger.operations.choices import homes as offered
from ledger.operations.choices import homes_still_open
from ledger.periods import Month, Period
from ledger.register.holder_actions import change_holder, move_in
from ledger.register.place_actions import correct_area
from ledger.register.queries import holders
from ledger.register.rules import HomeThere, NewHolder, NewTenant, OwnerMissing, TransferCause
from ledger.succession.actions import divide_home, merge_homes
from ledger.succession.rules import (
    AreasDiffer,
    MergedHome,
    NewPart,
    OwnersDiffer,
    PartsTooFew,
    StandsOpen,
    SuccessionAhead,
    SuccessionTooEarly,
)
from ledger.votes.actions import announce, cast
from ledger.votes.queries import totals
from ledger.votes.rules import Choice, Matter, NewMotion
from tests.cast import CHEN, HE, HUANG, MEI, NOON
from tests.factories import SHA, a_community, a_component, a_deposit, a_firm, a_home
from tests.fund.uses import a_plan, proposed

PLACE = "meiyuan"
TODAY = NOON.date()
DAY = date(2026, 7, 10)
OLD, NEXT = "1-1-101", "1-1-102"
A, B, BIG = "1-1-101A", "1-1-101B", "1-1-101大"
TWO = (NewPart("101A", 5_000), NewPart("101B", 3_000))
JUNE, JULY, AUGUST = Month(2026, 6), Month(2026, 7), Month(2026, 8)


@pytest.fixture
def place(session):
    """Two homes of one owner and one of another, with money in the fund and a price."""
    a_community(session)
    a_home(session, OLD, first_deposit_fen=300_001, owner="p-song")
    a_home(session, NEXT, area_dm2=6_000, first_deposit_fen=200_000, owner="p-song")
    a_home(session, "1-1-103")
    a_deposit(session, {OLD: 100_001, NEXT: 50_000})
    price = NewPrice(date(2026, 1, 1), Basis.PER_M2, 4_500)
    set_tariff(session, PLACE, "*", price, "决议 1", by=MEI, at=NOON)
    return PLACE


def divided(session, parts=TWO, since=DAY, **other):
    asked = {"home": OLD, "document": SHA, "area_document": None, "at": NOON} | other
    return divide_home(
        session,
        PLACE,
        asked["home"],
        list(parts),
        AreaSource.REGISTER,
        since,
        asked["document"],
        asked["area_document"],
        by=HE,
        at=asked["at"],
    )


def merged(session, others=(NEXT,), door="101大", area_dm2=14_000, since=DAY, of=OLD, **other):
    asked = {"document": SHA, "area_document": None, "at": NOON} | other
    return merge_homes(
        session,
        PLACE,
        of,
        list(others),
        MergedHome(door, area_dm2, AreaSource.REGISTER),
        since,
        asked["document"],
        asked["area_document"],
        by=HE,
        at=asked["at"],
    )


def parts(session, *of):
    return held(session, PLACE, "fund", "unit", of)


def codes(session):
    return {row.code for row in homes(session, PLACE)}


def sat(session, login="song-wei", of=OLD):
    session.add(Person(login=login, name="宋伟", password="-", since=NOON))
    session.flush()
    appoint(session, login, PLACE, Seat(Role.OWNER, of), date(2026, 1, 1), by=HE, at=NOON)


def own_homes(session, login="song-wei", on=TODAY):
    return {seat.home for seat in seats(session, login, PLACE, on)}


def test_a_home_becomes_two_and_its_part_of_the_fund_passes_to_the_fen(session, place):
    before = held(session, PLACE, "fund", "unit")

    assert [divided(session).fresh, divided(session).fresh] == [True, False]

    assert codes(session) == {A, B, NEXT, "1-1-103"}
    assert parts(session, OLD, A, B) == {OLD: 0, A: 62_501, B: 37_500}
    assert sum(held(session, PLACE, "fund", "unit").values()) == sum(before.values())
    assert [home(session, PLACE, code).first_deposit_fen for code in (A, B)] == [187_501, 112_500]
    assert ended_on(session, PLACE, OLD) == date(2026, 7, 9)
    assert list(problems(session, PLACE)) == []


def test_two_homes_become_one_with_all_that_both_had(session, place):
    merged(session)

    assert codes(session) == {"1-1-103", BIG}
    assert parts(session, OLD, NEXT, BIG) == {OLD: 0, NEXT: 0, BIG: 150_001}
    big = home(session, PLACE, BIG)
    assert (big.area_dm2, big.first_deposit_fen, big.kind) == (14_000, 500_001, HomeKind.COMMODITY)
    assert list(problems(session, PLACE)) == []


def test_a_mistake_is_put_right_by_merging_them_again_on_the_same_day(session, place):
    area = area_and_homes(session, PLACE)
    divided(session)

    merged(session, others=[B], area_dm2=8_000, of=A, door="101甲")

    assert codes(session) == {"1-1-101甲", NEXT, "1-1-103"}
    assert parts(session, OLD, A, B, "1-1-101甲") == {OLD: 0, A: 0, B: 0, "1-1-101甲": 100_001}
    assert home(session, PLACE, "1-1-101甲").first_deposit_fen == 300_001
    assert area_and_homes(session, PLACE) == area
    assert list(problems(session, PLACE)) == []


def test_the_statements_of_the_fund_are_the_same_before_and_after(session, place):
    end_month(session, PLACE, JUNE, exceptions={}, by=MEI, at=NOON)
    before = statements(session, PLACE, Period.parse("2026-06"))

    divided(session)
    end_month(session, PLACE, JULY, exceptions={}, by=MEI, at=NOON + timedelta(days=20))
    after = statements(session, PLACE, Period.parse("2026-07"))

    assert [line.figures[1] for line in after.s01] == [line.figures[1] for line in before.s01]
    wrong = [check for check in identities(session, PLACE, Period.parse("2026-07")) if check.holds is False]
    assert wrong == []
    assert list(problems(session, PLACE)) == []


def test_the_unit_ledgers_tell_that_it_passed(session, place):
    divided(session)

    old, new = unit_ledger(session, PLACE, OLD, TODAY), unit_ledger(session, PLACE, A, TODAY)
    assert [(line.kind, line.out_fen) for line in old.lines][-1] == (LineKind.SUCCESSION, 100_001)
    assert [(line.kind, line.in_fen, line.balance_fen) for line in new.lines] == [
        (LineKind.SUCCESSION, 62_501, 62_501)
    ]
    assert [[*passed] for passed in old.passed_parts] == [[TODAY, A, 0, 62_501], [TODAY, B, 0, 37_500]]
    assert [[*passed] for passed in new.passed_parts] == [[TODAY, OLD, 62_501, 0]]
    assert (old.standing, new.standing) == (None, Standing.SOUND)
    passed = [line for line in building_ledger(session, PLACE, "1") if line.kind is LineKind.SUCCESSION]
    assert sum(line.in_fen - line.out_fen for line in passed) == 0


def test_the_proof_for_a_sale_tells_what_passed_to_a_new_home_from_which_one(session, place):
    merged(session)
    topped_up = NewDeposit("R-9", DepositKind.TOPUP, 700, TODAY, BIG)
    deposit(session, PLACE, [topped_up], by=MEI, at=NOON)

    proof = sale_proof(session, PLACE, BIG, TODAY)

    assert [[*passed] for passed in proof.passed_parts] == [
        [TODAY, OLD, 100_001, 0],
        [TODAY, NEXT, 50_000, 0],
    ]
    assert (proof.deposited_fen, proof.balance_fen, proof.first_deposit_fen) == (700, 150_701, 500_001)
    before = sale_proof(session, PLACE, OLD, TODAY)
    assert [[*passed] for passed in before.passed_parts] == [[TODAY, BIG, 0, 100_001]]
    assert (before.deposited_fen, before.balance_fen, before.standing) == (100_001, 0, None)


def test_a_month_is_charged_to_the_homes_that_stand_on_its_last_day(session, place):
    charge_month(session, PLACE, Month(2026, 5), by=MEI, at=NOON)
    pay_all(session)
    divided(session)

    charge_month(session, PLACE, JUNE, by=MEI, at=NOON)
    charge_month(session, PLACE, JULY, by=MEI, at=NOON)

    owed = {
        code: [month for month, _ in due] for code, due in outstanding(session, PLACE, [OLD, A, B]).items()
    }
    assert owed == {OLD: ["2026-06"], A: ["2026-07"], B: ["2026-07"]}
    assert charged(session, PLACE, JUNE)[1] == charged(session, PLACE, JULY)[1]


def pay_all(session):
    for code, due in outstanding(session, PLACE).items():
        paid(session, code, sum(fen for _, fen in due))


def paid(session, code, fen):
    slip = Slip(f"S-{code}-{fen}", code, fen, DAY)
    return take_payment(session, PLACE, slip, by=MEI, at=NOON)


def test_what_ended_pays_what_it_owes_and_nothing_ahead(session, place):
    divided(session)
    charge_month(session, PLACE, JUNE, by=MEI, at=NOON)
    [(_, fen)] = outstanding(session, PLACE, [OLD])[OLD]
    assert OLD in [choice.value for choice in homes_still_open(session, PLACE, TODAY)]

    with pytest.raises(HomeEnded), session.begin_nested():
        paid(session, OLD, fen + 1)
    paid(session, OLD, fen)

    assert OLD not in outstanding(session, PLACE)
    assert OLD not in [choice.value for choice in homes_still_open(session, PLACE, TODAY)]


def test_area_and_homes_are_those_of_the_day(session, place):
    before = area_and_homes(session, PLACE)
    divided(session)

    assert area_and_homes(session, PLACE) == (before[0], before[1] + 1, before[2])
    assert area_and_homes(session, PLACE, date(2026, 7, 9)) == before
    assert area_and_homes(session, PLACE, DAY) == (before[0], before[1] + 1, before[2])


def test_the_half_year_before_is_told_as_it_was(session, place):
    end_month(session, PLACE, JUNE, exceptions={}, by=MEI, at=NOON)
    half = Period.parse("2026-H1")
    before = gather(session, PLACE, half, TODAY)

    divided(session)

    after = gather(session, PLACE, half, TODAY)
    assert after | {"log": None} == before | {"log": None}
    assert parts_at(session, PLACE, JUNE)[OLD] == 100_001


def test_an_announced_vote_keeps_its_roll_and_a_new_one_asks_the_new_homes(session, place):
    opens = TODAY + timedelta(days=20)
    motion = NewMotion("M-1", Matter.OTHER, "修大门", opens, opens + timedelta(days=20))
    announce(session, PLACE, motion, homes(session, PLACE), by=CHEN, at=NOON)
    before = totals(session, PLACE, "M-1")
    divided(session)
    assert OLD in [choice.value for choice in homes_still_open(session, PLACE, TODAY)]

    cast(session, PLACE, "M-1", {OLD: Choice.YES}, by=HE, at=NOON + timedelta(days=20))

    after = totals(session, PLACE, "M-1")
    assert (after.area_all, after.heads_all) == (before.area_all, before.heads_all)
    announce(session, PLACE, motion._replace(code="M-2"), homes(session, PLACE), by=CHEN, at=NOON)
    fresh = totals(session, PLACE, "M-2")
    assert (fresh.area_all, fresh.heads_all) == (before.area_all, before.heads_all)


def test_new_uses_topups_and_forms_know_the_new_homes_only(session, place):
    a_firm(session, "anju", FirmKind.CONTRACTOR)
    a_firm(session, "wuye", FirmKind.PROPERTY)
    a_component(session, "pump")
    divided(session)

    proposed(session, a_plan())

    now = [A, B, NEXT, "1-1-103"]
    assert [bearer.home for bearer in bearers(session, PLACE, "P-1")] == now
    assert [row.home for row in standings(session, PLACE, TODAY)] == now
    assert [choice.value for choice in offered(session, PLACE, TODAY)] == now
    assert [row.home for row in holders(session, PLACE)] == now


def test_gains_of_a_time_before_go_to_what_a_home_became(session, place):
    credit_interest(session, PLACE, 15_001, date(2026, 6, 20), key="i-1", by=MEI, at=NOON)
    end_month(session, PLACE, JUNE, exceptions={}, by=MEI, at=NOON)
    prepare_run(session, PLACE, "G-1", "2026-H1", 15_001, by=MEI, at=NOON)
    divided(session)
    prepare_run(session, PLACE, "G-2", "2026-H1", 15_001, by=MEI, at=NOON)
    assert {share.bearer for share in gains_shares_of(session, PLACE, "G-2")} == {A, B, NEXT}
    before = parts(session, OLD, A, B, NEXT)

    post_run(session, PLACE, "G-1", by=HUANG, at=NOON)

    after = parts(session, OLD, A, B, NEXT)
    assert after[OLD] == 0
    assert sum(after.values()) == sum(before.values()) + 15_001
    assert after[A] - before[A] == 6_251
    assert list(problems(session, PLACE)) == []


def test_the_owner_stays_one_head_and_signs_in_for_what_it_became(session, place):
    sat(session)

    divided(session)

    keys = head_keys(session, PLACE, homes(session, PLACE))
    assert {keys[A], keys[B], keys[NEXT]} == {"p-song"}
    assert own_homes(session) == {OLD, A, B}
    merged(session, others=[NEXT], of=A, area_dm2=11_000, door="201大")
    assert own_homes(session) == {OLD, A, B, "1-1-201大"}


def test_whoever_sold_all_that_it_became_signs_in_for_what_it_was_no_longer(session, place):
    sat(session)
    divided(session)

    sold(session, A)
    assert own_homes(session) == {OLD, B}
    sold(session, B)
    assert own_homes(session) == set()


def sold(session, of):
    return change_holder(
        session, PLACE, of, NewHolder("买方"), TransferCause.SALE, TODAY, document=SHA, by=HE, at=NOON
    )


def test_another_owner_who_is_named_has_his_part(session, place):
    sat(session)

    divided(session, [NewPart("101A", 5_000), NewPart("101B", 3_000, "宋 芳", "13900000000")])

    holder = session.get(Holder, (PLACE, B, DAY))
    assert (holder.name, holder.phone, holder.person_key != "p-song") == ("宋 芳", "13900000000", True)
    assert own_homes(session) == {OLD, A}


def test_the_log_tells_neither_the_homes_nor_their_owner(session, place):
    body = leaf(session, PLACE, divided(session).leaf_index).body

    content = json.loads(body)
    assert (content["what"], content["facts"], content["att"]) == (
        "home.divided",
        {"homes": 2, "since": "2026-07-10"},
        [SHA],
    )
    assert "101" not in body.decode().replace(SHA, "")
    kinds = [entry.kind for entry in session.exec(select(Entry).order_by(Entry.no))]
    assert kinds[-3:] == ["book.widened", "fund.part-passed", "home.divided"]


@pytest.mark.parametrize(
    ("refusal", "asked"),
    [
        (PartsTooFew, {"parts": [NewPart("101A", 8_000)]}),
        (AreasDiffer, {"parts": [NewPart("101A", 5_000), NewPart("101B", 3_001)]}),
        (HomeThere, {"parts": [NewPart("101A", 5_000), NewPart("102", 3_000)]}),
        (HomeThere, {"parts": [NewPart("101A", 5_000), NewPart("101A", 3_000)]}),
        (HomeThere, {"parts": [NewPart("101", 5_000), NewPart("101B", 3_000)]}),
        (SuccessionAhead, {"since": TODAY + timedelta(days=1)}),
        (SuccessionTooEarly, {"since": date(2019, 12, 31)}),
        (FileMissing, {"document": "ab" * 32}),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_written(session, place, refusal, asked):
    entries = len(session.exec(select(Entry)).all())
    with pytest.raises(refusal), session.begin_nested():
        divided(session, **asked)

    assert codes(session) == {OLD, NEXT, "1-1-103"}
    assert session.exec(select(Succession)).all() == []
    assert len(session.exec(select(Entry)).all()) == entries


def test_areas_that_differ_come_with_the_paper_that_corrects_them(session, place):
    divided(session, [NewPart("101A", 5_000), NewPart("101B", 3_050)], area_document=SHA)

    assert area_and_homes(session, PLACE)[0] == 8_000 + 6_000 + 8_000 + 50


def test_an_owner_of_another_home_does_not_merge_with_it(session, place):
    with pytest.raises(OwnersDiffer):
        merged(session, others=["1-1-103"], area_dm2=16_000)


def test_unsold_homes_stay_their_developers(session, place):
    a_firm(session, "kaifa", FirmKind.DEVELOPER)
    a_home(session, "1-1-201", kind=HomeKind.UNSOLD, seller="kaifa")
    two = [NewPart("201A", 4_000), NewPart("201B", 4_000)]
    for holder in session.exec(select(Holder).where(Holder.home == "1-1-201")):
        session.delete(holder)
    session.flush()

    with pytest.raises(OwnerMissing), session.begin_nested():
        divided(session, [two[0], two[1]._replace(name="买方")], home="1-1-201")
    divided(session, two, home="1-1-201")

    of = [home(session, PLACE, code) for code in ("1-1-201A", "1-1-201B")]
    assert set(head_keys(session, PLACE, of).values()) == {"developer:kaifa"}
    assert {row.seller for row in of} == {"kaifa"}


def test_nothing_more_is_done_with_a_home_that_ended(session, place):
    divided(session)
    again = {"document": SHA, "by": HE, "at": NOON}

    for refused in (
        lambda: divided(session, [NewPart("301", 4_000), NewPart("302", 4_000)], since=TODAY),
        lambda: merged(session, of=NEXT, others=[OLD], door="9"),
        lambda: change_holder(session, PLACE, OLD, NewHolder("买方"), TransferCause.SALE, TODAY, **again),
        lambda: correct_area(session, PLACE, OLD, 7_000, AreaSource.SURVEY, SHA, by=HE, at=NOON),
        lambda: move_in(session, PLACE, OLD, NewTenant("租户"), TODAY, SHA, by=HE, at=NOON),
        lambda: declare_loss(session, PLACE, "L-1", [OLD], TODAY, by=HUANG, at=NOON),
        lambda: deposit(
            session, PLACE, [NewDeposit("R-9", DepositKind.TOPUP, 1, TODAY, OLD)], by=MEI, at=NOON
        ),
    ):
        with pytest.raises((HomeEnded, AskedDifferently)), session.begin_nested():
            refused()
    with pytest.raises(HomeEnded, match="1-1-101A、1-1-101B"):
        correct_area(session, PLACE, OLD, 7_000, AreaSource.SURVEY, SHA, by=HE, at=NOON)


def owes(session):
    charge_month(session, PLACE, JUNE, by=MEI, at=NOON)


def has_paid_ahead(session):
    paid(session, OLD, 1)


def is_let(session):
    move_in(session, PLACE, OLD, NewTenant("租户"), date(2026, 3, 1), SHA, by=HE, at=NOON)


def bears_a_use(session):
    a_firm(session, "anju", FirmKind.CONTRACTOR)
    a_firm(session, "wuye", FirmKind.PROPERTY)
    a_component(session, "pump")
    proposed(session, a_plan())


def is_lost(session):
    declare_loss(session, PLACE, "L-1", [OLD], TODAY, by=HUANG, at=NOON)


@pytest.mark.parametrize(
    ("open_of_it", "said"),
    [
        (owes, "还欠物业费：先收清或者减免"),
        (has_paid_ahead, "还有预交的物业费：先抵完或者退还"),
        (is_let, "还登记着租户：先登记搬出"),
        (bears_a_use, "1-1-101 P-1 维修资金还没有付完、分摊完：先办完"),
        (is_lost, "已经登记灭失"),
    ],
)
def test_what_is_open_is_settled_first(session, place, open_of_it, said):
    open_of_it(session)

    with pytest.raises(StandsOpen, match=said):
        divided(session)


def waived(session, code="W-1", first=JULY, last=AUGUST):
    half = Asked(percent=50)
    request_waiver(
        session,
        PLACE,
        code,
        Kind.SERVICE_DEFECT,
        half,
        Months(first, last),
        home=OLD,
        basis="漏水",
        by=MEI,
        at=NOON,
    )
    approve_waiver(session, PLACE, code, by=CHEN, at=NOON)


def test_a_waiver_of_months_that_the_new_homes_are_charged_is_decided_anew_first(session, place):
    waived(session, first=JUNE)
    with pytest.raises(StandsOpen, match=r"1-1-101 W-1 减免.*先撤回.*在新的户上申请") as refused:
        divided(session)
    assert "take it back" in refused.value.sentence("en")

    withdraw_waiver(session, PLACE, "W-1", reason="要分户", by=CHEN, at=NOON)
    waived(session, "W-2", JUNE, JUNE)
    divided(session)

    charge_month(session, PLACE, JUNE, by=MEI, at=NOON)
    assert outstanding(session, PLACE, [OLD]) == {OLD: [("2026-06", 18_00)]}


def test_a_waiver_whose_months_are_all_charged_to_the_home_that_ends_stands_against_nothing(session, place):
    waived(session, last=JULY)
    charge_month(session, PLACE, JULY, by=MEI, at=NOON)
    pay_all(session)

    assert divided(session).fresh


def test_a_receipt_for_a_door_that_ended_waits_for_a_person(session, place):
    divided(session)
    lines = [
        BankLine(remark=remark, counterparty="", amount_fen=100)
        for remark in (f"{OLD} 物业费", f"{NEXT} 物业费")
    ]

    assert [match.home for match in homes_of(session, PLACE, lines, "salt")] == [None, NEXT]
