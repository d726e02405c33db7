"""Waivers: asked for by one, granted by another, taken off home by home, out of the collection rate."""

from datetime import date
from fractions import Fraction

import pytest
from sqlmodel import select

from ledger.community.queries import NoHome
from ledger.community.role_rules import SamePerson
from ledger.community.tables import Community
from ledger.fees.payment_actions import reverse_payment
from ledger.fees.queries import collection, outstanding
from ledger.fees.tables import Waived
from ledger.fees.waivers.actions import approve_waiver, reject_waiver, request_waiver, withdraw_waiver
from ledger.fees.waivers.queries import waived_by_kind
from ledger.fees.waivers.rules import (
    Asked,
    Kind,
    Months,
    NoVacancyDiscount,
    Standing,
    State,
    SubsidyInstead,
    WaiverDecided,
    WaiverMalformed,
    cuts,
)
from ledger.journal.queries import entry_by_key, held, moves_of
from ledger.journal.rules import AskedDifferently
from ledger.journal.tables import Entry
from ledger.log.tables import Leaf
from ledger.periods import Period
from tests.cast import CHEN, LIN, MEI, NOON
from tests.fees.homes import (
    AUGUST,
    JULY,
    JUNE,
    ONE,
    PLACE,
    THREE,
    TWO,
    a_contract,
    a_payment,
    books_agree,
    charge,
    pay,
    three_homes,
)

Q3 = Period.parse("2026-Q3")


def asked_for(
    session,
    code="W-1",
    *,
    kind=Kind.SERVICE_DEFECT,
    home=ONE,
    percent=None,
    fen=None,
    first=JUNE,
    last=JULY,
    basis="电梯停用",
):
    percent = 10 if percent is None and fen is None else percent
    return request_waiver(
        session,
        PLACE,
        code,
        kind,
        Asked(percent, fen),
        Months(first, last),
        home=home,
        basis=basis,
        by=MEI,
        at=NOON,
    )


def granted(session, code="W-1", by=CHEN, **asked):
    asked_for(session, code, **asked)
    return approve_waiver(session, PLACE, code, by=by, at=NOON)


def test_what_is_waived_of_a_charge_is_owed_no_more_and_stands_on_its_own_account(session):
    three_homes(session)
    charge(session, JUNE)

    granted(session)

    assert outstanding(session, PLACE, [ONE]) == {ONE: [("2026-06", 32_40)]}
    taken = entry_by_key(session, PLACE, "waiver/W-1/taken-off")
    assert [(m.debit, m.credit, m.amount_fen, m.home) for m in moves_of(session, PLACE, taken.no)] == [
        ("5001", "1122", 3_60, ONE)
    ]
    books_agree(session)


def test_a_waiver_takes_off_each_later_month_of_its_period_and_none_after_it(session):
    three_homes(session)
    granted(session, first=JULY, last=JULY)
    charge(session, JULY)
    charge(session, AUGUST)

    assert outstanding(session, PLACE, [ONE]) == {ONE: [("2026-07", 32_40), ("2026-08", 36_00)]}
    books_agree(session)


def test_a_waiver_for_everybody_is_one_entry(session):
    three_homes(session)
    charge(session, JULY)
    entries = len(session.exec(select(Entry)).all())

    granted(session, home=None, fen=1_00, kind=Kind.PROMOTION, first=JULY, last=JULY)

    assert outstanding(session, PLACE) == {home: [("2026-07", 35_00)] for home in (ONE, TWO, THREE)}
    assert len(session.exec(select(Entry)).all()) == entries + 3  # asked, granted, taken off


def test_what_was_paid_of_a_waived_charge_becomes_a_prepayment_and_pays_what_else_is_owed(session):
    three_homes(session)
    charge(session, JUNE)
    pay(session, a_payment(ONE, 36_00), a_payment(TWO, 36_00))
    charge(session, JULY)

    granted(session, last=JUNE)  # ONE owes July: what June released pays for that
    assert outstanding(session, PLACE, [ONE]) == {ONE: [("2026-07", 32_40)]}
    granted(session, "W-2", home=TWO, percent=100, last=JUNE)
    assert TWO not in outstanding(session, PLACE)
    pay(session, a_payment(ONE, 32_40))
    granted(session, "W-3", percent=50, first=JULY)

    assert held(session, PLACE, "fee", "prepaid")[ONE] == 18_00
    books_agree(session)


def test_several_waivers_never_take_off_more_than_was_charged(session):
    three_homes(session)
    charge(session, JUNE)
    for code, percent in (("W-1", 60), ("W-2", 60)):
        granted(session, code, percent=percent)
    charge(session, JULY)

    assert ONE not in outstanding(session, PLACE)
    assert sum(row.amount_fen for row in session.exec(select(Waived))) == 72_00
    books_agree(session)


def test_whoever_asks_does_not_grant_and_what_is_decided_is_decided(session):
    three_homes(session)
    asked_for(session)
    with pytest.raises(SamePerson):
        approve_waiver(session, PLACE, "W-1", by=MEI, at=NOON)
    reject_waiver(session, PLACE, "W-1", reason="证据不足", by=CHEN, at=NOON)

    with pytest.raises(WaiverDecided):
        approve_waiver(session, PLACE, "W-1", by=LIN, at=NOON)
    with pytest.raises(WaiverDecided):
        withdraw_waiver(session, PLACE, "W-1", reason="误批", by=CHEN, at=NOON)
    assert asked_for(session).state is State.REJECTED  # asking again finds what was asked
    with pytest.raises(AskedDifferently):
        asked_for(session, home=TWO)


def test_granting_twice_grants_once(session):
    three_homes(session)
    charge(session, JUNE)
    first = granted(session)

    assert approve_waiver(session, PLACE, "W-1", by=CHEN, at=NOON) == first._replace(fresh=False)
    assert outstanding(session, PLACE, [ONE]) == {ONE: [("2026-06", 32_40)]}


def test_a_withdrawn_waiver_is_owed_again_and_takes_off_nothing_more(session):
    three_homes(session)
    charge(session, JUNE)
    pay(session, a_payment(TWO, 36_00))
    granted(session)
    granted(session, "W-2", home=TWO)

    for code in ("W-1", "W-2", "W-1"):
        withdraw_waiver(session, PLACE, code, reason="误批", by=CHEN, at=NOON)
    charge(session, JULY)

    assert outstanding(session, PLACE, [ONE, TWO]) == {
        ONE: [("2026-06", 36_00), ("2026-07", 36_00)],
        TWO: [("2026-07", 36_00)],  # what was released has paid June again
    }
    books_agree(session)


def test_a_receipt_reversed_after_a_waiver_leaves_the_rest_owed(session):
    three_homes(session)
    charge(session, JUNE)
    (receipt,) = pay(session, a_payment(ONE, 36_00))
    granted(session, last=JUNE)

    reverse_payment(session, PLACE, receipt.no, reason="退票", by=MEI, at=NOON)

    assert outstanding(session, PLACE, [ONE]) == {ONE: [("2026-06", 32_40)]}
    books_agree(session)


@pytest.mark.parametrize(
    "wrong",
    [
        {"percent": 0}, {"percent": 101}, {"fen": 0}, {"fen": -1}, {"percent": 5, "fen": 5}, {"basis": " "},
        {"first": AUGUST},
    ],
)  # fmt: skip
def test_a_waiver_says_one_thing_for_months_in_order_and_on_some_ground(session, wrong):
    three_homes(session)

    with pytest.raises(WaiverMalformed):
        asked_for(session, **wrong)


def test_a_home_of_nowhere_is_let_off_nothing(session):
    three_homes(session)

    with pytest.raises(NoHome):
        asked_for(session, home="9-9-999")


def test_an_empty_home_pays_in_full_unless_the_contract_or_the_place_says_otherwise(session):
    """`domain/05` §5.2: by contract or local rule; default: no reduction."""
    three_homes(session)
    with pytest.raises(NoVacancyDiscount, match="944"):
        asked_for(session, kind=Kind.VACANT, percent=1)

    a_contract(session, vacancy_pct=40)

    asked_for(session, kind=Kind.VACANT, percent=40)
    with pytest.raises(NoVacancyDiscount):
        asked_for(session, "W-2", kind=Kind.VACANT, percent=41)
    with pytest.raises(NoVacancyDiscount):
        asked_for(session, "W-3", kind=Kind.VACANT, fen=1)


def test_in_ningbo_the_government_pays_for_low_income_families(session):
    three_homes(session)
    asked_for(session, kind=Kind.LOW_INCOME)
    session.get(Community, PLACE).jurisdiction = "ningbo"

    with pytest.raises(SubsidyInstead, match="宁波"):
        asked_for(session, "W-2", kind=Kind.LOW_INCOME)


def test_waived_money_leaves_the_rate_and_is_disclosed_by_kind(session):
    """`domain/05` §5.3: waivers leave the denominator but their total is disclosed."""
    three_homes(session)
    charge(session, JULY)
    granted(session, percent=50)
    granted(session, "W-2", home=TWO, fen=6_00, kind=Kind.COMPENSATION)
    pay(session, a_payment(ONE, 18_00), a_payment(TWO, 15_00))

    figures = collection(session, PLACE, Q3, Q3.last)

    assert (figures.charged_fen, figures.waived_fen, figures.received_fen) == (108_00, 24_00, 33_00)
    assert figures.cr1 == Fraction(33, 84)
    assert (figures.homes, figures.homes_paid) == (3, 1)
    assert waived_by_kind(session, PLACE, Q3) == {Kind.SERVICE_DEFECT: 18_00, Kind.COMPENSATION: 6_00}
    assert collection(session, PLACE, Q3, date(2026, 7, 14)).waived_fen == 0  # the day before it was granted


def test_a_waiver_of_an_earlier_month_leaves_the_arrears(session):
    three_homes(session)
    charge(session, JUNE)
    pay(session, a_payment(TWO, 36_00, date(2026, 6, 30)))
    granted(session, home=None, percent=50, last=JUNE)
    pay(session, a_payment(ONE, 18_00))

    figures = collection(session, PLACE, Q3, Q3.last)

    assert (figures.arrears_opening_fen, figures.arrears_received_fen) == (36_00, 18_00)


def test_the_ground_of_a_waiver_is_not_in_the_log_nor_is_the_home(session):
    three_homes(session)
    charge(session, JUNE)
    granted(session, basis="低保证 3301")

    for leaf in session.exec(select(Leaf)):
        assert "低保证".encode() not in leaf.body
        assert ONE.encode() not in leaf.body


def test_half_a_fen_waived_is_rounded_up_and_what_was_paid_is_released():
    assert cuts(Asked(50, None), [Standing("a", "m", 3, 0, 3), Standing("b", "m", 10, 0, 4)]) == [
        ("a", "m", 2, 0),
        ("b", "m", 5, 1),
    ]
    assert cuts(Asked(None, 9), [Standing("a", "m", 10, 8, 2), Standing("b", "m", 5, 5, 0)]) == [
        ("a", "m", 2, 0)
    ]
