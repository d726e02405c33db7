"""The ledgers of homes and buildings say what the book says, line by line."""

from datetime import date

import pytest

from ledger.community.queries import NoBuilding, NoHome
from ledger.fund.actions import NewDeposit, deposit, end_month
from ledger.fund.gains.actions import credit_interest, post_run, prepare_run
from ledger.fund.rules import DepositKind, Standing
from ledger.fund.unit_queries import building_ledger, sale_proof, unit_ledger
from ledger.journal.actions import reverse
from ledger.journal.queries import entry, held, moves_of
from ledger.periods import Month
from ledger.register.holder_actions import change_holder
from ledger.register.rules import NewHolder, TransferCause
from ledger.words import word
from tests.cast import HUANG, MEI, NOON
from tests.factories import SHA, a_home
from tests.fund.gains.test_actions import counted
from tests.fund.uses import A101, A102, AUGUST, B201, PLACE, a_place, paid, ready_to_pay

JULY = date(2026, 7, 31)


def book(session, number, fen, kind=DepositKind.FIRST, on=date(2026, 6, 1), home=A101, party=None):
    return deposit(session, PLACE, [NewDeposit(number, kind, fen, on, home, party)], by=MEI, at=NOON)


def a_lived_place(session):
    """A flat that deposited, topped up, got gains, bore a repair, and had a receipt reversed."""
    a_place(session)
    home = a_home(session, "1-1-103", area_dm2=8_000, first_deposit_fen=6_500_00)
    book(session, "R1", 6_500_00, home=home)
    book(session, "R2", 500_00, DepositKind.TOPUP, date(2026, 6, 5), home)
    wrong = book(session, "R3", 70_00, DepositKind.TOPUP, date(2026, 6, 6), home)
    reverse(session, PLACE, wrong.no, reason="错户", key="rev", by=MEI, at=NOON)
    credit_interest(session, PLACE, 10_00, date(2026, 6, 21), key="i", by=MEI, at=NOON)
    end_month(session, PLACE, Month(2026, 6), exceptions={}, by=MEI, at=NOON)
    prepare_run(session, PLACE, "june", "2026-06", 10_00, by=MEI, at=NOON)
    post_run(session, PLACE, "june", by=HUANG, at=NOON)
    ready_to_pay(session)
    paid(session, 12_000_00)
    change_holder(
        session,
        PLACE,
        home,
        NewHolder("新业主"),
        TransferCause.SALE,
        date(2026, 7, 1),
        document=SHA,
        by=MEI,
        at=NOON,
    )
    end_month(session, PLACE, Month(2026, 7), exceptions={}, by=MEI, at=AUGUST)
    return home


def test_a_unit_ledger_names_every_line_and_ends_with_what_is_held(session):
    home = a_lived_place(session)

    ledger = unit_ledger(session, PLACE, home, JULY)

    lines = [
        (word(line.kind), line.in_fen, line.out_fen, line.receipt_no, line.project_no)
        for line in ledger.lines
    ]
    share = ledger.lines[-1].out_fen
    assert lines == [
        ("首期交存", 6_500_00, 0, "R1", None),
        ("续交", 500_00, 0, "R2", None),
        ("续交", 70_00, 0, "R3", None),
        ("转让更名", 0, 0, None, None),
        ("冲销", -70_00, 0, None, None),
        ("利息分配", 10_00, 0, None, None),
        ("维修分摊", 0, share, None, "P-1"),
    ]
    assert share > 0
    assert ledger.balance_fen == ledger.lines[-1].balance_fen == held(session, PLACE, "fund", "unit")[home]
    assert ledger.standing is Standing.SOUND
    assert ledger.holders_since == (date(2020, 1, 1), date(2026, 7, 1))


def test_two_receipts_of_one_home_in_one_entry_are_two_lines(session):
    a_place(session)
    both = [NewDeposit(no, DepositKind.FIRST, 50_00, date(2026, 6, 1), A101) for no in ("R1", "R2")]
    deposit(session, PLACE, both, by=MEI, at=NOON)

    lines = unit_ledger(session, PLACE, A101, JULY).lines

    assert [line.receipt_no for line in lines] == ["R1", "R2"]
    assert [line.balance_fen for line in lines] == [50_00, 100_00]


def test_a_buildings_ledger_is_the_sum_over_its_homes_and_its_sellers(session):
    a_place(session)
    book(session, "R1", 300_00, home=B201)
    book(session, "R2", 200_00, home=None, party="mill@2")
    book(session, "R3", 900_00, home=A102)

    assert [line.balance_fen for line in building_ledger(session, PLACE, "2")] == [300_00, 500_00]
    assert [line.in_fen for line in building_ledger(session, PLACE, "1")] == [900_00]


def test_what_all_buildings_hold_is_what_the_fund_holds(session):
    a_lived_place(session)

    held_fen = sum(held(session, PLACE, "fund", "unit").values())

    assert sum(building_ledger(session, PLACE, b)[-1].balance_fen for b in ("1",)) == held_fen


def test_when_a_home_is_sold_its_part_passes_with_it_and_nothing_moves(session):
    """165号令 Art. 28: no refund, only another holder."""
    a_place(session)
    book(session, "R1", 900_00)

    posted = change_holder(
        session,
        PLACE,
        A101,
        NewHolder("新业主"),
        TransferCause.SALE,
        date(2026, 7, 1),
        document=SHA,
        by=MEI,
        at=NOON,
    )

    ledger = unit_ledger(session, PLACE, A101, JULY)
    assert (entry(session, PLACE, posted.no).book, moves_of(session, PLACE, posted.no)) == (None, [])
    assert [word(line.kind) for line in ledger.lines] == ["首期交存", "转让更名"]
    assert ledger.balance_fen == 900_00


def test_the_proof_for_a_sale_tells_the_balance_that_passes_with_the_home(session):
    home = a_lived_place(session)

    proof = sale_proof(session, PLACE, home, JULY)

    assert (proof.first_deposit_fen, proof.deposited_fen) == (6_500_00, 7_000_00)
    assert proof.balance_fen == held(session, PLACE, "fund", "unit")[home]


def test_who_is_not_there_has_no_ledger(session):
    a_place(session)

    with pytest.raises(NoHome):
        unit_ledger(session, PLACE, "9-9-999", JULY)
    with pytest.raises(NoBuilding):
        building_ledger(session, PLACE, "9")


def test_ten_years_take_no_more_statements_than_one_day(session):
    a_place(session)
    with counted(session) as few:
        unit_ledger(session, PLACE, A101, JULY)
    for year in range(2016, 2026):
        for month in range(1, 13):
            book(session, f"R-{year}-{month}", 1_00, on=date(year, month, 3))

    with counted(session) as many:
        ledger = unit_ledger(session, PLACE, A101, JULY)

    assert len(ledger.lines) == 120
    assert len(many) <= len(few)
