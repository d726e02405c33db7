"""社区基金: one purpose never pays for another, and who wants to stay unnamed does."""

from datetime import date

import pytest

from ledger.community.queries import NoFirm
from ledger.community.role_rules import SamePerson
from ledger.grants.actions import receive
from ledger.grants.concessions.actions import NewConcession, end_concession, name_payment, sign_concession
from ledger.grants.concessions.queries import concession, expiring, payments_of
from ledger.grants.concessions.rules import (
    ConcessionKind,
    ConcessionOver,
    ConcessionState,
    ConcessionTermsMissing,
    ConcessionWrong,
    Direction,
    NotOfConcession,
)
from ledger.grants.donations.actions import (
    ask_spending,
    open_purpose,
    pay_spending,
    take_donation,
)
from ledger.grants.donations.queries import NoPurpose, by_purpose, left
from ledger.grants.donations.rules import PurposeEmpty
from ledger.grants.rules import AmountNotPositive, Receipt
from ledger.journal.rules import AskedDifferently
from ledger.periods import DayToCome, noon
from tests.cast import CHEN, MEI, NOON
from tests.grants.renovation import JULY, PLACE, STATE, a_renovation, bill, come_in


def a_fund(session):
    a_renovation(session)
    for code, name in (("benches", "长椅"), ("trees", "绿化")):
        open_purpose(session, PLACE, code, name, by=MEI, at=NOON)


def gives(session, purpose, fen, no, donor="李建国", unnamed=False):
    return take_donation(session, PLACE, no, purpose, donor, fen, JULY, unnamed=unnamed, by=MEI, at=NOON)


def spend(session, purpose, fen, no="F-1"):
    ask_spending(session, PLACE, no, purpose, "anju", fen, what="购置", by=MEI, at=NOON)
    return pay_spending(session, PLACE, no, JULY, by=CHEN, at=NOON)


def test_money_is_spent_only_for_the_purpose_it_was_given_for(session):
    """`domain/09` S0-11."""
    a_fund(session)
    gives(session, "benches", 100_00, "J-1")
    gives(session, "trees", 50_00, "J-2")

    with pytest.raises(PurposeEmpty, match="捐赠法"):
        spend(session, "trees", 50_01)
    spend(session, "trees", 20_00)

    assert (left(session, PLACE, "benches"), left(session, PLACE, "trees")) == (100_00, 30_00)


def test_who_asks_does_not_pay_and_a_bill_is_paid_once(session):
    a_fund(session)
    gives(session, "trees", 50_00, "J-1")
    ask_spending(session, PLACE, "F-1", "trees", "anju", 10_00, what="树苗", by=MEI, at=NOON)

    with pytest.raises(SamePerson):
        pay_spending(session, PLACE, "F-1", JULY, by=MEI, at=NOON)
    first = pay_spending(session, PLACE, "F-1", JULY, by=CHEN, at=NOON)
    assert pay_spending(session, PLACE, "F-1", JULY, by=CHEN, at=NOON) == first._replace(fresh=False)
    assert left(session, PLACE, "trees") == 40_00


def test_an_unnamed_donor_is_counted_and_not_named(session):
    a_fund(session)
    gives(session, "trees", 50_00, "J-1", donor="王秀英", unnamed=True)
    gives(session, "trees", 1_00, "J-2")

    trees = next(p for p in by_purpose(session, PLACE) if p.code == "trees")
    assert (trees.received_fen, trees.spent_fen, trees.left_fen, trees.donors) == (
        51_00,
        0,
        51_00,
        ["李建国"],
    )


def test_bad_donations_are_refused(session):
    a_fund(session)
    gives(session, "trees", 50_00, "J-1")

    with pytest.raises(NoPurpose):
        gives(session, "lift", 1, "J-2")
    with pytest.raises(AmountNotPositive):
        gives(session, "trees", -1, "J-2")
    with pytest.raises(AskedDifferently):
        gives(session, "trees", 51_00, "J-1")
    with pytest.raises(NoFirm):
        ask_spending(session, PLACE, "F-1", "trees", "nobody", 1, what="x", by=MEI, at=NOON)


TERMS = {
    "number": "TX-1", "kind": ConcessionKind.EPC_O, "firm": "anju", "what": "充电棚建设与运营",
    "service_level": "完好率 98%", "exit_terms": "期满无偿移交", "resolution": "2026-2 号决议", "share_e2": 3_000,
    "starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31),
}  # fmt: skip


def sign(session, **other):
    return sign_concession(session, PLACE, NewConcession(**(TERMS | other)), by=MEI, at=NOON)


def test_a_concession_states_its_term_its_service_and_its_exit(session):
    """`domain/09` S0-12."""
    a_renovation(session)
    for missing in ("service_level", "exit_terms", "resolution"):
        with pytest.raises(ConcessionTermsMissing):
            sign(session, **{missing: " "})
    for wrong in ({"ends_on": date(2025, 1, 1)}, {"share_e2": 10_001}):
        with pytest.raises(ConcessionWrong):
            sign(session, **wrong)

    assert sign(session).state is ConcessionState.RUNNING
    assert sign(session).number == "TX-1"
    with pytest.raises(AskedDifferently):
        sign(session, share_e2=2_000)


def test_concessions_that_end_soon_are_listed_until_they_are_over(session):
    a_renovation(session)
    sign(session)

    assert expiring(session, PLACE, date(2026, 7, 1), 90) == []
    assert [c.number for c in expiring(session, PLACE, date(2026, 10, 2), 90)] == ["TX-1"]
    last = date(2026, 12, 31)
    end = (session, PLACE, "TX-1", ConcessionState.ENDED, last)
    with pytest.raises(DayToCome):
        end_concession(*end, reason="期满", by=CHEN, at=NOON)
    end_concession(*end, reason="期满", by=CHEN, at=noon(last))
    end_concession(*end, reason="期满", by=CHEN, at=noon(last))
    assert expiring(session, PLACE, date(2027, 1, 1), 90) == []
    assert concession(session, PLACE, "TX-1").ended_on == date(2026, 12, 31)
    with pytest.raises(AskedDifferently):
        end_concession(*end, reason="提前", by=CHEN, at=noon(last))


def test_a_concession_cannot_be_ended_into_running(session):
    a_renovation(session)
    sign(session)

    with pytest.raises(ConcessionOver):
        end_concession(session, PLACE, "TX-1", ConcessionState.RUNNING, JULY, reason="x", by=CHEN, at=NOON)


def test_what_a_concession_paid_and_was_paid_is_named_and_counted_once(session):
    a_renovation(session, retention_e2=0)
    sign(session)
    came = receive(
        session, PLACE, Receipt(STATE, "2022", 90_00, JULY), key="c", payer="anju", by=MEI, at=NOON
    )
    (went,) = bill(session, government=30_00)
    other = come_in(session, STATE, 1_00)

    for no in (came.no, came.no, went.no):
        name_payment(session, PLACE, "TX-1", no, by=MEI, at=NOON)

    named = payments_of(session, PLACE, "TX-1")
    assert [(row.entry_no, row.direction, row.amount_fen) for row in named] == [
        (came.no, Direction.IN, 90_00),
        (went.no, Direction.OUT, 30_00),
    ]
    with pytest.raises(NotOfConcession):
        name_payment(session, PLACE, "TX-1", other.no, by=MEI, at=NOON)
