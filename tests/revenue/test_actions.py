"""Contracts, receipts, proved costs, and the share that goes into the fund."""

from datetime import date

import pytest
from sqlmodel import select

from ledger.community.queries import NoFirm
from ledger.community.rules import FirmKind
from ledger.fund.queries import balances_by_role, flows
from ledger.journal.actions import reverse
from ledger.journal.queries import entry, trial_balance
from ledger.journal.rules import AskedDifferently, Overspent
from ledger.periods import Month, Period
from ledger.revenue.actions import NewContract, pay_cost, receive, remit_quarter, sign_contract
from ledger.revenue.queries import NoContract, owed_to_fund, quarter, remit_by, remittances, streams
from ledger.revenue.rules import Category, CostKind, NoResolution, NoVoucher, Quarter, QuarterOpen
from ledger.revenue.tables import Remittance
from tests.cast import CHEN, MEI, NOON
from tests.factories import a_community, a_firm

PLACE = "meiyuan"
Q1, Q2 = Period.parse("2026-Q1"), Period.parse("2026-Q2")
EVER = (date(1900, 1, 1), date(9999, 12, 31))


def a_contract(session, number="GY-1", **changes):
    told = {
        "category": Category.AD_LIFT,
        "counterparty": "media",
        "object": "电梯广告",
        "starts_on": date(2026, 1, 1),
        "ends_on": date(2026, 12, 31),
        "price_fen": 400_000_00,
        "every_months": 3,
        "resolution": "决议 4",
    }
    return sign_contract(session, PLACE, NewContract(number, **{**told, **changes}), by=CHEN, at=NOON)


def a_let_place(session):
    a_community(session)
    a_firm(session, "media", FirmKind.TENANT)
    a_contract(session)


def receipt(session, fen, on=date(2026, 2, 9), number="GY-1", key=None):
    return receive(session, PLACE, number, fen, on, key=key or f"r-{on}-{fen}", by=MEI, at=NOON)


def cost(session, fen, kind=CostKind.ENERGY, on=date(2026, 3, 2), voucher=None):
    voucher = voucher if voucher is not None else f"{kind}-{on}"
    return pay_cost(session, PLACE, kind, fen, on, voucher_no=voucher, by=MEI, at=NOON)


def remit(session, period=Q1, on=date(2026, 4, 15)):
    return remit_quarter(session, PLACE, period, on, by=MEI, at=NOON)


def in_bank(session):
    return next(
        r.closing_fen
        for r in trial_balance(session, PLACE, "revenue", Month(1900, 1), Month(2026, 12))
        if r.account == "PR1001"
    )


def test_business_with_common_parts_names_the_resolution_that_allowed_it(session):
    a_let_place(session)

    with pytest.raises(NoResolution, match=r"第278条第（八）项"):
        a_contract(session, "GY-2", resolution="  ")
    with pytest.raises(NoFirm):
        a_contract(session, "GY-3", counterparty="nobody")
    assert [s.contract.number for s in streams(session, PLACE, Q1)] == ["GY-1"]


def test_a_stream_says_what_was_due_and_what_came_in_by_the_end_and_in_the_period(session):
    a_let_place(session)
    a_contract(session, "GY-0", starts_on=date(2025, 1, 1), ends_on=date(2025, 12, 31))
    a_contract(session, "GY-2", starts_on=date(2026, 7, 1))
    receipt(session, 100_000_00)
    receipt(session, 60_000_00, date(2026, 5, 4))
    receipt(session, 1_00, date(2026, 7, 1))

    found = {s.contract.number: tuple(s[1:]) for s in streams(session, PLACE, Q2)}

    assert found == {"GY-1": (200_000_00, 160_000_00, 60_000_00)}


def test_a_receipt_is_of_a_contract_and_is_booked_once(session):
    a_let_place(session)
    first = receipt(session, 100_00, key="r-1")

    assert receipt(session, 100_00, key="r-1") == first._replace(fresh=False)
    with pytest.raises(AskedDifferently):
        receipt(session, 101_00, key="r-1")
    with pytest.raises(NoContract, match="GY-9"):
        receipt(session, 100_00, number="GY-9")
    assert (in_bank(session), quarter(session, PLACE, Q1).receipts_fen) == (100_00, 100_00)


def test_a_cost_without_a_voucher_counts_as_nought(session):
    """T7: of 35,000.00 claimed, 17,000.00 have no voucher: the cost is still 18,000.00, the share 56,000.00."""
    a_let_place(session)
    receipt(session, 100_000_00)
    cost(session, 18_000_00)
    cost(session, 2_000_00, CostKind.TAX)

    with pytest.raises(NoVoucher, match="第14条"):
        cost(session, 17_000_00, voucher=" ")

    assert quarter(session, PLACE, Q1) == Quarter(100_000_00, 18_000_00, 2_000_00)
    assert owed_to_fund(session, PLACE, Q1) == 56_000_00


def test_a_voucher_is_booked_once_and_nobody_spends_what_did_not_come_in(session):
    a_let_place(session)
    receipt(session, 100_00)
    first = cost(session, 40_00, voucher="F-1")

    assert cost(session, 40_00, voucher="F-1") == first._replace(fresh=False)
    with pytest.raises(AskedDifferently):
        cost(session, 41_00, voucher="F-1")
    assert in_bank(session) == 60_00
    with session.begin_nested() as attempt:
        with pytest.raises(Overspent, match="revenue"):
            cost(session, 60_01, voucher="F-2")
        attempt.rollback()


def test_a_quarters_share_goes_from_one_book_into_the_other_by_two_linked_entries(session):
    a_let_place(session)
    receipt(session, 100_000_00)
    cost(session, 20_000_00)

    out, into = remit(session)

    assert (in_bank(session), balances_by_role(session, PLACE, Month(2026, 4))["bank"]) == (
        24_000_00,
        56_000_00,
    )
    assert flows(session, PLACE, date(2026, 4, 15), date(2026, 4, 15)) == {"operating": 56_000_00}
    books = {no: (entry(session, PLACE, no).book, entry(session, PLACE, no).link) for no in (out.no, into.no)}
    assert books == {out.no: ("revenue", "remittance/2026-Q1"), into.no: ("fund", "remittance/2026-Q1")}
    (row,) = remittances(session, PLACE, *EVER)
    assert (row.due_fen, row.amount_fen, row.remitted_on) == (56_000_00, 56_000_00, date(2026, 4, 15))
    assert row.due_on == remit_by(session, PLACE, Q1) == date(2026, 4, 22)  # 15 working days, 6 April is none


def test_a_quarter_is_remitted_once_whatever_comes_in_for_it_later(session):
    a_let_place(session)
    receipt(session, 1_000_00)
    first = remit(session)

    receipt(session, 500_00, date(2026, 3, 30))
    again = remit(session, on=date(2026, 4, 20))

    assert again == tuple(posted._replace(fresh=False) for posted in first)
    assert len(session.exec(select(Remittance)).all()) == 1
    assert in_bank(session) == 1_500_00 - 700_00
    assert owed_to_fund(session, PLACE, Q1) == 1_050_00  # what is missing shows


def test_a_quarter_is_not_remitted_before_it_is_over(session):
    a_let_place(session)
    receipt(session, 1_000_00)

    with pytest.raises(QuarterOpen, match="2026-03-31"):
        remit(session, on=date(2026, 3, 31))

    assert in_bank(session) == 1_000_00
    assert remit(session, on=date(2026, 4, 1))[0].fresh


def test_of_a_quarter_without_a_gain_nothing_is_remitted(session):
    a_let_place(session)
    receipt(session, 100_00, date(2026, 1, 5))
    cost(session, 100_00)

    assert remit(session) is None
    assert session.exec(select(Remittance)).all() == []


def test_what_was_reversed_is_taken_back_in_the_quarter_of_the_reversal(session):
    a_let_place(session)
    wrong = receipt(session, 300_00)
    receipt(session, 100_00, date(2026, 2, 10))
    fee = cost(session, 40_00)

    for no in (wrong.no, fee.no):  # both on 15 July
        reverse(session, PLACE, no, reason="错", key=f"rev-{no}", by=MEI, at=NOON)

    assert quarter(session, PLACE, Q1) == Quarter(400_00, 40_00, 0)  # as it stood when it was remitted
    assert quarter(session, PLACE, Period.parse("2026-Q3")) == Quarter(-300_00, -40_00, 0)
    assert quarter(session, PLACE, Period.parse("2026")) == Quarter(100_00, 0, 0)
    (stream,) = streams(session, PLACE, Period.parse("2026-H2"))
    assert (stream.received_fen, stream.received_in_period_fen) == (100_00, -300_00)
    assert in_bank(session) == 100_00
