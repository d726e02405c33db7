"""A firm goes: notice, list, marks, signatures."""

from datetime import date, timedelta

import pytest
from sqlmodel import col, select

from ledger.community.role_rules import Actor, Role, SamePerson
from ledger.community.rules import FirmKind, Mode
from ledger.community.tables import ServiceContract
from ledger.fees.charge_actions import charge_month
from ledger.fees.modes.actions import begin_mode
from ledger.fees.payment_actions import Payment
from ledger.fees.payment_actions import receive as receive_fee
from ledger.fees.rules import Basis, NobodyMayCharge
from ledger.fees.tariff_actions import set_tariff
from ledger.fees.tariff_rules import NewPrice
from ledger.files.queries import files_of
from ledger.files.rules import FileMissing, Purpose
from ledger.findings.queries import candidates
from ledger.findings.rules import Flag
from ledger.handover.actions import (
    add_items,
    draw_up,
    give_notice,
    mark,
    pass_on,
    refuse_handover,
    sign,
    take_over,
)
from ledger.handover.queries import (
    NoEnding,
    NoItem,
    NoServiceContract,
    ending,
    firm_may_charge,
    items,
    missing_items,
    overdue,
    renewal_calendar,
    services,
    signatures,
    stands,
)
from ledger.handover.rules import (
    Cause,
    HandoverSigned,
    ItemKind,
    ItemsOpen,
    ItemState,
    Mark,
    MissingWithoutNote,
    NewItem,
    NotByHand,
    NothingToHandOver,
    NoticeTooLate,
    NotPrepaid,
    NotTheirNotice,
    RefusalDay,
    Standing,
    TakeOverDay,
    Treatment,
)
from ledger.journal.queries import entry
from ledger.journal.rules import AskedDifferently
from ledger.journal.tables import Entry
from ledger.log.tables import Leaf
from ledger.periods import Month, statutory_holidays
from ledger.register.local_actions import enter_calendar
from ledger.revenue.deposit_actions import take_deposit
from ledger.revenue.electricity_actions import pay_electricity_on
from ledger.revenue.electricity_queries import electricity_held
from ledger.revenue.receipt_actions import receive
from ledger.revenue.rules import Category
from ledger.votes.rules import Matter, NoResolutionPassed
from ledger.words import told
from tests.cast import CHEN, LIN, MEI, NOON
from tests.factories import SHA, a_firm, a_paper
from tests.revenue.owners import EVIDENCE, HOMES, PLACE, a_contract, a_resolution, owners_place

END = date(2026, 12, 31)
LAST = date(2026, 9, 30)


def served(session, *, ends_on=END):
    """A place with a property firm, and owners who have decided to dismiss it."""
    owners_place(session)
    a_firm(session, "wuye", FirmKind.PROPERTY)
    session.add(
        ServiceContract(
            community=PLACE, number="WY-1", firm="wuye", starts_on=date(2024, 1, 1), ends_on=ends_on
        )
    )
    session.flush()
    a_resolution(session, "M-F", Matter.FIRM)


def notice(session, cause=Cause.DISMISSED, last_day=LAST, *, motion="M-F", by=CHEN, at=NOON, number="WY-1"):
    return give_notice(
        session, PLACE, number, cause, last_day, motion=motion, evidence=EVIDENCE, by=by, at=at
    )


def test_a_notice_that_nobody_handed_in_is_none(session):
    served(session)

    with pytest.raises(FileMissing):
        give_notice(
            session, PLACE, "WY-1", Cause.DISMISSED, LAST, motion="M-F", evidence="0" * 64, by=CHEN, at=NOON
        )


def listed(session):
    """A list with what the books know: somebody prepaid, somebody owes, a deposit, a contract that runs on."""
    a_contract(session)
    take_deposit(session, PLACE, "GY-1", 500_00, date(2026, 2, 1), reference="d", by=MEI, at=NOON)
    set_tariff(
        session,
        PLACE,
        "*",
        NewPrice(date(2026, 1, 1), Basis.PER_HOUSEHOLD, 100_000),
        "决议 1",
        by=MEI,
        at=NOON,
    )
    charge_month(session, PLACE, Month(2026, 7), by=MEI, at=NOON)
    receive_fee(session, PLACE, [Payment("p", HOMES[0], 25_00, date(2026, 7, 2))], by=MEI, at=NOON)
    notice(session)
    return draw_up(session, PLACE, "WY-1", by=MEI, at=NOON)


def charge(session, month):
    return charge_month(session, PLACE, Month(2026, month), by=MEI, at=NOON)


def all_handed(session, **but):
    marks = {item.no: (ItemState.HANDED, "") for item in items(session, PLACE, "WY-1")} | but.get("but", {})
    marked(session, marks)


def marked(session, marks):
    ticks = [Mark(no, state, note) for no, (state, note) in marks.items()]
    return mark(session, PLACE, "WY-1", ticks, by=CHEN, at=NOON)


def test_the_owners_dismiss_by_their_decision_with_sixty_days(session):
    served(session)

    with pytest.raises(NoResolutionPassed, match="278"):
        notice(session, motion="M-0")
    with pytest.raises(NoResolutionPassed):
        notice(session, motion=None)
    with pytest.raises(NoticeTooLate, match="2026年9月13日"):
        notice(session, last_day=date(2026, 9, 12))
    with pytest.raises(NotTheirNotice):
        notice(session, by=MEI)
    with pytest.raises(NoServiceContract):
        notice(session, number="WY-9")
    given = notice(session)
    assert (given.noticed_on, given.handover_by) == (date(2026, 7, 15), date(2026, 10, 30))
    assert notice(session) == given
    with pytest.raises(AskedDifferently):
        notice(session, last_day=date(2026, 10, 1))
    assert stands(session, PLACE, "WY-1", date(2026, 10, 1)) is Standing.ENDED


def test_a_firm_leaves_by_its_own_word_without_a_vote(session):
    served(session)

    assert notice(session, Cause.FIRM_LEAVES, END, motion=None, by=MEI).cause is Cause.FIRM_LEAVES
    assert renewal_calendar(session, PLACE, "WY-1").firm_notice_by == date(2026, 10, 2)


def test_a_contract_that_ran_on_is_ended_by_either_side_with_sixty_days(session):
    served(session, ends_on=date(2026, 3, 31))
    assert stands(session, PLACE, "WY-1", date(2026, 7, 15)) is Standing.INDEFINITE

    with pytest.raises(NoticeTooLate, match="第948条"):
        notice(session, Cause.INDEFINITE_ENDED, date(2026, 9, 12), by=MEI, motion=None)
    assert notice(session, Cause.INDEFINITE_ENDED, date(2026, 9, 13), by=MEI, motion=None)


def test_the_books_draw_the_list_up_once(session):
    served(session)

    rows = [(item.kind, item.subject, item.amount_fen) for item in listed(session)]

    assert rows == [
        (ItemKind.PREPAID, HOMES[0], 15_00),
        *[(ItemKind.UNPAID, home, 10_00) for home in HOMES[1:]],
        (ItemKind.DEPOSIT, "media@GY-1", 500_00),
        (ItemKind.CONTRACT, "GY-1", None),
    ]
    assert len(draw_up(session, PLACE, "WY-1", by=CHEN, at=NOON)) == len(rows)


def test_electricity_of_charging_that_is_still_to_be_paid_on_is_listed_as_it_is_held(session):
    served(session)
    for number in ("CD-1", "CD-2"):
        a_contract(
            session, number, category=Category.EV_CHARGING, object="电动自行车充电棚", price_fen=40_000
        )
        receive(
            session, PLACE, number, 100_00, date(2026, 2, 9), reference=f"c-{number}", electricity_fen=200_00,
            by=MEI, at=NOON,
        )  # fmt: skip
    for number, fen in (("CD-1", 150_00), ("CD-2", 200_00)):
        pay_electricity_on(
            session, PLACE, number, fen, date(2026, 3, 5), supplier="wuye", voucher_no=f"DF-{number}",
            by=MEI, at=NOON,
        )  # fmt: skip

    rows = [(item.kind, item.subject, item.amount_fen) for item in listed(session)]

    held_on = [(whose, fen) for kind, whose, fen in rows if kind is ItemKind.ELECTRICITY]
    assert held_on == [("media@CD-1", 50_00)] == [*electricity_held(session, PLACE).items()]
    assert (
        rows.index((ItemKind.ELECTRICITY, *held_on[0]))
        == rows.index((ItemKind.DEPOSIT, "media@GY-1", 500_00)) + 1
    )


def test_without_a_notice_there_is_nothing_to_hand_over(session):
    served(session)

    for action in (draw_up, sign):
        with pytest.raises(NoEnding):
            action(session, PLACE, "WY-1", by=MEI, at=NOON)
    with pytest.raises(NoEnding):
        add_items(session, PLACE, "WY-1", [NewItem(ItemKind.KEYS, "水泵房")], by=MEI, at=NOON)


def test_keys_are_added_by_hand_and_money_is_not(session):
    served(session)
    listed(session)
    who = {"by": MEI, "at": NOON}

    added = add_items(session, PLACE, "WY-1", [NewItem(ItemKind.KEYS, "水泵房钥匙")], **who)

    assert [item.no for item in added] == [1, 2, 3, 4, 5, 6, 7]
    with pytest.raises(NotByHand):
        add_items(session, PLACE, "WY-1", [NewItem(ItemKind.DEPOSIT, "x")], **who)


def test_both_sides_sign_what_they_looked_at_and_then_it_stands(session):
    served(session)
    notice(session)
    with pytest.raises(NothingToHandOver):
        sign(session, PLACE, "WY-1", by=MEI, at=NOON)
    add_items(
        session,
        PLACE,
        "WY-1",
        [NewItem(ItemKind.KEYS, "钥匙"), NewItem(ItemKind.FILES, "竣工图")],
        by=MEI,
        at=NOON,
    )
    with pytest.raises(ItemsOpen, match="2"):
        sign(session, PLACE, "WY-1", by=MEI, at=NOON)
    all_handed(session, but={2: (ItemState.MISSING, "缺竣工图三张")})

    ours = sign(session, PLACE, "WY-1", by=MEI, at=NOON)

    assert sign(session, PLACE, "WY-1", by=MEI, at=NOON) == ours
    with pytest.raises(SamePerson):
        sign(session, PLACE, "WY-1", by=Actor("mei", Role.COMMITTEE), at=NOON)
    with pytest.raises(HandoverSigned):
        all_handed(session)
    with pytest.raises(HandoverSigned):
        add_items(session, PLACE, "WY-1", [NewItem(ItemKind.KEYS, "又一把")], by=CHEN, at=NOON)
    sign(session, PLACE, "WY-1", by=CHEN, at=NOON)
    both = signatures(session, PLACE, "WY-1")
    assert [(s.side.value, s.by_login) for s in both] == [("firm", "mei"), ("owners", "chen")]
    assert both[0].list_sha256 == both[1].list_sha256
    assert [(m.no, m.note) for m, _ in missing_items(session, PLACE)] == [(2, "缺竣工图三张")]


def test_what_is_marked_is_on_the_list_and_what_is_missing_has_a_note(session):
    served(session)
    listed(session)

    for marks, refusal in (
        ({99: (ItemState.HANDED, "")}, NoItem),
        ({1: (ItemState.MISSING, " ")}, MissingWithoutNote),
    ):
        with pytest.raises(refusal):
            marked(session, {2: (ItemState.HANDED, "")} | marks)
    assert {item.state for item in items(session, PLACE, "WY-1")} == {ItemState.LISTED}


def test_prepaid_fees_go_back_to_their_owners_unless_they_are_passed_on(session):
    """物业服务纠纷解释 Art. 3."""
    served(session)
    assert [i.treatment for i in listed(session)] == [Treatment.REFUND] + [None] * 5

    for number, refusal in ((2, NotPrepaid), (99, NoItem)):
        with pytest.raises(refusal):
            pass_on(session, PLACE, "WY-1", [1, number], by=CHEN, at=NOON)
    assert items(session, PLACE, "WY-1")[0].treatment is Treatment.REFUND
    pass_on(session, PLACE, "WY-1", [1], by=CHEN, at=NOON)
    assert items(session, PLACE, "WY-1")[0].treatment is Treatment.FORWARD


def test_a_handover_that_not_both_have_signed_is_late_after_its_day(session):
    served(session)
    notice(session)
    add_items(session, PLACE, "WY-1", [NewItem(ItemKind.KEYS, "钥匙")], by=MEI, at=NOON)
    all_handed(session)
    sign(session, PLACE, "WY-1", by=LIN, at=NOON)

    assert overdue(session, PLACE, date(2026, 10, 30)) == []
    assert [e.contract for e in overdue(session, PLACE, date(2026, 10, 31))] == ["WY-1"]
    sign(session, PLACE, "WY-1", by=MEI, at=NOON)
    assert overdue(session, PLACE, date(2026, 10, 31)) == []


def test_b6_a_day_that_was_counted_with_an_assumed_year_says_so_as_long_as_that_is_assumed(session):
    served(session)
    notice(session, Cause.EXPIRED, END)
    add_items(session, PLACE, "WY-1", [NewItem(ItemKind.KEYS, "钥匙")], by=MEI, at=NOON)
    session.expire_all()

    def told_by():
        service = services(session, PLACE, LAST)[0]["handover_by"]
        [late] = overdue(session, PLACE, date(2027, 2, 2))
        [finding] = [
            f
            for f in candidates(session, PLACE, LAST, date(2027, 2, 2))
            if (f.flag, f.subject) == (Flag.HANDOVER_GAPS, "WY-1")
        ]
        return told(service, "zh"), told(late.handover_by, "zh"), finding.zh

    assert all("2027年2月1日（暂按法定节假日推算）" in words for words in told_by())
    enter_calendar(session, PLACE, 2027, sorted(statutory_holidays(2027)), SHA, by=MEI, at=NOON)
    assert not any("暂按" in words for words in told_by())


def test_until_somebody_takes_over_the_firm_serves_and_charges(session):
    served(session)
    assert firm_may_charge(session, PLACE, "WY-1", date(2030, 1, 1))
    notice(session)
    after = LAST + timedelta(days=1)
    assert firm_may_charge(session, PLACE, "WY-1", after)

    take_over(session, PLACE, "WY-1", after, EVIDENCE, by=CHEN, at=NOON)

    assert not firm_may_charge(session, PLACE, "WY-1", after)
    assert firm_may_charge(session, PLACE, "WY-1", LAST)


def test_the_next_firm_comes_after_the_contract_and_a_refusal_after_the_notice(session):
    served(session)
    notice(session)
    noticed_on = ending(session, PLACE, "WY-1").noticed_on

    for on in (date(2001, 1, 1), LAST, date(2100, 12, 31)):
        with pytest.raises(TakeOverDay, match="950"):
            take_over(session, PLACE, "WY-1", on, EVIDENCE, by=CHEN, at=NOON)
    for on in (noticed_on - timedelta(days=1), NOON.date() + timedelta(days=1)):
        with pytest.raises(RefusalDay, match="949"):
            refuse_handover(session, PLACE, "WY-1", on, EVIDENCE, by=CHEN, at=NOON)
    with pytest.raises(NoServiceContract):
        take_over(session, PLACE, "WY-9", LAST + timedelta(days=1), EVIDENCE, by=CHEN, at=NOON)


def test_a_wrong_first_day_of_the_next_firm_is_put_right_by_a_paper(session):
    served(session)
    notice(session)
    take_over(session, PLACE, "WY-1", LAST + timedelta(days=20), EVIDENCE, by=CHEN, at=NOON)

    right = a_paper(session, b"%PDF-1.7 the contract of the next firm")
    end = take_over(session, PLACE, "WY-1", LAST + timedelta(days=1), right, by=CHEN, at=NOON)

    assert end.taken_over_on == LAST + timedelta(days=1)
    assert not firm_may_charge(session, PLACE, "WY-1", LAST + timedelta(days=1))
    take_over(
        session, PLACE, "WY-1", LAST + timedelta(days=20), EVIDENCE, by=CHEN, at=NOON
    )  # it was right after all
    assert firm_may_charge(session, PLACE, "WY-1", LAST + timedelta(days=19))


def test_a_firm_that_refuses_to_hand_over_charges_nothing_after_its_last_day(session):
    served(session)
    notice(session)

    refuse_handover(session, PLACE, "WY-1", NOON.date(), EVIDENCE, by=CHEN, at=NOON)

    assert firm_may_charge(session, PLACE, "WY-1", LAST)
    assert not firm_may_charge(session, PLACE, "WY-1", LAST + timedelta(days=1))


@pytest.mark.parametrize(
    ("does", "on", "purpose"),
    [
        (take_over, LAST + timedelta(days=1), Purpose.HANDOVER),
        (refuse_handover, NOON.date(), Purpose.NOTICE),
    ],
)
def test_who_comes_next_and_who_refuses_is_entered_by_a_paper_once(session, does, on, purpose):
    served(session)
    notice(session)
    with pytest.raises(FileMissing), session.begin_nested():
        does(session, PLACE, "WY-1", on, "0" * 64, by=CHEN, at=NOON)

    for _ in range(2):
        does(session, PLACE, "WY-1", on, EVIDENCE, by=CHEN, at=NOON)

    assert purpose in {use.purpose for use, _ in files_of(session, PLACE, "service/WY-1")}
    posted = session.exec(
        select(Entry).where(Entry.subject == "service/WY-1").order_by(col(Entry.no).desc())
    ).all()
    assert [one.kind.partition(".")[0] for one in posted] == ["handover", "service"]
    assert f'"att":["{EVIDENCE}"]' in session.get(Leaf, (PLACE, posted[0].leaf_index)).body.decode()
    with pytest.raises(AskedDifferently):
        does(session, PLACE, "WY-1", on, a_paper(session, b"%PDF-1.7 other"), by=CHEN, at=NOON)


def test_the_month_is_charged_for_the_days_of_the_firm_that_went_and_no_more(session):
    """民法典 Arts. 949, 950: the contract ends on 30 September and the next firm comes on 16 October."""
    served(session)
    set_tariff(
        session,
        PLACE,
        "*",
        NewPrice(date(2026, 1, 1), Basis.PER_HOUSEHOLD, 310_000),
        "决议 1",
        by=MEI,
        at=NOON,
    )
    notice(session)
    assert charge(session, 9).total_fen == len(HOMES) * 31_00

    take_over(session, PLACE, "WY-1", date(2026, 10, 16), EVIDENCE, by=CHEN, at=NOON)

    assert charge(session, 10).total_fen == len(HOMES) * 15_00  # by days, though a part month is whole here
    with pytest.raises(NobodyMayCharge, match=r"2026年10月15日.*第949、950条"):
        charge(session, 11)
    session.add(
        ServiceContract(
            community=PLACE, number="WY-2", firm="wuye", starts_on=date(2026, 11, 10), ends_on=date(2028, 12, 31)
        )
    )  # fmt: skip
    session.flush()
    assert charge(session, 11).total_fen == len(HOMES) * 21_70  # 21 of 30 days
    assert charge(session, 12).total_fen == len(HOMES) * 31_00


def test_a_firm_that_refuses_charges_not_a_day_more_and_owners_who_manage_themselves_do(session):
    served(session)
    set_tariff(
        session,
        PLACE,
        "*",
        NewPrice(date(2026, 1, 1), Basis.PER_HOUSEHOLD, 310_000),
        "决议 1",
        by=MEI,
        at=NOON,
    )
    notice(session)
    refuse_handover(session, PLACE, "WY-1", NOON.date(), EVIDENCE, by=CHEN, at=NOON)

    with pytest.raises(NobodyMayCharge, match="2026年9月30日"):
        charge(session, 10)
    begin_mode(session, PLACE, Mode.SELF, LAST, until=None, reference="决议 2", by=CHEN, at=NOON)
    with pytest.raises(NobodyMayCharge):  # it began while the firm still served
        charge(session, 10)
    begin_mode(
        session, PLACE, Mode.QUASI, date(2026, 10, 1), until=None, reference="决议 3", by=CHEN, at=NOON
    )
    assert charge(session, 10).total_fen == len(HOMES) * 31_00


def test_the_log_says_that_it_was_signed_and_names_no_home(session):
    served(session)
    listed(session)
    all_handed(session)

    signed = sign(session, PLACE, "WY-1", by=MEI, at=NOON)

    body = session.get(Leaf, (PLACE, entry(session, PLACE, signed.entry_no).leaf_index)).body.decode()
    assert '"items":6' in body
    assert HOMES[0] not in body
    assert signed.list_sha256 not in body
