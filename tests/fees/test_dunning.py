"""Arrears: demands in their order and with proof, late fees within their cap, claims that may run out."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from ledger.community.queries import NoHome, profile_history
from ledger.community.tables import ProfileValue
from ledger.fees.charge_actions import charge_month
from ledger.fees.dunning.actions import charge_late_fees, claim_costs, demand, end_dispute, open_dispute
from ledger.fees.dunning.late_fee_formula_rules import LateDebt, NoLateFee, late_fee
from ledger.fees.dunning.queries import late_fees, late_payers
from ledger.fees.dunning.rules import (
    NEVER,
    Channel,
    DaysBackwards,
    Delivery,
    Measure,
    MeasureForbidden,
    NothingOwed,
    NotTheirStep,
    TimeBar,
    TooSoon,
    claim,
    due_on,
)
from ledger.fees.dunning.tables import Demand
from ledger.fees.payment_actions import receive
from ledger.fees.queries import debts
from ledger.fees.rules import NotOwed, Owed, Part
from ledger.files.rules import FileMissing
from ledger.journal.queries import held
from ledger.journal.rules import AskedDifferently
from ledger.log.tables import Leaf
from ledger.periods import DayToCome, Month
from tests.cast import CHEN, MEI
from tests.factories import SHA
from tests.fees.homes import (
    JUNE,
    MAY,
    ONE,
    PLACE,
    THREE,
    TWO,
    a_contract,
    a_payment,
    books_agree,
    charge,
    day,
    pay,
    three_homes,
)

PROOF = SHA
LATER = day(2026, 12, 1)
AFTER_ALL = day(2027, 3, 1)
LPR = [(date(2025, 5, 20), 30_000)]
"""3.00 % a year."""


def in_arrears(session, **terms):
    """May and June unpaid by three homes, under a contract with a late fee of 3 ‰ a day."""
    three_homes(session)
    a_contract(session, **{"late_daily_e6": 3_000, **terms})
    for month in (MAY, JUNE):
        charge(session, month)


def demanded(session, measure, on, code=None, homes=(ONE,), at=LATER, by=MEI):
    code = code or f"{measure}-{on}"
    sent = [Delivery(home, Channel.REGISTERED_POST, PROOF) for home in homes]
    return demand(session, PLACE, code, measure, sent, on, by=by, at=at).posted


def a_debt(fen=36_000_00, due=date(2026, 1, 31), **more):
    return LateDebt(fen, due, more.pop("taken_down", ()), more.pop("disputed", ()))


def fee(debt, until, *, daily_e6=3_000, lpr=LPR, principal=None):
    return late_fee(
        debt, until, daily_e6=daily_e6, lpr=lpr, cap_pct=130, principal_fen=principal or debt.charged_fen
    )


def test_the_steps_follow_one_another_each_after_the_time_the_one_before_gave(session):
    """Code Art. 944: reminder with a reasonable period; 条例 Art. 64: the committee urges; then letter, then suit."""
    in_arrears(session)
    with pytest.raises(TooSoon, match="提醒"):
        demanded(session, Measure.COMMITTEE_URGING, date(2026, 7, 10), by=CHEN)
    demanded(session, Measure.REMINDER, date(2026, 7, 10))
    with pytest.raises(TooSoon, match="2026年8月10日"):  # the thirtieth day is a Sunday
        demanded(session, Measure.COMMITTEE_URGING, date(2026, 8, 10), by=CHEN)

    demanded(session, Measure.COMMITTEE_URGING, date(2026, 8, 11), by=CHEN)
    with pytest.raises(TooSoon, match="催缴函"):
        demanded(session, Measure.SUIT, date(2026, 10, 1))
    demanded(session, Measure.LETTER, date(2026, 9, 11))
    demanded(session, Measure.SUIT, date(2026, 10, 13))

    assert [row.measure for row in session.exec(select(Demand))] == list(Measure)[:4]
    assert late_payers(session, PLACE, date(2026, 10, 13), [ONE])[0].step.measure is Measure.SUIT


def test_one_action_reminds_many_homes_and_again_is_the_same(session):
    in_arrears(session)
    first = demanded(session, Measure.REMINDER, date(2026, 7, 10), "r-1", homes=(ONE, TWO, THREE))

    again = demanded(session, Measure.REMINDER, date(2026, 7, 10), "r-1", homes=(THREE, TWO, ONE))

    assert again == first._replace(fresh=False)
    assert len(session.exec(select(Demand)).all()) == 3
    with pytest.raises(AskedDifferently):
        demanded(session, Measure.REMINDER, date(2026, 7, 10), "r-1", homes=(ONE,))
    assert all(ONE.encode() not in leaf.body for leaf in session.exec(select(Leaf)))


def test_the_committee_urges_and_the_firm_does_the_rest(session):
    """条例 Art. 64."""
    in_arrears(session)

    with pytest.raises(NotTheirStep, match="业主委员会"):
        demanded(session, Measure.COMMITTEE_URGING, date(2026, 8, 10))
    with pytest.raises(NotTheirStep, match="物业服务企业"):
        demanded(session, Measure.REMINDER, date(2026, 8, 10), by=CHEN)


@pytest.mark.parametrize("measure", NEVER)
def test_nobody_is_pressed_by_what_the_law_forbids(session, measure):
    """Code Art. 944: cutting utilities; `domain/05` §5.4: lock-out and public naming."""
    in_arrears(session)

    with pytest.raises(MeasureForbidden, match="944"):
        demanded(session, measure, date(2026, 7, 10))
    assert session.exec(select(Demand)).all() == []


def test_only_what_is_due_and_unpaid_is_demanded_and_only_when_it_was(session):
    in_arrears(session, due_days=20)
    pay(session, a_payment(TWO, 72_00))

    with pytest.raises(NothingOwed):
        demanded(session, Measure.REMINDER, date(2026, 7, 21), homes=(ONE, TWO))
    with pytest.raises(NothingOwed):
        demanded(session, Measure.REMINDER, date(2026, 6, 20))  # May falls due on 20 June
    with pytest.raises(DayToCome):
        demanded(session, Measure.REMINDER, date(2026, 12, 2))
    with pytest.raises(NoHome):
        demanded(session, Measure.REMINDER, date(2026, 7, 21), homes=("9-9-999",))
    assert session.exec(select(Demand)).all() == []


def test_a_late_fee_is_simple_interest_at_the_lower_of_contract_and_1_3_lpr():
    """`domain/05` §5.4: daily rate = min(contract, 1.3 × LPR/365): 36,000.00 × 3.9 % × 100/365 = 384.65…"""
    assert fee(a_debt(), date(2026, 5, 11)) == 384_65
    assert fee(a_debt(), date(2026, 5, 11), daily_e6=50) == 180_00  # the contract's half of a ten-thousandth
    assert fee(a_debt(), date(2026, 1, 31)) == 0  # the due day is not late


def test_what_is_paid_ends_its_interest_that_day():
    half = a_debt(taken_down=[(date(2026, 3, 22), 18_000_00)])  # 49 days whole, 51 days half

    assert fee(half, date(2026, 5, 11)) == (36_000_00 * 49 + 18_000_00 * 51) * 39 // 365_000
    assert fee(a_debt(taken_down=[(date(2026, 1, 31), 36_000_00)]), date(2026, 5, 11)) == 0


def test_a_change_of_lpr_counts_from_its_day():
    lpr = [(date(2026, 1, 1), 30_000), (date(2026, 3, 22), 20_000)]

    assert fee(a_debt(), date(2026, 5, 11), lpr=lpr) == 36_000_00 * (49 * 39 + 51 * 26) // 365_000


def test_disputed_days_do_not_count():
    """`domain/05` §5.4: none on disputed tickets under review."""
    until = date(2026, 5, 11)

    assert (
        fee(a_debt(disputed=[(date(2026, 2, 1), date(2026, 3, 21))]), until) == 36_000_00 * 51 * 39 // 365_000
    )
    assert fee(a_debt(disputed=[(date(2026, 2, 1), None)]), until) == 0


def test_a_late_fee_is_never_more_than_the_principal():
    assert fee(a_debt(100), date(2056, 1, 1)) == 100


@given(
    st.integers(1, 10**7),
    st.integers(0, 10_000),
    st.integers(0, 2_000),
    st.lists(st.tuples(st.integers(-30, 900), st.integers(1, 10**6)), max_size=6),
    st.integers(0, 10_000),
)
def test_a_late_fee_only_grows_is_capped_and_paying_never_raises_it(fen, days, more, paid, daily_e6):
    due = date(2026, 1, 31)
    down = [(date.fromordinal(due.toordinal() + n), amount) for n, amount in paid]
    until, later = (date.fromordinal(due.toordinal() + n) for n in (days, days + more))
    debt = LateDebt(fen, due, down)

    now = fee(debt, until, daily_e6=daily_e6)

    assert 0 <= now <= fee(debt, later, daily_e6=daily_e6) <= fen
    assert now <= fee(LateDebt(fen, due, down[1:]), until, daily_e6=daily_e6)
    assert now * 365 * 1_000 <= fen * days * 39


def test_a_late_fee_is_charged_on_its_own_account_and_the_difference_later(session):
    in_arrears(session)
    first = charge_late_fees(
        session, PLACE, [ONE, TWO], date(2026, 9, 8), by=MEI, at=LATER
    )  # 99 days, since 31 May is a Sunday, and 70
    again = charge_late_fees(session, PLACE, [TWO, ONE], date(2026, 9, 8), by=MEI, at=LATER)
    charge_late_fees(session, PLACE, [ONE], date(2026, 12, 1), by=MEI, at=LATER)

    interest = {
        debt.month: fen for debt, fen in debts(session, PLACE, [TWO])[TWO] if debt.part is Part.INTEREST
    }
    assert interest == {"2026-05": 3600 * 99 * 39 // 365_000, "2026-06": 3600 * 70 * 39 // 365_000}
    assert again == first._replace(fresh=False)
    all_of_one = {d.month: fen for d, fen in debts(session, PLACE, [ONE])[ONE] if d.part is Part.INTEREST}
    assert all_of_one == {"2026-05": 3600 * 183 * 39 // 365_000, "2026-06": 3600 * 154 * 39 // 365_000}
    assert held(session, PLACE, "fee", "surcharges")[ONE] == sum(all_of_one.values())
    books_agree(session)


def test_there_is_no_late_fee_on_a_late_fee(session):
    in_arrears(session)
    charge_late_fees(session, PLACE, [ONE], date(2026, 9, 8), by=MEI, at=LATER)
    pay(session, a_payment(ONE, 72_00 + 38 + 26, date(2026, 9, 8)))
    owed = sum(fen for _, fen in debts(session, PLACE, [ONE]).get(ONE, []))

    assert charge_late_fees(session, PLACE, [ONE], date(2026, 12, 1), by=MEI, at=LATER) is None
    assert sum(fen for _, fen in debts(session, PLACE, [ONE]).get(ONE, [])) == owed == 0


def test_without_a_clause_in_the_contract_there_is_no_late_fee(session):
    """Code Art. 585."""
    in_arrears(session, late_daily_e6=None)

    with pytest.raises(NoLateFee, match="585"):
        charge_late_fees(session, PLACE, [ONE], date(2026, 9, 8), by=MEI, at=LATER)
    with pytest.raises(DayToCome):
        charge_late_fees(session, PLACE, [ONE], date(2026, 12, 2), by=MEI, at=LATER)


def test_while_a_home_disputes_its_fee_no_late_fee_grows(session):
    in_arrears(session)
    opened = {"reason": "保洁不到位", "by": MEI, "at": LATER}
    open_dispute(session, PLACE, "D-1", ONE, MAY, JUNE, date(2026, 6, 1), **opened)
    with pytest.raises(DaysBackwards):
        open_dispute(session, PLACE, "D-2", ONE, JUNE, MAY, date(2026, 6, 1), **opened)
    assert charge_late_fees(session, PLACE, [ONE], date(2026, 9, 8), by=MEI, at=LATER) is None

    with pytest.raises(DaysBackwards):
        end_dispute(session, PLACE, "D-1", date(2026, 5, 31), by=MEI, at=LATER)
    end_dispute(session, PLACE, "D-1", date(2026, 9, 8), by=MEI, at=LATER)
    assert not end_dispute(session, PLACE, "D-1", date(2026, 9, 8), by=MEI, at=LATER).fresh
    with pytest.raises(AskedDifferently):
        end_dispute(session, PLACE, "D-1", date(2026, 9, 9), by=MEI, at=LATER)
    charge_late_fees(session, PLACE, [ONE], date(2026, 9, 18), by=MEI, at=LATER)

    assert debts(session, PLACE, [ONE])[ONE][0] == (Owed("2026-05", Part.INTEREST), 3600 * 10 * 39 // 365_000)


def test_what_nobody_handed_in_proves_no_delivery_and_no_award(session):
    in_arrears(session)
    sent = [Delivery(ONE, Channel.REGISTERED_POST, "0" * 64)]

    with pytest.raises(FileMissing):
        demand(session, PLACE, "r", Measure.REMINDER, sent, date(2026, 7, 20), by=MEI, at=LATER)
    with pytest.raises(FileMissing):
        claim_costs(session, PLACE, ONE, MAY, 50_00, "0" * 64, by=MEI, at=LATER)


def test_costs_are_claimed_once_by_their_award_and_for_a_month_that_was_charged(session):
    in_arrears(session)
    who = {"by": MEI, "at": LATER}
    first = claim_costs(session, PLACE, ONE, MAY, 50_00, SHA, **who)

    assert claim_costs(session, PLACE, ONE, MAY, 50_00, SHA, **who) == first._replace(fresh=False)
    with pytest.raises(NotOwed):
        claim_costs(session, PLACE, ONE, Month(2026, 1), 50_00, "c" * 64, **who)
    assert debts(session, PLACE, [ONE])[ONE][0] == (Owed("2026-05", Part.COST), 50_00)


def test_a_claim_runs_three_years_from_the_last_demand_and_is_flagged_at_thirty_months():
    """`domain/05` §5.4: 3 years (Art. 188), interrupted by demand (Art. 195), risk flag at 30 months."""
    due = date(2023, 1, 31)

    assert claim(due, [], [], date(2025, 7, 30), 30) == (due, date(2026, 2, 2), TimeBar.RUNNING)
    assert claim(due, [], [], date(2025, 7, 31), 30).state is TimeBar.AT_RISK
    assert claim(due, [], [], date(2026, 1, 31), 30).state is TimeBar.AT_RISK
    assert (
        claim(due, [], [], date(2026, 2, 2), 30).state is TimeBar.AT_RISK
    )  # 31 January is a Saturday (Art. 203)
    assert claim(due, [], [], date(2026, 2, 3), 30).state is TimeBar.PASSED
    again = claim(due, [date(2025, 8, 31), date(2022, 1, 1)], [], date(2028, 2, 29), 30)
    assert again == (date(2025, 8, 31), date(2028, 8, 31), TimeBar.AT_RISK)
    assert claim(due, [date(2026, 3, 1)], [], date(2026, 2, 3), 30).state is TimeBar.PASSED  # not yet made


@pytest.mark.parametrize(
    ("demands", "own", "since", "runs_out", "state"),
    [
        # the row's own
        ([date(2024, 6, 1)], [], date(2020, 1, 31), date(2023, 1, 31), TimeBar.PASSED),
        ([date(2023, 2, 1)], [], date(2020, 1, 31), date(2023, 1, 31), TimeBar.PASSED),
        # its last day
        ([date(2023, 1, 31)], [], date(2023, 1, 31), date(2026, 2, 2), TimeBar.AT_RISK),
        # each while it ran
        ([date(2022, 3, 1), date(2024, 6, 1)], [], date(2024, 6, 1), date(2027, 6, 1), TimeBar.RUNNING),
        # his own promise or payment
        ([], [date(2024, 6, 1)], date(2024, 6, 1), date(2027, 6, 1), TimeBar.RUNNING),
        ([date(2025, 1, 1)], [date(2024, 6, 1)], date(2025, 1, 1), date(2028, 1, 4), TimeBar.RUNNING),
        # before it was due
        ([date(2024, 6, 1)], [date(2020, 1, 1)], date(2020, 1, 31), date(2023, 1, 31), TimeBar.PASSED),
    ],
)
def test_b4_after_its_end_a_claim_is_begun_anew_by_the_debtor_alone(demands, own, since, runs_out, state):
    due, today = date(2020, 1, 31), date(2025, 8, 1)

    assert claim(due, demands, own, today, 30) == (since, runs_out, state)


@pytest.mark.parametrize(
    ("demand", "state"), [(date(2026, 2, 2), TimeBar.RUNNING), (date(2026, 2, 3), TimeBar.PASSED)]
)
def test_b4_b6_a_demand_is_in_time_through_the_working_day_after_a_last_day_off(demand, state):
    """Three years from 31 January 2023 end on a Saturday (民法典 Art. 203)."""
    assert claim(date(2023, 1, 31), [demand], [], date(2026, 3, 1), 30).state is state


def test_b4_b6_a_limitation_ends_by_the_calendar_that_was_entered():
    worked = {date(2026, 1, 31): True}
    assert claim(date(2023, 1, 31), [], [], date(2026, 1, 1), 30, worked).runs_out_on == date(2026, 1, 31)


def test_b4_a_demand_after_the_end_leaves_a_debt_out_of_time_until_its_debtor_pays_or_promises(session):
    in_arrears(session)
    late = date(2029, 8, 1)  # May fell due by 2026-06-30
    for home, measure in ((ONE, Measure.REMINDER), (TWO, Measure.PROMISE)):
        demanded(session, measure, late, homes=[home], at=day(2029, 8, 2))
    receive(session, PLACE, [a_payment(THREE, 1_00, late)], by=MEI, at=day(2029, 8, 2))

    claims = {d.home: d.claim for d in late_payers(session, PLACE, date(2029, 9, 1))}

    assert claims[ONE].state is TimeBar.PASSED
    assert claims[ONE].runs_out_on < late
    assert [claims[home].runs_out_on for home in (TWO, THREE)] == [date(2032, 8, 2)] * 2


def test_a_debt_out_of_time_is_flagged_and_stays(session):
    out = date(2029, 6, 2)
    in_arrears(session)  # May's fell due on 1 June, since 31 May is a Sunday

    assert [d.home for d in late_payers(session, PLACE, out)] == [ONE, TWO, THREE]
    assert {d.claim.state for d in late_payers(session, PLACE, out)} == {TimeBar.PASSED}
    demanded(session, Measure.REMINDER, date(2026, 12, 1))
    pay(session, a_payment(TWO, 1_00, date(2026, 11, 30)))
    late = {d.home: d.claim.state for d in late_payers(session, PLACE, out)}
    assert late == {ONE: TimeBar.AT_RISK, TWO: TimeBar.AT_RISK, THREE: TimeBar.PASSED}


def test_the_lpr_of_the_profile_has_its_history(session):
    three_homes(session)

    history = profile_history(session, PLACE, "fee.lpr_1y_e6")

    assert history[0] == (date(2021, 1, 1), 38_500)
    assert history[-1] == (date(2025, 5, 20), 30_000)
    session.add(
        ProfileValue(scope=f"community:{PLACE}", key="fee.lpr_1y_e6", since=date(2024, 1, 1), value="1")
    )
    session.flush()
    assert profile_history(session, PLACE, "fee.lpr_1y_e6")[-1] == (date(2025, 5, 20), 1)


def test_the_same_dispute_is_opened_once(session):
    in_arrears(session)
    details = {"reason": "服务质量", "by": MEI, "at": LATER}
    first = open_dispute(session, PLACE, "D-1", ONE, MAY, MAY, date(2026, 7, 1), **details)

    assert open_dispute(session, PLACE, "D-1", ONE, MAY, MAY, date(2026, 7, 1), **details).no == first.no
    with pytest.raises(AskedDifferently):
        open_dispute(session, PLACE, "D-1", TWO, MAY, MAY, date(2026, 7, 1), **details)


@pytest.mark.parametrize(
    ("month", "due_days", "first_working_day"),
    [
        (Month(2026, 9), 5, date(2026, 10, 8)),  # 5 October lies in the National Day holiday
        (Month(2026, 7), 15, date(2026, 8, 17)),  # 15 August is a Saturday
        (Month(2027, 1), 0, date(2027, 2, 1)),  # 31 January is a Sunday
    ],
)
def test_b6_what_is_paid_on_the_first_working_day_after_a_due_day_off_is_not_late(
    session, month, due_days, first_working_day
):
    three_homes(session)
    a_contract(session, late_daily_e6=3_000, due_days=due_days)
    charge_month(session, PLACE, month, by=MEI, at=AFTER_ALL)
    paid = a_payment(ONE, 20_00, first_working_day)
    receive(session, PLACE, [paid], by=MEI, at=AFTER_ALL)

    assert late_payers(session, PLACE, first_working_day) == []
    assert set(late_fees(session, PLACE, [ONE, TWO], first_working_day).values()) == {0}
    a_day_later = first_working_day + timedelta(days=10)
    assert late_fees(session, PLACE, [ONE, TWO], a_day_later) == {
        (home, str(month)): left * 10 * 39 // 365_000 for home, left in ((ONE, 1600), (TWO, 3600))
    }


def test_b6_the_limitation_begins_on_the_working_day_too(session):
    three_homes(session)
    a_contract(session, due_days=5)
    charge_month(session, PLACE, Month(2026, 9), by=MEI, at=AFTER_ALL)

    claims = {d.claim.since for d in late_payers(session, PLACE, date(2026, 10, 9))}

    assert claims == {date(2026, 10, 8)}
    assert {d.claim.runs_out_on for d in late_payers(session, PLACE, date(2026, 10, 9))} == {
        date(2029, 10, 8)
    }


def test_b6_a_due_day_by_the_calendar_that_was_entered(session):
    assert due_on(Month(2026, 7), 15, {date(2026, 8, 15): True}) == date(2026, 8, 15)
    assert due_on(Month(2026, 7), 14, {date(2026, 8, 14): False}) == date(2026, 8, 17)
