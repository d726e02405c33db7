"""Payments that name what they pay, other payers, corrections, and refunds of what was prepaid."""

from datetime import date

import pytest

from ledger.community.role_rules import SamePerson
from ledger.community.rules import FirmKind, HomeKind
from ledger.fees.charge_actions import hand_over
from ledger.fees.dunning.actions import claim_costs
from ledger.fees.payment_actions import Slip, correct_payment, reverse_payment
from ledger.fees.prepaid.actions import approve_refund, reject_refund, request_refund
from ledger.fees.prepaid.queries import NoReceipt, owed_back
from ledger.fees.prepaid.rules import Ground, RefundAboveReceipt, RefundDecided
from ledger.fees.queries import collection, debts, home_statement, outstanding, received_from, snapshots
from ledger.fees.rules import GOVERNMENT, NotOwed, Owed, Part
from ledger.journal.actions import reverse
from ledger.journal.queries import held, moves_of
from ledger.journal.rules import AlreadyReversed, AskedDifferently, Overspent
from ledger.periods import Period
from tests.cast import CHEN, LIN, MEI, NOON
from tests.factories import SHA, a_firm, a_home
from tests.fees.homes import (
    AUGUST,
    JULY,
    JUNE,
    MAY,
    ONE,
    PLACE,
    TWO,
    a_contract,
    a_payment,
    books_agree,
    charge,
    pay,
    three_homes,
)
from tests.fees.test_actions import on_account, prepaid

AWARD = SHA


def three_months(session):
    three_homes(session)
    for month in (MAY, JUNE, JULY):
        charge(session, month)


def asked_back(session, receipt, fen, code="R-1", home=ONE, ground=Ground.OVERPAID, by=MEI):
    return request_refund(session, PLACE, code, home, receipt, fen, ground, by=by, at=NOON)


def released(session, code="R-1", by=CHEN):
    return approve_refund(session, PLACE, code, by=by, at=NOON)


def test_a_payer_says_what_he_pays_and_the_rest_goes_to_the_oldest(session):
    """民法典 Art. 560: what the payer names first."""
    three_months(session)

    pay(session, a_payment(ONE, 50_00)._replace(months=("2026-07",)))

    assert outstanding(session, PLACE, [ONE]) == {ONE: [("2026-05", 22_00), ("2026-06", 36_00)]}
    with pytest.raises(NotOwed, match="560"):
        pay(session, a_payment(ONE, 50_00, key="p-2")._replace(months=("2026-07",)))


def test_within_a_month_costs_go_before_interest_before_the_fee(session):
    """民法典 Art. 561."""
    three_months(session)
    claim_costs(session, PLACE, ONE, MAY, 10_00, AWARD, by=MEI, at=NOON)

    pay(session, a_payment(ONE, 12_00))

    assert debts(session, PLACE, [ONE])[ONE][0] == (Owed("2026-05", Part.PRINCIPAL), 34_00)
    assert held(session, PLACE, "fee", "surcharges")[ONE] == 0
    books_agree(session)


def test_a_receipt_that_paid_costs_is_reversed_whole(session):
    three_months(session)
    claim_costs(session, PLACE, ONE, MAY, 10_00, AWARD, by=MEI, at=NOON)
    (receipt,) = pay(session, a_payment(ONE, 12_00))

    reverse_payment(session, PLACE, receipt.no, reason="退票", by=MEI, at=NOON)

    assert debts(session, PLACE, [ONE])[ONE][:2] == [
        (Owed("2026-05", Part.COST), 10_00),
        (Owed("2026-05", Part.PRINCIPAL), 36_00),
    ]
    books_agree(session)


def test_a_subsidy_is_paid_by_the_government_and_counts_for_its_period(session):
    """`domain/05` §5.2 (Ningbo Art. 53): the subsidy is a receipt of payer=government, and counts in CR1."""
    three_months(session)

    (receipt,) = pay(session, a_payment(ONE, 108_00)._replace(payer=GOVERNMENT))

    year = Period.parse("2026")
    assert received_from(session, PLACE, year) == {GOVERNMENT: 108_00}
    assert collection(session, PLACE, year, NOON.date().replace(day=31)).received_fen == 108_00
    reverse_payment(session, PLACE, receipt.no, reason="误记", by=MEI, at=NOON)
    assert received_from(session, PLACE, year) == {}


def test_the_developer_is_the_payer_named_on_what_he_is_charged(session):
    three_homes(session)
    a_firm(session, "builder", FirmKind.DEVELOPER)
    a_home(session, "1-1-201", area_dm2=10_000, kind=HomeKind.UNSOLD, seller="builder")

    moves = moves_of(session, PLACE, charge(session).posted.no)

    assert {m.home: m.party for m in moves}["1-1-201"] == "builder"
    assert {m.party for m in moves if m.home != "1-1-201"} == {None}
    figures = collection(session, PLACE, Period.parse("2026-Q3"), date(2026, 9, 30))
    assert (figures.homes, figures.charged_fen) == (4, 153_00)  # an unsold home is billable


def test_until_it_is_handed_over_the_developer_pays_for_a_home(session):
    """`domain/05` §5.2: through the month of hand-over, the owner from the next (Beijing 22, Shanghai 49)."""
    three_homes(session)
    a_firm(session, "builder", FirmKind.DEVELOPER)
    hand_over(session, PLACE, [ONE], date(2026, 6, 11), "builder", by=MEI, at=NOON)

    payers = [
        [
            (m.party, m.amount_fen)
            for m in moves_of(session, PLACE, charge(session, month).posted.no)
            if m.home == ONE
        ]
        for month in (MAY, JUNE, JULY)
    ]

    assert payers == [[("builder", 36_00)], [("builder", 36_00)], [(None, 36_00)]]


def test_a_payment_is_put_right_by_a_reversal_and_a_new_one(session):
    three_months(session)
    (wrong,) = pay(session, a_payment(ONE, 36_00))

    slip = Slip("right", TWO, 36_00, date(2026, 7, 20))
    right = correct_payment(session, PLACE, wrong.no, slip, reason="错户", by=MEI, at=NOON)

    assert right.fresh
    assert outstanding(session, PLACE, [TWO]) == {TWO: [("2026-06", 36_00), ("2026-07", 36_00)]}
    assert len(outstanding(session, PLACE, [ONE])[ONE]) == 3
    with pytest.raises(AlreadyReversed):
        reverse(session, PLACE, wrong.no, reason="再冲", key="again", by=MEI, at=NOON)
    books_agree(session)


def test_a_reversed_receipt_is_owed_once_and_not_twice(session):
    three_months(session)
    (receipt,) = pay(session, a_payment(ONE, 108_00))

    reverse_payment(session, PLACE, receipt.no, reason="退票", by=MEI, at=NOON)
    reverse_payment(session, PLACE, receipt.no, reason="退票", by=MEI, at=NOON)

    assert outstanding(session, PLACE, [ONE])[ONE] == [(f"2026-0{n}", 36_00) for n in (5, 6, 7)]
    books_agree(session)


def test_a_batch_with_a_key_twice_books_it_once(session):
    three_months(session)

    first, again = pay(session, a_payment(ONE, 50_00, key="p"), a_payment(ONE, 50_00, key="p"))

    assert (first.fresh, again.fresh, again.no) == (True, False, first.no)
    assert outstanding(session, PLACE, [ONE])[ONE] == [("2026-06", 22_00), ("2026-07", 36_00)]
    with pytest.raises(AskedDifferently):
        pay(session, a_payment(ONE, 50_00, key="p")._replace(payer=GOVERNMENT))
    books_agree(session)


def test_a_prepayment_goes_back_the_way_it_came_by_two_people(session):
    three_homes(session)
    (receipt,) = pay(session, a_payment(ONE, 50_00, into="wallet"))
    asked_back(session, receipt.no, 20_00)
    with pytest.raises(SamePerson):
        released(session, by=MEI)

    paid = released(session)

    assert [(m.debit, m.credit, m.amount_fen) for m in moves_of(session, PLACE, paid.no)] == [
        ("2203", "1012", 20_00)
    ]
    assert released(session) == paid._replace(fresh=False)
    assert prepaid(session) == {ONE: 30_00}
    assert on_account(session, "1012") == 30_00
    books_agree(session)


def test_no_more_of_a_receipt_goes_back_than_came_and_is_still_prepaid(session):
    three_homes(session)
    receipt, other = pay(session, a_payment(ONE, 50_00), a_payment(ONE, 40_00))
    with pytest.raises(RefundAboveReceipt, match="原路退回"):
        asked_back(session, receipt.no, 50_01)
    asked_back(session, receipt.no, 30_00)
    asked_back(session, receipt.no, 30_00, "R-2")
    asked_back(session, other.no, 40_00, "R-3")
    released(session)
    with pytest.raises(RefundAboveReceipt):
        released(session, "R-2")
    charge(session, JULY)  # takes 36.00 of the 60.00 that are left

    with pytest.raises(RefundAboveReceipt):
        released(session, "R-3")
    reject_refund(session, PLACE, "R-2", by=LIN, at=NOON)
    with pytest.raises(RefundDecided):
        released(session, "R-2")
    assert asked_back(session, other.no, 40_00, "R-3").code == "R-3"  # found, not asked again
    with pytest.raises(AskedDifferently):
        asked_back(session, other.no, 1, "R-3")
    books_agree(session)


def test_a_refund_names_a_standing_receipt_of_the_home(session):
    three_homes(session)
    receipt, of_two = pay(session, a_payment(ONE, 50_00), a_payment(TWO, 50_00))
    charged = charge(session, JULY).posted

    for no in (of_two.no, charged.no, 10_000):
        with pytest.raises(NoReceipt):
            asked_back(session, no, 1)
    with pytest.raises(Overspent), session.begin_nested():  # its prepayment has paid July
        reverse_payment(session, PLACE, receipt.no, reason="退票", by=MEI, at=NOON)


def test_what_is_prepaid_beyond_the_contract_is_owed_back(session):
    """物业服务纠纷解释 Art. 3: what was prepaid for after the contract's end is refunded."""
    three_homes(session)
    pay(session, a_payment(ONE, 50_00))
    assert owed_back(session, PLACE, date(2026, 9, 1)) == {}

    a_contract(session, charges_until=date(2026, 7, 31))
    charge(session, JULY)

    assert owed_back(session, PLACE, date(2026, 7, 31)) == {}
    assert owed_back(session, PLACE, date(2026, 8, 1)) == {ONE: 14_00}


def test_the_year_is_measured_on_its_two_fixed_days(session):
    """`domain/05` §5.3: snapshot on 31 December, and 31 January with the month of grace."""
    three_homes(session)
    charge(session, AUGUST)
    pay(session, a_payment(ONE, 36_00, date(2026, 12, 31)), a_payment(TWO, 36_00, date(2027, 1, 31)))
    pay(session, a_payment("1-1-103", 36_00, date(2027, 2, 1)))

    by_day = snapshots(session, PLACE, 2026)

    assert {day: snapshot.homes_paid for day, snapshot in by_day.items()} == {
        date(2026, 12, 31): 1,
        date(2027, 1, 31): 2,
    }


def test_a_home_sees_every_line_of_its_account(session):
    three_months(session)
    claim_costs(session, PLACE, ONE, MAY, 10_00, AWARD, by=MEI, at=NOON)
    pay(session, a_payment(ONE, 50_00))

    statement = home_statement(session, PLACE, ONE)

    assert [(line.what, line.month, line.amount_fen) for line in statement.lines] == [
        ("charge", "2026-05", 36_00), ("charge", "2026-06", 36_00), ("charge", "2026-07", 36_00),
        ("surcharge", "2026-05", 10_00), ("payment", "2026-05", -36_00), ("payment", "2026-05", -10_00),
        ("payment", "2026-06", -4_00),
    ]  # fmt: skip
    assert statement.owed_fen == sum(line.amount_fen for line in statement.lines) == 68_00
