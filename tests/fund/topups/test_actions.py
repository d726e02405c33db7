"""From the trigger over the vote to the paid register, and what is refused on the way."""

from datetime import date, timedelta

import pytest

from ledger.community.role_rules import SamePerson
from ledger.community.rules import HomeKind
from ledger.community.tables import Community
from ledger.fund.actions import NewDeposit, ReceiptUsed, deposit
from ledger.fund.power_rules import NotYourPower
from ledger.fund.rules import DepositKind, Standing
from ledger.fund.topups.actions import (
    TopupReceipt,
    adopt_by_silence,
    close_topup_vote,
    plan_topup,
    put_topup_to_vote,
    receive_topups,
)
from ledger.fund.topups.queries import check_resale, register, standings, topup, topup_flags, totals
from ledger.fund.topups.rules import (
    Basis,
    NoRuleOfSilence,
    NothingToTopUp,
    NotOnTopup,
    PlanState,
    SilenceNotOver,
    TopupExists,
    TopupNotReady,
    TopupOverpaid,
    TopupPlan,
)
from ledger.journal.actions import reverse
from ledger.journal.queries import held
from ledger.votes.actions import cast
from ledger.votes.rules import Choice, NoticeTooShort
from tests.cast import CHEN, HE, HUANG, MEI, NOON
from tests.factories import a_community, a_deposit, a_firm, a_home
from tests.fund.gains.test_actions import counted

PLACE = "meiyuan"
LOW, BARE, FULL, NONE, UNSOLD = "1-1-101", "1-1-102", "2-1-101", "2-1-102", "2-1-201"
OPENS, CLOSES = date(2026, 8, 3), date(2026, 8, 10)
VOTING = NOON + timedelta(days=20)
COUNTED = NOON + timedelta(days=27)


def a_place(session, jurisdiction="national_default"):
    """One home far below the trigger, one at nought, one full, one without a fund, one unsold."""
    a_community(session)
    session.get(Community, PLACE).jurisdiction = jurisdiction
    a_firm(session, "builder")
    for home, first in ((LOW, 6_500_00), (BARE, 5_000_00), (FULL, 6_000_00), (NONE, 0)):
        a_home(session, home, first_deposit_fen=first)
    a_home(session, UNSOLD, kind=HomeKind.UNSOLD, seller="builder")
    a_deposit(session, {LOW: 1_949_99, FULL: 6_000_00})


def planned(session, code="T", **changes):
    plan = TopupPlan(**{"title": "续筹维修资金", "basis": Basis.TARGET, **changes})
    return plan_topup(session, PLACE, code, plan, by=MEI, at=NOON)


def announced(session, code="T"):
    return put_topup_to_vote(session, PLACE, code, opens_on=OPENS, closes_on=CLOSES, by=CHEN, at=NOON).code


def voted(session, code="T", **choices):
    motion = announced(session, code)
    everyone = [LOW, BARE, FULL, NONE, UNSOLD]
    said = dict.fromkeys(everyone, Choice.YES) | choices
    cast(session, PLACE, motion, said, by=HE, at=VOTING)
    return close_topup_vote(session, PLACE, code, by=CHEN, at=COUNTED)


def paid(session, *receipts, code="T"):
    return receive_topups(session, PLACE, code, receipts, by=MEI, at=COUNTED)


def receipt(number, home=LOW, fen=100_00):
    return TopupReceipt(number, home, fen, date(2026, 8, 11))


def test_standings_say_who_tops_up_and_who_has_no_fund(session):
    a_place(session)

    by_home = {standing.home: standing.standing for standing in standings(session, PLACE, NOON.date())}

    assert by_home == {
        LOW: Standing.NEEDS_TOPUP,
        BARE: Standing.NEEDS_TOPUP,
        FULL: Standing.SOUND,
        NONE: Standing.NO_FUND,
        UNSOLD: Standing.NO_FUND,
    }
    assert [(f.building, f.below) for f in topup_flags(session, PLACE, NOON.date())] == [
        ("1", True),
        ("2", False),
        (None, False),
    ]


def test_a_plan_writes_down_what_each_home_is_asked_for(session):
    a_place(session)

    planned(session)

    assert [row[:3] for row in register(session, PLACE, "T")] == [
        (LOW, DepositKind.TOPUP, 6_500_00 - 1_949_99),
        (BARE, DepositKind.TOPUP, 5_000_00),
        (NONE, DepositKind.ESTABLISH, 3_200_00),
    ]
    assert topup(session, PLACE, "T").total_fen == 4_550_01 + 5_000_00 + 3_200_00
    with pytest.raises(TopupExists):
        planned(session)


def test_where_nobody_stands_below_the_trigger_nothing_is_planned(session):
    a_place(session)
    a_deposit(session, {NONE: 1})
    a_home(session, "3-1-101", first_deposit_fen=100_00)
    a_deposit(session, {"3-1-101": 30_00})

    with pytest.raises(NothingToTopUp, match=r"第17条"):
        planned(session, building="3")
    with pytest.raises(NothingToTopUp):
        planned(session, building="3", basis=Basis.TOTAL, total_fen=100_00)


def test_three_quarters_adopt_a_plan_and_it_falls_due(session):
    a_place(session)
    planned(session)

    voted(session, **{FULL: Choice.NO})

    plan = topup(session, PLACE, "T")
    assert (plan.state, plan.due_on) == (PlanState.ADOPTED, COUNTED.date() + timedelta(days=90))


def test_less_than_three_quarters_reject_it(session):
    """民法典 Art. 278 (六): 3 of 5 is more than half and not enough."""
    a_place(session)
    planned(session)

    voted(session, **{FULL: Choice.NO, LOW: Choice.NO})

    assert topup(session, PLACE, "T").state is PlanState.REJECTED
    with pytest.raises(TopupNotReady, match=r"278"):
        paid(session, receipt("R1"))


def test_money_is_raised_by_vote_after_its_notice_and_once(session):
    a_place(session)
    planned(session)
    with pytest.raises(NoticeTooShort):
        put_topup_to_vote(session, PLACE, "T", opens_on=date(2026, 7, 20), closes_on=CLOSES, by=CHEN, at=NOON)
    announced(session)
    with pytest.raises(TopupNotReady):
        announced(session)


def test_what_is_paid_stands_in_the_register_and_in_the_unit_ledger(session):
    a_place(session)
    planned(session)
    voted(session)

    paid(session, receipt("R1", LOW, 4_000_00), receipt("R2", NONE, 3_200_00), receipt("R3", LOW, 550_01))

    rows = {row.home: (row.paid_fen, row.open_fen) for row in register(session, PLACE, "T")}
    assert rows == {LOW: (4_550_01, 0), BARE: (0, 5_000_00), NONE: (3_200_00, 0)}
    assert held(session, PLACE, "fund", "unit")[LOW] == 6_500_00
    assert {standing.home: standing.standing for standing in standings(session, PLACE, NOON.date())}[
        NONE
    ] is Standing.SOUND


def test_nobody_pays_more_than_he_is_asked_for_or_for_another_plan(session):
    a_place(session)
    planned(session)
    voted(session)

    with pytest.raises(TopupOverpaid):
        paid(session, receipt("R1", LOW, 4_000_00), receipt("R2", LOW, 550_02))
    with pytest.raises(NotOnTopup):
        paid(session, receipt("R1", FULL))
    with pytest.raises(NotOnTopup):
        paid(session, receipt("R1", "9-9-999"))
    assert all(row.paid_fen == 0 for row in register(session, PLACE, "T"))


def test_a_receipt_counts_once_for_one_plan(session):
    a_place(session)
    planned(session)
    voted(session)
    first = paid(session, receipt("R1"))
    other = NewDeposit("R9", DepositKind.TOPUP, 100_00, date(2026, 8, 11), LOW)
    deposit(session, PLACE, [other], by=MEI, at=COUNTED)

    assert paid(session, receipt("R1")) == first._replace(fresh=False)
    with pytest.raises(ReceiptUsed):
        paid(session, receipt("R9"))
    assert sum(row.paid_fen for row in register(session, PLACE, "T")) == 100_00


def test_a_reversed_receipt_has_not_paid(session):
    a_place(session)
    planned(session)
    voted(session)
    posting = paid(session, receipt("R1"))

    reverse(session, PLACE, posting.no, reason="错户", key="rev", by=MEI, at=COUNTED)

    assert sum(row.paid_fen for row in register(session, PLACE, "T")) == 0


def test_silence_is_no_consent_where_no_law_says_so(session):
    a_place(session)
    planned(session)

    with pytest.raises(NoRuleOfSilence, match=r"278"):
        adopt_by_silence(session, PLACE, "T", by=CHEN, at=NOON + timedelta(days=400))


def test_in_shanghai_owners_who_decide_nothing_for_ninety_days_pay_to_one_half(session):
    """上海市住宅物业管理规定 Art. 65."""
    a_place(session, "shanghai")
    planned(session)
    assert register(session, PLACE, "T")[0].due_fen == 3_250_00 - 1_949_99

    with pytest.raises(SilenceNotOver, match=r"第65条"):
        adopt_by_silence(session, PLACE, "T", by=CHEN, at=NOON + timedelta(days=90))
    with pytest.raises(SamePerson):
        adopt_by_silence(session, PLACE, "T", by=MEI, at=NOON + timedelta(days=91))
    with pytest.raises(NotYourPower, match=r"《上海市住宅物业管理规定》第65条"):
        adopt_by_silence(session, PLACE, "T", by=HUANG, at=NOON + timedelta(days=91))
    adopted = adopt_by_silence(session, PLACE, "T", by=CHEN, at=NOON + timedelta(days=91))

    assert adopted.due_on == NOON.date() + timedelta(days=181)
    assert adopted.motion is None


def test_the_public_is_told_sums_and_nothing_where_they_would_point_at_a_home(session):
    a_place(session)
    planned(session)
    planned(session, "all", basis=Basis.TOTAL, total_fen=1_000_00)

    assert totals(session, PLACE, "T", NOON.date()) == (None, None, None)
    a_home(session, "1-1-201")
    planned(session, "more", basis=Basis.TOTAL, total_fen=1_000_00)
    assert totals(session, PLACE, "more", NOON.date()) == (5, 1_000_00, 0)


def test_in_beijing_sold_public_housing_tops_up_before_resale(session):
    a_place(session, "beijing")
    home = a_home(session, "3-1-101", kind=HomeKind.SOLD_PUBLIC, seller="builder", area_dm2=5_000)
    a_deposit(session, {home: 500_00})

    assert check_resale(session, PLACE, home, NOON.date()).shortfall_fen == 1_500_00
    assert check_resale(session, PLACE, LOW, NOON.date()).required is False


def test_the_number_of_statements_does_not_grow_with_homes(session):
    a_place(session)
    with counted(session) as few:
        planned(session)
        register(session, PLACE, "T")
    for number in range(300, 340):
        a_home(session, f"3-1-{number}", first_deposit_fen=100_00)

    with counted(session) as many:
        planned(session, "T2")
        register(session, PLACE, "T2")

    assert len(many) <= len(few)
