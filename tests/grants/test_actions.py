"""Works money by its source: received, planned, billed, retained, returned; each step by the right people."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.community.role_rules import SamePerson
from ledger.errors import Refused
from ledger.grants.actions import open_grant_book, receive, take_back, take_receipt
from ledger.grants.contract_actions import (
    NewWorksContract,
    approve_change,
    ask_change,
    claim_defect,
    settle_defect,
    sign_works_contract,
)
from ledger.grants.contract_rules import ChangeTooDeep, ContractorWrong, RetentionClaimed, RetentionNotDue
from ledger.grants.payout_actions import ask_bill, ask_release, ask_return, pay_out
from ledger.grants.payout_queries import payout_seen
from ledger.grants.payout_rules import PaidAbovePlan, PaidAbovePrice, PartsWrong, ReleaseAboveHeld
from ledger.grants.plan_actions import (
    approve_plan,
    approve_subsidy,
    change_plan,
    give_in_kind,
    name_fund_payment,
    pledge,
)
from ledger.grants.plan_queries import planned
from ledger.grants.plan_rules import NotFromTheFund, PlanBelowUsed, PlanOutOfTurn, PledgeAbovePlan
from ledger.grants.queries import NoPackage, NoWorks
from ledger.grants.rules import (
    AmountNotPositive,
    Funding,
    FundStaysHome,
    NotAReceipt,
    PurposeShort,
    Receipt,
    Source,
    SourceNotPlanned,
    book_of,
)
from ledger.grants.spent_queries import free
from ledger.grants.walk_queries import by_package, by_source, coverage, streams, walk, where_from, where_to
from ledger.journal.actions import post, reverse
from ledger.journal.queries import NoBook, accounts, books, trial_balance
from ledger.journal.rules import AskedDifferently, BookCode, Draft, MonthClosed, Move
from ledger.periods import DayToCome, Month
from tests.cast import CHEN, LIN, MEI, NOON, SU
from tests.factories import a_works_contract, an_account
from tests.grants.renovation import (
    JULY,
    LATER,
    PLACE,
    PLAN,
    RESIDENTS,
    STATE,
    UTILITY,
    a_renovation,
    ask,
    bill,
    come_in,
    pay,
)

IN_JULY = Month(2026, 7)
A = ("2022", "A")


def figures(session, source, through=IN_JULY):
    return next(f for f in by_source(session, PLACE, through) if f.source is source)


def test_every_source_has_a_book_of_its_own_with_its_name(session):
    a_renovation(session)

    assert {b.code: b.zh for b in books(session, PLACE) if b.code.startswith("grant-")} == {
        "grant-government": "改造资金—政府投入",
        "grant-residents": "改造资金—居民出资",
        "grant-utility": "改造资金—专营单位分担",
    }


def test_planned_and_actual_stand_beside_each_other_by_source(session):
    a_renovation(session)
    come_in(session, STATE, 900_00)
    bill(session, government=800_00)

    state = figures(session, STATE)
    assert (state.planned_fen, state.received_fen, state.spent_fen, state.held_fen) == (
        1_000_00, 900_00, 776_00, 24_00,
    )  # fmt: skip
    assert figures(session, RESIDENTS)[1:4] == (10_00, 0, 0)
    assert figures(session, STATE, Month(2026, 6)).received_fen == 0


def test_a_source_pays_no_more_than_it_brought_in_though_another_be_rich(session):
    a_renovation(session)
    come_in(session, STATE, 900_00)
    come_in(session, RESIDENTS, 5_00, key="in-2")

    with pytest.raises(PurposeShort, match=r"居民出资.*5\.00"):
        ask(session, residents=5_01)


def test_retained_money_is_not_free_for_anything_else(session):
    a_renovation(session)
    come_in(session, STATE, 900_00)
    bill(session, government=800_00)

    assert free(session, PLACE, "2022")[STATE] == 100_00
    with pytest.raises(PurposeShort):
        ask_return(session, PLACE, "R-1", "2022", STATE, 100_01, reason="余款", by=MEI, at=NOON)


def test_a_source_pays_only_for_packages_it_is_planned_for(session):
    a_renovation(session)
    come_in(session, STATE, 900_00)
    a_works_contract(session, "K-B", package="B")

    with pytest.raises(SourceNotPlanned, match="B"):
        ask_bill(session, PLACE, "F-2", "K-B", 1, {STATE: 1}, by=MEI, at=NOON)
    open_grant_book(session, PLACE, Source.SOCIAL_CAPITAL, by=MEI, at=NOON)
    with pytest.raises(SourceNotPlanned, match="社会资本"):
        come_in(session, Source.SOCIAL_CAPITAL, 1, key="in-9")


def test_a_source_pays_no_more_than_its_plan_and_its_pledges(session):
    a_renovation(session, price_fen=5_000_00)
    come_in(session, STATE, 2_000_00)

    with pytest.raises(PaidAbovePlan, match=r"1,000\.00"):
        ask(session, government=1_000_01)
    pledge(session, PLACE, "文-1", *A, STATE, 700_00, JULY, by=MEI, at=NOON)
    with pytest.raises(PaidAbovePlan, match=r"700\.00"):
        ask(session, government=700_01)
    with pytest.raises(PledgeAbovePlan):
        pledge(session, PLACE, "文-2", *A, STATE, 300_01, JULY, by=MEI, at=NOON)
    assert figures(session, STATE).committed_fen == 700_00


def test_money_of_a_source_without_a_book_is_refused(session):
    a_renovation(session)

    with pytest.raises(NoBook, match="公共收益补充"):
        come_in(session, Source.PUBLIC_REVENUE, 100)


def test_a_document_whose_receipt_was_taken_back_is_received_once_more_and_rightly(session):
    a_renovation(session)
    first = Receipt(STATE, "2022", 900_00, JULY)
    wrong = take_receipt(session, PLACE, first, "文-7", by=MEI, at=NOON)
    take_back(session, PLACE, wrong.no, reason="少了一位", by=MEI, at=NOON)
    right = first._replace(amount_fen=9_000_00)

    posted = take_receipt(session, PLACE, right, "文-7", by=MEI, at=NOON)

    assert take_receipt(session, PLACE, right, "文-7", by=MEI, at=NOON) == posted._replace(fresh=False)
    assert free(session, PLACE, "2022")[STATE] == 9_000_00


def test_what_of_a_payout_was_reversed_is_paid_once_more_and_the_rest_is_not(session):
    a_renovation(session)
    come_in(session, STATE, 900_00)
    come_in(session, RESIDENTS, 10_00, key="in-2")
    paid = bill(session, government=800_00, residents=10_00)
    assert payout_seen(session, PLACE, "F-1")["open_fen"] == 0
    reverse(session, PLACE, paid[0].no, reason="银行退回", key=f"reversal/{paid[0].no}", by=MEI, at=NOON)
    assert payout_seen(session, PLACE, "F-1")["open_fen"] == 776_00
    with pytest.raises(SamePerson):
        pay(session, by=MEI)

    again = pay(session)

    assert [posted.fresh for posted in again] == [True, False]
    assert pay(session) == [posted._replace(fresh=False) for posted in again]
    assert payout_seen(session, PLACE, "F-1")["open_fen"] == 0
    assert (figures(session, STATE).spent_fen, figures(session, RESIDENTS).spent_fen) == (776_00, 9_70)
    assert free(session, PLACE, "2022")[STATE] == 100_00


def test_the_maintenance_funds_money_never_leaves_its_book(session):
    a_renovation(session)
    come_in(session, STATE, 900_00)

    with pytest.raises(FundStaysHome):
        come_in(session, Source.MAINTENANCE_FUND, 100)
    with pytest.raises(FundStaysHome):
        ask(session, maintenance_fund=100)


def test_what_the_fund_bore_is_named_once_and_walks_to_the_contractor(session):
    a_renovation(session)
    codes = accounts(session, PLACE, "fund")
    fund = BookCode.FUND.value
    income = Move(codes["bank"], codes["interest"], 500_00)
    post(session, PLACE, Draft("fund.interest", JULY, "i", fund, [income]), by=MEI, at=NOON)
    paid = post(
        session,
        PLACE,
        Draft("fund.paid", JULY, "p", fund, [Move(codes["other_expense"], codes["bank"], 300_00)]),
        by=MEI,
        at=NOON,
    )

    with pytest.raises(SourceNotPlanned):
        name_fund_payment(session, PLACE, *A, paid.no, by=MEI, at=NOON)
    change_plan(
        session, PLACE, *A, 2, {**PLAN, Source.MAINTENANCE_FUND: 300_00}, reason="补充", by=MEI, at=NOON
    )
    approve_plan(session, PLACE, *A, 2, by=CHEN, at=NOON)
    assert name_fund_payment(session, PLACE, *A, paid.no, by=MEI, at=NOON).amount_fen == 300_00
    name_fund_payment(session, PLACE, *A, paid.no, by=MEI, at=NOON)

    fund_line = figures(session, Source.MAINTENANCE_FUND)
    assert (fund_line.received_fen, fund_line.spent_fen) == (300_00, 300_00)
    assert [(s.source, s.payee, s.fen) for s in streams(session, PLACE, IN_JULY)] == [
        (Source.MAINTENANCE_FUND, "anju", 300_00)
    ]
    with pytest.raises(AskedDifferently):
        name_fund_payment(session, PLACE, "2022", "B", paid.no, by=MEI, at=NOON)
    with pytest.raises(NotFromTheFund):
        name_fund_payment(session, PLACE, *A, come_in(session, STATE, 1).no, by=MEI, at=NOON)


def test_money_comes_in_once_by_its_key(session):
    a_renovation(session)
    first = come_in(session, STATE, 900_00)

    assert come_in(session, STATE, 900_00) == first._replace(fresh=False)
    with pytest.raises(AskedDifferently):
        come_in(session, STATE, 901_00)
    assert figures(session, STATE).received_fen == 900_00


def test_what_does_not_exist_receives_and_pays_nothing(session):
    a_renovation(session)

    with pytest.raises(NoWorks):
        receive(session, PLACE, Receipt(STATE, "1999", 100, JULY), key="x", by=MEI, at=NOON)
    for wrong in (0, -1, True):
        with pytest.raises(AmountNotPositive):
            come_in(session, STATE, wrong)
    with pytest.raises(NoPackage):
        pledge(session, PLACE, "文", "2022", "Z", STATE, 1, JULY, by=MEI, at=NOON)


def test_a_wrong_receipt_is_taken_back_while_its_money_is_there(session):
    a_renovation(session)
    first = come_in(session, STATE, 900_00)
    second = come_in(session, STATE, 50_00, key="in-2")
    (paid,) = bill(session, government=800_00)

    with pytest.raises(PurposeShort):
        take_back(session, PLACE, first.no, reason="重复", by=MEI, at=NOON)
    with pytest.raises(NotAReceipt):
        take_back(session, PLACE, paid.no, reason="x", by=MEI, at=NOON)
    reversal = take_back(session, PLACE, second.no, reason="重复", by=MEI, at=NOON)

    assert take_back(session, PLACE, second.no, reason="重复", by=MEI, at=NOON).no == reversal.no
    assert figures(session, STATE).received_fen == 900_00
    assert [t.fen for t in where_from(session, PLACE, reversal.no)] == [50_00]


def test_who_asks_for_a_payment_does_not_pay_it(session):
    a_renovation(session)
    come_in(session, STATE, 900_00)
    ask(session, government=100_00)

    with pytest.raises(SamePerson, match="第25条"):
        pay(session, by=MEI)
    assert figures(session, STATE).spent_fen == 0


def test_a_bill_is_paid_once_and_its_number_is_nobody_elses(session):
    a_renovation(session)
    come_in(session, STATE, 900_00)
    first = bill(session, government=100_00)

    assert [p.no for p in pay(session)] == [p.no for p in first]
    assert ask(session, government=100_00).approved_by == CHEN.login
    with pytest.raises(AskedDifferently):
        ask(session, government=101_00)
    assert figures(session, STATE).spent_fen == 97_00


def test_bills_stay_within_price_and_approved_changes(session):
    a_renovation(session, price_fen=500_00)
    come_in(session, STATE, 900_00)
    bill(session, government=500_00)

    with pytest.raises(PaidAbovePrice, match=r"500\.00"):
        ask(session, "F-2", government=1)
    ask_change(session, PLACE, "K-1", "BG-1", 20_00, reason="增加踏步", by=MEI, at=NOON)
    with pytest.raises(PaidAbovePrice):
        ask(session, "F-2", government=20_00)
    with pytest.raises(SamePerson):
        approve_change(session, PLACE, "K-1", "BG-1", by=MEI, at=NOON)
    approve_change(session, PLACE, "K-1", "BG-1", by=CHEN, at=NOON)
    bill(session, "F-2", government=20_00)

    with pytest.raises(ChangeTooDeep):
        ask_change(session, PLACE, "K-1", "BG-2", -1, reason="核减", by=MEI, at=NOON)
    assert by_package(session, PLACE, IN_JULY)[A][2:6] == (500_00, 20_00, 504_40, 15_60)


def test_only_a_firm_that_does_works_signs_a_works_contract(session):
    a_renovation(session)
    new = NewWorksContract("K-9", "2022", "A", "wuye", 100, date(2026, 1, 1), 300, 24)

    with pytest.raises(ContractorWrong, match="第22条"):
        sign_works_contract(session, PLACE, new, by=MEI, at=NOON)


def test_a_bill_over_several_sources_is_an_entry_in_each_book_linked(session):
    a_renovation(session)
    come_in(session, STATE, 900_00)
    come_in(session, UTILITY, 50_00, key="in-2")

    with pytest.raises(PartsWrong):
        ask_bill(session, PLACE, "F-1", "K-1", 100, {STATE: 50, UTILITY: 49}, by=MEI, at=NOON)
    assert len(bill(session, government=90_00, utility=10_00)) == 2
    assert [(s.source, s.package, s.payee, s.fen) for s in streams(session, PLACE, IN_JULY)] == [
        (STATE, "A", "anju", 87_30),
        (UTILITY, "A", "anju", 9_70),
    ]


def test_retention_money_waits_for_its_day_and_for_open_defects(session):
    """`domain/06` §6.2: the warranty outlives the retention money."""
    a_renovation(session)
    come_in(session, STATE, 900_00)
    bill(session, government=800_00)

    with pytest.raises(RetentionNotDue, match="2028年5月26日"):
        ask_release(session, PLACE, "B-1", "K-1", 24_00, by=MEI, at=NOON)
    with pytest.raises(ReleaseAboveHeld):
        ask_release(session, PLACE, "B-1", "K-1", 24_01, by=MEI, at=LATER)
    claim_defect(session, PLACE, "K-1", "Q-1", what="外墙起皮", by=LIN, at=LATER)
    with pytest.raises(RetentionClaimed, match="Q-1"):
        ask_release(session, PLACE, "B-1", "K-1", 24_00, by=MEI, at=LATER)
    with pytest.raises(SamePerson):
        settle_defect(session, PLACE, "K-1", "Q-1", by=LIN, at=LATER)
    settle_defect(session, PLACE, "K-1", "Q-1", by=CHEN, at=LATER)
    ask_release(session, PLACE, "B-1", "K-1", 24_00, by=MEI, at=LATER)
    ask_release(session, PLACE, "B-1", "K-1", 24_00, by=MEI, at=LATER)
    pay(session, "B-1", on=date(2028, 7, 14), at=LATER)

    after = figures(session, STATE, Month(2028, 7))
    assert (after.spent_fen, after.held_fen) == (800_00, 0)
    with pytest.raises(ReleaseAboveHeld):
        ask_release(session, PLACE, "B-2", "K-1", 1, by=MEI, at=LATER)


def test_what_is_not_needed_goes_back_to_its_source_by_two_people(session):
    a_renovation(session)
    first = come_in(session, STATE, 900_00)
    bill(session, government=100_00)
    ask_return(session, PLACE, "R-1", "2022", STATE, 800_00, reason="结余", by=MEI, at=NOON)
    with pytest.raises(SamePerson):
        pay(session, "R-1", by=MEI)
    (posting,) = pay(session, "R-1", by=SU)

    state = figures(session, STATE)
    assert (state.received_fen, state.spent_fen, state.returned_fen) == (900_00, 97_00, 800_00)
    assert [(t.came_in.no, t.fen) for t in where_from(session, PLACE, posting.no)] == [(first.no, 800_00)]


def test_every_yuan_walks_from_its_receipt_to_its_payee_and_back(session):
    a_renovation(session, retention_e2=0)
    first, second = come_in(session, STATE, 60_00), come_in(session, STATE, 100_00, key="in-2")
    (one,) = bill(session, government=40_00)
    (two,) = bill(session, "F-2", government=50_00)

    assert [(t.came_in.no, t.fen, t.went_out.party) for t in where_from(session, PLACE, two.no)] == [
        (first.no, 20_00, "anju"),
        (second.no, 30_00, "anju"),
    ]
    assert [(t.went_out.no, t.fen) for t in where_to(session, PLACE, first.no)] == [
        (one.no, 40_00),
        (two.no, 20_00),
    ]


def test_a_payment_reversed_frees_its_contract_and_its_plan(session):
    a_renovation(session, price_fen=500_00)
    come_in(session, STATE, 900_00)
    (paid,) = bill(session, government=500_00)
    reverse(session, PLACE, paid.no, reason="付错", key="red", by=MEI, at=NOON)

    assert figures(session, STATE)[3:6] == (900_00, 0, 0)
    assert figures(session, STATE).held_fen == 0
    assert streams(session, PLACE, IN_JULY) == []
    bill(session, "F-2", government=500_00)


def test_a_plan_changes_with_a_reason_and_a_second_person_and_the_old_one_stays(session):
    a_renovation(session)
    come_in(session, STATE, 900_00)
    bill(session, government=800_00)
    less = {**PLAN, STATE: 799_99}
    change_plan(session, PLACE, *A, 2, less, reason="压减", by=MEI, at=NOON)

    assert planned(session, PLACE)[A] == PLAN, "nothing holds before it is approved"
    with pytest.raises(PlanOutOfTurn):
        change_plan(session, PLACE, *A, 3, PLAN, reason="再改", by=MEI, at=NOON)
    with pytest.raises(SamePerson):
        approve_plan(session, PLACE, *A, 2, by=MEI, at=NOON)
    with pytest.raises(PlanBelowUsed, match=r"800\.00"):
        approve_plan(session, PLACE, *A, 2, by=CHEN, at=NOON)


def test_a_plan_holds_from_its_approval_and_shows_the_gap(session):
    a_renovation(session)
    assert coverage(session, PLACE)[A].gap_fen == 0
    change_plan(session, PLACE, *A, 2, {STATE: 900_00}, reason="压减", by=MEI, at=NOON)
    approve_plan(session, PLACE, *A, 2, by=CHEN, at=NOON)
    approve_plan(session, PLACE, *A, 2, by=CHEN, at=NOON)

    assert planned(session, PLACE)[A] == {STATE: 900_00}
    assert planned(session, PLACE, date(2026, 7, 1))[A] == PLAN
    assert coverage(session, PLACE)[A].gap_fen == 160_00
    with pytest.raises(AskedDifferently):
        change_plan(session, PLACE, *A, 2, {STATE: 901_00}, reason="压减", by=MEI, at=NOON)


def test_a_source_that_a_plan_counts_on_for_the_first_time_gets_its_book(session):
    a_renovation(session)
    change_plan(session, PLACE, *A, 2, {**PLAN, Source.SOCIAL_CAPITAL: 5_00}, reason="引入", by=MEI, at=NOON)
    approve_plan(session, PLACE, *A, 2, by=CHEN, at=NOON)
    an_account(session, "capital", book=book_of(Source.SOCIAL_CAPITAL))

    assert come_in(session, Source.SOCIAL_CAPITAL, 5_00).fresh


@pytest.mark.parametrize(
    ("approved_on", "pct", "gap"), [(date(2023, 12, 31), 50, 470_00), (date(2024, 1, 1), 20, 788_00)]
)
def test_a_subsidy_follows_the_rule_of_its_day_and_the_gap_is_recomputed(session, approved_on, pct, gap):
    """`domain/09` S4-11: the municipal share cut from 50 % to 20 %."""
    a_renovation(session)

    given = approve_subsidy(session, PLACE, "批-1", *A, 1_060_00, approved_on, by=SU, at=NOON)

    assert (given.pct, given.subsidy_fen) == (pct, 1_060_00 * pct // 100)
    assert coverage(session, PLACE)[A].gap_fen == gap
    assert approve_subsidy(session, PLACE, "批-1", *A, 1_060_00, approved_on, by=SU, at=NOON) == given


def test_what_a_utility_waives_counts_beside_the_money_and_never_as_cash(session):
    """`domain/09` S4-10."""
    a_renovation(session)
    before = trial_balance(session, PLACE, "grant-utility", IN_JULY, IN_JULY)

    give_in_kind(
        session, PLACE, "减-1", Funding(*A, UTILITY), 30_00, JULY, basis="管线迁改费减免", by=MEI, at=NOON
    )

    utility = figures(session, UTILITY)
    assert (utility.in_kind_fen, utility.received_fen, utility.planned_fen) == (30_00, 0, 50_00)
    assert trial_balance(session, PLACE, "grant-utility", IN_JULY, IN_JULY) == before
    assert coverage(session, PLACE)[A].gap_fen == 0


TOMORROW = NOON.date() + timedelta(days=1)
TO_COME = {
    "a pledge": lambda session: pledge(session, PLACE, "文-1", *A, STATE, 700_00, TOMORROW, by=MEI, at=NOON),
    "a subsidy": lambda session: approve_subsidy(
        session, PLACE, "批-1", *A, 1_060_00, TOMORROW, by=SU, at=NOON
    ),
    "a gift in kind": lambda session: give_in_kind(
        session, PLACE, "减-1", Funding(*A, UTILITY), 30_00, TOMORROW, basis="减免", by=MEI, at=NOON
    ),
    "a contract": lambda session: sign_works_contract(
        session, PLACE, NewWorksContract("K-9", *A, "anju", 100, TOMORROW, 300, 24), by=MEI, at=NOON
    ),
}


@pytest.mark.parametrize("what", TO_COME)
def test_nothing_was_signed_granted_or_given_on_a_day_to_come(session, what):
    a_renovation(session)

    with pytest.raises(DayToCome, match="2026年7月16日还没有到"):
        TO_COME[what](session)


def test_a_closed_month_takes_no_works_money(session):
    from ledger.fund.actions import end_month

    a_renovation(session)
    end_month(session, PLACE, Month(2026, 6), exceptions={}, by=MEI, at=NOON)

    with pytest.raises(MonthClosed):
        come_in(session, STATE, 100, on=date(2026, 6, 30))


ACTIONS = st.lists(
    st.tuples(
        st.sampled_from(["in", "bill", "return", "reverse", "take back"]),
        st.sampled_from([STATE, UTILITY]),
        st.integers(1, 60_00),
    ),
    max_size=14,
)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(actions=ACTIONS)
def test_whatever_is_permitted_the_books_the_figures_and_the_walk_agree(shared, actions):
    """Received less returned less spent is what each book holds; the walk is exact; the sources cover the cost."""
    from sqlmodel import Session

    with Session(shared.engine, expire_on_commit=False) as session:
        a_renovation(session)
        receipts, payments = [], []
        for number, (action, source, fen) in enumerate(actions):
            try:
                with session.begin_nested():
                    if action == "in":
                        receipts.append(come_in(session, source, fen, key=f"in-{number}").no)
                    elif action == "bill":
                        payments += [p.no for p in bill(session, f"F-{number}", **{source.value: fen})]
                    elif action == "return":
                        ask_return(
                            session, PLACE, f"R-{number}", "2022", source, fen, reason="余", by=MEI, at=NOON
                        )
                        payments += [p.no for p in pay(session, f"R-{number}")]
                    elif action == "reverse" and payments:
                        no = payments.pop(fen % len(payments))
                        reverse(session, PLACE, no, reason="错", key=f"red-{no}", by=MEI, at=NOON)
                    elif action == "take back" and receipts:
                        take_back(
                            session, PLACE, receipts.pop(fen % len(receipts)), reason="错", by=MEI, at=NOON
                        )
            except Refused:
                continue
        walked = walk(session, PLACE)
        assert all(trace.came_in for trace in walked)
        for totals in by_source(session, PLACE, IN_JULY):
            rows = {
                r.account: r for r in trial_balance(session, PLACE, book_of(totals.source), IN_JULY, IN_JULY)
            }
            bank = rows["GR1001"].closing_fen
            assert totals.received_fen - totals.returned_fen - totals.spent_fen == bank
            assert 0 <= totals.held_fen <= bank
            assert totals.spent_fen + totals.held_fen <= totals.planned_fen
            assert (totals.received_fen, totals.spent_fen, totals.returned_fen) == tuple(
                rows[code].closing_fen for code in ("GR4001", "GR5001", "GR5901")
            )
        paid = by_package(session, PLACE, IN_JULY)[A].paid_fen
        assert paid == sum(f.spent_fen for f in by_source(session, PLACE, IN_JULY))
        session.rollback()


def test_a_release_is_paid_by_another_person_too(session):
    a_renovation(session)
    come_in(session, STATE, 900_00)
    bill(session, government=800_00)
    ask_release(session, PLACE, "B-1", "K-1", 24_00, by=MEI, at=LATER)

    with pytest.raises(SamePerson):
        pay_out(session, PLACE, "B-1", date(2028, 7, 1), by=MEI, at=LATER)
