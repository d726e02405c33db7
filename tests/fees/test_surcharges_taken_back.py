"""Late fees and awarded costs that were charged by mistake are taken back, and their month can be taken back then."""

from datetime import date

import pytest
from sqlmodel import select

from ledger.fees.charge_actions import take_back_charges
from ledger.fees.dunning.actions import charge_late_fees, claim_costs, take_back_surcharges
from ledger.fees.dunning.queries import NoSurcharge
from ledger.fees.dunning.rules import SurchargePaidFor
from ledger.fees.payment_actions import receive, reverse_payment
from ledger.fees.queries import debts
from ledger.fees.rules import ChargeInUse, Owed, Part
from ledger.journal.queries import held
from ledger.journal.tables import Entry
from tests.cast import MEI
from tests.factories import SHA
from tests.fees.homes import JUNE, MAY, ONE, PLACE, TWO, a_payment, books_agree, charge
from tests.fees.test_dunning import LATER, in_arrears

UNTIL = date(2026, 9, 8)
WHO = {"by": MEI, "at": LATER}


def late(session, homes=(ONE, TWO), until=UNTIL):
    return charge_late_fees(session, PLACE, homes, until, **WHO)


def awarded(session, home=ONE, fen=50_00):
    return claim_costs(session, PLACE, home, MAY, fen, SHA, **WHO)


def taken_back(session, posted):
    return take_back_surcharges(session, PLACE, posted.no, "算错了", **WHO)


def paid(session, home, fen, **more):
    [receipt] = receive(session, PLACE, [a_payment(home, fen, date(2026, 9, 9), **more)], **WHO)
    return receipt


def on_top(session, home=ONE):
    return [
        debt for debt in debts(session, PLACE, [home]).get(home, []) if debt[0].part is not Part.PRINCIPAL
    ]


def prepaid(session):
    return {home: fen for home, fen in held(session, PLACE, "fee", "prepaid").items() if fen}


def entries(session):
    return len(session.exec(select(Entry.no)).all())


@pytest.mark.parametrize("booked", [late, awarded])
def test_what_was_charged_on_top_by_mistake_is_owed_by_nobody_once_taken_back_and_both_entries_stay(
    session, booked
):
    in_arrears(session)
    wrong = booked(session)

    red = taken_back(session, wrong)

    assert (on_top(session), on_top(session, TWO)) == ([], [])
    assert session.get(Entry, (PLACE, red.no)).reverses_no == wrong.no
    assert session.get(Entry, (PLACE, wrong.no)) is not None
    books_agree(session)
    assert taken_back(session, wrong) == red._replace(fresh=False)


@pytest.mark.parametrize("booked", [late, awarded])
def test_while_it_stands_its_month_cannot_be_taken_back_and_afterwards_it_can(session, booked):
    in_arrears(session)
    wrong = booked(session)
    with pytest.raises(ChargeInUse, match=str(wrong.no)):
        take_back_charges(session, PLACE, MAY, "标准有误", **WHO)

    taken_back(session, wrong)
    take_back_charges(session, PLACE, MAY, "标准有误", **WHO)

    assert {debt.month for debt, _ in debts(session, PLACE)[ONE]} == {"2026-06"}
    books_agree(session)


@pytest.mark.parametrize("booked", [late, awarded])
def test_what_is_right_is_charged_anew_under_the_same_day_or_ruling_and_taken_back_anew(session, booked):
    in_arrears(session)
    first = booked(session)
    owed = on_top(session)
    taken_back(session, first)

    again = booked(session)

    assert (again.no > first.no, again.fresh, on_top(session)) == (True, True, owed)
    assert booked(session) == again._replace(fresh=False)
    taken_back(session, again)
    assert on_top(session) == []
    books_agree(session)


def test_an_award_of_the_wrong_home_is_claimed_from_the_right_one(session):
    in_arrears(session)
    taken_back(session, awarded(session, TWO))

    awarded(session, ONE, 60_00)

    assert (on_top(session, TWO), on_top(session)) == ([], [(Owed("2026-05", Part.COST), 60_00)])


@pytest.mark.parametrize("fen", [1, 38, 72_00 + 38 + 26])
def test_late_fees_that_somebody_paid_are_taken_back_after_his_payment_which_is_booked_again_then(
    session, fen
):
    in_arrears(session)
    wrong = late(session)
    receipt = paid(session, ONE, fen)
    before = entries(session)

    with pytest.raises(SurchargePaidFor, match=f"第 {receipt.no} 号凭证") as refused:
        taken_back(session, wrong)
    assert f"Entry {receipt.no}" in refused.value.sentence("en")
    assert entries(session) == before

    reverse_payment(session, PLACE, receipt.no, reason="先撤", **WHO)
    taken_back(session, wrong)
    paid(session, ONE, fen, key="again")
    assert sum(amount for _, amount in debts(session, PLACE, [ONE]).get(ONE, [])) == max(0, 72_00 - fen)
    books_agree(session)


def test_what_was_prepaid_and_paid_an_award_is_prepaid_again_and_pays_what_else_is_owed(session):
    in_arrears(session)
    paid(session, ONE, 92_00)
    wrong = awarded(session, fen=50_00)
    assert (on_top(session), prepaid(session)) == ([(Owed("2026-05", Part.COST), 30_00)], {})

    taken_back(session, wrong)

    assert (on_top(session), prepaid(session)) == ([], {ONE: 20_00})
    books_agree(session)
    again = awarded(session, fen=10_00)
    assert (on_top(session), prepaid(session)) == ([], {ONE: 10_00})
    charge(session)
    taken_back(session, again)
    assert (debts(session, PLACE, [ONE])[ONE], prepaid(session)) == (
        [(Owed("2026-07", Part.PRINCIPAL), 16_00)],
        {},
    )
    books_agree(session)


def test_of_two_late_fees_one_is_taken_back_where_the_other_covers_what_was_paid(session):
    in_arrears(session)
    first, second = late(session, [ONE]), late(session, [ONE], date(2026, 12, 1))
    before = on_top(session)
    paid(session, ONE, 10)

    taken_back(session, first)

    assert sum(fen for _, fen in on_top(session)) < sum(fen for _, fen in before) - 10
    with pytest.raises(SurchargePaidFor):
        taken_back(session, second)
    assert late(session, [ONE]) is not None
    books_agree(session)


def test_only_an_entry_of_late_fees_or_awarded_costs_is_taken_back_so(session):
    in_arrears(session)
    with pytest.raises(NoSurcharge, match="违约金"):
        taken_back(session, charge(session, JUNE).posted)
