from datetime import date

import pytest

from ledger.disclosure.due_rules import Due, Topic
from ledger.findings.rules import Candidate, Flag
from ledger.reports.check_rules import Check, PeriodChecks, Trail, concerns, differences, duty, project_steps
from ledger.votes.quorum_and_majority_rules import Tally

TALLY = Tally(area_all=9_000, heads_all=90, area_part=6_000, heads_part=60, area_yes=3_001, heads_yes=31)
TRAIL = Trail(
    proposed_on=date(2026, 5, 2), vote_closed_on=date(2026, 5, 9), approved_by_another=True, accepted_by_another=True,
    paid_on=date(2026, 5, 20), invoiced=True, shares_fen=1_000, charged_fen=900, shortfall_fen=100,
    tally=TALLY,
)  # fmt: skip
VOTE = {
    "area_all": 9_000,
    "heads_all": 90,
    "area_part": None,
    "heads_part": None,
    "area_yes": 3_001,
    "heads_yes": 31,
    "passed": True,
}
PROJECT = {
    "code": "P-1", "title": "电梯钢丝绳更换", "component": "电梯", "scope": "building", "building": "3", "stairwell": None,
    "emergency": None, "contractor": "建信", "budget_fen": 1_200, "approved_fen": 1_100, "approved_on": "2026-05-12",
    "accepted_on": "2026-05-15", "paid_fen": 900, "shortfall_fen": 100, "bearers": 24, "state": "paid", "vote": VOTE, "entry": 7,
}  # fmt: skip
FIGURES = {
    "revenue": {"streams": []}, "fee": {"suspense_fen": 0}, "identities": [{"id": "I1", "holds": True, "note": ""}],
}  # fmt: skip


def verdicts(project: dict, trail: Trail = TRAIL) -> dict[str, bool | None]:
    return {step.name: step.holds for step in project_steps(project, trail)}


def listed(figures: dict = FIGURES, **more) -> list[str]:
    return [concern.what for concern in concerns(figures, PeriodChecks(**more))]


def test_a_use_in_order_is_followed_from_plan_to_apportionment():
    assert verdicts(PROJECT) == {
        "方案": None, "授权": True, "批准": True, "合同": None, "验收": True, "支付": True, "分摊": True,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("step", "project", "trail"),
    [
        ("授权", {}, {"tally": TALLY._replace(heads_part=59)}),
        ("授权", {}, {"tally": TALLY._replace(area_yes=3_000)}),
        ("授权", {"vote": VOTE | {"passed": False}}, {}),
        ("授权", {"vote": None}, {}),
        ("批准", {}, {"approved_by_another": False}),
        ("批准", {"approved_on": "2026-05-08"}, {}),
        ("验收", {}, {"accepted_by_another": False}),
        ("验收", {"accepted_on": "2026-05-11"}, {}),
        ("支付", {"paid_fen": 1_101}, {}),
        ("支付", {}, {"invoiced": False}),
        ("支付", {}, {"paid_on": date(2026, 5, 14)}),
        ("分摊", {}, {"charged_fen": 899}),
        ("分摊", {}, {"shortfall_fen": 99}),
    ],
)
def test_a_step_out_of_order_shows(step, project, trail):
    assert verdicts(PROJECT | project, TRAIL._replace(**trail))[step] is False


def test_an_emergency_waives_the_vote_and_is_not_called_proved():
    steps = project_steps(PROJECT | {"vote": None, "emergency": "drain"}, TRAIL)

    assert steps[1].holds is None
    assert "免予表决" in steps[1].record
    assert "未核查" in steps[1].record


def test_a_use_that_was_voted_down_and_rejected_is_in_order():
    down = PROJECT | {
        "vote": VOTE | {"passed": False}, "state": "rejected", "approved_fen": None, "approved_on": None,
        "accepted_on": None, "paid_fen": None,
    }  # fmt: skip

    assert verdicts(down, TRAIL._replace(tally=TALLY._replace(heads_yes=20))) == {
        "方案": None,
        "授权": True,
        "合同": None,
    }


@pytest.mark.parametrize(
    ("published_on", "today", "says", "late"),
    [
        (date(2026, 7, 31), date(2026, 9, 1), "按时", False),
        (date(2026, 8, 1), date(2026, 9, 1), "迟 1 日", True),
        (None, date(2026, 7, 31), "未到期", False),
        (None, date(2026, 8, 3), "逾期 3 日未公示", True),
    ],
)
def test_lateness_counts_from_the_due_day(published_on, today, says, late):
    finding = duty(
        Due(Topic.FUND, "2026-H1", date(2026, 7, 31), published_on), int(bool(published_on)), today
    )

    assert (finding.says, finding.late) == (says, late)


def test_figures_that_moved_after_they_were_published_are_named_with_both_amounts():
    totals = {"opening_fen": 0, "in_fen": 10, "out_fen": 4, "closing_fen": 6}
    fee = dict.fromkeys(
        ("charged_fen", "waived_fen", "received_fen", "arrears_opening_fen", "arrears_received_fen", "prepaid_fen", "suspense_fen"), 0
    )  # fmt: skip
    statements = {"statement_01": [{"zh": "银行存款", "fen": [0, 6]}], "statement_02": [], "statement_03": []}
    published = {"fund": totals | statements, "revenue": totals, "fee": fee}
    gathered = {**published, "fee": fee | {"received_fen": 9}}

    assert differences(published, published) == []
    assert differences(published, gathered) == [Check("物业费 已收", "公示数", "账簿重算数", 0, 9)]


def test_nothing_is_listed_when_all_is_in_order():
    assert listed() == []


def test_what_is_not_in_order_is_listed_once_each():
    figures = {
        "revenue": {"streams": [{"number": "GG-01", "due_fen": 200, "received_fen": 150}]},
        "fee": {"suspense_fen": 777},
        "identities": [
            {"id": "I2", "holds": False, "note": "1 ≠ 2"},
            {"id": "I8", "holds": None, "note": "没有对账单"},
        ],
    }
    late = duty(Due(Topic.FUND, "2026-H1", date(2026, 7, 31)), 0, date(2026, 8, 3))
    broken = Check("未收物业费", "登记", "科目", 1, 2)

    findings = listed(
        figures, checks=[broken], changed=[broken], projects=[(PROJECT, project_steps(PROJECT, TRAIL._replace(invoiced=False)))],
        unlisted=["屋面"], flagged=[Candidate(Flag.SPLITTING, "P-1、P-2", date(2026, 5, 1), "疑似拆分", "perhaps split", "第4条")],
        duties=[late], overdue=["2026-Q2"], closed=False,
    )  # fmt: skip

    expected = [
        "尚未结账",
        "“支付”不合要求",
        "“屋面”在本期付款",
        "R03（H）疑似拆分。依据：第4条",
        "GG-01",
        "2026年第2季度",
        "7.77",
        "未收物业费",
        "I2 不符",
        "I8 未能核对",
        "逾期 3 日",
        "1 个数字",
    ]
    assert len(findings) == len(expected)
    for what, words in zip(findings, expected, strict=True):
        assert words in what
