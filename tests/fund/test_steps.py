"""Which step may follow which, without a database: the whole table, state by state."""

import pytest

from ledger.errors import LedgerError
from ledger.fund.uses.step_and_emergency_rules import (
    NEEDED,
    STEPS,
    Action,
    Course,
    DepartmentsConsentMissing,
    DigestMalformed,
    MoneyPaid,
    NotSettled,
    Paper,
    PaperMissing,
    PriceReviewMissing,
    ProjectNotReady,
    ProjectState,
    ReviewMissing,
    SettlementMissing,
    VoteMissing,
    VoteNotNeeded,
    check_papers,
    may_follow,
    next_state,
)
from ledger.words import word
from tests.factories import SHA

S, D = ProjectState, Action
ORDINARY = {"passed": True, "budget_fen": 100, "price_review_over_fen": 3_000_000, "approved_fen": 100}
WALK = (
    (D.SURVEY, S.SURVEYED), (D.PRICE, S.PRICED), (D.POST_PLAN, S.POSTED), (D.ANNOUNCE_VOTE, S.VOTING),
    (D.POST_RESULT, S.VOTE_POSTED), (D.APPLY, S.APPLIED), (D.APPROVE, S.APPROVED), (D.PAY_ADVANCE, S.ADVANCE_PAID),
    (D.BEGIN, S.IN_WORKS), (D.ACCEPT, S.ACCEPTED), (D.SETTLE, S.SETTLED), (D.PAY_FINAL, S.FINAL_PAID),
    (D.APPORTION, S.APPORTIONED), (D.DISCLOSE, S.DISCLOSED), (D.ARCHIVE, S.ARCHIVED),
)  # fmt: skip
"""domain/01 §1.8: DRAFT → SURVEYED → PRICED → POSTED → VOTING → VOTE_POSTED → APPLIED → APPROVED → …"""


def course(state, **facts):
    return Course("P-1", state, **{**ORDINARY, **facts})


def test_the_whole_way_from_draft_to_archive():
    state = S.DRAFT
    for action, after in WALK:
        settled = 100 if action is D.SETTLE else None
        assert next_state(action, course(state, settled_fen=settled)) is after
        state = after


KINDS_OF_USE = [
    {"emergency": emergency, "preauthorised": preauthorised, "unclear": unclear, "settled_fen": settled}
    for emergency in (True, False)
    for preauthorised in (True, False)
    for unclear in (True, False)
    for settled in (None, 100, 1_000)
]


@pytest.mark.parametrize("action", [d for d in Action if d is not D.PROPOSE])
def test_an_action_that_can_be_done_is_offered(action):
    for state in ProjectState:
        for kind in KINDS_OF_USE:
            way = course(state, **kind, to_be_filed=True, committee_consents=True)
            try:
                next_state(action, way)
            except LedgerError:
                continue
            assert may_follow(action, way), (state, kind)


def test_what_its_kind_rules_out_is_not_offered():
    assert not may_follow(D.ANNOUNCE_VOTE, course(S.POSTED, emergency=True))
    assert not may_follow(D.APPLY, course(S.SURVEYED))
    assert not may_follow(D.REVIEW, course(S.DRAFT))
    assert not may_follow(D.SURVEY, course(S.DRAFT, unclear=True))


@pytest.mark.parametrize("action", [d for d in Action if d is not D.PROPOSE])
def test_an_action_is_done_in_its_states_and_in_no_other(action):
    within = {state for step in STEPS if step.action is action for state in step.within}

    assert within
    for state in set(ProjectState) - within:
        with pytest.raises(ProjectNotReady, match=f"{word(state)}.*{word(action)}"):
            next_state(action, course(state, emergency=True, preauthorised=True, priced=True))


def test_nothing_leads_out_of_an_end():
    ends = {S.ARCHIVED, S.REJECTED, S.CANCELLED}
    assert all(step.within.isdisjoint(ends) for step in STEPS)


def test_no_money_moves_before_the_approval_and_no_final_payment_before_the_acceptance():
    order = list(ProjectState)
    early = set(order[: order.index(S.APPROVED)])
    pays = {D.PAY_ADVANCE, D.PAY_UNIT, D.PAY_FINAL, D.RELEASE_RETENTION}
    for step in STEPS:
        if step.action in pays:
            assert step.within.isdisjoint(early)
        if step.action is D.PAY_FINAL:
            assert step.within <= {S.ACCEPTED, S.SETTLED}


def test_a_consent_and_a_filing_leave_a_use_where_it_stands():
    assert next_state(D.CONSENT, course(S.APPLIED)) is S.APPLIED
    for state in (S.APPROVED, S.FINAL_PAID, S.DISCLOSED):
        assert next_state(D.FILE, course(state, to_be_filed=True)) is state


def test_a_price_above_the_limit_is_reviewed_before_the_plan_is_posted_and_one_at_the_limit_is_not():
    assert next_state(D.POST_PLAN, course(S.SURVEYED, budget_fen=3_000_000)) is S.POSTED
    with pytest.raises(PriceReviewMissing, match=r"30,000\.01"):
        next_state(D.POST_PLAN, course(S.SURVEYED, budget_fen=3_000_001))
    assert next_state(D.POST_PLAN, course(S.PRICED, budget_fen=3_000_001, priced=True)) is S.POSTED


@pytest.mark.parametrize("kind", [{"emergency": True}, {"preauthorised": True}, {"passed": True}])
def test_no_step_that_is_open_leads_into_a_dead_end(kind):
    """From wherever steps lead, something but giving up can be done until the use is over."""
    over = {S.ARCHIVED, S.REJECTED, S.CANCELLED}
    reached, ahead = set(), [S.DRAFT]
    while ahead:
        state = ahead.pop()
        reached.add(state)
        here = course(state, **({"passed": False, "priced": True} | kind))
        ways = {step.leads_to for step in STEPS if state in step.within and may_follow(step.action, here)}
        assert state in over or ways - {S.CANCELLED, None}, state
        ahead += [way for way in ways if way and way not in reached]


def test_only_an_emergency_or_a_collective_vote_goes_without_a_vote_of_its_own():
    with pytest.raises(VoteMissing, match="278"):
        next_state(D.APPLY, course(S.SURVEYED))
    with pytest.raises(VoteMissing):
        next_state(D.APPLY, course(S.POSTED))
    with pytest.raises(VoteMissing):
        next_state(D.APPLY, course(S.SURVEYED, preauthorised=True))  # it is posted all the same
    assert next_state(D.APPLY, course(S.POSTED, preauthorised=True)) is S.APPLIED
    assert next_state(D.APPLY, course(S.SURVEYED, emergency=True)) is S.APPLIED
    with pytest.raises(PriceReviewMissing):
        next_state(D.APPLY, course(S.SURVEYED, emergency=True, budget_fen=3_000_001))
    for waived in ({"emergency": True}, {"preauthorised": True}):
        with pytest.raises(VoteNotNeeded):
            next_state(D.ANNOUNCE_VOTE, course(S.POSTED, **waived))
    with pytest.raises(VoteMissing):
        next_state(D.POST_RESULT, course(S.VOTING, passed=False))


@pytest.mark.parametrize(
    ("settled_fen", "after"), [(1_100, S.SETTLED), (1_101, S.OVERRUN_REVOTE), (1, S.SETTLED)]
)
def test_a_settlement_more_than_ten_per_cent_above_goes_to_another_vote(settled_fen, after):
    way = course(S.ACCEPTED, approved_fen=1_000, settled_fen=settled_fen, overrun_redo_pct=10)
    assert next_state(D.SETTLE, way) is after


def test_after_an_overrun_the_way_goes_back_to_the_settlement():
    again = {"settled_fen": 200}
    assert next_state(D.ANNOUNCE_VOTE, course(S.OVERRUN_REVOTE, **again)) is S.VOTING
    assert next_state(D.VOTE_DOWN, course(S.VOTING, **again)) is S.SETTLED
    assert next_state(D.VOTE_DOWN, course(S.VOTING)) is S.REJECTED
    assert next_state(D.APPROVE, course(S.APPLIED, **again)) is S.SETTLED
    assert next_state(D.REFUSE, course(S.APPLIED, **again)) is S.SETTLED
    assert next_state(D.APPLY, course(S.OVERRUN_REVOTE, emergency=True, **again)) is S.APPLIED
    with pytest.raises(VoteMissing):
        next_state(D.APPLY, course(S.OVERRUN_REVOTE, **again))


def test_the_final_payment_waits_for_the_settlement_unless_the_committee_lets_a_small_one_go():
    small = {
        "total_fen": 3_000_000,
        "settlement_audit_exempt_fen": 3_000_000,
        "settlement_audit_article": "《杭州市物业管理条例》第72、73条",
        "committee_consents": True,
    }
    assert next_state(D.PAY_FINAL, course(S.ACCEPTED, **small)) is S.FINAL_PAID
    for change in ({"total_fen": 3_000_001}, {"committee_consents": False}, {"emergency": True}):
        with pytest.raises(SettlementMissing, match="第72、73条"):
            next_state(D.PAY_FINAL, course(S.ACCEPTED, **{**small, **change}))


def test_what_is_unclear_what_is_held_back_and_what_is_paid_stand_in_the_way():
    for action, state, facts, refusal in (
        (D.SURVEY, S.DRAFT, {"unclear": True}, ReviewMissing),
        (D.ARCHIVE, S.DISCLOSED, {"held_back_fen": 1}, NotSettled),
        (D.CANCEL, S.APPROVED, {"paid_fen": 1}, MoneyPaid),
        (D.REVIEW, S.DRAFT, {}, ProjectNotReady),
        (D.APPROVE, S.APPLIED, {"sellers_consent_missing": True}, DepartmentsConsentMissing),
        (D.FILE, S.APPROVED, {}, ProjectNotReady),
    ):
        with pytest.raises(refusal):
            next_state(action, course(state, **facts))


@pytest.mark.parametrize("action", NEEDED)
def test_a_step_brings_its_papers(action):
    papers = dict.fromkeys(NEEDED[action], SHA)
    check_papers(action, papers)
    for missing in papers:
        with pytest.raises(PaperMissing, match=word(missing)):
            check_papers(action, {k: v for k, v in papers.items() if k is not missing})
    with pytest.raises(DigestMalformed):
        check_papers(action, {**papers, Paper.CONTRACT: "no digest"})


def test_every_guard_has_a_refusal_of_the_ledgers():
    for step in STEPS:
        for guard in step.guards:
            assert isinstance(guard.otherwise(course(S.DRAFT), step.action), LedgerError)
